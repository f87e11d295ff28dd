"""`gevolg parkeer` and `gevolg ontparkeer`: let one aggregate stand still in one table, and let it go on again."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, TypeAlias

import typer

from actors.cli.blad import Blad
from actors.cli.fouten import Gebruiksfout
from actors.cli.opties import LeesOptie, lees_register, lees_tekst
from actors.runtime.lezing import Registerlezing
from actors.runtime.systeem import RegisterSystem

VOORBEELD = 'Voorbeeld: gevolg parkeer wegonderhoud auto auto auto-1 --reden "wordt uitgezocht" --data data'
VOORBEELD_TERUG = "Voorbeeld: gevolg ontparkeer wegonderhoud auto auto auto-1 --data data"

_Register: TypeAlias = Annotated[str, typer.Argument(metavar="REGISTER", parser=lees_register, help="Het register.")]
_Projectie: TypeAlias = Annotated[
    str, typer.Argument(metavar="PROJECTIE", parser=lees_tekst, help="De tabel, of taken voor de lijst met taken.")
]
_Aggregaat: TypeAlias = Annotated[
    str, typer.Argument(metavar="AGGREGAAT", parser=lees_tekst, help="Soort aggregaat, zoals auto.")
]
_Id: TypeAlias = Annotated[str, typer.Argument(metavar="ID", parser=lees_tekst, help="Kenmerk van het aggregaat.")]


def parkeer(  # noqa: PLR0913 - each is a word of the command
    register: _Register,
    projectie: _Projectie,
    aggregaat: _Aggregaat,
    aggregaat_id: _Id,
    *,
    reden: Annotated[
        str,
        typer.Option(metavar="TEKST", parser=lees_tekst, help="Waarom; zonder persoonsgegevens."),
    ],
    data: LeesOptie,
) -> None:
    """Laat een aggregaat in één tabel stilstaan; de rest gaat door, en antwoorden zeggen dat zij niet volledig zijn."""
    if not reden.strip():
        raise Gebruiksfout("--reden is leeg; zeg waarom het stil moet staan.")
    with _geopend(data) as registers:
        registers.parkeer(register, projectie, aggregaat, aggregaat_id, reden)
    Blad().tekst(f"{aggregaat} {aggregaat_id} staat nu stil in {projectie} van {register}: {reden}")


def ontparkeer(
    register: _Register, projectie: _Projectie, aggregaat: _Aggregaat, aggregaat_id: _Id, *, data: LeesOptie
) -> None:
    """Maak de rijen van een geparkeerd aggregaat opnieuw, en laat het weer meelopen."""
    with _geopend(data) as registers:
        registers.ontparkeer(register, projectie, aggregaat, aggregaat_id)
    Blad().tekst(f"{aggregaat} {aggregaat_id} loopt weer mee in {projectie} van {register}")


@contextmanager
def _geopend(data: Path) -> Iterator[RegisterSystem]:
    """The registers in a folder that is there, for this and nothing else: nothing is put in tables meanwhile."""
    Registerlezing.alleen_lezen(data).close()
    with RegisterSystem.open(data, levering=False) as registers:
        try:
            yield registers
        except KeyError as fout:
            raise Gebruiksfout(f"{fout.args[0]}.") from fout
