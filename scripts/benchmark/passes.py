"""Row 14: how soon the passes of a household follow the purchase of a car, in a daemon that has nothing else to do.

From the moment RegistreerAuto is sent to wegonderhoud until the row of the household in spitspas has the passes. That
row is looked at where it is stored, so that looking costs the daemon nothing: how far the register is, thousands of
times a second, and the row itself when it moved.
"""

import select
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter

from actors.contexten.spitspas.context import CONTEXT as SPITSPAS
from actors.contexten.spitspas.projecties import HUISHOUDEN
from actors.runtime.lezing import Registerlezing
from scripts.benchmark.case import Case
from scripts.benchmark.report import Report
from scripts.benchmark.serving import REGISTER, Served, check_all_created, served
from scripts.benchmark.sizes import Sizes
from scripts.benchmark.wire import drive

_LOOK_S = 0.0003
_PATIENCE_S = 30.0


def measure(folder: Path, sizes: Sizes, report: Report) -> None:
    """Measure the row."""
    report.progress("From purchase to passes")
    answered: list[float] = []
    passed: list[float] = []
    with served(folder / "data") as daemon:
        lezing = Registerlezing.alleen_lezen(folder / "data", [SPITSPAS.naam])
        case = Case("passes")
        for turn in range(sizes.repeats + 1):
            for answer_s, passes_s in _turn(daemon, lezing, case, sizes.passes if turn else 2):
                if turn:
                    answered.append(answer_s)
                    passed.append(passes_s)
        lezing.close()
    rows = []
    for name, seconds in (("answer", answered), ("passes", passed)):
        cuts = quantiles(seconds, n=100, method="inclusive")
        found = {"p50_ms": cuts[49] * 1e3, "p99_ms": cuts[98] * 1e3, "median_ms": median(seconds) * 1e3}
        report.numbers.update((f"chain_{name}_{what}", value) for what, value in found.items() if what != "median_ms")
        rows.append((f"chain_{name}", found["p50_ms"], found["p99_ms"], max(seconds) * 1e3))
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
