"""A request as it is told of: by route, never by path; with its trace and who asked."""

import asyncio
import json
from collections.abc import Iterator

import httpx
import pytest
from fastapi import FastAPI
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Mount, Route

from actors.daemon.waarneming.verzoeken import (
    ANDERE_METHODE,
    GEEN_ROUTE,
    Verzoek,
    Verzoekwaarneming,
    huidige_trace,
    log_verzoek,
)
from actors.runtime.programma import programmaversie
from actors.verwerking.traceparent import Traceparent
from tests.daemon.logvang import Logvang

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
VAN_BUITEN = f"00-{TRACE}-00f067aa0ba902b7-01"


async def antwoord(verzoek: Request) -> Response:
    verzoek.state.gebruiker = "balie"
    return PlainTextResponse(huidige_trace())


async def ontsnapt(_verzoek: Request) -> Response:
    raise RuntimeError("een waarde die niemand mag zien")


async def zegt_route(verzoek: Request) -> Response:
    verzoek.state.route = "/stil/{id}"
    return PlainTextResponse("")


def stil(*routes: Route) -> FastAPI:
    """An application whose router does not say which route it took."""
    app = FastAPI()
    app.router.routes.extend(routes)
    return app


BINNEN = Starlette(
    routes=[
        Route("/wegonderhoud/v1/auto/{auto}", antwoord, methods=["GET"]),
        Route("/stuk", ontsnapt),
        Mount("/static", app=PlainTextResponse("vast")),
        Mount("/spitspas/v1", app=Starlette(routes=[Route("/huishoudens/{id}", antwoord)])),
    ]
)
STIL = stil(Route("/stil", antwoord), Route("/stil/{id}", antwoord))
STIL.mount("/onder", stil(Route("/stil/{id}", zegt_route)))


def vraag(
    pad: str, kop: dict[str, str] | None = None, *, gemeten: bool = True, methode: str = "GET"
) -> tuple[httpx.Response, Verzoek]:
    gezien: list[Verzoek] = []
    binnen = STIL if pad.startswith(("/stil", "/onder")) else BINNEN
    app = Verzoekwaarneming(binnen, ["wegonderhoud", "spitspas"], [gezien.append, log_verzoek], gemeten=gemeten)

    async def stel() -> httpx.Response:
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as wie:
            return await wie.request(methode, pad, headers=kop)

    gegeven = asyncio.run(stel())
    (verzoek,) = gezien
    return gegeven, verzoek


@pytest.fixture
def regels() -> Iterator[Logvang]:
    with Logvang() as vang:
        yield vang


def test_a_request_is_told_by_its_route_and_never_by_what_was_in_its_path_or_query(regels: Logvang) -> None:
    gegeven, verzoek = vraag("/wegonderhoud/v1/auto/XX-99-YY?bsn=123456782")
    assert verzoek.route == "/wegonderhoud/v1/auto/{auto}"
    (regel,) = regels.van("request.handled")
    assert regel | {"duration_ms": 0, "timestamp": ""} == {
        "event": "request.handled",
        "level": "info",
        "logger": "gevolg.verzoek",
        "timestamp": "",
        "method": "GET",
        "route": "/wegonderhoud/v1/auto/{auto}",
        "register": "wegonderhoud",
        "status": 200,
        "duration_ms": 0,
        "bytes": len(gegeven.content),
        "user": "balie",
        "trace_id": verzoek.trace.trace_id,
        "program": programmaversie(),
    }
    assert "XX-99" not in json.dumps(regel)
    assert "123456782" not in json.dumps(regel)


def test_a_trace_from_outside_goes_on_under_a_span_of_this_request() -> None:
    gegeven, verzoek = vraag("/wegonderhoud/v1/auto/1", {"traceparent": VAN_BUITEN})
    eigen = Traceparent.lees(gegeven.text)
    assert eigen == verzoek.trace
    assert (eigen.trace_id, eigen.gemeten) == (TRACE, True)
    assert verzoek.ouder == Traceparent.lees(VAN_BUITEN)
    assert eigen.span_id != "00f067aa0ba902b7"
    assert gegeven.headers["traceresponse"] == gegeven.text


