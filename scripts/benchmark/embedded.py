"""Row 1: durable commando's, 1, 100 and 1000 in flight, against a plain loop, bare puts, and another library.

The write side alone (wegonderhoud, nobody reading), and everything on: three registers with tables, feeds and
translators, at rest after each batch within the measured time.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

from actors.contexten.wegonderhoud.context import CONTEXT as WEGONDERHOUD
from actors.register.commando import Verwerkt
from actors.runtime.catalogue import contexten
from actors.runtime.systeem import RegisterSystem
from scripts.benchmark.case import Case, Offer
from scripts.benchmark.eventsourced import ONE_SAVE, EventsourcingPeer
from scripts.benchmark.loop import Loop
from scripts.benchmark.measuring import Sample, Task, Worker, in_turns, percentile, ratio
from scripts.benchmark.raw import Replay, recorded
from scripts.benchmark.report import Cell, Report
from scripts.benchmark.sizes import Sizes

REGISTER = "register"
CORRECT = "correct"
CORRECT_UITSTOOT = "correct uitstoot"
PEERS = OURS, LOOP = "embedded", "loop"


def offers(case: Case, task: Task) -> list[Offer]:
    """The offers that a task asks for."""
    make = {
        REGISTER: case.registrations,
        CORRECT: case.corrections,
        CORRECT_UITSTOOT: case.uitstoot_corrections,
    }[task.kind]
    return [make(task.batch) for _ in range(task.batches)]


class RegistersPeer:
    """The registers as they are sold, or as a plain loop; at rest after each batch when others follow."""

    def __init__(self, registers: RegisterSystem | Loop, *, levering: bool) -> None:
        self.registers = registers
        self.case = Case()
        self.levering = levering

    def batches(self, task: Task) -> Sequence[Callable[[], Sequence[Any]]]:
        """Make the commando's, and the households of the buyers where these count."""
        made = offers(self.case, task)
        if self.levering and task.kind == REGISTER:
            for offer in made:
                self.registers.verwerk_alle(self.case.households(offer))
            self.registers.wacht_op_rust()
        return [partial(self.process, offer) for offer in made]

    def process(self, offer: Offer) -> Sequence[Any]:
        """Offer this and, when others follow, come to rest."""
        answers: Sequence[Any]
        if len(offer) == 1 and isinstance(self.registers, RegisterSystem):
            (one,) = offer
            answer = self.registers.verwerk(
                one.commando,
                id=one.id,
                aanleiding=one.aanleiding,
                door=one.door,
                gebeurd_op=one.gebeurd_op,
                register=one.register,
            )
            answers = [answer]
        else:
            answers = self.registers.verwerk_alle(offer)
        if self.levering:
            self.registers.wacht_op_rust()
        return answers

    def check(self, results: Sequence[Sequence[Any]]) -> None:
        """All of it was processed."""
        assert all(isinstance(answer, Verwerkt) and answer.positie for answers in results for answer in answers)

    def close(self) -> None:
        """Let go of the folder."""
        self.registers.close()


class RawPeer:
    """Puts what registers in another folder wrote just before."""

    def __init__(self, folder: Path) -> None:
        self._case = Case()
        self._registers = RegisterSystem.open(folder / "recorded", registers=[WEGONDERHOUD], levering=False)
        self._replay = Replay(folder / "put")

    def batches(self, task: Task) -> Sequence[Callable[[], object]]:
        """Let the registers do the work; what they wrote is what is measured."""
        made = []
        for offer in offers(self._case, task):
            with recorded() as commits:
                self._registers.verwerk_alle(offer)
            made.append(self._replay.batch(commits))
        return made

    def check(self, results: Sequence[object]) -> None:
        """Nothing comes back from putting."""

    def close(self) -> None:
        """Let go of the folders."""
        self._replay.close()
        self._registers.close()


def registers_peer(
    name: str, folder: Path, *, levering: bool, peer: type[RegistersPeer] = RegistersPeer
) -> RegistersPeer:
    """The registers (`OURS`) or the same in a plain loop: wegonderhoud alone, or all of them with what follows."""
    contexts = contexten() if levering else [WEGONDERHOUD]
    if name == OURS:
        return peer(RegisterSystem.open(folder, registers=contexts, levering=levering), levering=levering)
    return peer(Loop(folder, contexts, levering=levering), levering=levering)


