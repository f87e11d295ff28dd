"""The commands of gevolg beside a daemon that serves the folder: each works, or is refused with what to do."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.daemon.dienst.lopend import Lopend, lopend
from tests.daemon.dienst.test_processen import aanbod

NIET_BESCHIKBAAR = 3
AUTO = ("wegonderhoud", "auto", "auto", "auto-1")


@pytest.fixture(scope="module")
def dienst(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lopend]:
    with lopend(tmp_path_factory.mktemp("naast") / "data") as een:
        assert een.bied(aanbod(1), "wegonderhoud").status_code == 201
        een.in_rust()
        yield een


def gevolg(dienst: Lopend, *woorden: str) -> subprocess.CompletedProcess[str]:
    opdracht = [sys.executable, "-m", "actors.cli.main", *woorden, "--data", str(dienst.data)]
    return subprocess.run(opdracht, check=False, capture_output=True, text=True, timeout=40)


@pytest.mark.parametrize(
    "woorden",
    [
        ("status",),
        ("doctor",),
        ("taken",),
        ("verify",),
        ("verify", "--projecties"),
        ("lees", "wegonderhoud", "auto", "auto-1"),
        ("token", "--naam", "loket", "--recht", "wegonderhoud:lezen"),
        ("token", "--lijst"),
    ],
    ids=" ".join,
)
def test_it_works_beside_a_daemon(dienst: Lopend, woorden: tuple[str, ...]) -> None:
    gezegd = gevolg(dienst, *woorden)
    assert (gezegd.returncode, "Fout" in gezegd.stderr) == (0, False), gezegd


def test_a_backup_beside_a_daemon_has_nothing_of_that_daemon(dienst: Lopend, tmp_path: Path) -> None:
    assert gevolg(dienst, "backup", "--naar", str(tmp_path / "kopie")).returncode == 0
    assert not (tmp_path / "kopie" / "daemon.json").exists()


@pytest.mark.parametrize(
    "woorden",
    [
        ("rebuild",),
        ("parkeer", *AUTO, "--reden", "wordt uitgezocht"),
        ("ontparkeer", *AUTO),
        ("restore",),
        ("simulate", "autoaankoop"),
        ("serve", "--ontwikkel", "--poort", "0"),
    ],
    ids=lambda woorden: woorden[0],
)
def test_it_is_refused_beside_a_daemon_and_says_whom_to_stop(dienst: Lopend, woorden: tuple[str, ...]) -> None:
    gezegd = gevolg(dienst, *woorden)
    assert gezegd.returncode == NIET_BESCHIKBAAR
    assert "een dienst als geheel: `gevolg status --data MAP` zegt welk proces dat is" in gezegd.stderr
    assert "Traceback" not in gezegd.stderr
    dienst.gereed()
