"""The commando's that every register knows, whatever its context."""

from dataclasses import dataclass

from actors.register.commando import Commandosoort, NietVerwerkt, Voorstel
from actors.register.gevolg import Beoordeling, Herroeping, Overname, Wijziging
from actors.register.overname import herroep, neem_over
from actors.register.staat import Staat
from actors.register.verantwoording import Grond
from actors.verwerking.namen import BEOORDEELD

SIGNAAL = "signaal"
_PROCEDURE = (Grond("procedure", "Bijhoudingsmodel gevolg, signaalverwerking", "1"),)


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


def beoordeel(_staat: Staat, commando: BeoordeelSignaal) -> tuple[Voorstel, ...] | NietVerwerkt:
    """A judgement is always recorded."""
    return (Voorstel(BEOORDEELD, Wijziging.BEOORDELEN, inhoud=commando.beoordeling),)


def overnamesoorten(aggregaat: str) -> tuple[Commandosoort, Commandosoort]:
    """`NeemGegevensOver` and `HerroepOvername` for one kind of aggregate."""
    return (
        Commandosoort(NeemGegevensOver, aggregaat, _PROCEDURE, neem_over),
        Commandosoort(HerroepOvername, aggregaat, _PROCEDURE, herroep),
    )


SIGNAALSOORT = Commandosoort(BeoordeelSignaal, SIGNAAL, _PROCEDURE, beoordeel)
