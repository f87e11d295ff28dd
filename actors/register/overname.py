"""Overname: "wat een register van een ander overneemt, wordt ook vastgelegd" (`GegevensOvergenomen`)."""

from typing import Any

from actors.register.commando import Voorstel
from actors.register.gevolg import Overname, Wijziging
from actors.register.staat import Staat

OVERGENOMEN = "GegevensOvergenomen"
HERROEPEN = "OvernameHerroepen"


def neem_over(staat: Staat, commando: Any) -> tuple[Voorstel, ...]:
    """Take over the `overname` of a commando: only what was not taken over before; redelivery does nothing."""
    overname: Overname = commando.overname
    nieuw = []
    for bericht in overname.berichten:
        onbekend = tuple(m for m in bericht.mededelingen if not staat.is_ontvangen(overname, bericht, m))
        if onbekend:
            nieuw.append(bericht._replace(mededelingen=onbekend))
    if not nieuw:
        return ()
    return (Voorstel(OVERGENOMEN, Wijziging.OVERNEMEN, inhoud=overname._replace(berichten=tuple(nieuw))),)


def herroep(staat: Staat, commando: Any) -> tuple[Voorstel, ...]:
    """Take back what the `herroeping` of a commando does not leave; when nothing was taken over of it, nothing."""
    if not staat.verliest(commando.herroeping):
        return ()
    return (Voorstel(HERROEPEN, Wijziging.INTREKKEN, inhoud=commando.herroeping),)
