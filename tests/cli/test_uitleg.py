import json
from pathlib import Path

import pytest

from actors.runtime.lezing import Registerlezing
from tests.cli.conftest import Gevolg, zonder_floats
from tests.domein import dag


@pytest.fixture
def heffing(aankoop: Path) -> tuple[str, ...]:
    """How the levy of Sam's purchase is asked for."""
    with Registerlezing.alleen_lezen(aankoop) as registers:
        [rij] = registers.tabel("aanschafheffing", "referentietabel", geldig_op=dag("03-01")).inhoud
    return ("aanschafheffing", "referentietabel", *rij["onderwerp"], "--geldig-op", "2026-03-01")


def test_uitleg_is_a_page_of_questions_with_their_answers(
    gevolg: Gevolg, aankoop: Path, heffing: tuple[str, ...]
) -> None:
    uitkomst = gevolg("uitleg", "--data", aankoop, *heffing)
    assert (uitkomst.exit_code, uitkomst.stderr) == (0, "")
    assert "── Wat is er besloten? ──" in uitkomst.stdout
    assert "de aanschafheffing vast: € 2.000." in uitkomst.stdout
    assert "- 33 punten valt in de band van 21 tot 36: € 2.000" in uitkomst.stdout
    assert all(len(regel) <= 100 for regel in uitkomst.stdout.splitlines() if "herhaaltoken" not in regel)


def test_uitleg_is_data_with_json(gevolg: Gevolg, aankoop: Path, heffing: tuple[str, ...]) -> None:
    uitkomst = gevolg("uitleg", "--data", aankoop, *heffing, "--json")
    gezegd = json.loads(uitkomst.stdout, parse_float=zonder_floats)
    assert gezegd["vraag"]["kolom"] == "heffing_eurocent"
    assert gezegd["inhoud"]["aggregaat"] == "auto"
    assert gezegd["inhoud"]["alineas"][1] == {
        "kop": "Hoe komen wij daarop?",
        "zinnen": [],
        "punten": [
            "fysiek milieu-effect, overgenomen van DOW-TO: 21",
            "120 g/km / 10, naar beneden afgerond: 12",
            "21 + 12: 33 punten",
            "regio Kustland ligt in het heffingsgebied",
            "33 punten valt in de band van 21 tot 36: € 2.000",
        ],
    }


def test_another_column_and_another_moment_can_be_asked_for(
    gevolg: Gevolg, aankoop: Path, heffing: tuple[str, ...]
) -> None:
    auto = ("wegonderhoud", "auto", heffing[2], "--geldig-op", "2026-03-01", "--kolom", "punten")
    assert "21 punten" in gevolg("uitleg", "--data", aankoop, *auto).stdout
    vandaag = gevolg("uitleg", "--data", aankoop, *heffing, "--beschikbaar-op", "2099-01-01")
    assert (vandaag.exit_code, "in de toekomst" in vandaag.stderr) == (2, True)
    toen = gevolg("uitleg", "--data", aankoop, *heffing, "--beschikbaar-op", "2026-01-01T12:00+01:00")
    assert (toen.exit_code, toen.stdout) == (2, "")
    assert "hier is nog niets vastgelegd" in toen.stderr


def test_one_gevolg_is_explained_by_its_id_and_its_token_gives_the_same_again(
    gevolg: Gevolg, aankoop: Path, heffing: tuple[str, ...]
) -> None:
    van_rij = json.loads(gevolg("uitleg", "--data", aankoop, *heffing, "--json").stdout)
    van_gevolg = gevolg("uitleg", "--data", aankoop, van_rij["inhoud"]["gevolg"], "--json").stdout
    assert json.loads(van_gevolg)["inhoud"] == van_rij["inhoud"]
    token = json.loads(van_gevolg)["herhaaltoken"]
    for weer in ("uitleg", "lees"):
        assert gevolg(weer, "--data", aankoop, "--token", token, "--json").stdout == van_gevolg
        assert "Wat is er besloten?" in gevolg(weer, "--data", aankoop, "--token", token).stdout


@pytest.mark.parametrize(
    ("woorden", "zin"),
    [
        (("spitspas", "niets", "x"), "spitspas heeft geen projectie 'niets'"),
        (("letters", "auto", "x"), "er is geen register 'letters'"),
        (("spitspas", "huishouden"), "noem ook de SLEUTEL"),
        ((), "noem een REGISTER en een PROJECTIE"),
        (("0" * 36,), "staat niet in wegonderhoud, aanschafheffing, spitspas"),
        (("0" * 36, "--kolom", "punten"), "horen bij een rij"),
        (("spitspas", "huishouden", "x"), "hier is nog niets vastgelegd"),
        (("spitspas", "huishouden", "x", "--geldig-op", "gisteren"), "'gisteren' is geen dag of moment"),
        (("spitspas", "huishouden", "x", "--beschikbaar-op", "toen"), "'toen' is geen dag of moment"),
    ],
)
def test_what_cannot_be_explained_is_one_sentence(
    gevolg: Gevolg, aankoop: Path, woorden: tuple[str, ...], zin: str
) -> None:
    uitkomst = gevolg("uitleg", "--data", aankoop, *woorden)
    assert uitkomst.exit_code == 2
    assert zin in " ".join(uitkomst.stderr.split())
