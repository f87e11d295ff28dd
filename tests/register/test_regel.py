"""Regels: bands, exact numbers as people write them, and what a declaration knows of its function."""

from bisect import bisect_right
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.register.regel import Banden, Uitkomst, berekend, leesbaar, regel, stap
from actors.register.verantwoording import Grond
from actors.register.zekerheid import Twijfel, Zekerheid, zekerheid_van

TARIEF = Banden((21, 36), ("laag", "midden", "hoog"))
exact = st.integers(-100, 100) | st.fractions(-100, 100) | st.decimals(-100, 100, places=2)


# --- bands ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("waarde", "band", "tekst"),
    [
        (0, "laag", "de band van 0 tot 21"),
        (20, "laag", "de band van 0 tot 21"),
        (Fraction(41, 2), "laag", "de band van 0 tot 21"),
        (Decimal("20.999999"), "laag", "de band van 0 tot 21"),
        (21, "midden", "de band van 21 tot 36"),
        (Decimal("21.00"), "midden", "de band van 21 tot 36"),
        (Fraction(107, 3), "midden", "de band van 21 tot 36"),
        (36, "hoog", "de band vanaf 36"),
        (10**20, "hoog", "de band vanaf 36"),
    ],
)
def test_a_value_falls_in_the_band_whose_lower_bound_counts(
    waarde: int | Fraction | Decimal, band: str, tekst: str
) -> None:
    assert (TARIEF.kies(waarde), TARIEF.tekst(waarde)) == (band, tekst)


@given(st.lists(st.integers(0, 50), unique=True, min_size=1, max_size=5).map(sorted), exact)
def test_exactly_one_band_holds_for_every_exact_value(grenzen: list[int], waarde: int | Fraction | Decimal) -> None:
    banden = Banden(tuple(grenzen), tuple(range(len(grenzen) + 1)))
    assert banden.kies(waarde) == bisect_right([Fraction(g) for g in grenzen], Fraction(waarde))


def test_a_bound_may_be_a_fraction() -> None:
    banden = Banden((Fraction(31, 2),), (5, 3))
    assert [banden.kies(w) for w in (15, Fraction(31, 2), 16)] == [5, 3, 3]
    assert banden.tekst(16) == "de band vanaf 15,5"


# --- numbers as people write them -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("getal", "tekst"),
    [
        (21, "21"),
        (0, "0"),
        (Decimal("8.1400"), "8,14"),
        (Decimal("4.4"), "4,4"),
        (Decimal("8.00"), "8"),
        (Decimal("1E+2"), "100"),
        (Decimal("0.001"), "0,001"),
        (Fraction(33, 2), "16,5"),
        (Fraction(33), "33"),
        (Fraction(1, 8), "0,125"),
        (Fraction(100, 3), "100/3"),
        (Fraction(-31, 2), "-15,5"),
    ],
)
def test_a_number_reads_as_dutch_people_write_it(getal: int | Decimal | Fraction, tekst: str) -> None:
    assert leesbaar(getal) == tekst


@given(st.fractions(-10_000, 10_000, max_denominator=1000) | st.decimals(-10_000, 10_000, places=4))
def test_a_written_number_is_exactly_the_number(getal: Fraction | Decimal) -> None:
    assert Fraction(leesbaar(getal).replace(",", ".")) == Fraction(getal)


# --- a declaration --------------------------------------------------------------------------------------------


def test_a_rule_names_the_gegevens_it_uses_by_its_parameters() -> None:
    @regel(
        "proef", versie=2, geeft="uitkomst", gevolg="ProefVastgesteld", grond=Grond("wet", "artikel 1"), banden=TARIEF
    )
    def proef(punten: int, banden: Banden, regio: str = "Kustland") -> Uitkomst:
        """A rule."""
        return berekend(banden.kies(punten), stap(regio, 1))

    assert proef.parameters == ("punten", "regio")
    assert proef.optioneel == {"regio"}
    assert (proef.versie.versie, proef.versie.banden, proef.stam) == (2, TARIEF, "Proef")
    assert proef.functie(21, TARIEF) == Uitkomst("midden", (stap("Kustland", 1),))


# --- zekerheid ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("statussen", "verwacht"),
    [
        ((), Zekerheid.ONBETWIST),
        (("in_twijfel",), Zekerheid.IN_TWIJFEL),
        (("in_onderzoek",), Zekerheid.IN_ONDERZOEK),
        (("in_twijfel", "in_onderzoek"), Zekerheid.IN_ONDERZOEK),
        (("aangevochten", "in_twijfel"), Zekerheid.IN_TWIJFEL),
        (("aangevochten",), Zekerheid.AANGEVOCHTEN),
        (("bevestigd",), Zekerheid.ONBETWIST),
    ],
)
def test_of_several_doubts_the_most_telling_is_shown(statussen: tuple[str, ...], verwacht: Zekerheid) -> None:
    twijfels = {Twijfel(f"twijfel-{n}", "claim", status) for n, status in enumerate(statussen)}
    assert zekerheid_van(twijfels) == verwacht
