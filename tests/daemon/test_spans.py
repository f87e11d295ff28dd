"""One trace from the HTTP request to the last register, as a collector of OpenTelemetry gets it."""

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from time import monotonic
from typing import Any

import httpx
import pytest
from opentelemetry.proto.trace.v1.trace_pb2 import Span
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from actors.daemon.waarneming import spans as spans_module
from actors.daemon.waarneming.spans import Spans
from actors.daemon.waarneming.spanvolger import Spanvolger
from actors.daemon.waarneming.verzoeken import Verzoekwaarneming, huidige_trace
from actors.runtime.systeem import RegisterSystem
from storage.errors import StorageError
from tests.daemon.logvang import Logvang
from tests.daemon.verzamelaar import Verzamelaar, keten, verzameld, wat
from tests.wereld import aanbod, auto, huishouden

SNEL = 0.01


@pytest.fixture
def verzamelaar() -> Iterator[tuple[str, type[Verzamelaar]]]:
    with verzameld() as wat_er_is:
        yield wat_er_is


@contextmanager
def gevolgd(systeem: RegisterSystem, endpoint: str) -> Iterator[Spans]:
    """Spans of a system, followed."""
    spans = Spans(endpoint, "Bearer geheim", om_de_s=SNEL)
    volger = Spanvolger(systeem.nog_een(), systeem.registers, spans, om_de_s=SNEL)
    try:
        yield spans
    finally:
        volger.sluit()
        spans.sluit(0.5)


def vraag(app: Any, kop: dict[str, str]) -> httpx.Response:
    async def stel() -> httpx.Response:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as wie:
            return await wie.post("/wegonderhoud/v1/commandos", headers=kop)

    return asyncio.run(stel())


def test_one_trace_links_request_commando_gevolg_and_the_commandos_of_the_next_registers(
    verzamelaar: tuple[str, type[Verzamelaar]],
) -> None:
    url, post = verzamelaar
    with RegisterSystem.in_memory(versie="test") as registers, gevolgd(registers, url) as spans:
        registers.verwerk(huishouden())
        registers.wacht_op_rust()

        async def koop(verzoek: Request) -> Response:
            registers.verwerk_alle([replace(aanbod(auto(), 7), trace=huidige_trace())])
            registers.wacht_op_rust()
            return JSONResponse({})

        binnen = Starlette(routes=[Route("/wegonderhoud/v1/commandos", koop, methods=["POST"])])
        app = Verzoekwaarneming(binnen, registers.registers, [spans.meld_verzoek], gemeten=True)
        antwoord = vraag(app, {"traceparent": f"00-{'a' * 32}-{'b' * 16}-01"})
        assert antwoord.headers["traceresponse"].startswith(f"00-{'a' * 32}-")
        verwacht = {
            (naam, g.naam)
            for naam in registers.registers
            for t in registers.gevolgen(naam)
            if t.verantwoording.software.trace
            for g in t.gevolgen
        }
        gekregen = post.wacht_op(
            lambda nu: verwacht <= {(wat(s, "gevolg.register"), s.name) for s in nu} and any(s.kind == 2 for s in nu)
        )
    assert {span.trace_id.hex() for span in gekregen} == {"a" * 32}
    per_id = {span.span_id: span for span in gekregen}
    assert len(per_id) == len(gekregen)
    (bezoek,) = (span for span in gekregen if span.kind == Span.SPAN_KIND_SERVER)
    assert (bezoek.name, bezoek.parent_span_id.hex()) == ("POST /wegonderhoud/v1/commandos", "b" * 16)
    stappen = keten(next(s for s in gekregen if s.name == "SpitspasrechtHerzien"), per_id)
    assert stappen == [
        "POST /wegonderhoud/v1/commandos",
        "RegistreerAuto",
        "AutoGeregistreerd",
        "NeemGegevensOver",
        "AutobezitVastgesteld",
        "NeemGegevensOver",
        "BijdrageGecorrigeerd",
        "StelHuishoudelijkMilieueffectVast",
        "SpitspasrechtHerzien",
    ]
    registers_op_weg = {wat(span, "gevolg.register") for span in gekregen}
    assert registers_op_weg == {"wegonderhoud", "aanschafheffing", "spitspas"}
    assert post.koppen[0] == ("/v1/traces", "Bearer geheim")


def test_a_span_holds_ids_and_names_and_no_value(verzamelaar: tuple[str, type[Verzamelaar]]) -> None:
    url, post = verzamelaar
    with RegisterSystem.in_memory(versie="test") as registers, gevolgd(registers, url):
        registers.verwerk_alle([replace(aanbod(auto(), 7), trace=f"00-{'a' * 32}-{'b' * 16}-01")])
        gekregen = post.wacht_op(lambda nu: any(s.name == "AutoGeregistreerd" for s in nu))
    commando = next(s for s in gekregen if s.name == "RegistreerAuto")
    sleutels = {"gevolg.register", "gevolg.aggregaat", "gevolg.commando_id", "gevolg.positie"}
    assert {een.key for een in commando.attributes} == sleutels
    tekst = "".join(str(span) for span in gekregen)
    assert "K-auto-1" not in tekst
    assert "Sam" not in tekst


