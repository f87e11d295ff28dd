"""Bridge: from many asyncio tasks to the bijhouding of one register and back, in as few messages as possible.

A thread per register takes whatever waits as one batch, sends it and hears the answers: the more waits, the larger the
batch, without timers. One batch is underway at a time. When the bijhouding ends meanwhile nothing is known of that
batch: each commando in it may be offered again, under the same id it has one effect.
"""

import asyncio
import os
import threading
from collections import deque
from collections.abc import Mapping, Sequence
from contextlib import suppress
from time import monotonic
from typing import Any, NamedTuple

from actors.register.commando import AangebodenCommando, Verwerking
from actors.runtime import logboek
from actors.runtime.processen import lifeline
from actors.runtime.processen.group import ProcessGroup
from actors.runtime.processen.messages import Beslist, Bied, Plek, Soort, Tak, Toestand
from storage.gevolgenstore import ReaderPosition

_BATCH = 1000  # commando's per message: one durable commit at the other side
_LISTEN_S = 0.1
_PATIENCE_S = 30.0
"""So long may one batch take before it counts as unanswered."""

log = logboek.maak_log("proces")


class NietBeschikbaar(Exception):
    """The bijhouding of a register is down or has too much waiting; try again after `wacht_s` seconds.

    Nothing is known of what was offered: offered again under the same id it has one effect.
    """

    def __init__(self, toelichting: str, wacht_s: int = 1) -> None:
        """Say in Dutch what is the matter."""
        super().__init__(toelichting)
        self.wacht_s = wacht_s


class _Offer(NamedTuple):
    """What one task offered, and where it waits for the answers."""

    commandos: Sequence[AangebodenCommando]
    lezers: Mapping[str, ReaderPosition]
    answers: "asyncio.Future[tuple[Verwerking, ...]]"


