"""Transactievorm: a transactie and its gevolgen as plain data, for JSON: the same on the command line and over HTTP."""

from typing import Any

from actors.register.gevolg import Gevolg, Transactie
from actors.verwerking.namen import opgeslagen_naam


def transactie_als_gegevens(transactie: Transactie) -> dict[str, Any]:
    """A transactie as plain data, with the stored name of every gevolg."""
    return {
        "register": transactie.register,
        "positie": transactie.positie,
        "geregistreerd_op": transactie.geregistreerd_op,
        "aggregaat": transactie.aggregaat,
        "aggregaat_id": transactie.aggregaat_id,
        "volgnummer": transactie.volgnummer,
        "commando": transactie.commando,
        "commando_id": transactie.commando_id,
        "verantwoording": transactie.verantwoording,
        "gevolgen": [gevolg_als_gegevens(transactie, gevolg) for gevolg in transactie.gevolgen],
    }


def gevolg_als_gegevens(transactie: Transactie, gevolg: Gevolg) -> dict[str, Any]:
    """One gevolg of a transactie as plain data, with its stored name."""
    return {
        "id": gevolg.id,
        "naam": gevolg.naam,
        "opgeslagen_naam": opgeslagen_naam(transactie.register, gevolg.naam, gevolg.versie),
        "versie": gevolg.versie,
        "wijziging": gevolg.soort,
        "inhoud": {"soort": type(gevolg.inhoud).__name__.lower(), **gevolg.inhoud._asdict()},
        "legitimering": gevolg.legitimering,
        "verklaring": gevolg.verklaring,
    }
