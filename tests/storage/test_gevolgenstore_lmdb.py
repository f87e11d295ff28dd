"""What only the LMDB gevolgenstore has: durability, processes, growth, failing disks, formats."""

from __future__ import annotations

import os
import struct
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NoReturn

import lmdb
import pytest

from storage import environment, journal_writer, keys, lmdb_errors
from storage.errors import NewerFormat, StorageError, StorageFull, StoreDamaged, StoreInUse, WrongRegister
from storage.gevolgenstore_lmdb import LmdbGevolgenstore
from storage.gevolgenstore_memory import MemoryGevolgenstore
from storage.verify import verify_gevolgenstore
from tests.storage.builders import SetClock, at, command_id, entry, python, refused, run_python

OPEN = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from storage.errors import StorageError
from storage.gevolgenstore_lmdb import LmdbGevolgenstore
def open_journal(read_only):
    return LmdbGevolgenstore(Path(sys.argv[1]), "auto", clock=lambda: datetime.now(UTC), read_only=read_only)
"""


def open_journal(path: Path, clock: SetClock, *, read_only: bool = False, map_size: int = 1 << 26) -> LmdbGevolgenstore:
    return LmdbGevolgenstore(path / "gevolgen", "auto", clock=clock, read_only=read_only, map_size=map_size)


def input_output_error() -> lmdb.Error:
    """Give what LMDB raises when the disk fails, or is full."""
    error = lmdb.Error("mdb_txn_commit: Input/output error")
    vars(error)["code"] = 5
    return error


def change_raw(path: Path, database: bytes, key: bytes, value: bytes) -> None:
    """Write bytes behind the store's back."""
    with lmdb.open(str(path / "gevolgen"), max_dbs=10, lib_version=0) as env:
        handle = env.open_db(database)
        with env.begin(write=True) as txn:
            txn.put(key, value, db=handle)


class TestReopening:
    def test_everything_is_there_after_reopening(self, tmp_path: Path, clock: SetClock) -> None:
        store = open_journal(tmp_path, clock)
        store.append([entry(1, sleutels=((b"k", "auto/1"),)), refused(2)], {"autos": at(5)})
        before = {database: list(store.rows(database)) for database in keys.JOURNAL}
        store.close()
        again = open_journal(tmp_path, clock)
        assert {database: list(again.rows(database)) for database in keys.JOURNAL} == before
        assert again.store_id == store.store_id
        assert again.append([entry(3, volgnummer=2)]) == [2]
        again.close()
        with pytest.raises(StorageError, match="open it anew"):
            again.reopen()

    def test_memory_and_lmdb_keep_the_same_bytes(self, tmp_path: Path, clock: SetClock) -> None:
        lmdb_store = LmdbGevolgenstore(tmp_path / "gevolgen", "auto", clock=clock, random_bytes=bytes)
        memory = MemoryGevolgenstore("auto", clock=clock, random_bytes=bytes)
        for store in (lmdb_store, memory):
            store.append([entry(1, sleutels=((b"k", "auto/1"),)), refused(2), entry(3, "auto/2")], {"autos": at(5)})
        for database in keys.JOURNAL:
            assert list(lmdb_store.rows(database)) == list(memory.rows(database))
        lmdb_store.close()

    def test_the_folder_is_for_its_owner_only(self, tmp_path: Path, clock: SetClock) -> None:
        open_journal(tmp_path, clock).close()
        assert (tmp_path / "gevolgen").stat().st_mode & 0o777 == 0o700
        assert (tmp_path / "gevolgen" / "data.mdb").stat().st_mode & 0o777 == 0o600


