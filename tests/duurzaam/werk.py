"""What the children do: they offer the stream to the registers in a folder, and say what came of it."""

import os
import signal
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import count
from pathlib import Path
from random import Random
from signal import SIGKILL
from typing import Any

import lmdb
import pytest

from actors.cli.start import main
from actors.register.commando import AangebodenCommando, Mislukt, Verwerking
from actors.runtime.journaal import JournalActor
from actors.runtime.klok import Buitenwereld
from actors.runtime.lezing import Registerlezing
from actors.runtime.reservekopie import maak_reservekopie
from actors.runtime.systeem import NietInRust, RegisterSystem
from storage import environment, keys, limits
from storage.environment import Environment
from storage.errors import StorageError
from tests.duurzaam.kind import Zeg
from tests.duurzaam.stroom import Ronde, rondes
from tests.duurzaam.toets import maak_af, open_registers
from tests.wereld import auto, commando_id, huishouden

REGISTERS = ("wegonderhoud", "aanschafheffing", "spitspas")
TE_VROEG = "answers before the commit"
VOLHOUDEN = 12
"""How often a child offers again what failed, before it stops."""

_VERVANG = pytest.MonkeyPatch()  # never undone: it ends with the child


@dataclass(frozen=True, slots=True)
class Nagekeken:
    """What was acknowledged in an earlier life, offered again: the answers, in order."""

    antwoorden: list[Verwerking]


@dataclass(frozen=True, slots=True)
class Aangeboden:
    """From now on these are being processed."""

    ronde: int


@dataclass(frozen=True, slots=True)
class Erkend:
    """What was offered is acknowledged."""

    aangeboden: Ronde
    antwoorden: list[Verwerking]


@dataclass(frozen=True, slots=True)
class InRust:
    """All registers have caught up with this ronde."""

    ronde: int


@dataclass(frozen=True, slots=True)
class Klacht:
    """What a user is told when something fails: the sentence."""

    zin: str


def ga_door(  # noqa: PLR0913 - where a life begins
    zeg: Zeg, map_: Path, zaad: int, vanaf: int, leven: int, eerder: Sequence[AangebodenCommando]
) -> None:
    """Offer again what was acknowledged, then the stream from a ronde on, in batches of any size, without an end."""
    with open_registers(map_, leven) as registers:
        zeg(Nagekeken(registers.verwerk_alle(eerder)))
        for nummer, ronde in enumerate(rondes(zaad)):
            if nummer < vanaf:
                continue
            stap = Random(f"stap/{zaad}/{nummer}").choice((1, 3, len(ronde)))
            for begin in range(0, len(ronde), stap):
                deel = ronde[begin : begin + stap]
                zeg(Aangeboden(nummer))
                zeg(Erkend(deel, registers.verwerk_alle(deel)))
            registers.wacht_op_rust()
            zeg(InRust(nummer))


def open_alleen(zeg: Zeg, map_: Path) -> None:
    """Open the registers and close them: what makes a new folder."""
    try:
        open_registers(map_, 0).close()
    except StorageError as fout:
        zeg(Klacht(f"{type(fout).__name__}: {fout}"))


def houd_vol(zeg: Zeg, map_: Path, verhaal: Sequence[Ronde], keren: int = VOLHOUDEN) -> None:
    """Offer a story ronde by ronde; offer again what failed, some times, then stop. Say every complaint."""
    try:
        with open_registers(map_, 1) as registers:
            for ronde in verhaal:
                if not _bied_aan(zeg, registers, ronde, keren) or not _kom_tot_rust(zeg, registers, keren):
                    return
    except StorageError as fout:
        zeg(Klacht(f"{type(fout).__name__}: {fout}"))


def _bied_aan(zeg: Zeg, registers: RegisterSystem, ronde: Ronde, keren: int) -> bool:
    """Whether all of it was acknowledged in the end."""
    for _ in range(keren):
        antwoorden = registers.verwerk_alle(ronde)
        gelukt = [(a, u) for a, u in zip(ronde, antwoorden, strict=True) if not isinstance(u, Mislukt)]
        zeg(Erkend([a for a, _ in gelukt], [u for _, u in gelukt]))
        for antwoord in antwoorden:
            if isinstance(antwoord, Mislukt):
                zeg(Klacht(antwoord.volledig))
        if len(gelukt) == len(ronde):
            return True
    return False


def _kom_tot_rust(zeg: Zeg, registers: RegisterSystem, keren: int) -> bool:
    for _ in range(keren):
        try:
            registers.wacht_op_rust()
        except NietInRust as fout:
            zeg(Klacht(str(fout)))
        else:
            return True
    return False


def met_kleine_kaart(zeg: Zeg, map_: Path, verhaal: Sequence[Ronde], hoogste: int) -> None:
    """As `houd_vol`, with memory maps that begin small and grow no further than `hoogste` until the first complaint."""
    echt, grens = Environment.__init__, limits.MAX_MAP_BYTES
    _VERVANG.setattr(environment, "MAX_MAP_BYTES", hoogste)

    def klein(zelf: Environment, *args: Any, **opties: Any) -> None:
        echt(zelf, *args, **{**opties, "map_size": 1 << 16})

    def zeg_en_verruim(iets: Any) -> None:
        if isinstance(iets, Klacht):
            _VERVANG.setattr(environment, "MAX_MAP_BYTES", grens)
        zeg(iets)

    _VERVANG.setattr(Environment, "__init__", klein)
    houd_vol(zeg_en_verruim, map_, verhaal)


