"""`gevolg lees`: what a register thinks, or thought, holds on a day: one row of a table, or all of it."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from actors.cli.antwoordblad import NIETS_BEKEND, legenda, opsomming, vertel_momenten, zeker_tekst
from actors.cli.blad import Blad, breedtes_van
from actors.cli.historie import toon_historie
from actors.cli.opties import BeschikbaarOptie, GeldigOptie, JsonOptie, LeesOptie, TokenOptie, VoorOptie, lees_tekst
from actors.cli.sporen import toon_spoor
from actors.cli.taken import toon_taken
from actors.cli.uitleg import toon_uitleg
from actors.cli.uitvoer import schrijf_antwoord
from actors.cli.vraag import ProjectieArgument, RegisterArgument, gevraagd, herhaald, projectie_van, sleutelnamen
from actors.runtime.lezing import Registerlezing
from actors.verwerking.antwoord import Antwoord, Vraagsoort
from actors.verwerking.woorden import gegeven_tekst, kolom_tekst, waarde_kort, waarde_tekst, zekerheid_teken

VOORBEELD = "Voorbeeld: gevolg lees --data data spitspas huishouden huis-1 --geldig-op 2026-03-01"

_OVERIG = frozenset({"onderwerp", "zekerheid", "volledig"})
"""What stands in a row and is no column."""


def lees(  # noqa: PLR0913 - each is a word of the command
    register: RegisterArgument = None,
    projectie: ProjectieArgument = None,
    sleutel: Annotated[
        list[str] | None,
        typer.Argument(metavar="SLEUTEL", parser=lees_tekst, help="Van welke rij, deel voor deel; zonder: allemaal."),
    ] = None,
    *,
    data: LeesOptie,
    geldig_op: GeldigOptie = None,
    beschikbaar_op: BeschikbaarOptie = None,
    voor: VoorOptie = None,
    token: TokenOptie = None,
    json: JsonOptie = False,
) -> None:
    """Lees een rij of een tabel: zoals het nu bekend is of toen bekend was, van vandaag of van een andere dag."""
    antwoord: Antwoord[Any]
    if token is not None:
        antwoord = herhaald(data, token, (register, projectie, sleutel, geldig_op, beschikbaar_op, voor))
    else:
        vraag = gevraagd(register, projectie, sleutel)
        wat = (vraag.register, vraag.projectie.naam, *vraag.sleutel)
        with Registerlezing.alleen_lezen(data, [vraag.register]) as lezing:
            lees_: Callable[..., Antwoord[Any]] = lezing.lees if vraag.sleutel else lezing.tabel
            antwoord = lees_(*wat, geldig_op=geldig_op, beschikbaar_op=beschikbaar_op, voor=voor)
    if json:
        schrijf_antwoord(antwoord)
    else:
        _WIJZEN.get(antwoord.vraag.soort, _toon)(antwoord, data)


def _toon(antwoord: Antwoord[Any], _data: Path) -> None:
    blad = Blad()
    vraag = antwoord.vraag
    projectie = projectie_van(vraag)
    sleutel = f" {' / '.join(vraag.sleutel)}" if vraag.sleutel else ""
    blad.kop(f"{vraag.register}: {projectie.naam}{sleutel}", "bold green")
    blad.tekst(projectie.omschrijving, "dim", inspring=3)
    blad.wit()
    if antwoord.inhoud is None or antwoord.inhoud == []:
        blad.tekst(NIETS_BEKEND, inspring=3)
    elif vraag.soort is Vraagsoort.RIJ:
        _toon_rij(blad, antwoord.inhoud)
    else:
        _toon_tabel(blad, antwoord.inhoud, sleutelnamen(vraag.register, projectie))
    vertel_momenten(blad, antwoord)


def _toon_rij(blad: Blad, rij: Mapping[str, Any]) -> None:
    waarden = {naam: rij[naam] for naam in rij if naam not in _OVERIG}
    if not any(waarde is not None for waarde in waarden.values()):
        blad.tekst("Over deze dag is niets bekend.", inspring=3)
        return
    for naam, waarde in waarden.items():
        zeker = zeker_tekst(rij["zekerheid"].get(naam))
        blad.regel(gegeven_tekst(naam), f"{waarde_tekst(naam, waarde)}{zeker}", "yellow" if zeker else "")


def _toon_tabel(blad: Blad, inhoud: list[dict[str, Any]], delen: tuple[str, ...]) -> None:
    """A line per row; or, when a line is too short for a row, a paragraph per row."""
    kolommen = [naam for naam in inhoud[0] if naam not in _OVERIG]
    if "rang" in kolommen:
        kolommen, delen = ["rang", *(naam for naam in kolommen if naam != "rang")], ()
    koppen = (*delen, *(kolom_tekst(naam) for naam in kolommen))
    breedtes = breedtes_van([koppen], (_cellen(rij, kolommen) for rij in inhoud))
    if blad.past(breedtes):
        blad.rij(koppen, breedtes, "bold")
        for rij in inhoud:
            blad.rij(_cellen(rij, kolommen), breedtes)
    else:
        for rij in inhoud:
            blad.tekst(f"{' / '.join(rij.get('onderwerp', ()))}{_stil(rij)}", "bold", inspring=3)
            waarden = {naam: rij[naam] for naam in kolommen if rij[naam] is not None}
            blad.tekst(opsomming(waarden, rij.get("zekerheid", {})), inspring=6)
    blad.wit()
    zekerheden = {status for rij in inhoud for status in rij.get("zekerheid", {}).values()}
    aantal = "1 rij" if len(inhoud) == 1 else f"{len(inhoud)} rijen"
    blad.tekst(legenda(zekerheden if blad.past(breedtes) else set(), aantal), "dim", inspring=3)


def _cellen(rij: Mapping[str, Any], kolommen: list[str]) -> tuple[str, ...]:
    zekerheid = rij.get("zekerheid", {})
    waarden = [f"{waarde_kort(naam, rij[naam])}{zekerheid_teken(zekerheid.get(naam))}" for naam in kolommen]
    *eerder, laatste = [" ".join(deel.split()) for deel in rij.get("onderwerp", ())] + waarden
    return (*eerder, f"{laatste}{_stil(rij)}")


def _stil(rij: Mapping[str, Any]) -> str:
    return "" if rij["volledig"] else "  (niet volledig)"


_WIJZEN: dict[Vraagsoort, Callable[[Antwoord[Any], Path], None]] = {
    Vraagsoort.HISTORIE: toon_historie,
    Vraagsoort.TAKEN: lambda antwoord, _: toon_taken([antwoord]),
    Vraagsoort.UITLEG: lambda antwoord, _: toon_uitleg(antwoord),
    Vraagsoort.HERKOMST: lambda antwoord, _: toon_spoor(antwoord, json=False),
    Vraagsoort.DOORWERKING: lambda antwoord, _: toon_spoor(antwoord, json=False),
}
"""How an answer that is had again is shown, when it is no row and no table."""
