"""`gevolg simulate vlaggenschip` and `gevolg simulate tegenwind`, as one calls them."""

import json
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from actors.cli.blad import Blad
from actors.cli.main import app
from actors.cli.verhaal import Verteller
from actors.contexten.spitspas.commandos import Lid, RegistreerHuishouden
from actors.runtime.lezing import Registerlezing
from actors.runtime.systeem import RegisterSystem
from actors.simulatie import tegenwind, vlaggenschip
from actors.simulatie.keten import volg
from actors.simulatie.scenario import Stap
from tests.cli.conftest import Gevolg, zonder_floats

VLAGGENSCHIP, TEGENWIND = ("simulate", "vlaggenschip"), ("simulate", "tegenwind")
SCENARIOS = pytest.mark.parametrize("scenario", [VLAGGENSCHIP, TEGENWIND, (*TEGENWIND, "--volgorde", "3")])


@cache
def eenmalig(*woorden: str) -> Result:
    """What a call gives that leaves nothing behind; called once for all tests."""
    return CliRunner().invoke(app, woorden, prog_name="gevolg")


@pytest.fixture(scope="module")
def gespeeld(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Registers in which both scenarios were played; only to be read."""
    data: Path = tmp_path_factory.mktemp("registers") / "data"
    for scenario in (VLAGGENSCHIP, TEGENWIND):
        gelezen(CliRunner().invoke(app, [*scenario, "--data", str(data), "--json"]))
    return data


def gelezen(uitkomst: Result) -> Any:
    assert (uitkomst.exit_code, uitkomst.stderr) == (0, ""), uitkomst.output
    return json.loads(uitkomst.stdout, parse_float=zonder_floats)


def gevolgen_in(data: Path) -> int:
    with Registerlezing.alleen_lezen(data) as registers:
        return sum(registers.aantal_gevolgen(naam) for naam in registers.registers)


def op_volgorde(verhaal: str, *onderdelen: str) -> None:
    """All of these stand in the story, in this order."""
    plaats = 0
    for onderdeel in onderdelen:
        gevonden = verhaal.find(onderdeel, plaats)
        assert gevonden >= 0, f"{onderdeel!r} staat niet na teken {plaats} in\n{verhaal}"
        plaats = gevonden + len(onderdeel)


def test_vlaggenschip_gives_a_row_per_step() -> None:
    rijen = gelezen(eenmalig(*VLAGGENSCHIP, "--json"))
    assert [list(rij) for rij in rijen] == [
        ["stap", "wegonderhoud", "aanschafheffing", "spitspas", "brieven", "herhaald"]
    ] * 8
    herhaald = rijen[0]["herhaald"]
    assert [herhaald[register]["punten"] for register in herhaald] == [21, 31, "31/2"]
    assert (herhaald["aanschafheffing"]["heffing_eurocent"], herhaald["spitspas"]["passen"]) == (200000, 5)
    assert rijen[4] == {
        "stap": "correctie",
        "wegonderhoud": {"punten": 21, "klasse": "gemiddeld belastend", "zekerheid": {}},
        "aanschafheffing": {
            "punten": 33,
            "heffing_eurocent": 200000,
            "openstaand_eurocent": 0,
            "teruggaaf_eurocent": 0,
            "zekerheid": {},
        },
        "spitspas": {"punten": "33/2", "passen": 3, "zekerheid": {}},
        "brieven": {"aanschafheffing": 1, "spitspas": 2},
        "herhaald": herhaald,
    }


def test_tegenwind_gives_twelve_steps() -> None:
    rijen = gelezen(eenmalig(*TEGENWIND, "--json"))
    assert [rij["stap"] for rij in rijen] == [*range(1, 13)]
    assert list(rijen[0]) == [
        "stap",
        "huishouden",
        "autos",
        "heffingen",
        "besluiten_aanschafheffing",
        "twijfel",
        "aangehouden",
        "taken",
    ]
    assert rijen[8]["huishouden"]["HS"]["2026-07-15"] == {"punten": "29/2", "passen": 3, "regelversie": 2}
    assert rijen[8]["heffingen"]["a2"] == {"punten": 33, "heffing_eurocent": 500000, "regelversie": 2}


def test_in_another_order_tegenwind_ends_in_the_same() -> None:
    gewoon, anders = (gelezen(eenmalig(*TEGENWIND, *opties, "--json")) for opties in ((), ("--volgorde", "9")))
    assert sorted(rij["stap"] for rij in anders) == [*range(1, 13)]
    assert [rij["stap"] for rij in anders] != [*range(1, 13)]
    for een, ander in zip(gewoon[9:], anders[9:], strict=True):
        assert {**een, "besluiten_aanschafheffing": 0} == {**ander, "besluiten_aanschafheffing": 0}


@SCENARIOS
def test_the_same_call_again_does_nothing_twice_and_says_the_same(
    gevolg: Gevolg, tmp_path: Path, scenario: tuple[str, ...]
) -> None:
    opdracht = (*scenario, "--data", tmp_path / "data")
    eerste = gelezen(gevolg(*opdracht, "--json"))
    aantal = gevolgen_in(tmp_path / "data")
    assert gelezen(gevolg(*opdracht, "--json")) == eerste
    verhaal = gevolg(*opdracht).stdout
    assert "Dit scenario is hier al gespeeld" in verhaal
    assert "verder kijken".casefold() in verhaal.casefold()
    assert gevolgen_in(tmp_path / "data") == aantal


def test_both_scenarios_and_a_purchase_live_in_one_folder(gevolg: Gevolg, tmp_path: Path) -> None:
    data = ("--data", tmp_path / "data", "--json")
    gelezen(gevolg("simulate", "autoaankoop", *data))
    for scenario in (VLAGGENSCHIP, TEGENWIND, VLAGGENSCHIP):
        assert gelezen(gevolg(*scenario, *data)) == gelezen(eenmalig(*scenario, "--json"))


def test_the_story_of_vlaggenschip_tells_each_step_to_the_table() -> None:
    uitkomst = eenmalig(*VLAGGENSCHIP)
    assert (uitkomst.exit_code, uitkomst.stderr) == (0, "")
    op_volgorde(
        uitkomst.stdout,
        "1. Sam koopt een auto",
        "RegistreerHuishouden aan spitspas",
        "RegistreerAuto aan wegonderhoud (signaal van de verzekeraar van Sam",
        "wegonderhoud    21 punten, gemiddeld belastend\n",
        "aanschafheffing 31 punten, € 2.000 heffing, € 2.000 openstaand\n",
        "spitspas        15,5 punten, 5 passen per maand\n",
        "Brieven         1 van aanschafheffing, 1 van spitspas",
        "3. De verzekeraar twijfelt",
        "MeldTerug aan wegonderhoud",
        "in twijfel: uitstoot",
        "vastgelegd: TerugmeldingOntvangen, InTwijfelGetrokken",
        "in twijfel: punten, heffing",
        "in twijfel: punten, passen",
        "Brieven         geen",
        "5. De uitstoot wordt gecorrigeerd",
        "AutogegevensGecorrigeerd, OnderzoekBeeindigd, TerugmeldingGehonoreerd",
        "AanschafheffingGehandhaafd",
        "16,5 punten, 3 passen per maand",
        "8. De auto blijkt nooit gekocht",
        "kent deze auto niet (meer)",
        "geen heffing, niets openstaand, € 2.000 teruggaaf",
        "Wat de registers na elke stap zeggen",
        "onderzoek        21 punten ??   31, € 2.000 ??    € 0          € 0         15,5, 5 ??   1, 1\n",
        "degistratie      –              –                 € 0          € 2.000     0, 5         2, 3\n",
        "Bewaar ze met --data MAP",
    )


def test_the_story_of_tegenwind_tells_what_changed_what_waits_and_what_is_doubted() -> None:
    uitkomst = eenmalig(*TEGENWIND)
    assert (uitkomst.exit_code, uitkomst.stderr) == (0, "")
    op_volgorde(
        uitkomst.stdout,
        "1. Twee huishoudens",
        "HS op elke dag: 0 punten, 5 passen\n",
        "4. De uitstoot van auto A in twijfel",
        "dezelfde waarden als ervoor",
        "In twijfel      A.aanschafbelastingmilieueffect, A.uitstoot_g_per_km, HS@2026-03-15",
        "5. Een late melding: auto A is verkocht aan Robin",
        "HS op 15 juni, 1 juli, 15 juli: 14,5 punten, 5 passen (was 30 punten, 3 passen)",
        "Aangehouden     HR vanaf 2026-06-01, a2.heffing",
        "6. De uitstoot wordt gecorrigeerd, en Robin betaalt",
        "In twijfel      niets meer",
        "Aangehouden     niets meer",
        "7. Nieuw recht vanaf 1 juli",
        "RegistreerRegelversie aan aanschafheffing",
        "RegelversieGeregistreerd, HerbeoordelingAfgerond",
        "HS op 1 juli, 15 juli: 14,5 punten, 3 passen, regelversie 2",
        "heffing a2: € 5.000 over 33 punten, regelversie 2 (was € 2.000 over 33 punten)",
        "Taken           B.huishouden",
        "heffing b1: niets meer (was € 2.000 over 29 punten)",
        "Taken           niets meer",
        "Huishouden HS na elke stap",
        "      4   15,5 → 5 ?   30 → 3 ?",
        "Huishouden HR na elke stap",
        "Heffingen na elke stap",
    )


def test_the_story_in_another_order_says_so_and_how_often_it_was_broken_off() -> None:
    verhaal = eenmalig(*TEGENWIND, "--volgorde", "3").stdout
    op_volgorde(verhaal, "gedaan in de volgorde 1, 2, 3, 4, 5,", "keer", "afgebroken en weer", "opnieuw aangeboden")


@SCENARIOS
def test_a_story_fits_a_page_and_has_no_colour_in_a_pipe(scenario: tuple[str, ...]) -> None:
    regels = eenmalig(*scenario).stdout.splitlines()
    assert max(len(regel) for regel in regels) <= 100
    assert not any("\x1b" in regel or regel != regel.rstrip() for regel in regels)


@SCENARIOS
def test_without_a_folder_nothing_is_left_behind(
    gevolg: Gevolg, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, scenario: tuple[str, ...]
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    gelezen(gevolg(*scenario, "--json"))
    assert list(tmp_path.iterdir()) == []


@SCENARIOS
def test_a_folder_that_cannot_be_made_is_unavailable(gevolg: Gevolg, tmp_path: Path, scenario: tuple[str, ...]) -> None:
    bestand = tmp_path / "bestand"
    bestand.write_text("geen map")
    uitkomst = gevolg(*scenario, "--data", bestand, "--json")
    assert (uitkomst.exit_code, uitkomst.stdout) == (3, "")
    assert "kijk of de map bestaat en van u is" in uitkomst.stderr


def test_a_store_in_use_is_unavailable(gevolg: Gevolg, tmp_path: Path) -> None:
    with RegisterSystem.open(tmp_path / "data"):
        uitkomst = gevolg(*VLAGGENSCHIP, "--data", tmp_path / "data", "--json")
    assert (uitkomst.exit_code, uitkomst.stdout) == (3, "")
    assert "Traceback" not in uitkomst.stderr


@pytest.mark.parametrize("scenario", [VLAGGENSCHIP, TEGENWIND])
def test_a_commando_that_is_not_processed_ends_the_scenario_with_a_problem(
    gevolg: Gevolg, tmp_path: Path, scenario: tuple[str, ...]
) -> None:
    data = tmp_path / "data"
    huishouden_id = "vlaggenschip-huishouden" if scenario is VLAGGENSCHIP else "tegenwind-HS"
    eerste = tegenwind.stappen()[0].commandos[0]
    with RegisterSystem.open(data) as registers:
        leden = (Lid(persoon_id="iemand", vanaf=eerste.commando.leden[0].vanaf),)
        registers.verwerk(RegistreerHuishouden(huishouden_id=huishouden_id, leden=leden))
        registers.wacht_op_rust()
    uitkomst = gevolg(*scenario, "--data", data, "--json")
    assert (uitkomst.exit_code, uitkomst.stdout) == (1, "")
    assert json.loads(uitkomst.stderr)["regel"] == "huishouden_bekend"
    verhaal = gevolg(*scenario, "--data", data)
    assert verhaal.exit_code == 1
    assert "Niet verwerkt" in verhaal.stdout


def test_the_journal_of_the_scenarios_is_told_in_words(gevolg: Gevolg, gespeeld: Path) -> None:
    uitkomst = gevolg("gevolgen", "--data", gespeeld)
    assert (uitkomst.exit_code, uitkomst.stderr) == (0, "")
    assert not [regel for regel in uitkomst.stdout.splitlines() if "=(" in regel or "=None" in regel or "[" in regel]


def test_the_journal_names_what_is_doubted_investigated_and_degistered(gevolg: Gevolg, gespeeld: Path) -> None:
    op_volgorde(
        gevolg("gevolgen", "--data", gespeeld, "--register", "wegonderhoud").stdout,
        "TerugmeldingOntvangen  uitstoot van vlaggenschip-auto op 1 maart 2026, nu 100 g/km, moet zijn 120 g/km;",
        "InTwijfelGetrokken  uitstoot van vlaggenschip-auto: Volgens de fabrikant stoot deze auto meer uit.",
        "InOnderzoekGesteld  uitstoot van vlaggenschip-auto",
        "OnderzoekBeeindigd  uitstoot van vlaggenschip-auto, gegrond",
        "TerugmeldingGehonoreerd",
        "OnderzoekBeeindigd  gewicht van vlaggenschip-auto, ongegrond: De weegbrug was niet geijkt.",
        "Gedegistreerd  vervalt: kenteken van vlaggenschip-auto, gewicht van vlaggenschip-auto",
        "FysiekMilieueffectIngetrokken  niets meer, was 21 punten",
    )


def test_the_journal_tells_a_claim_that_it_did_not_show_by_its_id(gevolg: Gevolg, gespeeld: Path) -> None:
    laatste = gevolg("gevolgen", "--data", gespeeld, "--register", "wegonderhoud", "--na", 5, "--limiet", 1).stdout
    assert "OnderzoekBeeindigd  claim " in laatste


def test_the_journal_counts_a_herbeoordeling_and_shows_the_bands(gevolg: Gevolg, gespeeld: Path) -> None:
    op_volgorde(
        gevolg("gevolgen", "--data", gespeeld, "--register", "spitspas").stdout,
        "Aanhouding  punten van tegenwind-HR vanaf 1 juni 2026 wacht: een gegeven waarop dit rust is in twijfel",
        "RegelversieGeregistreerd  regelversie versie 2, overgang onmiddellijk, grenzen 14 · 31, uitkomsten 5 · 3 · 0",
        "HerbeoordelingAfgerond  spitspasrecht: 3 beoordeeld, bij 3 iets vastgelegd",
    )


@pytest.mark.parametrize("stappen_van", [vlaggenschip.stappen, tegenwind.stappen])
def test_the_story_of_a_purchase_can_tell_every_kind_of_gevolg(
    capsys: pytest.CaptureFixture[str], gespeeld: Path, stappen_van: Callable[[], tuple[Stap, ...]]
) -> None:
    verteller = Verteller(Blad())
    with Registerlezing.alleen_lezen(gespeeld) as registers:
        for aangeboden in (commando for stap in stappen_van() for commando in stap.commandos):
            verteller.vertel(volg(registers, aangeboden.id))
    verhaal = capsys.readouterr().out
    op_volgorde(verhaal, "TerugmeldingOntvangen", "inhoud", "uitstoot van", "InTwijfelGetrokken", "inhoud", "kenmerk")
    op_volgorde(verhaal, "Gedegistreerd", "vervalt: kenteken van")
