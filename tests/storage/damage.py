"""A register to damage, and damage behind the store's back: rows changed with LMDB alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import lmdb

from storage import keys
from storage.feed import Publication
from storage.feed_records import encode_feed_end, encode_verstrekking
from storage.gevolgenstore import ZERO_HASH, ReaderPosition
from storage.opslag import Opslag
from storage.projectiestore import Change, Row
from storage.records import JournalEnd, LogFields, decode_log, encode_end, encode_log
from tests.storage.builders import at, entry, refused


def fill(opslag: Opslag) -> None:
    """Record five transacties of two aggregaten, publish three, project four."""
    opslag.gevolgen.append(
        [entry(1, sleutels=((b"k", "auto/1"),)), entry(2, "auto/2", count=3), refused(3)], {"autos": at(9)}
    )
    opslag.gevolgen.append([entry(4, volgnummer=2), entry(5, "auto/2", 2), entry(6, volgnummer=3)])
    records = list(opslag.gevolgen.read())
    store_id = opslag.gevolgen.store_id
    published = [Publication("AutoGeregistreerd", position, b"x%d" % position) for position in (1, 2, 4)]
    opslag.feed.publish(published, ReaderPosition(store_id, 4, records[3].hash))
    rows = [Row(b"a", b"1", 1)]
    opslag.projecties.write([Change("auto@1", rows, ReaderPosition(store_id, 5, records[4].hash))])
    opslag.projecties.write([Change("auto@2", [], ReaderPosition(store_id, 0, ZERO_HASH))])


class Raw:
    """The rows of one environment."""

    def __init__(self, env: lmdb.Environment) -> None:
        self.env = env

    def rows(self, database: bytes) -> dict[bytes, bytes]:
        handle = self.env.open_db(database)
        with self.env.begin() as txn:
            return dict(txn.cursor(handle))

    def get(self, database: bytes, key: bytes) -> bytes:
        return self.rows(database)[key]

    def put(self, database: bytes, key: bytes, value: bytes) -> None:
        handle = self.env.open_db(database)
        with self.env.begin(write=True) as txn:
            txn.put(key, value, db=handle)

    def delete(self, database: bytes, key: bytes) -> None:
        handle = self.env.open_db(database)
        with self.env.begin(write=True) as txn:
            assert txn.delete(key, db=handle)

    def flip(self, database: bytes, key: bytes, place: int) -> None:
        """Change one bit of one byte of a value."""
        self.put(database, key, flip(self.get(database, key), place))

    def swap(self, database: bytes, one: bytes, other: bytes) -> None:
        """Give each of two keys the value of the other."""
        first, second = self.get(database, one), self.get(database, other)
        self.put(database, one, second)
        self.put(database, other, first)

    def rename(self, database: bytes, one: bytes, other: bytes) -> None:
        """Give a value another key."""
        self.put(database, other, self.get(database, one))
        self.delete(database, one)

    # --- by someone who knows the chain ---

    def records(self) -> list[LogFields]:
        return [decode_log(n, value) for n, value in enumerate(self.rows(keys.LOG).values(), 1)]

    def forge_journal(self, records: Sequence[LogFields], numbers: int) -> None:
        """Write another log, with a chain and a head that fit."""
        for key in self.rows(keys.LOG):
            self.delete(keys.LOG, key)
        previous, micros = ZERO_HASH, 0
        for position, r in enumerate(records, 1):
            micros = r.micros
            value, previous = encode_log(previous, r.micros, r.count, r.number, r.volgnummer, r.content)
            self.put(keys.LOG, keys.number_key(position), value)
        self.put(keys.META, keys.META_HEAD, encode_end(JournalEnd(len(records), previous, micros, numbers)))

    def forge_feed(self, publications: Sequence[Publication]) -> None:
        """Write other verstrekkingen, with a chain and a head that fit."""
        for key in self.rows(keys.LOG):
            self.delete(keys.LOG, key)
        previous = ZERO_HASH
        for number, publication in enumerate(publications, 1):
            value, previous = encode_verstrekking(previous, publication)
            self.put(keys.LOG, keys.number_key(number), value)
        self.put(keys.META, keys.META_HEAD, encode_feed_end(len(publications), previous))


@contextmanager
def damaging(path: Path) -> Iterator[Raw]:
    """Open the environment in a folder, whoever owns it."""
    with lmdb.open(str(path), max_dbs=20, lib_version=0) as env:
        yield Raw(env)


def flip(value: bytes, place: int) -> bytes:
    """Change one bit."""
    changed = bytearray(value)
    changed[place] ^= 1
    return bytes(changed)
