"""Row 10: durable commando's while another process asks for all there is, over and over.

The register is the largest that was grown. The query is heavy: the whole table of cars as it was known half-way, then
the history of a thousand of them, and again. Same commando's, in turns with and without it.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import datetime
from functools import partial
from itertools import cycle
from pathlib import Path
from statistics import median
from typing import Any

from actors.runtime.lezing import Registerlezing
from actors.verwerking.antwoord import Antwoord
from scripts.benchmark.embedded import OURS, registers_peer
from scripts.benchmark.embedded import REGISTER as NEW_CARS
from scripts.benchmark.grown import REGISTER, Grown
from scripts.benchmark.measuring import FORK, Sample, Task, Worker, percentile, ratio
from scripts.benchmark.report import Cell, Report
from scripts.benchmark.sizes import Sizes

ALONE, BESIDE = "alone", "beside_query"
IN_FLIGHT = (1, 100)

_HISTORIES = 1_000
_PATIENCE = 120
"""Seconds within which any one answer is there."""


class Query:
    """Asks for all there is, in a process of its own, for as long as it is let."""

    def __init__(self, folder: Path, grown: Grown) -> None:
        self._go, self._busy, self._idle = FORK.Event(), FORK.Event(), FORK.Event()
        self._asked = FORK.Value("q", 0)
        self._process = FORK.Process(target=self._ask, args=(folder, grown), daemon=True)
        self._process.start()

    def _ask(self, folder: Path, grown: Grown) -> None:
        with Registerlezing.alleen_lezen(folder, [REGISTER]) as lezing:
            halfway = lezing.moment_van(REGISTER, grown.head // 2)
            while True:
                self._go.wait()
                self._idle.clear()
                self._busy.set()
                self._ask_all(lezing, grown, halfway)
                self._busy.clear()
                self._idle.set()

    def _ask_all(self, lezing: Registerlezing, grown: Grown, halfway: datetime) -> None:
        """Ask once at least, and on until it is told to stop."""
        for ask in cycle(self._questions(lezing, grown, halfway)):
            assert ask().inhoud
            self._asked.value += 1
            if not self._go.is_set():
                return

    def _questions(self, lezing: Registerlezing, grown: Grown, halfway: datetime) -> list[Callable[[], Antwoord[Any]]]:
        histories = [partial(lezing.historie, REGISTER, "auto", auto_id) for auto_id in grown.autos[:_HISTORIES]]
        return [partial(lezing.tabel, REGISTER, "auto", beschikbaar_op=halfway), *histories]

    @property
    def asked(self) -> int:
        """How many questions were answered so far."""
        return int(self._asked.value)

    @contextmanager
    def going_on(self) -> Iterator[None]:
        """Let it ask meanwhile; afterwards wait until it has its last answer."""
        asked = self.asked
        self._go.set()
        assert self._busy.wait(_PATIENCE), "the query did not begin"
        yield
        self._go.clear()
        assert self._idle.wait(_PATIENCE), "the query was broken off"
        assert self.asked > asked

    def close(self) -> None:
        """Let it end."""
        self._process.kill()
        self._process.join()


def measure(folder: Path, grown: Grown, sizes: Sizes, report: Report) -> None:
    """Measure row 10."""
    rows: list[tuple[Cell, ...]] = []
    with (
        closing(Query(folder, grown)) as query,
        closing(Worker(partial(registers_peer, OURS, folder, levering=False))) as worker,
    ):
        for in_flight in IN_FLIGHT:
            report.progress(f"Commando's beside a heavy query, {in_flight} in flight")
            samples = _measured(worker, query, Task(NEW_CARS, sizes.batch[in_flight], sizes.batches[in_flight]), sizes)
            for name, measured in samples.items():
                speed = median(sample.per_s for sample in measured)
                p50, p99 = (percentile(measured, percent) * 1e3 for percent in (50, 99))
                key = f"commands_{name}_{in_flight}"
                report.numbers.update({f"{key}_per_s": speed, f"{key}_p50_ms": p50, f"{key}_p99_ms": p99})
                against = ratio(measured, samples[ALONE])
                rows.append((key, speed, p50, p99, against if name == BESIDE else ""))
            report.numbers[f"commands_{BESIDE}_{in_flight}_vs_{ALONE}"] = ratio(samples[BESIDE], samples[ALONE])
    header = ("", "per s", "p50 ms", "p99 ms", "this / alone")
    report.section(f"New cars in a register of {grown.gevolgen:,} gevolgen, beside a heavy query", header, rows)


def _measured(worker: Worker, query: Query, task: Task, sizes: Sizes) -> dict[str, Sequence[Sample]]:
    alone, beside = [], []
    worker.measure(task)
    for _ in range(sizes.repeats):
        alone.append(worker.measure(task))
        with query.going_on():
            beside.append(worker.measure(task))
    return {ALONE: alone, BESIDE: beside}
