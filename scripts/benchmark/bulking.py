"""Row 13: many commando's over HTTP in one request, a line each, against the registers embedded with the same ones.

First the write side alone: the daemon's levering stands still, the registers are opened with `levering=False`. Then
with everything on: all registers, a household for each buyer, and the time until all are at rest counts for both.
"""

from contextlib import closing, nullcontext
from functools import partial
from pathlib import Path
from statistics import median
from time import perf_counter

from actors.contexten.spitspas.context import CONTEXT as SPITSPAS
from scripts.benchmark.case import Case
from scripts.benchmark.embedded import OURS, REGISTER, registers_peer
from scripts.benchmark.measuring import Sample, Task, Worker
from scripts.benchmark.report import Cell, Report
from scripts.benchmark.serving import REGISTER as WEGONDERHOUD
from scripts.benchmark.serving import Served, check_lines, served
from scripts.benchmark.sizes import Sizes
from scripts.benchmark.wire import stream

_WARM_UP = 4


def measure(folder: Path, sizes: Sizes, report: Report) -> None:
    """Measure the row."""
    rows = [
        *_compare(folder / "write-side", "", sizes.lines, sizes, report),
        *_compare(folder / "everything-on", "_everything_on", sizes.lines_everything_on, sizes, report),
    ]
    header = ("", "lines per s", "client", "HTTP / embedded")
    report.section("Many commando's over HTTP in one request", header, rows)


def _compare(folder: Path, name: str, lines: int, sizes: Sizes, report: Report) -> list[tuple[Cell, ...]]:
    report.progress(f"{lines} lines of NDJSON{', everything on' if name else ''}")
    everything_on = bool(name)
    make = partial(registers_peer, OURS, folder / "embedded", levering=everything_on)
    registers = () if everything_on else (WEGONDERHOUD,)
    with served(folder / "http", *registers) as daemon, closing(Worker(make)) as worker:
        case = Case()
        runs: list[tuple[Sample, float, float]] = []
        for turn in range(sizes.repeats + 1):
            count = lines if turn else min(lines, _WARM_UP)
            sample = worker.measure(Task(REGISTER, count, 1))
            runs.append((sample, *_bulk(daemon, case, count, everything_on=everything_on)))
    counted = runs[1:]
    speed = median(lines / seconds for _, seconds, _ in counted)
    embedded = median(sample.per_s for sample, _, _ in counted)
    share = median(cpu / seconds for _, seconds, cpu in counted)
    against = median(lines / seconds / sample.per_s for sample, seconds, _ in counted)
    key = f"http_bulk{name}"
    report.numbers |= {
        f"{key}_per_s": speed,
        f"{key}_embedded_per_s": embedded,
        f"{key}_client_share": share,
        f"{key}_vs_embedded": against,
    }
    return [(key, speed, share, against), (f"{key}_embedded", embedded, "", "")]


def _bulk(daemon: Served, case: Case, count: int, *, everything_on: bool) -> tuple[float, float]:
    """Offer new cars; seconds until all of it is answered (and at rest), and seconds of the client's processor."""
    offer = case.registrations(count)
    if everything_on:
        daemon.bring(case.households(offer), SPITSPAS.naam)
    request = daemon.lines(offer)
    with nullcontext() if everything_on else daemon.write_side_alone():
        begin = perf_counter()
        run, answer = stream(daemon.address, request)
        if everything_on:
            daemon.rest()
        seconds = perf_counter() - begin
    check_lines(answer, count)
    if not everything_on:
        daemon.rest()
    return (seconds if everything_on else run.seconds), run.cpu
