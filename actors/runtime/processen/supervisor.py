"""ProcessSupervisor: keeps the processes of a daemon alive: per register a bijhouding and a levering.

A process that ended is started again, at once and then after longer and longer. One that keeps ending without having
got anything done is given up, loudly and alone: the others go on. One that no longer comes to its messages is ended.
"""

import os
import signal
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import product
from time import monotonic
from typing import Any

from thespian.actors import ActorExitRequest, ChildActorExited, WakeupMessage

from actors.runtime import berichten, logboek
from actors.runtime.catalogue import contexten
from actors.runtime.processen import lifeline
from actors.runtime.processen.host import HostActor
from actors.runtime.processen.messages import (
    Adres,
    Boom,
    Buren,
    Gestart,
    Gestoord,
    Gestopt,
    Leeft,
    NietGestart,
    Plek,
    Soort,
    StartGroep,
    StartProces,
    Stop,
    Tak,
    Toestand,
    VraagBoom,
)
from actors.runtime.registeractor import RegisterActor

BACK_OFF_S = (0.0, 0.1, 0.5, 2.0, 5.0)
"""How long to wait before each start anew, counted since it last got anything done; after these it is given up."""

_FORGIVEN_S = 60.0
"""Who lived so long before it ended begins with a clean slate."""
_OPENING_S = 60.0
"""How long opening may take; a process that was killed before it could say that it exists says nothing more."""
_BEAT_S, _BEATS = 5.0, 12
"""How often is looked who said nothing since, and after so many times in a row it hangs.

Beats are counted, not seconds: when the whole machine stood still nobody is to blame.
"""
_EPOCHS = 1_000_000
"""More than a supervisor will start of one process: epochs of a later supervisor are higher than all before."""

log = logboek.maak_log("proces")


@dataclass(slots=True)
class _Proces:
    """What the supervisor knows of one process."""

    plek: Plek
    epoch: int
    toestand: Toestand = Toestand.START
    kind: Adres = None
    adres: Adres = None
    pid: int | None = None
    herstarts: int = 0
    sterfgevallen: int = 0
    stand: int = -1
    sinds: float = 0.0
    stil: int = 0
    reden: str = ""
    storingen: tuple[berichten.Storing, ...] = field(default=())


