import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import Result

from tests.cli.conftest import Gevolg

VLOOT = ("simulate", "vloot")
SLEUTELS = [
    "autos",
    "verwerkt",
    "niet_verwerkt",
    "heffingen_eurocent",
    "passen",
    "gevolgen",
    "uit_opslag_beantwoord",
    "seconden",
]
KOP = "kenteken_or_id,merk,model,massa_kg,lengte_cm,breedte_cm,co2_g_km"


def gelezen(uitkomst: Result) -> Any:
    assert uitkomst.exit_code == 0, uitkomst.output
    return json.loads(uitkomst.stdout)


def bestand(map_: Path, *regels: str) -> Path:
    pad = map_ / "autos.csv"
    pad.write_text("\n".join((KOP, *regels)) + "\n", encoding="utf-8")
    return pad


def test_the_175_real_cars_give_4_and_114_and_57(gevolg: Gevolg, echte_autos: Path) -> None:
    uitkomst = gelezen(gevolg(*VLOOT, "--csv", echte_autos / "rdw_eea_compleet.csv", "--json"))
    assert list(uitkomst) == SLEUTELS
    assert (uitkomst["autos"], uitkomst["verwerkt"], uitkomst["niet_verwerkt"]) == (175, 175, 0)
    assert uitkomst["heffingen_eurocent"] == {"50000": 4, "200000": 114, "500000": 57}
    assert list(uitkomst["passen"]) == ["0", "3", "5"]


def test_real_cars_without_measures_are_told_one_by_one(gevolg: Gevolg, echte_autos: Path) -> None:
    uitkomst = gevolg(*VLOOT, "--csv", echte_autos / "rdw_voertuigen.csv", "--json")
    aantallen = gelezen(uitkomst)
    regels = uitkomst.stderr.splitlines()
    assert aantallen["verwerkt"] + aantallen["niet_verwerkt"] == aantallen["autos"] == 1003
    assert len(regels) == aantallen["niet_verwerkt"] > 1000
    assert any("lengte_m, uitstoot_g_per_km: niet geregistreerd" in regel for regel in regels)


def test_the_same_fleet_again_is_answered_from_the_store(gevolg: Gevolg, tmp_path: Path) -> None:
    opdracht = (*VLOOT, "--autos", 12, "--seed", 7, "--data", tmp_path / "data", "--json")
    eerste, tweede = gelezen(gevolg(*opdracht)), gelezen(gevolg(*opdracht))
    assert (eerste["uit_opslag_beantwoord"], tweede["uit_opslag_beantwoord"]) == (0, 12)
    wisselend = ("uit_opslag_beantwoord", "seconden")
    assert [(s, eerste[s]) for s in SLEUTELS if s not in wisselend] == [
        (s, tweede[s]) for s in SLEUTELS if s not in wisselend
    ]


def test_a_bigger_fleet_of_the_same_seed_goes_on_where_the_smaller_stopped(gevolg: Gevolg, tmp_path: Path) -> None:
    opdracht = (*VLOOT, "--data", tmp_path / "data", "--json", "--autos")
    gelezen(gevolg(*opdracht, 5))
    groter = gelezen(gevolg(*opdracht, 9))
    assert (groter["verwerkt"], groter["uit_opslag_beantwoord"]) == (9, 5)


def test_a_seed_gives_its_own_fleet_always(gevolg: Gevolg) -> None:
    een, zelfde, ander = (gelezen(gevolg(*VLOOT, "--autos", 8, "--seed", s, "--json")) for s in (1, 1, 2))
    assert {**een, "seconden": 0} == {**zelfde, "seconden": 0}
    assert een["heffingen_eurocent"] != ander["heffingen_eurocent"] or een["gevolgen"] != ander["gevolgen"]
    assert sum(een["heffingen_eurocent"].values()) == 8


def test_rows_that_cannot_be_processed_are_counted_and_told_with_the_reason(gevolg: Gevolg, tmp_path: Path) -> None:
    autos = bestand(
        tmp_path,
        "GOED1,A,B,1300,440,185,120",
        "NUL,A,B,0,440,185,120",
        "LEEG,A,B,1300,,185,",
        "TEKST,A,B,zwaar,440,185,120/131",
        "MIN,A,B,-5,440,185,120",
        ",A,B,1300,440,185,120",
        "GOED1,A,B,1300,440,185,120",
        "TEVEEL,A,B,1300,440,185,120,1,2",
        "KORT,A,B,1300",
    )
    uitkomst = gevolg(*VLOOT, "--csv", autos, "--json")
    aantallen = gelezen(uitkomst)
    assert (aantallen["autos"], aantallen["verwerkt"], aantallen["niet_verwerkt"]) == (9, 1, 8)
    assert sum(aantallen["passen"].values()) == 1
    regels = uitkomst.stderr.splitlines()
    assert [regel.partition(" niet verwerkt: ")[0] for regel in regels] == [
        "rij 2 (NUL)",
        "rij 3 (LEEG)",
        "rij 4 (TEKST)",
        "rij 5 (MIN)",
        "rij 6 (zonder kenteken)",
        "rij 7 (GOED1)",
        "rij 8 (TEVEEL)",
        "rij 9 (KORT)",
    ]
    redenen = (
        "gewicht_kg: niet geregistreerd",
        "lengte_m, uitstoot_g_per_km: niet geregistreerd",
        "massa_kg: 'zwaar' is geen getal",
        "gewicht_kg: moet 0 of meer zijn",
        "kenteken_or_id ontbreekt",
        "staat er al, als rij 1",
        "meer velden",
        "lengte_m, breedte_m, uitstoot_g_per_km: niet geregistreerd",
    )
    assert [reden for reden, regel in zip(redenen, regels, strict=True) if reden not in regel] == []


