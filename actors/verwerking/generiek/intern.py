"""The commando's that only the runtime offers: taking over, judging signalen, and considering again."""

from dataclasses import dataclass

from actors.register.commando import Voorstel
from actors.register.gevolg import Beoordeling, Herbeoordeling, Herroeping, Overname, Wijziging
from actors.register.staat import Staat
from actors.verwerking.namen import BEOORDEELD, HERBEOORDELING_AFGEROND


@dataclass(frozen=True, slots=True)
class NeemGegevensOver:
    """Take over what another register made known about an aggregate, also one not yet known here."""

    aggregaat: str
    aggregaat_id: str
    overname: Overname


@dataclass(frozen=True, slots=True)
class HerroepOvername:
    """Take back what was taken over here from a register that was put back and does not say it any more."""

    aggregaat: str
    aggregaat_id: str
    herroeping: Herroeping


@dataclass(frozen=True, slots=True)
class BeoordeelSignaal:
    """Record the judgement of a signaal; `signaal_id` is the road it came by."""

    signaal_id: str
    beoordeling: Beoordeling


@dataclass(frozen=True, slots=True)
class Herbeoordeel:
    """Run the rules of an aggregate again, because a rule version came, changed or went."""

    aggregaat: str
    aggregaat_id: str


@dataclass(frozen=True, slots=True)
class RondHerbeoordelingAf:
    """Record of how many aggregates were considered again; `regelversie_id` is the rule."""

    regelversie_id: str
    herbeoordeling: Herbeoordeling


def beoordeel(_staat: Staat, commando: BeoordeelSignaal) -> tuple[Voorstel, ...]:
    """A judgement is always recorded."""
    return (Voorstel(BEOORDEELD, Wijziging.BEOORDELEN, inhoud=commando.beoordeling),)


def herbeoordeel(_staat: Staat, _commando: Herbeoordeel) -> tuple[Voorstel, ...]:
    """Nothing is asserted: only what follows by the rules is recorded."""
    return ()


def rond_af(_staat: Staat, commando: RondHerbeoordelingAf) -> tuple[Voorstel, ...]:
    """The count is always recorded."""
    return (Voorstel(HERBEOORDELING_AFGEROND, Wijziging.HERBEOORDELEN, inhoud=commando.herbeoordeling),)
