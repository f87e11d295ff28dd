"""A gevolgenstore in memory: for tests, proeven and simulation. It keeps the protocol, not the data."""

from __future__ import annotations

import os
import threading
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice

from storage import keys
from storage.conditions import check_append, first_moment
from storage.errors import StorageError, UnknownPosition
from storage.former import Former, encode_former
from storage.gevolgenstore import NO_READERS, ZERO_HASH, Entry, Head, Outcome, ReaderPosition, Record
from storage.identity import Identity
from storage.limits import ID_BYTES
from storage.moments import Clock, from_micros
from storage.records import JournalEnd, encode_end, encode_log, encode_outcome, encode_reader


class MemoryGevolgenstore:
    """The journal of one register in lists and dicts; safe from several threads."""

    def __init__(self, register: str, *, clock: Clock, random_bytes: Callable[[int], bytes] = os.urandom) -> None:
        """Start an empty journal."""
        self.register = register
        self.store_id = random_bytes(ID_BYTES)
        self._clock = clock
        self._lock = threading.Lock()
        self._closed = False
        self._records: list[Record] = []
        self._values: list[bytes] = []
        self._end = JournalEnd(0, ZERO_HASH, 0, 0)
        self._streams: dict[str, list[int]] = {}
        self._numbers: dict[str, int] = {}
        self._outcomes: dict[bytes, Outcome] = {}
        self._sleutels: dict[bytes, str] = {}
        self._readers: dict[str, ReaderPosition] = {}
        self._former: Former = ()

    def former(self) -> Former:
        """Tell under which ids this journal went before."""
        self._check_open()
        return self._former

    def begin_incarnation(self, store_id: bytes) -> None:
        """Go on under another id; see the protocol."""
        with self._lock:
            self._check_open()
            self._former = (*self._former, ReaderPosition(self.store_id, self._end.position, self._end.hash))
            self.store_id = store_id

    def head(self) -> Head:
        """Tell where the journal ends now."""
        self._check_open()
        return self._end.head()

    def append(self, entries: Sequence[Entry], readers: Mapping[str, ReaderPosition] = NO_READERS) -> list[int]:
        """Keep all entries and reader positions, or nothing; see the protocol."""
        with self._lock:
            self._check_open()
            if not entries and not readers:
                return []
            check_append(entries, readers, self)
            end = self._end
            micros = first_moment(self._clock, self.register, end.micros if end.position else None)
            positions = []
            for entry in entries:
                position = 0
                if entry.content is not None:
                    position = self._keep(entry, entry.content, micros)
                    micros += 1
                self._outcomes[entry.commando_id] = Outcome(entry.digest, position, entry.count, entry.answer)
                positions.append(position)
            self._readers.update(readers)
            return positions

    def _keep(self, entry: Entry, content: bytes, micros: int) -> int:
        end = self._end
        position = end.position + 1
        number = self._numbers.setdefault(entry.aggregaat, end.numbers + 1)
        value, digest = encode_log(end.hash, micros, entry.count, number, entry.volgnummer, content)
        self._values.append(value)
        self._records.append(Record(position, from_micros(micros), entry.count, content, digest))
        self._streams.setdefault(entry.aggregaat, []).append(position)
        for sleutel, holder in entry.sleutels:
            if holder is None:
                self._sleutels.pop(sleutel, None)
            else:
                self._sleutels[sleutel] = holder
        self._end = JournalEnd(position, digest, micros, max(end.numbers, number))
        return position

    def read(self, after: int = 0, limit: int | None = None) -> Iterator[Record]:
        """Give the records after a position, in order."""
        self._check_open()
        return islice(self._from(max(after, 0)), limit)

    def _from(self, place: int) -> Iterator[Record]:
        while place < len(self._records):
            yield self._records[place]
            place += 1

    def record(self, position: int) -> Record:
        """Give one record. Raises UnknownPosition outside 1..head."""
        self._check_open()
        if not 0 < position <= len(self._records):
            raise self._unknown(position)
        return self._records[position - 1]

    def position_at(self, moment: datetime) -> int:
        """Give the last position registered at or before an aware moment; 0 when there is none."""
        self._check_open()
        return bisect_right(self._records, moment, key=lambda record: record.registered_at)

    def _unknown(self, position: int) -> UnknownPosition:
        text = f"register {self.register} has positions 1 to {self._end.position}, not {position}"
        return UnknownPosition(text)

    def hash_at(self, position: int) -> bytes:
        """Give the chain hash at a position, 32 zero bytes at 0."""
        return self.record(position).hash if position else ZERO_HASH

    def read_stream(self, aggregaat: str, *, after_volgnummer: int = 0, up_to: int | None = None) -> Iterator[Record]:
        """Give the records of one aggregaat in order of volgnummer."""
        self._check_open()
        for position in self._streams.get(aggregaat, [])[max(after_volgnummer, 0) :]:
            if up_to is not None and position > up_to:
                return
            yield self._records[position - 1]

    def last_volgnummer(self, aggregaat: str) -> int:
        """Give the last volgnummer of the aggregaat; 0 when it is unknown."""
        self._check_open()
        return len(self._streams.get(aggregaat, ()))

    def number(self, aggregaat: str) -> int:
        """Give the number under which an aggregaat is kept; 0 when it is unknown."""
        self._check_open()
        return self._numbers.get(aggregaat, 0)

    def outcome(self, commando_id: bytes) -> Outcome | None:
        """Tell what became of a commando; None when it never came."""
        self._check_open()
        return self._outcomes.get(commando_id)

    def knows(self, commando_id: bytes) -> bool:
        """Tell whether an outcome is kept under this id."""
        return commando_id in self._outcomes

    def holder(self, sleutel: bytes) -> str | None:
        """Give the aggregaat that holds a natural key."""
        return self._sleutels.get(sleutel)

    def aggregaat_by_sleutel(self, digest: bytes) -> str | None:
        """Give the aggregaat that holds a natural key; None when nobody does."""
        self._check_open()
        return self._sleutels.get(digest)

    def aggregaten(self, prefix: str = "") -> Iterator[str]:
        """Give the ids of all aggregaten that start with `prefix`, in order."""
        self._check_open()
        return iter(sorted(aggregaat for aggregaat in self._numbers if aggregaat.startswith(prefix)))

    def reader(self, name: str) -> ReaderPosition | None:
        """Tell how far a reader has come; None when it never committed."""
        self._check_open()
        return self._readers.get(name)

    def readers(self) -> dict[str, ReaderPosition]:
        """Tell how far every reader has come."""
        self._check_open()
        return dict(sorted(self._readers.items()))

    def rows(self, database: bytes) -> Iterator[tuple[bytes, bytes]]:
        """Give every row of one database as the LMDB store would keep it, in key order."""
        self._check_open()
        return iter(sorted(self._table(database)))

    def _table(self, database: bytes) -> Iterable[tuple[bytes, bytes]]:
        """Give the rows of one database, in any order."""
        make: dict[bytes, Callable[[], list[tuple[bytes, bytes]]]] = {
            keys.META: self._meta,
            keys.LOG: self._log,
            keys.STREAM: self._stream,
            keys.AGGREGAAT: lambda: [(keys.name_key(name), keys.number_key(n)) for name, n in self._numbers.items()],
            keys.SLEUTEL: lambda: [(sleutel, keys.name_key(holder)) for sleutel, holder in self._sleutels.items()],
            keys.COMMANDO: lambda: [
                (commando_id, encode_outcome(o.digest, o.position, o.count, o.answer))
                for commando_id, o in self._outcomes.items()
            ],
            keys.LEZER: lambda: [(keys.name_key(name), encode_reader(r)) for name, r in self._readers.items()],
        }
        return make[database]()

    def _meta(self) -> list[tuple[bytes, bytes]]:
        identity = Identity("gevolgen", self.register, self.store_id)
        meta = [(keys.META_IDENTITY, identity.encode()), (keys.META_HEAD, encode_end(self._end))]
        if self._former:
            meta.append((keys.META_FORMER, encode_former(self._former)))
        return meta

    def _log(self, before: int = 0) -> list[tuple[bytes, bytes]]:
        return [(keys.number_key(place), value) for place, value in enumerate(self._values, before + 1)]

    def _stream(self, before: Callable[[str], int] = lambda _: 0) -> list[tuple[bytes, bytes]]:
        return [
            (keys.stream_key(self._numbers[aggregaat], volgnummer), keys.number_key(position))
            for aggregaat, positions in self._streams.items()
            for volgnummer, position in enumerate(positions, before(aggregaat) + 1)
        ]

    def reopen(self) -> None:
        """Do nothing: no write in memory fails half-way."""

    def close(self) -> None:
        """Refuse further use."""
        self._closed = True

    def _check_open(self) -> None:
        if self._closed:
            text = f"the gevolgenstore of register {self.register} is closed; open it again"
            raise StorageError(text)
