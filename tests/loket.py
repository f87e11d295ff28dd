"""The desk of the officials: what waits and what they do about it, and new law."""

from datetime import date
from typing import Any

from actors.register.tijdlijnen import OPEN_BEGIN, OPEN_EIND
from actors.verwerking.generiek.commandos import (
    BeslisTaak,
    DoorbreekAanhouding,
    HervatTaak,
    LegTaakTerzijde,
    RegistreerRegelversie,
)
from tests.domein import Verhaal, dag

OPEN = (OPEN_BEGIN, OPEN_EIND)


# --- taken ----------------------------------------------------------------------------------------------------


def hervat(*over: str, gegeven: str, aggregaat: str = "auto") -> HervatTaak:
    """Try again."""
    return HervatTaak(**_taak(over, gegeven, aggregaat), toelichting="nog eens")


def beslis(*over: str, gegeven: str, waarde: Any, aggregaat: str = "auto", vanaf: date | None = None) -> BeslisTaak:
    """An official decides."""
    return BeslisTaak(**_taak(over, gegeven, aggregaat), vanaf=vanaf, waarde=waarde, toelichting="naar redelijkheid")


def doorbreek(*over: str, gegeven: str, aggregaat: str = "auto", vanaf: date | None = None) -> DoorbreekAanhouding:
    """An official lets it go on although it is doubted."""
    return DoorbreekAanhouding(**_taak(over, gegeven, aggregaat), vanaf=vanaf, toelichting="het duurt te lang")


def terzijde(*over: str, gegeven: str, aggregaat: str = "auto", vanaf: date | None = None) -> LegTaakTerzijde:
    """An official takes it off the list."""
    return LegTaakTerzijde(**_taak(over, gegeven, aggregaat), vanaf=vanaf, toelichting="hier hoeft niets")


def _taak(over: tuple[str, ...], gegeven: str, aggregaat: str) -> dict[str, Any]:
    return {"aggregaat": aggregaat, "aggregaat_id": over[0], "onderwerp": over, "gegeven": gegeven}


def wacht(verhaal: Verhaal, naam: str) -> list[tuple[Any, ...]]:
    """What waits in an aggregate ("auto/auto-1"): gegeven, reason, and the interval (None is open)."""
    return [
        (w.gegeven, w.reden, *(None if grens in OPEN else grens for grens in (w.vanaf, w.tot)))
        for w in verhaal.staten[naam].wachtend
    ]


# --- rule versions --------------------------------------------------------------------------------------------


def tarief(versie: int = 2, vanaf: str = "07-01", **anders: Any) -> RegistreerRegelversie:
    """Aanschafheffing: [21,33) € 2000, from 33 on € 5000, *eerbiedigend*; unless said otherwise."""
    velden = {
        "regelversie_id": "aanschafheffing",
        "overgang": "eerbiedigend",
        "grenzen": (21, 33),
        "uitkomsten": (500_00, 2000_00, 5000_00),
        "grond": "Wijzigingswet aanschafheffing, artikel I",
    }
    return RegistreerRegelversie(**{**velden, "versie": versie, "geldig_vanaf": dag(vanaf), **anders})


def passenrecht(versie: int = 2, vanaf: str = "07-01", **anders: Any) -> RegistreerRegelversie:
    """Spitspasrecht: [0,14) 5, [14,31) 3, *onmiddellijk*; unless said otherwise."""
    velden = {
        "regelversie_id": "spitspasrecht",
        "overgang": "onmiddellijk",
        "grenzen": (14, 31),
        "uitkomsten": (5, 3, 0),
        "grond": "Wijzigingswet spitspas, artikel II",
    }
    return RegistreerRegelversie(**{**velden, "versie": versie, "geldig_vanaf": dag(vanaf), **anders})
