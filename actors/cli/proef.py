"""`gevolg proef`: what commando's would do, without doing it: each in its own register, or together in all."""

import sys
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from actors.cli.fouten import NIET_VERWERKT, Gebruiksfout, niet_verwerkt
from actors.cli.opties import JsonOptie, LeesOptie, lees_pad, lezer
from actors.cli.proefverslag import toon_antwoorden, toon_keten
from actors.cli.uitvoer import kort, schrijf_json
from actors.register.commando import AangebodenCommando, Mislukt, NietVerwerkt
from actors.runtime.catalogue import contexten
from actors.runtime.klok import Buitenwereld
from actors.runtime.lezing import Registerlezing
from actors.runtime.proef import Ketenproef, Proefantwoord
from actors.runtime.proefvorm import antwoord_als_gegevens, keten_als_gegevens
from actors.verwerking.aanbodvorm import Aanbodlezer, lees_json

VOORBEELD = "Voorbeeld: gevolg proef --data data --keten correcties.json"

_STDIN = "-"
_DOOR = "gevolg proef"


def _dag(tekst: str) -> date:
    try:
        return date.fromisoformat(tekst)
    except ValueError:
        raise ValueError(f"{tekst!r} is geen dag; schrijf bijvoorbeeld 2026-06-01") from None


def proef(
    *,
    bestand: Annotated[
        Path,
        typer.Argument(
            metavar="BESTAND",
            parser=lees_pad,
            help="Commando's als JSON: één, een lijst, of één per regel; - is stdin.",
        ),
    ],
    data: LeesOptie,
    keten: Annotated[
        bool, typer.Option("--keten", help="Alle commando's samen, door alle registers, en tel wat ervan komt.")
    ] = False,
    op: Annotated[
        date | None,
        typer.Option(
            metavar="DAG", parser=lezer(_dag), help="Met --keten: vergelijk besluiten ook op deze dag; zonder: vandaag."
        ),
    ] = None,
    json: JsonOptie = False,
) -> None:
    """Toon wat commando's zouden doen; er wordt niets vastgelegd."""
    if op is not None and not keten:
        raise Gebruiksfout("--op hoort bij --keten: alleen daar worden besluiten vergeleken.")
    stukken = _stukken(_tekst(bestand))
    aanbodlezer = Aanbodlezer(contexten())
    gelezen = [aanbodlezer.lees(een, nieuw_id=Buitenwereld().nieuw_commando_id, door=_DOOR) for een in stukken]
    namen = [str(een.get("commando", "?")) if isinstance(een, dict) else "?" for een in stukken]
    with Registerlezing.alleen_lezen(data) as registers:
        uitkomst = _ketenproef(registers, gelezen, op) if keten else None
        antwoorden = uitkomst.antwoorden if uitkomst else [_proef(registers, een) for een in gelezen]
    for antwoord in antwoorden:
        if isinstance(antwoord, Mislukt):
            niet_verwerkt(antwoord)
    if json:
        verteld = [antwoord_als_gegevens(*een) for een in zip(namen, antwoorden, strict=True)]
        schrijf_json({**keten_als_gegevens(uitkomst), "antwoorden": verteld} if uitkomst else verteld)
    elif uitkomst:
        toon_keten(uitkomst, namen)
    else:
        toon_antwoorden(namen, antwoorden)
    if any(isinstance(antwoord, NietVerwerkt) for antwoord in antwoorden):
        raise typer.Exit(NIET_VERWERKT)


def _proef(registers: Registerlezing, een: AangebodenCommando | NietVerwerkt) -> Proefantwoord:
    return een if isinstance(een, NietVerwerkt) else registers.proef(een)


def _ketenproef(
    registers: Registerlezing, gelezen: list[AangebodenCommando | NietVerwerkt], op: date | None
) -> Ketenproef:
    """What comes of those that could be read; each of the others has its own answer, in its place."""
    heel = [een for een in gelezen if isinstance(een, AangebodenCommando)]
    uitkomst = registers.ketenproef(heel, geldig_op=op)
    rest = iter(uitkomst.antwoorden)
    return replace(uitkomst, antwoorden=tuple(e if isinstance(e, NietVerwerkt) else next(rest) for e in gelezen))


def _tekst(bestand: Path) -> str:
    try:
        return (sys.stdin.buffer.read() if str(bestand) == _STDIN else bestand.read_bytes()).decode()
    except UnicodeDecodeError:
        raise Gebruiksfout(f"{kort(str(bestand))} is geen UTF-8; schrijf de commando's als JSON.") from None
    except OSError as fout:
        raise Gebruiksfout(f"{kort(str(bestand))} kan niet worden gelezen ({fout.strerror}).") from None


def _stukken(tekst: str) -> list[Any]:
    """The commando's in a text: one object, a list of them, or one on each line."""
    regels = [(nummer, regel) for nummer, regel in enumerate(tekst.splitlines(), start=1) if regel.strip()]
    if not regels:
        raise Gebruiksfout("er staat geen commando in; schrijf er een als JSON.")
    try:
        heel = lees_json(tekst)
        return heel if isinstance(heel, list) else [heel]
    except ValueError as fout:
        if len(regels) == 1 or not _is_json(regels[0][1]):
            raise Gebruiksfout(f"{kort(str(fout))}; schrijf de commando's als JSON.") from None
    uit = []
    for nummer, regel in regels:
        try:
            uit.append(lees_json(regel))
        except ValueError as fout:
            raise Gebruiksfout(f"regel {nummer}: {kort(str(fout))}; schrijf op elke regel één commando.") from None
    return uit


def _is_json(tekst: str) -> bool:
    try:
        lees_json(tekst)
    except ValueError:
        return False
    return True
