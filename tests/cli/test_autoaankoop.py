import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from typer.testing import Result

from actors.runtime.lezing import Registerlezing
from actors.runtime.systeem import RegisterSystem
from tests.cli.conftest import Gevolg, zonder_floats

KOOP = ("simulate", "autoaankoop")
VOORBEELD = {
    "wegonderhoud": {"punten": 21, "klasse": "gemiddeld belastend"},
    "aanschafheffing": {"punten": 33, "heffing_eurocent": 200000},
    "spitspas": {"punten": "33/2", "passen": 3},
}


def gelezen(uitkomst: Result) -> Any:
    assert uitkomst.exit_code == 0, uitkomst.output
    assert uitkomst.stderr == ""
    return json.loads(uitkomst.stdout, parse_float=zonder_floats)


def gevolgen_in(data: Path) -> int:
    with Registerlezing.alleen_lezen(data) as registers:
        return sum(len(t.gevolgen) for naam in registers.registers for t in registers.gevolgen(naam))


def test_the_purchase_of_the_handreiking_gives_21_33_and_16_and_a_half(gevolg: Gevolg) -> None:
    assert gelezen(gevolg(*KOOP, "--json")) == VOORBEELD


def test_a_decimal_may_have_a_comma_or_a_point(gevolg: Gevolg) -> None:
    assert gelezen(gevolg(*KOOP, "--lengte-m", "4,40", "--breedte-m", "1.850", "--json")) == VOORBEELD


def test_in_bergland_there_is_no_heffing_and_the_passen_are_not_decided(gevolg: Gevolg) -> None:
    uitkomst = gelezen(gevolg(*KOOP, "--regio", "Bergland", "--json"))
    assert uitkomst == {"wegonderhoud": VOORBEELD["wegonderhoud"], "aanschafheffing": None, "spitspas": None}


