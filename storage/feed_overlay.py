"""A feed over another one: reads fall through to it as it stood when the overlay was made, writes stay in memory."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import takewhile

from storage import keys
from storage.feed import Feed, Verstrekking, unknown_number
from storage.feed_memory import MemoryFeed
from storage.feed_records import decode_feed_end, encode_feed_end
from storage.gevolgenstore import ReaderPosition
from storage.records import JournalEnd, decode_reader


@dataclass(frozen=True, slots=True)
class FeedEnd:
    """Where a feed ends: its last number with the chain hash there, and how far it published its journal."""

    number: int
    hash: bytes
    source: ReaderPosition | None


def feed_end(feed: Feed, journal: JournalEnd) -> FeedEnd:
    """Tell where a feed ended when its journal ended there: what was published of later transacties is left out."""
    meta = dict(feed.rows(keys.META))
    number, digest = decode_feed_end(meta.get(keys.META_HEAD))
    source = decode_reader(meta[keys.META_SOURCE]) if keys.META_SOURCE in meta else None
    if source is None or source.position <= journal.position:
        return FeedEnd(number, digest, source)
    while number and feed.verstrekking(number).source_position > journal.position:
        number -= 1
    published = replace(source, position=journal.position, hash=journal.hash)
    return FeedEnd(number, feed.hash_at(number), published if journal.position else None)


class OverlayFeed(MemoryFeed):
    """The verstrekkingen of one register under its own id, and what is added to them here; the base is only read."""

    def __init__(self, base: Feed, end: FeedEnd) -> None:
        """Stand on `base` as it was when it ended at `end`."""
        super().__init__(base.register, random_bytes=lambda _: base.feed_id)
        self._base = base
        self._start = end
        self._source = end.source
        self._former = base.former()

    def head(self) -> tuple[int, bytes]:
        """Give the last number and the chain hash there."""
        number, digest = super().head()
        return (self._start.number + number, digest) if number else (self._start.number, self._start.hash)

    def _from(self, place: int) -> Iterator[Verstrekking]:
        start = self._start.number
        if place < start:
            yield from self._base.read(place, start - place)
        yield from super()._from(max(place - start, 0))

    def verstrekking(self, number: int) -> Verstrekking:
        """Give one verstrekking. Raises UnknownPosition outside 1..head."""
        last, _ = self.head()
        start = self._start.number
        if 0 < number <= start:
            return self._base.verstrekking(number)
        if not start < number <= last:
            raise unknown_number(self.register, number, last)
        return self._verstrekkingen[number - start - 1]

    def rows(self, database: bytes) -> Iterator[tuple[bytes, bytes]]:
        """Give every row of one database as the LMDB feed would keep it, in key order."""
        if database == keys.LOG:
            self._check_open()
            return self._log()
        meta = {**dict(super().rows(database)), keys.META_HEAD: encode_feed_end(*self.head())}
        return iter(sorted(meta.items()))

    def _log(self) -> Iterator[tuple[bytes, bytes]]:
        start = self._start.number
        end = keys.number_key(start)
        yield from takewhile(lambda row: row[0] <= end, self._base.rows(keys.LOG))
        yield from ((keys.number_key(number), value) for number, value in enumerate(self._values, start + 1))
