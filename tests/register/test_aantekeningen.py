"""Aantekeningen: the doubts, degistraties and terugmeldingen of one aggregate, folded."""

from datetime import date
from itertools import permutations

import pytest

from actors.register.aantekeningen import Aantekeningen
from actors.register.annotatie import Annotatie, Degistratie, geldend
from actors.register.claim import Claim
from actors.register.gevolg import Gevolg, Inhoud, Vastlegging, Wijziging
from actors.register.staat import Staat
from actors.register.terugmelding import GEREDE_TWIJFEL, Terugmelding
from actors.register.tijdlijnen import OPEN_BEGIN, OPEN_EIND, Onderwerp
from actors.register.zekerheid import Twijfel, Zekerheid, zekerheid_van

AUTO = ("auto-1",)


def noot(twijfel: str, status: str, *claims: str, uitkomst: str = "") -> Annotatie:
    return Annotatie(twijfel, claims or ("c1",), status, None, "daarom", uitkomst)


def genoteerd(*annotaties: Annotatie) -> Aantekeningen:
    noten = Aantekeningen()
    for annotatie in annotaties:
        noten.noteer(annotatie)
    return noten


def claim(id_: str, corrigeert: str | None = None, over: Onderwerp = AUTO, vanaf: date = OPEN_BEGIN) -> Claim:
    return Claim(id_, over, "gewicht_kg", 1300, vanaf, OPEN_EIND, corrigeert)


def staat(*inhouden: Inhoud) -> Staat:
    """The fold of these; an ending is a claim without value."""
    uit = Staat()
    for n, inhoud in enumerate(inhouden):
        soort = Wijziging.DEGISTREREN if isinstance(inhoud, Degistratie) else Wijziging.REGISTREREN
        uit.pas_toe(Gevolg(f"g{n}", "Iets", 1, soort, inhoud, ()))
    return uit


# --- doubts ---------------------------------------------------------------------------------------------------


def test_the_last_that_was_noted_under_an_id_counts() -> None:
    noten = genoteerd(noot("t1", "in_twijfel"), noot("t1", "in_onderzoek"))
    assert noten.op("c1") == {Twijfel("t1", "c1", "in_onderzoek")}
    assert [a.status for a in noten.open()] == ["in_onderzoek"]


def test_doubts_on_one_claim_stand_beside_each_other_and_end_one_by_one() -> None:
    noten = genoteerd(noot("t1", "in_twijfel", "c1", "c2"), noot("t2", "in_twijfel"))
    assert {t.id for t in noten.op("c1")} == {"t1", "t2"}
    noten.noteer(noot("t1", "", "c1", "c2", uitkomst="gegrond"))
    assert {t.id for t in noten.op("c1")} == {"t2"}
    assert not noten.op("c2")
    assert {a.twijfel for a in noten.alle} == {"t1", "t2"}, "what ended is remembered"


def test_a_doubt_that_moves_leaves_the_claim_it_was_on() -> None:
    noten = genoteerd(noot("t1", "in_twijfel", "c1"), noot("t1", "in_twijfel", "c2"))
    assert not noten.op("c1")
    assert noten.op("c2") == {Twijfel("t1", "c2", "in_twijfel")}


@pytest.mark.parametrize(
    ("uitkomsten", "bevestigd"),
    [
        (("ongegrond",), True),
        (("gegrond",), False),
        (("ingetrokken",), False),
        (("vervallen",), False),
        (("ongegrond", "gegrond"), False),
        (("gegrond", "ongegrond"), True),
        (("ongegrond", "ingetrokken"), True),
    ],
)
def test_the_last_onderzoek_that_found_something_confirms_or_does_not(
    uitkomsten: tuple[str, ...], *, bevestigd: bool
) -> None:
    noten = Aantekeningen()
    for n, uitkomst in enumerate(uitkomsten):
        noten.noteer(noot(f"t{n}", "in_twijfel"))
        noten.noteer(noot(f"t{n}", "", uitkomst=uitkomst))
    assert ("c1" in noten.bevestigd) == bevestigd


def test_what_is_doubted_first_but_found_last_counts_as_last() -> None:
    noten = genoteerd(
        noot("t1", "in_twijfel"),
        noot("t2", "in_twijfel"),
        noot("t2", "", uitkomst="ongegrond"),
        noot("t1", "", uitkomst="gegrond"),
    )
    assert noten.bevestigd == frozenset()


def test_a_bezwaar_confirms_nothing() -> None:
    assert not genoteerd(noot("z1", "aangevochten"), noot("z1", "", uitkomst="ongegrond")).bevestigd


@pytest.mark.parametrize("volgorde", [*permutations(("in_twijfel", "in_onderzoek", "aangevochten"))])
def test_of_several_doubts_the_gravest_is_told(volgorde: tuple[str, ...]) -> None:
    twijfels = [Twijfel(f"t{n}", "c1", status) for n, status in enumerate(volgorde)]
    assert zekerheid_van(twijfels, bevestigd=True) is Zekerheid.IN_ONDERZOEK
    zonder = [t for t in twijfels if t.status != "in_onderzoek"]
    assert zekerheid_van(zonder) is Zekerheid.IN_TWIJFEL
    assert zekerheid_van([], bevestigd=True) is Zekerheid.BEVESTIGD
    assert zekerheid_van([]) is Zekerheid.ONBETWIST


