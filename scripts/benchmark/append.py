"""Row 2: what a durable batch costs on a journal that grows, against the same on an empty one. Lower is better.

The entries are real ones (what wegonderhoud writes for a new car and for a correction), under new ids each, and go
straight into the gevolgenstore. Three kinds: of new cars, of the cars registered last, and of cars drawn from all.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from functools import partial
from hashlib import blake2b
from pathlib import Path
from shutil import rmtree
from statistics import median
from uuid import UUID

from actors.contexten.wegonderhoud.context import CONTEXT as WEGONDERHOUD
from actors.runtime.klok import systeemklok
from scripts.benchmark.case import Case
from scripts.benchmark.loop import Loop
from scripts.benchmark.measuring import Task, Worker, in_turns
from scripts.benchmark.report import Report
from scripts.benchmark.sizes import Sizes
from storage.gevolgenstore import Entry, Record
from storage.gevolgenstore_lmdb import LmdbGevolgenstore

NEW, RECENT, EXISTING = "new", "recent", "existing"
FILL = "fill"

_FILL_BATCH = 5_000
_BEGIN = int(UUID("019a0000-0000-7000-8000-000000000000"))
_PER_MILLISECOND = 4
"""Ids made in one millisecond: what comes in the same one is in no order."""


def samples_of_entries(folder: Path) -> tuple[Record, Record]:
    """What wegonderhoud records of a new car, and of a correction."""
    case = Case()
    with closing(Loop(folder, [WEGONDERHOUD], levering=False)) as loop:
        loop.verwerk_alle(case.registrations(1))
        loop.verwerk_alle(case.corrections(1))
        new, correction = loop.registers[WEGONDERHOUD.naam].kern.opslag.gevolgen.read()
    return new, correction


class Journal:
    """A journal, and entries that fit on it, made like these two."""

    def __init__(self, folder: Path, new: Record, correction: Record) -> None:
        self._new, self._correction = new, correction
        self._folder = folder
        self._store = LmdbGevolgenstore(self._folder, WEGONDERHOUD.naam, clock=systeemklok)
        self._commandos = 0
        self._autos = 0
        self._corrected: Counter[int] = Counter()
        self.gevolgen = 0

    def entries(self, kind: str, count: int) -> list[Entry]:
        """So many entries of a kind."""
        if kind == NEW:
            self._autos += count
            return [self._registration(number) for number in range(self._autos - count, self._autos)]
        if kind == RECENT:
            return [self._corrected_once_more(number) for number in range(self._autos - count, self._autos)]
        return [self._corrected_once_more(number) for number in self._drawn(count)]

    def _drawn(self, count: int) -> Iterable[int]:
        """Different cars, anywhere in the journal."""
        drawn: dict[int, None] = {}
        seed = self._commandos
        while len(drawn) < count:
            seed += 1
            drawn[int.from_bytes(chance("auto", seed), "big") % self._autos] = None
        return drawn

    def _registration(self, number: int) -> Entry:
        name, sleutel = _name(number), blake2b(_name(number).encode(), digest_size=16).digest()
        content, count = self._new.content, self._new.count
        return self._entry(name, 1, content, count, ((sleutel, name),))

    def _corrected_once_more(self, number: int) -> Entry:
        self._corrected[number] += 1
        content, count = self._correction.content, self._correction.count
        return self._entry(_name(number), 1 + self._corrected[number], content, count, ())

    def _entry(
        self, name: str, volgnummer: int, content: bytes, count: int, sleutels: tuple[tuple[bytes, str | None], ...]
    ) -> Entry:
        self._commandos += 1
        key = fixed_uuid("commando", self._commandos).bytes
        return Entry(key, blake2b(key, digest_size=16).digest(), name, volgnummer, content, count, sleutels=sleutels)

    def append(self, entries: Sequence[Entry]) -> None:
        """One durable commit."""
        self._store.append(entries)
        self.gevolgen += sum(entry.count for entry in entries)

    def fill(self, gevolgen: int) -> None:
        """Register cars until there are so many gevolgen."""
        while self.gevolgen < gevolgen:
            missing = -(-(gevolgen - self.gevolgen) // self._new.count)
            self.append(self.entries(NEW, min(missing, _FILL_BATCH)))

    def megabytes(self) -> float:
        """What it takes on disk."""
        return (self._folder / "data.mdb").stat().st_blocks * 512 / 1e6

    def close(self) -> None:
        """Let go of the folder."""
        self._store.close()


def _name(auto: int) -> str:
    return f"auto/{fixed_uuid('auto', auto)}"


def fixed_uuid(kind: str, number: int) -> UUID:
    """A UUIDv7 that is the same each time: milliseconds that go on, then chance."""
    rest = int.from_bytes(chance(kind, number), "big") & ((1 << 62) - 1)
    return UUID(int=_BEGIN + ((number // _PER_MILLISECOND) << 80) + rest)


def chance(kind: str, number: int) -> bytes:
    """Eight bytes that are the same each time."""
    return blake2b(f"{kind}/{number}".encode(), digest_size=8).digest()


class JournalPeer:
    """A journal that is kept and filled, or a new one for each measurement with one batch of cars in it."""

    def __init__(self, folder: Path, *, empty: bool) -> None:
        self._folder = folder / "gevolgen"
        self._empty = empty
        self._samples = samples_of_entries(folder / "sample")
        self._journal = Journal(self._folder, *self._samples)

    def batches(self, task: Task) -> Sequence[Callable[[], object]]:
        """Make the entries."""
        if task.kind == FILL:
            return [partial(self._journal.fill, task.batch)]
        if self._empty:
            self._journal.close()
            rmtree(self._folder)
            self._journal = Journal(self._folder, *self._samples)
            self._journal.append(self._journal.entries(NEW, task.batch))
        entries = [self._journal.entries(task.kind, task.batch) for _ in range(task.batches)]
        return [partial(self._journal.append, batch) for batch in entries]

    def check(self, results: Sequence[object]) -> None:
        """Appending raises when it cannot."""

    def megabytes(self) -> float:
        """What the journal takes on disk."""
        return self._journal.megabytes()

    def close(self) -> None:
        """Let go of the folder."""
        self._journal.close()


def measure(folder: Path, sizes: Sizes, report: Report) -> None:
    """Measure all of row 2."""
    rows = []
    batch = sizes.batch[1000]
    with (
        closing(Worker(partial(JournalPeer, folder / "full", empty=False))) as full,
        closing(Worker(partial(JournalPeer, folder / "empty", empty=True))) as empty,
    ):
        for name, gevolgen in sizes.fills.items():
            report.progress(f"Appending to {gevolgen:,} gevolgen")
            full.measure(Task(FILL, gevolgen, 1))
            key = f"append_{name}"
            report.numbers[f"{key}_store_mb"] = size = full.ask("megabytes")
            for kind in (NEW, RECENT, EXISTING):
                task = Task(kind, batch, 1)
                samples = in_turns({"full": (full, task), "empty": (empty, task)}, sizes.append_repeats)
                on_full = median(sample.seconds for sample in samples["full"]) * 1e3
                on_empty = median(sample.seconds for sample in samples["empty"]) * 1e3
                pairs = zip(samples["full"], samples["empty"], strict=True)
                cost = median(on_it.seconds / on_nothing.seconds for on_it, on_nothing in pairs)
                report.numbers[f"{key}_{kind}_ms"] = on_full
                report.numbers[f"{key}_{kind}_vs_empty"] = cost
                rows.append((f"{gevolgen:,} gevolgen, {kind}", size, on_full, on_empty, cost))
    header = ("", "store MB", "ms a batch", "ms on empty", "this / empty")
    report.section(f"Appending durable batches of {batch} transacties", header, rows)
