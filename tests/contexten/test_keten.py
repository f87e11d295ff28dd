"""The chain: what crosses the borders of the three registers, up to the letters."""

from collections.abc import Iterator
from fractions import Fraction
from itertools import permutations
from typing import Any

import pytest

from actors.contexten.wegonderhoud.commandos import RegistreerAuto
from actors.register.commando import NietVerwerkt
from actors.verwerking.generiek.commandos import Betreft, Degistreer
from actors.verwerking.verbandindex import VERBANDEN
from tests.domein import (
    Keten,
    aanschaf,
    auto,
    correctie,
    dag,
    einde_onderzoek,
    gegeven,
    huishouden,
    keten,
    toetreding,
    toon,
    twijfel,
    verkoop,
    vertrek,
)

THUIS = huishouden("sam", "noor")
BUITEN = auto(koop=aanschaf(regio="Bergland"))


@pytest.fixture
def registers() -> Iterator[Keten]:
    with keten() as alle:
        yield alle


# --- the purchase of a car ------------------------------------------------------------------------------------


def test_the_first_row_of_the_flagship_table(registers: Keten) -> None:
    """Household first, then the car with 100 g/km: 21, 31, € 2000, 31/2, 5 passes, letters 1 and 1."""
    registers.verwerk(THUIS)
    assert (registers.punten(), registers.passen(), registers.aantal_brieven) == (0, 5, (0, 1))

    registers.verwerk(auto(uitstoot_g_per_km=100))

    assert registers.rij("wegonderhoud", "auto", "auto-1")["punten"] == 21
    assert registers.rij("aanschafheffing", "auto", "auto-1")["punten"] == 31
    assert registers.heffing() == 2000_00
    assert (registers.punten(), registers.passen()) == (Fraction(31, 2), 5)
    assert registers.aantal_brieven == (1, 1)
    assert all(not registers.taken(register) for register in registers.opslagen)


def test_a_correction_travels_through_all_registers(registers: Keten) -> None:
    """The row `correctie` of the flagship: 33 punten, € 2000 gehandhaafd, 33/2, 3 passes, one letter more."""
    registers.verwerk(THUIS, auto(uitstoot_g_per_km=100), correctie(uitstoot_g_per_km=120))

    assert registers.rij("wegonderhoud", "auto", "auto-1")["punten"] == 21
    assert registers.heffing() == 2000_00
    assert "AanschafheffingGehandhaafd" in registers.gevolgnamen("aanschafheffing")
    assert (registers.punten(), registers.passen()) == (Fraction(33, 2), 3)
    assert registers.aantal_brieven == (1, 2)


def test_the_letter_about_the_levy_names_its_reasons(registers: Keten) -> None:
    registers.verwerk(auto())
    [brief] = registers.brieven("aanschafheffing")
    for gezegd in (
        "Beste Sam",
        "Dagtekening: 21 november 2026",
        "U kocht op 1 maart 2026 een auto.",
        "€ 2.000",
        "120 g/km / 10, naar beneden afgerond",
        "33 punten valt in de band van 21 tot 36",
        "Wet aanschafheffing, artikel 4",
        "bezwaar",
    ):
        assert gezegd in brief


def test_the_letter_about_passen_names_its_reasons(registers: Keten) -> None:
    registers.verwerk(THUIS, auto())
    _, brief = registers.brieven("spitspas")
    for gezegd in (
        "Vanaf 1 maart 2026 heeft uw huishouden recht op 3 spitspassen per maand (dat waren er 5).",
        "33 / 2 volwassenen",
        "16,5 punten valt in de band van 16 tot 31",
        "Wet spitspas, artikel 4",
        "bezwaar",
    ):
        assert gezegd in brief


