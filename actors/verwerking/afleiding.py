"""Afleiding: derive with the rules of a context, compare with what was recorded, and say what changed.

Correction, doubt, withdrawal, late arrival, a new rule version and redelivery are all this one comparison; no
context writes any of it. Pure: claims in, changes out.
"""

from collections.abc import Callable, Sequence
from datetime import date
from operator import attrgetter
from typing import Any, NamedTuple, TypeAlias

from actors.register.beeld import Beeld
from actors.register.context import Aggregaatsoort
from actors.register.gevolg import Afleiding, Wachtend, Wijziging
from actors.register.regel import Regel, Regelversie, Uitkomst
from actors.register.staat import Staat
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
from actors.register.zekerheid import GEEN_TWIJFEL, Twijfel, Twijfels, zekerheid_van

IN_TWIJFEL = "invoer_in_twijfel"
_NIEUW = ""
_VOORLOPIG = "voorlopig"
_NIETS = Stuk(OPEN_BEGIN, OPEN_EIND, None, _NIEUW)
_GEEN_UITKOMST = Uitkomst(None, ())
_Gebruikt: TypeAlias = tuple[str, Stuk]
_ZELFDE_CLAIM = (Wijziging.HANDHAVEN, Wijziging.ZEKERHEID_WIJZIGEN)


class Verandering(NamedTuple):
    """One change in what a rule gives: its kind, the derived gegeven on its interval, and the name it asked for."""

    regel: Regel
    soort: Wijziging
    afleiding: Afleiding
    eigen_naam: str | None


def leid_af(
    soort: Aggregaatsoort, staat: Staat, nieuw_id: Callable[[int], str]
) -> tuple[list[Verandering], tuple[Wachtend, ...]]:
    """Run the rules in order over the claims; the changes to record, and all that waits.

    `nieuw_id(n)` is the id of the n-th change; a derived claim has the id of the gevolg that records it.
    """
    beeld = staat.basis()
    veranderingen: list[Verandering] = []
    wachtend: list[Wachtend] = []
    for regel in soort.regels:
        for onderwerp in sorted({*beeld.onderwerpen(regel.over), *staat.vastgestelde_onderwerpen(regel.geeft)}):
            oud = staat.vastgesteld(onderwerp, regel.geeft)
            nieuw = bereken(regel, onderwerp, beeld)
            if not oud and not nieuw:
                continue
            uitslag = _Vergelijking(regel, onderwerp, beeld)
            voort = uitslag.vergelijk(oud, nieuw, nieuw_id, len(veranderingen))
            veranderingen += uitslag.veranderingen
            wachtend += uitslag.wachtend
            beeld.zet(onderwerp, regel.geeft, voort)
    return veranderingen, tuple(wachtend)


# --- one rule, per interval ---------------------------------------------------------------------------------


def bereken(regel: Regel, onderwerp: Onderwerp, beeld: Beeld) -> Tijdlijn:
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
        op_dag = _op_peildatum(regel, bronnen, peil[0])
        return [] if op_dag is None else [op_dag]
    versiegrenzen = [d for d in (regel.versie.geldig_vanaf, regel.versie.geldig_tot) if d != OPEN_BEGIN]
    stukken = [_op_dag(regel, bronnen, vanaf, vanaf, tot, []) for vanaf, tot in knip(bronnen.lijnen(), versiegrenzen)]
    uit = [s for s in stukken if s is not None]
    if any(s.waarde is not None and not isinstance(s.waarde, Ontbreekt) for s in uit):
        uit = [s for s in uit if not (isinstance(s.waarde, Ontbreekt) and s.waarde.alleen_als_nergens)]
    return smelt(uit, _zelfde_afleiding)


def _zelfde_afleiding(een: Stuk, ander: Stuk) -> bool:
    return een.zelfde_grond(ander) and een.twijfels == ander.twijfels


class _Bronnen:
    """The time lines that the parameters of a rule stand for: single ones, and per child for lists."""

    def __init__(self, regel: Regel, onderwerp: Onderwerp, beeld: Beeld) -> None:
        self.enkel = {p: beeld.zoek(onderwerp, p) for p in regel.parameters if p not in regel.lijsten}
        self.lijsten = {p: beeld.kinderen(onderwerp, p) for p in regel.parameters if p in regel.lijsten}

    def lijnen(self) -> list[Tijdlijn]:
        per_kind = (lijn for kinderen in self.lijsten.values() for lijn in kinderen.values())
        return [*self.enkel.values(), *per_kind]


