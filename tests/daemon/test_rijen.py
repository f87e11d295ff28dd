"""Rows over HTTP: any moment on both axes, the same answer again, one's own write, and pages of one moment."""

import asyncio
from typing import Any

import pytest

from tests.daemon.conftest import Wereld, doe
from tests.daemon.test_commandos import COMMANDOS, auto_aanbod, correctie, is_probleem

AUTO = "/wegonderhoud/v1/autos/auto-1"
OPENBAAR = "/wegonderhoud/v1/projecties/auto-openbaar"


def test_a_row_is_asked_of_any_moment_and_given_again_byte_for_byte(wereld: Wereld) -> None:
    async def verhaal() -> None:
        eerst = await wereld.klant.geef(AUTO)
        toen = eerst.json["momenten"]["beschikbaarOp"]
        assert (eerst.status, eerst.json["inhoud"]["gewichtKg"]) == (200, 1300)
        assert (await wereld.klant.post(COMMANDOS, correctie(1400))).status == 201
        assert (await wereld.klant.geef(AUTO)).json["inhoud"]["gewichtKg"] == 1400
        terug = await wereld.klant.geef(f"{AUTO}?beschikbaarOp={toen}")
        assert terug.json["inhoud"]["gewichtKg"] == 1300
        met_plus = toen.replace("Z", "+00:00")
        assert (await wereld.klant.geef(f"{AUTO}?beschikbaarOp={met_plus}")).inhoud == terug.inhoud
        herhaald = await wereld.klant.geef(f"{AUTO}?herhaaltoken={eerst.json['herhaaltoken']}")
        assert herhaald.inhoud == eerst.inhoud
        vroeger = await wereld.klant.geef(f"{AUTO}?geldigOp=2026-01-01")
        assert vroeger.json["inhoud"]["koper"] is None

    doe(verhaal)


def test_what_is_wrong_with_a_question_is_told_at_once(wereld: Wereld) -> None:
    async def verhaal() -> None:
        fout = is_probleem(await wereld.klant.geef(f"{AUTO}?geldigOp=ooit&beschikbaarop=x&wachtOp=0&wachtOp=2"), 400)
        assert [een.partition(":")[0] for een in fout["fouten"]] == ["geldigOp", "beschikbaarop", "wachtOp", "wachtOp"]
        is_probleem(await wereld.klant.geef(f"{AUTO}?beschikbaarOp=2999-01-01"), 400)
        is_probleem(await wereld.klant.geef(f"{AUTO}?herhaaltoken=onzin"), 400)
        token = (await wereld.klant.geef(AUTO)).json["herhaaltoken"]
        is_probleem(await wereld.klant.geef(f"{AUTO}?herhaaltoken={token}&geldigOp=2026-01-01"), 400)
        is_probleem(await wereld.klant.geef(f"{AUTO}/historie?herhaaltoken={token}"), 400)
        is_probleem(await wereld.klant.geef("/wegonderhoud/v1/autos/auto-7"), 404)

    doe(verhaal)


def test_who_waits_for_his_own_write_sees_it(wereld: Wereld) -> None:
    async def verhaal() -> None:
        vraag = asyncio.ensure_future(wereld.klant.geef(f"{AUTO}?wachtOp=2"))
        antwoord, _ = await asyncio.gather(vraag, wereld.klant.post(COMMANDOS, correctie(1400)))
        assert antwoord.json["inhoud"]["gewichtKg"] == 1400
        te_lang = await wereld.klant.geef(f"{AUTO}?wachtOp=99")
        is_probleem(te_lang, 503)
        assert te_lang.koppen["retry-after"] == "1"

    doe(verhaal)


def test_the_etag_is_that_of_now_and_spares_an_answer_that_is_the_same(wereld: Wereld) -> None:
    async def verhaal() -> None:
        etag = (await wereld.klant.geef(AUTO)).koppen["etag"]
        zelfde = await wereld.klant.geef(AUTO, if_none_match=f'"x", {etag}')
        assert (zelfde.status, zelfde.inhoud, zelfde.koppen["etag"]) == (304, b"", etag)
        await wereld.klant.post(COMMANDOS, auto_aanbod())
        assert (await wereld.klant.geef(AUTO, if_none_match=etag)).status == 304, "another car is no change of this one"
        await wereld.klant.post(COMMANDOS, correctie())
        anders = await wereld.klant.geef(AUTO, if_none_match=etag)
        assert (anders.status, anders.koppen["etag"] != etag) == (200, True)
        assert "etag" not in (await wereld.klant.geef(f"{AUTO}?geldigOp=2026-06-01")).koppen

    doe(verhaal)


