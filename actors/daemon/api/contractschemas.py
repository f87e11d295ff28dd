"""Contractschemas: the schemas of a register that follow from its context: its commando's, tables and natural keys."""

import re
from collections.abc import Iterable, Mapping
from copy import deepcopy
from types import MappingProxyType
from typing import Any

from actors.daemon.api.aggregaten import sleutels_van
from actors.daemon.api.schemanamen import pascal, rij_naam
from actors.daemon.api.veldnamen import naar_camel, naar_snake
from actors.daemon.api.voorbeelden import kolomvoorbeeld, voorbeeld_van
from actors.daemon.rechten import recht_voor
from actors.register.commando import Commandosoort
from actors.register.context import Aggregaatsoort, Context
from actors.register.projectie import Eigen, Kolom, Projectie, RegelversieVan, Restant, UitInvoer
from actors.verwerking.contract import json_schema
from actors.verwerking.generiek.soorten import openbare_commandos
from actors.verwerking.woorden import grond_tekst

DAG_OF_NIETS: Mapping[str, Any] = MappingProxyType({"type": ["string", "null"], "format": "date"})
_DATUM = re.compile("(^d|_d|D)(atum|ate)$")
_TIENMACHT = re.compile("10*")
_VAN = "#/$defs/"
_NAAR = "#/components/schemas/"


def verwijs(naam: str) -> dict[str, str]:
    """A reference to a schema of the document."""
    return {"$ref": f"{_NAAR}{naam}"}


def commandoschemas(context: Context) -> dict[str, Any]:
    """`Commando`, one of all that may be offered to this register; what each is and what it holds."""
    uit: dict[str, Any] = {}
    soorten = {soort.klasse: soort for soort in (*openbare_commandos(context), *context.commandos) if not soort.intern}
    namen = sorted((soort.naam for soort in soorten.values()), key=lambda naam: naam)
    for soort in soorten.values():
        for naam, deel in _delen(soort).items():
            if uit.setdefault(naam, deel) != deel:
                raise ValueError(f"{context.naam}: twee delen van commando's heten {naam}; noem er een anders")
        uit[f"{soort.naam}Aanbod"] = _aanbod(soort, uit[soort.naam])
    uit["Commando"] = {
        "description": "Een commando zoals het wordt aangeboden; `commando` zegt welk.",
        "oneOf": [verwijs(f"{naam}Aanbod") for naam in namen],
        "discriminator": {
            "propertyName": "commando",
            "mapping": {naam: f"{_NAAR}{naam}Aanbod" for naam in namen},
        },
    }
    return uit


def _delen(soort: Commandosoort) -> dict[str, Any]:
    """The contract of a commando and what is inside it, each under its name and in the words of the API."""
    schema = json_schema(soort.klasse)
    delen = {**schema.pop("$defs", {}), soort.naam: schema}
    uit = {naam: _in_camel(deel) for naam, deel in delen.items()}
    uit[soort.naam]["description"] = soort.omschrijving or f"De gegevens van {soort.naam}."
    return uit


def _in_camel(schema: Mapping[str, Any]) -> dict[str, Any]:
    """One object of a contract: its fields in lowerCamelCase, with Dutch descriptions only."""
    velden = {naar_camel(naam): _veld(naam, veld) for naam, veld in schema.get("properties", {}).items()}
    for naam in schema.get("properties", {}):
        if naar_snake(naar_camel(naam)) != naam:
            raise ValueError(f"veld {naam} kan niet in lowerCamelCase en terug; noem het anders")
    uit = {"type": "object", "properties": velden, "additionalProperties": False}
    if schema.get("required"):
        uit["required"] = [naar_camel(naam) for naam in schema["required"]]
    return uit


def _veld(naam: str, veld: Mapping[str, Any]) -> dict[str, Any]:
    uit = _waarde(deepcopy(dict(veld)))
    uit.pop("title", None)
    if uit.get("default", 0) is None:
        del uit["default"]
    if "$ref" not in uit and "$ref" not in uit.get("items", {}):
        uit["examples"] = [voorbeeld_van(naam, uit)]
    return uit


def _waarde(schema: dict[str, Any]) -> dict[str, Any]:
    """A type as the API reads it: an exact number is whole, or text."""
    if "$ref" in schema:
        schema["$ref"] = schema["$ref"].replace(_VAN, _NAAR)
        return schema
    if not schema.keys() & {"type", "anyOf", "const", "enum"}:
        return {**schema, **verwijs("Waarde")}
    if "items" in schema:
        schema["items"] = _waarde(schema["items"])
    if "anyOf" in schema:
        delen = [deel for deel in schema["anyOf"] if deel.get("type") != "number"]
        getal = next((deel for deel in schema["anyOf"] if deel.get("type") == "number"), None)
        if getal is not None:
            delen = [deel for deel in delen if deel.get("type") != "string"]
            delen = [*_exact(getal), *delen]
        schema["anyOf"] = [_waarde(deel) for deel in delen]
        if {"type": "string", "format": "date"} in delen:  # a day says so itself, also when it may be left out
            return {**{naam: deel for naam, deel in schema.items() if naam != "anyOf"}, **DAG_OF_NIETS}
    return schema


