"""Woorden: gegevens, gevolgen and moments as a Dutch reader would say them."""

import re
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from functools import singledispatch
from typing import Any
from zoneinfo import ZoneInfo

from actors.register.persoonsgegeven import Persoonsgegeven
from actors.register.regel import euro, leesbaar
from actors.register.tijdlijnen import OPEN_BEGIN, OPEN_EIND, Ontbreekt, Stap
from actors.register.verantwoording import Aanleiding, Aanleidingsoort, Grond
from actors.register.zekerheid import Zekerheid

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

_MAANDEN_KORT = ("jan", "feb", "mrt", "apr", "mei", "jun", "jul", "aug", "sep", "okt", "nov", "dec")
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

_AANLEIDINGEN = {
    Aanleidingsoort.GEVOLG: "een bericht van {wie}",
    Aanleidingsoort.SIGNAAL: "een melding van {wie}",
    Aanleidingsoort.AANVRAAG: "een aanvraag van {wie}",
    Aanleidingsoort.TERUGMELDING: "twijfel, gemeld door {wie}",
    Aanleidingsoort.CORRECTIEVERZOEK: "een verzoek om correctie van {wie}",
    Aanleidingsoort.BEZWAAR: "een bezwaar van {wie}",
    Aanleidingsoort.UITSPRAAK: "een uitspraak van {wie}",
    Aanleidingsoort.AMBTSHALVE: "een eigen controle door {wie}",
    Aanleidingsoort.WETSWIJZIGING: "nieuwe regels, volgens {wie}",
    Aanleidingsoort.TIJDSTIP: "het moment dat daarvoor was bepaald, volgens {wie}",
}
_ZEKERHEDEN = {
    Zekerheid.ONBETWIST: "er is geen twijfel over",
    Zekerheid.IN_TWIJFEL: "in twijfel",
    Zekerheid.IN_ONDERZOEK: "in onderzoek",
    Zekerheid.AANGEVOCHTEN: "aangevochten: er loopt een bezwaar of beroep tegen",
    Zekerheid.BEVESTIGD: "na onderzoek bevestigd",
}
_KENMERK = re.compile(r"[0-9a-f]{8}-?[0-9a-f]{4}")
"""How an id of the registers begins: it says nothing to a reader."""


def lokale_dag(moment: datetime) -> date:
    """The day in Europe/Amsterdam of an aware datetime."""
    return moment.astimezone(AMSTERDAM).date()


def datum(dag: date | None) -> str:
    """1 maart 2026; an open bound reads as "altijd"."""
    return "altijd" if dag is None else f"{dag.day} {_MAANDEN[dag.month - 1]} {dag.year}"


NIETS = "-"
"""What stands where there is no value."""

TEKENS = {"in_twijfel": "?", "in_onderzoek": "??", "aangevochten": "!", "bevestigd": "*"}
"""What stands behind a value that is not simply onbetwist. In ASCII: a sign that a terminal lacks becomes a ?."""


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


def dagen_tekst(vanaf: date, tot: date) -> str:
    """The days of a half-open interval as they stand in a sentence: "vanaf 1 maart 2026 tot …"; empty when all days."""
    begin = [] if vanaf == OPEN_BEGIN else [f"vanaf {datum(vanaf)}"]
    return " ".join([*begin, *([] if tot == OPEN_EIND else [f"tot {datum(tot)}"])])


def moment_tekst(moment: date | datetime | None) -> str:
    """A day, or a moment in Dutch local time."""
    if not isinstance(moment, datetime):
        return "onbekend" if moment is None else datum(moment)
    plaatselijk = moment.astimezone(AMSTERDAM)
    return f"{datum(plaatselijk.date())} om {plaatselijk:%H:%M:%S}"


def zekerheid_tekst(zekerheid: str) -> str:
    """How sure the register is, in plain words."""
    return _ZEKERHEDEN[Zekerheid(zekerheid)]


