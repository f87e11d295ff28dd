"""A Poort on the registers in this process, and a client that speaks to an application without a network."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar

from starlette.types import ASGIApp, Message

from actors.daemon.poort import NietBeschikbaar
from actors.daemon.rechten import Gebruiker, GeenToegang
from actors.register.commando import AangebodenCommando, Verwerking
from actors.runtime.lezing import Registerlezing
from actors.runtime.systeem import RegisterSystem
from actors.verwerking.signaalverwerking import Signalen
from storage.gevolgenstore import ReaderPosition

T = TypeVar("T")

ALLES = Gebruiker("beheerder", frozenset({"*"}))


class IngebedPoort:
    """The road to registers in this very process. `uit`: the registers whose bijhouding is down."""

    def __init__(self, systeem: RegisterSystem) -> None:
        self._systeem = systeem
        self._nieuws = asyncio.Condition()
        self.uit: set[str] = set()
        self.stopt = False
        self.aangeboden: list[int] = []

    @property
    def registers(self) -> tuple[str, ...]:
        return self._systeem.registers

    async def bied_aan(self, register: str, aangeboden: Sequence[AangebodenCommando]) -> tuple[Verwerking, ...]:
        return await self._bied_aan(register, tuple(aangeboden), {})

    async def bied_signalen_aan(self, register: str, signalen: Signalen) -> tuple[Verwerking, ...]:
        return await self._bied_aan(register, signalen.commandos, signalen.lezers)

    async def _bied_aan(
        self, register: str, aangeboden: tuple[AangebodenCommando, ...], lezers: Mapping[str, ReaderPosition]
    ) -> tuple[Verwerking, ...]:
        if register in self.uit:
            raise NietBeschikbaar(f"{register} herstart", 2)
        self.aangeboden.append(len(aangeboden))
        antwoorden = await asyncio.to_thread(self._systeem._stelsel.bied_aan, register, aangeboden, lezers)
        await asyncio.to_thread(self._systeem.wacht_op_rust)
        async with self._nieuws:
            self._nieuws.notify_all()
        return antwoorden

    async def lees(self, vraag: Callable[[Registerlezing], T], *, lang: bool = False) -> T:  # noqa: ARG002 - as a Poort
        return await asyncio.to_thread(vraag, self._systeem)

    async def wacht(self, register: str, klaar: Callable[[Registerlezing], bool], hoogstens_s: float) -> bool:
        assert register in self.registers
        try:
            async with asyncio.timeout(hoogstens_s), self._nieuws:
                while not await self.lees(klaar):
                    if self.stopt:
                        return False
                    await self._nieuws.wait()
        except TimeoutError:
            return False
        return True

    async def stop(self) -> None:
        """Let go of who waits, as a daemon that stops does."""
        async with self._nieuws:
            self.stopt = True
            self._nieuws.notify_all()


def wie_met(gebruikers: Mapping[str, Gebruiker]) -> Callable[[str | None], Gebruiker]:
    """Who asks by a token that is his name."""

    def wie(kop: str | None) -> Gebruiker:
        soort, _, token = (kop or "").partition(" ")
        if soort.lower() != "bearer" or token not in gebruikers:
            raise GeenToegang("geef een geldig token mee: Authorization: Bearer …")
        return gebruikers[token]

    return wie


@dataclass
class Antwoord:
    """What came back."""

    status: int
    koppen: dict[str, str]
    inhoud: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.inhoud)

    @property
    def regels(self) -> list[Any]:
        return [json.loads(regel) for regel in self.inhoud.splitlines()]


@dataclass
class Gesprek:
    """A request under way: what is sent goes in bit by bit, what comes back is read bit by bit."""

    heen: asyncio.Queue[Message] = field(default_factory=asyncio.Queue)
    terug: asyncio.Queue[Message] = field(default_factory=asyncio.Queue)

    def stuur(self, stuk: bytes, *, meer: bool = True) -> None:
        self.heen.put_nowait({"type": "http.request", "body": stuk, "more_body": meer})

    def weg(self) -> None:
        self.heen.put_nowait({"type": "http.disconnect"})

    async def volgende(self) -> bytes:
        """The next bit of the answer; empty at its end."""
        return bytes((await self.terug.get()).get("body", b""))


class Klant:
    """Asks an application; `token` says who."""

    def __init__(self, app: ASGIApp, token: str = "beheerder") -> None:  # noqa: S107 - no secret of anything
        self._app = app
        self._token = token

    def als(self, token: str) -> "Klant":
        return Klant(self._app, token)

    @asynccontextmanager
    async def gesprek(self, methode: str, url: str, **koppen: str) -> AsyncIterator[Gesprek]:
        """A request of which both sides go on at once."""
        gesprek = Gesprek()
        pad, _, vragen = url.partition("?")
        alle = {"authorization": f"Bearer {self._token}", **{n.replace("_", "-").lower(): w for n, w in koppen.items()}}
        scope = {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.3"},
            "http_version": "1.1",
            "method": methode,
            "scheme": "https",
            "path": pad,
            "raw_path": pad.encode(),
            "query_string": vragen.encode(),
            "root_path": "",
            "headers": [(n.encode(), w.encode("latin-1")) for n, w in alle.items() if w],
            "client": ("127.0.0.1", 1),
            "server": ("test", 443),
        }
        taak = asyncio.ensure_future(self._app(scope, gesprek.heen.get, gesprek.terug.put))
        try:
            yield gesprek
            await taak
        finally:
            taak.cancel()

    async def vraag(self, methode: str, url: str, inhoud: bytes | Any = b"", **koppen: str) -> Antwoord:
        """A whole request, and its whole answer."""
        rauw = inhoud if isinstance(inhoud, bytes) else json.dumps(inhoud).encode()
        if rauw and "content_type" not in koppen:
            koppen["content_type"] = "application/json"
        async with self.gesprek(methode, url, **koppen) as gesprek:
            gesprek.stuur(rauw, meer=False)
            begin = await gesprek.terug.get()
            stukken = []
            meer = True
            while meer:
                bericht = await gesprek.terug.get()
                stukken.append(bericht.get("body", b""))
                meer = bericht.get("more_body", False)
        terug = {naam.decode().lower(): waarde.decode("latin-1") for naam, waarde in begin["headers"]}
        return Antwoord(begin["status"], terug, b"".join(stukken))

    async def geef(self, url: str, **koppen: str) -> Antwoord:
        return await self.vraag("GET", url, **koppen)

    async def post(self, url: str, inhoud: bytes | Any, **koppen: str) -> Antwoord:
        return await self.vraag("POST", url, inhoud, **koppen)
