"""Sporen: the system calls of a child, as strace shows them; and letting those calls fail, or kill it."""

import ast
import re
import shutil
import subprocess
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.duurzaam.kind import Kind

SCHRIJVEN = ("pwrite64", "pwritev", "writev")
SPOELEN = ("fdatasync", "fsync")
_VOLGEN = ("openat", "lseek", "write", "ftruncate", *SCHRIJVEN, *SPOELEN)

_OPROEP = re.compile(r"^(\w+)\((\d+)<([^>]*)>(?:, )?(.*)\) += (-?\d+)")
_OPENEN = re.compile(r'^openat\([^"]*"([^"]*)", (\S+?)(?:, \d+)?\) += (\d+)<')
_TEKST = re.compile(r'"((?:[^"\\]|\\.)*)"')
_GEZEGD = re.compile(rb"(BIED|ACK) (\d+)")


@dataclass(frozen=True, slots=True)
class Geschreven:
    """Bytes that were handed to the system; `meteen`: on return they are on the disk (O_DSYNC)."""

    bestand: str
    plaats: int
    inhoud: bytes
    meteen: bool


@dataclass(frozen=True, slots=True)
class Gespoeld:
    """All that was written to this file before is on the disk."""

    bestand: str


@dataclass(frozen=True, slots=True)
class Gezegd:
    """The child told the test that it offers ("BIED") or has an answer ("ACK"), with a number."""

    woord: str
    nummer: int


Spoor = Geschreven | Gespoeld | Gezegd


class Oproep(NamedTuple):
    """The n-th call of this kind on this file, from 1."""

    naam: str
    bestand: str
    nummer: int


@contextmanager
def gevolgd(kind: Kind, *opties: str, uit: Path | None = None) -> Iterator[None]:
    """Attach strace to a child that has not begun; skips the test where that cannot be done."""
    programma = shutil.which("strace")
    if programma is None:
        pytest.skip("strace is not installed (Debian: apt-get install strace)")
    opdracht = [programma, "-p", str(kind.pid), "-y", "-s", str(1 << 24), "-o", str(uit or "/dev/null"), *opties]
    with subprocess.Popen(opdracht, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as strace:
        assert strace.stderr is not None
        gezegd = ""
        while "attached" not in gezegd:
            regel = strace.stderr.readline()
            if not regel:
                pytest.skip(f"strace may not trace here: {gezegd.strip()}")
            gezegd += regel
        try:
            yield
        finally:
            strace.terminate()


def storing(oproep: Oproep, map_: Path, wat: str, *, aantal: int = 1) -> tuple[str, ...]:
    """The options that let `wat` ("error=EIO", "signal=KILL") happen to a call and those after it, `aantal` in all.

    0 is all of them.
    """
    laatste = "+" if aantal == 0 else f"..{oproep.nummer + aantal - 1}"
    wanneer = f"when={oproep.nummer}{laatste}"
    injectie = f"inject={oproep.naam}:{wat}:{wanneer}"
    return ("-P", str(map_ / oproep.bestand), "-e", f"trace={oproep.naam}", "-e", injectie)


def alle_oproepen(kind: Kind, map_: Path, uit: Path) -> list[Oproep]:
    """Let a child work, traced, to its end: every call with which it changed a file in the folder."""
    with gevolgd(kind, "-e", f"trace={','.join((*SCHRIJVEN, *SPOELEN, 'ftruncate'))}", uit=uit):
        kind.begin()
        list(kind.hoor())
        assert kind.einde() == 0
    tel = Counter[tuple[str, str]]()
    oproepen = []
    for regel in uit.read_text(encoding="utf-8").splitlines():
        gevonden = _OPROEP.match(regel)
        if gevonden and gevonden[3].startswith(f"{map_}/"):
            naam, bestand = gevonden[1], gevonden[3].removeprefix(f"{map_}/")
            tel[naam, bestand] += 1
            oproepen.append(Oproep(naam, bestand, tel[naam, bestand]))
    return oproepen


def volg(kind: Kind, map_: Path, uit: Path) -> tuple[list[Spoor], list[Any]]:
    """Let a child work, traced, to its end: what it wrote to the stores, flushed and said; and all it said."""
    with gevolgd(kind, "-e", f"trace={','.join(_VOLGEN)}", uit=uit):
        kind.begin()
        gezegd = list(kind.hoor())
        assert kind.einde() == 0
    return list(_lees(uit.read_text(encoding="utf-8").splitlines(), map_)), gezegd


def _lees(regels: list[str], map_: Path) -> Iterator[Spoor]:
    meteen: dict[str, bool] = {}
    plaatsen: dict[str, int] = {}
    for regel in regels:
        geopend = _OPENEN.match(regel)
        if geopend:
            meteen[geopend[3]] = "O_DSYNC" in geopend[2] or "O_SYNC" in geopend[2]
            continue
        oproep = _OPROEP.match(regel)
        if oproep is None:
            continue
        naam, fd, pad, rest, gaf = oproep.groups()
        if naam == "write":
            for woord, nummer in _GEZEGD.findall(_bytes(rest)):
                yield Gezegd(woord.decode(), int(nummer))
        elif not pad.startswith(f"{map_}/") or not pad.endswith("/data.mdb"):
            continue
        elif naam == "lseek":
            plaatsen[fd] = int(gaf)
        elif naam in SPOELEN:
            assert gaf == "0", regel
            yield Gespoeld(pad.removeprefix(f"{map_}/"))
        else:
            inhoud = _bytes(rest)
            assert naam in SCHRIJVEN, f"{naam} on a store: say what it means for durability"
            assert len(inhoud) == int(gaf), regel[:200]
            plaats = plaatsen[fd] if naam == "writev" else int(rest.rpartition(", ")[2])
            plaatsen[fd] = plaats + len(inhoud)
            yield Geschreven(pad.removeprefix(f"{map_}/"), plaats, inhoud, meteen[fd])


def _bytes(argumenten: str) -> bytes:
    """The bytes that strace shows between quotes, one after the other."""
    return b"".join(ast.literal_eval(f'b"{tekst}"') for tekst in _TEKST.findall(argumenten))
