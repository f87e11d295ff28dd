import json
import re
from pathlib import Path
from typing import Any

import pytest

from actors.runtime.lezing import Registerlezing
from actors.runtime.systeem import RegisterSystem
from actors.simulatie import tegenwind
from actors.simulatie.scenario import in_map, speel
from actors.verwerking.generiek.commandos import WisPersoonsgegevens
from tests.cli.conftest import Gevolg, zonder_floats
from tests.domein import auto as auto_
from tests.domein import correctie, dag, keten

RIJ = ("spitspas", "huishouden", "huishouden-sam")
PASSEN = (*RIJ, "--kolom", "passen", "--geldig-op", "2026-04-01")


def gegevens(gevolg: Gevolg, *woorden: object) -> dict[str, Any]:
    uitkomst = gevolg(*woorden, "--json")
    assert (uitkomst.exit_code, uitkomst.stderr) == (0, "")
    return dict(json.loads(uitkomst.stdout, parse_float=zonder_floats)["inhoud"])


def tekst(gevolg: Gevolg, *woorden: object) -> str:
    uitkomst = gevolg(*woorden)
    assert (uitkomst.exit_code, uitkomst.stderr) == (0, "")
    assert all(len(regel) <= 100 for regel in uitkomst.stdout.splitlines() if "herhaaltoken" not in regel)
    return uitkomst.stdout


def test_herkomst_as_json_has_of_each_step_the_ground_the_rule_or_official_the_software_and_the_moment(
    gevolg: Gevolg, aankoop: Path
) -> None:
    spoor = gegevens(gevolg, "herkomst", "--data", aankoop, *PASSEN)
    eerste = spoor["gevolgen"][0]
    assert spoor["begin"] == [eerste["gevolg"]]
    assert (eerste["naam"], eerste["regel"], eerste["regelversie"]) == ("SpitspasrechtHerzien", "spitspasrecht", 1)
    assert eerste["legitimering"][0]["verwijzing"] == "Wet spitspas, artikel 4 (aantal passen)"
    assert eerste["software"]["bijhoudingsmodel"] == "spitspas@1"
    assert eerste["geregistreerd_op"].endswith("Z")
    assert eerste["inhoud"]["stuk"]["waarde"] == 3
    begonnen = {g["naam"]: g["aanleiding"]["soort"] for g in spoor["gevolgen"] if g["aanleiding"]}
    assert begonnen == {"HuishoudenGeregistreerd": "aanvraag", "AutoGeregistreerd": "signaal"}
    ids = {g["gevolg"] for g in spoor["gevolgen"]}
    assert all({v["gevolg"], v["doel"]} <= ids for v in spoor["verbanden"])
    assert (spoor["richting"], spoor["buiten"], spoor["meer"]) == ("herkomst", [], False)
    assert [*spoor["tot"]] == ["wegonderhoud", "aanschafheffing", "spitspas"]


def test_herkomst_for_people_is_a_tree_of_numbered_gevolgen_each_once(gevolg: Gevolg, aankoop: Path) -> None:
    blad = tekst(gevolg, "herkomst", "--data", aankoop, *PASSEN)
    kop, _, boom, *_ = blad.splitlines()
    aantal = int(re.findall(r"\d+", kop)[0])
    assert boom == "1 SpitspasrechtHerzien: 3 passen per maand, geldig vanaf 1 maart 2026"
    nummers = [int(n) for n in re.findall(r"^[│├└─ ]*(\d+) [A-Z]\w+: ", blad, re.MULTILINE)]
    assert nummers == list(range(1, aantal + 1))
    plat = " ".join(re.sub(r"[│├└─]", " ", blad).split())
    assert "uit 2 (invoer punten)" in plat
    assert "regel spitspasrecht@1; op grond van Wet spitspas, artikel 4 (aantal passen) (wet, versie 1)" in plat
    assert "begon met signaal van de verzekeraar van Sam: aankoopmelding" in plat
    assert "(van wegonderhoud, bericht 2)" in plat
    assert "gebeurd op 1 maart 2026, geregistreerd op" in plat
    assert "spitspas@1" in plat


