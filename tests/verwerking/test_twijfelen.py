"""Twijfelen: doubt, onderzoek and bezwaar on claims; the value stays, and whoever uses it sees the doubt."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

import pytest

from actors.register.annotatie import Annotatie
from actors.register.commando import NietVerwerkt, Verwerkt
from actors.register.gevolg import Afleiding, Gevolg, Transactie
from actors.verwerking.generiek.commandos import Betreft
from tests.domein import (
    SAMS_AUTO,
    SAMS_KOOP,
    Keten,
    Verhaal,
    aanschaf,
    auto,
    bezwaar,
    correctie,
    corrigeer,
    dag,
    degistratie,
    einde_bezwaar,
    einde_onderzoek,
    gegeven,
    gevolg,
    herstel,
    huishouden,
    juist,
    keten,
    onderzoek,
    terugmelding,
    twijfel,
    verkoop,
)

B = ("auto-2",)
AUTO_B = auto("auto-2", aanschaf("noor", "04-01"))


@pytest.fixture
def registers() -> Iterator[Keten]:
    with keten() as alle:
        alle.verwerk(huishouden("sam", "noor"), auto(uitstoot_g_per_km=100))
        yield alle


def zekerheden(registers: Keten, auto_id: str = "auto-1", koop: str = SAMS_KOOP[1]) -> dict[str, dict[str, str]]:
    """How sure each register says it is of a car, its levy and the household."""
    return {
        "wegonderhoud": registers.zekerheid("wegonderhoud", "auto", auto_id),
        "aanschafheffing": registers.zekerheid("aanschafheffing", "auto", auto_id),
        "heffing": registers.zekerheid("aanschafheffing", "referentietabel", auto_id, koop),
        "spitspas": registers.zekerheid("spitspas", "huishouden", "huis"),
    }


def op_uitstoot(status: str) -> dict[str, dict[str, str]]:
    """What is less sure when the uitstoot is."""
    namen = {
        "wegonderhoud": ("uitstoot_g_per_km",),
        "aanschafheffing": ("uitstoot_g_per_km", "punten"),
        "heffing": ("punten", "heffing_eurocent"),
        "spitspas": ("punten", "passen"),
    }
    return {register: dict.fromkeys(gegevens, status) for register, gegevens in namen.items()}


NERGENS: dict[str, dict[str, str]] = {"wegonderhoud": {}, "aanschafheffing": {}, "heffing": {}, "spitspas": {}}


def nieuw(verhaal: Verhaal) -> tuple[Gevolg, ...]:
    """The gevolgen of the last commando."""
    assert isinstance(verhaal.uitslag, Transactie), verhaal.uitslag
    return verhaal.uitslag.gevolgen


def antwoorden(registers: Keten) -> list[Any]:
    """What the tables say, but for how sure."""
    rijen = [registers.rij("wegonderhoud", "auto", "auto-1"), registers.rij("spitspas", "huishouden", "huis")]
    rijen += registers.tabel("aanschafheffing", "referentietabel")
    return [{k: w for k, w in rij.items() if k != "zekerheid"} for rij in rijen]


# --- along invoer and nowhere else ----------------------------------------------------------------------------


def test_a_doubt_is_seen_along_invoer_in_all_registers_and_changes_no_value(registers: Keten) -> None:
    voor = antwoorden(registers)
    registers.verwerk(twijfel("uitstoot_g_per_km"))
    assert zekerheden(registers) == op_uitstoot("in_twijfel")
    assert antwoorden(registers) == voor


def test_a_doubt_on_uitstoot_leaves_the_physical_punten_undisputed(registers: Keten) -> None:
    registers.verwerk(twijfel("uitstoot_g_per_km"))
    assert registers.zekerheid("wegonderhoud", "auto-openbaar", "auto-1") == {}
    assert not [v for v in registers.verteld("wegonderhoud", "openbaar") if v["nummer"] > 2]


def test_a_doubt_on_one_car_is_not_seen_on_the_other_and_is_on_the_household(registers: Keten) -> None:
    registers.verwerk(AUTO_B, twijfel("gewicht_kg", B))
    assert zekerheden(registers, "auto-2", "koop-noor-04-01") == {
        "wegonderhoud": dict.fromkeys(("gewicht_kg", "punten", "klasse"), "in_twijfel"),
        "aanschafheffing": dict.fromkeys(("fysieke_punten", "punten"), "in_twijfel"),
        "heffing": dict.fromkeys(("punten", "heffing_eurocent"), "in_twijfel"),
        "spitspas": dict.fromkeys(("punten", "passen"), "in_twijfel"),
    }
    assert zekerheden(registers) == {**NERGENS, "spitspas": dict.fromkeys(("punten", "passen"), "in_twijfel")}
    assert registers.zekerheid("spitspas", "huishouden", "huis", op="03-31") == {}, "that car was not there yet"


def test_a_doubt_does_not_follow_the_aanleiding() -> None:
    """The levy of Noor was brought about by the same car, but rests on nothing of Sam's purchase."""
    with keten() as registers:
        registers.verwerk(auto(), verkoop(aanschaf("noor", "06-01")), twijfel("regio", SAMS_KOOP))
        assert registers.zekerheid("aanschafheffing", "referentietabel", *SAMS_KOOP) == {
            "punten": "in_twijfel",
            "heffing_eurocent": "in_twijfel",
        }
        assert registers.zekerheid("aanschafheffing", "referentietabel", "auto-1", "koop-noor-06-01") == {}


