"""Children: processes that work on the registers in a folder, to be killed, traced, or let down by the system.

They are forked from a server that has everything imported already, so that one costs milliseconds. A child waits for
a first word before it begins: time to attach a tracer.
"""

import ctypes
import multiprocessing
from collections.abc import Callable, Iterator
from multiprocessing.connection import Connection
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from actors.runtime import logboek

_KWEKERIJ = multiprocessing.get_context("forkserver")
_KWEKERIJ.set_forkserver_preload(["tests.duurzaam.werk"])
_PR_SET_PTRACER = 0x59616D61
_IEDEREEN = ctypes.c_ulong(-1)

Zeg = Callable[[Any], None]
"""How a child tells the test something."""


class Kind:
    """A child that does `werk(zeg, map, *rest)`; what is left of it is killed when the test leaves it."""

    def __init__(self, werk: Callable[..., None], map_: Path, *rest: Any) -> None:
        self._lijn, van_kind = _KWEKERIJ.Pipe()
        self._proces = _KWEKERIJ.Process(target=_leef, args=(van_kind, werk, map_, *rest), daemon=True)
        self._proces.start()
        van_kind.close()

    @property
    def pid(self) -> int:
        """Its process id."""
        assert self._proces.pid is not None
        return self._proces.pid

    def begin(self) -> None:
        """Let it work."""
        self._lijn.send("begin")

    def hoor(self) -> Iterator[Any]:
        """What it says, one thing at a time, until it has ended and all of it was heard."""
        while True:
            try:
                yield self._lijn.recv()
            except (EOFError, ConnectionResetError):
                return

    def dood(self) -> None:
        """SIGKILL."""
        self._proces.kill()

    def einde(self) -> int:
        """Wait until it has ended: its exit code, or minus the signal that killed it."""
        self._proces.join()
        assert self._proces.exitcode is not None
        return self._proces.exitcode

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, soort: type[BaseException] | None, fout: BaseException | None, spoor: TracebackType | None
    ) -> None:
        self._proces.kill()
        self._proces.join()
        self._proces.close()
        self._lijn.close()


def laat(werk: Callable[..., None], map_: Path, *rest: Any) -> list[Any]:
    """Let a child do its work to the end: what it said."""
    with Kind(werk, map_, *rest) as kind:
        kind.begin()
        gezegd = list(kind.hoor())
        assert kind.einde() == 0, gezegd
    return gezegd


def _leef(lijn: Connection, werk: Callable[..., None], map_: Path, *rest: Any) -> None:
    # Where only a parent may trace, let the tracer in too: it is a child of the test, as this is.
    ctypes.CDLL(None).prctl(_PR_SET_PTRACER, _IEDEREEN)
    logboek.naar(None)
    lijn.recv()
    werk(lijn.send, map_, *rest)