def test_doorwerking_says_as_of_when_it_is_and_gives_that_again(gevolg: Gevolg, tmp_path: Path) -> None:
    with keten(tmp_path) as registers:
        registers.verwerk(auto_())
        wat = (
            "doorwerking",
            "--data",
            tmp_path,
            next(iter(registers.registers.gevolgen("wegonderhoud"))).gevolgen[0].id,
        )
        posities = {naam: stand["positie"] for naam, stand in registers.registers.standen().items()}
    toen = gegevens(gevolg, *wat)
    assert toen["tot"] == posities
    with RegisterSystem.open(tmp_path) as registers:
        registers.verwerk(correctie(gewicht_kg=1700), gebeurd_op=dag("04-01"))
        registers.wacht_op_rust()
    assert len(gegevens(gevolg, *wat)["gevolgen"]) > len(toen["gevolgen"])
    tot = [woord for naam, positie in posities.items() for woord in ("--tot", f"{naam}={positie}")]
    assert gegevens(gevolg, *wat, *tot) == toen
    assert f"Zoals bekend bij wegonderhoud={posities['wegonderhoud']}, " in tekst(gevolg, *wat, *tot)


def test_the_token_of_a_tree_gives_the_same_bytes_again(gevolg: Gevolg, tmp_path: Path) -> None:
    with keten(tmp_path) as registers:
        registers.verwerk(auto_())
        eerste = next(iter(registers.registers.gevolgen("wegonderhoud"))).gevolgen[0].id
    opdracht = ("doorwerking", "--data", tmp_path, eerste, "--json")
    toen = gevolg(*opdracht).stdout
    token = json.loads(toen)["herhaaltoken"]
    with RegisterSystem.open(tmp_path) as registers:
        registers.verwerk(correctie(gewicht_kg=1700), gebeurd_op=dag("04-01"))
        registers.wacht_op_rust()
    assert gevolg(*opdracht).stdout != toen
    for weer in ("doorwerking", "lees"):
        assert gevolg(weer, "--data", tmp_path, "--token", token, "--json").stdout == toen
    assert "Doorwerking: " in gevolg("lees", "--data", tmp_path, "--token", token).stdout
    ook = gevolg("doorwerking", "--data", tmp_path, eerste, "--token", token)
    assert (ook.exit_code, "hoort geen andere vraag" in ook.stderr) == (2, True)


def test_with_a_limit_the_nearest_are_shown_and_that_there_is_more(gevolg: Gevolg, aankoop: Path) -> None:
    wat = ("herkomst", "--data", aankoop, *PASSEN, "--limiet", 4)
    assert (len(gegevens(gevolg, *wat)["gevolgen"]), gegevens(gevolg, *wat)["meer"]) == (4, True)
    assert "Er is meer: dit zijn de 4 dichtstbijzijnde; vraag meer met --limiet." in tekst(gevolg, *wat)


def test_what_lies_deep_goes_on_at_the_margin(gevolg: Gevolg, tmp_path: Path) -> None:
    """Of a car that is corrected many times each correction is about the one before."""
    with keten(tmp_path) as registers:
        registers.verwerk(auto_(), *(correctie(gewicht_kg=1300 + 100 * n) for n in range(1, 16)))
    blad = tekst(gevolg, "herkomst", "--data", tmp_path, "wegonderhoud", "auto", "auto-1", "--kolom", "gewicht_kg")
    assert blad.count("AutogegevensGecorrigeerd: ") == 15
    assert re.search(r"^verder van 13:$", blad, re.MULTILINE)
    assert re.search(r"^14 AutogegevensGecorrigeerd: ", blad, re.MULTILINE)


def test_no_line_of_any_tree_is_too_long(gevolg: Gevolg, tmp_path: Path) -> None:
    speel(in_map(tmp_path), [tegenwind.stappen()], lambda _: None)
    with Registerlezing.alleen_lezen(tmp_path) as registers:
        laatste = [list(registers.gevolgen(naam))[-1].gevolgen[-1].id for naam in registers.registers]
        eerste = [next(iter(registers.gevolgen(naam))).gevolgen[0].id for naam in registers.registers]
    for wat in (*laatste, *eerste):
        assert tekst(gevolg, "herkomst", "--data", tmp_path, wat)
        assert tekst(gevolg, "doorwerking", "--data", tmp_path, wat)


