"""Bulk: many commando's as NDJSON: a line in, a line out, in order, with bounded memory.

Lines are offered in batches, at most two at a time under way. What is read and what is answered go on side by side: a
batch that is not full is offered as soon as nothing more is there to read.
"""

import asyncio
import json
from collections import deque
from collections.abc import Awaitable
from typing import Any

from starlette.types import Receive, Scope, Send

from actors.daemon.api.balie import Balie, log_niet_aangeboden
from actors.daemon.api.bewerking import Antwoordend, Verzoek, te_groot
from actors.daemon.api.problemen import Probleem, van_fout, van_mislukt, van_niet_verwerkt
from actors.daemon.api.uitkomst import als_uitkomst
from actors.daemon.poort import NietBeschikbaar
from actors.register.commando import AangebodenCommando, Mislukt, NietVerwerkt, Verwerking
from actors.verwerking.jsonvorm import json_bytes

NDJSON = "application/x-ndjson"
_ONDERWEG = 2
_KIJK_S = 0.2
"""How often is looked whether the daemon stops, while nothing comes."""
_STOPT = "de dienst stopt; bied dit straks opnieuw aan"

_Regel = tuple[int, AangebodenCommando | Probleem]


class Bulk:
    """Takes the lines of many requests for one register."""

    def __init__(self, balie: Balie) -> None:
        self._balie = balie

    def antwoord(self, verzoek: Verzoek) -> Antwoordend:
        """What reads the lines and answers them."""

        async def stroom(_scope: Scope, receive: Receive, send: Send) -> None:
            await _Stroom(self._balie, verzoek, receive, send).loop()

        return stroom


