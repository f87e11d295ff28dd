"""Uitkijkpost: all that watches a daemon, put together; the daemon itself does not notice."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp

from actors.daemon.procespoort import Procespoort
from actors.daemon.waarneming.gezondheid import Gezondheid
from actors.daemon.waarneming.metrieken import GeteldePoort, Metrieken
from actors.daemon.waarneming.verzoeken import Verzoekwaarneming, Waarnemer, log_verzoek
from actors.runtime.processen.messages import Boom
from actors.verwerking.jsonvorm import json_bytes

if TYPE_CHECKING:
    from actors.daemon.waarneming.spans import Spans
    from actors.daemon.waarneming.spanvolger import Spanvolger


class Uitkijkpost:
    """Make it where the poort is made; close it when HTTP has ended, before the poort.

        post = Uitkijkpost(poort, lambda: groep.tree, otlp=instellingen.otlp.endpoint)
        app = post.om(maak_app(post.poort, …, paden=[Route("/health/ready", post.gereed)]))

    `poort` is the road to the registers on which is counted; `meet` answers a scrape, for whoever may.
    """

    def __init__(
        self, poort: Procespoort, boom: Callable[[], Boom], *, otlp: str | None = None, autorisatie: str | None = None
    ) -> None:
        """`boom()` tells the processes; spans go to the endpoint `otlp` (None: nowhere). Raises StorageError."""
        self._lezing = poort.lezing
        self.gezondheid = Gezondheid(boom, poort.registers)
        self.metrieken = Metrieken(self.gezondheid, poort)
        self.poort = GeteldePoort(poort, self.metrieken)
        self._volgt = _volg(poort, otlp, autorisatie) if otlp else None

    def om(self, app: ASGIApp) -> Verzoekwaarneming:
        """An application of which every request is seen."""
        waarnemers: list[Waarnemer] = [log_verzoek, self.metrieken.tel_verzoek]
        if self._volgt:
            waarnemers.append(self._volgt[0].meld_verzoek)
        return Verzoekwaarneming(app, self.poort.registers, waarnemers, gemeten=self._volgt is not None)

    async def gereed(self, _verzoek: Request) -> Response:
        """Whether the daemon is well: 200, or 503 when something is not; needs no token."""
        bericht = self.gezondheid.bericht(self._lezing)
        return Response(
            json_bytes(bericht), 200 if bericht["gereed"] else 503, {"cache-control": "no-store"}, "application/json"
        )

    async def meet(self, verzoek: Request) -> Response:
        """All metrics; for `beheer` alone."""
        return await self.metrieken.antwoord(self.poort, verzoek)

    def sluit(self, binnen_s: float) -> None:
        """Tell what was recorded until now, within this time."""
        if self._volgt:
            spans, volger = self._volgt
            volger.sluit()
            spans.sluit(binnen_s)


def _volg(poort: Procespoort, otlp: str, autorisatie: str | None) -> "tuple[Spans, Spanvolger]":
    # Loading OpenTelemetry takes time and memory: for who wants it alone.
    from actors.daemon.waarneming.spans import Spans  # noqa: PLC0415
    from actors.daemon.waarneming.spanvolger import Spanvolger  # noqa: PLC0415

    spans = Spans(otlp, autorisatie)
    return spans, Spanvolger(poort.lezing.nog_een(), poort.registers, spans)
