"""Host: one process of a daemon, the bijhouding or the levering of one register.

It hosts the actors of an embedded system, the same classes, which do one half of the register each. Between two
messages from outside it lets them work for a moment only, so that a long backlog keeps no commando waiting.
"""

import os
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from datetime import timedelta
from time import monotonic
from typing import Any

from thespian.actors import ActorExitRequest, WakeupMessage

from actors.register.verantwoording import Software
from actors.runtime import berichten, logboek
from actors.runtime.catalogue import contexten
from actors.runtime.kern import Kernen, Registerkern
from actors.runtime.klok import systeemklok
from actors.runtime.processen import lifeline
from actors.runtime.processen.messages import (
    Adres,
    Beslist,
    Bied,
    Buren,
    Gekeken,
    Gestart,
    Gestoord,
    Gestopt,
    Kijk,
    Leeft,
    NietGestart,
    Soort,
    StartProces,
    Stop,
    Verder,
)
from actors.runtime.programma import programmaversie
from actors.runtime.registeractor import Falen, RegisterActor
from actors.runtime.stelsel import Actorenstelsel
from storage import opslag as stores
from storage.errors import StorageError

_SLICE_S = 0.05
"""How long the hosted actors work between two messages from outside."""
_STAP_S = 0.001
"""After so long, and what is going on then, is looked whether the neighbours can be hinted."""
_LOOK_S = 1.0
"""A hint may be lost; after so long it looks by itself, and says that it lives."""
_ADEM = timedelta(milliseconds=1)
"""For messages between two slices of work: Thespian sends and receives nothing while one to oneself waits."""

_DELEN = {Soort.BIJHOUDING: berichten.BIJHOUDING, Soort.LEVERING: berichten.LEVERING}
_WRITES = {Soort.BIJHOUDING: stores.BIJHOUDING, Soort.LEVERING: stores.LEVERING}

log = logboek.maak_log("proces")


@dataclass(slots=True)
class _Buur:
    """Who follows this process: up to where it was told, and whether a hint is underway."""

    adres: Adres
    gemeld: int = -1
    onderweg: bool = False


class _Nu:
    """The moment at which it looks without a hint."""


