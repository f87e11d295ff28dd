"""Wijzigen: each kind of change recorded as itself; correct, degister, end, put right and revive."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from actors.register.annotatie import Degistratie
from actors.register.claim import Claim
from actors.register.commando import NietVerwerkt
from actors.register.gevolg import Transactie, Vastlegging, Wijziging
from actors.verwerking.generiek.commandos import Betreft
from tests.domein import (
    SAMS_AUTO,
    SAMS_KOOP,
    Keten,
    Verhaal,
    aanschaf,
    auto,
    beeindiging,
    betaling,
    bezwaar,
    correctie,
    corrigeer,
    dag,
    degistratie,
    einde_bezwaar,
    einde_onderzoek,
    gegeven,
    heropleving,
    herstel,
    huishouden,
    juist,
    keten,
    onderzoek,
    terugmelding,
    toetreding,
    twijfel,
    verkoop,
    vertrek,
)

ZELFDE_KENTEKEN = auto("auto-2", kenteken="KN-auto-1")
MAAND = (dag("03-01"), dag("09-01"))


@pytest.fixture
def registers() -> Iterator[Keten]:
    with keten() as alle:
        yield alle


def transactie(verhaal: Verhaal) -> Transactie:
    assert isinstance(verhaal.uitslag, Transactie), verhaal.uitslag
    return verhaal.uitslag


def claims(verhaal: Verhaal) -> list[Claim]:
    """What the first gevolg of the last commando asserted."""
    inhoud = transactie(verhaal).gevolgen[0].inhoud
    assert isinstance(inhoud, Vastlegging)
    return list(inhoud.claims)


def claim(verhaal: Verhaal, naam: str, over: tuple[str, ...] = SAMS_AUTO) -> str:
    """The id of what now holds of a gegeven."""
    return verhaal.staten[f"auto/{over[0]}"].beeld().eigen(over, naam)[-1].claim


# --- each recorded as itself ----------------------------------------------------------------------------------


EEN_VOOR_EEN: list[tuple[tuple[Any, ...], Any, str, Wijziging]] = [
    ((), auto(), "AutoGeregistreerd", Wijziging.REGISTREREN),
    ((), verkoop(aanschaf("noor", "06-01")), "TenaamstellingGewijzigd", Wijziging.WIJZIGEN),
    ((), correctie(gewicht_kg=1400), "AutogegevensGecorrigeerd", Wijziging.CORRIGEREN),
    ((), corrigeer(juist("gewicht_kg", waarde=1400)), "GegevensGecorrigeerd", Wijziging.CORRIGEREN),
    ((), beeindiging("06-01"), "Beeindigd", Wijziging.BEEINDIGEN),
    ((beeindiging("06-01"),), herstel(), "Hersteld", Wijziging.HERSTELLEN),
    ((beeindiging("06-01"),), heropleving("gewicht_kg", "07-01"), "Herleefd", Wijziging.HEROPLEVEN),
    ((), degistratie(), "Gedegistreerd", Wijziging.DEGISTREREN),
    ((degistratie(),), herstel(), "Hersteld", Wijziging.HERSTELLEN),
    ((), twijfel("gewicht_kg"), "InTwijfelGetrokken", Wijziging.IN_TWIJFEL_TREKKEN),
    ((twijfel("gewicht_kg"),), onderzoek(), "InOnderzoekGesteld", Wijziging.IN_ONDERZOEK_STELLEN),
    ((twijfel("gewicht_kg"),), einde_onderzoek(), "OnderzoekBeeindigd", Wijziging.ONDERZOEK_BEEINDIGEN),
    ((), bezwaar("punten", SAMS_AUTO), "Aangevochten", Wijziging.AANVECHTEN),
    ((bezwaar("punten", SAMS_AUTO),), einde_bezwaar(), "BezwaarAfgehandeld", Wijziging.AANVECHTEN),
    ((), terugmelding(), "TerugmeldingOntvangen", Wijziging.TERUGMELDEN),
]


@pytest.mark.parametrize(("eerst", "commando", "naam", "soort"), EEN_VOOR_EEN)
def test_each_kind_of_change_is_recorded_as_itself(
    eerst: tuple[Any, ...], commando: Any, naam: str, soort: Wijziging
) -> None:
    begin = [] if naam == "AutoGeregistreerd" else [auto()]
    verhaal = gegeven(*begin, *eerst, register="wegonderhoud") if begin else gegeven(auto("auto-9"))
    eerste = transactie(verhaal.als(commando)).gevolgen[0]
    assert (eerste.naam, eerste.soort) == (naam, soort)


@pytest.mark.parametrize(
    ("eerst", "commando", "naam", "soort"),
    [
        ((), verkoop(aanschaf("noor", "06-01")), "AanschafheffingVastgesteld", Wijziging.VASTSTELLEN),
        ((), correctie(uitstoot_g_per_km=150), "AanschafheffingHerzien", Wijziging.HERZIEN),
        ((), correctie(uitstoot_g_per_km=110), "AanschafheffingGehandhaafd", Wijziging.HANDHAVEN),
        ((), degistratie(), "AanschafheffingIngetrokken", Wijziging.INTREKKEN),
        ((), twijfel("gewicht_kg"), "AanschafheffingZekerheidGewijzigd", Wijziging.ZEKERHEID_WIJZIGEN),
        ((twijfel("gewicht_kg"),), correctie(uitstoot_g_per_km=150), "Aanhouding", Wijziging.AANHOUDEN),
    ],
)
def test_what_becomes_of_a_besluit_is_recorded_as_itself(
    registers: Keten, eerst: tuple[Any, ...], commando: Any, naam: str, soort: Wijziging
) -> None:
    registers.verwerk(auto(), *eerst, commando)
    laatste = [t for t in registers.registers.gevolgen("aanschafheffing") if t.aggregaat == "auto"][-1]
    assert (naam, soort) in {(g.naam, g.soort) for g in laatste.gevolgen}


# --- time -----------------------------------------------------------------------------------------------------


def test_what_is_registered_late_holds_from_its_own_day() -> None:
    verhaal = gegeven(auto(), verkoop(aanschaf("robin", "06-01")), verkoop(aanschaf("noor", "04-01")))
    eigenaren = [verhaal.waarde("koper", "auto-1", op=d) for d in ("02-28", "03-31", "04-01", "06-01")]
    assert eigenaren == [None, "sam", "noor", "robin"]


def test_what_lies_in_the_future_does_not_hold_yet(registers: Keten) -> None:
    registers.verwerk(huishouden("sam"), huishouden("noor", huishouden_id="elders"), auto())
    registers.verwerk(verkoop(aanschaf("noor", "12-15")), beeindiging("12-24"))
    assert [registers.punten(op=d) for d in ("11-21", "12-14", "12-15")] == [33, 33, 0]
    assert [registers.punten("elders", op=d) for d in ("12-14", "12-15", "12-24")] == [0, 33, 0]


# --- correction -----------------------------------------------------------------------------------------------


def test_a_corrected_value_keeps_its_validity_and_names_the_claim_it_replaces() -> None:
    verhaal = gegeven(auto())
    oud = claim(verhaal, "gewicht_kg")
    verhaal.als(corrigeer(juist("gewicht_kg", waarde=1400)))
    [nieuw] = claims(verhaal)
    assert (nieuw.waarde, nieuw.vanaf, nieuw.tot, nieuw.corrigeert) == (1400, date.min, date.max, oud)


def test_a_corrected_validity_keeps_its_value() -> None:
    verhaal = gegeven(auto()).als(corrigeer(juist("gewicht_kg", vanaf=MAAND[0], tot=MAAND[1])))
    assert verhaal.lijn("gewicht_kg", "auto-1") == [("03-01", "09-01", 1300)]
    assert verhaal.lijn("punten", "auto-1") == [("03-01", "09-01", 21)]


def test_a_corrected_date_of_first_admission_moves_all_vehicle_data() -> None:
    verhaal = gegeven(auto()).als(correctie(datum_eerste_toelating=dag("02-01")))
    for naam in ("kenteken", "gewicht_kg", "lengte_m", "breedte_m", "uitstoot_g_per_km", "punten"):
        assert [vanaf for vanaf, _, _ in verhaal.lijn(naam, "auto-1")] == ["02-01"], naam
    assert verhaal.lijn("koper", *SAMS_KOOP) == [("03-01", None, "sam")]


def test_a_correction_can_be_corrected_again() -> None:
    verhaal = gegeven(auto(), corrigeer(juist("gewicht_kg", waarde=1400)), corrigeer(juist("gewicht_kg", waarde=1500)))
    assert verhaal.lijn("gewicht_kg", "auto-1") == [(None, None, 1500)]


def test_the_day_on_which_something_ended_can_be_corrected() -> None:
    verhaal = gegeven(auto(), beeindiging("06-01", gegeven="gewicht_kg"))
    [einde] = claims(verhaal)
    verhaal.als(corrigeer(juist(None, betreft=Betreft(claim=einde.id), vanaf=dag("08-01"))))
    assert verhaal.lijn("gewicht_kg", "auto-1") == [(None, "08-01", 1300)]


def test_a_corrected_koper_moves_the_car_to_the_household_of_the_right_one(registers: Keten) -> None:
    registers.verwerk(huishouden("sam"), huishouden("noor", huishouden_id="elders"), auto())
    registers.verwerk(correctie(aanschaf_id=SAMS_KOOP[1], koper="noor", koper_naam="Noor"))
    assert (registers.punten(), registers.punten("elders")) == (0, 33)
    [rij] = registers.tabel("aanschafheffing", "referentietabel")
    assert (rij["eigenaar"], rij["heffing_eurocent"]) == ("noor", 2000_00)


def test_a_corrected_aankoopdatum_moves_the_levy_and_the_passen(registers: Keten) -> None:
    registers.verwerk(huishouden("sam", "noor"), auto(), correctie(aanschaf_id=SAMS_KOOP[1], aankoopdatum=dag("04-10")))
    assert [registers.passen(op=d) for d in ("03-01", "04-09", "04-10")] == [5, 5, 3]
    assert registers.tabel("aanschafheffing", "referentietabel", op="04-09") == []
    assert len(registers.tabel("aanschafheffing", "referentietabel", op="04-10")) == 1


STAPPEN = corrigeer(
    juist("gewicht_kg", waarde=1500),
    juist("lengte_m", waarde=Decimal("4.0")),
    juist("uitstoot_g_per_km", waarde=85),
    juist("regio", SAMS_KOOP, waarde="Middenland"),
)


def test_a_correction_of_several_steps_is_one_transactie_and_one_publication_to_each(registers: Keten) -> None:
    registers.verwerk(huishouden("sam"), auto())
    voor = {naam: len(list(registers.registers.verstrekkingen(naam))) for naam in registers.opslagen}
    uitkomst = registers.bied_aan(STAPPEN, register="wegonderhoud")
    [laatste] = [t for t in registers.registers.gevolgen("wegonderhoud") if t.commando == "Corrigeer"]
    assert [g.naam for g in laatste.gevolgen].count("GegevensGecorrigeerd") == 1
    assert laatste.positie == getattr(uitkomst, "positie", None)
    nieuw = {n: [*registers.registers.verstrekkingen(n)][voor[n] :] for n in voor}
    assert sorted(v["doelgroep"] for v in nieuw["wegonderhoud"]) == ["aanschafheffing", "openbaar"]
    assert [(v["vorm"], v["doelgroep"]) for v in nieuw["aanschafheffing"]] == [("notificatie", "spitspas")]
    assert (registers.heffing(), registers.punten()) == (2000_00, 15 + 7 + 8)


def test_a_correction_of_several_steps_is_made_whole_or_not_at_all() -> None:
    verhaal = gegeven(auto())
    verhaal.als(corrigeer(juist("gewicht_kg", waarde=1500), juist("lengte_m", waarde=Decimal(0))))
    verhaal.dan_niet_verwerkt("waarde_past_niet", "waarde")
    assert verhaal.waarde("gewicht_kg", "auto-1") == 1300


@pytest.mark.parametrize(
    ("commando", "regel"),
    [
        (corrigeer(juist("gewicht_kg", waarde=1400), over=("auto-9",)), "aggregaat_onbekend"),
        (corrigeer(juist("gewicht_kg", waarde=1300)), "niets_te_corrigeren"),
        (corrigeer(juist("gewicht_kg")), "niets_te_corrigeren"),
        (corrigeer(juist("gewicht_kg", vanaf=dag("05-01"), tot=dag("05-01"))), "geldigheid_leeg"),
        (corrigeer(juist("koper", SAMS_KOOP, waarde="noor")), "gegeven_niet_corrigeerbaar"),
        (corrigeer(juist("punten", waarde=22)), "betreft_niet_hier"),
        (corrigeer(juist("kleur", waarde="rood")), "betreft_onbekend"),
        (corrigeer(juist(None, waarde=1400)), "betreft_onduidelijk"),
        (corrigeer(juist("gewicht_kg", waarde=1400), juist("gewicht_kg", waarde=1500)), "correctie_dubbel"),
    ],
)
def test_a_correction_that_cannot_be_made_says_why_and_changes_nothing(commando: Any, regel: str) -> None:
    verhaal = gegeven(auto())
    verhaal.als(commando).dan_niet_verwerkt(regel)
    assert verhaal.lijn("gewicht_kg", "auto-1") == [(None, None, 1300)]
    assert len(verhaal.journaal) == 1


@pytest.mark.parametrize("waarde", [0, -1, True, "1300", Decimal(1300), 10**9])
def test_a_value_that_does_not_fit_its_gegeven_is_refused_with_what_is_wrong(waarde: object) -> None:
    gegeven(auto()).als(corrigeer(juist("gewicht_kg", waarde=waarde))).dan_niet_verwerkt("waarde_past_niet", "waarde")


# --- degistratie ----------------------------------------------------------------------------------------------


def test_a_claim_falls_with_what_it_corrects() -> None:
    verhaal = gegeven(auto())
    oud = claim(verhaal, "gewicht_kg")
    verhaal.als(correctie(gewicht_kg=1400)).als(degistratie(betreft=Betreft(claim=oud)))
    assert transactie(verhaal).gevolgen[0].naam == "Gedegistreerd"
    assert verhaal.lijn("gewicht_kg", "auto-1") == []
    assert verhaal.lijn("punten", "auto-1") == []


def test_the_correction_of_a_gevolg_that_falls_falls_with_it() -> None:
    verhaal = gegeven(auto())
    eerste = transactie(verhaal).gevolgen[0]
    verhaal.als(correctie(uitstoot_g_per_km=100)).als(degistratie(betreft=Betreft(gevolg=eerste.id)))
    assert list(verhaal.staten["auto/auto-1"].actieve_claims()) == []


def test_when_a_correction_is_degistered_what_it_corrected_counts_again() -> None:
    verhaal = gegeven(auto(), correctie(gewicht_kg=1400), correctie(gewicht_kg=1500))
    for waarde in (1400, 1300):
        verhaal.als(degistratie(gegeven="gewicht_kg"))
        assert verhaal.waarde("gewicht_kg", "auto-1") == waarde
    assert verhaal.als(degistratie(gegeven="gewicht_kg")).waarde("gewicht_kg", "auto-1") is None
    verhaal.als(degistratie(gegeven="gewicht_kg")).dan_niet_verwerkt("betreft_onbekend")


def test_a_whole_onderwerp_falls_with_all_below_it_and_nothing_of_it_revives() -> None:
    verhaal = gegeven(auto(), verkoop(aanschaf("noor", "06-01")), correctie(gewicht_kg=1400))
    verhaal.als(degistratie())
    assert list(verhaal.staten["auto/auto-1"].actieve_claims()) == []
    assert verhaal.staten["auto/auto-1"].wachtend == ()


def test_one_purchase_that_falls_leaves_the_car_and_the_other_purchase() -> None:
    verhaal = gegeven(auto(), verkoop(aanschaf("noor", "06-01")), degistratie(SAMS_KOOP))
    assert verhaal.lijn("koper", *SAMS_KOOP) == []
    assert verhaal.lijn("koper", "auto-1", "koop-noor-06-01") == [("06-01", None, "noor")]
    assert verhaal.waarde("punten", "auto-1") == 21


def test_a_degistratie_of_what_a_besluit_rests_on_is_an_intrekking_with_a_letter(registers: Keten) -> None:
    registers.verwerk(huishouden("sam", "noor"), auto(), betaling())
    registers.verwerk(degistratie())
    namen = registers.gevolgnamen("aanschafheffing")
    assert "AanschafheffingIngetrokken" in namen
    assert "Gedegistreerd" not in namen + registers.gevolgnamen("spitspas")
    assert registers.rij("aanschafheffing", "rekening", *SAMS_KOOP)["teruggaaf_eurocent"] == 2000_00
    brief = registers.brieven("aanschafheffing")[-1]
    assert "Wij trekken de aanschafheffing van € 2.000 in die u kreeg voor een auto, gekocht op 1 maart 2026." in brief
    assert "Eerder stelden wij € 2.000 vast" in brief
    assert "heeft de registratie hiervan op 21 november 2026 ongedaan gemaakt: die had er nooit mogen zijn" in brief
    assert "U krijgt € 2.000 terug" in brief
    assert "gram" not in brief
    assert "g/km" not in brief
    assert (registers.punten(), registers.passen(), registers.aantal_brieven) == (0, 5, (2, 3))
    for register in ("wegonderhoud", "aanschafheffing"):
        assert registers.rij(register, "auto", "auto-1").get("punten") is None


def test_a_car_that_was_degistered_can_be_registered_again_under_the_same_id(registers: Keten) -> None:
    registers.verwerk(huishouden("sam", "noor"), auto(), degistratie(), auto(uitstoot_g_per_km=100))
    assert registers.heffing() == 2000_00
    assert registers.punten() * 2 == 31
    assert registers.aantal_brieven == (3, 3)


def test_a_betaling_that_never_came_in_is_owed_again(registers: Keten) -> None:
    registers.verwerk(auto(), betaling(), betaling(500_00, id_="b2"))
    rekening = registers.rij("aanschafheffing", "rekening", *SAMS_KOOP)
    assert (rekening["openstaand_eurocent"], rekening["teruggaaf_eurocent"]) == (0, 500_00)
    registers.verwerk(degistratie((*SAMS_KOOP, "b1")), register="aanschafheffing")
    rekening = registers.rij("aanschafheffing", "rekening", *SAMS_KOOP)
    assert (rekening["openstaand_eurocent"], rekening["teruggaaf_eurocent"]) == (1500_00, 0)


def test_what_followed_or_was_taken_over_falls_only_where_it_was_registered(registers: Keten) -> None:
    registers.verwerk(auto())
    for register, naam in (("wegonderhoud", "punten"), ("aanschafheffing", "uitstoot_g_per_km")):
        uitkomst = registers.bied_aan(degistratie(gegeven=naam), register=register)
        assert isinstance(uitkomst, NietVerwerkt)
        assert uitkomst.regel == "betreft_niet_hier"


ONDUIDELIJK: list[tuple[Betreft, str]] = [
    (Betreft(), "betreft_onduidelijk"),
    (Betreft(claim="c", gevolg="g"), "betreft_onduidelijk"),
    (Betreft(claim="c", onderwerp=SAMS_AUTO), "betreft_onduidelijk"),
    (Betreft(claim="c", gegeven="gewicht_kg"), "betreft_onduidelijk"),
    (Betreft(gevolg="g", op=MAAND[0]), "betreft_onduidelijk"),
    (Betreft(onderwerp=SAMS_AUTO, op=MAAND[0]), "betreft_onduidelijk"),
    (Betreft(claim="c"), "betreft_onbekend"),
    (Betreft(gevolg="g"), "betreft_onbekend"),
    (Betreft(onderwerp=("auto-2",)), "betreft_onbekend"),
    (Betreft(onderwerp=SAMS_AUTO, gegeven="kleur"), "betreft_onbekend"),
    (Betreft(onderwerp=SAMS_KOOP, gegeven="koper", op=dag("02-28")), "betreft_onbekend"),
]


@pytest.mark.parametrize(("betreft", "regel"), ONDUIDELIJK)
@pytest.mark.parametrize("maak", [degistratie, twijfel])
def test_what_is_not_named_clearly_is_not_guessed(maak: Any, betreft: Betreft, regel: str) -> None:
    velden: dict[str, Any] = {"gegeven": None, "betreft": betreft}
    verhaal = gegeven(auto()).als(maak(**velden)).dan_niet_verwerkt(regel)
    assert len(verhaal.journaal) == 1


@pytest.mark.parametrize("maak", [degistratie, twijfel])
def test_of_two_claims_that_contradict_each_other_none_is_chosen(maak: Any) -> None:
    verhaal = gegeven(huishouden("sam"), toetreding("noor 02-01"), vertrek("noor 02-01"))
    velden: dict[str, Any] = {"gegeven": "lid", "over": ("huis", "noor"), "aggregaat": "huishouden"}
    verhaal.als(maak(**velden)).dan_niet_verwerkt("betreft_onduidelijk")
    [vertrokken] = claims(gegeven(huishouden("sam"), toetreding("noor 02-01"), vertrek("noor 02-01")))
    velden = {"gegeven": None, "over": ("huis",), "aggregaat": "huishouden", "betreft": Betreft(claim=vertrokken.id)}
    transactie(verhaal.als(maak(**velden)))


def test_a_degistratie_says_when_it_began_in_the_world_and_holds_for_every_day() -> None:
    verhaal = gegeven(auto(), degistratie(gegeven="uitstoot_g_per_km", sinds=dag("10-01")))
    inhoud = transactie(verhaal).gevolgen[0].inhoud
    assert isinstance(inhoud, Degistratie)
    assert (inhoud.sinds, inhoud.toelichting) == (dag("10-01"), "daarom")
    assert verhaal.lijn("uitstoot_g_per_km", "auto-1") == []


# --- natural keys ---------------------------------------------------------------------------------------------


def test_a_corrected_kenteken_frees_the_old_one_and_takes_the_new_one() -> None:
    verhaal = gegeven(auto(), corrigeer(juist("kenteken", waarde="NW-1")))
    verhaal.als(auto("auto-3", kenteken="nw1")).dan_niet_verwerkt("sleutel_in_gebruik")
    transactie(verhaal.als(ZELFDE_KENTEKEN))


def test_a_kenteken_goes_only_when_no_claim_has_it_any_more() -> None:
    verhaal = gegeven(auto(), beeindiging("06-01", gegeven="kenteken"), heropleving("kenteken", "08-01"))
    verhaal.als(corrigeer(juist("kenteken", waarde="NW-1")))
    assert verhaal.waarde("kenteken", "auto-1", op="05-01") == "KN-auto-1"
    verhaal.als(ZELFDE_KENTEKEN).dan_niet_verwerkt("sleutel_in_gebruik")


def test_a_kenteken_written_otherwise_stays_with_its_auto() -> None:
    verhaal = gegeven(auto(), correctie(kenteken="kn auto 1"))
    verhaal.als(ZELFDE_KENTEKEN).dan_niet_verwerkt("sleutel_in_gebruik")


@pytest.mark.parametrize("weg", [degistratie(), degistratie(gegeven="kenteken")])
def test_a_degistered_kenteken_is_free_and_herstel_takes_it_back(weg: Any) -> None:
    verhaal = gegeven(auto(), weg, herstel())
    verhaal.als(ZELFDE_KENTEKEN).dan_niet_verwerkt("sleutel_in_gebruik")
    transactie(verhaal.als(weg).als(ZELFDE_KENTEKEN))
    verhaal.als(herstel()).dan_niet_verwerkt("sleutel_in_gebruik")
    assert verhaal.lijn("kenteken", "auto-1") == []


def test_a_degistered_correction_takes_back_the_kenteken_it_had_replaced() -> None:
    verhaal = gegeven(auto(), correctie(kenteken="NW-1"), degistratie(gegeven="kenteken"))
    verhaal.als(ZELFDE_KENTEKEN).dan_niet_verwerkt("sleutel_in_gebruik")
    transactie(verhaal.als(auto("auto-3", kenteken="NW-1")))


def test_a_correction_whose_old_kenteken_is_taken_cannot_be_degistered(registers: Keten) -> None:
    registers.verwerk(auto(), correctie(kenteken="NW-1"), ZELFDE_KENTEKEN)
    uitkomst = registers.bied_aan(degistratie(gegeven="kenteken"), register="wegonderhoud")
    assert isinstance(uitkomst, NietVerwerkt)
    assert uitkomst.regel == "sleutel_in_gebruik"
    assert registers.rij("wegonderhoud", "auto", "auto-1")["kenteken"] == "NW-1"


# --- ending, putting right, reviving --------------------------------------------------------------------------


def test_a_gegeven_that_ended_holds_until_its_day() -> None:
    verhaal = gegeven(auto(), beeindiging("06-01", gegeven="uitstoot_g_per_km"))
    assert verhaal.lijn("uitstoot_g_per_km", "auto-1") == [(None, "06-01", 120)]
    assert verhaal.lijn("gewicht_kg", "auto-1") == [(None, None, 1300)]


def test_a_scrapped_car_stops_counting_for_its_household_and_keeps_its_levy(registers: Keten) -> None:
    registers.verwerk(huishouden("sam", "noor"), auto(), beeindiging("06-01"))
    assert [registers.passen(op=d) for d in ("02-28", "05-31", "06-01")] == [5, 3, 5]
    assert (registers.punten(op="06-01"), registers.heffing()) == (0, 2000_00)
    assert registers.aantal_brieven == (1, 3)
    registers.verwerk(herstel())
    assert [registers.passen(op=d) for d in ("02-28", "05-31", "06-01")] == [5, 3, 3]
    assert registers.aantal_brieven == (1, 4)


def test_what_already_ended_that_day_does_not_keep_the_rest_from_ending() -> None:
    verhaal = gegeven(auto(), beeindiging("06-01", gegeven="gewicht_kg"), beeindiging("06-01"))
    assert verhaal.lijn("koper", *SAMS_KOOP) == [("03-01", "06-01", "sam")]
    verhaal.als(beeindiging("06-01")).dan_niet_verwerkt("al_beeindigd")


@pytest.mark.parametrize(
    ("commando", "regel"),
    [
        (beeindiging("06-01", ("auto-9",)), "aggregaat_onbekend"),
        (beeindiging("06-01", gegeven="kleur"), "niets_te_beeindigen"),
        (beeindiging("06-01", gegeven="punten"), "niets_te_beeindigen"),
        (beeindiging("02-01", SAMS_KOOP), "niets_te_beeindigen"),
        (beeindiging("06-01", ("auto-1", "onbekend")), "niets_te_beeindigen"),
        (beeindiging("03-01"), "begint_die_dag"),
        (beeindiging("03-01", SAMS_KOOP, gegeven="koper"), "begint_die_dag"),
        (herstel(("auto-9",)), "aggregaat_onbekend"),
        (herstel(), "niets_te_herstellen"),
        (heropleving("gewicht_kg", "06-01", ("auto-9",)), "aggregaat_onbekend"),
        (heropleving("gewicht_kg", "06-01"), "niets_te_heropleven"),
        (heropleving("punten", "06-01"), "niets_te_heropleven"),
    ],
)
def test_what_cannot_end_or_come_back_says_why(commando: Any, regel: str) -> None:
    verhaal = gegeven(auto()).als(commando).dan_niet_verwerkt(regel)
    assert len(verhaal.journaal) == 1
    assert verhaal.taken == set()


def test_an_ending_that_was_put_right_is_as_if_it_had_not_been_done() -> None:
    verhaal = gegeven(auto(), beeindiging("06-01", gegeven="gewicht_kg"), herstel(gegeven="gewicht_kg"))
    assert verhaal.lijn("gewicht_kg", "auto-1") == [(None, None, 1300)]
    verhaal.als(herstel()).dan_niet_verwerkt("niets_te_herstellen")
    transactie(verhaal.als(beeindiging("06-01", gegeven="gewicht_kg")))


def test_herstel_undoes_the_last_ingreep_that_stands_and_then_the_one_before() -> None:
    verhaal = gegeven(auto(), beeindiging("06-01"), degistratie())
    verhaal.als(herstel())
    assert verhaal.lijn("gewicht_kg", "auto-1") == [(None, "06-01", 1300)], "the car was scrapped all the same"
    verhaal.als(herstel())
    assert verhaal.lijn("gewicht_kg", "auto-1") == [(None, None, 1300)]
    verhaal.als(herstel()).dan_niet_verwerkt("niets_te_herstellen")


def test_herstel_of_a_late_mistake_leaves_an_earlier_degistratie_as_it_is() -> None:
    verhaal = gegeven(huishouden("sam", "noor 02-01"))
    van_noor = degistratie(("huis", "noor"), aggregaat="huishouden")
    verhaal.als(van_noor).als(degistratie(("huis",), aggregaat="huishouden"))
    verhaal.als(herstel(("huis",), aggregaat="huishouden"))
    staat = verhaal.staten["huishouden/huis"]
    assert [c.onderwerp[-1] for c in staat.actieve_claims()] == ["sam"]
    verhaal.als(herstel(("huis",), aggregaat="huishouden"))
    assert [c.onderwerp[-1] for c in staat.actieve_claims()] == ["sam", "noor"]


def test_herstel_of_a_degistered_car_does_not_bring_back_the_one_registered_before_it() -> None:
    verhaal = gegeven(auto(), degistratie(), auto(gewicht_kg=1500), degistratie(), herstel())
    assert verhaal.lijn("gewicht_kg", "auto-1") == [(None, None, 1500)]
    assert verhaal.taken == set()


def test_a_degistered_ending_can_be_put_back() -> None:
    verhaal = gegeven(auto(), beeindiging("06-01", gegeven="gewicht_kg"))
    [einde] = claims(verhaal)
    verhaal.als(degistratie(betreft=Betreft(claim=einde.id)))
    assert verhaal.lijn("gewicht_kg", "auto-1") == [(None, None, 1300)]
    verhaal.als(herstel(gegeven="gewicht_kg"))
    assert verhaal.lijn("gewicht_kg", "auto-1") == [(None, "06-01", 1300)]


def test_what_revives_has_the_value_it_had_from_the_later_day_on() -> None:
    verhaal = gegeven(auto(), beeindiging("06-01", gegeven="gewicht_kg"), heropleving("gewicht_kg", "09-01"))
    assert verhaal.lijn("gewicht_kg", "auto-1") == [(None, "06-01", 1300), ("09-01", None, 1300)]
    assert verhaal.lijn("punten", "auto-1") == [(None, "06-01", 21), ("09-01", None, 21)]
    verhaal.als(heropleving("gewicht_kg", "10-01")).dan_niet_verwerkt("niets_te_heropleven")


def test_what_revives_before_something_later_begins_holds_until_then() -> None:
    verhaal = gegeven(auto(), beeindiging("05-01", gegeven="gewicht_kg"), heropleving("gewicht_kg", "09-01"))
    verhaal.als(corrigeer(juist("gewicht_kg", op=dag("09-01"), waarde=1500)))
    verhaal.als(heropleving("gewicht_kg", "06-01"))
    assert verhaal.lijn("gewicht_kg", "auto-1") == [
        (None, "05-01", 1300),
        ("06-01", "09-01", 1300),
        ("09-01", None, 1500),
    ]


@pytest.mark.parametrize("per", ["05-31", "06-01"])
def test_nothing_revives_before_or_on_the_day_on_which_it_ended(per: str) -> None:
    verhaal = gegeven(auto(), beeindiging("06-01", gegeven="gewicht_kg"))
    verhaal.als(heropleving("gewicht_kg", per)).dan_niet_verwerkt("niets_te_heropleven")


def test_what_was_contradicted_before_it_ended_does_not_revive_by_choice() -> None:
    noor: dict[str, Any] = {"over": ("huis", "noor"), "aggregaat": "huishouden"}
    verhaal = gegeven(huishouden("sam"), toetreding("noor 02-01"), vertrek("noor 02-01"))
    transactie(verhaal.als(beeindiging("06-01", **noor, gegeven="lid")))
    verhaal.als(heropleving("lid", "08-01", **noor)).dan_niet_verwerkt("betreft_onduidelijk")


def test_a_household_that_ended_loses_its_right_and_gets_it_back_by_herstel(registers: Keten) -> None:
    registers.verwerk(huishouden("sam"), auto())
    registers.verwerk(beeindiging("07-01", ("huis",), aggregaat="huishouden"), register="spitspas")
    assert [registers.passen(op=d) for d in ("06-30", "07-01")] == [0, None]
    registers.verwerk(herstel(("huis",), aggregaat="huishouden"), register="spitspas")
    assert [registers.passen(op=d) for d in ("06-30", "07-01")] == [0, 0]


# --- twice ----------------------------------------------------------------------------------------------------


EENMALIG = [
    (corrigeer(juist("gewicht_kg", waarde=1400)), "niets_te_corrigeren"),
    (degistratie(), "betreft_onbekend"),
    (beeindiging("06-01"), "al_beeindigd"),
    (twijfel("gewicht_kg"), "twijfel_bekend"),
    (bezwaar("punten", SAMS_AUTO), "twijfel_bekend"),
    (terugmelding(), "terugmelding_bekend"),
]


@pytest.mark.parametrize(("commando", "opnieuw"), EENMALIG)
def test_the_same_twice_has_one_effect(registers: Keten, commando: Any, opnieuw: str) -> None:
    registers.verwerk(huishouden("sam"), auto())
    een = registers.bied_aan(commando, register="wegonderhoud", id_="0" * 31 + "1")
    standen = registers.registers.standen()
    assert registers.bied_aan(commando, register="wegonderhoud", id_="0" * 31 + "1") == een
    uitkomst = registers.bied_aan(commando, register="wegonderhoud")
    assert isinstance(uitkomst, NietVerwerkt)
    assert uitkomst.regel == opnieuw
    assert registers.registers.standen() == standen
