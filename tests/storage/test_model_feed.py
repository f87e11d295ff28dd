"""The feed does what a list would do, in memory and in LMDB, and both keep the same bytes."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule

from storage import keys
from storage.errors import UnknownPosition, WriteConflict
from storage.feed import Feed, Publication
from storage.feed_lmdb import LmdbFeed
from storage.feed_memory import MemoryFeed
from storage.gevolgenstore import ZERO_HASH, ReaderPosition
from storage.verify import verify_feed
from tests.storage.builders import SOURCE, at
from tests.storage.machine import SETTINGS, StoresMachine

PUBLICATIONS = st.lists(
    st.tuples(st.integers(-1, 3), st.sampled_from(["AutoGeregistreerd", "brief", "é", ""]), st.binary(max_size=4)),
    max_size=4,
)
"""Per publication: how much further its position is than the one before, its name, its content."""


class FeedMachine(StoresMachine[Feed]):
    """Publications of all kinds, many of them refused."""

    def __init__(self) -> None:
        self.told: list[Publication] = []
        self.source: ReaderPosition | None = None
        super().__init__()

    def in_memory(self) -> Feed:
        return MemoryFeed("auto", random_bytes=bytes)

    def in_lmdb(self) -> Feed:
        return LmdbFeed(self.folder / "verstrekkingen", "auto", random_bytes=bytes)

    def refusal(self, wanted: Sequence[Publication], source: ReaderPosition) -> str | None:
        """Say what is at fault: the source, or the first publication that does not fit; None when all fit."""
        last = self.source.position if self.source else 0
        if source.source != SOURCE and self.source:
            return "source"
        if source.position <= last:
            return "source"
        least = last + 1
        for index, publication in enumerate(wanted):
            if not publication.naam or not least <= publication.source_position <= source.position:
                return str(index)
            least = publication.source_position
        return None

    @rule(wishes=PUBLICATIONS, beyond=st.integers(-1, 2), known=st.sampled_from([True, True, True, False]))
    def publish(self, wishes: list[tuple[int, str, bytes]], beyond: int, *, known: bool) -> None:
        position = self.source.position if self.source else 0
        wanted = []
        for further, naam, content in wishes:
            position += further
            wanted.append(Publication(naam, max(position, 0), content))
        source = at(max(position + beyond, 0), SOURCE if known or self.source is None else b"x" * 16)
        refusal = self.refusal(wanted, source)
        first = len(self.told) + 1
        if refusal is None:
            self.told += wanted
            self.source = source
        for store in self.stores:
            if refusal is None:
                assert store.publish(wanted, source) == list(range(first, first + len(wanted)))
            else:
                with pytest.raises(WriteConflict) as caught:
                    store.publish(wanted, source)
                assert refusal == ("source" if caught.value.index is None else str(caught.value.index))

    @rule(after=st.integers(0, 9), limit=st.integers(1, 4) | st.none())
    def read(self, after: int, limit: int | None) -> None:
        expected = list(enumerate(self.told, 1))[after:][:limit]
        for store in self.stores:
            found = [(v.number, Publication(v.naam, v.source_position, v.content)) for v in store.read(after, limit)]
            assert found == expected

    @invariant()
    def everything_is_as_the_list_says(self) -> None:
        for store in self.stores:
            verstrekkingen = list(store.read())
            assert [Publication(v.naam, v.source_position, v.content) for v in verstrekkingen] == self.told
            assert [store.verstrekking(v.number) for v in verstrekkingen] == verstrekkingen
            hashes = [ZERO_HASH, *(v.hash for v in verstrekkingen)]
            assert [store.hash_at(n) for n in range(len(hashes))] == hashes
            assert store.head() == (len(self.told), hashes[-1])
            assert store.source() == self.source
            with pytest.raises(UnknownPosition):
                store.verstrekking(len(self.told) + 1)

    @invariant()
    def both_keep_the_same_bytes(self) -> None:
        for database in keys.FEED:
            assert list(self.memory.rows(database)) == list(self.lmdb.rows(database))

    def teardown(self) -> None:
        for store in self.stores:
            assert verify_feed(store) == []
        super().teardown()


TestFeed = FeedMachine.TestCase
TestFeed.settings = SETTINGS
