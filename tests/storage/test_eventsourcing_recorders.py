"""The cases that `eventsourcing` publishes for a recorder, on the journal in memory and in LMDB: about 2 seconds."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from eventsourcing.tests import persistence as published

from storage.gevolgenstore import Gevolgenstore
from storage.gevolgenstore_lmdb import LmdbGevolgenstore
from storage.gevolgenstore_memory import MemoryGevolgenstore
from tests.storage.builders import SetClock
from tests.storage.eventsourcing_adapter import JournalAggregateRecorder, JournalRecorder


class OnAStore:
    """What each case asks for: a recorder, here on a store of its own."""

    store: Gevolgenstore
    kind = JournalRecorder

    def create_recorder(self) -> Any:
        return self.kind(self.store)


class InMemory(OnAStore):
    @pytest.fixture(autouse=True)
    def opened(self) -> Iterator[None]:
        self.store = MemoryGevolgenstore("auto", clock=SetClock())
        yield
        self.store.close()


class InLmdb(OnAStore):
    @pytest.fixture(autouse=True)
    def opened(self, tmp_path: Path) -> Iterator[None]:
        self.store = LmdbGevolgenstore(tmp_path / "gevolgen", "auto", clock=SetClock())
        yield
        self.store.close()


class TestAggregateInMemory(InMemory, published.AggregateRecorderTestCase):
    kind = JournalAggregateRecorder


class TestAggregateInLmdb(InLmdb, published.AggregateRecorderTestCase):
    kind = JournalAggregateRecorder


class TestApplicationInMemory(InMemory, published.ApplicationRecorderTestCase[JournalRecorder]):
    def test_insert_subscribe(self) -> None:
        self.optional_test_insert_subscribe()


class TestApplicationInLmdb(InLmdb, published.ApplicationRecorderTestCase[JournalRecorder]):
    def test_insert_subscribe(self) -> None:
        self.optional_test_insert_subscribe()


class TestTrackingInMemory(InMemory, published.TrackingRecorderTestCase):
    pass


class TestTrackingInLmdb(InLmdb, published.TrackingRecorderTestCase):
    pass


class TestProcessInMemory(InMemory, published.ProcessRecorderTestCase):
    pass


class TestProcessInLmdb(InLmdb, published.ProcessRecorderTestCase):
    pass


class TestOneAppendStaysTogetherInMemory(InMemory, published.NonInterleavingNotificationIDsBaseCase):
    pass


class TestOneAppendStaysTogetherInLmdb(InLmdb, published.NonInterleavingNotificationIDsBaseCase):
    pass


def test_every_case_published_for_a_recorder_runs_in_memory_and_in_lmdb_as_it_was_published() -> None:
    recorders = (published.RecorderTestCase, published.TrackingRecorderTestCase)
    cases = {case for case in vars(published).values() if isinstance(case, type) and issubclass(case, recorders)}
    cases.remove(published.RecorderTestCase)
    assert len(cases) == 5
    for case in cases:
        run = case.__subclasses__()
        assert [sum(issubclass(test, kind) for test in run) for kind in (InMemory, InLmdb)] == [1, 1]
        for name in filter(lambda name: name.startswith("test"), dir(case)):
            assert all(getattr(test, name) is getattr(case, name) for test in run)
