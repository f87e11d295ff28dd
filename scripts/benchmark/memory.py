"""Row 4: what a warm aggregate takes in memory, over its own state.

The same cars are looked at by the registers (an actor each) and by the plain loop (a dict of states), in processes of
their own that keep all of them; the difference is what an actor costs. Weighed by tracemalloc, which sees what Python
allocates.
"""

import gc
import tracemalloc
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from functools import partial
from pathlib import Path

from actors.contexten.wegonderhoud.context import CONTEXT as WEGONDERHOUD
from actors.register.commando import NietVerwerkt
from actors.runtime.systeem import RegisterSystem
from scripts.benchmark.case import Case, Offer
from scripts.benchmark.loop import Loop
from scripts.benchmark.measuring import Task, Worker
from scripts.benchmark.report import Report
from scripts.benchmark.sizes import Sizes

Registers = RegisterSystem | Loop
Open = Callable[..., Registers]
"""Opens the registers of the prepared folder; `warm=` says how many aggregates it may keep."""


def openings(folder: Path) -> dict[str, Open]:
    """The two that are compared, each on a copy of its own."""
    return {
        "embedded": partial(RegisterSystem.open, folder / "embedded", registers=[WEGONDERHOUD], levering=False),
        "loop": partial(Loop, folder / "loop", [WEGONDERHOUD], levering=False),
    }


def registered(folder: Path) -> list[str]:
    """The ids of the cars in a prepared folder."""
    with closing(Loop(folder, [WEGONDERHOUD], levering=False)) as loop:
        names = loop.registers[WEGONDERHOUD.naam].kern.opslag.gevolgen.aggregaten("auto/")
        return [name.partition("/")[2] for name in names]


def touched(registers: Registers, offer: Offer) -> None:
    """Let every car of an offer be looked at, and nothing be recorded about it."""
    answers = registers.verwerk_alle(offer)
    assert all(isinstance(one, NietVerwerkt) and one.regel == "niets_te_corrigeren" for one in answers)


class Weighing:
    """Warms all cars and weighs them."""

    def __init__(self, name: str, folder: Path) -> None:
        autos = registered(folder / name)
        self._offers = _in_batches(Case(f"memory {name}", autos), autos)
        self._autos = len(autos)
        self._registers = openings(folder)[name](warm=len(autos))

    def kilobytes(self) -> float:
        """KB per warm aggregate. The first batch is not weighed: it brings in what is made once."""
        tracemalloc.start()
        first = next(self._offers)
        touched(self._registers, first)
        before = _traced()
        for offer in self._offers:
            touched(self._registers, offer)
        return (_traced() - before) / (self._autos - len(first)) / 1024

    def batches(self, _task: Task) -> Sequence[Callable[[], object]]:
        """Nothing is timed."""
        return ()

    def check(self, results: Sequence[object]) -> None:
        """Nothing is timed."""

    def close(self) -> None:
        """Let go of the folder."""
        self._registers.close()


def _in_batches(case: Case, autos: Sequence[str]) -> Iterator[Offer]:
    size = min(1000, len(autos) // 2)
    return (case.touches(autos[begin : begin + size]) for begin in range(0, len(autos), size))


def _traced() -> int:
    gc.collect()
    return tracemalloc.get_traced_memory()[0]


def measure(folder: Path, sizes: Sizes, report: Report) -> None:
    """Measure row 4."""
    report.progress(f"Weighing {sizes.cars:,} warm aggregates")
    weights = {}
    for name in openings(folder):
        with closing(Worker(partial(Weighing, name, folder))) as worker:
            weights[name] = worker.ask("kilobytes")
    over = weights["embedded"] - weights["loop"]
    report.numbers["warm_aggregate_kb"] = weights["embedded"]
    report.numbers["warm_state_kb"] = weights["loop"]
    report.numbers["warm_aggregate_over_state_kb"] = over
    rows = [("actor and state", weights["embedded"]), ("state in a dict", weights["loop"]), ("the actor", over)]
    report.section(f"Memory of one of {sizes.cars:,} warm cars", ("", "KB"), rows)
