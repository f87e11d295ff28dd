"""Koplimiet: how many bytes of a request are taken in that nobody gets: its head, above all.

Httptools keeps a head whole, however long it is, of whoever can connect; the body is handed on as it comes. What is no
HTTP is refused here too, before there is a request: with a problem like all others.
"""

from typing import Any, Final

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from actors.daemon.api.problemen import Probleem

MEESTE_BYTES: Final = 64 * 1024
"""Of a head, or of what else there is between two parts of a body."""


class Begrensd(HttpToolsProtocol):
    """HTTP of one connection, closed (400) when its head is too long."""

    _vastgehouden = 0

    def data_received(self, data: bytes) -> None:
        """Take in what came; what is not handed on by then is held."""
        self._vastgehouden += len(data)
        super().data_received(data)
        if self._vastgehouden > MEESTE_BYTES and not self.transport.is_closing():
            self._weiger(f"de kop van een verzoek heeft hier hoogstens {MEESTE_BYTES} bytes; kort die in")

    def on_headers_complete(self) -> None:
        """The head is whole."""
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
        koppen = b"".join(b"%b: %b\r\n" % kop for kop in antwoord.raw_headers)
        self.transport.write(b"HTTP/1.1 400 Bad Request\r\n%b\r\n%b" % (koppen, bytes(antwoord.body)))
        self.transport.close()
