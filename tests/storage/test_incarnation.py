"""A new incarnation of a register that was put back: other ids, the same past, on memory and LMDB alike."""

from __future__ import annotations

import contextlib
import random
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from storage import keys
from storage.errors import StorageError, StoreDamaged, StoreInUse, UnknownPosition, WriteConflict
from storage.feed import Feed, Publication
from storage.feed_lmdb import LmdbFeed
from storage.former import decode_former, encode_former, shares
from storage.gevolgenstore import ZERO_HASH, Gevolgenstore, ReaderPosition
from storage.gevolgenstore_lmdb import LmdbGevolgenstore
from storage.incarnation import begin_incarnation
from storage.opslag import Opslag, in_memory, open_lmdb
from storage.projectiestore import Change, Row
from storage.verify import verify
from tests.storage.builders import SetClock, entry, run_python
from tests.storage.damage import damaging, flip

SECOND, THIRD = b"2" * 16, b"3" * 16


def told(position: int) -> Publication:
    return Publication("AutoGeregistreerd", position, b"x%d" % position)


def here(store: Gevolgenstore) -> ReaderPosition:
    """Give the position of a reader that has read all of a journal."""
    return ReaderPosition(store.store_id, store.head().position, store.head().hash)


def heard(feed: Feed) -> ReaderPosition:
    """Give the position of a reader that has read all of a feed."""
    return ReaderPosition(feed.feed_id, *feed.head())


def fill(opslag: Opslag, numbers: range) -> None:
    """Record, publish and project one transactie per number."""
    opslag.gevolgen.append([entry(n, f"auto/{n}") for n in numbers])
    start = opslag.gevolgen.head().position - len(numbers)
    opslag.feed.publish([told(start + n) for n in range(1, len(numbers) + 1)], here(opslag.gevolgen))
    opslag.gevolgen.append([], {"auto": heard(opslag.feed)})
    opslag.projecties.write([Change("auto@1", [Row(b"a", b"1", 1)], here(opslag.gevolgen))])


class TestOfAJournal:
    def test_a_new_journal_has_no_former_incarnation(self, gevolgen: Gevolgenstore) -> None:
        assert gevolgen.former() == ()

    def test_the_former_id_is_remembered_with_where_it_ended(self, gevolgen: Gevolgenstore) -> None:
        gevolgen.append([entry(1), entry(2, "auto/2")])
        first = here(gevolgen)
        gevolgen.begin_incarnation(SECOND)
        assert (gevolgen.store_id, gevolgen.former()) == (SECOND, (first,))
        gevolgen.append([entry(3, "auto/3")])
        second = here(gevolgen)
        gevolgen.begin_incarnation(THIRD)
        assert (gevolgen.store_id, gevolgen.former()) == (THIRD, (first, second))
        assert second == ReaderPosition(SECOND, 3, gevolgen.record(3).hash)

    def test_nothing_but_the_id_changes(self, gevolgen: Gevolgenstore) -> None:
        gevolgen.append([entry(1, sleutels=((b"k", "auto/1"),))], {"autos": ReaderPosition(THIRD, 4, bytes(32))})
        before = {database: dict(gevolgen.rows(database)) for database in keys.JOURNAL}
        gevolgen.begin_incarnation(SECOND)
        after = {database: dict(gevolgen.rows(database)) for database in keys.JOURNAL}
        changed = {k for k in after[keys.META] if after[keys.META][k] != before[keys.META].get(k)}
        assert changed == {keys.META_IDENTITY, keys.META_FORMER}
        assert {**after, keys.META: None} == {**before, keys.META: None}

    def test_the_hash_at_a_position_is_that_of_its_record(self, gevolgen: Gevolgenstore) -> None:
        gevolgen.append([entry(1)])
        assert (gevolgen.hash_at(0), gevolgen.hash_at(1)) == (ZERO_HASH, gevolgen.record(1).hash)
        with pytest.raises(UnknownPosition):
            gevolgen.hash_at(2)

    def test_it_is_there_after_reopening(self, tmp_path: Path, clock: SetClock) -> None:
        with contextlib.closing(LmdbGevolgenstore(tmp_path, "auto", clock=clock)) as store:
            store.append([entry(1)])
            first = here(store)
            store.begin_incarnation(SECOND)
        with contextlib.closing(LmdbGevolgenstore(tmp_path, "auto", clock=clock, read_only=True)) as again:
            assert (again.store_id, again.former()) == (SECOND, (first,))
            with pytest.raises(StorageError, match="for reading only"):
                again.begin_incarnation(THIRD)


