"""Standmeter: how a daemon is, as metrics; looked up at each scrape."""

import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Protocol

from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily, InfoMetricFamily, Metric

from actors.daemon.waarneming.gezondheid import Beeld, Gezondheid, is_gereed
from actors.runtime.lezing import Registerlezing
from actors.runtime.processen.messages import Tak, Toestand
from actors.runtime.programma import programmaversie
from actors.runtime.voortgang import Voortgang
from actors.verwerking.leesstand import AnderLogboek
from storage.errors import StorageError

_LEZER = ("register", "reader", "source")
_PROCES = ("register", "process")


class Meetbaar(Protocol):
    """What is measured of the road to the registers."""

    @property
    def registers(self) -> tuple[str, ...]:
        """The names of the registers."""
        ...

    @property
    def data(self) -> Path:
        """The folder with their stores."""
        ...

    def wachtend(self, register: str) -> int:
        """How many commando's wait for a register, or are underway."""
        ...

    def gebracht(self, register: str) -> tuple[int, int]:
        """How many batches were brought to a register, and how many commando's in all of these."""
        ...


class Standmeter:
    """Asks how everything is."""

    def __init__(self, gezondheid: Gezondheid, poort: Meetbaar) -> None:
        self._gezondheid = gezondheid
        self._poort = poort
        self._taken: dict[str, tuple[int, int]] = {}

    def collect(self, lezing: Registerlezing) -> Iterator[Metric]:
        """How everything is now."""
        beeld = self._gezondheid.kijk(lezing)
        yield InfoMetricFamily("gevolg_build", "Which program this is.", {"program": programmaversie()})
        yield from _registers(beeld)
        yield from _lezers(beeld)
        yield from _processen(beeld.boom.takken)
        yield from self._wacht(lezing)
        yield from self._aanbod()
        yield from self._ruimte()

    def _wacht(self, lezing: Registerlezing) -> Iterator[Metric]:
        """What waits for people."""
        taken = GaugeMetricFamily(
            "gevolg_tasks", "Decisions that are held and taken that are open.", labels=["register"]
        )
        geparkeerd = GaugeMetricFamily(
            "gevolg_parked_aggregates", "Aggregates that stand still in a table.", labels=["register"]
        )
        for naam in self._poort.registers:
            with suppress(StorageError, AnderLogboek):  # the others are told all the same
                taken.add_metric([naam], self._aantal_taken(lezing, naam))
                geparkeerd.add_metric([naam], len(lezing.geparkeerd(naam)))
        yield from (taken, geparkeerd)

    def _aantal_taken(self, lezing: Registerlezing, naam: str) -> int:
        """Counted again only when the tables moved."""
        tot = lezing.einde(naam)[2]
        geteld = self._taken.get(naam)
        if geteld is None or geteld[0] != tot:
            geteld = self._taken[naam] = (tot, lezing.aantal_taken(naam))
        return geteld[1]

    def _aanbod(self) -> Iterator[Metric]:
        """What is underway to the bijhoudingen."""
        wacht = GaugeMetricFamily(
            "gevolg_commandos_waiting", "Commando's that wait for a register, or are underway.", labels=["register"]
        )
        beurten = CounterMetricFamily(
            "gevolg_batches", "Batches that were brought to a bijhouding: a durable commit each.", labels=["register"]
        )
        gebracht = CounterMetricFamily("gevolg_batched_commandos", "Commando's in these batches.", labels=["register"])
        for naam in self._poort.registers:
            batches, commandos = self._poort.gebracht(naam)
            wacht.add_metric([naam], self._poort.wachtend(naam))
            beurten.add_metric([naam], batches)
            gebracht.add_metric([naam], commandos)
        yield from (wacht, beurten, gebracht)

    def _ruimte(self) -> Iterator[Metric]:
        """What is on disk, and how much fits there yet."""
        bezet = GaugeMetricFamily(
            "gevolg_store_bytes", "Size of the stores of a register on disk.", labels=["register"]
        )
        for naam in self._poort.registers:
            bezet.add_metric([naam], _bytes(self._poort.data / naam))
        vrij = shutil.disk_usage(self._poort.data).free
        yield bezet
        yield GaugeMetricFamily("gevolg_disk_free_bytes", "Free space where the stores are.", value=vrij)


