"""`gevolg historie`: what was known since when, about which days, as a grid."""

import json
import os
import re
import subprocess
import sys
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from actors.cli.historievakken import dagen, momenten, vakken
from actors.cli.main import app
from actors.register.tijdlijnen import OPEN_BEGIN
from actors.runtime.catalogue import contexten
from actors.runtime.lezing import Registerlezing
from tests.cli.conftest import Gevolg
from tests.cli.test_lees import HUIS, corrigeer, data, pagina, terminal

__all__ = ["data"]

VLAG = ("spitspas", "huishouden", "vlaggenschip-huishouden")
TEGEN = ("spitspas", "huishouden", "tegenwind-HS")
CHECKOUT = Path(__file__).resolve().parents[2]
_TIJD = re.compile(r"(?: *\d+ [a-z]{3} \d{4})? +\d\d:\d\d:\d\d ")


def speel(map_: Path, scenario: str) -> Path:
    uitkomst = CliRunner().invoke(app, ["simulate", scenario, "--data", str(map_), "--json"])
    assert uitkomst.exit_code == 0, uitkomst.output
    return map_


@pytest.fixture(scope="module")
def gespeeld(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Registers in which the flagship was played; only to be read."""
    return speel(tmp_path_factory.mktemp("registers") / "data", "vlaggenschip")


@pytest.fixture(scope="module")
def tegen(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Registers in which all went otherwise; only to be read."""
    return speel(tmp_path_factory.mktemp("registers") / "data", "tegenwind")


def raster(regels: list[str]) -> list[list[str]]:
    """The lines of the grid that have a moment, as cells after it."""
    return [re.split(r" {2,}", _TIJD.sub("", regel, count=1).strip()) for regel in regels if _TIJD.match(regel)]


def test_the_grid_has_the_moments_downwards_and_the_days_across(gevolg: Gevolg, gespeeld: Path) -> None:
    regels = pagina(gevolg, "historie", "--data", gespeeld, *VLAG)
    assert "   steeds: regelversie 1" in regels
    assert "   in elk vak: punten / passen" in regels
    assert raster(regels) == [
        ["7", "0 / 5", "0 / 5"],
        ["11", '"', "15,5 / 5"],
        ["15", '"', "15,5 ? / 5 ?"],
        ["19", '"', "15,5 ?? / 5 ??"],
        ["23", '"', "16,5 / 3"],
        ["27", '"', "16,5 ? / 3 ?"],
        ["31", '"', "16,5 / 3"],
        ["35", '"', "0 / 5"],
    ]
    [laatst] = [regel.split() for regel in regels if regel.startswith("   laatst bekend")]
    assert laatst == ["laatst", "bekend", "0", "/", "5", "0", "/", "5"]
    assert '   " als erboven · - niets · ? in twijfel · ?? in onderzoek' in regels
    assert any(regel.startswith("   herhaaltoken") for regel in regels)


def test_a_row_that_is_gone_says_so_last_and_when(gevolg: Gevolg, gespeeld: Path) -> None:
    opdracht = ("--data", gespeeld, "wegonderhoud", "auto-openbaar", "vlaggenschip-auto")
    rijen = raster(pagina(gevolg, "historie", *opdracht))
    assert rijen[-1] == ["7", "-"]
    assert rijen[0] == ["1", "21 / gemiddeld belastend"]


def test_where_one_grid_is_too_wide_there_is_one_per_column_and_then_a_list(
    gevolg: Gevolg, tegen: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opdracht = ("historie", "--data", tegen, *TEGEN)
    per_kolom = pagina(gevolg, *opdracht)
    assert [regel for regel in per_kolom if regel in ("   punten", "   passen", "   regelversie")] == [
        "   punten",
        "   passen",
        "   regelversie",
    ]
    assert raster(per_kolom)[-2:] == [["5", "1", "1"], ["44", '"', "2"]]
    terminal(monkeypatch, 80)
    lijst = pagina(gevolg, *opdracht)
    assert not raster(lijst)
    kop = next(nr for nr, regel in enumerate(lijst) if regel.endswith("; laatst bekend"))
    assert "(transactie 65)" in lijst[kop]
    assert lijst[kop + 1 : kop + 3] == [
        "      vanaf 1 januari 2026, tot 10 april 2026: 0 punten, 5 passen per maand,",
        "      regelversie 1",
    ]
    terminal(monkeypatch, 40)
    pagina(gevolg, *opdracht)


def test_chosen_columns_are_shown_alone_and_what_does_not_change_in_them_is_left_out(
    gevolg: Gevolg, gespeeld: Path, tegen: Path
) -> None:
    passen = pagina(gevolg, "historie", "--data", gespeeld, *VLAG, "--kolom", "passen")
    assert "   in elk vak: passen" in passen
    assert [rij[0] for rij in raster(passen)] == ["7", "15", "19", "23", "27", "31", "35"]
    twee = pagina(gevolg, "historie", "--data", gespeeld, *VLAG, "--kolom", "regelversie", "--kolom", "passen")
    assert "   in elk vak: regelversie / passen" in twee
    rekening = ("aanschafheffing", "rekening", "tegenwind-A", "tegenwind-a1")
    leeg = pagina(gevolg, "historie", "--data", tegen, *rekening, "--kolom", "teruggaaf_eurocent")
    assert "   Hierover is niets bekend." in leeg


def test_thirty_corrections_are_thirty_lines_and_the_last_is_what_is_known(gevolg: Gevolg, data: Path) -> None:
    for dag in range(3, 31):
        corrigeer(data, dag, 100 + dag)
    regels = pagina(
        gevolg, "historie", "--data", data, "wegonderhoud", "auto", "auto-1", "--kolom", "uitstoot_g_per_km"
    )
    rijen = raster(regels)
    assert [rij[1] for rij in rijen] == ["100", "120", *(str(100 + dag) for dag in range(3, 31))]
    assert [regel.split()[-1] for regel in regels if regel.startswith("   laatst bekend")] == ["130"]


def test_as_then_known_is_the_beginning_of_the_same_history(gevolg: Gevolg, data: Path) -> None:
    alles = raster(pagina(gevolg, "historie", "--data", data, *HUIS))
    toen = raster(pagina(gevolg, "historie", "--data", data, *HUIS, "--beschikbaar-op", "2026-06-01"))
    assert len(toen) < len(alles)
    assert [rij[0] for rij in toen] == [rij[0] for rij in alles[: len(toen)]]
    niets = pagina(gevolg, "historie", "--data", data, *HUIS, "--beschikbaar-op", "2020-01-01")
    assert "   Hierover is niets bekend." in niets


def test_every_cell_says_what_the_register_answers_of_that_day_as_then_known(tegen: Path) -> None:
    with Registerlezing.alleen_lezen(tegen) as lezing:
        gezien = 0
        for context in contexten():
            for projectie in (p for p in context.projecties if p.ranglijst is None):
                sleutels = {rij["onderwerp"] for rij in lezing.tabel(context.naam, projectie.naam).inhoud}
                for sleutel in sorted(sleutels):
                    gezien += vergelijk(lezing, (context.naam, projectie.naam, *sleutel), list(projectie.kolommen))
        assert gezien > 100


def vergelijk(lezing: Registerlezing, rij: tuple[str, ...], kolommen: list[str]) -> int:
    """Each cell of a grid held against an answer in one of the four cells; how many there were."""
    bekend = momenten(lezing.historie(*rij).inhoud, kolommen)
    koppen = dagen(bekend)
    for een in bekend:
        for kop, inhoud in zip(koppen, vakken(een, koppen), strict=True):
            dag = date(1900, 1, 1) if kop == OPEN_BEGIN else kop
            antwoord = lezing.lees(*rij, geldig_op=dag, beschikbaar_op=een.vanaf)
            zegt: dict[str, Any] = antwoord.inhoud or dict.fromkeys(kolommen)
            assert (inhoud.waarden if inhoud else dict.fromkeys(kolommen)) == {k: zegt[k] for k in kolommen}
            assert (inhoud.zekerheid if inhoud else {}) == zegt.get("zekerheid", {})
    return len(koppen) * len(bekend)


def test_between_two_heads_nothing_changes(tegen: Path) -> None:
    with Registerlezing.alleen_lezen(tegen) as lezing:
        bekend = momenten(lezing.historie(*TEGEN).inhoud, ["punten", "passen"])
        for kop, volgende in pairwise(dagen(bekend)):
            eerste, laatste = (lezing.lees(*TEGEN, geldig_op=dag).inhoud for dag in (kop, volgende - timedelta(days=1)))
            assert eerste == laatste


def test_on_a_terminal_that_has_few_signs_a_lacking_sign_is_never_read_as_doubt(gevolg: Gevolg, gespeeld: Path) -> None:
    opdracht = [sys.executable, "-m", "actors.cli.start", "historie", "--data", str(gespeeld), *VLAG]
    omgeving = {**os.environ, "PYTHONIOENCODING": "ascii"}
    arm = subprocess.run(opdracht, capture_output=True, check=True, cwd=CHECKOUT, env=omgeving).stdout.decode("ascii")
    assert raster(arm.splitlines()) == raster(pagina(gevolg, "historie", "--data", gespeeld, *VLAG))


def test_json_is_the_bytes_of_the_answer_and_its_token_gives_them_again(gevolg: Gevolg, data: Path) -> None:
    with Registerlezing.alleen_lezen(data) as lezing:
        eerst = lezing.historie(*HUIS).als_bytes() + b"\n"
    assert gevolg("historie", "--data", data, *HUIS, "--json").stdout_bytes == eerst
    beeld = gevolg("historie", "--data", data, *HUIS).stdout
    corrigeer(data, 3, 90)
    token = ("--data", data, "--token", json.loads(eerst)["herhaaltoken"])
    assert gevolg("historie", *token, "--json").stdout_bytes == eerst
    assert gevolg("lees", *token, "--json").stdout_bytes == eerst
    assert gevolg("historie", *token).stdout == gevolg("lees", *token).stdout == beeld
    assert "   in elk vak: passen" in pagina(gevolg, "historie", *token, "--kolom", "passen")


def test_what_nobody_knows_has_no_history_and_is_no_error(gevolg: Gevolg, data: Path) -> None:
    niemand = ("historie", "--data", data, "spitspas", "huishouden", "niemand")
    assert "   Hierover is niets bekend." in pagina(gevolg, *niemand)
    assert json.loads(gevolg(*niemand, "--json").stdout)["inhoud"] == []


@pytest.mark.parametrize(
    ("woorden", "zin"),
    [
        ((), "noem een REGISTER en een PROJECTIE"),
        (("spitspas",), "er zijn: huishouden, eigenaar"),
        (HUIS[:2], "een historie is van één rij; noem de sleutel van een rij van huishouden"),
        ((*HUIS, "nog"), "is 1 woord (huishouden), hier staan er 2"),
        ((*HUIS, "--kolom", "pasen"), "huishouden heeft geen kolom 'pasen'; er zijn: punten, passen, regelversie"),
        ((*HUIS, "--kolom", "\udcff"), "bevat tekens"),
        ((*HUIS, "--kolom", "passen", "--json"), "--kolom is voor het beeld"),
        ((*HUIS, "--geldig-op", "2026-03-01"), "onbekende optie --geldig-op"),
        ((*HUIS, "--beschikbaar-op", "2026-03-01T12:00"), "heeft geen tijdzone"),
        ((*HUIS, "--beschikbaar-op", "9999-12-31"), "ligt in de toekomst"),
        ((*HUIS, "--voor", "wegonderhoud"), "is voor spitspas, niet voor wegonderhoud"),
        (("--token", "bla"), "dit is geen herhaaltoken"),
        ((*HUIS, "--token", "bla"), "bij --token hoort geen andere vraag"),
    ],
)
def test_a_wrong_question_is_a_usage_error_in_one_sentence(
    gevolg: Gevolg, aankoop: Path, woorden: tuple[str, ...], zin: str
) -> None:
    uitkomst = gevolg("historie", "--data", aankoop, *woorden)
    assert (uitkomst.exit_code, uitkomst.stdout) == (2, "")
    assert zin in uitkomst.stderr
    assert len(uitkomst.stderr.splitlines()) == 1
