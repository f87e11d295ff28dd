"""Payments and teruggaaf: standing values over the levy that is in force."""

from collections.abc import Iterator
from itertools import permutations
from typing import Any

import pytest

from actors.contexten.aanschafheffing.regels import teruggaaf
from actors.register.commando import NietVerwerkt
from actors.register.gevolg import Afleiding
from tests.domein import (
    SAMS_KOOP,
    Keten,
    aanschaf,
    auto,
    betaling,
    correctie,
    corrigeer,
    dag,
    degistratie,
    einde_onderzoek,
    herstel,
    huishouden,
    juist,
    keten,
    twijfel,
    verkoop,
)
from tests.loket import doorbreek, tarief

HEFFING = "aanschafheffing"
B1, B2 = (*SAMS_KOOP, "b1"), (*SAMS_KOOP, "b2")


@pytest.fixture
def registers() -> Iterator[Keten]:
    """Sam owes € 2000."""
    with keten() as alle:
        alle.verwerk(auto())
        yield alle


def rekening(registers: Keten, *over: str, op: str = "11-21") -> tuple[Any, Any]:
    """What is open and what is given back, in euro's."""
    rij = registers.rij(HEFFING, "rekening", *(over or SAMS_KOOP), op=op)
    bedragen = (rij.get("openstaand_eurocent"), rij.get("teruggaaf_eurocent"))
    return tuple(b if b is None else b // 100 for b in bedragen)  # type: ignore[return-value]


def teruggaven(registers: Keten) -> list[tuple[str, Any]]:
    """Each time that the teruggaaf changed: the gevolg and the amount."""
    return [
        (g.naam, g.inhoud.stuk.waarde)
        for t in registers.registers.gevolgen(HEFFING)
        for g in t.gevolgen
        if isinstance(g.inhoud, Afleiding)
        and g.inhoud.gegeven == "teruggaaf_eurocent"
        and g.inhoud.was != g.inhoud.stuk.waarde
    ]


def betaal(registers: Keten, euro: int, nummer: int = 1, **anders: Any) -> None:
    registers.verwerk(betaling(euro * 100, id_=f"b{nummer}", **anders))


# --- the rule -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("betaald", "heffing", "terug"),
    [((2000,), 2000, 0), ((1999,), 2000, 0), ((2001,), 2000, 1), ((1500, 1500), 2000, 1000), ((2000,), 0, 2000)],
)
def test_what_was_paid_beyond_the_levy_is_given_back(betaald: tuple[int, ...], heffing: int, terug: int) -> None:
    uitkomst: Any = teruggaaf.functie({f"b{n}": bedrag for n, bedrag in enumerate(betaald)}, heffing)
    assert (uitkomst.waarde, uitkomst.stappen[0].uitkomst) == (terug, sum(betaald))


def test_without_payments_there_is_nothing_to_give_back() -> None:
    assert teruggaaf.functie({}, 2000) is None


# --- what stands open -----------------------------------------------------------------------------------------


def test_before_any_payment_the_whole_levy_is_open(registers: Keten) -> None:
    assert rekening(registers) == (2000, None)


def test_partial_payments_add_up_and_what_is_too_much_is_given_back(registers: Keten) -> None:
    betaal(registers, 500)
    assert rekening(registers) == (1500, 0)
    betaal(registers, 1500, 2)
    assert rekening(registers) == (0, 0)
    betaal(registers, 100, 3)
    assert rekening(registers) == (0, 100)
    assert rekening(registers, op="03-10") == (2000, None), "before anything was paid"


def test_a_payment_is_recorded_as_itself_and_makes_no_letter(registers: Keten) -> None:
    betaal(registers, 2000)
    [transactie] = [t for t in registers.registers.gevolgen(HEFFING) if t.commando == "RegistreerBetaling"]
    assert [g.naam for g in transactie.gevolgen] == ["BetalingOntvangen", "TeruggaafVastgesteld"]
    assert transactie.verantwoording.gebeurd_op == dag("03-20")
    assert registers.aantal_brieven == (1, 0)


