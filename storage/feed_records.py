"""The bytes of a verstrekking and of the end of the feed; chained as log records are (`records.chain`)."""

from __future__ import annotations

import struct
from hashlib import blake2b
from typing import Final

from storage.errors import StoreDamaged
from storage.feed import Publication, Verstrekking
from storage.limits import FORMAT, HASH_BYTES
from storage.records import chain, check_value

_VERSTREKKING: Final = struct.Struct(f">BQB{HASH_BYTES}s")
_LEAST: Final = _VERSTREKKING.size + HASH_BYTES
_END: Final = struct.Struct(f">Q{HASH_BYTES}s")


def digest_of(content: bytes) -> bytes:
    """Give the digest (32 bytes) kept with a verstrekking."""
    return blake2b(content, digest_size=HASH_BYTES).digest()


def encode_verstrekking(previous: bytes, publication: Publication) -> tuple[bytes, bytes]:
    """Give the bytes of a verstrekking and its chain hash."""
    naam = publication.naam.encode()
    digest = digest_of(publication.content)
    header = _VERSTREKKING.pack(FORMAT, publication.source_position, len(naam), digest)
    body = header + naam + publication.content
    value = chain(previous, body)
    return body + value, value


def decode_verstrekking(number: int, value: bytes) -> Verstrekking:
    """Read a verstrekking. Raises StoreDamaged or NewerFormat; chain and digest are for `verify` to check."""
    what = f"verstrekking {number}"
    check_value(value, _LEAST, what)
    _, source_position, length, digest = _VERSTREKKING.unpack_from(value)
    split = _VERSTREKKING.size + length
    try:
        naam = value[_VERSTREKKING.size : split].decode()
    except UnicodeDecodeError:
        text = f"{what} has an unreadable name; run verify and restore a backup"
        raise StoreDamaged(text) from None
    return Verstrekking(number, naam, source_position, value[split:-HASH_BYTES], digest, value[-HASH_BYTES:])


def encode_feed_end(number: int, value: bytes) -> bytes:
    """Give the bytes of the end of the feed: last number, chain hash there."""
    return _END.pack(number, value)


def decode_feed_end(value: bytes | None) -> tuple[int, bytes]:
    """Read the end of the feed. Raises StoreDamaged, also when it is missing."""
    if value is None or len(value) != _END.size:
        text = "the end of the feed is not written in meta as it should be; run verify and restore a backup"
        raise StoreDamaged(text)
    number, digest = _END.unpack(value)
    return number, digest