def _op_peildatum(regel: Regel, bronnen: _Bronnen, peil: Stuk) -> Stuk | None:
    """Judge once, on the day that the peildatum says."""
    gebruikt = [("peildatum", peil)]
    if isinstance(peil.waarde, Ontbreekt):
        return _ontbrekend(regel.versie, OPEN_BEGIN, OPEN_EIND, gebruikt, peil.waarde)
    return _op_dag(regel, bronnen, peil.waarde, OPEN_BEGIN, OPEN_EIND, gebruikt)


def _op_dag(  # noqa: PLR0913 - one outcome: by which rule, from what, on which day, for which interval
    regel: Regel, bronnen: _Bronnen, dag: date, vanaf: date, tot: date, gebruikt: list[_Gebruikt]
) -> Stuk | None:
    """Call the rule with what holds on one day; None when it gives nothing there."""
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
    if mist is not None:
        return _ontbrekend(regel.versie, vanaf, tot, gebruikt, mist)
    if regel.versie.banden is not None:
        argumenten["banden"] = regel.versie.banden
    uitkomst = regel.functie(**argumenten)
    if isinstance(uitkomst, Ontbreekt):
        return _ontbrekend(regel.versie, vanaf, tot, gebruikt, uitkomst)
    waarde, stappen, gevolg = uitkomst or _GEEN_UITKOMST
    invoer = tuple([Invoer(naam, s.claim, s.waarde, zekerheid_van(s.twijfels).value) for naam, s in gebruikt])
    rust_op = (_twijfels(gebruikt), regel.versie.versie, _grond(gebruikt))
    return Stuk(vanaf, tot, waarde, _NIEUW, *rust_op, invoer, stappen, gevolg)


def _ontbrekend(versie: Regelversie, vanaf: date, tot: date, gebruikt: list[_Gebruikt], wat: Ontbreekt) -> Stuk:
    return Stuk(vanaf, tot, wat, _NIEUW, _twijfels(gebruikt), versie.versie, _grond(gebruikt))


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


# --- the one comparison -------------------------------------------------------------------------------------


class _Rauw(NamedTuple):
    """A change before joining: on [vanaf, tot), from `was` to what `stuk` says, under this claim.

    `verder`: later rules read it (not so when a tentative outcome stands there).
    """

    vanaf: date
    tot: date
    soort: Wijziging
    was: Stuk | None
    stuk: Stuk
    claim: str
    verder: bool


