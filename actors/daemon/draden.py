"""Draden: threads for what may take long and may be broken off: reading a register, looking up a name.

At the end nobody waits longer for them than he wants. With a ThreadPoolExecutor, also that of the event loop, a program
does not end before every thread is done, however long that takes.
"""

from collections.abc import Callable
from concurrent.futures import Executor, Future
from queue import SimpleQueue
from threading import Thread
from time import monotonic
from typing import Any

_Werk = Callable[[], None] | None


class Draden(Executor):
    """So many threads, for as long as the program lasts or until `sluit`."""

    def __init__(self, aantal: int, naam: str) -> None:
        """`naam` is what the threads are called."""
        self._vragen: SimpleQueue[_Werk] = SimpleQueue()
        self._dicht = False
        self._draden = [Thread(target=self._draai, name=f"{naam}-{n}", daemon=True) for n in range(aantal)]
        for draad in self._draden:
            draad.start()

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Do this on the first thread that is free. Raises RuntimeError after `sluit`, as an Executor does."""
        if self._dicht:
            raise RuntimeError("deze draden zijn gesloten")
        toekomst: Future[Any] = Future()

        def werk() -> None:
            if not toekomst.set_running_or_notify_cancel():
                return
            try:
                toekomst.set_result(fn(*args, **kwargs))
            except BaseException as fout:  # noqa: BLE001 - it is raised where it was asked
                toekomst.set_exception(fout)

        self._vragen.put(werk)
        return toekomst

    def sluit(self, binnen_s: float) -> bool:
        """Let the threads end after what waits for them; False when one is still at it after that time."""
        self._dicht = True
        for _ in self._draden:
            self._vragen.put(None)
        einde = monotonic() + binnen_s
        for draad in self._draden:
            draad.join(max(0.0, einde - monotonic()))
        return not any(draad.is_alive() for draad in self._draden)

    def _draai(self) -> None:
        while (werk := self._vragen.get()) is not None:
            werk()