class Bridge:
    """The road to one bijhouding. `offer` is for tasks of one event loop."""

    def __init__(self, group: ProcessGroup, register: str, *, room: int) -> None:
        """At most `room` commando's wait; more are refused at once."""
        self._group = group
        self._plek = Plek(register, Soort.BIJHOUDING)
        self._room = room
        self._waiting: deque[_Offer] = deque()
        self._count = 0
        self._changed = threading.Condition()
        self._closing = False
        self._number = 0
        self._brought = 0
        self._process: tuple[int, int] | None = None
        self._loop = asyncio.get_running_loop()
        self._thread = threading.Thread(target=self._run, name=f"gevolg-bridge-{register}", daemon=True)
        self._thread.start()

    @property
    def waiting(self) -> int:
        """How many commando's wait or are underway."""
        return self._count

    @property
    def brought(self) -> tuple[int, int]:
        """How many batches were brought to the bijhouding, and how many commando's in all of these."""
        return self._number, self._brought

    async def offer(
        self, commandos: Sequence[AangebodenCommando], lezers: Mapping[str, ReaderPosition] | None = None
    ) -> tuple[Verwerking, ...]:
        """The answers in order, after the durable commit. Raises NietBeschikbaar.

        With `lezers` all of it is recorded, and these reader positions with it, or nothing.
        """
        future: asyncio.Future[tuple[Verwerking, ...]] = self._loop.create_future()
        with self._changed:
            if self._closing:
                raise NietBeschikbaar("de dienst stopt; bied dit straks opnieuw aan")
            if self._count and self._count + len(commandos) > self._room:
                raise NietBeschikbaar(f"er wachten al {self._count} commando's; bied dit straks opnieuw aan")
            self._count += len(commandos)
            self._waiting.append(_Offer(commandos, lezers or {}, future))
            self._changed.notify()
        return await future

    def close(self, within_s: float) -> None:
        """Take in nothing more, and wait until what was taken in is answered, or that time has passed."""
        with self._changed:
            self._closing = True
            self._changed.notify()
        self._thread.join(within_s)

    # --- the thread ---

    def _run(self) -> None:
        with self._group.endpoint() as endpoint:
            while True:
                with self._changed:
                    while not self._waiting and not self._closing:
                        self._changed.wait()
                    if not self._waiting:
                        return
                    batch = self._take()
                self._settle(batch, self._decide(endpoint, batch))

    def _take(self) -> list[_Offer]:
        batch = [self._waiting.popleft()]
        size = len(batch[0].commandos)
        while self._waiting and self._goes_along(batch[0], size):
            batch.append(self._waiting.popleft())
            size += len(batch[-1].commandos)
        return batch

    def _goes_along(self, first: "_Offer", size: int) -> bool:
        """Whether the next that waits fits in a batch; what carries reader positions is a batch of its own."""
        following = self._waiting[0]
        return not first.lezers and not following.lezers and size + len(following.commandos) <= _BATCH

    def _decide(self, endpoint: Any, batch: Sequence["_Offer"]) -> Any:
        """The answers to all of it, or why there are none. Never raises: the thread is the only one there is."""
        try:
            return self._ask(endpoint, batch)
        except Exception as problem:  # noqa: BLE001 - whatever Thespian or the system raises, nothing is known of the batch
            log.warning("bridge.failed", register=self._plek.register, error=type(problem).__name__)
            return NietBeschikbaar(f"de bijhouding van {self._plek.register} is niet bereikbaar; bied het opnieuw aan")

    def _ask(self, endpoint: Any, batch: Sequence["_Offer"]) -> Any:
        tak = self._group.branch(self._plek)
        if tak is None or tak.toestand is not Toestand.DRAAIT or self._has_ended(tak):
            self._group.look()
            return self._not_running(tak)
        self._number += 1
        commandos = [commando for offer in batch for commando in offer.commandos]
        self._brought += len(commandos)
        bied = Bied(self._plek.register, tak.epoch, self._number, commandos, batch[0].lezers)
        answer = endpoint.ask(tak.adres, bied, _LISTEN_S)
        deadline = monotonic() + _PATIENCE_S
        while not (isinstance(answer, Beslist) and answer.nummer == self._number):
            ended = self._has_ended(tak)
            if ended or monotonic() > deadline:
                self._group.look()
                return NietBeschikbaar(
                    f"de bijhouding van {self._plek.register} {'viel weg' if ended else 'geeft geen antwoord'}; of dit"
                    " is verwerkt is niet bekend: bied het opnieuw aan onder hetzelfde id"
                )
            answer = endpoint.listen(_LISTEN_S)
        return self._not_running(tak) if answer.antwoorden is None else answer.antwoorden

    def _not_running(self, tak: Tak | None) -> NietBeschikbaar:
        if tak is not None and tak.toestand is Toestand.OPGEGEVEN:
            return NietBeschikbaar(
                f"de bijhouding van {self._plek.register} is opgegeven en wacht op de beheerder ({tak.reden})", 60
            )
        return NietBeschikbaar(f"de bijhouding van {self._plek.register} start; bied dit zo opnieuw aan")

    def _has_ended(self, tak: Tak) -> bool:
        """Whether the process has ended, or is another one than it was."""
        if tak.pid is None:
            return True
        if self._process is None or self._process[0] != tak.epoch:
            if self._process is not None:
                os.close(self._process[1])
                self._process = None
            try:
                self._process = (tak.epoch, os.pidfd_open(tak.pid))
            except ProcessLookupError:
                return True
        return lifeline.has_ended(self._process[1])

    def _settle(self, batch: list[_Offer], outcome: Any) -> None:
        with self._changed:
            self._count -= sum(len(offer.commandos) for offer in batch)
        with suppress(RuntimeError):  # the loop is closed: nobody waits any more
            self._loop.call_soon_threadsafe(_answer, batch, outcome)


def _answer(batch: list[_Offer], outcome: Any) -> None:
    place = 0
    for offer in batch:
        end = place + len(offer.commandos)
        if not offer.answers.done():
            if isinstance(outcome, Exception):
                offer.answers.set_exception(outcome)
            else:
                offer.answers.set_result(tuple(outcome[place:end]))
        place = end
