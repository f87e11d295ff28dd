from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from uuid import UUID

import pytest

from actors.register.commando import Verwerkt
from actors.runtime.systeem import RegisterSystem
from actors.simulatie.autoaankoop import Aankoop, is_nieuw, koop_auto, lees_uitkomst
from actors.simulatie.getallen import exact, geheel
from actors.simulatie.keten import volg
from actors.simulatie.vloot import trek_huishoudens, verwerk_vloot
from actors.simulatie.vlootrijen import Rij, lees_csv, trek_vloot


@pytest.mark.parametrize(
    ("tekst", "getal"), [("4.4", "4.4"), (" 4,40 ", "4.4"), ("007", "7"), ("-0,5", "-0.5"), ("10", "10")]
)
def test_a_number_is_read_exactly_and_equal_numbers_are_the_same(tekst: str, getal: str) -> None:
    assert repr(exact(tekst)) == repr(Decimal(getal).quantize(Decimal(getal)))


@pytest.mark.parametrize("tekst", ["", "0x10", "nan", "١٢", "zwaar"])
def test_what_is_no_number_is_said_to_be_none(tekst: str) -> None:
    with pytest.raises(ValueError, match="is geen getal"):
        exact(tekst)


@pytest.mark.parametrize(
    ("tekst", "zin"),
    [
        ("1e3", "'1e3': schrijf gewone cijfers"),
        ("1.300,5", "schrijf gewone cijfers"),
        ("1_000", "schrijf gewone cijfers"),
        ("1" * 16, "moet kleiner zijn dan 1000000000000000$"),
        ("-" + "1" * 16, "moet groter zijn dan -1000000000000000$"),
        ("0," + "1" * 13, "te veel cijfers achter de komma"),
        ("x" * 1000, "^'x{63}'… is geen getal"),
    ],
)
def test_a_number_that_is_written_otherwise_or_too_long_is_said_to_be_so(tekst: str, zin: str) -> None:
    with pytest.raises(ValueError, match=zin):
        exact(tekst)


def test_a_whole_number_may_be_written_with_a_zero_behind_the_comma() -> None:
    assert geheel("1300,0") == 1300
    with pytest.raises(ValueError, match="geen geheel getal"):
        geheel("1300,5")


def test_the_ids_of_a_purchase_follow_from_its_options() -> None:
    een, zelfde, ander = Aankoop(), Aankoop(lengte_m=exact("4,40")), Aankoop(gewicht_kg=1310)
    assert (een.commando_id, een.registratie) == (zelfde.commando_id, zelfde.registratie)
    assert str(UUID(een.commando_id)) == een.commando_id
    assert {een.auto_id, een.aanschaf_id, een.kenteken}.isdisjoint({ander.auto_id, ander.aanschaf_id, ander.kenteken})
    assert een.registratie.aanschaf.koper == ander.registratie.aanschaf.koper


def test_a_purchase_in_memory_goes_through_three_registers_and_can_be_followed() -> None:
    with RegisterSystem.in_memory() as registers:
        verloop = koop_auto(registers, Aankoop())
        uitkomst = lees_uitkomst(registers, Aankoop())
        keten = volg(registers, Aankoop().commando_id)
        nog_eens = koop_auto(registers, Aankoop())
    assert is_nieuw(verloop.auto)
    assert is_nieuw(verloop.huishouden)
    assert uitkomst.spitspas is not None
    assert uitkomst.spitspas.punten == Fraction(33, 2)
    assert [h.register for h in keten] == ["wegonderhoud", "aanschafheffing", "spitspas"]
    assert [s.transactie.commando for s in keten[-1].schakels][-1] == "StelHuishoudelijkMilieueffectVast"
    assert all(s.transactie.commando != "RegistreerHuishouden" for h in keten for s in h.schakels)
    assert isinstance(nog_eens.auto, Verwerkt)
    assert nog_eens.auto == verloop.auto
    assert nog_eens.auto.uit_opslag


def test_what_is_followed_from_where_it_began_is_the_whole_keten() -> None:
    with RegisterSystem.in_memory() as registers:
        koop_auto(registers, Aankoop())
        ander = replace(Aankoop(), uitstoot_g_per_km=80)
        verloop = koop_auto(registers, ander)
        assert volg(registers, ander.commando_id, verloop.begonnen_op) == volg(registers, ander.commando_id)


def test_centimetres_become_metres_exactly(tmp_path: Path) -> None:
    pad = tmp_path / "autos.csv"
    kop = "kenteken_or_id,merk,model,massa_kg,lengte_cm,breedte_cm,co2_g_km"
    pad.write_text(f'\ufeff{kop}\nX,A,B,1300.0,441.5,"185,0",0\n', encoding="utf-8")
    (rij,) = lees_csv(pad)
    assert rij == Rij(1, "X", "A", "B", 1300, Decimal("4.415"), Decimal("1.85"), 0)


def test_a_drawn_fleet_is_the_same_for_a_seed_and_begins_the_same_when_longer() -> None:
    assert trek_vloot(5, 3) == trek_vloot(9, 3)[:5]
    assert trek_vloot(5, 3) != trek_vloot(5, 4)


def test_every_car_has_one_household_and_an_owner_in_it() -> None:
    rijen = [rij for rij in trek_vloot(200, 1) if isinstance(rij, Rij)]
    huishoudens = list(trek_huishoudens(rijen, 1))
    assert [rij for h in huishoudens for rij, _ in h.autos] == rijen
    assert all(koper in h.leden for h in huishoudens for _, koper in h.autos)
    assert {len(h.leden) for h in huishoudens} == {1, 2, 3, 4}
    assert {len(h.autos) for h in huishoudens} == {1, 2, 3}
    assert {h.regio for h in huishoudens} == {"Kustland", "Middenland"}


def test_the_progress_of_a_fleet_counts_every_row_once() -> None:
    stappen: list[int] = []
    fasen: list[str] = []
    with RegisterSystem.in_memory() as registers:
        uitkomst = verwerk_vloot(registers, trek_vloot(6, 2), 2, stappen.append, fasen.append)
    assert fasen == ["auto's", "registers komen tot rust"]
    assert sum(stappen) == uitkomst.autos == uitkomst.verwerkt == 6
    assert sum(uitkomst.passen.values()) == uitkomst.huishoudens
