"""Herkomst and doorwerking over the stored registers: the index is what the journals say, and so are the answers."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings

from actors.register.claim import gevolg_van
from actors.register.commando import Verwerkt
from actors.register.gevolg import Overname, Vastlegging
from actors.register.persoonsgegeven import Persoonsgegeven
from actors.runtime.lezing import Registerlezing
from actors.runtime.systeem import RegisterSystem
from actors.verwerking.antwoord import GeenGrens
from actors.verwerking.generiek.commandos import WisPersoonsgegevens
from actors.verwerking.gevolgenverwerking import Projector
from actors.verwerking.herkomst import Spoor
from actors.verwerking.verbandindex import VERBANDEN, Verbandindex
from storage.projectiestore import Change
from storage.projectiestore_memory import MemoryProjectiestore
from tests.domein import Keten, aanschaf, auto, betaling, correctie, dag, huishouden, keten, twijfel, verkoop, wanneer
from tests.runtime.test_incarnatie import Wereld
from tests.verwerking.orakel_herkomst import graaf
from tests.verwerking.verhalen import ketenverhalen

WEG, HEFFING, PAS = "wegonderhoud", "aanschafheffing", "spitspas"


@pytest.fixture
def registers() -> Iterator[Keten]:
    """Sam's car, in doubt, corrected; his household."""
    with keten() as alle:
        alle.verwerk(huishouden("sam", "noor"), auto(uitstoot_g_per_km=100))
        alle.verwerk(twijfel("uitstoot_g_per_km"), correctie(uitstoot_g_per_km=120))
        yield alle


def als_verzamelingen(spoor: Spoor) -> tuple[set[str], set[tuple[str, ...]]]:
    return {k.gevolg.id for k in spoor.knopen}, {tuple(v) for v in spoor.verbanden}


def klopt(registers: Registerlezing) -> None:
    """From every gevolg both walks find what is in the journals."""
    alles = graaf(registers)
    for gevolg in alles.plaatsen:
        assert als_verzamelingen(registers.herkomst(gevolg).inhoud) == alles.terug(gevolg)
        assert als_verzamelingen(registers.doorwerking(gevolg).inhoud) == alles.verder(gevolg)


def namen(spoor: Spoor) -> list[tuple[str, str]]:
    return [(knoop.transactie.register, knoop.gevolg.naam) for knoop in spoor.knopen]


def waarmee_het_begon(spoor: Spoor) -> set[str]:
    return {knoop.wortel.soort for knoop in spoor.knopen if knoop.wortel is not None}


# --- the walks, by the stored index ----------------------------------------------------------------------------


def test_from_every_gevolg_both_walks_find_what_is_in_the_journals(registers: Keten) -> None:
    klopt(registers.registers)


@given(ketenverhalen)
@settings(max_examples=8, deadline=None)
def test_whatever_happened_both_walks_find_what_is_in_the_journals(verhaal: list[Any]) -> None:
    with keten() as alle:
        for commando in verhaal:
            alle.registers.verwerk(commando, gebeurd_op=wanneer(commando))
        alle.registers.wacht_op_rust()
        klopt(alle.registers)


def test_the_passes_of_a_household_come_from_the_insurer_and_from_the_household_itself(registers: Keten) -> None:
    lezing = registers.registers
    begin = lezing.gevolgen_achter(PAS, "huishouden", "huis", kolom="passen", geldig_op=dag("04-01"))
    spoor = lezing.herkomst(*begin).inhoud
    assert namen(spoor)[0] == (PAS, "SpitspasrechtHerzien")
    assert {(WEG, "AutoGeregistreerd"), (WEG, "AutogegevensGecorrigeerd"), (PAS, "HuishoudenGeregistreerd")} <= set(
        namen(spoor)
    )
    assert all(k.transactie.verantwoording.software.programmaversie == "gevolg test" for k in spoor.knopen)
    assert not spoor.buiten


def test_a_doubt_leads_to_all_that_rests_on_the_claim(registers: Keten) -> None:
    lezing = registers.registers
    [getwijfeld] = [g.id for t in lezing.gevolgen(WEG) for g in t.gevolgen if g.naam == "InTwijfelGetrokken"]
    spoor = lezing.doorwerking(getwijfeld).inhoud
    geraakt = {(k.transactie.register, k.gevolg.naam) for k in spoor.knopen if k.zekerheid == "in_twijfel"}
    assert (HEFFING, "AanschafheffingZekerheidGewijzigd") in geraakt
    assert (PAS, "SpitspasrechtZekerheidGewijzigd") in geraakt


