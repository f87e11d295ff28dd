"""Historievakken: the states of one row as rectangles: what was known since when, about which days."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from actors.register.tijdlijnen import OPEN_EIND


class Waarden(NamedTuple):
    """What holds in one rectangle: values by column, and how sure those are that are not simply onbetwist."""

    waarden: dict[str, Any]
    zekerheid: dict[str, str]


class Stuk(NamedTuple):
    """Days about which the same was known."""

    vanaf: date
    tot: date
    inhoud: Waarden


class Bekend(NamedTuple):
    """All that was known of a row from one moment on; no stukken when the row was gone. The last one ends nowhere."""

    vanaf: datetime
    stukken: list[Stuk]


def momenten(staten: Sequence[Mapping[str, Any]], kolommen: Sequence[str]) -> list[Bekend]:
    """What was known of these columns, by each moment at which that changed, oldest first."""
    per_moment: dict[datetime, list[Stuk]] = {}
    for staat in staten:
        per_moment.setdefault(staat["bekend_vanaf"], [])
        if staat["bekend_tot"] is not None:
            per_moment.setdefault(staat["bekend_tot"], [])
        inhoud = _van(staat, kolommen)
        if any(waarde is not None for waarde in inhoud.waarden.values()):
            per_moment[staat["bekend_vanaf"]].append(Stuk(staat["geldig_vanaf"], staat["geldig_tot"], inhoud))
    uit: list[Bekend] = []
    for vanaf in sorted(per_moment):
        stukken = _samen(per_moment[vanaf])
        if uit[-1].stukken != stukken if uit else stukken:
            uit.append(Bekend(vanaf, stukken))
    return uit


def overal_gelijk(bekend: Sequence[Bekend], kolommen: Sequence[str]) -> Waarden:
    """The columns that say the same in every rectangle; none when that are all of them."""
    eerste, *rest = [stuk.inhoud for een in bekend for stuk in een.stukken]
    gelijk = [
        k
        for k in kolommen
        if all((w.waarden[k], w.zekerheid.get(k)) == (eerste.waarden[k], eerste.zekerheid.get(k)) for w in rest)
    ]
    return _alleen(eerste, [] if len(gelijk) == len(kolommen) else gelijk)


def dagen(bekend: Sequence[Bekend]) -> list[date]:
    """The days on which something changes, and before which days nothing was ever known: the heads of the grid."""
    grenzen = {grens for een in bekend for stuk in een.stukken for grens in (stuk.vanaf, stuk.tot)}
    return sorted(grenzen - {OPEN_EIND})


def vakken(een: Bekend, koppen: Sequence[date]) -> list[Waarden | None]:
    """What was known about the days below each head; None: nothing."""
    return [next((stuk.inhoud for stuk in een.stukken if stuk.vanaf <= kop < stuk.tot), None) for kop in koppen]


def _van(staat: Mapping[str, Any], kolommen: Sequence[str]) -> Waarden:
    zekerheid = staat["zekerheid"]
    return Waarden({k: staat[k] for k in kolommen}, {k: zekerheid[k] for k in kolommen if k in zekerheid})


def _alleen(inhoud: Waarden, kolommen: Sequence[str]) -> Waarden:
    return Waarden(
        {k: inhoud.waarden[k] for k in kolommen}, {k: inhoud.zekerheid[k] for k in kolommen if k in inhoud.zekerheid}
    )


def _samen(stukken: list[Stuk]) -> list[Stuk]:
    """Neighbours that say the same, as one."""
    uit: list[Stuk] = []
    for stuk in sorted(stukken, key=lambda s: s.vanaf):
        if uit and uit[-1].tot == stuk.vanaf and uit[-1].inhoud == stuk.inhoud:
            uit[-1] = uit[-1]._replace(tot=stuk.tot)
        else:
            uit.append(stuk)
    return uit
