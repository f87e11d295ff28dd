"""The feed over HTTP: only what is for who asks, waiting for news, a stream that is resumed, and each again."""

import asyncio
import json
import re
from collections.abc import AsyncIterator
from typing import Any

from actors.verwerking.generiek.commandos import WisPersoonsgegevens
from tests.daemon.conftest import Wereld, doe
from tests.daemon.ingebed import Gesprek
from tests.daemon.test_commandos import COMMANDOS, auto_aanbod, is_probleem
from tests.domein import dag

FEED = "/wegonderhoud/v1/verstrekkingen"


def test_the_feed_tells_in_order_what_came_after_a_number(wereld: Wereld) -> None:
    async def verhaal() -> None:
        alle = (await wereld.klant.geef(FEED)).json
        assert [een["nummer"] for een in alle["verstrekkingen"]] == [1, 2]
        assert alle["verstrekkingen"][0]["mededelingen"][0]["gegeven"] == "klasse"
        een = (await wereld.klant.geef(f"{FEED}?limiet=1")).json
        assert (len(een["verstrekkingen"]), een["tot"]) == (1, 1)
        rest = (await wereld.klant.geef(een["_links"]["next"]["href"])).json
        assert rest["verstrekkingen"] == alle["verstrekkingen"][1:]
        leeg = (await wereld.klant.geef(rest["_links"]["next"]["href"])).json
        assert (leeg["verstrekkingen"], leeg["tot"]) == ([], 2)
        is_probleem(await wereld.klant.geef(f"{FEED}?na=-1&wacht=61"), 400)

    doe(verhaal)


def test_who_asks_gets_only_what_is_made_known_to_him(wereld: Wereld) -> None:
    async def verhaal() -> None:
        gekregen = (await wereld.klant.als("burger").geef(FEED)).json
        assert [een["bekendmaking"] for een in gekregen["verstrekkingen"]] == ["fysiek-milieueffect@1"]
        assert gekregen["tot"] == 2, "what is for others was looked at too"
        assert (await wereld.klant.als("ambtenaar").geef(FEED)).json["verstrekkingen"] == []
        is_probleem(await wereld.klant.als("verzekeraar").geef(FEED), 403)

    doe(verhaal)


def test_a_long_poll_wakes_when_there_is_news_and_else_comes_back_empty(wereld: Wereld) -> None:
    async def verhaal() -> None:
        klok = asyncio.get_running_loop().time
        wachtend = asyncio.ensure_future(wereld.klant.geef(f"{FEED}?na=2&wacht=1"))
        begonnen = klok()
        await wereld.klant.post(COMMANDOS, auto_aanbod())
        gekregen = (await wachtend).json
        assert [een["nummer"] for een in gekregen["verstrekkingen"]] == [3, 4]
        assert klok() - begonnen < 1
        leeg = (await wereld.klant.geef(f"{FEED}?na=4&wacht=1")).json
        assert leeg["verstrekkingen"] == []

    doe(verhaal)


async def gebeurtenissen(gesprek: Gesprek, aantal: int) -> list[dict[str, Any]]:
    """The next so many events; a heartbeat is none."""
    gelezen: list[dict[str, Any]] = []
    while len(gelezen) < aantal:
        for tekst in (await gesprek.volgende()).decode().split("\n\n"):
            if tekst and not tekst.startswith(":"):
                delen = dict(re.findall(r"^(\w+): (.*)$", tekst, re.MULTILINE))
                gelezen.append({**delen, "data": json.loads(delen["data"])})
    return gelezen