def test_a_doubt_on_what_was_derived_goes_down_the_road_and_not_up(registers: Keten) -> None:
    registers.verwerk(twijfel("punten"), register="aanschafheffing")
    gezien = zekerheden(registers)
    assert gezien["wegonderhoud"] == {}
    assert gezien["aanschafheffing"] == {"punten": "in_twijfel"}
    assert gezien["spitspas"] == dict.fromkeys(("punten", "passen"), "in_twijfel")


def test_a_doubt_holds_for_every_day_from_when_it_is_recorded(registers: Keten) -> None:
    registers.verwerk(twijfel("uitstoot_g_per_km", sinds=dag("10-01")))
    for op in ("03-01", "09-30", "12-31"):
        assert registers.zekerheid("spitspas", "huishouden", "huis", op=op)["passen"] == "in_twijfel"
    eerste = next(t for t in registers.registers.gevolgen("wegonderhoud") if t.commando == "TrekInTwijfel")
    assert isinstance(eerste.gevolgen[0].inhoud, Annotatie)
    assert eerste.gevolgen[0].inhoud.sinds == dag("10-01")


def test_what_is_derived_later_from_what_is_doubted_is_in_doubt(registers: Keten) -> None:
    registers.verwerk(twijfel("uitstoot_g_per_km"), verkoop(aanschaf("robin", "06-01")))
    bezit = [v["mededelingen"] for v in registers.verteld("aanschafheffing", "spitspas")][-1]
    assert all(m[7] for m in bezit), "whoever has it, its punten are in doubt"
    assert registers.zekerheid("aanschafheffing", "auto", "auto-1", op="07-01")["punten"] == "in_twijfel"


# --- root claims ----------------------------------------------------------------------------------------------


def test_two_doubts_on_one_outcome_close_independently(registers: Keten) -> None:
    registers.verwerk(twijfel("uitstoot_g_per_km"), twijfel("gewicht_kg", id_="t2"), einde_onderzoek())
    gezien = zekerheden(registers)
    assert gezien["wegonderhoud"]["uitstoot_g_per_km"] == "bevestigd"
    assert gezien["spitspas"] == dict.fromkeys(("punten", "passen"), "in_twijfel")
    registers.verwerk(einde_onderzoek(id_="t2"))
    assert zekerheden(registers)["spitspas"] == {}


def test_two_doubts_on_one_claim_close_independently() -> None:
    verhaal = gegeven(auto(), twijfel("gewicht_kg"), twijfel("gewicht_kg", id_="t2"), einde_onderzoek())
    assert nieuw(verhaal)[0].naam == "OnderzoekBeeindigd"
    staat = verhaal.staten["auto/auto-1"]
    assert [{t.id for t in s.twijfels} for s in staat.beeld().eigen(SAMS_AUTO, "punten")] == [{"t2"}]


def test_two_doubts_of_two_registers_under_one_id_close_independently(registers: Keten) -> None:
    registers.verwerk(twijfel("uitstoot_g_per_km"))
    registers.verwerk(twijfel("uitstoot_g_per_km"), register="aanschafheffing")
    registers.verwerk(einde_onderzoek())
    assert zekerheden(registers)["spitspas"] == dict.fromkeys(("punten", "passen"), "in_twijfel")
    registers.verwerk(einde_onderzoek(), register="aanschafheffing")
    gezien = zekerheden(registers)
    assert (gezien["heffing"], gezien["spitspas"]) == ({}, {})
    assert gezien["aanschafheffing"] == {"uitstoot_g_per_km": "bevestigd"}


