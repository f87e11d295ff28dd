"""A connection: who sends a head without end is cut off, and a long body is read."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from actors.daemon import koplimiet
from actors.daemon.koplimiet import MEESTE_BYTES, Begrensd
from tests.daemon.test_afnemer import vrije_poort
from tests.daemon.test_berichten import tot

_BEGIN = b"POST / HTTP/1.1\r\nHost: x\r\n"
_STUK = b"a" * 8000


async def _tel(verzoek: Request) -> PlainTextResponse:
    return PlainTextResponse(str(len(await verzoek.body())))


@asynccontextmanager
async def verbonden() -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    app = Starlette(routes=[Route("/", _tel, methods=["POST"])])
    poort = vrije_poort()
    server = uvicorn.Server(uvicorn.Config(app, port=poort, http=Begrensd, log_config=None, lifespan="off"))
    draait = asyncio.ensure_future(server.serve())
    await tot(lambda: server.started)
    lezer, schrijver = await asyncio.open_connection("127.0.0.1", poort)
    try:
        yield lezer, schrijver
    finally:
        schrijver.close()
        server.should_exit = True
        await draait


_KOP = b"X: %b\r\n" % _STUK


@pytest.mark.parametrize(
    ("begin", "stuk"),
    [
        (_BEGIN + b"X: ", _STUK),
        (_BEGIN, _KOP),
        (b"POST /", _STUK),
        (_BEGIN + b"Transfer-Encoding: chunked\r\n\r\n0\r\n", _KOP),
    ],
    ids=["een kop", "koppen", "adres", "na de inhoud"],
)
def test_who_sends_a_head_without_end_is_cut_off(begin: bytes, stuk: bytes) -> None:
    async def verhaal() -> None:
        async with verbonden() as (_, schrijver):
            schrijver.write(begin)
            assert await _afgebroken(schrijver, stuk)

    asyncio.run(asyncio.wait_for(verhaal(), 30))


@pytest.mark.parametrize("begin", [b"", b"POST / HT", _BEGIN + b"X: "])
def test_who_says_nothing_or_half_a_head_is_let_go(begin: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(koplimiet, "KOPTIJD_S", 0.2)

    async def verhaal() -> None:
        async with verbonden() as (lezer, schrijver):
            schrijver.write(begin)
            assert await lezer.read() == b""

    asyncio.run(asyncio.wait_for(verhaal(), 30))


def test_a_head_in_time_has_all_the_time_for_its_body(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(koplimiet, "KOPTIJD_S", 0.2)

    async def verhaal() -> None:
        async with verbonden() as (lezer, schrijver):
            schrijver.write(_BEGIN + b"Content-Length: 2\r\n\r\na")
            await asyncio.sleep(0.5)
            schrijver.write(b"b")
            assert (await lezer.readline()).startswith(b"HTTP/1.1 200")

    asyncio.run(asyncio.wait_for(verhaal(), 30))


def test_one_connection_too_many_is_let_go_and_those_who_are_there_are_served(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(koplimiet, "meeste_verbindingen", lambda: 1)

    async def verhaal() -> None:
        async with verbonden() as (lezer, schrijver):
            _, poort = schrijver.get_extra_info("peername")
            ander, schrijft = await asyncio.open_connection("127.0.0.1", poort)
            with suppress(ConnectionError):
                assert await ander.read() == b""
            schrijft.close()
            with suppress(ConnectionError):
                await schrijft.wait_closed()
            schrijver.write(_BEGIN + b"Content-Length: 0\r\n\r\n")
            assert (await lezer.readline()).startswith(b"HTTP/1.1 200")

    asyncio.run(asyncio.wait_for(verhaal(), 30))


async def _afgebroken(schrijver: asyncio.StreamWriter, stuk: bytes) -> bool:
    """Whether the other side lets go before some MB of it were sent."""
    with suppress(ConnectionError):
        for _ in range(2000):
            schrijver.write(stuk)
            await schrijver.drain()
            await asyncio.sleep(0)
        return False
    return True


def test_a_long_body_is_read_and_the_next_request_too() -> None:
    async def verhaal() -> None:
        async with verbonden() as (lezer, schrijver):
            for _ in range(2):
                inhoud = b"b" * (20 * MEESTE_BYTES)
                schrijver.write(_BEGIN + b"Content-Length: %d\r\n\r\n" % len(inhoud) + inhoud)
                await schrijver.drain()
                kop = await lezer.readuntil(b"\r\n\r\n")
                assert kop.startswith(b"HTTP/1.1 200")
                assert await lezer.readexactly(len(str(len(inhoud)))) == str(len(inhoud)).encode()

    asyncio.run(asyncio.wait_for(verhaal(), 30))


_TLS = b"\x16\x03\x01\x02\x00\x01"


@pytest.mark.parametrize("onzin", [_TLS, b"GET\r\n\r\n", _BEGIN + b"Content-Length: nul\r\n\r\n"])
def test_what_is_no_http_is_refused_with_a_problem(onzin: bytes) -> None:
    async def verhaal() -> None:
        async with verbonden() as (lezer, schrijver):
            schrijver.write(onzin + b"\r\n\r\n")
            await schrijver.drain()
            kop, _, inhoud = (await lezer.read()).partition(b"\r\n\r\n")
            assert kop.startswith(b"HTTP/1.1 400 ")
            assert b"content-type: application/problem+json" in kop
            assert f"content-length: {len(inhoud)}".encode() in kop
            assert json.loads(inhoud)["type"] == "urn:gevolg:probleem:geen-http"
            assert {b"api-version: 1.0.0", b"x-content-type-options: nosniff"} <= set(kop.lower().split(b"\r\n"))

    asyncio.run(asyncio.wait_for(verhaal(), 30))