def test_the_same_payment_twice_is_refused_and_counts_once(registers: Keten) -> None:
    betaal(registers, 500)
    antwoord = registers.bied_aan(betaling(500_00))
    assert isinstance(antwoord, NietVerwerkt)
    assert antwoord.regel == "betaling_bekend"
    assert rekening(registers) == (1500, 0)


@pytest.mark.parametrize("volgorde", list(permutations(range(3))))
def test_the_order_of_levy_and_payments_does_not_matter(volgorde: tuple[int, ...]) -> None:
    stappen = [auto(), betaling(500_00), betaling(1700_00, id_="b2")]
    with keten() as registers:
        registers.verwerk(*(stappen[n] for n in volgorde))
        assert rekening(registers) == (0, 200)


def test_a_payment_before_the_levy_is_known_is_kept_and_settled_with_it() -> None:
    with keten() as registers:
        betaal(registers, 2100)
        assert rekening(registers) == (0, 2100)
        registers.verwerk(auto())
        assert rekening(registers) == (0, 100)


def test_payments_belong_to_one_purchase(registers: Keten) -> None:
    registers.verwerk(verkoop(aanschaf("noor", "06-01")))
    betaal(registers, 2000, aanschaf_id="koop-noor-06-01")
    assert rekening(registers) == (2000, None)
    assert rekening(registers, "auto-1", "koop-noor-06-01") == (0, 0)


def test_outside_the_area_nothing_is_open_and_all_is_given_back() -> None:
    with keten() as registers:
        registers.verwerk(auto(koop=aanschaf(regio="Bergland")))
        assert rekening(registers) == (0, None)
        betaal(registers, 2000)
        assert rekening(registers) == (0, 2000)


# --- corrections ----------------------------------------------------------------------------------------------


def test_a_corrected_payment_counts_as_corrected(registers: Keten) -> None:
    betaal(registers, 2000)
    registers.verwerk(corrigeer(juist("bedrag_eurocent", B1, waarde=2500_00)), register=HEFFING)
    assert rekening(registers) == (0, 500)
    registers.verwerk(corrigeer(juist("bedrag_eurocent", B1, waarde=1200_00)), register=HEFFING)
    assert rekening(registers) == (800, 0)


def test_a_corrected_day_of_payment_moves_it(registers: Keten) -> None:
    betaal(registers, 2000)
    registers.verwerk(corrigeer(juist("bedrag_eurocent", B1, vanaf=dag("05-01"))), register=HEFFING)
    assert (rekening(registers, op="04-01"), rekening(registers, op="05-01")) == ((2000, None), (0, 0))


@pytest.mark.parametrize("bedrag", [0, -1, "2000", 1.5])
def test_an_amount_that_is_none_is_refused(registers: Keten, bedrag: Any) -> None:
    assert isinstance(registers.bied_aan(betaling(bedrag)), NietVerwerkt)
    betaal(registers, 2000)
    commando = corrigeer(juist("bedrag_eurocent", B1, waarde=bedrag))
    assert isinstance(registers.bied_aan(commando, register=HEFFING), NietVerwerkt)
    assert rekening(registers) == (0, 0)


def test_a_degistered_payment_never_was_and_may_come_again(registers: Keten) -> None:
    betaal(registers, 1500)
    betaal(registers, 1500, 2)
    assert rekening(registers) == (0, 1000)
    registers.verwerk(degistratie(B1), register=HEFFING)
    assert rekening(registers) == (500, 0)
    registers.verwerk(degistratie(B2), register=HEFFING)
    assert rekening(registers) == (2000, None)
    betaal(registers, 1800)
    assert rekening(registers) == (200, 0)


def test_two_amounts_for_one_payment_are_a_taak_and_nothing_is_said_of_the_account(registers: Keten) -> None:
    """One was degistered, another came, and the first was restored: which one it is, is not a silent choice."""
    betaal(registers, 1500)
    registers.verwerk(degistratie(B1), register=HEFFING)
    betaal(registers, 1800)
    registers.verwerk(herstel(B1), register=HEFFING)
    assert registers.taken(HEFFING) == {"gelijktijdige_claims"}
    assert registers.registers.geparkeerd(HEFFING) == []
    assert registers.rij(HEFFING, "rekening", *SAMS_KOOP)["openstaand_eurocent"] is None