def test_from_a_row_as_it_was_known_earlier(gevolg: Gevolg, aankoop: Path) -> None:
    with Registerlezing.alleen_lezen(aankoop) as registers:
        toen = registers.moment_van("spitspas", 7).isoformat()
    eerder = gegevens(gevolg, "herkomst", "--data", aankoop, *PASSEN, "--beschikbaar-op", toen)
    assert eerder["gevolgen"][0]["naam"] == "SpitspasrechtVastgesteld"
    assert {g["register"] for g in eerder["gevolgen"]} == {"spitspas"}


def test_a_name_that_was_erased_is_shown_as_destroyed(gevolg: Gevolg, tmp_path: Path) -> None:
    with keten(tmp_path) as registers:
        registers.verwerk(auto_(), WisPersoonsgegevens(betrokkene_id="sam", toelichting="op verzoek"))
    blad = tekst(gevolg, "herkomst", "--data", tmp_path, "wegonderhoud", "auto", "auto-1", "--kolom", "punten")
    assert "koper naam vernietigd" in " ".join(re.sub(r"[│├└─]", " ", blad).split())
    assert "Sam" not in blad


def test_a_gevolg_that_led_to_nothing_says_so(gevolg: Gevolg, aankoop: Path) -> None:
    assert tekst(gevolg, "doorwerking", "--data", aankoop, *PASSEN).startswith("Doorwerking: alleen het gevolg zelf")


@pytest.mark.parametrize(
    ("woorden", "zin"),
    [
        (("weg", "auto"), "noem één gevolg, of een rij: REGISTER PROJECTIE SLEUTEL"),
        (("0" * 36,), "geen gevolg"),
        (("\udcff",), "tekens die geen leesbare tekst zijn"),
        ((*RIJ, "\udcff"), "tekens die geen leesbare tekst zijn"),
        (("0" * 36, "--kolom", "punten"), "horen bij een rij"),
        (("letters", "auto", "auto-1"), "geen register 'letters'; er zijn: wegonderhoud"),
        (("spitspas", "auto", "auto-1"), "heeft geen projectie 'auto'"),
        (("spitspas", "huishouden", "niemand"), "staat dan niets over niemand"),
        ((*RIJ, "--kolom", "kleur"), "heeft geen kolom 'kleur'; er zijn: "),
        ((*RIJ, "--geldig-op", "gisteren"), "is geen dag of moment; schrijf bijvoorbeeld 2026-03-01"),
        ((*RIJ, "--beschikbaar-op", "gisteren"), "is geen dag of moment"),
        ((*RIJ, "--beschikbaar-op", "2999-01-01"), "ligt in de toekomst"),
    ],
)
@pytest.mark.parametrize("opdracht", ["herkomst", "doorwerking"])
def test_what_is_not_there_is_a_usage_error_in_one_sentence(
    gevolg: Gevolg, aankoop: Path, opdracht: str, woorden: tuple[str, ...], zin: str
) -> None:
    uitkomst = gevolg(opdracht, "--data", aankoop, *woorden)
    assert (uitkomst.exit_code, uitkomst.stdout) == (2, "")
    assert zin in uitkomst.stderr


@pytest.mark.parametrize(
    ("woorden", "zin"),
    [
        (("--tot", "letters=3"), "geen register 'letters'; er zijn: wegonderhoud"),
        (("--tot", "spitspas"), "schrijf bijvoorbeeld spitspas=12"),
        (("--tot", "spitspas=999"), "spitspas heeft geen positie 999; de laatste is "),
        (("--limiet", "0"), "hoogstens 0 gevolgen kan niet; vraag er minstens 1"),
        (("--limiet", "-5"), "-5 is minder dan 0"),
    ],
)
def test_a_bound_that_means_nothing_is_a_usage_error(
    gevolg: Gevolg, aankoop: Path, woorden: tuple[str, ...], zin: str
) -> None:
    uitkomst = gevolg("doorwerking", "--data", aankoop, *PASSEN, *woorden)
    assert (uitkomst.exit_code, uitkomst.stdout) == (2, "")
    assert zin in " ".join(uitkomst.stderr.split())
