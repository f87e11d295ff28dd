"""Row 3: building the tables of wegonderhoud from its journal, transacties per second.

Against two plain loops that read, decode and put the same rows in the same commits: one that makes the rows by hand
(it knows that these cars were only registered), and one that has the rows at hand, made beforehand.
"""

from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack, closing
from functools import partial
from itertools import count
from pathlib import Path
from statistics import median
from typing import Any

from actors.contexten.wegonderhoud.context import CONTEXT as WEGONDERHOUD
from actors.register.gevolg import Afleiding, Transactie, Vastlegging
from actors.register.zekerheid import zekerheid_van
from actors.runtime.klok import systeemklok
from actors.verwerking.gevolgenverwerking import Projector, tabelnamen
from actors.verwerking.rijen import rijsleutel
from actors.verwerking.serialisatie import Serialisatie
from actors.verwerking.verbandindex import VERBANDEN
from scripts.benchmark.measuring import Task, Worker, in_turns, ratio
from scripts.benchmark.report import Report
from scripts.benchmark.sizes import Sizes
from storage.gevolgenstore import ReaderPosition, Record
from storage.opslag import open_lmdb
from storage.projectiestore import Change, Projectiestore, Row
from storage.projectiestore_lmdb import LmdbProjectiestore
from storage.projectiestore_memory import MemoryProjectiestore


class Projecting:
    """Projects from the first transactie on into new tables each time; `start` says how, slice by slice."""

    def __init__(self, source: Path, folder: Path) -> None:
        self._opslag = open_lmdb(source, WEGONDERHOUD.naam, clock=systeemklok, read_only=True)
        self._folders = (folder / str(number) for number in count())
        self._projecties: LmdbProjectiestore | None = None
        self.store = self._opslag.gevolgen
        self.serialisatie = Serialisatie(WEGONDERHOUD.naam, self._opslag.sleutels)

    def batches(self, task: Task) -> Sequence[Callable[[], object]]:
        """Make empty tables."""
        if self._projecties is not None:
            self._projecties.close()
        self._projecties = LmdbProjectiestore(next(self._folders), WEGONDERHOUD.naam)
        work = self.start(self._projecties, task)
        return [partial(work, task.batch)] * task.batches

    def start(self, projecties: Projectiestore, _task: Task) -> Callable[[int], int]:
        """Begin anew; the answer handles so many transacties and says how many there were."""
        return self.projector(projecties).werk

    def projector(self, projecties: Projectiestore) -> Projector:
        """The real one."""
        return Projector(WEGONDERHOUD, self.store, projecties, self.serialisatie)

    def check(self, results: Sequence[int]) -> None:
        """Every slice was full."""
        assert len(set(results)) == 1

    def close(self) -> None:
        """Let go of the folders."""
        if self._projecties is not None:
            self._projecties.close()
        self._opslag.close()


class ByHand(Projecting):
    """Makes the rows of new cars from their gevolgen, without states or time lines."""

    def start(self, projecties: Projectiestore, _task: Task) -> Callable[[int], int]:
        """Begin at the first record."""
        position = 0

        def work(limit: int) -> int:
            nonlocal position
            done = list(self.store.read(position, limit))
            rows: dict[str, list[Row]] = {name: [] for name in tabelnamen(WEGONDERHOUD)}
            for record in done:
                transactie = self.serialisatie.decodeer(record)
                for name, key, row in self._rows(transactie):
                    rows[name].append(Row(key, row, record.position))
                where = record.position.to_bytes(8, "big")
                for gevolg in transactie.gevolgen:  # what is new refers to nothing that was recorded before
                    rows[VERBANDEN].append(Row(bytes.fromhex(gevolg.id.replace("-", "")), where, record.position))
            position = done[-1].position
            projecties.write([Change(name, changed, _position(self, done[-1])) for name, changed in rows.items()])
            return len(done)

        return work

    def _rows(self, transactie: Transactie) -> Iterable[tuple[str, bytes, bytes]]:
        cells: dict[str, list[tuple[Any, ...]]] = {}
        for gevolg in transactie.gevolgen:
            if isinstance(gevolg.inhoud, Vastlegging):
                for c in gevolg.inhoud.claims:
                    cells[c.gegeven] = [(c.vanaf, c.tot, c.waarde, c.id, "onbetwist")]
            elif isinstance(gevolg.inhoud, Afleiding):
                s = gevolg.inhoud.stuk
                cells[gevolg.inhoud.gegeven] = [(s.vanaf, s.tot, s.waarde, s.claim, zekerheid_van(s.twijfels).value)]
        onderwerp = (transactie.aggregaat_id,)
        for projectie in (p for p in WEGONDERHOUD.projecties if p.bewaard):
            row = {column: cells[str(source)] for column, source in projectie.kolommen.items()}
            values = [cell[2] for (cell,) in row.values()]
            stored = self.serialisatie.rij_naar_bytes((onderwerp, row), values)
            yield projectie.opslagnaam, rijsleutel(onderwerp), stored


class AtHand(Projecting):
    """Reads and decodes, and puts rows that the real projector made before."""

    def start(self, projecties: Projectiestore, task: Task) -> Callable[[int], int]:
        """Let the real one make the rows first."""
        kept = _Keeping(WEGONDERHOUD.naam)
        projector = self.projector(kept)
        for _ in range(task.batches):
            projector.werk(task.batch)
        changes = iter(kept.changes)
        position = 0

        def work(limit: int) -> int:
            nonlocal position
            done = 0
            for record in self.store.read(position, limit):
                self.serialisatie.decodeer(record)
                position = record.position
                done += 1
            projecties.write(next(changes))
            return done

        return work


class _Keeping(MemoryProjectiestore):
    def __init__(self, register: str) -> None:
        super().__init__(register)
        self.changes: list[Sequence[Change]] = []

    def write(self, changes: Sequence[Change]) -> None:
        self.changes.append(changes)
        super().write(changes)


def _position(projecting: Projecting, record: Record) -> ReaderPosition:
    return ReaderPosition(projecting.store.store_id, record.position, record.hash)


def measure(folder: Path, sizes: Sizes, report: Report) -> None:
    """Measure row 3."""
    report.progress("Projecting")
    peers = {"projecting": Projecting, "projecting_loop": ByHand, "projecting_rows_at_hand": AtHand}
    task = Task("project", sizes.slice, sizes.project)
    with ExitStack() as opened:
        runs = {
            name: (opened.enter_context(closing(Worker(partial(make, folder / "embedded", folder / name)))), task)
            for name, make in peers.items()
        }
        samples = in_turns(runs, sizes.repeats)
    rows = []
    for name, measured in samples.items():
        report.numbers[f"{name}_per_s"] = speed = median(sample.per_s for sample in measured)
        cpu = median(sample.cpu / sample.count for sample in measured) * 1e6
        report.numbers[f"{name}_cpu_us"] = cpu
        against = "" if name == "projecting" else ratio(samples["projecting"], measured)
        rows.append((name, speed, cpu, against))
    report.numbers["projecting_vs_loop"] = ratio(samples["projecting"], samples["projecting_loop"])
    report.numbers["projecting_vs_rows_at_hand"] = ratio(samples["projecting"], samples["projecting_rows_at_hand"])
    report.section("Projecting new cars", ("", "transacties per s", "CPU µs each", "ours / this"), rows)
