"""`gevolg restore`: registers were put back from an older copy; from here on each is a new incarnation."""

from contextlib import closing
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from actors.cli.blad import Blad
from actors.cli.opties import JsonOptie, LeesOptie, lees_register
from actors.cli.uitvoer import schrijf_json
from actors.cli.verify import controleer, melder
from actors.runtime.catalogue import contexten
from actors.runtime.klok import Buitenwereld
from storage.errors import StorageError, StoreDamaged
from storage.findings import Progress
from storage.incarnation import Incarnation, begin_incarnation, check_same_copy
from storage.opslag import open_lmdb

VOORBEELD = "Voorbeeld: gevolg restore --data data --register wegonderhoud"

_READER = "reader"  # how far feed and tables have come: check_same_copy judges the feed, tables are built again


def restore(
    *,
    data: LeesOptie,
    register: Annotated[
        list[str] | None,
        typer.Option(
            metavar="REGISTER", parser=lees_register, help="Alleen dit register; vaker te noemen. Zonder: alle."
        ),
    ] = None,
    json: JsonOptie = False,
) -> None:
    """Meld dat registers zijn teruggezet uit een oudere kopie; elk gaat verder als nieuwe incarnatie."""
    namen = [context.naam for context in contexten() if not register or context.naam in register]
    with Console(stderr=True).status("controleren …") as draait:
        posities = [_controleer(data, naam, melder(draait, naam)) for naam in namen]
    if not any(posities):
        raise StorageError(f"nothing is recorded in these registers of {data}; to begin anew, remove their folders")
    wereld = Buitenwereld()
    begonnen = {naam: begin_incarnation(data, naam, clock=wereld.klok, random_bytes=wereld.willekeur) for naam in namen}
    if json:
        uit = {naam: _als_gegevens(incarnatie) for naam, incarnatie in begonnen.items()}
        schrijf_json({"data": str(data.resolve()), "registers": uit})
    else:
        _toon(begonnen)


def _controleer(data: Path, register: str, meld: Progress) -> int:
    """Where the journal ends; raises StoreDamaged when anything is wrong that will not come right by itself."""
    mis = [bevinding for bevinding in controleer(data, register, meld) if bevinding.what != _READER]
    if mis:
        raise StoreDamaged(f"{register}, {mis[0].where}: {mis[0].sentence}; nothing was changed")
    with closing(open_lmdb(data, register, clock=Buitenwereld().klok, read_only=True)) as opslag:
        check_same_copy(opslag)
        return opslag.gevolgen.head().position


def _als_gegevens(incarnatie: Incarnation) -> dict[str, Any]:
    journaal, feed = incarnatie.former_journal, incarnatie.former_feed
    return {
        "opslag_id": incarnatie.store_id,
        "feed_id": incarnatie.feed_id,
        "voorheen": {
            "opslag_id": journaal.source,
            "positie": journaal.position,
            "feed_id": feed.source,
            "verstrekkingen": feed.position,
        },
    }


def _toon(begonnen: dict[str, Incarnation]) -> None:
    blad = Blad()
    for naam, incarnatie in begonnen.items():
        journaal, feed = incarnatie.former_journal, incarnatie.former_feed
        blad.kop(naam, "bold green")
        blad.regel("logboek", f"{incarnatie.store_id.hex()}, na transactie {journaal.position}")
        blad.regel("", f"voorheen {journaal.source.hex()}")
        blad.regel("verstrekkingen", f"{incarnatie.feed_id.hex()}, na bericht {feed.position}")
        blad.regel("", f"voorheen {feed.source.hex()}")
    blad.wit()
    blad.tekst(
        "Wie naar deze registers luistert neemt terug wat er na deze kopie nog was gezegd, zodra de registers weer"
        " draaien. Bied wat na de kopie was bevestigd opnieuw aan, onder hetzelfde id."
    )