def test_every_next_register_names_the_gevolg_that_was_its_aanleiding(registers: Keten) -> None:
    registers.verwerk(auto())
    [bron] = registers.registers.gevolgen("wegonderhoud")
    overname = next(t for t in registers.registers.gevolgen("aanschafheffing") if t.aggregaat == "auto")
    aanleiding = overname.verantwoording.aanleiding
    assert aanleiding.soort == "gevolg"
    assert aanleiding.verwijzing in {g.id for g in bron.gevolgen}
    assert "Dienst onderhoud weginfrastructuur" in aanleiding.verantwoordelijke


def test_the_same_commando_again_changes_nothing_in_the_chain(registers: Keten) -> None:
    registers.verwerk(THUIS, auto())
    voor = registers.registers.standen()
    assert isinstance(registers.bied_aan(auto()), NietVerwerkt)
    assert registers.registers.standen() == voor


# --- outside the area -----------------------------------------------------------------------------------------


def test_a_car_outside_the_area_is_not_levied_and_leaves_the_passen_as_they_were(registers: Keten) -> None:
    registers.verwerk(THUIS, BUITEN)

    assert "AanschafheffingNietVerschuldigd" in registers.gevolgnamen("aanschafheffing")
    assert registers.heffing() == 0
    assert registers.rij("aanschafheffing", "auto", "auto-1")["punten"] is None
    assert registers.taken("aanschafheffing") == set()
    assert registers.taken("spitspas") == {"punten_onbekend"}
    assert (registers.passen(op="02-28"), registers.passen(op="03-01")) == (5, 5)
    assert registers.aantal_brieven == (0, 1)


def test_passen_that_were_never_decided_are_not_decided_on_unknown_punten(registers: Keten) -> None:
    registers.verwerk(BUITEN, huishouden("sam", "noor", vanaf="04-01"))
    assert registers.passen() is None
    assert registers.taken("spitspas") == {"punten_onbekend"}
    assert registers.aantal_brieven == (0, 0)


def test_punten_that_become_known_let_the_held_decision_go_on_by_itself(registers: Keten) -> None:
    registers.verwerk(THUIS, BUITEN, correctie(aanschaf_id="koop-sam-03-01", regio="Middenland"))
    assert (registers.heffing(), registers.passen(), registers.taken("spitspas")) == (2000_00, 3, set())
    assert registers.aantal_brieven == (1, 2)


# --- sale -----------------------------------------------------------------------------------------------------


def test_a_car_sold_inside_the_area_is_levied_twice_and_counts_for_its_then_owner(registers: Keten) -> None:
    registers.verwerk(THUIS, huishouden("robin", huishouden_id="elders"), auto(), verkoop(aanschaf("robin", "06-01")))

    assert (registers.heffing(), registers.heffing("koop-robin-06-01")) == (2000_00, 2000_00)
    assert [registers.punten(op=d) for d in ("02-28", "03-01", "05-31", "06-01")] == [
        0,
        Fraction(33, 2),
        Fraction(33, 2),
        0,
    ]
    assert [registers.passen("elders", op=d) for d in ("05-31", "06-01")] == [5, 0]
    assert len(registers.brieven("aanschafheffing")) == 2


def test_a_sale_reported_late_leaves_both_levies_as_they_are(registers: Keten) -> None:
    registers.verwerk(auto(), verkoop(aanschaf("robin", "06-01")), verkoop(aanschaf("noor", "04-01")))
    kopen = ("koop-sam-03-01", "koop-noor-04-01", "koop-robin-06-01")
    assert [registers.heffing(koop) for koop in kopen] == [2000_00] * 3
    assert len(registers.brieven("aanschafheffing")) == 3


def test_a_sale_out_of_the_area_leaves_the_first_levy_and_gives_no_second(registers: Keten) -> None:
    registers.verwerk(auto(), verkoop(aanschaf("robin", "06-01", regio="Bergland")))
    assert (registers.heffing(), registers.heffing("koop-robin-06-01")) == (2000_00, 0)
    assert len(registers.brieven("aanschafheffing")) == 1


