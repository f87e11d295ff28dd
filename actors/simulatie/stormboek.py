"""Stormboek: what a list of facts says, claim by claim: which claims count, and which are in doubt.

Plain bookkeeping for the storm, apart from the registers: nothing of them or of the contexts is used but the words of
their commando's. The facts come in the order in which they were recorded, those that were refused left out.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import singledispatchmethod
from typing import Any, NamedTuple, TypeAlias

from actors.contexten.aanschafheffing.commandos import RegistreerBetaling
from actors.contexten.spitspas.commandos import RegistreerHuishouden, WijzigHuishoudsamenstelling
from actors.contexten.wegonderhoud.commandos import (
    Aanschaf,
    CorrigeerAutogegevens,
    RegistreerAuto,
    WijzigTenaamstelling,
)
from actors.simulatie.stormwereld import AANSCHAF, VERZEKERAAR, VOERTUIG, Feit
from actors.verwerking.generiek.commandos import (
    Beeindig,
    BeeindigOnderzoek,
    Betreft,
    Corrigeer,
    Degistreer,
    HandelBezwaarAf,
    HandelTerugmeldingAf,
    Herstel,
    MeldTerug,
    RegistreerRegelversie,
    StelInOnderzoek,
    TrekInTwijfel,
    VechtAan,
)

AUTO, HUISHOUDEN, BETALING = "wegonderhoud/auto", "spitspas/huishouden", "aanschafheffing/auto"

Plek: TypeAlias = tuple[str, ...]
"""What a claim is about: the register with the kind of aggregate, and the path: ("wegonderhoud/auto", "auto-1")."""

AANGEVOCHTEN = "aangevochten"
_STATUS = {TrekInTwijfel: "in_twijfel", StelInOnderzoek: "in_onderzoek", VechtAan: AANGEVOCHTEN}
_ONGEGROND, _GEGROND = ("ongegrond", "afgewezen"), ("gegrond", "gehonoreerd")


@dataclass(slots=True, eq=False)
class _Uitspraak:
    """One claim; without a value it ends what came before."""

    plek: Plek
    gegeven: str
    waarde: Any
    vanaf: date
    corrigeert: "_Uitspraak | None" = None


@dataclass(slots=True)
class _Noot:
    """A doubt, onderzoek or bezwaar: on which claims, and how it stands (empty: ended)."""

    betreft: list[_Uitspraak]
    status: str


class Geldend(NamedTuple):
    """What holds on a day: since when, which doubts (by id) are on it, and whether an onderzoek confirmed it."""

    waarde: Any
    vanaf: date
    twijfels: frozenset[str]
    bevestigd: bool


class Boek:
    """All claims and what was noted about them, fact by fact."""

    def __init__(self, feiten: Iterable[Feit]) -> None:
        """Take the facts up, in this order."""
        self._gezegd: dict[Plek, dict[str, list[_Uitspraak]]] = {}
        self._nieuw: list[_Uitspraak] = []
        self._weg: set[_Uitspraak] = set()
        self._noten: dict[str, _Noot] = {}
        self._bevestigd: set[_Uitspraak] = set()
        self._meldingen: dict[str, list[_Uitspraak]] = {}
        self._ingrepen: list[tuple[type, list[_Uitspraak]]] = []
        for feit in feiten:
            self._neem_op(feit)

    # --- what holds ---

    def op(self, plek: Plek, gegeven: str, dag: date) -> Geldend | None:
        """Of the claims that count the one that begins last, on this day or before; None when there is nothing."""
        laatste = self._op(plek, gegeven, dag)
        if laatste is None:
            return None
        twijfels = frozenset(n for n, noot in self._noten.items() if noot.status and laatste in noot.betreft)
        return Geldend(laatste.waarde, laatste.vanaf, twijfels, laatste in self._bevestigd)

    def onder(self, *plek: str) -> list[Plek]:
        """The places one level down about which anything was ever said."""
        diepte = len(plek)
        return sorted({p[: diepte + 1] for p in self._gezegd if len(p) > diepte and p[:diepte] == plek})

    def statussen(self, twijfels: Iterable[str]) -> set[str]:
        """How these doubts stand."""
        return {self._noten[naam].status for naam in twijfels}

    @property
    def open(self) -> list[str]:
        """The ids of what is open: doubts, and terugmeldingen that got no answer."""
        return sorted({naam for naam, noot in self._noten.items() if noot.status} | self._meldingen.keys())

    def _op(self, plek: Plek, gegeven: str, dag: date) -> _Uitspraak | None:
        begonnen = [u for u in self._geldend(plek, gegeven) if u.vanaf <= dag]
        laatste = max(begonnen, key=lambda u: u.vanaf, default=None)
        if laatste is None or laatste.waarde is None:
            return None
        if any(u.vanaf == laatste.vanaf and u.waarde != laatste.waarde for u in begonnen):
            raise ValueError(f"{plek} heeft op {laatste.vanaf} twee waarden van {gegeven}: zo is de wereld niet")
        return laatste

    def _geldend(self, plek: Plek, gegeven: str) -> list[_Uitspraak]:
        """The claims that count: they did not fall, and none that did not fall corrects them."""
        staat = [u for u in self._gezegd.get(plek, {}).get(gegeven, ()) if not self._viel(u)]
        vervangen = [u.corrigeert for u in staat]
        return [u for u in staat if u not in vervangen]

    def _viel(self, uitspraak: _Uitspraak) -> bool:
        """It was degistered, or what it corrects was."""
        eerder = uitspraak.corrigeert
        return uitspraak in self._weg or (eerder is not None and self._viel(eerder))

    def _telt(self, uitspraak: _Uitspraak) -> bool:
        return uitspraak in self._geldend(uitspraak.plek, uitspraak.gegeven)

    def _laatste(self, plek: Plek, gegeven: str) -> _Uitspraak | None:
        gezegd = (u for u in self._geldend(plek, gegeven) if u.waarde is not None)
        return max(gezegd, key=lambda u: u.vanaf, default=None)

    def _alle(self, plek: Plek, gegeven: str | None = None) -> Iterator[_Uitspraak]:
        """All that was ever said about a place, and (without gegeven) below it."""
        for hier, per_gegeven in self._gezegd.items():
            if hier == plek or (gegeven is None and hier[: len(plek)] == plek):
                for naam, gezegd in per_gegeven.items():
                    yield from gezegd if gegeven in (None, naam) else ()

    # --- what a fact changes ---

    def _neem_op(self, feit: Feit) -> None:
        commando = feit.aangeboden.commando
        self._nieuw = []
        soort = getattr(commando, "aggregaat", None)
        self._verwerk(commando, f"{feit.register}/{soort}" if soort else feit.register)
        if getattr(commando, "behoud_twijfel", False):
            opvolgers = {u.corrigeert: u for u in self._nieuw}
            for noot in self._noten.values():
                if noot.status:
                    noot.betreft = [opvolgers.get(u, u) for u in noot.betreft]
        gecorrigeerd = {u.corrigeert for u in self._nieuw}
        for naam, noot in self._noten.items():
            if noot.status and not any(self._telt(u) for u in noot.betreft):
                self._sluit(naam, "vervallen" if gecorrigeerd.isdisjoint(noot.betreft) else "gegrond")

    def _zeg(self, plek: Plek, gegeven: str, waarde: Any, vanaf: date, was: _Uitspraak | None = None) -> None:
        uitspraak = _Uitspraak(plek, gegeven, waarde, vanaf, was)
        self._gezegd.setdefault(plek, {}).setdefault(gegeven, []).append(uitspraak)
        self._nieuw.append(uitspraak)

    @singledispatchmethod
    def _verwerk(self, commando: Any, waar: str) -> None:
        raise TypeError(f"het boek van {waar} kent geen {type(commando).__name__}")

    @_verwerk.register
    def _(self, commando: RegistreerAuto, _waar: str) -> None:
        for gegeven in (*VOERTUIG, "kenteken"):
            self._zeg((AUTO, commando.auto_id), gegeven, getattr(commando, gegeven), date.min)
        self._koop(commando.auto_id, commando.aanschaf)

    @_verwerk.register
    def _(self, commando: WijzigTenaamstelling, _waar: str) -> None:
        self._koop(commando.auto_id, commando.aanschaf)

    def _koop(self, auto: str, aanschaf: Aanschaf) -> None:
        for gegeven in AANSCHAF:
            self._zeg((AUTO, auto, aanschaf.aanschaf_id), gegeven, getattr(aanschaf, gegeven), aanschaf.aankoopdatum)

    @_verwerk.register
    def _(self, commando: CorrigeerAutogegevens, _waar: str) -> None:
        auto = (AUTO, commando.auto_id)
        for gegeven in (*VOERTUIG, "kenteken"):
            if (waarde := getattr(commando, gegeven)) is not None:
                self._vervang(auto, gegeven, waarde, None, date.min)
        if commando.aanschaf_id is not None:
            self._corrigeer_aanschaf((*auto, commando.aanschaf_id), commando)

    def _corrigeer_aanschaf(self, plek: Plek, commando: CorrigeerAutogegevens) -> None:
        """All of a purchase begins on its day."""
        koopdag, gekocht = commando.aankoopdatum, self._laatste(plek, "aankoopdatum")
        for gegeven in AANSCHAF:
            waarde, was = getattr(commando, gegeven), self._laatste(plek, gegeven)
            if waarde is None and koopdag is not None and was is not None:
                waarde = was.waarde
            if waarde is not None:
                self._vervang(plek, gegeven, waarde, koopdag, gekocht.waarde if gekocht else date.min)

    def _vervang(self, plek: Plek, gegeven: str, waarde: Any, vanaf: date | None, anders: date) -> None:
        """Correct the value there is; when there is none, say it: from `vanaf`, or else from `anders`."""
        was = self._laatste(plek, gegeven)
        if was is None:
            self._zeg(plek, gegeven, waarde, vanaf or anders)
        elif (was.waarde, was.vanaf) != (waarde, vanaf or was.vanaf):
            self._zeg(plek, gegeven, waarde, vanaf or was.vanaf, was)

    @_verwerk.register
    def _(self, commando: RegistreerHuishouden, _waar: str) -> None:
        for lid in commando.leden:
            self._zeg((HUISHOUDEN, commando.huishouden_id, lid.persoon_id), "lid", waarde=True, vanaf=lid.vanaf)

    @_verwerk.register
    def _(self, commando: WijzigHuishoudsamenstelling, _waar: str) -> None:
        for wie, lid in ((commando.toetredingen, True), (commando.vertrekken, False)):
            for een in wie:
                self._zeg((HUISHOUDEN, commando.huishouden_id, een.persoon_id), "lid", waarde=lid, vanaf=een.vanaf)

    @_verwerk.register
    def _(self, commando: RegistreerBetaling, _waar: str) -> None:
        plek = (BETALING, commando.auto_id, commando.aanschaf_id, commando.betaling_id)
        self._zeg(plek, "bedrag_eurocent", commando.bedrag_eurocent, commando.ontvangen_op)

    @_verwerk.register
    def _(self, commando: RegistreerRegelversie, waar: str) -> None:
        plek = (f"{waar}/regelversie", commando.regelversie_id, str(commando.versie))
        self._zeg(plek, "regelversie", commando, commando.geldig_vanaf)

    # --- what may be asked of every register ---

    def _bedoeld(self, waar: str, betreft: Betreft) -> list[_Uitspraak]:
        """The claims that are meant: one, or all that count about an onderwerp and below it."""
        plek = (waar, *(betreft.onderwerp or ()))
        if betreft.gegeven is None:
            return [u for u in self._alle(plek) if self._telt(u)]
        if betreft.op is None:
            een = self._laatste(plek, betreft.gegeven)
        else:
            een = self._op(plek, betreft.gegeven, betreft.op)
        return [een] if een else []

    @_verwerk.register(TrekInTwijfel | StelInOnderzoek | VechtAan)
    def _(self, commando: TrekInTwijfel | StelInOnderzoek | VechtAan, waar: str) -> None:
        eerder = self._noten.get(commando.twijfel_id)
        if eerder is not None:
            betreft = eerder.betreft
        elif commando.twijfel_id in self._meldingen:
            betreft = self._meldingen[commando.twijfel_id]
        else:
            betreft = self._bedoeld(waar, commando.betreft or Betreft())
        self._noten[commando.twijfel_id] = _Noot(betreft, _STATUS[type(commando)])

    @_verwerk.register
    def _(self, commando: MeldTerug, waar: str) -> None:
        """Of the insurer it is a doubt at once; of anyone else it waits for an answer."""
        over = Betreft(onderwerp=commando.onderwerp, gegeven=commando.gegeven, op=commando.peilmoment)
        betreft = self._meldingen[commando.terugmelding_id] = self._bedoeld(waar, over)
        if (waar, commando.melder) == (AUTO, VERZEKERAAR):
            self._noten[commando.terugmelding_id] = _Noot(betreft, "in_twijfel")

    @_verwerk.register(BeeindigOnderzoek | HandelBezwaarAf)
    def _(self, commando: BeeindigOnderzoek | HandelBezwaarAf, _waar: str) -> None:
        self._sluit(commando.twijfel_id, commando.uitkomst)

    @_verwerk.register
    def _(self, commando: HandelTerugmeldingAf, _waar: str) -> None:
        self._sluit(commando.terugmelding_id, commando.uitkomst)

    def _sluit(self, naam: str, uitkomst: str) -> None:
        """End a doubt and what brought it; of an onderzoek the last outcome says whether a claim is confirmed."""
        self._meldingen.pop(naam, None)
        noot = self._noten.get(naam)
        if noot is None or not noot.status:
            return
        if noot.status != AANGEVOCHTEN and uitkomst in _ONGEGROND:
            self._bevestigd.update(noot.betreft)
        if noot.status != AANGEVOCHTEN and uitkomst in _GEGROND:
            self._bevestigd.difference_update(noot.betreft)
        noot.status = ""

    @_verwerk.register
    def _(self, commando: Corrigeer, waar: str) -> None:
        for stap in commando.correcties:
            [was] = self._bedoeld(waar, stap.betreft)
            waarde = was.waarde if stap.waarde is None else stap.waarde
            self._zeg(was.plek, was.gegeven, waarde, stap.vanaf or was.vanaf, was)

    @_verwerk.register
    def _(self, commando: Degistreer, waar: str) -> None:
        """A subject falls with all that was ever said about it and below it; a claim falls alone."""
        betreft = commando.betreft
        heel = self._alle((waar, *(betreft.onderwerp or ()))) if betreft.gegeven is None else ()
        valt = [u for u in heel if u not in self._weg] or self._bedoeld(waar, betreft)
        self._weg.update(valt)
        self._ingrepen.append((Degistreer, valt))

    @_verwerk.register
    def _(self, commando: Beeindig, waar: str) -> None:
        alle = self._alle((waar, *commando.onderwerp), commando.gegeven)
        for plek, gegeven in sorted({(u.plek, u.gegeven) for u in alle}):
            if self._op(plek, gegeven, commando.per):
                self._zeg(plek, gegeven, None, commando.per)
        self._ingrepen.append((Beeindig, self._nieuw))

    @_verwerk.register
    def _(self, commando: Herstel, waar: str) -> None:
        """The last ending or degistratie that stands here is undone: what it took away counts again."""
        alle = list(self._alle((waar, *commando.onderwerp), commando.gegeven))
        for soort, geraakt in reversed(self._ingrepen):
            degistratie = soort is Degistreer
            hier = [u for u in alle if u in geraakt and (u in self._weg if degistratie else self._telt(u))]
            if hier:
                (self._weg.difference_update if degistratie else self._weg.update)(hier)
                geraakt[:] = [u for u in geraakt if u not in hier]
                return
