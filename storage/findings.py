"""What `verify` finds: sentences, never tracebacks, about bytes that do not fit together."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final, Protocol

from storage.errors import StorageError
from storage.feed import Feed
from storage.former import shares
from storage.gevolgenstore import Gevolgenstore, ReaderPosition
from storage.limits import MAX_FINDINGS

Progress = Callable[[str, int], None]
"""Told what is checked ("gevolgen/log") and how many rows are done, every 10,000 rows and at the end."""

_PROGRESS_ROWS: Final = 10_000


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong."""

    what: str
    """Kind, a stable word: pages, gap, chain, digest, head, moment, index, outcome, reader or unreadable."""
    where: str
    """Database and key, "gevolgen/log 12"."""
    sentence: str
    """What is wrong, in one sentence without stored data."""


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

    def check_reader(self, where: str, reader: ReaderPosition | None, journal: Gevolgenstore) -> None:
        """Hold how far a reader says it has come against the journal it reads, or read under a former id."""
        if reader is None:
            return
        try:
            if shares(reader, journal.store_id, journal.former, journal.hash_at):
                return
            known = {journal.store_id: journal.head().position, **{f.source: f.position for f in journal.former()}}
            end = known.get(reader.source)
            if end is None:
                source = reader.source.hex()
                self.add("reader", where, f"has read journal {source}, this one is {journal.store_id.hex()}")
            elif reader.position > end:
                self.add("reader", where, f"has come to position {reader.position}, the journal ends at {end}")
            else:
                self.add("reader", where, f"has read another transactie at position {reader.position}")
        except StorageError as error:
            self.add("reader", where, f"cannot be held against the journal: {error}")

    def check_former(self, where: str, store: Gevolgenstore | Feed) -> None:
        """Hold where former incarnations ended against the chain."""
        try:
            for ended in store.former():
                if store.hash_at(ended.position) != ended.hash:
                    sentence = f"incarnation {ended.source.hex()} ended at another record than {ended.position}"
                    self.add("head", where, sentence)
        except StorageError as error:
            self.add("head", where, f"cannot be held against the chain: {error}")