def test_a_sale_inside_one_household_gives_no_letter_about_passen(registers: Keten) -> None:
    registers.verwerk(THUIS, auto())
    voor = registers.brieven("spitspas")
    registers.verwerk(verkoop(aanschaf("noor", "06-01")))

    assert (registers.punten(), registers.passen()) == (Fraction(33, 2), 3)
    assert registers.brieven("spitspas") == voor


def test_a_sale_inside_one_household_never_decides_on_a_state_that_no_facts_support(registers: Keten) -> None:
    registers.verwerk(THUIS, auto(), verkoop(aanschaf("noor", "06-01")))
    besloten = [
        toon(g)["punten"]
        for t in registers.registers.gevolgen("spitspas")
        for g in t.gevolgen
        if g.naam.startswith("HuishoudelijkMilieueffect")
    ]
    assert set(besloten) == {Fraction(0), Fraction(33, 2)}
    assert besloten.count(Fraction(0)) == 1


# --- two purchases on the same day ----------------------------------------------------------------------------


TEGELIJK = (auto(), verkoop(aanschaf("robin", "03-01", wijk="Bosrand")))


def test_two_purchases_on_the_same_day_are_a_taak(registers: Keten) -> None:
    registers.verwerk(*TEGELIJK)
    assert "gelijktijdige_claims" in registers.taken("aanschafheffing")


def test_no_table_chooses_between_two_purchases_on_the_same_day(registers: Keten) -> None:
    registers.verwerk(*TEGELIJK)
    rij = registers.rij("wegonderhoud", "auto", "auto-1")
    assert (rij["koper"], rij["wijk"], rij["regio"]) == (None, None, "Kustland")
    assert registers.rij("aanschafheffing", "auto", "auto-1")["eigenaar"] is None


def test_a_car_in_two_wijken_at_once_does_not_stop_the_planning(registers: Keten) -> None:
    registers.verwerk(*TEGELIJK, auto("auto-2"))
    assert registers.tabel("wegonderhoud", "wegonderhoudsplanning") == [
        {"wijk": "Duinwijk", "punten": 21, "rang": 1, "volledig": True}
    ]


def test_two_purchases_on_the_same_day_are_not_told_to_a_household_as_no_car_at_all(registers: Keten) -> None:
    """What was decided stays in force when an input goes missing."""
    registers.verwerk(THUIS, *TEGELIJK)
    assert registers.passen() == 3
    assert registers.aantal_brieven[1] == 2


def test_a_corrected_aankoopdatum_solves_two_purchases_on_the_same_day(registers: Keten) -> None:
    registers.verwerk(THUIS, *TEGELIJK, correctie(aanschaf_id="koop-robin-03-01", aankoopdatum=dag("06-01")))
    assert registers.taken("aanschafheffing") == set()
    assert (registers.passen(op="05-31"), registers.passen(op="06-01")) == (3, 5)


# --- households -----------------------------------------------------------------------------------------------


def test_the_cars_of_several_adults_are_added_up_over_all_of_them(registers: Keten) -> None:
    tweede = auto("auto-2", aanschaf("noor", "04-01"), gewicht_kg=1500, uitstoot_g_per_km=85)
    registers.verwerk(huishouden("sam", "noor", "robin"), auto(), tweede)
    assert [registers.punten(op=d) for d in ("02-28", "03-01", "04-01")] == [0, 11, Fraction(33 + 15 + 8 + 8, 3)]
    assert [registers.passen(op=d) for d in ("02-28", "03-01", "04-01")] == [5, 5, 3]


def test_two_cars_of_one_adult_both_count(registers: Keten) -> None:
    registers.verwerk(THUIS, auto(), auto("auto-2", aanschaf(op="04-01")))
    assert [registers.punten(op=d) for d in ("03-31", "04-01")] == [Fraction(33, 2), 33]


