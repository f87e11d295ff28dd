"""The uitleg of each kind of outcome, in the words of a reader: given these commando's, then this is said."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import Any

import pytest

from actors.register.gevolg import Afleiding, Transactie, Wijziging
from actors.register.verantwoording import Mandaat
from actors.verwerking.generiek.commandos import DoorbreekAanhouding
from actors.verwerking.uitleg import GeenUitleg, Uitleg, leg_uit, leg_wachten_uit
from tests.contexten.test_nieuwe_context import SAM, Straat, aanvraag, open_straat, taak
from tests.domein import (
    SAMS_AUTO,
    SAMS_KOOP,
    Keten,
    Verhaal,
    aanschaf,
    auto,
    betaling,
    bezwaar,
    correctie,
    dag,
    degistratie,
    einde_bezwaar,
    einde_onderzoek,
    gegeven,
    huishouden,
    keten,
    onderzoek,
    terugmelding,
    toetreding,
    twijfel,
    verkoop,
    vertrek,
)
from tests.loket import beslis, doorbreek, passenrecht, tarief, terzijde

HEFFING = ("aanschafheffing", "referentietabel", *SAMS_KOOP)
REKENING = ("aanschafheffing", "rekening", *SAMS_KOOP)
PASSEN = ("spitspas", "huishouden", "huis")
AUTO = ("wegonderhoud", "auto", *SAMS_AUTO)
EERSTE_DAG = datetime(2026, 11, 1, 12, tzinfo=UTC)


def opgenomen(verhaal: Verhaal) -> list[Transactie]:
    """Its journal as if it was recorded, a day apart, from 1 November on."""
    return [
        replace(transactie, positie=n, geregistreerd_op=EERSTE_DAG + timedelta(days=n))
        for n, transactie in enumerate(verhaal.journaal)
    ]


def uitleg_van(verhaal: Verhaal, soort: Wijziging, wat: str = "punten") -> Uitleg:
    """The uitleg of the last change of this kind in a gegeven."""
    *_, laatste = (
        gevolg.id
        for transactie in verhaal.journaal
        for gevolg in transactie.gevolgen
        if gevolg.soort is soort and isinstance(gevolg.inhoud, Afleiding) and gevolg.inhoud.gegeven == wat
    )
    return leg_uit(verhaal.context, opgenomen(verhaal), laatste)


def alinea(uitleg: Uitleg, kop: str) -> str:
    """The paragraph below this heading; empty when there is none."""
    return next((a.tekst for a in uitleg.alineas if a.kop == kop), "")


@pytest.fixture
def registers() -> Iterator[Keten]:
    with keten() as registers:
        yield registers


def vraag(registers: Keten, rij: tuple[str, ...], op: str = "11-21", **anders: Any) -> Uitleg:
    """The uitleg of the besluit in a row on a day."""
    return registers.registers.uitleg(*rij, geldig_op=dag(op), **anders).inhoud


WAT, BEREKEND = "Wat is er besloten?", "Wat is er berekend?"
HOE, GEGEVENS, WAAROP = "Hoe komen wij daarop?", "Welke gegevens gebruikten wij?", "Waarop rust dat?"
WIE, EERDER = "Wie besliste, en waardoor?", "Wat zeiden wij eerder, en wat is er veranderd?"
TWIJFEL, DAARNA, WACHT = "Is er twijfel?", "Wat gebeurde er daarna?", "Wat wacht er nog?"
OVER = "Hoe komen wij op wat er over is?"


# --- a first outcome ------------------------------------------------------------------------------------------


def test_a_calculation_is_followed_from_the_weight_to_the_points_with_where_each_gegeven_comes_from() -> None:
    uitleg = uitleg_van(gegeven(auto()), Wijziging.VASTSTELLEN)
    assert [a.kop for a in uitleg.alineas] == [BEREKEND, HOE, GEGEVENS, WAAROP, WIE]
    assert alinea(uitleg, BEREKEND).splitlines()[1] == (
        "Wij berekenden op 1 november 2026 het fysiek milieu-effect van de auto: 21 punten. Het gaat over auto auto-1."
    )
    assert alinea(uitleg, HOE).splitlines()[1:] == [
        "- 1300 kg / 100, naar beneden afgerond: 13",
        "- 4,4 m × 1,85 m = 8,14 m², naar beneden afgerond: 8",
        "- 13 + 8: 21 punten",
    ]
    assert alinea(uitleg, GEGEVENS).splitlines()[1:] == [
        "Over geen van deze gegevens was toen twijfel.",
        (
            "- Vastgelegd op 1 november 2026, na een melding van Verzekeraar (melding-1): het gewicht van de auto:"
            " 1300 kg; de lengte van de auto: 4,4 m; de breedte van de auto: 1,85 m."
        ),
    ]
    assert "“fysiek-milieueffect”, versie 1: Wet wegonderhoud, artikel 3" in alinea(uitleg, WAAROP)
    assert "een ambtenaar hoefde daar niet over te beslissen" in alinea(uitleg, WIE)


def test_a_levy_is_followed_from_1300_kg_to_an_amount_with_the_own_calculations_it_rests_on(registers: Keten) -> None:
    registers.verwerk(auto())
    uitleg = vraag(registers, HEFFING)
    assert "Wij stelden op 21 november 2026 de aanschafheffing vast: € 2.000." in alinea(uitleg, WAT)
    assert "Het gaat over aanschaf koop-sam-03-01 van auto auto-1." in alinea(uitleg, WAT)
    assert "Wij keken naar hoe het was op 1 maart 2026, de dag van aankoop." in alinea(uitleg, WAT)
    assert alinea(uitleg, HOE).splitlines()[1:] == [
        "- fysiek milieu-effect, overgenomen van DOW-TO: 21",
        "- 120 g/km / 10, naar beneden afgerond: 12",
        "- 21 + 12: 33 punten",
        "- regio Kustland ligt in het heffingsgebied",
        "- 33 punten valt in de band van 21 tot 36: € 2.000",
    ]
    assert "Overgenomen op 21 november 2026 van het register wegonderhoud (bericht 2" in alinea(uitleg, GEGEVENS)
    assert "met de regel “aanschafbelastingmilieueffect”: de punten van de auto: 33 punten." in alinea(uitleg, GEGEVENS)
    assert "artikel 2" in alinea(uitleg, WAAROP)
    assert "artikel 4" in alinea(uitleg, WAAROP)
    assert "een bericht van Dienst onderhoud weginfrastructuur, Technisch onderhoud (DOW-TO)" in alinea(uitleg, WIE)


def test_the_right_of_a_household_says_from_which_day_and_names_its_adults(registers: Keten) -> None:
    registers.verwerk(huishouden("sam", "noor"), auto())
    uitleg = vraag(registers, PASSEN)
    assert "Dit geldt vanaf 1 maart 2026." in alinea(uitleg, WAT)
    assert "- 16,5 punten valt in de band van 16 tot 31: 3 passen per maand" in alinea(uitleg, HOE)
    assert "wat de auto's van een volwassene bijdragen (volwassene sam): 33 punten" in alinea(uitleg, GEGEVENS)


def test_a_column_can_be_asked_for_and_its_own_outcome_is_explained(registers: Keten) -> None:
    registers.verwerk(auto())
    uitleg = vraag(registers, AUTO, kolom="punten")
    assert "het fysiek milieu-effect van de auto: 21 punten" in alinea(uitleg, BEREKEND)
    rekening = vraag(registers, REKENING, kolom="openstaand_eurocent")
    assert "de aanschafheffing vast: € 2.000" in alinea(rekening, WAT)


def test_that_nothing_is_due_is_told_as_such_and_never_as_an_amount_then_and_when_it_changed(
    registers: Keten,
) -> None:
    registers.verwerk(auto(koop=aanschaf(regio="Bergland")))
    toen = vraag(registers, HEFFING)
    assert "Wij stelden op 21 november 2026 over de aanschafheffing vast: er is niets verschuldigd." in toen.tekst
    assert "- regio Bergland ligt buiten het heffingsgebied: niets verschuldigd" in alinea(toen, HOE)
    registers.verwerk(correctie(aanschaf_id=SAMS_KOOP[1], regio="Kustland"))
    nu = vraag(registers, HEFFING)
    assert "de aanschafheffing herzien: eerst niets verschuldigd, nu € 2.000." in alinea(nu, WAT)
    assert "Eerder stelden wij op 21 november 2026 vast: er was niets verschuldigd." in alinea(nu, EERDER)
    [brief] = registers.brieven("aanschafheffing")
    assert "€ 0" not in toen.tekst + nu.tekst + brief


# --- what changed ---------------------------------------------------------------------------------------------


def test_a_correction_is_told_with_what_was_said_before_and_how_it_changed() -> None:
    uitleg = uitleg_van(gegeven(auto(), correctie(gewicht_kg=1400)), Wijziging.CORRIGEREN)
    assert alinea(uitleg, EERDER).splitlines()[1:] == [
        (
            "Eerder kwamen wij op 1 november 2026 uit op 21 punten. Dat hebben wij op 2 november 2026 opnieuw berekend."
            " Dit is er veranderd:"
        ),
        "- Het gewicht van de auto: eerst 1300 kg, nu 1400 kg. Dat is op 2 november 2026 gecorrigeerd: het was fout.",
    ]


def test_a_levy_that_is_herzien_tells_what_changed_at_the_root_and_says_what_herzien_is(registers: Keten) -> None:
    registers.verwerk(auto(), correctie(gewicht_kg=1600))
    uitleg = vraag(registers, HEFFING)
    assert "Wij hebben op 21 november 2026 de aanschafheffing herzien: eerst € 2.000, nu € 5.000." in uitleg.tekst
    assert "herzien: wij namen een nieuw besluit, dat het oude vervangt" in alinea(uitleg, EERDER)
    assert alinea(uitleg, EERDER).splitlines()[2:] == [
        (
            "- Het fysiek milieu-effect van de auto: eerst 21 fysieke punten, nu 24 fysieke punten."
            " Het register wegonderhoud heeft dit op 21 november 2026 opnieuw berekend."
        )
    ]


def test_a_purchase_and_a_sale_are_told_to_a_household_as_a_new_sum_and_never_as_a_correction(
    registers: Keten,
) -> None:
    registers.verwerk(huishouden("sam"), auto(), verkoop(aanschaf("robin", "06-01")))
    _, na_koop, na_verkoop = registers.brieven("spitspas")
    assert "eerst 0 punten, nu 33 punten. Wij hebben dit op 21 november 2026 opnieuw berekend." in na_koop
    assert "eerst 33 punten, nu 0 punten. Wij hebben dit op 21 november 2026 opnieuw berekend." in na_verkoop
    assert "gecorrigeerd" not in na_koop + na_verkoop + vraag(registers, PASSEN).tekst


def test_what_another_register_asserted_wrongly_is_told_as_corrected_also_when_a_sum_is_asked_for(
    registers: Keten,
) -> None:
    registers.verwerk(auto(), correctie(uitstoot_g_per_km=160))
    assert "eerst 120 g/km, nu 160 g/km. Het register wegonderhoud heeft dit op 21 november 2026 gecorrigeerd." in (
        alinea(vraag(registers, HEFFING), EERDER)
    )


def test_a_levy_that_is_gehandhaafd_is_explained_as_it_was_last_considered_and_says_that_it_rested_on_other_ground(
    registers: Keten,
) -> None:
    registers.verwerk(auto(), correctie(uitstoot_g_per_km=130))
    for kolom in (None, "punten"):
        uitleg = vraag(registers, HEFFING, kolom=kolom)
        assert "Wij hebben op 21 november 2026 de aanschafheffing gehandhaafd: € 2.000." in alinea(uitleg, WAT)
        assert "- 21 + 13: 34 punten" in alinea(uitleg, HOE)
        assert "Eerder stelden wij op 21 november 2026 hetzelfde vast." in alinea(uitleg, EERDER)
        assert "de uitkomst blijft gelijk, maar rust nu op iets anders." in alinea(uitleg, EERDER)
        assert "De uitstoot van de auto: eerst 120 g/km, nu 130 g/km." in alinea(uitleg, EERDER)
        assert alinea(uitleg, DAARNA) == ""


def test_of_the_first_decision_it_is_told_that_it_was_gehandhaafd_later(registers: Keten) -> None:
    registers.verwerk(auto(), correctie(uitstoot_g_per_km=130))
    [eerste] = [
        g.id
        for t in registers.registers.gevolgen("aanschafheffing")
        for g in t.gevolgen
        if g.naam == "AanschafheffingVastgesteld"
    ]
    daarna = alinea(registers.registers.uitleg_van(eerste).inhoud, DAARNA)
    assert "De uitkomst geldt nog." in daarna
    assert "wij hebben de uitkomst gehandhaafd: zij blijft gelijk, maar rust nu op iets anders." in daarna
    assert "De uitstoot van de auto: eerst 120 g/km, nu 130 g/km." in daarna
    assert "heeft de uitstoot van de auto gecorrigeerd" not in daarna, "said once, by the outcome"


def test_what_is_left_to_pay_is_explained_with_the_levy_each_payment_and_the_subtraction(registers: Keten) -> None:
    registers.verwerk(auto(), betaling(150_000))
    uitleg = vraag(registers, REKENING, kolom="openstaand_eurocent")
    assert alinea(uitleg, OVER).splitlines()[1:] == [
        "- de aanschafheffing: € 2.000",
        "- het bedrag dat is betaald (betaling b1, vastgelegd op 21 november 2026): € 1.500",
        "- € 2.000 - € 1.500, ten minste 0: € 500",
    ]
    assert "de aanschafheffing vast: € 2.000." in alinea(uitleg, WAT)
    registers.verwerk(degistratie())
    uitleg = vraag(registers, REKENING, kolom="openstaand_eurocent")
    assert alinea(uitleg, OVER).splitlines()[1] == "- de aanschafheffing: die is er nu niet"
    assert alinea(uitleg, OVER).splitlines()[-1] == "- € 0 - € 1.500, ten minste 0: € 0"
    assert "de aanschafheffing ingetrokken" in alinea(uitleg, WAT)


def test_a_degistratie_withdraws_the_levy_and_the_uitleg_says_of_what_it_rested_on_what_does_not_hold(
    registers: Keten,
) -> None:
    registers.verwerk(auto(), degistratie())
    uitleg = vraag(registers, HEFFING)
    assert "Wij hebben op 21 november 2026 de aanschafheffing ingetrokken. Dat was: € 2.000." in alinea(uitleg, WAT)
    assert "ingetrokken: het geldt niet meer" in alinea(uitleg, EERDER)
    assert "heeft de registratie hiervan op 21 november 2026 ongedaan gemaakt" in alinea(uitleg, EERDER)
    thuis = vraag(registers, AUTO)
    assert (
        "Het gewicht van de auto, de lengte van de auto en de breedte van de auto: dit geldt niet meer." in thuis.tekst
    )
    assert "Daarom." in alinea(thuis, EERDER), "what the register itself wrote with it"


def test_a_late_report_says_since_when_it_holds_and_when_it_was_registered(registers: Keten) -> None:
    registers.verwerk(huishouden("sam", "noor"), auto(), vertrek("noor 06-01"))
    assert (
        "Het lidmaatschap van het huishouden (volwassene noor): eerst ja, nu nee."
        " Dat geldt vanaf 1 juni 2026; wij registreerden het op 21 november 2026."
    ) in alinea(vraag(registers, PASSEN), EERDER)
    maart = vraag(registers, PASSEN, op="03-15")
    assert "De uitkomst geldt nog vanaf 1 maart 2026 tot 1 juni 2026." in alinea(maart, DAARNA)
    assert "herzien voor de dagen vanaf 1 juni 2026: wij namen een nieuw besluit" in alinea(maart, DAARNA)
    registers.verwerk(auto("auto-2", aanschaf("sam", "04-01")))
    uitleg = vraag(registers, PASSEN, op="05-01")
    assert "Dit geldt vanaf 1 april 2026 tot 1 juni 2026." in alinea(uitleg, WAT)
    assert "bijdragen (volwassene sam): eerst 33 punten, nu 66 punten." in alinea(uitleg, EERDER)


def test_a_right_that_ends_with_the_last_adult_says_so_in_the_uitleg_and_without_a_name_in_the_letter(
    registers: Keten,
) -> None:
    registers.verwerk(huishouden("sam"), vertrek("sam 06-01"))
    uitleg, brief = vraag(registers, PASSEN), registers.brieven("spitspas")[-1]
    geregistreerd = "Dat geldt vanaf 1 juni 2026; wij registreerden het op 21 november 2026."
    assert "ingetrokken voor de dagen vanaf 1 juni 2026: het geldt niet meer. Dit is er veranderd:" in uitleg.tekst
    assert alinea(uitleg, EERDER).splitlines()[2:] == [
        f"- Het lidmaatschap van het huishouden (volwassene sam): eerst ja, nu nee. {geregistreerd}"
    ]
    assert "heeft uw huishouden geen recht op spitspassen meer.\n" in brief
    assert f"- Het lidmaatschap van het huishouden: eerst wel, nu niet meer. {geregistreerd}" in brief
    assert "sam" not in brief


def test_a_new_rule_version_is_told_as_what_changed_with_its_ground(registers: Keten) -> None:
    registers.verwerk(huishouden("sam", "noor"), auto())
    registers.verwerk(passenrecht(grenzen=(14, 16), vanaf="07-01"), register="spitspas")
    uitleg = vraag(registers, PASSEN)
    assert "eerst 3 passen per maand, nu 0 passen per maand" in alinea(uitleg, WAT)
    assert "- Voor de dagen vanaf 1 juli 2026 geldt een andere regel: Wijzigingswet spitspas, artikel II" in (
        alinea(uitleg, EERDER)
    )
    assert alinea(uitleg, EERDER) in registers.brieven("spitspas")[-1]
    assert "Dit besluit rust op: Wijzigingswet spitspas, artikel II." in alinea(uitleg, WAAROP)
    assert "“spitspasrecht”, versie 2" in alinea(uitleg, WAAROP)
    assert "De aanleiding: nieuwe regels" in alinea(uitleg, WIE)
    assert "andere regel" not in alinea(vraag(registers, PASSEN, op="06-01"), EERDER), (
        "before that day the first applies"
    )


def test_what_is_told_to_have_changed_is_what_stood_on_the_very_days_that_are_explained(registers: Keten) -> None:
    registers.verwerk(huishouden("sam"), auto())
    registers.verwerk(passenrecht(grenzen=(14, 31), vanaf="07-01"), register="spitspas")
    registers.verwerk(verkoop(aanschaf("robin", "06-01")))
    juni = alinea(vraag(registers, PASSEN, op="06-15"), EERDER)
    assert "voor de dagen vanaf 1 juni 2026 tot 1 juli 2026" in juni
    assert "andere regel" not in juni, "the second version came later, for other days of the same claim"
    assert "eerst 33 punten, nu 0 punten" in juni


def test_what_stood_there_is_told_by_its_days_when_it_was_not_the_same_on_all_of_them(registers: Keten) -> None:
    registers.verwerk(huishouden("sam"), toetreding("noor 06-01"))
    registers.verwerk(degistratie(("huis",), aggregaat="huishouden"), register="spitspas")
    sam, allebei = alinea(vraag(registers, PASSEN, kolom="punten"), EERDER).splitlines()[2:]
    assert sam.startswith("- Voor de dagen vanaf 1 januari 2026 tot 1 juni 2026: het lidmaatschap van het huishouden")
    assert "volwassene sam" in sam
    assert "noor" not in sam
    assert allebei.startswith("- Voor de dagen vanaf 1 juni 2026: het lidmaatschap van het huishouden")
    assert "volwassene noor" in allebei


def test_a_purchase_that_turns_out_to_be_under_new_law_says_on_which_day_and_which(registers: Keten) -> None:
    registers.verwerk(tarief(), register="aanschafheffing")
    registers.verwerk(auto(), correctie(aanschaf_id=SAMS_KOOP[1], aankoopdatum=dag("08-01")))
    assert "- Op 1 augustus 2026, de dag van aankoop, geldt een andere regel: Wijzigingswet aanschafheffing" in (
        alinea(vraag(registers, HEFFING), EERDER)
    )


def test_a_sum_of_one_says_it_once_and_of_one_adult(registers: Keten) -> None:
    registers.verwerk(huishouden("sam"), auto())
    assert alinea(vraag(registers, PASSEN), HOE).splitlines()[1:3] == [
        "- som van de bijdragen: 33",
        "- 33 / 1 volwassene: 33 punten",
    ]


def test_a_purchase_under_new_law_is_explained_by_that_law(registers: Keten) -> None:
    registers.verwerk(tarief(), register="aanschafheffing")
    registers.verwerk(auto(koop=aanschaf("sam", "08-01")))
    uitleg = vraag(registers, (*HEFFING[:3], "koop-sam-08-01"))
    assert "- 33 punten valt in de band vanaf 33: € 5.000" in alinea(uitleg, HOE)
    assert "“aanschafheffing”, versie 2: Wijzigingswet aanschafheffing, artikel I" in alinea(uitleg, WAAROP)


# --- doubt ----------------------------------------------------------------------------------------------------


def test_doubt_and_its_end_are_told_as_what_became_of_the_outcome_and_as_then_known_not_yet(registers: Keten) -> None:
    registers.verwerk(auto())
    toen = [t.geregistreerd_op for t in registers.registers.gevolgen("wegonderhoud")][-1]
    registers.verwerk(twijfel("gewicht_kg"), onderzoek())
    daarna = alinea(vraag(registers, AUTO), DAARNA)
    assert "De uitkomst geldt nog. Zij is nu in onderzoek." in daarna
    assert "het gewicht van de auto (1300 kg): in twijfel. Daarom." in daarna
    assert "het register wegonderhoud meldt over het fysiek milieu-effect van de auto: in onderzoek" in alinea(
        vraag(registers, HEFFING), DAARNA
    )
    registers.verwerk(einde_onderzoek())
    assert "is voorbij: die was niet terecht. Daarom." in alinea(vraag(registers, AUTO), DAARNA)
    assert "geen twijfel meer" in alinea(vraag(registers, HEFFING), DAARNA)
    assert alinea(vraag(registers, AUTO, beschikbaar_op=toen), DAARNA) == ""


def test_an_outcome_on_doubted_input_says_so_then_and_of_each_gegeven() -> None:
    uitleg = uitleg_van(gegeven(auto(), twijfel("gewicht_kg")), Wijziging.ZEKERHEID_WIJZIGEN)
    assert "het gewicht van de auto: 1300 kg (toen in twijfel)" in alinea(uitleg, GEGEVENS)
    assert "Over de andere gegevens was toen geen twijfel." in alinea(uitleg, GEGEVENS)
    assert alinea(uitleg, TWIJFEL).splitlines()[2:] == ["- Het gewicht van de auto (1300 kg): in twijfel. Daarom."]


def test_a_doubt_on_something_that_was_not_used_is_not_told(registers: Keten) -> None:
    registers.verwerk(auto(), twijfel("kenteken"))
    assert [a.kop for a in vraag(registers, AUTO).alineas] == [BEREKEND, HOE, GEGEVENS, WAAROP, WIE]


def test_a_bezwaar_against_the_besluit_itself_is_told_with_how_it_ended(registers: Keten) -> None:
    registers.verwerk(auto())
    registers.verwerk(bezwaar("heffing_eurocent"), register="aanschafheffing")
    daarna = alinea(vraag(registers, HEFFING), DAARNA)
    assert "de uitkomst zelf: aangevochten: er loopt een bezwaar of beroep tegen." in daarna
    registers.verwerk(einde_bezwaar(), register="aanschafheffing")
    assert "over de uitkomst zelf is voorbij: die was niet terecht" in alinea(vraag(registers, HEFFING), DAARNA)


def test_a_report_by_someone_who_is_not_believed_at_once_is_told(registers: Keten) -> None:
    registers.verwerk(auto(), terugmelding(melder="buurman"))
    assert "buurman meldt dat het gewicht van de auto (1300 kg) niet klopt." in alinea(vraag(registers, AUTO), DAARNA)


# --- what waits, and officials --------------------------------------------------------------------------------


def test_a_held_besluit_is_told_beside_the_one_in_force_and_as_herzien_when_it_went_on(registers: Keten) -> None:
    registers.verwerk(auto(), twijfel("uitstoot_g_per_km"), correctie(uitstoot_g_per_km=160, behoud_twijfel=True))
    uitleg = vraag(registers, HEFFING)
    assert "€ 2.000" in alinea(uitleg, WAT)
    assert "Zolang blijft gelden wat er was. Het besluit is aangehouden: het wacht." in alinea(uitleg, WACHT)
    assert "in twijfel of in onderzoek: de uitstoot van de auto (160 g/km)." in alinea(uitleg, WACHT)
    registers.verwerk(einde_onderzoek())
    eerder = alinea(vraag(registers, HEFFING), EERDER)
    assert "De uitstoot van de auto: eerst 120 g/km, nu 160 g/km. Het register wegonderhoud heeft dit" in eerder
    assert "gecorrigeerd" in eerder, "the end of the doubt is not what changed it"
    assert alinea(vraag(registers, HEFFING), WACHT) == ""


def test_an_official_who_lets_it_go_on_is_named_with_his_reason_and_the_doubt_it_rests_on(registers: Keten) -> None:
    registers.verwerk(auto(), twijfel("uitstoot_g_per_km"), correctie(uitstoot_g_per_km=160, behoud_twijfel=True))
    registers.verwerk(doorbreek(*SAMS_KOOP, gegeven="heffing_eurocent"), register="aanschafheffing")
    uitleg = vraag(registers, HEFFING)
    assert "Over de aanschafheffing liet ambtenaar-1 het besluit doorgaan, hoewel er twijfel was." in alinea(
        uitleg, WIE
    )
    assert "De ambtenaar die besliste voegt hieraan toe: het duurt te lang." in alinea(uitleg, WIE)
    assert "De uitkomst rust daarop" in alinea(uitleg, TWIJFEL)
    assert "De uitstoot van de auto (160 g/km): in twijfel" in alinea(uitleg, TWIJFEL)


def test_a_letter_tells_the_doubt_it_rests_on_and_that_an_official_let_it_go_on_but_not_who(
    registers: Keten,
) -> None:
    registers.verwerk(auto(), twijfel("uitstoot_g_per_km"), correctie(uitstoot_g_per_km=160, behoud_twijfel=True))
    registers.verwerk(doorbreek(*SAMS_KOOP, gegeven="heffing_eurocent"), register="aanschafheffing")
    eerste, brief = registers.brieven("aanschafheffing")
    assert alinea(vraag(registers, HEFFING), TWIJFEL) in brief
    assert "was er twijfel of bezwaar." in brief
    assert "Een ambtenaar liet het besluit toch doorgaan." in brief
    assert "- De uitstoot van de auto (160 g/km): in twijfel." in brief
    assert "De ambtenaar die besliste voegt hieraan toe: het duurt te lang." in brief
    assert "ambtenaar-1" not in brief
    assert "twijfel" not in eerste


def test_an_official_who_decided_himself_is_named_with_his_mandate() -> None:
    with keten() as registers:
        registers.verwerk(huishouden("sam"), auto(koop=aanschaf(regio="Bergland")))
        registers.registers.verwerk(
            beslis("huis", gegeven="punten", waarde=Fraction(20), aggregaat="huishouden"),
            beslisser="ambtenaar-1",
            namens=Mandaat("de directeur NDM", "Mandaatbesluit 2026"),
            gebeurd_op=dag("11-20"),
            register="spitspas",
        )
        registers.registers.wacht_op_rust()
        wie = alinea(vraag(registers, PASSEN), WIE)
    assert "Over het milieu-effect van het huishouden besliste ambtenaar-1, namens de directeur NDM" in wie
    assert "(Mandaatbesluit 2026), zelf." in wie
    assert "naar redelijkheid" in wie


def test_what_an_official_put_aside_is_told_beside_what_stays_in_force(registers: Keten) -> None:
    registers.verwerk(auto(), twijfel("uitstoot_g_per_km"), correctie(uitstoot_g_per_km=160, behoud_twijfel=True))
    registers.verwerk(terzijde(*SAMS_KOOP, gegeven="heffing_eurocent"), register="aanschafheffing")
    assert "ambtenaar-1 legde wat wachtte terzijde. Hier hoeft niets." in alinea(vraag(registers, HEFFING), DAARNA)


def test_where_nothing_was_decided_yet_it_says_why_it_waits(registers: Keten) -> None:
    registers.verwerk(auto(koop=aanschaf(regio="Bergland")), huishouden("sam", vanaf="05-01"))
    uitleg = vraag(registers, PASSEN)
    assert uitleg.gevolg == ""
    assert "Op 21 november 2026 is er geen uitkomst voor het recht op spitspassen." in alinea(uitleg, WACHT)
    assert "de punten van een auto zijn niet bekend" in alinea(uitleg, WACHT)


# --- a context that knows nothing of it -----------------------------------------------------------------------


def vergunning(straat: Straat, **anders: Any) -> Uitleg:
    """The uitleg of Sam's tariff."""
    return straat.registers.uitleg("parkeervergunning", "vergunning", *SAM, geldig_op=dag("11-21"), **anders).inhoud


