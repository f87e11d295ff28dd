"""Aankoopverslag: the story of one purchase for people, from the household to the results."""

from pathlib import Path

from actors.cli.blad import Blad
from actors.cli.verhaal import Verteller
from actors.register.commando import Mislukt, NietVerwerkt, Verwerkt
from actors.register.regel import leesbaar
from actors.runtime.catalogue import contexten
from actors.runtime.systeem import RegisterSystem
from actors.simulatie.autoaankoop import (
    AANKOOPDATUM,
    WIJK,
    Aankoop,
    Uitkomst,
    Verloop,
    geregistreerde_volwassenen,
    is_nieuw,
    lees_uitkomst,
)
from actors.simulatie.keten import volg
from actors.verwerking.woorden import datum, waarde_tekst


def vertel_aankoop(registers: RegisterSystem, verloop: Verloop, data: Path | None) -> None:
    """Tell all of it; what was processed in an earlier call is told again, and said to be so."""
    blad = Blad()
    verteller = Verteller(blad)
    _inleiding(blad, verloop.aankoop)
    _huishouden(registers, verloop, blad, verteller)
    if isinstance(verloop.auto, Verwerkt):
        nieuw = is_nieuw(verloop.auto)
        if not nieuw:
            blad.kop("Deze aankoop is al verwerkt", "bold yellow")
            blad.tekst(
                "Hetzelfde commando is hier eerder aangeboden. Er is nu niets opnieuw gedaan: het antwoord komt uit de"
                " opslag. Dit is wat er toen gebeurde.",
                inspring=3,
            )
        keten = volg(registers, verloop.aankoop.commando_id, verloop.begonnen_op if nieuw else None)
        verteller.vertel(keten)
        _slot(blad, lees_uitkomst(registers, verloop.aankoop))
        _planning(registers, blad)
        verder_kijken(blad, data)
    elif verloop.niet_verwerkt:
        vertel_niet_verwerkt(blad, verloop.niet_verwerkt)


def _inleiding(blad: Blad, aankoop: Aankoop) -> None:
    blad.tekst("Sam koopt een auto", "bold")
    blad.wit()
    blad.tekst(
        f"Op {datum(AANKOOPDATUM)} koopt Sam, die in {aankoop.regio} woont, een auto met kenteken {aankoop.kenteken}:"
        f" {leesbaar(aankoop.gewicht_kg)} kg, {leesbaar(aankoop.lengte_m)} m lang,"
        f" {leesbaar(aankoop.breedte_m)} m breed, uitstoot {leesbaar(aankoop.uitstoot_g_per_km)} g/km."
    )
    blad.tekst(
        "De verzekeraar meldt de aankoop. Drie registers handelen daarop: elk in zijn eigen taal, op zijn eigen grond,"
        " en elk legt vast wat het deed en waarom. Wat het ene bekendmaakt, is voor het volgende een signaal."
    )


def _huishouden(registers: RegisterSystem, verloop: Verloop, blad: Blad, verteller: Verteller) -> None:
    if verloop.herhaling:
        return
    aantal = geregistreerde_volwassenen(registers)
    if not aantal:
        return
    blad.kop("Vooraf: het huishouden van Sam", "bold green")
    if not verloop.huishouden_commando_id:
        blad.tekst(f"Het huishouden staat al geregistreerd, met {_volwassenen(aantal)}.", inspring=3)
        return
    blad.tekst(f"Het huishouden van Sam telt {_volwassenen(aantal)}.", inspring=3)
    verteller.vertel(volg(registers, verloop.huishouden_commando_id, verloop.begonnen_op), genummerd=False)


def _volwassenen(aantal: int) -> str:
    return "één volwassene" if aantal == 1 else f"{aantal} volwassenen"


def vertel_niet_verwerkt(blad: Blad, antwoord: NietVerwerkt | Mislukt) -> None:
    """Say why a commando was not processed, or that its outcome is unknown."""
    if isinstance(antwoord, Mislukt):
        blad.kop("Mislukt: uitkomst onbekend", "bold red")
        blad.regel("Wat er misging", str(antwoord))
        blad.regel("Gevolgen", "onbekend: het commando kan al zijn vastgelegd, of nog niet")
        blad.regel(
            "Wat nu",
            "herhaal de opdracht: is het commando vastgelegd, dan komt het antwoord uit de opslag; zo niet, dan wordt"
            " het alsnog verwerkt. Niets gebeurt twee keer",
        )
        return
    blad.kop("Niet verwerkt", "bold red")
    blad.regel("Waarom niet", antwoord.toelichting)
    blad.regel("", antwoord.fouten)
    blad.regel("Gevolgen", "geen: een commando wordt volledig en ineens verwerkt, of helemaal niet")


def _slot(blad: Blad, uitkomst: Uitkomst) -> None:
    """The three results in one table."""
    blad.kop("Wat er nu geldt", "bold green")
    titels = {context.naam: context.titel for context in contexten()}
    weg, heffing, pas = uitkomst.wegonderhoud, uitkomst.aanschafheffing, uitkomst.spitspas
    blad.tabel(
        ("register", "milieu-effect", "gevolg voor Sam"),
        (
            (titels["wegonderhoud"], *((_punten(weg.punten), weg.klasse) if weg else _GEEN)),
            (
                titels["aanschafheffing"],
                *(
                    (_punten(heffing.punten), f"{waarde_tekst('heffing_eurocent', heffing.heffing_eurocent)} heffing")
                    if heffing
                    else ("–", "geen heffing verschuldigd")
                ),
            ),
            (
                titels["spitspas"],
                *(
                    (_punten(pas.punten), waarde_tekst("passen", pas.passen))
                    if pas
                    else ("–", "nog niet beslist: dit wacht")
                ),
            ),
        ),
    )


def _planning(registers: RegisterSystem, blad: Blad) -> None:
    """What the purchase does to Sam's neighbourhood."""
    for rij in registers.tabel("wegonderhoud", "wegonderhoudsplanning", geldig_op=AANKOOPDATUM).inhoud:
        if rij["wijk"] == WIJK:
            plaats = f"{WIJK}, de wijk van Sam, staat met {_punten(rij['punten'])} op plaats {rij['rang']}"
            blad.tekst(f"{plaats} van de wegonderhoudsplanning.", inspring=3)


def verder_kijken(blad: Blad, data: Path | None) -> None:
    """Where to look next."""
    blad.wit()
    if data:
        blad.tekst(f"Verder kijken: gevolg gevolgen --data {data} · gevolg status --data {data} · gevolg model · docs/")
    else:
        blad.tekst(
            "De registers stonden in een tijdelijke map en zijn weer weg. Bewaar ze met --data MAP, en kijk dan verder"
            " met: gevolg gevolgen --data MAP · gevolg status --data MAP · gevolg model · docs/"
        )


_GEEN = ("–", "–")


def _punten(punten: object) -> str:
    return waarde_tekst("punten", punten)