def _registers(beeld: Beeld) -> Iterator[Metric]:
    gereed = GaugeMetricFamily(
        "gevolg_ready", "1 when all processes of a register run and nothing of it stands still.", labels=["register"]
    )
    journaal = GaugeMetricFamily("gevolg_journal_position", "Transacties in the journal.", labels=["register"])
    feed = GaugeMetricFamily("gevolg_feed_position", "Verstrekkingen in the feed.", labels=["register"])
    for naam, voortgang in beeld.voortgangen.items():
        gereed.add_metric([naam], is_gereed(beeld, naam))
        if isinstance(voortgang, Voortgang):
            journaal.add_metric([naam], voortgang.positie)
            feed.add_metric([naam], voortgang.verstrekkingen)
    yield from (gereed, journaal, feed)


def _lezers(beeld: Beeld) -> Iterator[Metric]:
    positie = GaugeMetricFamily("gevolg_reader_position", "Up to where a reader came in its source.", labels=_LEZER)
    wacht = GaugeMetricFamily("gevolg_reader_lag_positions", "How much a reader still has to read.", labels=_LEZER)
    seconden = GaugeMetricFamily(
        "gevolg_reader_lag_seconds", "How long the oldest that a reader has to read is there.", labels=_LEZER
    )
    stil = GaugeMetricFamily(
        "gevolg_reader_stalled", "1 when a reader stands still while something waits for it.", labels=_LEZER
    )
    for naam, voortgang in beeld.voortgangen.items():
        for lezer in voortgang.lezers if isinstance(voortgang, Voortgang) else ():
            wie = [naam, lezer.soort, lezer.bron]
            positie.add_metric(wie, lezer.tot)
            wacht.add_metric(wie, lezer.wacht)
            seconden.add_metric(wie, lezer.seconden(beeld.nu))
            stil.add_metric(wie, (naam, lezer.naam) in beeld.stil)
    yield from (positie, wacht, seconden, stil)


def _processen(takken: Sequence[Tak]) -> Iterator[Metric]:
    draait = GaugeMetricFamily("gevolg_process_up", "1 when a process runs.", labels=_PROCES)
    opgegeven = GaugeMetricFamily("gevolg_process_given_up", "1 when it is not started again.", labels=_PROCES)
    epoch = GaugeMetricFamily("gevolg_process_epoch", "Which start this is; grows with each.", labels=_PROCES)
    herstarts = CounterMetricFamily("gevolg_process_restarts", "How often it was started again.", labels=_PROCES)
    storingen = GaugeMetricFamily("gevolg_process_faults", "Readers in it that stopped on an error.", labels=_PROCES)
    geheugen = GaugeMetricFamily("gevolg_process_memory_bytes", "Its resident memory.", labels=_PROCES)
    for tak in takken:
        wie = [tak.plek.register, tak.plek.soort.value]
        draait.add_metric(wie, tak.toestand is Toestand.DRAAIT)
        opgegeven.add_metric(wie, tak.toestand is Toestand.OPGEGEVEN)
        epoch.add_metric(wie, tak.epoch)
        herstarts.add_metric(wie, tak.herstarts)
        storingen.add_metric(wie, len(tak.storingen))
        with suppress(OSError):
            geheugen.add_metric(wie, _geheugen(tak.pid))
    yield from (draait, opgegeven, epoch, herstarts, storingen, geheugen)


def _geheugen(pid: int | None) -> int:
    """Resident memory in bytes; OSError when there is no such process any more."""
    if pid is None:
        return 0
    bladen = Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1]
    return int(bladen) * os.sysconf("SC_PAGE_SIZE")


def _bytes(map_: Path) -> int:
    """What the files in a folder take on disk, holes left aside."""
    return sum(bestand.stat().st_blocks * 512 for bestand in map_.rglob("*") if bestand.is_file())
