"""Row 9: herkomst and doorwerking of the same depth, in registers that hold more and more. Lower is better.

One car and its household go through the three registers for real. What they recorded is then copied as often as it
takes, under other ids each time, straight into the journals and the index. Asked is what the passes of a household came
from, and what the registration of a car led to, of copies drawn from all there are.
"""

import re
from collections.abc import Callable, Sequence
from contextlib import ExitStack, closing
from functools import partial
from hashlib import blake2b
from pathlib import Path
from shutil import copytree
from statistics import median
from typing import NamedTuple

from actors.register.commando import Verwerkt
from actors.runtime.catalogue import contexten
from actors.runtime.klok import systeemklok
from actors.runtime.lezing import Registerlezing
from actors.runtime.systeem import RegisterSystem
from actors.verwerking.antwoord import Antwoord
from actors.verwerking.serialisatie import Serialisatie
from actors.verwerking.verbandindex import VERBANDEN, verbandrijen
from scripts.benchmark.case import Case
from scripts.benchmark.measuring import Sample, Task, Worker, in_turns, percentile
from scripts.benchmark.report import Report
from scripts.benchmark.sizes import Sizes
from storage.gevolgenstore import Entry, ReaderPosition, Record
from storage.opslag import GEVOLGEN, SLEUTELS, Opslag, open_lmdb
from storage.projectiestore import Change, Row

BACK, FORWARD, FILL = "herkomst", "doorwerking", "fill"

