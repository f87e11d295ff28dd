"""The feed: the numbered verstrekkingen of one register, append-only; the only road out of it.

A bekendmaking is rendered once and kept here as it went out, with its digest; it is never made again. Numbers
run from 1 without gaps. How far the journal has been published is kept in the same commit.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from storage.errors import UnknownPosition, WriteConflict
from storage.gevolgenstore import ZERO_HASH, ReaderPosition
from storage.limits import (
    HASH_BYTES,
    ID_BYTES,
    MAX_BATCH_BYTES,
    MAX_ENTRIES,
    MAX_NAME_BYTES,
    MAX_RECORD_BYTES,
)


@dataclass(frozen=True, slots=True)
class Publication:
    """A rendered bekendmaking, to be kept."""

    naam: str
    """Name of the bekendmaking; at most 255 bytes of UTF-8."""
    source_position: int
    """Position of the transactie it tells about."""
    content: bytes
    """The bytes that go out."""


@dataclass(frozen=True, slots=True)
class Verstrekking:
    """A bekendmaking as kept."""

    number: int
    """From 1, without gaps."""
    naam: str
    """Name of the bekendmaking."""
    source_position: int
    """Position of the transactie it tells about."""
    content: bytes
    """The bytes that went out."""
    digest: bytes
    """32 bytes: BLAKE2b-256 of the content."""
    hash: bytes
    """32 bytes: chain hash over everything up to and including this verstrekking."""


class Feed(Protocol):
    """The verstrekkingen of one register. Every method may raise StorageError."""

    @property
    def register(self) -> str:
        """Name of the register whose feed this is."""

    @property
    def feed_id(self) -> bytes:
        """16 bytes: which incarnation of this feed this is."""

    def former(self) -> tuple[ReaderPosition, ...]:
        """Tell under which ids this feed went before it was put back, oldest first, and where each ends here."""

    def begin_incarnation(self, feed_id: bytes, store_id: bytes) -> None:
        """Go on under another id (16 random bytes), publishing the journal that is now called `store_id`.

        The former id is remembered; how far the journal is published stays as it is. Durable on return.
        """

    def head(self) -> tuple[int, bytes]:
        """Give the last number (0 when empty) and the chain hash there."""

    def source(self) -> ReaderPosition | None:
        """Tell how far the journal has been published; None when nothing ever was."""

    def publish(self, publications: Sequence[Publication], source: ReaderPosition) -> list[int]:
        """Keep all publications and how far the journal now is published, or nothing; durable on return.

        Gives their numbers. The publications are of transacties after the previous source position, up to and
        including the new one, in that order; there may be none. Raises WriteConflict when the source does not
        advance, is another store than before, or a publication does not fit: nothing was written.
        """

    def read(self, after: int = 0, limit: int | None = None) -> Iterator[Verstrekking]:
        """Give the verstrekkingen after a number, in order, at most `limit`; reads in slices."""

    def verstrekking(self, number: int) -> Verstrekking:
        """Give one verstrekking. Raises UnknownPosition outside 1..head."""

    def hash_at(self, number: int) -> bytes:
        """Give the chain hash at a number, 32 zero bytes at 0. Raises UnknownPosition past the head."""

    def rows(self, database: bytes) -> Iterator[tuple[bytes, bytes]]:
        """Give every row of one database (`keys.FEED`) as stored, in key order: what `verify` looks at."""

    def reopen(self) -> None:
        """Open anew after a write that failed half-way: only then does the store take writes again."""

    def close(self) -> None:
        """Let go; a closed feed refuses further use. Closing twice is harmless."""


def check_publish(publications: Sequence[Publication], source: ReaderPosition, previous: ReaderPosition | None) -> None:
    """Check the conditions of `Feed.publish`. Raises WriteConflict."""
    if len(source.source) != ID_BYTES or len(source.hash) != HASH_BYTES:
        text = f"the source position is malformed ({source!r}); nothing was published"
        raise WriteConflict(text)
    if previous is not None and source.source != previous.source:
        text = (
            f"the feed publishes journal {previous.source.hex()}, not {source.source.hex()}; nothing was "
            "published; if the journal was put back, this feed belongs to another incarnation of it: begin a new one"
        )
        raise WriteConflict(text)
    last = 0 if previous is None else previous.position
    if source.position <= last:
        text = f"the journal is published up to {last}: {source.position} does not advance; read on from there"
        raise WriteConflict(text)
    if len(publications) > MAX_ENTRIES or sum(len(p.content) for p in publications) > MAX_BATCH_BYTES:
        text = f"at most {MAX_ENTRIES} publications and {MAX_BATCH_BYTES} bytes are published at once; split it"
        raise WriteConflict(text)
    first = last + 1
    for index, publication in enumerate(publications):
        if not first <= publication.source_position <= source.position:
            what = f"is of position {publication.source_position}, outside {first} to {source.position}"
        elif not 0 < len(publication.naam.encode()) <= MAX_NAME_BYTES:
            what = f"has a name that is not 1 to {MAX_NAME_BYTES} bytes"
        elif len(publication.content) > MAX_RECORD_BYTES:
            what = f"has {len(publication.content)} bytes, more than {MAX_RECORD_BYTES}"
        else:
            first = publication.source_position
            continue
        text = f"publication {index} ({publication.naam[:40]}) {what}; nothing was published"
        raise WriteConflict(text, index)


def unknown_number(register: str, number: int, head: int) -> UnknownPosition:
    """Give the error for a number that is not in the feed."""
    return UnknownPosition(f"the feed of register {register} has numbers 1 to {head}, not {number}")


def renamed(source: ReaderPosition | None, store_id: bytes) -> ReaderPosition:
    """Give how far a journal is published, now that it is called `store_id`."""
    return ReaderPosition(store_id, 0, ZERO_HASH) if source is None else replace(source, source=store_id)
