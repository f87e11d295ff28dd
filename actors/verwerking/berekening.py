"""Berekening: one rule over the time lines it uses, per interval or on its peildatum, by the version that applies."""

from collections.abc import Sequence
from datetime import date
from typing import Any, TypeAlias

from actors.register.beeld import Beeld
from actors.register.regel import Overgang, Regel, Regelversie, Uitkomst, geldende_versie
from actors.register.tijdlijnen import (
    OPEN_BEGIN,
    OPEN_EIND,
    Invoer,
    Onderwerp,
    Ontbreekt,
    Stuk,
    Tijdlijn,
    knip,
    smelt,
    stuk_op,
)
from actors.register.zekerheid import GEEN_TWIJFEL, Twijfels, zekerheid_van

NIEUW = ""
"""The claim of a piece that has none yet."""

REGELVERSIE = "regelversie"
"""The name under which a registered rule version stands among the invoer."""

_GEEN_UITKOMST = Uitkomst(None, ())
_Gebruikt: TypeAlias = tuple[str, Stuk]


def bereken(regel: Regel, onderwerp: Onderwerp, beeld: Beeld, versies: Sequence[Regelversie]) -> Tijdlijn:
    """The time line a rule gives for one onderwerp, with the claims it used on each interval."""
    if regel.anker and not beeld.eigen(onderwerp, regel.anker):
        return []
    peil = beeld.eigen(onderwerp, regel.peildatum) if regel.peildatum else []
    if regel.peildatum and not peil:
        return []
    bronnen = _Bronnen(regel, onderwerp, beeld)
    if any(not lijn and p not in regel.optioneel for p, lijn in bronnen.enkel.items()):
        return []
    if peil:
        return _op_peildatum(regel, versies, bronnen, peil[0])
    uit = []
    for vanaf, tot in knip(bronnen.lijnen(), _versiegrenzen(versies)):
        versie = geldende_versie(versies, vanaf)
        stuk = _op_dag(regel, versie, bronnen, vanaf, vanaf, tot, []) if versie else None
        if stuk is not None:
            uit.append(stuk)
    if any(s.waarde is not None and not isinstance(s.waarde, Ontbreekt) for s in uit):
        uit = [s for s in uit if not (isinstance(s.waarde, Ontbreekt) and s.waarde.alleen_als_nergens)]
    return smelt(uit, zelfde_afleiding)


def zelfde_afleiding(een: Stuk, ander: Stuk) -> bool:
    """Whether two pieces say the same, from the same claims, with the same doubt."""
    return een.zelfde_grond(ander) and een.twijfels == ander.twijfels


class _Bronnen:
    """The time lines that the parameters of a rule stand for: single ones, and per child for lists."""

    def __init__(self, regel: Regel, onderwerp: Onderwerp, beeld: Beeld) -> None:
        self.enkel = {
            p: (beeld.eigen if p in regel.eigen else beeld.zoek)(onderwerp, p)
            for p in regel.parameters
            if p not in regel.lijsten
        }
        self.lijsten = {p: beeld.kinderen(onderwerp, p) for p in regel.parameters if p in regel.lijsten}

    def lijnen(self) -> list[Tijdlijn]:
        per_kind = (lijn for kinderen in self.lijsten.values() for lijn in kinderen.values())
        return [*self.enkel.values(), *per_kind]


def _versiegrenzen(versies: Sequence[Regelversie], *, op_peildatum: bool = False) -> list[date]:
    """The days on which another version begins to apply; a version that looks at the peildatum does not cut."""
    return [
        grens
        for versie in versies
        if not (op_peildatum and versie.overgang is Overgang.EERBIEDIGEND)
        for grens in (versie.geldig_vanaf, versie.geldig_tot)
        if grens not in (OPEN_BEGIN, OPEN_EIND)
    ]


def _op_peildatum(regel: Regel, versies: Sequence[Regelversie], bronnen: _Bronnen, peil: Stuk) -> Tijdlijn:
    """Judge once, on the day that the peildatum says; by each version that applies to it on some day from then on."""
    gebruikt = [("peildatum", peil)]
    if isinstance(peil.waarde, Ontbreekt):
        return [_ontbrekend(regel.versie, OPEN_BEGIN, OPEN_EIND, gebruikt, peil.waarde)]
    uit = []
    for vanaf, tot in knip((), _versiegrenzen(versies, op_peildatum=True)):
        versie = geldende_versie(versies, max(vanaf, peil.waarde), peil.waarde)
        stuk = _op_dag(regel, versie, bronnen, peil.waarde, vanaf, tot, [*gebruikt]) if versie else None
        if stuk is not None:
            uit.append(stuk)
    return smelt(uit, zelfde_afleiding)


