"""Overname: "wat een register van een ander overneemt, wordt ook vastgelegd" (`GegevensOvergenomen`)."""

from typing import Any

from actors.register.commando import Voorstel
from actors.register.gevolg import Wijziging
from actors.register.staat import Staat

OVERGENOMEN = "GegevensOvergenomen"


def neem_over(staat: Staat, commando: Any) -> tuple[Voorstel, ...]:
    """Take over the `overname` of a commando: only what was not taken over before; redelivery does nothing."""
    overname = commando.overname
    nieuw = tuple(m for m in overname.mededelingen if not staat.is_ontvangen(overname.bron, overname.nummer, m))
    if not nieuw:
        return ()
    return (Voorstel(OVERGENOMEN, Wijziging.OVERNEMEN, inhoud=overname._replace(mededelingen=nieuw)),)
