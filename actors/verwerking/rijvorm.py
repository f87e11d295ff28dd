"""Rijvorm: a row as it is on a day, and what stands for a row or a taak of what is parked."""

from datetime import date
from typing import Any

from actors.register.projectie import Projectie
from actors.register.tijdlijnen import OPEN_BEGIN, OPEN_EIND
from actors.verwerking.historie import Cellen, stuk_op, zekerheid_in
from actors.verwerking.onthulling import Onthulling
from actors.verwerking.parkeren import Geparkeerd

GEPARKEERD_REDEN = "geparkeerd"
"""How the reason begins for which an aggregate that is parked in a table waits."""


def op_dag(
    onderwerp: tuple[str, ...], cellen: Cellen, dag: date, stil: set[str], onthuld: Onthulling
) -> dict[str, Any]:
    """A row on a day: each column with what holds then, and how sure that is."""
    op_dag = {kolom: stuk_op(cel, dag) for kolom, cel in cellen.items()}
    waarden = {kolom: onthuld(stuk[2]) if stuk else None for kolom, stuk in op_dag.items()}
    volledig = onderwerp[0] not in stil
    return {"onderwerp": onderwerp, **waarden, "zekerheid": zekerheid_in(op_dag), "volledig": volledig}


def cellen_onthuld(cellen: Cellen, onthuld: Onthulling) -> Cellen:
    """The cells with their personal values as they were to be read then."""
    # Which claim says it is of no account here: what is said again by another one is the same state.
    return {
        kolom: [[vanaf, tot, onthuld(waarde), "", zekerheid] for vanaf, tot, waarde, _, zekerheid in cel]
        for kolom, cel in cellen.items()
    }


def lege_rij(projectie: Projectie, sleutel: tuple[str, ...]) -> dict[str, Any]:
    """A row of which nothing is known in its table: its aggregate is parked there."""
    return {"onderwerp": sleutel, **dict.fromkeys(projectie.kolommen), "zekerheid": {}, "volledig": False}


def taak_van(een: Geparkeerd) -> dict[str, Any]:
    """What is parked, as it waits on the list."""
    return {
        "aggregaat": een.aggregaat,
        "onderwerp": (een.aggregaat_id,),
        "gegeven": een.projectie,
        "vanaf": OPEN_BEGIN,
        "tot": OPEN_EIND,
        "reden": f"{GEPARKEERD_REDEN}: {een.reden}",
        "taak": True,
        "kenmerk": "",
        "sinds": None,
        "uiterlijk": None,
    }