def test_the_state_shows_a_doubt_and_its_end_on_the_claims_it_is_about() -> None:
    een = staat(Vastlegging((claim("c1"),)), noot("t1", "in_twijfel"))
    assert [s.twijfels for s in een.basis().eigen(AUTO, "gewicht_kg")] == [{Twijfel("t1", "c1", "in_twijfel")}]
    einde = Gevolg("g", "Iets", 1, Wijziging.ONDERZOEK_BEEINDIGEN, noot("t1", "", uitkomst="ongegrond"), ())
    een.pas_toe(einde)
    assert [(s.twijfels, s.bevestigd) for s in een.basis().eigen(AUTO, "gewicht_kg")] == [(frozenset(), True)]


# --- degistratie ----------------------------------------------------------------------------------------------


KETEN = (claim("c1"), claim("c2", "c1"), claim("c3", "c2"), claim("d1"))


@pytest.mark.parametrize(
    ("weg", "tellen"),
    [
        ((), {"c3", "d1"}),
        (("c3",), {"c2", "d1"}),
        (("c2",), {"c1", "d1"}),
        (("c1",), {"d1"}),
        (("c3", "c2"), {"c1", "d1"}),
        (("c3", "c1"), {"d1"}),
        (("d1",), {"c3"}),
    ],
)
@pytest.mark.parametrize("volgorde", [*permutations(KETEN)][::7])
def test_a_claim_falls_with_what_it_corrects_and_revives_when_its_correction_falls(
    weg: tuple[str, ...], tellen: set[str], volgorde: tuple[Claim, ...]
) -> None:
    gevallen, vervangen = geldend(volgorde, weg)
    assert {c.id for c in volgorde} - gevallen - vervangen == tellen


def test_the_state_counts_the_same_claims_as_the_set_does() -> None:
    een = staat(Vastlegging(KETEN), Degistratie(("c3",), (), None, "daarom"))
    assert {c.id for c in een.actieve_claims()} == {"c2", "d1"}
    assert {c.id for c in een.staande_claims()} == {"c1", "c2", "d1"}
    assert {c.id for c in een.actief_na(Degistratie(("d1",), ("c3",), None, "daarom"))} == {"c3"}
    een.pas_toe(Gevolg("g", "Iets", 1, Wijziging.HERSTELLEN, Degistratie((), ("c3",), None, "toch wel"), ()))
    assert {c.id for c in een.actieve_claims()} == {"c3", "d1"}


def test_what_is_valid_is_what_counts_and_what_stands_on_a_line() -> None:
    einde = als_einde(claim("e1", vanaf=date(2026, 6, 1)))
    een = staat(Vastlegging((claim("c1"), claim("c2", "c1"))), Vastlegging((einde,)))
    assert een.geldige_claims() == {"c2", "e1"}


def als_einde(een: Claim) -> Claim:
    """The same claim, as an ending."""
    return een._replace(waarde=None)


def test_endings_and_degistraties_are_remembered_in_order_until_they_are_undone() -> None:
    noten = Aantekeningen()
    einde = Vastlegging((als_einde(claim("e1")),))
    noten.noteer_ingreep(Wijziging.BEEINDIGEN, einde)
    noten.noteer_ingreep(Wijziging.DEGISTREREN, Degistratie(("c1", "e1"), (), None, "daarom"))
    noten.noteer_ingreep(Wijziging.HERSTELLEN, Degistratie((), ("c1", "e1"), None, "toch wel"))
    assert noten.ingrepen == [(Wijziging.BEEINDIGEN, ("e1",)), (Wijziging.DEGISTREREN, ())]
    noten.noteer_ingreep(Wijziging.HERSTELLEN, Degistratie(("e1",), (), None, "nooit geëindigd"))
    assert [ids for _, ids in noten.ingrepen] == [(), ()]


# --- terugmelding ---------------------------------------------------------------------------------------------


MELDING = Terugmelding(
    id="m1",
    betreft=("c1",),
    onderwerp=AUTO,
    gegeven="gewicht_kg",
    betwijfelde_waarde=1300,
    voorgestelde_waarde=1400,
    peilmoment=date(2026, 5, 1),
    melder="buur",
    kenmerk="",
    toelichting="te zwaar",
    bevoegd=False,
    status="ontvangen",
)


@pytest.mark.parametrize(
    ("daarna", "wacht"),
    [
        ((), True),
        ((noot("t1", "in_twijfel"),), True),
        ((noot("m1", "in_twijfel"),), False),
        ((noot("m1", "in_twijfel"), noot("m1", "", uitkomst="ongegrond")), False),
        ((MELDING._replace(status="in_onderzoek"),), False),
        ((MELDING._replace(status="afgewezen"),), False),
    ],
)
def test_a_terugmelding_waits_for_an_official_until_he_judged_it(daarna: tuple[Inhoud, ...], *, wacht: bool) -> None:
    een = staat(Vastlegging((claim("c1"),)), MELDING, *daarna)
    assert [(t.reden, t.kenmerk) for t in een.taken()] == ([(GEREDE_TWIJFEL, "m1")] if wacht else [])
