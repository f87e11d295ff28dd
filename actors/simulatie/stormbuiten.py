"""Stormbuiten: what is around the registers in a storm: the weather, the clock, and the clients.

A client speaks to one register. Some wait for an answer before they go on, others do not; what got no answer is offered
again until it has one.
"""

from collections import Counter, deque
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import islice
from random import Random
from typing import Any

from actors.register.commando import AangebodenCommando, Mislukt, Verwerking
from actors.runtime.berichten import Aanbod
from actors.runtime.systeem import RegisterSystem
from actors.simulatie.stormwereld import Feit
from actors.simulatie.toetsen import Toezicht, ander_onder_zelfde_id_geweigerd, niets_faalt
from storage.limits import CLOCK_TOLERANCE_SECONDS

_BEGIN = datetime(2026, 6, 1, 12, tzinfo=UTC)
_HERSTEL, _LOOPT = 0.6, 0.7  # how often a clock that lies behind is set right; how often it runs
_SAMEN = (1, 1, 2, 3, 8)  # commando's in one offer
_ONDERWEG = 4  # offers that someone who does not wait has under way
_KEUZE = 6  # facts from which the next to tell is chosen
_IETS_ANDERS, _OPNIEUW = 0.05, 0.35  # how often it is something else under a used id, or the same again


@dataclass(frozen=True, slots=True)
class Weer:
    """How bad it is: per step, hint or write the chance of what may happen; and how many aggregates stay in memory."""

    afbreken: float
    hint: float
    klok: float
    schijf: float
    aanbod: float
    warm: int

    @classmethod
    def trek(cls, kans: Random) -> "Weer":
        """Bad in its own way each time."""
        return cls(
            afbreken=kans.choice((0, 1 / 300, 1 / 100, 1 / 40)),
            hint=kans.choice((0, 0.1, 0.4)),
            klok=kans.choice((0, 1 / 60, 1 / 20)),
            schijf=kans.choice((0, 1 / 30, 1 / 10)),
            aanbod=kans.choice((1 / 150, 1 / 50, 1 / 10)),
            warm=kans.choice((1, 3, 10, 1000)),
        )


@dataclass(slots=True)
class Klok:
    """A clock that may stand still, jump and go back; the latest it ever said is remembered."""

    nu: datetime = _BEGIN
    hoogste: datetime = _BEGIN
    loopt: bool = True

    def __call__(self) -> datetime:
        """What it says now."""
        return self.nu

    def tik(self) -> None:
        """A millisecond passes, unless it stands still."""
        if self.loopt:
            self._zet(self.nu + timedelta(milliseconds=1))

    def verstel(self, kans: Random) -> None:
        """Something happens to it; one that lies behind is most often set right."""
        if self.te_ver_achter and kans.random() < _HERSTEL:
            self.zet_goed()
            return
        self.loopt = kans.random() < _LOOPT
        self._zet(self.nu + timedelta(seconds=kans.choice((0, 3, 90_000, -0.5, -4, -60, -90_000))))

    def zet_goed(self) -> None:
        """It runs, and says what it should."""
        self.nu, self.loopt = self.hoogste, True

    def _zet(self, nu: datetime) -> None:
        self.nu, self.hoogste = nu, max(nu, self.hoogste)

    @property
    def te_ver_achter(self) -> bool:
        """Whether a store may refuse to stamp with it."""
        return self.nu < self.hoogste - timedelta(seconds=CLOCK_TOLERANCE_SECONDS)


# --- clients ----------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Offerte:
    """What was offered together: each commando, and whether it is something else under a used id.

    `gefaald`: how often a write of this register had failed when it was offered.
    """

    register: str
    commandos: list[tuple[AangebodenCommando, bool]]
    gefaald: int


@dataclass(slots=True)
class _Klant:
    """One client: the register it speaks to, its router, an end outside of its own, and its offers under way."""

    register: str
    router: Any
    eind: Any
    geduldig: bool
    open: deque[_Offerte] = field(default_factory=deque)


