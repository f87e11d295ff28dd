import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from actors.cli.fouten import meld
from actors.cli.start import AFGEBROKEN
from actors.cli.uitvoer import schrijf_json
from actors.register.commando import Mislukt
from actors.runtime import logboek
from actors.runtime.systeem import RegisterSystem
from actors.simulatie.vloot import SimulatieMislukt
from tests.cli.conftest import Gevolg

CHECKOUT = Path(__file__).resolve().parents[2]
START = [sys.executable, "-m", "actors.cli.start"]


@pytest.fixture
def _log_hersteld() -> Iterator[None]:
    yield
    logboek.naar(None)


@pytest.mark.usefixtures("_log_hersteld")
def test_the_log_goes_to_its_file_or_nowhere(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    bestand = tmp_path / "gevolg.log"
    log = logboek.maak_log("proef")
    logboek.naar(None)
    log.error("nergens")
    logboek.naar(str(bestand))
    log.info("proef.bewaard", ref="r1")
    assert capfd.readouterr().err == ""
    (regel,) = bestand.read_text(encoding="utf-8").splitlines()
    assert '"ref": "r1"' in regel


def test_an_error_with_a_reference_says_where_the_log_is(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("GEVOLG_LOG", raising=False)
    assert meld(SimulatieMislukt("stuk (referentie r1)")) == 3
    assert capsys.readouterr().err.endswith("; zet GEVOLG_LOG=BESTAND om het logboek te bewaren.\n")


def test_what_failed_is_told_as_unknown(gevolg: Gevolg, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(RegisterSystem, "verwerk", lambda *_, **__: Mislukt("ref-1", "bied het opnieuw aan"))
    uitkomst = gevolg("simulate", "autoaankoop")
    assert uitkomst.exit_code == 3
    assert "Mislukt: uitkomst onbekend" in uitkomst.stdout
    assert "herhaal de opdracht" in uitkomst.stdout
    assert "Niet verwerkt" not in uitkomst.stdout
    assert "geen: een commando" not in uitkomst.stdout


@pytest.mark.parametrize(("nummer", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)])
def test_a_signal_ends_it_with_one_sentence_and_nothing_left(tmp_path: Path, nummer: int, code: int) -> None:
    programma = (
        "import os, sys; from actors.cli import simulate, start\n"
        "echt = simulate.koop_auto\n"
        f"simulate.koop_auto = lambda *a: (echt(*a), os.kill(os.getpid(), {int(nummer)}))\n"
        "sys.argv = ['gevolg', 'simulate', 'autoaankoop']; start.main()"
    )
    omgeving = {**os.environ, "TMPDIR": str(tmp_path)}
    proces = subprocess.run(
        [sys.executable, "-c", programma], cwd=CHECKOUT, env=omgeving, capture_output=True, text=True, check=False
    )
    assert (proces.returncode, proces.stderr) == (code, f"{AFGEBROKEN}\n")
    assert list(tmp_path.iterdir()) == []


def test_a_signal_while_it_is_loading_ends_it_too(tmp_path: Path) -> None:
    (tmp_path / "typer.py").write_text("import os, signal; os.kill(os.getpid(), signal.SIGINT)\n")
    omgeving = {**os.environ, "PYTHONPATH": os.pathsep.join((str(tmp_path), str(CHECKOUT)))}
    proces = subprocess.run(START, cwd=tmp_path, env=omgeving, capture_output=True, text=True, check=False)
    assert (proces.returncode, proces.stderr) == (130, f"{AFGEBROKEN}\n")


def test_a_closed_stdout_is_unavailable() -> None:
    opdracht = [*START, "simulate", "autoaankoop", "--json"]
    dicht = ["sh", "-c", 'exec "$@" >&-', "sh", *opdracht]
    proces = subprocess.run(dicht, cwd=CHECKOUT, stderr=subprocess.PIPE, text=True, check=False)
    assert proces.returncode == 3
    assert "stdout is gesloten" in proces.stderr
    assert len(proces.stderr.splitlines()) == 1


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="alleen Linux heeft een schijf die altijd vol is")
def test_a_full_stdout_is_unavailable() -> None:
    with Path("/dev/full").open("w") as vol:
        proces = subprocess.run(
            [*START, "model", "spitspas"], cwd=CHECKOUT, stdout=vol, stderr=subprocess.PIPE, text=True, check=False
        )
    assert proces.returncode == 3
    assert "geen plaats om het antwoord te schrijven" in proces.stderr
    assert len(proces.stderr.splitlines()) == 1


def test_a_log_that_cannot_be_written_is_a_usage_error(tmp_path: Path) -> None:
    omgeving = {**os.environ, "GEVOLG_LOG": str(tmp_path / "niets" / "log")}
    opdracht = [*START, "model"]
    proces = subprocess.run(opdracht, cwd=CHECKOUT, env=omgeving, capture_output=True, text=True, check=False)
    assert (proces.returncode, proces.stdout) == (2, "")
    assert "noem in GEVOLG_LOG een bestand" in proces.stderr


def test_json_holds_no_raw_control_characters(capsys: pytest.CaptureFixture[str]) -> None:
    schrijf_json({"a": "\x1b\x9b\udcff"}, regel=True)
    assert capsys.readouterr().out == '{"a": "\\u001b\\u009b\\udcff"}\n'
