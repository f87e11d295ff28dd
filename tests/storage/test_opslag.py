"""The opslag: four stores of one register, opened together by the right processes."""

from __future__ import annotations

import contextlib
import os
import random
import shutil
from pathlib import Path

import pytest

from storage import keys
from storage.errors import StorageError, StoreDamaged, StoreInUse, WrongRegister
from storage.feed import Publication
from storage.gevolgenstore import ReaderPosition
from storage.opslag import BIJHOUDING, LEVERING, Opslag, in_memory, open_lmdb, refuse_lost
from storage.projectiestore import Change, Row
from tests.storage.builders import SetClock, entry, python, run_python

OPEN = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from storage.errors import StorageError
from storage.opslag import BIJHOUDING, LEVERING, open_lmdb
def opened(**options):
    return open_lmdb(Path(sys.argv[1]), "auto", clock=lambda: datetime.now(UTC), **options)
"""


def fill(opslag: Opslag) -> ReaderPosition:
    """Put something in each store."""
    opslag.sleutels.encrypt("burger/1", b"Jansen")
    opslag.sleutels.save()
    opslag.gevolgen.append([entry(1)])
    here = ReaderPosition(opslag.gevolgen.store_id, 1, opslag.gevolgen.head().hash)
    opslag.feed.publish([Publication("AutoGeregistreerd", 1, b"x")], here)
    opslag.projecties.write([Change("auto@1", [Row(b"a", b"1", 1)], here)])
    return here


class TestOpening:
    def test_the_folders_of_a_register_are_made_for_their_owner_only(self, tmp_path: Path, clock: SetClock) -> None:
        open_lmdb(tmp_path / "data", "auto", clock=clock).close()
        folder = tmp_path / "data" / "auto"
        parts = [path for path in folder.iterdir() if path.is_dir()]
        assert {path.name for path in parts} == {"gevolgen", "verstrekkingen", "projecties", "sleutels"}
        assert all(path.stat().st_mode & 0o777 == 0o700 for path in [folder, *parts])

    def test_everything_is_there_after_closing_and_opening(self, tmp_path: Path, clock: SetClock) -> None:
        opslag = open_lmdb(tmp_path, "auto", clock=clock)
        here = fill(opslag)
        opslag.close()
        again = open_lmdb(tmp_path, "auto", clock=clock, read_only=True)
        assert again.gevolgen.head().position == 1
        assert again.feed.source() == here
        assert again.projecties.position("auto@1") == here
        assert again.sleutels.secret == opslag.sleutels.secret
        again.close()

    def test_memory_and_lmdb_draw_the_same_ids_from_the_same_seed(self, tmp_path: Path, clock: SetClock) -> None:
        first = in_memory("auto", clock=clock, random_bytes=random.Random(1).randbytes)
        second = open_lmdb(tmp_path, "auto", clock=clock, random_bytes=random.Random(1).randbytes)
        fill(first)
        fill(second)
        assert first.gevolgen.store_id == second.gevolgen.store_id
        assert first.feed.feed_id == second.feed.feed_id
        assert first.sleutels.encrypt("burger/1", b"x") == second.sleutels.encrypt("burger/1", b"x")
        for database in keys.JOURNAL:
            assert list(first.gevolgen.rows(database)) == list(second.gevolgen.rows(database))
        for database in keys.FEED:
            assert list(first.feed.rows(database)) == list(second.feed.rows(database))
        second.close()

    def test_a_folder_under_another_name_is_the_wrong_register(self, tmp_path: Path, clock: SetClock) -> None:
        open_lmdb(tmp_path, "auto", clock=clock).close()
        (tmp_path / "auto").rename(tmp_path / "huis")
        with pytest.raises(WrongRegister, match="of register auto"):
            open_lmdb(tmp_path, "huis", clock=clock)
        (tmp_path / "huis").rename(tmp_path / "auto")
        open_lmdb(tmp_path, "auto", clock=clock).close()

    def test_two_folders_changed_about_are_refused(self, tmp_path: Path, clock: SetClock) -> None:
        open_lmdb(tmp_path, "auto", clock=clock).close()
        folder = tmp_path / "auto"
        (folder / "gevolgen").rename(folder / "x")
        (folder / "sleutels").rename(folder / "gevolgen")
        (folder / "x").rename(folder / "sleutels")
        with pytest.raises(WrongRegister, match="holds the sleutels of register auto, not the gevolgen"):
            open_lmdb(tmp_path, "auto", clock=clock)

    @pytest.mark.parametrize("name", ["", ".", "..", "a/b", "/etc"])
    def test_a_register_is_one_folder_name(self, tmp_path: Path, clock: SetClock, name: str) -> None:
        with pytest.raises(StorageError, match="one folder name"):
            open_lmdb(tmp_path, name, clock=clock)

    def test_reading_what_is_not_there_makes_nothing(self, tmp_path: Path, clock: SetClock) -> None:
        with pytest.raises(StorageError, match="there is no store"):
            open_lmdb(tmp_path, "auto", clock=clock, read_only=True)
        assert list(tmp_path.iterdir()) == []

    def test_an_unknown_part_is_refused(self, tmp_path: Path, clock: SetClock) -> None:
        with pytest.raises(StorageError, match="no folders"):
            open_lmdb(tmp_path, "auto", clock=clock, writes=frozenset({"gevolg"}))


class TestProcesses:
    def test_bijhouding_and_levering_write_beside_each_other(self, tmp_path: Path, clock: SetClock) -> None:
        script = (
            OPEN
            + """