def test_an_answer_is_repeated_up_to_the_positions_it_was_of(registers: Keten) -> None:
    lezing = registers.registers
    eerste = next(iter(lezing.gevolgen(WEG))).gevolgen[0].id
    toen = lezing.doorwerking(eerste).inhoud
    registers.verwerk(correctie(gewicht_kg=1600))
    nu = lezing.doorwerking(eerste).inhoud
    assert len(nu.knopen) > len(toen.knopen)
    assert lezing.doorwerking(eerste, tot=toen.tot).inhoud == toen


def test_bounds_that_mean_nothing_are_refused_with_what_there_is(registers: Keten) -> None:
    lezing = registers.registers
    eerste = next(iter(lezing.gevolgen(WEG))).gevolgen[0].id
    laatste = lezing.standen()[PAS]["positie"]
    with pytest.raises(KeyError, match="geen register 'x'; er zijn: wegonderhoud, aanschafheffing, spitspas"):
        lezing.doorwerking(eerste, tot={"x": 1})
    for positie in (laatste + 1, -1):
        with pytest.raises(GeenGrens, match=f"spitspas heeft geen positie {positie}; de laatste is {laatste}"):
            lezing.doorwerking(eerste, tot={PAS: positie})
    assert lezing.doorwerking(eerste, tot={PAS: laatste}).inhoud.tot[PAS] == laatste
    for loop in (lezing.doorwerking, lezing.herkomst):
        for hoogstens in (-5, 0):
            with pytest.raises(GeenGrens, match=f"hoogstens {hoogstens} gevolgen kan niet"):
                loop(eerste, hoogstens=hoogstens)
        assert len(loop(eerste, hoogstens=1).inhoud.knopen) == 1


# --- from a row ------------------------------------------------------------------------------------------------


def test_behind_every_cell_of_every_table_stands_the_claim_that_is_in_it(registers: Keten) -> None:
    lezing = registers.registers
    registers.verwerk(betaling(500_00))
    geteld = 0
    for naam, kern in lezing._kernen.items():
        for projectie in kern.context.projecties:
            for rij in lezing.tabel(naam, projectie.naam, geldig_op=dag("11-21")).inhoud:
                for kolom in projectie.kolommen if "onderwerp" in rij else ():
                    gevonden = lezing.gevolgen_achter(
                        naam, projectie.naam, *rij["onderwerp"], kolom=kolom, geldig_op=dag("11-21")
                    )
                    assert bool(gevonden) == (rij[kolom] is not None)
                    assert lezing.herkomst(*gevonden).inhoud.knopen or not gevonden
                    geteld += bool(gevonden)
    assert geteld > 15


def test_what_is_left_to_pay_comes_from_the_levy_and_from_what_was_paid(registers: Keten) -> None:
    registers.verwerk(betaling(500_00))
    lezing = registers.registers
    begin = lezing.gevolgen_achter(
        HEFFING, "rekening", "auto-1", "koop-sam-03-01", kolom="openstaand_eurocent", geldig_op=dag("06-01")
    )
    wat = [knoop.gevolg.naam for knoop in lezing.herkomst(*begin).inhoud.knopen[: len(begin)]]
    assert wat == ["AanschafheffingVastgesteld", "BetalingOntvangen"]


def test_behind_a_value_that_was_taken_over_stand_who_recorded_it_and_who_brought_it_in(registers: Keten) -> None:
    lezing = registers.registers
    begin = lezing.gevolgen_achter(HEFFING, "auto", "auto-1", kolom="uitstoot_g_per_km", geldig_op=dag("04-01"))
    assert namen(lezing.herkomst(*begin).inhoud)[:2] == [
        (WEG, "AutogegevensGecorrigeerd"),
        (HEFFING, "GegevensOvergenomen"),
    ]


