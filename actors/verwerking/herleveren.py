"""Herleveren en attesteren: the same verstrekking again, byte for byte, and the word of the register that it went out.

Both answer from the feed alone, under the reference that a verstrekking keeps for good. Nothing is rendered again: the
stored content is written as JSON in one way only, or it is not given.
"""

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any, NamedTuple, Self

from actors.register.leveringsmodel import mag_krijgen
from actors.register.verantwoording import Grond
from actors.verwerking.antwoord import NietGeleverd, Vervallen
from actors.verwerking.inhoudvormen import mededeling_van_data
from actors.verwerking.jsonvorm import json_bytes
from actors.verwerking.serialisatie import Serialisatie, lees_formaat
from storage.errors import KeyDestroyed, StoreDamaged, UnknownPosition
from storage.feed import Feed, Verstrekking
from storage.feed_records import digest_of

_REFERENTIE = re.compile(r"([^/\s]+)/verstrekkingen/([0-9a-f]{32})/([1-9][0-9]{0,17})", re.ASCII)


class VerstrekkingOnbekend(Exception):
    """The reference names nothing that this register ever gave out, as far as it knows."""


class Referentie(NamedTuple):
    """What names one verstrekking for good: two never share one, whatever copies are put back."""

    register: str
    feed_id: bytes
    """16 bytes: the incarnation of the feed in which it was given out."""
    nummer: int

    def __str__(self) -> str:
        return f"{self.register}/verstrekkingen/{self.feed_id.hex()}/{self.nummer}"

    @classmethod
    def lees(cls, tekst: str) -> Self:
        """A reference as it was given out; VerstrekkingOnbekend when it is none."""
        delen = _REFERENTIE.fullmatch(tekst)
        if delen is None:
            raise VerstrekkingOnbekend(
                f"{tekst[:100]!r} is geen referentie; die ziet eruit als REGISTER/verstrekkingen/<32 tekens>/NUMMER"
            )
        return cls(delen[1], bytes.fromhex(delen[2]), int(delen[3]))


class Levering(NamedTuple):
    """What goes to a consumer: the bytes (JSON in UTF-8), and the digest by which the register knows them again."""

    inhoud: bytes
    digest: str
    """64 hexadecimal digits: BLAKE2b-256 of the stored content; it stands in the bytes too."""


class Attest(NamedTuple):
    """What a register says of something it gave out: no content, nothing about a person."""

    referentie: str
    bekendmaking: str
    vorm: str
    doelgroep: str
    grondslag: Grond
    organisatie: str
    geregistreerd_op: datetime
    positie: int
    """Position in the journal of the transactie it tells about."""
    klopt: bool
    """Whether the digest is that of what went out under this reference."""


def verwijzer(feed: Feed) -> Callable[[int], Referentie]:
    """What gives the reference of a number of this feed: always the incarnation in which it was given out."""
    eerder, nu = feed.former(), feed.feed_id

    def verwijs(nummer: int) -> Referentie:
        onder = next((oud.source for oud in eerder if nummer <= oud.position), nu)
        return Referentie(feed.register, onder, nummer)

    return verwijs


def herlever(feed: Feed, serialisatie: Serialisatie, referentie: Referentie, voor: str | None) -> Levering:
    """What went out under this reference, for who asks (None: the register itself).

    VerstrekkingOnbekend, Vervallen or NietGeleverd when it is not to be had; never other bytes.
    """
    verstrekking = _zoek(feed, referentie)
    kop = _kop(serialisatie, verstrekking)
    if not is_voor(feed.register, kop, voor):
        raise NietGeleverd(
            f"{referentie} is bekendgemaakt voor {kop['doelgroep']}, niet voor {voor}; vraag wat voor u bestemd is"
        )
    try:
        inhoud = serialisatie.heel_van_bytes(verstrekking.content)
    except KeyDestroyed as fout:
        raise Vervallen(
            f"de inhoud van {referentie} is er niet meer: de sleutel van een betrokkene is vernietigd; dat zij is"
            " geleverd kan nog wel worden geattesteerd"
        ) from fout
    digest = verstrekking.digest.hex()
    return Levering(als_levering(str(verwijzer(feed)(verstrekking.number)), digest, inhoud), digest)


def als_levering(referentie: str, digest: str, inhoud: dict[str, Any]) -> bytes:
    """What was stored, as JSON in the one way in which it is delivered: frozen, like what is stored."""
    uit = {"referentie": referentie, "digest": digest, **inhoud, "grondslag": Grond(*inhoud["grondslag"])}
    if "mededelingen" in inhoud:
        uit["mededelingen"] = [mededeling_van_data(delen) for delen in inhoud["mededelingen"]]
    return json_bytes(uit)


def attesteer(feed: Feed, serialisatie: Serialisatie, referentie: Referentie, digest: str) -> Attest:
    """Whether this was given out, and what it was: also when its content cannot be read any more.

    VerstrekkingOnbekend or Vervallen when the feed does not have it.
    """
    verstrekking = _zoek(feed, referentie)
    kop = _kop(serialisatie, verstrekking)
    return Attest(
        referentie=str(verwijzer(feed)(verstrekking.number)),
        bekendmaking=kop["bekendmaking"],
        vorm=kop["vorm"],
        doelgroep=kop["doelgroep"],
        grondslag=Grond(*kop["grondslag"]),
        organisatie=kop["organisatie"],
        geregistreerd_op=kop["geregistreerd_op"],
        positie=verstrekking.source_position,
        klopt=digest.strip().lower() == verstrekking.digest.hex(),
    )


def _zoek(feed: Feed, referentie: Referentie) -> Verstrekking:
    """The verstrekking itself, whole; under a former id only as far as that one is shared."""
    if referentie.feed_id != feed.feed_id:
        einden = {eerder.source: eerder.position for eerder in feed.former()}
        einde = einden.get(referentie.feed_id)
        if einde is None:
            raise VerstrekkingOnbekend(
                f"{feed.register} kent geen verstrekkingen onder {referentie.feed_id.hex()}; controleer de referentie"
            )
        if referentie.nummer > einde:
            raise Vervallen(
                f"{referentie} is er niet meer: {feed.register} is teruggezet uit een kopie waarin deze reeks ophield"
                f" bij {einde}; wat daarna kwam is opnieuw bekendgemaakt, onder een eigen referentie"
            )
    try:
        verstrekking = feed.verstrekking(referentie.nummer)
    except UnknownPosition as fout:
        raise VerstrekkingOnbekend(
            f"{feed.register} heeft nog geen verstrekking {referentie.nummer}; controleer de referentie"
        ) from fout
    if digest_of(verstrekking.content) != verstrekking.digest:
        raise StoreDamaged(f"verstrekking {verstrekking.number} of {feed.register} is not what its digest says")
    return verstrekking


def _kop(serialisatie: Serialisatie, verstrekking: Verstrekking) -> dict[str, Any]:
    kop: dict[str, Any] = serialisatie.van_bytes(verstrekking.content)
    lees_formaat(kop)
    return kop


def is_voor(register: str, kop: dict[str, Any], voor: str | None) -> bool:
    """A letter is for the betrokkene it is addressed to alone; he is named as `betrokkene/<id>`."""
    bestemd = f"{kop['doelgroep']}/{kop['aan']}" if kop["vorm"] == "brief" else kop["doelgroep"]
    return voor == register or mag_krijgen(bestemd, voor)
