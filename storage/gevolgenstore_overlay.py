"""A journal over another one: reads fall through to it as it stood when the overlay was made, writes stay in memory.

What the base appends later does not show: every record, outcome and aggregaat is held against the end the base had.
Only who holds a natural key is asked of the base as it is now, which keeps no history of that.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from heapq import merge
from itertools import takewhile

from storage import keys
from storage.gevolgenstore import Entry, Gevolgenstore, Outcome, ReaderPosition, Record
from storage.gevolgenstore_memory import MemoryGevolgenstore
from storage.moments import Clock
from storage.records import JournalEnd, decode_end, decode_outcome


def journal_end(store: Gevolgenstore) -> JournalEnd:
    """Tell where a journal ends now, with what a writer needs to go on from there."""
    return decode_end(dict(store.rows(keys.META)).get(keys.META_HEAD))


class OverlayGevolgenstore(MemoryGevolgenstore):
    """The journal of one register under its own id, and what is added to it here; the base is only read."""

    def __init__(
        self, base: Gevolgenstore, end: JournalEnd, readers: Mapping[str, ReaderPosition], *, clock: Clock
    ) -> None:
        """Stand on `base` as it was when it ended at `end` and its readers were at `readers`."""
        super().__init__(base.register, clock=clock, random_bytes=lambda _: base.store_id)
        self._base = base
        self._start = end
        self._end = end
        self._readers = dict(readers)
        self._former = base.former()
        self._freed: set[bytes] = set()
        self._lengths: dict[str, int] = {}

    def _keep(self, entry: Entry, content: bytes, micros: int) -> int:
        number = self.number(entry.aggregaat)
        if number:
            self._numbers[entry.aggregaat] = number
        self._freed.update(sleutel for sleutel, holder in entry.sleutels if holder is None)
        return super()._keep(entry, content, micros)

    def _from(self, place: int) -> Iterator[Record]:
        start = self._start.position
        if place < start:
            yield from self._base.read(place, start - place)
        yield from super()._from(max(place - start, 0))

    def record(self, position: int) -> Record:
        """Give one record. Raises UnknownPosition outside 1..head."""
        self._check_open()
        start = self._start.position
        if 0 < position <= start:
            return self._base.record(position)
        if not start < position <= self._end.position:
            raise self._unknown(position)
        return self._records[position - start - 1]

    def position_at(self, moment: datetime) -> int:
        """Give the last position registered at or before an aware moment; 0 when there is none."""
        own = super().position_at(moment)
        return own + self._start.position if own else min(self._base.position_at(moment), self._start.position)

    def read_stream(self, aggregaat: str, *, after_volgnummer: int = 0, up_to: int | None = None) -> Iterator[Record]:
        """Give the records of one aggregaat in order of volgnummer."""
        self._check_open()
        start, after = self._start.position, max(after_volgnummer, 0)
        before = self._length(aggregaat)
        if after < before:
            last = start if up_to is None else min(up_to, start)
            yield from self._base.read_stream(aggregaat, after_volgnummer=after, up_to=last)
        for position in self._streams.get(aggregaat, [])[max(after - before, 0) :]:
            if up_to is not None and position > up_to:
                return
            yield self._records[position - start - 1]

    def last_volgnummer(self, aggregaat: str) -> int:
        """Give the last volgnummer of the aggregaat; 0 when it is unknown."""
        self._check_open()
        return self._length(aggregaat) + len(self._streams.get(aggregaat, ()))

    def _length(self, aggregaat: str) -> int:
        """Give the last volgnummer that the aggregaat had in the base."""
        length = self._lengths.get(aggregaat)
        if length is None:
            length = self._base.last_volgnummer(aggregaat) if self._stood(aggregaat) else 0
            if length and self._base.head().position > self._start.position:
                length = self._shortened(aggregaat, length)
            self._lengths[aggregaat] = length
        return length

    def _shortened(self, aggregaat: str, length: int) -> int:
        """Give the volgnummer of the last transactie that was there: the base went on."""
        while next(self._base.read_stream(aggregaat, after_volgnummer=length - 1)).position > self._start.position:
            length -= 1
        return length

    def _stood(self, aggregaat: str) -> int:
        """Give the number of an aggregaat that was in the base; 0 when it was not."""
        number = self._base.number(aggregaat)
        return number if number <= self._start.numbers else 0

    def number(self, aggregaat: str) -> int:
        """Give the number under which an aggregaat is kept; 0 when it is unknown."""
        return super().number(aggregaat) or self._stood(aggregaat)

    def outcome(self, commando_id: bytes) -> Outcome | None:
        """Tell what became of a commando; None when it never came."""
        own = super().outcome(commando_id)
        if own is not None:
            return own
        before = self._base.outcome(commando_id)
        return before if before is not None and before.position <= self._start.position else None

    def knows(self, commando_id: bytes) -> bool:
        """Tell whether an outcome is kept under this id."""
        return self.outcome(commando_id) is not None

    def holder(self, sleutel: bytes) -> str | None:
        """Give the aggregaat that holds a natural key: the base says who now, if that one was there."""
        if sleutel in self._sleutels or sleutel in self._freed:
            return self._sleutels.get(sleutel)
        holder = self._base.aggregaat_by_sleutel(sleutel)
        return holder if holder is not None and self._stood(holder) else None

    def aggregaat_by_sleutel(self, digest: bytes) -> str | None:
        """Give the aggregaat that holds a natural key; None when nobody does."""
        self._check_open()
        return self.holder(digest)

    def aggregaten(self, prefix: str = "") -> Iterator[str]:
        """Give the ids of all aggregaten that start with `prefix`, in order."""
        own = [name for name, n in self._numbers.items() if n > self._start.numbers and name.startswith(prefix)]
        before = (name for name in self._base.aggregaten(prefix) if self._stood(name))
        return merge(before, sorted(own), key=str.encode)

    def _table(self, database: bytes) -> Iterable[tuple[bytes, bytes]]:
        """Give the rows of one database, in any order: those that the base had then, and the own ones."""
        if database in (keys.META, keys.LEZER):
            return super()._table(database)
        if database == keys.AGGREGAAT:
            return [(keys.name_key(name), keys.number_key(self.number(name))) for name in self.aggregaten()]
        before, end = self._base.rows(database), keys.number_key(self._start.position)
        if database == keys.LOG:
            return [*takewhile(lambda row: row[0] <= end, before), *self._log(self._start.position)]
        if database == keys.STREAM:
            return [*[row for row in before if row[1] <= end], *self._stream(self._length)]
        if database == keys.COMMANDO:
            stood = [row for row in before if decode_outcome(row[1]).position <= self._start.position]
            return {**dict(stood), **dict(super()._table(database))}.items()
        sleutels = {*self._sleutels, *(sleutel for sleutel, _ in before)}
        return [(sleutel, keys.name_key(holder)) for sleutel in sleutels if (holder := self.holder(sleutel))]
