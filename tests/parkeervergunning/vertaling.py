"""How parkeervergunning understands what wegonderhoud makes known to everyone."""

from actors.contexten.wegonderhoud.bekendmakingen import OPENBAAR
from actors.register.bekendmaking import Melding
from actors.register.vertaling import Oordeel, Taak, Vertaling

from .regels import VERVALLEN


def beoordeel_auto(melding: Melding) -> Oordeel:
    """The tariff follows from the points of a car; its class is left where it is."""
    punten = tuple(
        m._replace(waarde=VERVALLEN if m.waarde is None else m.waarde)
        for m in melding.mededelingen
        if m.gegeven == "punten"
    )
    if not punten:
        return Oordeel((), "alleen de klasse is anders, en het tarief volgt uit de punten: geen taak")
    taak = Taak("auto", melding.aggregaat_id, punten)
    return Oordeel((taak,), "punten van een auto zijn nieuw of anders: vergunningen beoordelen")


VERTALINGEN = (Vertaling("wegonderhoud", OPENBAAR, beoordeel_auto),)