def test_a_held_besluit_is_not_marked_by_a_doubt_of_another_car_under_the_same_id(registers: Keten) -> None:
    """The ids of doubts are unique within one aggregate only."""
    registers.verwerk(
        AUTO_B, twijfel("uitstoot_g_per_km"), twijfel("regio", SAMS_KOOP, id_="t2"), twijfel("gewicht_kg", B)
    )
    registers.verwerk(correctie(uitstoot_g_per_km=300))
    maart = [
        g.inhoud.stuk
        for t in registers.registers.gevolgen("spitspas")
        for g in t.gevolgen
        if isinstance(g.inhoud, Afleiding) and g.inhoud.gegeven == "passen" and g.inhoud.stuk.vanaf == dag("03-01")
    ][-1]
    assert maart.tot == dag("04-01"), "before the other car"
    assert {twijfel.id for twijfel in maart.twijfels} == {"t2"}


# --- onderzoek and its end ------------------------------------------------------------------------------------


def test_in_onderzoek_takes_the_place_of_in_twijfel_everywhere(registers: Keten) -> None:
    registers.verwerk(twijfel("uitstoot_g_per_km", sinds=dag("10-01")), onderzoek())
    assert zekerheden(registers) == op_uitstoot("in_onderzoek")
    noot = [g.inhoud for t in registers.registers.gevolgen("wegonderhoud") for g in t.gevolgen][-1]
    assert isinstance(noot, Annotatie)
    assert (noot.sinds, noot.status) == (dag("10-01"), "in_onderzoek")


def test_a_claim_that_nobody_doubted_can_be_investigated(registers: Keten) -> None:
    registers.verwerk(onderzoek(betreft=Betreft(onderwerp=SAMS_AUTO, gegeven="uitstoot_g_per_km")))
    assert zekerheden(registers) == op_uitstoot("in_onderzoek")


def test_an_unfounded_doubt_confirms_its_claim_and_changes_nothing_else(registers: Keten) -> None:
    voor, brieven = antwoorden(registers), registers.aantal_brieven
    al = {register: len(registers.gevolgnamen(register)) for register in registers.opslagen}
    registers.verwerk(twijfel("uitstoot_g_per_km"), onderzoek(), einde_onderzoek())
    assert zekerheden(registers) == {**NERGENS, "wegonderhoud": {"uitstoot_g_per_km": "bevestigd"}}
    assert antwoorden(registers) == voor
    assert registers.aantal_brieven == brieven
    namen = [naam for register in registers.opslagen for naam in registers.gevolgnamen(register)[al[register] :]]
    assert "HuishoudelijkMilieueffectZekerheidGewijzigd" in namen
    assert not [naam for naam in namen if naam.endswith(("Herzien", "Gecorrigeerd", "Ingetrokken"))]
    assert not [wacht for register in registers.opslagen for wacht in registers.registers.taken(register).inhoud]


@pytest.mark.parametrize(("uitkomst", "zekerheid"), [("ongegrond", "bevestigd"), ("gegrond", ""), ("ingetrokken", "")])
def test_only_an_unfounded_doubt_confirms(registers: Keten, uitkomst: str, zekerheid: str) -> None:
    registers.verwerk(twijfel("uitstoot_g_per_km"), einde_onderzoek(uitkomst))
    assert zekerheden(registers)["wegonderhoud"].get("uitstoot_g_per_km", "") == zekerheid
    assert registers.rij("wegonderhoud", "auto", "auto-1")["uitstoot_g_per_km"] == 100


@pytest.mark.parametrize(
    ("uitkomsten", "zekerheid"),
    [
        (("ongegrond", "gegrond"), {}),
        (("gegrond", "ongegrond"), {"uitstoot_g_per_km": "bevestigd"}),
        (("ongegrond", "ingetrokken"), {"uitstoot_g_per_km": "bevestigd"}),
    ],
)
def test_of_several_onderzoeken_on_a_claim_the_last_finding_counts(
    registers: Keten, uitkomsten: tuple[str, ...], zekerheid: dict[str, str]
) -> None:
    for n, uitkomst in enumerate(uitkomsten):
        registers.verwerk(twijfel("uitstoot_g_per_km", id_=f"t{n}"), einde_onderzoek(uitkomst, id_=f"t{n}"))
    assert zekerheden(registers)["wegonderhoud"] == zekerheid


