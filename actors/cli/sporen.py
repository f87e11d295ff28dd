"""`gevolg herkomst` and `gevolg doorwerking`: where something came from, and what came of it."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Annotated, Any, NamedTuple, TypeAlias

import typer

from actors.cli.antwoordblad import vertel_momenten
from actors.cli.blad import Blad
from actors.cli.boom import Boom
from actors.cli.fouten import Gebruiksfout
from actors.cli.opties import (
    BeschikbaarOptie,
    GeldigOptie,
    JsonOptie,
    LeesOptie,
    TokenOptie,
    lees_aantal,
    lees_tekst,
    lezer,
)
from actors.cli.uitvoer import kort, schrijf_antwoord
from actors.cli.vraag import herhaald
from actors.runtime.lezing import Registerlezing
from actors.verwerking.antwoord import Antwoord, Vraagsoort
from actors.verwerking.herkomst import Spoor

VOORBEELD = "Voorbeeld: gevolg herkomst --data data spitspas huishouden HUISHOUDEN --kolom passen"
VOORBEELD_VERDER = "Voorbeeld: gevolg doorwerking --data data wegonderhoud auto AUTO --kolom gewicht_kg"

_HOOGSTENS = 500
_RIJ = 3
"""A row is named by its register, its table and at least one part of its key."""


def _lees_tot(tekst: str) -> tuple[str, int]:
    register, _, positie = tekst.rpartition("=")
    if not register or not positie.isdecimal():
        raise ValueError(f"{kort(tekst)!r} is geen positie van een register; schrijf bijvoorbeeld spitspas=12")
    return register, int(positie)


WatArgument: TypeAlias = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="WAT",
        parser=lees_tekst,
        help="Een gevolg of claim (het kenmerk), of een rij: REGISTER PROJECTIE SLEUTEL.",
    ),
]
KolomOptie: TypeAlias = Annotated[
    str | None, typer.Option("--kolom", metavar="NAAM", help="Van een rij: alleen deze kolom.")
]
LimietOptie: TypeAlias = Annotated[
    int, typer.Option(metavar="N", parser=lees_aantal, help="Hoogstens zoveel gevolgen, de dichtstbijzijnde eerst.")
]


def herkomst(  # noqa: PLR0913 - the options of a command
    *,
    wat: WatArgument = None,
    data: LeesOptie,
    kolom: KolomOptie = None,
    geldig_op: GeldigOptie = None,
    beschikbaar_op: BeschikbaarOptie = None,
    limiet: LimietOptie = _HOOGSTENS,
    token: TokenOptie = None,
    json: JsonOptie = False,
) -> None:
    """Toon waar een gevolg vandaan komt: terug naar de eerste signalen, over de grenzen van registers."""
    if token is not None:
        toon_spoor(herhaald(data, token, (wat, kolom, geldig_op, beschikbaar_op), Vraagsoort.HERKOMST), json=json)
        return
    with _geopend(data) as registers:
        begin = _begin(registers, wat or [], _Rij(kolom, geldig_op, beschikbaar_op))
        antwoord = registers.herkomst(*begin, hoogstens=limiet)
    toon_spoor(antwoord, json=json)


def doorwerking(  # noqa: PLR0913 - the same
    *,
    wat: WatArgument = None,
    data: LeesOptie,
    kolom: KolomOptie = None,
    geldig_op: GeldigOptie = None,
    beschikbaar_op: BeschikbaarOptie = None,
    tot: Annotated[
        list[Any] | None,
        typer.Option(
            "--tot",
            metavar="REGISTER=POSITIE",
            parser=lezer(_lees_tot),
            help="Kijk in dit register tot deze positie; mag vaker.",
        ),
    ] = None,
    limiet: LimietOptie = _HOOGSTENS,
    token: TokenOptie = None,
    json: JsonOptie = False,
) -> None:
    """Toon waar een gevolg toe heeft geleid: alles wat eruit volgde, over de grenzen van registers."""
    if token is not None:
        toon_spoor(
            herhaald(data, token, (wat, kolom, geldig_op, beschikbaar_op, tot), Vraagsoort.DOORWERKING), json=json
        )
        return
    with _geopend(data) as registers:
        begin = _begin(registers, wat or [], _Rij(kolom, geldig_op, beschikbaar_op))
        antwoord = registers.doorwerking(*begin, hoogstens=limiet, tot=dict(tot or ()))
    toon_spoor(antwoord, json=json)


class _Rij(NamedTuple):
    """What is asked of a row: a column (None: all), a day (None: today) and a moment (None: now)."""

    kolom: str | None
    geldig_op: date | None
    beschikbaar_op: date | None


@contextmanager
def _geopend(data: Path) -> Iterator[Registerlezing]:
    """The registers in a folder; what is asked for and not there is a usage error."""
    with Registerlezing.alleen_lezen(data) as registers:
        try:
            yield registers
        except KeyError as fout:
            raise Gebruiksfout(f"{fout.args[0]}.") from fout


def _begin(registers: Registerlezing, wat: Sequence[str], rij: _Rij) -> Sequence[str]:
    """Where to begin: at a gevolg, or at all behind a row."""
    if len(wat) == 1:
        if rij != _Rij(None, None, None):
            raise Gebruiksfout(
                "--kolom, --geldig-op en --beschikbaar-op horen bij een rij; noem REGISTER PROJECTIE SLEUTEL."
            )
        return wat
    if len(wat) < _RIJ:
        raise Gebruiksfout("noem één gevolg, of een rij: REGISTER PROJECTIE SLEUTEL.")
    register, projectie, *sleutel = wat
    gevonden = registers.gevolgen_achter(register, projectie, *sleutel, **rij._asdict())
    if not gevonden:
        raise Gebruiksfout(
            f"in {projectie} van {register} staat dan niets over {' / '.join(sleutel)}; noem een andere dag of rij."
        )
    return gevonden


def toon_spoor(antwoord: Antwoord[Spoor], *, json: bool) -> None:
    """The answer, as a tree or as JSON."""
    if json:
        schrijf_antwoord(antwoord)
        return
    blad, spoor = Blad(), antwoord.inhoud
    registers = {knoop.transactie.register for knoop in spoor.knopen}
    aantal = f"{len(spoor.knopen)} gevolgen" if len(spoor.knopen) > 1 else "alleen het gevolg zelf"
    blad.tekst(f"{spoor.richting.value.capitalize()}: {aantal}, in {', '.join(sorted(registers))}", "bold")
    blad.wit()
    Boom(spoor).toon()
    for tekst in _slot(spoor):
        blad.wit()
        blad.tekst(tekst)
    vertel_momenten(blad, antwoord)


def _slot(spoor: Spoor) -> Iterator[str]:
    """What there is to know about the answer as a whole."""
    if spoor.meer:
        yield f"Er is meer: dit zijn de {len(spoor.knopen)} dichtstbijzijnde; vraag meer met --limiet."
    if spoor.buiten:
        yield "Niet alles is te vinden in de registers die hier open zijn; daar houdt het op."
    for register, aantal in spoor.achter.items():
        yield f"De laatste {aantal} transacties van {register} zijn nog niet te doorzoeken; kijk later nog eens."
    if spoor.tot:
        tot = ", ".join(f"{register}={positie}" for register, positie in spoor.tot.items())
        yield f"Zoals bekend bij {tot}."