def _op_dag(  # noqa: PLR0913 - one outcome: by which rule and version, from what, on which day, for which interval
    regel: Regel,
    versie: Regelversie,
    bronnen: _Bronnen,
    dag: date,
    vanaf: date,
    tot: date,
    gebruikt: list[_Gebruikt],
) -> Stuk | None:
    """Call the rule with what holds on one day; None when it gives nothing there."""
    if versie.claim:
        gebruikt.append((REGELVERSIE, Stuk(vanaf, tot, versie.versie, versie.claim, versie.twijfels)))
    gevonden = _argumenten(regel, bronnen, dag, gebruikt)
    if gevonden is None:
        return None
    argumenten, mist = gevonden
    if mist is not None:
        return _ontbrekend(versie, vanaf, tot, gebruikt, mist)
    if versie.banden is not None:
        argumenten["banden"] = versie.banden
    uitkomst = regel.functie(**argumenten)
    if isinstance(uitkomst, Ontbreekt):
        return _ontbrekend(versie, vanaf, tot, gebruikt, uitkomst)
    waarde, stappen, gevolg = uitkomst or _GEEN_UITKOMST
    rust_op = (_twijfels(gebruikt), versie.versie, _grond(gebruikt))
    return Stuk(vanaf, tot, waarde, NIEUW, *rust_op, _invoer(gebruikt), stappen, gevolg)


def _argumenten(
    regel: Regel, bronnen: _Bronnen, dag: date, gebruikt: list[_Gebruikt]
) -> tuple[dict[str, Any], Ontbreekt | None] | None:
    """What the rule is called with on a day, and what is missing among it; None when it has nothing to go by."""
    argumenten: dict[str, Any] = {}
    mist: Ontbreekt | None = None
    for naam, lijn in bronnen.enkel.items():
        stuk = stuk_op(lijn, dag)
        if stuk is not None:
            argumenten[naam] = waarde = stuk.waarde
            gebruikt.append((naam, stuk))
            if mist is None and isinstance(waarde, Ontbreekt):
                mist = waarde
        elif naam not in regel.optioneel:
            return None
    for naam in bronnen.lijsten:
        waarden, stukken, ontbreekt = _lijst(regel, naam, bronnen.lijsten, dag)
        argumenten[naam] = waarden
        gebruikt += stukken
        mist = mist or ontbreekt
    if bronnen.lijsten and not bronnen.enkel and not any(argumenten.values()):
        return None
    return argumenten, mist


def _invoer(gebruikt: list[_Gebruikt]) -> tuple[Invoer, ...]:
    """What was used, as it is recorded; what was missing has no value."""
    return tuple(
        [
            Invoer(
                naam, s.claim, None if isinstance(s.waarde, Ontbreekt) else s.waarde, zekerheid_van(s.twijfels).value
            )
            for naam, s in gebruikt
        ]
    )


def _ontbrekend(versie: Regelversie, vanaf: date, tot: date, gebruikt: list[_Gebruikt], wat: Ontbreekt) -> Stuk:
    rust_op = (_twijfels(gebruikt), versie.versie, _grond(gebruikt))
    return Stuk(vanaf, tot, wat, NIEUW, *rust_op, _invoer(gebruikt))


def _grond(gebruikt: list[_Gebruikt]) -> tuple[tuple[str, str], ...]:
    return tuple([(naam, stuk.claim) for naam, stuk in gebruikt])


def _twijfels(gebruikt: list[_Gebruikt]) -> Twijfels:
    return GEEN_TWIJFEL.union(*[stuk.twijfels for _, stuk in gebruikt if stuk.twijfels])


def _lijst(
    regel: Regel, naam: str, lijsten: dict[str, dict[str, Tijdlijn]], dag: date
) -> tuple[dict[str, Any], list[tuple[str, Stuk]], Ontbreekt | None]:
    """A list parameter on one day: value per child, the pieces used, and what is missing among coupled ones."""
    aan = regel.gekoppeld.get(naam)
    kinderen = list(lijsten[naam]) if aan is None else _waar(lijsten[aan], dag)
    waarden: dict[str, Any] = {}
    stukken: list[tuple[str, Stuk]] = []
    ontbreekt: Ontbreekt | None = None
    for kind in kinderen:
        stuk = stuk_op(lijsten[naam].get(kind, []), dag)
        if stuk is not None:
            waarden[kind] = stuk.waarde
            stukken.append((f"{naam}/{kind}", stuk))
            if isinstance(stuk.waarde, Ontbreekt):
                ontbreekt = stuk.waarde
        elif aan is not None:
            ontbreekt = Ontbreekt(f"{naam}_onbekend")
    return waarden, stukken, ontbreekt


def _waar(per_kind: dict[str, Tijdlijn], dag: date) -> list[str]:
    """The children for which this is true on a day."""
    op_dag = ((kind, stuk_op(lijn, dag)) for kind, lijn in per_kind.items())
    return [kind for kind, stuk in op_dag if stuk is not None and stuk.waarde is True]