def test_without_a_trace_a_new_one_begins_that_is_measured_only_when_spans_go_anywhere() -> None:
    een, ander = (vraag("/wegonderhoud/v1/auto/1", gemeten=gemeten)[1] for gemeten in (True, False))
    assert een.trace.trace_id != ander.trace.trace_id
    assert (een.ouder, ander.ouder) == (None, None)
    assert (een.trace.gemeten, ander.trace.gemeten) == (True, False)
    assert (str(een.trace)[-3:], str(ander.trace)[-3:]) == ("-01", "-00")


@pytest.mark.parametrize(
    "kop",
    [
        "",
        "onzin",
        f"00-{'0' * 32}-00f067aa0ba902b7-01",
        f"00-{TRACE}-{'0' * 16}-01",
        f"ff-{TRACE}-00f067aa0ba902b7-01",
        f"00-{TRACE}-00f067aa0ba902b7-01-meer",
        f"00-{TRACE.upper()}-00f067aa0ba902b7-01",
    ],
)
def test_what_is_no_traceparent_is_left_aside(kop: str) -> None:
    _, verzoek = vraag("/wegonderhoud/v1/auto/1", {"traceparent": kop})
    assert verzoek.ouder is None
    assert verzoek.trace.trace_id != TRACE


def test_a_traceparent_of_a_later_version_is_read_as_far_as_it_is_known() -> None:
    _, verzoek = vraag("/wegonderhoud/v1/auto/1", {"traceparent": f"01-{TRACE}-00f067aa0ba902b7-01-meer"})
    assert verzoek.trace.trace_id == TRACE


def test_a_path_that_no_route_takes_is_told_without_it(regels: Logvang) -> None:
    gegeven, verzoek = vraag("/123456782")
    assert (gegeven.status_code, verzoek.route, verzoek.register, verzoek.gebruiker) == (404, GEEN_ROUTE, None, None)
    assert "123456782" not in json.dumps(regels.van("request.handled"))


def test_a_method_that_a_route_does_not_know_is_told_by_that_route() -> None:
    gegeven, verzoek = vraag("/wegonderhoud/v1/auto/1", methode="DELETE")
    assert (gegeven.status_code, verzoek.status, verzoek.route) == (405, 405, "/wegonderhoud/v1/auto/{auto}")


def test_methods_that_someone_makes_up_are_told_as_one() -> None:
    """Else whoever can connect fills the memory of the daemon with metrics."""
    gezien = {vraag("/wegonderhoud/v1/auto/1", methode=methode)[1].methode for methode in ("ZELF1", "ZELF2")}
    assert gezien == {ANDERE_METHODE}


def test_an_error_that_escapes_is_told_as_a_500_without_its_text(regels: Logvang) -> None:
    _, verzoek = vraag("/stuk")
    assert verzoek.status == 500
    (regel,) = regels.van("request.handled")
    assert regel["status"] == 500
    assert "niemand mag zien" not in json.dumps(regel)


def test_what_is_mounted_is_told_by_its_mount() -> None:
    assert vraag("/static/een/bestand.css")[1].route == "/static"
    binnen = vraag("/spitspas/v1/huishoudens/h-1")[1]
    assert (binnen.route, binnen.register) == ("/spitspas/v1/huishoudens/{id}", "spitspas")
    assert vraag("/spitspas/v1/elders/h-1")[1].route == "/spitspas/v1"


def test_a_router_that_does_not_say_its_route_is_told_as_far_as_it_holds_no_value() -> None:
    assert vraag("/stil")[1].route == "/stil"
    assert vraag("/stil/123456782")[1].route == GEEN_ROUTE
    assert vraag("/onder/stil/123456782")[1].route == "/onder/stil/{id}", "the application says it"
    assert vraag("/onder/123456782")[1].route == "/onder"


def test_outside_the_middleware_there_is_no_trace() -> None:
    assert huidige_trace() == ""
