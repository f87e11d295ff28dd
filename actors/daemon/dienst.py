"""Dienst: a daemon from start to stop: one data folder, its processes, and HTTP in front of them.

    claim the folder → check the stores → start the processes → serve → close the intake, answer, close the stores

Nothing listens and nothing has threads before the processes are there: they would inherit it.
"""

import asyncio
import errno
import fcntl
import json
import os
import signal
import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Any, Protocol

import uvicorn

from actors.daemon.einde import Gestopt, NietBegonnen
from actors.daemon.koplimiet import Begrensd
from actors.daemon.procespoort import Procespoort
from actors.daemon.waarneming.navraag import BEKEND
from actors.runtime import logboek
from actors.runtime.processen.group import GroupEnded, ProcessGroup
from actors.runtime.processen.lifeline import is_alive
from actors.runtime.processen.preparation import prepare
from actors.runtime.programma import programmaversie
from storage.errors import StoreInUse

_SLOT = "daemon.lock"
_AANTREDEN_S = 3.0
"""A daemon that was killed lets go of its folder within this time."""
_NALOOP_S = 4.0
"""Of the time to stop in, kept for closing the stores and ending the processes."""

_LUISTERT_NIET = {
    errno.EADDRINUSE: "daar luistert al een ander programma",
    errno.EADDRNOTAVAIL: "dat adres is niet van deze machine",
    errno.EACCES: "dat mag deze gebruiker niet (onder 1024 mag alleen root)",
}

App = Callable[..., Any]


class Voorkant(Protocol):
    """What stands in front of the processes: the application that is served, and what else runs in its loop."""

    @property
    def app(self) -> App:
        """The ASGI application."""
        ...

    def begin(self) -> None:
        """Start what goes on by itself."""
        ...

    async def stop(self) -> None:
        """Stop it."""
        ...


MaakVoorkant = Callable[[Procespoort, ProcessGroup], Voorkant]

log = logboek.maak_log("dienst")


