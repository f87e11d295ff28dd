"""Rows 9 to 11 are about tables that are there: read, read while others write, and built again."""

from pathlib import Path

from scripts.benchmark import beside, reading, rebuilding
from scripts.benchmark.report import Report
from scripts.benchmark.sizes import Sizes


def measure(folder: Path, sizes: Sizes, report: Report) -> None:
    """Measure rows 9 to 11."""
    grown = reading.measure(folder / "grown", sizes, report)
    largest = list(grown)[-1]
    beside.measure(folder / "grown" / largest, grown[largest], sizes, report)
    rebuilding.measure(folder / "rebuilding", sizes, report)
