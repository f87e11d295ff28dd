"""`gevolg restore`: a copy put back, declared from the command line."""

import json
import shutil
from contextlib import closing
from pathlib import Path

import pytest

from actors.runtime.klok import systeemklok
from actors.runtime.systeem import RegisterSystem
from storage.opslag import open_lmdb
from tests.cli.conftest import Gevolg


@pytest.fixture
def teruggezet(gevolg: Gevolg, aankoop: Path, tmp_path: Path) -> Path:
    """Registers that went on after a copy was made, and the copy of wegonderhoud put back."""
    data = Path(shutil.copytree(aankoop, tmp_path / "data"))
    gevolg("simulate", "autoaankoop", "--gewicht-kg", 2000, "--data", data, "--json")
    zet_terug(aankoop, data, "wegonderhoud", "gevolgen", "verstrekkingen")
    return data


def zet_terug(kopie: Path, data: Path, register: str, *delen: str) -> None:
    for deel in delen:
        shutil.rmtree(data / register / deel)
        shutil.copytree(kopie / register / deel, data / register / deel)


def opslag_ids(data: Path) -> dict[str, str]:
    ids = {}
    for register in ("wegonderhoud", "aanschafheffing", "spitspas"):
        with closing(open_lmdb(data, register, clock=systeemklok, read_only=True)) as opslag:
            ids[register] = opslag.gevolgen.store_id.hex()
    return ids


def test_the_others_follow_a_register_that_was_put_back(gevolg: Gevolg, teruggezet: Path, aankoop: Path) -> None:
    eerder = opslag_ids(aankoop)
    uitkomst = gevolg("restore", "--data", teruggezet, "--register", "wegonderhoud", "--json")
    assert (uitkomst.exit_code, uitkomst.stderr) == (0, "")
    [(register, nieuw)] = json.loads(uitkomst.stdout)["registers"].items()
    assert (register, nieuw["voorheen"]["opslag_id"]) == ("wegonderhoud", eerder["wegonderhoud"])
    assert (nieuw["voorheen"]["positie"], nieuw["voorheen"]["verstrekkingen"]) == (1, 2)
    assert opslag_ids(teruggezet) == {**eerder, "wegonderhoud": nieuw["opslag_id"]}
    opnieuw = gevolg("simulate", "autoaankoop", "--data", teruggezet, "--json")
    assert json.loads(opnieuw.stdout)["spitspas"] == {"punten": "33/2", "passen": 3}
    assert gevolg("verify", "--data", teruggezet).exit_code == 0
    verteld = gevolg("gevolgen", "--data", teruggezet, "--register", "aanschafheffing").stdout
    assert "OvernameHerroepen  wegonderhoud is teruggezet: wat na bericht 2 kwam geldt niet meer" in verteld


def test_without_a_register_all_begin_anew_and_people_are_told(gevolg: Gevolg, aankoop: Path, tmp_path: Path) -> None:
    data = Path(shutil.copytree(aankoop, tmp_path / "data"))
    eerder = opslag_ids(data)
    uitkomst = gevolg("restore", "--data", data)
    assert uitkomst.exit_code == 0
    nu = opslag_ids(data)
    for register in eerder:
        assert nu[register] != eerder[register]
        assert f"{nu[register]}, na transactie" in uitkomst.stdout
        assert f"voorheen {eerder[register]}" in uitkomst.stdout
    assert "Bied wat na de kopie was bevestigd opnieuw aan" in uitkomst.stdout


def test_registers_that_are_in_use_are_refused(gevolg: Gevolg, teruggezet: Path, aankoop: Path) -> None:
    shutil.rmtree(teruggezet)
    shutil.copytree(aankoop, teruggezet)
    eerder = opslag_ids(teruggezet)
    with RegisterSystem.open(teruggezet):
        uitkomst = gevolg("restore", "--data", teruggezet)
    assert (uitkomst.exit_code, uitkomst.stdout) == (3, "")
    assert "in gebruik door een ander proces" in uitkomst.stderr
    assert opslag_ids(teruggezet) == eerder


def test_a_damaged_copy_is_refused_and_nothing_changes(gevolg: Gevolg, aankoop: Path, tmp_path: Path) -> None:
    data = Path(shutil.copytree(aankoop, tmp_path / "data"))
    eerder = opslag_ids(data)
    bestand = data / "spitspas" / "verstrekkingen" / "data.mdb"
    bestand.write_bytes(bestand.read_bytes().replace(b"huishouden-sam", b"huishouden-zam"))
    uitkomst = gevolg("restore", "--data", data)
    assert (uitkomst.exit_code, uitkomst.stdout) == (4, "")
    assert "spitspas, verstrekkingen/log" in uitkomst.stderr
    assert opslag_ids(data) == eerder


def test_parts_of_different_copies_are_refused(gevolg: Gevolg, aankoop: Path, tmp_path: Path) -> None:
    data = Path(shutil.copytree(aankoop, tmp_path / "data"))
    gevolg("simulate", "autoaankoop", "--gewicht-kg", 2000, "--data", data, "--json")
    zet_terug(aankoop, data, "spitspas", "gevolgen")
    eerder = opslag_ids(data)
    uitkomst = gevolg("restore", "--data", data)
    assert (uitkomst.exit_code, uitkomst.stdout) == (4, "")
    assert "from the same copy" in uitkomst.stderr
    assert opslag_ids(data) == eerder


def test_where_nothing_was_recorded_there_is_nothing_to_go_on_from(gevolg: Gevolg, tmp_path: Path) -> None:
    RegisterSystem.open(tmp_path / "leeg").close()
    uitkomst = gevolg("restore", "--data", tmp_path / "leeg")
    assert (uitkomst.exit_code, uitkomst.stdout) == (3, "")
    assert "nothing is recorded" in uitkomst.stderr


def test_a_folder_without_registers_is_unavailable(gevolg: Gevolg, tmp_path: Path) -> None:
    uitkomst = gevolg("restore", "--data", tmp_path / "niets")
    assert (uitkomst.exit_code, uitkomst.stdout) == (3, "")
    assert not (tmp_path / "niets").exists()


def test_an_older_copy_of_which_nothing_is_said_is_told_with_what_to_do(gevolg: Gevolg, teruggezet: Path) -> None:
    uitkomst = gevolg("status", "--data", teruggezet)
    assert uitkomst.exit_code == 3
    assert "meld dat met `gevolg restore`" in " ".join(uitkomst.stdout.split())
