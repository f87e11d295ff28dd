"""The projectiestore does what dicts would do, in memory and in LMDB."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule

from storage.errors import WriteConflict
from storage.projectiestore import Change, Projectiestore, Row, Version
from storage.projectiestore_lmdb import LmdbProjectiestore
from storage.projectiestore_memory import MemoryProjectiestore
from tests.storage.builders import at
from tests.storage.machine import SETTINGS, StoresMachine

NAMES = ["auto@1", "auto@2", "taken@1"]
KEYS = [b"a", b"a\x1f1", b"a\x1f2", b"b", b"\xff", b"\xff\xff"]
NAME = st.sampled_from(NAMES)
VALUE = st.none() | st.binary(max_size=2)
STEPS = st.lists(st.tuples(st.sampled_from(KEYS), VALUE, st.integers(0, 2)), max_size=6)
WRONG = [
    Change("", [], at(1)),
    Change("auto@1", [Row(b"", b"1", 1)], at(1)),
    Change("auto@1", [Row(b"a", b"1", 100_001)], at(100_000)),
    Change("auto@1", [], at(1, chain=b"")),
]

Held = dict[bytes, list[bytes | None]]
"""What each row was at each position from 0 on."""


class ProjectiestoreMachine(StoresMachine[Projectiestore]):
    """Slices, some of them refused, projecties that go and come back, and such that are built beside the live ones."""

    def __init__(self) -> None:
        self.places: tuple[dict[str, Held], dict[str, Held]] = ({}, {})
        self.now = 0
        super().__init__()

    def in_memory(self) -> Projectiestore:
        return MemoryProjectiestore("auto")

    def in_lmdb(self) -> Projectiestore:
        return LmdbProjectiestore(self.folder / "projecties", "auto")

    def both(self, *, beside: bool) -> list[Projectiestore]:
        return [store.beside() if beside else store for store in self.stores]

    @rule(name=NAME, steps=STEPS, beside=st.booleans(), forget=st.lists(st.sampled_from(KEYS), max_size=1))
    def write(self, name: str, steps: list[tuple[bytes, bytes | None, int]], beside: bool, forget: list[bytes]) -> None:  # noqa: FBT001
        """Rows at ever later positions; positions count on over all projecties."""
        kept = self.places[beside].setdefault(name, {})
        for key in forget:
            kept.pop(key, None)
        rows = []
        for key, value, later in steps:
            self.now += later
            rows.append(Row(key, value, self.now))
            was = kept.get(key, [])
            until = [*was, *[was[-1] if was else None] * (self.now - len(was))][: self.now]
            kept[key] = [*until, value]
        for store in self.both(beside=beside):
            store.write([Change(name, rows, at(self.now), forget=forget)])

    @rule(name=NAME, steps=STEPS, wrong=st.sampled_from(WRONG))
    def write_what_does_not_fit(self, name: str, steps: list[tuple[bytes, bytes | None, int]], wrong: Change) -> None:
        rows = [Row(key, value, 100_000) for key, value, _ in steps]
        for store in self.stores:
            with pytest.raises(WriteConflict) as caught:
                store.write([Change(name, rows, at(100_000)), wrong])
            assert caught.value.index == 1

    @rule(name=NAME, beside=st.booleans())
    def drop(self, name: str, beside: bool) -> None:  # noqa: FBT001
        self.places[beside].pop(name, None)
        for store in self.both(beside=beside):
            store.drop(name)

    @rule(names=st.lists(NAME, unique=True))
    def switch(self, names: list[str]) -> None:
        live, beside = self.places
        for name in names:
            live.pop(name, None)
            if name in beside:
                live[name] = beside.pop(name)
        for store in self.stores:
            store.switch(names)

    @invariant()
    def everything_is_as_the_dicts_say(self) -> None:
        for place, beside in zip(self.places, (False, True), strict=True):
            for store in self.both(beside=beside):
                assert store.projecties() == sorted(place)
                for name in NAMES:
                    self.is_as(store, name, place.get(name, {}))

    def is_as(self, store: Projectiestore, name: str, kept: Held) -> None:
        for moment in {None, 0, 1, self.now // 2, self.now - 1, self.now}:
            told = {key: _at(was, moment) for key, was in kept.items()}
            rows = {key: value for key, value in told.items() if value is not None}
            assert {key: store.get(name, key, moment) for key in KEYS} == {key: rows.get(key) for key in KEYS}
            for prefix in (b"", b"a", b"a\x1f", b"b", b"c", b"\xff"):
                expected = sorted(
                    (key, value) for key, value in rows.items() if key.startswith(prefix) and value is not None
                )
                assert list(store.scan(name, prefix, moment)) == expected
            for key in (*KEYS, b"\xff"):
                after = sorted((other, value) for other, value in rows.items() if other > key and value is not None)
                before = sorted((other, value) for other, value in rows.items() if other < key and value is not None)
                assert list(store.rows_after(name, key, moment)) == after
                assert list(store.rows_before(name, key, moment)) == before[::-1]
        for key in KEYS:
            at_each = [_at(kept.get(key, []), n) for n in range(self.now + 1)]
            versions = store.versions(name, key)
            assert all(one.until == other.since for one, other in pairwise(versions))
            assert [_held(versions, n) for n in range(self.now + 1)] == at_each


def _at(was: list[bytes | None], moment: int | None) -> bytes | None:
    if not was or (moment is not None and moment < 0):
        return None
    return was[-1] if moment is None or moment >= len(was) else was[moment]


def _held(versions: list[Version], moment: int) -> bytes | None:
    return next((v.value for v in versions if v.since <= moment and (v.until is None or moment < v.until)), None)


TestProjectiestore = ProjectiestoreMachine.TestCase
TestProjectiestore.settings = SETTINGS
