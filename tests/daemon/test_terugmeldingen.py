"""Reporting doubt and following it; and what waits for a person."""

from typing import Any

from actors.verwerking.generiek.commandos import HandelTerugmeldingAf
from tests.daemon.conftest import Wereld, doe
from tests.daemon.test_commandos import ID, is_probleem
from tests.domein import dag

TERUG = "/wegonderhoud/v1/terugmeldingen"


def melding(**anders: Any) -> dict[str, Any]:
    return {
        "aggregaat": "auto",
        "aggregaatId": "auto-1",
        "onderwerp": ["auto-1"],
        "gegeven": "gewicht_kg",
        "peilmoment": "2026-04-01",
        "betwijfeldeWaarde": 1300,
        "voorgesteldeWaarde": 1450,
        "kenmerk": "zaak 12",
        "toelichting": "de auto is gewogen",
        **anders,
    }


def test_a_terugmelding_is_received_in_the_name_of_who_asks_and_followed_to_its_end(wereld: Wereld) -> None:
    async def verhaal() -> None:
        klant = wereld.klant.als("verzekeraar")
        gemeld = await klant.post(TERUG, melding(id=ID))
        assert (gemeld.status, gemeld.koppen["location"]) == (201, f"{TERUG}/{ID}")
        assert (gemeld.json["melder"], gemeld.json["status"]) == ("verzekeraar", "ontvangen")
        assert (await klant.post(TERUG, melding(id=ID))).status == 200
        gezien = await klant.geef(gemeld.koppen["location"])
        assert gezien.json == gemeld.json
        assert (gezien.json["betwijfeldeWaarde"], gezien.json["voorgesteldeWaarde"]) == (1300, 1450)
        af = HandelTerugmeldingAf(
            aggregaat="auto", aggregaat_id="auto-1", terugmelding_id=ID, uitkomst="afgewezen", toelichting="nagewogen"
        )
        wereld.registers.verwerk(af, register="wegonderhoud", gebeurd_op=dag("11-20"))
        beantwoord = (await klant.geef(gemeld.koppen["location"])).json
        assert (beantwoord["status"], beantwoord["reden"]) == ("afgewezen", "nagewogen")

    doe(verhaal)


def test_a_terugmelding_is_for_its_melder_and_for_who_sees_to_taken(wereld: Wereld) -> None:
    async def verhaal() -> None:
        url = (await wereld.klant.als("verzekeraar").post(TERUG, melding())).koppen["location"]
        assert (await wereld.klant.als("ambtenaar").geef(url)).status == 200
        assert (await wereld.klant.geef(url)).status == 200
        is_probleem(await wereld.klant.als("burger").geef(url), 403)
        is_probleem(await wereld.klant.geef(f"{TERUG}/{ID}"), 404)
        eigen = await wereld.klant.post(TERUG, melding())
        is_probleem(await wereld.klant.als("verzekeraar").geef(eigen.koppen["location"]), 404)

    doe(verhaal)


def test_all_that_is_wrong_with_a_terugmelding_is_told_of_its_own_fields(wereld: Wereld) -> None:
    async def verhaal() -> None:
        klant = wereld.klant.als("verzekeraar")
        fout = is_probleem(await klant.post(TERUG, {"aggregaat": "", "peilmoment": "ooit", "toelichting": " "}), 400)
        assert {een.partition(":")[0] for een in fout["fouten"]} == {
            "aggregaat",
            "aggregaatId",
            "onderwerp",
            "gegeven",
            "peilmoment",
            "toelichting",
        }
        is_probleem(await klant.post(TERUG, melding(melder="rdw", terugmeldingId="x")), 400)
        is_probleem(await klant.post(TERUG, melding(id="geen uuid")), 400)
        assert is_probleem(await klant.post(TERUG, melding(gegeven="kleur")), 409)["regel"] == "betreft_onbekend"
        is_probleem(await wereld.klant.als("ambtenaar").post(TERUG, melding()), 403)

    doe(verhaal)


def test_what_waits_is_told_to_who_sees_to_it_and_again(wereld: Wereld) -> None:
    async def verhaal() -> None:
        await wereld.klant.post(TERUG, melding())
        taken = await wereld.klant.als("ambtenaar").geef("/wegonderhoud/v1/taken?wachtOp=2")
        (taak,) = taken.json["inhoud"]
        assert (taak["reden"], taak["taak"], taak["aggregaat"]) == ("gerede_twijfel", True, "auto")
        token = taken.json["herhaaltoken"]
        assert (await wereld.klant.geef(f"/wegonderhoud/v1/taken?herhaaltoken={token}")).inhoud == taken.inhoud
        is_probleem(await wereld.klant.als("verzekeraar").geef("/wegonderhoud/v1/taken"), 403)

    doe(verhaal)
