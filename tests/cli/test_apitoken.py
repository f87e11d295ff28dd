"""`gevolg token`: make, list and withdraw."""

import json
from pathlib import Path

import pytest

from actors.daemon.rechten import GeenToegang
from actors.daemon.toegang.apisleutels import Sleutelbestand
from actors.runtime.klok import systeemklok
from tests.cli.conftest import Gevolg

RECHT = ("--recht", "spitspas:lezen:huishouden@2", "--recht", "*:commando:RegistreerAuto")


def test_a_sleutel_is_shown_once_and_works_until_it_is_withdrawn(gevolg: Gevolg, tmp_path: Path) -> None:
    data = tmp_path / "data"
    gemaakt = gevolg("token", "--data", data, "--naam", "loket 1", *RECHT, "--voor", "openbaar")
    sleutel = gemaakt.stdout.strip()
    assert sleutel not in gemaakt.stderr
    assert "niet nog eens te zien" in gemaakt.stderr
    bestand = Sleutelbestand(data)
    assert bestand.wie(sleutel, systeemklok())[0].naam == "loket 1"
    lijst = gevolg("token", "--data", data, "--lijst")
    assert "loket 1" in lijst.stdout
    assert sleutel.rpartition("_")[2] not in lijst.output
    (een,) = json.loads(gevolg("token", "--data", data, "--lijst", "--json").stdout)
    assert een["rechten"] == ["spitspas:lezen:huishouden@2", "*:commando:RegistreerAuto"]
    assert "hash" not in een
    weg = gevolg("token", "--data", data, "--trek-in", een["id"])
    assert weg.stdout == f"Ingetrokken: {een['id']} van loket 1.\n"
    with pytest.raises(GeenToegang):
        bestand.wie(sleutel, systeemklok())
    assert "ingetrokken op" in gevolg("token", "--data", data, "--lijst").stdout


def test_as_json_it_is_told_with_its_id(gevolg: Gevolg, tmp_path: Path) -> None:
    uit = json.loads(
        gevolg("token", "--data", tmp_path, "--naam", "x", *RECHT, "--geldig-tot", "2999-01-01", "--json").stdout
    )
    assert uit["sleutel"].startswith(f"gvl_{uit['id']}_")
    assert uit["geldig_tot"] == "2998-12-31T23:00:00Z"


def test_all_that_is_wrong_with_a_new_one_is_told_at_once(gevolg: Gevolg, tmp_path: Path) -> None:
    rechten = ["spitpas:lezen", "spitspas:leezn", "spitspas:lezen:huishouden@1", "spitspas:taken:x", "lezen", "*:*:x"]
    rechten += ["*:lezen"]
    woorden = ["--voor", "openbar"] + [deel for recht in rechten for deel in ("--recht", recht)]
    fout = gevolg("token", "--data", tmp_path / "data", "--naam", " ", "--geldig-tot", "2020-01-01", *woorden)
    assert fout.exit_code == 2
    for zin in (
        "bedoelde u spitspas?",
        "bedoelde u lezen?",
        "bedoelde u openbaar?",
        "bedoelde u huishouden@2?",
        "hoort geen naam",
        "'lezen' is geen recht",
        "'x' is er niet",
        "een naam heeft 1 tot en met",
        "is voorbij",
    ):
        assert zin in fout.stderr, zin
    assert not (tmp_path / "data").exists()


def test_a_name_is_one_line(gevolg: Gevolg, tmp_path: Path) -> None:
    """It stands in lists, in the log and in what is recorded."""
    fout = gevolg("token", "--data", tmp_path / "data", "--naam", "loket\ndirecteur", "--recht", "*:lezen")
    assert fout.exit_code == 2
    assert "op één regel" in fout.stderr


@pytest.mark.parametrize(
    ("woorden", "zin"),
    [
        ((), "kies een van drie"),
        (("--lijst", "--naam", "x"), "kies een van drie"),
        (("--lijst", "--recht", "*:*"), "horen bij een nieuwe sleutel"),
        (("--naam", "x"), "een sleutel zonder recht mag niets"),
        (("--trek-in", "abc"), "er is geen API-sleutel 'abc'"),
    ],
)
def test_what_makes_no_sense_is_refused(gevolg: Gevolg, tmp_path: Path, woorden: tuple[str, ...], zin: str) -> None:
    fout = gevolg("token", "--data", tmp_path, *woorden)
    assert fout.exit_code == 2
    assert zin in fout.stderr


def test_where_there_is_nothing_it_says_so(gevolg: Gevolg, tmp_path: Path) -> None:
    assert gevolg("token", "--data", tmp_path / "weg", "--lijst").exit_code == 2
    assert "geen API-sleutels" in gevolg("token", "--data", tmp_path, "--lijst").stdout
    (tmp_path / "toegang.json").write_text("{", encoding="utf-8")
    kapot = gevolg("token", "--data", tmp_path, "--lijst")
    assert kapot.exit_code == 3
    assert "beschadigd" in kapot.stderr
