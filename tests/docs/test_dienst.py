"""What the README and the how-to for installing say of the daemon works as it is typed there."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.daemon.dienst.lopend import Lopend
from tests.docs.bladen import ROOT, blad


def vrije_poort() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
def test_the_daemon_of_the_readme_works_as_typed(tmp_path: Path) -> None:
    """Only the port is another one: 8080 may be taken."""
    (blok,) = (b.inhoud for b in blad("../README.md").blokken if b.soort == "bash" and "gevolg serve" in b.inhoud)
    poort = vrije_poort()
    opdracht = re.sub(r"(--ontwikkel) &", rf"\1 --poort {poort} 2>log &", blok).replace(":8080", f":{poort}")
    for naam in (".venv", "scripts"):
        (tmp_path / naam).symlink_to(ROOT / naam)
    proces = subprocess.run(
        ["/bin/bash", "-eu", "-c", opdracht + "\nkill %1; wait %1"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        timeout=50,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
        env={**os.environ, "LC_ALL": "C.UTF-8"},
    )
    assert proces.returncode == 0, proces.stdout + proces.stderr + (tmp_path / "log").read_text()
    assert '"uitkomst":"verwerkt"' in proces.stdout
    assert '"heffingEurocent":200000' in proces.stdout
    assert re.search(r"a1 +punten +21", proces.stdout), proces.stdout


def test_the_first_commando_of_the_how_to_works_as_typed(tmp_path: Path) -> None:
    """Only the port is another one; the sleutel is one with just the rechten that the page names."""
    blokken = blad("how-to/installeren.md").blokken
    (getypt,) = (b.inhoud for b in blokken if b.soort == "bash" and "read -rs SLEUTEL" in b.inhoud)
    (regel,) = (r for b in blokken for r in b.inhoud.splitlines() if r.startswith("$ gevolg token") and "--naam" in r)
    data = tmp_path / "data"
    woorden = [str(data) if woord == "data" else woord for woord in regel.split()[2:]]
    gevolg = [sys.executable, "-m", "actors.cli.main"]
    sleutel = subprocess.run([*gevolg, *woorden], capture_output=True, text=True, check=True).stdout.split()[0]
    dienst = Lopend(data, ontwikkel=False)
    try:
        url = dienst.begin().url
        opdracht = ["/bin/bash", "-eu", "-c", getypt.replace("http://127.0.0.1:8080", url)]
        gezegd = subprocess.run(opdracht, input=f"{sleutel}\n", capture_output=True, text=True, check=True, timeout=40)
    finally:
        dienst.ruim_op()
    assert '"uitkomst":"verwerkt"' in gezegd.stdout, gezegd
    assert '"punten":21' in gezegd.stdout, gezegd
