"""How spitspas understands what aanschafheffing makes known, and how its own parts tell each other.

The owner is a helper that knows both its cars and its household, so that nothing waits on a lookup: cars and
memberships go to the owner, and what the owner contributes goes to the household.
"""

from collections import defaultdict
from typing import Any

from actors.contexten.aanschafheffing.bekendmakingen import VOOR_SPITSPAS
from actors.contexten.spitspas.bekendmakingen import BIJDRAGE, LIDMAATSCHAP
from actors.register.bekendmaking import Melding
from actors.register.claim import Mededeling
from actors.register.vertaling import Oordeel, Taak, Vertaling


def beoordeel_autobezit(melding: Melding) -> Oordeel:
    """Tell the owner it was and the owner it is now which points the car has."""
    return _verdeel(
        melding, "eigenaar", "autopunten", onder=melding.aggregaat_id, reden="auto van eigenaar is nieuw of anders"
    )


def beoordeel_lidmaatschap(melding: Melding) -> Oordeel:
    """Tell each adult to which household he belongs, and until when."""
    per_persoon: dict[str, list[Mededeling]] = defaultdict(list)
    for m in melding.mededelingen:
        huishouden, persoon = m.onderwerp
        waarde = huishouden if m.waarde else None
        per_persoon[persoon].append(
            m._replace(onderwerp=(persoon, huishouden), gegeven="huishouden", waarde=waarde, was=None)
        )
    taken = tuple(Taak("eigenaar", persoon, tuple(ms)) for persoon, ms in sorted(per_persoon.items()))
    return Oordeel(taken, "samenstelling van een huishouden is nieuw of anders: bijdrage van de leden bepalen")


def beoordeel_bijdrage(melding: Melding) -> Oordeel:
    """Tell the household it was and the household it is now what this adult contributes."""
    return _verdeel(
        melding,
        "huishouden",
        "bijdrage",
        onder=melding.aggregaat_id,
        reden="bijdrage van een lid is nieuw of anders: huishoudelijk milieu-effect vaststellen",
    )


def _verdeel(melding: Melding, aan: str, gegeven: str, onder: str, reden: str) -> Oordeel:
    """A value {aan: wie, punten: n} becomes n for that one, and nothing for the one it was before."""
    per_ontvanger: dict[str, list[Mededeling]] = defaultdict(list)
    for m in melding.mededelingen:
        for wie in sorted({waarde[aan] for waarde in (m.was, m.waarde) if waarde}):
            per_ontvanger[wie].append(
                m._replace(onderwerp=(wie, onder), gegeven=gegeven, waarde=_punten(m.waarde, aan, wie), was=None)
            )
    taken = tuple(Taak(aan, wie, tuple(ms)) for wie, ms in sorted(per_ontvanger.items()))
    return Oordeel(taken, reden if taken else "niemand om het aan toe te rekenen: geen taak")


def _punten(waarde: Any, aan: str, wie: str) -> Any:
    if not waarde or waarde[aan] != wie:
        return None
    return "onbekend" if waarde["punten"] is None else waarde["punten"]


VERTALINGEN = (
    Vertaling("aanschafheffing", VOOR_SPITSPAS, beoordeel_autobezit),
    Vertaling("spitspas", LIDMAATSCHAP, beoordeel_lidmaatschap),
    Vertaling("spitspas", BIJDRAGE, beoordeel_bijdrage, commando="StelHuishoudelijkMilieueffectVast"),
)