def test_a_fourth_register_explains_what_waits_what_it_decided_and_what_it_took_back() -> None:
    with open_straat() as straat:
        straat.verwerk(aanvraag())
        assert "De reden: auto onbekend." in alinea(vergunning(straat), WACHT)
        straat.verwerk(auto())
        uitleg = vergunning(straat)
        assert "het tarief van de parkeervergunning vast: € 25." in alinea(uitleg, WAT)
        assert "Het gaat over vergunning v-sam van auto auto-1. Dit geldt vanaf 1 april 2026." in alinea(uitleg, WAT)
        assert "- 21 punten valt in de band van 15 tot 30: € 25" in alinea(uitleg, HOE)
        straat.verwerk(correctie(gewicht_kg=2300))
        assert "Eerder stelden wij € 25 vast" in alinea(vergunning(straat), EERDER)
        assert alinea(vergunning(straat), EERDER) in straat.post[-1]
        straat.verwerk(degistratie())
        assert "Dat was: € 60." in alinea(vergunning(straat), WAT)
        assert "nu vervallen" in alinea(vergunning(straat), EERDER)


def test_a_fourth_register_explains_a_held_tariff_and_the_official_who_let_it_go_on() -> None:
    with open_straat() as straat:
        straat.verwerk(auto(), twijfel("gewicht_kg"), aanvraag())
        assert "Het besluit is aangehouden" in alinea(vergunning(straat), WACHT)
        straat.hier(taak(DoorbreekAanhouding))
        uitleg = vergunning(straat)
        assert "liet ambtenaar-1 het besluit doorgaan, hoewel er twijfel was" in alinea(uitleg, WIE)
        assert "het fysiek milieu-effect van de auto: 21 punten (toen in twijfel)" in alinea(uitleg, GEGEVENS)


