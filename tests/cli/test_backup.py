"""`gevolg backup` and `gevolg restore --uit`: from the command line, told and as data."""

import json
import shutil
from pathlib import Path

import pytest

from actors.runtime.systeem import RegisterSystem
from tests.cli.conftest import Gevolg

REGISTERS = ["spitspas", "aanschafheffing", "wegonderhoud"]


def inhoud(map_: Path) -> dict[str, bytes]:
    """All files of a folder but those of locks."""
    return {
        p.relative_to(map_).as_posix(): p.read_bytes()
        for p in sorted(map_.rglob("*"))
        if p.is_file() and p.name not in {"lock.mdb", "making.lock", "writer.lock"}
    }


@pytest.fixture
def kopie(gevolg: Gevolg, aankoop: Path, tmp_path: Path) -> Path:
    """A backup of one purchase."""
    uitkomst = gevolg("backup", "--data", aankoop, "--naar", tmp_path / "kopie")
    assert (uitkomst.exit_code, uitkomst.stderr) == (0, "")
    return tmp_path / "kopie"


def test_what_is_copied_is_told_and_the_registers_stay_as_they_are(
    gevolg: Gevolg, aankoop: Path, tmp_path: Path
) -> None:
    voor = inhoud(aankoop)
    verteld = gevolg("backup", "--data", aankoop, "--naar", tmp_path / "kopie").stdout
    assert inhoud(aankoop) == voor
    assert verteld.startswith("Reservekopie in ")
    for register in REGISTERS:
        assert f"── {register} " in verteld
    assert "tot en met transactie 11" in verteld
    assert "wie deze map leest, leest alles" in verteld


def test_as_data_it_is_the_manifest_and_its_place(gevolg: Gevolg, aankoop: Path, tmp_path: Path) -> None:
    uitkomst = gevolg("backup", "--data", aankoop, "--naar", tmp_path / "kopie", "--json")
    gegevens = json.loads(uitkomst.stdout)
    assert gegevens.pop("kopie") == str(tmp_path / "kopie")
    assert gegevens == json.loads((tmp_path / "kopie" / "manifest.json").read_text())
    assert list(gegevens["registers"]) == REGISTERS


def test_a_backup_can_be_verified_where_it_is_and_still_be_put_back(
    gevolg: Gevolg, kopie: Path, tmp_path: Path
) -> None:
    voor = inhoud(kopie)
    assert gevolg("verify", "--data", kopie).exit_code == 0
    assert inhoud(kopie) == voor
    assert gevolg("restore", "--data", tmp_path / "terug", "--uit", kopie).exit_code == 0


def test_what_is_put_back_goes_on_as_a_new_incarnation(gevolg: Gevolg, kopie: Path, tmp_path: Path) -> None:
    data = tmp_path / "terug"
    uitkomst = gevolg("restore", "--data", data, "--uit", kopie, "--json")
    assert (uitkomst.exit_code, uitkomst.stderr) == (0, "")
    manifest = json.loads((kopie / "manifest.json").read_text())
    for naam, nieuw in json.loads(uitkomst.stdout)["registers"].items():
        assert nieuw["voorheen"]["opslag_id"] == manifest["registers"][naam]["opslag_id"]
        assert nieuw["opslag_id"] != nieuw["voorheen"]["opslag_id"]
    opnieuw = gevolg("simulate", "autoaankoop", "--data", data, "--json")
    assert json.loads(opnieuw.stdout)["spitspas"] == {"punten": "33/2", "passen": 3}
    assert gevolg("verify", "--data", data, "--projecties").exit_code == 0
    assert {p.stat().st_mode & 0o077 for p in (data, *data.rglob("*"))} == {0}


