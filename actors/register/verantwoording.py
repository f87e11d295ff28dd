"""Verwerkingsverantwoording: why and how a gevolg came to be (handreiking, "Verwerkingsverantwoording")."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple

from actors.register.tijdlijnen import Invoer, Stap


class Aanleidingsoort(StrEnum):
    """What kind of thing set the processing in motion."""

    GEVOLG = "gevolg"
    SIGNAAL = "signaal"
    AANVRAAG = "aanvraag"
    TERUGMELDING = "terugmelding"
    CORRECTIEVERZOEK = "correctieverzoek"
    BEZWAAR = "bezwaar"
    UITSPRAAK = "uitspraak"
    AMBTSHALVE = "ambtshalve"
    WETSWIJZIGING = "wetswijziging"
    TIJDSTIP = "tijdstip"


class Aanleiding(NamedTuple):
    """What preceded this gevolg, and who was responsible there (handreiking, "Aanleiding").

    `verwijzing` names it: a gevolg id, the number of a verstrekking, a letter. `afspraak` is the agreement
    under which it was exchanged.
    """

    soort: str
    verwijzing: str
    verantwoordelijke: str
    afspraak: str | None = None


class Grond(NamedTuple):
    """One ground the processing rests on: wet, beleid or procedure (handreiking, "Legitimering")."""

    soort: str
    verwijzing: str
    versie: str = ""


class Verantwoordelijke(NamedTuple):
    """The responsible organisation and the part of it that processed; never a person."""

    organisatie: str
    onderdeel: str


class Mandaat(NamedTuple):
    """On whose behalf an official decides, and where that is laid down."""

    bevoegdheid: str
    verwijzing: str


class Verklaring(NamedTuple):
    """How the ground was applied: which rule, on which values, in which steps (handreiking, "Verklaring").

    `toelichting` is what the official who decided adds, if anything.
    """

    regel: str
    regelversie: int
    invoer: tuple[Invoer, ...]
    stappen: tuple[Stap, ...]
    toelichting: str | None = None


class Software(NamedTuple):
    """Which software recorded it: package and revision, bijhoudingsmodel, writer and trace context."""

    programmaversie: str
    bijhoudingsmodel: str
    schrijver: str
    trace: str = ""


@dataclass(frozen=True, slots=True)
class Verantwoording:
    """What all gevolgen of one transactie share.

    `gebeurd_op` is a day (local, Europe/Amsterdam) or an aware datetime: when it happened in the world.
    `beslisser` is the official who decided, None when a rule did; `namens` is that official's mandate. `voert_uit` is
    the gevolg that set the taak which this carries out (`SignaalBeoordeeld`), None when there was none. `oorzaak` is
    the id of the commando, in whatever register, with which it all began.
    """

    aanleiding: Aanleiding
    gebeurd_op: date | datetime
    geregistreerd_door: str
    verantwoordelijke: Verantwoordelijke
    software: Software
    oorzaak: str
    beslisser: str | None = None
    namens: Mandaat | None = None
    voert_uit: str | None = None
