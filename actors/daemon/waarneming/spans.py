"""Spans: what a daemon does, as OpenTelemetry sees it, over OTLP/HTTP; only where an endpoint is configured.

    HTTP request → commando → gevolg → commando in the next register → …

Nothing waits for the collector: spans queue up to a bound and go out on a thread of their own; what cannot be brought
is dropped, and the log says so once in a while.
"""

from collections.abc import Sequence
from datetime import datetime
from time import monotonic
from typing import Final

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult
from opentelemetry.sdk.util.instrumentation import InstrumentationScope
from opentelemetry.trace import SpanContext, SpanKind, Status, StatusCode, TraceFlags

from actors.daemon.waarneming.verzoeken import Verzoek
from actors.runtime.logboek import maak_log
from actors.runtime.programma import programmaversie
from actors.verwerking.gevolgd import Gevolgd
from actors.verwerking.traceparent import Traceparent, span_id
from storage.moments import to_micros

_PAD: Final = "/v1/traces"
_WACHT_S: Final = 10.0
"""How long the collector may take."""
_RIJ: Final = 8192
"""Spans that wait at most: a few MB."""
_STIL_S: Final = 60.0
"""How often it is said that the collector cannot be reached."""
_SERVERFOUT: Final = 500

_Wat = dict[str, str | int]
"""What a span says: ids, names and numbers, never a value of a register."""

log = maak_log("spans")


class Spans:
    """Where the spans of a daemon go. Has a thread; close it. Any thread may tell."""

    def __init__(self, endpoint: str, autorisatie: str | None = None, *, om_de_s: float = 1.0) -> None:
        """Send to an OTLP/HTTP endpoint (its root, or the full path of traces), every so many seconds."""
        adres = endpoint if endpoint.endswith(_PAD) else endpoint.rstrip("/") + _PAD
        kop = {"authorization": autorisatie} if autorisatie else {}
        exporter = OTLPSpanExporter(endpoint=adres, headers=kop, timeout=_WACHT_S)
        self._uit = BatchSpanProcessor(
            _Bezorger(exporter), max_queue_size=_RIJ, schedule_delay_millis=om_de_s * 1000, max_export_batch_size=512
        )
        versie = programmaversie()
        self._bron = Resource.create({"service.name": "gevolg", "service.version": versie})
        self._maker = InstrumentationScope("gevolg", versie)

    def meld_verzoek(self, verzoek: Verzoek) -> None:
        """Tell of an HTTP request that was handled."""
        if verzoek.trace.gemeten:
            begin = _nano(verzoek.begonnen)
            mis = verzoek.status >= _SERVERFOUT
            eigen: _Wat = {
                "http.request.method": verzoek.methode,
                "http.route": verzoek.route,
                "http.response.status_code": verzoek.status,
                "http.response.body.size": verzoek.antwoord_bytes,
            }
            if verzoek.register:
                eigen["gevolg.register"] = verzoek.register
            self._meld(
                f"{verzoek.methode} {verzoek.route}",
                verzoek.trace,
                verzoek.ouder,
                (begin, begin + int(verzoek.duur_s * 1e9)),
                eigen,
                kind=SpanKind.SERVER,
                status=Status(StatusCode.ERROR if mis else StatusCode.UNSET),
            )

    def meld_transactie(self, register: str, stap: Gevolgd) -> None:
        """Tell of a transactie and its gevolgen, when it is part of a trace that is measured."""
        ouder = Traceparent.lees(stap.trace)
        if ouder is None or not ouder.gemeten:
            return
        nu = _nano(stap.geregistreerd_op)
        eigen = ouder._replace(span_id=span_id(stap.commando_id))
        over: _Wat = {"gevolg.register": register, "gevolg.aggregaat": stap.aggregaat}
        commando: _Wat = {"gevolg.commando_id": stap.commando_id, "gevolg.positie": stap.positie}
        self._meld(stap.commando, eigen, ouder, (nu, nu), over | commando, kind=SpanKind.CONSUMER)
        for id_, naam in stap.gevolgen:
            self._meld(naam, ouder._replace(span_id=span_id(id_)), eigen, (nu, nu), {**over, "gevolg.id": id_})

    def _meld(  # noqa: PLR0913 - what a span is made of
        self,
        naam: str,
        eigen: Traceparent,
        ouder: Traceparent | None,
        duur: tuple[int, int],
        wat: _Wat,
        *,
        kind: SpanKind = SpanKind.INTERNAL,
        status: Status | None = None,
    ) -> None:
        span = ReadableSpan(
            naam,
            _context(eigen, elders=False),
            _context(ouder, elders=True) if ouder else None,
            self._bron,
            wat,
            kind=kind,
            status=status or Status(StatusCode.UNSET),
            start_time=duur[0],
            end_time=duur[1],
            instrumentation_scope=self._maker,
        )
        self._uit.on_end(span)

    def sluit(self, binnen_s: float) -> None:
        """Bring what waits, as far as that can be done within this time."""
        self._uit._batch_processor.shutdown(int(binnen_s * 1000))  # noqa: SLF001 - its own takes half a minute


class _Bezorger(SpanExporter):
    """Brings spans; says once in a while that it cannot, and once that it can again."""

    def __init__(self, exporter: SpanExporter) -> None:
        self._exporter = exporter
        self._verloren = 0
        self._gezegd = -_STIL_S

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        """Bring a batch; never raises."""
        try:
            uitkomst = self._exporter.export(spans)
        except Exception as fout:  # noqa: BLE001 - whatever it raises: a span is not worth more than a line in the log
            uitkomst, waarom = SpanExportResult.FAILURE, type(fout).__name__
        else:
            waarom = "the collector does not take them"
        if uitkomst is SpanExportResult.SUCCESS:
            if self._verloren:
                log.info("spans.resumed", lost=self._verloren)
            self._verloren, self._gezegd = 0, -_STIL_S
            return uitkomst
        self._verloren += len(spans)
        if monotonic() - self._gezegd >= _STIL_S:
            self._gezegd = monotonic()
            log.warning("spans.failed", lost=self._verloren, error=waarom)
        return uitkomst

    def shutdown(self) -> None:
        """Let go of the collector."""
        self._exporter.shutdown()


def _context(plaats: Traceparent, *, elders: bool) -> SpanContext:
    vlaggen = TraceFlags(TraceFlags.SAMPLED if plaats.gemeten else TraceFlags.DEFAULT)
    return SpanContext(int(plaats.trace_id, 16), int(plaats.span_id, 16), elders, vlaggen)


def _nano(moment: datetime) -> int:
    """Nanoseconds since 1970."""
    return to_micros(moment) * 1000
