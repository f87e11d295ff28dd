"""What is recorded over HTTP: pages of transacties, a gevolg, where it came from, what came of it, and why."""

import pytest

from actors.daemon.rechten import Gebruiker
from actors.runtime.catalogue import CONTEXTEN
from tests.daemon.conftest import GEBRUIKERS, Wereld, doe
from tests.daemon.test_commandos import COMMANDOS, auto_aanbod, correctie, is_probleem

GEVOLGEN = "/wegonderhoud/v1/gevolgen"
BREED = Gebruiker("breed", frozenset({"*:lezen:gevolgen@1", "wegonderhoud:lezen:doorwerking@1"}))


def test_the_transacties_come_in_pages_oldest_first(wereld: Wereld) -> None:
    async def verhaal() -> None:
        await wereld.klant.post(COMMANDOS, auto_aanbod())
        await wereld.klant.post(COMMANDOS, correctie())
        blad = (await wereld.klant.geef(f"{GEVOLGEN}?limiet=2")).json
        assert [t["positie"] for t in blad["transacties"]] == [1, 2]
        laatste = (await wereld.klant.geef(blad["_links"]["next"]["href"])).json
        assert [t["positie"] for t in laatste["transacties"]] == [3]
        assert "next" not in laatste["_links"]
        eerste = await wereld.klant.geef(laatste["_links"]["prev"]["href"])
        assert [t["positie"] for t in eerste.json["transacties"]] == [1, 2]
        assert eerste.json["transacties"][0]["verantwoording"]["gebeurdOp"] == "2026-03-01"
        is_probleem(await wereld.klant.geef(f"{GEVOLGEN}?cursor=Wy0xXQ"), 400)
        is_probleem(await wereld.klant.geef(f"{GEVOLGEN}?limiet=1001"), 400)

    doe(verhaal)


def test_a_gevolg_tells_its_transactie_its_herkomst_its_doorwerking_and_its_uitleg(wereld: Wereld) -> None:
    async def verhaal() -> None:
        (transactie,) = (await wereld.klant.geef(GEVOLGEN)).json["transacties"]
        per_naam = {gevolg["naam"]: gevolg["id"] for gevolg in transactie["gevolgen"]}
        eerste = per_naam["AutoGeregistreerd"]
        gevolg = (await wereld.klant.geef(f"{GEVOLGEN}/{eerste}")).json
        assert gevolg["gevolg"] == transactie["gevolgen"][0]
        assert gevolg["transactie"]["aggregaatId"] == "auto-1"
        doorwerking = await wereld.klant.geef(f"{GEVOLGEN}/{eerste}/doorwerking")
        registers = {knoop["register"] for knoop in doorwerking.json["inhoud"]["gevolgen"]}
        assert registers == {"wegonderhoud", "aanschafheffing", "spitspas"}
        token = doorwerking.json["herhaaltoken"]
        herhaald = await wereld.klant.geef(f"{GEVOLGEN}/{eerste}/doorwerking?herhaaltoken={token}")
        assert herhaald.inhoud == doorwerking.inhoud
        klein = await wereld.klant.geef(f"{GEVOLGEN}/{eerste}/doorwerking?hoogstens=2")
        assert (len(klein.json["inhoud"]["gevolgen"]), klein.json["inhoud"]["meer"]) == (2, True)
        herkomst = await wereld.klant.geef(f"{GEVOLGEN}/{transactie['gevolgen'][-1]['id']}/herkomst")
        assert herkomst.json["inhoud"]["richting"] == "herkomst"
        uitleg = await wereld.klant.geef(f"{GEVOLGEN}/{transactie['gevolgen'][1]['id']}/uitleg")
        assert uitleg.json["inhoud"]["register"] == "wegonderhoud"
        is_probleem(await wereld.klant.geef(f"{GEVOLGEN}/{eerste}/uitleg"), 404)

    doe(verhaal)


@pytest.mark.parametrize("register", [context.naam for context in CONTEXTEN])
def test_every_gevolg_has_its_herkomst_and_an_uitleg_or_a_404(wereld: Wereld, register: str) -> None:
    async def verhaal() -> None:
        begin = f"/{register}/v1/gevolgen"
        for transactie in (await wereld.klant.geef(begin)).json["transacties"]:
            for gevolg in transactie["gevolgen"]:
                assert (await wereld.klant.geef(f"{begin}/{gevolg['id']}/herkomst")).status == 200
                uitleg = await wereld.klant.geef(f"{begin}/{gevolg['id']}/uitleg")
                assert uitleg.status in (200, 404), (gevolg["naam"], uitleg.inhoud)

    doe(verhaal)


def test_a_gevolg_of_another_register_is_not_found_here(wereld: Wereld) -> None:
    async def verhaal() -> None:
        (elders, *_) = (await wereld.klant.geef("/spitspas/v1/gevolgen")).json["transacties"]
        id_ = elders["gevolgen"][0]["id"]
        for rest in ("", "/herkomst", "/doorwerking", "/uitleg"):
            is_probleem(await wereld.klant.geef(f"{GEVOLGEN}/{id_}{rest}"), 404)
            is_probleem(await wereld.klant.geef(f"{GEVOLGEN}/onzin{rest}"), 404)

    doe(verhaal)


def test_a_spoor_through_a_register_that_one_may_not_read_is_not_told(wereld: Wereld) -> None:
    GEBRUIKERS["breed"] = BREED

    async def verhaal() -> None:
        klant = wereld.klant.als("breed")
        (transactie,) = (await klant.geef(GEVOLGEN)).json["transacties"]
        url = f"{GEVOLGEN}/{transactie['gevolgen'][0]['id']}"
        probleem = is_probleem(await klant.geef(f"{url}/doorwerking"), 403)
        assert "aanschafheffing:lezen:doorwerking@1" in probleem["detail"]
        is_probleem(await klant.geef(f"{url}/herkomst"), 403)

    doe(verhaal)