class TestOpening:
    def test_a_second_opening_in_one_process_is_refused(self, tmp_path: Path, clock: SetClock) -> None:
        store = open_journal(tmp_path, clock)
        for read_only in (False, True):
            with pytest.raises(StoreInUse, match="already open in this process"):
                open_journal(tmp_path, clock, read_only=read_only)
        store.close()
        open_journal(tmp_path, clock).close()

    def test_a_second_writing_process_is_refused_and_a_reading_one_is_not(
        self, tmp_path: Path, clock: SetClock
    ) -> None:
        store = open_journal(tmp_path, clock)
        store.append([entry(1)])
        script = (
            OPEN
            + """
try:
    open_journal(False)
except StorageError as error:
    print(type(error).__name__, error)
print(open_journal(True).head().position)
"""
        )
        refusal, position = run_python(script, tmp_path / "gevolgen").splitlines()
        assert refusal.startswith(f"StoreInUse process {os.getpid()} already writes to")
        assert position == "1"
        store.close()

    def test_a_killed_writer_leaves_no_lock_and_nothing_half_written(self, tmp_path: Path, clock: SetClock) -> None:
        script = (
            OPEN
            + """
import os, signal
from tests.storage.builders import entry
store = open_journal(False)
store.append([entry(1)])
def kill(txn, environment, database, rows, append=False):
    os.kill(os.getpid(), signal.SIGKILL)
from storage import journal_writer
journal_writer._put_new = kill
store.append([entry(2, volgnummer=2)])
"""
        )
        with python(script, tmp_path / "gevolgen") as other:
            other.process.communicate(timeout=60)
        assert other.process.returncode == -9
        store = open_journal(tmp_path, clock)
        clock.move(10**9)
        assert store.head().position == 1
        assert store.outcome(command_id(2)) is None
        assert store.append([entry(2, volgnummer=2)]) == [2]
        assert verify_gevolgenstore(store) == []
        store.close()

    def test_use_after_a_fork_is_refused_and_leaves_the_parent_alone(self, tmp_path: Path) -> None:
        script = (
            OPEN
            + """
import os
store = open_journal(False)
child = os.fork()
if child == 0:
    try:
        store.head()
    except StorageError as error:
        print(type(error).__name__, error, flush=True)
    store.close()
    os._exit(0)
os.waitpid(child, 0)
from tests.storage.builders import entry
print(store.append([entry(1)]))
"""
        )
        refusal, positions = run_python(script, tmp_path / "gevolgen").splitlines()
        assert refusal.startswith("StoreInUse")
        assert "must open it for itself" in refusal
        assert positions == "[1]"

    def test_a_forked_child_does_not_keep_the_lock_of_its_dead_parent(self, tmp_path: Path, clock: SetClock) -> None:
        script = (
            OPEN
            + """
import os
store = open_journal(False)
if os.fork():
    os._exit(0)
print("ready", flush=True)
sys.stdin.read()
"""
        )
        with python(script, tmp_path / "gevolgen") as other:
            assert other.hear() == "ready"
            other.process.wait(timeout=60)
            open_journal(tmp_path, clock).close()

    def test_there_is_nothing_to_read_where_no_store_is(self, tmp_path: Path, clock: SetClock) -> None:
        with pytest.raises(StorageError, match="there is no store"):
            open_journal(tmp_path, clock, read_only=True)
        open_journal(tmp_path, clock).close()

    def test_a_reader_cannot_write(self, tmp_path: Path, clock: SetClock) -> None:
        open_journal(tmp_path, clock).close()
        store = open_journal(tmp_path, clock, read_only=True)
        with pytest.raises(StorageError, match="opened for reading only"):
            store.append([entry(1)])
        store.close()

    def test_the_journal_of_another_register_is_refused(self, tmp_path: Path, clock: SetClock) -> None:
        open_journal(tmp_path, clock).close()
        with pytest.raises(WrongRegister, match="of register auto, not the gevolgen of register huis"):
            LmdbGevolgenstore(tmp_path / "gevolgen", "huis", clock=clock)
        open_journal(tmp_path, clock).close()


class TestFormats:
    def test_a_newer_store_format_is_refused(self, tmp_path: Path, clock: SetClock) -> None:
        open_journal(tmp_path, clock).close()
        change_raw(
            tmp_path,
            keys.META,
            keys.META_IDENTITY,
            struct.pack(">HH16sB", 2, 0, bytes(16), 8) + b"gevolgenauto",
        )
        with pytest.raises(NewerFormat, match=r"in format 2 .*; this version reads format 1"):
            open_journal(tmp_path, clock)

    def test_a_newer_lmdb_file_is_refused(self, tmp_path: Path, clock: SetClock) -> None:
        (tmp_path / "gevolgen").mkdir()
        with lmdb.open(str(tmp_path / "gevolgen"), max_dbs=10, lib_version=1) as env:
            env.open_db(keys.META)
        with pytest.raises(NewerFormat, match="LMDB data version 3"):
            open_journal(tmp_path, clock)

    def test_a_newer_record_is_refused(self, tmp_path: Path, clock: SetClock) -> None:
        store = open_journal(tmp_path, clock)
        store.append([entry(1)])
        _, value = next(store.rows(keys.LOG))
        store.close()
        change_raw(tmp_path, keys.LOG, keys.number_key(1), b"\x02" + value[1:])
        store = open_journal(tmp_path, clock)
        with pytest.raises(NewerFormat, match="record at position 1 has format 2, this version reads format 1"):
            store.record(1)
        store.close()

    def test_bytes_that_are_no_lmdb_file_are_damage(self, tmp_path: Path, clock: SetClock) -> None:
        (tmp_path / "gevolgen").mkdir()
        (tmp_path / "gevolgen" / "data.mdb").write_bytes(b"x" * 8192)
        with pytest.raises(StoreDamaged, match="restore a backup"):
            open_journal(tmp_path, clock)


