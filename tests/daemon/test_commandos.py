"""Commando's over HTTP: one effect, one answer, and whatever is wrong is told at once."""

import asyncio
from typing import Any

import pytest

from actors.daemon.api.app import maak_app
from actors.register.commando import AangebodenCommando, Mislukt, Verwerking
from actors.runtime.catalogue import CONTEXTEN
from tests.daemon.conftest import GEBRUIKERS, Wereld, doe
from tests.daemon.ingebed import Antwoord, IngebedPoort, Klant, wie_met

COMMANDOS = "/wegonderhoud/v1/commandos"
ID = "0197f5a0-1b2c-7d3e-8f40-112233445566"


def auto_aanbod(auto_id: str = "auto-2", id_: str | None = None, **anders: Any) -> dict[str, Any]:
    """Someone's car, in the words of the API."""
    aanschaf = {
        "aanschafId": f"koop-{auto_id}",
        "koper": "noor",
        "koperNaam": "Noor",
        "aankoopdatum": "2026-04-01",
        "regio": "Kustland",
        "wijk": "Havenwijk",
    }
    data = {
        "autoId": auto_id,
        "kenteken": f"KN-{auto_id}",
        "gewichtKg": 1000,
        "lengteM": "4.1",
        "breedteM": "1.7",
        "uitstootGPerKm": 90,
        "aanschaf": aanschaf,
        **anders,
    }
    return {"commando": "RegistreerAuto", "data": data, **({"id": id_} if id_ else {})}


def correctie(gewicht: int = 1400, id_: str | None = None) -> dict[str, Any]:
    data = {"autoId": "auto-1", "gewichtKg": gewicht}
    return {
        "commando": "CorrigeerAutogegevens",
        "data": data,
        "gebeurdOp": "2026-11-20",
        **({"id": id_} if id_ else {}),
    }


def is_probleem(antwoord: Antwoord, status: int) -> dict[str, Any]:
    """A whole problem with this status."""
    assert antwoord.status == status, antwoord.inhoud
    assert antwoord.koppen["content-type"] == "application/problem+json"
    inhoud: dict[str, Any] = antwoord.json
    assert inhoud.keys() >= {"type", "title", "status", "detail"}
    assert inhoud["status"] == status
    return inhoud


