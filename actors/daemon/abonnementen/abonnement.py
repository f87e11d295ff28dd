"""Abonnement: who gets which verstrekkingen of a register sent to which address, how far that is, and how it goes.

Pure: what was answered to a delivery makes of one Abonnement the next.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from actors.verwerking.gebeurtenisstroom import Keus, keus_voor
from storage.codec import pack, unpack
from storage.errors import NewerFormat
from storage.gevolgenstore import ReaderPosition

_FORMAAT = 1


class Vorm(StrEnum):
    """How events are put in a request."""

    STRUCTURED = "structured"
    BINARY = "binary"
    BATCH = "batch"


class Status(StrEnum):
    """How it is with an abonnement."""

    ACTIEF = "actief"
    GESTOPT = "gestopt"
    """It failed for too long: an official has to look, and let it go on."""
    OPGEZEGD = "opgezegd"
    """The receiver said that it is gone."""


@dataclass(frozen=True, slots=True)
class Ritme:
    """When a delivery that failed is tried again: ever later, with chance in it, until it is given up."""

    eerste_s: float = 1.0
    langste_s: float = 3600.0
    opgeven_na: timedelta = timedelta(hours=24)

    def wacht_s(self, poging: int, kans: float) -> float:
        """How long to wait after so many failures (from 1); `kans` is in [0, 1)."""
        return min(self.langste_s, self.eerste_s * 2.0 ** min(poging - 1, 30)) * (0.5 + kans / 2)


@dataclass(frozen=True, slots=True)
class Abonnement:
    """One abonnement; its secrets are shown in no representation."""

    id: str
    register: str
    eigenaar: str
    """Who made it: the name of a Gebruiker."""
    voor: str | None
    """The doelgroep for which he may read; None: the bekendmakingen alone say it."""
    url: str
    bekendmakingen: tuple[str, ...]
    """What is sent: name@version of each."""
    vorm: Vorm
    geheim: str = field(repr=False)
    """What deliveries are signed with: `whsec_` and base64."""
    toegang: str | None = field(repr=False)
    """What goes along as Bearer token, if anything."""
    stand: ReaderPosition
    """The last number that was delivered, in which incarnation of the feed, and the chain hash there."""
    per_minuut: int | None
    """At most so many requests a minute, when the receiver asked that."""
    gemaakt_op: datetime
    status: Status = Status.ACTIEF
    mislukt_sinds: datetime | None = None
    pogingen: int = 0
    """Failures since the last delivery."""
    volgende_poging: datetime | None = None
    reden: str = ""
    """What the last failure was."""

    @property
    def keus(self) -> Keus:
        """What of the feed is sent."""
        return keus_voor(self.register, self.voor, frozenset(self.bekendmakingen))

    def bezorgd(self, stand: ReaderPosition) -> "Abonnement":
        """It was delivered up to here."""
        return replace(self, stand=stand, mislukt_sinds=None, pogingen=0, volgende_poging=None, reden="")

    def terug_naar(self, stand: ReaderPosition) -> "Abonnement":
        """The receiver said that it came no further than here."""
        return replace(self, stand=stand)

    def mislukt(self, nu: datetime, reden: str, ritme: Ritme, kans: float, wacht_s: float = 0) -> "Abonnement":
        """A delivery failed; `wacht_s` is what the receiver asked to wait. Past its time it stops.

        The last try is when that time is over, whatever was asked.
        """
        sinds = self.mislukt_sinds or nu
        uiterlijk = sinds + ritme.opgeven_na
        verder = replace(self, mislukt_sinds=sinds, pogingen=self.pogingen + 1, reden=reden)
        if nu >= uiterlijk:
            return replace(verder, status=Status.GESTOPT, volgende_poging=None)
        wacht = timedelta(seconds=max(ritme.wacht_s(verder.pogingen, kans), min(wacht_s, 1e6)))
        return replace(verder, volgende_poging=min(nu + wacht, uiterlijk))

    def opgezegd(self, reden: str) -> "Abonnement":
        """The receiver is gone: nothing is sent any more, and the secrets are forgotten."""
        return replace(
            self, status=Status.OPGEZEGD, geheim="", toegang=None, volgende_poging=None, mislukt_sinds=None, reden=reden
        )

    def gestopt(self, nu: datetime, reden: str) -> "Abonnement":
        """It does not go on before an official lets it."""
        return replace(
            self, status=Status.GESTOPT, volgende_poging=None, mislukt_sinds=self.mislukt_sinds or nu, reden=reden
        )

    def hervat(self) -> "Abonnement":
        """It goes on from where it was, at once."""
        return replace(self, status=Status.ACTIEF, mislukt_sinds=None, pogingen=0, volgende_poging=None, reden="")


def naar_bytes(abonnement: Abonnement) -> bytes:
    """An abonnement as it is kept."""
    kaal: dict[str, Any] = {veld.name: getattr(abonnement, veld.name) for veld in fields(Abonnement)}
    stand = abonnement.stand
    kaal |= {"vorm": abonnement.vorm.value, "status": abonnement.status.value, "formaat": _FORMAAT}
    return pack({**kaal, "stand": [stand.source, stand.position, stand.hash]})


def van_bytes(gegevens: bytes) -> Abonnement:
    """The inverse of `naar_bytes`. NewerFormat when a newer version made it."""
    kaal: Mapping[str, Any] = unpack(gegevens)
    if kaal["formaat"] > _FORMAAT:
        raise NewerFormat("een abonnement is bewaard door een nieuwere versie van gevolg; gebruik die")
    gelezen = {veld.name: kaal[veld.name] for veld in fields(Abonnement)}
    gelezen |= {"vorm": Vorm(kaal["vorm"]), "status": Status(kaal["status"])}
    gelezen |= {"stand": ReaderPosition(*kaal["stand"]), "bekendmakingen": tuple(kaal["bekendmakingen"])}
    return Abonnement(**gelezen)
