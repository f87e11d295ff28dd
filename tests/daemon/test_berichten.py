"""The API speaks CloudEvents: the feed and one verstrekking as events, signalen with their outcomes, abonnementen."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta

import pytest
import uvicorn

from actors.daemon.abonnementen.abonnement import Ritme
from actors.daemon.abonnementen.bezorger import Bezorger
from actors.daemon.abonnementen.doel import Doelregels
from actors.daemon.abonnementen.zender import Zender
from actors.daemon.api.abonnementen import MEESTE
from actors.daemon.api.app import maak_app
from actors.daemon.api.bewerking import Grenzen
from actors.daemon.berichten import Berichten
from actors.daemon.rechten import Gebruiker
from actors.daemon.signalen import Signalenloket
from actors.runtime.catalogue import CONTEXTEN
from actors.runtime.klok import Buitenwereld
from actors.runtime.systeem import RegisterSystem
from actors.verwerking.gebeurtenis import BATCH, STRUCTURED, Gebeurtenis, als_batch, als_binary, als_structured
from actors.verwerking.gebeurtenisstroom import Afzender, keus_voor
from storage.abonnementen_memory import MemoryAbonnementenstore
from tests.daemon.abonnementen.ontvanger import Ontvanger
from tests.daemon.conftest import GEBRUIKERS, Wereld, doe
from tests.daemon.ingebed import Antwoord, IngebedPoort, Klant, wie_met
from tests.daemon.test_afnemer import vrije_poort
from tests.domein import NU, auto, correctie, degistratie, huishouden, twijfel
from tests.runtime.test_signaalontvangst import ELDERS, antwoorden, overgenomen
from tests.wereld import AANKOOP, vaste_wereld

AFZENDER = Afzender(oin="00000001823288444000")
WEG, HEFFING = "/wegonderhoud/v1", "/aanschafheffing/v1"
WIE = {
    **GEBRUIKERS,
    "koppeling": Gebruiker(
        "koppeling",
        frozenset({"aanschafheffing:commando:signaal-wegonderhoud", "wegonderhoud:lezen"}),
        voor="aanschafheffing",
    ),
    "sam": Gebruiker("sam", frozenset({"*:lezen"}), voor="betrokkene/sam"),
}


# --- the feed ---------------------------------------------------------------------------------------------------


def test_the_feed_comes_as_events_to_who_asks_for_them(wereld: Wereld) -> None:
    async def test() -> None:
        antwoord = await wereld.klant.geef(f"{WEG}/verstrekkingen?na=0", accept=BATCH)
        assert (antwoord.status, antwoord.koppen["content-type"]) == (200, BATCH)
        assert [een["sequence"] for een in antwoord.json] == ["0000000001", "0000000002"]
        assert antwoord.koppen["gezien-tot"] == "2"
        volgende = antwoord.koppen["link"].partition(">")[0].removeprefix("<")
        assert f"incarnatie={antwoord.json[0]['incarnatie']}" in volgende
        verder = await wereld.klant.geef(volgende, accept=BATCH)
        assert (verder.status, verder.json) == (200, [])

    doe(test)


def test_the_next_event_comes_alone_or_not_at_all(wereld: Wereld) -> None:
    async def test() -> None:
        eerste = await wereld.klant.geef(f"{WEG}/verstrekkingen", accept=STRUCTURED)
        assert (eerste.status, eerste.json["sequence"]) == (200, "0000000001")
        assert (await wereld.klant.geef(f"{WEG}/verstrekkingen?na=2", accept=STRUCTURED)).status == 204

    doe(test)


def test_who_waits_gets_what_comes_and_only_what_is_for_him(wereld: Wereld) -> None:
    async def test() -> None:
        app = maak_app(wereld.poort, wie_met(WIE), CONTEXTEN, grenzen=Grenzen(lang_s=20))
        burger = Klant(app, "burger")
        wacht = asyncio.ensure_future(burger.geef(f"{WEG}/verstrekkingen?na=1&gezien=2&wacht=20", accept=BATCH))
        await asyncio.sleep(0)
        nieuw = {
            "commando": "CorrigeerAutogegevens",
            "data": {"autoId": "auto-1", "gewichtKg": 2600},
            "gebeurdOp": "2026-03-01",
        }
        assert (await wereld.klant.post(f"{WEG}/commandos", nieuw)).status == 201
        antwoord = await wacht
        assert [een["type"] for een in antwoord.json] == ["nl.wegonderhoud.fysiek-milieueffect.v1"]
        assert antwoord.json[0]["vorige"] == "0000000001"

    doe(test)


def test_who_read_what_is_not_there_hears_from_where_to_go_on(wereld: Wereld) -> None:
    async def test() -> None:
        for vraag, tot in (("na=9", 2), (f"na=2&incarnatie={'ab' * 16}", 0)):
            antwoord = await wereld.klant.geef(f"{WEG}/verstrekkingen?{vraag}", accept=BATCH)
            assert (antwoord.status, antwoord.json["verderVanaf"]) == (409, tot)
            assert len(antwoord.json["incarnatie"]) == 32
        fout = await wereld.klant.geef(f"{WEG}/verstrekkingen?incarnatie=x", accept=BATCH)
        assert fout.status == 400
        gewoon = await wereld.klant.geef(f"{WEG}/verstrekkingen?na=2&incarnatie={'ab' * 16}")
        assert (gewoon.status, gewoon.json["verderVanaf"]) == (409, 0)

    doe(test)


def test_a_dataref_gives_the_verstrekking_also_as_an_event(wereld: Wereld) -> None:
    async def test() -> None:
        [een, *_] = (await wereld.klant.geef(f"{WEG}/verstrekkingen", accept=BATCH)).json
        kaal = (await wereld.klant.geef(een["dataref"])).json
        zonder = {naam: waarde for naam, waarde in een["data"].items() if naam != "typen"}
        assert kaal == zonder
        los = (await wereld.klant.geef(een["dataref"], accept=STRUCTURED)).json
        assert los == {naam: waarde for naam, waarde in een.items() if not naam.startswith("vorige")}

    doe(test)


def test_a_letter_is_an_event_for_its_betrokkene_alone(wereld: Wereld) -> None:
    async def test() -> None:
        url = f"{HEFFING}/verstrekkingen"
        app = maak_app(wereld.poort, wie_met(WIE), CONTEXTEN)
        alle = (await Klant(app).geef(url, accept=BATCH)).json
        assert {een["type"] for een in alle} == {"nl.aanschafheffing.autobezit.v1"}
        sam = (await Klant(app, "sam").geef(url, accept=BATCH)).json
        assert {een["type"] for een in sam} == {"nl.aanschafheffing.heffingsbrief.v2"}

    doe(test)


# --- signalen -------------------------------------------------------------------------------------------------------


@dataclass
class Elders:
    """wegonderhoud here, aanschafheffing and spitspas on another machine."""

    bron: RegisterSystem
    hier: RegisterSystem
    poort: IngebedPoort
    klant: Klant

    def gebeurtenissen(self, na: int = 0) -> list[Gebeurtenis]:
        stroom = self.bron.gebeurtenisstroom("wegonderhoud", AFZENDER)
        return [stuk.gebeurtenis for stuk in stroom.na(na, keus_voor("wegonderhoud", "aanschafheffing"))]

    async def breng(self, gebeurtenissen: Sequence[Gebeurtenis]) -> Antwoord:
        return await self.klant.post(f"{HEFFING}/signalen", als_batch(gebeurtenissen), content_type=BATCH)


@pytest.fixture
def elders() -> Iterator[Elders]:
    with (
        RegisterSystem.in_memory(buitenwereld=vaste_wereld("bron", begin=NU), versie="test") as bron,
        RegisterSystem.in_memory(buitenwereld=vaste_wereld("hier", begin=NU), versie="test", registers=ELDERS) as hier,
    ):
        for commando in (huishouden("sam"), auto(), correctie(gewicht_kg=2600), auto("auto-2")):
            bron.verwerk(commando, gebeurd_op=AANKOOP)
            bron.wacht_op_rust()
        hier.verwerk(huishouden("sam"))
        poort = IngebedPoort(hier)
        loket = Signalenloket(poort, Afzender(), {AFZENDER.bron("wegonderhoud"): "wegonderhoud"})
        app = maak_app(poort, wie_met(WIE), ELDERS, berichten=Berichten(AFZENDER, loket))
        yield Elders(bron, hier, poort, Klant(app, "koppeling"))


def test_what_is_brought_in_any_form_has_the_effect_of_reading_the_feed(elders: Elders) -> None:
    """G49: signalen in any form, brought twice, give what reading the feed gives."""

    async def test() -> None:
        eerste, tweede, *rest = elders.gebeurtenissen()
        los = await elders.klant.post(f"{HEFFING}/signalen", als_structured(eerste), content_type=STRUCTURED)
        assert (los.status, los.json["uitkomsten"][0]["uitkomst"]) == (200, "nietVertaald")
        koppen, inhoud = als_binary(tweede)
        over = {naam.replace("-", "_"): waarde for naam, waarde in koppen.items()}
        kaal = await elders.klant.post(f"{HEFFING}/signalen", inhoud, **over)
        assert (kaal.status, kaal.json["uitkomsten"][0]["uitkomst"]) == (200, "beoordeeld")
        assert kaal.json["uitkomsten"][0]["taken"] == ["NeemGegevensOver auto/auto-1"]
        reeks = await elders.breng(rest)
        assert (reeks.status, len(reeks.json["uitkomsten"])) == (200, len(rest))
        gedaan = overgenomen(elders.hier)
        assert gedaan == overgenomen(elders.bron)
        nogmaals = await elders.breng([tweede, *rest])
        assert nogmaals.json["uitkomsten"] == [*kaal.json["uitkomsten"], *reeks.json["uitkomsten"]]
        assert overgenomen(elders.hier) == gedaan
        assert antwoorden(elders.hier) == antwoorden(elders.bron)

    doe(test)


def test_a_gap_is_a_409_that_says_from_where_to_send(elders: Elders) -> None:
    async def test() -> None:
        alle = elders.gebeurtenissen()
        te_laat = await elders.breng(alle[2:])
        assert (te_laat.status, te_laat.json["verderVanaf"], te_laat.json["title"]) == (
            409,
            0,
            "Niet elk signaal is beoordeeld",
        )
        assert {een["uitkomst"] for een in te_laat.json["uitkomsten"]} == {"gat"}
        met_gat = await elders.breng([*alle[:2], *alle[3:]])
        assert [een["status"] for een in met_gat.json["uitkomsten"]] == [200, 200, *[409] * (len(alle) - 3)]
        assert met_gat.json["verderVanaf"] == int(alle[1].attributen["sequence"])
        assert (await elders.breng(alle[2:])).status == 200

    doe(test)


def test_what_is_not_known_or_not_to_be_read_is_told_and_the_rest_is_judged(elders: Elders) -> None:
    async def test() -> None:
        eerste, tweede, *_ = elders.gebeurtenissen()
        vreemd = Gebeurtenis({**eerste.attributen, "source": "urn:nld:oin:1:systeem:x"}, eerste.data)
        soort = Gebeurtenis({**eerste.attributen, "type": "nl.wegonderhoud.onbekend.v1"}, eerste.data)
        leeg = Gebeurtenis(eerste.attributen, None)
        antwoord = await elders.breng([vreemd, soort, leeg, eerste, tweede])
        assert (antwoord.status, antwoord.json["type"]) == (404, "urn:gevolg:probleem:signaal-onbekend")
        assert [een["uitkomst"] for een in antwoord.json["uitkomsten"]] == [
            "onbekend",
            "onbekend",
            "onleesbaar",
            "nietVertaald",
            "beoordeeld",
        ]
        assert antwoord.json["uitkomsten"][2]["fouten"][0].startswith("data: ontbreekt")

    doe(test)


def test_an_event_whose_name_says_another_place_is_refused_and_the_next_ones_are_judged(elders: Elders) -> None:
    """Else a wrong number would hide all that comes after it."""

    async def test() -> None:
        eerste, tweede, *rest = elders.gebeurtenissen()
        ver = Gebeurtenis({**tweede.attributen, "sequence": "9999999999"}, tweede.data)
        vreemd = Gebeurtenis({**tweede.attributen, "incarnatie": "0" * 32}, tweede.data)
        ander = Gebeurtenis({**tweede.attributen, "id": eerste.id}, tweede.data)
        antwoord = await elders.breng([eerste, ver, vreemd, ander])
        uitkomsten = antwoord.json["uitkomsten"]
        assert [een["uitkomst"] for een in uitkomsten] == ["nietVertaald", *["onleesbaar"] * 3]
        assert [een["fouten"] for een in uitkomsten[1:]] == [
            ["sequence: is een ander nummer dan in id"],
            ["incarnatie: is een andere dan in id, en ook eerder noemt die niet"],
            ["data.referentie: is een andere dan id", "sequence: is een ander nummer dan in id"],
        ]
        assert (await elders.breng([tweede, *rest])).status == 200
        assert elders.hier.lees("aanschafheffing", "auto", "auto-2").inhoud is not None

    doe(test)


def test_a_request_that_holds_no_events_is_a_problem(elders: Elders) -> None:
    async def test() -> None:
        url = f"{HEFFING}/signalen"
        for inhoud, soort, status in (
            (b"{}", "text/plain", 415),
            (b"[", BATCH, 400),
            (b"{}", "application/json", 400),
            (b"{}", STRUCTURED, 400),
            (b"[" + b" " * 2_000_000 + b"]", BATCH, 413),
        ):
            antwoord = await elders.klant.post(url, inhoud, content_type=soort)
            assert (antwoord.status, antwoord.koppen["content-type"]) == (status, "application/problem+json")
        leeg = await elders.klant.post(url, b"[]", content_type=BATCH)
        assert (leeg.status, leeg.json) == (200, {"uitkomsten": []})

    doe(test)


def test_who_may_not_bring_signalen_does_not_and_anyone_may_ask_whether_one_may_deliver(elders: Elders) -> None:
    async def test() -> None:
        url = f"{HEFFING}/signalen"
        assert (await elders.klant.als("burger").post(url, b"[]", content_type=BATCH)).status == 403
        assert (await elders.klant.als("niemand").post(url, b"[]", content_type=BATCH)).status == 401
        mag = await elders.klant.als("niemand").vraag("OPTIONS", url, webhook_request_origin="registers.example.nl")
        assert (mag.status, mag.koppen["webhook-allowed-origin"]) == (204, "registers.example.nl")

    doe(test)


def test_while_the_register_is_down_signalen_wait(elders: Elders) -> None:
    async def test() -> None:
        elders.poort.uit.add("aanschafheffing")
        weg = await elders.breng(elders.gebeurtenissen())
        assert (weg.status, weg.koppen["retry-after"]) == (503, "2")
        elders.poort.uit.clear()
        assert (await elders.breng(elders.gebeurtenissen())).status == 200

    doe(test)


def test_of_a_source_that_is_read_here_signalen_are_only_compared(wereld: Wereld) -> None:
    async def test() -> None:
        app = maak_app(wereld.poort, wie_met(WIE), CONTEXTEN)
        for een in wereld.registers.gebeurtenisstroom("wegonderhoud", Afzender()).na(
            0, keus_voor("wegonderhoud", None)
        ):
            antwoord = await Klant(app).post(
                f"{HEFFING}/signalen", als_structured(een.gebeurtenis), content_type=STRUCTURED
            )
            assert antwoord.status == 200
        assert wereld.poort.aangeboden == []

    doe(test)


# --- abonnementen -----------------------------------------------------------------------------------------------------


@asynccontextmanager
async def met_bezorger(
    registers: RegisterSystem, ritme: Ritme | None = None
) -> AsyncIterator[tuple[IngebedPoort, Klant]]:
    buiten = Buitenwereld()
    poort = IngebedPoort(registers)
    zender = Zender(Doelregels(ontwikkel=True), "registers.example.nl", buiten.klok, tijd_s=5)
    stores = {naam: MemoryAbonnementenstore(naam) for naam in registers.registers}
    bezorger = Bezorger(poort, stores, zender, AFZENDER, buiten, ritme or Ritme(0.01, 0.05))
    bezorger.begin()
    berichten = Berichten(AFZENDER, Signalenloket(poort, AFZENDER), bezorger)
    try:
        yield poort, Klant(maak_app(poort, wie_met(WIE), CONTEXTEN, berichten=berichten))
    finally:
        await bezorger.stop()


async def tot(klaar: Callable[[], bool]) -> None:
    """Wait until something holds."""
    async with asyncio.timeout(20):
        while not await asyncio.to_thread(klaar):  # noqa: ASYNC110 - what is waited for is in another process's hands
            await asyncio.sleep(0.01)


def test_an_abonnement_is_made_shown_without_secrets_and_ended(wereld: Wereld) -> None:
    async def test() -> None:
        url = f"{WEG}/abonnementen"
        async with Ontvanger() as ontvanger, met_bezorger(wereld.registers) as (_, klant):
            burger = klant.als("burger")
            gemaakt = await burger.post(url, {"url": ontvanger.url, "vanaf": 0, "toegangstoken": "mijn-token"})
            assert (gemaakt.status, gemaakt.json["bekendmakingen"]) == (201, ["fysiek-milieueffect@1"])
            geheim = gemaakt.json["geheim"]
            await ontvanger.wacht(lambda: len(ontvanger.genomen) == 1)
            assert ontvanger.verzoeken[0].getekend_met(geheim)
            assert ontvanger.verzoeken[0].koppen["authorization"] == "Bearer mijn-token"
            eigen = f"{url}/{gemaakt.json['id']}"
            assert gemaakt.koppen["location"] == eigen
            for getoond in (await burger.geef(url), await burger.geef(eigen), await klant.geef(url)):
                assert geheim.encode() not in getoond.inhoud
                assert b"mijn-token" not in getoond.inhoud
            assert (await klant.als("koppeling").geef(url)).json == {"abonnementen": []}
            assert (await klant.als("koppeling").geef(eigen)).status == 404
            assert (await klant.als("koppeling").vraag("DELETE", eigen)).status == 404
            assert (await burger.vraag("DELETE", eigen)).status == 204
            assert (await burger.geef(eigen)).status == 404

    doe(test)


def test_all_that_is_wrong_with_an_abonnement_is_told_at_once(wereld: Wereld) -> None:
    async def test() -> None:
        async with Ontvanger(toestemming={}) as ontvanger, met_bezorger(wereld.registers) as (_, klant):
            burger, url = klant.als("burger"), f"{WEG}/abonnementen"
            fout = await burger.post(
                url,
                {
                    "bekendmakingen": "alle",
                    "vanaf": -1,
                    "vorm": "x",
                    "geheim": "x",
                    "toegangstoken": "",
                    "anders": 1,
                },
            )
            assert fout.status == 400
            leeg = await burger.post(url, {"url": ontvanger.url, "bekendmakingen": []})
            assert leeg.json["fouten"] == [
                "bekendmakingen: mag niet leeg zijn; laat het weg voor alles wat u mag lezen"
            ]
            assert {een.partition(":")[0] for een in fout.json["fouten"]} == {
                "url",
                "bekendmakingen",
                "vanaf",
                "vorm",
                "geheim",
                "toegangstoken",
                "anders",
            }
            assert (await burger.post(url, {"url": ontvanger.url, "vanaf": 99})).status == 409
            assert (await burger.post(url, {"url": "http://192.0.2.1/"})).status == 409
            assert (await burger.post(url, {"url": f"https://{'a' * 70}.nl/"})).status == 409
            assert (await burger.post(url, {"url": "https://a..b*^|/"})).status == 409
            ander = {"url": ontvanger.url, "bekendmakingen": ["aangeschafte-auto@1"]}
            assert (await burger.post(url, ander)).status == 404
            assert (await burger.post(url, {"url": ontvanger.url})).status == 409
            assert (await klant.als("verzekeraar").post(url, {"url": ontvanger.url})).status == 403

    doe(test)


def test_nobody_has_more_abonnementen_than_he_may_however_fast_he_asks(wereld: Wereld) -> None:
    async def test() -> None:
        url = f"{WEG}/abonnementen"
        async with Ontvanger() as ontvanger, met_bezorger(wereld.registers) as (_, klant):
            burger = klant.als("burger")
            gevraagd = (burger.post(url, {"url": ontvanger.url}) for _ in range(MEESTE + 3))
            statussen = [antwoord.status for antwoord in await asyncio.gather(*gevraagd)]
            assert sorted(statussen) == [201] * MEESTE + [409] * 3
            alle = (await burger.geef(url)).json["abonnementen"]
            assert (await burger.vraag("DELETE", f"{url}/{alle[0]['id']}")).status == 204
            assert (await burger.post(url, {"url": ontvanger.url})).status == 201

    doe(test)


def test_an_abonnement_that_stops_is_a_taak_until_an_official_lets_it_go_on(wereld: Wereld) -> None:
    """G50: what could not be delivered waits for a person, and goes on where it was."""

    async def test() -> None:
        aan = [False]
        kort = Ritme(0.01, 0.02, timedelta(seconds=0.1))
        async with (
            Ontvanger(lambda _: (204 if aan[0] else 500, {}, b"")) as ontvanger,
            met_bezorger(wereld.registers, kort) as (_, klant),
        ):
            burger = klant.als("burger")
            gemaakt = (await burger.post(f"{WEG}/abonnementen", {"url": ontvanger.url, "vanaf": 0})).json
            eigen = f"{WEG}/abonnementen/{gemaakt['id']}"
            assert (await klant.geef(f"{WEG}/taken")).json["herhaaltoken"]
            for _ in range(1000):
                if (await burger.geef(eigen)).json["status"] == "gestopt":
                    break
                await asyncio.sleep(0.01)
            antwoord = (await klant.geef(f"{WEG}/taken")).json
            [taak] = [een for een in antwoord["inhoud"] if een["aggregaat"] == "abonnement"]
            assert (taak["onderwerp"], taak["taak"]) == ([gemaakt["id"]], True)
            assert taak["reden"] == "bezorging_gestopt: de ontvanger antwoordde met 500"
            assert antwoord["herhaaltoken"] is None
            aan[0] = True
            assert (await burger.post(f"{eigen}/_hervat", {})).status == 403
            assert (await klant.als("ambtenaar").post(f"{eigen}/_hervat", {})).status == 200
            await ontvanger.wacht(lambda: len(ontvanger.genomen) == 1)
            assert not [e for e in (await klant.geef(f"{WEG}/taken")).json["inhoud"] if e["aggregaat"] == "abonnement"]

    doe(test)


def test_registers_on_two_machines_are_linked_by_an_abonnement(elders: Elders) -> None:
    """G49: a register elsewhere that gets its signalen delivered says what one beside the source says."""

    async def test() -> None:
        poort = vrije_poort()
        app = elders.klant._app
        server = uvicorn.Server(uvicorn.Config(app, port=poort, log_config=None, lifespan="off"))
        draait = asyncio.ensure_future(server.serve())
        await tot(lambda: server.started)
        try:
            async with met_bezorger(elders.bron) as (bron, klant):
                url = f"http://localhost:{poort}{HEFFING}/signalen"
                vraag = {"url": url, "vanaf": 3, "vorm": "batch", "toegangstoken": "koppeling"}
                gemaakt = await klant.als("koppeling").post(f"{WEG}/abonnementen", vraag)
                assert gemaakt.status == 201
                for commando in (twijfel("gewicht_kg"), auto("auto-4"), degistratie(("auto-2",))):
                    await asyncio.to_thread(elders.bron.verwerk, commando, register="wegonderhoud", gebeurd_op=AANKOOP)
                    await bron.bied_aan("wegonderhoud", ())
                laatste = elders.gebeurtenissen()[-1].attributen["sequence"]

                def gelezen() -> int:
                    return int(elders.hier.standen()["aanschafheffing"]["gelezen"].get("wegonderhoud", 0))

                await tot(lambda: gelezen() >= int(laatste))
        finally:
            server.should_exit = True
            await draait
        assert antwoorden(elders.hier) == antwoorden(elders.bron)
        assert gemaakt.json["status"] == "actief"

    doe(test)
