"""A herhaaltoken at a command that shows another kind of answer: refused in one sentence; `gevolg lees` shows all."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from actors.runtime.lezing import Registerlezing
from actors.verwerking.antwoord import Antwoord, Vraagsoort
from tests.cli.conftest import Gevolg

RIJ = ("spitspas", "huishouden", "huishouden-sam")
APRIL = date(2026, 4, 1)
EEN_SOORT = [Vraagsoort.HISTORIE, Vraagsoort.UITLEG, Vraagsoort.HERKOMST, Vraagsoort.DOORWERKING]
"""Each has a command that shows this kind alone."""


@pytest.fixture(scope="module")
def tokens(_eenmalig: Path) -> dict[Vraagsoort, str]:
    """Of each kind of answer one."""
    with Registerlezing.alleen_lezen(_eenmalig) as lezing:
        begin = lezing.gevolgen_achter(*RIJ, kolom="passen", geldig_op=APRIL)
        antwoorden: list[Antwoord[Any]] = [
            lezing.lees(*RIJ),
            lezing.tabel(*RIJ[:2]),
            lezing.historie(*RIJ),
            lezing.taken("spitspas"),
            lezing.uitleg(*RIJ, geldig_op=APRIL),
            lezing.herkomst(*begin),
            lezing.doorwerking(*begin),
        ]
    return {antwoord.vraag.soort: antwoord.herhaaltoken or "" for antwoord in antwoorden}


@pytest.mark.parametrize("opdracht", EEN_SOORT)
@pytest.mark.parametrize("soort", Vraagsoort)
def test_a_command_shows_an_answer_of_its_own_kind_again_and_refuses_another(
    gevolg: Gevolg, aankoop: Path, tokens: dict[Vraagsoort, str], soort: Vraagsoort, opdracht: Vraagsoort
) -> None:
    for hoe in ([], ["--json"]):
        uitkomst = gevolg(opdracht, "--data", aankoop, "--token", tokens[soort], *hoe)
        if soort is opdracht:
            assert (uitkomst.exit_code, uitkomst.stderr) == (0, "")
            continue
        assert (uitkomst.exit_code, uitkomst.stdout) == (2, "")
        assert " ".join(uitkomst.stderr.split()) == (
            f"Fout: dit herhaaltoken is van een antwoord van de soort {soort}, niet {opdracht};"
            " gebruik `gevolg lees --token`, dat toont elke soort."
        )


@pytest.mark.parametrize("soort", Vraagsoort)
def test_lees_shows_every_kind(gevolg: Gevolg, aankoop: Path, tokens: dict[Vraagsoort, str], soort: Vraagsoort) -> None:
    uitkomst = gevolg("lees", "--data", aankoop, "--token", tokens[soort])
    assert (uitkomst.exit_code, uitkomst.stderr) == (0, "")
    assert tokens[soort] in uitkomst.stdout
