"""An overlay is the base with what was written on it, and the base does not notice."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import rule

from storage import keys
from storage.errors import ClockBehind, KeyDestroyed
from storage.feed import Feed, Publication
from storage.feed_overlay import FeedEnd, OverlayFeed, feed_end
from storage.gevolgenstore import Gevolgenstore, ReaderPosition
from storage.gevolgenstore_memory import MemoryGevolgenstore
from storage.gevolgenstore_overlay import OverlayGevolgenstore, journal_end
from storage.opslag import Opslag, in_memory, open_lmdb
from storage.overlay import overlays
from storage.sleutelbos import Sleutelbos
from storage.sleutelbos_overlay import OverlaySleutelbos
from storage.verify import verify
from tests.storage.builders import SetClock, at, entry, refused
from tests.storage.damage import fill
from tests.storage.machine import SETTINGS
from tests.storage.test_model_feed import FeedMachine
from tests.storage.test_model_gevolgenstore import AGGREGATEN, NUMBERS, GevolgenstoreMachine
from tests.storage.test_model_sleutelbos import SleutelbosMachine

DEPTH = 3
"""Overlays on each other: a base that is an overlay itself is a base like any other."""


class OverlayGevolgenstoreMachine(GevolgenstoreMachine):
    """Overlays over overlays over LMDB, each laid over whatever there is; those below go on and nobody sees it."""

    def __init__(self) -> None:
        self.below: list[Gevolgenstore] = []
        super().__init__()

    @rule()
    def close_and_open(self) -> None:
        if len(self.below) < DEPTH:
            self.below.append(self.lmdb)
            self.lmdb = OverlayGevolgenstore(self.lmdb, journal_end(self.lmdb), self.lmdb.readers(), clock=self.clock)

    @rule(floor=st.integers(0, 9), aggregaat=st.sampled_from([*AGGREGATEN, "weg/1"]), times=st.integers(1, 3))
    def one_below_goes_on(self, floor: int, aggregaat: str, times: int) -> None:
        if self.below:
            base = self.below[floor % len(self.below)]
            with contextlib.suppress(ClockBehind):
                for _ in range(times):
                    number = NUMBERS + base.head().position
                    base.append([entry(number, aggregaat, base.last_volgnummer(aggregaat) + 1)], {"elders": at(7)})

    def teardown(self) -> None:
        super().teardown()
        for store in self.below:
            store.close()


TestOverlayGevolgenstore = OverlayGevolgenstoreMachine.TestCase
TestOverlayGevolgenstore.settings = settings(SETTINGS, max_examples=20)


class OverlayFeedMachine(FeedMachine):
    """The same for the feed."""

    def __init__(self) -> None:
        self.below: list[Feed] = []
        super().__init__()

    @rule()
    def close_and_open(self) -> None:
        if len(self.below) < DEPTH:
            self.below.append(self.lmdb)
            self.lmdb = OverlayFeed(self.lmdb, FeedEnd(*self.lmdb.head(), self.lmdb.source()))

    @rule(floor=st.integers(0, 9))
    def one_below_goes_on(self, floor: int) -> None:
        if self.below:
            base = self.below[floor % len(self.below)]
            source = base.source() or at(0)
            told = Publication("elders", source.position + 1, b"niet te zien")
            base.publish([told, told], replace(source, position=source.position + 1))

    def teardown(self) -> None:
        super().teardown()
        for store in self.below:
            store.close()


TestOverlayFeed = OverlayFeedMachine.TestCase
TestOverlayFeed.settings = settings(SETTINGS, max_examples=25)


class OverlaySleutelbosMachine(SleutelbosMachine):
    """The same for the keys: what was not saved below is not there above."""

    def __init__(self) -> None:
        self.below: list[Sleutelbos] = []
        super().__init__()

    @rule()
    def close_and_open(self) -> None:
        if len(self.below) < DEPTH:
            self.below.append(self.lmdb)
            self.lmdb = OverlaySleutelbos(self.lmdb, random_bytes=self.chance.randbytes)
            self.models[1].forget_unsaved()

    def teardown(self) -> None:
        super().teardown()
        for store in self.below:
            store.close()


TestOverlaySleutelbos = OverlaySleutelbosMachine.TestCase
TestOverlaySleutelbos.settings = settings(SETTINGS, max_examples=25)


class TestTheBase:
    def test_no_byte_of_it_changes_when_an_overlay_is_written(self, folder: Path, clock: SetClock) -> None:
        before = {path: path.read_bytes() for path in sorted(folder.rglob("*")) if path.name == "data.mdb"}
        with contextlib.closing(open_lmdb(folder.parent, "auto", clock=clock, read_only=True)) as base:
            over = overlays({"auto": base}, clock=clock)["auto"]
            fresh = [entry(1000, "auto/nieuw", sleutels=((b"s", "auto/nieuw"),)), refused(1001)]
            over.gevolgen.append(fresh, {"elders": at(9)})
            over.sleutels.encrypt("nieuw", b"x")
            over.sleutels.save()
            over.sleutels.destroy("ook nieuw")
            published = over.feed.source()
            assert published is not None
            source = replace(published, position=over.gevolgen.head().position, hash=over.gevolgen.head().hash)
            over.feed.publish([Publication("brief", source.position, b"x")], source)
            assert verify(over) == []
            over.close()
            assert verify(base) == []
        assert before == {path: path.read_bytes() for path in before}

    def test_it_is_closed_by_whoever_opened_it(self, clock: SetClock) -> None:
        base = in_memory("auto", clock=clock)
        overlays({"auto": base}, clock=clock)["auto"].close()
        assert base.gevolgen.head().position == 0

    def test_what_it_destroys_later_is_destroyed_in_the_overlay_too(self, clock: SetClock) -> None:
        base = in_memory("auto", clock=clock)
        text = base.sleutels.encrypt("sam", b"Sam")
        base.sleutels.save()
        over = overlays({"auto": base}, clock=clock)["auto"]
        assert over.sleutels.decrypt("sam", text) == b"Sam"
        base.sleutels.destroy("sam")
        assert over.sleutels.decrypt("sam", text) is None
        with pytest.raises(KeyDestroyed):
            over.sleutels.encrypt("sam", b"Sam")

    def test_a_natural_key_that_went_to_someone_of_later_is_nobodys(self, clock: SetClock) -> None:
        base = in_memory("auto", clock=clock)
        base.gevolgen.append([entry(1, "auto/1", sleutels=((b"s", "auto/1"),))])
        over = overlays({"auto": base}, clock=clock)["auto"]
        base.gevolgen.append([entry(2, "auto/1", 2, sleutels=((b"s", None),))])
        base.gevolgen.append([entry(3, "auto/2", sleutels=((b"s", "auto/2"),))])
        assert over.gevolgen.aggregaat_by_sleutel(b"s") is None
        over.gevolgen.append([entry(4, "auto/1", 2, sleutels=((b"s", "auto/1"),))])
        assert over.gevolgen.aggregaat_by_sleutel(b"s") == "auto/1"


class TestTheMoment:
    def test_what_a_feed_tells_of_later_transacties_is_left_out(self, clock: SetClock) -> None:
        base = in_memory("auto", clock=clock)
        base.gevolgen.append([entry(1), entry(2, "auto/2"), entry(3, "auto/3")])
        hashes = [base.gevolgen.hash_at(n) for n in range(4)]
        end = journal_end(base.gevolgen)
        source = ReaderPosition(base.gevolgen.store_id, 3, hashes[3])
        base.feed.publish([Publication("a", 1, b"1"), Publication("a", 2, b"2"), Publication("a", 3, b"3")], source)
        assert feed_end(base.feed, end) == FeedEnd(3, base.feed.hash_at(3), source)
        earlier = replace(end, position=2, hash=hashes[2])
        assert feed_end(base.feed, earlier) == FeedEnd(
            2, base.feed.hash_at(2), replace(source, position=2, hash=hashes[2])
        )
        nothing = replace(end, position=0, hash=hashes[0])
        assert feed_end(base.feed, nothing) == FeedEnd(0, bytes(32), None)

    def test_no_register_has_read_what_the_other_did_not_tell_yet(self, clock: SetClock) -> None:
        """Between the look at the source and the look at its reader both go on, three times."""
        source = in_memory("bron", clock=clock)
        hashes = iter(range(1, 4))

        class Busy(MemoryGevolgenstore):
            def readers(self) -> dict[str, ReaderPosition]:
                number = next(hashes, None)
                if number is not None:
                    self.append([entry(number, f"huis/{number}")], _go_on(source, number))
                return super().readers()

        journal = Busy("auto", clock=clock)
        reader = replace(in_memory("auto", clock=clock), gevolgen=journal)
        over = overlays({"bron": source, "auto": reader}, clock=clock)
        assert next(hashes, None) is None
        heard = over["auto"].gevolgen.readers()["bron"].position
        assert heard == over["auto"].gevolgen.head().position == 3
        assert over["bron"].feed.head()[0] == heard

    def test_a_reader_of_a_feed_that_is_put_back_holds_nobody_up(self, clock: SetClock) -> None:
        source, reader = in_memory("bron", clock=clock), in_memory("auto", clock=clock)
        reader.gevolgen.append([entry(1)], {"bron": at(9, source.feed.feed_id)})
        over = overlays({"bron": source, "auto": reader}, clock=clock)
        assert over["auto"].gevolgen.readers()["bron"].position == 9


def _go_on(source: Opslag, number: int) -> Mapping[str, ReaderPosition]:
    """Record and publish one more in the source; give the position of who read it."""
    source.gevolgen.append([entry(number, f"auto/{number}")])
    head = source.gevolgen.head()
    published = ReaderPosition(source.gevolgen.store_id, head.position, head.hash)
    source.feed.publish([Publication("a", head.position, b"x")], published)
    return {"bron": ReaderPosition(source.feed.feed_id, *source.feed.head())}


def test_the_overlay_of_a_filled_register_is_the_register(tmp_path: Path, clock: SetClock) -> None:
    with contextlib.closing(open_lmdb(tmp_path, "auto", clock=clock)) as base:
        fill(base)
        over = overlays({"auto": base}, clock=clock)["auto"]
        for database in keys.JOURNAL:
            assert list(over.gevolgen.rows(database)) == list(base.gevolgen.rows(database))
        for database in keys.FEED:
            assert list(over.feed.rows(database)) == list(base.feed.rows(database))
        for database in keys.SLEUTELS:
            assert list(over.sleutels.rows(database)) == list(base.sleutels.rows(database))
        assert over.projecties.projecties() == []
