"""The documents keep the NL API Design Rules 2.1, for every register and for a context from outside this repository."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import jsonschema_rs
import pytest
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from actors.daemon.abonnementen.bezorger import Bezorger
from actors.daemon.abonnementen.doel import Doelregels
from actors.daemon.abonnementen.zender import Zender
from actors.daemon.api.app import bewerkingen_van, maak_app
from actors.daemon.api.bewerking import Api, Grenzen
from actors.daemon.api.openapi import Beschrijving, document
from actors.daemon.berichten import Berichten, zonder_bezorger
from actors.daemon.dataverwerking.lezingen import Lezingen
from actors.daemon.rechten import Gebruiker
from actors.register.context import Context
from actors.runtime.catalogue import CONTEXTEN
from actors.runtime.klok import Buitenwereld
from actors.runtime.systeem import RegisterSystem
from actors.verwerking.gebeurtenisstroom import Afzender
from tests.daemon.conftest import Wereld, doe
from tests.daemon.ingebed import IngebedPoort, Klant, wie_met
from tests.daemon.test_commandos import is_probleem
from tests.parkeervergunning.context import CONTEXT as PARKEERVERGUNNING

ALLE = (*CONTEXTEN, PARKEERVERGUNNING)
_PAD = re.compile(r"^/(?:[a-z0-9-]+|\{[a-zA-Z0-9]+\})(?:/(?:[a-z0-9-]+|\{[a-zA-Z0-9]+\}))*(?:/_[a-z]+)?$")
_CAMEL = re.compile(r"^[a-z][a-z\d]*(?:[A-Z][a-z\d]*)*$")
_PASCAL = re.compile(r"^[A-Z][A-Za-z0-9]*$")
_ENGELS = re.compile(r"\b(the|which|what it|from a day|register that|commando that)\b", re.IGNORECASE)


@pytest.fixture(scope="module", params=ALLE, ids=lambda context: context.naam)
def doc(request: pytest.FixtureRequest) -> dict[str, Any]:
    return van(request.param)


def van(context: Context) -> dict[str, Any]:
    """The document of a register."""
    with RegisterSystem.in_memory(registers=[context]) as registers:
        poort = IngebedPoort(registers)
        api = Api(
            context, poort, wie_met({}), Grenzen(), met_bezorger(poort), Lezingen([context], None, Buitenwereld())
        )
        return document(context, bewerkingen_van(api, Buitenwereld()), Beschrijving())


def met_bezorger(poort: IngebedPoort) -> Berichten:
    """All that a daemon may have, so that all of it is in the document."""
    buiten = Buitenwereld()
    zender = Zender(Doelregels(), "registers.example.nl", buiten.klok)
    return replace(zonder_bezorger(poort), bezorger=Bezorger(poort, {}, zender, Afzender(), buiten))


def bewerkingen(doc: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for pad, per_methode in doc["paths"].items():
        for methode, bewerking in per_methode.items():
            yield pad, methode, bewerking


def deel(doc: dict[str, Any], iets: dict[str, Any]) -> dict[str, Any]:
    """The thing itself, where a reference stands."""
    if "$ref" not in iets:
        return iets
    for naam in iets["$ref"].removeprefix("#/").split("/"):
        doc = doc[naam]
    return doc


def objecten(schema: Any) -> Iterator[dict[str, Any]]:
    if isinstance(schema, dict):
        if isinstance(schema.get("properties"), dict):
            yield schema
        for binnen in schema.values():
            yield from objecten(binnen)
    elif isinstance(schema, list):
        for binnen in schema:
            yield from objecten(binnen)


def inhouden(iets: Any) -> Iterator[dict[str, Any]]:
    """What stands by each media type."""
    if isinstance(iets, dict):
        content = iets.get("content")
        if isinstance(content, dict):
            yield from (een for een in content.values() if "schema" in een)
        for binnen in iets.values():
            yield from inhouden(binnen)


def test_the_document_says_who_answers_for_it_and_where_it_is(doc: dict[str, Any]) -> None:
    assert doc["openapi"].startswith("3.")
    assert doc["info"]["version"] == "1.0.0"
    assert doc["info"]["contact"].keys() >= {"name", "url", "email"}
    assert all(re.fullmatch(r"https://.+/v1", server["url"]) for server in doc["servers"])
    assert doc["components"]["securitySchemes"] == {
        "bearer": {
            "type": "http",
            "scheme": "bearer",
            "description": doc["components"]["securitySchemes"]["bearer"]["description"],
        }
    }


def test_paths_are_kebab_case_without_trailing_slash_and_end_in_an_operation_at_most(doc: dict[str, Any]) -> None:
    for pad in doc["paths"]:
        assert pad == "/openapi.json" or _PAD.match(pad), pad


def test_only_get_post_and_delete_are_used_and_every_operation_is_told_in_dutch(doc: dict[str, Any]) -> None:
    ids = [bewerking["operationId"] for _, _, bewerking in bewerkingen(doc)]
    assert len(ids) == len(set(ids))
    groepen = {groep["name"] for groep in doc["tags"]}
    for pad, methode, bewerking in bewerkingen(doc):
        assert methode in {"get", "post"} or (methode, pad) == ("delete", "/abonnementen/{abonnementId}")
        assert set(bewerking["tags"]) <= groepen
        assert len(bewerking["summary"]) > 5, pad
        assert len(bewerking["description"]) > 10, pad
        assert not _ENGELS.search(bewerking["description"]), bewerking["description"]


def test_parameters_are_lower_camel_case_and_described(doc: dict[str, Any]) -> None:
    for pad, _, bewerking in bewerkingen(doc):
        for parameter in bewerking["parameters"]:
            assert parameter["description"], pad
            assert parameter["in"] == "header" or _CAMEL.match(parameter["name"]), parameter["name"]
        genoemd = {p["name"] for p in bewerking["parameters"] if p["in"] == "path"}
        assert genoemd == set(re.findall(r"\{(\w+)\}", pad))


def test_every_answer_has_the_version_and_every_error_is_a_problem(doc: dict[str, Any]) -> None:
    for _, methode, bewerking in bewerkingen(doc):
        assert (methode == "get" and not bewerking["parameters"]) or "400" in bewerking["responses"]
        assert "422" not in bewerking["responses"]
        for status, antwoord in bewerking["responses"].items():
            heel = deel(doc, antwoord)
            assert "API-Version" in heel["headers"]
            if status >= "400":
                assert set(heel["content"]) == {"application/problem+json"}
                schema = deel(doc, heel["content"]["application/problem+json"]["schema"])
                assert set(schema["required"]) >= {"type", "title", "status", "detail"}


def test_schemas_are_pascal_case_with_fields_in_camel_case_and_dutch_descriptions(doc: dict[str, Any]) -> None:
    for naam, schema in doc["components"]["schemas"].items():
        assert _PASCAL.match(naam), naam
        assert schema.get("description") or naam in deelnamen(doc), naam
        assert not _ENGELS.search(schema.get("description", "")), schema["description"]
        for object_ in objecten(schema):
            for veld, inhoud in object_["properties"].items():
                assert _CAMEL.match(veld) or veld == "_links" or veld.startswith("$"), f"{naam}.{veld}"
                if re.search(r"\wDatum$", veld) or veld == "datum":
                    assert inhoud["format"] == "date", f"{naam}.{veld} is a pure date"


def deelnamen(doc: dict[str, Any]) -> set[str]:
    """What stands inside a commando: its fields are described there, it itself at the field that holds it."""
    return {
        naam
        for naam, schema in doc["components"]["schemas"].items()
        if "properties" in schema and "description" not in schema
    }


def test_every_reference_leads_to_something_and_everything_is_referred_to(doc: dict[str, Any]) -> None:
    tekst = str(doc)
    verwijzingen = set(re.findall(r"'\$ref': '([^']+)'", tekst))
    for verwijzing in verwijzingen:
        assert deel(doc, {"$ref": verwijzing})
    for soort in ("schemas", "headers", "responses"):
        for naam in doc["components"][soort]:
            assert f"#/components/{soort}/{naam}" in verwijzingen, naam


def test_each_commando_of_a_register_may_be_offered_and_has_its_example(doc: dict[str, Any]) -> None:
    commando = doc["components"]["schemas"]["Commando"]
    namen = set(commando["discriminator"]["mapping"])
    assert {"TrekInTwijfel", "MeldTerug", "RegistreerRegelversie"} <= namen
    assert not namen & {"NeemGegevensOver", "StelHuishoudelijkMilieueffectVast"}
    assert len(commando["oneOf"]) == len(namen)
    inhoud = doc["paths"]["/commandos"]["post"]["requestBody"]["content"]["application/json"]
    assert inhoud["examples"]


def test_every_example_is_what_its_schema_says(doc: dict[str, Any]) -> None:
    """Of each body and each answer, by media type."""
    bekeken = 0
    for inhoud in inhouden({"paths": doc["paths"], "responses": doc["components"]["responses"]}):
        schema = inhoud["schema"]
        gegeven = [inhoud["example"]] if "example" in inhoud else []
        for voorbeeld in (*gegeven, *(een["value"] for een in inhoud.get("examples", {}).values())):
            keurt = jsonschema_rs.validator_for({**schema, "components": doc["components"]})
            assert keurt.is_valid(voorbeeld), [str(fout) for fout in keurt.iter_errors(voorbeeld)][:3]
            bekeken += 1
    assert bekeken > 20


# --- what a client sees ---------------------------------------------------------------------------------------

REGISTERS = tuple(context.naam for context in CONTEXTEN)


@pytest.mark.parametrize("register", REGISTERS)
def test_the_document_is_open_to_all_and_to_pages_from_elsewhere(wereld: Wereld, register: str) -> None:
    async def verhaal() -> None:
        antwoord = await wereld.klant.als("").geef(f"/{register}/v1/openapi.json")
        assert (antwoord.status, antwoord.koppen["access-control-allow-origin"]) == (200, "*")
        assert antwoord.json["servers"][0]["url"].endswith(f"/{register}/v1")

    doe(verhaal)


@pytest.mark.parametrize(
    ("methode", "pad", "status"),
    [
        ("GET", "/health/live", 200),
        ("GET", "/wegonderhoud/v1/bijhoudingsmodel", 200),
        ("GET", "/wegonderhoud/v1/bijhoudingsmodel/", 404),
        ("GET", "/wegonderhoud/v1", 404),
        ("GET", "/wegonderhoud/v1/", 404),
        ("GET", "/wegonderhoud/v1/autos", 404),
        ("GET", "/nergens", 404),
        ("DELETE", "/wegonderhoud/v1/taken", 405),
        ("POST", "/health/live", 405),
        ("GET", "/wegonderhoud/v1/taken?limiet=3", 400),
        ("GET", "/wegonderhoud/v1/openapi.json?x=1", 400),
    ],
)
def test_every_answer_has_its_headers_and_every_error_is_told_as_a_problem(
    wereld: Wereld, methode: str, pad: str, status: int
) -> None:
    async def verhaal() -> None:
        antwoord = await wereld.klant.vraag(methode, pad)
        assert antwoord.status == status
        assert antwoord.koppen["api-version"] == "1.0.0"
        assert antwoord.koppen["cache-control"] == "no-store"
        assert antwoord.koppen["x-content-type-options"] == "nosniff"
        assert "max-age" in antwoord.koppen["strict-transport-security"]
        assert "frame-ancestors 'none'" in antwoord.koppen["content-security-policy"]
        if status >= 400:
            is_probleem(antwoord, status)
        assert ("allow" in antwoord.koppen) == (status == 405)

    doe(verhaal)


def test_what_a_path_of_the_daemon_raises_is_a_problem_with_its_headers(wereld: Wereld) -> None:
    async def kapot(_verzoek: Request) -> Response:
        raise ZeroDivisionError

    app = maak_app(wereld.poort, wie_met({}), CONTEXTEN, paden=[Route("/kapot", kapot)])

    async def verhaal() -> None:
        antwoord = await Klant(app).geef("/kapot")
        assert "ZeroDivision" not in is_probleem(antwoord, 500)["detail"]
        assert antwoord.koppen["api-version"] == "1.0.0"

    doe(verhaal)


def test_head_is_answered_as_get(wereld: Wereld) -> None:
    async def verhaal() -> None:
        assert (await wereld.klant.vraag("HEAD", "/wegonderhoud/v1/bijhoudingsmodel")).status == 200

    doe(verhaal)


def test_a_context_from_outside_has_its_api_without_writing_one() -> None:
    with RegisterSystem.in_memory(registers=ALLE) as registers:
        alles = {"beheerder": Gebruiker("beheerder", frozenset({"*"}))}
        klant = Klant(maak_app(IngebedPoort(registers), wie_met(alles), ALLE))
        data = {
            "autoId": "auto-1",
            "vergunningId": "v-1",
            "aanvrager": "noor",
            "aanvragerNaam": "Noor",
            "zone": "Haven",
            "vanaf": "2026-05-01",
        }

        async def verhaal() -> None:
            aanbod = {"commando": "VraagVergunningAan", "data": data}
            antwoord = await klant.post("/parkeervergunning/v1/commandos", aanbod)
            assert antwoord.status == 201, antwoord.inhoud
            tabel = await klant.geef("/parkeervergunning/v1/projecties/vergunning")
            assert (tabel.status, tabel.json["leveringsmodel"]) == (200, "vergunning@1")
            assert (await klant.geef("/parkeervergunning/v1/taken")).json["inhoud"][0]["reden"] == "auto_onbekend"

        doe(verhaal)