class ProcessSupervisor(RegisterActor):
    """Top of the process tree; has no stores and no threads."""

    _start: StartGroep

    def __init__(self) -> None:
        lifeline.die_with_parent()
        logboek.herneem()
        lifeline.name_process("supervisor")
        self._processen: dict[Plek, _Proces] = {}
        self._stopt_voor: Adres = None
        self._te_stoppen: set[Plek] = set()

    def receiveMessage(self, msg: object, sender: Adres) -> None:
        """A child that ended and a wakeup are work too."""
        if isinstance(msg, ChildActorExited):
            super().receiveMessage(_Einde(msg.childAddress), sender)
        elif isinstance(msg, WakeupMessage):
            super().receiveMessage(msg.payload, sender)
        else:
            super().receiveMessage(msg, sender)

    def ontvang(self, bericht: Any, afzender: Adres) -> None:
        """Start, hear how a process is, say how all are, or stop."""
        match bericht:
            case VraagBoom(nummer):
                self.send(afzender, Boom(nummer, os.getpid(), os.getppid(), tuple(map(_tak, self._processen.values()))))
            case StartGroep():
                self._start_groep(bericht)
            case Stop():
                self._stop(afzender)
            case _:
                self._van_een_proces(bericht, afzender)

    def _van_een_proces(self, bericht: Any, afzender: Adres) -> None:
        match bericht:
            case Gestart():
                self._gestart(bericht, afzender)
            case NietGestart():
                self._niet_gestart(bericht)
            case Leeft():
                self._leeft(bericht)
            case Gestoord():
                self._gestoord(bericht)
            case Gestopt(plek):
                self._gestopt(plek)
            case _Einde(adres):
                self._geeindigd(adres)
            case _Begin(plek):
                self._begin(plek)
            case _Wacht():
                self._wacht_op(bericht)
            case _Slag():
                self._slag()
            case _:
                super().ontvang(bericht, afzender)

    # --- start ---

    def _start_groep(self, start: StartGroep) -> None:
        self._start = start
        for register, soort in product(start.registers, Soort):
            plek = Plek(register, soort)
            self._processen[plek] = _Proces(plek, start.generatie * _EPOCHS)
            self._begin(plek)
        self._slag()

    def _begin(self, plek: Plek) -> None:
        proces = self._processen[plek]
        if self._stopt_voor is not None or proces.toestand is Toestand.OPGEGEVEN:
            return
        proces.epoch += 1
        proces.toestand, proces.adres, proces.pid = Toestand.START, None, None
        proces.storingen = ()
        proces.kind = self.createActor(HostActor)
        start = self._start
        self.send(proces.kind, StartProces(plek, proces.epoch, start.data, start.registers, start.warm))
        self.wakeupAfter(timedelta(seconds=_OPENING_S), payload=_Wacht(plek, proces.epoch))

    def _gestart(self, gestart: Gestart, afzender: Adres) -> None:
        proces = self._van(gestart)
        if proces is None:
            return
        if gestart.stand > proces.stand >= 0:
            proces.sterfgevallen = 0
        proces.toestand, proces.adres, proces.pid = Toestand.DRAAIT, afzender, gestart.pid
        proces.stand, proces.sinds, proces.stil, proces.reden = gestart.stand, monotonic(), 0, ""
        log.info("process.started", process=str(proces.plek), epoch=proces.epoch, pid=proces.pid)
        for plek in (gestart.plek, *self._wie_hint(gestart.plek)):
            self._stel_voor(self._processen[plek])

    def _niet_gestart(self, bericht: NietGestart) -> None:
        """What cannot be opened now may be later: it ends, and is started again as any other."""
        proces = self._van(bericht)
        if proces is not None:
            proces.reden = bericht.reden
            self.send(proces.kind, ActorExitRequest())

    def _wacht_op(self, wacht: "_Wacht") -> None:
        proces = self._processen[wacht.plek]
        if proces.epoch == wacht.epoch and proces.toestand is Toestand.START:
            self.send(proces.kind, ActorExitRequest())
            self._geeindigd(proces.kind)

    def _leeft(self, bericht: Leeft) -> None:
        proces = self._van(bericht)
        if proces is not None:
            proces.stil = 0

    def _slag(self) -> None:
        """End who hangs: a new one finds out what was done. Whoever closes what it has open may take its time."""
        if self._stopt_voor is not None:
            return
        for proces in self._processen.values():
            if proces.toestand is Toestand.DRAAIT and proces.pid is not None:
                proces.stil += 1
                if proces.stil > _BEATS:
                    log.error("process.hangs", process=str(proces.plek), epoch=proces.epoch, pid=proces.pid)
                    with suppress(ProcessLookupError):
                        os.kill(proces.pid, signal.SIGKILL)
        self.wakeupAfter(timedelta(seconds=_BEAT_S), payload=_Slag())

    def _gestoord(self, bericht: Gestoord) -> None:
        proces = self._van(bericht)
        if proces is not None:
            proces.storingen = bericht.storingen

    # --- neighbours ---

    def _stel_voor(self, proces: _Proces) -> None:
        """Tell a process whom to hint: who runs now."""
        if proces.toestand is Toestand.DRAAIT:
            buren = (self._processen[plek] for plek in self._volgers(proces.plek))
            self.send(proces.adres, Buren(tuple(b.adres for b in buren if b.toestand is Toestand.DRAAIT)))

    def _volgers(self, plek: Plek) -> Iterator[Plek]:
        """Who follows what this process writes: the journal its levering, the feed whoever reads it."""
        if plek.soort is Soort.BIJHOUDING:
            yield Plek(plek.register, Soort.LEVERING)
        else:
            for context in contexten():
                if context.naam in self._start.registers and plek.register in {v.bron for v in context.vertalingen}:
                    yield Plek(context.naam, Soort.BIJHOUDING)

    def _wie_hint(self, plek: Plek) -> Iterator[Plek]:
        return (ander for ander in self._processen if plek in self._volgers(ander))

    # --- end ---

    def _geeindigd(self, kind: Adres) -> None:
        proces = next((p for p in self._processen.values() if kind in (p.kind, p.adres)), None)
        if proces is None:
            return
        if self._stopt_voor is not None:
            self._gestopt(proces.plek)
            return
        if proces.toestand is Toestand.DRAAIT and monotonic() - proces.sinds > _FORGIVEN_S:
            proces.sterfgevallen = 0
        proces.kind = proces.adres = proces.pid = None
        if proces.sterfgevallen >= len(BACK_OFF_S):
            proces.toestand = Toestand.OPGEGEVEN
            proces.reden = proces.reden or "het eindigde steeds zonder iets te hebben gedaan; kijk in de log waarom"
            log.critical("process.given_up", process=str(proces.plek), epoch=proces.epoch, error=proces.reden)
            return
        wachten = BACK_OFF_S[proces.sterfgevallen]
        proces.toestand = Toestand.HERSTART
        proces.sterfgevallen += 1
        proces.herstarts += 1
        log.error("process.ended", process=str(proces.plek), epoch=proces.epoch, again_in_s=wachten)
        if wachten:
            self.wakeupAfter(timedelta(seconds=wachten), payload=_Begin(proces.plek))
        else:
            self._begin(proces.plek)

    def _stop(self, voor: Adres) -> None:
        self._stopt_voor = voor
        draait = [p for p in self._processen.values() if p.toestand is Toestand.DRAAIT]
        self._te_stoppen = {proces.plek for proces in draait}
        for proces in draait:
            self.send(proces.adres, Stop())
        self._gestopt(None)

    def _gestopt(self, plek: Plek | None) -> None:
        if plek is not None:
            self._te_stoppen.discard(plek)
        if self._stopt_voor is not None and not self._te_stoppen:
            self.send(self._stopt_voor, Gestopt())

    def _van(self, bericht: Gestart | NietGestart | Leeft | Gestoord) -> _Proces | None:
        """The process a message is of; None when it is of one before."""
        proces = self._processen[bericht.plek]
        return proces if proces.epoch == bericht.epoch else None


@dataclass(frozen=True, slots=True)
class _Einde:
    """The process at this address ended."""

    adres: Adres


@dataclass(frozen=True, slots=True)
class _Begin:
    """It is time to start this one again."""

    plek: Plek


@dataclass(frozen=True, slots=True)
class _Slag:
    """It is time to look who said nothing."""


@dataclass(frozen=True, slots=True)
class _Wacht:
    """By now this start must have come to something."""

    plek: Plek
    epoch: int


def _tak(proces: _Proces) -> Tak:
    return Tak(
        plek=proces.plek,
        toestand=proces.toestand,
        epoch=proces.epoch,
        pid=proces.pid,
        herstarts=proces.herstarts,
        adres=proces.adres,
        reden=proces.reden,
        storingen=proces.storingen,
    )
