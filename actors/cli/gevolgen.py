"""`gevolg gevolgen`: the journal of the registers, oldest first."""

from collections.abc import Iterator
from heapq import merge
from itertools import islice
from typing import Annotated

import typer
from rich.text import Text

from actors.cli.fouten import Gebruiksfout
from actors.cli.inhoud import Inhoudverteller
from actors.cli.opties import JsonOptie, LeesOptie, lees_aantal, lees_register
from actors.cli.uitvoer import console, schrijf_json
from actors.register.gevolg import Transactie
from actors.runtime.lezing import Registerlezing
from actors.verwerking.transactievorm import transactie_als_gegevens
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
