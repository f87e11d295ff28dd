"""What the README says of the daemon works as it is typed there."""

import os
import re
import signal
import socket
import subprocess
from pathlib import Path

from tests.docs.bladen import ROOT, blad


def vrije_poort() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


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
