"""A state machine: whatever is done, the LMDB gevolgenstore keeps the same bytes as the one in memory."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from storage import keys
from storage.errors import ClockBehind, WriteConflict
from storage.gevolgenstore import Entry
from storage.gevolgenstore_lmdb import LmdbGevolgenstore
from storage.gevolgenstore_memory import MemoryGevolgenstore
from storage.verify import verify_gevolgenstore
from tests.storage.builders import SetClock, at, command_id

AGGREGATEN = st.sampled_from(["auto/1", "auto/2", "huis/1"])
SLEUTELS = st.lists(st.tuples(st.sampled_from([b"a", b"b"]), AGGREGATEN | st.none()), max_size=2).map(tuple)
ENTRIES = st.lists(
    st.tuples(st.integers(1, 60), AGGREGATEN, st.integers(-1, 1), st.booleans(), SLEUTELS),
    min_size=1,
    max_size=5,
)


class StoreMachine(RuleBasedStateMachine):
    """Two stores, one clock, the same batches; many of them refused."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.clock = SetClock()
        self.memory = MemoryGevolgenstore("auto", clock=self.clock, random_bytes=bytes)
        self.lmdb = self.opened()

    def opened(self) -> LmdbGevolgenstore:
        return LmdbGevolgenstore(self.folder / "gevolgen", "auto", clock=self.clock, random_bytes=bytes)

    @rule(wanted=ENTRIES, position=st.integers(1, 9))
    def append(
        self, wanted: list[tuple[int, str, int, bool, tuple[tuple[bytes, str | None], ...]]], position: int
    ) -> None:
        batch = []
        last = {aggregaat: self.memory.last_volgnummer(aggregaat) for _, aggregaat, *_ in wanted}
        for number, aggregaat, off, processed, sleutels in wanted:
            # Mostly the volgnummer that follows; sometimes one beside it, which must be refused.
            if processed:
                last[aggregaat] += 1
                volgnummer = last[aggregaat] + (off if number % 7 == 0 else 0)
                content = b"%d" % number
                batch.append(Entry(command_id(number), bytes(16), aggregaat, volgnummer, content, 1, sleutels=sleutels))
            else:
                batch.append(Entry(command_id(number), bytes(16), aggregaat, 0, None, 0, b"nee"))
        answers = []
        for store in (self.memory, self.lmdb):
            try:
                answers.append(str(store.append(batch, {"autos": at(position)})))
            except (WriteConflict, ClockBehind) as error:
                answers.append(str(error))
        assert answers[0] == answers[1]

    @rule(seconds=st.integers(-7, 3600))
    def move_clock(self, seconds: int) -> None:
        self.clock.move(seconds)

    @rule()
    def close_and_open(self) -> None:
        self.lmdb.close()
        self.lmdb = self.opened()

    @rule()
    def reopen(self) -> None:
        self.lmdb.reopen()

    @rule(aggregaat=AGGREGATEN, after=st.integers(0, 3), up_to=st.integers(0, 9) | st.none())
    def read_stream(self, aggregaat: str, after: int, up_to: int | None) -> None:
        answers = [
            list(store.read_stream(aggregaat, after_volgnummer=after, up_to=up_to))
            for store in (self.memory, self.lmdb)
        ]
        assert answers[0] == answers[1]

    @invariant()
    def the_same_bytes_are_kept(self) -> None:
        for database in keys.JOURNAL:
            assert list(self.memory.rows(database)) == list(self.lmdb.rows(database))

    def teardown(self) -> None:
        assert verify_gevolgenstore(self.lmdb) == []
        assert verify_gevolgenstore(self.memory) == []
        self.lmdb.close()
        shutil.rmtree(self.folder)


TestStoreMachine = StoreMachine.TestCase
TestStoreMachine.settings = settings(
    max_examples=25, stateful_step_count=20, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
