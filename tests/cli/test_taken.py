import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from actors.runtime.systeem import RegisterSystem
from tests.cli.conftest import Gevolg, zonder_floats
from tests.domein import aanschaf as aanschaf_
from tests.domein import dag, terugmelding, twijfel, verkoop
from tests.wereld import auto, huishouden


@pytest.fixture
def wachtend(tmp_path: Path) -> Path:
    """Sam bought a car outside the levy area; of Noor's the levy is held on doubt; a stranger reports something."""
    data = tmp_path / "data"
    with RegisterSystem.open(data) as registers:
        for commando in (huishouden("huis", "sam"), auto(regio="Bergland"), auto("auto-2", koper="noor")):
            registers.verwerk(commando, gebeurd_op=dag("03-01"))
        registers.wacht_op_rust()
        later = (
            twijfel("uitstoot_g_per_km", ("auto-2",)),
            terugmelding(melder="buurman"),
            verkoop(aanschaf_("robin", "06-01"), "auto-2"),
        )
        for wat in later:
            registers.verwerk(wat, register="wegonderhoud", gebeurd_op=dag("06-01"))
        registers.wacht_op_rust()
    return data


def lijst(gevolg: Gevolg, *woorden: object) -> list[dict[str, object]]:
    uitkomst = gevolg("taken", *woorden, "--json")
    assert (uitkomst.exit_code, uitkomst.stderr) == (0, "")
    antwoorden = [json.loads(regel, parse_float=zonder_floats) for regel in uitkomst.stdout.splitlines()]
    assert all(antwoord["volledig"] and antwoord["herhaaltoken"] for antwoord in antwoorden)
    return [{"register": een["vraag"]["register"], **taak} for een in antwoorden for taak in een["inhoud"]]


def test_taken_lists_what_waits_in_all_registers_with_reason_since_and_term(gevolg: Gevolg, wachtend: Path) -> None:
    alle = lijst(gevolg, "--data", wachtend)
    assert {(t["register"], t["gegeven"], t["reden"], t["taak"]) for t in alle} >= {
        ("wegonderhoud", "gewicht_kg", "gerede_twijfel", True),
        ("aanschafheffing", "heffing_eurocent", "invoer_in_twijfel", False),
        ("spitspas", "passen", "punten_onbekend", True),
        ("spitspas", "thuis", "huishouden_onbekend", True),
    }
    [heffing] = [t for t in alle if t["register"] == "aanschafheffing"]
    assert heffing["onderwerp"] == ["auto-2", "koop-robin-06-01"]
    assert (heffing["vanaf"], heffing["tot"]) == (None, None)
    assert str(heffing["sinds"]).endswith("Z")
    assert str(heffing["uiterlijk"]) > str(heffing["sinds"])[:10]


def test_taken_of_one_register_are_those_of_the_list_of_all(gevolg: Gevolg, wachtend: Path) -> None:
    alle = lijst(gevolg, "--data", wachtend)
    for register in ("wegonderhoud", "aanschafheffing", "spitspas"):
        assert lijst(gevolg, register, "--data", wachtend) == [t for t in alle if t["register"] == register]


def test_taken_for_people_says_in_dutch_what_waits_why_and_until_when(gevolg: Gevolg, wachtend: Path) -> None:
    uitkomst = gevolg("taken", "--data", wachtend)
    assert (uitkomst.exit_code, uitkomst.stderr) == (0, "")
    tekst = " ".join(uitkomst.stdout.split())
    assert "aangehouden auto auto-2 / koop-robin-06-01: heffing" in tekst
    assert "taak huishouden huis: passen geldig vanaf 1 maart 2026 omdat de punten van een auto zijn" in tekst
    assert "omdat een gegeven waarop dit rust is in twijfel of in onderzoek" in tekst
    assert "; uiterlijk " in tekst
    assert tekst.count("zoals bekend ") == tekst.count("herhaaltoken ") == 3


def test_what_waited_then_is_asked_with_the_moment(gevolg: Gevolg, wachtend: Path) -> None:
    [heffing] = lijst(gevolg, "aanschafheffing", "--data", wachtend)
    toen = datetime.fromisoformat(str(heffing["sinds"]))
    net_niet = (toen - timedelta(microseconds=1)).isoformat()
    opdracht = ("aanschafheffing", "--data", wachtend, "--beschikbaar-op")
    assert lijst(gevolg, *opdracht, heffing["sinds"]) == [heffing]
    assert lijst(gevolg, *opdracht, net_niet) == []
    assert "Er wacht niets." in gevolg("taken", *opdracht, "2020-01-01").stdout
    assert "toen was er nog niets vastgelegd" in gevolg("taken", *opdracht, "2020-01-01").stdout


def test_the_herhaaltoken_of_taken_gives_the_same_bytes_again(gevolg: Gevolg, wachtend: Path) -> None:
    eerst = gevolg("taken", "spitspas", "--data", wachtend, "--json").stdout
    token = json.loads(eerst)["herhaaltoken"]
    assert gevolg("taken", "--token", token, "--data", wachtend, "--json").stdout == eerst
    assert token in gevolg("taken", "--token", token, "--data", wachtend).stdout
    assert (
        "bij --token hoort geen andere vraag"
        in gevolg("taken", "spitspas", "--token", token, "--data", wachtend).stderr
    )
    rij = json.loads(gevolg("lees", "wegonderhoud", "auto", "auto-2", "--data", wachtend, "--json").stdout)
    ander = gevolg("taken", "--token", rij["herhaaltoken"], "--data", wachtend)
    assert (ander.exit_code, ander.stdout) == (2, "")
    assert "is van een antwoord van de soort rij, niet taken" in ander.stderr


def test_what_stands_still_waits_with_its_reason(gevolg: Gevolg, wachtend: Path) -> None:
    gevolg("parkeer", "wegonderhoud", "auto", "auto", "auto-2", "--reden", "zo gewild", "--data", wachtend)
    uitkomst = gevolg("taken", "wegonderhoud", "--data", wachtend)
    assert "omdat           staat stil in deze tabel (zo gewild)" in uitkomst.stdout
    assert "daarom is er geen herhaaltoken" in " ".join(uitkomst.stdout.split())
    assert "   herhaaltoken " not in uitkomst.stdout


def test_where_nothing_waits_taken_says_so(gevolg: Gevolg, aankoop: Path) -> None:
    assert gevolg("taken", "--data", aankoop).stdout.count("   Er wacht niets.\n") == 3
    assert lijst(gevolg, "--data", aankoop) == []


def test_an_unknown_register_is_a_usage_error(gevolg: Gevolg, aankoop: Path) -> None:
    uitkomst = gevolg("taken", "letters", "--data", aankoop)
    assert (uitkomst.exit_code, uitkomst.stdout) == (2, "")
    assert "er zijn: wegonderhoud, aanschafheffing, spitspas" in uitkomst.stderr


def test_taken_without_registers_is_unavailable(gevolg: Gevolg, tmp_path: Path) -> None:
    uitkomst = gevolg("taken", "--data", tmp_path / "niets")
    assert (uitkomst.exit_code, uitkomst.stdout) == (3, "")
    assert not (tmp_path / "niets").exists()
