"""The bytes of every stored value, and the chain hash over them.

A record starts with a format byte and ends with its chain hash: BLAKE2b-256 over the previous hash and
everything before the hash in this record. So no record can be changed, left out, added or moved without it
showing.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from hashlib import blake2b
from typing import Final

from storage.errors import NewerFormat, StoreDamaged
from storage.gevolgenstore import Head, Outcome, ReaderPosition, Record
from storage.limits import FORMAT, HASH_BYTES, ID_BYTES
from storage.moments import from_micros

_LOG: Final = struct.Struct(">BqHQQ")
_LOG_LEAST: Final = _LOG.size + HASH_BYTES
_OUTCOME: Final = struct.Struct(f">{ID_BYTES}sQH")
_READER: Final = struct.Struct(f">{ID_BYTES}sQ{HASH_BYTES}s")
_HEAD: Final = struct.Struct(f">Q{HASH_BYTES}sqQ")

READER_BYTES: Final = _READER.size
"""Bytes of a reader position."""


def chain(previous: bytes, body: bytes) -> bytes:
    """Give the chain hash (32 bytes) of a record whose bytes before the hash are `body`."""
    return blake2b(previous + body, digest_size=HASH_BYTES).digest()


@dataclass(frozen=True, slots=True)
class LogFields:
    """Everything in a log record, for those who check it."""

    micros: int
    count: int
    number: int
    volgnummer: int
    content: bytes
    hash: bytes


@dataclass(frozen=True, slots=True)
class JournalEnd:
    """Where the journal ends, as the writer keeps it in `meta`, with what it needs to go on."""

    position: int
    hash: bytes
    micros: int
    """Last registration moment; meaningless at position 0."""
    numbers: int
    """Aggregate numbers given out so far: the next aggregaat gets this plus one."""

    def head(self) -> Head:
        """Give the end as callers see it."""
        return Head(self.position, self.hash, from_micros(self.micros) if self.position else None)


def encode_log(  # noqa: PLR0913 - one argument per field of the record
    previous: bytes, micros: int, count: int, number: int, volgnummer: int, content: bytes
) -> tuple[bytes, bytes]:
    """Give the bytes of a log record and its chain hash."""
    body = _LOG.pack(FORMAT, micros, count, number, volgnummer) + content
    digest = chain(previous, body)
    return body + digest, digest


def check_value(value: bytes, least: int, what: str) -> None:
    """Refuse a value that is too short, or of a format this version does not know."""
    if len(value) < least:
        text = f"{what} has {len(value)} bytes where at least {least} belong; run verify and restore a backup"
        raise StoreDamaged(text)
    if value[0] != FORMAT:
        if value[0] > FORMAT:
            text = f"{what} has format {value[0]}, this version reads format {FORMAT}; use a newer version"
            raise NewerFormat(text)
        text = f"{what} has format {value[0]}, which never existed; run verify and restore a backup"
        raise StoreDamaged(text)


def decode_record(position: int, value: bytes) -> Record:
    """Read a log record. Raises StoreDamaged or NewerFormat; the chain is for `verify` to check."""
    if len(value) < _LOG_LEAST or value[0] != FORMAT:
        check_value(value, _LOG_LEAST, f"the record at position {position}")
    _, micros, count, _, _ = _LOG.unpack_from(value)
    try:
        moment = from_micros(micros)
    except OverflowError:
        text = f"the record at position {position} has an impossible moment; run verify and restore a backup"
        raise StoreDamaged(text) from None
    return Record(position, moment, count, value[_LOG.size : -HASH_BYTES], value[-HASH_BYTES:])


def decode_micros(position: int, value: bytes) -> int:
    """Read the registration moment of a log record alone, in microseconds. Raises StoreDamaged or NewerFormat."""
    if len(value) < _LOG_LEAST or value[0] != FORMAT:
        check_value(value, _LOG_LEAST, f"the record at position {position}")
    micros: int = _LOG.unpack_from(value)[1]
    return micros


def decode_log(position: int, value: bytes) -> LogFields:
    """Read every field of a log record. Raises StoreDamaged or NewerFormat."""
    check_value(value, _LOG_LEAST, f"the record at position {position}")
    _, micros, count, number, volgnummer = _LOG.unpack_from(value)
    return LogFields(micros, count, number, volgnummer, value[_LOG.size : -HASH_BYTES], value[-HASH_BYTES:])


def encode_outcome(digest: bytes, position: int, count: int, answer: bytes) -> bytes:
    """Give the bytes of a commando's outcome."""
    return _OUTCOME.pack(digest, position, count) + answer


def decode_outcome(value: bytes) -> Outcome:
    """Read a commando's outcome. Raises StoreDamaged."""
    if len(value) < _OUTCOME.size:
        text = f"a commando outcome has {len(value)} bytes; run verify and restore a backup"
        raise StoreDamaged(text)
    digest, position, count = _OUTCOME.unpack_from(value)
    return Outcome(digest, position, count, value[_OUTCOME.size :])


def encode_reader(reader: ReaderPosition) -> bytes:
    """Give the bytes of a reader position."""
    return _READER.pack(reader.source, reader.position, reader.hash)


def decode_reader(value: bytes) -> ReaderPosition:
    """Read a reader position. Raises StoreDamaged."""
    if len(value) != _READER.size:
        text = f"a reader position has {len(value)} bytes instead of {_READER.size}; run verify"
        raise StoreDamaged(text)
    source, position, digest = _READER.unpack(value)
    return ReaderPosition(source, position, digest)


def encode_end(end: JournalEnd) -> bytes:
    """Give the bytes of the end of the journal."""
    return _HEAD.pack(end.position, end.hash, end.micros, end.numbers)


def decode_end(value: bytes | None) -> JournalEnd:
    """Read the end of the journal. Raises StoreDamaged, also when it is missing."""
    if value is None or len(value) != _HEAD.size:
        text = "the end of the journal is not written in meta as it should be; run verify and restore a backup"
        raise StoreDamaged(text)
    end = JournalEnd(*_HEAD.unpack(value))
    try:
        end.head()
    except OverflowError:
        text = "the end of the journal has an impossible moment; run verify and restore a backup"
        raise StoreDamaged(text) from None
    return end
