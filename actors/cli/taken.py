"""`gevolg taken`: what waits in the registers, why, since when, and when it should be done."""

from collections.abc import Mapping, Sequence
from typing import Any

from actors.cli.antwoordblad import vertel_momenten
from actors.cli.blad import Blad
from actors.cli.opties import BeschikbaarOptie, JsonOptie, LeesOptie, TokenOptie
from actors.cli.uitvoer import schrijf_antwoord
from actors.cli.vraag import BeperkArgument, herhaald
from actors.daemon.abonnementen.stilgevallen import BEZORGING_REDEN, met_stilgevallen, stilgevallen_in
from actors.register.tijdlijnen import OPEN_BEGIN, OPEN_EIND
from actors.runtime.lezing import Registerlezing
from actors.verwerking.antwoord import Antwoord, Vraagsoort
from actors.verwerking.rijvorm import GEPARKEERD_REDEN
from actors.verwerking.woorden import datum, gegeven_tekst, geldigheid_tekst, moment_tekst, reden_tekst

VOORBEELD = "Voorbeeld: gevolg taken --data data spitspas"


def taken(
    *,
    register: BeperkArgument = None,
    data: LeesOptie,
    beschikbaar_op: BeschikbaarOptie = None,
    token: TokenOptie = None,
    json: JsonOptie = False,
) -> None:
    """Toon wat er wacht, waarom en sinds wanneer: taken, aangehouden besluiten en wat in een tabel stilstaat."""
    if token is not None:
        alle = [herhaald(data, token, (register, beschikbaar_op), Vraagsoort.TAKEN)]
    else:
        with Registerlezing.alleen_lezen(data, None if register is None else [register]) as lezing:
            alle = [lezing.taken(naam, beschikbaar_op) for naam in lezing.registers]
        if beschikbaar_op is None:
            alle = [met_stilgevallen(een, stilgevallen_in(data, een.vraag.register)) for een in alle]
    if json:
        for antwoord in alle:
            schrijf_antwoord(antwoord)
    else:
        toon_taken(alle)


def toon_taken(alle: Sequence[Antwoord[list[dict[str, Any]]]]) -> None:
    """What waits, register by register, and of which moment that is."""
    blad = Blad()
    for antwoord in alle:
        blad.kop(antwoord.vraag.register, "bold green")
        if not antwoord.inhoud:
            blad.tekst("Er wacht niets.", inspring=3)
        for nummer, taak in enumerate(antwoord.inhoud):
            if nummer:
                blad.wit()
            _toon(blad, taak)
        vertel_momenten(blad, antwoord)


def _toon(blad: Blad, taak: Mapping[str, Any]) -> None:
    wat = "taak" if taak["taak"] else "aangehouden"
    over = " / ".join(taak["onderwerp"])
    blad.regel(wat, f"{taak['aggregaat']} {over}: {gegeven_tekst(taak['gegeven'])}", "bold")
    if (taak["vanaf"], taak["tot"]) != (OPEN_BEGIN, OPEN_EIND):
        blad.regel("geldig", geldigheid_tekst(taak["vanaf"], taak["tot"]))
    blad.regel("omdat", _uitleg(taak["reden"]))
    if taak["sinds"] is not None:
        blad.regel("sinds", f"{moment_tekst(taak['sinds'])}; uiterlijk {datum(taak['uiterlijk'])}")


def _uitleg(reden: str) -> str:
    begin, _, rest = reden.partition(": ")
    if begin == BEZORGING_REDEN:
        return f"er wordt niets meer bezorgd ({rest}); de ontvanger moet worden nagegaan, daarna kan het verder"
    return f"staat stil in deze tabel ({rest})" if begin == GEPARKEERD_REDEN else reden_tekst(reden)
