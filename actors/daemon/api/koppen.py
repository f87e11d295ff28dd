"""Koppen: the headers of every answer: the version of the API, and what a browser may not do with it."""

import itertools

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from actors.daemon.api.problemen import van_fout

VERSIE = "1.0.0"
"""The version of every API."""

_KOPPEN = (
    (b"api-version", VERSIE.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"strict-transport-security", b"max-age=31536000; includeSubDomains"),
)
_NUMMERS = itertools.count(1)
_STANDAARD = (
    ("cache-control", "no-store"),
    ("content-security-policy", "default-src 'none'; frame-ancestors 'none'"),
)
"""What an answer may say otherwise of itself."""


def van_elk_antwoord() -> list[tuple[bytes, bytes]]:
    """The headers of an answer that no application gives."""
    return [*((naam.encode(), waarde.encode()) for naam, waarde in _STANDAARD), *_KOPPEN]


class Koppen:
    """Adds the headers to whatever an application answers; what it raises is answered as a problem."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass it on, with the headers."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        begonnen = False

        async def met_koppen(bericht: Message) -> None:
            nonlocal begonnen
            if bericht["type"] == "http.response.start":
                begonnen = True
                koppen = MutableHeaders(scope=bericht)
                for naam, waarde in _STANDAARD:
                    koppen.setdefault(naam, waarde)
                bericht["headers"] = [*koppen.raw, *_KOPPEN]
            await send(bericht)

        try:
            await self._app(scope, receive, met_koppen)
        except Exception as fout:
            if begonnen:
                raise
            await van_fout(fout, f"app-{next(_NUMMERS)}").antwoord()(scope, receive, met_koppen)
