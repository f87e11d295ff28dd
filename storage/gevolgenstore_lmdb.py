"""The gevolgenstore in LMDB: an environment per register, every commit flushed before it is acknowledged."""

from __future__ import annotations

import os
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from storage import keys
from storage.environment import Environment, Txn
from storage.errors import StoreDamaged, UnknownPosition
from storage.former import Former, decode_former
from storage.gevolgenstore import NO_READERS, ZERO_HASH, Entry, Head, Outcome, ReaderPosition, Record
from storage.identity import Identity, open_identity, put_incarnation
from storage.journal_writer import JournalWriter
from storage.limits import ID_BYTES, INITIAL_MAP_BYTES, SLICE_BYTES, SLICE_ROWS
from storage.moments import Clock, to_micros
from storage.records import (
    JournalEnd,
    decode_end,
    decode_micros,
    decode_outcome,
    decode_reader,
    decode_record,
    encode_end,
)
from storage.scanning import scan


class LmdbGevolgenstore:
    """The journal of one register in a folder. Safe from several threads; they write one by one."""

    def __init__(  # noqa: PLR0913 - what the world gives a store, each by name
        self,
        path: Path,
        register: str,
        *,
        clock: Clock,
        random_bytes: Callable[[int], bytes] = os.urandom,
        read_only: bool = False,
        map_size: int = INITIAL_MAP_BYTES,
    ) -> None:
        """Open the journal in `path`; a writer makes it when it is not there.

        Raises StoreInUse, WrongRegister, NewerFormat, StoreDamaged, or StorageError when there is nothing to
        read.
        """
        self.register = register
        self._environment = Environment(path, keys.JOURNAL, read_only=read_only, map_size=map_size)
        self.store_id = open_identity(
            self._environment,
            "gevolgen",
            register,
            lambda: (random_bytes(ID_BYTES), {keys.META_HEAD: encode_end(JournalEnd(0, ZERO_HASH, 0, 0))}),
        )
        self._writer = JournalWriter(self._environment, register, clock)

    def head(self) -> Head:
        """Tell where the journal ends now."""
        with self._environment.reading() as txn:
            return self._end(txn).head()

    def _end(self, txn: Txn) -> JournalEnd:
        return decode_end(txn.get(keys.META_HEAD, db=self._environment.database(keys.META)))

    def former(self) -> Former:
        """Tell under which ids this journal went before."""
        with self._environment.reading() as txn:
            return decode_former(txn.get(keys.META_FORMER, db=self._environment.database(keys.META)))

    def begin_incarnation(self, store_id: bytes) -> None:
        """Go on under another id; see the protocol."""
        self._environment.write(lambda txn: self._put_incarnation(txn, store_id))
        self.store_id = store_id

    def _put_incarnation(self, txn: Txn, store_id: bytes) -> None:
        end = self._end(txn)
        ended = ReaderPosition(self.store_id, end.position, end.hash)
        put_incarnation(txn, self._environment, Identity("gevolgen", self.register, store_id), ended)

    def append(self, entries: Sequence[Entry], readers: Mapping[str, ReaderPosition] = NO_READERS) -> list[int]:
        """Keep all entries and reader positions, or nothing; see the protocol."""
        return self._writer.append(entries, readers)

    def read(self, after: int = 0, limit: int | None = None) -> Iterator[Record]:
        """Give the records after a position, in order. Raises StoreDamaged where one is missing."""
        position = max(after, 0)
        start = keys.number_key(position + 1)
        for key, value in scan(self._environment, keys.LOG, start, limit):
            position += 1
            if key != keys.number_key(position):
                raise self._missing(position)
            yield decode_record(position, value)

    def record(self, position: int) -> Record:
        """Give one record. Raises UnknownPosition outside 1..head."""
        with self._environment.reading() as txn:
            value = None
            if position > 0:
                value = txn.get(keys.number_key(position), db=self._environment.database(keys.LOG))
            if value is None:
                head = self._end(txn).position
                if 0 < position <= head:
                    raise self._missing(position)
                text = f"register {self.register} has positions 1 to {head}, not {position}"
                raise UnknownPosition(text)
        return decode_record(position, value)

    def hash_at(self, position: int) -> bytes:
        """Give the chain hash at a position, 32 zero bytes at 0."""
        return self.record(position).hash if position else ZERO_HASH

    def position_at(self, moment: datetime) -> int:
        """Give the last position registered at or before an aware moment; 0 when there is none."""
        micros = to_micros(moment)
        log = self._environment.database(keys.LOG)
        with self._environment.reading() as txn:

            def registered(position: int) -> int:
                value = txn.get(keys.number_key(position), db=log)
                if value is None:
                    raise self._missing(position)
                return decode_micros(position, value)

            return bisect_right(range(1, self._end(txn).position + 1), micros, key=registered)

    def read_stream(self, aggregaat: str, *, after_volgnummer: int = 0, up_to: int | None = None) -> Iterator[Record]:
        """Give the records of one aggregaat in order of volgnummer."""
        next_volgnummer = max(after_volgnummer, 0) + 1
        more = True
        while more:
            with self._environment.reading() as txn:
                records, more = self._stream_slice(txn, aggregaat, next_volgnummer)
            for record in records:
                if up_to is not None and record.position > up_to:
                    return
                yield record
            next_volgnummer += len(records)

    def _stream_slice(self, txn: Txn, aggregaat: str, volgnummer: int) -> tuple[list[Record], bool]:
        """Give records from a volgnummer on, and whether there may be more after them."""
        records: list[Record] = []
        size = 0
        number = txn.get(aggregaat.encode() or b"\0", db=self._environment.database(keys.AGGREGAAT))
        cursor = txn.cursor(self._environment.database(keys.STREAM))
        if number is None or not cursor.set_range(number + keys.number_key(volgnummer)):
            return records, False
        log = self._environment.database(keys.LOG)
        for key, value in cursor:
            if not key.startswith(number):
                break
            found = txn.get(value, db=log)
            if found is None or key != number + keys.number_key(volgnummer + len(records)):
                text = (
                    f"the stream of {aggregaat} in register {self.register} is broken at volgnummer "
                    f"{volgnummer + len(records)}; run verify and restore a backup"
                )
                raise StoreDamaged(text)
            records.append(decode_record(keys.parse_number(value), found))
            size += len(found)
            if len(records) == SLICE_ROWS or size >= SLICE_BYTES:
                return records, True
        return records, False

    def last_volgnummer(self, aggregaat: str) -> int:
        """Give the last volgnummer of the aggregaat; 0 when it is unknown."""
        with self._environment.reading() as txn:
            return self._writer.look_up(txn).last_volgnummer(aggregaat)

    def number(self, aggregaat: str) -> int:
        """Give the number under which an aggregaat is kept; 0 when it is unknown."""
        with self._environment.reading() as txn:
            value = txn.get(aggregaat.encode() or b"\0", db=self._environment.database(keys.AGGREGAAT))
        return 0 if value is None else keys.parse_number(value)

    def outcome(self, commando_id: bytes) -> Outcome | None:
        """Tell what became of a commando; None when it never came."""
        with self._environment.reading() as txn:
            value = txn.get(commando_id, db=self._environment.database(keys.COMMANDO))
        return None if value is None else decode_outcome(value)

    def aggregaat_by_sleutel(self, digest: bytes) -> str | None:
        """Give the aggregaat that holds a natural key; None when nobody does."""
        with self._environment.reading() as txn:
            value = txn.get(digest, db=self._environment.database(keys.SLEUTEL))
        return None if value is None else keys.parse_name(value)

    def aggregaten(self, prefix: str = "") -> Iterator[str]:
        """Give the ids of all aggregaten that start with `prefix`, in order."""
        start = prefix.encode()
        for key, _ in scan(self._environment, keys.AGGREGAAT, start):
            if not key.startswith(start):
                return
            yield keys.parse_name(key)

    def reader(self, name: str) -> ReaderPosition | None:
        """Tell how far a reader has come; None when it never committed."""
        with self._environment.reading() as txn:
            value = txn.get(keys.name_key(name), db=self._environment.database(keys.LEZER))
        return None if value is None else decode_reader(value)

    def readers(self) -> dict[str, ReaderPosition]:
        """Tell how far every reader has come."""
        return {keys.parse_name(key): decode_reader(value) for key, value in self.rows(keys.LEZER)}

    def rows(self, database: bytes) -> Iterator[tuple[bytes, bytes]]:
        """Give every row of one database as stored, in key order."""
        return scan(self._environment, database)

    def reopen(self) -> None:
        """Open the folder again after a failed append; what `outcome` then says is the truth."""
        self._writer.forget()
        self._environment.reopen()

    def close(self) -> None:
        """Let go of the folder."""
        self._environment.close()

    def _missing(self, position: int) -> StoreDamaged:
        text = f"position {position} of register {self.register} is missing; run verify and restore a backup"
        return StoreDamaged(text)