def test_what_is_in_no_trace_or_in_one_that_is_not_measured_is_not_told(
    verzamelaar: tuple[str, type[Verzamelaar]],
) -> None:
    url, post = verzamelaar
    with RegisterSystem.in_memory(versie="test") as registers, gevolgd(registers, url):
        registers.verwerk_alle([aanbod(auto("auto-1"), 1)])
        registers.verwerk_alle([replace(aanbod(auto("auto-2"), 2), trace=f"00-{'a' * 32}-{'b' * 16}-00")])
        registers.verwerk_alle([replace(aanbod(auto("auto-3"), 3), trace=f"00-{'c' * 32}-{'b' * 16}-01")])
        gekregen = post.wacht_op(bool)
    assert {span.trace_id.hex() for span in gekregen} == {"c" * 32}


def test_it_begins_where_the_journals_are_when_it_starts(verzamelaar: tuple[str, type[Verzamelaar]]) -> None:
    url, post = verzamelaar
    met_spoor = [replace(aanbod(auto(f"auto-{n}"), n), trace=f"00-{'a' * 31}{n}-{'b' * 16}-01") for n in (1, 2)]
    with RegisterSystem.in_memory(versie="test", levering=False) as registers:
        registers.verwerk_alle(met_spoor[:1])
        with gevolgd(registers, url):
            registers.verwerk_alle(met_spoor[1:])
            gekregen = post.wacht_op(bool)
    assert {span.trace_id.hex()[-1] for span in gekregen} == {"2"}


def test_a_collector_that_is_not_there_costs_nothing_and_is_told_once(monkeypatch: pytest.MonkeyPatch) -> None:
    verloren = threading.Semaphore(0)
    eerder = spans_module._Bezorger.export

    def geteld(zelf: Any, spans: Any) -> Any:
        uitkomst = eerder(zelf, spans)
        verloren.release()
        return uitkomst

    monkeypatch.setattr(spans_module._Bezorger, "export", geteld)
    monkeypatch.setattr(spans_module, "_WACHT_S", 0.05)
    with socket.socket() as niemand:  # bound, and not listening: refused at once
        niemand.bind(("127.0.0.1", 0))
        weg = f"http://127.0.0.1:{niemand.getsockname()[1]}"
        with (
            Logvang() as vang,
            RegisterSystem.in_memory(versie="test") as registers,
            gevolgd(registers, weg),
        ):
            for nummer in (1, 2):
                met_spoor = replace(aanbod(auto(f"auto-{nummer}"), nummer), trace=f"00-{'a' * 32}-{'b' * 16}-01")
                begin = monotonic()
                registers.verwerk_alle([met_spoor])
                assert monotonic() - begin < 5
                assert verloren.acquire(timeout=20)
    (regel,) = vang.van("spans.failed")
    assert regel["lost"] > 0
    assert "geheim" not in str(vang.regels)


def test_who_can_reach_the_collector_again_says_what_was_lost(
    verzamelaar: tuple[str, type[Verzamelaar]], monkeypatch: pytest.MonkeyPatch
) -> None:
    url, post = verzamelaar
    post.status = 400
    with Logvang() as vang, RegisterSystem.in_memory(versie="test") as registers, gevolgd(registers, url):
        trace = f"00-{'a' * 32}-{'b' * 16}-01"
        registers.verwerk_alle([replace(aanbod(auto("auto-1"), 1), trace=trace)])
        with post.nieuw:
            assert post.nieuw.wait_for(lambda: post.koppen != [], 20)
        post.status = 200
        registers.verwerk_alle([replace(aanbod(auto("auto-2"), 2), trace=trace)])
        post.wacht_op(bool)
    (regel,) = vang.van("spans.resumed")
    assert regel["lost"] > 0


def test_a_register_that_cannot_be_read_for_a_while_is_told_once_and_followed_on(
    verzamelaar: tuple[str, type[Verzamelaar]], monkeypatch: pytest.MonkeyPatch
) -> None:
    url, post = verzamelaar
    geprobeerd = threading.Semaphore(0)
    with Logvang() as vang, RegisterSystem.in_memory(versie="test") as registers:
        lezing = registers.nog_een()
        echt = lezing.gevolgd

        def stuk(*_: Any) -> Any:
            geprobeerd.release()
            raise StorageError("the journal is away")

        monkeypatch.setattr(lezing, "gevolgd", stuk)
        spans = Spans(url, om_de_s=SNEL)
        volger = Spanvolger(lezing, ["wegonderhoud"], spans, om_de_s=SNEL)
        assert all(geprobeerd.acquire(timeout=20) for _ in range(3))
        monkeypatch.setattr(lezing, "gevolgd", echt)
        registers.verwerk_alle([replace(aanbod(auto(), 7), trace=f"00-{'a' * 32}-{'b' * 16}-01")])
        post.wacht_op(bool)
        volger.sluit()
        spans.sluit(0.5)
    assert [regel["error"] for regel in vang.van("spans.not_followed")] == ["the journal is away"]