def test_the_historie_and_the_uitleg_of_a_row_are_its_own_resources(wereld: Wereld) -> None:
    async def verhaal() -> None:
        await wereld.klant.post(COMMANDOS, correctie(1400))
        historie = (await wereld.klant.geef(f"{AUTO}/historie")).json["inhoud"]
        assert {toestand["gewichtKg"] for toestand in historie} == {1300, 1400}
        uitleg = await wereld.klant.geef(f"{AUTO}/uitleg?kolom=punten")
        assert uitleg.json["inhoud"]["alineas"][0]["kop"].startswith("Wat is er")
        is_probleem(await wereld.klant.geef(f"{AUTO}/uitleg?kolom=gewicht_kg"), 400)
        is_probleem(await wereld.klant.geef(f"{AUTO}/uitleg?kolom=gewichtKg"), 404)
        rij = "/aanschafheffing/v1/projecties/referentietabel/auto-1/koop-sam-03-01"
        assert (await wereld.klant.geef(rij)).json["inhoud"]["heffingEurocent"] == 200000
        assert (await wereld.klant.geef(f"{rij}/uitleg")).status == 200
        assert (await wereld.klant.geef(f"{rij}/historie")).status == 200

    doe(verhaal)


def test_all_pages_of_a_table_are_of_one_moment_whatever_comes_in_meanwhile(wereld: Wereld) -> None:
    async def verhaal() -> None:
        for nummer in (2, 3, 4):
            await wereld.klant.post(COMMANDOS, auto_aanbod(f"auto-{nummer}"))
        blad = (await wereld.klant.geef(f"{OPENBAAR}?limiet=2")).json
        eerste = blad["_links"]["self"]["href"]
        assert "prev" not in blad["_links"]
        await wereld.klant.post(COMMANDOS, auto_aanbod("auto-11"))
        await wereld.klant.post(COMMANDOS, correctie(2400))
        namen = [rij["onderwerp"][0] for rij in blad["inhoud"]]
        volgend = (await wereld.klant.geef(blad["_links"]["next"]["href"])).json
        namen += [rij["onderwerp"][0] for rij in volgend["inhoud"]]
        assert namen == ["auto-1", "auto-2", "auto-3", "auto-4"]
        assert volgend["momenten"] == blad["momenten"]
        assert "next" not in volgend["_links"]
        terug = await wereld.klant.geef(volgend["_links"]["prev"]["href"])
        assert terug.json["inhoud"] == blad["inhoud"]
        assert (await wereld.klant.geef(eerste)).json == blad
        assert len((await wereld.klant.geef(OPENBAAR)).json["inhoud"]) == 5

    doe(verhaal)


def test_a_cursor_goes_with_its_own_table_and_with_no_other_moment(wereld: Wereld) -> None:
    async def verhaal() -> None:
        blad = (await wereld.klant.geef(f"{OPENBAAR}?limiet=1")).json
        vragen = blad["_links"]["self"]["href"].partition("?")[2]
        is_probleem(await wereld.klant.geef(f"/wegonderhoud/v1/projecties/auto?{vragen}"), 400)
        is_probleem(await wereld.klant.geef(f"{OPENBAAR}?{vragen}&geldigOp=2026-01-01"), 400)
        is_probleem(await wereld.klant.geef(f"{OPENBAAR}?cursor=onzin"), 400)

    doe(verhaal)


def test_a_ranking_is_a_page_without_rows_of_their_own(wereld: Wereld) -> None:
    async def verhaal() -> None:
        planning = "/wegonderhoud/v1/projecties/wegonderhoudsplanning"
        (eerste,) = (await wereld.klant.geef(planning)).json["inhoud"]
        assert (eerste["rang"], eerste["wijk"]) == (1, "Duinwijk")
        is_probleem(await wereld.klant.geef(f"{planning}/Duinwijk"), 404)

    doe(verhaal)


