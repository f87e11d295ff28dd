"""Row 15: how soon a daemon is ready that has a million gevolgen, and how soon a bijhouding that was killed is back.

From the start of the program until `/health/ready` says yes; and from the kill until a commando is accepted again. The
journal is that of row 9, with its tables; nothing of it was ever made known to others, and the feed says that it is up
to date, so that the levering has nothing to catch up with. What was read lately is in the page cache.
"""

from pathlib import Path
from statistics import median
from time import perf_counter

from actors.runtime.klok import systeemklok
from scripts.benchmark.case import Case
from scripts.benchmark.grown import grow
from scripts.benchmark.report import Report
from scripts.benchmark.serving import REGISTER, Served, served
from scripts.benchmark.sizes import Sizes
from scripts.benchmark.wire import drive
from storage.gevolgenstore import ReaderPosition
from storage.opslag import open_lmdb

_CREATED = 201
_AGAIN = 503
_PATIENCE_S = 30.0
_BIJHOUDING = "bijho:"


def measure(folder: Path, sizes: Sizes, report: Report) -> None:
    """Measure the row."""
    report.progress(f"Growing a register of {sizes.start:,} gevolgen")
    data = folder / "data"
    grow(data, sizes.start)
    _nothing_to_publish(data)
    case = Case("starting")
    starts, revivals = [], []
    for turn in range(sizes.repeats + 1):
        report.progress(f"Start {turn} of {sizes.repeats}")
        begin = perf_counter()
        with served(data) as daemon:
            ready = perf_counter() - begin
            back = _revival(daemon, case)
            daemon.running.stop()
        if turn:
            starts.append(ready)
            revivals.append(back)
    report.numbers |= {
        "daemon_start_1m_s": median(starts),
        "daemon_start_1m_max_s": max(starts),
        "bijhouding_back_s": median(revivals),
        "bijhouding_back_max_s": max(revivals),
    }
    rows = (("daemon_start_1m_s", median(starts), max(starts)), ("bijhouding_back_s", median(revivals), max(revivals)))
    report.section(f"Start with {sizes.start:,} gevolgen, and a bijhouding that is killed", ("", "s", "max s"), rows)


def _nothing_to_publish(data: Path) -> None:
    """Say in the feed that all of the journal was looked at."""
    opslag = open_lmdb(data, REGISTER, clock=systeemklok)
    head = opslag.gevolgen.head()
    opslag.feed.publish([], ReaderPosition(opslag.gevolgen.store_id, head.position, head.hash))
    opslag.close()


def _revival(daemon: Served, case: Case) -> float:
    """Seconds from a kill until a commando is accepted, offered again and again under the same id."""
    (purchase,) = case.registrations(1)
    request = daemon.commando(purchase)
    (victim,) = (
        process for name, process in daemon.running.processen().items() if name.startswith(_BIJHOUDING + "weg")
    )
    begin = perf_counter()
    victim.kill()
    while perf_counter() - begin < _PATIENCE_S:
        (status,) = drive(daemon.address, [request], 1).statuses
        if status == _CREATED:
            return perf_counter() - begin
        assert status == _AGAIN, f"a commando was answered with {status} while its bijhouding was down"
    raise AssertionError(f"the bijhouding was not back within {_PATIENCE_S:.0f} s")
