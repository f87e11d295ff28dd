"""Answers on the command line from a folder that another process writes, and from one whose writer was killed."""

import json
from pathlib import Path
from signal import SIGKILL

import pytest
from typer.testing import CliRunner, Result

from actors.cli.main import app
from tests.duurzaam import werk
from tests.duurzaam.kind import Kind
from tests.duurzaam.werk import Aangeboden, InRust

RONDES = 4
VRAGEN = (
    ("lees", "spitspas", "huishouden", "--geldig-op", "2026-07-15"),
    ("lees", "aanschafheffing", "referentietabel"),
    ("lees", "wegonderhoud", "wegonderhoudsplanning"),
    ("taken", "spitspas"),
)


def roep(map_: Path, *woorden: str) -> Result:
    return CliRunner().invoke(app, [*woorden, "--data", str(map_)], prog_name="gevolg")


def antwoord(map_: Path, *woorden: str) -> bytes:
    uitkomst = roep(map_, *woorden, "--json")
    assert (uitkomst.exit_code, uitkomst.stderr) == (0, "")
    return uitkomst.stdout_bytes


def historie(map_: Path) -> tuple[str, ...]:
    """The question after the history of the first household there is."""
    [eerste, *_] = json.loads(antwoord(map_, *VRAGEN[0]))["inhoud"]
    return ("historie", "spitspas", "huishouden", *eerste["onderwerp"])


@pytest.mark.parametrize("midden_in", [InRust, Aangeboden])
def test_answers_are_given_again_while_another_process_writes_and_after_it_is_killed(
    tmp_path: Path, zaad: int, midden_in: type
) -> None:
    """What was answered while someone writes is answered with the same bytes for ever after."""
    eerder: dict[str, bytes] = {}
    with Kind(werk.ga_door, tmp_path, zaad, 0, 1, []) as kind:
        kind.begin()
        gezien = 0
        for bericht in kind.hoor():
            if not isinstance(bericht, InRust if gezien < RONDES else midden_in):
                continue
            gezien += 1
            if gezien < RONDES:
                continue
            for vraag in (*VRAGEN, historie(tmp_path)):
                bytes_ = antwoord(tmp_path, *vraag)
                eerder[json.loads(bytes_)["herhaaltoken"]] = bytes_
                assert roep(tmp_path, *vraag).exit_code == 0
            for token, bytes_ in eerder.items():
                assert antwoord(tmp_path, "lees", "--token", token) == bytes_
            if gezien == 2 * RONDES:
                break
        kind.dood()
        assert kind.einde() == -SIGKILL, "it still wrote"
    assert len(eerder) > len(VRAGEN)
    for token, bytes_ in eerder.items():
        assert antwoord(tmp_path, "lees", "--token", token) == bytes_
    for vraag in (*VRAGEN, historie(tmp_path)):
        antwoord(tmp_path, *vraag)
