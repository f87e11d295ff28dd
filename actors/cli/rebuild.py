"""`gevolg rebuild`: build the tables of the registers again, beside those in use."""

from typing import Annotated

import typer
from rich.console import Console

from actors.cli.blad import Blad
from actors.cli.opties import JsonOptie, LeesOptie, lees_register
from actors.cli.uitvoer import schrijf_json
from actors.runtime.lezing import Registerlezing
from actors.runtime.systeem import RegisterSystem

VOORBEELD = "Voorbeeld: gevolg rebuild --data data spitspas"


def rebuild(
    *,
    register: Annotated[
        str | None,
        typer.Argument(metavar="REGISTER", parser=lees_register, help="Alleen dit register; zonder: alle."),
    ] = None,
    data: LeesOptie,
    json: JsonOptie = False,
) -> None:
    """Bouw de tabellen opnieuw uit het logboek, naast die in gebruik zijn, en wissel ze in één keer om."""
    Registerlezing.alleen_lezen(data).close()
    with RegisterSystem.open(data, levering=False) as registers, Console(stderr=True).status("herbouwen …") as draait:
        posities = {
            naam: registers.herbouw(naam, lambda _, positie, naam=naam: draait.update(f"herbouwen: {naam}/{positie}"))  # type: ignore[misc]
            for naam in registers.registers
            if register in (None, naam)
        }
    if json:
        schrijf_json({naam: {"positie": positie} for naam, positie in posities.items()})
        return
    blad = Blad()
    for naam, positie in posities.items():
        blad.regel(naam, f"tabellen opnieuw gebouwd tot en met positie {positie}", "bold")