def test_what_is_broken_off_because_the_daemon_stops_is_a_problem_that_says_to_try_again(
    wereld: Wereld, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def verhaal() -> None:
        bezig: asyncio.Queue[Any] = asyncio.Queue()

        async def nooit(*_: Any) -> Any:
            bezig.put_nowait(asyncio.current_task())
            await asyncio.Event().wait()

        monkeypatch.setattr(wereld.poort, "bied_aan", nooit)
        vraag = asyncio.ensure_future(wereld.klant.post(COMMANDOS, auto_aanbod()))
        (await bezig.get()).cancel()
        weg = is_probleem(await vraag, 503)
        assert "de dienst stopt" in weg["detail"]

    doe(verhaal)


def test_a_commando_is_answered_after_its_commit_and_says_where_it_stands(wereld: Wereld) -> None:
    async def verhaal() -> None:
        antwoord = await wereld.klant.post(COMMANDOS, auto_aanbod(id_=ID))
        assert (antwoord.status, antwoord.koppen["location"]) == (201, f"{COMMANDOS}/{ID}")
        inhoud = antwoord.json
        assert (inhoud["commandoId"], inhoud["uitkomst"], inhoud["positie"]) == (ID, "verwerkt", 2)
        assert inhoud["geregistreerdOp"].endswith("Z")
        assert inhoud["gevolgen"][0]["naam"] == "AutoGeregistreerd"
        opgezocht = await wereld.klant.geef(antwoord.koppen["location"])
        assert (opgezocht.status, opgezocht.json) == (200, inhoud)

    doe(verhaal)
    (transactie,) = wereld.registers.gevolgen("wegonderhoud", 1)
    assert transactie.verantwoording.geregistreerd_door == "beheerder"


def test_offered_twice_under_one_id_it_has_one_effect_and_the_same_answer(wereld: Wereld) -> None:
    async def verhaal() -> None:
        eerst = await wereld.klant.post(COMMANDOS, auto_aanbod(id_=ID))
        nog_eens = await wereld.klant.post(COMMANDOS, auto_aanbod(id_=ID.upper().replace("-", "")))
        assert (eerst.status, nog_eens.status) == (201, 200)
        assert nog_eens.json == eerst.json
        anders = await wereld.klant.post(COMMANDOS, auto_aanbod("auto-3", id_=ID))
        assert is_probleem(anders, 409)["regel"] == "commando_id_hergebruikt"

    doe(verhaal)
    assert wereld.registers.standen()["wegonderhoud"]["positie"] == 2


def test_what_is_not_processed_tells_why_and_is_looked_up_as_such(wereld: Wereld) -> None:
    async def verhaal() -> None:
        geweigerd = is_probleem(await wereld.klant.post(COMMANDOS, auto_aanbod("auto-1", id_=ID)), 409)
        assert geweigerd["regel"] == "auto_bekend"
        opgezocht = await wereld.klant.geef(f"{COMMANDOS}/{ID}")
        assert opgezocht.status == 200
        assert opgezocht.json == {"commandoId": ID, "uitkomst": "nietVerwerkt", "probleem": geweigerd}
        is_probleem(await wereld.klant.geef(f"{COMMANDOS}/{ID[:-1]}7"), 404)
        is_probleem(await wereld.klant.geef(f"{COMMANDOS}/geen-uuid"), 404)

    doe(verhaal)


def test_all_errors_of_a_contract_are_told_at_once_in_the_names_of_the_caller(wereld: Wereld) -> None:
    async def verhaal() -> None:
        fout = {
            "commando": "RegistreerAuto",
            "register": "spitspas",
            "data": {"auto_id": "x", "gewichtKg": 1.5, "aanschaf": {"koperNaam": ""}},
            "gebeurdOp": "gisteren",
        }
        probleem = is_probleem(await wereld.klant.post(COMMANDOS, fout), 400)
        plaatsen = {een.partition(": ")[0] for een in probleem["fouten"]}
        assert plaatsen >= {
            "data.auto_id",
            "register",
            "data.gewichtKg",
            "data.autoId",
            "data.kenteken",
            "data.aanschaf.koperNaam",
            "data.aanschaf.aanschafId",
            "gebeurdOp",
        }

    doe(verhaal)


@pytest.mark.parametrize(
    ("inhoud", "status"),
    [
        (b"{", 400),
        (b"[]", 400),
        (b'{"commando":"BestaatNiet","data":{}}', 400),
        (b'{"a":' * 40 + b"1" + b"}" * 40, 400),
        (b"[" * 90_000, 413),
        (b'{"commando":"RegistreerAuto","data":"' + b"x" * 70_000 + b'"}', 413),
        (b"\xff", 400),
    ],
)
def test_what_cannot_be_read_is_a_clear_problem(wereld: Wereld, inhoud: bytes, status: int) -> None:
    async def verhaal() -> None:
        is_probleem(await wereld.klant.post(COMMANDOS, inhoud), status)

    doe(verhaal)


def test_a_text_that_looks_like_a_sign_of_our_own_is_refused(wereld: Wereld) -> None:
    async def verhaal() -> None:
        data = {"aggregaat": "auto", "aggregaatId": "auto-1", "toelichting": "t", "behoudTwijfel": False}
        stap = {"betreft": {"claim": "\x00waarde 9"}, "waarde": {"$getal": "1.5"}}
        aanbod = {"commando": "Corrigeer", "data": {**data, "correcties": [stap]}}
        probleem = is_probleem(await wereld.klant.post(COMMANDOS, aanbod), 400)
        assert probleem["fouten"] == ["data.correcties.0.betreft.claim: mag niet met een NUL beginnen"]

    doe(verhaal)


def test_another_media_type_is_not_read(wereld: Wereld) -> None:
    async def verhaal() -> None:
        is_probleem(await wereld.klant.post(COMMANDOS, b"<a/>", content_type="application/xml"), 415)

    doe(verhaal)


# --- who may --------------------------------------------------------------------------------------------------


def test_without_a_token_nobody_gets_in(wereld: Wereld) -> None:
    async def verhaal() -> None:
        for token in ("", "onbekend"):
            antwoord = await wereld.klant.als(token).post(COMMANDOS, auto_aanbod())
            is_probleem(antwoord, 401)
            assert antwoord.koppen["www-authenticate"] == "Bearer"

    doe(verhaal)


@pytest.mark.parametrize(
    ("wie", "commando", "recht"),
    [
        ("verzekeraar", "CorrigeerAutogegevens", "wegonderhoud:commando:CorrigeerAutogegevens"),
        ("verzekeraar", "HervatTaak", "wegonderhoud:taken"),
        ("verzekeraar", "WisPersoonsgegevens", "wegonderhoud:beheer"),
        ("verzekeraar", "RegistreerRegelversie", "wegonderhoud:beheer"),
        ("ambtenaar", "MeldTerug", "wegonderhoud:terugmelden"),
        ("ambtenaar", "RegistreerAuto", "wegonderhoud:commando:RegistreerAuto"),
    ],
)
def test_who_may_not_offer_a_commando_is_told_which_recht_he_needs(
    wereld: Wereld, wie: str, commando: str, recht: str
) -> None:
    async def verhaal() -> None:
        antwoord = await wereld.klant.als(wie).post(COMMANDOS, {"commando": commando, "data": {}})
        assert recht in is_probleem(antwoord, 403)["detail"]

    doe(verhaal)


def test_a_recht_of_one_register_is_no_recht_in_another(wereld: Wereld) -> None:
    async def verhaal() -> None:
        klant = wereld.klant.als("verzekeraar")
        assert (await klant.post(COMMANDOS, auto_aanbod())).status == 201
        is_probleem(await klant.post("/spitspas/v1/commandos", auto_aanbod()), 403)

    doe(verhaal)


def test_nobody_reports_back_in_the_name_of_another(wereld: Wereld) -> None:
    async def verhaal() -> None:
        data = {
            "terugmeldingId": "t-1",
            "aggregaat": "auto",
            "aggregaatId": "auto-1",
            "onderwerp": ["auto-1"],
            "gegeven": "gewicht_kg",
            "peilmoment": "2026-04-01",
            "melder": "rdw",
            "toelichting": "gewogen",
        }
        aanbod = {"commando": "MeldTerug", "data": data, "gebeurdOp": "2026-11-20"}
        is_probleem(await wereld.klant.als("verzekeraar").post(COMMANDOS, aanbod), 403)

    doe(verhaal)


# --- If-Match -------------------------------------------------------------------------------------------------


def test_of_two_who_read_the_same_state_one_is_too_late(wereld: Wereld) -> None:
    async def verhaal() -> None:
        etag = (await wereld.klant.geef("/wegonderhoud/v1/autos/auto-1")).koppen["etag"]
        antwoorden = await asyncio.gather(
            *(wereld.klant.post(COMMANDOS, correctie(gewicht), if_match=etag) for gewicht in (1400, 1500))
        )
        assert sorted(antwoord.status for antwoord in antwoorden) == [201, 412]
        te_laat = next(antwoord for antwoord in antwoorden if antwoord.status == 412)
        assert is_probleem(te_laat, 412)["regel"] == "aggregaat_gewijzigd"

    doe(verhaal)
    assert wereld.registers.standen()["wegonderhoud"]["positie"] == 2


def test_a_retry_under_the_same_id_gets_the_stored_outcome_although_the_state_moved_on(wereld: Wereld) -> None:
    async def verhaal() -> None:
        etag = (await wereld.klant.geef("/wegonderhoud/v1/autos/auto-1")).koppen["etag"]
        eerst = await wereld.klant.post(COMMANDOS, correctie(id_=ID), if_match=etag)
        opnieuw = await wereld.klant.post(COMMANDOS, correctie(id_=ID), if_match=etag)
        assert (eerst.status, opnieuw.status) == (201, 200)
        assert opnieuw.json == eerst.json

    doe(verhaal)


def test_who_was_too_late_may_offer_the_same_id_again(wereld: Wereld) -> None:
    async def verhaal() -> None:
        is_probleem(await wereld.klant.post(COMMANDOS, correctie(id_=ID), if_match='"9-00000000-00000000"'), 412)
        etag = (await wereld.klant.geef("/wegonderhoud/v1/autos/auto-1")).koppen["etag"]
        assert (await wereld.klant.post(COMMANDOS, correctie(id_=ID), if_match=etag)).status == 201

    doe(verhaal)


def test_what_is_no_etag_of_this_register_is_never_met_and_what_is_none_at_all_is_wrong(wereld: Wereld) -> None:
    async def verhaal() -> None:
        is_probleem(await wereld.klant.post(COMMANDOS, correctie(), if_match='"1"'), 412)
        for geen in ("*", '"1", "2"', "1"):
            is_probleem(await wereld.klant.post(COMMANDOS, correctie(), if_match=geen), 400)

    doe(verhaal)


# --- proef ----------------------------------------------------------------------------------------------------


def test_a_proef_tells_what_would_happen_and_records_nothing(wereld: Wereld) -> None:
    async def verhaal() -> None:
        proef = await wereld.klant.post(f"{COMMANDOS}/_proef", auto_aanbod())
        assert proef.status == 200
        assert proef.json["verwerkt"] is True
        namen = [gevolg["naam"] for gevolg in proef.json["uitkomst"]["gevolgen"]]
        assert namen[0] == "AutoGeregistreerd"
        geweigerd = await wereld.klant.post(f"{COMMANDOS}/_proef", auto_aanbod("auto-1"))
        assert geweigerd.json["verwerkt"] is False
        assert geweigerd.json["probleem"]["regel"] == "auto_bekend"
        is_probleem(await wereld.klant.als("ambtenaar").post(f"{COMMANDOS}/_proef", auto_aanbod()), 403)

    doe(verhaal)
    assert wereld.registers.standen()["wegonderhoud"]["positie"] == 1


def test_a_ketenproef_counts_what_would_come_of_it_in_every_register(wereld: Wereld) -> None:
    async def verhaal() -> None:
        vraag = {"commandos": [auto_aanbod(), auto_aanbod("auto-3")], "geldigOp": "2026-06-01"}
        keten = await wereld.klant.post(f"{COMMANDOS}/_ketenproef", vraag)
        assert keten.status == 200
        geteld = {een["register"]: een["transacties"] for een in keten.json["registers"]}
        assert geteld["wegonderhoud"] == 2
        assert geteld["aanschafheffing"] >= 2
        assert [een["verwerkt"] for een in keten.json["antwoorden"]] == [True, True]
        fout = {"commandos": [auto_aanbod(), {"commando": "RegistreerAuto", "data": {}}], "op": 1, "geldigOp": "x"}
        probleem = is_probleem(await wereld.klant.post(f"{COMMANDOS}/_ketenproef", fout), 400)
        assert {een.partition(": ")[0] for een in probleem["fouten"]} >= {"op", "geldigOp", "commandos.1.data.autoId"}

    doe(verhaal)
    assert wereld.registers.standen()["wegonderhoud"]["positie"] == 1


# --- when it cannot be had ------------------------------------------------------------------------------------


def test_a_register_whose_bijhouding_is_down_says_when_to_come_back_and_others_go_on(wereld: Wereld) -> None:
    async def verhaal() -> None:
        wereld.poort.uit = {"wegonderhoud"}
        antwoord = await wereld.klant.post(COMMANDOS, auto_aanbod())
        is_probleem(antwoord, 503)
        assert antwoord.koppen["retry-after"] == "2"
        assert (await wereld.klant.geef("/wegonderhoud/v1/autos/auto-1")).status == 200

    doe(verhaal)


class Storend(IngebedPoort):
    """Answers every commando that the software failed."""

    antwoord: Mislukt

    async def bied_aan(self, register: str, aangeboden: Any) -> tuple[Verwerking, ...]:
        assert register in self.registers
        assert all(isinstance(een, AangebodenCommando) for een in aangeboden)
        return tuple(self.antwoord for _ in aangeboden)


@pytest.mark.parametrize(("vol", "status"), [(False, 503), (True, 507)])
def test_an_unknown_outcome_is_503_and_a_full_storage_507(wereld: Wereld, vol: bool, status: int) -> None:  # noqa: FBT001
    poort = Storend(wereld.registers)
    poort.antwoord = Mislukt("JournalActor-1", "de uitkomst is onbekend", vol=vol)
    app = maak_app(poort, wie_met(GEBRUIKERS), CONTEXTEN)

    async def verhaal() -> None:
        antwoord = await Klant(app).post(COMMANDOS, auto_aanbod())
        assert is_probleem(antwoord, status)["referentie"] == "JournalActor-1"
        assert ("retry-after" in antwoord.koppen) == (status == 503)

    doe(verhaal)


def test_a_fault_of_our_own_is_no_404_and_tells_no_value(wereld: Wereld, monkeypatch: pytest.MonkeyPatch) -> None:
    def stuk(*_: Any) -> None:
        raise KeyError("geheim")

    async def verhaal() -> None:
        antwoord = await wereld.klant.geef(f"{COMMANDOS}/{ID}")
        assert "geheim" not in str(is_probleem(antwoord, 500))

    monkeypatch.setattr(wereld.registers, "uitkomst", stuk)
    doe(verhaal)