def test_a_car_is_found_by_its_kenteken_in_the_body_however_it_is_written(wereld: Wereld) -> None:
    async def verhaal() -> None:
        zoek = "/wegonderhoud/v1/autos/_zoek"
        gevonden = (await wereld.klant.post(zoek, {"kenteken": "kn auto 1"})).json["gevonden"]
        assert gevonden == [{"id": "auto-1", "_links": {"self": {"href": AUTO}}}]
        assert (await wereld.klant.geef(gevonden[0]["_links"]["self"]["href"])).status == 200
        assert (await wereld.klant.post(zoek, {"kenteken": "ZZ-99-Z"})).json == {"gevonden": []}
        fouten: list[Any] = [{}, {"kenteken": 1}, {"kleur": "rood"}, []]
        for fout in fouten:
            is_probleem(await wereld.klant.post(zoek, fout), 400)
        is_probleem(await wereld.klant.geef(f"{zoek}?kenteken=KN-auto-1"), 405)

    doe(verhaal)


@pytest.mark.parametrize(
    ("wie", "pad", "status"),
    [
        ("burger", OPENBAAR, 200),
        ("burger", f"{OPENBAAR}/auto-1", 200),
        ("burger", "/wegonderhoud/v1/projecties/auto", 403),
        ("burger", AUTO, 403),
        ("burger", f"{OPENBAAR}/auto-1/uitleg", 403),
        ("burger", "/wegonderhoud/v1/gevolgen", 403),
        ("ambtenaar", AUTO, 200),
        ("ambtenaar", OPENBAAR, 403),
        ("ambtenaar", f"{AUTO}/uitleg", 403),
        ("ambtenaar", "/spitspas/v1/huishoudens/huis", 403),
        ("verzekeraar", AUTO, 403),
    ],
)
def test_who_reads_gets_what_is_for_him_and_nothing_else(wereld: Wereld, wie: str, pad: str, status: int) -> None:
    async def verhaal() -> None:
        assert (await wereld.klant.als(wie).geef(pad)).status == status

    doe(verhaal)


def test_a_herhaaltoken_of_another_doelgroep_is_not_answered(wereld: Wereld) -> None:
    async def verhaal() -> None:
        van_allen: dict[str, Any] = (await wereld.klant.geef(AUTO)).json
        url = f"{AUTO}?herhaaltoken={van_allen['herhaaltoken']}"
        is_probleem(await wereld.klant.als("burger").geef(url), 403)

    doe(verhaal)


def test_the_pages_of_a_ranking_and_of_a_table_made_on_request_are_whole_both_ways(wereld: Wereld) -> None:
    async def verhaal() -> None:
        for nummer, wijk in ((2, "Haven"), (3, "Centrum"), (4, "Bos")):
            aanbod = auto_aanbod(f"auto-{nummer}")
            aanbod["data"]["aanschaf"]["wijk"] = wijk
            assert (await wereld.klant.post(COMMANDOS, aanbod)).status == 201
        for tabel, sleutel in (("wegonderhoudsplanning", "wijk"), ("inzage", "wijk"), ("auto", "wijk")):
            url = f"/wegonderhoud/v1/projecties/{tabel}"
            alles = [rij[sleutel] for rij in (await wereld.klant.geef(url)).json["inhoud"]]
            heen, blad = [], (await wereld.klant.geef(f"{url}?limiet=3")).json
            heen += [rij[sleutel] for rij in blad["inhoud"]]
            laatste = (await wereld.klant.geef(blad["_links"]["next"]["href"])).json
            heen += [rij[sleutel] for rij in laatste["inhoud"]]
            assert heen == alles, tabel
            terug = (await wereld.klant.geef(laatste["_links"]["prev"]["href"])).json
            assert terug["inhoud"] == blad["inhoud"]
            assert ("prev" in terug["_links"], "next" in terug["_links"]) == (False, True)

    doe(verhaal)


def test_pages_go_on_also_when_the_table_is_not_whole(wereld: Wereld) -> None:
    wereld.registers.parkeer("wegonderhoud", "auto-openbaar", "auto", "auto-1", "voor de toets")

    async def verhaal() -> None:
        for nummer in (2, 3):
            await wereld.klant.post(COMMANDOS, auto_aanbod(f"auto-{nummer}"))
        blad = (await wereld.klant.geef(f"{OPENBAAR}?limiet=2")).json
        assert (blad["volledig"], blad["herhaaltoken"]) == (False, None)
        await wereld.klant.post(COMMANDOS, auto_aanbod("auto-4"))
        laatste = (await wereld.klant.geef(blad["_links"]["next"]["href"])).json
        assert [rij["onderwerp"] for rij in laatste["inhoud"]] == [["auto-3"]]
        assert laatste["momenten"] == blad["momenten"]

    doe(verhaal)