def test_a_stream_tells_news_as_it_comes_and_is_resumed_after_the_last_event(wereld: Wereld) -> None:
    async def verhaal() -> None:
        async with wereld.klant.gesprek("GET", f"{FEED}?na=2", accept="text/event-stream") as gesprek:
            gesprek.stuur(b"", meer=False)
            begin = await gesprek.terug.get()
            assert (b"content-type", b"text/event-stream; charset=utf-8") in begin["headers"]
            assert (await gesprek.volgende()) == b": hartslag\n\n"
            bezig = asyncio.ensure_future(wereld.klant.post(COMMANDOS, auto_aanbod()))
            eerste, tweede = await gebeurtenissen(gesprek, 2)
            assert (eerste["id"], eerste["event"], eerste["data"]["nummer"]) == ("3", "verstrekking", 3)
            assert tweede["id"] == "4"
            await bezig
            gesprek.weg()
        async with wereld.klant.gesprek("GET", FEED, accept="text/event-stream", last_event_id="3") as gesprek:
            gesprek.stuur(b"", meer=False)
            await gesprek.terug.get()
            assert [een["id"] for een in await gebeurtenissen(gesprek, 1)] == ["4"]
            gesprek.weg()
        is_probleem(await wereld.klant.geef(FEED, accept="text/event-stream", last_event_id="x"), 400)

    doe(verhaal)


def test_a_stream_ends_when_the_daemon_stops(wereld: Wereld) -> None:
    """And does not go on as fast as it can, until it is cut off."""

    async def verhaal() -> None:
        async with wereld.klant.gesprek("GET", f"{FEED}?na=2", accept="text/event-stream") as gesprek:
            gesprek.stuur(b"", meer=False)
            await gesprek.terug.get()
            await wereld.poort.stop()
            stukken = [stuk async for stuk in _tot_het_eind(gesprek)]
            assert set(stukken) <= {b": hartslag\n\n"}
            assert len(stukken) <= 2

    doe(verhaal)


async def _tot_het_eind(gesprek: Gesprek) -> AsyncIterator[bytes]:
    while stuk := await gesprek.volgende():
        yield stuk


def test_a_verstrekking_is_delivered_again_and_attested(wereld: Wereld) -> None:
    async def verhaal() -> None:
        eerste = (await wereld.klant.geef(FEED)).json["verstrekkingen"][0]
        url = f"/wegonderhoud/v1/{eerste['referentie'].partition('/')[2]}"
        opnieuw = await wereld.klant.geef(url)
        assert opnieuw.json == {naam: w for naam, w in eerste.items() if naam not in ("nummer", "positie")}
        assert (await wereld.klant.als("burger").geef(url)).inhoud == opnieuw.inhoud
        is_probleem(await wereld.klant.als("burger").geef(url[:-1] + "2"), 403)
        is_probleem(await wereld.klant.als("ambtenaar").geef(url), 403)
        is_probleem(await wereld.klant.geef(url[:-1] + "9"), 404)
        is_probleem(await wereld.klant.geef(f"{FEED}/x/1"), 404)
        vraag = {"referentie": eerste["referentie"], "digest": eerste["digest"]}
        attest = (await wereld.klant.post(f"{FEED}/_attesteer", vraag)).json
        assert (attest["klopt"], attest["doelgroep"]) == (True, "openbaar")
        anders = (await wereld.klant.post(f"{FEED}/_attesteer", {**vraag, "digest": "0" * 64})).json
        assert anders["klopt"] is False
        is_probleem(await wereld.klant.post(f"{FEED}/_attesteer", {"digest": 1, "x": 2}), 400)
        is_probleem(await wereld.klant.post(f"{FEED}/_attesteer", {**vraag, "referentie": "spitspas/x"}), 404)

    doe(verhaal)


def test_what_was_erased_since_is_gone_for_good_but_attested(wereld: Wereld) -> None:
    wissen = WisPersoonsgegevens(betrokkene_id="sam", toelichting="op verzoek")
    wereld.registers.verwerk(wissen, register="wegonderhoud", gebeurd_op=dag("11-20"))

    async def verhaal() -> None:
        tweede = (await wereld.klant.geef(FEED)).json["verstrekkingen"][1]
        is_probleem(await wereld.klant.geef(f"/wegonderhoud/v1/{tweede['referentie'].partition('/')[2]}"), 410)
        vraag = {"referentie": tweede["referentie"], "digest": tweede["digest"]}
        assert (await wereld.klant.post(f"{FEED}/_attesteer", vraag)).json["klopt"] is True

    doe(verhaal)
