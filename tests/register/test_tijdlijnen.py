"""Time lines against an independent oracle: a dict with a value for every single day."""

from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from actors.register.tijdlijnen import (
    OPEN_BEGIN,
    OPEN_EIND,
    Ontbreekt,
    Stuk,
    Tijdlijn,
    knip,
    smelt,
    stapel,
    stuk_op,
    verf,
)

EERSTE = date(2026, 1, 1)
DAGEN = [OPEN_BEGIN, *(EERSTE + timedelta(days=n) for n in range(12)), OPEN_EIND - timedelta(days=1)]
BOTST = Ontbreekt("gelijktijdige_claims")
Kalender = dict[date, tuple[Any, str]]

grenzen = st.sampled_from([*DAGEN, OPEN_EIND])


@st.composite
def stukken(draw: st.DrawFn, waarden: st.SearchStrategy[Any]) -> Stuk:
    """A piece of one day or more."""
    vanaf, tot = sorted(draw(st.lists(grenzen, min_size=2, max_size=2, unique=True)))
    return Stuk(vanaf, tot, draw(waarden), draw(st.sampled_from("abcdef")))


vol = stukken(st.integers(0, 3))
vol_of_leeg = stukken(st.none() | st.integers(0, 3))


@st.composite
def tijdlijnen(draw: st.DrawFn) -> Tijdlijn:
    lijn: Tijdlijn = []
    for stuk in draw(st.lists(vol_of_leeg, max_size=5)):
        lijn = verf(lijn, stuk)
    return lijn


def kalender(lijn: Tijdlijn) -> Kalender:
    """What a time line says on each day, in the only way a reader of it knows."""
    gevonden = ((dag, stuk_op(lijn, dag)) for dag in DAGEN)
    return {dag: (stuk.waarde, stuk.claim) for dag, stuk in gevonden if stuk is not None}


def dagen_van(stuk: Stuk) -> list[date]:
    return [dag for dag in DAGEN if stuk.vanaf <= dag < stuk.tot]


def is_tijdlijn(lijn: Tijdlijn) -> bool:
    """Sorted, without overlap, no piece empty or without a value."""
    los = all(links.tot <= rechts.vanaf for links, rechts in pairwise(lijn))
    return los and all(stuk.vanaf < stuk.tot and stuk.waarde is not None for stuk in lijn)


@given(st.lists(vol_of_leeg, max_size=8))
def test_what_is_painted_last_holds_on_its_days_and_nothing_wipes(te_verven: list[Stuk]) -> None:
    lijn: Tijdlijn = []
    orakel: Kalender = {}
    for stuk in te_verven:
        lijn = verf(lijn, stuk)
        for dag in dagen_van(stuk):
            orakel.pop(dag, None)
            if stuk.waarde is not None:
                orakel[dag] = (stuk.waarde, stuk.claim)
    assert is_tijdlijn(lijn)
    assert kalender(lijn) == orakel


@given(tijdlijnen(), vol_of_leeg)
def test_painting_leaves_the_line_that_was_given_as_it_was(lijn: Tijdlijn, stuk: Stuk) -> None:
    voor = list(lijn)
    verf(lijn, stuk)
    assert lijn == voor


@given(st.lists(vol, max_size=6))
def test_of_pieces_in_a_pile_the_one_that_begins_last_holds_and_two_that_begin_together_are_a_question(
    op_stapel: list[Stuk],
) -> None:
    lijn = stapel(op_stapel)
    orakel: dict[date, Any] = {}
    for dag in DAGEN:
        hier = [s for s in op_stapel if s.vanaf <= dag < s.tot]
        laatste = {s.waarde for s in hier if s.vanaf == max(ander.vanaf for ander in hier)}
        if laatste:
            orakel[dag] = laatste.pop() if len(laatste) == 1 else BOTST
    assert is_tijdlijn(lijn)
    assert {dag: waarde for dag, (waarde, _) in kalender(lijn).items()} == orakel


@given(st.lists(vol, max_size=6).flatmap(lambda s: st.tuples(st.just(s), st.permutations(s))))
def test_the_order_in_which_pieces_are_piled_plays_no_part(stapels: tuple[list[Stuk], list[Stuk]]) -> None:
    een, ander = (kalender(stapel(s)) for s in stapels)
    assert {d: w for d, (w, _) in een.items()} == {d: w for d, (w, _) in ander.items()}


@given(st.lists(vol, max_size=5), st.permutations("abcdef"))
def test_the_ids_of_the_claims_play_no_part(op_stapel: list[Stuk], namen: list[str]) -> None:
    """Ids are hashes: what holds may not depend on which happens to sort first."""
    anders = [s._replace(claim=namen["abcdef".index(s.claim)]) for s in op_stapel]
    een, ander = (kalender(stapel(s)) for s in (op_stapel, anders))
    assert {d: w for d, (w, _) in een.items()} == {d: w for d, (w, _) in ander.items()}


@given(st.lists(tijdlijnen(), max_size=4), st.lists(grenzen, max_size=3))
def test_between_two_cuts_no_line_changes_and_the_cuts_cover_all_time(
    lijnen: list[Tijdlijn], extra: list[date]
) -> None:
    delen = list(knip(lijnen, extra))
    assert (delen[0][0], delen[-1][1]) == (OPEN_BEGIN, OPEN_EIND)
    assert all(links[1] == rechts[0] for links, rechts in pairwise(delen))
    assert {*extra} <= {OPEN_EIND, *(vanaf for vanaf, _ in delen)}
    for vanaf, tot in delen:
        assert vanaf < tot
        for lijn in lijnen:
            gezien = {kalender(lijn).get(dag) for dag in DAGEN if vanaf <= dag < tot}
            assert len(gezien) <= 1


def test_there_are_no_more_cuts_than_changes() -> None:
    lijn = [Stuk(EERSTE, OPEN_EIND, 1, "a")]
    assert list(knip([lijn])) == [(OPEN_BEGIN, EERSTE), (EERSTE, OPEN_EIND)]
    assert list(knip([])) == [(OPEN_BEGIN, OPEN_EIND)]


@given(tijdlijnen())
def test_joining_equal_neighbours_changes_the_value_of_no_day_and_leaves_none_to_join(lijn: Tijdlijn) -> None:
    def gelijk(een: Stuk, ander: Stuk) -> bool:
        return bool(een.waarde == ander.waarde)

    samen = smelt(lijn, gelijk)
    assert is_tijdlijn(samen)
    assert {d: w for d, (w, _) in kalender(samen).items()} == {d: w for d, (w, _) in kalender(lijn).items()}
    buren = pairwise(samen)
    assert not [1 for een, ander in buren if een.tot == ander.vanaf and een.waarde == ander.waarde]


@given(tijdlijnen(), st.sampled_from(DAGEN))
def test_a_piece_holds_on_its_first_day_and_not_on_the_day_it_ends(lijn: Tijdlijn, dag: date) -> None:
    stuk = stuk_op(lijn, dag)
    if stuk is None:
        assert not [s for s in lijn if dag in dagen_van(s)]
    else:
        assert stuk.vanaf <= dag < stuk.tot
        assert stuk_op([stuk], stuk.vanaf) == stuk
        assert stuk_op([stuk], stuk.tot) is None
