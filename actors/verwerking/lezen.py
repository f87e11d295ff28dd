"""Lezen: answers from the tables, on one day of the material axis."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from typing import Any

from actors.register.persoonsgegeven import onthul
from actors.register.projectie import Projectie
from actors.register.tijdlijnen import OPEN_BEGIN, OPEN_EIND
from actors.verwerking.gevolgenverwerking import TAKEN
from actors.verwerking.parkeren import Parkeerplaats
from actors.verwerking.rijen import rijsleutel
from actors.verwerking.serialisatie import Serialisatie
from storage.projectiestore import Projectiestore

GEPARKEERD_REDEN = "geparkeerd"
"""How the reason begins for which an aggregate that is parked in a table waits."""


def lees_rij(
    projecties: Projectiestore,
    serialisatie: Serialisatie,
    projectie: Projectie,
    sleutel: tuple[str, ...],
    dag: date,
) -> dict[str, Any] | None:
    """One row as it holds on a day; None when there is no such row. A gegeven without value that day is None.

    `volledig` is false when its aggregate is parked in this table: then later gevolgen are not in it.
    """
    bewaard = projecties.get(projectie.opslagnaam, rijsleutel(sleutel))
    stil = _staat_stil(projecties, serialisatie, projectie)
    if bewaard is not None:
        return _op_dag(serialisatie.van_bytes(bewaard), dag, stil)
    if sleutel and sleutel[0] in stil:
        return _op_dag((sleutel, {kolom: [] for kolom in projectie.kolommen}), dag, stil)
    return None


def lees_tabel(
    projecties: Projectiestore, serialisatie: Serialisatie, projectie: Projectie, dag: date
) -> list[dict[str, Any]]:
    """A whole table as it holds on a day: its rows by key, or its ranking."""
    stil = _staat_stil(projecties, serialisatie, projectie)
    rijen = [_op_dag(serialisatie.van_bytes(rij), dag, stil) for _, rij in projecties.scan(projectie.opslagnaam)]
    geldend = [rij for rij in rijen if any(rij[kolom] is not None for kolom in projectie.kolommen)]
    return _rangschik(projectie, geldend, volledig=not stil) if projectie.ranglijst else geldend


def _staat_stil(projecties: Projectiestore, serialisatie: Serialisatie, projectie: Projectie) -> set[str]:
    """The ids of the aggregates that are parked in this table."""
    geparkeerd = Parkeerplaats(projecties, serialisatie).alle()
    return {een.aggregaat_id for een in geparkeerd if een.projectie == projectie.opslagnaam}


def lees_taken(projecties: Projectiestore, serialisatie: Serialisatie) -> Iterator[dict[str, Any]]:
    """What waits in this register, and why; what is parked in a table waits too."""
    for _, rij in projecties.scan(TAKEN):
        taak = serialisatie.van_bytes(rij)
        yield {**taak, "onderwerp": tuple(taak["onderwerp"])}
    for een in Parkeerplaats(projecties, serialisatie).alle():
        yield {
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


def _op_dag(rij: Any, dag: date, stil: set[str]) -> dict[str, Any]:
    onderwerp, cellen = rij
    op_dag = {kolom: _cel_op(cel, dag) for kolom, cel in cellen.items()}
    zekerheid = {kolom: stuk[4] for kolom, stuk in op_dag.items() if stuk is not None and stuk[4] != "onbetwist"}
    waarden = {kolom: onthul(stuk[2]) if stuk else None for kolom, stuk in op_dag.items()}
    return {"onderwerp": tuple(onderwerp), **waarden, "zekerheid": zekerheid, "volledig": onderwerp[0] not in stil}


def _cel_op(cel: list[list[Any]], dag: date) -> list[Any] | None:
    return next((stuk for stuk in cel if stuk[0] <= dag < stuk[1]), None)


def _rangschik(projectie: Projectie, rijen: list[dict[str, Any]], *, volledig: bool) -> list[dict[str, Any]]:
    """Groups with their sum, ranked; equal sums share a rank."""
    lijst = projectie.ranglijst
    if lijst is None:
        return rijen
    som: dict[Any, Any] = defaultdict(int)
    for rij in rijen:
        if rij[lijst.per] is not None and rij[lijst.som] is not None:
            som[rij[lijst.per]] += rij[lijst.som]
    op_volgorde = sorted(som.items(), key=lambda item: (-item[1], item[0]))
    return [
        {
            lijst.per: groep,
            lijst.som: totaal,
            "rang": 1 + sum(ander > totaal for ander in som.values()),
            "volledig": volledig,
        }
        for groep, totaal in op_volgorde
    ]
