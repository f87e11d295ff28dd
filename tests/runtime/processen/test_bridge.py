"""The bridge to a bijhouding: whatever happens to it, whoever offers something gets an answer, now and later."""

import asyncio
import fcntl
import os
import resource
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

import pytest

from actors.register.commando import AangebodenCommando, NietVerwerkt
from actors.runtime import logboek
from actors.runtime.processen.bridge import Bridge, NietBeschikbaar
from actors.runtime.processen.group import ProcessGroup
from actors.runtime.processen.messages import Beslist, Bied, Plek, Soort, Tak, Toestand

WEG = Plek("wegonderhoud", Soort.BIJHOUDING)
ANTWOORD = NietVerwerkt("regel", "waarom niet")
_HOOG = 1500
"""A descriptor that select(2) does not know."""


@pytest.fixture
def bijhouding() -> Iterator[int]:
    """The pid of a process that goes on living."""
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"]) as proces:
        yield proces.pid
        proces.kill()


class Groep:
    """A group of one bijhouding that answers everything, unless `stuk` says what is the matter."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.stuk: Callable[[], object] = lambda: None

    def branch(self, plek: Plek) -> Tak:
        return Tak(plek, Toestand.DRAAIT, 1, self.pid, 0, "adres", "", ())

    def look(self) -> None:
        """Nobody looks."""

    @contextmanager
    def endpoint(self) -> Iterator["Groep"]:
        yield self

    def ask(self, _adres: Any, bied: Bied, _s: float) -> Beslist:
        self.stuk()
        return Beslist(bied.register, bied.nummer, (ANTWOORD,) * len(bied.commandos))


def _bied(groep: Groep, keren: int) -> list[Any]:
    """What comes of so many offers after each other."""

    async def vraag() -> list[Any]:
        brug = Bridge(cast("ProcessGroup", groep), WEG.register, room=10)
        try:
            return [
                (await asyncio.gather(asyncio.wait_for(brug.offer(_iets()), 10), return_exceptions=True))[0]
                for _ in range(keren)
            ]
        finally:
            await asyncio.to_thread(brug.close, 1.0)

    return asyncio.run(vraag())


def _iets() -> tuple[AangebodenCommando, ...]:
    return (cast("AangebodenCommando", object()),)


def test_a_daemon_with_more_than_a_thousand_connections_still_reaches_its_bijhouding(
    bijhouding: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The descriptor by which it sees that the bijhouding lives is then a high one."""
    zacht, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    monkeypatch.setattr(os, "pidfd_open", _hoog(os.pidfd_open))
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(zacht, 2 * _HOOG), hard))
    try:
        assert _bied(Groep(bijhouding), 2) == [(ANTWOORD,), (ANTWOORD,)]
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (zacht, hard))


def _hoog(open_pidfd: Callable[[int], int]) -> Callable[[int], int]:
    def open_hoog(pid: int) -> int:
        laag = open_pidfd(pid)
        hoog = fcntl.fcntl(laag, fcntl.F_DUPFD_CLOEXEC, _HOOG)
        os.close(laag)
        return hoog

    return open_hoog


@pytest.mark.parametrize("waar", ["branch", "ask"])
def test_what_goes_wrong_once_is_told_and_the_next_offer_is_heard(bijhouding: int, waar: str, tmp_path: Path) -> None:
    """As when there are no descriptors left: the thread of the bridge is the only one, and goes on."""
    logboek.naar(str(tmp_path / "log"))

    class Struikelt(Groep):
        def branch(self, plek: Plek) -> Tak:
            if waar == "branch":
                self.stuk()
            return super().branch(plek)

    groep = Struikelt(bijhouding)

    def eenmaal() -> None:
        groep.stuk = lambda: None
        raise OSError("Too many open files")

    groep.stuk = eenmaal
    eerste, tweede = _bied(groep, 2)
    assert isinstance(eerste, NietBeschikbaar)
    assert tweede == (ANTWOORD,)
    assert "bridge.failed" in (tmp_path / "log").read_text()


def test_a_group_that_ended_before_anyone_asked_says_so_at_once(tmp_path: Path) -> None:
    """Else the daemon would serve on, without processes."""
    logboek.naar(None)
    groep = ProcessGroup(tmp_path, ())
    groep._end("de admin is weg")
    gehoord: list[str | None] = []
    groep.on_end(lambda: gehoord.append(groep.ended))
    assert gehoord == ["de admin is weg"]