def aanleiding_tekst(aanleiding: Aanleiding) -> str:
    """What set something in motion, and by whom: "een melding van de verzekeraar (aankoopmelding)"."""
    soort = aanleiding.soort
    bekend = soort in set(Aanleidingsoort)
    wat = _AANLEIDINGEN[Aanleidingsoort(soort)] if bekend else f"{soort.replace('_', ' ')} van {{wie}}"
    verwijzing = aanleiding.verwijzing
    stil = not verwijzing or verwijzing == "geen" or _KENMERK.search(verwijzing)
    return wat.format(wie=aanleiding.verantwoordelijke) + ("" if stil else f" ({verwijzing})")


def dag_kort(dag: date) -> str:
    """1 mrt 2026, for where there is little room."""
    return f"{dag.day} {_MAANDEN_KORT[dag.month - 1]} {dag.year}"


def moment_kort(moment: datetime) -> tuple[str, str]:
    """The day and the time of a moment, in Dutch local time; always as wide."""
    plaatselijk = moment.astimezone(AMSTERDAM)
    return f"{dag_kort(plaatselijk.date()):>11}", f"{plaatselijk:%H:%M:%S}"


def waarde_kort(gegeven: str, waarde: Any) -> str:
    """A value for a column that has its name above it: without its unit, on one line."""
    if waarde is None:
        return NIETS
    if isinstance(waarde, date):
        return dag_kort(waarde)
    return " ".join(waarde_tekst(gegeven if gegeven.endswith("_eurocent") else "", waarde).split())


def kolom_tekst(gegeven: str) -> str:
    """The name of a column, with the unit of what stands below it."""
    eenheid = next((tekst for einde, tekst in _EENHEDEN.items() if gegeven.endswith(einde)), "")
    return f"{gegeven_tekst(gegeven)} ({eenheid})" if eenheid else gegeven_tekst(gegeven)


def zekerheid_teken(zekerheid: str | None) -> str:
    """The sign behind a value of which this is the zekerheid; none when it is onbetwist."""
    return f" {TEKENS[zekerheid]}" if zekerheid else ""


def grond_tekst(grond: Grond) -> str:
    """A ground with its kind and version."""
    versie = f", versie {grond.versie}" if grond.versie else ""
    return f"{grond.verwijzing} ({grond.soort}{versie})"


def stap_tekst(stap: Stap, gegeven: str = "") -> str:
    """A step of a calculation with what came out of it; `gegeven` when that is its outcome.

    A step that speaks of € has it in eurocent; what its words already say is not said again.
    """
    uitkomst = stap.uitkomst
    if not gegeven and "€" in stap.tekst and isinstance(uitkomst, int):
        gegeven = "_eurocent"
    gezegd = waarde_tekst(gegeven, uitkomst)
    al_gezegd = stap.tekst.endswith(f": {gezegd}") if _is_getal(uitkomst) else gezegd in stap.tekst
    return stap.tekst if al_gezegd else f"{stap.tekst}: {gezegd}"


def _is_getal(waarde: Any) -> bool:
    return isinstance(waarde, int | Decimal | Fraction) and not isinstance(waarde, bool)


def zin(tekst: str) -> str:
    """A sentence: a capital first, a full stop last; empty when there is no text."""
    return met_punt(f"{tekst[:1].upper()}{tekst[1:]}")


def klein(tekst: str) -> str:
    """A sentence as it follows a colon: no capital first."""
    return f"{tekst[:1].lower()}{tekst[1:]}"


def met_punt(tekst: str) -> str:
    """A text as it was written, with a full stop last; empty when there is no text."""
    return tekst if not tekst or tekst.endswith((".", "!", "?")) else f"{tekst}."


def opsomming(delen: Iterable[str]) -> str:
    """a, b en c."""
    *eerste, laatste = delen
    return f"{', '.join(eerste)} en {laatste}" if eerste else laatste
