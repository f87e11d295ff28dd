"""Stormvergelijk: what the tables answer about a day, held against the Waarheid; each yields what is wrong.

A calculation follows its inputs at once, and so does the doubt on them. A decision may be held: then it is not
compared, but there has to be a reason to hold it, and without a reason it has to be taken.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeAlias

from actors.runtime.lezing import Registerlezing
from actors.simulatie.stormwaarheid import Besluit, Waarheid

Bevindingen: TypeAlias = Iterator[str]

_GEEN = (None, "onbetwist")


@dataclass(frozen=True, slots=True)
class Antwoorden:
    """What the registers answer about a day, and what waits in them on that day."""

    registers: Registerlezing
    dag: date

    def rijen(self, tabel: str) -> dict[Any, dict[str, Any]]:
        """A table by onderwerp."""
        register, _, naam = tabel.partition("/")
        return {rij["onderwerp"]: rij for rij in self.registers.tabel(register, naam, geldig_op=self.dag).inhoud}

    def cellen(self, tabel: str, kolommen: tuple[str, ...]) -> dict[Any, dict[str, tuple[Any, str]]]:
        """A table by its first key, each cell with how sure it is."""
        return {o[0]: {k: cel(rij, k) for k in kolommen} for o, rij in self.rijen(tabel).items()}

    def planning(self) -> dict[str, tuple[int, int]]:
        """Per wijk its points and its place."""
        rijen = self.registers.tabel("wegonderhoud", "wegonderhoudsplanning", geldig_op=self.dag).inhoud
        return {rij["wijk"]: (rij["punten"], rij["rang"]) for rij in rijen}

    def wachtend(self, register: str) -> set[tuple[tuple[str, ...], str]]:
        """What waits on this day, by onderwerp and gegeven."""
        alle = self.registers.taken(register).inhoud
        return {(w["onderwerp"], w["gegeven"]) for w in alle if w["vanaf"] <= self.dag < w["tot"]}


def cel(rij: Mapping[str, Any] | None, kolom: str) -> tuple[Any, str]:
    """A value in a row, and how sure it is."""
    return (rij[kolom], rij["zekerheid"].get(kolom, "onbetwist")) if rij else _GEEN


def berekeningen(waarheid: Waarheid, antwoorden: Antwoorden) -> Bevindingen:
    """The tables that follow their inputs at once."""
    dag = antwoorden.dag
    for tabel, verwacht in waarheid.tabellen(dag).items():
        kolommen = next((tuple(rij) for rij in verwacht.values()), ())
        gevonden = antwoorden.cellen(tabel, kolommen)
        gevonden = {
            sleutel: rij for sleutel, rij in gevonden.items() if any(cel[0] is not None for cel in rij.values())
        }
        yield from _anders(f"{tabel} op {dag}", verwacht, gevonden)
    yield from _anders(f"wegonderhoud/planning op {dag}", waarheid.planning(dag), antwoorden.planning())


def heffingen(waarheid: Waarheid, antwoorden: Antwoorden) -> Bevindingen:
    """The levies, and what is paid for them and given back."""
    dag, wachtend = antwoorden.dag, antwoorden.wachtend("aanschafheffing")
    tabel, rekening = antwoorden.rijen("aanschafheffing/referentietabel"), antwoorden.rijen("aanschafheffing/rekening")
    opgelegd = {sleutel: rij for sleutel, rij in tabel.items() if rij["heffing_eurocent"] is not None}
    for auto, aanschaf in waarheid.heffingen():
        sleutel, rij = aanschaf[1:], opgelegd.pop(aanschaf[1:], None)
        besluit, koopdag = waarheid.heffing(auto, aanschaf, dag), waarheid.koopdag(aanschaf)
        wat = f"aanschafheffing/heffing van {sleutel} op {dag}"
        wacht = (sleutel, "heffing_eurocent") in wachtend
        yield from _gewacht(wat, waarheid, besluit, wacht=wacht)
        if wacht or (besluit is not None and besluit.mist):
            continue
        geldt = besluit if koopdag is not None and koopdag <= dag else None
        verwacht = geldt and (geldt.waarde, geldt.punten, geldt.regelversie, waarheid.zekerheid(geldt))
        gevonden = rij and (rij["heffing_eurocent"], rij["punten"], rij["regelversie"], cel(rij, "heffing_eurocent")[1])
        yield from _verschil(wat, verwacht, gevonden)
        for kolom, saldo in (("openstaand", waarheid.openstaand), ("teruggaaf", waarheid.teruggaaf)):
            uit = saldo(aanschaf, besluit, dag)
            gevonden_ = cel(rekening.get(sleutel), f"{kolom}_eurocent")
            yield from _verschil(f"aanschafheffing/{kolom} van {sleutel} op {dag}", waarheid.getoond(uit), gevonden_)
    for sleutel in opgelegd:
        yield f"aanschafheffing/heffing van {sleutel} op {dag}: er is geen aanschaf"


def passen(waarheid: Waarheid, antwoorden: Antwoorden) -> Bevindingen:
    """The effect of each household, and its passes."""
    dag, wachtend = antwoorden.dag, antwoorden.wachtend("spitspas")
    rijen = {onderwerp[0]: rij for onderwerp, rij in antwoorden.rijen("spitspas/huishouden").items()}
    recht = {huishouden: (effect, passen_) for huishouden, effect, passen_ in waarheid.huishoudens(dag)}
    namen = {o[0] for o, gegeven in wachtend if gegeven in ("punten", "passen")}
    for naam in sorted(rijen.keys() | recht.keys() | namen):
        effect, besluit = recht.get(naam, (None, None))
        rij = rijen.get(naam)
        punten_wachten, passen_wachten = (((naam,), gegeven) in wachtend for gegeven in ("punten", "passen"))
        niemand = effect is None or effect.waarde is None
        wat = f"spitspas/punten van {naam} op {dag}"
        yield from _gewacht(wat, waarheid, effect, wacht=punten_wachten)
        if not punten_wachten and (rij or not passen_wachten):  # without any right there is no row
            yield from _verschil(wat, _getoond(waarheid, effect), cel(rij, "punten"))
        if punten_wachten and niemand:
            continue  # its passes go on with what the household had before
        wat = f"spitspas/passen van {naam} op {dag}"
        yield from _gewacht(wat, waarheid, besluit, wacht=passen_wachten)
        if not passen_wachten and punten_wachten:  # the same passes, on what the household had before
            yield from _verschil(wat, besluit and besluit.waarde, rij and rij["passen"])
        elif not passen_wachten:
            nummer = None if niemand or besluit is None else besluit.regelversie
            yield from _verschil(
                wat, (*_getoond(waarheid, besluit), nummer), (*cel(rij, "passen"), rij and rij["regelversie"])
            )


def toerekeningen(waarheid: Waarheid, registers: Registerlezing, dagen: Sequence[date]) -> Bevindingen:
    """The owners of whom no household is known: of each car a taak, when it counts nowhere on any day."""
    taken = {w["onderwerp"] for w in registers.taken("spitspas").inhoud if w["aggregaat"] == "eigenaar"}
    yield from _verschil("spitspas/toerekening", waarheid.zonder_huishouden(dagen), taken)


def _getoond(waarheid: Waarheid, besluit: Besluit | None) -> tuple[Any, str]:
    return (besluit.waarde, waarheid.zekerheid(besluit)) if besluit and besluit.waarde is not None else _GEEN


def _gewacht(wat: str, waarheid: Waarheid, besluit: Besluit | None, *, wacht: bool) -> Bevindingen:
    """Whether there is a reason to wait, or none."""
    if wacht and (besluit is None or not (besluit.mist or waarheid.schort_op(besluit))):
        yield f"{wat} wacht zonder reden"
    if not wacht and besluit is not None and besluit.mist:
        yield f"{wat} is beslist, en er mist iets"


def _anders(wat: str, verwacht: Mapping[Any, Any], gevonden: Mapping[Any, Any]) -> Bevindingen:
    for sleutel in sorted(verwacht.keys() | gevonden.keys()):
        yield from _verschil(f"{wat}, {sleutel}", verwacht.get(sleutel), gevonden.get(sleutel))


def _verschil(wat: str, verwacht: Any, gevonden: Any) -> Bevindingen:
    """Of two rows the cells that differ."""
    if isinstance(verwacht, dict) and isinstance(gevonden, dict):
        anders = [k for k in verwacht if verwacht[k] != gevonden.get(k)]
        verwacht, gevonden = ({k: rij.get(k) for k in anders} for rij in (verwacht, gevonden))
    if verwacht != gevonden:
        yield f"{wat}: berekend is {verwacht}, de tabel zegt {gevonden}"
