"""What was measured: of every request when it was over, its kind, how long it took and how it ended."""

import csv
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import quantiles
from time import perf_counter
from typing import Any, NamedTuple

from matplotlib.figure import Figure

_PERCENTS = (50, 90, 99)
_LAST_GOOD = 399


class Sample(NamedTuple):
    """One request; `at` seconds after the beginning. Status 0: the connection broke."""

    at: float
    kind: str
    ms: float
    status: int


class Measured:
    """Collects samples."""

    def __init__(self) -> None:
        self.samples: list[Sample] = []
        self._begin = perf_counter()

    def hear(self, *, name: str, response_time: float, response: Any = None, **_: Any) -> None:
        """What locust tells of a request that is over."""
        status = int(getattr(response, "status_code", 0) or 0)
        self.samples.append(Sample(perf_counter() - self._begin, name, response_time, status))

    def seconds(self) -> float:
        """Since the beginning."""
        return perf_counter() - self._begin

    def progress(self, since: int) -> str:
        """What happened after so many samples, in one line."""
        latest = self.samples[since:]
        errors = sum(is_error(sample.status) for sample in self.samples)
        if not latest:
            return f"{self.seconds():4.0f} s  nothing answered"
        p50, _, p99, _ = percentiles([sample.ms for sample in latest])
        return f"{self.seconds():4.0f} s  {len(latest):5} requests  p50 {p50:.0f} ms  p99 {p99:.0f} ms  errors {errors}"

    def table(self) -> Iterator[tuple[str, int, float, float, float, float]]:
        """Kind, count, p50, p90, p99 and max in milliseconds; all together last."""
        kinds: dict[str, list[float]] = defaultdict(list)
        for sample in self.samples:
            kinds[sample.kind].append(sample.ms)
        for kind in sorted(kinds):
            yield (kind, len(kinds[kind]), *percentiles(kinds[kind]))
        if self.samples:
            yield ("all", len(self.samples), *percentiles([sample.ms for sample in self.samples]))

    def errors(self) -> Counter[tuple[str, int]]:
        """Kind and status → how many."""
        return Counter((s.kind, s.status) for s in self.samples if is_error(s.status))

    def write_csv(self, file: Path) -> None:
        """Every sample, one per row."""
        with file.open("w", encoding="utf-8", newline="") as opened:
            writer = csv.writer(opened)
            writer.writerow(("at_s", "kind", "ms", "status"))
            writer.writerows((f"{s.at:.3f}", s.kind, f"{s.ms:.2f}", s.status) for s in self.samples)

    def plot(self, file: Path, title: str) -> None:
        """Requests per second, errors among them, and percentiles over time; the ending of the name is the format."""
        per_second: dict[int, list[Sample]] = defaultdict(list)
        for sample in self.samples:
            per_second[int(sample.at)].append(sample)
        seconds = range(max(per_second, default=0) + 1)
        figure = Figure(figsize=(10, 7), layout="constrained")
        speed, delay = figure.subplots(2, 1, sharex=True)
        figure.suptitle(title)
        speed.plot(seconds, [len(per_second[s]) for s in seconds], label="requests")
        wrong = [sum(is_error(x.status) for x in per_second[s]) for s in seconds]
        speed.plot(seconds, wrong, label="errors", color="tab:red")
        speed.set_ylabel("per second")
        rows = [percentiles([x.ms for x in per_second[s]]) if per_second[s] else (0.0,) * 4 for s in seconds]
        for place, percent in enumerate(_PERCENTS):
            delay.plot(seconds, [row[place] for row in rows], label=f"p{percent}")
        delay.set_ylabel("ms")
        delay.set_xlabel("seconds")
        for axes in (speed, delay):
            axes.set_ylim(bottom=0)
            axes.grid(alpha=0.3)
            axes.legend()
        figure.savefig(file)


def is_error(status: int) -> bool:
    """Whether a request was not answered as asked."""
    return not 0 < status <= _LAST_GOOD


def percentiles(values: Sequence[float]) -> tuple[float, float, float, float]:
    """p50, p90, p99 and the largest."""
    cuts = quantiles(values, n=100, method="inclusive") if len(values) > 1 else [values[0]] * 99
    p50, p90, p99 = (cuts[percent - 1] for percent in _PERCENTS)
    return p50, p90, p99, max(values)
