"""Herhaaltoken: what makes an answer repeatable: the question, its moments and the place in the journal, sealed.

The seal is a MAC with the secret of the register: the token is the same each time for the same answer, nobody else can
make one, and it says nothing that the one who asked did not know. The chain hash ties it to this journal; of an answer
that looked at several registers, to each of theirs.
"""

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as GeenBase64
from collections.abc import Iterable, Mapping
from hashlib import blake2b
from typing import NamedTuple

from actors.verwerking.antwoord import Momenten, NogNietZover, Vervallen, Vraag, Vraagsoort
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
    plaatsen: tuple["Plaats", ...]


class Plaats(NamedTuple):
    """A place in a journal that an answer is of: the register, the position, and the chain hash there."""

    register: str
    positie: int
    hash: bytes


def maak_token(geheim: bytes, vraag: Vraag, momenten: Momenten, plaatsen: Iterable[Plaats]) -> str:
    """The token for an answer; `geheim` is the secret of the register that is asked, `plaatsen` what it looked at."""
    inhoud = pack([VORM, [vraag.soort.value, *vraag[1:]], list(momenten), [list(plaats) for plaats in plaatsen]])
    return _als_tekst(_zegel(geheim, inhoud) + inhoud)


def vraag_van(token: str) -> Vraag:
    """What a token asks, as it says itself: only `lees_token` looks at the seal. Raises GeenToken."""
    return _lees(token)[1].vraag


def register_van(token: str) -> str:
    """Which register gave this token, as it says itself; raises GeenToken."""
    return vraag_van(token).register


def is_spoor(token: str) -> bool:
    """Whether this token is of a herkomst or doorwerking, which look at several registers; raises GeenToken."""
    return vraag_van(token).soort in (Vraagsoort.HERKOMST, Vraagsoort.DOORWERKING)


def lees_token(
    geheim: bytes, token: str, journalen: Mapping[str, Gevolgenstore]
) -> tuple[Vraag, Momenten, dict[str, int]]:
    """The question and moments of a token that these journals gave, and the positions that it looked at.

    Raises GeenToken for what is none, Vervallen for one of another journal or of a form that is not answered any more,
    NogNietZover when it is about a register that is not among these.
    """
    bytes_, (vraag, momenten, plaatsen) = _lees(token)
    if not hmac.compare_digest(bytes_[:_ZEGEL], _zegel(geheim, bytes_[_ZEGEL:])):
        raise Vervallen("dit herhaaltoken is niet van dit register, of het is veranderd; stel de vraag opnieuw")
    for plaats in plaatsen:
        if plaats.register not in journalen:
            raise NogNietZover(f"dit antwoord ging ook over {plaats.register}, en dat is hier niet open")
        if not _staat_er(journalen[plaats.register], plaats):
            raise Vervallen(
                "dit herhaaltoken is van een logboek dat hier niet meer staat (er is een oudere kopie teruggezet);"
                " stel de vraag opnieuw"
            )
    return vraag, momenten, {plaats.register: plaats.positie for plaats in plaatsen}


def _staat_er(journaal: Gevolgenstore, plaats: Plaats) -> bool:
    try:
        return journaal.hash_at(plaats.positie) == plaats.hash
    except UnknownPosition:
        return False


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


def _lees(token: str | None) -> tuple[bytes, _Inhoud]:
    if token is None:
        raise GeenToken(
            "hier is geen herhaaltoken: een antwoord dat niet volledig is heeft er geen; stel de vraag opnieuw"
        )
    if not isinstance(token, str):
        raise GeenToken("een herhaaltoken is tekst; neem het over zoals het in het antwoord stond")
    try:
        bytes_ = _uit_tekst(token)
        vorm, vraag, momenten, plaatsen = unpack(bytes_[_ZEGEL:])
        if vorm != VORM:
            raise Vervallen(
                f"dit herhaaltoken is van vorm {vorm}, die wordt hier niet beantwoord; stel de vraag opnieuw"
            )
        soort, register, leveringsmodel, sleutel, *rest = vraag
        gelezen = Vraag(Vraagsoort(soort), str(register), leveringsmodel, tuple(sleutel), *rest)
        return bytes_, _Inhoud(gelezen, Momenten(*momenten), tuple(Plaats(*plaats) for plaats in plaatsen))
    except (GeenBase64, NewerFormat, StoreDamaged, TypeError, ValueError) as fout:
        raise GeenToken("dit is geen herhaaltoken; neem het over zoals het in het antwoord stond") from fout
