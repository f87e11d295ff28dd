"""A receiver of webhooks, and the registers to send from; both in the loop of the test."""

import asyncio
import base64
import hmac
import json
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, NamedTuple, Self, TypeVar

from actors.register.commando import AangebodenCommando, Verwerking
from actors.runtime.lezing import Registerlezing
from actors.runtime.systeem import RegisterSystem
from actors.verwerking.signaalverwerking import Signalen

T = TypeVar("T")


class Verzoek(NamedTuple):
    """One request as it came in."""

    methode: str
    pad: str
    koppen: dict[str, str]
    inhoud: bytes

    @property
    def gebeurtenissen(self) -> list[dict[str, Any]]:
        """The events in it."""
        gelezen = json.loads(self.inhoud)
        return gelezen if isinstance(gelezen, list) else [gelezen]

    def getekend_met(self, geheim: str) -> bool:
        """Whether it is signed so, by the words of Standard Webhooks."""
        sleutel = base64.b64decode(geheim.removeprefix("whsec_"))
        tekst = f"{self.koppen['webhook-id']}.{self.koppen['webhook-timestamp']}.".encode() + self.inhoud
        goed = base64.b64encode(hmac.new(sleutel, tekst, sha256).digest()).decode()
        return f"v1,{goed}" in self.koppen["webhook-signature"].split(" ")


Antwoord = tuple[int, dict[str, str], bytes]


@dataclass
class Ontvanger:
    """Answers each delivery with `antwoord(verzoek)` (default 204), and keeps what it took."""

    antwoord: Callable[[Verzoek], Antwoord] = lambda _: (204, {}, b"")
    toestemming: dict[str, str] = field(default_factory=lambda: {"webhook-allowed-origin": "*"})
    verzoeken: list[Verzoek] = field(default_factory=list)
    genomen: list[dict[str, Any]] = field(default_factory=list)
    poort: int = 0
    traag_s: float = 0
    """How long it keeps who delivers waiting, unless it ends before."""

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._ontvang, "127.0.0.1", self.poort)
        self.poort = self._server.sockets[0].getsockname()[1]
        self._nieuw = asyncio.Event()
        self._einde = asyncio.Event()
        return self

    async def __aexit__(self, *_: object) -> None:
        self._einde.set()
        self._server.close()
        await self._server.wait_closed()

    @property
    def url(self) -> str:
        """Where to deliver."""
        return f"http://localhost:{self.poort}/hier?x=1"

    async def wacht(self, klaar: Callable[[], bool]) -> None:
        """Wait until something holds; looked at after each request."""
        async with asyncio.timeout(20):
            while not klaar():
                self._nieuw.clear()
                if not klaar():
                    with suppress(TimeoutError):
                        await asyncio.wait_for(self._nieuw.wait(), 0.05)

    async def _weg(self, hoogstens_s: float) -> None:
        if hoogstens_s:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._einde.wait(), hoogstens_s)

    async def _ontvang(self, lezer: asyncio.StreamReader, schrijver: asyncio.StreamWriter) -> None:
        kop = (await lezer.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        methode, pad, _ = kop[0].split(" ")
        koppen = {naam.lower(): waarde for naam, _, waarde in (regel.partition(": ") for regel in kop[1:] if regel)}
        verzoek = Verzoek(methode, pad, koppen, await lezer.readexactly(int(koppen.get("content-length", "0"))))
        if methode == "OPTIONS":
            status, extra, inhoud = 200, self.toestemming, b""
        else:
            self.verzoeken.append(verzoek)
            self._nieuw.set()
            await self._weg(self.traag_s)
            status, extra, inhoud = self.antwoord(verzoek)
            if 200 <= status < 300 and koppen["content-type"].startswith("application/cloudevents"):
                self.genomen += verzoek.gebeurtenissen
        regels = [f"HTTP/1.1 {status} X", *(f"{n}: {w}" for n, w in extra.items()), f"content-length: {len(inhoud)}"]
        schrijver.write("\r\n".join([*regels, "connection: close", "", ""]).encode() + inhoud)
        with suppress(ConnectionError):
            await schrijver.drain()
        schrijver.close()
        with suppress(ConnectionError):
            await schrijver.wait_closed()
        self._nieuw.set()


class Poort:
    """The registers of a RegisterSystem behind a Poort."""

    def __init__(self, systeem: RegisterSystem) -> None:
        self.systeem = systeem
        self.stopt = False
        self._bewogen = asyncio.Event()

    @property
    def registers(self) -> tuple[str, ...]:
        """All of them."""
        return self.systeem.registers

    def verwerk(self, *commandos: Any, **hoe: Any) -> None:
        """Process these, and come to rest."""
        for commando in commandos:
            self.systeem.verwerk(commando, **hoe)
        self.systeem.wacht_op_rust()
        self._bewogen.set()

    def laat_gaan(self) -> None:
        """Let go of who waits, as a daemon that stops does."""
        self.stopt = True
        self._bewogen.set()

    async def bied_aan(self, register: str, aangeboden: Sequence[AangebodenCommando]) -> tuple[Verwerking, ...]:
        """Offer, and come to rest."""
        return self._bied_aan(register, tuple(aangeboden))

    async def bied_signalen_aan(self, register: str, signalen: Signalen) -> tuple[Verwerking, ...]:
        """Offer with reader positions, and come to rest."""
        return self._bied_aan(register, signalen.commandos, signalen.lezers)

    def _bied_aan(self, register: str, aangeboden: Any, lezers: Any = None) -> tuple[Verwerking, ...]:
        uit = self.systeem._stelsel.bied_aan(register, aangeboden, lezers)
        self.systeem.wacht_op_rust()
        self._bewogen.set()
        return uit

    async def lees(self, vraag: Callable[[Registerlezing], T], *, lang: bool = False) -> T:  # noqa: ARG002 - as a Poort
        """Ask."""
        return vraag(self.systeem)

    async def wacht(self, _register: str, klaar: Callable[[Registerlezing], bool], hoogstens_s: float) -> bool:
        """Wait until it holds."""
        with suppress(TimeoutError):
            async with asyncio.timeout(hoogstens_s):
                while not klaar(self.systeem):
                    if self.stopt:
                        return False
                    self._bewogen.clear()
                    await self._bewogen.wait()
        return klaar(self.systeem)
