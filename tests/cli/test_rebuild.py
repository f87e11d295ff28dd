"""`gevolg rebuild`: the tables again, also from nothing; and nothing else changes."""

import json
import shutil
from pathlib import Path

import pytest

from actors.runtime.lezing import Registerlezing
from actors.runtime.systeem import RegisterSystem
from tests.cli.conftest import Gevolg
from tests.domein import dag

RIJ = ("spitspas", "huishouden", "huishouden-sam")


@pytest.fixture
def data(aankoop: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(aankoop, tmp_path / "registers"))


def antwoord(data: Path) -> bytes:
    with Registerlezing.alleen_lezen(data) as lezing:
        return lezing.lees(*RIJ, geldig_op=dag("04-01")).als_bytes()


def test_all_tables_are_built_again_and_say_the_same(gevolg: Gevolg, data: Path) -> None:
    voor = antwoord(data)
    uitkomst = gevolg("rebuild", "--data", data)
    assert (uitkomst.exit_code, uitkomst.stderr) == (0, "")
    assert uitkomst.stdout.count("tabellen opnieuw gebouwd tot en met positie") == 3
    assert antwoord(data) == voor
    assert gevolg("verify", "--data", data, "--projecties").exit_code == 0


def test_of_one_register_it_can_be_asked_as_data(gevolg: Gevolg, data: Path) -> None:
    uitkomst = gevolg("rebuild", "--data", data, "spitspas", "--json")
    with Registerlezing.alleen_lezen(data) as lezing:
        positie = lezing.standen()["spitspas"]["positie"]
    assert json.loads(uitkomst.stdout) == {"spitspas": {"positie": positie, "geparkeerd": 0}}


def test_it_says_who_stands_still_in_a_table(gevolg: Gevolg, data: Path) -> None:
    with RegisterSystem.open(data) as registers:
        registers.parkeer("spitspas", "huishouden", "huishouden", "huishouden-sam", "wordt uitgezocht")
    gezegd = gevolg("rebuild", "--data", data, "spitspas").stdout
    assert "huishouden huishouden-sam staat stil in huishouden@2: wordt uitgezocht" in " ".join(gezegd.split())


def test_tables_that_were_lost_are_built_from_nothing_and_are_missed_by_nobody_meanwhile(
    gevolg: Gevolg, data: Path
) -> None:
    voor = json.loads(antwoord(data))
    shutil.rmtree(data / "spitspas" / "projecties")
    token = gevolg("lees", "--data", data, "--token", voor["herhaaltoken"], "--json")
    assert json.loads(token.stdout) == voor, "a row is made from the journal"
    tabel = gevolg("lees", "--data", data, "spitspas", "huishouden", "--beschikbaar-op", "2999-01-01")
    assert tabel.exit_code == 2
    uitkomst = gevolg("rebuild", "--data", data)
    assert (uitkomst.exit_code, uitkomst.stderr) == (0, "")
    assert json.loads(antwoord(data)) == voor


def test_while_another_process_writes_it_is_refused_in_a_sentence(gevolg: Gevolg, data: Path) -> None:
    with RegisterSystem.open(data):
        uitkomst = gevolg("rebuild", "--data", data)
    assert (uitkomst.exit_code, uitkomst.stdout) == (3, "")
    assert "in gebruik door een ander proces" in uitkomst.stderr


def test_where_nothing_is_nothing_is_made(gevolg: Gevolg, tmp_path: Path) -> None:
    uitkomst = gevolg("rebuild", "--data", tmp_path / "leeg")
    assert uitkomst.exit_code == 3
    assert not (tmp_path / "leeg").exists()