def test_a_real_car_keeps_its_kenteken_whatever_the_seed(gevolg: Gevolg, tmp_path: Path) -> None:
    autos = bestand(tmp_path, "GOED1,A,B,1300,440,185,120")
    gelezen(gevolg(*VLOOT, "--csv", autos, "--data", tmp_path / "data", "--json"))
    ander = gevolg(*VLOOT, "--csv", autos, "--data", tmp_path / "data", "--seed", 2, "--json")
    assert gelezen(ander)["niet_verwerkt"] == 1
    assert "kenteken hoort al bij een ander aggregaat" in ander.stderr


@pytest.mark.parametrize(
    ("inhoud", "zin"),
    [
        ("", "mist de kolommen kenteken_or_id"),
        (KOP, "heeft geen regels met auto's"),
        (KOP.replace("massa_kg", "gewicht"), "mist de kolommen massa_kg: de eerste regel noemt kenteken_or_id, merk"),
        (KOP.replace(",", ";"), "lijkt ';' te gebruiken"),
        ("\xff\xfe", "geen CSV in UTF-8"),
    ],
)
def test_a_file_that_is_not_of_cars_is_a_usage_error(gevolg: Gevolg, tmp_path: Path, inhoud: str, zin: str) -> None:
    pad = tmp_path / "autos.csv"
    pad.write_bytes(inhoud.encode("latin-1"))
    uitkomst = gevolg(*VLOOT, "--csv", pad)
    assert (uitkomst.exit_code, uitkomst.stdout) == (2, "")
    assert zin in uitkomst.stderr


def test_a_file_that_is_not_there_is_a_usage_error(gevolg: Gevolg, tmp_path: Path) -> None:
    for pad in (tmp_path / "niets.csv", tmp_path):
        uitkomst = gevolg(*VLOOT, "--csv", pad)
        assert uitkomst.exit_code == 2
        assert f"{pad} kan niet worden gelezen" in uitkomst.stderr


def test_a_file_or_a_number_is_needed_and_not_both(gevolg: Gevolg, tmp_path: Path) -> None:
    for opties in ((), ("--csv", tmp_path, "--autos", 3)):
        uitkomst = gevolg(*VLOOT, *opties)
        assert uitkomst.exit_code == 2
        assert "óf een bestand met --csv, óf een aantal met --autos" in uitkomst.stderr


def test_the_report_says_that_households_are_drawn(gevolg: Gevolg) -> None:
    uitkomst = gevolg(*VLOOT, "--autos", 3, "--seed", 42)
    assert uitkomst.exit_code == 0
    assert "Huishoudens zijn geen open data" in uitkomst.stdout
    assert "zaad 42" in uitkomst.stdout
    assert uitkomst.stderr == ""


def test_an_id_from_a_file_is_shown_short_and_without_control_characters(gevolg: Gevolg, tmp_path: Path) -> None:
    autos = bestand(tmp_path, f"{'L' * 500},A,B,zwaar,440,185,120", "A\x1b[31m\x9bB,A,B,zwaar,440,185,120")
    uitkomst = gevolg(*VLOOT, "--csv", autos, "--json")
    regels = uitkomst.stderr.splitlines()
    assert regels[0].startswith(f"rij 1 ({'L' * 63}…) niet verwerkt")
    assert regels[1].startswith("rij 2 (A\ufffd[31m\ufffdB) niet verwerkt")


@pytest.mark.parametrize("kenteken", ["A\x1b[31mB", "A\x00B", "L" * 5000])
def test_a_strange_id_of_a_good_car_ends_in_an_answer(gevolg: Gevolg, tmp_path: Path, kenteken: str) -> None:
    uitkomst = gevolg(*VLOOT, "--csv", bestand(tmp_path, f"{kenteken},A,B,1300,440,185,120"))
    assert uitkomst.exit_code == 0, uitkomst.output
    assert "\x1b" not in uitkomst.output