@contextmanager
def both(folder: Path, *, levering: bool, peer: type[RegistersPeer] = RegistersPeer) -> Iterator[dict[str, Worker]]:
    """The registers and the plain loop, each in a process and a folder of its own."""
    with ExitStack() as opened:
        makes = {name: partial(registers_peer, name, folder / name, levering=levering, peer=peer) for name in PEERS}
        yield {name: opened.enter_context(closing(Worker(make))) for name, make in makes.items()}


@dataclass(frozen=True, slots=True)
class Variant:
    """One case, with or without others following: how it is called in the numbers, and how much of it to do."""

    title: str
    name: str
    kind: str
    batches: Mapping[int, int]
    repeats: int
    others: Mapping[str, tuple[Worker, Task]] = field(default_factory=dict)
    """Peers that take their turns with the most in flight, whatever they do at once."""

    def number(self, peer: str) -> str:
        """What the numbers of a peer begin with: embedded, loop, correction, correction_loop."""
        if peer == OURS:
            return self.name or peer
        return f"{self.name}_{peer}" if self.name else peer


def measure(folder: Path, sizes: Sizes, report: Report) -> None:
    """Measure all of row 1."""
    _write_side(folder / "write-side", sizes, report)
    _everything_on(folder / "everything-on", sizes, report)


def _write_side(folder: Path, sizes: Sizes, report: Report) -> None:
    with both(folder, levering=False) as workers, ExitStack() as opened:
        workers["raw"] = opened.enter_context(closing(Worker(partial(RawPeer, folder / "raw"))))
        other = opened.enter_context(closing(Worker(partial(EventsourcingPeer, folder / "eventsourcing"))))
        others = {
            "eventsourcing_sqlite": (other, Task(REGISTER, 1, sizes.eventsourcing)),
            "eventsourcing_sqlite_one_save": (other, Task(ONE_SAVE, sizes.batch[1000], 1)),
        }
        report.facts["SQLite as eventsourcing sets it"] = other.ask("durability")
        how = (sizes.batches, sizes.repeats)
        compare(Variant("New cars, write side alone", "", REGISTER, *how, others), workers, sizes, report)
        compare(Variant("Corrections, write side alone", "correction", CORRECT, *how), workers, sizes, report)


def _everything_on(folder: Path, sizes: Sizes, report: Report) -> None:
    with both(folder, levering=True) as workers:
        how = (sizes.batches_everything_on, sizes.repeats_everything_on)
        compare(Variant("New cars, everything on", "everything_on", REGISTER, *how), workers, sizes, report)
        correcting = Variant("Corrections, everything on", "correction_everything_on", CORRECT, *how)
        compare(correcting, workers, sizes, report)


def compare(variant: Variant, workers: Mapping[str, Worker], sizes: Sizes, report: Report) -> None:
    """Measure one case at every number in flight."""
    rows: list[tuple[Cell, ...]] = []
    for in_flight, batches in variant.batches.items():
        report.progress(f"{variant.title}, {in_flight} in flight")
        task = Task(variant.kind, sizes.batch[in_flight], batches)
        others = variant.others if in_flight == max(variant.batches) else {}
        runs = {name: (worker, task) for name, worker in workers.items()}
        samples = in_turns({**runs, **others}, variant.repeats)
        for name, measured in samples.items():
            number = name if name in others else f"{variant.number(name)}_{in_flight}"
            found = _numbers(number, measured, report)
            if name == OURS:
                rows.append((number, *found, ""))
            else:
                faster = ratio(samples[OURS], measured)
                report.numbers[f"{variant.number(OURS)}_{in_flight}_vs_{name}"] = faster
                rows.append((number, *found, faster))
    report.section(variant.title, ("", "per s", "p50 ms", "p99 ms", "CPU µs each", "ours / this"), rows)


def _numbers(key: str, samples: Sequence[Sample], report: Report) -> tuple[float, ...]:
    """Speed, percentiles of the latency of a batch, and processor time of one commando."""
    found = {
        "per_s": median(sample.per_s for sample in samples),
        "p50_ms": percentile(samples, 50) * 1e3,
        "p99_ms": percentile(samples, 99) * 1e3,
        "cpu_us": median(sample.cpu / sample.count for sample in samples) * 1e6,
    }
    report.numbers.update((f"{key}_{what}", value) for what, value in found.items())
    return tuple(found.values())
