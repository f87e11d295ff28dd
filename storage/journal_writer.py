"""The write side of the LMDB gevolgenstore: one batch, one transaction, one flush.

Rows are gathered per database and put sorted: with near-sequential keys LMDB then touches neighbouring pages,
and one call per database costs half of one call per row.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from typing import Final

from storage import keys
from storage.conditions import check_append, first_moment
from storage.environment import Environment, Txn
from storage.errors import StoreDamaged
from storage.gevolgenstore import ZERO_HASH, Entry, ReaderPosition
from storage.limits import CACHED_STREAMS, HASH_BYTES
from storage.moments import Clock
from storage.records import JournalEnd, decode_end, encode_end, encode_log, encode_outcome, encode_reader

Rows = list[tuple[bytes, bytes]]

_UNKNOWN: Final = (0, 0)


class LookUp:
    """What is stored so far, read inside one transaction (`conditions.Known`)."""

    def __init__(self, environment: Environment, txn: Txn, streams: dict[str, tuple[int, int]]) -> None:
        """Look in `txn`; `streams` (aggregaat → number, last volgnummer) spares what is known already."""
        self._txn = txn
        self._streams = streams
        self._commando = environment.database(keys.COMMANDO)
        self._aggregaat = environment.database(keys.AGGREGAAT)
        self._stream = environment.database(keys.STREAM)
        self._sleutel = environment.database(keys.SLEUTEL)

    def knows(self, commando_id: bytes) -> bool:
        """Tell whether an outcome is kept under this id."""
        return self._txn.get(commando_id, db=self._commando) is not None

    def last_volgnummer(self, aggregaat: str) -> int:
        """Give the last volgnummer of the aggregaat, 0 when unknown."""
        return self.stream(aggregaat)[1]

    def holder(self, sleutel: bytes) -> str | None:
        """Give the aggregaat that holds a natural key."""
        value = self._txn.get(sleutel, db=self._sleutel)
        return None if value is None else keys.parse_name(value)

    def stream(self, aggregaat: str) -> tuple[int, int]:
        """Give (aggregate number, last volgnummer), (0, 0) when unknown. Raises StoreDamaged."""
        known = self._streams.get(aggregaat)
        if known is None:
            known = self._find(aggregaat)
            if known is not _UNKNOWN:
                self._streams[aggregaat] = known
        return known

    def _find(self, aggregaat: str) -> tuple[int, int]:
        if not aggregaat:
            return _UNKNOWN
        value = self._txn.get(aggregaat.encode(), db=self._aggregaat)
        if value is None:
            return _UNKNOWN
        number = keys.parse_number(value)
        cursor = self._txn.cursor(self._stream)
        found = cursor.prev() if cursor.set_range(keys.stream_end(number)) else cursor.last()
        last_number, volgnummer = keys.parse_stream(cursor.key()) if found else _UNKNOWN
        if last_number != number:
            text = f"{aggregaat} has a number but no stream; run verify and restore a backup"
            raise StoreDamaged(text)
        return number, volgnummer


class JournalWriter:
    """Appends batches to the journal in one environment."""

    def __init__(self, environment: Environment, register: str, clock: Clock) -> None:
        """Write to `environment`, stamping with `clock`."""
        self._environment = environment
        self._register = register
        self._clock = clock
        self._lock = threading.Lock()
        self._streams: dict[str, tuple[int, int]] = {}

    def look_up(self, txn: Txn) -> LookUp:
        """Look up in a transaction of one's own, without what the writer remembers."""
        return LookUp(self._environment, txn, {})

    def forget(self) -> None:
        """Drop what is remembered about streams."""
        self._streams = {}

    def append(self, entries: Sequence[Entry], readers: Mapping[str, ReaderPosition]) -> list[int]:
        """Keep all entries and reader positions, or nothing."""
        if not entries and not readers:
            return []
        with self._lock:
            if len(self._streams) > CACHED_STREAMS:
                self.forget()
            try:
                positions, streams = self._environment.write(lambda txn: self._put_batch(txn, entries, readers))
            except BaseException:
                self.forget()
                raise
            self._streams.update(streams)
            return positions

    def _put_batch(
        self, txn: Txn, entries: Sequence[Entry], readers: Mapping[str, ReaderPosition]
    ) -> tuple[list[int], dict[str, tuple[int, int]]]:
        meta = self._environment.database(keys.META)
        end = self._checked_end(txn, txn.get(keys.META_HEAD, db=meta))
        look_up = LookUp(self._environment, txn, self._streams)
        check_append(entries, readers, look_up)
        micros = first_moment(self._clock, self._register, end.micros if end.position else None)
        batch = _Batch(end, look_up, micros)
        positions = batch.add_all(entries)
        batch.put(txn, self._environment)
        lezer = self._environment.database(keys.LEZER)
        for name, reader in readers.items():
            txn.put(keys.name_key(name), encode_reader(reader), db=lezer)
        txn.put(keys.META_HEAD, encode_end(batch.end), db=meta)
        return positions, batch.streams

    def _checked_end(self, txn: Txn, value: bytes | None) -> JournalEnd:
        """Read the end from meta and hold it against the last record: never build on a broken head."""
        end = decode_end(value)
        cursor = txn.cursor(self._environment.database(keys.LOG))
        last = cursor.item() if cursor.last() else (keys.number_key(0), ZERO_HASH)
        if last[0] != keys.number_key(end.position) or last[1][-HASH_BYTES:] != end.hash:
            text = (
                f"the last record of register {self._register} is not {end.position}, which meta names; "
                "nothing was written; run verify and restore a backup"
            )
            raise StoreDamaged(text)
        return end


