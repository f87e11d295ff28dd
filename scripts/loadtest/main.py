"""Load a daemon: `scripts/load`. How to use it and what it tells: docs/how-to/belasten.md."""

import argparse
import os
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from time import perf_counter

import gevent
import httpx
from locust.env import Environment
from rich.console import Console
from rich.table import Table

from actors.runtime.klok import Buitenwereld
from actors.simulatie.vlootrijen import VlootbestandFout
from scripts.loadtest.ledger import Ledger, Verdict, verify
from scripts.loadtest.measured import Measured
from scripts.loadtest.offering import Gebruiker, rows
from scripts.loadtest.rest import Lag, lag, wait_for_rest
from scripts.loadtest.users import LoadUser, Shared, authorization
from tests.daemon.dienst.lopend import Lopend

NOT_HELD, USAGE = 1, 2
_STOP_S = 30.0
_NO_LIMIT = "[gevolg.limieten]\nverzoeken_per_s = 1_000_000\nstoot = 1_000_000\n"


def main(arguments: Sequence[str] | None = None) -> int:
    """Load, tell and verify; the exit code."""
    parser = _parser()
    given = parser.parse_args(arguments)
    if given.url and given.data:
        parser.error("--data is of a daemon that is started here, --url of one that runs; name one of these")
    try:
        like = rows(given.csv, given.seed)
    except VlootbestandFout as problem:
        parser.error(str(problem))
    if not like:
        parser.error(f"{given.csv} has no car with all of its measures; name another file")
    token = given.token or os.environ.get("LOAD_TOKEN", "")
    with _daemon(given) as url:
        ledger, measured, new_id = Ledger(), Measured(), Buitenwereld().nieuw_commando_id
        shared = Shared(
            ledger, token, lambda number: Gebruiker(Random(f"offer/{given.seed}/{number}"), like, new_id), given.seed
        )
        _load(url, shared, measured, given)
        with httpx.Client(base_url=url, headers=authorization(token), timeout=_STOP_S) as client:
            before = lag(client)
            begin = perf_counter()
            rested = wait_for_rest(client, given.rust)
            took = perf_counter() - begin
            _say("Asking for every commando that was acknowledged")
            verdict = verify(ledger, client)
    _tell(measured, ledger, before, took if rested else None, verdict)
    if given.plot:
        measured.plot(given.plot, f"{given.gebruikers} gebruikers, {given.duur:g} s, seed {given.seed}")
    if given.meetwaarden:
        measured.write_csv(given.meetwaarden)
    return 0 if verdict.holds and measured.samples else NOT_HELD


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="scripts/load", description="Loads a daemon, and holds it to its answers.")
    parser.add_argument("--url", help="a daemon that runs; without it one is started here")
    parser.add_argument("--token", help="who asks there; better in the environment, as LOAD_TOKEN")
    parser.add_argument("--data", type=Path, help="folder of the daemon that is started here, and kept")
    parser.add_argument("--gebruikers", type=_positive, default=20, help="how many ask at once (20)")
    parser.add_argument("--duur", type=float, default=30.0, help="for how many seconds (30)")
    parser.add_argument("--seed", type=int, default=1, help="of what is chosen (1)")
    parser.add_argument("--csv", type=Path, help="cars to be like, as of `gevolg simulate vloot`; else drawn")
    parser.add_argument("--rust", type=float, default=600.0, help="wait so many seconds at most for rest (600)")
    parser.add_argument("--plot", type=Path, help="draw requests and percentiles over time in this SVG or PNG")
    parser.add_argument("--meetwaarden", type=Path, help="write every request in this CSV")
    return parser


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("at least 1")
    return number


@contextmanager
def _daemon(given: argparse.Namespace) -> Iterator[str]:
    """Where the daemon is: the one that runs, or one that runs for as long as the block lasts."""
    if given.url:
        yield given.url.rstrip("/")
        return
    with TemporaryDirectory(prefix="gevolg-load-") as folder:
        settings = Path(folder) / "gevolg.toml"
        settings.write_text(_NO_LIMIT, encoding="utf-8")
        data = given.data or Path(folder) / "data"
        _say(f"Starting a daemon on {data}")
        running = Lopend(data, "--config", str(settings))
        try:
            yield running.begin().url
            running.stop()
        finally:
            running.ruim_op()


def _load(url: str, shared: Shared, measured: Measured, given: argparse.Namespace) -> None:
    """Let them ask for so long; what is underway then is still answered."""
    _say(f"{given.gebruikers} gebruikers ask {url} for {given.duur:g} s")
    user = type("RunUser", (LoadUser,), {"host": url, "shared": shared, "abstract": False})
    environment = Environment(user_classes=[user], stop_timeout=_STOP_S)
    environment.events.request.add_listener(measured.hear)  # type: ignore[no-untyped-call]
    runner = environment.create_local_runner()
    runner.start(given.gebruikers, spawn_rate=given.gebruikers)
    told = 0
    while measured.seconds() < given.duur:
        gevent.sleep(min(1.0, given.duur))
        if sys.stderr.isatty():
            _say(measured.progress(told))
        told = len(measured.samples)
    runner.quit()


def _tell(measured: Measured, ledger: Ledger, before: Sequence[Lag], rest_s: float | None, verdict: Verdict) -> None:
    console = Console(width=None if sys.stdout.isatty() else 120)
    table = Table("", "requests", "p50 ms", "p90 ms", "p99 ms", "max ms", title="What was asked", box=None)
    for kind, count, *times in measured.table():
        table.add_row(kind, f"{count}", *(f"{ms:.1f}" for ms in times))
    console.print(table)
    for (kind, status), count in sorted(measured.errors().items()):
        console.print(f"{kind}: {count} times {status or 'no answer'}")
    for rule, count in sorted(ledger.refused.items()):
        console.print(f"not processed ({rule}): {count}")
    for status, count in sorted(ledger.retries.items()):
        console.print(f"offered again under the same id after {status or 'no answer'}: {count}")
    lags = Table("register", "reader", "behind", "seconds", title="Lag when the asking ended", box=None)
    for one in before:
        lags.add_row(one.register, one.reader, str(one.positions), f"{one.seconds:.1f}")
    console.print(lags)
    console.print("not at rest in time" if rest_s is None else f"at rest after {rest_s:.1f} s")
    console.print(
        f"acknowledged {verdict.acknowledged}, lost {len(verdict.lost)}, done twice {len(verdict.twice)},"
        f" never answered {len(ledger.open)} (of which done {verdict.late})"
    )
    for what, ids in (("lost", verdict.lost), ("done twice", verdict.twice)):
        for id_ in ids[:10]:
            console.print(f"{what}: {id_}")


def _say(line: str) -> None:
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # as Ctrl-C: what was started here ends too
    sys.exit(main())
