"""`gevolg config`: the settings that are in force, and where each came from."""

import os
from enum import Enum
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table
from rich.text import Text

from actors.cli.opties import JsonOptie, lees_pad
from actors.cli.uitvoer import console, schrijf_json
from actors.daemon.instellingskeuze import STANDAARD, InGebruik, laad

VOORBEELD = "Voorbeeld: gevolg config --config gevolg.toml"

_NIETS = "-"


def config(
    *,
    bestand: Annotated[
        Path | None,
        typer.Option("--config", metavar="BESTAND", parser=lees_pad, help="Bestand met instellingen (TOML)."),
    ] = None,
    json: JsonOptie = False,
) -> None:
    """Toon welke instellingen van kracht zijn en waar elke vandaan komt; geheimen als ***."""
    in_gebruik = laad(bestand, os.environ)
    if json:
        schrijf_json(
            {
                "omgeving": in_gebruik.omgeving,
                "instellingen": {
                    regel.naam: {"waarde": regel.waarde, "herkomst": regel.herkomst} for regel in in_gebruik.regels()
                },
            }
        )
    else:
        _toon(in_gebruik)


def _toon(in_gebruik: InGebruik) -> None:
    scherm = console()
    if in_gebruik.omgeving is not None:
        scherm.print(Text(f"omgeving {in_gebruik.omgeving}", style="bold"))
    tabel = Table(box=None, pad_edge=False, show_header=False)
    for kolom in range(3):
        tabel.add_column(no_wrap=kolom != 1, overflow="fold")
    for regel in in_gebruik.regels():
        zelf = "dim" if regel.herkomst == STANDAARD else ""
        tabel.add_row(Text(regel.naam), Text(_tekst(regel.waarde)), Text(regel.herkomst), style=zelf)
    scherm.print(tabel)


def _tekst(waarde: Any) -> str:
    """A value as it is shown to people."""
    if waarde is None or waarde == ():
        return _NIETS
    if isinstance(waarde, tuple):
        return ", ".join(map(str, waarde))
    if isinstance(waarde, bool):
        return str(waarde).lower()
    return str(waarde.value if isinstance(waarde, Enum) else waarde)
