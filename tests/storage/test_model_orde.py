"""However writers interleave, there is one order: every reader sees it, and each writer's own order is kept in it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import count, islice, pairwise
from pathlib import Path
from queue import SimpleQueue
from tempfile import TemporaryDirectory
from threading import Barrier

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storage.errors import WriteConflict
from storage.gevolgenstore import Entry, Gevolgenstore
from storage.gevolgenstore_lmdb import LmdbGevolgenstore
from storage.gevolgenstore_memory import MemoryGevolgenstore
from storage.verify import verify_gevolgenstore
from tests.storage.builders import SetClock, entry

WRITERS = st.lists(st.lists(st.integers(1, 4), min_size=1, max_size=4), min_size=2, max_size=4)
"""Per writer the sizes of its batches."""
READERS = 2


@pytest.fixture(autouse=True)
def _busy_threads() -> Iterator[None]:
    """Threads take turns as often as they can."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(usual)


@contextmanager
def opened(kind: str) -> Iterator[Gevolgenstore]:
    """Give an empty journal."""
    with TemporaryDirectory() as folder:
        store: Gevolgenstore = MemoryGevolgenstore("auto", clock=SetClock())
        if kind == "lmdb":
            store = LmdbGevolgenstore(Path(folder), "auto", clock=SetClock())
        yield store
        store.close()


def batches_of(writer: int, sizes: list[int]) -> list[list[Entry]]:
    """Give the batches of one writer, all about an aggregaat of its own."""
    numbers = count(1)
    return [[entry(1000 * writer + n, f"auto/{writer}", n) for n in islice(numbers, size)] for size in sizes]


@pytest.mark.parametrize("kind", ["memory", "lmdb"])
@settings(max_examples=15, deadline=None)
@given(writers=WRITERS)
def test_writers_at_the_same_time_make_one_order_that_every_reader_sees(kind: str, writers: list[list[int]]) -> None:
    work = {f"auto/{writer}": batches_of(writer, sizes) for writer, sizes in enumerate(writers)}
    with opened(kind) as store, ThreadPoolExecutor(len(work) + READERS) as threads:
        start = Barrier(len(work) + READERS)
        hints: list[SimpleQueue[bool]] = [SimpleQueue() for _ in range(READERS)]

        def tell(*, going_on: bool) -> None:
            for hint in hints:
                hint.put(going_on)

        def write(batches: list[list[Entry]]) -> list[list[int]]:
            start.wait()
            positions = []
            try:
                for batch in batches:
                    positions.append(store.append(batch))
                    tell(going_on=True)
            finally:
                tell(going_on=False)
            return positions

        def read(hint: SimpleQueue[bool]) -> list[bytes]:
            start.wait()
            mine: list[bytes] = []
            writing = len(work)
            while writing:
                writing -= not hint.get()
                mine += [record.content for record in store.read(after=len(mine))]
            return mine

        readers = [threads.submit(read, hint) for hint in hints]
        writers_ = {name: threads.submit(write, batches) for name, batches in work.items()}
        answers = {name: future.result() for name, future in writers_.items()}
        seen = [future.result() for future in readers]
        order = [record.content for record in store.read()]
        moments = [record.registered_at for record in store.read()]
        assert verify_gevolgenstore(store) == []
        streams = {name: [record.content for record in store.read_stream(name)] for name in work}
    assert seen == [order] * READERS
    assert all(earlier < later for earlier, later in pairwise(moments))
    for name, batches in work.items():
        positions = [position for answer in answers[name] for position in answer]
        assert positions == sorted(positions), "in the order in which they were offered"
        assert [order[p - 1] for p in positions] == [e.content for batch in batches for e in batch] == streams[name]
        assert all(a == list(range(a[0], a[0] + len(a))) for a in answers[name]), "nothing comes between one batch"


@pytest.mark.parametrize("kind", ["memory", "lmdb"])
def test_writers_that_meet_in_one_aggregaat_are_refused_until_they_have_seen_each_other(kind: str) -> None:
    writers, entries = 4, 10
    with opened(kind) as store, ThreadPoolExecutor(writers) as threads:
        start = Barrier(writers)

        def write(writer: int) -> list[int]:
            start.wait()
            return [append_next(store, 1000 * writer + n) for n in range(entries)]

        positions = list(threads.map(write, range(writers)))
        assert verify_gevolgenstore(store) == []
        assert store.last_volgnummer("auto/1") == writers * entries
        assert [record.position for record in store.read_stream("auto/1")] == list(range(1, writers * entries + 1))
    assert all(mine == sorted(mine) for mine in positions)
    assert sorted(position for mine in positions for position in mine) == list(range(1, writers * entries + 1))


def append_next(store: Gevolgenstore, number: int) -> int:
    """Offer one entry at the next volgnummer, again whenever another writer took that; give its position."""
    while True:
        try:
            (position,) = store.append([entry(number, volgnummer=store.last_volgnummer("auto/1") + 1)])
        except WriteConflict:
            continue
        return position
