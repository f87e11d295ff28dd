"""Procespoort: the road to the registers of a daemon: commando's to its processes, questions to what they store."""

import asyncio
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from time import monotonic
from typing import TypeVar

from actors.daemon.draden import Draden
from actors.daemon.waarneming.verzoeken import huidige_trace
from actors.register.commando import AangebodenCommando, Verwerking
from actors.runtime.lezing import Registerlezing
from actors.runtime.logboek import maak_log
from actors.runtime.processen.bridge import Bridge, NietBeschikbaar
from actors.runtime.processen.group import ProcessGroup
from actors.verwerking.signaalverwerking import Signalen
from storage.errors import StorageError

T = TypeVar("T")

log = maak_log("dienst")

_LEESDRADEN = 4
_LANGE_VRAGEN = 4
"""So many questions that take long are underway or wait; each holds what it was asked in memory."""
_LANG_S = 10
"""When to try again what takes long, in seconds."""
_KIJK_S = 0.005
"""How often is looked whether a register moved, while anyone waits for that."""


class Procespoort:
    """Open it in the event loop that serves, after the processes were started. Has threads; close it."""

    def __init__(self, groep: ProcessGroup, data: Path, registers: Sequence[str], *, wachtruimte: int) -> None:
        """At most `wachtruimte` commando's wait per register. Raises StorageError when there is nothing to read."""
        self._registers = tuple(registers)
        self._data = data
        self._lezing = Registerlezing.alleen_lezen(data, self._registers)
        self._stopt = False
        self._om_de_beurt = asyncio.Lock()
        self._lange_vragen = 0
        self._eigen = threading.local()
        self._draden = Draden(_LEESDRADEN, "gevolg-lees")
        self._bruggen = {naam: Bridge(groep, naam, room=wachtruimte) for naam in self._registers}
        self._uitkijken = {naam: _Uitkijk(self._lezing, naam) for naam in self._registers}

    @property
    def registers(self) -> tuple[str, ...]:
        """The names of the registers that are served."""
        return self._registers

    @property
    def data(self) -> Path:
        """The folder with their stores."""
        return self._data

    @property
    def lezing(self) -> Registerlezing:
        """To read with in the event loop itself: only what is quick."""
        return self._lezing

    @property
    def stopt(self) -> bool:
        """Whether nobody is to wait any more; see Poort."""
        return self._stopt

    def wachtend(self, register: str) -> int:
        """How many commando's wait for a register, or are underway."""
        return self._bruggen[register].waiting

    def gebracht(self, register: str) -> tuple[int, int]:
        """How many batches were brought to a register, and how many commando's in all of these."""
        return self._bruggen[register].brought

    async def bied_aan(self, register: str, aangeboden: Sequence[AangebodenCommando]) -> tuple[Verwerking, ...]:
        """Offer commando's to one register; see Poort."""
        return await self._bruggen[register].offer(_met_trace(aangeboden))

    async def bied_signalen_aan(self, register: str, signalen: Signalen) -> tuple[Verwerking, ...]:
        """Offer what follows from signalen as one turn; see Poort."""
        return await self._bruggen[register].offer(_met_trace(signalen.commandos), signalen.lezers)

    async def lees(self, vraag: Callable[[Registerlezing], T], *, lang: bool = False) -> T:
        """Ask on a thread; see Poort."""
        if not lang:
            return await self._lees(vraag)
        if self._lange_vragen == _LANGE_VRAGEN:
            raise NietBeschikbaar("er wordt hier al te veel beproefd; probeer het straks opnieuw", _LANG_S)
        self._lange_vragen += 1
        try:
            async with self._om_de_beurt:
                return await self._lees(vraag)
        finally:
            self._lange_vragen -= 1

    async def _lees(self, vraag: Callable[[Registerlezing], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._draden, self._stel, vraag)

    async def wacht(self, register: str, klaar: Callable[[Registerlezing], bool], hoogstens_s: float) -> bool:
        """Wait until it holds; see Poort. False at once when the daemon stops."""
        uitkijk = self._uitkijken[register]
        with suppress(TimeoutError):
            async with asyncio.timeout(hoogstens_s):
                while True:
                    vanaf = uitkijk.stand()
                    if klaar(self._lezing):
                        return True
                    if not await uitkijk.beweegt(vanaf):
                        return False
        return klaar(self._lezing)

    def _stel(self, vraag: Callable[[Registerlezing], T]) -> T:
        lezing: Registerlezing | None = getattr(self._eigen, "lezing", None)
        if lezing is None:
            lezing = self._eigen.lezing = self._lezing.nog_een()
        return vraag(lezing)

    def laat_gaan(self) -> None:
        """Let go of everyone who waits for a register to move."""
        self._stopt = True
        for uitkijk in self._uitkijken.values():
            uitkijk.sluit()

    async def sluit(self, binnen_s: float) -> None:
        """Answer what was taken in, and close; what is still read after that time is left to end with the program."""
        self.laat_gaan()
        begin = monotonic()
        await asyncio.gather(*(asyncio.to_thread(brug.close, binnen_s) for brug in self._bruggen.values()))
        if await asyncio.to_thread(self._draden.sluit, max(0.1, binnen_s - (monotonic() - begin))):
            self._lezing.close()
        else:
            log.warning("service.reading_left")


def _met_trace(aangeboden: Sequence[AangebodenCommando]) -> Sequence[AangebodenCommando]:
    """The same as part of the trace of the request that is handled here, unless it has one of its own."""
    trace = huidige_trace()
    return [een if een.trace else replace(een, trace=trace) for een in aangeboden] if trace else aangeboden


class _Uitkijk:
    """Looks whether a register moved, for all who wait for that together, and only while someone does."""

    def __init__(self, lezing: Registerlezing, register: str) -> None:
        self._lezing, self._register = lezing, register
        self._wachters: set[asyncio.Future[bool]] = set()
        self._taak: asyncio.Task[None] | None = None
        self._dicht = False

    def stand(self) -> tuple[int, int, int]:
        """How far the register is now."""
        return self._lezing.einde(self._register)

    async def beweegt(self, vanaf: tuple[int, int, int]) -> bool:
        """Wait until it is somewhere else; False when there is nothing to wait for any more."""
        if self._dicht:
            return False
        wachter: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._wachters.add(wachter)
        if self._taak is None or self._taak.done():
            self._taak = asyncio.create_task(self._kijk(vanaf))
        elif self.stand() != vanaf:
            wachter.set_result(True)
        try:
            return await wachter
        finally:
            self._wachters.discard(wachter)

    async def _kijk(self, gezien: tuple[int, int, int]) -> None:
        while self._wachters:
            try:
                nu = self.stand()
            except StorageError:
                self._meld(beweegt=True)  # who waits looks himself, and hears what is the matter
                return
            if nu != gezien:
                gezien = nu
                self._meld(beweegt=True)
            await asyncio.sleep(_KIJK_S)

    def sluit(self) -> None:
        """Let go of who waits, now and from now on."""
        self._dicht = True
        self._meld(beweegt=False)

    def _meld(self, *, beweegt: bool) -> None:
        for wachter in list(self._wachters):
            if not wachter.done():
                wachter.set_result(beweegt)
