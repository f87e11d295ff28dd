"""Uitkomst: what a commando came to, as status, body and headers."""

from typing import Any

from actors.daemon.api.problemen import van_mislukt, van_niet_verwerkt
from actors.register.commando import Mislukt, NietVerwerkt, Verwerking, Verwerkt
from actors.verwerking.jsonvorm import als_json


def als_uitkomst(antwoord: Verwerkt) -> dict[str, Any]:
    """A processed commando in the words of the API."""
    return {
        "commandoId": antwoord.commando_id,
        "uitkomst": "verwerkt",
        "positie": antwoord.positie,
        "geregistreerdOp": als_json(antwoord.geregistreerd_op) if antwoord.geregistreerd_op else None,
        "gevolgen": [{"id": id_, "naam": naam} for id_, naam in antwoord.gevolgen],
    }


def als_antwoord(antwoord: Verwerking, url: str) -> tuple[int, dict[str, Any], dict[str, str]]:
    """Status, body and headers of what a commando came to; `url` is that of the commando's. Or a problem is raised."""
    if isinstance(antwoord, NietVerwerkt):
        raise van_niet_verwerkt(antwoord)
    if isinstance(antwoord, Mislukt):
        raise van_mislukt(antwoord)
    koppen = {"Location": f"{url}/{antwoord.commando_id}"}
    return 200 if antwoord.uit_opslag else 201, als_uitkomst(antwoord), koppen