def test_without_a_folder_nothing_is_left_behind(
    gevolg: Gevolg, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    gelezen(gevolg(*KOOP, "--json"))
    assert list(tmp_path.iterdir()) == []


def test_the_same_call_again_does_nothing_twice(gevolg: Gevolg, tmp_path: Path) -> None:
    data = tmp_path / "data"
    eerste = gelezen(gevolg(*KOOP, "--data", data, "--json"))
    aantal = gevolgen_in(data)
    tweede = gelezen(gevolg(*KOOP, "--data", data, "--lengte-m", "4,4", "--json"))
    assert (tweede, gevolgen_in(data)) == (eerste, aantal)


def test_the_same_call_again_tells_that_it_was_done_before(gevolg: Gevolg, aankoop: Path) -> None:
    verhaal = gevolg(*KOOP, "--data", aankoop).stdout
    assert "Deze aankoop is al verwerkt" in verhaal
    assert "AanschafheffingVastgesteld: € 2.000" in verhaal


def test_other_options_are_another_car_of_the_same_owner(gevolg: Gevolg, tmp_path: Path) -> None:
    data = tmp_path / "data"
    gelezen(gevolg(*KOOP, "--data", data, "--json"))
    tweede = gelezen(gevolg(*KOOP, "--data", data, "--gewicht-kg", 1310, "--json"))
    assert tweede == {**VOORBEELD, "spitspas": {"punten": "33", "passen": 0}}


def test_an_adult_more_joins_and_the_first_call_still_gets_its_answer(gevolg: Gevolg, tmp_path: Path) -> None:
    data = tmp_path / "data"
    gelezen(gevolg(*KOOP, "--data", data, "--json"))
    derde = gelezen(gevolg(*KOOP, "--data", data, "--volwassenen", 3, "--json"))
    assert derde["spitspas"] == {"punten": "22", "passen": 3}
    assert gelezen(gevolg(*KOOP, "--data", data, "--json"))["spitspas"] == {"punten": "22", "passen": 3}


def test_who_says_nothing_of_adults_gets_the_household_as_it_is(gevolg: Gevolg, tmp_path: Path) -> None:
    data = tmp_path / "data"
    gelezen(gevolg(*KOOP, "--data", data, "--volwassenen", 4, "--json"))
    tweede = gelezen(gevolg(*KOOP, "--data", data, "--gewicht-kg", 1310, "--json"))
    assert tweede["spitspas"] == {"punten": "33/2", "passen": 3}
    assert gelezen(gevolg(*KOOP, "--data", data, "--gewicht-kg", 1310, "--volwassenen", 2, "--json")) == tweede


def test_a_household_does_not_shrink(gevolg: Gevolg, tmp_path: Path) -> None:
    data = tmp_path / "data"
    gelezen(gevolg(*KOOP, "--data", data, "--json"))
    aantal = gevolgen_in(data)
    uitkomst = gevolg(*KOOP, "--data", data, "--volwassenen", 1, "--json")
    assert uitkomst.exit_code == 1
    assert json.loads(uitkomst.stderr)["regel"] == "huishouden_heeft_meer_volwassenen"
    assert gevolgen_in(data) == aantal


def test_a_weight_of_0_is_not_registered_and_not_computed_with(gevolg: Gevolg) -> None:
    uitkomst = gevolg(*KOOP, "--gewicht-kg", 0, "--json")
    assert (uitkomst.exit_code, uitkomst.stdout) == (1, "")
    probleem = json.loads(uitkomst.stderr)
    assert probleem == {
        "type": "urn:gevolg:niet-verwerkt:voertuiggegeven_niet_geregistreerd",
        "title": "Het commando is niet verwerkt",
        "status": 409,
        "detail": "gewicht_kg: niet geregistreerd (0 of afwezig); vul aan bij de bron en bied opnieuw aan",
        "regel": "voertuiggegeven_niet_geregistreerd",
    }


def test_all_breaches_of_the_contract_are_told_at_once_and_nothing_is_recorded(gevolg: Gevolg, tmp_path: Path) -> None:
    data = tmp_path / "data"
    uitkomst = gevolg(*KOOP, "--gewicht-kg", -3, "--lengte-m", "-1,5", "--regio", "", "--data", data)
    assert uitkomst.exit_code == 1
    probleem = json.loads(uitkomst.stderr)
    assert (probleem["status"], probleem["regel"]) == (400, "contract")
    plaatsen = {fout.partition(":")[0] for fout in probleem["fouten"]}
    assert plaatsen == {"gewicht_kg", "lengte_m", "aanschaf.regio"}
    assert gevolgen_in(data) == 0
    assert "Niet verwerkt" in uitkomst.stdout


def test_the_story_tells_commando_gevolg_ground_calculation_and_bekendmaking(gevolg: Gevolg) -> None:
    uitkomst = gevolg(*KOOP)
    assert (uitkomst.exit_code, uitkomst.stderr) == (0, "")
    verhaal = uitkomst.stdout
    onderdelen = (
        "HuishoudenGeregistreerd",
        "1. Prioritering en planning wegonderhoud",
        "RegistreerAuto voor auto",
        "signaal van de verzekeraar van Sam",
        "gebeurd op 1 maart 2026; geregistreerd op",
        "FysiekMilieueffectVastgesteld: 21 punten",
        "4,4 m × 1,85 m = 8,14 m², naar beneden afgerond → 8",
        "Wet wegonderhoud, artikel 3",
        "gaat dit door naar aanschafheffing",
        "2. Innen aanschafheffing",
        "21 + 12 → 33 punten",
        "33 punten valt in de band van 21 tot 36 → € 2.000",
        "Beste Sam,",
        "gaat dit door naar spitspas",
        "3. Spitspas",
        "HuishoudelijkMilieueffectHerzien: 16,5 punten (was 0 punten)",
        "SpitspasrechtHerzien: 3 passen per maand (was 5 passen per maand)",
        "Wat er nu geldt",
        "gevolg gevolgen --data MAP",
    )
    plaatsen = [verhaal.find(onderdeel) for onderdeel in onderdelen]
    assert dict(zip(onderdelen, plaatsen, strict=True)) == dict(zip(onderdelen, sorted(plaatsen), strict=True))
    assert plaatsen[0] > 0


def test_the_story_says_in_plain_words_what_waits(gevolg: Gevolg) -> None:
    verhaal = gevolg(*KOOP, "--regio", "Bergland").stdout
    assert "AanschafheffingNietVerschuldigd" in verhaal
    assert "punten en passen vanaf 1 maart 2026: hierover is nog niet beslist" in verhaal
    assert "de punten van een auto zijn niet bekend" in verhaal


@pytest.mark.parametrize("opties", [(), ("--regio", "Bergland"), ("--gewicht-kg", "-1")])
def test_the_story_fits_a_page_and_has_no_colour_in_a_pipe(gevolg: Gevolg, opties: tuple[str, ...]) -> None:
    regels = gevolg(*KOOP, *opties).stdout.splitlines()
    assert max(len(regel) for regel in regels) <= 100
    assert not any("\x1b" in regel or regel != regel.rstrip() for regel in regels)


def test_a_store_in_use_is_unavailable_for_writing_and_open_for_reading(gevolg: Gevolg, tmp_path: Path) -> None:
    data = tmp_path / "data"
    with RegisterSystem.open(data):
        uitkomst = gevolg(*KOOP, "--data", data, "--json")
        lezer = _proces("status", "--data", str(data), "--json")
    assert (uitkomst.exit_code, uitkomst.stdout) == (3, "")
    assert "in gebruik door een ander proces" in uitkomst.stderr
    assert "Traceback" not in uitkomst.stderr
    assert lezer.returncode == 0, lezer.stderr


def test_as_a_process_of_its_own_it_gives_the_same(tmp_path: Path) -> None:
    proces = _proces(*KOOP, "--data", str(tmp_path / "data"), "--json")
    assert (proces.returncode, proces.stderr) == (0, "")
    assert json.loads(proces.stdout) == VOORBEELD


def _proces(*woorden: str) -> subprocess.CompletedProcess[str]:
    checkout = Path(__file__).resolve().parents[2]
    opdracht = [sys.executable, "-m", "actors.cli.main", *woorden]
    return subprocess.run(
        opdracht,
        capture_output=True,
        text=True,
        check=False,
        cwd=checkout,
        env={**os.environ, "PYTHONIOENCODING": "utf-8"},
    )
