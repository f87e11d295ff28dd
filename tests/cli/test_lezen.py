import json
import shutil
from pathlib import Path

import pytest

from tests.cli.conftest import Gevolg, zonder_floats


def test_gevolgen_shows_each_transactie_with_its_gevolgen(gevolg: Gevolg, aankoop: Path) -> None:
    uitkomst = gevolg("gevolgen", "--data", aankoop)
    assert (uitkomst.exit_code, uitkomst.stderr) == (0, "")
    regels = uitkomst.stdout.splitlines()
    assert regels[0].startswith("spitspas 1  ")
    assert regels[1].startswith("  HuishoudenGeregistreerd  lid sam, lid partner")
    assert "  AanschafheffingVastgesteld  € 2.000, geldig altijd" in regels


def test_gevolgen_as_json_is_a_line_per_transactie_with_full_verantwoording(gevolg: Gevolg, aankoop: Path) -> None:
    uitkomst = gevolg("gevolgen", "--data", aankoop, "--json")
    transacties = [json.loads(regel, parse_float=zonder_floats) for regel in uitkomst.stdout.splitlines()]
    momenten = [t["geregistreerd_op"] for t in transacties]
    assert momenten == sorted(momenten)
    assert all(moment.endswith("Z") for moment in momenten)
    (auto,) = [t for t in transacties if t["commando"] == "RegistreerAuto"]
    assert auto["verantwoording"]["gebeurd_op"] == "2026-03-01"
    assert auto["verantwoording"]["aanleiding"]["soort"] == "signaal"
    assert auto["verantwoording"]["software"]["bijhoudingsmodel"] == "wegonderhoud@1"
    claims = {claim["gegeven"]: claim for claim in auto["gevolgen"][0]["inhoud"]["claims"]}
    assert (claims["lengte_m"]["waarde"], claims["lengte_m"]["vanaf"]) == ("4.4", None)
    punten = auto["gevolgen"][1]
    assert punten["opgeslagen_naam"] == "wegonderhoud.fysiek_milieueffect_vastgesteld@1"
    assert punten["legitimering"][0]["verwijzing"].startswith("Wet wegonderhoud, artikel 3")
    assert punten["verklaring"]["stappen"][0] == {
        "tekst": "1300 kg / 100, naar beneden afgerond",
        "uitkomst": 13,
    }
    herzien = transacties[-1]["gevolgen"][1]
    assert herzien["inhoud"]["stuk"]["waarde"] == "33/2"


def test_gevolgen_can_be_paged_through(gevolg: Gevolg, aankoop: Path) -> None:
    opdracht = ("gevolgen", "--data", aankoop, "--register", "spitspas", "--json")
    alles = gevolg(*opdracht).stdout.splitlines()
    assert gevolg(*opdracht, "--limiet", 3).stdout.splitlines() == alles[:3]
    assert gevolg(*opdracht, "--na", 3, "--limiet", 2).stdout.splitlines() == alles[3:5]
    assert gevolg(*opdracht, "--na", len(alles)).stdout == ""


def test_a_position_needs_a_register(gevolg: Gevolg, aankoop: Path) -> None:
    uitkomst = gevolg("gevolgen", "--data", aankoop, "--na", 3)
    assert (uitkomst.exit_code, uitkomst.stdout) == (2, "")
    assert "noem het met --register" in uitkomst.stderr


def test_status_says_how_far_everything_is(gevolg: Gevolg, aankoop: Path) -> None:
    stand = json.loads(gevolg("status", "--data", aankoop, "--json").stdout)["registers"]
    assert list(stand) == ["wegonderhoud", "aanschafheffing", "spitspas"]
    heffing = stand["aanschafheffing"]
    assert heffing["positie"] == heffing["bekendgemaakt_tot"] == heffing["geprojecteerd_tot"] == 2
    assert heffing["gelezen"] == {"wegonderhoud": stand["wegonderhoud"]["verstrekkingen"]}
    assert heffing["achterstand"] == {"bekendmaken": 0, "projecteren": 0, "lezen": {"wegonderhoud": 0}}
    assert heffing["taken"] == 0
    assert len(bytes.fromhex(heffing["opslag_id"])) == 16
    assert heffing["bytes"] > 0


def test_status_for_people_names_each_register(gevolg: Gevolg, aankoop: Path) -> None:
    uitkomst = gevolg("status", "--data", aankoop)
    assert uitkomst.exit_code == 0
    assert "wegonderhoud tot bericht 2, bij" in uitkomst.stdout


def test_status_counts_what_waits(gevolg: Gevolg, tmp_path: Path) -> None:
    data = tmp_path / "data"
    gevolg("simulate", "autoaankoop", "--regio", "Bergland", "--data", data, "--json")
    stand = json.loads(gevolg("status", "--data", data, "--json").stdout)
    assert stand["registers"]["spitspas"]["taken"] == 2


def test_a_store_that_lmdb_cannot_read_is_told_as_damaged(gevolg: Gevolg, aankoop: Path, tmp_path: Path) -> None:
    data = Path(shutil.copytree(aankoop, tmp_path / "kopie"))
    pad = data / "spitspas" / "gevolgen" / "data.mdb"
    pad.write_bytes(b"\x00" * pad.stat().st_size)
    uitkomst = gevolg("gevolgen", "--data", data)
    assert uitkomst.exit_code == 4
    assert "bekijk met `gevolg verify --data MAP` wat er mis is" in uitkomst.stderr


@pytest.mark.parametrize("opdracht", ["gevolgen", "status", "verify"])
def test_a_folder_without_registers_is_unavailable(gevolg: Gevolg, tmp_path: Path, opdracht: str) -> None:
    uitkomst = gevolg(opdracht, "--data", tmp_path / "niets")
    assert (uitkomst.exit_code, uitkomst.stdout) == (3, "")
    assert "kijk of de map klopt en of er al registers in staan" in uitkomst.stderr
    assert not (tmp_path / "niets").exists()