class TestOfAFeed:
    def test_the_former_id_is_remembered_with_where_it_ended(self, feed: Feed) -> None:
        assert feed.former() == ()
        feed.publish([told(1), told(2)], ReaderPosition(SECOND, 2, bytes(32)))
        first = heard(feed)
        feed.begin_incarnation(THIRD, SECOND)
        assert (feed.feed_id, feed.former(), heard(feed).hash) == (THIRD, (first,), first.hash)

    def test_it_publishes_the_journal_under_its_new_id_alone(self, feed: Feed) -> None:
        feed.publish([told(1)], ReaderPosition(SECOND, 1, bytes(32)))
        feed.begin_incarnation(bytes(16), THIRD)
        assert feed.source() == ReaderPosition(THIRD, 1, bytes(32))
        with pytest.raises(WriteConflict, match="another incarnation"):
            feed.publish([told(2)], ReaderPosition(SECOND, 2, bytes(32)))
        assert feed.publish([told(2)], ReaderPosition(THIRD, 2, bytes(32))) == [2]

    def test_a_feed_that_never_published_knows_its_journal_too(self, feed: Feed) -> None:
        feed.begin_incarnation(SECOND, THIRD)
        assert feed.source() == ReaderPosition(THIRD, 0, ZERO_HASH)

    def test_it_is_there_after_reopening(self, tmp_path: Path) -> None:
        with contextlib.closing(LmdbFeed(tmp_path, "auto")) as feed:
            feed.publish([told(1)], ReaderPosition(SECOND, 1, bytes(32)))
            first = heard(feed)
            feed.begin_incarnation(SECOND, THIRD)
            log = list(feed.rows(keys.LOG))
        with contextlib.closing(LmdbFeed(tmp_path, "auto", read_only=True)) as again:
            assert (again.feed_id, again.former(), list(again.rows(keys.LOG))) == (SECOND, (first,), log)


def test_memory_and_lmdb_keep_the_same_bytes(tmp_path: Path, clock: SetClock) -> None:
    first = in_memory("auto", clock=clock, random_bytes=random.Random(1).randbytes)
    second = open_lmdb(tmp_path, "auto", clock=clock, random_bytes=random.Random(1).randbytes)
    for opslag in (first, second):
        fill(opslag, range(1, 3))
        opslag.gevolgen.begin_incarnation(SECOND)
        opslag.feed.begin_incarnation(THIRD, SECOND)
    assert list(first.gevolgen.rows(keys.META)) == list(second.gevolgen.rows(keys.META))
    assert list(first.feed.rows(keys.META)) == list(second.feed.rows(keys.META))
    second.close()


class TestSharedPast:
    FORMER = (ReaderPosition(b"1" * 16, 2, b"b" * 32), ReaderPosition(SECOND, 3, b"c" * 32))

    @staticmethod
    def hash_at(position: int) -> bytes:
        if position > 4:
            raise UnknownPosition
        return (b"a", b"b", b"c", b"d")[position - 1] * 32

    @pytest.mark.parametrize(
        ("source", "position", "letter", "shared"),
        [
            (b"1" * 16, 1, b"a", True),
            (b"1" * 16, 2, b"b", True),
            (b"1" * 16, 2, b"x", False),
            (b"1" * 16, 3, b"c", False),
            (SECOND, 3, b"c", True),
            (SECOND, 4, b"d", False),
            (THIRD, 4, b"d", True),
            (THIRD, 4, b"x", False),
            (THIRD, 5, b"e", False),
            (b"?" * 16, 1, b"a", False),
        ],
    )
    def test_what_was_read_is_shared_up_to_where_its_incarnation_ends(
        self, source: bytes, position: int, letter: bytes, *, shared: bool
    ) -> None:
        reader = ReaderPosition(source, position, letter * 32)
        assert shares(reader, THIRD, lambda: self.FORMER, self.hash_at) is shared

    def test_former_incarnations_come_back_as_they_were(self) -> None:
        assert decode_former(encode_former(self.FORMER)) == self.FORMER
        assert decode_former(None) == ()
        with pytest.raises(StoreDamaged, match="no multiple"):
            decode_former(b"x")


