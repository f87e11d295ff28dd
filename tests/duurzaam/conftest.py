"""What the tests of durability share: the seed they draw from, and a story of the stream with its end."""

import os
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from random import SystemRandom

import pytest

from actors.contexten.spitspas.commandos import RegistreerHuishouden
from actors.contexten.wegonderhoud.commandos import RegistreerAuto
from tests.duurzaam import werk
from tests.duurzaam.kind import laat
from tests.duurzaam.stroom import Ronde, rondes
from tests.duurzaam.toets import Eindstand, ongestoord

PER_DEEL = 15
"""Kills in one test; a test that only lets calls fail is as long."""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """As many tests, each with a drawing of its own, as it takes to kill as often as was asked."""
    if "deel" in metafunc.fixturenames:
        metafunc.parametrize("deel", range(-(-metafunc.config.getoption("--kills") // PER_DEEL)))


@pytest.fixture(scope="session")
def gegeven_zaad(pytestconfig: pytest.Config) -> int:
    gegeven: int | None = pytestconfig.getoption("--seed")
    return SystemRandom().randrange(10**6) if gegeven is None else gegeven


@pytest.fixture
def zaad(gegeven_zaad: int) -> int:
    """The seed of this run; it is shown when the test fails."""
    sys.stdout.write(f"to draw the same again: --seed {gegeven_zaad}\n")
    return gegeven_zaad


@pytest.fixture(scope="session")
def verhaal(gegeven_zaad: int) -> list[Ronde]:
    """The first rondes of the stream, until there is something of everything."""
    uit: list[Ronde] = []
    soorten: Counter[type] = Counter()
    for ronde in rondes(gegeven_zaad):
        uit.append(ronde)
        soorten.update(type(een.commando) for een in ronde)
        if soorten.total() >= 12 and soorten.keys() >= {RegistreerAuto, RegistreerHuishouden}:
            break
    return uit


@pytest.fixture(scope="session")
def hoort(verhaal: list[Ronde]) -> Eindstand:
    """How that story ends when nothing goes wrong."""
    return ongestoord(verhaal)


@pytest.fixture(scope="session")
def leeg(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Registers that were opened once, and have nothing in them; only to be copied."""
    map_: Path = tmp_path_factory.mktemp("leeg")
    assert laat(werk.open_alleen, map_) == []
    return map_


@pytest.fixture
def kleine_schijf(tmp_path: Path) -> Iterator[Path]:
    """A disk of 2 MB that only we use."""
    schijf = tmp_path / "schijf"
    schijf.mkdir()
    opdracht = [shutil.which("mount") or "", "-t", "tmpfs", "-o", "size=2m,mode=0700", "tmpfs", str(schijf)]
    if os.geteuid() != 0 or subprocess.run(opdracht, check=False, capture_output=True).returncode != 0:
        pytest.skip("a small disk can only be mounted as root, where mounting is allowed")
    yield schijf
    subprocess.run([shutil.which("umount") or "", str(schijf)], check=True)


def vul(schijf: Path, laat_vrij: int) -> Path:
    """A file that takes all but so many bytes."""
    stand = os.statvfs(schijf)
    vulling = schijf / "vulling"
    vulling.write_bytes(bytes(stand.f_bavail * stand.f_frsize - laat_vrij))
    return vulling
