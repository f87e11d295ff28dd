"""Aanhouding and taken: what waits, what an official does about it, and how it goes on by itself."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from actors.contexten.spitspas.commandos import StelHuishoudelijkMilieueffectVast
from actors.register.claim import Mededeling
from actors.register.commando import NietVerwerkt, Verwerkt
from actors.register.gevolg import Aanhouding, Afleiding, Transactie, Wachtend
from actors.register.staat import Staat
from actors.register.taak import Taakoordeel
from actors.register.tijdlijnen import OPEN_BEGIN, OPEN_EIND
from actors.register.zekerheid import GEEN_TWIJFEL, Twijfel, Twijfels
from actors.runtime.systeem import RegisterSystem
from actors.verwerking.afleiding import leid_af
from actors.verwerking.standen import Stand
from tests.domein import (
    NU,
    Keten,
    Verhaal,
    aanschaf,
    auto,
    correctie,
    corrigeer,
    dag,
    degistratie,
    einde_onderzoek,
    gegeven,
    gevolg,
    huishouden,
    juist,
    keten,
    overgenomen,
    toetreding,
    twijfel,
    verkoop,
    vertrek,
    zonder_geschiedenis,
)
from tests.loket import beslis, doorbreek, hervat, terzijde, wacht
from tests.verwerking.test_vouwen import door_de_opslag, toestand
from tests.wereld import vaste_wereld

HUIS = "huishouden/huis"
T1 = frozenset({Twijfel("t-1", "wortel-1", "in_twijfel")})
T2 = frozenset({Twijfel("t-2", "wortel-2", "in_onderzoek")})
VANAF_JUNI = [("punten", "invoer_in_twijfel", dag("06-01"), None), ("passen", "invoer_in_twijfel", dag("06-01"), None)]


def bijdrage(
    nummer: int, wie: str, punten: Any, twijfels: Twijfels = GEEN_TWIJFEL, vanaf: date = OPEN_BEGIN
) -> StelHuishoudelijkMilieueffectVast:
    """What the cars of an adult contribute, from a day on, as its eigenaar told in this verstrekking."""
    gezegd = Mededeling(("huis", wie), "bijdrage", vanaf, OPEN_EIND, punten, None, f"{wie}-{nummer}", twijfels)
    overname = overgenomen("spitspas", nummer, (gezegd,))
    return StelHuishoudelijkMilieueffectVast(huishouden_id="huis", overname=overname)


def hier(maker: Any, gegeven: str = "passen", **anders: Any) -> Any:
    """A commando of an official on the household."""
    return maker("huis", gegeven=gegeven, aggregaat="huishouden", **anders)


def in_twijfel(*erna: Any) -> Verhaal:
    """Sam and Noor have no cars and 5 passes; a doubted car of Sam from June on would make it 3."""
    return gegeven(
        huishouden("sam", "noor"),
        bijdrage(1, "sam", 0),
        bijdrage(2, "noor", 0),
        bijdrage(3, "sam", 33, T1, dag("06-01")),
        *erna,
    )


def passen(verhaal: Verhaal, op: str = "07-01") -> Any:
    return verhaal.waarde("passen", "huis", op=op, aggregaat="huishouden")


def namen(verhaal: Verhaal) -> list[str]:
    """The names of the gevolgen of the last commando."""
    assert isinstance(verhaal.uitslag, Transactie), verhaal.uitslag
    return [g.naam for g in verhaal.uitslag.gevolgen]


def staat(verhaal: Verhaal) -> Staat:
    return verhaal.staten[HUIS]


# --- waiting --------------------------------------------------------------------------------------------------


def test_a_new_outcome_on_doubted_invoer_waits_and_what_was_decided_stays() -> None:
    verhaal = in_twijfel()
    assert wacht(verhaal, HUIS) == VANAF_JUNI
    assert [(w.taak, w.termijn_dagen) for w in staat(verhaal).wachtend] == [(False, 56)] * 2
    assert (passen(verhaal, "05-31"), passen(verhaal)) == (5, 5)


def test_missing_points_are_a_taak_and_what_was_decided_stays() -> None:
    verhaal = in_twijfel().als(bijdrage(4, "noor", "onbekend", vanaf=dag("09-01")))
    assert wacht(verhaal, HUIS) == [
        ("punten", "invoer_in_twijfel", dag("06-01"), dag("09-01")),
        ("punten", "punten_onbekend", dag("09-01"), None),
        ("passen", "invoer_in_twijfel", dag("06-01"), dag("09-01")),
        ("passen", "punten_onbekend", dag("09-01"), None),
    ]
    assert [w.taak for w in staat(verhaal).wachtend] == [False, True] * 2
    assert passen(verhaal, "10-01") == 5


def test_held_work_goes_on_by_itself_when_the_doubt_is_gone() -> None:
    verhaal = in_twijfel().als(bijdrage(4, "sam", 33, vanaf=dag("06-01")))
    assert wacht(verhaal, HUIS) == []
    assert (passen(verhaal, "05-31"), passen(verhaal)) == (5, 3)
    assert namen(verhaal)[-1] == "Aanhouding", "the record that nothing waits any more"


def test_two_causes_close_independently() -> None:
    verhaal = in_twijfel().als(bijdrage(4, "noor", 2, T2, dag("06-01")))
    assert wacht(verhaal, HUIS) == VANAF_JUNI
    verhaal.als(bijdrage(5, "sam", 33, vanaf=dag("06-01")))
    assert wacht(verhaal, HUIS) == VANAF_JUNI, "there is still the doubt about Noor"
    verhaal.als(bijdrage(6, "noor", 2, vanaf=dag("06-01")))
    assert (wacht(verhaal, HUIS), passen(verhaal)) == ([], 3)


def test_what_is_only_contested_does_not_wait() -> None:
    bezwaar = frozenset({Twijfel("b-1", "wortel-1", "aangevochten")})
    verhaal = gegeven(huishouden("sam"), bijdrage(1, "sam", 0)).als(bijdrage(2, "sam", 33, bezwaar, dag("06-01")))
    assert (wacht(verhaal, HUIS), passen(verhaal)) == ([], 0)


def eerder_vertrek() -> Verhaal:
    """Sam left on 1 September; that day is doubted, and so is the day that it is corrected to."""
    op_juni = juist("lid", ("huis", "sam"), op=dag("09-01"), vanaf=dag("06-01"))
    return gegeven(
        huishouden("sam"),
        bijdrage(1, "sam", 0),
        vertrek("sam 09-01"),
        twijfel("lid", ("huis", "sam"), aggregaat="huishouden"),
        corrigeer(op_juni, over=("huis",), aggregaat="huishouden", behoud_twijfel=True),
    )


def test_a_right_is_not_withdrawn_on_a_doubted_departure() -> None:
    """A withdrawal is an outcome too: what was decided stays in force until it is sure."""
    verhaal = eerder_vertrek()
    assert wacht(verhaal, HUIS) == [("punten", "invoer_in_twijfel", dag("06-01"), dag("09-01"))]
    assert (passen(verhaal, "07-01"), passen(verhaal, "10-01")) == (5, None)
    verhaal.als(einde_onderzoek("ongegrond", ("huis",), aggregaat="huishouden"))
    assert (wacht(verhaal, HUIS), passen(verhaal, "05-31"), passen(verhaal, "07-01")) == ([], 5, None)


def test_a_held_withdrawal_can_be_broken_through() -> None:
    verhaal = eerder_vertrek().als(hier(doorbreek, "punten"))
    assert (wacht(verhaal, HUIS), passen(verhaal, "07-01")) == ([], None)
    leidt_niets_meer_af(verhaal)


# --- what an official does ------------------------------------------------------------------------------------


def test_breaking_through_decides_with_the_reason_on_the_decision_and_on_what_it_rests_on() -> None:
    verhaal = in_twijfel().als(hier(doorbreek))
    assert namen(verhaal) == [
        "AanhoudingDoorbroken",
        "AanhoudingDoorbroken",
        "HuishoudelijkMilieueffectHerzien",
        "SpitspasrechtHerzien",
        "Aanhouding",
    ]
    assert isinstance(verhaal.uitslag, Transactie)
    herzien = verhaal.uitslag.gevolgen[2:4]
    assert [g.verklaring.toelichting for g in herzien if g.verklaring] == ["het duurt te lang"] * 2
    assert [g.inhoud.stuk.twijfels for g in herzien if isinstance(g.inhoud, Afleiding)] == [T1, T1]
    assert (passen(verhaal, "05-31"), passen(verhaal)) == (5, 3)


def test_when_the_doubt_ends_after_breaking_through_only_the_zekerheid_changes() -> None:
    verhaal = in_twijfel(hier(doorbreek)).als(bijdrage(4, "sam", 33, vanaf=dag("06-01")))
    assert "SpitspasrechtHerzien" not in namen(verhaal)
    assert (wacht(verhaal, HUIS), passen(verhaal)) == ([], 3)


def test_what_was_broken_through_is_held_again_for_another_outcome() -> None:
    verhaal = in_twijfel(hier(doorbreek)).als(bijdrage(4, "sam", 80, T1, dag("06-01")))
    assert wacht(verhaal, HUIS) == VANAF_JUNI
    assert passen(verhaal) == 3


def test_what_was_put_aside_below_goes_on_with_what_is_broken_through() -> None:
    verhaal = in_twijfel(hier(terzijde, "punten")).als(hier(doorbreek))
    assert (wacht(verhaal, HUIS), passen(verhaal)) == ([], 3)
    rust_op_vastgelegde_claims(verhaal)


def test_a_decision_broken_through_waits_again_when_what_it_rests_on_waits_anew() -> None:
    """Other points under the same doubt, the same passes: the passes may not be recorded on points that are held."""
    verhaal = in_twijfel(hier(doorbreek), bijdrage(4, "sam", 0, vanaf=dag("06-01")))
    assert passen(verhaal) == 5
    verhaal.als(bijdrage(5, "sam", 34, T1, dag("06-01")))
    assert wacht(verhaal, HUIS) == VANAF_JUNI
    assert passen(verhaal) == 5
    verhaal.als(hier(doorbreek))
    assert (wacht(verhaal, HUIS), passen(verhaal)) == ([], 3)
    rust_op_vastgelegde_claims(verhaal)


def test_missing_invoer_cannot_be_broken_through() -> None:
    verhaal = gegeven(huishouden("sam"), bijdrage(1, "sam", "onbekend"))
    verhaal.als(hier(doorbreek)).dan_niet_verwerkt("invoer_ontbreekt")


def test_an_official_decides_with_a_reason_and_it_is_told_who() -> None:
    verhaal = gegeven(huishouden("sam"), bijdrage(1, "sam", "onbekend")).als(hier(beslis, waarde=3))
    verhaal.dan(
        gevolg("TaakBeslist"),
        gevolg("SpitspasrechtVastgesteld", passen=3, vanaf="01-01", tot=None),
        gevolg("Aanhouding", wacht={"punten": "punten_onbekend"}),
    )
    assert isinstance(verhaal.uitslag, Transactie)
    verklaring = verhaal.uitslag.gevolgen[1].verklaring
    assert verklaring is not None
    assert (verklaring.toelichting, verklaring.stappen[-1].uitkomst) == ("naar redelijkheid", 3)


def test_the_rule_takes_over_from_the_official_as_soon_as_it_can_decide() -> None:
    verhaal = gegeven(huishouden("sam"), bijdrage(1, "sam", "onbekend"), hier(beslis, waarde=3))
    verhaal.als(bijdrage(2, "sam", 33))
    assert (wacht(verhaal, HUIS), passen(verhaal)) == ([], 0)
    assert "SpitspasrechtHerzien" in namen(verhaal)


def test_the_rule_that_agrees_with_the_official_upholds_his_decision() -> None:
    verhaal = gegeven(huishouden("sam"), bijdrage(1, "sam", "onbekend"), hier(beslis, waarde=3))
    verhaal.als(bijdrage(2, "sam", 20))
    assert "SpitspasrechtGehandhaafd" in namen(verhaal)


def test_a_decision_of_an_official_stays_when_other_facts_miss_too() -> None:
    """What he decided stays in force, and the new cause is a new taak."""
    verhaal = gegeven(huishouden("sam"), bijdrage(1, "sam", "onbekend"), hier(beslis, waarde=3))
    verhaal.als(bijdrage(2, "sam", "onbekend", vanaf=dag("06-01")))
    assert passen(verhaal) == 3
    assert ("passen", "punten_onbekend", dag("06-01"), None) in wacht(verhaal, HUIS)
    assert ("passen", "punten_onbekend", dag("01-01"), dag("06-01")) not in wacht(verhaal, HUIS)


def test_one_interval_can_be_decided_apart() -> None:
    verhaal = in_twijfel(bijdrage(4, "noor", "onbekend", vanaf=dag("09-01")))
    verhaal.als(hier(beslis, waarde=0, vanaf=dag("09-01")))
    assert (passen(verhaal, "08-01"), passen(verhaal, "10-01")) == (5, 0)
    verhaal.als(hier(beslis, waarde=0, vanaf=dag("09-02"))).dan_niet_verwerkt("taak_onbekend")


@pytest.mark.parametrize("waarde", [None, 4, "3", True, False])
def test_an_official_may_decide_only_what_the_law_has(waarde: Any) -> None:
    verhaal = gegeven(huishouden("sam"), bijdrage(1, "sam", "onbekend"))
    verhaal.als(hier(beslis, waarde=waarde)).dan_niet_verwerkt("uitkomst_onmogelijk")


@pytest.mark.parametrize("waarde", [True, -7, "veel", date(2026, 1, 1), Decimal("3.5")])
def test_an_official_decides_no_outcome_that_is_none_of_the_rule(waarde: Any) -> None:
    verhaal = gegeven(huishouden("sam"), bijdrage(1, "sam", "onbekend"))
    verhaal.als(beslis("huis", gegeven="punten", waarde=waarde, aggregaat="huishouden"))
    assert isinstance(verhaal.uitslag, NietVerwerkt)
    assert verhaal.uitslag.regel == "uitkomst_onmogelijk"


def test_who_decides_is_named() -> None:
    with keten() as registers:
        registers.verwerk(huishouden("sam"), auto(koop=aanschaf(regio="Bergland")))
        naamloos = beslis("huis", gegeven="passen", waarde=3, aggregaat="huishouden")
        uitkomst = registers.registers.verwerk(naamloos, register="spitspas", gebeurd_op=dag("03-02"))
        assert isinstance(uitkomst, NietVerwerkt)
        assert uitkomst.regel == "beslisser_ontbreekt"


def test_a_calculation_is_not_decided_by_an_official() -> None:
    with keten() as registers:
        registers.verwerk(auto())
        antwoord = registers.bied_aan(
            beslis("sam", "auto-1", gegeven="thuis", aggregaat="eigenaar", waarde="huis"), register="spitspas"
        )
        assert isinstance(antwoord, NietVerwerkt)
        assert antwoord.regel == "taak_geen_besluit"


def test_put_aside_is_off_the_list_and_another_cause_puts_it_on_again() -> None:
    verhaal = in_twijfel().als(hier(terzijde))
    assert wacht(verhaal, HUIS) == VANAF_JUNI[:1]
    assert passen(verhaal) == 5
    verhaal.als(bijdrage(4, "noor", 2, T2, dag("06-01")))
    assert wacht(verhaal, HUIS) == VANAF_JUNI


def test_put_aside_goes_on_by_itself_all_the_same() -> None:
    verhaal = in_twijfel(hier(terzijde)).als(bijdrage(4, "sam", 33, vanaf=dag("06-01")))
    assert (wacht(verhaal, HUIS), passen(verhaal)) == ([], 3)


def test_try_again_puts_on_the_list_what_was_put_aside() -> None:
    verhaal = in_twijfel(hier(terzijde)).als(hier(hervat))
    assert wacht(verhaal, HUIS) == VANAF_JUNI
    assert namen(verhaal)[0] == "TaakHervat"


def test_try_again_of_what_still_waits_is_recorded_and_changes_nothing() -> None:
    verhaal = in_twijfel().als(hier(hervat))
    verhaal.dan(gevolg("TaakHervat"))
    assert wacht(verhaal, HUIS) == VANAF_JUNI


@pytest.mark.parametrize("maker", [hervat, doorbreek, terzijde])
def test_where_nothing_waits_there_is_nothing_to_do(maker: Any) -> None:
    verhaal = gegeven(huishouden("sam"), bijdrage(1, "sam", 0))
    verhaal.als(hier(maker)).dan_niet_verwerkt("taak_onbekend")
    verhaal.als(hier(beslis, waarde=3)).dan_niet_verwerkt("taak_onbekend")


def test_what_an_official_did_is_recorded_with_interval_and_reason() -> None:
    verhaal = in_twijfel(hier(terzijde))
    [oordeel] = [g.inhoud for g in verhaal.journaal[-1].gevolgen if isinstance(g.inhoud, Taakoordeel)]
    assert (oordeel.gegeven, oordeel.vanaf, oordeel.tot) == ("passen", dag("06-01"), OPEN_EIND)
    assert (oordeel.oordeel, oordeel.toelichting) == ("terzijde", "hier hoeft niets")


# --- in any order, again, and from the journal ----------------------------------------------------------------


def leidt_niets_meer_af(verhaal: Verhaal) -> None:
    for naam, st_ in verhaal.staten.items():
        opnieuw = leid_af(verhaal.context.aggregaat(naam.partition("/")[0]), st_, lambda n: f"nieuw-{n}")
        assert opnieuw == ([], st_.wachtend)


def rust_op_vastgelegde_claims(verhaal: Verhaal) -> None:
    """All that is recorded as invoer is a claim that is recorded somewhere, never one that was only tentative."""
    for transactie in verhaal.journaal:
        for g in transactie.gevolgen:
            if g.verklaring:
                assert not [i for i in g.verklaring.invoer if i.claim.startswith("voorlopig")], g


_PUNTEN = st.sampled_from([0, 20, 33, 34, 80, "onbekend"])
_FEITEN = st.builds(
    lambda wie, punten, twijfels, vanaf: (wie, punten, twijfels, vanaf),
    st.sampled_from(["sam", "noor"]),
    _PUNTEN,
    st.sampled_from([GEEN_TWIJFEL, GEEN_TWIJFEL, T1, T2, T1 | T2]),
    st.sampled_from([OPEN_BEGIN, dag("03-01"), dag("06-01"), dag("09-01")]),
)
_DADEN = st.builds(
    lambda maker, gegeven_, vanaf: hier(maker, gegeven_, **({} if maker is hervat else {"vanaf": vanaf})),
    st.sampled_from([doorbreek, doorbreek, terzijde, hervat]),
    st.sampled_from(["punten", "passen"]),
    st.none() | st.sampled_from([dag("03-01"), dag("06-01"), dag("09-01")]),
) | st.builds(lambda waarde: hier(beslis, waarde=waarde), st.sampled_from([0, 3, 5]))
_STAPPEN = st.lists(_FEITEN | _DADEN, max_size=8)


def speel(stappen: list[Any]) -> Verhaal:
    """Facts and acts of officials, one after the other; what is refused is refused."""
    verhaal = gegeven(huishouden("sam", "noor"), bijdrage(1, "sam", 0), bijdrage(2, "noor", 0))
    for nummer, stap in enumerate(stappen, 3):
        verhaal.als(bijdrage(nummer, *stap) if isinstance(stap, tuple) else stap)
        leidt_niets_meer_af(verhaal)
    return verhaal


@given(_STAPPEN)
@settings(max_examples=150, deadline=None)
def test_deriving_again_after_any_act_changes_nothing_and_nothing_rests_on_what_waits(stappen: list[Any]) -> None:
    rust_op_vastgelegde_claims(speel(stappen))


@given(_STAPPEN)
@settings(max_examples=75, deadline=None)
def test_what_officials_did_survives_a_restart(stappen: list[Any]) -> None:
    verhaal = speel(stappen)
    gevouwen = Staat()
    for transactie in door_de_opslag("spitspas", verhaal.journaal):
        gevouwen.pas_transactie_toe(transactie)
    assert toestand(gevouwen) == toestand(staat(verhaal))
    assert gevouwen.aantekeningen.oordelen == staat(verhaal).aantekeningen.oordelen


@given(_STAPPEN)
@settings(max_examples=75, deadline=None)
def test_once_all_is_known_and_undoubted_the_answer_is_that_of_the_rule(stappen: list[Any]) -> None:
    """Whatever officials decided on the way: the rule takes over, and nothing waits."""
    verhaal = speel(stappen)
    verhaal.als(bijdrage(98, "sam", 33)).als(bijdrage(99, "noor", 0))
    assert wacht(verhaal, HUIS) == []
    assert {w for _, _, w in verhaal.lijn("passen", "huis", aggregaat="huishouden")} == {3}
    assert (passen(verhaal, "01-01"), passen(verhaal, "12-31")) == (3, 3)


def test_what_is_told_twice_after_a_decision_changes_nothing() -> None:
    weer = bijdrage(3, "sam", 33, T1, dag("06-01"))
    in_twijfel(hier(doorbreek)).als(weer).dan_niets()
    in_twijfel(hier(beslis, waarde=0)).als(weer).dan_niets()
    in_twijfel(hier(terzijde)).als(weer).dan_niets()


# --- since when, and the term ---------------------------------------------------------------------------------


def op(moment: datetime, *wachtend: Wachtend) -> Transactie:
    """A transactie of this moment, from which on this waits."""
    voorbeeld = in_twijfel().journaal[-1]
    laatste = replace(voorbeeld.gevolgen[-1], inhoud=Aanhouding(wachtend))
    return replace(voorbeeld, gevolgen=(laatste,), geregistreerd_op=moment)


def test_since_when_something_waits_does_not_start_again_while_its_cause_is_the_same() -> None:
    eerst, later, laatst = (datetime(2026, 3, d, tzinfo=UTC) for d in (1, 2, 3))
    w = Wachtend(("huis",), "passen", dag("06-01"), OPEN_EIND, "invoer_in_twijfel", taak=False, kenmerk="k1")
    stand = Stand(Staat())
    stand.pas_toe(op(eerst, w))
    stand.pas_toe(op(later, w._replace(tot=dag("09-01"))))
    assert stand.wacht_sinds(w._replace(tot=dag("09-01"))) == eerst, "only its end changed"
    erbij = w._replace(kenmerk="k1+k2")
    stand.pas_toe(op(later, erbij))
    assert stand.wacht_sinds(erbij) == eerst, "another cause beside it"
    alleen = w._replace(vanaf=dag("09-01"), kenmerk="k2")
    stand.pas_toe(op(laatst, alleen))
    assert stand.wacht_sinds(alleen) == later, "the second cause waits since it came"
    stand.pas_toe(op(laatst))
    stand.pas_toe(op(datetime(2026, 3, 4, tzinfo=UTC), w))
    assert stand.wacht_sinds(w) == datetime(2026, 3, 4, tzinfo=UTC), "what went and came back waits anew"


def test_the_term_counts_from_the_local_day_on_which_it_was_recorded() -> None:
    laat = vaste_wereld("taken", begin=datetime(2026, 6, 30, 22, 30, tzinfo=UTC))
    with RegisterSystem.in_memory(buitenwereld=laat, versie="test") as registers:
        registers.verwerk(auto())
        registers.wacht_op_rust()
        [taak] = registers.taken("spitspas").inhoud
    assert (taak["onderwerp"], taak["gegeven"], taak["reden"]) == (("sam", "auto-1"), "thuis", "huishouden_onbekend")
    assert taak["sinds"].astimezone(UTC).date() == dag("06-30")
    assert taak["uiterlijk"] == date(2026, 8, 26), "eight weeks after 1 July: it was half past midnight in Amsterdam"


# --- through all registers ------------------------------------------------------------------------------------


def test_two_claims_that_begin_on_the_same_day_are_a_taak_until_one_of_them_goes() -> None:
    """Two sales of one car on the same day: who has it from then on is not a silent choice."""
    with keten() as registers:
        registers.verwerk(huishouden("sam", "noor"), auto(uitstoot_g_per_km=100))
        registers.verwerk(verkoop(aanschaf("noor", "05-01")), verkoop(aanschaf("sam", "05-01", aanschaf_id="terug")))
        assert registers.taken("aanschafheffing") == {"gelijktijdige_claims"}
        registers.verwerk(degistratie(("auto-1", "terug")))
        assert registers.taken("aanschafheffing") == set()


def beslist(registers: Keten) -> Verwerkt:
    commando = beslis("huis", gegeven="passen", aggregaat="huishouden", waarde=3)
    verwerkt = registers.registers.verwerk(commando, register="spitspas", gebeurd_op=NU, beslisser="mevrouw De Wit")
    assert isinstance(verwerkt, Verwerkt), verwerkt
    registers.registers.wacht_op_rust()
    return verwerkt


def test_a_car_outside_the_area_is_a_taak_and_an_official_can_decide_with_a_letter() -> None:
    with keten() as registers:
        registers.verwerk(huishouden("sam"), auto(koop=aanschaf(regio="Bergland")))
        assert registers.taken("spitspas") == {"punten_onbekend"}
        assert registers.passen() == 5, "what was decided before stays"
        voor = registers.aantal_brieven[1]
        verwerkt = beslist(registers)
        [transactie] = [t for t in registers.registers.gevolgen("spitspas") if t.positie == verwerkt.positie]
        assert transactie.verantwoording.beslisser == "mevrouw De Wit"
        assert registers.passen() == 3
        assert registers.aantal_brieven[1] == voor + 1
        assert "naar redelijkheid" in registers.brieven("spitspas")[-1]
        assert {t["gegeven"] for t in registers.registers.taken("spitspas").inhoud} == {"punten"}


def test_a_decision_of_an_official_is_taken_over_by_the_rule_when_the_points_are_there() -> None:
    with keten() as registers:
        registers.verwerk(huishouden("sam"), auto(koop=aanschaf(regio="Bergland")))
        beslist(registers)
        registers.verwerk(correctie(aanschaf_id="koop-sam-03-01", regio="Kustland"))
        assert (registers.taken("spitspas"), registers.passen()) == (set(), 0)


def test_what_an_official_did_is_still_known_after_reopening(tmp_path: Path) -> None:
    with keten(tmp_path) as registers:
        registers.verwerk(huishouden("sam"), auto(koop=aanschaf(regio="Bergland")))
        beslist(registers)
        voor = zonder_geschiedenis(registers.registers.taken("spitspas").inhoud)
    with keten(tmp_path, "opnieuw") as registers:
        registers.registers.wacht_op_rust()
        assert zonder_geschiedenis(registers.registers.taken("spitspas").inhoud) == voor
        registers.verwerk(toetreding("noor 12-01"))
        assert registers.passen() == 3


def test_an_owner_without_household_waits_until_one_appears() -> None:
    with keten() as registers:
        registers.verwerk(auto())
        assert registers.taken("spitspas") == {"huishouden_onbekend"}
        registers.verwerk(huishouden("sam"))
        assert (registers.taken("spitspas"), registers.passen()) == (set(), 0)


def test_a_held_levy_broken_through_reaches_the_buyer_with_the_reason_and_carries_its_doubt_on() -> None:
    with keten() as registers:
        registers.verwerk(auto(uitstoot_g_per_km=200), twijfel("uitstoot_g_per_km"))
        registers.verwerk(verkoop(aanschaf("noor", "05-01")))
        over = ("auto-1", "koop-noor-05-01")
        assert registers.heffing(over[1]) is None
        assert registers.heffing() == 500_000, "decided before the doubt"
        registers.verwerk(doorbreek(*over, gegeven="heffing_eurocent"), register="aanschafheffing")
        assert registers.heffing(over[1]) == 500_000
        assert registers.zekerheid("aanschafheffing", "referentietabel", *over)["heffing_eurocent"] == "in_twijfel"
        assert "het duurt te lang" in registers.brieven("aanschafheffing")[-1]
        brieven = registers.aantal_brieven
        registers.verwerk(einde_onderzoek())
        assert registers.zekerheid("aanschafheffing", "referentietabel", *over) == {}
        assert registers.aantal_brieven == brieven, "nothing new to tell"