class _Stroom:
    """One request: its lines as they come, the batches under way, and the answer as it goes."""

    def __init__(self, balie: Balie, verzoek: Verzoek, receive: Receive, send: Send) -> None:
        self._balie = balie
        self._verzoek = verzoek
        self._grenzen = verzoek.grenzen
        self._receive = receive
        self._send = send
        self._rest = bytearray()
        self._slaat_over = False
        self._nummer = 0
        self._pot: list[_Regel] = []
        self._pot_bytes = 0
        self._onderweg: deque[asyncio.Task[bytes]] = deque()
        self._slot = b""

    async def loop(self) -> None:
        """Read, offer and answer until there is nothing left."""
        await self._send(
            {
                "type": "http.response.start",
                "status": 200,
                "headers": [(b"content-type", NDJSON.encode())],
            }
        )
        try:
            await self._lees_alles()
            while self._onderweg:
                await self._geef(await self._onderweg.popleft())
            if self._slot:
                await self._geef(self._slot)
            await self._send({"type": "http.response.body", "body": b"", "more_body": False})
        finally:
            for taak in self._onderweg:
                taak.cancel()

    async def _lees_alles(self) -> None:
        meer = True
        volgende = _taak(self._receive())
        try:
            while meer:
                await asyncio.sleep(0)
                if self._verzoek.poort.stopt:
                    self._houd_op()
                    return
                if not volgende.done():
                    await self._bied_aan()
                await asyncio.wait(
                    [volgende, *list(self._onderweg)[:1]], timeout=_KIJK_S, return_when=asyncio.FIRST_COMPLETED
                )
                while self._onderweg and self._onderweg[0].done():
                    await self._geef(self._onderweg.popleft().result())
                if volgende.done():
                    bericht = volgende.result()
                    if bericht["type"] == "http.disconnect":
                        return  # nobody is there any more; what was not offered was not promised either
                    meer = bool(bericht.get("more_body", False))
                    await self._neem(bericht.get("body", b""))
                    if meer:
                        volgende = _taak(self._receive())
        finally:
            volgende.cancel()
        if self._rest and not self._slaat_over:
            await self._neem_regel(bytes(self._rest))
        await self._bied_aan()

    def _houd_op(self) -> None:
        """The daemon stops: what was not offered yet is told to come back, and from which line on nothing was read."""
        weg = van_fout(NietBeschikbaar(_STOPT), "bulk")
        regels = [_regel(nummer, een if isinstance(een, Probleem) else weg) for nummer, een in self._pot]
        self._pot, self._pot_bytes = [], 0
        verder = van_fout(NietBeschikbaar(f"{_STOPT}; vanaf hier is niets gelezen"), "bulk")
        self._slot = b"".join((*regels, _regel(self._nummer + 1, verder)))

    async def _neem(self, stuk: bytes) -> None:
        """Take the lines that are whole now; of one that is too long nothing is kept."""
        *heel, rest = stuk.split(b"\n")
        for regel in heel:
            if not self._slaat_over:
                await self._neem_regel(bytes(self._rest + regel))
            self._slaat_over = False
            self._rest.clear()
        if not self._slaat_over:
            self._rest += rest
            if len(self._rest) > self._grenzen.regel_bytes:
                await self._neem_regel(bytes(self._rest))
                self._slaat_over = True
                self._rest.clear()

    async def _neem_regel(self, regel: bytes) -> None:
        self._nummer += 1
        if not regel.strip():
            return
        self._pot.append((self._nummer, self._lees(regel)))
        self._pot_bytes += len(regel)
        if len(self._pot) >= self._grenzen.pot_regels or self._pot_bytes >= self._grenzen.pot_bytes:
            await self._bied_aan()

    def _lees(self, regel: bytes) -> AangebodenCommando | Probleem:
        if len(regel) > self._grenzen.regel_bytes:
            weg = te_groot(self._grenzen.regel_bytes)
        else:
            try:
                return self._balie.lees_bytes(regel, self._verzoek.gebruiker)
            except Exception as fout:  # noqa: BLE001 - a bad line fails alone
                weg = van_fout(fout, f"regel-{self._nummer}")
        log_niet_aangeboden(self._verzoek.register, weg, self._verzoek.gebruiker)
        return weg

    async def _bied_aan(self) -> None:
        """Offer what was gathered; when two batches are under way the first of them is answered before."""
        if not self._pot:
            return
        while len(self._onderweg) >= _ONDERWEG:
            await self._geef(await self._onderweg.popleft())
        pot, self._pot, self._pot_bytes = self._pot, [], 0
        self._onderweg.append(_taak(self._verwerk(pot)))

    async def _verwerk(self, pot: list[_Regel]) -> bytes:
        """The lines of the answer to one batch."""
        goed = tuple(een for _, een in pot if isinstance(een, AangebodenCommando))
        uitkomsten: dict[int, Verwerking | Probleem] = {n: een for n, een in pot if isinstance(een, Probleem)}
        nummers = [n for n, een in pot if isinstance(een, AangebodenCommando)]
        if goed:
            try:
                antwoorden = await self._verzoek.poort.bied_aan(self._verzoek.register, goed)
                uitkomsten.update(zip(nummers, antwoorden, strict=True))
            except Exception as fout:  # noqa: BLE001 - each line of it is told, and the next ones are tried
                probleem = van_fout(fout, f"regel-{nummers[0]}")
                uitkomsten.update(dict.fromkeys(nummers, probleem))
        return b"".join(_regel(n, uitkomsten[n]) for n, _ in pot)

    async def _geef(self, regels: bytes) -> None:
        await self._send({"type": "http.response.body", "body": regels, "more_body": True})


def _regel(nummer: int, antwoord: Verwerking | Probleem) -> bytes:
    """The line that tells what one line came to."""
    if isinstance(antwoord, NietVerwerkt):
        antwoord = van_niet_verwerkt(antwoord)
    elif isinstance(antwoord, Mislukt):
        antwoord = van_mislukt(antwoord)
    if isinstance(antwoord, Probleem):
        inhoud: dict[str, Any] = {"regel": nummer, "status": antwoord.status, "probleem": antwoord.inhoud}
        return json_bytes(inhoud) + b"\n"
    status = 200 if antwoord.uit_opslag else 201
    inhoud = {"regel": nummer, "status": status, "uitkomst": als_uitkomst(antwoord)}
    return json.dumps(inhoud, separators=(",", ":")).encode() + b"\n"


def _taak(wachtend: Awaitable[Any]) -> asyncio.Task[Any]:
    return asyncio.ensure_future(wachtend)
