"""A cage like a container: only what the program needs, read-only, and a user whom nobody knows.

There is a root file system without a shell, /tmp or /dev/shm; only /data can be written. The program is process 1.
"""

import os
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

UID = 1000650000
"""As OpenShift draws them; with group 0, and in no /etc/passwd."""

_BOUW = """set -eu
mount -t tmpfs -o mode=755 kooi "$KOOI"
hang() {
    if [ -d "$1" ]; then mkdir -p "$KOOI$2"; else mkdir -p "$(dirname "$KOOI$2")"; : > "$KOOI$2"; fi
    mount --rbind "$1" "$KOOI$2"
}
for pad in $VAST; do
    if [ -L "$pad" ]; then ln -s "$(readlink "$pad")" "$KOOI$pad"; continue; fi
    hang "$pad" "$pad"
    mount -o remount,bind,ro "$KOOI$pad"
done
for pad in /dev/null /dev/urandom; do hang "$pad" "$pad"; done
hang "$DATA" /data
mkdir "$KOOI/proc"
mount -t proc proc "$KOOI/proc"
mount -o remount,ro "$KOOI"
exec env -i "$@"
"""


def waarom_niet() -> str:
    """Why no cage can be made here; empty when it can."""
    if os.geteuid() != 0:
        return "een kooi bouwen kan alleen root"
    for programma in ("unshare", "nsenter", "chroot", "mount"):
        if shutil.which(programma) is None:
            return f"{programma} is er niet"
    gelukt = subprocess.run(
        [str(shutil.which("unshare")), "--mount", "--pid", "--fork", "true"], check=False, capture_output=True
    )
    return "" if gelukt.returncode == 0 else "hier mag geen mount namespace worden gemaakt"


@dataclass(frozen=True, slots=True)
class Kooi:
    """The program in `venv`, with `data` (of the user in the cage) as /data, and `plaats` to hang it all in."""

    venv: Path
    data: Path
    plaats: Path
    omgeving: Mapping[str, str]

    def start(self, opdracht: Sequence[str], **extra: Any) -> subprocess.Popen[bytes]:
        """Run this in a cage of its own; `extra` goes to Popen."""
        buiten = {
            "PATH": os.environ["PATH"],
            "KOOI": str(self.plaats),
            "DATA": str(self.data),
            "VAST": " ".join(_vast(self.venv)),
        }
        kooi = ["unshare", "--mount", "--propagation", "private", "--pid", "--fork", "--kill-child"]
        wortel = [str(shutil.which("chroot")), f"--userspec=+{UID}:+0", "--groups=+0", str(self.plaats)]
        woorden = [*self._omgeving(), *wortel, *self._programma(opdracht)]
        return subprocess.Popen([*kooi, "sh", "-c", _BOUW, "sh", *woorden], env=buiten, **extra)

    def draai(self, *opdracht: str) -> subprocess.CompletedProcess[bytes]:
        """Run this in a cage of its own until it ends; what it said is captured."""
        proces = self.start(opdracht, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        uit, fout = proces.communicate(timeout=30)
        return subprocess.CompletedProcess(opdracht, proces.returncode, uit, fout)

    def erbij(self, proces: subprocess.Popen[bytes], *opdracht: str) -> subprocess.CompletedProcess[bytes]:
        """Run this beside what runs in a cage (`podman exec`)."""
        waar = [f"--target={binnenste(proces).pid}", "--mount", "--pid", "--root", "--wd"]
        wie = [f"--setuid={UID}", "--setgid=0"]
        woorden = [str(shutil.which("nsenter")), *waar, *wie, *self._programma(opdracht)]
        return subprocess.run(woorden, env=dict(self.omgeving), check=False, capture_output=True, timeout=30)

    def _omgeving(self) -> list[str]:
        return [f"{naam}={waarde}" for naam, waarde in self.omgeving.items()]

    def _programma(self, opdracht: Sequence[str]) -> list[str]:
        return [str(self.venv / "bin" / opdracht[0]), *opdracht[1:]]


def binnenste(proces: subprocess.Popen[bytes]) -> psutil.Process:
    """Process 1 of a cage, as it is known outside."""
    (hoofd,) = psutil.Process(proces.pid).children()
    return hoofd


def ruim_op(proces: subprocess.Popen[bytes]) -> None:
    """End a cage and all in it: they die with its process 1, not with what started that."""
    with suppress(psutil.NoSuchProcess):
        for een in psutil.Process(proces.pid).children():
            een.kill()
    proces.kill()
    proces.wait(20)


def _vast(venv: Path) -> list[str]:
    """What can be read: the venv, where its libraries are borrowed, its Python, and what that is linked to."""
    eigen = Path(sys.base_prefix)
    python = [Path(os.path.realpath(sys.executable))] if eigen == Path("/usr") else [eigen]
    los = [Path(pad) for pad in ("/usr/lib", "/usr/lib64", "/lib", "/lib64") if Path(pad).exists()]
    paden = [*los, *python, Path(sysconfig.get_path("purelib")), venv]
    return [str(pad) for pad in dict.fromkeys(paden)]
