"""Bijhoudingsmodel: what a register can be asked, what it records, by which rules and for whom, as plain data."""

from typing import Any

from actors.register.context import Context, gevolgversie
from actors.register.leveringsmodel import leveringsmodellen
from actors.register.regel import Regel
from actors.verwerking.contract import json_schema
from actors.verwerking.generiek.soorten import openbare_commandos
from actors.verwerking.namen import GENERIEKE_GEVOLGEN, mogelijke_gevolgen, opgeslagen_naam
from actors.verwerking.upcasters import alle_upcasters

_SCHEMA = "https://json-schema.org/draft/2020-12/schema"


def schema(context: Context) -> dict[str, Any]:
    """The commando's of a context as one JSON Schema; gevolgen, regels and bekendmakingen beside it as `x-…`."""
    definities: dict[str, Any] = {}
    soorten = [*context.commandos, *openbare_commandos(context)]
    for soort in soorten:
        eigen = json_schema(soort.klasse)
        definities.update(eigen.pop("$defs", {}))
        aggregaten = [s.aggregaat for s in soorten if s.klasse is soort.klasse]
        definities[soort.naam] = {**eigen, "x-aggregaten": aggregaten, "x-grond": soort.grond}
    return {
        "$schema": _SCHEMA,
        "title": f"{context.titel}: bijhoudingsmodel {context.naam}@{context.versie}",
        "description": context.omschrijving,
        "anyOf": [{"$ref": f"#/$defs/{naam}"} for naam in dict.fromkeys(soort.naam for soort in soorten)],
        "$defs": dict(sorted(definities.items())),
        "x-verantwoordelijke": context.verantwoordelijke,
        "x-gevolgen": [
            {
                "naam": naam,
                "opgeslagen_naam": opgeslagen_naam(context.naam, naam, gevolgversie(alle_upcasters(context), naam)),
                "omschrijving": tekst,
            }
            for naam, tekst in gevolgen_van(context).items()
        ],
        "x-personen": [aggregaat.naam for aggregaat in context.aggregaten if aggregaat.persoon],
        "x-gegevens": [
            {"aggregaat": aggregaat.naam, "naam": g.naam, "heet": g.heet, "omschrijving": g.omschrijving}
            for aggregaat in context.aggregaten
            for g in aggregaat.gegevens
        ],
        "x-regels": [
            {"aggregaat": aggregaat.naam, "over": aggregaat.onderwerpen[regel.over - 1], **_regel(regel)}
            for aggregaat in context.aggregaten
            for regel in aggregaat.regels
        ],
        "x-leveringsmodellen": list(leveringsmodellen(context)),
    }


def gevolgen_van(context: Context) -> dict[str, str]:
    """Every gevolg that this register can record, with what it means."""
    uit = dict(context.gevolgen)
    for aggregaat in context.aggregaten:
        for regel in aggregaat.regels:
            for naam in mogelijke_gevolgen(regel):
                uit.setdefault(naam, f"Volgt uit regel {regel.naam}.")
    return {**uit, **GENERIEKE_GEVOLGEN}


def _regel(regel: Regel) -> dict[str, Any]:
    versie = regel.versie
    return {
        "naam": regel.naam,
        "versie": versie.versie,
        "soort": "besluit" if regel.besluit else "berekening",
        "gebruikt": regel.parameters,
        "geeft": regel.geeft,
        "heet": regel.heet,
        "gevolg": regel.gevolg,
        "peildatum": regel.peildatum,
        "banden": versie.banden,
        "geldig_vanaf": versie.geldig_vanaf,
        "geldig_tot": versie.geldig_tot,
        "overgang": versie.overgang,
        "grond": versie.grond,
    }
