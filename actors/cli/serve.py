"""`gevolg serve`: serve the registers in a folder, as a daemon."""

import os
from pathlib import Path
from typing import Annotated, Any

import typer

from actors.cli.opties import lees_pad, lees_register
from actors.daemon.instellingskeuze import laad
from actors.runtime import logboek

VOORBEELD = "Voorbeeld: gevolg serve --data data --ontwikkel"


def serve(  # noqa: PLR0913 - its options, each by name
    *,
    data: Annotated[
        Path | None, typer.Option(metavar="MAP", parser=lees_pad, help="Map met de registers; wordt zo nodig gemaakt.")
    ] = None,
    bestand: Annotated[
        Path | None,
        typer.Option("--config", metavar="BESTAND", parser=lees_pad, help="Bestand met instellingen (TOML)."),
    ] = None,
    register: Annotated[
        list[str] | None,
        typer.Option(
            metavar="REGISTER", parser=lees_register, help="Alleen dit register; vaker te noemen. Zonder: alle."
        ),
    ] = None,
    adres: Annotated[str | None, typer.Option(metavar="ADRES", help="Adres waarop wordt geluisterd.")] = None,
    poort: Annotated[int | None, typer.Option(metavar="NUMMER", help="Poort; 0 is een vrije.")] = None,
    ontwikkel: Annotated[
        bool, typer.Option("--ontwikkel", help="Iedereen mag alles, zonder token; alleen op deze machine.")
    ] = False,
) -> None:
    """Dien de registers op: processen per register, en een API volgens de NL API Design Rules."""
    from actors.daemon.inrichting import maak_dienst  # noqa: PLC0415 - half a second that no other command needs

    gegeven: dict[str, Any] = {"data": data, "registers": register or None, "adres": adres, "poort": poort}
    opties = {naam: waarde for naam, waarde in gegeven.items() if waarde is not None}
    instellingen = laad(bestand, os.environ, opties | ({"ontwikkel": True} if ontwikkel else {})).instellingen
    logboek.dienst(instellingen.log.niveau, instellingen.log.vorm)

    maak_dienst(instellingen).draai()