def _exact(getal: Mapping[str, Any]) -> list[dict[str, Any]]:
    """An exact number: a whole one, or text with a point."""
    geheel = {naam: int(grens) for naam, grens in getal.items() if naam in _GRENZEN}
    boven, onder = geheel.get("exclusiveMaximum"), min(geheel.get("minimum", 0), geheel.get("exclusiveMinimum", 0))
    begrensd = boven is not None and _TIENMACHT.fullmatch(str(boven))
    voor = f"{{1,{len(str(boven)) - 1}}}" if begrensd else "{1,99}"
    stap = format(getal["multipleOf"], "f").rstrip("0") if "multipleOf" in getal else ""
    achter = f"{{1,{len(stap.partition('.')[2])}}}" if stap else "{1,99}"
    niet_nul = r"(?!0+(\.0+)?$)" if "exclusiveMinimum" in getal else ""
    teken = "" if "minimum" in getal or "exclusiveMinimum" in getal else "-?"
    assert onder <= 0
    patroon = rf"^{niet_nul}{teken}[0-9]{voor}(\.[0-9]{achter})?$"
    return [{"type": "integer", **geheel}, {"type": "string", "pattern": patroon}]


_GRENZEN = frozenset({"minimum", "exclusiveMinimum", "maximum", "exclusiveMaximum"})


def _aanbod(soort: Commandosoort, data: Mapping[str, Any]) -> dict[str, Any]:
    handeling, wat = recht_voor(soort.naam)
    gronden = "; ".join(grond_tekst(grond) for grond in soort.grond)
    nodig = f"`{handeling.value}{f':{wat}' if wat else ''}`"
    return {
        "type": "object",
        "description": f"{data['description']} Op grond van {gronden}. Hiervoor is het recht {nodig} nodig.",
        "properties": {
            "commando": {"type": "string", "enum": [soort.naam], "description": "Welk commando dit is."},
            "data": verwijs(soort.naam),
            **_OMHULSEL,
        },
        "required": ["commando", "data"],
        "additionalProperties": False,
    }


_OMHULSEL: dict[str, Any] = {
    "id": verwijs("CommandoId"),
    "aanleiding": {"anyOf": [verwijs("Aanleiding"), {"type": "null"}]},
    "gebeurdOp": {
        "anyOf": [
            {"type": "string", "format": "date"},
            {"type": "string", "format": "date-time"},
            {"type": "null"},
        ],
        "description": "Wanneer het in werkelijkheid gebeurde: een dag (Nederlandse tijd) of een moment.",
        "examples": ["2026-03-01"],
    },
    "beslisser": {
        "anyOf": [{"type": "string", "minLength": 1, "maxLength": 200}, {"type": "null"}],
        "description": "De ambtenaar die besliste, als niet een regel dat deed.",
        "examples": ["A. de Boer"],
    },
    "namens": {"anyOf": [verwijs("Mandaat"), {"type": "null"}]},
}


# --- tables ---------------------------------------------------------------------------------------------------


