"""Historie: all that was ever said of one object, on both axes: what was known when, about which days.

Handreiking, "Formele en materiële historie". Each state is a rectangle: known from one transactie up to another, and
valid from one day up to another.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from itertools import pairwise, zip_longest
from typing import Any, TypeAlias

from actors.register.tijdlijnen import OPEN_BEGIN, OPEN_EIND
from storage.projectiestore import Version

Cellen: TypeAlias = dict[str, list[list[Any]]]
"""The time line of each column of a row: pieces of [vanaf, tot, value, claim, zekerheid]."""


def staten(
    versies: Sequence[Version], lees: Callable[[bytes], Cellen], moment: Callable[[int], datetime]
) -> Iterator[dict[str, Any]]:
    """The states of one row, oldest known first, then by the days they are about.

    `lees` gives the cells of a row, `moment` the registration moment of a position. What is said again is one state.
    """
    gelezen = [(v.since, lees(v.value) if v.value is not None else {}) for v in versies]
    anders = [een for plaats, een in enumerate(gelezen) if not plaats or een[1] != gelezen[plaats - 1][1]]
    tot: list[int | None] = [sinds for sinds, _ in anders[1:]]
    for (sinds, cellen), einde in zip_longest(anders, tot):
        bekend = {
            "bekend_vanaf": moment(sinds),
            "bekend_tot": None if einde is None else moment(einde),
            "positie": sinds,
        }
        for op_dagen in _op_dagen(cellen):
            yield {**bekend, **op_dagen}


def _op_dagen(cellen: Cellen) -> Iterator[dict[str, Any]]:
    """What holds between each two days on which something changes; days about which nothing is said are left out."""
    grenzen = {grens for cel in cellen.values() for stuk in cel for grens in stuk[:2]}
    vorige: dict[str, Any] | None = None
    for vanaf, tot in pairwise(sorted(grenzen | {OPEN_BEGIN, OPEN_EIND})):
        op_dag = {kolom: stuk_op(cel, vanaf) for kolom, cel in cellen.items()}
        if not any(op_dag.values()):
            continue
        nu = {
            "geldig_vanaf": vanaf,
            "geldig_tot": tot,
            **{kolom: stuk[2] if stuk else None for kolom, stuk in op_dag.items()},
            "zekerheid": zekerheid_in(op_dag),
        }
        if vorige is not None and vorige["geldig_tot"] == vanaf and _zelfde(vorige, nu):
            vorige["geldig_tot"] = tot
            continue
        if vorige is not None:
            yield vorige
        vorige = nu
    if vorige is not None:
        yield vorige


def alleen_van(cellen: Cellen, kolom: str, wie: str) -> Cellen:
    """What these cells say of the days on which this column names this one; of other days nothing."""
    eigen = [stuk[:2] for stuk in cellen[kolom] if stuk[2] == wie]
    return {naam: [deel for stuk in cel for deel in _binnen(stuk, eigen)] for naam, cel in cellen.items()}


def _binnen(stuk: list[Any], dagen: Sequence[list[Any]]) -> Iterator[list[Any]]:
    """The parts of a piece that lie on these days."""
    for vanaf, tot in dagen:
        begin, einde = max(stuk[0], vanaf), min(stuk[1], tot)
        if begin < einde:
            yield [begin, einde, *stuk[2:]]


def stuk_op(cel: Sequence[list[Any]], dag: Any) -> list[Any] | None:
    """The piece of a cell that holds on a day, or None."""
    return next((stuk for stuk in cel if stuk[0] <= dag < stuk[1]), None)


def zekerheid_in(op_dag: dict[str, list[Any] | None]) -> dict[str, str]:
    """How sure each column is, of those about which there is something to say."""
    return {kolom: stuk[4] for kolom, stuk in op_dag.items() if stuk is not None and stuk[4] != "onbetwist"}


def _zelfde(een: dict[str, Any], ander: dict[str, Any]) -> bool:
    grenzen = ("geldig_vanaf", "geldig_tot")
    return all(een[naam] == ander[naam] for naam in een if naam not in grenzen)
