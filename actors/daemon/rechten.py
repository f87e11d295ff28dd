"""Rechten: who asks, and what he may. A recht is a scope: `<register>:<handeling>`, or with what after another colon.

    wegonderhoud:commando:RegistreerAuto      wegonderhoud:lezen:auto-openbaar@1
    aanschafheffing:terugmelden               spitspas:taken                       *:beheer

A `*` stands for any register, handeling or name; without a last part every name is meant.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

_TAKEN = frozenset({"HervatTaak", "BeslisTaak", "DoorbreekAanhouding", "LegTaakTerzijde"})
_BEHEER = frozenset({"WisPersoonsgegevens", "VernietigPersoonsgegevens", "RegistreerRegelversie"})
_TERUGMELDEN = "MeldTerug"

_SIGNAAL = "signaal-"


def signaal_van(bron: str) -> str:
    """The name of `commando` for bringing signalen of a source: what follows is not for who brings them to choose."""
    return f"{_SIGNAAL}{bron}"


class GeenToegang(Exception):
    """Nobody is known by what was shown, or nothing was shown; the text says in Dutch why."""


class NuNietNaTeGaan(Exception):
    """Who asks cannot be known now, whoever it is; ask again after `wacht_s` seconds. The text says in Dutch why."""

    wacht_s = 5


class Handeling(StrEnum):
    """What someone may do with a register."""

    COMMANDO = "commando"
    LEZEN = "lezen"
    TERUGMELDEN = "terugmelden"
    TAKEN = "taken"
    BEHEER = "beheer"
    WAARNEMEN = "waarnemen"


@dataclass(frozen=True, slots=True)
class Gebruiker:
    """Who asks: the name under which it is recorded (`geregistreerd_door`), and his rechten.

    `voor`: the doelgroep for which he may read (`openbaar`, `betrokkene/<id>`); None when his rechten alone say it.
    """

    naam: str
    rechten: frozenset[str]
    voor: str | None = None

    def mag(self, register: str, handeling: Handeling, wat: str | None = None) -> bool:
        """Whether he may do this; without `wat`: whether he may do it with anything at all."""
        return any(_past(recht.split(":"), register, handeling.value, wat) for recht in self.rechten)


Wie: TypeAlias = Callable[[str | None], Gebruiker | Awaitable[Gebruiker]]
"""Who asks, by the header `Authorization` (None: there is none), at once or later; raises GeenToegang."""


def recht_voor(commando: str) -> tuple[Handeling, str | None]:
    """What one must be allowed to offer a commando of this name."""
    if commando in _TAKEN:
        return Handeling.TAKEN, None
    if commando in _BEHEER:
        return Handeling.BEHEER, None
    if commando == _TERUGMELDEN:
        return Handeling.TERUGMELDEN, None
    return Handeling.COMMANDO, commando


def _past(recht: list[str], register: str, handeling: str, wat: str | None) -> bool:
    van_register, van_handeling, *van_wat = (*recht, "*") if len(recht) == 1 else recht
    return (
        van_register in ("*", register)
        and van_handeling in ("*", handeling)
        and (not van_wat or wat is None or van_wat[0] in ("*", wat))
    )
