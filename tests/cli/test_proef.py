"""`gevolg proef`: what commando's would do, told before they are given."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from actors.cli.main import app
from actors.runtime.systeem import RegisterSystem
from tests.cli.conftest import Gevolg, zonder_floats
from tests.wereld import AANKOOP, auto, huishouden

CORRECTIE = {
    "commando": "CorrigeerAutogegevens",
    "data": {"auto_id": "auto-1", "uitstoot_g_per_km": 120},
    "gebeurd_op": "2026-04-01",
}
ONBEKEND = {**CORRECTIE, "data": {"auto_id": "auto-9", "lengte_m": "4.4"}}
FOUT = {**CORRECTIE, "data": {"auto_id": "auto-1", "lengte_m": 4.4}}


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Sam bought his car, of which the register says 100 g/km; only to be read."""
    map_ = tmp_path_factory.mktemp("proef") / "data"
    with RegisterSystem.open(map_) as registers:
        registers.verwerk(auto(uitstoot_g_per_km=100), gebeurd_op=AANKOOP)
        registers.verwerk(huishouden())
        registers.wacht_op_rust()
    return map_


def bestand(map_: Path, *commandos: Any, regels: bool = False) -> Path:
    pad = map_ / "commandos.json"
    delen = [json.dumps(een) for een in commandos]
    pad.write_text("\n\n".join(delen) if regels else f"[{','.join(delen)}]", encoding="utf-8")
    return pad


def inhoud(map_: Path) -> dict[Path, bytes]:
    return {pad: pad.read_bytes() for pad in map_.rglob("data.mdb")}


def test_a_proef_tells_what_would_be_recorded_and_records_nothing(gevolg: Gevolg, data: Path, tmp_path: Path) -> None:
    voor = inhoud(data)
    uitkomst = gevolg("proef", "--data", data, bestand(tmp_path, CORRECTIE))
    assert (uitkomst.exit_code, uitkomst.stderr) == (0, "")
    tekst = " ".join(uitkomst.stdout.split())
    assert "in wegonderhoud, auto auto-1 gevolg AutogegevensGecorrigeerd" in tekst
    assert "uitstoot van auto-1: 120 g/km (was 100 g/km)" in tekst
    assert "Er is niets vastgelegd" in tekst
    assert inhoud(data) == voor


def test_a_ketenproef_counts_in_all_registers_and_records_nothing(gevolg: Gevolg, data: Path, tmp_path: Path) -> None:
    voor = inhoud(data)
    uitkomst = gevolg("proef", "--data", data, "--keten", "--op", "2026-06-01", bestand(tmp_path, CORRECTIE))
    assert (uitkomst.exit_code, uitkomst.stderr) == (0, "")
    tekst = " ".join(uitkomst.stdout.split())
    assert "1 van 1 commando zou worden verwerkt" in tekst
    assert "besluit heffing, over alle dagen: 1 gelijk op 1 juni 2026: 1 gelijk brieven geen" in tekst
    assert "geraakt 1 eigenaar, 1 huishouden" in tekst
    assert "besluit passen, over alle dagen: 1 omlaag op 1 juni 2026: 1 omlaag (1 keer 5 passen per maand → 3" in tekst
    assert "brieven 1 spitspasbrief" in tekst
    assert inhoud(data) == voor


def test_a_household_that_goes_down_on_other_days_than_the_one_asked_is_told(
    gevolg: Gevolg, data: Path, tmp_path: Path
) -> None:
    uitkomst = gevolg("proef", "--data", data, "--keten", "--op", "2026-02-01", bestand(tmp_path, CORRECTIE))
    assert "passen, over alle dagen: 1 omlaag op 1 februari 2026: 1 gelijk brieven" in " ".join(uitkomst.stdout.split())


def test_how_many_would_be_processed_is_told_in_a_right_sentence(gevolg: Gevolg, data: Path, tmp_path: Path) -> None:
    def eerste(*commandos: Any) -> str:
        return str(gevolg("proef", "--data", data, "--keten", bestand(tmp_path, *commandos)).stdout.splitlines()[0])

    assert eerste(CORRECTIE) == "1 van 1 commando zou worden verwerkt."
    assert eerste(CORRECTIE, ONBEKEND) == "1 van 2 commando’s zou worden verwerkt."
    zwaarder = {**CORRECTIE, "data": {"auto_id": "auto-1", "gewicht_kg": 1400}}
    assert eerste(CORRECTIE, zwaarder) == "2 van 2 commando’s zouden worden verwerkt."
    assert eerste(ONBEKEND, FOUT) == "0 van 2 commando’s zouden worden verwerkt."