def test_behind_a_row_as_it_was_known_earlier_stands_what_was_known_then(registers: Keten) -> None:
    lezing = registers.registers
    eerste = next(t for t in lezing.gevolgen(HEFFING) if isinstance(t.gevolgen[0].inhoud, Overname))
    hoe: dict[str, Any] = {"kolom": "punten", "geldig_op": dag("04-01")}
    toen = lezing.gevolgen_achter(HEFFING, "auto", "auto-1", **hoe, beschikbaar_op=eerste.geregistreerd_op)
    nu = lezing.gevolgen_achter(HEFFING, "auto", "auto-1", **hoe)
    assert toen == tuple(g.id for g in eerste.gevolgen if g.naam == "AanschafbelastingmilieueffectVastgesteld")
    assert toen != nu
    voor_alles = lezing.gevolgen_achter(HEFFING, "auto", "auto-1", beschikbaar_op=EERDER)
    assert voor_alles == ()


EERDER = datetime(2020, 1, 1, tzinfo=UTC)


def test_when_midnight_passes_while_it_is_asked_it_is_still_of_one_day(
    registers: Keten, monkeypatch: pytest.MonkeyPatch
) -> None:
    registers.verwerk(verkoop(aanschaf("noor", "06-01")))
    lezing = registers.registers
    daarvoor, daarna = (
        lezing.gevolgen_achter(WEG, "auto", "auto-1", kolom="koper", geldig_op=dag(op)) for op in ("05-31", "06-01")
    )
    assert daarvoor != daarna
    middernacht = datetime(2026, 5, 31, 22, tzinfo=UTC)
    klok = count(-1)
    kies = lezing._kern(WEG).lezer._kies
    monkeypatch.setattr(kies, "_klok", lambda: middernacht + timedelta(seconds=next(klok)))
    assert lezing.gevolgen_achter(WEG, "auto", "auto-1", kolom="koper") == daarvoor


def test_without_a_column_all_of_a_row_and_of_what_is_not_there_nothing(registers: Keten) -> None:
    lezing = registers.registers
    heel = lezing.gevolgen_achter(WEG, "auto", "auto-1", geldig_op=dag("04-01"))
    delen = (
        lezing.gevolgen_achter(WEG, "auto", "auto-1", kolom=kolom, geldig_op=dag("04-01"))
        for kolom in ("punten", "klasse", "gewicht_kg")
    )
    assert set(heel) >= {gevolg for deel in delen for gevolg in deel}
    assert lezing.gevolgen_achter(WEG, "auto", "auto-2") == ()
    assert lezing.gevolgen_achter(HEFFING, "referentietabel", "auto-1") == ()
    with pytest.raises(KeyError, match="heeft geen kolom 'kleur'; er zijn: "):
        lezing.gevolgen_achter(WEG, "auto", "auto-1", kolom="kleur")


# --- at the border, behind, erased, put back --------------------------------------------------------------------


def test_with_one_register_open_the_road_ends_at_its_border(tmp_path: Path) -> None:
    with keten(tmp_path) as alle:
        alle.verwerk(huishouden("sam"), auto())
        [geheven] = [
            g.id for t in alle.registers.gevolgen(HEFFING) for g in t.gevolgen if g.naam == "AanschafheffingVastgesteld"
        ]
    with Registerlezing.alleen_lezen(tmp_path, [HEFFING]) as lezing:
        spoor = lezing.herkomst(geheven).inhoud
        assert {register for register, _ in namen(spoor)} == {HEFFING}
        assert {(v.soort, v.gegeven) for v in spoor.buiten} >= {("aanleiding", ""), ("invoer", "peildatum")}
        [overname] = [k for k in spoor.knopen if isinstance(k.gevolg.inhoud, Overname)]
        assert overname.transactie.verantwoording.aanleiding.afspraak == "aangeschafte-auto@1 nr. 2 van wegonderhoud"
        assert not lezing.doorwerking(geheven).inhoud.buiten


def test_where_the_index_is_behind_the_answer_says_how_far(tmp_path: Path) -> None:
    with keten(tmp_path) as alle:
        alle.verwerk(auto())
        eerste = next(iter(alle.registers.gevolgen(WEG))).gevolgen[0].id
    with RegisterSystem.open(tmp_path, levering=False) as registers:
        uitkomst = registers.verwerk(correctie(gewicht_kg=1600), gebeurd_op=dag("04-01"))
        assert isinstance(uitkomst, Verwerkt)
        nieuw = uitkomst.gevolgen[0][0]
        spoor = registers.doorwerking(eerste).inhoud
        assert (spoor.tot[WEG], spoor.achter) == (1, {WEG: 1})
        assert registers.doorwerking(eerste, tot={WEG: 1}).inhoud.achter == {}
        assert registers.doorwerking(eerste, tot={WEG: 2}).inhoud.achter == {WEG: 1}
        assert registers.herkomst(eerste).inhoud.achter == {}
        with pytest.raises(KeyError, match="wegonderhoud tot positie 1"):
            registers.herkomst(nieuw)
    with RegisterSystem.open(tmp_path) as registers:
        registers.wacht_op_rust()
        assert nieuw in als_verzamelingen(registers.doorwerking(eerste).inhoud)[0]


