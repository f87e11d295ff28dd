from pathlib import Path

import pytest

from actors.runtime.programma import programmaversie
from tests.cli.conftest import Gevolg

OPDRACHTEN = (
    ("simulate", "autoaankoop"),
    ("simulate", "vlaggenschip"),
    ("simulate", "tegenwind"),
    ("simulate", "vloot"),
    ("gevolgen",),
    ("lees",),
    ("historie",),
    ("status",),
    ("taken",),
    ("verify",),
    ("restore",),
    ("model",),
)


def test_version_prints_the_programmaversie(gevolg: Gevolg) -> None:
    uitkomst = gevolg("--version")
    assert (uitkomst.exit_code, uitkomst.stdout) == (0, f"{programmaversie()}\n")


@pytest.mark.parametrize("opdracht", OPDRACHTEN)
def test_every_command_helps_with_an_example(gevolg: Gevolg, opdracht: tuple[str, ...]) -> None:
    uitkomst = gevolg(*opdracht, "--help")
    assert uitkomst.exit_code == 0
    assert f"Voorbeeld: gevolg {' '.join(opdracht)}" in uitkomst.stdout


@pytest.mark.parametrize(
    ("woorden", "zin"),
    [
        (("--onzin",), "onbekende optie --onzin"),
        (("model", "--onzin"), "onbekende optie --onzin"),
        (("simulate", "autoaankoop", "--gewicht", "3"), "bedoelde u --gewicht-kg?"),
        (("modle",), "bedoelde u model?"),
        (("simulate", "treinreis"), "er zijn: autoaankoop, vlaggenschip"),
        (("status",), "--data' ontbreekt"),
        (("status", "--data"), "--data heeft een waarde nodig"),
        (("model", "spitspas", "wegonderhoud"), "onverwacht argument (wegonderhoud)"),
        (("simulate", "autoaankoop", "--gewicht-kg", "12,5"), "'12,5' is geen geheel getal"),
        (("simulate", "autoaankoop", "--lengte-m", "1e3"), "'1e3': schrijf gewone cijfers"),
        (("simulate", "autoaankoop", "--lengte-m", "nan"), "'nan' is geen getal"),
        (("simulate", "autoaankoop", "--volwassenen", "101"), "meer dan 100"),
        (("simulate", "autoaankoop", "--volwassenen", "0"), "'--volwassenen': 0 is minder dan 1"),
        (("simulate", "autoaankoop", "--volwassenen", "x"), "geen getal; schrijf bijvoorbeeld 2;"),
        (("simulate", "autoaankoop", "--data", ""), "'--data': is leeg"),
        (("status", "--data", ""), "'--data': is leeg"),
        (("simulate", "autoaankoop", "--regio", "a\x1b[31m"), "'a\ufffd[31m' bevat tekens"),
        (("simulate", "autoaankoop", "--regio", "\udcff"), "'\ufffd' bevat tekens"),
        (("status", "--data", "a\udcff\x1b"), "is geen UTF-8"),
        (("model", "\udcff\x1b"), "er is geen register"),
        (("simulate", "vloot", "--autos", "-1"), "minder dan 0"),
        (("simulate", "vlaggenschip", "--volgorde", "1"), "onbekende optie --volgorde"),
        (("simulate", "tegenwind", "--volgorde", "x"), "'--volgorde': 'x' is geen getal"),
        (("gevolgen", "--data", "x", "--register", "parkeren"), "er is geen register 'parkeren'"),
    ],
)
def test_a_wrong_call_leaves_with_2_and_one_sentence(gevolg: Gevolg, woorden: tuple[str, ...], zin: str) -> None:
    uitkomst = gevolg(*woorden)
    assert (uitkomst.exit_code, uitkomst.stdout) == (2, "")
    assert zin in uitkomst.stderr
    assert len(uitkomst.stderr.splitlines()) == 1


def test_without_a_command_the_help_is_shown(gevolg: Gevolg) -> None:
    uitkomst = gevolg()
    assert uitkomst.exit_code == 2
    assert "simulate" in uitkomst.output
    assert "Fout" not in uitkomst.output


def test_a_folder_that_cannot_be_made_is_unavailable(gevolg: Gevolg, tmp_path: Path) -> None:
    bestand = tmp_path / "bestand"
    bestand.write_text("geen map")
    uitkomst = gevolg("simulate", "autoaankoop", "--data", bestand, "--json")
    assert (uitkomst.exit_code, uitkomst.stdout) == (3, "")
    assert "kijk of de map bestaat en van u is" in uitkomst.stderr


def test_what_should_not_happen_is_still_one_sentence(gevolg: Gevolg, monkeypatch: pytest.MonkeyPatch) -> None:
    def kapot(*_: object) -> None:
        raise RuntimeError("planted")

    monkeypatch.setattr("actors.cli.simulate.koop_auto", kapot)
    uitkomst = gevolg("simulate", "autoaankoop")
    assert uitkomst.exit_code == 3
    assert "RuntimeError: planted" in uitkomst.stderr
    assert "Traceback" not in uitkomst.output
