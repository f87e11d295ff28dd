"""Row 14: how soon the passes of a household follow the purchase of a car, in a daemon that has nothing else to do.

From the moment RegistreerAuto is sent to wegonderhoud until the row of the household in spitspas has the passes. That
row is looked at where it is stored, so that looking costs the daemon nothing: how far the register is, thousands of
times a second, and the row itself when it moved. Beside it stands what one durable commit takes on the same disk, and
the same purchase in an embedded system, with nothing between registers, until that is at rest.
"""

import select
from contextlib import closing
from functools import partial
from pathlib import Path
from statistics import quantiles
from time import perf_counter

import lmdb

from actors.contexten.spitspas.context import CONTEXT as SPITSPAS
from actors.contexten.spitspas.projecties import HUISHOUDEN
from actors.runtime.lezing import Registerlezing
from scripts.benchmark.case import Case
from scripts.benchmark.embedded import OURS, registers_peer
from scripts.benchmark.embedded import REGISTER as NEW_CARS
from scripts.benchmark.measuring import Task, Worker
from scripts.benchmark.report import Cell, Report
from scripts.benchmark.serving import REGISTER, Served, check_all_created, served
from scripts.benchmark.sizes import Sizes
from scripts.benchmark.wire import drive

_LOOK_S = 0.0003
_ROW = 2_000  # bytes
_PATIENCE_S = 30.0


def measure(folder: Path, sizes: Sizes, report: Report) -> None:
    """Measure the row."""
    report.progress("From purchase to passes")
    answered: list[float] = []
    passed: list[float] = []
    embedded: list[float] = []
    make = partial(registers_peer, OURS, folder / "embedded", levering=True)
    with served(folder / "data") as daemon, closing(Worker(make)) as worker:
        lezing = Registerlezing.alleen_lezen(folder / "data", [SPITSPAS.naam])
        case = Case("passes")
        for turn in range(sizes.repeats + 1):
            for answer_s, passes_s in _turn(daemon, lezing, case, sizes.passes if turn else 2):
                if turn:
                    answered.append(answer_s)
                    passed.append(passes_s)
            alone = worker.measure(Task(NEW_CARS, 1, sizes.passes if turn else 2))
            embedded.extend(alone.latencies if turn else ())
        lezing.close()
    committed = _commits(folder / "commits", sizes.passes)
    rows: list[tuple[Cell, ...]] = []
    timed = {"chain_answer": answered, "chain_passes": passed, "chain_embedded": embedded, "commit": committed}
    for name, seconds in timed.items():
        cuts = quantiles(seconds, n=100, method="inclusive")
        found = {"p50_ms": cuts[49] * 1e3, "p99_ms": cuts[98] * 1e3}
        report.numbers.update((f"{name}_{what}", value) for what, value in found.items())
        rows.append((name, *found.values(), max(seconds) * 1e3))
    report.section(
        "From purchase to answer, and to passes, in an idle daemon", ("", "p50 ms", "p99 ms", "max ms"), rows
    )


def _turn(daemon: Served, lezing: Registerlezing, case: Case, count: int) -> list[tuple[float, float]]:
    offer = case.registrations(count)
    households = case.households(offer)
    daemon.bring(households, SPITSPAS.naam)
    took = []
    for purchase, household in zip(offer, households, strict=True):
        request = daemon.commando(purchase, REGISTER)
        before = _passes(lezing, household.commando.huishouden_id)
        run = drive(daemon.address, [request], 1)
        answered = perf_counter()
        _wait(lezing, household.commando.huishouden_id, before, answered + _PATIENCE_S)
        took.append((run.seconds, run.seconds + perf_counter() - answered))
        check_all_created(run.statuses)
        daemon.rest()
    return took


def _commits(folder: Path, count: int) -> list[float]:
    """Seconds of so many durable commits of one small row: the chain has ten of these, one after the other."""
    folder.mkdir()
    took = []
    with lmdb.open(str(folder)) as environment:
        for number in range(count):
            begin = perf_counter()
            with environment.begin(write=True) as txn:
                txn.put(number.to_bytes(8, "big"), bytes(_ROW))
            took.append(perf_counter() - begin)
    return took


def _passes(lezing: Registerlezing, huishouden_id: str) -> object:
    """What the table says of the household now."""
    return lezing.lees(SPITSPAS.naam, HUISHOUDEN.naam, huishouden_id).inhoud


def _wait(lezing: Registerlezing, huishouden_id: str, before: object, until: float) -> None:
    """Until the row is another one."""
    seen = (-1, -1, -1)
    while True:
        now = lezing.einde(SPITSPAS.naam)
        if now != seen:
            seen = now
            if _passes(lezing, huishouden_id) != before:
                return
        if perf_counter() > until:
            raise AssertionError(f"no passes for {huishouden_id} within {_PATIENCE_S:.0f} s")
        select.select((), (), (), _LOOK_S)
