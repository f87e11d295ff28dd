"""Every example in README and docs runs, and shows what it really gives.

* A `python` block runs; those of one page share their names and a temporary folder.
* A `text` block right after a `python` block is what that block prints.
* A `console` block holds commands (`$ gevolg …`, `$ scripts/demo …`) with what they write; `$ echo $?` shows the
  exit code of the command before, `"$naam"` is what a `python` block called so.
* A block `csv NAME` or `json NAME` is written to that file in the folder of the page, before anything runs.

Lines shown must occur in that order; a line `…` stands for any number of lines, and `…` at an end of a line for the
rest of it. Ids, moments and durations are not compared.
"""

import contextlib
import io
import logging
import re
import shlex
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from actors.cli.main import main
from actors.runtime.lezing import Registerlezing
from tests.docs.bladen import ROOT, Blad, Blok, alle

VERVANGEN = (
    (re.compile(r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b"), "<id>"),
    (re.compile(r"\b[0-9a-f]{16,}\b"), "<hash>"),
    (re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|\+\d\d:\d\d)?"), "<moment>"),
    (re.compile(r"\d{1,2} [a-z]+ \d{4} om \d\d:\d\d:\d\d"), "<moment>"),
    (re.compile(r"^ +(?:\d{1,2} [a-z]{3} \d{4})? +\d\d:\d\d:\d\d"), "<moment>"),
    (re.compile(r"Dagtekening: .*"), "Dagtekening: <dag>"),
    (re.compile(r"\b\d+([.,]\d+)? (s|ms|seconden|milliseconden)\b"), "<duur>"),
    (re.compile(r"gevolg \d+\.\d+\.\d+(\+git\.[0-9a-f]+)?"), "gevolg <versie>"),
)
BEKEND = {"python", "text", "console", "csv", "json", "mermaid", "toml", "bash", ""}
PAGINAS = [pytest.param(b, id=b.naam) for b in alle() if any(k.soort in {"python", "console"} for k in b.blokken)]


def gemaskeerd(regel: str) -> str:
    for patroon, teken in VERVANGEN:
        regel = patroon.sub(teken, regel)
    return regel.rstrip()


def past(getoond: str, echt: str) -> bool:
    if getoond.startswith("…") and getoond.endswith("…") and len(getoond) > 1:
        return getoond[1:-1].strip() in echt
    if getoond.endswith("…"):
        return echt.startswith(getoond[:-1].rstrip())
    return echt == getoond


def vergelijk(getoond: str, echt: str, waar: str) -> None:
    """The lines shown occur in what was written, in order; between two that are shown nothing is left out silently."""
    regels = [gemaskeerd(r) for r in echt.splitlines()]
    plaats, mag_overslaan = 0, True
    for regel in (gemaskeerd(r) for r in getoond.splitlines()):
        if regel.strip() == "…":
            mag_overslaan = True
            continue
        if not regel.strip():
            continue
        while plaats < len(regels) and not regels[plaats].strip():
            plaats += 1
        begin = plaats
        while mag_overslaan and plaats < len(regels) and not past(regel, regels[plaats]):
            plaats += 1
        gevonden = plaats < len(regels) and past(regel, regels[plaats])
        assert gevonden, f"{waar} toont\n  {regel}\nmaar er staat\n" + "\n".join(regels[begin : begin + 12])
        plaats, mag_overslaan = plaats + 1, False


def argumenten(regel: str, namen: dict[str, Any]) -> list[str]:
    """What `gevolg` gets for a command as shown; the demo, once it has prepared an environment, is a simulation."""
    woorden = [str(namen[woord[1:]]) if woord.startswith("$") else woord for woord in shlex.split(regel)]
    if woorden[0] == "scripts/demo":
        return ["simulate", "autoaankoop", *woorden[1:]]
    assert woorden[0] == "gevolg", f"onbekende opdracht in een console-blok: {regel}"
    return woorden[1:]


def gevolg(regel: str, namen: dict[str, Any]) -> tuple[str, int]:
    """What a command writes, stdout and stderr together as on a terminal, and its exit code."""
    uit = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True)
    with contextlib.redirect_stdout(uit), contextlib.redirect_stderr(uit), pytest.MonkeyPatch.context() as wijzig:
        wijzig.setattr(sys, "argv", ["gevolg", *argumenten(regel, namen)])
        code = 0
        try:
            main()
        except SystemExit as einde:
            code = int(einde.code or 0)
    uit.seek(0)
    return uit.read(), code


def draai_console(blok: Blok, namen: dict[str, Any], waar: str) -> None:
    delen = re.split(r"^\$ ", blok.inhoud, flags=re.MULTILINE)
    assert not delen[0].strip(), f"{waar}: een console-blok begint met een opdracht"
    code = 0
    for deel in delen[1:]:
        regel, _, getoond = deel.partition("\n")
        if regel.strip() == "echo $?":
            assert getoond.strip() == str(code), f"{waar}: exit-code {code}"
            continue
        geschreven, code = gevolg(regel, namen)
        vergelijk(getoond, geschreven, f"{waar} ({regel})")


@pytest.fixture
def omgeving(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder of its own, a terminal without colour, and the log as it was afterwards."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "100")
    logger = logging.getLogger("gevolg")
    niveau = logger.level
    yield tmp_path
    logger.setLevel(niveau)


@pytest.mark.parametrize("pagina", PAGINAS)
def test_every_example_runs_and_shows_what_it_gives(pagina: Blad, omgeving: Path) -> None:
    for blok in pagina.blokken:
        if blok.soort in {"csv", "json"} and blok.bij:
            (omgeving / blok.bij).write_text(blok.inhoud, encoding="utf-8")
    namen: dict[str, Any] = {"__name__": f"docs.{pagina.pad.stem}"}
    vorige: Blok | None = None
    geschreven = ""
    with contextlib.ExitStack() as open_:
        open_.callback(sluit, namen)
        for blok in pagina.blokken:
            waar = f"{pagina.naam}:{blok.regel}"
            if blok.soort == "python":
                geschreven = draai_python(blok, namen, waar)
            elif blok.soort == "console":
                draai_console(blok, namen, waar)
            elif blok.soort == "text" and vorige and vorige.soort == "python" and pagina.volgt(vorige, blok):
                vergelijk(blok.inhoud, geschreven, waar)
            vorige = blok


def draai_python(blok: Blok, namen: dict[str, Any], waar: str) -> str:
    uit = io.StringIO()
    with contextlib.redirect_stdout(uit):
        exec(compile("\n" * blok.regel + blok.inhoud, waar, "exec"), namen)  # noqa: S102 - that is what the test is for
    return uit.getvalue()


def sluit(namen: dict[str, Any]) -> None:
    """A page that stopped half-way leaves nothing open."""
    registers = namen.get("registers")
    if isinstance(registers, Registerlezing):
        registers.close()


def test_the_demo_does_what_is_run_for_it_here() -> None:
    assert 'gevolg" simulate autoaankoop "$@"' in (ROOT / "scripts" / "demo").read_text(encoding="utf-8")


def test_there_are_examples_to_run() -> None:
    assert len(PAGINAS) >= 5


@pytest.mark.parametrize("pagina", [pytest.param(b, id=b.naam) for b in alle()])
def test_every_fenced_block_is_of_a_known_kind(pagina: Blad) -> None:
    assert {blok.soort for blok in pagina.blokken} <= BEKEND


@pytest.mark.parametrize(
    ("getoond", "echt"),
    [("a\nc", "a\nb\nc"), ("b\na", "a\nb"), ("a\n…\nd", "a\nb\nc"), ("ab", "abc"), ("exit 1", "exit 2")],
)
def test_an_example_that_shows_something_else_is_found(getoond: str, echt: str) -> None:
    with pytest.raises(AssertionError):
        vergelijk(getoond, echt, "hier")


@pytest.mark.parametrize(
    ("getoond", "echt"),
    [
        ("a\n…\nc", "a\nb\nc"),
        ("b", "a\nb\nc"),
        ("id 01234567-89ab-8cde-8f01-23456789abcd", "id ffffffff-89ab-8cde-8f01-23456789abcd"),
        ("positie 1 op 2026-01-01T00:00:00Z", "positie 1 op 2027-02-03T04:05:06.789Z"),
        ("een lange …", "een lange zin"),
    ],
)
def test_an_example_that_leaves_out_what_it_says_it_leaves_out_is_fine(getoond: str, echt: str) -> None:
    vergelijk(getoond, echt, "hier")
