"""The gevolgenstore: the append-only journal of one register, and the values that go in and come out.

Handreiking, "Gevolgenstore". One position per transactie, from 1, without gaps, in the order of the commits.
Two stores keep this protocol: `gevolgenstore_memory` (tests, simulation) and `gevolgenstore_lmdb` (the real
one).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Final, Protocol

ZERO_HASH: Final = bytes(32)
"""The chain hash at position 0: before anything was recorded."""


@dataclass(frozen=True, slots=True)
class Entry:
    """The outcome of one commando, to be kept: a transactie, or only the fact that it was handled.

    Without content the volgnummer and the count are 0 and no sleutels change.
    """

    commando_id: bytes
    """16 bytes; near-sequential ids (UUIDv7) keep appending fast."""
    digest: bytes
    """16 bytes over soort, aggregaat and data of the commando; kept for the caller to compare."""
    aggregaat: str
    """Id of the aggregaat, "auto/…"; at most 255 bytes of UTF-8."""
    volgnummer: int
    """Place of this transactie in the stream of its aggregaat, from 1."""
    content: bytes | None
    """The encoded transactie; None when nothing is recorded (no gevolgen, or NietVerwerkt)."""
    count: int
    """Number of gevolgen in the content."""
    answer: bytes = b""
    """The encoded refusal, given again when the commando comes again."""
    sleutels: tuple[tuple[bytes, str | None], ...] = ()
    """Digest of a natural key → the aggregaat it now belongs to; None frees it."""


@dataclass(frozen=True, slots=True)
class Record:
    """One transactie as stored."""

    position: int
    """From 1, without gaps."""
    registered_at: datetime
    """The registration moment, aware in UTC; strictly increasing over the positions."""
    count: int
    """Number of gevolgen in the content."""
    content: bytes
    """The bytes given in `Entry.content`."""
    hash: bytes
    """32 bytes: chain hash over everything up to and including this record."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a commando."""

    digest: bytes
    """`Entry.digest` as given then."""
    position: int
    """Where its transactie stands; 0 when nothing was recorded."""
    count: int
    """Number of gevolgen."""
    answer: bytes
    """`Entry.answer` as given then."""


@dataclass(frozen=True, slots=True)
class ReaderPosition:
    """How far a reader has come in something it reads, in a way that a put-back or foreign source shows."""

    source: bytes
    """16 bytes: id of the store (or feed) that is read."""
    position: int
    """The last position handled; 0 is none."""
    hash: bytes
    """32 bytes: the chain hash at that position; `ZERO_HASH` at 0."""


@dataclass(frozen=True, slots=True)
class Head:
    """The last transactie: where the journal ends."""

    position: int
    """0 when the journal is empty."""
    hash: bytes
    """32 bytes; `ZERO_HASH` when the journal is empty."""
    registered_at: datetime | None
    """The last registration moment; None when the journal is empty."""


NO_READERS: Final[Mapping[str, ReaderPosition]] = MappingProxyType({})
"""A commit that moves no reader."""


class Gevolgenstore(Protocol):
    """The journal of one register. Every method may raise StorageError, StoreDamaged for one."""

    @property
    def register(self) -> str:
        """Name of the register whose journal this is."""

    @property
    def store_id(self) -> bytes:
        """16 bytes: which incarnation of this journal this is, never mistaken for another one."""

    def former(self) -> tuple[ReaderPosition, ...]:
        """Tell under which ids this journal went before it was put back, oldest first, and where each ends here."""

    def begin_incarnation(self, store_id: bytes) -> None:
        """Go on under another id (16 random bytes); the former one is remembered. Durable on return."""

    def head(self) -> Head:
        """Tell where the journal ends now."""

    def append(self, entries: Sequence[Entry], readers: Mapping[str, ReaderPosition] = NO_READERS) -> list[int]:
        """Keep all entries and reader positions, or nothing; durable on return.

        Gives the position of each entry, 0 where its content is None; `head` tells the moment of the last, and
        those before it in the same append are one microsecond apart. Raises WriteConflict (an id known, a
        volgnummer that does not follow, a sleutel held by another, a bound passed), ClockBehind or
        StorageFull: nothing was written. After any other StorageError the outcome is unknown: reopen and look
        the ids up.
        """

    def read(self, after: int = 0, limit: int | None = None) -> Iterator[Record]:
        """Give the records after a position, in order, at most `limit`.

        Reads in slices, so it also meets what is appended while it runs, and never holds a reader open.
        """

    def record(self, position: int) -> Record:
        """Give one record. Raises UnknownPosition outside 1..head."""

    def hash_at(self, position: int) -> bytes:
        """Give the chain hash at a position, 32 zero bytes at 0. Raises UnknownPosition past the head."""

    def position_at(self, moment: datetime) -> int:
        """Give the last position registered at or before an aware moment; 0 when there is none."""

    def read_stream(self, aggregaat: str, *, after_volgnummer: int = 0, up_to: int | None = None) -> Iterator[Record]:
        """Give the records of one aggregaat in order of volgnummer, none past position `up_to`."""

    def last_volgnummer(self, aggregaat: str) -> int:
        """Give the volgnummer of the last transactie of the aggregaat; 0 when it is unknown."""

    def number(self, aggregaat: str) -> int:
        """Give the number under which an aggregaat is kept, from 1 in the order in which they came; 0 when unknown."""

    def outcome(self, commando_id: bytes) -> Outcome | None:
        """Tell what became of a commando; None when it never came."""

    def aggregaat_by_sleutel(self, digest: bytes) -> str | None:
        """Give the aggregaat that holds a natural key; None when nobody does."""

    def aggregaten(self, prefix: str = "") -> Iterator[str]:
        """Give the ids of all aggregaten that start with `prefix`, in order of their UTF-8 bytes."""

    def reader(self, name: str) -> ReaderPosition | None:
        """Tell how far a reader has come; None when it never committed."""

    def readers(self) -> dict[str, ReaderPosition]:
        """Tell how far every reader has come."""

    def rows(self, database: bytes) -> Iterator[tuple[bytes, bytes]]:
        """Give every row of one database (`keys.JOURNAL`) as stored, in key order: what `verify` looks at."""

    def reopen(self) -> None:
        """Open anew after a write that failed half-way: only then does the store take writes again."""

    def close(self) -> None:
        """Let go; a closed store refuses further use. Closing twice is harmless."""
