"""The command line is documented: every command, option and exit code."""

import re
from collections.abc import Iterator
from typing import Any

import typer

from actors.cli import fouten, start
from actors.cli.main import app
from tests.docs.bladen import alle, blad
from tests.docs.test_naslag import deel, rijen


def opdrachten(opdracht: Any = None, naam: str = "gevolg") -> Iterator[tuple[str, Any]]:
    """Every command with its full name."""
    opdracht = opdracht or typer.main.get_command(app)
    onder = getattr(opdracht, "commands", None)
    if onder is None:
        yield naam, opdracht
    else:
        for eigen, kind in onder.items():
            yield from opdrachten(kind, f"{naam} {eigen}")


def tabel(naam: str) -> list[list[str]]:
    """The rows about the options of a command."""
    return rijen(deel("reference/cli.md", f"`{naam}`"))[2:]


def opties(opdracht: Any) -> set[str]:
    """Every option and argument, as it is written."""
    uit = set()
    for parameter in opdracht.params:
        namen = [n for n in parameter.opts if n.startswith("--")] or [parameter.metavar or parameter.name]
        uit |= set(namen) - {"--help"}
    return uit


def test_every_command_has_its_heading_and_every_heading_its_command() -> None:
    koppen = {kop for kop in blad("reference/cli.md").koppen if kop.startswith("gevolg ")}
    assert koppen == {naam for naam, _ in opdrachten()}


def test_every_option_stands_with_its_command_and_every_one_that_stands_there_exists() -> None:
    for naam, opdracht in opdrachten():
        assert {cellen[0].strip("`") for cellen in tabel(naam)} == opties(opdracht), naam


def test_every_default_that_is_named_is_the_default() -> None:
    for naam, opdracht in opdrachten():
        genoemd = {cellen[0].strip("`"): cellen[2].strip("`") for cellen in tabel(naam)}
        for parameter in opdracht.params:
            vlag = next((n for n in parameter.opts if n in genoemd), None)
            if vlag and parameter.default is not None and not getattr(parameter, "is_flag", False):
                verwacht = "needed" if parameter.required else str(parameter.default)
                assert genoemd[vlag] == verwacht, f"{naam} {vlag}"


def test_every_exit_code_is_explained() -> None:
    namen = {naam for naam in vars(fouten) if naam.isupper() and not naam.startswith("_")}
    codes = {getattr(fouten, naam) for naam in namen}
    genoemd = {int(cellen[0]) for cellen in rijen(deel("reference/cli.md", "Exit codes"))[2:]}
    door_signalen = {start.exitcode(nummer) for nummer in start.SIGNALEN}
    assert genoemd == {0} | door_signalen | {code for code in codes if isinstance(code, int)}


def test_every_command_and_option_that_a_page_names_exists() -> None:
    bekend = dict(opdrachten())
    alle_opties = set().union(*(opties(o) for o in bekend.values())) | {"--version", "--help"}
    for pagina in alle():
        for tekst in re.findall(r"`(gevolg [^`\n]+)`", pagina.proza):
            eerste, *rest = tekst.split()[1:]
            heel = eerste in {"simulate", "--version"} or any(tekst.startswith(naam) for naam in bekend)
            assert heel, f"{pagina.naam}: {tekst}"
            genoemd = {woord.partition("=")[0] for woord in (eerste, *rest) if woord.startswith("--")}
            assert genoemd <= alle_opties, f"{pagina.naam}: {tekst}"
