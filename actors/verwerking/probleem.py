"""Probleem: why a commando is not processed, as a problem object (RFC 9457): on the command line and over HTTP."""

from typing import Any

from actors.register.commando import NietVerwerkt

CONTRACT = "contract"
"""The regel of a commando that breaks its contract."""

AGGREGAAT_GEWIJZIGD = "aggregaat_gewijzigd"
"""The regel of a commando whose aggregate is not as was expected."""

_STATUS = {CONTRACT: 400, AGGREGAAT_GEWIJZIGD: 412}


def probleem(antwoord: NietVerwerkt) -> dict[str, Any]:
    """The problem object of a commando that was not processed."""
    contract = antwoord.regel == CONTRACT
    uit: dict[str, Any] = {
        "type": f"urn:gevolg:niet-verwerkt:{antwoord.regel}",
        "title": "Het commando voldoet niet aan zijn contract" if contract else "Het commando is niet verwerkt",
        "status": _STATUS.get(antwoord.regel, 409),
        "detail": antwoord.toelichting,
        "regel": antwoord.regel,
    }
    if antwoord.fouten:
        uit["fouten"] = list(antwoord.fouten)
    return uit
