"""Grondschemas: what schemas are made of, and those that all others use: problems, moments, values, links."""

from collections.abc import Mapping
from typing import Any

from actors.daemon.api.contractschemas import verwijs

TEKST = {"type": "string"}
"""Any text."""
GETAL = {"type": "integer"}
"""A whole number."""
IETS: dict[str, Any] = {}
"""Anything."""


def object_(omschrijving: str, verplicht: tuple[str, ...] = (), /, **velden: Any) -> dict[str, Any]:
    """An object with these fields, of which some must be there."""
    uit: dict[str, Any] = {"type": "object", "description": omschrijving, "properties": velden}
    if verplicht:
        uit["required"] = list(verplicht)
    return uit


def dicht(schema: dict[str, Any]) -> dict[str, Any]:
    """The same object, in which nothing else may stand: what comes in."""
    return {**schema, "additionalProperties": False}


def lijst(wat: Mapping[str, Any], **anders: Any) -> dict[str, Any]:
    """A list of these."""
    return {"type": "array", "items": wat, **anders}


def of_niets(wat: Mapping[str, Any]) -> dict[str, Any]:
    """This, or null."""
    return {"anyOf": [wat, {"type": "null"}]}


def tekst(omschrijving: str, *, langst: int | None = None, kortst: int | None = None, **anders: Any) -> dict[str, Any]:
    """Text, and how long it may be."""
    uit: dict[str, Any] = {"type": "string", "description": omschrijving, **anders}
    if kortst is not None:
        uit["minLength"] = kortst
    if langst is not None:
        uit["maxLength"] = langst
    return uit


def naam_(omschrijving: str, voorbeeld: str) -> dict[str, Any]:
    """A name as people write it."""
    return tekst(omschrijving, kortst=1, langst=200, examples=[voorbeeld])


def grondschemas() -> dict[str, Any]:
    """All of them, by name."""
    return {
        "Probleem": object_(
            "Wat er mis is (RFC 9457).",
            ("type", "title", "status", "detail"),
            type=tekst("Welk soort probleem; verandert niet.", format="uri"),
            title=tekst("Het soort probleem in het kort."),
            status=GETAL,
            detail=tekst("Wat er hier aan de hand is, en wat u kunt doen."),
            fouten=lijst(TEKST, description="Alles wat er mis is, elk als «plaats: wat»."),
            regel=tekst("Waarom een commando niet is verwerkt; verandert niet."),
            referentie=tekst("Waarmee de beheerder het terugvindt."),
        ),
        "Tijdstip": tekst("Een moment in UTC.", format="date-time", examples=["2026-06-01T12:00:00Z"]),
        "DagOfOpen": {
            **of_niets({"type": "string", "format": "date"}),
            "description": "Een dag; leeg als er geen grens is.",
        },
        "Momenten": object_(
            "Van welke momenten een antwoord is.",
            ("geldigOp", "beschikbaarOp", "positie"),
            geldigOp={
                **of_niets({"type": "string", "anyOf": [{"format": "date"}, {"format": "date-time"}]}),
                "description": "De dag of het moment waarop het geldt; leeg als naar alle dagen is gevraagd.",
            },
            beschikbaarOp=of_niets(verwijs("Tijdstip")),
            positie={**GETAL, "description": "De laatste transactie die is meegenomen."},
        ),
        "Vraag": object_(
            "Wat er is gevraagd, en voor wie.",
            soort=tekst("Wat voor vraag.", examples=["rij"]),
            register=tekst("Aan welk register.", examples=["wegonderhoud"]),
            leveringsmodel=tekst("Naam en versie van de tabel.", examples=["auto@1"]),
        ),
        "Link": object_("Een verwijzing.", ("href",), href=tekst("Het pad.", format="uri-reference")),
        "Bladlinks": object_(
            "Deze bladzijde, de volgende en de vorige.",
            ("self",),
            self=verwijs("Link"),
            next=verwijs("Link"),
            prev=verwijs("Link"),
        ),
        "Grond": object_("Waar iets op rust.", soort=TEKST, verwijzing=TEKST, versie=TEKST),
        "Waarde": {
            "description": "Een waarde: tekst, een geheel getal, ja, nee of niets; of getal, breuk, datum of moment.",
            "anyOf": [
                {"type": "null"},
                {"type": "boolean"},
                {"type": "integer", "minimum": -(10**15), "maximum": 10**15},
                {"type": "string", "maxLength": 2000, "pattern": "^[^\\u0000]*$"},
                _bijzonder("$getal", "^-?[0-9]{1,50}(\\.[0-9]{1,40})?$"),
                _bijzonder("$breuk", "^-?[0-9]{1,50}/[1-9][0-9]{0,40}$"),
                _bijzonder("$datum", None, format="date"),
                _bijzonder("$moment", None, format="date-time"),
            ],
            "examples": ["4.4"],
        },
    }


def _bijzonder(naam: str, patroon: str | None, **anders: Any) -> dict[str, Any]:
    inhoud = {"type": "string", **anders} if patroon is None else {"type": "string", "pattern": patroon}
    return {"type": "object", "properties": {naam: inhoud}, "required": [naam], "additionalProperties": False}
