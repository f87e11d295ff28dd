"""Vertaling: judging a signaal of another context in the language of this one (handreiking, "Contextovergangen").

A vertaling is stateless: mededelingen in, overnames out, in the words of the receiving context. It is the only
place where two contexts meet.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from actors.register.bekendmaking import Melding, Notificatie
from actors.register.claim import Mededeling


class Taak(NamedTuple):
    """Work because of a signaal, executed at once by a commando on this aggregate."""

    aggregaat: str
    aggregaat_id: str
    mededelingen: tuple[Mededeling, ...]


class Oordeel(NamedTuple):
    """The judgement of one signaal: 0..n taken, and why."""

    taken: tuple[Taak, ...]
    reden: str


@dataclass(frozen=True, slots=True)
class Vertaling:
    """Which notificatie of which context is judged here, and how.

    `commando` is the name under which the taken are offered: the generic `NeemGegevensOver`, or a commando of
    the context with the same contract (field `overname`).
    """

    bron: str
    notificatie: Notificatie
    beoordeel: Callable[[Melding], Oordeel]
    commando: str = "NeemGegevensOver"

    @property
    def naam(self) -> str:
        """The name of this road: source and notificatie."""
        return f"{self.bron}/{self.notificatie.naam}"
