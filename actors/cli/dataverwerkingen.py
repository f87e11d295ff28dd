"""`gevolg dataverwerkingen`: who read about whom, from the log of it: only who has the registers can read the ids."""

import json
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Annotated, Any

import typer

from actors.cli.fouten import Gebruiksfout
from actors.cli.opties import LeesOptie, lees_pad, lees_tekst
from actors.cli.uitvoer import schrijf_json
from actors.daemon.dataverwerking.versleuteling import NietTeOntsleutelen, ontsleutel
from actors.daemon.dataverwerking.verwerkingenlogboek import BESTAND
from actors.runtime.klok import systeemklok
from storage.opslag import open_lmdb

VOORBEELD = "Voorbeeld: gevolg dataverwerkingen --data data --betrokkene sam"

_ID = "dpl.core.data_subject_id"


def dataverwerkingen(
    bestand: Annotated[
        Path | None,
        typer.Argument(metavar="BESTAND", parser=lees_pad, help=f"Het logboek; zonder: {BESTAND} in de map."),
    ] = None,
    *,
    data: LeesOptie,
    betrokkene: Annotated[
        str | None,
        typer.Option("--betrokkene", metavar="ID", parser=lees_tekst, help="Alleen wat over deze betrokkene gaat."),
    ] = None,
) -> None:
    """Toon het Logboek Dataverwerkingen met leesbare betrokkenen, een JSON-object per regel."""
    if bestand is None and not (data / BESTAND).exists():
        typer.echo("Er is nog niets vastgelegd.", err=True)
        return
    with ExitStack() as open_:
        geheimen = _Geheimen(data, open_)
        for regel in _regels(bestand or data / BESTAND):
            attributen = regel["attributes"]
            if _ID in attributen:
                attributen[_ID] = _leesbaar(attributen, geheimen)
            if betrokkene in (None, attributen.get(_ID)):
                schrijf_json(regel, regel=True)


class _Geheimen(dict[str, bytes]):
    """The secret of each register, read when it is first asked for."""

    def __init__(self, data: Path, open_: ExitStack) -> None:
        super().__init__()
        self._data = data
        self._open = open_

    def __missing__(self, register: str) -> bytes:
        opslag = self._open.enter_context(closing(open_lmdb(self._data, register, clock=systeemklok, read_only=True)))
        self[register] = opslag.sleutels.secret
        return self[register]


def _regels(bestand: Path) -> Iterator[dict[str, Any]]:
    with bestand.open(encoding="utf-8", errors="replace") as regels:
        for nummer, tekst in enumerate(regels, 1):
            try:
                regel = json.loads(tekst)
                regel["attributes"].get(_ID)
            except (ValueError, TypeError, KeyError, AttributeError):
                raise Gebruiksfout(
                    f"regel {nummer} van {bestand} is geen regel van een Logboek Dataverwerkingen; noem het juiste"
                    " bestand, of haal die regel eruit als zij werd afgebroken."
                ) from None
            yield regel


def _leesbaar(attributen: Mapping[str, Any], geheimen: _Geheimen) -> str | None:
    """The id itself; None when it was encrypted by another register than the one in the folder."""
    soort = str(attributen.get(f"{_ID}_type", ""))
    register = soort.removeprefix("urn:gevolg:").partition(":")[0]
    try:
        return ontsleutel(geheimen[register], soort, str(attributen[_ID]))
    except NietTeOntsleutelen:
        return None
