"""Herhaaltoken: what makes an answer repeatable: the question, its moments and the place in the journal, sealed.

The seal is a MAC with the secret of the register: the token is the same each time for the same answer, nobody else can
make one, and it says nothing that the one who asked did not know. The chain hash ties it to this journal.
"""

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as GeenBase64
from hashlib import blake2b
from typing import NamedTuple

from actors.verwerking.antwoord import Momenten, Vervallen, Vraag, Vraagsoort
from storage.codec import pack, unpack
from storage.errors import NewerFormat, StoreDamaged, UnknownPosition
from storage.gevolgenstore import Gevolgenstore

VORM = 1
"""The form of an answer; raised when the bytes of an answer change, so that a token never gives other bytes."""

_ZEGEL = 16
_DOEL = b"herhaaltoken"


class GeenToken(ValueError):
    """This text is no herhaaltoken."""


class _Inhoud(NamedTuple):
    vraag: Vraag
    momenten: Momenten
    hash: bytes


def maak_token(geheim: bytes, journaal: Gevolgenstore, vraag: Vraag, momenten: Momenten) -> str:
    """The token for this answer; `geheim` is the secret of the register."""
    gevraagd = [vraag.soort.value, *vraag[1:]]
    inhoud = pack([VORM, gevraagd, list(momenten), journaal.hash_at(momenten.positie)])
    return _als_tekst(_zegel(geheim, inhoud) + inhoud)


def register_van(token: str) -> str:
    """Which register gave this token, as it says itself; raises GeenToken."""
    return _lees(token)[1].vraag.register


def lees_token(geheim: bytes, journaal: Gevolgenstore, token: str) -> tuple[Vraag, Momenten]:
    """The question and moments of a token that this journal gave.

    Raises GeenToken for what is none, Vervallen for one of another journal or of a form that is not answered any more.
    """
    bytes_, gelezen = _lees(token)
    if not hmac.compare_digest(bytes_[:_ZEGEL], _zegel(geheim, bytes_[_ZEGEL:])):
        raise Vervallen("dit herhaaltoken is niet van dit register, of het is veranderd; stel de vraag opnieuw")
    try:
        zelfde = journaal.hash_at(gelezen.momenten.positie) == gelezen.hash
    except UnknownPosition:
        zelfde = False
    if not zelfde:
        raise Vervallen(
            "dit herhaaltoken is van een logboek dat hier niet meer staat (er is een oudere kopie teruggezet);"
            " stel de vraag opnieuw"
        )
    return gelezen.vraag, gelezen.momenten


def _zegel(geheim: bytes, inhoud: bytes) -> bytes:
    return blake2b(inhoud, digest_size=_ZEGEL, key=geheim, person=_DOEL).digest()


def _als_tekst(bytes_: bytes) -> str:
    return urlsafe_b64encode(bytes_).rstrip(b"=").decode()


def _uit_tekst(token: str) -> bytes:
    """The same bytes can be written in more ways (other last bits, signs that are skipped): only ours is a token."""
    bytes_ = urlsafe_b64decode(token.encode("ascii") + b"=" * (-len(token) % 4))
    if _als_tekst(bytes_) != token:
        raise ValueError("written otherwise")
    return bytes_


def _lees(token: str) -> tuple[bytes, _Inhoud]:
    try:
        bytes_ = _uit_tekst(token)
        vorm, vraag, momenten, hash_ = unpack(bytes_[_ZEGEL:])
        if vorm != VORM:
            raise Vervallen(
                f"dit herhaaltoken is van vorm {vorm}, die wordt hier niet beantwoord; stel de vraag opnieuw"
            )
        soort, register, leveringsmodel, sleutel, voor = vraag
        gelezen = Vraag(Vraagsoort(soort), str(register), leveringsmodel, tuple(sleutel), voor)
        return bytes_, _Inhoud(gelezen, Momenten(*momenten), hash_)
    except (GeenBase64, NewerFormat, StoreDamaged, TypeError, ValueError) as fout:
        raise GeenToken("dit is geen herhaaltoken; neem het over zoals het in het antwoord stond") from fout