def test_a_household_registered_after_the_car_gets_one_letter_and_no_false_state(registers: Keten) -> None:
    registers.verwerk(auto())
    assert registers.taken("spitspas") == {"huishouden_onbekend"}

    registers.verwerk(THUIS)
    assert registers.taken("spitspas") == set()
    assert [registers.passen(op=d) for d in ("02-28", "03-01")] == [5, 3]
    [brief] = registers.brieven("spitspas")
    assert "Vanaf 1 januari 2026 tot 1 maart 2026 heeft uw huishouden recht op 5 spitspassen" in brief
    assert "Vanaf 1 maart 2026 heeft uw huishouden recht op 3 spitspassen" in brief


def test_a_household_that_starts_after_the_purchase_leaves_no_taak(registers: Keten) -> None:
    registers.verwerk(auto(), huishouden("sam", vanaf="09-01"))
    assert registers.taken("spitspas") == set()
    assert (registers.passen(op="08-31"), registers.passen(op="09-01")) == (None, 0)


@pytest.mark.parametrize(("eerste", "tweede", "derde"), [*permutations(("anna", "bea", "cas"))])
def test_one_registration_of_a_household_is_one_letter_whatever_its_adults_are_called(
    registers: Keten, eerste: str, tweede: str, derde: str
) -> None:
    registers.verwerk(huishouden(eerste, f"{tweede} 02-01", f"{derde} 03-01"))
    assert registers.aantal_brieven == (0, 1)


def test_a_member_who_joins_with_a_car_is_one_letter(registers: Keten) -> None:
    registers.verwerk(huishouden("sam"), auto(koop=aanschaf("noor")))
    registers.verwerk(toetreding("noor 05-01"))
    assert [registers.punten(op=d) for d in ("04-30", "05-01")] == [0, Fraction(33, 2)]
    assert registers.taken("spitspas") == set()
    assert registers.aantal_brieven[1] == 2


def test_a_member_who_leaves_with_his_car_is_one_letter(registers: Keten) -> None:
    registers.verwerk(THUIS, auto(koop=aanschaf("noor")))
    voor = registers.aantal_brieven[1]
    registers.verwerk(vertrek("noor 05-01"))
    assert [registers.punten(op=d) for d in ("04-30", "05-01")] == [Fraction(33, 2), 0]
    assert registers.aantal_brieven[1] == voor + 1


def test_a_member_who_moves_takes_his_car_to_the_other_household(registers: Keten) -> None:
    registers.verwerk(THUIS, huishouden("robin", huishouden_id="elders"), auto(koop=aanschaf("noor")))
    registers.verwerk(vertrek("noor 05-01"), toetreding("noor 05-01", huishouden_id="elders"))
    assert [registers.punten(op=d) for d in ("04-30", "05-01")] == [Fraction(33, 2), 0]
    assert [registers.punten("elders", op=d) for d in ("04-30", "05-01")] == [0, Fraction(33, 2)]


def test_when_the_last_adult_leaves_the_right_is_ingetrokken_with_a_letter(registers: Keten) -> None:
    registers.verwerk(THUIS, auto(), vertrek("noor 05-01"), vertrek("sam 07-01"))
    assert [registers.passen(op=d) for d in ("04-30", "06-30", "07-01")] == [3, 0, None]
    assert "SpitspasrechtIngetrokken" in registers.gevolgnamen("spitspas")
    brief = registers.brieven("spitspas")[-1]
    assert "Vanaf 1 juli 2026 heeft uw huishouden geen recht op spitspassen meer" in brief


def test_the_owner_is_told_no_household_when_joining_and_leaving_fall_on_one_day(registers: Keten) -> None:
    registers.verwerk(huishouden("sam"), toetreding("noor 02-01"), vertrek("noor 02-01"))
    assert "gelijktijdige_claims" in registers.taken("spitspas")
    assert registers.rij("spitspas", "eigenaar", "noor").get("huishouden") is None


# --- order of arrival -----------------------------------------------------------------------------------------


