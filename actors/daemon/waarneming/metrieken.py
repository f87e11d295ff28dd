"""Metrieken: what a daemon counts, and what it is asked for at a scrape, in the form that Prometheus reads.

What is counted comes from requests and commando's as they pass; all else is looked up when it is asked for.
"""

from collections.abc import Callable, Coroutine, Iterable, Sequence
from time import perf_counter
from typing import Any, Final, NamedTuple, TypeVar

from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.exposition import choose_encoder
from prometheus_client.metrics_core import Metric
from starlette.requests import Request
from starlette.responses import Response

from actors.daemon.poort import NietBeschikbaar, Poort
from actors.daemon.waarneming.gezondheid import Gezondheid
from actors.daemon.waarneming.standmetrieken import Meetbaar, Standmeter
from actors.daemon.waarneming.verzoeken import Verzoek
from actors.register.commando import AangebodenCommando, Verwerking
from actors.runtime.lezing import Registerlezing
from actors.verwerking.signaalverwerking import Signalen

T = TypeVar("T")

_ONBEKEND: Final = "Onbekend"
"""What came of a commando whose answer nobody waited for, or that met an error here."""
_SECONDEN: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
"""From reading a row to a long-poll that waits."""
_AANTALLEN: Final = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)


class _Uitkomst(NamedTuple):
    """How long commando's that were offered together waited, and what came of each."""

    duur_s: float
    soorten: Sequence[str]


class Metrieken:
    """All that Prometheus is told of one daemon."""

    def __init__(self, gezondheid: Gezondheid, poort: Meetbaar) -> None:
        self.registry = CollectorRegistry()
        self._stand = Standmeter(gezondheid, poort)
        self._verzoek_s = Histogram(
            "gevolg_http_request_seconds",
            "How long HTTP requests took, until the last byte of the answer.",
            ("method", "route", "status"),
            buckets=_SECONDEN,
            registry=self.registry,
        )
        self._verzoek_bytes = Counter(
            "gevolg_http_response_bytes",
            "Bytes of answers, headers left aside.",
            ("method", "route"),
            registry=self.registry,
        )
        self._commandos = Counter(
            "gevolg_commandos",
            "Commando's that were offered, by what came of them.",
            ("register", "commando", "outcome"),
            registry=self.registry,
        )
        self._commando_s = Histogram(
            "gevolg_commando_seconds",
            "How long commando's waited for their answer, those offered together once.",
            ("register",),
            buckets=_SECONDEN,
            registry=self.registry,
        )
        self._samen = Histogram(
            "gevolg_commandos_per_offer",
            "How many commando's were offered together.",
            ("register",),
            buckets=_AANTALLEN,
            registry=self.registry,
        )

    def tel_verzoek(self, verzoek: Verzoek) -> None:
        """Count a request that was handled."""
        self._verzoek_s.labels(verzoek.methode, verzoek.route, verzoek.status).observe(verzoek.duur_s)
        self._verzoek_bytes.labels(verzoek.methode, verzoek.route).inc(verzoek.antwoord_bytes)

    def tel_aanbod(self, register: str, aangeboden: Sequence[AangebodenCommando], uitkomst: _Uitkomst) -> None:
        """Count commando's that were offered together."""
        self._commando_s.labels(register).observe(uitkomst.duur_s)
        self._samen.labels(register).observe(len(aangeboden))
        for een, soort in zip(aangeboden, uitkomst.soorten, strict=True):
            self._commandos.labels(register, type(een.commando).__name__, soort).inc()

    def families(self, lezing: Registerlezing) -> list[Metric]:
        """All of it, as it is now."""
        return [*self.registry.collect(), *self._stand.collect(lezing)]

    def tekst(self, lezing: Registerlezing, accept: str = "") -> tuple[bytes, str]:
        """All of it as text, and the media type of that, which suits an Accept header."""
        schrijf, soort = choose_encoder(accept)
        return schrijf(_Verzameld(self.families(lezing))), soort

    async def antwoord(self, poort: Poort, verzoek: Request) -> Response:
        """The answer to a scrape."""
        accept = verzoek.headers.get("accept", "")
        tekst, soort = await poort.lees(lambda lezing: self.tekst(lezing, accept))
        return Response(tekst, media_type=soort)


class GeteldePoort:
    """A poort that counts what is offered through it."""

    def __init__(self, poort: Poort, metrieken: Metrieken) -> None:
        self._poort = poort
        self._metrieken = metrieken

    @property
    def registers(self) -> tuple[str, ...]:
        """The names of the registers that are served."""
        return self._poort.registers

    @property
    def stopt(self) -> bool:
        """Whether the daemon stops; see Poort."""
        return self._poort.stopt

    async def bied_aan(self, register: str, aangeboden: Sequence[AangebodenCommando]) -> tuple[Verwerking, ...]:
        """Offer commando's to one register; see Poort."""
        return await self._geteld(register, aangeboden, self._poort.bied_aan(register, aangeboden))

    async def bied_signalen_aan(self, register: str, signalen: Signalen) -> tuple[Verwerking, ...]:
        """Offer what follows from signalen as one turn; see Poort."""
        return await self._geteld(register, signalen.commandos, self._poort.bied_signalen_aan(register, signalen))

    async def _geteld(
        self,
        register: str,
        aangeboden: Sequence[AangebodenCommando],
        werk: Coroutine[Any, Any, tuple[Verwerking, ...]],
    ) -> tuple[Verwerking, ...]:
        begin = perf_counter()
        soorten = [_ONBEKEND] * len(aangeboden)
        try:
            antwoorden = await werk
            soorten = [type(antwoord).__name__ for antwoord in antwoorden]
        except NietBeschikbaar:
            soorten = [NietBeschikbaar.__name__] * len(aangeboden)
            raise
        finally:
            self._metrieken.tel_aanbod(register, aangeboden, _Uitkomst(perf_counter() - begin, soorten))
        return antwoorden

    async def lees(self, vraag: Callable[[Registerlezing], T], *, lang: bool = False) -> T:
        """Ask on a thread; see Poort."""
        return await self._poort.lees(vraag, lang=lang)

    async def wacht(self, register: str, klaar: Callable[[Registerlezing], bool], hoogstens_s: float) -> bool:
        """Wait until it holds; see Poort."""
        return await self._poort.wacht(register, klaar, hoogstens_s)


class _Verzameld(CollectorRegistry):
    """What was collected already, as a registry to write."""

    def __init__(self, families: Iterable[Metric]) -> None:
        super().__init__()
        self._families = list(families)

    def collect(self) -> Iterable[Metric]:
        """All of it."""
        return self._families
