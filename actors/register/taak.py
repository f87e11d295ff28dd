"""Taak: work that a person does because something could not be decided by itself (handreiking, "Taak").

What waits is in the aggregate that waits (`Wachtend`); what an official did about it is recorded beside it.
"""

from datetime import date
from enum import StrEnum
from typing import Any, NamedTuple

from actors.register.tijdlijnen import Onderwerp

BESLISTERMIJN_DAGEN = 56
"""Eight weeks: the reasonable term when the law of a register names none (Algemene wet bestuursrecht, 4:13)."""

EN = "+"
"""Between the kenmerken of what waits for one reason and several causes."""


class Oordeelsoort(StrEnum):
    """What an official did about something that waits."""

    HERVAT = "hervat"
    BESLIST = "beslist"
    DOORBROKEN = "doorbroken"
    TERZIJDE = "terzijde"


class Taakoordeel(NamedTuple):
    """What an official did about what waits on [vanaf, tot), and why.

    It holds for what waited under this `kenmerk`: the same cause. Another cause is another taak. `waarde` is the
    outcome that was decided, of a decision alone.
    """

    onderwerp: Onderwerp
    gegeven: str
    vanaf: date
    tot: date
    kenmerk: str
    oordeel: str
    toelichting: str
    waarde: Any = None

    def geldt(self, kenmerk: str, vanaf: date, tot: date) -> bool:
        """Whether it is about what waits on this interval for this cause (or these)."""
        bekend = set(self.kenmerk.split(EN))
        return bekend.issuperset(kenmerk.split(EN)) and self.vanaf <= vanaf and tot <= self.tot
