"""How aanschafheffing understands what wegonderhoud makes known."""

from actors.contexten.wegonderhoud.bekendmakingen import VOOR_AANSCHAFHEFFING
from actors.register.bekendmaking import Melding
from actors.register.vertaling import Oordeel, Taak, Vertaling

_NAAM = {"punten": "fysieke_punten"}


def beoordeel_aangeschafte_auto(melding: Melding) -> Oordeel:
    """A car was bought or what we know of it changed: take it over under our own names, and judge anew."""
    overgenomen = tuple(m._replace(gegeven=_NAAM.get(m.gegeven, m.gegeven)) for m in melding.mededelingen)
    taak = Taak("auto", melding.aggregaat_id, overgenomen)
    return Oordeel((taak,), "gegevens van een aangeschafte auto zijn nieuw of gewijzigd: heffing beoordelen")


AANGESCHAFTE_AUTO = Vertaling("wegonderhoud", VOOR_AANSCHAFHEFFING, beoordeel_aangeschafte_auto)
VERTALINGEN = (AANGESCHAFTE_AUTO,)
