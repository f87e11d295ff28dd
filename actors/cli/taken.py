"""`gevolg taken`: what waits in the registers, why, since when, and when it should be done."""

from pathlib import Path
from typing import Annotated, Any

import typer

from actors.cli.blad import Blad
from actors.cli.opties import JsonOptie, LeesOptie, lees_register
from actors.cli.uitvoer import schrijf_json
from actors.register.tijdlijnen import OPEN_BEGIN, OPEN_EIND
from actors.runtime.lezing import Registerlezing
from actors.verwerking.lezen import GEPARKEERD_REDEN
from actors.verwerking.woorden import datum, gegeven_tekst, geldigheid_tekst, moment_tekst, reden_tekst

VOORBEELD = "Voorbeeld: gevolg taken --data data spitspas"


def taken(
    *,
    register: Annotated[
        str | None,
        typer.Argument(metavar="REGISTER", parser=lees_register, help="Alleen dit register; zonder: alle."),
    ] = None,
    data: LeesOptie,
    json: JsonOptie = False,
) -> None:
    """Toon wat er wacht, waarom en sinds wanneer: taken, aangehouden besluiten en wat in een tabel stilstaat."""
    alle = lees_alle_taken(data, register)
    if json:
        schrijf_json(alle)
    else:
        _toon(alle)


def lees_alle_taken(data: Path, register: str | None) -> list[dict[str, Any]]:
    """What waits in one register or in all, each with the name of its register and the reason in words."""
    with Registerlezing.alleen_lezen(data, None if register is None else [register]) as lezing:
        return [
            {"register": naam, **taak, "uitleg": _uitleg(taak["reden"])}
            for naam in lezing.registers
            for taak in lezing.taken(naam).inhoud
        ]


def _uitleg(reden: str) -> str:
    begin, _, rest = reden.partition(": ")
    return f"staat stil in deze tabel ({rest})" if begin == GEPARKEERD_REDEN else reden_tekst(reden)


def _toon(alle: list[dict[str, Any]]) -> None:
    blad = Blad()
    if not alle:
        blad.tekst("Er wacht niets.")
    laatste = None
    for taak in alle:
        if taak["register"] != laatste:
            laatste = taak["register"]
            blad.kop(laatste, "bold green")
        else:
            blad.wit()
        wat = "taak" if taak["taak"] else "aangehouden"
        over = " / ".join(taak["onderwerp"])
        blad.regel(wat, f"{taak['aggregaat']} {over}: {gegeven_tekst(taak['gegeven'])}", "bold")
        if (taak["vanaf"], taak["tot"]) != (OPEN_BEGIN, OPEN_EIND):
            blad.regel("geldig", geldigheid_tekst(taak["vanaf"], taak["tot"]))
        blad.regel("omdat", taak["uitleg"])
        if taak["sinds"] is not None:
            blad.regel("sinds", f"{moment_tekst(taak['sinds'])}; uiterlijk {datum(taak['uiterlijk'])}")
