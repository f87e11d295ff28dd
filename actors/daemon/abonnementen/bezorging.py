"""Bezorging: what an answer to a delivery means ("HTTP 1.1 Web Hooks for Event Delivery", and our own 409)."""

import json
from collections.abc import Mapping
from datetime import datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import NamedTuple

from actors.daemon.abonnementen.abonnement import Vorm
from actors.verwerking.gebeurtenis import BATCH, JSON, STRUCTURED, Gebeurtenis, als_batch, als_binary, als_structured

_GELUKT = range(200, 300)
MEESTE_ANTWOORD = 64 * 1024
"""Bytes of an answer that are read."""


class Bezorgd(NamedTuple):
    """The receiver has it."""


class Opgezegd(NamedTuple):
    """The receiver is gone for good (410)."""


class Opnieuw(NamedTuple):
    """The receiver came no further than this number, and wants what comes after it."""

    vanaf: int


class Mislukt(NamedTuple):
    """It was not accepted; try again, not before so many seconds."""

    reden: str
    wacht_s: float = 0


Afloop = Bezorgd | Opgezegd | Opnieuw | Mislukt


def bericht(vorm: Vorm, gebeurtenissen: list[Gebeurtenis]) -> tuple[str, dict[str, str], bytes]:
    """What is sent: its id (the same when it is sent again), headers and body."""
    eerste, laatste = gebeurtenissen[0], gebeurtenissen[-1]
    if vorm is Vorm.BATCH:
        tot = laatste.attributen["sequence"]
        return f"{eerste.id}-{tot}", {"content-type": f"{BATCH}; charset=utf-8"}, als_batch(gebeurtenissen)
    if vorm is Vorm.BINARY:
        koppen, inhoud = als_binary(eerste)
        return eerste.id, {"content-type": JSON, **koppen}, inhoud
    return eerste.id, {"content-type": f"{STRUCTURED}; charset=utf-8"}, als_structured(eerste)


def afloop(status: int, koppen: Mapping[str, str], inhoud: bytes, nu: datetime) -> Afloop:
    """What an answer means. `koppen` have lower-case names; the text of the receiver is in no reason."""
    if status in _GELUKT:
        return Bezorgd()
    if status == HTTPStatus.GONE:
        return Opgezegd()
    if status == HTTPStatus.CONFLICT and (vanaf := _vanaf(inhoud)) is not None:
        return Opnieuw(vanaf)
    return Mislukt(f"de ontvanger antwoordde met {status}", _wacht_s(koppen.get("retry-after", ""), nu))


def _vanaf(inhoud: bytes) -> int | None:
    """From where to send, as a register that misses something says (`verderVanaf` in its problem)."""
    try:
        vanaf = json.loads(inhoud)["verderVanaf"]
    except (ValueError, LookupError, TypeError, RecursionError):
        return None
    return vanaf if type(vanaf) is int and 0 <= vanaf < 1 << 63 else None


def _wacht_s(tekst: str, nu: datetime) -> float:
    if tekst.isdecimal() and tekst.isascii():
        return float(tekst[:9])
    try:
        return max(0.0, (parsedate_to_datetime(tekst) - nu).total_seconds())
    except (ValueError, TypeError):
        return 0
