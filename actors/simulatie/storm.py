"""Storm: the three registers, embedded, in the worst weather there is, the same each time for the same seed.

The seed decides all: what happens in the world, who offers what together with what and who waits for an answer, what
is offered again, in which order the actors handle their messages, which hints are lost, what the clock says, and when
everything is broken off. After a break the stores keep what was committed, and a new system goes on. Meanwhile, and at
rest, everything in `toetsen` must hold.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from random import Random
from typing import Any

from actors.register.verantwoording import Software
from actors.runtime.aggregaat import AggregateActor
from actors.runtime.berichten import Aanbod, Kijk, Storing
from actors.runtime.catalogue import CONTEXTEN
from actors.runtime.kern import Registerkern
from actors.runtime.klok import Buitenwereld
from actors.runtime.levering import LezerActor, TranslatorActor
from actors.runtime.planned_base import actors_of, planned_system
from actors.runtime.pump import run_until_empty
from actors.runtime.router import RouterActor
from actors.runtime.systeem import RegisterSystem
from actors.simulatie.stormbuiten import Klanten, Klok, Weer
from actors.simulatie.stormtegenslag import trek_feiten
from actors.simulatie.toetsen import Gezakt, Toezicht, niemand_draait_rond, niets_faalt, stilte_komt
from storage.errors import ClockBehind, StorageError
from storage.feed_memory import MemoryFeed
from storage.gevolgenstore import ReaderPosition
from storage.gevolgenstore_memory import MemoryGevolgenstore
from storage.opslag import Opslag, open_lmdb
from storage.projectiestore_memory import MemoryProjectiestore
from storage.sleutelbos_memory import MemorySleutelbos

STAPPEN = 1000
"""Steps of a storm when nothing else is asked: deliveries of a message, and moments before and after a write."""

_VERSIE = "gevolg storm"
_STAPPEN_PER_FEIT = 12
_RUST, _FACADE = 0.3, 0.6  # below this silence is followed by rest; else below this by a caller who waits
_ERVOOR = 0.5  # how often a disk that fails does so before the write
_TABEL_KWIJT = 0.25  # how often a register loses a table in a break


class StormMislukt(RuntimeError):
    """A check failed; the text says which, what differs, and how to see it again."""


class _Afgebroken(BaseException):
    """The process ends here. No actor may catch it."""


class _SchijfMislukt(StorageError):
    """A write failed; it may have been done or not."""


@dataclass(frozen=True, slots=True)
class Stormverslag:
    """How a storm went. `hoofden` are the chain hashes at the end: of each journal, and of each feed."""

    seed: int
    stappen: int
    afgebroken: int
    opnieuw_aangeboden: int
    hints_verloren: int
    hints_dubbel: int
    klok_versteld: int
    klok_te_ver_achter: int
    schijf_mislukt: int
    tabellen_kwijt: int
    transacties: int
    toetsen: int
    hoofden: dict[str, str]


class Storm:
    """One storm. It is the planner of the actor system: it decides what goes on, and when everything ends."""

    def __init__(self, seed: int, stappen: int = STAPPEN, map_: Path | None = None) -> None:
        """In memory, or with the stores in a folder."""
        self._seed, self._stappen, self._map = seed, stappen, map_
        self._kans = Random(f"storm/{seed}")
        self._weer = Weer.trek(self._kans)
        self._klok = Klok()
        self._gebeurd: Counter[str] = Counter()
        self._gefaald: Counter[str] = Counter()
        self._stilgestaan: Counter[str] = Counter()
        self._stap = 0
        self._getrokken = 0
        self._bezorgd = 0
        self._rustig = False
        self._voorrang: dict[str, int] = {}
        self._hints: Counter[str] = Counter()
        self._aangeboden: dict[str, tuple[ReaderPosition, int]] = {}
        self._opslagen: dict[str, Opslag] = {}
        self._kernen: dict[str, Registerkern] = {}
        self._toezicht = Toezicht(self._kernen)
        feiten = trek_feiten(seed, max(20, stappen // _STAPPEN_PER_FEIT))
        self._klanten = Klanten(self._kans, feiten, self._toezicht, self._gefaald)

    def draai(self) -> Stormverslag:
        """Let it blow over. Raises StormMislukt."""
        try:
            while (verslag := self._sessie()) is None:
                self._gebeurd["afgebroken"] += 1
        except (Gezakt, Exception) as fout:
            wat = f"toets {fout.toets} faalt" if isinstance(fout, Gezakt) else f"{type(fout).__name__} komt naar buiten"
            schijf = " --op-schijf" if self._map else ""
            raise StormMislukt(
                f"{wat} in de storm met seed {self._seed}, bij stap {self._stap}: {fout}; zie het terug met:"
                f" gevolg simulate storm --seed {self._seed} --stappen {self._stappen}{schijf}"
            ) from fout
        finally:
            self._sluit()
        return verslag

    # --- from opening to breaking off -------------------------------------------------------------------------

    def _sessie(self) -> Stormverslag | None:
        """Open the registers and go on until the end, or until everything is broken off."""
        try:
            self._open()
            with ExitStack() as buiten:
                registers = self._registers()
                routers = {a._kern.naam: a.myAddress for a in actors_of(self._systeem) if isinstance(a, RouterActor)}
                self._klanten.kom_binnen(self._systeem, routers, buiten)
                while self._stap < self._stappen:
                    self._ga_verder(registers)
                self._rond_af(registers)
            return self._verslag()
        except _Afgebroken:
            return None
        finally:
            self._klanten.ga_weg()
            self._rustig = False

    def _open(self) -> None:
        """Open the stores as a break left them; a table may be lost, which can be built again."""
        self._sluit()
        for context in CONTEXTEN:
            naam = context.naam
            if naam not in self._opslagen or self._map:
                self._opslagen[naam] = self._nieuwe_opslag(naam)
                self._kernen[naam] = Registerkern(context, self._opslagen[naam], Software(_VERSIE, "", ""), self._klok)
            tabellen = self._opslagen[naam].projecties.projecties()
            if tabellen and self._kans.random() < _TABEL_KWIJT:
                self._gebeurd["tabellen_kwijt"] += 1
                tabel = self._kans.choice(tabellen)
                self._opslagen[naam].projecties.drop(tabel)
                self._toezicht.zonder_tabel(naam, tabel)
        self._toezicht.op_de_opslag()

    def _nieuwe_opslag(self, register: str) -> Opslag:
        if self._map:
            return open_lmdb(self._map, register, clock=self._klok, random_bytes=self._willekeur)
        return Opslag(
            gevolgen=MemoryGevolgenstore(register, clock=self._klok, random_bytes=self._willekeur),
            feed=MemoryFeed(register, random_bytes=self._willekeur),
            sleutels=_Geheugenbos(register, random_bytes=self._willekeur),
            projecties=MemoryProjectiestore(register),
        )

    def _sluit(self) -> None:
        """Let go of the stores on disk; of those in memory only keys that were not saved are lost."""
        for opslag in self._opslagen.values():
            (opslag if self._map else opslag.sleutels).close()

    def _registers(self) -> RegisterSystem:
        self._voorrang, self._aangeboden = {}, {}
        return RegisterSystem(
            self._bewaakt,
            buitenwereld=Buitenwereld(self._klok, self._willekeur),
            registers=CONTEXTEN,
            warm=self._weer.warm,
            versie=_VERSIE,
            actorsysteem=self._actorsysteem,
        )

    def _willekeur(self, aantal: int) -> bytes:
        self._getrokken += 1
        return blake2b(f"{self._seed}/{self._getrokken}".encode(), digest_size=aantal).digest()

    def _actorsysteem(self) -> Any:
        self._systeem = planned_system(self)
        return self._systeem

    def _bewaakt(self, register: str) -> Opslag:
        """The stores of a register, with a moment before and after each write at which everything may end."""
        opslag = self._opslagen[register]
        schrijven = {
            "gevolgen": (opslag.gevolgen, "append"),
            "feed": (opslag.feed, "publish"),
            "projecties": (opslag.projecties, "write"),
            "sleutels": (opslag.sleutels, "save"),
        }
        bewaakt: Any = {
            deel: _Bewaakt(store, schrijft, lambda schrijf: self._schrijf(register, schrijf))
            for deel, (store, schrijft) in schrijven.items()
        }
        return Opslag(**bewaakt)

    def _schrijf(self, register: str, schrijf: Callable[[], Any]) -> Any:
        self._zet_een_stap()
        try:
            uitkomst = self._op_schijf(register, schrijf)
        except ClockBehind:
            self._gebeurd["klok_te_ver_achter"] += 1
            self._gefaald[register] += self._klok.te_ver_achter
            raise
        except _SchijfMislukt:
            self._gebeurd["schijf_mislukt"] += 1
            self._gefaald[register] += 1
            raise
        self._zet_een_stap()
        return uitkomst

    def _op_schijf(self, register: str, schrijf: Callable[[], Any]) -> Any:
        """Write; it may fail before or after it was done, and whoever asked for it cannot tell which."""
        mislukt = self._woedt and self._kans.random() < self._weer.schijf
        if mislukt and self._kans.random() < _ERVOOR:
            raise _SchijfMislukt("the disk fails, before the write")
        uitkomst = schrijf()
        self._toezicht.na_schrijven(register, self._klok())
        if mislukt:
            raise _SchijfMislukt("the disk fails, after the write")
        return uitkomst

    # --- the planner ------------------------------------------------------------------------------------------

    def kies(self, lanes: Sequence[str]) -> str:
        """Any lane, some of them far more often than others."""
        voorrang = [self._voorrang.setdefault(lane, self._kans.choice((1, 6, 60))) for lane in lanes]
        return self._kans.choices(lanes, voorrang)[0]

    def stap(self, receiver: Any, message: Any) -> int:
        """Before a delivery: the world goes on, and a hint may be lost or come twice."""
        self._klanten.hoor()
        self._zet_een_stap()
        verklaard = not isinstance(message, Storing) or self._is_verklaard(message.naam)
        self._toezicht.toets(niets_faalt, message, verklaard=verklaard)
        self._volg_translators(receiver, message)
        self._bezorgd = 0 if self._woedt else self._bezorgd + 1
        self._toezicht.toets(stilte_komt, self._bezorgd)
        if self._woedt and self._kans.random() < self._weer.aanbod:
            self._klanten.iemand_biedt_aan()
        if self._woedt and isinstance(message, Kijk) and isinstance(receiver, LezerActor | TranslatorActor):
            aantal = self._kans.choices((0, 1, 2), (self._weer.hint, 1, self._weer.hint))[0]
            self._gebeurd[f"hint {aantal}"] += 1
            return aantal
        return 1

    @property
    def _woedt(self) -> bool:
        """Whether the weather is bad: not while the registers are to come to rest, nor at the end."""
        return not self._rustig and self._stap < self._stappen

    def _zet_een_stap(self) -> None:
        """A moment at which everything may end; at the end of the storm nothing breaks off any more."""
        self._klok.tik()
        if self._stap >= self._stappen:
            return
        self._stap += 1
        if self._woedt and self._kans.random() < self._weer.klok:
            self._gebeurd["klok_versteld"] += 1
            self._klok.verstel(self._kans)
        if self._kans.random() < self._weer.afbreken:
            raise _Afgebroken

    def _volg_translators(self, receiver: Any, message: Any) -> None:
        """Count the hints that each translator gets, and see what it offers."""
        if isinstance(message, Kijk) and isinstance(receiver, TranslatorActor):
            self._hints[receiver._naam] += 1
        elif isinstance(message, Aanbod):
            for bron, stand in message.lezers.items():
                naam = f"{receiver._kern.naam}/translator {bron}"
                nu = (stand, self._hints[naam])
                self._toezicht.toets(niemand_draait_rond, self._aangeboden.get(naam), nu)
                self._aangeboden[naam] = nu

    def _is_verklaard(self, lezer: str) -> bool:
        """Whether a reader stands still no more often than a write of its register failed."""
        self._stilgestaan[lezer] += 1
        return self._stilgestaan[lezer] <= self._gefaald[lezer.partition("/")[0]]

    # --- silence and rest -------------------------------------------------------------------------------------

    def _ga_verder(self, registers: RegisterSystem) -> None:
        """Let the actors work until there is nothing to do, look around, and begin something."""
        self._stilte()
        keuze = self._kans.random()
        if keuze < _RUST:
            self._rust(registers)
        elif keuze < _FACADE:
            self._klanten.roep(registers)
        else:
            self._klanten.allen_bieden_aan()

    def _stilte(self) -> None:
        run_until_empty(self._systeem)
        self._klanten.hoor()
        warm = [actor for actor in actors_of(self._systeem) if isinstance(actor, AggregateActor)]
        self._toezicht.in_stilte(warm, self._klanten.onderweg)

    def _rust(self, registers: RegisterSystem) -> None:
        """Everyone catches up, in fair weather; then all must hold."""
        self._klok.zet_goed()
        self._rustig = True
        registers.wacht_op_rust()
        self._stilte()
        self._toezicht.in_rust(registers, self._klanten.verteld)
        self._rustig = False

    def _rond_af(self, registers: RegisterSystem) -> None:
        """Offer again what was never answered, end what is open, and come to rest."""
        self._stilte()
        self._klok.zet_goed()
        self._klanten.roep_alles_na(registers)
        self._klanten.sluit_alles(registers)
        self._rust(registers)
        self._toezicht.aan_het_eind(self._klanten.verteld)

    def _verslag(self) -> Stormverslag:
        journalen = {naam: kern.opslag.gevolgen.head() for naam, kern in self._kernen.items()}
        feeds = {f"{naam}/verstrekkingen": kern.opslag.feed.head()[1].hex() for naam, kern in self._kernen.items()}
        return Stormverslag(
            seed=self._seed,
            stappen=self._stap,
            afgebroken=self._gebeurd["afgebroken"],
            opnieuw_aangeboden=self._klanten.opnieuw,
            hints_verloren=self._gebeurd["hint 0"],
            hints_dubbel=self._gebeurd["hint 2"],
            klok_versteld=self._gebeurd["klok_versteld"],
            klok_te_ver_achter=self._gebeurd["klok_te_ver_achter"],
            schijf_mislukt=self._gebeurd["schijf_mislukt"],
            tabellen_kwijt=self._gebeurd["tabellen_kwijt"],
            transacties=sum(hoofd.position for hoofd in journalen.values()),
            toetsen=self._toezicht.uitgevoerd,
            hoofden={naam: hoofd.hash.hex() for naam, hoofd in journalen.items()} | feeds,
        )


# --- stores that can be broken off ----------------------------------------------------------------------------


class _Geheugenbos(MemorySleutelbos):
    """Keys in memory that outlive who made them, when they were saved."""

    def close(self) -> None:
        """Drop what was not saved; what was saved stays for who opens them next."""
        self._new, self._ciphers = {}, {}


class _Bewaakt:
    """A store whose write goes by way of the storm; all else is as it is."""

    def __init__(self, store: Any, schrijft: str, bewaker: Callable[[Callable[[], Any]], Any]) -> None:
        self._store = store
        self.__dict__[schrijft] = lambda *wat: bewaker(lambda: getattr(store, schrijft)(*wat))

    def __getattr__(self, naam: str) -> Any:
        return getattr(self._store, naam)

    def close(self) -> None:
        """Whoever opened the store closes it."""
