"""The contract of a feed, on memory and LMDB alike."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b
from pathlib import Path

import pytest

from storage import keys
from storage.errors import StorageError, UnknownPosition, WriteConflict, WrongRegister
from storage.feed import Feed, Publication
from storage.feed_lmdb import LmdbFeed
from storage.gevolgenstore import ZERO_HASH
from storage.limits import MAX_RECORD_BYTES
from tests.storage.builders import at


def told(position: int, content: bytes = b"bekendmaking", naam: str = "AutoGeregistreerd") -> Publication:
    return Publication(naam, position, content)


def everything(feed: Feed) -> list[list[tuple[bytes, bytes]]]:
    return [list(feed.rows(database)) for database in keys.FEED]


class TestPublishing:
    def test_an_empty_feed_has_no_source(self, feed: Feed) -> None:
        assert feed.head() == (0, ZERO_HASH)
        assert feed.source() is None
        assert feed.hash_at(0) == ZERO_HASH

    def test_verstrekkingen_are_numbered_gapless_and_kept_with_the_source_position(self, feed: Feed) -> None:
        assert feed.publish([told(1), told(1, b"brief", "é"), told(3)], at(3)) == [1, 2, 3]
        assert feed.publish([], at(7)) == []
        assert feed.publish([told(8)], at(8)) == [4]
        assert feed.source() == at(8)
        assert [v.number for v in feed.read()] == [1, 2, 3, 4]
        second = feed.verstrekking(2)
        assert (second.naam, second.source_position, second.content) == ("é", 1, b"brief")
        assert second.digest == blake2b(b"brief", digest_size=32).digest()

    def test_the_chain_covers_everything_before(self, feed: Feed) -> None:
        feed.publish([told(1), told(2)], at(2))
        previous = ZERO_HASH
        for number, (_, value) in enumerate(feed.rows(keys.LOG), 1):
            previous = blake2b(previous + value[:-32], digest_size=32).digest()
            assert feed.hash_at(number) == previous
        assert feed.head() == (2, previous)

    @pytest.mark.parametrize(
        ("publications", "source", "word"),
        [
            ([told(5)], at(5), "does not advance"),
            ([], at(4), "does not advance"),
            ([told(6)], at(6, source=b"x" * 16), "another incarnation"),
            ([told(6), told(5)], at(7), "outside 6 to 7"),
            ([told(7), told(6)], at(7), "outside 7 to 7"),
            ([told(6), told(8)], at(7), "outside 6 to 7"),
            ([told(6), told(6, bytes(MAX_RECORD_BYTES + 1))], at(7), "bytes"),
            ([told(6), told(6, naam="n" * 256)], at(7), "255"),
            ([told(6)], at(7, chain=b""), "malformed"),
            ([told(6)] * 10_001, at(7), "split"),
        ],
    )
    def test_a_publication_that_does_not_fit_is_refused_whole(
        self, feed: Feed, publications: Sequence[Publication], source: object, word: str
    ) -> None:
        feed.publish([told(5)], at(5))
        before = everything(feed)
        with pytest.raises(WriteConflict, match=word):
            feed.publish(publications, source)  # type: ignore[arg-type]
        assert everything(feed) == before
        assert feed.publish([told(6)], at(6)) == [2]


class TestReading:
    def test_reading_starts_after_a_number_and_stops_at_a_limit(self, feed: Feed) -> None:
        feed.publish([told(n) for n in range(1, 601)], at(600))
        assert [v.number for v in feed.read(after=250, limit=300)] == list(range(251, 551))
        assert list(feed.read(after=600)) == []
        assert next(feed.read(after=599)) == feed.verstrekking(600)

    @pytest.mark.parametrize("number", [-1, 0, 2])
    def test_a_number_outside_the_feed_is_unknown(self, feed: Feed, number: int) -> None:
        feed.publish([told(1)], at(1))
        with pytest.raises(UnknownPosition, match=f"1 to 1, not {number}"):
            feed.verstrekking(number)

    def test_there_is_no_hash_past_the_head(self, feed: Feed) -> None:
        with pytest.raises(UnknownPosition):
            feed.hash_at(1)

    def test_a_closed_feed_refuses_use(self, feed: Feed) -> None:
        feed.close()
        with pytest.raises(StorageError, match="closed; open it again"):
            feed.head()


class TestKeeping:
    def test_everything_is_there_after_reopening(self, tmp_path: Path) -> None:
        feed = LmdbFeed(tmp_path, "auto")
        feed.publish([told(1)], at(1))
        before = everything(feed)
        feed.reopen()
        assert everything(feed) == before
        feed.close()
        again = LmdbFeed(tmp_path, "auto", read_only=True)
        assert everything(again) == before
        assert again.feed_id == feed.feed_id
        again.close()

    def test_the_feed_of_another_register_is_refused(self, tmp_path: Path) -> None:
        LmdbFeed(tmp_path, "auto").close()
        with pytest.raises(WrongRegister):
            LmdbFeed(tmp_path, "huis")
