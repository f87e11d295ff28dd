"""What `verify` finds: sentences, never tracebacks, about bytes that do not fit together."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final, Protocol

from storage.errors import StorageError
from storage.feed import Feed
from storage.former import Former, shares
from storage.gevolgenstore import Gevolgenstore, ReaderPosition
from storage.limits import MAX_FINDINGS

Progress = Callable[[str, int], None]
"""Told what is checked ("gevolgen/log") and how many rows are done, every 10,000 rows and at the end."""

_PROGRESS_ROWS: Final = 10_000


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong."""

    what: str
    """Kind, a stable word: those listed in docs/reference/opslag.md."""
    where: str
    """Database and key, "gevolgen/log 12"."""
    sentence: str
    """What is wrong, in one sentence without stored data."""


@dataclass(frozen=True, slots=True)
class Source:
    """What a reader reads."""

    what: str
    """"journal", or "feed of wegonderhoud"."""
    id: bytes
    former: Callable[[], Former]
    """Gives the former incarnations; may raise StorageError."""
    end: Callable[[], int]
    """Gives the last position or number; may raise StorageError."""
    hash_at: Callable[[int], bytes]
    """Gives the chain hash at a position or number, zeros at 0; UnknownPosition past the end, or StorageError."""


def journal_source(journal: Gevolgenstore) -> Source:
    """Give a journal, as what its feed and its tables read."""
    return Source("journal", journal.store_id, journal.former, lambda: journal.head().position, journal.hash_at)


def feed_source(feed: Feed) -> Source:
    """Give a feed, as what other registers read."""
    return Source(f"feed of {feed.register}", feed.feed_id, feed.former, lambda: feed.head()[0], feed.hash_at)


class _Store(Protocol):
    def rows(self, database: bytes) -> Iterator[tuple[bytes, bytes]]:
        """Give every row of one database."""


def no_progress(what: str, rows: int) -> None:
    """Tell nobody."""


class Findings:
    """Collects findings, up to `MAX_FINDINGS`, while reading rows."""

    def __init__(self, progress: Progress) -> None:
        """Start with nothing wrong."""
        self.found: list[Finding] = []
        self._progress = progress

    def add(self, what: str, where: str, sentence: str) -> None:
        """Note something that is wrong."""
        if len(self.found) < MAX_FINDINGS:
            self.found.append(Finding(what, where, sentence))

    def rows(self, place: str, store: _Store, database: bytes) -> Iterator[tuple[bytes, bytes]]:
        """Give the rows of a database; bytes LMDB cannot follow end them with a finding."""
        where = f"{place}/{database.decode()}"
        count = 0
        try:
            for row in store.rows(database):
                yield row
                count += 1
                if count % _PROGRESS_ROWS == 0:
                    self._progress(where, count)
        except StorageError as error:
            self.add("unreadable", where, f"reading stopped after {count} rows: {error}")
        self._progress(where, count)

    def check_reader(self, where: str, reader: ReaderPosition, source: Source, *, follows: bool = False) -> None:
        """Hold how far a reader says it has come against what it reads, or read before that was put back.

        A reader that `follows` a source that was put back lets go of the rest by itself.
        """
        try:
            ends = {source.id: source.end(), **{ended.source: ended.position for ended in source.former()}}
            if shares(reader, source.id, source.former, source.hash_at):
                return
            if follows and reader.source != source.id and len(ends) > 1:
                return
            end = ends.get(reader.source)
            if end is None:
                read = reader.source.hex()
                self.add("reader", where, f"has read {source.what} {read}, this one is {source.id.hex()}")
            elif reader.position > end:
                self.add("reader", where, f"has come to {reader.position}, the {source.what} ends at {end}")
            else:
                self.add("reader", where, f"has read something else at {reader.position} of the {source.what}")
        except StorageError as error:
            self.add("reader", where, f"cannot be held against the {source.what}: {error}")

    def check_former(self, where: str, store: Gevolgenstore | Feed) -> None:
        """Hold where former incarnations ended against the chain."""
        try:
            for ended in store.former():
                if store.hash_at(ended.position) != ended.hash:
                    sentence = f"incarnation {ended.source.hex()} ended at another record than {ended.position}"
                    self.add("head", where, sentence)
        except StorageError as error:
            self.add("head", where, f"cannot be held against the chain: {error}")