def test_a_ketenproef_as_json_has_the_counts_per_register(gevolg: Gevolg, data: Path, tmp_path: Path) -> None:
    uitkomst = gevolg("proef", "--data", data, "--keten", "--op", "2026-06-01", "--json", bestand(tmp_path, CORRECTIE))
    keten = json.loads(uitkomst.stdout, parse_float=zonder_floats)
    assert uitkomst.exit_code == 0
    assert keten["op"] == "2026-06-01"
    assert keten["gebaseerd_op"]["wegonderhoud"] == {"positie": 1, "verstrekking": 2}
    per_register = {telling["register"]: telling for telling in keten["registers"]}
    assert per_register["aanschafheffing"]["gevolgen"]["AanschafheffingGehandhaafd"] == 1
    assert per_register["spitspas"]["brieven"] == {"spitspasbrief": 1}
    [effect, passen] = per_register["spitspas"]["besluiten"]
    assert effect["overgangen"] == [{"was": "31/2", "wordt": "33/2", "aantal": 1}]
    assert (passen["ooit"], passen["op_dag"]) == ({"omlaag": 1}, {"omlaag": 1})
    assert passen["overgangen"] == [{"was": 5, "wordt": 3, "aantal": 1}]
    assert [antwoord["verwerkt"] for antwoord in keten["antwoorden"]] == [True]


def test_one_that_would_not_be_processed_gives_exit_code_1_and_says_why(
    gevolg: Gevolg, data: Path, tmp_path: Path
) -> None:
    pad = bestand(tmp_path, FOUT, CORRECTIE, ONBEKEND)
    for keten in ([], ["--keten"]):
        uitkomst = gevolg("proef", "--data", data, *keten, pad)
        assert uitkomst.exit_code == 1
        assert "lengte_m: schrijf een getal met decimalen als tekst" in uitkomst.stdout
        assert "deze auto is hier niet geregistreerd" in uitkomst.stdout
    uitkomst = gevolg("proef", "--data", data, "--json", pad)
    antwoorden = json.loads(uitkomst.stdout)
    assert uitkomst.exit_code == 1
    assert [een["verwerkt"] for een in antwoorden] == [False, True, False]
    assert [een["probleem"]["status"] for een in antwoorden if not een["verwerkt"]] == [400, 409]
    assert antwoorden[1]["uitkomst"]["gevolgen"][0]["zegt"][0]["was"] == 100


def test_commandos_come_one_by_one_as_a_list_or_on_lines_and_from_stdin(
    gevolg: Gevolg, data: Path, tmp_path: Path
) -> None:
    een = tmp_path / "een.json"
    een.write_text(json.dumps(CORRECTIE, indent=2), encoding="utf-8")
    lijst = bestand(tmp_path, CORRECTIE)
    verteld = gevolg("proef", "--data", data, een).stdout
    assert gevolg("proef", "--data", data, lijst).stdout == verteld
    regels = bestand(tmp_path, CORRECTIE, ONBEKEND, regels=True)
    op_regels = gevolg("proef", "--data", data, "--json", regels)
    assert [een["verwerkt"] for een in json.loads(op_regels.stdout)] == [True, False]
    gegeven = CliRunner().invoke(app, ["proef", "--data", str(data), "-"], input=een.read_bytes())
    assert gegeven.stdout == verteld


@pytest.mark.parametrize(
    ("tekst", "wat"),
    [
        (b"", "er staat geen commando in"),
        (b'{"commando": ', "dit is geen JSON (regel 1"),
        (b'{"commando": "X", "commando": "Y"}', "'commando' staat er twee keer"),
        (b'{"commando": "X"}\n{"commando": \n', "regel 2: dit is geen JSON"),
        (b"\xff", "is geen UTF-8"),
    ],
)
def test_what_cannot_be_read_is_a_usage_error(
    gevolg: Gevolg, data: Path, tmp_path: Path, tekst: bytes, wat: str
) -> None:
    pad = tmp_path / "fout.json"
    pad.write_bytes(tekst)
    uitkomst = gevolg("proef", "--data", data, pad)
    assert (uitkomst.exit_code, uitkomst.stdout) == (2, "")
    assert wat in uitkomst.stderr


@pytest.mark.parametrize(
    ("woorden", "wat"),
    [
        (["nergens.json"], "kan niet worden gelezen"),
        (["--op", "2026-06-01"], "--op hoort bij --keten"),
        (["--keten", "--op", "gisteren"], "'gisteren' is geen dag"),
    ],
)
def test_a_call_that_is_wrong_is_a_usage_error(
    gevolg: Gevolg, data: Path, tmp_path: Path, woorden: list[str], wat: str
) -> None:
    pad = [] if "nergens.json" in woorden else [bestand(tmp_path, CORRECTIE)]
    uitkomst = gevolg("proef", "--data", data, *woorden, *pad)
    assert (uitkomst.exit_code, uitkomst.stdout) == (2, "")
    assert wat in uitkomst.stderr


def test_a_proef_without_registers_is_unavailable(gevolg: Gevolg, tmp_path: Path) -> None:
    assert gevolg("proef", "--data", tmp_path / "niets", bestand(tmp_path, CORRECTIE)).exit_code == 3
