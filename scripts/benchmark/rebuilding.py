"""Row 11: all tables of wegonderhoud built again beside those in use, up to the switch, transacties per second.

Against a plain loop that reads, decodes, makes the same rows by hand and puts them in an empty place, in the same
commits: it knows that these cars were only registered, and has no tables in use to put aside.
"""

from collections.abc import Callable, Sequence
from contextlib import ExitStack, closing
from functools import partial
from pathlib import Path
from shutil import copytree
from statistics import median

from actors.contexten.wegonderhoud.context import CONTEXT as WEGONDERHOUD
from actors.runtime.klok import systeemklok
from actors.verwerking.herbouw import bouw_ernaast
from actors.verwerking.serialisatie import Serialisatie
from scripts.benchmark.embedded import LOOP, REGISTER, registers_peer
from scripts.benchmark.measuring import Task, Worker, in_turns, ratio
from scripts.benchmark.projecting import ByHand
from scripts.benchmark.report import Cell, Report
from scripts.benchmark.sizes import Sizes
from storage.opslag import open_lmdb
from storage.projectiestore import Projectiestore

REBUILD = "rebuild"


class Rebuilding:
    """Builds the tables again, as `gevolg rebuild` does."""

    def __init__(self, folder: Path) -> None:
        self._opslag = open_lmdb(folder, WEGONDERHOUD.naam, clock=systeemklok)
        self._serialisatie = Serialisatie(WEGONDERHOUD.naam, self._opslag.sleutels)

    def batches(self, task: Task) -> Sequence[Callable[[], int]]:
        """All of it."""
        return [partial(bouw_ernaast, WEGONDERHOUD, self._opslag, self._serialisatie)] * task.batches

    def check(self, results: Sequence[int]) -> None:
        """The tables go as far as the journal."""
        assert set(results) == {self._opslag.gevolgen.head().position}

    def close(self) -> None:
        """Let go of the folder."""
        self._opslag.close()


class RebuildingByHand(ByHand):
    """Makes all rows of all cars, slice by slice."""

    slice = 256

    def start(self, projecties: Projectiestore, task: Task) -> Callable[[int], int]:
        """All slices in one go."""
        work, all_of_it = super().start(projecties, task), self.store.head().position

        def whole(_batch: int) -> int:
            done = 0
            while done < all_of_it:
                done += work(self.slice)
            return done

        return whole


def measure(folder: Path, sizes: Sizes, report: Report) -> None:
    """Measure row 11."""
    report.progress(f"Building the tables of {sizes.rebuild:,} cars again")
    batch = min(sizes.rebuild, 1000)
    with closing(Worker(partial(registers_peer, LOOP, folder / "by-hand", levering=False))) as worker:
        worker.measure(Task(REGISTER, batch, sizes.rebuild // batch))
    copytree(folder / "by-hand", folder / "again")
    makes: dict[str, Callable[[], Rebuilding | RebuildingByHand]] = {
        REBUILD: partial(Rebuilding, folder / "again"),
        f"{REBUILD}_loop": partial(RebuildingByHand, folder / "by-hand", folder / "new"),
    }
    task = Task(REBUILD, sizes.rebuild, 1)
    with ExitStack() as opened:
        runs = {name: (opened.enter_context(closing(Worker(make))), task) for name, make in makes.items()}
        samples = in_turns(runs, sizes.repeats)
    rows: list[tuple[Cell, ...]] = []
    for name, measured in samples.items():
        report.numbers[f"{name}_per_s"] = speed = median(sample.per_s for sample in measured)
        report.numbers[f"{name}_cpu_us"] = cpu = median(sample.cpu / sample.count for sample in measured) * 1e6
        rows.append((name, speed, cpu, "" if name == REBUILD else ratio(samples[REBUILD], measured)))
    report.numbers["rebuild_vs_loop"] = ratio(samples[REBUILD], samples[f"{REBUILD}_loop"])
    report.section("Tables built again", ("", "transacties per s", "CPU µs each", "ours / this"), rows)