# --- nothing to explain ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rij", "anders", "zin"),
    [
        (HEFFING[:3], {}, "een rij van referentietabel heeft een sleutel van 2 delen"),
        ((*HEFFING[:2], "auto-9", "koop-9"), {}, "hier is nog niets vastgelegd"),
        ((*HEFFING[:3], "koop-9"), {}, "nooit vastgesteld; vraag een andere dag"),
        (HEFFING, {"kolom": "kleur"}, "heeft geen kolom 'kleur'; er zijn: eigenaar, punten"),
        (AUTO, {"kolom": "gewicht_kg"}, "maar vastgelegd of overgenomen"),
    ],
)
def test_where_there_is_nothing_to_explain_one_sentence_says_why(
    registers: Keten, rij: tuple[str, ...], anders: dict[str, str], zin: str
) -> None:
    registers.verwerk(auto())
    with pytest.raises(GeenUitleg, match=zin):
        vraag(registers, rij, **anders)


def test_what_no_rule_gave_and_what_is_not_there_are_not_explained() -> None:
    verhaal = gegeven(auto())
    stroom = opgenomen(verhaal)
    with pytest.raises(GeenUitleg, match="geen besluit en geen berekening"):
        leg_uit(verhaal.context, stroom, stroom[0].gevolgen[0].id)
    with pytest.raises(GeenUitleg, match="staat hier niet"):
        leg_uit(verhaal.context, stroom, "nergens")
    with pytest.raises(GeenUitleg, match="nog niets vastgelegd"):
        leg_wachten_uit(verhaal.context, [], SAMS_AUTO, "punten", dag("11-21"))


