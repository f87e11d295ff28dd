"""Vraag and antwoord: what is asked of a register, and an answer that says of which moments it is (both axes).

Handreiking, "Informatiemodellen: vier cellen". Every answer carries a herhaaltoken with which the very same bytes are
given again, whatever is corrected since; only one that is not whole has none.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Generic, NamedTuple, TypeVar

from actors.verwerking.jsonvorm import json_bytes

T = TypeVar("T")


class Onbekend(KeyError):
    """What is asked for is not there; the text says in Dutch what is not."""

    def __str__(self) -> str:
        """The text as it was given; KeyError would quote it."""
        return str(self.args[0])


class Vraagsoort(StrEnum):
    """What is asked for."""

    RIJ = "rij"
    TABEL = "tabel"
    HISTORIE = "historie"
    TAKEN = "taken"
    UITLEG = "uitleg"
    HERKOMST = "herkomst"
    DOORWERKING = "doorwerking"


class Vraag(NamedTuple):
    """A question: of which leveringsmodel ("naam@versie"), about what, and for whom it is asked (a doelgroep).

    `kolom` is the column of which an uitleg is asked; `hoogstens` how many gevolgen of a herkomst or doorwerking.
    """

    soort: Vraagsoort
    register: str
    leveringsmodel: str
    sleutel: tuple[str, ...]
    voor: str
    kolom: str | None = None
    hoogstens: int | None = None


class Momenten(NamedTuple):
    """The moments an answer is of.

    `geldig_op` is the day (Europe/Amsterdam) or the aware moment on the material axis, None when all days were asked.
    `beschikbaar_op` is the moment on the formal axis (aware, UTC): the one that was asked, or else that of the last
    transactie that is in the answer; None when there is none yet. `positie` is that transactie, 0 when there is none.
    """

    geldig_op: date | datetime | None
    beschikbaar_op: datetime | None
    positie: int


@dataclass(frozen=True, slots=True)
class Antwoord(Generic[T]):
    """What the register says: the `inhoud` (None: nothing known), of which moments, and how to have it said again.

    `volledig` is false when something of it stands still in its table, or was destroyed since: then there is no token.
    """

    vraag: Vraag
    momenten: Momenten
    inhoud: T
    volledig: bool
    herhaaltoken: str | None

    def als_bytes(self) -> bytes:
        """The answer as JSON; with its herhaaltoken these bytes are given again."""
        return json_bytes(self)


class Bladgrens(NamedTuple):
    """Where a page of a table begins: after a row, or (`terug`) before it; by its onderwerp, of a ranking its place."""

    onderwerp: tuple[str, ...]
    terug: bool = False


class Blad(NamedTuple):
    """A page of a table: an answer with some of its rows, and whether there are rows before and after it.

    Its herhaaltoken is that of the table at these moments: with it, and a grens, another page is of the same moment.
    """

    antwoord: Antwoord[list[dict[str, Any]]]
    eerder: bool
    later: bool


class Vervallen(Exception):
    """This cannot be answered (again) any more, and will not be: another journal, an older form, destroyed data."""


class NogNietZover(Exception):
    """What is asked is not in this table (yet): it lags behind the journal, or stands still; ask again later."""


class GeenMoment(ValueError):
    """This cannot be asked: in the future (formal axis), without time zone, outside the calendar, or no moment."""


class GeenGrens(ValueError):
    """This bound cannot be asked: less than one gevolg, or a position that a register does not have (yet)."""


class NietGeleverd(Exception):
    """This leveringsmodel is not for the doelgroep for which it was asked."""
