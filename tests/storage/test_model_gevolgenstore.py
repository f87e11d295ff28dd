"""The journal does what lists and dicts would do, in memory and in LMDB, and both keep the same bytes."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import product

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule

from storage import keys
from storage.errors import ClockBehind, WriteConflict
from storage.gevolgenstore import ZERO_HASH, Entry, Gevolgenstore, Outcome, ReaderPosition, Record
from storage.gevolgenstore_lmdb import LmdbGevolgenstore
from storage.gevolgenstore_memory import MemoryGevolgenstore
from storage.verify import verify_gevolgenstore
from tests.storage.builders import SetClock, at, command_id
from tests.storage.machine import SETTINGS, StoresMachine

AGGREGATEN = ["auto/1", "auto/2", "huis/1"]
SHARED = b"shared"
SLEUTELS = [SHARED, *(b"own " + aggregaat.encode() for aggregaat in AGGREGATEN)]
LEZERS = ["autos", "huizen"]
TICK = timedelta(microseconds=1)
NUMBERS = 400


class Offers:
    """Batches drawn evenly from a seed: most of them fit, and meet what came before."""

    def __init__(self, seed: str) -> None:
        self.chance = random.Random(seed)

    def batch(self, model: Model) -> list[Entry]:
        """Give up to four entries; sometimes an id that is known, a volgnummer beside it, a key of another."""
        last = {aggregaat: len(model.stream(aggregaat)) for aggregaat in AGGREGATEN}
        return [self.entry(last) for _ in range(self.chance.randrange(5))]

    def entry(self, last: dict[str, int]) -> Entry:
        number, aggregaat = self.chance.randrange(NUMBERS), self.chance.choice(AGGREGATEN)
        if self.chance.random() < 1 / 4:
            return Entry(command_id(number), b"%16d" % number, aggregaat, 0, None, 0, b"nee")
        last[aggregaat] += 1
        volgnummer = last[aggregaat] + self.chance.choice([0] * 12 + [-1, 1])
        own = b"own " + aggregaat.encode()
        sleutels = tuple(
            (self.chance.choice([own, own, SHARED]), self.chance.choice([aggregaat, aggregaat, None, None, "auto/2"]))
            for _ in range(self.chance.choice([0, 1, 1, 2]))
        )
        content = b"%d" % number
        return Entry(command_id(number), b"%16d" % number, aggregaat, volgnummer, content, 1 + number, b"", sleutels)


class Model:
    """The journal as it should be."""

    def __init__(self) -> None:
        self.log: list[tuple[Entry, datetime]] = []
        self.outcomes: dict[bytes, Outcome] = {}
        self.sleutels: dict[bytes, str] = {}
        self.readers: dict[str, ReaderPosition] = {}

    def stream(self, aggregaat: str) -> list[int]:
        """Give the positions of one aggregaat."""
        return [n for n, (entry, _) in enumerate(self.log, 1) if entry.aggregaat == aggregaat]

    def offender(self, batch: Sequence[Entry]) -> int | None:
        """Give the place of the first entry that does not fit after those before it; None when all fit."""
        held: dict[bytes, str | None] = {**self.sleutels}
        for index, entry in enumerate(batch):
            before = batch[:index]
            if entry.commando_id in self.outcomes or entry.commando_id in {e.commando_id for e in before}:
                return index
            if entry.content is None:
                continue
            recorded = [e.aggregaat for e in before if e.content is not None]
            if entry.volgnummer != len(self.stream(entry.aggregaat)) + recorded.count(entry.aggregaat) + 1:
                return index
            for sleutel, holder in entry.sleutels:
                if held.get(sleutel) not in (None, holder or entry.aggregaat):
                    return index
                if holder and holder not in (entry.aggregaat, *recorded) and not self.stream(holder):
                    return index
                held[sleutel] = holder
        return None

    def append(self, batch: Sequence[Entry], readers: dict[str, ReaderPosition], now: datetime) -> list[int] | str:
        """Keep a batch and give its positions; or say why nothing is kept."""
        offender = self.offender(batch)
        if offender is not None:
            return f"entry {offender}"
        last = self.log[-1][1] if self.log else None
        if last is not None and now < last - timedelta(seconds=5):
            return "clock"
        positions = []
        for entry in batch:
            position = 0
            if entry.content is not None:
                moment = max(now, self.log[-1][1] + TICK) if self.log else now
                self.log.append((entry, moment))
                position = len(self.log)
                changed = {**self.sleutels, **dict(entry.sleutels)}
                self.sleutels = {sleutel: holder for sleutel, holder in changed.items() if holder}
            self.outcomes[entry.commando_id] = Outcome(entry.digest, position, entry.count, entry.answer)
            positions.append(position)
        self.readers.update(readers)
        return positions


def seen(records: Sequence[Record]) -> list[tuple[int, datetime, int, bytes]]:
    return [(r.position, r.registered_at, r.count, r.content) for r in records]


class GevolgenstoreMachine(StoresMachine[Gevolgenstore]):
    """Batches of all kinds, many of them refused, under a clock that jumps."""

    def __init__(self) -> None:
        self.clock = SetClock()
        self.model = Model()
        super().__init__()

    def in_memory(self) -> Gevolgenstore:
        return MemoryGevolgenstore("auto", clock=self.clock, random_bytes=bytes)

    def in_lmdb(self) -> Gevolgenstore:
        return LmdbGevolgenstore(self.folder / "gevolgen", "auto", clock=self.clock, random_bytes=bytes)

    @rule(seed=st.integers(0, 1 << 32), batches=st.integers(3, 9), lezer=st.none() | st.sampled_from(LEZERS))
    def append(self, seed: int, batches: int, lezer: str | None) -> None:
        offers = Offers(f"{seed} after {len(self.model.outcomes)}")
        for _ in range(batches):
            readers = {} if lezer is None else {lezer: at(1 + len(self.model.outcomes))}
            self.append_one(offers.batch(self.model), readers)

    def append_one(self, batch: list[Entry], readers: dict[str, ReaderPosition]) -> None:
        expected = self.model.append(batch, readers, self.clock.now) if batch or readers else []
        for store in self.stores:
            answer: list[int] | str
            try:
                answer = store.append(batch, readers)
            except WriteConflict as error:
                answer = f"entry {error.index}"
            except ClockBehind:
                answer = "clock"
            assert answer == expected

    @rule(seconds=st.sampled_from([-7, -7, -3, 0, 1, 60]))
    def move_clock(self, seconds: int) -> None:
        self.clock.move(seconds)

    @rule(after=st.integers(0, 9), limit=st.integers(1, 9) | st.none())
    def read(self, after: int, limit: int | None) -> None:
        log = [(n, moment, e.count, e.content) for n, (e, moment) in enumerate(self.model.log, 1)]
        for store in self.stores:
            assert seen(list(store.read(after, limit))) == log[after:][:limit]

    @rule(after=st.integers(0, 3))
    def read_streams(self, after: int) -> None:
        known = sorted({entry.aggregaat for entry, _ in self.model.log})
        for store in self.stores:
            for aggregaat, up_to in product([*AGGREGATEN, "weg/1"], [None, *range(len(self.model.log) + 2)]):
                expected = [n for n in self.model.stream(aggregaat)[after:] if up_to is None or n <= up_to]
                found = store.read_stream(aggregaat, after_volgnummer=after, up_to=up_to)
                assert [record.position for record in found] == expected
            for prefix in ("", "auto/", "huis/1", "weg"):
                assert list(store.aggregaten(prefix)) == [name for name in known if name.startswith(prefix)]

    @invariant()
    def everything_is_as_the_model_says(self) -> None:
        log = self.model.log
        for store in self.stores:
            records = list(store.read())
            assert seen(records) == [(n, m, e.count, e.content) for n, (e, m) in enumerate(log, 1)]
            assert [store.record(record.position) for record in records] == records
            head = store.head()
            assert (head.position, head.registered_at) == (len(log), log[-1][1] if log else None)
            moments = [moment for _, moment in log]
            assert [store.position_at(moment) for moment in moments] == [n for n, _ in enumerate(log, 1)]
            assert [store.position_at(moment - TICK) for moment in moments[:1]] == [0] * len(moments[:1])
            assert head.hash == (records[-1].hash if records else ZERO_HASH)
            assert {i: store.outcome(i) for i in self.model.outcomes} == self.model.outcomes
            assert store.outcome(command_id(NUMBERS)) is None
            assert {s: h for s in SLEUTELS if (h := store.aggregaat_by_sleutel(s))} == self.model.sleutels
            assert [store.last_volgnummer(a) for a in AGGREGATEN] == [len(self.model.stream(a)) for a in AGGREGATEN]
            assert store.readers() == self.model.readers
            assert {name: r for name in LEZERS if (r := store.reader(name))} == self.model.readers

    @invariant()
    def both_keep_the_same_bytes(self) -> None:
        for database in keys.JOURNAL:
            assert list(self.memory.rows(database)) == list(self.lmdb.rows(database))

    def teardown(self) -> None:
        for store in self.stores:
            assert verify_gevolgenstore(store) == []
        super().teardown()


TestGevolgenstore = GevolgenstoreMachine.TestCase
TestGevolgenstore.settings = settings(SETTINGS, max_examples=40)