def test_any_outcome_can_be_asked_for_by_its_aggregate_and_its_id(registers: Keten) -> None:
    registers.verwerk(auto())
    [punten] = [
        g.id
        for t in registers.registers.gevolgen("wegonderhoud")
        for g in t.gevolgen
        if g.naam == "FysiekMilieueffectVastgesteld"
    ]
    assert "21 punten" in registers.registers.uitleg_van(punten).inhoud.tekst


def test_an_outcome_that_is_not_recorded_yet_is_explained_without_a_day() -> None:
    verhaal = gegeven(auto())
    uitkomst = next(g.id for g in verhaal.journaal[0].gevolgen if isinstance(g.inhoud, Afleiding))
    uitleg = leg_uit(verhaal.context, verhaal.journaal, uitkomst)
    assert "Wij berekenden het fysiek milieu-effect van de auto: 21 punten." in uitleg.tekst


# --- letters say the same, and nothing about someone else -----------------------------------------------------


def test_a_letter_gives_the_steps_and_what_changed_in_the_sentences_of_the_uitleg(registers: Keten) -> None:
    registers.verwerk(auto(), correctie(gewicht_kg=1600))
    brief, uitleg = registers.brieven("aanschafheffing")[-1], vraag(registers, HEFFING)
    assert alinea(uitleg, HOE) in brief
    assert alinea(uitleg, EERDER) in brief
    assert alinea(uitleg, WAAROP).splitlines()[1].removesuffix(" Wij gebruikten:") in brief


