"""The feed in LMDB: every publication flushed to disk before it is acknowledged."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from storage import keys
from storage.environment import Environment, Txn
from storage.errors import StoreDamaged
from storage.feed import Publication, Verstrekking, check_publish, renamed, unknown_number
from storage.feed_records import decode_feed_end, decode_verstrekking, encode_feed_end, encode_verstrekking
from storage.former import Former, decode_former
from storage.gevolgenstore import ZERO_HASH, ReaderPosition
from storage.identity import Identity, open_identity, put_incarnation
from storage.limits import HASH_BYTES, ID_BYTES, INITIAL_MAP_BYTES
from storage.records import decode_reader, encode_reader
from storage.scanning import scan


class LmdbFeed:
    """The verstrekkingen of one register in a folder. Safe from several threads."""

    def __init__(
        self,
        path: Path,
        register: str,
        *,
        random_bytes: Callable[[int], bytes] = os.urandom,
        read_only: bool = False,
        map_size: int = INITIAL_MAP_BYTES,
    ) -> None:
        """Open the feed in `path`; a writer makes it when it is not there.

        Raises as `LmdbGevolgenstore` does.
        """
        self.register = register
        self._environment = Environment(path, keys.FEED, read_only=read_only, map_size=map_size)
        self.feed_id = open_identity(
            self._environment,
            "verstrekkingen",
            register,
            lambda: (random_bytes(ID_BYTES), {keys.META_HEAD: encode_feed_end(0, ZERO_HASH)}),
        )

    def head(self) -> tuple[int, bytes]:
        """Give the last number and the chain hash there."""
        with self._environment.reading() as txn:
            return self._head(txn)

    def _head(self, txn: Txn) -> tuple[int, bytes]:
        return decode_feed_end(txn.get(keys.META_HEAD, db=self._environment.database(keys.META)))

    def former(self) -> Former:
        """Tell under which ids this feed went before."""
        with self._environment.reading() as txn:
            return decode_former(txn.get(keys.META_FORMER, db=self._environment.database(keys.META)))

    def begin_incarnation(self, feed_id: bytes, store_id: bytes) -> None:
        """Go on under another id; see the protocol."""
        self._environment.write(lambda txn: self._put_incarnation(txn, feed_id, store_id))
        self.feed_id = feed_id

    def _put_incarnation(self, txn: Txn, feed_id: bytes, store_id: bytes) -> None:
        ended = ReaderPosition(self.feed_id, *self._checked_head(txn))
        source = encode_reader(renamed(self._source(txn), store_id))
        put_incarnation(txn, self._environment, Identity("verstrekkingen", self.register, feed_id), ended)
        txn.put(keys.META_SOURCE, source, db=self._environment.database(keys.META))

    def source(self) -> ReaderPosition | None:
        """Tell how far the journal has been published; None when nothing ever was."""
        with self._environment.reading() as txn:
            return self._source(txn)

    def _source(self, txn: Txn) -> ReaderPosition | None:
        value = txn.get(keys.META_SOURCE, db=self._environment.database(keys.META))
        return None if value is None else decode_reader(value)

    def publish(self, publications: Sequence[Publication], source: ReaderPosition) -> list[int]:
        """Keep all publications and the source position, or nothing; see the protocol."""
        return self._environment.write(lambda txn: self._put(txn, publications, source))

    def _put(self, txn: Txn, publications: Sequence[Publication], source: ReaderPosition) -> list[int]:
        number, previous = self._checked_head(txn)
        check_publish(publications, source, self._source(txn))
        rows = []
        for publication in publications:
            number += 1
            value, previous = encode_verstrekking(previous, publication)
            rows.append((keys.number_key(number), value))
        txn.cursor(self._environment.database(keys.LOG)).putmulti(rows, overwrite=False, append=True)
        meta = self._environment.database(keys.META)
        txn.put(keys.META_HEAD, encode_feed_end(number, previous), db=meta)
        txn.put(keys.META_SOURCE, encode_reader(source), db=meta)
        return list(range(number - len(rows) + 1, number + 1))

    def _checked_head(self, txn: Txn) -> tuple[int, bytes]:
        """Read the end from meta and hold it against the last verstrekking: never build on a broken head."""
        number, value = self._head(txn)
        cursor = txn.cursor(self._environment.database(keys.LOG))
        last = cursor.item() if cursor.last() else (keys.number_key(0), ZERO_HASH)
        if last[0] != keys.number_key(number) or last[1][-HASH_BYTES:] != value:
            text = (
                f"the last verstrekking of register {self.register} is not {number}, which meta names; "
                "nothing was published; run verify and restore a backup"
            )
            raise StoreDamaged(text)
        return number, value

    def read(self, after: int = 0, limit: int | None = None) -> Iterator[Verstrekking]:
        """Give the verstrekkingen after a number, in order. Raises StoreDamaged where one is missing."""
        number = max(after, 0)
        for key, value in scan(self._environment, keys.LOG, keys.number_key(number + 1), limit):
            number += 1
            if key != keys.number_key(number):
                raise self._missing(number)
            yield decode_verstrekking(number, value)

    def verstrekking(self, number: int) -> Verstrekking:
        """Give one verstrekking. Raises UnknownPosition outside 1..head."""
        with self._environment.reading() as txn:
            head, _ = self._head(txn)
            if not 0 < number <= head:
                raise unknown_number(self.register, number, head)
            value = txn.get(keys.number_key(number), db=self._environment.database(keys.LOG))
        if value is None:
            raise self._missing(number)
        return decode_verstrekking(number, value)

    def hash_at(self, number: int) -> bytes:
        """Give the chain hash at a number, 32 zero bytes at 0."""
        return self.verstrekking(number).hash if number else ZERO_HASH

    def rows(self, database: bytes) -> Iterator[tuple[bytes, bytes]]:
        """Give every row of one database as stored, in key order."""
        return scan(self._environment, database)

    def reopen(self) -> None:
        """Open the folder again after a failed publication; what `source` then says is the truth."""
        self._environment.reopen()

    def close(self) -> None:
        """Let go of the folder."""
        self._environment.close()

    def _missing(self, number: int) -> StoreDamaged:
        text = f"verstrekking {number} of register {self.register} is missing; run verify and restore a backup"
        return StoreDamaged(text)
