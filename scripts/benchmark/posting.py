"""Row 12: single commando's over HTTP, a POST each, against the same POST to a daemon that does nothing with it.

New cars of new buyers, over 1, 16 and 64 connections. The daemon with one register, once with its levering standing
still (the write side alone: the target) and once with it at work; and the daemon with all registers, where a household
waits for each buyer and the whole chain follows meanwhile. Daemons take turns, and come to rest in between.
"""

from collections.abc import Mapping
from contextlib import ExitStack, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter

from actors.contexten.spitspas.context import CONTEXT as SPITSPAS
from scripts.benchmark.case import Case
from scripts.benchmark.report import Cell, Report
from scripts.benchmark.serving import NOOP, REGISTER, Served, check_all_created, served
from scripts.benchmark.sizes import Sizes
from scripts.benchmark.wire import Run, drive

_FEWER = 4
"""So many times fewer cars where everything follows: it must come to rest in between."""

NOTHING, ALONE, ONE, ALL = "noop", "", "one_register", "everything_on"
"""Who is asked; the names of the numbers are `http_post_…`."""


@dataclass(slots=True)
class Asked:
    """One of those that are compared: its daemon, how it is asked, and what came of that."""

    daemon: Served
    case: Case
    alone: bool = False
    chain: bool = False
    runs: list[Run] = field(default_factory=list)
    rests: list[float] = field(default_factory=list)
    """Seconds until everything was at rest, per run."""
    cpu: list[dict[str, float]] = field(default_factory=list)
    """Seconds of processor per commando of each process, per run."""

    def ask(self, count: int, connections: int, *, counts: bool = True) -> None:
        """Post so many new cars, and come to rest."""
        offer = self.case.registrations(count)
        if self.chain:
            self.daemon.bring(self.case.households(offer), SPITSPAS.naam)
        requests = [self.daemon.commando(een) for een in offer]
        before = self.daemon.cpu()
        with self.daemon.write_side_alone() if self.alone else nullcontext():
            run = drive(self.daemon.address, requests, connections)
            after = self.daemon.cpu()
        check_all_created(run.statuses)
        begin = perf_counter()
        self.daemon.rest()
        if counts:
            self.runs.append(run)
            self.rests.append(perf_counter() - begin)
            self.cpu.append({name: (used - before.get(name, used)) / count for name, used in after.items()})

    def forget(self) -> None:
        """Begin anew."""
        self.runs, self.rests, self.cpu = [], [], []


def measure(folder: Path, sizes: Sizes, report: Report) -> None:
    """Measure the row."""
    report.progress("Starting three daemons")
    with ExitStack() as opened:
        nothing = opened.enter_context(served(folder / "noop", REGISTER, program=NOOP))
        one = opened.enter_context(served(folder / "one", REGISTER))
        everything = opened.enter_context(served(folder / "all"))
        case = Case("one")
        asked = {
            NOTHING: Asked(nothing, Case("noop")),
            ALONE: Asked(one, case, alone=True),
            ONE: Asked(one, case),
            ALL: Asked(everything, Case("all"), chain=True),
        }
        for connections, count in sizes.posts.items():
            _compare(asked, connections, count, sizes, report)


def _compare(asked: Mapping[str, Asked], connections: int, count: int, sizes: Sizes, report: Report) -> None:
    report.progress(f"POSTs over {connections} connections")
    for each in asked.values():
        each.forget()
        each.ask(min(count, connections * 2), connections, counts=False)
    for _ in range(sizes.repeats):
        for each in asked.values():
            each.ask(max(connections, 2, count // _FEWER) if each.chain else count, connections)
    rows = [_row(name, each, asked[NOTHING], connections, report) for name, each in asked.items()]
    header = (
        "",
        "per s",
        "p50 ms",
        "p99 ms",
        "to rest s",
        "client",
        "main µs",
        "bijhouding µs",
        "levering µs",
        "/ noop",
    )
    report.section(f"Single commando's over HTTP, {connections} connections", header, rows)


def _row(name: str, each: Asked, nothing: Asked, connections: int, report: Report) -> tuple[Cell, ...]:
    key = f"http_post_{name}_{connections}" if name else f"http_post_{connections}"
    latencies = [latency for run in each.runs for latency in run.latencies]
    cuts = quantiles(latencies, n=100, method="inclusive")
    cpu = {kind: median(sum(v for n, v in used.items() if n.startswith(kind)) for used in each.cpu) for kind in _KINDS}
    found = {
        "per_s": median(run.per_s for run in each.runs),
        "p50_ms": cuts[49] * 1e3,
        "p99_ms": cuts[98] * 1e3,
        "rest_s": median(each.rests),
        "client_share": median(run.cpu / run.seconds for run in each.runs),
        **{f"{what}_cpu_us": cpu[kind] * 1e6 for kind, what in _KINDS.items()},
    }
    report.numbers.update((f"{key}_{what}", value) for what, value in found.items())
    if name == NOTHING:
        return (key, *found.values(), "")
    against = median(ours.per_s / theirs.per_s for ours, theirs in zip(each.runs, nothing.runs, strict=True))
    report.numbers[f"{key}_vs_noop"] = against
    return (key, *found.values(), against)


_KINDS = {"main": "main", "bijho": "bijhouding", "lever": "levering"}
"""How the names of processes begin, and what they are called in the numbers."""
