"""Gebeurtenisstroom: the feed of a register as CloudEvents by the NL GOV profile 1.1, for who may have them.

Nothing is rendered: an event is a verstrekking as it was kept. It says where it stands in the feed and what came before
it, with the chain hash at both places, so that a reader knows without asking that nothing is missing in between.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from actors.verwerking.gebeurtenis import JSON, Gebeurtenis, begrensd
from actors.verwerking.herleveren import Referentie, als_levering, is_voor, verwijzer
from actors.verwerking.jsonvorm import als_json, json_bytes
from actors.verwerking.leesstand import gehoord_tot
from actors.verwerking.serialisatie import Serialisatie, lees_formaat
from actors.verwerking.waardetypen import typen_van
from storage.feed import Feed, Verstrekking
from storage.former import Former
from storage.gevolgenstore import ReaderPosition

_OIN = re.compile(r"[0-9]{20}", re.ASCII)
_DOMEIN = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)*", re.ASCII)
_SOORT = re.compile(r"(?P<naam>[a-z0-9-]+)\.v(?P<versie>[1-9][0-9]*)", re.ASCII)
NAMEN = {"gebeurd_op": "gebeurdOp", "geregistreerd_op": "geregistreerdOp"}
"""Names as an API writes them, of what is delivered."""
_NIET_IN_DATA = {"formaat", "trace"}
"""What is kept and is no data of an event: its trace is an attribute."""
_VOLGORDE = 10
"""Digits of a `sequence`: as many as the greatest Integer has, so that order as text is order as number."""


@dataclass(frozen=True, slots=True)
class Afzender:
    """Who sends: what the attributes of his events are made of. ValueError when it cannot be by the profile."""

    oin: str = "0" * 20
    """The organisatie-identificatienummer, 20 digits."""
    domein: str = "nl"
    """What the types of his events begin with, in reverse DNS."""
    adres: str = ""
    """Where his API is found (scheme and host, without a slash at the end); empty: references are relative."""

    def __post_init__(self) -> None:
        if _OIN.fullmatch(self.oin) is None:
            raise ValueError(f"een OIN heeft 20 cijfers; {self.oin[:40]!r} niet")
        if _DOMEIN.fullmatch(self.domein) is None:
            raise ValueError(f"{self.domein[:40]!r} is geen domein in omgekeerde volgorde, zoals nl.voorbeeld")

    def bron(self, register: str) -> str:
        """The `source` of the events of a register."""
        return f"urn:nld:oin:{self.oin}:systeem:{register}"

    def soort(self, register: str, bekendmaking: str) -> str:
        """The `type` of a bekendmaking (name@version)."""
        naam, _, versie = bekendmaking.partition("@")
        return f"{self.domein}.{register}.{naam}.v{versie}"

    def vindplaats(self, referentie: Referentie) -> str:
        """The `dataref` of a verstrekking."""
        plaats = f"{referentie.feed_id.hex()}/{referentie.nummer}"
        return f"{self.adres}/{referentie.register}/v1/verstrekkingen/{plaats}"


def bekendmaking_van(soort: str, register: str) -> str | None:
    """Which bekendmaking (name@version) of a register a `type` means, whatever domain it begins with; None: none."""
    voor, scheiding, rest = f".{soort}".partition(f".{register}.")
    delen = _SOORT.fullmatch(rest)
    return f"{delen['naam']}@{delen['versie']}" if scheiding and voor and delen else None


class Plaats(NamedTuple):
    """A place in a feed: a number, and the chain hash there."""

    nummer: int
    keten: bytes


class Stuk(NamedTuple):
    """One event of a stream: where it stands, and what set it in motion (what has one oorzaak belongs together)."""

    plaats: Plaats
    oorzaak: str
    gebeurtenis: Gebeurtenis
    kop: Mapping[str, Any]
    """The content of the verstrekking."""


Keus = Callable[[dict[str, Any]], bool]
"""Whether a verstrekking is wanted, from the head of its content."""


def keus_voor(register: str, voor: str | None, bekendmakingen: frozenset[str] | None = None) -> Keus:
    """What goes to who asks: meldingen of these bekendmakingen (name@version; None: all) that he may have.

    Letters go to their betrokkene alone (`betrokkene/<id>`), never to a register or a doelgroep.
    """

    def kies(kop: dict[str, Any]) -> bool:
        if bekendmakingen is not None and kop["bekendmaking"] not in bekendmakingen:
            return False
        if kop["vorm"] == "brief" and not (voor or "").startswith("betrokkene/"):
            return False
        return is_voor(register, kop, voor)

    return kies


class Gebeurtenisstroom:
    """Reads one feed as events; makes nothing and keeps nothing."""

    def __init__(self, feed: Feed, serialisatie: Serialisatie, afzender: Afzender) -> None:
        self._feed = feed
        self._serialisatie = serialisatie
        self._afzender = afzender

    def na(self, nummer: int, keus: Keus, *, gezien: int | None = None, hoogstens: int | None = None) -> Iterator[Stuk]:
        """The events after a number that are wanted, in order; each names the one before it, the first `nummer`.

        `gezien`: up to there is nothing that is wanted, so reading begins there; `hoogstens` verstrekkingen are looked
        at, wanted or not. UnknownPosition when the feed does not have `nummer`.
        """
        vorige = Plaats(nummer, self._feed.hash_at(nummer))
        verwijs, eerder = verwijzer(self._feed), self._feed.former()
        for verstrekking in self._feed.read(max(nummer, gezien or 0), hoogstens):
            kop = self._serialisatie.van_bytes(verstrekking.content)
            lees_formaat(kop)
            if keus(kop):
                nu = Plaats(verstrekking.number, verstrekking.hash)
                referentie = verwijs(verstrekking.number)
                gemaakt = self._maak(verstrekking, kop, referentie, (*_vorige(vorige), *_eerder(eerder)))
                yield Stuk(nu, kop["oorzaak"], gemaakt, kop)
                vorige = nu

    @property
    def incarnatie(self) -> bytes:
        """Which incarnation of the feed this is: 16 bytes."""
        return self._feed.feed_id

    def gedeeld_met(self, stand: ReaderPosition) -> int:
        """The last number at which a reader who came this far still has the same past as this feed: to go on from.

        AnderLogboek when a copy was put back without saying so.
        """
        tot = gehoord_tot(self._feed, stand)
        if tot is not None:
            return tot
        einden = {eerder.source: eerder.position for eerder in self._feed.former()}
        return min(stand.position, einden.get(stand.source, 0))

    def gedeeld_tot(self, incarnatie: bytes | None) -> int:
        """Up to which number this feed says what an incarnation (None: the present one) says; 0 of one unknown."""
        if incarnatie in (None, self._feed.feed_id):
            return self.einde()
        return next((eerder.position for eerder in self._feed.former() if eerder.source == incarnatie), 0)

    def stand(self, nummer: int) -> ReaderPosition:
        """Where a reader is who came to a number. UnknownPosition when the feed does not have it."""
        return ReaderPosition(self._feed.feed_id, nummer, self._feed.hash_at(nummer))

    def einde(self) -> int:
        """The last number; 0 when nothing was made known."""
        return self._feed.head()[0]

    def een(self, nummer: int, keus: Keus) -> Stuk | None:
        """One verstrekking as an event, without what came before it; None when it is not wanted."""
        verstrekking = self._feed.verstrekking(nummer)
        kop = self._serialisatie.van_bytes(verstrekking.content)
        lees_formaat(kop)
        if not keus(kop):
            return None
        gemaakt = self._maak(verstrekking, kop, verwijzer(self._feed)(nummer), ())
        return Stuk(Plaats(verstrekking.number, verstrekking.hash), kop["oorzaak"], gemaakt, kop)

    def _maak(
        self,
        verstrekking: Verstrekking,
        kop: dict[str, Any],
        referentie: Referentie,
        erbij: tuple[tuple[str, str], ...],
    ) -> Gebeurtenis:
        register = self._feed.register
        attributen = {
            "specversion": "1.0",
            "id": str(referentie),
            "source": self._afzender.bron(register),
            "type": self._afzender.soort(register, kop["bekendmaking"]),
            "subject": kop["id"],
            "time": als_json(kop["geregistreerd_op"]),
            "datacontenttype": JSON,
            "dataref": self._afzender.vindplaats(referentie),
            "sequence": f"{verstrekking.number:0{_VOLGORDE}d}",
            "sequencetype": "Integer",
            "incarnatie": self._feed.feed_id.hex(),
            "keten": verstrekking.hash.hex(),
            **dict(erbij),
            **({"traceparent": kop["trace"]} if "trace" in kop else {}),
        }
        levering = json.loads(als_levering(str(referentie), verstrekking.digest.hex(), kop))
        data = {NAMEN.get(naam, naam): deel for naam, deel in levering.items() if naam not in _NIET_IN_DATA}
        typen = dict(typen_van(_geleverd(kop)))
        return begrensd(Gebeurtenis(attributen, json_bytes({**data, "typen": typen})))


def _vorige(vorige: Plaats) -> Iterator[tuple[str, str]]:
    yield "vorige", f"{vorige.nummer:0{_VOLGORDE}d}"
    yield "vorigeketen", vorige.keten.hex()


def _eerder(eerder: Former) -> Iterator[tuple[str, str]]:
    """Under which ids the feed went before, and up to which number each says the same as this one."""
    if eerder:
        yield "eerder", " ".join(f"{oud.source.hex()}:{oud.position}" for oud in eerder)


def _geleverd(kop: dict[str, Any]) -> dict[str, Any]:
    """What may hold any value, at the path it has in what is delivered."""
    mededelingen = [{"waarde": delen[4], "was": delen[5]} for delen in kop.get("mededelingen", ())]
    return {"mededelingen": mededelingen, "gebeurdOp": kop["gebeurd_op"]}
