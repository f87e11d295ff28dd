"""Koplimiet: what whoever can connect costs before there is a request: how many connections, heads how long and late.

Httptools keeps a head whole, however long it is; the body is handed on as it comes. What is no HTTP is refused here
too: with a problem like all others.
"""

import asyncio
import resource
import sys
from typing import Any, Final

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from actors.daemon.api.koppen import van_elk_antwoord
from actors.daemon.api.problemen import Probleem

MEESTE_BYTES: Final = 64 * 1024
"""Of a head, or of what else there is between two parts of a body."""

KOPTIJD_S: Final = 30.0
"""So long may a head take, from its first byte; and so long may whoever connected say nothing."""


def meeste_verbindingen() -> int:
    """How many connections are kept at once: three quarters of the descriptors that this process may have."""
    zacht, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return sys.maxsize if zacht == resource.RLIM_INFINITY else zacht * 3 // 4


class Begrensd(HttpToolsProtocol):
    """HTTP of one connection; closed when its head is too long or too late, or there are too many others."""

    _vastgehouden = 0
    _te_laat: asyncio.TimerHandle | None = None

    def connection_made(self, transport: Any) -> None:
        """Somebody connected; one too many is let go at once, so that those who are there are served."""
        super().connection_made(transport)
        if len(self.connections) > meeste_verbindingen():
            transport.abort()
        else:
            self._wacht_op_kop()

    def connection_lost(self, exc: Exception | None) -> None:
        """It is over."""
        self._kop_is_er()
        super().connection_lost(exc)

    def _wacht_op_kop(self) -> None:
        if self._te_laat is None:
            self._te_laat = self.loop.call_later(KOPTIJD_S, self.transport.close)

    def _kop_is_er(self) -> None:
        if self._te_laat is not None:
            self._te_laat.cancel()
            self._te_laat = None

    def on_message_begin(self) -> None:
        """The first byte of a head."""
        self._wacht_op_kop()
        super().on_message_begin()

    def data_received(self, data: bytes) -> None:
        """Take in what came; what is not handed on by then is held."""
        self._vastgehouden += len(data)
        super().data_received(data)
        if self._vastgehouden > MEESTE_BYTES and not self.transport.is_closing():
            self._weiger(f"de kop van een verzoek heeft hier hoogstens {MEESTE_BYTES} bytes; kort die in")

    def on_headers_complete(self) -> None:
        """The head is whole."""
        self._kop_is_er()
        self._vastgehouden = 0
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """A part of the body."""
        self._vastgehouden = 0
        super().on_body(body)

    def on_message_complete(self) -> Any:
        """The request is whole."""
        self._vastgehouden = 0
        super().on_message_complete()

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002 - what uvicorn calls it is for its own log
        """What came is no HTTP."""
        self._weiger("dit is geen HTTP/1.1; spreek HTTP, of https:// als de dienst een certificaat heeft")

    def _weiger(self, detail: str) -> None:
        antwoord = Probleem(400, detail, soort="geen-http", koppen={"connection": "close"}).antwoord()
        koppen = b"".join(b"%b: %b\r\n" % kop for kop in (*antwoord.raw_headers, *van_elk_antwoord()))
        self.transport.write(b"HTTP/1.1 400 Bad Request\r\n%b\r\n%b" % (koppen, bytes(antwoord.body)))
        self.transport.close()