_PASSES, _CAR = "SpitspasrechtHerzien", "AutoGeregistreerd"
_ID = re.compile(rb"[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
_SLICE = 5_000
"""Transacties copied in one commit."""


class Recorded(NamedTuple):
    """What one car and its household made three registers record: the records, and where the two questions begin."""

    records: dict[str, list[Record]]
    names: dict[str, list[tuple[str, int]]]
    begin: dict[str, str]

    @property
    def gevolgen(self) -> int:
        """How many gevolgen all of it is."""
        return sum(record.count for records in self.records.values() for record in records)


def record_one(folder: Path) -> Recorded:
    """Let one car and its household go through the three registers."""
    case = Case("herkomst")
    with RegisterSystem.open(folder) as registers:
        for offered in case.household_with(1):
            assert isinstance(registers.verwerk_alle([offered])[0], Verwerkt)
            registers.wacht_op_rust()
        recorded = Recorded({}, {}, {})
        for name in registers.registers:
            told = list(registers.gevolgen(name))
            recorded.names[name] = [(f"{t.aggregaat}/{t.aggregaat_id}", t.volgnummer) for t in told]
            for gevolg in (gevolg for t in told for gevolg in t.gevolgen):
                if gevolg.naam in (_PASSES, _CAR):
                    recorded.begin[BACK if gevolg.naam == _PASSES else FORWARD] = gevolg.id
    for context in contexten():
        with closing(open_lmdb(folder, context.naam, clock=systeemklok, read_only=True)) as opslag:
            recorded.records[context.naam] = list(opslag.gevolgen.read())
    return recorded


def copied(content: bytes, number: int) -> bytes:
    """The same, under other ids: each copy has its own, and refers to itself."""
    return _ID.sub(lambda found: copied_id(found[0], number), content)


def copied_id(id_: bytes, number: int) -> bytes:
    """The id of a gevolg in a copy."""
    digits = blake2b(id_, digest_size=16, salt=number.to_bytes(16, "big")).hexdigest()
    parts = (digits[:8], digits[8:12], f"8{digits[13:16]}", f"8{digits[17:20]}", digits[20:])
    return "-".join(parts).encode()


class SpoorPeer:
    """Registers that hold many copies, and are asked about some of them."""

    def __init__(self, folder: Path, one: Path, recorded: Recorded) -> None:
        self._folder, self._recorded = folder, recorded
        for context in contexten():
            open_lmdb(folder, context.naam, clock=systeemklok).close()
            copytree(one / context.naam / SLEUTELS, folder / context.naam / SLEUTELS, dirs_exist_ok=True)
        self._copies = 0
        self._asked = 0
        self._open = ExitStack()
        self._registers: Registerlezing | None = None

    def batches(self, task: Task) -> Sequence[Callable[[], object]]:
        """Draw the copies to ask about; or what is to be filled in."""
        if task.kind == FILL:
            return [partial(self._fill, task.batch)]
        if self._registers is None:
            self._registers = self._open.enter_context(Registerlezing.alleen_lezen(self._folder))
        ask = self._registers.herkomst if task.kind == BACK else self._registers.doorwerking
        begin = self._recorded.begin[task.kind].encode()
        return [partial(ask, copied_id(begin, self._drawn()).decode()) for _ in range(task.batches)]

    def _drawn(self) -> int:
        self._asked += 1
        return int.from_bytes(blake2b(self._asked.to_bytes(8, "big"), digest_size=8).digest(), "big") % self._copies

    def _fill(self, gevolgen: int) -> None:
        self._copies = -(-gevolgen // self._recorded.gevolgen)
        for context in contexten():
            with closing(open_lmdb(self._folder, context.naam, clock=systeemklok)) as opslag:
                self._fill_register(opslag, context.naam)

    def _fill_register(self, opslag: Opslag, register: str) -> None:
        serialisatie = Serialisatie(register, opslag.sleutels)
        entries: list[Entry] = []
        for number in range(self._copies):
            pairs = zip(self._recorded.records[register], self._recorded.names[register], strict=True)
            for place, (record, (name, volgnummer)) in enumerate(pairs):
                key = number.to_bytes(12, "big") + place.to_bytes(4, "big")
                content = copied(record.content, number)
                entries.append(Entry(key, key, f"{name}/{number}", volgnummer, content, record.count))
            if len(entries) >= _SLICE or number == self._copies - 1:
                self._put(opslag, serialisatie, entries)
                entries = []

    @staticmethod
    def _put(opslag: Opslag, serialisatie: Serialisatie, entries: Sequence[Entry]) -> None:
        """Append them, and index what was appended."""
        before = opslag.gevolgen.head().position
        opslag.gevolgen.append(entries)
        rows: list[Row] = []
        for record in opslag.gevolgen.read(before):
            rows += verbandrijen(serialisatie.decodeer(record))
        head = opslag.gevolgen.head()
        stand = ReaderPosition(opslag.gevolgen.store_id, head.position, head.hash)
        opslag.projecties.write([Change(VERBANDEN, rows, stand)])

    def check(self, results: Sequence[object]) -> None:
        """Every answer is as long as the others, and misses nothing."""
        answers = [result for result in results if isinstance(result, Antwoord)]
        assert len({len(answer.inhoud.knopen) for answer in answers}) <= 1
        assert all(answer.volledig and not answer.inhoud.buiten and not answer.inhoud.meer for answer in answers)

    def steps(self) -> dict[str, int]:
        """How many gevolgen each question finds."""
        assert self._registers is not None
        begin = {kind: copied_id(id_.encode(), 0).decode() for kind, id_ in self._recorded.begin.items()}
        return {
            BACK: len(self._registers.herkomst(begin[BACK]).inhoud.knopen),
            FORWARD: len(self._registers.doorwerking(begin[FORWARD]).inhoud.knopen),
        }

    def megabytes(self) -> float:
        """What journals take on disk, and the index besides."""
        files = [path for path in self._folder.rglob("data.mdb") if path.parent.name in (GEVOLGEN, "projecties")]
        return sum(file.stat().st_blocks * 512 for file in files) / 1e6

    def close(self) -> None:
        """Let go of the folder."""
        self._open.close()


def measure(folder: Path, sizes: Sizes, report: Report) -> None:
    """Measure row 9."""
    report.progress("Herkomst and doorwerking")
    one = folder / "one"
    recorded = record_one(one)
    least = next(iter(sizes.spoor_fills))
    rows = []
    with ExitStack() as opened:
        workers = {}
        for name, gevolgen in sizes.spoor_fills.items():
            report.progress(f"Recording {gevolgen:,} gevolgen in three registers")
            make = partial(SpoorPeer, folder / name, one, recorded)
            workers[name] = opened.enter_context(closing(Worker(make)))
            workers[name].measure(Task(FILL, gevolgen, 1))
        for kind in (BACK, FORWARD):
            task = Task(kind, 1, sizes.questions)
            samples = in_turns({name: (worker, task) for name, worker in workers.items()}, sizes.repeats)
            for name, measured in samples.items():
                key = f"{kind}_{name}"
                report.numbers[f"{key}_ms"] = middle = median(map(_middle, measured)) * 1e3
                report.numbers[f"{key}_p99_ms"] = slow = percentile(measured, 99) * 1e3
                pairs = zip(measured, samples[least], strict=True)
                cost = median(_middle(ours) / _middle(theirs) for ours, theirs in pairs)
                if name != least:
                    report.numbers[f"{key}_vs_{least}"] = cost
                steps = workers[name].ask("steps")[kind]
                size = workers[name].ask("megabytes")
                rows.append((f"{kind}, {sizes.spoor_fills[name]:,} gevolgen", steps, size, middle, slow, cost))
    header = ("", "gevolgen found", "store MB", "ms", "p99 ms", f"this / {least}")
    report.section("Herkomst of passes, doorwerking of a car", header, rows)


def _middle(sample: Sample) -> float:
    return median(sample.latencies)
