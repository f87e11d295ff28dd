"""`gevolg lees`: rows and tables in the four cells, and the same bytes again."""

import json
import os
import re
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from actors.cli.main import app
from actors.register.commando import Verwerkt
from actors.runtime.lezing import Registerlezing
from actors.runtime.systeem import RegisterSystem
from actors.verwerking.generiek.commandos import WisPersoonsgegevens
from tests.cli.conftest import Gevolg, zonder_floats
from tests.domein import correctie, twijfel
from tests.wereld import AANKOOP, auto, huishouden, vaste_wereld

BREED, SMAL = 100, 60
HUIS = ("spitspas", "huishouden", "huishouden-1")
OP = ("--geldig-op", AANKOOP)
BEGIN = datetime(2026, 6, 1, 12, tzinfo=UTC)


def corrigeer(data: Path, dag: int, uitstoot: int) -> None:
    """The CO₂ of Sam's car was another: a correction on a day of June."""
    with open_op(data, dag) as registers:
        uitkomst = registers.verwerk(correctie(uitstoot_g_per_km=uitstoot), gebeurd_op=date(2026, 6, dag))
        assert isinstance(uitkomst, Verwerkt)
        registers.wacht_op_rust()


def open_op(data: Path, dag: int) -> RegisterSystem:
    return RegisterSystem.open(data, buitenwereld=vaste_wereld(f"{dag}", BEGIN.replace(day=dag)))


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Sam bought a car on 1 March, registered on 1 June with a CO₂ that is corrected on 2 June."""
    map_ = tmp_path / "data"
    with open_op(map_, 1) as registers:
        registers.verwerk(huishouden())
        registers.verwerk(auto(uitstoot_g_per_km=100))
        registers.wacht_op_rust()
    corrigeer(map_, 2, 120)
    return map_


def gelezen(gevolg: Gevolg, *woorden: object) -> Any:
    """The answer in JSON."""
    uitkomst = gevolg("lees", *woorden, "--json")
    assert (uitkomst.exit_code, uitkomst.stderr) == (0, "")
    return json.loads(uitkomst.stdout, parse_float=zonder_floats)


def pagina(gevolg: Gevolg, *woorden: object) -> list[str]:
    """The lines for people; but for the herhaaltoken, which must not be broken, none is wider than the page."""
    uitkomst = gevolg(*woorden)
    assert (uitkomst.exit_code, uitkomst.stderr) == (0, "")
    regels: list[str] = re.sub(r"\x1b\[[0-9;]*m", "", uitkomst.stdout).splitlines()
    breed = int(os.environ["COLUMNS"]) if "TTY_COMPATIBLE" in os.environ else BREED
    assert all(len(regel) <= breed for regel in regels if not regel.startswith("   herhaaltoken"))
    return regels


def terminal(monkeypatch: pytest.MonkeyPatch, breed: int) -> None:
    """A terminal that is so wide."""
    monkeypatch.setenv("COLUMNS", str(breed))
    monkeypatch.setenv("TTY_COMPATIBLE", "1")


# --- four cells -------------------------------------------------------------------------------------------------


def test_a_row_is_told_by_name_with_units_and_of_which_moments_it_is(gevolg: Gevolg, data: Path) -> None:
    regels = pagina(gevolg, "lees", "--data", data, *HUIS, *OP)
    assert "   punten          16,5 punten" in regels
    assert "   passen          3 passen per maand" in regels
    assert "   geldig op       1 maart 2026" in regels
    [bekend] = [regel for regel in regels if regel.startswith("   zoals bekend    2 juni 2026 om 14:00:00, tot en met")]
    assert bekend.endswith(f"transactie {gelezen(gevolg, '--data', data, *HUIS)['momenten']['positie']}")
    assert "   volledig        ja" in regels
    heffing = pagina(gevolg, "lees", "--data", data, "aanschafheffing", "rekening", "auto-1", "aanschaf-auto-1")
    assert "   openstaand      € 2.000" in heffing


@pytest.mark.parametrize(
    ("geldig", "bekend", "punten", "passen"),
    [
        ((), (), "33/2", 3),
        (("--geldig-op", "2026-02-28"), (), "0", 5),
        ((), ("--beschikbaar-op", "2026-06-01"), "31/2", 5),
        (("--geldig-op", "2026-02-28T12:00+01:00"), ("--beschikbaar-op", "2026-06-01T23:59:59.999999+02:00"), "0", 5),
        (("--geldig-op", "2026-02-28T23:00:00Z"), ("--beschikbaar-op", "2026-06-01T21:59Z"), "31/2", 5),
    ],
)
def test_each_of_the_four_cells_can_be_asked(  # noqa: PLR0913 - a row of the table, and what it is asked of
    gevolg: Gevolg, data: Path, geldig: tuple[str, ...], bekend: tuple[str, ...], punten: object, passen: int
) -> None:
    inhoud = gelezen(gevolg, "--data", data, *HUIS, *geldig, *bekend)["inhoud"]
    assert (inhoud["punten"], inhoud["passen"]) == (punten, passen)


def test_json_is_exactly_the_bytes_of_the_answer_on_one_line(gevolg: Gevolg, data: Path) -> None:
    toen = datetime(2026, 6, 1, 20, tzinfo=UTC)
    with Registerlezing.alleen_lezen(data) as lezing:
        rij = lezing.lees(*HUIS, geldig_op=AANKOOP, beschikbaar_op=toen).als_bytes()
        tabel = lezing.tabel("wegonderhoud", "auto", geldig_op=AANKOOP).als_bytes()
        taken = lezing.taken("spitspas").als_bytes()
    met = ("--beschikbaar-op", "2026-06-01T22:00+02:00", "--json")
    assert gevolg("lees", "--data", data, *HUIS, *OP, *met).stdout_bytes == rij + b"\n"
    assert gevolg("lees", "--data", data, "wegonderhoud", "auto", *OP, "--json").stdout_bytes == tabel + b"\n"
    assert gevolg("taken", "--data", data, "spitspas", "--json").stdout_bytes == taken + b"\n"


@pytest.mark.parametrize(
    "vraag",
    [
        ("lees", *HUIS),
        ("lees", *HUIS, *OP, "--beschikbaar-op", "2026-06-01"),
        ("lees", "spitspas", "huishouden", "niemand"),
        ("lees", "wegonderhoud", "wegonderhoudsplanning"),
        ("lees", "aanschafheffing", "referentietabel", *OP),
        ("historie", *HUIS),
        ("taken", "spitspas"),
    ],
)
def test_the_same_token_gives_the_same_bytes_after_corrections_and_a_rebuild(
    gevolg: Gevolg, data: Path, vraag: tuple[object, ...]
) -> None:
    eerst = gevolg(*vraag, "--data", data, "--json").stdout_bytes
    voor_mensen = gevolg(*vraag, "--data", data).stdout
    herhaal = ("lees", "--data", data, "--token", json.loads(eerst)["herhaaltoken"])
    for dag, uitstoot in ((3, 90), (4, 330)):
        corrigeer(data, dag, uitstoot)
        assert gevolg(*herhaal, "--json").stdout_bytes == eerst
    assert gevolg("rebuild", "--data", data).exit_code == 0
    assert gevolg(*herhaal, "--json").stdout_bytes == eerst
    assert gevolg(*herhaal).stdout == voor_mensen


def test_what_nobody_knows_is_said_in_words_and_is_no_error(gevolg: Gevolg, data: Path) -> None:
    niemand = ("--data", data, "spitspas", "huishouden", "niemand")
    assert "   Hierover is niets bekend." in pagina(gevolg, "lees", *niemand)
    assert gelezen(gevolg, *niemand)["inhoud"] is None
    te_vroeg = ("--data", data, "spitspas", "huishouden", "--beschikbaar-op", "2020-01-01")
    assert "   Hierover is niets bekend." in pagina(gevolg, "lees", *te_vroeg)
    assert gelezen(gevolg, *te_vroeg)["inhoud"] == []
    voordien = pagina(gevolg, "lees", "--data", data, *HUIS, "--geldig-op", "2025-01-01")
    assert "   Over deze dag is niets bekend." in voordien


def test_doubt_is_told_in_words_with_a_row_and_as_a_sign_in_a_table(gevolg: Gevolg, data: Path) -> None:
    with open_op(data, 3) as registers:
        registers.verwerk(twijfel("uitstoot_g_per_km"), register="wegonderhoud", gebeurd_op=date(2026, 6, 3))
        registers.wacht_op_rust()
    assert "   passen          3 passen per maand (in twijfel)" in pagina(gevolg, "lees", "--data", data, *HUIS, *OP)
    regels = pagina(gevolg, "lees", "--data", data, *HUIS[:2], *OP)
    assert "   huishouden-1   16,5 ?   3 ?      1" in regels
    assert "   1 rij · ? in twijfel" in regels


# --- tables -----------------------------------------------------------------------------------------------------


def test_a_table_has_a_line_per_row_below_the_names_of_its_key_and_columns(gevolg: Gevolg, data: Path) -> None:
    regels = pagina(gevolg, "lees", "--data", data, "aanschafheffing", "referentietabel", *OP)
    kop = regels.index("   auto     aanschaf          eigenaar   punten   heffing   regelversie")
    assert regels[kop + 1] == "   auto-1   aanschaf-auto-1   sam        33       € 2.000   1"


def test_a_ranking_shows_its_rang_first(gevolg: Gevolg, data: Path) -> None:
    regels = pagina(gevolg, "lees", "--data", data, "wegonderhoud", "wegonderhoudsplanning", *OP)
    kop = regels.index("   rang   wijk       punten")
    assert regels[kop + 1] == "   1      Duinwijk   21"


def test_rows_that_are_longer_than_a_line_are_told_row_by_row(gevolg: Gevolg, data: Path) -> None:
    regels = pagina(gevolg, "lees", "--data", data, "wegonderhoud", "auto", *OP)
    plaats = regels.index("   auto-1")
    assert regels[plaats + 1].startswith("      kenteken K-auto-1, gewicht 1300 kg, lengte 4,4 m, breedte 1,85 m")


def test_a_narrow_terminal_gets_narrow_pages(gevolg: Gevolg, data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    terminal(monkeypatch, SMAL)
    for vraag in (HUIS, HUIS[:2], ("aanschafheffing", "referentietabel"), ("wegonderhoud", "auto")):
        regels = pagina(gevolg, "lees", "--data", data, *vraag, *OP)
        assert max(len(regel) for regel in regels if regel.startswith("──")) == SMAL


def test_what_stands_still_is_said_not_to_be_whole(gevolg: Gevolg, data: Path) -> None:
    opdracht = ("wegonderhoud", "auto-openbaar", "auto", "auto-1", "--reden", "wordt uitgezocht", "--data", data)
    assert gevolg("parkeer", *opdracht).exit_code == 0
    corrigeer(data, 3, 130)
    regels = pagina(gevolg, "lees", "--data", data, "wegonderhoud", "auto-openbaar")
    assert "   auto-1   21       gemiddeld belastend  (niet volledig)" in regels
    assert not [regel for regel in regels if regel.startswith("   herhaaltoken")]
    assert gelezen(gevolg, "--data", data, "wegonderhoud", "auto-openbaar", "auto-1")["herhaaltoken"] is None


# --- what is not answered -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("woorden", "zin"),
    [
        ((), "noem een REGISTER en een PROJECTIE, of een herhaaltoken met --token"),
        (("spitspas",), "noem ook een PROJECTIE van spitspas; er zijn: huishouden, eigenaar"),
        (("letters", "huishouden"), "er is geen register 'letters'; er zijn: wegonderhoud, aanschafheffing, spitspas"),
        (("spitspas", "auto"), "spitspas heeft geen projectie 'auto'; er zijn: huishouden, eigenaar"),
        (("spitspas", "a\x1b"), "'a\ufffd' bevat tekens"),
        ((*HUIS, "nog"), "is 1 woord (huishouden), hier staan er 2"),
        (("aanschafheffing", "referentietabel", "auto-1"), "is 2 woorden (auto aanschaf), hier staan er 1"),
        (("spitspas", "huishouden", "\udcff"), "'\ufffd' bevat tekens"),
        ((*HUIS, "--voor", "wegonderhoud"), "is voor spitspas, niet voor wegonderhoud"),
        ((*HUIS, "--geldig-op", "2026-03-01T12:00"), "heeft geen tijdzone; schrijf 2026-03-01T12:00+01:00"),
        ((*HUIS, "--geldig-op", " 2026-03-01"), "' 2026-03-01' is geen dag of moment; schrijf bijvoorbeeld 2026-03-01"),
        ((*HUIS, "--geldig-op", "2026-03-01\n"), "is geen dag of moment"),
        ((*HUIS, "--geldig-op", "2026-03-01T12:00Zx"), "is geen dag of moment"),
        ((*HUIS, "--geldig-op", "2026-03-01 12:00Z"), "is geen dag of moment"),
        ((*HUIS, "--geldig-op", "1 maart 2026"), "is geen dag of moment"),
        ((*HUIS, "--geldig-op", "20260301"), "is geen dag of moment"),
        ((*HUIS, "--geldig-op", "٢٠٢٦-٠٣-٠١"), "is geen dag of moment"),
        ((*HUIS, "--geldig-op", "\udcff"), "is geen dag of moment"),
        ((*HUIS, "--geldig-op", ""), "is geen dag of moment"),
        ((*HUIS, "--geldig-op", "2026-02-29"), "2026-02-29 bestaat niet"),
        ((*HUIS, "--geldig-op", "2026-03-01T12:00:00.1234567Z"), "is geen dag of moment"),
        ((*HUIS, "--geldig-op", "0001-01-01"), "valt buiten de kalender"),
        ((*HUIS, "--geldig-op", "9999-12-31T23:59-14:00"), "valt buiten de kalender"),
        ((*HUIS, "--beschikbaar-op", "0001-01-01T00:00+14:00"), "valt buiten de kalender"),
        ((*HUIS, "--beschikbaar-op", "9999-12-31"), "ligt in de toekomst"),
        ((*HUIS, "--beschikbaar-op", "9000-01-01T00:00Z"), "ligt in de toekomst"),
        (("--token", "bla"), "dit is geen herhaaltoken"),
        (("--token", ""), "dit is geen herhaaltoken"),
        (("--token", "é"), "dit is geen herhaaltoken"),
        (("--token", "\udcff"), "bevat tekens"),
        ((*HUIS, "--token", "bla"), "bij --token hoort geen andere vraag"),
        (("--geldig-op", "2026-03-01", "--token", "bla"), "bij --token hoort geen andere vraag"),
    ],
)
def test_a_wrong_question_is_a_usage_error_in_one_sentence(
    gevolg: Gevolg, aankoop: Path, woorden: tuple[str, ...], zin: str
) -> None:
    uitkomst = gevolg("lees", "--data", aankoop, *woorden)
    assert (uitkomst.exit_code, uitkomst.stdout) == (2, "")
    assert zin in uitkomst.stderr
    assert len(uitkomst.stderr.splitlines()) == 1


def test_a_public_table_is_for_everyone(gevolg: Gevolg, data: Path) -> None:
    antwoord = gelezen(gevolg, "--data", data, "wegonderhoud", "auto-openbaar", "--voor", "verzekeraar")
    assert antwoord["vraag"]["voor"] == "verzekeraar"


def test_a_folder_without_registers_is_unavailable(gevolg: Gevolg, data: Path, tmp_path: Path) -> None:
    token = gelezen(gevolg, "--data", data, *HUIS)["herhaaltoken"]
    for woorden in (HUIS, ("--token", token)):
        uitkomst = gevolg("lees", "--data", tmp_path / "niets", *woorden)
        assert (uitkomst.exit_code, uitkomst.stdout) == (3, "")
    assert not (tmp_path / "niets").exists()


def vervallen(gevolg: Gevolg, data: Path, token: str) -> str:
    uitkomst = gevolg("lees", "--data", data, "--token", token, "--json")
    assert (uitkomst.exit_code, uitkomst.stdout) == (1, "")
    assert len(uitkomst.stderr.splitlines()) == 1
    return uitkomst.stderr


def test_a_token_of_elsewhere_or_changed_is_not_answered_any_more(gevolg: Gevolg, data: Path, aankoop: Path) -> None:
    token = gelezen(gevolg, "--data", data, *HUIS)["herhaaltoken"]
    assert "niet van dit register" in vervallen(gevolg, aankoop, token)
    assert "stel de vraag opnieuw" in vervallen(gevolg, data, "B" + token[1:] if token[0] == "A" else "A" + token[1:])


def test_what_was_destroyed_since_is_never_answered_with_something_else(gevolg: Gevolg, data: Path) -> None:
    vraag = ("--data", data, "wegonderhoud", "auto", "auto-1", *OP)
    eerst = gelezen(gevolg, *vraag)
    assert eerst["inhoud"]["kenteken"] == "K-auto-1"
    assert "   kenteken        K-auto-1" in pagina(gevolg, "lees", *vraag)
    wis = WisPersoonsgegevens(betrokkene_id="auto-1", toelichting="Op verzoek.")
    with open_op(data, 3) as registers:
        registers.verwerk(wis, register="wegonderhoud", gebeurd_op=date(2026, 6, 3))
        registers.wacht_op_rust()
    assert "vernietigd of gewist" in vervallen(gevolg, data, eerst["herhaaltoken"])
    regels = pagina(gevolg, "lees", *vraag)
    assert "   kenteken        onbekend" in regels


def test_what_is_not_in_the_table_yet_is_asked_again_later(gevolg: Gevolg, data: Path) -> None:
    with RegisterSystem.open(data, buitenwereld=vaste_wereld("5", BEGIN.replace(day=5)), levering=False) as registers:
        uitkomst = registers.verwerk(correctie(uitstoot_g_per_km=200), gebeurd_op=date(2026, 6, 5))
        assert isinstance(uitkomst, Verwerkt)
    vraag = ("--data", data, "wegonderhoud", "auto")
    op_dat_moment = ("--beschikbaar-op", str(uitkomst.geregistreerd_op).replace(" ", "T"))
    tabel = gevolg("lees", *vraag, *op_dat_moment)
    assert (tabel.exit_code, tabel.stdout) == (3, "")
    assert "vraag het later opnieuw" in tabel.stderr
    assert gelezen(gevolg, *vraag, "auto-1", *op_dat_moment)["inhoud"]["uitstoot_g_per_km"] == 200


def test_a_table_that_has_yet_to_begin_does_not_say_that_nothing_is_recorded(gevolg: Gevolg, tmp_path: Path) -> None:
    with RegisterSystem.open(tmp_path, levering=False) as registers:
        registers.verwerk(auto())
    regels = pagina(gevolg, "lees", "--data", tmp_path, "wegonderhoud", "auto", "auto-1")
    assert "   zoals bekend    hierin staat nog geen transactie" in regels


# --- text of others -----------------------------------------------------------------------------------------------


def test_what_cannot_be_read_moves_no_terminal_and_is_whole_in_json(gevolg: Gevolg, tmp_path: Path) -> None:
    vies = "K\x9b31m\u202edekat\nX\tY"
    with open_op(tmp_path / "data", 1) as registers:
        registers.verwerk(auto(kenteken=vies))
        registers.wacht_op_rust()
    opdracht = ("--data", tmp_path / "data", "wegonderhoud", "auto", "auto-1", *OP)
    assert gelezen(gevolg, *opdracht)["inhoud"]["kenteken"] == vies
    for uitkomst in (
        gevolg("lees", *opdracht),
        gevolg("lees", *opdracht, "--json"),
        gevolg("historie", *opdracht[:-2]),
    ):
        assert uitkomst.exit_code == 0
        assert not {"\x9b", "\u202e"} & set(uitkomst.stdout)
    assert "   kenteken        K\ufffd31m\ufffddekat X       Y" in pagina(gevolg, "lees", *opdracht)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(plaats=st.integers(0, 200), teken=st.characters(codec="ascii", categories=["L", "N", "P"]))
def test_no_token_whatever_is_changed_in_it_gives_anything_else(aankoop: Path, plaats: int, teken: str) -> None:
    def roep(*woorden: str) -> Any:
        return CliRunner().invoke(app, ["lees", "--data", str(aankoop), *woorden, "--json"], prog_name="gevolg")

    eerst = roep("spitspas", "eigenaar", "--geldig-op", "2026-06-01")
    token = json.loads(eerst.stdout)["herhaaltoken"]
    plaats %= len(token)
    uitkomst = roep(f"--token={token[:plaats]}{teken}{token[plaats + 1 :]}")
    assert (uitkomst.exit_code, uitkomst.stdout) in ((0, eerst.stdout), (1, ""), (2, ""))