def test_a_confirmed_claim_can_be_doubted_again(registers: Keten) -> None:
    registers.verwerk(twijfel("uitstoot_g_per_km"), einde_onderzoek(), twijfel("uitstoot_g_per_km", id_="t2"))
    assert zekerheden(registers) == op_uitstoot("in_twijfel")


def test_an_outcome_that_was_investigated_itself_is_confirmed(registers: Keten) -> None:
    registers.verwerk(twijfel("punten"), einde_onderzoek(), register="aanschafheffing")
    gezien = zekerheden(registers)
    assert gezien["aanschafheffing"] == {"punten": "bevestigd"}
    assert (gezien["wegonderhoud"], gezien["spitspas"]) == ({}, {})


# --- correction -----------------------------------------------------------------------------------------------


def test_a_correction_closes_the_doubts_on_its_claim_in_the_same_transactie_and_publication(registers: Keten) -> None:
    registers.verwerk(twijfel("uitstoot_g_per_km"), twijfel("uitstoot_g_per_km", id_="t2"))
    voor = len(registers.verteld("wegonderhoud", "aanschafheffing"))
    registers.verwerk(correctie(uitstoot_g_per_km=120))
    *_, laatste = registers.registers.gevolgen("wegonderhoud")
    eindes = [g.inhoud for g in laatste.gevolgen if g.naam == "OnderzoekBeeindigd"]
    assert {(e.twijfel, e.uitkomst) for e in eindes if isinstance(e, Annotatie)} == {
        ("t1", "gegrond"),
        ("t2", "gegrond"),
    }
    [verteld] = registers.verteld("wegonderhoud", "aanschafheffing")[voor:]
    assert [(m[1], m[4], m[7]) for m in verteld["mededelingen"]] == [("uitstoot_g_per_km", 120, [])]
    assert zekerheden(registers) == NERGENS
    assert registers.passen() == 3


def test_a_correction_leaves_the_doubts_on_other_claims(registers: Keten) -> None:
    registers.verwerk(twijfel("gewicht_kg"), correctie(uitstoot_g_per_km=110))
    assert zekerheden(registers)["wegonderhoud"] == dict.fromkeys(("gewicht_kg", "punten", "klasse"), "in_twijfel")


def test_a_doubt_on_several_claims_stays_on_those_that_were_not_corrected() -> None:
    verhaal = gegeven(auto(), twijfel(None), correctie(gewicht_kg=1400))
    twijfels = {
        naam: bool(verhaal.staten["auto/auto-1"].beeld().eigen(SAMS_AUTO, naam)[0].twijfels)
        for naam in ("gewicht_kg", "lengte_m", "punten")
    }
    assert twijfels == {"gewicht_kg": False, "lengte_m": True, "punten": True}
    assert "OnderzoekBeeindigd" not in [g.naam for g in nieuw(verhaal)]


@pytest.mark.parametrize(
    "correctie_",
    [
        correctie(uitstoot_g_per_km=110, behoud_twijfel=True),
        corrigeer(juist("uitstoot_g_per_km", waarde=110), behoud_twijfel=True),
    ],
)
def test_a_doubt_that_is_kept_goes_to_the_new_claim_also_in_the_next_registers(
    registers: Keten, correctie_: Any
) -> None:
    registers.verwerk(twijfel("uitstoot_g_per_km"), onderzoek(), correctie_)
    assert registers.rij("wegonderhoud", "auto", "auto-1")["uitstoot_g_per_km"] == 110
    gezien = zekerheden(registers)
    assert gezien["wegonderhoud"] == {"uitstoot_g_per_km": "in_onderzoek"}
    assert gezien["aanschafheffing"] == dict.fromkeys(("uitstoot_g_per_km", "punten"), "in_onderzoek")
    assert gezien["spitspas"] == dict.fromkeys(("punten", "passen"), "in_onderzoek"), (
        "what is in force still rests on it"
    )
    assert "OnderzoekBeeindigd" not in registers.gevolgnamen("wegonderhoud")
    assert registers.punten() == 31 / 2, "no new decision on doubt"
    registers.verwerk(einde_onderzoek())
    assert registers.punten() == 16
    assert zekerheden(registers) == {**NERGENS, "wegonderhoud": {"uitstoot_g_per_km": "bevestigd"}}