def test_who_hears_that_a_levy_was_never_about_him_hears_nothing_of_whom_it_is_about(registers: Keten) -> None:
    anders = {"koper": "noor", "koper_naam": "Noor", "regio": "Middenland"}
    registers.verwerk(auto(), correctie(aanschaf_id=SAMS_KOOP[1], **anders))
    _, aan_sam, aan_noor = registers.brieven("aanschafheffing")
    assert "De koper: dat is veranderd." in aan_sam
    assert not {"noor", "Noor", "Middenland"} & set(aan_sam.replace(".", " ").split())
    assert "Eerder" not in aan_noor
    assert not {"sam", "Sam", "Kustland"} & set(aan_noor.replace(".", " ").replace("-", "_").split())


def test_letters_about_a_purchase_that_is_someone_elses_tell_what_was_paid_and_have_each_a_kenmerk(
    registers: Keten,
) -> None:
    registers.verwerk(auto(), betaling(150_000))
    registers.verwerk(correctie(aanschaf_id=SAMS_KOOP[1], koper="noor", koper_naam="Noor"))
    eerste, aan_sam, aan_noor = registers.brieven("aanschafheffing")
    assert "betaald" not in eerste.replace("betaalt", "")
    assert "U bent niets meer verschuldigd.\n\nVoor deze aanschaf is al € 1.500 betaald.\n\n" in aan_sam
    assert "Voor deze aanschaf is al € 1.500 betaald. Er staat nog € 500 open.\n\n" in aan_noor
    assert registers.rij(*REKENING)["openstaand_eurocent"] == 50_000
    kenmerken = [regel for brief in (aan_sam, aan_noor) for regel in brief.splitlines() if "Kenmerk:" in regel]
    assert [kenmerk[-2:] for kenmerk in kenmerken] == ["/1", "/2"]


def test_what_a_correction_repeats_is_not_told_as_changed_in_a_letter_nor_in_the_uitleg(registers: Keten) -> None:
    registers.verwerk(tarief(), register="aanschafheffing")
    registers.verwerk(auto(), correctie(aanschaf_id=SAMS_KOOP[1], aankoopdatum=dag("08-01")))
    eerder = alinea(vraag(registers, HEFFING), EERDER)
    assert eerder in registers.brieven("aanschafheffing")[-1]
    assert "Opnieuw vastgelegd en gelijk gebleven: de koper en de regio van de koper. Dit is er veranderd:" in eerder
    assert "- De dag van aankoop: eerst 1 maart 2026, nu 1 augustus 2026." in eerder
    assert "nog steeds" not in eerder
    assert "- De koper" not in eerder


def test_a_letter_to_a_household_names_none_of_its_adults(registers: Keten) -> None:
    registers.verwerk(huishouden("sam", "noor"), auto(), verkoop(aanschaf("robin", "06-01")), vertrek("noor 07-01"))
    for brief in registers.brieven("spitspas"):
        assert not {"sam", "noor", "robin"} & set(brief.replace(")", " ").split())