VERTELD = (
    THUIS,
    huishouden("robin", huishouden_id="elders"),
    auto(uitstoot_g_per_km=100),
    auto("auto-2", aanschaf("noor", "04-01")),
)


def antwoorden(registers: Keten) -> dict[str, Any]:
    """Every table on every day on which something changes, and what waits."""
    dagen = ("01-01", "02-28", "03-01", "04-01", "06-01", "11-21")
    tabellen = [
        (register, projectie.naam)
        for register, kern in registers.registers._kernen.items()
        for projectie in kern.context.projecties
    ]
    return {f"{r} {t} {d}": registers.tabel(r, t, d) for r, t in tabellen for d in dagen} | {
        f"taken {r}": registers.taken(r) for r in registers.opslagen
    }


@pytest.fixture(scope="module")
def op_volgorde() -> dict[str, Any]:
    with keten() as registers:
        registers.verwerk(*VERTELD, verkoop(aanschaf("robin", "06-01")), correctie(uitstoot_g_per_km=120))
        return antwoorden(registers)


@pytest.mark.parametrize("volgorde", [*permutations(range(4))][::3])
@pytest.mark.parametrize("rust", [True, False])
def test_the_answers_at_rest_do_not_depend_on_the_order_in_which_things_were_reported(
    volgorde: tuple[int, ...], op_volgorde: dict[str, Any], *, rust: bool
) -> None:
    with keten(zaad=str(volgorde)) as registers:
        for commando in [VERTELD[n] for n in volgorde]:
            registers.registers.verwerk(commando)
            if isinstance(commando, RegistreerAuto) and commando.auto_id == "auto-1":
                registers.registers.verwerk(verkoop(aanschaf("robin", "06-01")))
            if rust:
                registers.registers.wacht_op_rust()
        registers.verwerk(correctie(uitstoot_g_per_km=120))
        assert antwoorden(registers) == op_volgorde


# --- who sees what --------------------------------------------------------------------------------------------


def test_the_public_view_has_no_owner_while_the_internal_one_from_the_same_gevolgen_has(registers: Keten) -> None:
    registers.verwerk(auto())
    openbaar = registers.rij("wegonderhoud", "auto-openbaar", "auto-1")
    intern = registers.rij("wegonderhoud", "auto", "auto-1")

    assert openbaar == {
        "onderwerp": ("auto-1",),
        "punten": 21,
        "klasse": "gemiddeld belastend",
        "zekerheid": {},
        "volledig": True,
    }
    assert (intern["koper"], intern["kenteken"], intern["punten"]) == ("sam", "KN-auto-1", 21)
    for verstrekking in registers.verteld("wegonderhoud", "openbaar"):
        assert {m[1] for m in verstrekking["mededelingen"]} <= {"punten", "klasse"}
        assert "sam" not in str(verstrekking).lower()


def test_spitspas_gets_punten_and_opaque_references_and_nothing_else(registers: Keten) -> None:
    registers.verwerk(THUIS, auto(), verkoop(aanschaf("robin", "06-01")))
    verteld = registers.verteld("aanschafheffing", "spitspas")
    assert verteld
    for verstrekking in verteld:
        for onderwerp, gegeven_, _van, _tot, waarde, was, _claim, twijfels, *_ in verstrekking["mededelingen"]:
            assert (onderwerp, gegeven_, twijfels) == (["auto-1"], "bezit", [])
            for bezit in (waarde, was):
                assert bezit is None or set(bezit) == {"eigenaar", "punten"}


