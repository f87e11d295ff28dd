"""Onrust: steps of a scenario in another order, offered more than once, in pieces, while the process ends every time.

The seed decides all of it. The process ends in one of three ways: in the middle of the work of the actors, with what
was recorded not yet passed on, or as soon as the commando's are answered. What was offered is offered again later,
under the same id.
"""

from collections.abc import Iterator, Sequence
from random import Random
from typing import Any

from actors.register.commando import AangebodenCommando
from actors.runtime.planned_base import planned_system
from actors.runtime.systeem import RegisterSystem
from actors.simulatie.scenario import Openen, Stap

_KEREN = (1, 3)
"""So many times, from and up to, the process ends within a step."""
_LEVENSDUUR = (1, 60)
"""So many messages, from and up to, are handled before it ends in the middle; what is offered takes 20 to 100."""
_OUD = 3
"""At most so many commando's of earlier steps are offered again together."""


class _Afgebroken(BaseException):
    """The process ends here. No actor may catch it."""


class Onrust:
    """Disturbs the steps of a scenario as its seed says. It is also the planner of the actor system that it breaks off.

    `afgebroken` counts how often the process ended, by the way in which it did; `opnieuw` the commando's that were
    offered again.
    """

    def __init__(self, seed: int) -> None:
        self.afgebroken = {"midden in het werk": 0, "voor het doorgeven": 0, "na het antwoord": 0}
        self.opnieuw = 0
        self._kans = Random(f"onrust/{seed}")
        self._nog = 0
        self._aangeboden: set[str] = set()

    def schud(self, namen: Sequence[int]) -> list[int]:
        """The names of steps, in another order."""
        return self._kans.sample(namen, len(namen))

    def groepen(self, openen: Openen, stappen: Sequence[Stap], los: Sequence[int]) -> Iterator[Sequence[Stap]]:
        """The steps to be played without closing the registers; those in `los` in that order, each disturbed."""
        per_naam = {int(een.naam): een for een in stappen}
        voor = [een for naam, een in per_naam.items() if naam < min(los)]
        self._aangeboden = {een.id for stap in voor for een in stap.commandos}
        yield voor
        for stap in (per_naam[naam] for naam in los):
            gedaan = [een for een in stappen if {c.id for c in een.commandos} <= self._aangeboden]
            for _ in range(self._kans.randint(*_KEREN)):
                self._stoor(openen, self._greep(stap, gedaan))
            self._tel(stap.commandos)
            yield [stap]
        yield [een for naam, een in per_naam.items() if naam > max(los)]

    def _greep(self, stap: Stap, gedaan: Sequence[Stap]) -> list[AangebodenCommando]:
        """A piece of the step, and some of what was offered before, in any order."""
        kans = self._kans
        greep = kans.sample(stap.commandos, kans.randint(1, len(stap.commandos)))
        oud = [c for een in gedaan for c in een.commandos if c not in greep]
        greep += kans.sample(oud, kans.randint(0, _OUD))
        kans.shuffle(greep)
        self._tel(greep)
        return greep

    def _tel(self, commandos: Sequence[AangebodenCommando]) -> None:
        ids = {commando.id for commando in commandos}
        self.opnieuw += len(ids & self._aangeboden)
        self._aangeboden |= ids

    def _stoor(self, openen: Openen, greep: Sequence[AangebodenCommando]) -> None:
        """Offer, and end before all registers are at rest."""
        hoe = self._kans.choice(list(self.afgebroken))
        if hoe == "midden in het werk":
            try:
                with RegisterSystem(openen, actorsysteem=lambda: planned_system(self)) as registers:
                    self._nog = self._kans.randint(*_LEVENSDUUR)
                    registers.verwerk_alle(greep)
                    registers.wacht_op_rust()
            except _Afgebroken:
                self.afgebroken[hoe] += 1
            finally:
                self._nog = 0
            return
        with RegisterSystem(openen, levering=hoe != "voor het doorgeven") as registers:
            registers.verwerk_alle(greep)
        self.afgebroken[hoe] += 1

    # --- the planner ------------------------------------------------------------------------------------------

    def kies(self, lanes: Sequence[str]) -> str:
        """Any lane: what is sent later may well be handled first."""
        return self._kans.choice(lanes)

    def stap(self, receiver: Any, message: Any) -> int:  # noqa: ARG002 - what the planner is asked with
        """Before a delivery: here it may end."""
        if self._nog:
            self._nog -= 1
            if not self._nog:
                raise _Afgebroken
        return 1