class TestFailing:
    def test_a_failure_half_way_writes_nothing_and_asks_for_a_reopening(
        self, tmp_path: Path, clock: SetClock, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        store = open_journal(tmp_path, clock)
        store.append([entry(1)])
        before = {database: list(store.rows(database)) for database in keys.JOURNAL}

        def fail(*_: object) -> NoReturn:
            raise input_output_error()

        monkeypatch.setattr(journal_writer, "encode_end", fail)
        with pytest.raises(StorageError, match="failed"):
            store.append([entry(2, volgnummer=2), entry(3, "auto/2")], {"autos": at(5)})
        monkeypatch.undo()
        with pytest.raises(StorageError, match="reopen it and look up what is there"):
            store.append([entry(2, volgnummer=2)])
        assert {database: list(store.rows(database)) for database in keys.JOURNAL} == before
        store.reopen()
        assert store.outcome(command_id(2)) is None
        assert store.append([entry(2, volgnummer=2), entry(3, "auto/2")]) == [2, 3]
        assert verify_gevolgenstore(store) == []
        store.close()

    @pytest.mark.parametrize("error", [lmdb.DiskError("write"), input_output_error()])
    def test_an_io_error_on_a_full_disk_is_a_full_store(
        self, tmp_path: Path, clock: SetClock, monkeypatch: pytest.MonkeyPatch, error: lmdb.Error
    ) -> None:
        store = open_journal(tmp_path, clock)

        def fail(*_: object) -> NoReturn:
            raise error

        monkeypatch.setattr(journal_writer, "encode_end", fail)
        monkeypatch.setattr(lmdb_errors, "_little_space", lambda _: True)
        with pytest.raises(StorageFull, match="make room"):
            store.append([entry(1)])
        store.close()

    def test_the_journal_is_not_built_upon_a_broken_head(self, tmp_path: Path, clock: SetClock) -> None:
        store = open_journal(tmp_path, clock)
        store.append([entry(1), entry(2, volgnummer=2)])
        _, value = next(store.rows(keys.LOG))
        store.close()
        change_raw(tmp_path, keys.LOG, keys.number_key(2), value)
        store = open_journal(tmp_path, clock)
        with pytest.raises(StoreDamaged, match="run verify"):
            store.append([entry(3, volgnummer=3)])
        store.close()


class TestGrowing:
    def test_a_full_map_grows_and_the_batch_is_written_once(self, tmp_path: Path, clock: SetClock) -> None:
        store = open_journal(tmp_path, clock, map_size=1 << 16)
        for first in range(1, 401, 100):
            batch = [entry(n, volgnummer=n, content=bytes(1000)) for n in range(first, first + 100)]
            assert store.append(batch) == list(range(first, first + 100))
        assert verify_gevolgenstore(store) == []
        store.close()

    def test_a_thread_reads_while_the_map_grows(self, tmp_path: Path, clock: SetClock) -> None:
        store = open_journal(tmp_path, clock, map_size=1 << 16)
        failed: list[StorageError] = []

        def read_to_the_end() -> list[int]:
            positions: list[int] = []
            while len(positions) < 6 and not failed:
                positions += [record.position for record in store.read(len(positions))]
            return positions

        with ThreadPoolExecutor(1) as threads:
            reading = threads.submit(read_to_the_end)
            try:
                for number in range(1, 7):
                    store.append([entry(number, volgnummer=number, content=bytes(200_000))])
            except StorageError as error:
                failed.append(error)
            assert reading.result() == [1, 2, 3, 4, 5, 6], failed
        store.close()

    def test_great_records_are_read_in_small_slices(self, tmp_path: Path, clock: SetClock) -> None:
        store = open_journal(tmp_path, clock)
        store.append([entry(n, volgnummer=n, content=bytes(900_000)) for n in range(1, 13)])
        assert [record.position for record in store.read()] == list(range(1, 13))
        assert [record.position for record in store.read_stream("auto/1")] == list(range(1, 13))
        store.close()

    def test_a_map_at_its_utmost_is_a_full_store(
        self, tmp_path: Path, clock: SetClock, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(environment, "MAX_MAP_BYTES", 1 << 20)
        store = open_journal(tmp_path, clock, map_size=1 << 20)
        with pytest.raises(StorageFull, match="nothing was written"):
            store.append([entry(n, volgnummer=n, content=bytes(10_000)) for n in range(1, 201)])
        assert store.head().position == 0
        assert store.append([entry(1)]) == [1], "the store goes on"
        store.close()

    def test_another_process_reads_gapless_while_the_journal_is_written_and_grows(
        self, tmp_path: Path, clock: SetClock
    ) -> None:
        store = open_journal(tmp_path, clock, map_size=1 << 16)
        store.append([entry(1)])
        script = (
            OPEN.replace("read_only=read_only", "read_only=read_only, map_size=1 << 16")
            + """
from storage.gevolgenstore import ZERO_HASH
store = open_journal(True)
print("ready", flush=True)
position, moment = 0, None
while position < 2001:
    for record in store.read(position):
        assert record.position == position + 1 and (moment is None or record.registered_at > moment)
        assert record == store.record(record.position) and store.head().position >= record.position
        position, moment = record.position, record.registered_at
assert store.last_volgnummer("auto/1") == 2001
print(store.head().hash.hex())
"""
        )
        with python(script, tmp_path / "gevolgen") as other:
            assert other.hear() == "ready"
            for first in range(2, 2002, 20):
                store.append([entry(n, volgnummer=n, content=bytes(500)) for n in range(first, first + 20)])
            assert other.hear() == store.head().hash.hex()
        store.close()
