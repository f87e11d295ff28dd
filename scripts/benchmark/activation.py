"""Row 5: the first commando to a cold aggregate against one to a warm one, and what letting go of the oldest costs.

Cold: make an actor, fold its stream from the journal, judge. The plain loop folds and judges. All include their share
of one durable commit per batch.
"""

from collections.abc import Callable, Sequence
from contextlib import ExitStack, closing
from functools import partial
from pathlib import Path
from statistics import median

from scripts.benchmark.case import Case
from scripts.benchmark.measuring import Task, Worker, in_turns
from scripts.benchmark.memory import openings, registered, touched
from scripts.benchmark.report import Report
from scripts.benchmark.sizes import Sizes

COLD, WARM, LEAVING = "cold", "warm", "leaving"


class Activating:
    """Opens anew before each measurement, so that it is known which cars are warm."""

    def __init__(self, name: str, folder: Path) -> None:
        self._autos = registered(folder / name)
        self._case = Case(f"activation {name}", self._autos)
        self._open = openings(folder)[name]
        self._registers = self._open()

    def batches(self, task: Task) -> Sequence[Callable[[], object]]:
        """Cold: nothing is warm. Warm: the same cars were. Leaving: as many others came, and these have to go."""
        chosen, others = self._autos[: task.batch], self._autos[task.batch : 2 * task.batch]
        self._registers.close()
        self._registers = self._open(warm=task.batch) if task.kind == LEAVING else self._open()
        if task.kind != COLD:
            touched(self._registers, self._case.touches(chosen))
        if task.kind == LEAVING:
            # Who has to go is told so before the answer comes, and goes when the registers are called again.
            touched(self._registers, self._case.touches(others))
            return [self._registers.wacht_op_rust]
        return [partial(touched, self._registers, self._case.touches(chosen))]

    def check(self, results: Sequence[object]) -> None:
        """Touching checks its answers itself."""

    def close(self) -> None:
        """Let go of the folder."""
        self._registers.close()


def measure(folder: Path, sizes: Sizes, report: Report) -> None:
    """Measure row 5."""
    report.progress("Waking and letting go")
    batch = min(sizes.cars // 2, sizes.batch[1000])
    with ExitStack() as opened:
        workers = {
            name: opened.enter_context(closing(Worker(partial(Activating, name, folder)))) for name in openings(folder)
        }
        runs = {
            (name, kind): (worker, Task(kind, batch, 1)) for name, worker in workers.items() for kind in (COLD, WARM)
        }
        runs["embedded", LEAVING] = (workers["embedded"], Task(LEAVING, batch, 1))
        samples = in_turns(runs, sizes.repeats)
    us = {run: median(sample.seconds / sample.count for sample in each) * 1e6 for run, each in samples.items()}
    report.numbers["cold_us"] = us["embedded", COLD]
    report.numbers["warm_us"] = us["embedded", WARM]
    report.numbers["first_touch_us"] = us["embedded", COLD] - us["embedded", WARM]
    report.numbers["loop_first_touch_us"] = us["loop", COLD] - us["loop", WARM]
    report.numbers["passivation_us"] = us["embedded", LEAVING]
    rows = [(name.replace("_us", "").replace("_", " "), report.numbers[name]) for name in _NUMBERS]
    report.section("Waking a cold car, letting go of the oldest", ("", "µs each"), rows)


_NUMBERS = ("cold_us", "warm_us", "first_touch_us", "loop_first_touch_us", "passivation_us")