class TestOfARegister:
    @pytest.fixture
    def root(self, tmp_path: Path, clock: SetClock) -> Path:
        """Give a folder with a register and, beside it, a copy from before its last two transacties."""
        opslag = open_lmdb(tmp_path / "data", "auto", clock=clock)
        fill(opslag, range(1, 4))
        opslag.close()
        shutil.copytree(tmp_path / "data", tmp_path / "copy")
        opslag = open_lmdb(tmp_path / "data", "auto", clock=clock)
        fill(opslag, range(4, 6))
        opslag.close()
        return tmp_path / "data"

    @staticmethod
    def put_back(root: Path, *parts: str) -> None:
        for part in parts:
            shutil.rmtree(root / "auto" / part)
            shutil.copytree(root.parent / "copy" / "auto" / part, root / "auto" / part)

    @staticmethod
    def findings(root: Path, clock: SetClock) -> list[str]:
        with contextlib.closing(open_lmdb(root, "auto", clock=clock, read_only=True)) as opslag:
            return [finding.where for finding in verify(opslag)]

    def test_journal_and_feed_get_new_ids_and_remember_the_former(self, root: Path, clock: SetClock) -> None:
        begun = begin_incarnation(root, "auto", clock=clock)
        with contextlib.closing(open_lmdb(root, "auto", clock=clock, read_only=True)) as opslag:
            assert (opslag.gevolgen.store_id, opslag.feed.feed_id) == (begun.store_id, begun.feed_id)
            assert opslag.gevolgen.former() == (begun.former_journal,)
            assert opslag.feed.former() == (begun.former_feed,)
            assert (begun.former_journal.position, begun.former_feed.position) == (5, 5)
        assert len({begun.store_id, begun.feed_id, begun.former_journal.source, begun.former_feed.source}) == 4
        assert self.findings(root, clock) == []

    def test_projecties_may_be_ahead_and_are_no_damage(self, root: Path, clock: SetClock) -> None:
        self.put_back(root, "gevolgen", "verstrekkingen")
        assert self.findings(root, clock) == ["projecties/auto@1"]
        begin_incarnation(root, "auto", clock=clock)
        assert self.findings(root, clock) == []

    @pytest.mark.parametrize(("part", "ahead"), [("gevolgen", "verstrekkingen"), ("verstrekkingen", "journal")])
    def test_parts_of_different_copies_are_refused(self, root: Path, clock: SetClock, part: str, ahead: str) -> None:
        self.put_back(root, part)
        with pytest.raises(StoreDamaged, match=f"the {ahead} of .* from the same copy"):
            begin_incarnation(root, "auto", clock=clock)
        with contextlib.closing(open_lmdb(root, "auto", clock=clock, read_only=True)) as opslag:
            assert (opslag.gevolgen.former(), opslag.feed.former()) == ((), ())

    def test_a_register_that_is_in_use_is_refused(self, root: Path, clock: SetClock) -> None:
        script = """
import sys
from pathlib import Path
from datetime import UTC, datetime
from storage.errors import StoreInUse
from storage.incarnation import begin_incarnation
try:
    begin_incarnation(Path(sys.argv[1]), "auto", clock=lambda: datetime.now(UTC))
except StoreInUse as error:
    print("refused")
"""
        with contextlib.closing(open_lmdb(root, "auto", clock=clock)):
            assert run_python(script, root) == "refused"
            with pytest.raises(StoreInUse):
                begin_incarnation(root, "auto", clock=clock)

    def test_where_nothing_is_nothing_is_made(self, tmp_path: Path, clock: SetClock) -> None:
        with pytest.raises(StorageError, match="there is no journal"):
            begin_incarnation(tmp_path, "auto", clock=clock)
        assert list(tmp_path.iterdir()) == []

    def test_killed_in_between_it_can_be_done_again(
        self, root: Path, clock: SetClock, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with monkeypatch.context() as change:
            change.setattr(LmdbFeed, "begin_incarnation", _killed)
            with pytest.raises(InterruptedError):
                begin_incarnation(root, "auto", clock=clock)
        assert self.findings(root, clock) == []
        begun = begin_incarnation(root, "auto", clock=clock)
        with contextlib.closing(open_lmdb(root, "auto", clock=clock)) as opslag:
            assert (len(opslag.gevolgen.former()), len(opslag.feed.former())) == (2, 1)
            assert opslag.feed.source() == ReaderPosition(begun.store_id, 5, opslag.gevolgen.head().hash)
            fill(opslag, range(6, 8))
        assert self.findings(root, clock) == []

    @pytest.mark.parametrize("part", ["gevolgen", "verstrekkingen"])
    def test_a_former_incarnation_that_ended_elsewhere_is_found(self, root: Path, clock: SetClock, part: str) -> None:
        begin_incarnation(root, "auto", clock=clock)
        with damaging(root / "auto" / part) as raw:
            raw.put(keys.META, keys.META_FORMER, flip(raw.get(keys.META, keys.META_FORMER), -1))
        assert f"{part}/meta former" in self.findings(root, clock)

    def test_the_ids_come_from_the_chance_that_is_given(
        self, root: Path, clock: SetClock, random_bytes: Callable[[int], bytes]
    ) -> None:
        begun = begin_incarnation(root, "auto", clock=clock, random_bytes=random_bytes)
        again = random.Random(20261121).randbytes
        assert (begun.store_id, begun.feed_id) == (again(16), again(16))


def _killed(*_arguments: object) -> None:
    raise InterruptedError
