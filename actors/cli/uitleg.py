"""`gevolg uitleg`: why a row of a table says what it says, in plain Dutch."""

from typing import Annotated

import typer

from actors.cli.blad import Blad
from actors.cli.fouten import Gebruiksfout
from actors.cli.opties import BeschikbaarOptie, GeldigOptie, JsonOptie, LeesOptie, lees_register, lees_tekst
from actors.cli.uitvoer import schrijf_json
from actors.runtime.lezing import Registerlezing
from actors.verwerking.uitleg import Uitleg

VOORBEELD = "Voorbeeld: gevolg uitleg --data data spitspas huishouden huis-1 --geldig-op 2026-06-01"


def uitleg(  # noqa: PLR0913 - an option each
    *,
    register: Annotated[str, typer.Argument(metavar="REGISTER", parser=lees_register, help="Het register.")],
    projectie: Annotated[str, typer.Argument(metavar="PROJECTIE", parser=lees_tekst, help="De tabel.")],
    sleutel: Annotated[
        list[str], typer.Argument(metavar="SLEUTEL", parser=lees_tekst, help="De delen van de sleutel van de rij.")
    ],
    data: LeesOptie,
    kolom: Annotated[
        str | None, typer.Option(metavar="KOLOM", parser=lees_tekst, help="Welke kolom; zonder: het besluit.")
    ] = None,
    geldig_op: GeldigOptie = None,
    beschikbaar_op: BeschikbaarOptie = None,
    json: JsonOptie = False,
) -> None:
    """Leg uit waarom er staat wat er staat: hoe, met welke gegevens, op welke grond, en wat ervan werd."""
    with Registerlezing.alleen_lezen(data, [register]) as registers:
        try:
            gevonden = registers.uitleg(
                register, projectie, *sleutel, kolom=kolom, geldig_op=geldig_op, beschikbaar_op=beschikbaar_op
            )
        except (LookupError, ValueError) as fout:
            raise Gebruiksfout(f"{fout.args[0]}.") from fout
    if json:
        schrijf_json(gevonden)
    else:
        _toon(gevonden)


def _toon(gevonden: Uitleg) -> None:
    blad = Blad()
    for alinea in gevonden.alineas:
        blad.kop(alinea.kop)
        if alinea.zinnen:
            blad.tekst(" ".join(alinea.zinnen))
        for punt in alinea.punten:
            blad.tekst(f"- {punt}")
