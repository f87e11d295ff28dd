"""Poort: what the edges of the daemon need of the registers behind it, so that they need not know processes.

Commando's go to the bijhouding, which may be down; reading goes straight to what is stored, on threads.
"""

from collections.abc import Callable, Sequence
from typing import Protocol, TypeVar

from actors.register.commando import AangebodenCommando, Verwerking
from actors.runtime.lezing import Registerlezing
from actors.runtime.processen.bridge import NietBeschikbaar
from actors.verwerking.signaalverwerking import Signalen

__all__ = ["NietBeschikbaar", "Poort"]

T = TypeVar("T")


class Aanbodpoort(Protocol):
    """The road to the registers, to offer and to wait by: what is read, is read elsewhere."""

    @property
    def registers(self) -> tuple[str, ...]:
        """The names of the registers that are served."""
        ...

    @property
    def stopt(self) -> bool:
        """Whether the daemon stops: then waiting is over at once, and who goes on by himself ends."""
        ...

    async def bied_aan(self, register: str, aangeboden: Sequence[AangebodenCommando]) -> tuple[Verwerking, ...]:
        """Offer commando's to one register; the answers in order, after the durable commit. Raises NietBeschikbaar."""
        ...

    async def bied_signalen_aan(self, register: str, signalen: Signalen) -> tuple[Verwerking, ...]:
        """Offer what follows from signalen as one turn: all of it is recorded, with how far was read, or nothing.

        There may be no commando's at all: then only how far was read is recorded. Raises NietBeschikbaar.
        """
        ...

    async def wacht(self, register: str, klaar: Callable[[Registerlezing], bool], hoogstens_s: float) -> bool:
        """Wait until `klaar` holds (asked again whenever the register moved).

        False when it took too long, or the daemon stops.
        """
        ...


class Poort(Aanbodpoort, Protocol):
    """The road to the registers."""

    async def lees(self, vraag: Callable[[Registerlezing], T], *, lang: bool = False) -> T:
        """Ask on a thread; what the question raises is raised here.

        `lang`: it takes seconds rather than milliseconds. Such questions go one by one, so that others are answered
        meanwhile; NietBeschikbaar when too many wait already.
        """
        ...
