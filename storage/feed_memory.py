"""A feed in memory: for tests, proeven and simulation."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator, Sequence
from itertools import islice

from storage import keys
from storage.errors import StorageError
from storage.feed import Publication, Verstrekking, check_publish, renamed, unknown_number
from storage.feed_records import decode_verstrekking, encode_feed_end, encode_verstrekking
from storage.former import Former, encode_former
from storage.gevolgenstore import ZERO_HASH, ReaderPosition
from storage.identity import Identity
from storage.limits import ID_BYTES
from storage.records import encode_reader


class MemoryFeed:
    """The verstrekkingen of one register in a list; safe from several threads."""

    def __init__(self, register: str, *, random_bytes: Callable[[int], bytes] = os.urandom) -> None:
        """Start an empty feed."""
        self.register = register
        self.feed_id = random_bytes(ID_BYTES)
        self._lock = threading.Lock()
        self._closed = False
        self._values: list[bytes] = []
        self._verstrekkingen: list[Verstrekking] = []
        self._source: ReaderPosition | None = None
        self._former: Former = ()

    def former(self) -> Former:
        """Tell under which ids this feed went before."""
        self._check_open()
        return self._former

    def begin_incarnation(self, feed_id: bytes, store_id: bytes) -> None:
        """Go on under another id; see the protocol."""
        with self._lock:
            self._former = (*self._former, ReaderPosition(self.feed_id, *self.head()))
            self.feed_id = feed_id
            self._source = renamed(self._source, store_id)

    def head(self) -> tuple[int, bytes]:
        """Give the last number and the chain hash there."""
        self._check_open()
        last = len(self._verstrekkingen)
        return last, self._verstrekkingen[-1].hash if last else ZERO_HASH

    def source(self) -> ReaderPosition | None:
        """Tell how far the journal has been published; None when nothing ever was."""
        self._check_open()
        return self._source

    def publish(self, publications: Sequence[Publication], source: ReaderPosition) -> list[int]:
        """Keep all publications and the source position, or nothing; see the protocol."""
        with self._lock:
            first, previous = self.head()
            check_publish(publications, source, self._source)
            numbers = list(range(first + 1, first + 1 + len(publications)))
            for number, publication in zip(numbers, publications, strict=True):
                value, previous = encode_verstrekking(previous, publication)
                self._values.append(value)
                self._verstrekkingen.append(decode_verstrekking(number, value))
            self._source = source
            return numbers

    def read(self, after: int = 0, limit: int | None = None) -> Iterator[Verstrekking]:
        """Give the verstrekkingen after a number, in order."""
        self._check_open()
        return islice(self._from(max(after, 0)), limit)

    def _from(self, place: int) -> Iterator[Verstrekking]:
        while place < len(self._verstrekkingen):
            yield self._verstrekkingen[place]
            place += 1

    def verstrekking(self, number: int) -> Verstrekking:
        """Give one verstrekking. Raises UnknownPosition outside 1..head."""
        self._check_open()
        if not 0 < number <= len(self._verstrekkingen):
            raise unknown_number(self.register, number, len(self._verstrekkingen))
        return self._verstrekkingen[number - 1]

    def hash_at(self, number: int) -> bytes:
        """Give the chain hash at a number, 32 zero bytes at 0."""
        return self.verstrekking(number).hash if number else ZERO_HASH

    def rows(self, database: bytes) -> Iterator[tuple[bytes, bytes]]:
        """Give every row of one database as the LMDB feed would keep it, in key order."""
        self._check_open()
        if database == keys.LOG:
            return iter([(keys.number_key(number), value) for number, value in enumerate(self._values, 1)])
        meta = {
            keys.META_IDENTITY: Identity("verstrekkingen", self.register, self.feed_id).encode(),
            keys.META_HEAD: encode_feed_end(*self.head()),
        }
        if self._source is not None:
            meta[keys.META_SOURCE] = encode_reader(self._source)
        if self._former:
            meta[keys.META_FORMER] = encode_former(self._former)
        return iter(sorted(meta.items()))

    def reopen(self) -> None:
        """Do nothing: no write in memory fails half-way."""

    def close(self) -> None:
        """Refuse further use."""
        self._closed = True

    def _check_open(self) -> None:
        if self._closed:
            text = f"the feed of register {self.register} is closed; open it again"
            raise StorageError(text)
