"""Openapi: the OpenAPI document of one register, from its operations and its context (NL API Design Rules 2.1)."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from actors.daemon.api.bewerking import Bewerking, Parameter, Vorm
from actors.daemon.api.contractschemas import commandoschemas, tabelschemas, verwijs, zoekschemas
from actors.daemon.api.koppen import VERSIE
from actors.daemon.api.problemen import MEDIATYPE, OMSCHRIJVINGEN, TITELS
from actors.daemon.api.schemas import vaste_schemas
from actors.daemon.api.voorbeelden import voorbeeld
from actors.register.context import Context

_GROEPEN = {
    "Commando's": "Opdrachten aan het register, en wat ervan kwam.",
    "Projecties": "De tabellen van het register, op elk moment.",
    "Gevolgen": "Wat is vastgelegd, waar het vandaan kwam en waartoe het leidde.",
    "Terugmeldingen": "Gerede twijfel melden aan wat is geleverd.",
    "Taken": "Wat op een ambtenaar wacht.",
    "Verstrekkingen": "Wat bekend is gemaakt, voor wie en op welke grond.",
    "Signalen": "Wat andere registers bekendmaken en hier betekenis heeft.",
    "Abonnementen": "Bekendmakingen laten bezorgen.",
    "Model": "Wat deze API van zichzelf zegt.",
}
_SLEUTEL = "bearer"


@dataclass(frozen=True, slots=True)
class Beschrijving:
    """Who answers for the API, and where it is to be reached (https)."""

    adres: str = "https://localhost"
    contact: str = "Beheer van gevolg"
    contact_url: str = "https://localhost"
    contact_email: str = "beheer@localhost.example"


def document(context: Context, bewerkingen: Iterable[Bewerking], beschrijving: Beschrijving) -> dict[str, Any]:
    """The document of a register."""
    alle = tuple(bewerking for bewerking in bewerkingen if bewerking.beschreven)
    schemas = {
        **vaste_schemas(),
        **commandoschemas(context),
        **zoekschemas(context.aggregaten),
        **{naam: s for p in context.projecties for naam, s in tabelschemas(context, p).items()},
    }
    groepen = dict.fromkeys(bewerking.groep for bewerking in alle)
    omschreven = {naam: soort.omschrijving for soort in context.aggregaten for naam in groepen if _is(soort.naam, naam)}
    paden: dict[str, Any] = {}
    for bewerking in alle:
        paden.setdefault(bewerking.pad, {})[bewerking.methode.lower()] = _bewerking(bewerking, context, schemas)
    problemen = {_probleemnaam(status): _probleem(status) for status in sorted(OMSCHRIJVINGEN)}
    verwezen = {ref.removeprefix("#/components") for ref in _verwijzingen([paden, problemen])}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": context.titel,
            "version": VERSIE,
            "description": f"{context.omschrijving} Verantwoordelijk is {context.verantwoordelijke.organisatie},"
            f" {context.verantwoordelijke.onderdeel}.",
            "contact": {
                "name": beschrijving.contact,
                "url": beschrijving.contact_url,
                "email": beschrijving.contact_email,
            },
            "license": {"name": "EUPL-1.2", "identifier": "EUPL-1.2"},
        },
        "servers": [{"url": f"{beschrijving.adres}/{context.naam}/v1", "description": "Dit register."}],
        "security": [{_SLEUTEL: []}],
        "tags": [{"name": naam, "description": _GROEPEN.get(naam) or omschreven.get(naam, naam)} for naam in groepen],
        "paths": dict(sorted(paden.items())),
        "components": {
            "schemas": dict(sorted(_gebruikt(schemas, paden).items())),
            "headers": {naam: kop for naam, kop in _KOPPEN.items() if f"/headers/{naam}" in verwezen},
            "responses": {naam: antwoord for naam, antwoord in problemen.items() if f"/responses/{naam}" in verwezen},
            "securitySchemes": {
                _SLEUTEL: {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "Een JWT, of een sleutel van de beheerder.",
                }
            },
        },
    }


def _is(aggregaat: str, groep: str) -> bool:
    return aggregaat.replace("_", "").replace("-", "").lower() == groep.lower()


_KOPPEN: dict[str, Any] = {
    "API-Version": {"description": "De versie van deze API.", "schema": {"type": "string", "examples": [VERSIE]}},
    "ETag": {"description": "Waaraan deze toestand te herkennen is.", "schema": {"type": "string"}},
    "Location": {"description": "Waar het resultaat staat.", "schema": {"type": "string", "format": "uri-reference"}},
    "Gezien-Tot": {
        "description": "Tot en met dit nummer is er verder niets voor u: geef het mee als `gezien`.",
        "schema": {"type": "integer"},
    },
    "Link": {"description": "Waar het verder gaat (`rel=next`).", "schema": {"type": "string"}},
    "Retry-After": {"description": "Na hoeveel seconden het opnieuw te proberen.", "schema": {"type": "integer"}},
    "WWW-Authenticate": {"description": "Hoe u zich bekend maakt.", "schema": {"type": "string"}},
    "Access-Control-Allow-Origin": {"description": "Vanaf elke plek te lezen.", "schema": {"type": "string"}},
}
_BIJ_PROBLEEM = {401: ("WWW-Authenticate",), 429: ("Retry-After",), 503: ("Retry-After",)}


def _bewerking(bewerking: Bewerking, context: Context, schemas: Mapping[str, Any]) -> dict[str, Any]:
    fouten = sorted({*bewerking.fouten, 400, *(() if bewerking.vrij else (401, 429))})
    uit: dict[str, Any] = {
        "operationId": bewerking.id,
        "tags": [bewerking.groep],
        "summary": bewerking.samenvatting,
        "description": bewerking.omschrijving,
        "parameters": [_parameter(een) for een in bewerking.parameters],
        "responses": {
            **{str(status): _antwoord(vorm, schemas) for status, vorm in bewerking.antwoorden.items()},
            **{str(status): {"$ref": f"#/components/responses/{_probleemnaam(status)}"} for status in fouten},
        },
    }
    if bewerking.vrij:
        uit["security"] = []
    if bewerking.verzoek:
        uit["requestBody"] = {
            "required": True,
            "content": {
                soort: {"schema": schema, **_voorbeelden(schema, context, schemas)}
                for soort, schema in bewerking.verzoek.items()
            },
        }
    return uit


def _voorbeelden(schema: Mapping[str, Any], context: Context, schemas: Mapping[str, Any]) -> dict[str, Any]:
    """Examples of a body: of a commando one of each that the context itself has."""
    naam = schema.get("$ref", "").rpartition("/")[2]
    if naam == "Commando":
        eigen = [soort for soort in context.commandos if not soort.intern]
        namen = [soort.naam for soort in eigen] or ["TrekInTwijfel"]
        return {
            "examples": {
                een: {
                    "summary": schemas[een]["description"],
                    "value": voorbeeld(schemas[f"{een}Aanbod"], schemas, alles=False),
                }
                for een in namen
            }
        }
    if naam and "properties" in schemas[naam] and schemas[naam].get("required") and naam != "Ketenproefvraag":
        return {
            "examples": {
                "voorbeeld": {"summary": "Een voorbeeld", "value": voorbeeld(schemas[naam], schemas, alles=False)}
            }
        }
    return {}


def _parameter(parameter: Parameter) -> dict[str, Any]:
    uit: dict[str, Any] = {
        "name": parameter.naam,
        "in": parameter.waar,
        "description": parameter.omschrijving,
        "required": parameter.waar == "path",
        "schema": dict(parameter.schema),
    }
    if parameter.voorbeeld is not None:
        uit["example"] = parameter.voorbeeld
    return uit


def _antwoord(vorm: Vorm, schemas: Mapping[str, Any]) -> dict[str, Any]:
    uit: dict[str, Any] = {"description": vorm.omschrijving, "headers": _koppen("API-Version", *vorm.koppen)}
    if vorm.inhoud:
        uit["content"] = {
            soort: {
                "schema": schema,
                **({"example": voorbeeld(schema, schemas, alles=True)} if "$ref" in schema else {}),
            }
            for soort, schema in vorm.inhoud.items()
        }
    return uit


def _koppen(*namen: str) -> dict[str, Any]:
    return {naam: {"$ref": f"#/components/headers/{naam}"} for naam in namen}


def _probleemnaam(status: int) -> str:
    return f"Probleem{status}"


def _probleem(status: int) -> dict[str, Any]:
    return {
        "description": OMSCHRIJVINGEN[status],
        "headers": _koppen("API-Version", *_BIJ_PROBLEEM.get(status, ())),
        "content": {
            MEDIATYPE: {
                "schema": verwijs("Probleem"),
                "example": {
                    "type": "urn:gevolg:probleem:voorbeeld",
                    "title": TITELS[status],
                    "status": status,
                    "detail": OMSCHRIJVINGEN[status],
                },
            }
        },
    }


def _gebruikt(schemas: Mapping[str, Any], paden: Mapping[str, Any]) -> dict[str, Any]:
    """The schemas that something refers to, from the operations on."""
    gezien: dict[str, Any] = {}
    wachtend: list[Any] = [paden, verwijs("Probleem")]
    while wachtend:
        for ref in _verwijzingen(wachtend.pop()):
            naam = ref.removeprefix("#/components/schemas/")
            if naam in schemas and naam not in gezien:
                gezien[naam] = schemas[naam]
                wachtend.append(schemas[naam])
    return gezien


def _verwijzingen(deel: Any) -> Iterator[str]:
    """All that something refers to."""
    if isinstance(deel, Mapping):
        if isinstance(deel.get("$ref"), str):
            yield deel["$ref"]
        for binnen in deel.values():
            yield from _verwijzingen(binnen)
    elif isinstance(deel, list):
        for binnen in deel:
            yield from _verwijzingen(binnen)
