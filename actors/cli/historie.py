"""`gevolg historie`: all that was ever said of one row: known since when (down), about which days (across)."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from actors.cli.antwoordblad import NIETS_BEKEND, legenda, opsomming, vertel_momenten
from actors.cli.blad import Blad
from actors.cli.fouten import Gebruiksfout
from actors.cli.historieraster import IDEM, Positie, Raster
from actors.cli.historievakken import Bekend, momenten, overal_gelijk
from actors.cli.opties import BeschikbaarOptie, JsonOptie, LeesOptie, TokenOptie, VoorOptie, lees_tekst
from actors.cli.uitvoer import schrijf_antwoord
from actors.cli.vraag import ProjectieArgument, RegisterArgument, gevraagd, herhaald, projectie_van
from actors.register.projectie import Projectie
from actors.runtime.lezing import Registerlezing
from actors.verwerking.antwoord import Antwoord, Vraagsoort
from actors.verwerking.woorden import NIETS, geldigheid_tekst, kolom_tekst, moment_tekst

VOORBEELD = "Voorbeeld: gevolg historie --data data spitspas huishouden huis-1 --kolom punten --kolom passen"


def historie(  # noqa: PLR0913 - each is a word of the command
    register: RegisterArgument = None,
    projectie: ProjectieArgument = None,
    sleutel: Annotated[
        list[str] | None, typer.Argument(metavar="SLEUTEL", parser=lees_tekst, help="Van welke rij, deel voor deel.")
    ] = None,
    *,
    data: LeesOptie,
    kolom: Annotated[
        list[str] | None,
        typer.Option(metavar="KOLOM", parser=lees_tekst, help="Toon alleen deze kolom; mag vaker."),
    ] = None,
    beschikbaar_op: BeschikbaarOptie = None,
    voor: VoorOptie = None,
    token: TokenOptie = None,
    json: JsonOptie = False,
) -> None:
    """Toon alles wat ooit van een rij is gezegd: sinds wanneer bekend (omlaag), over welke dagen (opzij)."""
    if json and kolom:
        raise Gebruiksfout("--kolom is voor het beeld; met --json staat elke kolom in het antwoord.")
    if token is not None:
        antwoord = herhaald(data, token, (register, projectie, sleutel, beschikbaar_op, voor), Vraagsoort.HISTORIE)
    else:
        vraag = gevraagd(register, projectie, sleutel)
        if not vraag.sleutel:
            raise Gebruiksfout(f"een historie is van één rij; noem de sleutel van een rij van {vraag.projectie.naam}.")
        _kolommen(vraag.projectie, kolom)
        with Registerlezing.alleen_lezen(data, [vraag.register]) as lezing:
            antwoord = lezing.historie(
                vraag.register, vraag.projectie.naam, *vraag.sleutel, beschikbaar_op=beschikbaar_op, voor=voor
            )
    if json:
        schrijf_antwoord(antwoord)
    else:
        toon_historie(antwoord, data, kolom)


def toon_historie(antwoord: Antwoord[Any], data: Path, gekozen: Sequence[str] | None = None) -> None:
    """Show a history: one grid, a grid per column, or a list, as there is room; what is known last stands last."""
    vraag = antwoord.vraag
    projectie = projectie_van(vraag)
    kolommen = _kolommen(projectie, gekozen)
    blad = Blad()
    blad.kop(f"{vraag.register}: {projectie.naam} {' / '.join(vraag.sleutel)}", "bold green")
    bekend = momenten(antwoord.inhoud, kolommen)
    if not bekend:
        blad.tekst(NIETS_BEKEND, inspring=3)
    else:
        gelijk = overal_gelijk(bekend, () if gekozen else kolommen)
        if any(waarde is not None for waarde in gelijk.waarden.values()):
            blad.tekst(f"steeds: {opsomming(*gelijk)}", inspring=3)
        kolommen = [k for k in kolommen if k not in gelijk.waarden]
        with Registerlezing.alleen_lezen(data, [vraag.register]) as lezing:
            _vertel(blad, antwoord.inhoud, kolommen, lambda moment: lezing.positie_op(vraag.register, moment))
    vertel_momenten(blad, antwoord)


def _kolommen(projectie: Projectie, gekozen: Sequence[str] | None) -> list[str]:
    for naam in gekozen or ():
        if naam not in projectie.kolommen:
            er_zijn = ", ".join(projectie.kolommen)
            raise Gebruiksfout(f"{projectie.naam} heeft geen kolom {naam!r}; er zijn: {er_zijn}.")
    return list(dict.fromkeys(gekozen or projectie.kolommen))


def _vertel(blad: Blad, staten: Sequence[Mapping[str, Any]], kolommen: Sequence[str], positie: Positie) -> None:
    samen = Raster.van(momenten(staten, kolommen), positie)
    per_kolom = ((kolom, momenten(staten, [kolom])) for kolom in kolommen)
    los = [(kolom, Raster.van(bekend, positie)) for kolom, bekend in per_kolom if bekend]
    if blad.past(samen.breedtes):
        blad.tekst(f"in elk vak: {' / '.join(kolom_tekst(kolom) for kolom in kolommen)}", inspring=3)
        blad.wit()
        samen.teken(blad)
    elif all(blad.past(raster.breedtes) for _, raster in los):
        for kolom, raster in los:
            blad.wit()
            blad.tekst(kolom_tekst(kolom), "bold cyan", inspring=3)
            raster.teken(blad)
    else:
        _lijst(blad, momenten(staten, kolommen), positie)
        return
    blad.wit()
    zekerheden = {status for staat in staten for kolom, status in staat["zekerheid"].items() if kolom in kolommen}
    blad.tekst(legenda(zekerheden, f"{IDEM} als erboven", f"{NIETS} niets"), "dim", inspring=3)


def _lijst(blad: Blad, bekend: Sequence[Bekend], positie: Positie) -> None:
    """The rectangles by the moment since which they were known."""
    for een in bekend:
        blad.wit()
        laatst = "; laatst bekend" if een is bekend[-1] else ""
        blad.tekst(f"sinds {moment_tekst(een.vanaf)} (transactie {positie(een.vanaf)}){laatst}", "bold", inspring=3)
        if not een.stukken:
            blad.tekst("niets: deze rij is er niet meer", inspring=6)
        for stuk in een.stukken:
            tekst = f"{geldigheid_tekst(stuk.vanaf, stuk.tot)}: {opsomming(*stuk.inhoud)}"
            blad.tekst(tekst, inspring=6)