def test_of_a_backup_one_register_can_be_put_back(gevolg: Gevolg, kopie: Path, aankoop: Path, tmp_path: Path) -> None:
    data = Path(shutil.copytree(aankoop, tmp_path / "data"))
    shutil.rmtree(data / "wegonderhoud")
    voor = inhoud(data)
    uitkomst = gevolg("restore", "--data", data, "--uit", kopie, "--register", "wegonderhoud", "--json")
    assert list(json.loads(uitkomst.stdout)["registers"]) == ["wegonderhoud"]
    assert {naam: i for naam, i in inhoud(data).items() if not naam.startswith("wegonderhoud/")} == voor


def test_registers_that_are_there_are_not_replaced(gevolg: Gevolg, kopie: Path, aankoop: Path, tmp_path: Path) -> None:
    data = Path(shutil.copytree(aankoop, tmp_path / "data"))
    voor = inhoud(data)
    uitkomst = gevolg("restore", "--data", data, "--uit", kopie)
    assert (uitkomst.exit_code, uitkomst.stdout) == (2, "")
    assert "er staat al een register in" in uitkomst.stderr
    assert "zet die map opzij (mv " in uitkomst.stderr
    assert inhoud(data) == voor


@pytest.mark.parametrize("naar", ["kopie", "data"])
def test_an_existing_place_is_refused_with_what_to_do(
    gevolg: Gevolg, aankoop: Path, kopie: Path, tmp_path: Path, naar: str
) -> None:
    shutil.copytree(aankoop, tmp_path / "data")
    uitkomst = gevolg("backup", "--data", tmp_path / "data", "--naar", tmp_path / naar)
    assert (uitkomst.exit_code, uitkomst.stdout) == (2, "")
    assert "is er al; noem met --naar een map die er nog niet is" in uitkomst.stderr
    assert kopie.exists()


def test_where_no_registers_are_there_is_nothing_to_copy(gevolg: Gevolg, tmp_path: Path) -> None:
    (tmp_path / "leeg").mkdir()
    uitkomst = gevolg("backup", "--data", tmp_path / "leeg", "--naar", tmp_path / "kopie")
    assert uitkomst.exit_code == 3
    assert "there is no store in" in uitkomst.stderr
    assert [p.name for p in tmp_path.iterdir()] == ["leeg"]


def test_a_process_does_not_copy_what_it_has_open_itself(gevolg: Gevolg, aankoop: Path, tmp_path: Path) -> None:
    data = Path(shutil.copytree(aankoop, tmp_path / "data"))
    with RegisterSystem.open(data):
        uitkomst = gevolg("backup", "--data", data, "--naar", tmp_path / "kopie")
    assert uitkomst.exit_code == 3
    assert "already open in this process" in uitkomst.stderr


def test_registers_in_which_nothing_was_recorded_come_back_too(gevolg: Gevolg, tmp_path: Path) -> None:
    RegisterSystem.open(tmp_path / "data").close()
    assert gevolg("backup", "--data", tmp_path / "data", "--naar", tmp_path / "kopie").exit_code == 0
    assert gevolg("restore", "--data", tmp_path / "terug", "--uit", tmp_path / "kopie").exit_code == 0
    assert gevolg("simulate", "autoaankoop", "--data", tmp_path / "terug").exit_code == 0


def test_a_backup_that_was_damaged_before_it_was_made_is_refused(gevolg: Gevolg, aankoop: Path, tmp_path: Path) -> None:
    data = Path(shutil.copytree(aankoop, tmp_path / "data"))
    bestand = data / "spitspas" / "verstrekkingen" / "data.mdb"
    bestand.write_bytes(bestand.read_bytes().replace(b"huishouden-sam", b"huishouden-zam"))
    assert gevolg("backup", "--data", data, "--naar", tmp_path / "kopie").exit_code == 0
    uitkomst = gevolg("restore", "--data", tmp_path / "terug", "--uit", tmp_path / "kopie")
    assert (uitkomst.exit_code, uitkomst.stdout) == (4, "")
    assert "spitspas, verstrekkingen/log" in uitkomst.stderr
    assert not (tmp_path / "terug").exists()