class Klanten:
    """All clients, what they told, and what was answered. `gefaald` counts per register the writes that failed."""

    def __init__(self, kans: Random, feiten: Sequence[Feit], toezicht: Toezicht, gefaald: Counter[str]) -> None:
        self.opnieuw = 0
        self._kans = kans
        self._feiten = feiten
        self._toezicht = toezicht
        self._gefaald = gefaald
        self._nummers = {feit.aangeboden.id: feit.nummer for feit in feiten}
        self._aangesproken = sorted({feit.register for feit in feiten})
        self._verteld: dict[int, Feit] = {}
        self._beantwoord: set[int] = set()
        self._klanten: list[_Klant] = []

    @property
    def verteld(self) -> list[Feit]:
        """All that was ever offered."""
        return list(self._verteld.values())

    @property
    def onderweg(self) -> int:
        """How many offers wait for an answer."""
        return sum(len(klant.open) for klant in self._klanten)

    def kom_binnen(self, systeem: Any, routers: dict[str, Any], buiten: ExitStack) -> None:
        """Two clients for each register that takes commando's: one waits for its answers, the other does not."""
        for naam in self._aangesproken:
            for geduldig in (True, False):
                self._klanten.append(_Klant(naam, routers[naam], buiten.enter_context(systeem.private()), geduldig))

    def ga_weg(self) -> None:
        """The registers are gone; what was under way gets no answer any more."""
        self._klanten = []

    def iemand_biedt_aan(self) -> None:
        """Any client offers something, unless it waits."""
        if self._klanten:
            self._bied_aan(self._kans.choice(self._klanten))

    def allen_bieden_aan(self) -> None:
        """Every client offers something."""
        for klant in self._klanten:
            self._bied_aan(klant)

    def roep(self, registers: RegisterSystem) -> None:
        """Offer something to all registers by way of the facade, and wait."""
        self._roep(registers, [self._stel_samen(naam) for naam in self._aangesproken])

    def roep_alles_na(self, registers: RegisterSystem) -> None:
        """Offer again what never got an answer, by way of the facade."""
        for naam in self._aangesproken:
            eigen = [(f.aangeboden, False) for f in self._van(naam) if f.nummer not in self._beantwoord]
            self._roep(registers, [_Offerte(naam, eigen, self._gefaald[naam])])

    def sluit_alles(self, registers: RegisterSystem) -> None:
        """Tell what ends the doubts that are open, however it was to go on with them."""
        einden = {f.nummer: f for f in self._feiten if f.sluit and self._kan_verteld(f)}
        self._verteld |= einden
        for naam in self._aangesproken:
            eigen = [(feit.aangeboden, False) for feit in einden.values() if feit.register == naam]
            self._roep(registers, [_Offerte(naam, eigen, self._gefaald[naam])])

    def hoor(self) -> None:
        """Take in the answers that came out."""
        for klant in self._klanten:
            while klant.open and (uitkomsten := klant.eind.listen(0)) is not None:
                self._verneem(klant.open.popleft(), uitkomsten.antwoorden)

    def _bied_aan(self, klant: _Klant) -> None:
        if len(klant.open) < (1 if klant.geduldig else _ONDERWEG):
            offerte = self._stel_samen(klant.register)
            klant.open.append(offerte)
            klant.eind.tell(klant.router, Aanbod(tuple(aangeboden for aangeboden, _ in offerte.commandos)))

    def _roep(self, registers: RegisterSystem, offertes: Sequence[_Offerte]) -> None:
        antwoorden = iter(registers.verwerk_alle(een for offerte in offertes for een, _ in offerte.commandos))
        for offerte in offertes:
            self._verneem(offerte, tuple(islice(antwoorden, len(offerte.commandos))))

    def _verneem(self, offerte: _Offerte, antwoorden: Sequence[Verwerking]) -> None:
        verklaard = self._gefaald[offerte.register] > offerte.gefaald
        for (aangeboden, iets_anders), antwoord in zip(offerte.commandos, antwoorden, strict=True):
            if isinstance(antwoord, Mislukt):
                self._toezicht.toets(niets_faalt, antwoord, verklaard=verklaard)
            elif iets_anders:
                self._toezicht.toets(ander_onder_zelfde_id_geweigerd, antwoord)
            else:
                self._toezicht.na_antwoord(offerte.register, aangeboden.id, antwoord)
                self._beantwoord.add(self._nummers[aangeboden.id])

    def _stel_samen(self, register: str) -> _Offerte:
        """A few commando's: most of them new, some told before, now and then something else under a used id."""
        commandos = [self._een(register) for _ in range(self._kans.choice(_SAMEN))]
        return _Offerte(register, [een for een in commandos if een], self._gefaald[register])

    def _een(self, register: str) -> tuple[AangebodenCommando, bool] | None:
        eigen = self._van(register)
        bekend = [feit for feit in eigen if feit.nummer in self._beantwoord]
        nieuw = [feit for feit in self._feiten if feit.register == register and self._kan_verteld(feit)]
        keuze = self._kans.random()
        if bekend and keuze < _IETS_ANDERS:
            feit, ander = self._kans.choice(bekend), self._kans.choice(eigen)
            if feit.aangeboden.commando != ander.aangeboden.commando:
                return replace(ander.aangeboden, id=feit.aangeboden.id), True
        if eigen and (keuze < _OPNIEUW or not nieuw):
            self.opnieuw += 1
            onbeantwoord = [feit for feit in eigen if feit.nummer not in self._beantwoord]
            return self._kans.choice(onbeantwoord or eigen).aangeboden, False
        if not nieuw:
            return None
        feit = self._kans.choice(nieuw[:_KEUZE])
        self._verteld[feit.nummer] = feit
        return feit.aangeboden, False

    def _van(self, register: str) -> list[Feit]:
        return [feit for feit in self._verteld.values() if feit.register == register]

    def _kan_verteld(self, feit: Feit) -> bool:
        return feit.nummer not in self._verteld and self._beantwoord.issuperset(feit.na)
