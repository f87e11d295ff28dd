"""`gevolg restore`: put registers back from a backup, or say that it was done by hand; each is a new incarnation."""

from collections.abc import Sequence
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from actors.cli.backup import bytemelder
from actors.cli.blad import Blad
from actors.cli.opties import JsonOptie, LeesOptie, RegistersOptie, lees_map
from actors.cli.uitvoer import schrijf_json
from actors.cli.verify import controleer, controleer_lezers, melder
from actors.runtime.catalogue import contexten
from actors.runtime.klok import Buitenwereld
from actors.runtime.reservekopie import KopieGeweigerd, klaargezet, lees_manifest
from storage.errors import StorageError, StoreDamaged, StoreInUse
from storage.findings import Finding, Progress
from storage.incarnation import Incarnation, begin_incarnation, check_same_copy
from storage.inspection import writer_of
from storage.opslag import ALL, open_lmdb

VOORBEELD = "Voorbeeld: gevolg restore --data data --uit kopie-2026-03-01"

_READER = "reader"  # how far feed and tables have come: check_same_copy judges the feed, tables are built again


def restore(
    *,
    data: LeesOptie,
    uit: Annotated[
        Path | None,
        typer.Option(
            "--uit",
            metavar="KOPIE",
            parser=lees_map,
            help="Reservekopie die wordt teruggezet; zonder: de kopie staat al op haar plaats.",
        ),
    ] = None,
    register: RegistersOptie = None,
    json: JsonOptie = False,
) -> None:
    """Zet registers terug uit een reservekopie, of meld dat het gebeurd is; elk gaat verder als nieuwe incarnatie."""
    bekend = [context.naam for context in contexten()]
    if uit is None:
        begonnen = _begin(data, [naam for naam in bekend if not register or naam in register])
    else:
        begonnen = _zet_terug(uit, data, register)
    if json:
        gegevens = {naam: _als_gegevens(incarnatie) for naam, incarnatie in begonnen.items()}
        schrijf_json({"data": str(data.resolve()), "registers": gegevens})
    else:
        _toon(begonnen)


def _begin(data: Path, namen: Sequence[str]) -> dict[str, Incarnation]:
    """Begin anew with what was put in its place by hand."""
    for deel in (data / naam / deel for naam in namen for deel in sorted(ALL)):
        if (pid := writer_of(deel)) is not None:  # what is written while it is checked would seem damaged
            raise StoreInUse(f"process {pid} already writes to {deel}; stop it first")
    with Console(stderr=True).status("controleren …") as draait:
        posities = [_controleer(data, naam, melder(draait, naam)) for naam in namen]
    if not any(posities):
        raise StorageError(f"nothing is recorded in these registers of {data}; to begin anew, remove their folders")
    return _nieuwe_incarnaties(data, namen)


def _nieuwe_incarnaties(data: Path, namen: Sequence[str]) -> dict[str, Incarnation]:
    wereld = Buitenwereld()
    return {naam: begin_incarnation(data, naam, clock=wereld.klok, random_bytes=wereld.willekeur) for naam in namen}


def _zet_terug(kopie: Path, data: Path, register: Sequence[str] | None) -> dict[str, Incarnation]:
    """Unpack, check all of it, begin anew, and only then put it in its place."""
    namen = tuple(dict.fromkeys(register or lees_manifest(kopie).registers))
    onbekend = set(namen) - {context.naam for context in contexten()}
    if onbekend:
        raise KopieGeweigerd(
            f"in {kopie} zit {' en '.join(sorted(onbekend))}, wat dit programma niet kent; installeer die context, of"
            " noem met --register wat u wilt terugzetten"
        )
    with (
        Console(stderr=True).status("uitpakken …") as draait,
        klaargezet(kopie, data, namen, bytemelder(draait)) as map_,
    ):
        for naam in namen:
            _controleer(map_, naam, melder(draait, naam))
        for naam, bevindingen in controleer_lezers(map_, namen, partial(melder, draait)).items():
            if isinstance(bevindingen, Exception):
                raise bevindingen
            _weiger(naam, bevindingen)
        return _nieuwe_incarnaties(map_, namen)


def _controleer(data: Path, register: str, meld: Progress) -> int:
    """Where the journal ends; raises StoreDamaged when anything is wrong that will not come right by itself."""
    _weiger(register, [bevinding for bevinding in controleer(data, register, meld) if bevinding.what != _READER])
    with closing(open_lmdb(data, register, clock=Buitenwereld().klok, read_only=True)) as opslag:
        check_same_copy(opslag)
        return opslag.gevolgen.head().position


def _weiger(register: str, bevindingen: Sequence[Finding]) -> None:
    if bevindingen:
        een = bevindingen[0]
        raise StoreDamaged(f"{register}, {een.where}: {een.sentence}; nothing was changed")


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
