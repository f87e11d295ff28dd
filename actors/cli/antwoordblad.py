"""Antwoordblad: what an answer says of itself: of which moments it is, whether it is whole, how to have it again."""

from collections.abc import Mapping
from typing import Any

from actors.cli.blad import Blad
from actors.verwerking.antwoord import Antwoord, Momenten
from actors.verwerking.woorden import TEKENS, genoemd, moment_tekst

NIETS_BEKEND = "Hierover is niets bekend."
_NIET_HEEL = "nee: iets hiervan staat stil (kijk met `gevolg taken`) of is vernietigd; daarom is er geen herhaaltoken"


def vertel_momenten(blad: Blad, antwoord: Antwoord[Any]) -> None:
    """Below an answer: the moments on both axes, in Dutch local time, and its herhaaltoken."""
    momenten = antwoord.momenten
    blad.wit()
    if momenten.geldig_op is not None:
        blad.regel("geldig op", moment_tekst(momenten.geldig_op), labelstijl="dim")
    blad.regel("zoals bekend", _bekend(momenten), labelstijl="dim")
    blad.regel("volledig", "ja" if antwoord.volledig else _NIET_HEEL, labelstijl="dim")
    if antwoord.herhaaltoken is not None:
        blad.regel("herhaaltoken", antwoord.herhaaltoken, "dim", labelstijl="dim")


def _bekend(momenten: Momenten) -> str:
    if momenten.beschikbaar_op is None:
        return "hierin staat nog geen transactie"
    tot = f"tot en met transactie {momenten.positie}" if momenten.positie else "toen was er nog niets vastgelegd"
    return f"{moment_tekst(momenten.beschikbaar_op)}, {tot}"


def zeker_tekst(zekerheid: str | None) -> str:
    """How sure a value is, behind it; nothing when it is onbetwist."""
    return f" ({zekerheid.replace('_', ' ')})" if zekerheid else ""


def opsomming(waarden: Mapping[str, Any], zekerheid: Mapping[str, str]) -> str:
    """The values that there are by name, each with how sure it is."""
    return ", ".join(
        f"{genoemd(naam, waarde)}{zeker_tekst(zekerheid.get(naam))}"
        for naam, waarde in waarden.items()
        if waarde is not None
    )


def legenda(zekerheden: set[str], *eerst: str) -> str:
    """What the signs mean that are used; `eerst` is said before."""
    return " · ".join(
        [*eerst, *(f"{teken} {naam.replace('_', ' ')}" for naam, teken in TEKENS.items() if naam in zekerheden)]
    )
