"""The projectiestore does what dicts would do, in memory and in LMDB."""

from __future__ import annotations

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule

from storage.errors import WriteConflict
from storage.gevolgenstore import ReaderPosition
from storage.projectiestore import Change, Projectiestore
from storage.projectiestore_lmdb import LmdbProjectiestore
from storage.projectiestore_memory import MemoryProjectiestore
from tests.storage.builders import at
from tests.storage.machine import SETTINGS, StoresMachine

NAMES = ["auto@1", "auto@2", "taken@1"]
KEYS = [b"a", b"a\x1f1", b"a\x1f2", b"b", b"\xff", b"\xff\xff"]
NAME = st.sampled_from(NAMES)
ROWS = st.lists(st.tuples(st.sampled_from(KEYS), st.none() | st.binary(max_size=3)), max_size=5)
WRONG = [Change("", [], at(1)), Change("auto@1", [(b"", b"1")], at(1)), Change("auto@1", [], at(1, chain=b""))]


class ProjectiestoreMachine(StoresMachine[Projectiestore]):
    """Slices, some of them refused, and projecties that go and come back."""

    def __init__(self) -> None:
        self.rows: dict[str, dict[bytes, bytes]] = {}
        self.positions: dict[str, ReaderPosition] = {}
        super().__init__()

    def in_memory(self) -> Projectiestore:
        return MemoryProjectiestore("auto")

    def in_lmdb(self) -> Projectiestore:
        return LmdbProjectiestore(self.folder / "projecties", "auto")

    @rule(changes=st.lists(st.builds(Change, NAME, ROWS, st.integers(0, 99).map(at)), max_size=3))
    def write(self, changes: list[Change]) -> None:
        for change in changes:
            kept = {**self.rows.get(change.projectie, {}), **dict(change.rows)}
            self.rows[change.projectie] = {key: value for key, value in kept.items() if value is not None}
            self.positions[change.projectie] = change.position
        for store in self.stores:
            store.write(changes)

    @rule(name=NAME, rows=ROWS, wrong=st.sampled_from(WRONG))
    def write_what_does_not_fit(self, name: str, rows: list[tuple[bytes, bytes | None]], wrong: Change) -> None:
        for store in self.stores:
            with pytest.raises(WriteConflict) as caught:
                store.write([Change(name, rows, at(7)), wrong])
            assert caught.value.index == 1

    @rule(name=NAME)
    def drop(self, name: str) -> None:
        self.rows.pop(name, None)
        self.positions.pop(name, None)
        for store in self.stores:
            store.drop(name)

    @invariant()
    def everything_is_as_the_dicts_say(self) -> None:
        for store in self.stores:
            assert store.projecties() == sorted(self.positions)
            for name in NAMES:
                rows = self.rows.get(name, {})
                assert store.position(name) == self.positions.get(name)
                assert {key: store.get(name, key) for key in KEYS} == {key: rows.get(key) for key in KEYS}
                for prefix in (b"", b"a", b"a\x1f", b"b", b"c", b"\xff"):
                    expected = sorted(row for row in rows.items() if row[0].startswith(prefix))
                    assert list(store.scan(name, prefix)) == expected


TestProjectiestore = ProjectiestoreMachine.TestCase
TestProjectiestore.settings = SETTINGS