def test_a_doubt_ends_with_the_claim_that_falls(registers: Keten) -> None:
    registers.verwerk(twijfel("uitstoot_g_per_km"), degistratie(gegeven="uitstoot_g_per_km"))
    *_, laatste = registers.registers.gevolgen("wegonderhoud")
    [einde] = [g.inhoud for g in laatste.gevolgen if g.naam == "OnderzoekBeeindigd"]
    assert isinstance(einde, Annotatie)
    assert (einde.uitkomst, einde.status) == ("vervallen", "")
    uitkomst = registers.bied_aan(einde_onderzoek(), register="wegonderhoud")
    assert isinstance(uitkomst, NietVerwerkt)


def test_a_doubt_that_ended_with_its_claim_is_there_again_when_that_is_restored(registers: Keten) -> None:
    registers.verwerk(twijfel("uitstoot_g_per_km"))
    gezien = zekerheden(registers)
    registers.verwerk(degistratie(gegeven="uitstoot_g_per_km"), herstel())
    assert zekerheden(registers) == gezien == op_uitstoot("in_twijfel")
    registers.verwerk(einde_onderzoek())
    assert zekerheden(registers) == {**NERGENS, "wegonderhoud": {"uitstoot_g_per_km": "bevestigd"}}


# --- bezwaar --------------------------------------------------------------------------------------------------


def test_a_contested_besluit_stays_in_force_and_is_shown_as_contested(registers: Keten) -> None:
    registers.verwerk(bezwaar("heffing_eurocent"), register="aanschafheffing")
    assert zekerheden(registers) == {**NERGENS, "heffing": {"heffing_eurocent": "aangevochten"}}
    assert (registers.heffing(), registers.aantal_brieven) == (2000_00, (1, 1))


def test_what_rests_on_a_contested_claim_is_contested_in_the_next_register_and_not_held(registers: Keten) -> None:
    registers.verwerk(bezwaar("punten", SAMS_AUTO), register="aanschafheffing")
    assert zekerheden(registers)["spitspas"] == dict.fromkeys(("punten", "passen"), "aangevochten")
    registers.verwerk(bezwaar("uitstoot_g_per_km", SAMS_AUTO))
    registers.verwerk(corrigeer(juist("gewicht_kg", waarde=1500)))
    assert registers.punten() == 33 / 2, "decided anew on what is contested"
    assert zekerheden(registers)["heffing"] == dict.fromkeys(("punten", "heffing_eurocent"), "aangevochten")
    assert not [wacht for register in registers.opslagen for wacht in registers.registers.taken(register).inhoud]


@pytest.mark.parametrize("uitkomst", ["ongegrond", "gegrond", "ingetrokken"])
def test_a_bezwaar_that_is_over_leaves_the_besluit_as_it_is(registers: Keten, uitkomst: str) -> None:
    registers.verwerk(bezwaar("heffing_eurocent"), einde_bezwaar(uitkomst), register="aanschafheffing")
    assert zekerheden(registers) == NERGENS
    assert (registers.heffing(), registers.aantal_brieven) == (2000_00, (1, 1))


def test_a_bezwaar_confirms_nothing_that_was_asserted() -> None:
    """Confirmed is the outcome of an onderzoek."""
    verhaal = gegeven(auto(), bezwaar("gewicht_kg", SAMS_AUTO), einde_bezwaar())
    assert not verhaal.staten["auto/auto-1"].beeld().eigen(SAMS_AUTO, "gewicht_kg")[0].bevestigd


def test_a_bezwaar_goes_over_to_the_besluit_that_replaces_the_contested_one_and_waits_for_its_answer(
    registers: Keten,
) -> None:
    registers.verwerk(bezwaar("heffing_eurocent"), register="aanschafheffing")
    registers.verwerk(correctie(uitstoot_g_per_km=110))
    assert zekerheden(registers)["heffing"] == {"heffing_eurocent": "aangevochten"}, "only maintained"
    registers.verwerk(correctie(uitstoot_g_per_km=150))
    assert registers.heffing() == 5000_00
    assert zekerheden(registers)["heffing"] == {"heffing_eurocent": "aangevochten"}
    registers.verwerk(degistratie(SAMS_KOOP))
    namen = registers.gevolgnamen("aanschafheffing")
    assert ("BezwaarAfgehandeld" in namen, "OnderzoekBeeindigd" in namen) == (False, False)
    registers.verwerk(einde_bezwaar(), register="aanschafheffing")
    assert registers.gevolgnamen("aanschafheffing")[-1] == "BezwaarAfgehandeld"


