"""`gevolg backup`: a copy of the registers of one moment, while they are written."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.status import Status

from actors.cli.blad import Blad
from actors.cli.opties import JsonOptie, LeesOptie, RegistersOptie, lees_map
from actors.cli.uitvoer import schrijf_json
from actors.runtime.catalogue import contexten
from actors.runtime.klok import Buitenwereld
from actors.runtime.reservekopie import Manifest, maak_reservekopie
from actors.verwerking.jsonvorm import als_json
from storage.findings import Progress

VOORBEELD = "Voorbeeld: gevolg backup --data data --naar kopie-2026-03-01"

_MEGABYTE = 1_000_000


def backup(
    *,
    data: LeesOptie,
    naar: Annotated[
        Path,
        typer.Option("--naar", metavar="MAP", parser=lees_map, help="Map waarin de kopie komt; mag er nog niet zijn."),
    ],
    register: RegistersOptie = None,
    json: JsonOptie = False,
) -> None:
    """Maak een reservekopie van de registers, van één moment; ook terwijl een ander proces schrijft."""
    namen = [context.naam for context in contexten() if not register or context.naam in register]
    with Console(stderr=True).status("kopiëren …") as draait:
        manifest = maak_reservekopie(data, naar, namen, buitenwereld=Buitenwereld(), meld=bytemelder(draait))
    if json:
        schrijf_json({"kopie": str(naar.resolve()), **als_json(manifest)})
    else:
        _toon(naar, manifest)


def bytemelder(draait: Status) -> Progress:
    """Shows beside a spinner which file is copied, and how far."""
    return lambda bestand, bytes_: draait.update(f"kopiëren: {bestand}, {megabytes(bytes_)}")


def megabytes(bytes_: int) -> str:
    """A size for people."""
    return f"{bytes_ / _MEGABYTE:.1f} MB".replace(".", ",")


def _toon(naar: Path, manifest: Manifest) -> None:
    blad = Blad()
    blad.tekst(f"Reservekopie in {naar} · {manifest.programmaversie}", "bold")
    for naam, register in manifest.registers.items():
        blad.kop(naam, "bold green")
        blad.regel("logboek", f"{register.opslag_id}, tot en met transactie {register.positie}")
        blad.regel("verstrekkingen", f"{register.feed_id}, tot en met bericht {register.verstrekkingen}")
        blad.regel("grootte", megabytes(sum(bestand.bytes for bestand in register.bestanden.values())))
    if manifest.bestanden:
        blad.kop("en verder", "bold green")
        blad.regel("bestanden", ", ".join(manifest.bestanden))
    blad.wit()
    blad.tekst(
        "De sleutels van betrokkenen zitten erin: wie deze map leest, leest alles. Wat na dit moment wordt gewist,"
        " staat hier nog in: bewaar de kopie niet langer dan nodig, en herhaal na terugzetten wat sindsdien is gewist."
    )
