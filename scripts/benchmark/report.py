"""What was measured: numbers by name, tables to read, and which targets are met."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from time import perf_counter
from typing import NamedTuple

from storage.findings import Progress, no_progress

Cell = str | float
_TO_THE_END = "\x1b[K"  # a terminal erases the rest of the line
_WHOLE = 1000  # from here on decimals say nothing


class Target(NamedTuple):
    """What a number should be: at least `bound`, or at most."""

    number: str
    bound: float
    at_most: bool = False

    def met(self, value: float) -> bool:
        """Whether a measured number is good enough."""
        return value <= self.bound if self.at_most else value >= self.bound

    @property
    def text(self) -> str:
        """The bound as it is printed."""
        return f"{'≤' if self.at_most else '≥'} {self.bound:g}"


TARGETS = (
    Target("embedded_1_vs_loop", 0.9),
    Target("embedded_100_vs_loop", 0.8),
    Target("embedded_1000_vs_loop", 0.7),
    Target("embedded_1000_vs_raw", 0.3),
    Target("embedded_1000_vs_eventsourcing_sqlite", 10),
    Target("append_5m_existing_vs_empty", 1.3, at_most=True),
    Target("append_5m_new_vs_empty", 1.5, at_most=True),
    Target("projecting_vs_loop", 0.6),
    Target("rebuild_vs_loop", 0.6),
    *(Target(f"read_{cell}_1m_vs_10k", 2, at_most=True) for cell in ("now", "valid", "known", "both")),
    Target("herkomst_1m_vs_10k", 2, at_most=True),
    Target("doorwerking_1m_vs_10k", 2, at_most=True),
    Target("warm_aggregate_over_state_kb", 2, at_most=True),
)

HTTP_TARGETS = (
    Target("http_post_64_vs_noop", 0.6),
    Target("http_bulk_vs_embedded", 0.5),
    Target("daemon_start_1m_s", 3, at_most=True),
    Target("bijhouding_back_s", 1, at_most=True),
    Target("chain_passes_p50_ms", 20, at_most=True),
    Target("chain_passes_p99_ms", 60, at_most=True),
)
"""Those of `--http`."""


class Report:
    """Collects `numbers` (what `--json` prints), `facts` about where they come from, and tables."""

    def __init__(self) -> None:
        self.numbers: dict[str, float] = {}
        self.facts: dict[str, str] = {}
        self._sections: list[str] = []
        self._begin = perf_counter()

    def progress(self, what: str) -> None:
        """Say what is being measured now, and after how many seconds."""
        sys.stderr.write(f"{perf_counter() - self._begin:5.0f} s  {what}\n")
        sys.stderr.flush()

    def section(self, title: str, header: Sequence[str], rows: Sequence[Sequence[Cell]]) -> None:
        """Add a table."""
        self._sections.append(f"{title}\n{_table(header, rows)}")

    def text(self, targets: Sequence[Target]) -> str:
        """All of it, these targets last."""
        facts = "\n".join(f"{what}: {value}" for what, value in self.facts.items())
        return "\n\n".join((facts, *self._sections, f"Targets\n{self._targets(targets)}")) + "\n"

    def _targets(self, targets: Sequence[Target]) -> str:
        rows: list[tuple[Cell, ...]] = []
        for target in targets:
            value = self.numbers.get(target.number)
            if value is None:
                rows.append((target.number, "", target.text, "not measured in this run"))
            else:
                rows.append((target.number, value, target.text, "ok" if target.met(value) else "not met"))
        return _table(("", "measured", "target", ""), rows)


@contextmanager
def counting() -> Iterator[Progress]:
    """Show how far something is, on one line of the terminal that goes on; nobody is told where there is none."""
    if not sys.stderr.isatty():
        yield no_progress
        return

    def show(what: str, done: int) -> None:
        sys.stderr.write(f"\r         {what} {done:,}{_TO_THE_END}")
        sys.stderr.flush()

    yield show
    sys.stderr.write(f"\r{_TO_THE_END}")


def _table(header: Sequence[str], rows: Sequence[Sequence[Cell]]) -> str:
    """Aligned columns; the first one to the left, the others to the right."""
    lines = [header, *([_written(cell) for cell in row] for row in rows)]
    widths = [max(len(line[n]) for line in lines) for n in range(len(header))]
    return "\n".join(
        "  " + "  ".join(cell.rjust(width) if n else cell.ljust(width) for n, (cell, width) in aligned).rstrip()
        for aligned in (list(enumerate(zip(line, widths, strict=True))) for line in lines)
    )


def _written(cell: Cell) -> str:
    if isinstance(cell, str):
        return cell
    return f"{cell:,.0f}" if abs(cell) >= _WHOLE else f"{cell:.3g}" if abs(cell) < 1 else f"{cell:.2f}"
