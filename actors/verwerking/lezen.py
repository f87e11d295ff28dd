"""Lezen: answers from the tables, on one day of the material axis."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from typing import Any

from actors.register.persoonsgegeven import onthul
from actors.register.projectie import Projectie
from actors.verwerking.gevolgenverwerking import TAKEN, rijsleutel
from actors.verwerking.serialisatie import Serialisatie
from storage.projectiestore import Projectiestore


def lees_rij(
    projecties: Projectiestore,
    serialisatie: Serialisatie,
    projectie: Projectie,
    sleutel: tuple[str, ...],
    dag: date,
) -> dict[str, Any] | None:
    """One row as it holds on a day; None when there is no such row. A gegeven without value that day is None."""
    bewaard = projecties.get(projectie.opslagnaam, rijsleutel(sleutel))
    return None if bewaard is None else _op_dag(serialisatie.van_bytes(bewaard), dag)


def lees_tabel(
    projecties: Projectiestore, serialisatie: Serialisatie, projectie: Projectie, dag: date
) -> list[dict[str, Any]]:
    """A whole table as it holds on a day: its rows by key, or its ranking."""
    rijen = [_op_dag(serialisatie.van_bytes(rij), dag) for _, rij in projecties.scan(projectie.opslagnaam)]
    geldend = [rij for rij in rijen if any(rij[kolom] is not None for kolom in projectie.kolommen)]
    return _rangschik(projectie, geldend) if projectie.ranglijst else geldend


def lees_taken(projecties: Projectiestore, serialisatie: Serialisatie) -> Iterator[dict[str, Any]]:
    """What waits in this register, and why."""
    return (serialisatie.van_bytes(rij) for _, rij in projecties.scan(TAKEN))


def _op_dag(rij: Any, dag: date) -> dict[str, Any]:
    onderwerp, cellen = rij
    op_dag = {kolom: _cel_op(cel, dag) for kolom, cel in cellen.items()}
    zekerheid = {kolom: stuk[4] for kolom, stuk in op_dag.items() if stuk is not None and stuk[4] != "onbetwist"}
    waarden = {kolom: onthul(stuk[2]) if stuk else None for kolom, stuk in op_dag.items()}
    return {"onderwerp": tuple(onderwerp), **waarden, "zekerheid": zekerheid}


def _cel_op(cel: list[list[Any]], dag: date) -> list[Any] | None:
    return next((stuk for stuk in cel if stuk[0] <= dag < stuk[1]), None)


def _rangschik(projectie: Projectie, rijen: list[dict[str, Any]]) -> list[dict[str, Any]]:
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
        {lijst.per: groep, lijst.som: totaal, "rang": 1 + sum(ander > totaal for ander in som.values())}
        for groep, totaal in op_volgorde
    ]
