"""Parameters: the parameters that operations share, and how their text is read."""

import re
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from actors.daemon.api.bewerking import Parameter

_DAG = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_GETAL = re.compile(r"\d{1,15}", re.ASCII)
LANGSTE = 200
"""Signs in one part of a path."""
LANGSTE_TOKEN = 4096

MEESTE = 1000
"""Rows, transacties or verstrekkingen on one page."""
GEWOON = 100
"""How many when nothing is said."""


def lees_moment(tekst: str) -> date | datetime:
    """A day, or a moment with its time zone; a plus that a query turned into a space is put back."""
    try:
        if _DAG.fullmatch(tekst):
            return date.fromisoformat(tekst)
        moment = datetime.fromisoformat(tekst.replace(" ", "+"))
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise ValueError("moet een dag zijn (jjjj-mm-dd), of een moment met tijdzone (jjjj-mm-ddTuu:mm:ssZ)")
    return moment


def lees_getal(laagst: int, hoogst: int) -> Callable[[str], int]:
    """A whole number between these bounds."""

    def lees(tekst: str) -> int:
        if _GETAL.fullmatch(tekst) is None or not laagst <= int(tekst) <= hoogst:
            raise ValueError(f"moet een geheel getal zijn van {laagst} tot en met {hoogst}")
        return int(tekst)

    return lees


def lees_tekst(langst: int) -> Callable[[str], str]:
    """Text of at most so many signs."""

    def lees(tekst: str) -> str:
        if not 0 < len(tekst) <= langst:
            raise ValueError(f"moet 1 tot {langst} tekens hebben")
        return tekst

    return lees


def getal(naam: str, omschrijving: str, *, laagst: int, hoogst: int, gewoon: int | None = None) -> Parameter:
    """A parameter that is a whole number."""
    schema: dict[str, Any] = {"type": "integer", "minimum": laagst, "maximum": hoogst}
    if gewoon is not None:
        schema["default"] = gewoon
    return Parameter(naam, omschrijving, schema, lees_getal(laagst, hoogst), voorbeeld=gewoon or laagst)


def padnaam(naam: str, omschrijving: str, voorbeeld: str) -> Parameter:
    """A part of the path."""
    schema = {"type": "string", "minLength": 1, "maxLength": LANGSTE}
    return Parameter(naam, omschrijving, schema, waar="path", voorbeeld=voorbeeld)


_MOMENT = {"oneOf": [{"type": "string", "format": "date"}, {"type": "string", "format": "date-time"}]}

GELDIG_OP = Parameter(
    "geldigOp",
    "Op welke dag of welk moment het geldt (materieel); zonder: vandaag, Nederlandse tijd.",
    _MOMENT,
    lees_moment,
    voorbeeld="2026-06-01",
)
BESCHIKBAAR_OP = Parameter(
    "beschikbaarOp",
    "Zoals het toen bekend was (formeel): een dag of een moment, niet in de toekomst; zonder: nu.",
    _MOMENT,
    lees_moment,
    voorbeeld="2026-06-01",
)
HERHAALTOKEN = Parameter(
    "herhaaltoken",
    "Geef precies het antwoord dat eerder met dit token is gegeven; dan hoort er geen andere vraag bij.",
    {"type": "string", "minLength": 1, "maxLength": LANGSTE_TOKEN},
    lees_tekst(LANGSTE_TOKEN),
    voorbeeld="v-edUZ2uBT2estb_xs_3uJQBl6NyaWqv",
)
WACHT_OP = Parameter(
    "wachtOp",
    "Wacht, begrensd, tot deze positie van het register in de tabel staat: om een eigen wijziging terug te zien.",
    {"type": "integer", "minimum": 1, "maximum": 10**15 - 1},
    lees_getal(1, 10**15 - 1),
    voorbeeld=12,
)
LIMIET = getal("limiet", "Hoeveel er hoogstens op een bladzijde staan.", laagst=1, hoogst=MEESTE, gewoon=GEWOON)
CURSOR = Parameter(
    "cursor",
    "Waar de bladzijde begint: neem hem over uit een van de links van een andere bladzijde.",
    {"type": "string", "minLength": 1, "maxLength": LANGSTE_TOKEN * 2},
    lees_tekst(LANGSTE_TOKEN * 2),
    voorbeeld="WyJhdXRvLW9wZW5iYWFyQDEiXQ",
)
HOOGSTENS = getal("hoogstens", "Hoeveel gevolgen, de dichtstbijzijnde eerst.", laagst=1, hoogst=MEESTE, gewoon=500)