# --- no letters -----------------------------------------------------------------------------------------------


def test_neither_a_doubt_nor_its_end_is_a_letter(registers: Keten) -> None:
    voor = registers.aantal_brieven
    registers.verwerk(twijfel("uitstoot_g_per_km"), onderzoek(), twijfel(None, id_="t2"))
    registers.verwerk(einde_onderzoek("gegrond"), einde_onderzoek(id_="t2"))
    assert registers.aantal_brieven == voor


def test_an_outcome_that_only_became_less_sure_is_recorded_as_that_and_keeps_its_claim() -> None:
    verhaal = gegeven(auto())
    voor = verhaal.staten["auto/auto-1"].beeld().eigen(SAMS_AUTO, "punten")[0].claim
    verhaal.als(twijfel("gewicht_kg")).dan(
        gevolg("InTwijfelGetrokken", status="in_twijfel", twijfel="t1", toelichting="daarom"),
        gevolg("FysiekMilieueffectZekerheidGewijzigd", punten=21, was=21, zekerheid="in_twijfel", claim=voor),
        gevolg("FysiekMilieueffectklasseZekerheidGewijzigd", zekerheid="in_twijfel"),
    )
    afgeleid = [g.inhoud for g in nieuw(verhaal) if isinstance(g.inhoud, Afleiding)]
    assert {t.claim for a in afgeleid for t in a.stuk.twijfels} == {
        verhaal.staten["auto/auto-1"].beeld().eigen(SAMS_AUTO, "gewicht_kg")[0].claim
    }


# --- refusals -------------------------------------------------------------------------------------------------


ANDERE = Betreft(onderwerp=SAMS_AUTO, gegeven="lengte_m")


@pytest.mark.parametrize(
    ("eerst", "commando", "regel"),
    [
        ((), twijfel("gewicht_kg", ("auto-9",)), "aggregaat_onbekend"),
        ((), bezwaar("punten", ("auto-9",)), "aggregaat_onbekend"),
        ((), twijfel(None, betreft=None), "twijfel_onbekend"),
        ((), onderzoek(), "twijfel_onbekend"),
        ((), einde_onderzoek(), "twijfel_onbekend"),
        ((), einde_bezwaar(), "twijfel_onbekend"),
        ((), twijfel("kleur"), "betreft_onbekend"),
        ((twijfel("gewicht_kg"),), twijfel("lengte_m"), "twijfel_bekend"),
        ((twijfel("gewicht_kg"), onderzoek()), onderzoek(), "twijfel_bekend"),
        ((twijfel("gewicht_kg"),), onderzoek(betreft=ANDERE), "betreft_onduidelijk"),
        ((twijfel("gewicht_kg"), einde_onderzoek()), einde_onderzoek(), "twijfel_onbekend"),
        ((twijfel("gewicht_kg"), einde_onderzoek()), twijfel("gewicht_kg"), "twijfel_bekend"),
        ((twijfel("gewicht_kg"),), einde_onderzoek("weet niet"), "uitkomst_onbekend"),
        ((twijfel("gewicht_kg"),), einde_bezwaar(id_="t1"), "twijfel_onbekend"),
        ((bezwaar("punten", SAMS_AUTO),), einde_onderzoek(id_="z1"), "twijfel_onbekend"),
        ((bezwaar("punten", SAMS_AUTO),), onderzoek(id_="z1"), "twijfel_bekend"),
        ((bezwaar("punten", SAMS_AUTO),), einde_bezwaar("weet niet"), "uitkomst_onbekend"),
        ((terugmelding(melder="buur"),), bezwaar("punten", SAMS_AUTO, id_="m1"), "twijfel_bekend"),
    ],
)
def test_what_cannot_be_doubted_or_ended_says_why_and_changes_nothing(
    eerst: tuple[Any, ...], commando: Any, regel: str
) -> None:
    verhaal = gegeven(auto(), *eerst)
    noten = verhaal.staten["auto/auto-1"].aantekeningen
    voor = (noten.alle, noten.bevestigd, dict(noten.terugmeldingen))
    verhaal.als(commando).dan_niet_verwerkt(regel)
    assert len(verhaal.journaal) == 1 + len(eerst)
    assert (noten.alle, noten.bevestigd, dict(noten.terugmeldingen)) == voor