def test_a_levy_that_is_revised_is_settled_again(registers: Keten) -> None:
    betaal(registers, 2000)
    registers.verwerk(correctie(gewicht_kg=1700))
    assert rekening(registers) == (3000, 0)
    registers.verwerk(correctie(gewicht_kg=400, uitstoot_g_per_km=10))
    assert rekening(registers) == (0, 1500)


def test_a_levy_that_is_withdrawn_is_given_back(registers: Keten) -> None:
    betaal(registers, 2000)
    registers.verwerk(degistratie())
    assert rekening(registers) == (0, 2000)
    assert registers.heffing() is None


def test_a_levy_by_new_law_is_settled_from_its_day_on(registers: Keten) -> None:
    betaal(registers, 2000)
    registers.verwerk(tarief(overgang="onmiddellijk"), register=HEFFING)
    assert (rekening(registers, op="06-30"), rekening(registers, op="07-01")) == ((0, 0), (3000, 0))


# --- what is recorded of it -----------------------------------------------------------------------------------


def test_the_teruggaaf_is_recorded_only_when_it_changes(registers: Keten) -> None:
    betaal(registers, 500)
    betaal(registers, 500, 2)
    betaal(registers, 1500, 3)
    registers.verwerk(correctie(uitstoot_g_per_km=110))
    assert teruggaven(registers) == [("TeruggaafVastgesteld", 0), ("TeruggaafVastgesteld", 500_00)]


# --- doubt ----------------------------------------------------------------------------------------------------


def test_doubt_on_the_levy_does_not_hold_the_teruggaaf(registers: Keten) -> None:
    registers.verwerk(twijfel("uitstoot_g_per_km"))
    betaal(registers, 2100)
    assert rekening(registers) == (0, 100)
    assert registers.registers.taken(HEFFING).inhoud == []
    onzeker = registers.zekerheid(HEFFING, "rekening", *SAMS_KOOP)
    assert onzeker == {"openstaand_eurocent": "in_twijfel", "teruggaaf_eurocent": "in_twijfel"}
    registers.verwerk(einde_onderzoek())
    assert registers.zekerheid(HEFFING, "rekening", *SAMS_KOOP) == {}


def test_doubt_on_a_payment_reaches_the_account_and_not_the_levy(registers: Keten) -> None:
    betaal(registers, 2100)
    registers.verwerk(twijfel("bedrag_eurocent", B1), register=HEFFING)
    assert set(registers.zekerheid(HEFFING, "rekening", *SAMS_KOOP)) == {"openstaand_eurocent", "teruggaaf_eurocent"}
    assert registers.zekerheid(HEFFING, "referentietabel", *SAMS_KOOP) == {}


def test_a_held_levy_does_not_count_until_it_is_decided() -> None:
    with keten() as registers:
        registers.verwerk(huishouden("sam"), auto(uitstoot_g_per_km=100), twijfel("uitstoot_g_per_km"))
        robin = ("auto-1", "koop-robin-06-01")
        registers.verwerk(verkoop(aanschaf("robin", "06-01")))
        betaal(registers, 2000, aanschaf_id=robin[1])
        assert rekening(registers, *robin) == (0, 2000), "nothing is owed yet, and what is held counts not"
        registers.verwerk(doorbreek(*robin, gegeven="heffing_eurocent"), register=HEFFING)
        assert rekening(registers, *robin) == (0, 0)


def test_a_revision_that_is_held_leaves_the_account_as_it_is(registers: Keten) -> None:
    betaal(registers, 2000)
    registers.verwerk(twijfel("uitstoot_g_per_km"), correctie(gewicht_kg=1700))
    assert registers.heffing() == 200_000
    assert rekening(registers) == (0, 0)
    registers.verwerk(einde_onderzoek())
    assert (registers.heffing(), rekening(registers)) == (500_000, (3000, 0))
