"""Row 9: answers from the tables, as asked in the four cells, and all states of one car, from registers of any size.

Each car has the same history, whatever the size: registered, and three times corrected. Which car is asked about, and
as known when, is drawn; the registers are read as another process would. What an answer costs from the largest is
divided by what it costs from the smallest: lower is better.
"""

from collections.abc import Callable, Sequence
from contextlib import ExitStack, closing
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any, TypeVar

from actors.runtime.lezing import Registerlezing
from scripts.benchmark.append import chance
from scripts.benchmark.grown import REGISTER, Grown, grow
from scripts.benchmark.measuring import Task, Worker, in_turns, percentile, ratio
from scripts.benchmark.report import Cell, Report
from scripts.benchmark.sizes import Sizes
from tests.wereld import AANKOOP

T = TypeVar("T")

NOW, VALID, KNOWN, BOTH, HISTORY = "now", "valid", "known", "both", "history"
KINDS = (NOW, VALID, KNOWN, BOTH, HISTORY)
"""Nothing asked, `geldig_op`, `beschikbaar_op`, both; and all states of one car (`historie`)."""

_TABLE = "auto"
_MOMENTS = 500


class Reading:
    """Reads a register that was grown."""

    def __init__(self, folder: Path, grown: Grown) -> None:
        self._lezing = Registerlezing.alleen_lezen(folder, [REGISTER])
        self._grown = grown
        self._drawn = 0
        positions = self._draw(range(grown.registered, grown.head), _MOMENTS)
        self._moments = [self._lezing.moment_van(REGISTER, position) for position in positions]

    def _draw(self, all_of_them: Sequence[T], count: int = 1) -> list[T]:
        """So many of these, the same each time."""
        self._drawn += count
        numbers = range(self._drawn - count, self._drawn)
        return [all_of_them[int.from_bytes(chance("read", n), "big") % len(all_of_them)] for n in numbers]

    def batches(self, task: Task) -> Sequence[Callable[[], object]]:
        """One question each."""
        return [self.question(task.kind) for _ in range(task.batches)]

    def question(self, kind: str) -> Callable[[], Any]:
        """A question of this kind about a car that is drawn, and as known when it was in the register already."""
        [auto_id] = self._draw(self._grown.autos)
        if kind == HISTORY:
            return partial(self._lezing.historie, REGISTER, _TABLE, auto_id)
        asked: dict[str, Any] = {}
        if kind in {VALID, BOTH}:
            asked["geldig_op"] = AANKOOP
        if kind in {KNOWN, BOTH}:
            [asked["beschikbaar_op"]] = self._draw(self._moments)
        return partial(self._lezing.lees, REGISTER, _TABLE, auto_id, **asked)

    def check(self, results: Sequence[Any]) -> None:
        """Every answer is whole, and says something."""
        assert all(answer.inhoud and answer.herhaaltoken for answer in results)

    def close(self) -> None:
        """Let go of the folder."""
        self._lezing.close()


def measure(folder: Path, sizes: Sizes, report: Report) -> dict[str, Grown]:
    """Measure row 9; the registers stay, by the name of their size."""
    grown = {}
    for name, gevolgen in sizes.tables.items():
        report.progress(f"Growing a register to {gevolgen:,} gevolgen, with its tables")
        grown[name] = grow(folder / name, gevolgen)
    smallest, *_, largest = grown
    rows: list[tuple[Cell, ...]] = []
    with ExitStack() as opened:
        workers = {
            name: opened.enter_context(closing(Worker(partial(Reading, folder / name, one))))
            for name, one in grown.items()
        }
        for kind in KINDS:
            report.progress(f"Reading, {kind}")
            task = Task(kind, 1, sizes.reads)
            samples = in_turns({name: (worker, task) for name, worker in workers.items()}, sizes.repeats)
            for name, measured in samples.items():
                speed = median(sample.per_s for sample in measured)
                p50, p99 = (percentile(measured, percent) * 1e6 for percent in (50, 99))
                key = f"read_{kind}_{name}"
                report.numbers.update({f"{key}_per_s": speed, f"{key}_p50_us": p50, f"{key}_p99_us": p99})
                cost = "" if name == smallest else ratio(samples[smallest], measured)
                rows.append((f"{kind}, {grown[name].gevolgen:,} gevolgen", speed, p50, p99, cost))
            report.numbers[f"read_{kind}_{largest}_vs_{smallest}"] = ratio(samples[smallest], samples[largest])
    header = ("", "per s", "p50 µs", "p99 µs", "cost of this / smallest")
    report.section("Answers about one car, by what is asked", header, rows)
    return grown