def test_a_refusal_names_the_commando_that_would_do() -> None:
    verhaal = gegeven(auto(), bezwaar("punten", SAMS_AUTO)).als(einde_onderzoek(id_="z1"))
    assert isinstance(verhaal.uitslag, NietVerwerkt)
    assert "HandelBezwaarAf" in verhaal.uitslag.toelichting


def test_an_onderzoek_that_names_what_is_doubted_is_that_onderzoek() -> None:
    verhaal = gegeven(auto(), twijfel("gewicht_kg"))
    verhaal.als(onderzoek(betreft=Betreft(onderwerp=SAMS_AUTO, gegeven="gewicht_kg")))
    assert nieuw(verhaal)[0].naam == "InOnderzoekGesteld"


# --- wrong input ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("anders", "plaats"),
    [
        ({"toelichting": ""}, "toelichting"),
        ({"toelichting": "x" * 2001}, "toelichting"),
        ({"toelichting": "\ud800"}, "toelichting"),
        ({"toelichting": 5}, "toelichting"),
        ({"aggregaat": ""}, "aggregaat"),
        ({"aggregaat": None}, "aggregaat"),
        ({"aggregaat_id": ""}, "aggregaat_id"),
        ({"id_": "met spatie"}, "twijfel_id"),
        ({"sinds": datetime(2026, 1, 1)}, "sinds"),  # noqa: DTZ001 - the point of it
        ({"sinds": "2026-01-01"}, "sinds"),
        ({"betreft": "gewicht"}, "betreft"),
        ({"betreft": Betreft(onderwerp=())}, "betreft.onderwerp"),
        ({"betreft": Betreft(onderwerp=("auto-1", ""))}, "betreft.onderwerp.1"),
        ({"betreft": Betreft(claim="")}, "betreft.claim"),
    ],
)
def test_wrong_input_is_refused_with_its_place(registers: Keten, anders: dict[str, Any], plaats: str) -> None:
    uitkomst = registers.bied_aan(twijfel("gewicht_kg", **anders), register="wegonderhoud")
    assert isinstance(uitkomst, NietVerwerkt)
    assert (uitkomst.regel, [f.partition(":")[0] for f in uitkomst.fouten]) == ("contract", [plaats])


@pytest.mark.parametrize(
    ("register", "anders", "regel", "gezegd"),
    [
        (None, {}, "register_onbekend", "wegonderhoud, aanschafheffing, spitspas"),
        ("rdw", {}, "register_onbekend", "wegonderhoud"),
        ("wegonderhoud", {"aggregaat": "onzin"}, "commando_onbekend", "'onzin'"),
        ("spitspas", {}, "commando_onbekend", "'auto'"),
        ("wegonderhoud", {"aggregaat": "signaal"}, "commando_onbekend", "'signaal'"),
        ("wegonderhoud", {"aggregaat_id": "€" * 200}, "aggregaat_onbekend", "kenmerk"),
    ],
)
def test_what_is_offered_in_the_wrong_place_is_told_so(
    registers: Keten, register: str | None, anders: dict[str, Any], regel: str, gezegd: str
) -> None:
    uitkomst = registers.bied_aan(twijfel("gewicht_kg", **anders), register=register)
    assert isinstance(uitkomst, NietVerwerkt)
    assert (uitkomst.regel, gezegd in uitkomst.toelichting) == (regel, True)


@pytest.mark.parametrize("moment", [None, datetime(2026, 1, 1)])  # noqa: DTZ001 - the point of it
def test_when_it_happened_must_be_told_and_be_clear(registers: Keten, moment: date | None) -> None:
    uitkomst = registers.registers.verwerk(twijfel("gewicht_kg"), register="wegonderhoud", gebeurd_op=moment)
    assert isinstance(uitkomst, NietVerwerkt)
    assert uitkomst.regel == ("contract" if moment else "gebeurd_op_ontbreekt")
    assert isinstance(registers.bied_aan(twijfel("gewicht_kg"), register="wegonderhoud"), Verwerkt)