class HostActor(RegisterActor):
    """The process: opens its half of a register when told which, works on hints, and hints its neighbours."""

    _start: StartProces
    _stelsel: Actorenstelsel
    _kern: Registerkern
    _bewaker: Adres

    def __init__(self) -> None:
        lifeline.die_with_parent()
        logboek.herneem()
        self._open: ExitStack | None = None
        self._op_schijf = (0, 0)
        self._buren: list[_Buur] = []
        self._storingen: tuple[berichten.Storing, ...] = ()
        self._bezig = False

    def ontvang(self, bericht: Any, afzender: Adres) -> None:
        """Decide, look, start or stop."""
        if isinstance(bericht, Bied):
            self._beslis(bericht, afzender)
        elif isinstance(bericht, Kijk):
            self._kijk()
            self.send(afzender, Gekeken())
        elif isinstance(bericht, Gekeken):
            for buur in self._buren:
                buur.onderweg = buur.onderweg and buur.adres != afzender
            self._hint()
        elif isinstance(bericht, Verder):
            self._bezig = False
            self._werk()
        elif isinstance(bericht, _Nu):
            self._kijk_of_het_er_nog_is()
            self.send(self._bewaker, Leeft(self._start.plek, self._start.epoch))
            self._kijk()
        elif isinstance(bericht, Buren):
            self._buren = [_Buur(adres) for adres in bericht.adressen]
            self._hint()
        elif isinstance(bericht, StartProces):
            self._begin(bericht, afzender)
        elif isinstance(bericht, Stop):
            self._sluit()
            self.send(afzender, Gestopt(self._start.plek))
        else:
            super().ontvang(bericht, afzender)

    def receiveMessage(self, msg: object, sender: Adres) -> None:
        """Thespian's own: a wakeup makes it go on or look, an exit request makes it close what is open."""
        if isinstance(msg, WakeupMessage) and msg.payload is not None:
            super().receiveMessage(msg.payload, sender)
        elif isinstance(msg, WakeupMessage):
            self.wakeupAfter(timedelta(seconds=_LOOK_S))
            super().receiveMessage(_Nu(), sender)
        elif isinstance(msg, ActorExitRequest):
            with suppress(StorageError, OSError):
                self._sluit()
        else:
            super().receiveMessage(msg, sender)

    # --- life ---

    def _begin(self, start: StartProces, bewaker: Adres) -> None:
        self._start, self._bewaker = start, bewaker
        lifeline.name_process(f"{start.plek.soort[:5]}:{start.plek.register}")
        try:
            with ExitStack() as geopend:
                self._kern, bronnen = _open(start, geopend)
                self._op_schijf = stores.identity_on_disk(start.data, start.plek.register)
                self._stelsel = Actorenstelsel(
                    {self._kern.naam: self._kern},
                    bronnen=bronnen,
                    warm=start.warm,
                    delen=_DELEN[start.plek.soort],
                )
                geopend.callback(self._stelsel.close)
                self._open = geopend.pop_all()
        except (StorageError, OSError) as fout:
            log.error(  # noqa: TRY400 - its text says all; a trace says nothing more
                "process.not_opened", process=str(start.plek), epoch=start.epoch, error=str(fout)
            )
            self.send(bewaker, NietGestart(start.plek, start.epoch, str(fout)))
            return
        self.send(bewaker, Gestart(start.plek, start.epoch, os.getpid(), self._stand()))
        self.wakeupAfter(timedelta(seconds=_LOOK_S))
        self._kijk()

    def _sluit(self) -> None:
        if self._open is not None:
            geopend, self._open = self._open, None
            geopend.close()

    # --- work ---

    def _beslis(self, bied: Bied, afzender: Adres) -> None:
        if self._open is None or (bied.register, bied.epoch) != (self._start.plek.register, self._start.epoch):
            self.send(afzender, Beslist(bied.register, bied.nummer, None))
            return
        antwoorden = self._stelsel.bied_aan(bied.register, bied.commandos, bied.lezers)
        self.send(afzender, Beslist(bied.register, bied.nummer, antwoorden))
        self._werk()

    def _kijk_of_het_er_nog_is(self) -> None:
        """End this process when its register was moved or removed: what it writes then would be found by nobody."""
        if self._open is not None:
            try:
                nu = stores.identity_on_disk(self._start.data, self._start.plek.register)
            except OSError:
                nu = None
            if nu != self._op_schijf:
                log.critical("process.store_gone", process=str(self._start.plek), epoch=self._start.epoch)
                os._exit(1)

    def _kijk(self) -> None:
        if self._open is not None:
            self._stelsel.hint()
            self._werk()

    def _werk(self) -> None:
        """Let the hosted actors work for a moment, tell the neighbours what comes of it, and go on later."""
        if self._open is None or self._bezig:
            return
        rust, einde = False, monotonic() + _SLICE_S
        while not rust and monotonic() < einde:
            self._hint()  # before the rest of the work: whoever follows need not wait for that
            rust = self._stelsel.werk(_STAP_S)
        self._hint()
        if not rust:
            self._bezig = True
            self.wakeupAfter(_ADEM, payload=Verder())
        elif (storingen := self._stelsel.storingen()) != self._storingen:
            self._storingen = storingen
            self.send(self._bewaker, Gestoord(self._start.plek, self._start.epoch, storingen))

    def _hint(self) -> None:
        """Tell those who follow that there is more than they were told of; one hint at a time to each."""
        if self._open is None or all(buur.onderweg for buur in self._buren):
            return
        stand = self._hoofd()
        for buur in self._buren:
            if buur.gemeld != stand and not buur.onderweg:
                buur.gemeld, buur.onderweg = stand, True
                self.send(buur.adres, Kijk())

    def _hoofd(self) -> int:
        """What the neighbours follow: the journal, or the feed."""
        opslag = self._kern.opslag
        bijhouding = self._start.plek.soort is Soort.BIJHOUDING
        return opslag.gevolgen.head().position if bijhouding else opslag.feed.head()[0]

    def _stand(self) -> int:
        """A number that grows when this process gets anything done."""
        opslag = self._kern.opslag
        if self._start.plek.soort is Soort.BIJHOUDING:
            return opslag.gevolgen.head().position
        return opslag.feed.head()[0] + self._kern.projector.positie

    def bij_storing(self, falen: Falen) -> None:
        """Nothing is known of what was offered: end this process, so that a new one finds out."""
        log.error("process.gives_up", process=str(getattr(self, "_start", None)), ref=falen.referentie)
        os._exit(1)


def _open(start: StartProces, geopend: ExitStack) -> tuple[Registerkern, Kernen]:
    """The register with the half that this process writes, and the registers whose feeds it reads."""
    plek = start.plek
    if not stores.is_there(start.data, plek.register):
        raise StorageError(f"{start.data / plek.register} is gone since the daemon started; put it back")
    per_naam = {context.naam: context for context in contexten()}

    def kern_van(naam: str, *, schrijft: bool) -> Registerkern:
        hoe: Any = {"writes": _WRITES[plek.soort]} if schrijft else {"read_only": True}
        opslag = stores.open_lmdb(start.data, naam, clock=systeemklok, **hoe)
        geopend.callback(opslag.close)
        context = per_naam[naam]
        software = Software(programmaversie(), f"{naam}@{context.versie}", "daemon")
        return Registerkern(context, opslag, software, systeemklok)

    kern = kern_van(plek.register, schrijft=True)
    if plek.soort is Soort.LEVERING:
        return kern, {}
    kern.werk_bij()
    gelezen = (naam for naam in kern.bronnen() if naam in start.bronnen)
    return kern, {naam: kern if naam == kern.naam else kern_van(naam, schrijft=False) for naam in gelezen}