def test_no_name_kenteken_or_place_ever_reaches_spitspas(registers: Keten) -> None:
    koop = aanschaf("p-1", koper_naam="Roderick", wijk="Zilverschoon", regio="Middenland")
    registers.verwerk(huishouden("p-1"), auto("auto-1", koop, kenteken="QZ-77-X"))
    assert registers.punten() == 33

    opslag = registers.opslagen["spitspas"]
    decoderen = registers.registers._kernen["spitspas"].serialisatie.van_bytes
    bekend = [str(t) for t in registers.registers.gevolgen("spitspas")]
    bekend += [str(v) for v in registers.registers.verstrekkingen("spitspas")]
    tabellen = [p for p in opslag.projecties.projecties() if p != VERBANDEN]
    bekend += [str(decoderen(v)) for p in tabellen for _, v in opslag.projecties.scan(p)]
    bekend += [str(sleutel) for sleutel, _ in opslag.projecties.scan(VERBANDEN)]
    bekend += [str(v) for v in registers.verteld("aanschafheffing", "spitspas")]
    for geheim in ("Roderick", "QZ-77-X", "Zilverschoon", "Middenland"):
        assert not [tekst for tekst in bekend if geheim in tekst], geheim


# --- tables ---------------------------------------------------------------------------------------------------


def test_the_planning_ranks_the_wijken_by_the_punten_of_their_cars(registers: Keten) -> None:
    in_bos = {"wijk": "Bosrand"}
    registers.verwerk(
        auto("auto-1"),
        auto("auto-2", aanschaf("noor", "04-01", **in_bos)),
        auto("auto-3", aanschaf("robin", "05-01", **in_bos), gewicht_kg=1500),
        auto("auto-4", aanschaf("anna", wijk="Anders")),
    )
    planning = registers.tabel("wegonderhoud", "wegonderhoudsplanning")
    assert planning == [
        {"wijk": "Bosrand", "punten": 21 + 23, "rang": 1, "volledig": True},
        {"wijk": "Anders", "punten": 21, "rang": 2, "volledig": True},
        {"wijk": "Duinwijk", "punten": 21, "rang": 2, "volledig": True},
    ]
    assert registers.tabel("wegonderhoud", "wegonderhoudsplanning", op="03-31") == [
        {"wijk": "Anders", "punten": 21, "rang": 1, "volledig": True},
        {"wijk": "Duinwijk", "punten": 21, "rang": 1, "volledig": True},
    ]
    assert registers.tabel("wegonderhoud", "wegonderhoudsplanning", op="02-28") == []


def test_a_sold_car_weighs_on_the_wijk_of_its_new_owner_from_then_on(registers: Keten) -> None:
    registers.verwerk(auto(), verkoop(aanschaf("robin", "06-01", wijk="Bosrand")))
    wijken = [
        [r["wijk"] for r in registers.tabel("wegonderhoud", "wegonderhoudsplanning", d)] for d in ("05-31", "06-01")
    ]
    assert wijken == [["Duinwijk"], ["Bosrand"]]


def test_the_reference_table_has_eigenaar_punten_and_heffing_per_purchase(registers: Keten) -> None:
    registers.verwerk(auto(), verkoop(aanschaf("robin", "06-01")))
    tabel = registers.tabel("aanschafheffing", "referentietabel")
    assert [(r["onderwerp"][1], r["eigenaar"], r["punten"], r["heffing_eurocent"]) for r in tabel] == [
        ("koop-robin-06-01", "robin", 33, 2000_00),
        ("koop-sam-03-01", "sam", 33, 2000_00),
    ]


def test_the_reference_table_shows_the_punten_on_which_each_levy_rests(registers: Keten) -> None:
    registers.verwerk(auto(), verkoop(aanschaf("robin", "06-01", regio="Bergland")))
    tabel = registers.tabel("aanschafheffing", "referentietabel")
    assert {r["eigenaar"]: (r["punten"], r["heffing_eurocent"]) for r in tabel} == {
        "sam": (33, 2000_00),
        "robin": (None, 0),
    }


# --- one context and the whole chain agree --------------------------------------------------------------------


