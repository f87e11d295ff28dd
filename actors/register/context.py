"""Bounded context: one language, one responsible party, one register (handreiking, "Bounded context")."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from actors.register.bekendmaking import Brief, Notificatie
from actors.register.claim import Gegeven
from actors.register.commando import Commandosoort
from actors.register.projectie import Projectie
from actors.register.regel import Regel
from actors.register.verantwoording import Verantwoordelijke
from actors.register.vertaling import Vertaling

Upcaster: TypeAlias = Callable[[dict[str, Any]], dict[str, Any]]
"""Makes the stored map of a gevolg of one version into that of the next."""


def gevolgversie(upcasters: Mapping[tuple[str, int], Upcaster], naam: str) -> int:
    """The version in which a gevolg of this name is recorded now: one more than there are upcasters for it."""
    return 1 + sum(gevolg == naam for gevolg, _ in upcasters) if upcasters else 1


@dataclass(frozen=True, slots=True)
class Aggregaatsoort:
    """A kind of aggregate: the gegevens its claims may be about and the rules that derive from them, in order.

    `onderwerpen` names what stands at each depth: the aggregate itself, and what stands below it. `meervoud` is what
    several of them are called (default: the name with an s): "huishoudens". `persoon`: each of them is a person, or
    some together, so that its id, wherever it stands, says about whom something is.
    """

    naam: str
    omschrijving: str
    gegevens: tuple[Gegeven, ...]
    regels: tuple[Regel, ...] = ()
    onderwerpen: tuple[str, ...] = ()
    meervoud: str = ""
    persoon: bool = False


@dataclass(frozen=True, slots=True)
class Context:
    """All that a register is, as data: the runtime needs nothing else.

    `gevolgen` explains, by name, the gevolgen that commando's record; those of rules follow from the rules.
    `versie` is the version of the bijhoudingsmodel. `upcasters` read what older versions stored: by name of the
    gevolg and version, each makes the stored map of that version into that of the next. A terugmelding of one of the
    `terugmelders` is a doubt at once; of anyone else it is a taak.
    """

    naam: str
    titel: str
    versie: int
    verantwoordelijke: Verantwoordelijke
    aggregaten: tuple[Aggregaatsoort, ...]
    commandos: tuple[Commandosoort, ...]
    gevolgen: dict[str, str]
    notificaties: tuple[Notificatie, ...] = ()
    brieven: tuple[Brief, ...] = ()
    projecties: tuple[Projectie, ...] = ()
    vertalingen: tuple[Vertaling, ...] = ()
    sjablonen: str = ""
    upcasters: Mapping[tuple[str, int], Upcaster] = field(default_factory=dict)
    omschrijving: str = ""
    terugmelders: frozenset[str] = frozenset()

    def aggregaat(self, naam: str) -> Aggregaatsoort:
        """The kind of aggregate of this name; KeyError when the context has none."""
        return next((a for a in self.aggregaten if a.naam == naam), None) or _onbekend(self.naam, naam)


def _onbekend(context: str, naam: str) -> Aggregaatsoort:
    raise KeyError(f"{context} kent geen aggregaat {naam!r}")
