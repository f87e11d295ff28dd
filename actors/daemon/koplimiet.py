"""Koplimiet: how many bytes of a request are taken in that nobody gets: its head, above all.

Httptools keeps a head whole, however long it is, of whoever can connect; the body is handed on as it comes.
"""

from typing import Any, Final

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

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
            self.send_400_response(f"De kop van een verzoek heeft hier hoogstens {MEESTE_BYTES} bytes.")

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
