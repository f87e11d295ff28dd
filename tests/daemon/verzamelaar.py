"""A collector of OpenTelemetry for a test: OTLP/HTTP, in this process; and how to read what it got."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span


class Verzamelaar(BaseHTTPRequestHandler):
    """A collector: keeps what it gets."""

    gekregen: ClassVar[list[Span]]
    koppen: ClassVar[list[tuple[str, str | None]]]
    status: ClassVar[int] = 200
    nieuw: ClassVar[threading.Condition]

    def do_POST(self) -> None:
        inhoud = self.rfile.read(int(self.headers["content-length"]))
        kop = (self.path, self.headers["authorization"])
        bericht = ExportTraceServiceRequest.FromString(inhoud)
        with self.nieuw:
            self.koppen.append(kop)
            if self.status == 200:
                delen = (deel for bron in bericht.resource_spans for deel in bron.scope_spans)
                self.gekregen.extend(span for deel in delen for span in deel.spans)
            self.nieuw.notify_all()
        self.send_response(self.status)
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - its name there
        """Says nothing."""

    @classmethod
    def wacht_op(cls, klaar: Callable[[list[Span]], bool]) -> list[Span]:
        with cls.nieuw:
            assert cls.nieuw.wait_for(lambda: klaar(cls.gekregen), 20)
            return list(cls.gekregen)


@contextmanager
def verzameld() -> Iterator[tuple[str, type[Verzamelaar]]]:
    """A collector that runs: its url, and what it got."""

    class Eigen(Verzamelaar):
        gekregen: ClassVar[list[Span]] = []
        koppen: ClassVar[list[tuple[str, str | None]]] = []
        nieuw = threading.Condition()

    with ThreadingHTTPServer(("127.0.0.1", 0), Eigen) as server:
        draad = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        draad.start()
        yield f"http://127.0.0.1:{server.server_port}", Eigen
        server.shutdown()
        draad.join()


def wat(span: Span, sleutel: str) -> str:
    return next((een.value.string_value for een in span.attributes if een.key == sleutel), "")


def keten(span: Span, per_id: dict[bytes, Span]) -> list[str]:
    """The names from the first to this one, parent by parent."""
    namen = [span.name]
    while span.parent_span_id in per_id:
        span = per_id[span.parent_span_id]
        namen.insert(0, span.name)
    return namen