def opdracht(zeg: Zeg, map_: Path, *woorden: str) -> None:
    """Do what the command line asks, with stdout and stderr in files beside the folder."""
    for stroom, naam in ((1, "uit"), (2, "fout")):
        os.dup2(os.open(f"{map_}.{naam}", os.O_WRONLY | os.O_CREAT | os.O_TRUNC), stroom)
    sys.argv = ["gevolg", *woorden]
    main()


def dood_bij(zeg: Zeg, map_: Path, module: str, plaats: str) -> None:
    """Die where a register does this for a purchase that was acknowledged."""
    with open_registers(map_, 1) as registers:
        registers.verwerk(huishouden(), id=commando_id(1))
        registers.wacht_op_rust()
        zeg(registers.verwerk(auto(), id=commando_id(2)))
        _VERVANG.setattr(f"actors.verwerking.{module}.{plaats}", _dood)
        registers.wacht_op_rust()


def _dood(*_args: Any, **_opties: Any) -> None:
    os.kill(os.getpid(), SIGKILL)


def lees(zeg: Zeg, map_: Path) -> None:
    """Read, and say how many transacties stand in each register."""
    with Registerlezing.alleen_lezen(map_) as lezing:
        zeg({naam: len(list(lezing.gevolgen(naam))) for naam in lezing.registers})


@dataclass(frozen=True, slots=True)
class Gelezen:
    """What a query answered: of which position, how many rows, and whether that is all."""

    positie: int
    rijen: int
    volledig: bool


def lees_zwaar(zeg: Zeg, map_: Path, register: str, projectie: str, dag: date) -> None:
    """Read a whole table time and again, until somebody ends it."""
    with Registerlezing.alleen_lezen(map_) as lezing:
        while True:
            antwoord = lezing.tabel(register, projectie, geldig_op=dag)
            zeg(Gelezen(antwoord.momenten.positie, len(antwoord.inhoud), antwoord.volledig))


def herbouw_door(zeg: Zeg, map_: Path, register: str) -> None:
    """Build the tables again, over and over, until somebody ends it."""
    with open_registers(map_, 3) as registers:
        while True:
            registers.herbouw(register, lambda wat, positie: zeg((wat, positie)))
            zeg("gewisseld")


def schrijf_door(zeg: Zeg, map_: Path) -> None:
    """Register one car after the other, until somebody ends it."""
    with open_registers(map_, 3) as registers:
        for nummer in count():
            registers.verwerk(auto(f"nog-{nummer}", koper=f"nog-{nummer}"))
            if nummer == 2:
                zeg("het schrijft")


def kopieer_en_sterf(zeg: Zeg, map_: Path, naar: Path, plaats: str) -> None:
    """Make a backup, and die where it does this."""
    _VERVANG.setattr(plaats, _dood)
    maak_reservekopie(map_, naar, REGISTERS, buitenwereld=Buitenwereld())


def houd_vast(zeg: Zeg, map_: Path) -> None:
    """Hold a moment of a journal, until somebody ends it."""
    with Environment(map_, keys.JOURNAL, read_only=True).reading():
        zeg("vast")
        signal.pause()


def zet_terug_en_sterf(zeg: Zeg, kopie: Path, data: Path, plaats: str) -> None:
    """Put a backup back, and die where that does this."""
    _VERVANG.setattr(plaats, _dood)
    sys.argv = ["gevolg", "restore", "--uit", str(kopie), "--data", str(data), "--json"]
    main()


def met_woorden(zeg: Zeg, map_: Path, verhaal: Sequence[Ronde], fout: str = "") -> None:
    """Offer a story, by turns one by one and all at once, and say so around each offer; with a fault planted."""
    FOUTEN[fout]()
    bekend: set[str] = set()
    nummer = 0
    with open_registers(map_, 1) as registers:
        for ronde in verhaal:
            nieuw = [een for een in ronde if een.id not in bekend]
            bekend |= {een.id for een in nieuw}
            for deel in [[een] for een in nieuw] if nummer % 2 else [nieuw]:
                nummer += 1
                zeg(f"BIED {nummer}")
                if fout == TE_VROEG:
                    zeg(f"ACK {nummer}")
                antwoorden = registers.verwerk_alle(deel)
                if fout != TE_VROEG:
                    zeg(f"ACK {nummer}")
                zeg(Erkend(deel, antwoorden))
                registers.wacht_op_rust()


def kijk_na(zeg: Zeg, map_: Path, verhaal: Sequence[Ronde], leven: int) -> None:
    """See whether all is well, and go on from there: the answers, and how it ends."""
    zeg(maak_af(map_, verhaal, leven))


# --- faults to plant, in a child only -------------------------------------------------------------------------


def _open_met(**opties: bool) -> Callable[[], None]:
    """Let LMDB be opened with other options than ours."""
    echt = lmdb.open

    def plant() -> None:
        _VERVANG.setattr(lmdb, "open", lambda *args, **ook: echt(*args, **{**ook, **opties}))

    return plant


def _sleutels_achteraf() -> None:
    """Keep the keys only after the journal that is encrypted with them."""
    echt = JournalActor._bewaar

    def andersom(zelf: JournalActor, *args: Any) -> Any:
        sleutels: Any = zelf._kern.opslag.sleutels
        sleutels.save = lambda: None
        try:
            return echt(zelf, *args)
        finally:
            del sleutels.save
            sleutels.save()

    _VERVANG.setattr(JournalActor, "_bewaar", andersom)


FOUTEN: dict[str, Callable[[], None]] = {
    "": lambda: None,
    "no sync": _open_met(sync=False),
    "no metasync": _open_met(metasync=False),
    TE_VROEG: lambda: None,
    "keys afterwards": _sleutels_achteraf,
}
