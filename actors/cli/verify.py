"""`gevolg verify`: look whether all that the registers keep still fits together."""

from collections.abc import Callable, Collection
from contextlib import closing
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.status import Status
from rich.text import Text

from actors.cli.fouten import BESCHADIGD, NIET_BESCHIKBAAR
from actors.cli.fouten import meld as meld_fout
from actors.cli.opties import JsonOptie, LeesOptie
from actors.cli.uitvoer import console, schrijf_json
from actors.runtime.catalogue import contexten
from actors.runtime.lezing import Registerlezing
from storage.errors import StorageError, StoreInUse
from storage.findings import Finding, Progress
from storage.projectiestore_lmdb import LmdbProjectiestore
from storage.verify_pages import verify_pages
from storage.verify_stores import verify_stores

_GESCHREVEN = "{} was written to while it was checked; check it at rest, or a copy"
_ONGEOPEND = {"pages", "identity"}
"""Kinds of finding after which a register is not opened."""

VOORBEELD = "Voorbeeld: gevolg verify --data data"

ProjectiesOptie = Annotated[
    bool,
    typer.Option("--projecties", help="Bouw ook de tabellen opnieuw uit het logboek, en vergelijk ze rij voor rij."),
]


def verify(*, data: LeesOptie, projecties: ProjectiesOptie = False, json: JsonOptie = False) -> None:
    """Controleer of logboek, berichten en tabellen van elk register nog kloppen; doe dit als niemand schrijft."""
    gevonden, niet_gelezen = _controleer_alle(data, projecties=projecties)
    if not gevonden:
        raise next(iter(niet_gelezen.values()))
    if json:
        schrijf_json(
            {
                "in_orde": not any(gevonden.values()) and not niet_gelezen,
                "bevindingen": [_als_gegevens(naam, b) for naam, alle in gevonden.items() for b in alle],
                "niet_gecontroleerd": [{"register": naam, "reden": str(reden)} for naam, reden in niet_gelezen.items()],
            }
        )
    else:
        _toon(data, gevonden)
    for naam, reden in niet_gelezen.items():
        meld_fout(reden, f"{naam} niet gecontroleerd: ")
    if any(gevonden.values()):
        raise typer.Exit(BESCHADIGD)
    if niet_gelezen:
        raise typer.Exit(NIET_BESCHIKBAAR)


def _controleer_alle(data: Path, *, projecties: bool) -> tuple[dict[str, list[Finding]], dict[str, Exception]]:
    """Per register what is wrong with it, or why it could not be looked at; progress on stderr."""
    gevonden: dict[str, list[Finding]] = {}
    niet_gelezen: dict[str, Exception] = {}
    with Console(stderr=True).status("controleren …") as draait:
        meld_voor = partial(melder, draait)
        for naam in (context.naam for context in contexten()):
            try:
                gevonden[naam] = controleer(data, naam, meld_voor(naam), projecties=projecties)
            except (StorageError, OSError) as fout:
                niet_gelezen[naam] = fout
        te_openen = [naam for naam, alle in gevonden.items() if not any(b.what in _ONGEOPEND for b in alle)]
        for naam, uitslag in controleer_lezers(data, te_openen, meld_voor).items():
            if isinstance(uitslag, Exception):
                niet_gelezen[naam] = uitslag
            else:
                gevonden[naam] += uitslag
    return {naam: alle for naam, alle in gevonden.items() if alle or naam not in niet_gelezen}, niet_gelezen


def melder(draait: Status, register: str) -> Progress:
    """Shows beside a spinner how far a register is checked."""
    return lambda wat, rijen: draait.update(f"controleren: {register}/{wat}, {rijen} rijen")


def controleer(data: Path, register: str, meld: Progress, *, projecties: bool = False) -> list[Finding]:
    """What is wrong with one register; raises StorageError or OSError when it cannot be looked at.

    With `projecties` also its tables, row by row, when nothing else is wrong: what is damaged proves nothing.
    """
    if (data / register).is_dir():
        beschadigd = _paginas(data, register, meld) or verify_stores(data, register, meld)
        if beschadigd:
            return beschadigd
    with Registerlezing.alleen_lezen(data, [register]) as lezing:
        voor = lezing.einden(register)
        gevonden = lezing.controleer(register, meld)
        if projecties and not gevonden:
            with (
                TemporaryDirectory(prefix="gevolg-") as elders,
                closing(LmdbProjectiestore(Path(elders), register)) as opnieuw,
            ):
                gevonden = lezing.controleer_tabellen(register, opnieuw, meld)
        if gevonden and lezing.einden(register) != voor:
            raise StoreInUse(_GESCHREVEN.format(register))
    return gevonden


def controleer_lezers(
    data: Path, namen: Collection[str], meld_voor: Callable[[str], Progress]
) -> dict[str, list[Finding] | Exception]:
    """Per register what it says it read and does not stand in the feeds of the others, or why that cannot be seen."""
    try:
        with Registerlezing.alleen_lezen(data, namen) as lezing:
            voor = [lezing.einden(naam) for naam in namen]
            gevonden = {naam: lezing.controleer_lezers(naam, meld_voor(naam)) for naam in namen}
            beweegt = [lezing.einden(naam) for naam in namen] != voor
    except (StorageError, OSError) as fout:
        return dict.fromkeys(namen, fout)
    return {naam: StoreInUse(_GESCHREVEN.format(naam)) if alle and beweegt else alle for naam, alle in gevonden.items()}


def _paginas(data: Path, register: str, meld: Progress) -> list[Finding]:
    """What is wrong with the files themselves, looked at twice: a file that is being written only seems damaged."""
    eerst = verify_pages(data, register, meld)
    blijvend = [bevinding for bevinding in verify_pages(data, register, meld) if bevinding in eerst] if eerst else []
    if eerst and not blijvend:
        raise StoreInUse(_GESCHREVEN.format(register))
    return blijvend


def _als_gegevens(register: str, bevinding: Finding) -> dict[str, Any]:
    return {
        "register": register,
        "soort": bevinding.what,
        "plaats": bevinding.where,
        "bevinding": bevinding.sentence,
    }


def _toon(data: Path, gevonden: dict[str, list[Finding]]) -> None:
    scherm = console()
    for naam, alle in gevonden.items():
        if not alle:
            scherm.print(Text.assemble((f"{naam}: ", "bold"), ("in orde", "green")))
        for b in alle:
            scherm.print(Text.assemble((f"{naam}: ", "bold"), (f"{b.what} ", "red"), f"{b.where}: {b.sentence}"))
    if any(gevonden.values()):
        advies = f"De opslag in {data} is beschadigd; werk er niet mee verder en zet een reservekopie terug."
        console(stderr=True).print(Text.assemble(("Fout: ", "bold red"), advies))
