"""The contract of a gevolgenstore, by capability, on memory and LMDB alike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, timedelta
from hashlib import blake2b

import pytest

from storage import keys
from storage.errors import ClockBehind, StorageError, UnknownPosition, WriteConflict
from storage.gevolgenstore import ZERO_HASH, Entry, Gevolgenstore, Head, Outcome
from storage.limits import MAX_ENTRIES, MAX_RECORD_BYTES
from tests.storage.builders import START, SetClock, at, command_id, entry, refused


def everything(store: Gevolgenstore) -> dict[bytes, list[tuple[bytes, bytes]]]:
    """Give all bytes of a store."""
    return {database: list(store.rows(database)) for database in keys.JOURNAL}


class TestAppending:
    def test_an_empty_journal_has_a_head_at_nothing(self, gevolgen: Gevolgenstore) -> None:
        assert gevolgen.head() == Head(0, ZERO_HASH, None)
        assert list(gevolgen.read()) == []
        assert len(gevolgen.store_id) == 16

    def test_transacties_get_gapless_positions_in_the_order_given(self, gevolgen: Gevolgenstore) -> None:
        assert gevolgen.append([entry(1), refused(2), entry(3, "auto/2")]) == [1, 0, 2]
        assert gevolgen.append([entry(4, volgnummer=2)]) == [3]
        assert [record.position for record in gevolgen.read()] == [1, 2, 3]
        assert [record.content for record in gevolgen.read()] == [
            b"transactie 1",
            b"transactie 3",
            b"transactie 4",
        ]

    def test_nothing_to_append_writes_nothing(self, gevolgen: Gevolgenstore) -> None:
        before = everything(gevolgen)
        assert gevolgen.append([]) == []
        assert everything(gevolgen) == before

    def test_the_chain_hash_covers_the_header_and_the_content(self, gevolgen: Gevolgenstore) -> None:
        gevolgen.append([entry(1), entry(2, volgnummer=2)])
        previous = ZERO_HASH
        for (_, value), record in zip(gevolgen.rows(keys.LOG), gevolgen.read(), strict=True):
            previous = blake2b(previous + value[:-32], digest_size=32).digest()
            assert record.hash == previous
        assert gevolgen.head().hash == previous

    def test_the_greatest_allowed_batch_and_record_fit(self, gevolgen: Gevolgenstore) -> None:
        gevolgen.append([entry(1, content=b"x" * MAX_RECORD_BYTES)])
        positions = gevolgen.append([entry(n, "auto/2", n - 1) for n in range(2, MAX_ENTRIES + 2)])
        assert positions == list(range(2, MAX_ENTRIES + 2))
        assert len(gevolgen.record(1).content) == MAX_RECORD_BYTES


class TestConditions:
    """Each broken condition at the end of a batch leaves every byte as it was."""

    @pytest.mark.parametrize(
        ("batch", "index", "word"),
        [
            ([entry(2, "auto/2"), entry(1, volgnummer=2)], 1, "handled before"),
            ([entry(2, "auto/2"), refused(2)], 1, "handled before"),
            ([entry(2, "auto/2"), entry(3, "auto/2", 1)], 1, "does not follow 1"),
            ([entry(2, "auto/2"), entry(3, volgnummer=3)], 1, "does not follow 1"),
            ([entry(2, "auto/2", 2)], 0, "does not follow 0"),
            ([entry(2, "auto/2"), entry(3, volgnummer=2, content=b"x" * (MAX_RECORD_BYTES + 1))], 1, "bytes"),
            ([entry(2, "auto/2"), entry(3, volgnummer=2, count=0)], 1, "gevolgen"),
            ([entry(2, "a" * 256)], 0, "255"),
            ([entry(2, "")], 0, "255"),
            ([replace(entry(2), commando_id=b"short")], 0, "16"),
            ([replace(refused(2), sleutels=((b"k", "auto/1"),))], 0, "without content"),
            ([replace(refused(2), answer=bytes(70_000))], 0, "answer"),
            ([entry(2, "auto/2", sleutels=((b"kenteken", "auto/2"),))], 0, "held by auto/1"),
            ([entry(2, "auto/2", sleutels=((b"kenteken", None),))], 0, "held by auto/1"),
            ([entry(2, "auto/2", sleutels=((b"other", "auto/9"),))], 0, "does not exist"),
            ([refused(n) for n in range(2, MAX_ENTRIES + 3)], None, "split"),
        ],
    )
    def test_a_batch_that_breaks_a_condition_is_refused_whole(
        self, gevolgen: Gevolgenstore, batch: Sequence[Entry], index: int | None, word: str
    ) -> None:
        gevolgen.append([entry(1, sleutels=((b"kenteken", "auto/1"),))])
        before = everything(gevolgen)
        with pytest.raises(WriteConflict, match=word) as caught:
            gevolgen.append(batch, {"lezer": at(7)})
        assert caught.value.index == index
        assert everything(gevolgen) == before
        assert gevolgen.append([entry(2, volgnummer=2)]) == [2], "the store goes on after a refusal"

    def test_a_malformed_reader_position_is_refused_with_its_batch(self, gevolgen: Gevolgenstore) -> None:
        with pytest.raises(WriteConflict, match="malformed"):
            gevolgen.append([entry(1)], {"lezer": at(7, source=b"")})
        assert gevolgen.head().position == 0


class TestMoments:
    def test_registration_moments_strictly_increase_while_the_clock_stands(
        self, gevolgen: Gevolgenstore, clock: SetClock
    ) -> None:
        gevolgen.append([entry(1), refused(2), entry(3, volgnummer=2)])
        gevolgen.append([entry(4, volgnummer=3)])
        moments = [record.registered_at for record in gevolgen.read()]
        assert moments == [START + timedelta(microseconds=n) for n in range(3)]
        assert all(moment.tzinfo is UTC for moment in moments)
        clock.move(60)
        gevolgen.append([entry(5, volgnummer=4)])
        assert gevolgen.head().registered_at == clock.now

    def test_a_clock_a_little_behind_stamps_just_after_the_last(self, gevolgen: Gevolgenstore, clock: SetClock) -> None:
        gevolgen.append([entry(1)])
        clock.move(-5)
        gevolgen.append([entry(2, volgnummer=2)])
        assert gevolgen.record(2).registered_at == START + timedelta(microseconds=1)

    def test_a_clock_too_far_behind_writes_nothing(self, gevolgen: Gevolgenstore, clock: SetClock) -> None:
        gevolgen.append([entry(1)])
        before = everything(gevolgen)
        clock.move(-5.000001)
        with pytest.raises(ClockBehind, match="set the clock right"):
            gevolgen.append([entry(2, volgnummer=2)])
        assert everything(gevolgen) == before
        clock.move(1)
        assert gevolgen.append([entry(2, volgnummer=2)]) == [2]


class TestReading:
    def test_reading_starts_after_a_position_and_stops_at_a_limit(self, gevolgen: Gevolgenstore) -> None:
        gevolgen.append([entry(n, volgnummer=n) for n in range(1, 601)])
        assert [record.position for record in gevolgen.read(after=250, limit=300)] == list(range(251, 551))
        assert [record.position for record in gevolgen.read(after=598)] == [599, 600]
        assert list(gevolgen.read(after=600)) == []
        assert list(gevolgen.read(limit=0)) == []

    def test_a_read_meets_what_is_appended_while_it_runs(self, gevolgen: Gevolgenstore) -> None:
        gevolgen.append([entry(n, volgnummer=n) for n in range(1, 257)])
        reading = gevolgen.read()
        assert next(reading).position == 1
        gevolgen.append([entry(257, volgnummer=257)])
        assert [record.position for record in reading] == list(range(2, 258))

    def test_one_record_is_found_by_position(self, gevolgen: Gevolgenstore) -> None:
        gevolgen.append([entry(1), entry(2, volgnummer=2, count=12)])
        assert gevolgen.record(2) == list(gevolgen.read())[1]
        assert gevolgen.record(2).count == 12

    @pytest.mark.parametrize("position", [-1, 0, 2])
    def test_a_position_outside_the_journal_is_unknown(self, gevolgen: Gevolgenstore, position: int) -> None:
        gevolgen.append([entry(1)])
        with pytest.raises(UnknownPosition, match=f"1 to 1, not {position}"):
            gevolgen.record(position)


class TestStreams:
    def test_the_stream_of_an_aggregaat_holds_its_transacties_only(self, gevolgen: Gevolgenstore) -> None:
        gevolgen.append([entry(1), entry(2, "auto/2"), entry(3, volgnummer=2), entry(4, "auto/2", 2), entry(5, "b", 1)])
        assert [record.position for record in gevolgen.read_stream("auto/1")] == [1, 3]
        assert [record.position for record in gevolgen.read_stream("auto/2", after_volgnummer=1)] == [4]
        assert [record.position for record in gevolgen.read_stream("auto/2", up_to=3)] == [2]
        assert gevolgen.last_volgnummer("auto/2") == 2

    def test_a_long_stream_is_read_whole(self, gevolgen: Gevolgenstore) -> None:
        batch = [entry(n, f"auto/{n % 2}", (n + 1) // 2) for n in range(1, 1025)]
        gevolgen.append(batch)
        assert [record.position for record in gevolgen.read_stream("auto/1")] == list(range(1, 1025, 2))

    def test_an_unknown_aggregaat_has_an_empty_stream(self, gevolgen: Gevolgenstore) -> None:
        gevolgen.append([entry(1), refused(2)])
        for unknown in ("auto/2", ""):
            assert gevolgen.last_volgnummer(unknown) == 0
            assert list(gevolgen.read_stream(unknown)) == []

    def test_aggregaten_are_listed_by_prefix_in_order(self, gevolgen: Gevolgenstore) -> None:
        gevolgen.append([entry(1, "auto/é"), entry(2, "auto/b"), entry(3, "huis/1"), entry(4, "aut")])
        assert list(gevolgen.aggregaten("auto/")) == ["auto/b", "auto/é"]
        assert list(gevolgen.aggregaten()) == ["aut", "auto/b", "auto/é", "huis/1"]


class TestOutcomes:
    def test_a_commando_delivered_twice_is_stored_once(self, gevolgen: Gevolgenstore) -> None:
        gevolgen.append([replace(entry(1, count=3), digest=b"d" * 16)])
        with pytest.raises(WriteConflict):
            gevolgen.append([entry(1, volgnummer=2)])
        assert gevolgen.outcome(command_id(1)) == Outcome(b"d" * 16, 1, 3, b"")
        assert gevolgen.head().position == 1

    def test_a_commando_that_was_not_processed_keeps_its_answer(self, gevolgen: Gevolgenstore) -> None:
        assert gevolgen.append([refused(1, b"waarom")]) == [0]
        assert gevolgen.outcome(command_id(1)) == Outcome(bytes(16), 0, 0, b"waarom")
        assert gevolgen.head().position == 0
        assert list(gevolgen.aggregaten()) == []

    def test_an_unknown_commando_has_no_outcome(self, gevolgen: Gevolgenstore) -> None:
        assert gevolgen.outcome(command_id(1)) is None


class TestSleutels:
    def test_a_sleutel_leads_to_its_aggregaat_until_it_is_freed(self, gevolgen: Gevolgenstore) -> None:
        gevolgen.append([entry(1, sleutels=((b"oud", "auto/1"),))])
        assert gevolgen.aggregaat_by_sleutel(b"oud") == "auto/1"
        gevolgen.append([entry(2, volgnummer=2, sleutels=((b"oud", None), (b"nieuw", "auto/1")))])
        assert gevolgen.aggregaat_by_sleutel(b"oud") is None
        assert gevolgen.aggregaat_by_sleutel(b"nieuw") == "auto/1"

    def test_a_sleutel_freed_earlier_in_the_batch_may_be_taken(self, gevolgen: Gevolgenstore) -> None:
        gevolgen.append([entry(1, sleutels=((b"k", "auto/1"),))])
        freed = entry(2, volgnummer=2, sleutels=((b"k", None),))
        gevolgen.append([freed, entry(3, "auto/2", sleutels=((b"k", "auto/2"),))])
        assert gevolgen.aggregaat_by_sleutel(b"k") == "auto/2"

    def test_two_aggregaten_cannot_take_one_sleutel_in_one_batch(self, gevolgen: Gevolgenstore) -> None:
        both = [entry(n, f"auto/{n}", sleutels=((b"k", f"auto/{n}"),)) for n in (1, 2)]
        with pytest.raises(WriteConflict, match="held by auto/1"):
            gevolgen.append(both)
        assert gevolgen.aggregaat_by_sleutel(b"k") is None

    def test_taking_and_freeing_again_changes_nothing(self, gevolgen: Gevolgenstore) -> None:
        gevolgen.append([entry(1, sleutels=((b"k", "auto/1"), (b"k", "auto/1"), (b"vrij", None)))])
        assert gevolgen.aggregaat_by_sleutel(b"k") == "auto/1"


class TestReaders:
    def test_a_reader_position_is_kept_with_what_it_caused(self, gevolgen: Gevolgenstore) -> None:
        assert gevolgen.reader("autos") is None
        gevolgen.append([entry(1)], {"autos": at(5), "huizen": at(0, chain=ZERO_HASH)})
        gevolgen.append([], {"autos": at(6)})
        assert gevolgen.reader("autos") == at(6)
        assert gevolgen.readers() == {"autos": at(6), "huizen": at(0, chain=ZERO_HASH)}

    def test_a_refused_batch_leaves_its_reader_where_it_was(self, gevolgen: Gevolgenstore) -> None:
        gevolgen.append([entry(1)], {"autos": at(5)})
        with pytest.raises(WriteConflict):
            gevolgen.append([entry(1)], {"autos": at(6)})
        assert gevolgen.reader("autos") == at(5)


class TestClosing:
    def test_a_closed_journal_refuses_use(self, gevolgen: Gevolgenstore) -> None:
        gevolgen.close()
        gevolgen.close()
        for use in (gevolgen.head, lambda: gevolgen.append([entry(1)]), lambda: list(gevolgen.read())):
            with pytest.raises(StorageError, match="closed; open it again"):
                use()