@dataclass(frozen=True, slots=True)
class Luisteren:
    """Where HTTP listens: address, port (0: a free one), own certificate and its key, whose Forwarded is believed."""

    adres: str = "127.0.0.1"
    poort: int = 8080
    certificaat: Path | None = None
    sleutel: Path | None = None
    proxies: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Dienst:
    """What to serve: these registers of a folder, behind a voorkant; it stops within `stoptijd_s`."""

    data: Path
    registers: tuple[str, ...]
    luisteren: Luisteren
    maak_voorkant: MaakVoorkant
    wachtruimte: int = 10_000
    stoptijd_s: float = 10.0

    def draai(self) -> None:
        """Serve until SIGTERM or SIGINT. Raises NietBegonnen or StorageError before anything runs, else Gestopt."""
        os.umask(0o077)
        self.data.mkdir(mode=0o700, parents=True, exist_ok=True)
        with _geclaimd(self.data):
            self._probeer_poort()
            prepare(self.data, self.registers)
            groep = ProcessGroup(self.data, self.registers)
            try:
                groep.start()
                einde = asyncio.run(self._dien(groep))
                groep.stop(einde - monotonic())
            except GroupEnded as fout:
                raise NietBegonnen(str(fout)) from fout
            finally:
                groep.kill()
                (self.data / BEKEND).unlink(missing_ok=True)
            if groep.ended:
                raise Gestopt(f"{groep.ended}; start de dienst opnieuw, wat is bevestigd blijft")
        log.info("service.stopped")

    async def _dien(self, groep: ProcessGroup) -> float:
        """Serve; gives the moment (monotonic) by which all must be over."""
        poort = Procespoort(groep, self.data, self.registers, wachtruimte=self.wachtruimte)
        voorkant = self.maak_voorkant(poort, groep)
        server = _Server(self._uvicorn(voorkant.app))
        luister = self._luister()
        url = self._meld(luister)
        loop = asyncio.get_running_loop()
        stop = _Stop(server, poort, self.stoptijd_s)
        for nummer in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            if signal.getsignal(nummer) is not signal.SIG_IGN:
                loop.add_signal_handler(nummer, stop.begin, signal.Signals(nummer).name)
        groep.on_end(lambda: loop.call_soon_threadsafe(stop.begin, "de processen zijn beëindigd"))
        log.info("service.listening", url=url, data=str(self.data), program=programmaversie())
        voorkant.begin()
        await server.serve(sockets=[luister])
        einde = stop.begin("HTTP is beëindigd")
        await voorkant.stop()
        await poort.sluit(max(0.1, einde - _NALOOP_S - monotonic()))
        return einde

    def _uvicorn(self, app: App) -> uvicorn.Config:
        eigen = self.luisteren.certificaat is not None
        return uvicorn.Config(
            app,
            http=Begrensd,
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            ssl_certfile=self.luisteren.certificaat if eigen else None,
            ssl_keyfile=self.luisteren.sleutel if eigen else None,
            proxy_headers=bool(self.luisteren.proxies),
            forwarded_allow_ips=list(self.luisteren.proxies),
            timeout_graceful_shutdown=max(1, int(self.stoptijd_s - _NALOOP_S)),
        )

    def _probeer_poort(self) -> None:
        """Say that the port is taken, or the certificate no good, before anything is started."""
        try:
            self._luister().close()
        except OSError as fout:
            waar = f"{self.luisteren.adres} poort {self.luisteren.poort}"
            reden = _LUISTERT_NIET.get(fout.errno or 0) or fout.strerror or str(fout)
            raise NietBegonnen(
                f"luisteren op {waar} kan niet: {reden}; kies een ander met --adres en --poort"
            ) from fout
        if self.luisteren.certificaat is not None:
            try:
                ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(
                    self.luisteren.certificaat,
                    self.luisteren.sleutel,
                    "",  # else OpenSSL asks for a password, and waits
                )
            except OSError as fout:
                samen = f"{self.luisteren.certificaat} en {self.luisteren.sleutel}"
                raise NietBegonnen(
                    f"{samen} zijn geen certificaat met zijn privésleutel, in PEM en zonder wachtwoord"
                    f" ({getattr(fout, 'reason', None) or fout.strerror or fout}); zet in tls.certificaat en"
                    " tls.sleutel wat bij elkaar hoort"
                ) from fout

    def _luister(self) -> socket.socket:
        familie = socket.AF_INET6 if ":" in self.luisteren.adres else socket.AF_INET
        luister = socket.create_server((self.luisteren.adres, self.luisteren.poort), family=familie, backlog=2048)
        # Its connections have it too: else the body of an answer waits some 40 ms for an acknowledgement of its head.
        luister.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return luister

    def _meld(self, luister: socket.socket) -> str:
        """Write down where this daemon can be found."""
        adres, poort = luister.getsockname()[:2]
        host = f"[{adres}]" if ":" in adres else adres
        url = f"{'https' if self.luisteren.certificaat else 'http'}://{host}:{poort}"
        tijdelijk = self.data / f".{BEKEND}"
        try:
            tijdelijk.unlink(missing_ok=True)
            tijdelijk.touch(mode=0o600)
            tijdelijk.write_text(json.dumps({"pid": os.getpid(), "url": url}))
            tijdelijk.replace(self.data / BEKEND)
        except OSError as fout:
            reden = "de schijf is vol" if fout.errno == errno.ENOSPC else fout.strerror
            raise NietBegonnen(f"in {self.data} kan niet worden geschreven: {reden}; maak dat in orde") from fout
        return url


class _Server(uvicorn.Server):
    """Uvicorn; the signals are ours."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


class _Stop:
    """How a daemon is stopped: once; whoever waits is let go, what was taken in is answered."""

    def __init__(self, server: uvicorn.Server, poort: Procespoort, stoptijd_s: float) -> None:
        self._server, self._poort, self._stoptijd_s = server, poort, stoptijd_s
        self._einde: float | None = None

    def begin(self, reden: str) -> float:
        """Stop because of this; gives the moment by which all must be over."""
        if self._einde is None:
            log.info("service.stopping", reason=reden)
            self._einde = monotonic() + self._stoptijd_s
            self._server.should_exit = True
            self._poort.laat_gaan()
        return self._einde


@contextmanager
def _geclaimd(data: Path) -> Iterator[None]:
    """Hold the folder; raises StoreInUse when another daemon does. The processes hold it too, until they ended."""
    descriptor = os.open(data / _SLOT, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        wie = _wacht_op_slot(descriptor)
        if wie is not None:
            text = f"{data} is served by another daemon (process {wie}); stop that one first, or serve another folder"
            raise StoreInUse(text)
        os.ftruncate(descriptor, 0)
        os.write(descriptor, str(os.getpid()).encode())
        yield
    finally:
        os.close(descriptor)


def _wacht_op_slot(descriptor: int) -> int | None:
    """Take the lock; the number of the process that has it when that goes on living."""
    tot = monotonic() + _AANTREDEN_S
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            wie = 0
            with suppress(ValueError):
                wie = int(os.pread(descriptor, 20, 0) or b"0")
            if (wie and is_alive(wie)) or monotonic() > tot:
                return wie
            signal.sigtimedwait((), 0.02)
        else:
            return None
