"""Row 10: durable commando's while another process asks for all there is, over and over.

The register is the largest that was grown. The query is heavy: the whole table of cars as it was known half-way, then
the history of a thousand of them, and again. Same commando's, in turns: alone, beside a program that only keeps a
processor busy, and beside the query: what the query costs more than any other program, is what it holds up.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
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

ALONE, BUSY, BESIDE = "alone", "beside_busy", "beside_query"
IN_FLIGHT = (1, 100)

_HISTORIES = 1_000
_PATIENCE = 120
"""Seconds within which any one piece of work is done."""


def ask_for_all(folder: Path, grown: Grown) -> Iterator[None]:
    """Ask for all there is, over and over, one question at a time."""
    with Registerlezing.alleen_lezen(folder, [REGISTER]) as lezing:
        halfway = lezing.moment_van(REGISTER, grown.head // 2)
        histories = [partial(lezing.historie, REGISTER, "auto", auto_id) for auto_id in grown.autos[:_HISTORIES]]
        questions: list[Callable[[], Antwoord[Any]]] = [
            partial(lezing.tabel, REGISTER, "auto", beschikbaar_op=halfway),
            *histories,
        ]
        for ask in cycle(questions):
            assert ask().inhoud
            yield


def keep_busy() -> Iterator[None]:
    """Keep a processor busy and nothing else: what any other program costs who shares the machine."""
    while True:
        assert sum(number * number for number in range(20_000))
        yield


class Other:
    """Works in a process of its own, piece by piece, for as long as it is let."""

    def __init__(self, work: Callable[[], Iterator[None]]) -> None:
        self._go, self._busy, self._idle = FORK.Event(), FORK.Event(), FORK.Event()
        self._done = FORK.Value("q", 0)
        self._process = FORK.Process(target=self._run, args=(work,), daemon=True)
        self._process.start()

    def _run(self, work: Callable[[], Iterator[None]]) -> None:
        pieces = work()
        while True:
            self._go.wait()
            self._idle.clear()
            self._busy.set()
            for _ in pieces:
                self._done.value += 1
                if not self._go.is_set():
                    break
            self._busy.clear()
            self._idle.set()

    @property
    def done(self) -> int:
        """How many pieces of work were done so far."""
        return int(self._done.value)

    @contextmanager
    def going_on(self) -> Iterator[None]:
        """Let it work meanwhile; afterwards wait until its last piece is done."""
        done = self.done
        self._go.set()
        assert self._busy.wait(_PATIENCE), "the other did not begin"
        yield
        self._go.clear()
        assert self._idle.wait(_PATIENCE), "the other was broken off"
        assert self.done > done

    def close(self) -> None:
        """Let it end."""
        self._process.kill()
        self._process.join()


def measure(folder: Path, grown: Grown, sizes: Sizes, report: Report) -> None:
    """Measure row 10."""
    rows: list[tuple[Cell, ...]] = []
    with (
        closing(Other(partial(ask_for_all, folder, grown))) as query,
        closing(Other(keep_busy)) as busy,
        closing(Worker(partial(registers_peer, OURS, folder, levering=False))) as worker,
    ):
        for in_flight in IN_FLIGHT:
            report.progress(f"Commando's beside a heavy query, {in_flight} in flight")
            task = Task(NEW_CARS, sizes.batch[in_flight], sizes.batches[in_flight])
            samples = _measured(worker, {BUSY: busy, BESIDE: query}, task, sizes.repeats)
            for name, measured in samples.items():
                speed = median(sample.per_s for sample in measured)
                p50, p99 = (percentile(measured, percent) * 1e3 for percent in (50, 99))
                key = f"commands_{name}_{in_flight}"
                report.numbers.update({f"{key}_per_s": speed, f"{key}_p50_ms": p50, f"{key}_p99_ms": p99})
                against = ratio(measured, samples[ALONE])
                rows.append((key, speed, p50, p99, "" if name == ALONE else against))
            for other in (ALONE, BUSY):
                report.numbers[f"commands_{BESIDE}_{in_flight}_vs_{other}"] = ratio(samples[BESIDE], samples[other])
    header = ("", "per s", "p50 ms", "p99 ms", "this / alone")
    report.section(f"New cars in a register of {grown.gevolgen:,} gevolgen, beside a heavy query", header, rows)


def _measured(worker: Worker, others: Mapping[str, Other], task: Task, repeats: int) -> dict[str, list[Sample]]:
    samples: dict[str, list[Sample]] = {name: [] for name in (ALONE, *others)}
    worker.measure(task)
    for _ in range(repeats):
        samples[ALONE].append(worker.measure(task))
        for name, other in others.items():
            with other.going_on():
                samples[name].append(worker.measure(task))
    return samples
