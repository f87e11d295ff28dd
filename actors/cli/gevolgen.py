"""`gevolg gevolgen`: the journal of the registers, oldest first."""

from collections.abc import Iterator
from heapq import merge
from itertools import islice
from typing import Annotated, Any

import typer
from rich.text import Text

from actors.cli.fouten import Gebruiksfout
from actors.cli.inhoud import Inhoudverteller
from actors.cli.opties import JsonOptie, LeesOptie, lees_aantal, lees_register
from actors.cli.uitvoer import console, schrijf_json
from actors.register.gevolg import Transactie
from actors.runtime.lezing import Registerlezing
from actors.verwerking.namen import opgeslagen_naam
from actors.verwerking.woorden import moment_tekst

VOORBEELD = "Voorbeeld: gevolg gevolgen --data data --register aanschafheffing --limiet 10"


def gevolgen(
    *,
    data: LeesOptie,
    register: Annotated[
        str | None, typer.Option(metavar="REGISTER", parser=lees_register, help="Alleen dit register.")
    ] = None,
    na: Annotated[
        int, typer.Option(metavar="POSITIE", parser=lees_aantal, help="Alleen wat na deze positie komt.")
    ] = 0,
    limiet: Annotated[
        int | None, typer.Option(metavar="N", parser=lees_aantal, help="Hoogstens zoveel transacties.")
    ] = None,
    json: JsonOptie = False,
) -> None:
    """Toon de vastgelegde gevolgen, per transactie; met --json elke transactie met volledige verantwoording."""
    if na and register is None:
        raise Gebruiksfout("een positie hoort bij één register; noem het met --register.")
    verteller = Inhoudverteller()
    with Registerlezing.alleen_lezen(data) as registers:
        for transactie in islice(_transacties(registers, register, na), limiet):
            if json:
                schrijf_json(transactie_als_gegevens(transactie), regel=True)
            else:
                _toon(transactie, verteller)


def _transacties(registers: Registerlezing, register: str | None, na: int) -> Iterator[Transactie]:
    """One journal, or all of them in the order in which they were registered."""
    if register:
        return registers.gevolgen(register, na)
    return merge(*(registers.gevolgen(naam) for naam in registers.registers), key=lambda t: str(t.geregistreerd_op))


def transactie_als_gegevens(transactie: Transactie) -> dict[str, Any]:
    """A transactie as plain data, with the stored name of every gevolg."""
    return {
        "register": transactie.register,
        "positie": transactie.positie,
        "geregistreerd_op": transactie.geregistreerd_op,
        "aggregaat": transactie.aggregaat,
        "aggregaat_id": transactie.aggregaat_id,
        "volgnummer": transactie.volgnummer,
        "commando": transactie.commando,
        "commando_id": transactie.commando_id,
        "verantwoording": transactie.verantwoording,
        "gevolgen": [
            {
                "id": gevolg.id,
                "naam": gevolg.naam,
                "opgeslagen_naam": opgeslagen_naam(transactie.register, gevolg.naam, gevolg.versie),
                "versie": gevolg.versie,
                "wijziging": gevolg.soort,
                "inhoud": {"soort": type(gevolg.inhoud).__name__.lower(), **gevolg.inhoud._asdict()},
                "legitimering": gevolg.legitimering,
                "verklaring": gevolg.verklaring,
            }
            for gevolg in transactie.gevolgen
        ],
    }


def _toon(transactie: Transactie, verteller: Inhoudverteller) -> None:
    verteller.onthoud(transactie)
    scherm = console()
    scherm.print(
        Text.assemble(
            (f"{transactie.register} {transactie.positie}", "bold green"),
            (f"  {moment_tekst(transactie.geregistreerd_op)}", "dim"),
            f"  {transactie.aggregaat} {transactie.aggregaat_id}",
            (f"  {transactie.commando}", "cyan"),
        )
    )
    for gevolg in transactie.gevolgen:
        scherm.print(Text.assemble("  ", (gevolg.naam, "yellow"), f"  {verteller.tekst(gevolg)}"))