def test_a_value_that_was_destroyed_shows_as_destroyed(registers: Keten) -> None:
    lezing = registers.registers
    registers.verwerk(WisPersoonsgegevens(betrokkene_id="sam", toelichting="op verzoek"))
    [eerste, *_] = lezing.doorwerking(next(iter(lezing.gevolgen(WEG))).gevolgen[0].id).inhoud.knopen
    assert isinstance(eerste.gevolg.inhoud, Vastlegging)
    [naam] = [claim.waarde for claim in eerste.gevolg.inhoud.claims if claim.gegeven == "koper_naam"]
    assert naam == Persoonsgegeven("sam", None)


def test_references_to_what_a_register_lost_when_it_was_put_back_do_no_harm(tmp_path: Path) -> None:
    wereld = Wereld(tmp_path)
    wereld.verwerk(huishouden("huis", huishouden_id="huis"), auto())
    wereld.kopieer()
    [uitkomst] = wereld.verwerk(correctie(uitstoot_g_per_km=250))
    wereld.zet_terug(WEG)
    with wereld.open() as registers:
        klopt(registers)
        verloren = uitkomst.gevolgen[0][0]
        with pytest.raises(KeyError):
            registers.herkomst(verloren)
        wie = [
            g.id
            for t in registers.gevolgen(HEFFING)
            for g in t.gevolgen
            if isinstance(g.inhoud, Overname) and any(gevolg_van(m.claim) == verloren for m in g.inhoud.mededelingen)
        ]
        assert wie
        assert {v.doel for v in registers.herkomst(wie[0]).inhoud.buiten} == {verloren}


# --- the index itself ------------------------------------------------------------------------------------------


def test_the_index_built_again_in_other_slices_is_the_same_to_the_byte(registers: Keten) -> None:
    for naam, kern in registers.registers._kernen.items():
        elders = MemoryProjectiestore(naam)
        projector = Projector(kern.context, kern.opslag.gevolgen, elders, kern.serialisatie)
        while projector.werk(3):
            pass
        rijen = list(elders.scan(VERBANDEN))
        assert rijen == list(kern.opslag.projecties.scan(VERBANDEN))
        assert elders.position(VERBANDEN) == kern.opslag.projecties.position(VERBANDEN)
        assert len(rijen) > kern.opslag.gevolgen.head().position


def test_registers_of_before_the_index_get_one_when_they_are_opened(registers: Keten) -> None:
    kern = registers.registers._kernen[HEFFING]
    projecties = kern.opslag.projecties
    rijen = list(projecties.scan(VERBANDEN))
    projecties.drop(VERBANDEN)
    assert kern.vindplaats().tot == 0
    registers.registers.wacht_op_rust()
    assert list(projecties.scan(VERBANDEN)) == rijen
    assert registers.registers.controleer_tabellen(HEFFING, MemoryProjectiestore(HEFFING)) == []


def test_every_transactie_is_indexed_whatever_its_aggregate_is(registers: Keten) -> None:
    for naam, kern in registers.registers._kernen.items():
        plek = kern.vindplaats()
        assert isinstance(plek, Verbandindex)
        for t in registers.registers.gevolgen(naam):
            assert {plek.positie(g.id) for g in t.gevolgen} == {t.positie}


def test_what_is_wrong_in_the_index_is_found(registers: Keten) -> None:
    kern = registers.registers._kernen[HEFFING]
    projecties = kern.opslag.projecties
    stand = projecties.position(VERBANDEN)
    assert stand is not None
    projecties.write([Change(VERBANDEN, [], stand, forget=[next(projecties.keys(VERBANDEN))])])
    [bevinding] = registers.registers.controleer_tabellen(HEFFING, MemoryProjectiestore(HEFFING))
    assert VERBANDEN in str(bevinding)
