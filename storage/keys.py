"""All key bytes of all databases. Numbers are big-endian, so that key order is number order.

A `…_key` function makes a key, its `parse_…` reads it back and raises ValueError on bytes it cannot have
made.
"""

from __future__ import annotations

import struct
from typing import Final

from storage.limits import MAX_NAME_BYTES

META: Final = b"meta"
LOG: Final = b"log"
STREAM: Final = b"stream"
AGGREGAAT: Final = b"aggregaat"
SLEUTEL: Final = b"sleutel"
COMMANDO: Final = b"commando"
LEZER: Final = b"lezer"
STAND: Final = b"stand"
LEVEND: Final = b"levend"
ABONNEMENT: Final = b"abonnement"

JOURNAL: Final = (META, LOG, STREAM, AGGREGAAT, SLEUTEL, COMMANDO, LEZER)
"""Databases of a gevolgenstore."""
FEED: Final = (META, LOG)
"""Databases of a feed."""
PROJECTIES: Final = (META, STAND, LEVEND)
"""Fixed databases of a projectiestore; each projectie has its own besides."""
SLEUTELS: Final = (META, SLEUTEL)
"""Databases of a sleutelbos."""
ABONNEMENTEN: Final = (META, ABONNEMENT)
"""Databases of the abonnementen."""

META_IDENTITY: Final = b"identity"
META_HEAD: Final = b"head"
META_SOURCE: Final = b"source"
META_FORMER: Final = b"former"
META_SECRET: Final = b"secret"
META_DESTROYED: Final = b"destroyed"

FORMER_POSITIE: Final = b"positie"
"""Where positions of projecties stood when a row did not say since when it holds; their rows were in `rijen:<name>`."""

_ROWS_PREFIX: Final = b"nu:"
_PAST_PREFIX: Final = b"eerder:"
_FORMER_ROWS_PREFIX: Final = b"rijen:"
_LENGTH: Final = struct.Struct(">H")
_NUMBER: Final = struct.Struct(">Q")
_PAIR: Final = struct.Struct(">QQ")
_MAX_NUMBER: Final = (1 << 64) - 1

number_key = _NUMBER.pack
"""Key of a position or number (0 to 2^64 - 1); raises struct.error outside."""

stream_key = _PAIR.pack
"""Key of (aggregate number, volgnummer); raises struct.error outside 0 to 2^64 - 1."""


def parse_number(key: bytes) -> int:
    """Read a position or number back."""
    if len(key) != _NUMBER.size:
        text = f"a number key has {_NUMBER.size} bytes, not {len(key)}"
        raise ValueError(text)
    return int.from_bytes(key, "big")


def parse_stream(key: bytes) -> tuple[int, int]:
    """Read (aggregate number, volgnummer) back."""
    if len(key) != _PAIR.size:
        text = f"a stream key has {_PAIR.size} bytes, not {len(key)}"
        raise ValueError(text)
    number, volgnummer = _PAIR.unpack(key)
    return number, volgnummer


def stream_end(number: int) -> bytes:
    """Give the key at or after every transactie of one aggregate number."""
    return _PAIR.pack(number, _MAX_NUMBER)


def name_key(name: str) -> bytes:
    """Key of a name: an aggregaat, a reader, a projectie, a betrokkene. UTF-8 keeps the order of code points.

    Raises ValueError when it is empty or longer than `MAX_NAME_BYTES`.
    """
    key = name.encode()
    if not 0 < len(key) <= MAX_NAME_BYTES:
        text = f"a name has 1 to {MAX_NAME_BYTES} bytes, {name[:40]!r} has {len(key)}"
        raise ValueError(text)
    return key


def parse_name(key: bytes) -> str:
    """Read a name back."""
    return key.decode()


def rows_database(projectie: str) -> bytes:
    """Give the name of the database with the rows of a projectie; raises ValueError as `name_key` does."""
    return _ROWS_PREFIX + name_key(projectie)


def past_database(projectie: str) -> bytes:
    """Give the name of the database with what the rows of a projectie were before; raises as `name_key` does."""
    return _PAST_PREFIX + name_key(projectie)


def former_rows_database(projectie: str) -> bytes:
    """Give the name of the database in which an older version of gevolg kept the rows of a projectie."""
    return _FORMER_ROWS_PREFIX + name_key(projectie)


def past_key(row: bytes, until: int) -> bytes:
    """Key of what a row was until a position: the versions of one row lie together, oldest first."""
    return _LENGTH.pack(len(row)) + row + number_key(until)


def parse_past(key: bytes) -> tuple[bytes, int]:
    """Read the key of the row, and until which position it was so, back."""
    row = key[_LENGTH.size : -_NUMBER.size]
    if len(key) <= _LENGTH.size + _NUMBER.size or key[: _LENGTH.size] != _LENGTH.pack(len(row)):
        text = f"{key[:40].hex()} is no key of a former row"
        raise ValueError(text)
    return row, parse_number(key[-_NUMBER.size :])