from storage.feed import Publication
from storage.gevolgenstore import ReaderPosition
opslag = opened(writes=LEVERING)
print("ready", flush=True)
sys.stdin.readline()
record = next(opslag.gevolgen.read())
here = ReaderPosition(opslag.gevolgen.store_id, record.position, record.hash)
print(opslag.feed.publish([Publication("x", 1, record.content)], here), flush=True)
"""
        )
        with python(script, tmp_path) as levering:
            assert levering.hear() == "ready"
            bijhouding = open_lmdb(tmp_path, "auto", clock=clock, writes=BIJHOUDING)
            bijhouding.gevolgen.append([entry(1)])
            assert levering.ask() == "[1]"
            assert bijhouding.feed.verstrekking(1).content == b"transactie 1"
            with pytest.raises(StorageError, match="for reading only"):
                bijhouding.projecties.write([])
        bijhouding.close()

    def test_a_second_writer_is_refused_and_a_reader_is_not(self, tmp_path: Path, clock: SetClock) -> None:
        opslag = open_lmdb(tmp_path, "auto", clock=clock)
        fill(opslag)
        script = (
            OPEN
            + """
for options in ({}, {"writes": BIJHOUDING}, {"writes": LEVERING}):
    try:
        opened(**options)
    except StorageError as error:
        print(type(error).__name__)
print(opened(read_only=True).feed.head()[0])
"""
        )
        assert run_python(script, tmp_path).split() == ["StoreInUse", "StoreInUse", "StoreInUse", "1"]
        with pytest.raises(StoreInUse, match="in this process"):
            open_lmdb(tmp_path, "auto", clock=clock, writes=LEVERING)
        opslag.close()


@pytest.mark.parametrize("verloren", ["gevolgen", "verstrekkingen", "sleutels"])
@pytest.mark.parametrize("leeg", [True, False], ids=["emptied", "gone"])
def test_what_was_lost_is_never_made_anew_beside_what_is_left(tmp_path: Path, verloren: str, *, leeg: bool) -> None:
    with contextlib.closing(open_lmdb(tmp_path, "autos", clock=SetClock())) as opslag:
        fill(opslag)
    weg = tmp_path / "autos" / verloren
    if leeg:
        os.truncate(weg / "data.mdb", 0)
    else:
        shutil.rmtree(weg)
    for _ in range(2):
        with pytest.raises(StoreDamaged, match=f"has lost its {verloren}"):
            open_lmdb(tmp_path, "autos", clock=SetClock())


def test_a_lost_journal_is_missed_although_nothing_was_published_yet(tmp_path: Path) -> None:
    with contextlib.closing(open_lmdb(tmp_path, "autos", clock=SetClock())) as opslag:
        opslag.sleutels.encrypt("burger/1", b"Jansen")
        opslag.sleutels.save()
        opslag.gevolgen.append([entry(1)])
    shutil.rmtree(tmp_path / "autos" / "gevolgen")
    with pytest.raises(StoreDamaged, match="has lost its gevolgen"):
        open_lmdb(tmp_path, "autos", clock=SetClock())


def test_a_register_of_which_others_heard_is_not_begun_anew(tmp_path: Path) -> None:
    with contextlib.closing(open_lmdb(tmp_path, "autos", clock=SetClock())) as opslag:
        fill(opslag)
    with contextlib.closing(open_lmdb(tmp_path, "pas", clock=SetClock())) as opslag:
        opslag.gevolgen.append([], {"autos": ReaderPosition(bytes(16), 3, bytes(32))})
    refuse_lost(tmp_path, ["autos", "pas", "nieuw"], SetClock())
    shutil.rmtree(tmp_path / "autos")
    refuse_lost(tmp_path, ["pas", "nieuw"], SetClock())
    with pytest.raises(StoreDamaged, match="pas has read 3 verstrekkingen of it"):
        refuse_lost(tmp_path, ["nieuw", "autos"], SetClock())
    assert not (tmp_path / "autos").exists()


def test_projecties_that_were_lost_are_made_anew(tmp_path: Path) -> None:
    with contextlib.closing(open_lmdb(tmp_path, "autos", clock=SetClock())) as opslag:
        fill(opslag)
    shutil.rmtree(tmp_path / "autos" / "projecties")
    with contextlib.closing(open_lmdb(tmp_path, "autos", clock=SetClock())) as opslag:
        assert opslag.gevolgen.head().position == 1
        assert opslag.projecties.projecties() == []
