"""Gevolg: "duurzaam waardevol resultaat van overheidshandelen" (handreiking, "Gevolg als kernconcept").

A gevolg is recorded in a transactie and never changed. What it holds is one of the `Inhoud` kinds below; the
runtime folds those, whatever the context.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple, TypeAlias

from actors.register.annotatie import Annotatie, Degistratie
from actors.register.claim import Claim, Mededeling
from actors.register.taak import BESLISTERMIJN_DAGEN, Taakoordeel
from actors.register.terugmelding import Terugmelding
from actors.register.tijdlijnen import Onderwerp, Stuk
from actors.register.verantwoording import Grond, Verantwoording, Verklaring
from actors.register.vernietiging import Vernietiging


class Wijziging(StrEnum):
    """The kinds of change, each recorded as itself."""

    REGISTREREN = "registreren"
    WIJZIGEN = "wijzigen"
    CORRIGEREN = "corrigeren"
    BEEINDIGEN = "beeindigen"
    HERSTELLEN = "herstellen"
    HEROPLEVEN = "heropleven"
    IN_TWIJFEL_TREKKEN = "in_twijfel_trekken"
    IN_ONDERZOEK_STELLEN = "in_onderzoek_stellen"
    ONDERZOEK_BEEINDIGEN = "onderzoek_beeindigen"
    DEGISTREREN = "degistreren"
    VASTSTELLEN = "vaststellen"
    HERZIEN = "herzien"
    HANDHAVEN = "handhaven"
    INTREKKEN = "intrekken"
    ZEKERHEID_WIJZIGEN = "zekerheid_wijzigen"
    AANHOUDEN = "aanhouden"
    OVERNEMEN = "overnemen"
    BEOORDELEN = "beoordelen"
    AANVECHTEN = "aanvechten"
    TERUGMELDEN = "terugmelden"
    TAAK_BEHANDELEN = "taak_behandelen"
    HERBEOORDELEN = "herbeoordelen"
    VERNIETIGEN = "vernietigen"
    WISSEN = "wissen"


class Vastlegging(NamedTuple):
    """Claims asserted here."""

    claims: tuple[Claim, ...]


class Afleiding(NamedTuple):
    """One derived gegeven on one interval: what the register now says (`stuk`) and said before (`was`).

    Withdrawn when `stuk.waarde` is None. `betreft` is the claim that stood there before, None when there was none.
    """

    onderwerp: Onderwerp
    gegeven: str
    stuk: Stuk
    was: Any = None
    betreft: str | None = None


class Bericht(NamedTuple):
    """One verstrekking that was taken over: its number in the feed, its registration moment and gevolgen there."""

    nummer: int
    geregistreerd_op: datetime
    gevolgen: tuple[str, ...]
    mededelingen: tuple[Mededeling, ...]


class Overname(NamedTuple):
    """What was taken over from another register, as that register published it.

    `bron_id` is the feed it came from (16 bytes): one incarnation of that register.
    """

    bron: str
    bron_id: bytes
    berichten: tuple[Bericht, ...]

    @property
    def mededelingen(self) -> tuple[Mededeling, ...]:
        """All that was told, in order."""
        return tuple(mededeling for bericht in self.berichten for mededeling in bericht.mededelingen)


class Wachtend(NamedTuple):
    """One interval that waits, and why: a doubted input, or the input that is missing (then it is a `taak`).

    `kenmerk` stands for the cause: the same cause, the same kenmerk; of several it has each. An official is to see to
    it within `termijn_dagen`, counted from the day on which the register recorded that it waits.
    """

    onderwerp: Onderwerp
    gegeven: str
    vanaf: Any
    tot: Any
    reden: str
    taak: bool
    termijn_dagen: int = BESLISTERMIJN_DAGEN
    kenmerk: str = ""


class Aanhouding(NamedTuple):
    """All that waits in this aggregate from now on; empty when nothing waits any more."""

    wachtend: tuple[Wachtend, ...]


class Beoordeling(NamedTuple):
    """The judgement of a signaal: the taken that came of it, and why; also when nothing fired."""

    bron: str
    bron_id: bytes
    nummer: int
    bekendmaking: str
    taken: tuple[str, ...]
    reden: str


class Herroeping(NamedTuple):
    """What was taken over from a register that was put back from an older copy and does not say it any more.

    Of `bron` only that stays (`blijft`: pairs of the feed it came from and a number there) which came no later than
    the number of its feed.
    """

    bron: str
    blijft: tuple[tuple[bytes, int], ...]

    def laat(self, bron: str, bron_id: bytes, nummer: int) -> bool:
        """Whether what came in this verstrekking stays."""
        return bron != self.bron or any(bron_id == feed and nummer <= tot for feed, tot in self.blijft)


class Herbeoordeling(NamedTuple):
    """Which aggregates were considered again because of a rule version, and for how many that recorded something."""

    regel: str
    aanleiding: str
    aantal: int
    gewijzigd: int


Inhoud: TypeAlias = (
    Vastlegging
    | Afleiding
    | Overname
    | Aanhouding
    | Beoordeling
    | Herroeping
    | Annotatie
    | Degistratie
    | Terugmelding
    | Taakoordeel
    | Herbeoordeling
    | Vernietiging
)


@dataclass(frozen=True, slots=True)
class Gevolg:
    """One recorded fact, named for what happened (`AutoGeregistreerd`), with its own ground and verklaring."""

    id: str
    naam: str
    versie: int
    soort: Wijziging
    inhoud: Inhoud
    legitimering: tuple[Grond, ...]
    verklaring: Verklaring | None = None


@dataclass(frozen=True, slots=True)
class Transactie:
    """The gevolgen of one commando in one aggregate: recorded, read and published whole or not at all.

    `volgnummer` counts the transacties of the aggregate from 1. `positie` and `geregistreerd_op` (aware, UTC)
    are given by the store alone; they are 0 and None as long as it is not recorded.
    """

    register: str
    aggregaat: str
    aggregaat_id: str
    volgnummer: int
    commando_id: str
    commando: str
    verantwoording: Verantwoording
    gevolgen: tuple[Gevolg, ...]
    positie: int = 0
    geregistreerd_op: datetime | None = None
