"""The command line in this process, and a folder in which Sam has bought a car."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from actors.cli.main import app

Gevolg = Callable[..., Result]


@pytest.fixture
def gevolg() -> Gevolg:
    def roep(*woorden: object) -> Result:
        return CliRunner().invoke(app, [str(woord) for woord in woorden], prog_name="gevolg")

    return roep


@pytest.fixture(scope="session")
def _eenmalig(tmp_path_factory: pytest.TempPathFactory) -> Path:
    data: Path = tmp_path_factory.mktemp("registers") / "data"
    uitkomst = CliRunner().invoke(app, ["simulate", "autoaankoop", "--data", str(data), "--json"])
    assert uitkomst.exit_code == 0, uitkomst.output
    return data


@pytest.fixture
def aankoop(_eenmalig: Path) -> Path:
    """Registers after one purchase; only to be read."""
    return _eenmalig


@pytest.fixture
def echte_autos() -> Path:
    """The folder with real cars, which are not part of the repository."""
    checkout = Path(__file__).resolve().parents[2]
    plaats = Path(os.environ.get("GEVOLG_DATA", checkout.parent / "shared" / "data"))
    if not (plaats / "rdw_eea_compleet.csv").exists():
        pytest.skip("de echte auto's (rdw_eea_compleet.csv) zijn hier niet; noem hun map in GEVOLG_DATA")
    return plaats


def zonder_floats(tekst: str) -> Any:
    raise AssertionError(f"een float in JSON: {tekst}")
