"""About whom an answer tells: decided from what the contexts declare, of their own words and those of any other."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from actors.contexten.wegonderhoud.commandos import CorrigeerAutogegevens
from actors.daemon.dataverwerking.betrokkenen import (
    Betrokkene,
    Kring,
    Personen,
)
from actors.runtime.catalogue import CONTEXTEN
from actors.runtime.systeem import RegisterSystem
from tests.parkeervergunning.context import CONTEXT as PARKEERVERGUNNING
from tests.wereld import AANKOOP, auto, huishouden, vaste_wereld

KRING = Kring(CONTEXTEN)
WO, AH, SP = "wegonderhoud", "aanschafheffing", "spitspas"
AUTO, KOPER = Betrokkene(WO, "auto", "auto-1"), Betrokkene(WO, "koper", "sam")


@pytest.fixture(scope="module")
def registers() -> Iterator[RegisterSystem]:
    with RegisterSystem.in_memory(buitenwereld=vaste_wereld(), versie="test") as registers:
        registers.verwerk(huishouden())
        registers.verwerk(auto())
        registers.verwerk(auto("auto-2", koper="robin"))
        registers.verwerk(CorrigeerAutogegevens(auto_id="auto-1", uitstoot_g_per_km=150), gebeurd_op=AANKOOP)
        registers.wacht_op_rust()
        yield registers


def wie(antwoord: Any) -> set[Betrokkene]:
    gevonden = KRING.van_antwoord(antwoord)
    assert len(set(gevonden)) == len(gevonden)
    return set(gevonden)


def test_which_aggregates_are_about_persons_follows_from_what_a_context_declares() -> None:
    gevonden = {context.naam: Personen.van(context) for context in (*CONTEXTEN, PARKEERVERGUNNING)}
    assert {naam: set(p.aggregaten) - {"betrokkene"} for naam, p in gevonden.items()} == {
        WO: {"auto"},
        AH: {"auto"},
        SP: {"huishouden", "eigenaar"},
        "parkeervergunning": {"auto"},
    }
    assert {naam: set(p.aanduidend) for naam, p in gevonden.items()} == {
        WO: {"koper"},
        AH: {"koper"},
        SP: {"huishouden"},
        "parkeervergunning": {"aanvrager"},
    }


def test_a_row_is_about_its_aggregate_and_whom_it_names(registers: RegisterSystem) -> None:
    """G43: which reading is one of personal data."""
    assert wie(registers.lees(WO, "auto", "auto-1")) == {AUTO, KOPER}
    assert wie(registers.lees(WO, "auto", "weg")) == {Betrokkene(WO, "auto", "weg")}
    assert wie(registers.tabel(WO, "inzage")) == {
        AUTO,
        KOPER,
        Betrokkene(WO, "auto", "auto-2"),
        Betrokkene(WO, "koper", "robin"),
    }
    assert wie(registers.historie(WO, "inzage", "auto-1", "aanschaf-auto-1")) == {AUTO, KOPER}
    assert wie(registers.tabel(AH, "rekening")) == {Betrokkene(AH, "auto", "auto-1"), Betrokkene(AH, "auto", "auto-2")}
    assert wie(registers.lees(SP, "eigenaar", "sam")) == {
        Betrokkene(SP, "eigenaar", "sam"),
        Betrokkene(SP, "huishouden", "huishouden-1"),
    }


def test_the_same_answer_given_again_is_about_the_same_persons(registers: RegisterSystem) -> None:
    antwoord = registers.lees(WO, "auto", "auto-1")
    assert antwoord.herhaaltoken is not None
    assert wie(registers.herhaal(antwoord.herhaaltoken)) == wie(antwoord)


def test_what_everybody_may_know_and_what_is_only_counted_is_about_nobody(registers: RegisterSystem) -> None:
    assert wie(registers.tabel(WO, "auto-openbaar")) == set()
    assert wie(registers.tabel(WO, "wegonderhoudsplanning")) == set()


def test_uitleg_herkomst_and_taken_are_about_whom_they_go_through(registers: RegisterSystem) -> None:
    assert wie(registers.uitleg(WO, "auto", "auto-1")) == {AUTO}
    eerste, tweede, *_ = (gevolg.id for gevolg in next(registers.gevolgen(WO)).gevolgen)
    assert wie(registers.uitleg_van(tweede)) == {AUTO}
    assert wie(registers.doorwerking(eerste)) >= {
        AUTO,
        Betrokkene(AH, "auto", "auto-1"),
        Betrokkene(SP, "eigenaar", "sam"),
        Betrokkene(SP, "huishouden", "huishouden-1"),
    }
    assert wie(registers.herkomst(eerste)) == {AUTO, KOPER}
    assert wie(registers.taken(SP)) == {Betrokkene(SP, "eigenaar", "robin")}
    assert set(KRING.van_transacties(registers.gevolgen(WO))) == {
        AUTO,
        KOPER,
        Betrokkene(WO, "auto", "auto-2"),
        Betrokkene(WO, "koper", "robin"),
    }


def test_a_letter_is_about_whom_it_is_for(registers: RegisterSystem) -> None:
    brieven = [v for v in registers.verstrekkingen(AH) if v["vorm"] == "brief"]
    gelezen = [json.loads(registers.herlever(brief["referentie"]).inhoud) for brief in brieven]
    assert {b for v in gelezen for b in KRING.van_verstrekking(AH, v)} == {
        Betrokkene(AH, soort, wie_)
        for soort, wie_ in (("auto", "auto-1"), ("auto", "auto-2"), ("koper", "sam"), ("koper", "robin"))
    }
    (pas,) = {KRING.van_verstrekking(SP, v) for v in registers.verstrekkingen(SP) if v["vorm"] == "brief"}
    assert pas == (Betrokkene(SP, "huishouden", "huishouden-1"),)


def test_a_message_is_about_its_aggregate_and_whom_it_names_unless_it_is_for_everybody(
    registers: RegisterSystem,
) -> None:
    gelezen: dict[str, set[Betrokkene]] = {}
    for register in (WO, SP):
        for v in registers.verstrekkingen(register):
            gelezen.setdefault(v["bekendmaking"], set()).update(KRING.van_verstrekking(register, v))
    assert gelezen["fysiek-milieueffect@1"] == set()
    assert gelezen["aangeschafte-auto@1"] >= {AUTO, KOPER}
    assert gelezen["bijdrage@1"] == {Betrokkene(SP, "eigenaar", wie_) for wie_ in ("sam", "partner")}
    for v in registers.verstrekkingen(WO):
        opnieuw = json.loads(registers.herlever(v["referentie"]).inhoud)
        assert KRING.van_verstrekking(WO, opnieuw) == KRING.van_verstrekking(WO, v)


def test_every_table_that_shows_a_personal_gegeven_is_about_someone(registers: RegisterSystem) -> None:
    for context in CONTEXTEN:
        persoonlijk = {g.naam for a in context.aggregaten for g in a.gegevens if g.persoonlijk}
        for tabel in context.projecties:
            if persoonlijk & set(map(str, tabel.kolommen.values())) or tabel.betrokkene:
                assert wie(registers.tabel(context.naam, tabel.naam)), tabel.naam