def test_a_register_in_memory_records_the_same_gevolgen_as_in_the_chain(registers: Keten) -> None:
    commandos = (auto(), verkoop(aanschaf("robin", "06-01")), correctie(gewicht_kg=1400))
    registers.verwerk(*commandos)
    los = gegeven(*commandos)
    assert registers.gevolgnamen("wegonderhoud") == [g.naam for t in los.journaal for g in t.gevolgen]


# --- whose letter it is -----------------------------------------------------------------------------------------


def degistratie(*onderwerp: str, gegeven: str | None = None) -> Degistreer:
    return Degistreer(
        aggregaat="auto",
        aggregaat_id=onderwerp[0],
        betreft=Betreft(onderwerp=onderwerp, gegeven=gegeven),
        toelichting="nooit gekocht",
    )


def test_who_never_bought_the_car_is_told_so_and_not_who_bought_it_before(registers: Keten) -> None:
    registers.verwerk(THUIS, auto(), verkoop(aanschaf("robin", "06-01")))
    registers.registers.verwerk(
        degistratie("auto-1", "koop-robin-06-01"), register="wegonderhoud", gebeurd_op=dag("07-01")
    )
    registers.registers.wacht_op_rust()
    brieven = [v for v in registers.registers.verstrekkingen("aanschafheffing") if v["vorm"] == "brief"]
    assert [brief["aan"] for brief in brieven] == ["sam", "robin", "robin"]
    assert "Beste Robin" in brieven[-1]["tekst"].waarde
    assert (registers.heffing(), registers.heffing("koop-robin-06-01")) == (2000_00, None)


def test_a_levy_without_its_own_buyer_is_not_laid_on_the_buyer_before(registers: Keten) -> None:
    registers.verwerk(THUIS, auto(), verkoop(aanschaf("robin", "06-01")))
    registers.registers.verwerk(
        degistratie("auto-1", "koop-robin-06-01", gegeven="koper"), register="wegonderhoud", gebeurd_op=dag("07-01")
    )
    registers.registers.wacht_op_rust()
    assert registers.heffing("koop-robin-06-01") is None
    assert "AanschafheffingIngetrokken" in registers.gevolgnamen("aanschafheffing")


def test_a_levy_that_turns_out_to_be_someone_elses_is_told_to_both(registers: Keten) -> None:
    registers.verwerk(auto(), correctie(aanschaf_id="koop-sam-03-01", koper="noor", koper_naam="Noor"))
    brieven = [v for v in registers.registers.verstrekkingen("aanschafheffing") if v["vorm"] == "brief"]
    assert [brief["aan"] for brief in brieven] == ["sam", "sam", "noor"]
    _, aan_sam, aan_noor = (brief["tekst"].waarde for brief in brieven)
    assert "Beste Noor" in aan_noor
    assert "eenmalig een aanschafheffing van € 2.000" in aan_noor
    assert "Beste Sam" in aan_sam
    assert "trekken de aanschafheffing van € 2.000 in" in aan_sam


def test_a_levy_is_not_laid_on_someone_else_while_the_koper_is_in_doubt(registers: Keten) -> None:
    """Another koper is another besluit, also when the amount is the same."""
    registers.verwerk(auto())
    registers.verwerk(twijfel("koper", over=("auto-1", "koop-sam-03-01")))
    registers.verwerk(correctie(aanschaf_id="koop-sam-03-01", koper="noor", koper_naam="Noor", behoud_twijfel=True))
    assert registers.aantal_brieven == (1, 0)
    [taak] = [t for t in registers.registers.taken("aanschafheffing").inhoud if t["gegeven"] == "heffing_eurocent"]
    assert taak["reden"] == "invoer_in_twijfel"
    registers.verwerk(einde_onderzoek(over=("auto-1", "koop-sam-03-01")))
    assert "AanschafheffingHerzien" in registers.gevolgnamen("aanschafheffing")
    aan = [v["aan"] for v in registers.registers.verstrekkingen("aanschafheffing") if v["vorm"] == "brief"]
    assert aan == ["sam", "sam", "noor"]
