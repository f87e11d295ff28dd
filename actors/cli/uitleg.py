"""`gevolg uitleg`: why a row of a table, or a gevolg, says what it says, in plain Dutch."""

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from actors.cli.antwoordblad import vertel_momenten
from actors.cli.blad import Blad
from actors.cli.fouten import Gebruiksfout
from actors.cli.opties import BeschikbaarOptie, GeldigOptie, JsonOptie, LeesOptie, TokenOptie, lees_register, lees_tekst
from actors.cli.uitvoer import schrijf_antwoord
from actors.cli.vraag import gevraagd, herhaald
from actors.runtime.lezing import Registerlezing
from actors.verwerking.antwoord import Antwoord, Vraagsoort
from actors.verwerking.uitleg import Uitleg

VOORBEELD = "Voorbeeld: gevolg uitleg --data data spitspas huishouden huis-1 --geldig-op 2026-06-01"


def uitleg(  # noqa: PLR0913 - an option each
    *,
    wat: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="WAT", parser=lees_tekst, help="Een gevolg (het kenmerk), of een rij: REGISTER PROJECTIE SLEUTEL."
        ),
    ] = None,
    data: LeesOptie,
    kolom: Annotated[
        str | None,
        typer.Option(metavar="KOLOM", parser=lees_tekst, help="Van een rij: welke kolom; zonder: het besluit."),
    ] = None,
    geldig_op: GeldigOptie = None,
    beschikbaar_op: BeschikbaarOptie = None,
    token: TokenOptie = None,
    json: JsonOptie = False,
) -> None:
    """Leg uit waarom er staat wat er staat: hoe, met welke gegevens, op welke grond, en wat ervan werd."""
    if token is not None:
        antwoord = herhaald(data, token, (wat, kolom, geldig_op, beschikbaar_op), Vraagsoort.UITLEG)
    else:
        antwoord = _vraag(data, wat or [], kolom, geldig_op, beschikbaar_op)
    if json:
        schrijf_antwoord(antwoord)
    else:
        toon_uitleg(antwoord)


def _vraag(
    data: Path, wat: list[str], kolom: str | None, geldig_op: date | None, beschikbaar_op: date | None
) -> Antwoord[Uitleg]:
    if len(wat) == 1:
        if (kolom, geldig_op) != (None, None):
            raise Gebruiksfout("--kolom en --geldig-op horen bij een rij; noem REGISTER PROJECTIE SLEUTEL.")
        with Registerlezing.alleen_lezen(data) as registers:
            return registers.uitleg_van(wat[0], beschikbaar_op=beschikbaar_op)
    rij = gevraagd(lees_register(wat[0]), wat[1], wat[2:]) if wat else gevraagd(None, None, None)
    if not rij.sleutel:
        raise Gebruiksfout(f"noem ook de SLEUTEL van een rij van {rij.projectie.naam}.")
    with Registerlezing.alleen_lezen(data, [rij.register]) as registers:
        waar = (rij.register, rij.projectie.naam, *rij.sleutel)
        return registers.uitleg(*waar, kolom=kolom, geldig_op=geldig_op, beschikbaar_op=beschikbaar_op)


def toon_uitleg(antwoord: Antwoord[Uitleg]) -> None:
    """The answer as a page of questions."""
    blad = Blad()
    for alinea in antwoord.inhoud.alineas:
        blad.kop(alinea.kop)
        if alinea.zinnen:
            blad.tekst(" ".join(alinea.zinnen))
        for punt in alinea.punten:
            blad.tekst(f"- {punt}")
    vertel_momenten(blad, antwoord)