class _Vergelijking:
    """Compare what a rule gives with what was recorded, for one onderwerp."""

    def __init__(self, regel: Regel, onderwerp: Onderwerp, beeld: Beeld) -> None:
        self.regel = regel
        self.onderwerp = onderwerp
        self.beeld = beeld
        self.veranderingen: list[Verandering] = []
        self.wachtend: list[Wachtend] = []
        self._aangehouden: Tijdlijn = []

    def vergelijk(
        self, oud: Sequence[Stuk], nieuw: Sequence[Stuk], nieuw_id: Callable[[int], str], eerste: int
    ) -> Tijdlijn:
        """Fill `veranderingen` and `wachtend`; answers the time line that the next rules read."""
        rauw: list[_Rauw] = []
        voort: Tijdlijn = []
        for vanaf, tot in knip((oud, nieuw)):
            was, gevonden = stuk_op(oud, vanaf), stuk_op(nieuw, vanaf)
            wordt = None if gevonden is None or gevonden.waarde is None else gevonden
            wacht = wordt is not None and self._wacht(was, wordt, vanaf, tot)
            if wacht and wordt is not None:
                voort.append(wordt._replace(vanaf=vanaf, tot=tot, claim=_VOORLOPIG))
                wordt = was and was._replace(twijfels=self._twijfels_nu(was))
            if was is None and wordt is None:
                continue
            soort = _soort(was, wordt, besluit=self.regel.besluit)
            houdt_claim = soort is None or soort in _ZELFDE_CLAIM
            claim = was.claim if was is not None and houdt_claim else _NIEUW
            stuk = wordt or gevonden or _NIETS
            if soort is not None:
                rauw.append(_Rauw(vanaf, tot, soort, was, stuk, claim, not wacht))
            elif not wacht:
                voort.append(stuk._replace(vanaf=vanaf, tot=tot, claim=claim))
        self._neem_op(rauw, voort, nieuw_id, eerste)
        if self._aangehouden:
            self.wachtend = [
                Wachtend(self.onderwerp, self.regel.geeft, s.vanaf, s.tot, s.waarde, s.waarde != IN_TWIJFEL)
                for s in smelt(self._aangehouden, lambda een, ander: bool(een.waarde == ander.waarde))
            ]
        return sorted(voort, key=attrgetter("vanaf"))

    def _wacht(self, was: Stuk | None, wordt: Stuk, vanaf: date, tot: date) -> bool:
        """Whether this interval waits: an input is missing, or a decision would rest on doubt anew."""
        anders = was is None or was.waarde != wordt.waarde
        if isinstance(wordt.waarde, Ontbreekt):
            reden = wordt.waarde.reden
        elif self.regel.besluit and anders and wordt.twijfels:
            reden = IN_TWIJFEL
        else:
            return False
        self._aangehouden.append(Stuk(vanaf, tot, reden, _NIEUW))
        return True

    def _twijfels_nu(self, was: Stuk) -> Twijfels:
        """The open doubts on the own inputs of an outcome that stays in force."""
        nu: dict[str, Twijfel] = {}
        op_claim: dict[str, Twijfels] = {}
        for _, _, lijn in self.beeld.alle():
            for stuk in lijn:
                op_claim[stuk.claim] = op_claim.get(stuk.claim, GEEN_TWIJFEL) | stuk.twijfels
                nu.update((twijfel.id, twijfel) for twijfel in stuk.twijfels)
        blijft = frozenset(nu[twijfel.id] for twijfel in was.twijfels if twijfel.id in nu)
        return blijft.union(*(op_claim.get(claim, GEEN_TWIJFEL) for _, claim in was.grond))

    def _neem_op(self, rauw: list[_Rauw], voort: Tijdlijn, nieuw_id: Callable[[int], str], eerste: int) -> None:
        """One change per changed interval: join equal neighbours, then give each its id."""
        samen: list[_Rauw] = []
        for stukje in rauw:
            if samen and _hoort_bij(samen[-1], stukje):
                samen[-1] = samen[-1]._replace(tot=stukje.tot)
            else:
                samen.append(stukje)
        for n, (vanaf, tot, soort, was, s, claim, verder) in enumerate(samen):
            rust_op = (s.twijfels, s.regelversie, s.grond, s.invoer, s.stappen)
            stuk = Stuk(vanaf, tot, s.waarde, claim or nieuw_id(eerste + n), *rust_op)
            oud = (None, None) if was is None else (was.waarde, was.claim)
            afleiding = Afleiding(self.onderwerp, self.regel.geeft, stuk, *oud)
            self.veranderingen.append(Verandering(self.regel, soort, afleiding, s.gevolg))
            if verder and stuk.waarde is not None:
                voort.append(stuk)


def _soort(was: Stuk | None, wordt: Stuk | None, *, besluit: bool) -> Wijziging | None:
    """The kind of change from one recorded piece to what is now derived; None when nothing changed."""
    if wordt is None:
        return Wijziging.INTREKKEN
    if was is None:
        return Wijziging.VASTSTELLEN
    if was.waarde != wordt.waarde:
        return Wijziging.HERZIEN if besluit else Wijziging.CORRIGEREN
    if not was.zelfde_grond(wordt):
        return Wijziging.HANDHAVEN
    if was.twijfels != wordt.twijfels:
        return Wijziging.ZEKERHEID_WIJZIGEN
    return None


def _hoort_bij(links: _Rauw, rechts: _Rauw) -> bool:
    """Whether two adjoining changes are one: same kind, same before, same after."""
    return (
        (links.soort, links.verder, links.claim) == (rechts.soort, rechts.verder, rechts.claim)
        and (links.was and links.was.claim) == (rechts.was and rechts.was.claim)
        and links.tot == rechts.vanaf
        and _zelfde_afleiding(links.stuk, rechts.stuk)
    )
