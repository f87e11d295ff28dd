import json
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from actors.register.commando import Verwerkt
from actors.runtime.lezing import Registerlezing
from actors.runtime.systeem import RegisterSystem
from actors.verwerking.generiek.commandos import WisPersoonsgegevens
from tests.cli.conftest import Gevolg, zonder_floats

REGISTER = "aanschafheffing"


def lijst(gevolg: Gevolg, data: Path, *woorden: object) -> list[dict[str, Any]]:
    uitkomst = gevolg("verstrekkingen", REGISTER, "--data", data, "--json", *woorden)
    assert (uitkomst.exit_code, uitkomst.stderr) == (0, "")
    return [json.loads(regel, parse_float=zonder_floats) for regel in uitkomst.stdout.splitlines()]


def test_the_list_tells_all_that_went_out_and_nothing_of_what_is_in_it(gevolg: Gevolg, aankoop: Path) -> None:
    notificatie, brief = lijst(gevolg, aankoop)
    with Registerlezing.alleen_lezen(aankoop) as lezing:
        echt = list(lezing.verstrekkingen(REGISTER))
    assert [v["referentie"] for v in (notificatie, brief)] == [v["referentie"] for v in echt]
    assert [v["digest"] for v in (notificatie, brief)] == [v["digest"] for v in echt]
    assert (notificatie["bekendmaking"], notificatie["doelgroep"]) == ("autobezit@1", "spitspas")
    assert (brief["vorm"], brief["doelgroep"], brief["nummer"]) == ("brief", "betrokkene", 2)
    assert brief["grondslag"]["verwijzing"] == "Algemene wet bestuursrecht, artikel 3:41"
    assert str(brief["geregistreerd_op"]).endswith("Z")
    for woorden in ((), ("--json",)):
        getoond = gevolg("verstrekkingen", REGISTER, "--data", aankoop, *woorden).stdout
        assert "Beste Sam" not in getoond
        assert echt[0]["id"] not in getoond


def test_the_list_can_begin_and_end_anywhere(gevolg: Gevolg, aankoop: Path) -> None:
    alle = lijst(gevolg, aankoop)
    assert lijst(gevolg, aankoop, "--na", 1) == alle[1:]
    assert lijst(gevolg, aankoop, "--limiet", 1) == alle[:1]
    assert lijst(gevolg, aankoop, "--na", 2) == []


def test_the_list_for_people_names_reference_ground_and_digest(gevolg: Gevolg, aankoop: Path) -> None:
    brief = lijst(gevolg, aankoop)[1]
    getoond = gevolg("verstrekkingen", REGISTER, "--data", aankoop).stdout
    for tekst in (brief["referentie"], brief["digest"], "brief voor betrokkene", "Algemene wet bestuursrecht"):
        assert tekst in getoond


def test_herlever_writes_exactly_the_bytes_and_nothing_else(gevolg: Gevolg, aankoop: Path) -> None:
    for v in lijst(gevolg, aankoop):
        with Registerlezing.alleen_lezen(aankoop) as lezing:
            inhoud = lezing.herlever(v["referentie"]).inhoud
        uitkomst = gevolg("herlever", v["referentie"], "--data", aankoop)
        assert (uitkomst.exit_code, uitkomst.stdout_bytes, uitkomst.stderr) == (0, inhoud, "")


def test_herlever_gives_nothing_to_whom_it_is_not_for(gevolg: Gevolg, aankoop: Path) -> None:
    notificatie, brief = (v["referentie"] for v in lijst(gevolg, aankoop))
    assert gevolg("herlever", notificatie, "--data", aankoop, "--voor", "spitspas").exit_code == 0
    assert gevolg("herlever", brief, "--data", aankoop, "--voor", "betrokkene/sam").exit_code == 0
    for referentie, voor in ((notificatie, "verzekeraar"), (brief, "spitspas"), (brief, "betrokkene/noor")):
        uitkomst = gevolg("herlever", referentie, "--data", aankoop, "--voor", voor)
        assert (uitkomst.exit_code, uitkomst.stdout) == (2, "")
        assert f"niet voor {voor}" in uitkomst.stderr


@pytest.mark.parametrize(
    ("referentie", "zin"),
    [
        ("brief 12", "'brief 12' is geen referentie"),
        (f"belastingdienst/verstrekkingen/{'0' * 32}/1", "er is geen register 'belastingdienst'"),
        (f"{REGISTER}/verstrekkingen/{'0' * 32}/1", "kent geen verstrekkingen onder 0000"),
    ],
)
@pytest.mark.parametrize("opdracht", [("herlever",), ("attesteer", "00")])
def test_a_reference_that_is_none_is_a_usage_error(
    gevolg: Gevolg, aankoop: Path, opdracht: tuple[str, ...], referentie: str, zin: str
) -> None:
    naam, *rest = opdracht
    uitkomst = gevolg(naam, referentie, *rest, "--data", aankoop)
    assert (uitkomst.exit_code, uitkomst.stdout) == (2, "")
    assert zin in uitkomst.stderr


def test_attesteer_confirms_with_exit_code_0_and_denies_with_1(gevolg: Gevolg, aankoop: Path) -> None:
    brief = lijst(gevolg, aankoop)[1]
    bevestigd = gevolg("attesteer", brief["referentie"], brief["digest"], "--data", aankoop)
    assert bevestigd.exit_code == 0
    assert bevestigd.stdout.startswith("Bevestigd: dit is zo geleverd.")
    ontkend = gevolg("attesteer", brief["referentie"], "0" * 64, "--data", aankoop)
    assert (ontkend.exit_code, ontkend.stderr) == (1, "")
    assert ontkend.stdout.startswith("Ontkend:")
    als_json = json.loads(gevolg("attesteer", brief["referentie"], "0" * 64, "--data", aankoop, "--json").stdout)
    assert (als_json["klopt"], als_json["bekendmaking"]) == (False, "heffingsbrief@2")
    assert "Sam" not in bevestigd.stdout + ontkend.stdout + str(als_json)


def test_what_was_erased_is_gone_and_can_be_attested_still(gevolg: Gevolg, aankoop: Path, tmp_path: Path) -> None:
    data = Path(shutil.copytree(aankoop, tmp_path / "data"))
    brief = lijst(gevolg, data)[1]
    with RegisterSystem.open(data) as registers:
        wis = WisPersoonsgegevens(betrokkene_id="sam", toelichting="op verzoek")
        uit = registers.verwerk(wis, register=REGISTER, gebeurd_op=date(2026, 6, 1))
        assert isinstance(uit, Verwerkt), uit
    weg = gevolg("herlever", brief["referentie"], "--data", data)
    assert (weg.exit_code, weg.stdout) == (1, "")
    assert "de sleutel van een betrokkene is vernietigd" in weg.stderr
    assert gevolg("attesteer", brief["referentie"], brief["digest"], "--data", data).exit_code == 0