def tabelschemas(context: Context, projectie: Projectie) -> dict[str, Any]:
    """The rows of a table, a page of them, and the answers about one row."""
    naam = rij_naam(projectie)
    teksten = {g.naam: g.omschrijving for g in context.aggregaat(projectie.aggregaat).gegevens}
    teksten |= {
        regel.geeft: f"Volgt uit regel {regel.naam}." for regel in context.aggregaat(projectie.aggregaat).regels
    }
    kolommen = {
        naar_camel(kolom): {
            "description": _kolom(van, teksten),
            "examples": [kolomvoorbeeld(context, projectie, van)],
            **(DAG_OF_NIETS if _DATUM.search(kolom) else {}),
        }
        for kolom, van in projectie.kolommen.items()
    }
    if projectie.ranglijst is not None:
        rij = {
            "type": "object",
            "description": f"Een plaats in de ranglijst. {projectie.omschrijving}",
            "properties": {
                "rang": {"type": ["integer", "null"], "description": "De plaats; 1 is het hoogst."},
                **{
                    deel: kolommen[deel] for deel in map(naar_camel, (projectie.ranglijst.per, projectie.ranglijst.som))
                },
            },
        }
        return {f"{naam}Rij": rij, f"{naam}Blad": _blad(naam)}
    rij = {
        "type": "object",
        "description": projectie.omschrijving,
        "properties": {"onderwerp": _ONDERWERP, **kolommen, "zekerheid": _ZEKERHEID, "volledig": _VOLLEDIG},
        "required": ["onderwerp", "zekerheid", "volledig"],
    }
    toestand = {
        "type": "object",
        "description": "Wat over een reeks dagen bekend was, van het ene moment tot het andere.",
        "properties": {
            "bekendVanaf": verwijs("Tijdstip"),
            "bekendTot": {"anyOf": [verwijs("Tijdstip"), {"type": "null"}]},
            "positie": {"type": "integer", "description": "De transactie waarmee het bekend werd."},
            "geldigVanaf": verwijs("DagOfOpen"),
            "geldigTot": verwijs("DagOfOpen"),
            **kolommen,
            "zekerheid": _ZEKERHEID,
        },
    }
    return {
        f"{naam}Rij": rij,
        f"{naam}Blad": _blad(naam),
        f"{naam}Toestand": toestand,
        f"{naam}Antwoord": antwoordschema("De rij, en van welke momenten zij is.", verwijs(f"{naam}Rij")),
        f"{naam}Historie": antwoordschema(
            "Alle toestanden van een rij.", {"type": "array", "items": verwijs(f"{naam}Toestand")}
        ),
    }


def antwoordschema(omschrijving: str, inhoud: Mapping[str, Any]) -> dict[str, Any]:
    """An answer of a register: what it says, of which moments, and how to have it again."""
    return {
        "type": "object",
        "description": omschrijving,
        "properties": {
            "vraag": verwijs("Vraag"),
            "momenten": verwijs("Momenten"),
            "inhoud": inhoud,
            "volledig": _VOLLEDIG,
            "herhaaltoken": _TOKEN,
        },
        "required": ["vraag", "momenten", "inhoud", "volledig", "herhaaltoken"],
    }


def _blad(naam: str) -> dict[str, Any]:
    return {
        "type": "object",
        "description": "Een bladzijde van een tabel; alle bladzijden van één vraag zijn van één moment.",
        "properties": {
            "leveringsmodel": {"type": "string", "description": "Naam en versie van de tabel."},
            "inhoud": {"type": "array", "items": verwijs(f"{naam}Rij")},
            "momenten": verwijs("Momenten"),
            "volledig": _VOLLEDIG,
            "herhaaltoken": _TOKEN,
            "_links": verwijs("Bladlinks"),
        },
        "required": ["leveringsmodel", "inhoud", "momenten", "volledig", "herhaaltoken", "_links"],
    }


_ONDERWERP = {"type": "array", "items": {"type": "string"}, "description": "Waarover de rij gaat, deel voor deel."}
_ZEKERHEID = {
    "type": "object",
    "additionalProperties": {"type": "string"},
    "description": "Hoe zeker elke kolom is die niet onbetwist is.",
}
_VOLLEDIG = {"type": "boolean", "description": "Of er niets aan ontbreekt: niets staat stil, niets is vernietigd."}
_TOKEN = {"type": ["string", "null"], "description": "Hiermee is dit antwoord precies zo opnieuw te krijgen."}


def _kolom(van: Kolom, teksten: Mapping[str, str]) -> str:
    """What a column is, in Dutch."""
    if isinstance(van, UitInvoer):
        return f"De waarde van {van.invoer} waarop {van.besluit} rust."
    if isinstance(van, RegelversieVan):
        return f"De regelversie waarmee {van.gegeven} het laatst is bepaald."
    if isinstance(van, Restant):
        return f"Wat overblijft van {van.van} na aftrek van {van.af}."
    return teksten.get(van.gegeven if isinstance(van, Eigen) else van, "Een gegeven van het register.")


# --- natural keys ---------------------------------------------------------------------------------------------


def zoekschemas(soorten: Iterable[Aggregaatsoort]) -> dict[str, Any]:
    """For each kind with natural keys, what may be asked."""
    return {
        f"{pascal(soort.naam)}Zoekvraag": {
            "type": "object",
            "description": f"Waarop een {soort.naam} wordt gezocht; wat wordt genoemd moet alles kloppen.",
            "properties": {
                naar_camel(g.naam): {
                    "type": "string",
                    "minLength": 1,
                    "maxLength": 200,
                    "description": g.omschrijving,
                    "examples": [f"voorbeeld van {g.naam}"],
                }
                for g in sleutels_van(soort)
            },
            "minProperties": 1,
            "additionalProperties": False,
        }
        for soort in soorten
        if sleutels_van(soort)
    }
