"""Woorden: gegevens, gevolgen and moments as a Dutch reader would say them."""

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from functools import singledispatch
from typing import Any
from zoneinfo import ZoneInfo

from actors.register.persoonsgegeven import Persoonsgegeven
from actors.register.regel import euro, leesbaar
from actors.register.tijdlijnen import OPEN_BEGIN, OPEN_EIND, Ontbreekt
from actors.register.verantwoording import Grond

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
_MAANDEN = (
    "januari",
    "februari",
    "maart",
    "april",
    "mei",
    "juni",
    "juli",
    "augustus",
    "september",
    "oktober",
    "november",
    "december",
)

_EENHEDEN = {"_g_per_km": "g/km", "_kg": "kg", "_m": "m", "_eurocent": ""}
_TELWOORDEN = {
    "punten": ("punt", "punten", ""),
    "fysieke_punten": ("fysiek punt", "fysieke punten", ""),
    "bijdrage": ("punt", "punten", ""),
    "passen": ("pas", "passen", " per maand"),
}

_REDENEN = {
    "punten_onbekend": "de punten van een auto zijn niet bekend (buiten het heffingsgebied zijn die er niet)",
    "bijdrage_onbekend": "wat de auto's van een volwassene bijdragen is nog niet bekend",
    "huishouden_onbekend": "van deze eigenaar is nog geen huishouden bekend",
    "gelijktijdige_claims": "twee beweringen over dit gegeven beginnen op dezelfde dag",
    "invoer_in_twijfel": "een gegeven waarop dit rust is in twijfel of in onderzoek",
    "gerede_twijfel": "een terugmelding wacht op een oordeel: is er gerede twijfel?",
}


def lokale_dag(moment: datetime) -> date:
    """The day in Europe/Amsterdam of an aware datetime."""
    return moment.astimezone(AMSTERDAM).date()


def datum(dag: date | None) -> str:
    """1 maart 2026; an open bound reads as "altijd"."""
    return "altijd" if dag is None else f"{dag.day} {_MAANDEN[dag.month - 1]} {dag.year}"


def gegeven_tekst(gegeven: str) -> str:
    """The name of a gegeven without its unit: uitstoot for uitstoot_g_per_km."""
    return _zonder_eenheid(gegeven).replace("_", " ")


def waarde_tekst(gegeven: str, waarde: Any) -> str:
    """A value with its unit, which stands last in the name of its gegeven."""
    return "onbekend" if waarde is None else _tekst(waarde, gegeven)


@singledispatch
def _tekst(waarde: Any, _gegeven: str) -> str:
    return str(waarde)


@_tekst.register
def _(waarde: Persoonsgegeven, _gegeven: str) -> str:
    return "vernietigd" if waarde.waarde is None else str(waarde.waarde)


@_tekst.register
def _(waarde: Ontbreekt, _gegeven: str) -> str:
    return f"ontbreekt ({reden_tekst(waarde.reden)})"


@_tekst.register
def _(waarde: bool, _gegeven: str) -> str:  # noqa: FBT001 - a value like the others
    return "ja" if waarde else "nee"


@_tekst.register
def _(waarde: date, _gegeven: str) -> str:
    return datum(waarde)


@_tekst.register
def _(waarde: dict, _gegeven: str) -> str:  # type: ignore[type-arg]  # singledispatch wants the bare type
    return ", ".join(genoemd(naam, deel) for naam, deel in waarde.items())


@_tekst.register(list)
@_tekst.register(tuple)
def _(waarde: list[Any] | tuple[Any, ...], _gegeven: str) -> str:
    return " · ".join(waarde_tekst("", deel) for deel in waarde)


@_tekst.register(int)
@_tekst.register(Decimal)
@_tekst.register(Fraction)
def _(waarde: int | Decimal | Fraction, gegeven: str) -> str:
    if gegeven.endswith("_eurocent"):
        return euro(int(waarde))
    if gegeven in _TELWOORDEN:
        een, meer, na = _TELWOORDEN[gegeven]
        return f"{leesbaar(waarde)} {een if waarde == 1 else meer}{na}"
    eenheid = next((tekst for einde, tekst in _EENHEDEN.items() if gegeven.endswith(einde)), "")
    return f"{leesbaar(waarde)} {eenheid}".rstrip()


def genoemd(gegeven: str, waarde: Any) -> str:
    """Name and value together: "gewicht 1300 kg", "33 punten"."""
    tekst = waarde_tekst(gegeven, waarde)
    if gegeven in ("punten", "fysieke_punten", "passen") and waarde is not None:
        return tekst
    return f"{gegeven_tekst(gegeven)} {tekst}"


def opgesomd(delen: Iterable[tuple[tuple[str, ...], str, Any]]) -> str:
    """Values by name, each once; of a yes the one it is about is named instead."""
    uit: dict[str, None] = {}
    for onderwerp, gegeven, waarde in delen:
        tekst = f"{gegeven_tekst(gegeven)} {onderwerp[-1]}" if waarde is True else genoemd(gegeven, waarde)
        uit[tekst] = None
    return ", ".join(uit)


def _zonder_eenheid(gegeven: str) -> str:
    return next((gegeven.removesuffix(einde) for einde in _EENHEDEN if gegeven.endswith(einde)), gegeven)


def reden_tekst(reden: str) -> str:
    """Why something waits, in plain words."""
    return _REDENEN.get(reden) or reden.replace("_", " ")


def geldigheid_tekst(vanaf: date, tot: date) -> str:
    """A half-open interval in words."""
    if vanaf == OPEN_BEGIN and tot == OPEN_EIND:
        return "altijd"
    begin = "van oudsher" if vanaf == OPEN_BEGIN else f"vanaf {datum(vanaf)}"
    return begin if tot == OPEN_EIND else f"{begin}, tot {datum(tot)}"


def moment_tekst(moment: date | datetime | None) -> str:
    """A day, or a moment in Dutch local time."""
    if not isinstance(moment, datetime):
        return "onbekend" if moment is None else datum(moment)
    plaatselijk = moment.astimezone(AMSTERDAM)
    return f"{datum(plaatselijk.date())} om {plaatselijk:%H:%M:%S}"


def grond_tekst(grond: Grond) -> str:
    """A ground with its kind and version."""
    versie = f", versie {grond.versie}" if grond.versie else ""
    return f"{grond.verwijzing} ({grond.soort}{versie})"
