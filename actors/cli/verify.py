"""`gevolg verify`: look whether all that the registers keep still fits together."""

from pathlib import Path
from typing import Any

import typer
from rich.console import Console
from rich.status import Status
from rich.text import Text

from actors.cli.fouten import BESCHADIGD, NIET_BESCHIKBAAR
from actors.cli.fouten import meld as meld_fout
from actors.cli.opties import JsonOptie, LeesOptie
from actors.cli.uitvoer import console, schrijf_json
from actors.runtime.catalogue import contexten
from actors.runtime.klok import systeemklok
from storage import verify as storage_verify
from storage.errors import StorageError, StoreDamaged, StoreInUse
from storage.findings import Finding, Progress
from storage.opslag import Opslag, open_lmdb
from storage.verify_pages import verify_pages

_GESCHREVEN = "{} was written to while it was checked; check it at rest, or a copy"

VOORBEELD = "Voorbeeld: gevolg verify --data data"


def verify(*, data: LeesOptie, json: JsonOptie = False) -> None:
    """Controleer of logboek, berichten en tabellen van elk register nog kloppen; doe dit als niemand schrijft."""
    gevonden: dict[str, list[Finding]] = {}
    niet_gelezen: dict[str, Exception] = {}
    scherm = Console(stderr=True)
    with scherm.status("controleren …") as draait:
        for context in contexten():
            naam = context.naam
            try:
                gevonden[naam] = controleer(data, naam, melder(draait, naam))
            except (StorageError, OSError) as fout:
                niet_gelezen[naam] = fout
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


def melder(draait: Status, register: str) -> Progress:
    """Shows beside a spinner how far a register is checked."""
    return lambda wat, rijen: draait.update(f"controleren: {register}/{wat}, {rijen} rijen")


def controleer(data: Path, register: str, meld: Progress) -> list[Finding]:
    """What is wrong with one register; raises StorageError or OSError when it cannot be looked at."""
    if (data / register).is_dir():
        beschadigd = _paginas(data, register, meld)
        if beschadigd:
            return beschadigd
    try:
        opslag = open_lmdb(data, register, clock=systeemklok, read_only=True)
    except StoreDamaged as fout:
        return [Finding("unreadable", register, str(fout))]
    try:
        voor = _einde(opslag)
        gevonden = storage_verify.verify(opslag, meld)
        if gevonden and _einde(opslag) != voor:
            raise StoreInUse(_GESCHREVEN.format(register))
    finally:
        opslag.close()
    return gevonden


def _paginas(data: Path, register: str, meld: Progress) -> list[Finding]:
    """What is wrong with the files themselves, looked at twice: a file that is being written only seems damaged."""
    eerst = verify_pages(data, register, meld)
    blijvend = [bevinding for bevinding in verify_pages(data, register, meld) if bevinding in eerst] if eerst else []
    if eerst and not blijvend:
        raise StoreInUse(_GESCHREVEN.format(register))
    return blijvend


def _einde(opslag: Opslag) -> object:
    """Where journal and feed end, to see whether someone writes meanwhile."""
    try:
        return opslag.gevolgen.head(), opslag.feed.head()
    except StorageError:
        return None


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
