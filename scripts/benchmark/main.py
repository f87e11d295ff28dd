"""The benchmarks: `scripts/bench`. What is measured and how to read it: docs/explanation/snelheid.md."""

import argparse
import gc
import json
import os
import platform
import signal
import sqlite3
import sys
from collections.abc import Callable, Sequence
from importlib.metadata import version
from pathlib import Path
from shutil import rmtree
from tempfile import TemporaryDirectory

import lmdb

from actors.runtime.programma import ruim_minder_vaak_op
from scripts.benchmark import (
    append,
    bulking,
    correction,
    doubt,
    embedded,
    herbeoordeling,
    herkomst,
    passes,
    posting,
    prepared,
    starting,
    tables,
)
from scripts.benchmark.report import HTTP_TARGETS, TARGETS, Report
from scripts.benchmark.sizes import FULL, QUICK, TINY, Sizes

ROOT = Path(__file__).resolve().parents[2]
ROWS = tuple(row.measure for row in (embedded, append, prepared, correction, doubt, herbeoordeling, tables, herkomst))
HTTP_ROWS = tuple(row.measure for row in (posting, bulking, passes, starting))
_LIBRARIES = ("thespian", "msgpack", "lmdb", "structlog", "pydantic", "cryptography", "eventsourcing", "uvicorn")


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure every row and print what came of it."""
    parser = argparse.ArgumentParser(prog="scripts/bench", description="Measures how fast and how big.")
    parser.add_argument("--json", action="store_true", help="print one flat JSON object of numbers, nothing else")
    parser.add_argument("--quick", action="store_true", help="fewer and smaller measurements: one or two minutes")
    parser.add_argument("--tiny", action="store_true", help="only to see that it runs: the numbers mean nothing")
    parser.add_argument("--http", action="store_true", help="the rows of the daemon, over HTTP, instead of the others")
    parser.add_argument("--folder", type=Path, help="where the stores are made, and removed afterwards")
    given = parser.parse_args(arguments)
    ruim_minder_vaak_op()
    sizes = TINY if given.tiny else QUICK if given.quick else FULL
    beside = given.folder or os.environ.get("TMPDIR") or ROOT
    with TemporaryDirectory(prefix="bench-", dir=beside) as folder:
        report = measured(Path(folder), sizes, HTTP_ROWS if given.http else ROWS)
    sys.stdout.write(
        json.dumps(report.numbers, indent=2) + "\n"
        if given.json
        else report.text(HTTP_TARGETS if given.http else TARGETS)
    )


def measured(folder: Path, sizes: Sizes, rows: Sequence[Callable[[Path, Sizes, Report], None]]) -> Report:
    """Measure these rows."""
    report = Report()
    report.facts.update(_facts(folder, sizes))
    for number, measure in enumerate(rows, 1):
        measure(folder / str(number), sizes, report)
        rmtree(folder / str(number))
    return report


def _facts(folder: Path, sizes: Sizes) -> dict[str, str]:
    engine = ".".join(map(str, lmdb.version()))
    return {
        "Python": f"{platform.python_version()} on {platform.system()} {platform.release()}, {os.cpu_count()} CPUs",
        "Libraries": ", ".join(f"{name} {version(name)}" for name in _LIBRARIES),
        "Engines": f"LMDB {engine}, SQLite {sqlite3.sqlite_version}",
        "Folder": f"on {file_system(folder)}",
        "LMDB": "journal and keys: sync=True, metasync=True, so each commit is flushed; tables: metasync=False",
        "Garbage collector": f"thresholds {gc.get_threshold()} for everyone, each in a process of its own",
        "Repeats": f"{sizes.repeats} in turns ({sizes.repeats_everything_on} with everything on), medians",
    }


def file_system(folder: Path) -> str:
    """The kind of file system a folder is on."""
    mounts = [line.split()[1:3] for line in Path("/proc/mounts").read_text(encoding="utf-8").splitlines()]
    inside = [(len(place), kind) for place, kind in mounts if folder.resolve().is_relative_to(place)]
    return max(inside)[1]


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # as Ctrl-C: what was started here ends too
    main()
