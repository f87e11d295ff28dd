"""Verzoeken: every HTTP request seen from outside: which route, by whom, how it ended and how long that took.

A pure ASGI middleware around the whole application; what is told of a request is told to observers: the log, the
metrics, the spans. No path or query is told, as these may hold personal values: only the template of the route.

The application tells it more in `scope["state"]`: `gebruiker`, the name of who asks; and `route`, the template of the
route, when its router does not say it. It finds there `trace`: the span of the request, and the one it came from. What
is offered because of a request has its trace (`huidige_trace`).
"""

from collections.abc import Callable, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from http import HTTPMethod
from time import perf_counter
from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from actors.runtime.klok import Buitenwereld
from actors.runtime.logboek import maak_log, volgt
from actors.runtime.programma import programmaversie
from actors.verwerking.traceparent import Traceparent

GEEN_ROUTE: Final = "(geen)"
"""What a request that no route takes is counted under."""
ANDERE_METHODE: Final = "_OTHER"
"""What a method of someone's own making is counted under (OpenTelemetry): he may make as many as he likes."""
_METHODES: Final = frozenset(HTTPMethod)
_ONTSNAPT: Final = 500
"""The status of a request of which an error escaped: what the server answers then."""

log = maak_log("verzoek")


@dataclass(frozen=True, slots=True)
class Verzoek:
    """A request that was handled. `begonnen` is an aware moment in UTC; `ouder` the span it came from, if any."""

    methode: str
    route: str
    register: str | None
    status: int
    begonnen: datetime
    duur_s: float
    antwoord_bytes: int
    gebruiker: str | None
    trace: Traceparent
    ouder: Traceparent | None


Waarnemer = Callable[[Verzoek], None]
"""Hears of each request when it is over; must be quick, and not raise."""


_TRACE: ContextVar[str] = ContextVar("trace", default="")


def huidige_trace() -> str:
    """The traceparent for what is offered because of the request that is handled here; empty when there is none."""
    return _TRACE.get()


class Verzoekwaarneming:
    """The middleware: outermost, so that it sees what others refuse."""

    def __init__(
        self,
        app: ASGIApp,
        registers: Sequence[str],
        waarnemers: Sequence[Waarnemer],
        *,
        gemeten: bool,
        buitenwereld: Buitenwereld | None = None,
    ) -> None:
        """`gemeten`: whether a trace that begins here is measured (sampled): only when spans go anywhere."""
        self._app = app
        self._registers = frozenset(registers)
        self._waarnemers = tuple(waarnemers)
        self._gemeten = gemeten
        self._buiten = buitenwereld or Buitenwereld()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, and tell of it when it is over."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        ouder = _traceparent(scope)
        trace = self._trace(ouder)
        scope.setdefault("state", {})["trace"] = (trace, ouder)
        _TRACE.set(str(trace))
        antwoord = _Antwoord(send, str(trace).encode())
        wortel = scope.get("root_path", "")
        begonnen, begin = self._buiten.klok(), perf_counter()
        try:
            await self._app(scope, receive, antwoord)
        finally:
            route = _route(scope, wortel)
            verzoek = Verzoek(
                methode=scope["method"] if scope["method"] in _METHODES else ANDERE_METHODE,
                route=route,
                register=next((deel for deel in route.split("/") if deel in self._registers), None),
                status=antwoord.status or _ONTSNAPT,
                begonnen=begonnen,
                duur_s=perf_counter() - begin,
                antwoord_bytes=antwoord.bytes,
                gebruiker=scope["state"].get("gebruiker"),
                trace=trace,
                ouder=ouder,
            )
            for waarnemer in self._waarnemers:
                waarnemer(verzoek)

    def _trace(self, ouder: Traceparent | None) -> Traceparent:
        """The span of this request: in the trace of who asks, or in a new one."""
        eigen = self._id(8)
        return ouder._replace(span_id=eigen) if ouder else Traceparent(self._id(16), eigen, self._gemeten)

    def _id(self, lengte: int) -> str:
        """Random hexadecimal digits, never all zero: that would stand for nothing."""
        kans = self._buiten.willekeur(lengte)
        return (kans if any(kans) else b"\x01" * lengte).hex()


class _Antwoord:
    """Sends on what is answered, and remembers what it saw."""

    def __init__(self, send: Send, trace: bytes) -> None:
        self._send, self._trace = send, trace
        self.status = 0
        self.bytes = 0

    async def __call__(self, bericht: Message) -> None:
        if bericht["type"] == "http.response.start":
            self.status = bericht["status"]
            bericht = {**bericht, "headers": [*bericht.get("headers", ()), (b"traceresponse", self._trace)]}
        elif bericht["type"] == "http.response.body":
            self.bytes += len(bericht.get("body", b""))
        await self._send(bericht)


def log_verzoek(verzoek: Verzoek) -> None:
    """The canonical line of a request."""
    if volgt("verzoek"):
        log.info(
            "request.handled",
            method=verzoek.methode,
            route=verzoek.route,
            register=verzoek.register,
            status=verzoek.status,
            duration_ms=round(verzoek.duur_s * 1000, 3),
            bytes=verzoek.antwoord_bytes,
            user=verzoek.gebruiker,
            trace_id=verzoek.trace.trace_id,
            program=programmaversie(),
        )


def _traceparent(scope: Scope) -> Traceparent | None:
    """The one traceparent that came with a request; several are as good as none."""
    gegeven = [waarde for naam, waarde in scope["headers"] if naam == b"traceparent"]
    return Traceparent.lees(gegeven[0].decode("latin-1").strip()) if len(gegeven) == 1 else None


def _route(scope: Scope, wortel: str) -> str:
    """The template of the route that took a request, with what it is mounted under; never a path with values in it."""
    onder = str(scope.get("root_path", ""))[len(wortel) :]
    gezegd = str(scope["state"].get("route") or getattr(scope.get("route"), "path", ""))
    if gezegd:
        return gezegd if gezegd.startswith(onder) else onder + gezegd
    if onder:
        return onder
    # A route without parameters takes the path that it is.
    return str(scope["path"]) if "endpoint" in scope and not scope.get("path_params") else GEEN_ROUTE
