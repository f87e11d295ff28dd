"""Voorbeelden: an example of everything in the document, from what is known of it."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, get_args

from actors.register.context import Context
from actors.register.projectie import Eigen, Kolom, Projectie, RegelversieVan, Restant, UitInvoer
from actors.verwerking.jsonvorm import als_json

_NAAR = "#/components/schemas/"
_VORMEN = {
    "date": "2026-03-01",
    "date-time": "2026-03-01T12:00:00Z",
    "uri": "urn:gevolg:voorbeeld",
    "uri-reference": "/register/v1/gevolgen",
}


def voorbeeld_van(naam: str, schema: Mapping[str, Any]) -> Any:
    """An example of a field of a commando, from its name and its type."""
    een = next((deel for deel in schema.get("anyOf", (schema,)) if deel.get("type") != "null"), schema)
    if any("[0-9]" in deel.get("pattern", "") for deel in schema.get("anyOf", ())):
        return "4.4"
    voorbeelden: Mapping[str, Callable[[], Any]] = {
        "array": lambda: [voorbeeld_van(naam, een.get("items", {}))],
        "integer": lambda: max(1, int(een.get("minimum", 1))),
        "boolean": lambda: bool(schema.get("default", False)),
        "string": lambda: _tekst(naam, een),
    }
    return voorbeelden.get(_soort(een), dict)()


def _soort(schema: Mapping[str, Any]) -> str:
    """The one type of a schema, null left aside."""
    soorten = schema.get("type", "")
    return soorten if isinstance(soorten, str) else next(soort for soort in soorten if soort != "null")


def _tekst(naam: str, schema: Mapping[str, Any]) -> str:
    if schema.get("format") in _VORMEN:
        return _VORMEN[schema["format"]]
    return f"{naam.removesuffix('_id').replace('_', '-')}-1" if "pattern" in schema else f"voorbeeld van {naam}"


def kolomvoorbeeld(context: Context, projectie: Projectie, van: Kolom) -> Any:
    """An example of a column: an outcome of the rule that gives it, or a value of its type."""
    if isinstance(van, RegelversieVan):
        return 1
    naam = van.invoer if isinstance(van, UitInvoer) else van.van if isinstance(van, Restant) else _gegeven(van)
    soort = context.aggregaat(projectie.aggregaat)
    for regel in soort.regels:
        if regel.geeft == naam and regel.versie.banden is not None:
            return als_json(regel.versie.banden.uitkomsten[-1])
    if naam.endswith("datum"):
        return _VORMEN["date"]
    typen = {g.naam: g.soort for g in soort.gegevens}
    kaal = (get_args(typen.get(naam)) or (typen.get(naam),))[0]
    return {int: 21, bool: True, Decimal: "4.4"}.get(kaal, f"voorbeeld van {naam}")


def _gegeven(van: str | Eigen) -> str:
    return van.gegeven if isinstance(van, Eigen) else van


def voorbeeld(schema: Mapping[str, Any], schemas: Mapping[str, Any], *, alles: bool, veld: str = "iets") -> Any:
    """An example of a schema of the document: `alles` that may stand in it, or only what must."""
    if "$ref" in schema:
        naam = schema["$ref"].removeprefix(_NAAR)
        return voorbeeld(schemas[naam], schemas, alles=alles, veld=veld)
    for gegeven in ("examples", "enum"):
        if gegeven in schema:
            return schema[gegeven][0]
    keuze = [deel for soort in ("oneOf", "anyOf") for deel in schema.get(soort, ()) if deel.get("type") != "null"]
    if keuze:
        return voorbeeld({"type": schema.get("type", "object"), **keuze[0]}, schemas, alles=alles, veld=veld)
    if "properties" in schema:
        moet = schema["properties"] if alles else schema.get("required", ())
        return {
            naam: voorbeeld(deel, schemas, alles=alles, veld=naam)
            for naam, deel in schema["properties"].items()
            if naam in moet
        }
    if schema.get("type") == "array":
        return [voorbeeld(schema["items"], schemas, alles=alles, veld=veld)]
    soort = _soort(schema)
    return {"integer": 1, "boolean": True, "object": {}}.get(
        soort, _VORMEN.get(schema.get("format", ""), f"voorbeeld van {veld}")
    )
