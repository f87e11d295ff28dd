"""The systemd unit of scripts/deploy: what systemd says of it, and that the daemon lives within what it allows."""

import re
import shutil
import subprocess
import sys
import tomllib
from collections import defaultdict
from pathlib import Path

import pytest

from actors.cli import fouten
from actors.daemon.instellingen import VELDEN
from actors.daemon.instellingskeuze import laad
from tests.daemon.dienst.lopend import Lopend
from tests.daemon.dienst.test_processen import aanbod
from tests.docs.bladen import ROOT

EENHEID = ROOT / "scripts" / "deploy" / "gevolg.service"
CONFIG = ROOT / "scripts" / "deploy" / "gevolg.toml"
ANALYSE = str(shutil.which("systemd-analyze"))
BLOOTSTELLING = 20
"""In tenths, as `systemd-analyze security` counts; a unit without any hardening has 96."""

systemd_nodig = pytest.mark.skipif(
    shutil.which("systemd-analyze") is None, reason="systemd-analyze is er niet (Debian: apt-get install systemd)"
)
strace_nodig = pytest.mark.skipif(
    shutil.which("strace") is None, reason="strace is er niet (Debian: apt-get install strace)"
)


def richtlijnen(*, ook_in_commentaar: bool = False) -> dict[str, list[str]]:
    """What the unit says, per name; with what may be switched on, when that is asked."""
    uit: dict[str, list[str]] = defaultdict(list)
    hekje = "#?" if ook_in_commentaar else ""
    for naam, waarde in re.findall(rf"^{hekje}([A-Z]\w+)=(.*)$", EENHEID.read_text(encoding="utf-8"), re.MULTILINE):
        uit[naam].append(waarde)
    return uit


def analyse(*woorden: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([ANALYSE, *woorden], check=False, capture_output=True, text=True)


def oproepen(verzameling: str) -> set[str]:
    """The system calls in a set of systemd, such as @system-service."""
    uit: set[str] = set()
    for regel in analyse("syscall-filter", verzameling).stdout.splitlines()[1:]:
        naam = regel.strip()
        if naam.startswith("@"):
            uit |= oproepen(naam)
        elif naam and not naam.startswith("#"):
            uit.add(naam)
    assert uit, verzameling
    return uit


@systemd_nodig
def test_systemd_understands_every_line(tmp_path: Path) -> None:
    proef = tmp_path / "gevolg.service"
    tekst = EENHEID.read_text(encoding="utf-8").replace("/opt/gevolg/bin/gevolg", sys.executable)
    proef.write_text(tekst, encoding="utf-8")
    gezegd = analyse("verify", "--man=no", str(proef))
    assert (gezegd.returncode, gezegd.stderr) == (0, "")


@systemd_nodig
def test_systemd_finds_little_that_could_be_shut_further() -> None:
    gezegd = analyse("security", "--offline=true", f"--threshold={BLOOTSTELLING}", str(EENHEID))
    assert gezegd.returncode == 0, gezegd.stdout.splitlines()[-1]


@systemd_nodig
@strace_nodig
def test_the_daemon_needs_no_system_call_that_the_unit_refuses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is refused is refused here too: it starts, records, starts a killed process again, and stops."""
    mag, zonder = richtlijnen()["SystemCallFilter"]
    toegestaan = oproepen(mag)
    for verzameling in zonder.removeprefix("~").split():
        toegestaan -= oproepen(verzameling)
    geprobeerd = tmp_path / "geprobeerd"
    monkeypatch.setenv("GEFILTERD", ",".join(sorted(oproepen("@known") - toegestaan)))
    monkeypatch.setenv("GEFILTERD_NAAR", str(geprobeerd))
    dienst = Lopend(tmp_path / "data", programma=("tests.deploy.gefilterd",))
    try:
        dienst.begin()
        assert dienst.bied(aanbod(1), "wegonderhoud").status_code == 201
        dienst.processen()["bijho:wegonderh"].kill()
        assert dienst.bied_tot_het_lukt(aanbod(2), "wegonderhoud").status_code == 201
        assert dienst.stop() == 0
    finally:
        dienst.ruim_op()
    assert geprobeerd.read_text(encoding="utf-8") == ""


def test_it_waits_longer_than_stopping_takes_and_starts_again_only_where_that_helps() -> None:
    eenheid = richtlijnen()
    (wacht,) = eenheid["TimeoutStopSec"]
    stoptijd_s = laad(CONFIG, {}).instellingen.stoptijd_s
    assert int(wacht.removesuffix("s")) > stoptijd_s
    assert eenheid["RestartPreventExitStatus"] == [f"{fouten.GEBRUIK} {fouten.BESCHADIGD}"]
    assert eenheid["KillMode"] == ["mixed"]


def test_it_and_the_example_of_a_configuration_name_the_same_folder() -> None:
    (map_,) = richtlijnen()["StateDirectory"]
    assert tomllib.loads(CONFIG.read_text(encoding="utf-8"))["gevolg"]["data"] == f"/var/lib/{map_}"


def test_every_variable_it_sets_or_may_set_is_a_setting() -> None:
    bekend = {veld.variabele for veld in VELDEN.values()}
    bekend |= {f"{veld.variabele}_BESTAND" for veld in VELDEN.values() if veld.is_geheim}
    gezet = set(re.findall(r"\b(GEVOLG_\w+)=", " ".join(richtlijnen(ook_in_commentaar=True)["Environment"])))
    assert gezet
    assert gezet <= bekend


@pytest.mark.parametrize("woorden", [("--onzin",), ("--terug",), ("--terug", "/nergens")])
def test_installing_refuses_what_it_does_not_understand_and_says_what_it_wants(woorden: tuple[str, ...]) -> None:
    installeer = ROOT / "scripts" / "deploy" / "installeer"
    gezegd = subprocess.run([str(installeer), *woorden], check=False, capture_output=True, text=True)
    assert (gezegd.returncode, gezegd.stdout) == (2, "")
    assert gezegd.stderr.count("\n") == 1
