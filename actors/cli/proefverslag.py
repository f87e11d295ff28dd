"""The story of a proef and a ketenproef: what would be recorded, and what would come of it, for people and as data."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from actors.cli.blad import Blad
from actors.register.commando import Mislukt, NietVerwerkt
from actors.register.tijdlijnen import OPEN_BEGIN, OPEN_EIND
from actors.register.zekerheid import Zekerheid
from actors.runtime.proef import Ketenproef, Proefantwoord
from actors.verwerking.generiek.soorten import eigen_aggregaten
from actors.verwerking.proef import Proefregel, Proefuitkomst
from actors.verwerking.telling import Besluittelling, Registertelling, Verschil
from actors.verwerking.woorden import datum, gegeven_tekst, geldigheid_tekst, reden_tekst, waarde_tekst, zekerheid_tekst

_MEEST = 5  # transitions of a besluit that are told one by one
_NIETS = "Er is niets vastgelegd: dit was een proef."


# --- for people -----------------------------------------------------------------------------------------------


def toon_antwoorden(namen: Sequence[str], antwoorden: Iterable[Proefantwoord]) -> None:
    """Each commando with what it would record, or why nothing."""
    blad = Blad()
    for naam, antwoord in zip(namen, antwoorden, strict=True):
        _toon_antwoord(blad, naam, antwoord)
    blad.wit()
    blad.tekst(_NIETS)


def toon_keten(keten: Ketenproef, namen: Sequence[str]) -> None:
    """What would come of all commando's together, register by register."""
    blad = Blad()
    verwerkt = sum(isinstance(antwoord, Proefuitkomst) for antwoord in keten.antwoorden)
    zou = "zou" if 1 in (verwerkt, len(namen)) else "zouden"
    blad.tekst(f"{verwerkt} van {_aantal(len(namen), 'commando', 'commando’s')} {zou} worden verwerkt.")
    for naam, antwoord in zip(namen, keten.antwoorden, strict=True):
        if not isinstance(antwoord, Proefuitkomst):
            _toon_antwoord(blad, naam, antwoord)
    for telling in keten.registers:
        blad.kop(telling.register, "bold green")
        _toon_telling(blad, telling, keten.op)
    blad.wit()
    posities = ", ".join(f"{naam} {plaats.positie}" for naam, plaats in keten.gebaseerd_op.items())
    blad.tekst(
        "Een besluit is over alle dagen omhoog of omlaag als het dat op minstens één dag is; het kan ook allebei zijn."
        f" Geteld vanaf positie: {posities}. {_NIETS}"
    )


def _toon_antwoord(blad: Blad, naam: str, antwoord: Proefantwoord) -> None:
    blad.kop(naam)
    if isinstance(antwoord, Mislukt):
        blad.regel("mislukt", str(antwoord))
    elif isinstance(antwoord, NietVerwerkt):
        blad.regel("niet verwerkt", [f"{antwoord.toelichting} ({antwoord.regel})", *antwoord.fouten], "red")
    else:
        blad.regel("in", f"{antwoord.register}, {antwoord.aggregaat} {antwoord.aggregaat_id}")
        if antwoord.eerder:
            blad.regel("niets", "dit commando is al verwerkt; het antwoord van toen zou opnieuw worden gegeven")
        elif not antwoord.gevolgen:
            blad.regel("niets", "er verandert niets")
        for gevolg in antwoord.gevolgen:
            blad.regel("gevolg", gevolg.naam, "yellow")
            if gevolg.zegt:
                blad.regel("", [_zegt(regel) for regel in gevolg.zegt])


def _zegt(regel: Proefregel) -> str:
    wat = f"{gegeven_tekst(regel.gegeven)} van {regel.onderwerp[-1]}"
    geldig = (
        "" if (regel.vanaf, regel.tot) == (OPEN_BEGIN, OPEN_EIND) else f", {geldigheid_tekst(regel.vanaf, regel.tot)}"
    )
    if regel.wacht_op:
        return f"{wat} wacht{geldig}: {reden_tekst(regel.wacht_op)}"
    waarde = "geen" if regel.waarde is None else waarde_tekst(regel.gegeven, regel.waarde)
    was = "" if regel.was in (None, regel.waarde) else f" (was {waarde_tekst(regel.gegeven, regel.was)})"
    zeker = "" if regel.zekerheid == Zekerheid.ONBETWIST else f", {zekerheid_tekst(regel.zekerheid)}"
    return f"{wat}: {waarde}{was}{geldig}{zeker}"


def _toon_telling(blad: Blad, telling: Registertelling, op: date) -> None:
    if not telling.transacties:
        blad.regel("niets", "hier verandert niets")
        return
    eigen = {soort.naam for soort in eigen_aggregaten()}
    blad.regel("geraakt", _opgeteld({soort: n for soort, n in telling.aggregaten.items() if soort not in eigen}))
    blad.regel("gevolgen", _opgeteld(telling.gevolgen))
    for besluit in telling.besluiten:
        blad.regel("besluit", _besluittekst(besluit, op), "bold")
    if telling.taken:
        blad.regel("taken", f"{telling.taken} erbij voor een ambtenaar")
    if telling.aangehouden:
        blad.regel("aangehouden", f"{telling.aangehouden} erbij, om twijfel aan wat eraan ten grondslag ligt")
    blad.regel("brieven", _opgeteld(telling.brieven) or "geen")
    if telling.notificaties:
        blad.regel("notificaties", _opgeteld(telling.notificaties))


def _besluittekst(b: Besluittelling, op: date) -> list[str]:
    """How it is over all days, and how on the day that was asked; nothing when there is nothing to tell."""
    if not b.ooit:
        return []
    vaak = [
        f"{n} keer {_van(b.gegeven, was)} → {_van(b.gegeven, wordt)}"
        for (was, wordt), n in b.overgangen.most_common(_MEEST)
    ]
    rest = len(b.overgangen) - len(vaak)
    welke = f" ({'; '.join(vaak)}{f'; en {rest} andere' if rest else ''})" if vaak else ""
    return [
        f"{gegeven_tekst(b.gegeven)}, over alle dagen: {_verschillen(b.ooit)}",
        f"op {datum(op)}: {_verschillen(b.op_dag) or 'geen'}{welke}",
    ]


def _verschillen(aantallen: Mapping[Verschil, int]) -> str:
    return ", ".join(f"{aantallen[een]} {een}" for een in Verschil if een in aantallen)


def _van(gegeven: str, waarde: Any) -> str:
    return "geen" if waarde is None else waarde_tekst(gegeven, waarde)


def _opgeteld(aantallen: Mapping[str, int]) -> str:
    return ", ".join(f"{aantal} {naam}" for naam, aantal in aantallen.items())


def _aantal(aantal: int, een: str, meer: str) -> str:
    return f"{aantal} {een if aantal == 1 else meer}"
