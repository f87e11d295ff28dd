import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from actors.runtime.systeem import RegisterSystem
from actors.verwerking import gevolgenverwerking
from tests.cli.conftest import Gevolg
from tests.domein import correctie, dag

REDEN = "de leverancier zoekt het uit"


@pytest.fixture
def data(aankoop: Path, tmp_path: Path) -> Path:
    """Registers of its own, after one purchase."""
    return Path(shutil.copytree(aankoop, tmp_path / "data"))


@pytest.fixture
def auto_id(data: Path) -> str:
    with RegisterSystem.alleen_lezen(data) as registers:
        [rij] = registers.tabel("wegonderhoud", "auto", geldig_op=dag("03-01")).inhoud
    return str(rij["onderwerp"][0])


def rij(data: Path, auto_id: str) -> dict[str, Any]:
    with RegisterSystem.alleen_lezen(data) as registers:
        return registers.lees("wegonderhoud", "auto", auto_id, geldig_op=dag("03-01")).inhoud or {}


def wacht(gevolg: Gevolg, data: Path) -> list[dict[str, Any]]:
    """What waits in all registers."""
    regels = gevolg("taken", "--data", data, "--json").stdout.splitlines()
    return [taak for regel in regels for taak in json.loads(regel)["inhoud"]]


def verzwaar(data: Path, auto_id: str) -> None:
    with RegisterSystem.open(data) as registers:
        registers.verwerk(correctie(auto_id, gewicht_kg=1500), gebeurd_op=dag("03-01"))
        registers.wacht_op_rust()


def test_what_a_person_parks_stands_still_and_is_listed(gevolg: Gevolg, data: Path, auto_id: str) -> None:
    uitkomst = gevolg("parkeer", "wegonderhoud", "auto", "auto", auto_id, "--reden", REDEN, "--data", data)
    assert (uitkomst.exit_code, uitkomst.stderr) == (0, "")
    assert f"staat nu stil in auto van wegonderhoud: {REDEN}" in " ".join(uitkomst.stdout.split())
    verzwaar(data, auto_id)
    assert (rij(data, auto_id)["punten"], rij(data, auto_id)["volledig"]) == (21, False)
    [taak] = wacht(gevolg, data)
    assert (taak["onderwerp"], taak["gegeven"], taak["reden"], taak["sinds"]) == (
        [auto_id],
        "auto@1",
        f"geparkeerd: {REDEN}",
        None,
    )
    assert f"staat stil in deze tabel ({REDEN})" in gevolg("taken", "--data", data).stdout
    stand = json.loads(gevolg("status", "--data", data, "--json").stdout)
    assert stand["registers"]["wegonderhoud"]["taken"] == 1
    assert gevolg("verify", "--projecties", "--data", data).exit_code == 0


def test_what_is_let_go_follows_along_again(gevolg: Gevolg, data: Path, auto_id: str) -> None:
    wie = ("wegonderhoud", "auto", "auto", auto_id)
    gevolg("parkeer", *wie, "--reden", REDEN, "--data", data)
    verzwaar(data, auto_id)
    uitkomst = gevolg("ontparkeer", *wie, "--data", data)
    assert (uitkomst.exit_code, uitkomst.stderr) == (0, "")
    assert (rij(data, auto_id)["punten"], rij(data, auto_id)["volledig"]) == (23, True)
    assert wacht(gevolg, data) == []
    assert gevolg("verify", "--projecties", "--data", data).exit_code == 0


def test_what_still_fails_stays_parked_and_is_told_in_one_sentence(
    gevolg: Gevolg, data: Path, auto_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def kapot(*_: Any) -> Any:
        raise RuntimeError("Sam woont hier")

    monkeypatch.setattr(gevolgenverwerking, "rijen_van", kapot)
    wie = ("wegonderhoud", "auto", "auto", auto_id)
    gevolg("parkeer", *wie, "--reden", REDEN, "--data", data)
    uitkomst = gevolg("ontparkeer", *wie, "--data", data)
    assert (uitkomst.exit_code, uitkomst.stdout) == (3, "")
    assert "kan nog niet verder in auto@1 (RuntimeError); herstel eerst de projectie" in " ".join(
        uitkomst.stderr.split()
    )
    assert "Sam" not in uitkomst.stderr
    assert len(wacht(gevolg, data)) == 1


@pytest.mark.parametrize(
    ("woorden", "zegt"),
    [
        (("parkeer", "letters", "auto", "auto", "{id}", "--reden", "x"), "er is geen register 'letters'"),
        (("parkeer", "wegonderhoud", "letters", "auto", "{id}", "--reden", "x"), "heeft geen projectie 'letters'"),
        (("parkeer", "wegonderhoud", "auto", "auto", "auto-9", "--reden", "x"), "staat niets van auto auto-9"),
        (("parkeer", "wegonderhoud", "auto", "auto", "{id}", "--reden", " "), "--reden is leeg"),
        (("parkeer", "wegonderhoud", "auto", "auto", "{id}"), "'--reden' ontbreekt"),
        (("ontparkeer", "wegonderhoud", "auto", "auto", "{id}"), "staat niet geparkeerd"),
    ],
)
def test_what_cannot_be_done_is_a_usage_error_and_changes_nothing(
    gevolg: Gevolg, data: Path, auto_id: str, woorden: tuple[str, ...], zegt: str
) -> None:
    uitkomst = gevolg(*(woord.format(id=auto_id) for woord in woorden), "--data", data)
    assert (uitkomst.exit_code, uitkomst.stdout) == (2, "")
    assert zegt in " ".join(uitkomst.stderr.split())
    assert wacht(gevolg, data) == []


@pytest.mark.parametrize("opdracht", ["parkeer", "ontparkeer"])
def test_without_registers_nothing_is_made(gevolg: Gevolg, tmp_path: Path, opdracht: str) -> None:
    reden = ("--reden", "x") if opdracht == "parkeer" else ()
    uitkomst = gevolg(opdracht, "wegonderhoud", "auto", "auto", "auto-1", *reden, "--data", tmp_path / "niets")
    assert uitkomst.exit_code == 3
    assert not (tmp_path / "niets").exists()


def test_while_another_process_writes_parking_waits(gevolg: Gevolg, data: Path, auto_id: str) -> None:
    with RegisterSystem.open(data):
        uitkomst = gevolg("parkeer", "wegonderhoud", "auto", "auto", auto_id, "--reden", "x", "--data", data)
    assert uitkomst.exit_code == 3
    assert "in gebruik door een ander proces" in uitkomst.stderr
