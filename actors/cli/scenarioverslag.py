"""Scenarioverslag: what every scenario tells of a step: the world, the commando's, what was recorded, the letters."""

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from actors.cli.aankoopverslag import verder_kijken, vertel_niet_verwerkt
from actors.cli.blad import Blad
from actors.cli.verhaal import is_binnenwerk
from actors.register.commando import AangebodenCommando
from actors.register.gevolg import Aanhouding, Beoordeling, Overname, Transactie
from actors.runtime.catalogue import contexten
from actors.simulatie.scenario import Gespeeld, Verloop

_STIL = "dim"


def vertel_begin(blad: Blad, titel: str, inleiding: str, verloop: Verloop[Any]) -> None:
    """The heading, what it is about, and whether all of it was done before."""
    blad.tekst(titel, "bold")
    blad.wit()
    blad.tekst(inleiding)
    if verloop.eerder:
        blad.kop("Dit scenario is hier al gespeeld", "bold yellow")
        blad.tekst(
            "Dezelfde commando's zijn hier eerder aangeboden. Er is nu niets opnieuw gedaan. Dit is wat er toen"
            " gebeurde en wat de registers toen zeiden, teruggelezen uit wat zij vastlegden.",
            inspring=3,
        )


def vertel_stap(blad: Blad, nummer: int, een: Gespeeld[Any]) -> None:
    """The heading of a step, what happens in the world, and the commando's that tell it."""
    blad.kop(f"{nummer}. {een.stap.titel}", "bold green")
    blad.tekst(een.stap.wereld, inspring=3)
    blad.wit()
    blad.regel("Commando", [_commando(aangeboden, een.transacties) for aangeboden in een.stap.commandos], "bold")


def _commando(aangeboden: AangebodenCommando, transacties: Mapping[str, Sequence[Transactie]]) -> str:
    """Which commando, to which register, on what ground and from whom."""
    waar = [f" aan {r}" for r, ts in transacties.items() if any(t.commando_id == aangeboden.id for t in ts)]
    a = aangeboden.aanleiding
    naam = type(aangeboden.commando).__name__
    return f"{naam}{''.join(waar)} ({a.soort} van {a.verantwoordelijke}: {a.verwijzing})"


def vertel_register(blad: Blad, register: str, antwoorden: Sequence[str], een: Gespeeld[Any]) -> None:
    """What a register says, and the names of what it recorded in this step."""
    namen = _vastgelegd(register, een.transacties.get(register, ()))
    if antwoorden or namen:
        blad.regel(register, antwoorden or ["dezelfde waarden als ervoor"])
        if namen:
            blad.regel("", f"vastgelegd: {namen}", _STIL)


def _vastgelegd(register: str, transacties: Sequence[Transactie]) -> str:
    """The names of what was recorded; without takeovers, judgements, what waits (told apart), and helpers."""
    context = next(c for c in contexten() if c.naam == register)
    namen = Counter(
        gevolg.naam
        for t in transacties
        if not is_binnenwerk(context, t)
        for gevolg in t.gevolgen
        if not isinstance(gevolg.inhoud, Overname | Beoordeling | Aanhouding)
    )
    return ", ".join(naam if aantal == 1 else f"{naam} ({aantal} keer)" for naam, aantal in namen.items())


def vertel_brieven(blad: Blad, een: Gespeeld[Any]) -> None:
    """How many letters went out in this step."""
    brieven = [f"{aantal} van {register}" for register, aantal in een.brieven.items()]
    blad.regel("Brieven", ", ".join(brieven) or "geen")


def vertel_einde(blad: Blad, verloop: Verloop[Any], data: Path | None) -> None:
    """Why it stopped, if it did; and where to look next."""
    if verloop.niet_verwerkt is not None:
        vertel_niet_verwerkt(blad, verloop.niet_verwerkt)
    else:
        verder_kijken(blad, data)
