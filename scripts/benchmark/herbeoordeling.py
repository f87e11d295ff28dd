"""Row 8: a rule version that touches every household: all of them get another number of passes from a day on.

The write side alone is driven turn by turn, as the registers themselves do it: the herbeoordelaar offers, the register
judges, records and commits. With everything on (spitspas with its tables, feed and letters) the registers do all of it
in one call, once. Each peer has a copy of the same households.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from datetime import date
from functools import partial
from pathlib import Path
from shutil import copytree, rmtree

from actors.contexten.spitspas.context import CONTEXT as SPITSPAS
from actors.contexten.spitspas.regels import spitspasrecht
from actors.register.commando import Verwerking, Verwerkt
from actors.register.gevolg import Herbeoordeling
from actors.register.regel import Overgang
from actors.runtime.kern import Registerkern
from actors.runtime.systeem import RegisterSystem
from actors.verwerking.generiek.commandos import RegistreerRegelversie
from actors.verwerking.generiek.soorten import REGELVERSIE
from scripts.benchmark.case import Case
from scripts.benchmark.embedded import LOOP, OURS, PEERS
from scripts.benchmark.loop import Loop
from scripts.benchmark.measuring import Sample, Task, Worker, ratio
from scripts.benchmark.report import Cell, Report, counting
from scripts.benchmark.sizes import Sizes

ALL = "all"
TURN = 1_000
"""Aggregates that are considered again in one commit."""

NEW_LAW = RegistreerRegelversie(
    regelversie_id=spitspasrecht.naam,
    versie=2,
    geldig_vanaf=date(2026, 7, 1),
    overgang=Overgang.ONMIDDELLIJK.value,
    grenzen=(16, 31),
    uitkomsten=(4, 2, 0),
    grond="Wet spitspas, artikel 4 (nieuw)",
)


class Building:
    """Registers households in a folder: each of one adult without a car, decided on, known and in tables."""

    def __init__(self, folder: Path) -> None:
        self._case = Case()
        self._registers = RegisterSystem.open(folder, registers=[SPITSPAS])

    def batches(self, task: Task) -> Sequence[Callable[[], list[Verwerking]]]:
        """All of it in one go, with its progress."""
        return [partial(self._build, task.batch)]

    def _build(self, households: int) -> list[Verwerking]:
        refused: list[Verwerking] = []
        with counting() as show:
            for begin in range(0, households, TURN):
                offer = self._case.empty_households(min(TURN, households - begin))
                refused += [one for one in self._registers.verwerk_alle(offer) if not isinstance(one, Verwerkt)]
                self._registers.wacht_op_rust()
                show("households registered", begin + len(offer))
        return refused

    def check(self, results: Sequence[list[Verwerking]]) -> None:
        """None was refused."""
        assert not any(results)

    def close(self) -> None:
        """Let go of the folder."""
        self._registers.close()


class LawPeer:
    """Registers the new law and considers all households again: the registers, or a plain loop."""

    def __init__(self, name: str, folder: Path, *, levering: bool) -> None:
        if name == OURS:
            self.registers: RegisterSystem | Loop = RegisterSystem.open(folder, registers=[SPITSPAS], levering=levering)
        else:
            self.registers = Loop(folder, [SPITSPAS], levering=levering)
        self._peak_kb = 0
        self._offers = iter([Case("law").offered(NEW_LAW, SPITSPAS.naam)])

    def batches(self, task: Task) -> Sequence[Callable[[], Sequence[Verwerking]]]:
        """The next turns, after the law itself; or law and all turns at once, with what follows."""
        if task.kind == ALL:
            return [self._all]
        self.registers.verwerk_alle(self._offers)
        return [self._turn] * task.batches

    def _turn(self) -> Sequence[Verwerking]:
        again = self._kern.herbeoordelaar.volgende()
        if again is None:
            return ()
        self._look()
        if isinstance(self.registers, Loop):
            return self.registers.registers[SPITSPAS.naam].process(again.commandos)
        return self.registers._stelsel.bied_aan(SPITSPAS.naam, again.commandos)  # noqa: SLF001 - as the herbeoordelaar offers

    def _all(self) -> Sequence[Verwerking]:
        answers = self.registers.verwerk_alle(self._offers)
        with counting() as show:

            def look_and_show(what: str, done: int) -> None:
                self._look()
                show(what, done)

            self.registers.wacht_op_rust(look_and_show)
        return answers

    def _look(self) -> None:
        """How much memory it has now; what it reads is in files that are mapped, and is not counted."""
        status = Path("/proc/self/status").read_text(encoding="utf-8")
        self._peak_kb = max(self._peak_kb, int(status.partition("RssAnon:")[2].split()[0]))

    @property
    def _kern(self) -> Registerkern:
        if isinstance(self.registers, Loop):
            return self.registers.registers[SPITSPAS.naam].kern
        return self.registers._kernen[SPITSPAS.naam]  # noqa: SLF001 - its herbeoordelaar, and its journal

    def check(self, results: Sequence[Sequence[Verwerking]]) -> None:
        """All of it was recorded, and it was something."""
        assert all(results)
        assert all(isinstance(one, Verwerkt) and one.positie for answers in results for one in answers)

    def changed(self) -> int:
        """How many households the register itself counted as changed, when all turns are done."""
        while self._turn():
            pass
        *_, last = self._kern.opslag.gevolgen.read_stream(f"{REGELVERSIE.naam}/{spitspasrecht.naam}")
        (counted,) = (g.inhoud for g in self._kern.serialisatie.decodeer(last).gevolgen)
        assert isinstance(counted, Herbeoordeling)
        return counted.gewijzigd

    def peak_mb(self) -> float:
        """The most memory of its own that its process was seen to have."""
        return self._peak_kb / 1024

    def close(self) -> None:
        """Let go of the folder."""
        self.registers.close()


def measure(folder: Path, sizes: Sizes, report: Report) -> None:
    """Measure row 8."""
    report.progress(f"Registering {sizes.households:,} households")
    with closing(Worker(partial(Building, folder / OURS))) as worker:
        built = worker.measure(Task(ALL, sizes.households, 1))
    report.numbers["households_build_s"] = built.seconds
    with _copies(folder / OURS, folder / "write-side") as copies:
        _write_side(copies, sizes, report)
    copytree(folder / OURS, folder / LOOP)
    _everything_on({name: folder / name for name in PEERS}, sizes, report)


@contextmanager
def _copies(source: Path, folder: Path) -> Iterator[dict[str, Path]]:
    """A copy for each peer, gone afterwards: they are large."""
    yield {name: copytree(source, folder / name) for name in PEERS}
    rmtree(folder)


def _write_side(folders: dict[str, Path], sizes: Sizes, report: Report) -> None:
    report.progress("A rule version, write side alone")
    with _workers(folders, levering=False) as workers, counting() as show:
        samples: dict[str, list[Sample]] = {name: [] for name in workers}
        for begin in range(0, sizes.households, TURN):
            size = min(TURN, sizes.households - begin)
            for name, worker in workers.items():
                samples[name].append(worker.measure(Task("turn", size, 1)))
            show("households considered again by each", begin + size)
        _report("herbeoordeling", "A rule version, write side alone", workers, samples, sizes, report)


def _everything_on(folders: dict[str, Path], sizes: Sizes, report: Report) -> None:
    with _workers(folders, levering=True) as workers:
        samples = {}
        for name, worker in workers.items():
            report.progress(f"A rule version with tables, feed and letters, {name}")
            samples[name] = [worker.measure(Task(ALL, sizes.households, 1))]
        title = "A rule version, with tables, feed and letters"
        _report("herbeoordeling_everything_on", title, workers, samples, sizes, report)


@contextmanager
def _workers(folders: dict[str, Path], *, levering: bool) -> Iterator[dict[str, Worker]]:
    with ExitStack() as opened:
        makes = {name: partial(LawPeer, name, folder, levering=levering) for name, folder in folders.items()}
        yield {name: opened.enter_context(closing(Worker(make))) for name, make in makes.items()}


def _report(  # noqa: PLR0913 - one table: what it is called, and what goes in
    number: str,
    title: str,
    workers: dict[str, Worker],
    samples: dict[str, list[Sample]],
    sizes: Sizes,
    report: Report,
) -> None:
    rows: list[tuple[Cell, ...]] = []
    for name, measured in samples.items():
        assert workers[name].ask("changed") == sizes.households
        key = number if name == OURS else f"{number}_{name}"
        seconds = sum(sample.seconds for sample in measured)
        found = {
            "s": seconds,
            "per_s": sizes.households / seconds,
            "cpu_us": sum(sample.cpu for sample in measured) / sizes.households * 1e6,
            "peak_mb": workers[name].ask("peak_mb"),
        }
        report.numbers.update((f"{key}_{what}", value) for what, value in found.items())
        rows.append((key, *found.values(), "" if name == OURS else ratio(samples[OURS], measured)))
    report.numbers[f"{number}_vs_{LOOP}"] = ratio(samples[OURS], samples[LOOP])
    header = ("", "s", "households per s", "CPU µs each", "peak MB", "ours / this")
    report.section(f"{title}: {sizes.households:,} households", header, rows)
