"""`gevolg doctor`: what whoever runs the registers should know, in one look."""

from typing import Any

import typer
from rich.text import Text

from actors.cli.fouten import BESCHADIGD, NIET_BESCHIKBAAR
from actors.cli.opties import JsonOptie, LeesOptie
from actors.cli.uitvoer import console, schrijf_json
from actors.runtime.gezondheid import Bevinding, Ernst, onderzoek_map
from actors.runtime.klok import systeemklok

VOORBEELD = "Voorbeeld: gevolg doctor --data data"

_CODES = {Ernst.FOUT: NIET_BESCHIKBAAR, Ernst.SCHADE: BESCHADIGD}
_WOORD = {Ernst.TER_INFO: "ter info", Ernst.LET_OP: "let op", Ernst.FOUT: "fout", Ernst.SCHADE: "schade"}
_STIJL = {Ernst.TER_INFO: "dim", Ernst.LET_OP: "yellow", Ernst.FOUT: "red", Ernst.SCHADE: "bold red"}


def doctor(*, data: LeesOptie, json: JsonOptie = False) -> None:
    """Kijk de map met registers na: rechten, ruimte, versies, achterstand, klok; ook terwijl een proces schrijft."""
    bevindingen = []
    for bevinding in onderzoek_map(data, systeemklok):
        bevindingen.append(bevinding)
        if not json:
            _toon(bevinding)
    ergst = max((b.ernst for b in bevindingen), default=Ernst.TER_INFO)
    if json:
        schrijf_json({"in_orde": ergst < Ernst.FOUT, "bevindingen": [_als_gegevens(b) for b in bevindingen]})
    elif ergst == Ernst.TER_INFO:
        console().print(Text(f"{data}: in orde", style="green"))
    if ergst in _CODES:
        raise typer.Exit(_CODES[ergst])


def _toon(b: Bevinding) -> None:
    console().print(Text.assemble((f"{_WOORD[b.ernst]}: ", _STIJL[b.ernst]), (f"{b.waar}: ", "bold"), b.bevinding))
    if b.ernst > Ernst.TER_INFO:
        console().print(Text(f"        doe: {b.doe}"))


def _als_gegevens(b: Bevinding) -> dict[str, Any]:
    return {
        "soort": b.soort,
        "waar": b.waar,
        "ernst": _WOORD[b.ernst],
        "bevinding": b.bevinding,
        "doe": b.doe,
    }
