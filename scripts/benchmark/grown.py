"""A register of any size, with its tables: what one car left in journal and tables, for so many cars.

The car is registered and then corrected, so that every row has the same history whatever the size. The corrections come
round by round: what a row was lies far from what it is. Names are replaced in the bytes; a test holds that the
tables are those that the registers make of this journal.
"""

from collections.abc import Callable, Sequence
from contextlib import closing
from functools import partial
from hashlib import blake2b
from itertools import product
from pathlib import Path
from typing import NamedTuple

from actors.contexten.wegonderhoud.context import CONTEXT as WEGONDERHOUD
from actors.runtime.klok import systeemklok
from actors.verwerking.gevolgenverwerking import tabelnamen
from actors.verwerking.verbandindex import VERBANDEN
from scripts.benchmark.append import fixed_uuid
from scripts.benchmark.case import Case
from scripts.benchmark.loop import Loop
from scripts.benchmark.measuring import Task, Worker
from scripts.benchmark.report import counting
from storage.codec import pack
from storage.gevolgenstore import Entry, ReaderPosition, Record
from storage.opslag import open_lmdb
from storage.projectiestore import Change, Row
from tests.wereld import auto

REGISTER = WEGONDERHOUD.naam
CORRECTIONS = 3
"""Each car is registered and so many times corrected."""

_SAMPLE = str(fixed_uuid("sample", 0))
_AUTO = auto(_SAMPLE)
_KENTEKEN = pack(_AUTO.kenteken)
_BATCH = 2_000


class Grown(NamedTuple):
    """What is in the folder."""

    autos: Sequence[str]
    """The ids of the cars, but for the one that all are copies of."""
    registered: int
    """The position at which all of them were registered and none was corrected yet."""
    head: int
    """The last position."""
    gevolgen: int
    """How many there are."""


def grow(folder: Path, gevolgen: int) -> Grown:
    """Make a register in a folder, with at least so many gevolgen; in a process of its own, which opens the stores."""
    with closing(Worker(partial(_Growing, folder, gevolgen))) as worker:
        grown: Grown = worker.ask("grow")
    return grown


class _Growing:
    """Lets one car be registered and corrected, and puts the same for all others."""

    def __init__(self, folder: Path, gevolgen: int) -> None:
        _sample(folder)
        self._opslag = open_lmdb(folder, REGISTER, clock=systeemklok)
        self._rounds = list(self._opslag.gevolgen.read())
        # All copies have the gevolg ids of the sample: an index of those would say nothing, and is not asked here.
        self._rows = {table: self._by_round(table) for table in tabelnamen(WEGONDERHOUD) if table != VERBANDEN}
        of_one = sum(record.count for record in self._rounds)
        self._autos = [str(fixed_uuid("auto", number)) for number in range(-(-gevolgen // of_one) - 1)]
        self._commandos = 0

    def _by_round(self, table: str) -> list[list[Row]]:
        """The rows of the sample in a table that are new with each of its transacties."""
        keys = list(self._opslag.projecties.keys(table))
        versions = [(key, version) for key in keys for version in self._opslag.projecties.versions(table, key)]
        positions = [record.position for record in self._rounds]
        return [[Row(key, v.value, v.since) for key, v in versions if v.since == since] for since in positions]

    def grow(self) -> Grown:
        """All cars registered, then all of them corrected, and again."""
        store, registered = self._opslag.gevolgen, 0
        with counting() as show:
            for place, record in enumerate(self._rounds):
                for begin in range(0, len(self._autos), _BATCH):
                    self._copy(record, place, self._autos[begin : begin + _BATCH])
                    show("transacties copied", store.head().position)
                registered = registered or store.head().position
        of_one = sum(record.count for record in self._rounds)
        return Grown(self._autos, registered, store.head().position, of_one * (1 + len(self._autos)))

    def _copy(self, record: Record, place: int, autos: Sequence[str]) -> None:
        """What the sample left in its transactie at this place, for these cars: in the journal and in each table."""
        store = self._opslag.gevolgen
        as_of = [self._as_of(auto_id) for auto_id in autos]
        self._opslag.sleutels.save()
        contents = (rename(record.content) for rename in as_of)
        positions = store.append(list(map(partial(self._entry, record.count, place + 1), autos, contents)))
        end = ReaderPosition(store.store_id, positions[-1], store.head().hash)
        changes = []
        for table, rounds in self._rows.items():
            copies = product(zip(as_of, positions, strict=True), rounds[place])
            rows = [Row(rename(key), value and rename(value), since) for (rename, since), (key, value, _) in copies]
            changes.append(Change(table, rows, end))
        self._opslag.projecties.write(changes)

    def _entry(self, count: int, volgnummer: int, auto_id: str, content: bytes) -> Entry:
        self._commandos += 1
        key, name = fixed_uuid("commando", self._commandos).bytes, f"auto/{auto_id}"
        kenteken = ((blake2b(name.encode(), digest_size=16).digest(), name),) if volgnummer == 1 else ()
        return Entry(key, key, name, volgnummer, content, count, sleutels=kenteken)

    def _as_of(self, auto_id: str) -> Callable[[bytes], bytes]:
        """Bytes of the sample as those of this car: its id, and its kenteken under a key of its own."""
        sample, other = (self._opslag.sleutels.encrypt(who, _KENTEKEN) for who in (_SAMPLE, auto_id))
        return lambda of: of.replace(_SAMPLE.encode(), auto_id.encode()).replace(sample, other)

    def batches(self, _task: Task) -> Sequence[Callable[[], object]]:
        """Nothing is timed."""
        return ()

    def check(self, results: Sequence[object]) -> None:
        """Nothing is timed."""

    def close(self) -> None:
        """Let go of the folder."""
        self._opslag.close()


def _sample(folder: Path) -> None:
    """One car, corrected a few times, by the plain loop."""
    case = Case("sample", [_SAMPLE])
    with closing(Loop(folder, [WEGONDERHOUD])) as loop:
        loop.verwerk_alle([case.offered(_AUTO)])
        for _ in range(CORRECTIONS):
            loop.verwerk_alle(case.corrections_of([_SAMPLE]))
        loop.wacht_op_rust()
