"""Spoorvorm: a herkomst or doorwerking as plain data, for JSON: the same on the command line and over HTTP."""

from typing import Any

from actors.verwerking.herkomst import Knoop, Spoor
from actors.verwerking.namen import opgeslagen_naam


def spoor_als_gegevens(spoor: Spoor) -> dict[str, Any]:
    """All that was found, in the order in which it was; `aanleiding` of a gevolg with which it began."""
    return {
        "richting": spoor.richting,
        "begin": spoor.begin,
        "gevolgen": [_knoop(knoop) for knoop in spoor.knopen],
        "verbanden": spoor.verbanden,
        "buiten": spoor.buiten,
        "meer": spoor.meer,
        "tot": dict(spoor.tot),
        "achter": dict(spoor.achter),
    }


def _knoop(knoop: Knoop) -> dict[str, Any]:
    transactie, gevolg = knoop.transactie, knoop.gevolg
    v = transactie.verantwoording
    return {
        "gevolg": gevolg.id,
        "register": transactie.register,
        "naam": gevolg.naam,
        "opgeslagen_naam": opgeslagen_naam(transactie.register, gevolg.naam, gevolg.versie),
        "wijziging": gevolg.soort,
        "aggregaat": transactie.aggregaat,
        "aggregaat_id": transactie.aggregaat_id,
        "positie": transactie.positie,
        "geregistreerd_op": transactie.geregistreerd_op,
        "gebeurd_op": v.gebeurd_op,
        "geregistreerd_door": v.geregistreerd_door,
        "beslisser": v.beslisser,
        "namens": v.namens,
        "verantwoordelijke": v.verantwoordelijke,
        "legitimering": gevolg.legitimering,
        "regel": gevolg.verklaring.regel if gevolg.verklaring else None,
        "regelversie": gevolg.verklaring.regelversie if gevolg.verklaring else None,
        "software": v.software,
        "zekerheid": knoop.zekerheid,
        "inhoud": {"soort": type(gevolg.inhoud).__name__.lower(), **gevolg.inhoud._asdict()},
        "aanleiding": knoop.wortel,
    }
