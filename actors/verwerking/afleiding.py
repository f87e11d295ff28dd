"""Afleiding: derive with the rules of a context, compare with what was recorded, and say what changed.

Correction, doubt, withdrawal, late arrival, a new rule version and redelivery are all this one comparison; no
context writes any of it. Pure: claims in, changes out.
"""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any, NamedTuple

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
        onderwerpen = set(beeld.onderwerpen(regel.over)) | set(staat.vastgestelde_onderwerpen(regel.geeft))
        for onderwerp in sorted(onderwerpen):
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
    versiegrenzen = (d for d in (regel.versie.geldig_vanaf, regel.versie.geldig_tot) if d != OPEN_BEGIN)
    dagen = [(OPEN_BEGIN, OPEN_EIND)] if peil else knip(bronnen.lijnen(), versiegrenzen)
    uit: Tijdlijn = []
    for vanaf, tot in dagen:
        stuk = _op_peildatum(regel, bronnen, peil[0]) if peil else _op_dag(regel, bronnen, vanaf, [])
        if stuk is not None:
            uit.append(stuk._replace(vanaf=vanaf, tot=tot))
    if any(s.waarde is not None and not isinstance(s.waarde, Ontbreekt) for s in uit):
        uit = [s for s in uit if not (isinstance(s.waarde, Ontbreekt) and s.waarde.alleen_als_nergens)]
    return smelt(uit, lambda een, ander: een.zelfde_grond(ander) and een.twijfels == ander.twijfels)


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
    if isinstance(peil.waarde, Ontbreekt):
        return _stuk(regel.versie, [("peildatum", peil)], peil.waarde)
    return _op_dag(regel, bronnen, peil.waarde, [("peildatum", peil)])


def _op_dag(regel: Regel, bronnen: _Bronnen, dag: date, gebruikt: list[tuple[str, Stuk]]) -> Stuk | None:
    """Call the rule with what holds on one day; None when it gives nothing there."""
    argumenten: dict[str, Any] = {}
    for naam, lijn in bronnen.enkel.items():
        stuk = stuk_op(lijn, dag)
        if stuk is not None:
            argumenten[naam] = stuk.waarde
            gebruikt.append((naam, stuk))
        elif naam not in regel.optioneel:
            return None
    mist = next((stuk.waarde for _, stuk in gebruikt if isinstance(stuk.waarde, Ontbreekt)), None)
    for naam in bronnen.lijsten:
        waarden, stukken, ontbreekt = _lijst(regel, naam, bronnen.lijsten, dag)
        argumenten[naam] = waarden
        gebruikt += stukken
        mist = mist or ontbreekt
    if bronnen.lijsten and not bronnen.enkel and not any(argumenten.values()):
        return None
    if mist is not None:
        return _stuk(regel.versie, gebruikt, mist)
    if regel.versie.banden is not None:
        argumenten["banden"] = regel.versie.banden
    uitkomst = regel.functie(**argumenten)
    return _stuk(regel.versie, gebruikt, uitkomst or _GEEN_UITKOMST)


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


def _stuk(versie: Regelversie, gebruikt: list[tuple[str, Stuk]], uitkomst: Uitkomst | Ontbreekt) -> Stuk:
    twijfels: Twijfels = frozenset().union(*(stuk.twijfels for _, stuk in gebruikt))
    gevonden = isinstance(uitkomst, Uitkomst)
    return Stuk(
        vanaf=OPEN_BEGIN,
        tot=OPEN_EIND,
        waarde=uitkomst.waarde if isinstance(uitkomst, Uitkomst) else uitkomst,
        claim=_NIEUW,
        twijfels=twijfels,
        regelversie=versie.versie,
        grond=tuple((naam, stuk.claim) for naam, stuk in gebruikt),
        invoer=tuple(
            Invoer(naam, stuk.claim, stuk.waarde, zekerheid_van(stuk.twijfels).value)
            for naam, stuk in (gebruikt if gevonden else ())
        ),
        stappen=uitkomst.stappen if isinstance(uitkomst, Uitkomst) else (),
        gevolg=uitkomst.gevolg if isinstance(uitkomst, Uitkomst) else None,
    )


# --- the one comparison -------------------------------------------------------------------------------------


class _Rauw(NamedTuple):
    """A change before joining; `verder`: later rules read it (not so when a tentative outcome stands there)."""

    soort: Wijziging
    was: Stuk | None
    stuk: Stuk
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
            stuk = (wordt or gevonden or _NIETS)._replace(vanaf=vanaf, tot=tot, claim=claim)
            if soort is not None:
                rauw.append(_Rauw(soort, was, stuk, not wacht))
            elif not wacht:
                voort.append(stuk)
        self._neem_op(rauw, voort, nieuw_id, eerste)
        self.wachtend = [
            Wachtend(self.onderwerp, self.regel.geeft, s.vanaf, s.tot, s.waarde, s.waarde != IN_TWIJFEL)
            for s in smelt(self._aangehouden, lambda een, ander: bool(een.waarde == ander.waarde))
        ]
        return sorted(voort, key=lambda s: s.vanaf)

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
                samen[-1] = samen[-1]._replace(stuk=samen[-1].stuk._replace(tot=stukje.stuk.tot))
            else:
                samen.append(stukje)
        for n, (soort, was, kaal, verder) in enumerate(samen):
            stuk = kaal._replace(claim=kaal.claim or nieuw_id(eerste + n), gevolg=None)
            oud = (None, None) if was is None else (was.waarde, was.claim)
            afleiding = Afleiding(self.onderwerp, self.regel.geeft, stuk, *oud)
            self.veranderingen.append(Verandering(self.regel, soort, afleiding, kaal.gevolg))
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
        (links.soort, links.verder) == (rechts.soort, rechts.verder)
        and (links.was and links.was.claim) == (rechts.was and rechts.was.claim)
        and links.stuk.claim == rechts.stuk.claim
        and links.stuk.tot == rechts.stuk.vanaf
        and links.stuk.zelfde_grond(rechts.stuk)
        and links.stuk.twijfels == rechts.stuk.twijfels
    )
