"""Claims: what a register holds to be true until it learns better (handreiking, "Zekerheid")."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from actors.register.tijdlijnen import OPEN_BEGIN, OPEN_EIND, Onderwerp
from actors.register.zekerheid import GEEN_TWIJFEL, Twijfels


@dataclass(frozen=True, slots=True)
class Gegeven:
    """One gegeven that claims may be about, as a context declares it.

    The value of a gegeven that is `persoonlijk` is a `Persoonsgegeven`: stored encrypted under the key of its
    betrokkene. Units stand last in the name (`gewicht_kg`, `heffing_eurocent`). `soort` is the type of its value, with
    its bounds, as in a contract: only what says it can be corrected with the generic `Corrigeer`. `sleutel(waarde)`
    makes it a natural key: no two aggregates have the same one. `heet` is how a reader would call it in a
    sentence, with its article: "het gewicht van de auto".
    """

    naam: str
    omschrijving: str
    persoonlijk: bool = False
    soort: Any = None
    sleutel: Callable[[Any], str] | None = None
    heet: str = ""


class Bewering(NamedTuple):
    """What a commando asserts, before the register gave it an identity."""

    onderwerp: Onderwerp
    gegeven: str
    waarde: Any
    vanaf: date = OPEN_BEGIN
    tot: date = OPEN_EIND
    corrigeert: str | None = None


class Claim(NamedTuple):
    """A recorded assertion; `corrigeert` names the claim it replaces, if any."""

    id: str
    onderwerp: Onderwerp
    gegeven: str
    waarde: Any
    vanaf: date
    tot: date
    corrigeert: str | None = None


class Mededeling(NamedTuple):
    """What one register tells about one gegeven on [vanaf, tot); `was` is what it told before, None is nothing.

    `soort` is the kind of change, `gevolg` the id of the gevolg that brought it, `betreft` the claim told before.
    """

    onderwerp: Onderwerp
    gegeven: str
    vanaf: date
    tot: date
    waarde: Any
    was: Any
    claim: str
    twijfels: Twijfels = GEEN_TWIJFEL
    soort: str = ""
    gevolg: str = ""
    betreft: str | None = None


def claim_id(gevolg_id: str, volgorde: int) -> str:
    """The id of the n-th claim of a gevolg (from 0)."""
    return f"{gevolg_id}#{volgorde}"


def gevolg_van(claim: str) -> str:
    """The id of the gevolg that recorded this claim."""
    return claim.partition("#")[0]


def is_beweerd(claim: str) -> bool:
    """Whether a claim was asserted; else a rule gave it."""
    return "#" in claim