class _Batch:
    """The rows of one batch, per database."""

    def __init__(self, end: JournalEnd, look_up: LookUp, micros: int) -> None:
        self.end = end
        """The end of the journal before, and then after, the batch."""
        self.streams: dict[str, tuple[int, int]] = {}
        """Aggregaat → number, last volgnummer: after the batch, for those in it."""
        self._look_up = look_up
        self._micros = micros
        self._log: Rows = []
        self._stream: Rows = []
        self._commando: Rows = []
        self._aggregaat: Rows = []
        self._sleutels: dict[bytes, str | None] = {}

    def add_all(self, entries: Sequence[Entry]) -> list[int]:
        """Make the rows of all entries; give their positions, 0 without content."""
        position, previous, micros = self.end.position, self.end.hash, self._micros
        positions = []
        for entry in entries:
            content, count, place = entry.content, entry.count, 0
            if content is not None:
                position = place = position + 1
                number, volgnummer = self._number(entry.aggregaat), entry.volgnummer
                self.streams[entry.aggregaat] = (number, volgnummer)
                key = keys.number_key(position)
                value, previous = encode_log(previous, micros, count, number, volgnummer, content)
                micros += 1
                self._log.append((key, value))
                self._stream.append((keys.stream_key(number, volgnummer), key))
                if entry.sleutels:
                    self._sleutels.update(entry.sleutels)
            self._commando.append((entry.commando_id, encode_outcome(entry.digest, place, count, entry.answer)))
            positions.append(place)
        last = micros - 1 if self._log else self.end.micros
        self.end = JournalEnd(position, previous, last, self.end.numbers + len(self._aggregaat))
        return positions

    def _number(self, aggregaat: str) -> int:
        """Give the number of an aggregaat; a new one gets the next."""
        number, _ = self.streams.get(aggregaat) or self._look_up.stream(aggregaat)
        if number == 0:
            number = self.end.numbers + len(self._aggregaat) + 1
            self._aggregaat.append((keys.name_key(aggregaat), keys.number_key(number)))
        return number

    def put(self, txn: Txn, environment: Environment) -> None:
        """Put all rows; what must be new is checked to be new."""
        self._stream.sort()
        self._commando.sort()
        self._aggregaat.sort()
        _put_new(txn, environment, keys.LOG, self._log, append=True)
        _put_new(txn, environment, keys.STREAM, self._stream)
        _put_new(txn, environment, keys.COMMANDO, self._commando)
        _put_new(txn, environment, keys.AGGREGAAT, self._aggregaat)
        sleutel = environment.database(keys.SLEUTEL)
        for digest, holder in self._sleutels.items():
            if holder is None:
                txn.delete(digest, db=sleutel)
            else:
                txn.put(digest, keys.name_key(holder), db=sleutel)


def _put_new(txn: Txn, environment: Environment, database: bytes, rows: Rows, *, append: bool = False) -> None:
    """Put rows whose keys must not be there yet. Raises StoreDamaged when one is."""
    if not rows:
        return
    _, added = txn.cursor(environment.database(database)).putmulti(rows, overwrite=False, append=append)
    if added != len(rows):
        text = (
            f"{environment.path} already has one of {len(rows)} new keys in {database.decode()}, although "
            "the conditions held; nothing was written; run verify and restore a backup"
        )
        raise StoreDamaged(text)
