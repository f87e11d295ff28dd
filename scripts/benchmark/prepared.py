"""Rows 3 to 5 look at cars that are in the register already: registered once here, and then copied."""

from contextlib import closing
from functools import partial
from pathlib import Path
from shutil import copytree

from scripts.benchmark import activation, memory, projecting
from scripts.benchmark.embedded import LOOP, REGISTER, registers_peer
from scripts.benchmark.measuring import Task, Worker
from scripts.benchmark.report import Report
from scripts.benchmark.sizes import Sizes


def measure(folder: Path, sizes: Sizes, report: Report) -> None:
    """Register the cars, and measure rows 3 to 5."""
    report.progress(f"Registering {sizes.cars:,} cars")
    batch = min(sizes.cars, 1000)
    with closing(Worker(partial(registers_peer, LOOP, folder / "loop", levering=False))) as worker:
        worker.measure(Task(REGISTER, batch, sizes.cars // batch))
    copytree(folder / "loop", folder / "embedded")
    for row in (projecting, memory, activation):
        row.measure(folder, sizes, report)
