"""Geldigheid: time lines of half-open pieces on the material axis (handreiking, "Geldigheid").

A time line is a list of `Stuk`, sorted on `vanaf`, without overlap; gaps mean "nothing known". Bounds are
days (Europe/Amsterdam); an open begin is `OPEN_BEGIN`, an open end is `OPEN_EIND`. All functions are pure.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from itertools import groupby, pairwise
from typing import Any, NamedTuple, TypeAlias

from actors.register.zekerheid import GEEN_TWIJFEL, Twijfels

OPEN_BEGIN = date.min
OPEN_EIND = date.max

Onderwerp: TypeAlias = tuple[str, ...]
"""A path to what a claim is about, the aggregate's id first: ("auto-1",), ("auto-1", "aanschaf-1")."""


class Ontbreekt(NamedTuple):
    """A rule's answer "I miss something": a taak, not a value.

    `alleen_als_nergens`: counts only when the rule finds no outcome for this onderwerp on any day.
    """

    reden: str
    alleen_als_nergens: bool = False


class Invoer(NamedTuple):
    """One used value: which gegeven, from which claim, its value and how sure it was then."""

    gegeven: str
    claim: str
    waarde: Any
    zekerheid: str


class Stap(NamedTuple):
    """One step of a calculation in plain words, and what came out of it."""

    tekst: str
    uitkomst: Any


class Stuk(NamedTuple):
    """One piece of a time line: in [vanaf, tot) this value holds, on the authority of this claim.

    Derived pieces also carry the rule version, the claims used (`grond`: pairs of gegeven and claim id, what
    is compared) and how they were used (`invoer`, `stappen`: what is recorded). `gevolg` is the name an outcome asks
    for its gevolg, until it is recorded under it; `toelichting` what an official who decided adds. `bevestigd`: an
    onderzoek found that this very claim is right.
    """

    vanaf: date
    tot: date
    waarde: Any
    claim: str
    twijfels: Twijfels = GEEN_TWIJFEL
    regelversie: int = 0
    grond: tuple[tuple[str, str], ...] = ()
    invoer: tuple[Invoer, ...] = ()
    stappen: tuple[Stap, ...] = ()
    gevolg: str | None = None
    toelichting: str | None = None
    bevestigd: bool = False

    def zelfde_grond(self, ander: "Stuk") -> bool:
        """Whether the other piece says the same value, by the same rule version, from the same claims."""
        return self.waarde == ander.waarde and self.regelversie == ander.regelversie and self.grond == ander.grond


Tijdlijn: TypeAlias = list[Stuk]


def stuk_op(lijn: Sequence[Stuk], dag: date) -> Stuk | None:
    """The piece that holds on this day, or None."""
    for stuk in lijn:
        if stuk.vanaf <= dag < stuk.tot:
            return stuk
    return None


def verf(lijn: Sequence[Stuk], nieuw: Stuk) -> Tijdlijn:
    """Paint one piece over a time line; a piece whose value is None wipes."""
    if not lijn:
        return [] if nieuw.waarde is None else [nieuw]
    uit: Tijdlijn = []
    for stuk in lijn:
        if stuk.tot <= nieuw.vanaf or stuk.vanaf >= nieuw.tot:
            uit.append(stuk)
            continue
        if stuk.vanaf < nieuw.vanaf:
            uit.append(stuk._replace(tot=nieuw.vanaf))
        if stuk.tot > nieuw.tot:
            uit.append(stuk._replace(vanaf=nieuw.tot))
    if nieuw.waarde is not None:
        uit.append(nieuw)
    uit.sort(key=_vanaf)
    return uit


def _vanaf(stuk: Stuk) -> date:
    return stuk.vanaf


def stapel(stukken: Sequence[Stuk]) -> Tijdlijn:
    """Paint pieces in the order in which they begin: the one that begins last applies from there.

    Two that begin on the same day and differ are never a silent choice: there the line says `Ontbreekt`.
    """
    lijn: Tijdlijn = []
    if len(stukken) == 1 and stukken[0].waarde is not None:
        return [*stukken]
    op_volgorde = sorted(stukken, key=lambda s: (s.vanaf, s.claim))
    for _, samen in groupby(op_volgorde, key=_vanaf):
        begonnen = list(samen)
        for stuk in begonnen if len(begonnen) == 1 else _naast_elkaar(begonnen):
            lijn = verf(lijn, stuk)
    return lijn


def _naast_elkaar(begonnen: list[Stuk]) -> Iterator[Stuk]:
    """Pieces that begin on the same day: where they differ, what applies is missing."""
    vanaf = begonnen[0].vanaf
    for tot in sorted({stuk.tot for stuk in begonnen}):
        geldend = [stuk for stuk in begonnen if stuk.tot >= tot]
        eens = all(stuk.waarde == geldend[-1].waarde for stuk in geldend)
        waarde = geldend[-1].waarde if eens else Ontbreekt("gelijktijdige_claims")
        yield geldend[-1]._replace(vanaf=vanaf, tot=tot, waarde=waarde)
        vanaf = tot


def knip(lijnen: Iterable[Sequence[Stuk]], extra: Iterable[date] = ()) -> Iterator[tuple[date, date]]:
    """The intervals in which none of the lines changes, from open begin to open end."""
    grenzen = {OPEN_BEGIN, OPEN_EIND, *extra}
    for lijn in lijnen:
        for stuk in lijn:
            grenzen.add(stuk.vanaf)
            grenzen.add(stuk.tot)
    op_volgorde = sorted(grenzen)
    return pairwise(op_volgorde)


def smelt(stukken: Iterable[Stuk], gelijk: Callable[[Stuk, Stuk], bool]) -> Tijdlijn:
    """Join neighbours that say the same."""
    uit: Tijdlijn = []
    for stuk in stukken:
        if uit and uit[-1].tot == stuk.vanaf and gelijk(uit[-1], stuk):
            uit[-1] = uit[-1]._replace(tot=stuk.tot)
        else:
            uit.append(stuk)
    return uit
