"""Stilgevallen: how delivering goes, and the taken because of abonnementen that stopped.

Not of the journal: derived from what is kept of the abonnementen.
"""

from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

from actors.daemon.abonnementen.abonnement import Abonnement, Status, van_bytes
from actors.register.tijdlijnen import OPEN_BEGIN, OPEN_EIND
from actors.verwerking.antwoord import Antwoord
from storage.opslag import open_abonnementen

BEZORGING_REDEN = "bezorging_gestopt"
"""How the reason begins for which an abonnement waits for an official."""


def stilgevallen_in(map_: Path, register: str) -> list[dict[str, Any]]:
    """The taken of a register in a folder, whoever serves it."""
    return taken_van(_bewaard(map_, register))


def bezorging_in(map_: Path, register: str) -> list[dict[str, Any]]:
    """How it goes with each abonnement of a register in a folder that was not ended by its receiver."""
    return [
        {
            "id": een.id,
            "status": een.status,
            "tot": een.stand.position,
            "mislukt_sinds": een.mislukt_sinds,
            "pogingen": een.pogingen,
            "reden": een.reden or None,
        }
        for een in _bewaard(map_, register)
        if een.status is not Status.OPGEZEGD
    ]


def _bewaard(map_: Path, register: str) -> list[Abonnement]:
    with closing(open_abonnementen(map_, register, read_only=True)) as store:
        return [van_bytes(gegevens) for _, gegevens in store.all()]


def met_stilgevallen(
    antwoord: Antwoord[list[dict[str, Any]]], taken: list[dict[str, Any]]
) -> Antwoord[list[dict[str, Any]]]:
    """What waits, with what waits because of abonnementen: then it cannot be said again."""
    if not taken:
        return antwoord
    return replace(antwoord, inhoud=[*antwoord.inhoud, *taken], volledig=False, herhaaltoken=None)


def taken_van(abonnementen: list[Abonnement]) -> list[dict[str, Any]]:
    """A taak for each abonnement that failed for too long, in the form of the other taken."""
    return [
        {
            "aggregaat": "abonnement",
            "onderwerp": [een.id],
            "gegeven": "bezorging",
            "vanaf": OPEN_BEGIN,
            "tot": OPEN_EIND,
            "reden": f"{BEZORGING_REDEN}: {een.reden}",
            "taak": True,
            "kenmerk": een.id,
            "sinds": een.mislukt_sinds,
            "uiterlijk": None,
        }
        for een in abonnementen
        if een.status is Status.GESTOPT
    ]
