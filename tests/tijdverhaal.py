"""Small histories of the register wegonderhoud alone, drawn as numbers: what was told, on which days, and when.

A history is a list of steps of small numbers, so that hypothesis finds the smallest one that goes wrong.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from hypothesis import strategies as st

from actors.contexten.wegonderhoud.commandos import Aanschaf, CorrigeerAutogegevens, WijzigTenaamstelling
from actors.contexten.wegonderhoud.context import CONTEXT
from actors.register.commando import AangebodenCommando, Mislukt
from actors.runtime.systeem import RegisterSystem
from actors.verwerking.generiek.commandos import (
    Beeindig,
    BeeindigOnderzoek,
    Betreft,
    Correctie,
    Corrigeer,
    Degistreer,
    HandelBezwaarAf,
    HandelTerugmeldingAf,
    Heropleef,
    Herstel,
    MeldTerug,
    StelInOnderzoek,
    TrekInTwijfel,
    VechtAan,
)
from tests.wereld import VERZEKERAAR, auto, commando_id, vaste_wereld

WEG = "wegonderhoud"
Stap = tuple[int, ...]
"""Which kind of step, and what it is about: `_GETALLEN` numbers below `_TOT`."""

DAGEN = (
    date(2025, 12, 31),
    date(2026, 1, 1),
    date(2026, 3, 29),
    date(2026, 3, 30),
    date(2026, 6, 1),
    date(2026, 10, 25),
    date(2026, 10, 26),
    date(2028, 2, 29),
)
BEGIN = (
    datetime(2026, 3, 28, 22, 59, 59, 990_000, UTC),  # 29 March 2026 has 23 hours in Amsterdam
    datetime(2026, 10, 24, 21, 59, 59, 990_000, UTC),  # and 25 October has 25
    datetime(2026, 6, 1, 12, 0, tzinfo=UTC),
)
VERTELD = date(2026, 3, 1)
"""When it is said to have happened in the world; nothing is computed with it."""

SPRONGEN = tuple(
    timedelta(**s) for s in ({"microseconds": 1}, {"minutes": 59}, {"hours": 1}, {"hours": 11}, {"days": 1})
)
_GETALLEN, _TOT = 5, 12
_ZEG = "zo is het verteld"
_AFLOPEN = ("ongegrond", "gegrond", "ingetrokken")
_MELDERS = ("verzekeraar", "buurman")
_WIJKEN = ("Duinwijk", "Havenkwartier", "Weidezicht")


class Klok:
    """Every look is a millisecond later; in between time may pass."""

    def __init__(self, begin: datetime) -> None:
        self.nu = begin

    def __call__(self) -> datetime:
        self.nu += timedelta(milliseconds=1)
        return self.nu


# --- steps ------------------------------------------------------------------------------------------------------


def _kies(uit: Sequence[Any], getal: int) -> Any:
    return uit[getal % len(uit)]


def _auto(a: int) -> str:
    return "auto-2" if a >= _TOT - 2 else "auto-1"


def _koop(a: int) -> str:
    return str(_kies(("koop-1", "koop-1", "koop-2", "koop-3"), a))


def _waarde(gegeven: str, a: int) -> Any:
    waarden: dict[str, Any] = {
        "gewicht_kg": 900 + 100 * a,
        "lengte_m": Decimal(30 + a) / 10,
        "breedte_m": Decimal("1.7"),
        "uitstoot_g_per_km": 10 * a,
        "kenteken": f"K-{a % 3}",
        "regio": _kies(("Kustland", "Bergland"), a),
        "wijk": _kies(_WIJKEN, a),
        "koper": f"p-{a % 3}",
        "aankoopdatum": _kies(DAGEN, a),
    }
    return waarden[gegeven]


VOERTUIG = ("gewicht_kg", "lengte_m", "uitstoot_g_per_km", "kenteken")
VAN_AANSCHAF = ("wijk", "regio", "koper", "aankoopdatum")
AFGELEID = ("punten", "klasse")


def _doel(a: int, b: int) -> tuple[tuple[str, ...], str]:
    """An onderwerp and a gegeven of it."""
    gegeven = _kies((*VOERTUIG, *VAN_AANSCHAF, *AFGELEID), b)
    return ((_auto(a), _koop(a)) if gegeven in VAN_AANSCHAF else (_auto(a),)), gegeven


def _gericht(klasse: type, a: int, **rest: Any) -> Any:
    return klasse(aggregaat="auto", aggregaat_id=_auto(a), toelichting=_ZEG, **rest)


def _betreft(a: int, b: int, c: int) -> Betreft:
    """A gegeven (on a day), a purchase or a whole car."""
    onderwerp, gegeven = _doel(a, b)
    if c == 0:
        return Betreft(onderwerp=(_auto(a),))
    if c == 1:
        return Betreft(onderwerp=(_auto(a), _koop(a)))
    return Betreft(onderwerp=onderwerp, gegeven=gegeven, op=_kies((None, None, *DAGEN), c))


def _aanschaf(a: int, b: int, c: int) -> Aanschaf:
    naam = f"p-{c % 3}"
    plaats = {"regio": _waarde("regio", c), "wijk": _waarde("wijk", c)}
    return Aanschaf(aanschaf_id=_koop(a), koper=naam, koper_naam=naam.upper(), aankoopdatum=_kies(DAGEN, b), **plaats)


def registreer(a: int, b: int, c: int, d: int, e: int) -> Any:
    sinds = {"datum_eerste_toelating": _kies(DAGEN, d)} if e % 2 else {}
    return replace(auto(_auto(a), gewicht_kg=900 + 100 * c, **sinds), aanschaf=_aanschaf(a, b, c))


def verkoop(a: int, b: int, c: int, _d: int, _e: int) -> Any:
    return WijzigTenaamstelling(auto_id=_auto(a), aanschaf=_aanschaf(a, b, c))


def corrigeer_auto(a: int, b: int, c: int, d: int, e: int) -> Any:
    velden = {gegeven: _waarde(gegeven, d) for gegeven in {_kies(VOERTUIG, b), _kies(VOERTUIG, c)}}
    return CorrigeerAutogegevens(auto_id=_auto(a), behoud_twijfel=e % 3 == 0, **velden)


def corrigeer_aanschaf(a: int, b: int, c: int, d: int, e: int) -> Any:
    velden = {gegeven: _waarde(gegeven, d) for gegeven in {_kies(VAN_AANSCHAF, b), _kies(VAN_AANSCHAF, c)}}
    if "koper" in velden:
        velden["koper_naam"] = f"N-{d}"
    return CorrigeerAutogegevens(auto_id=_auto(a), aanschaf_id=_koop(a), behoud_twijfel=e % 3 == 0, **velden)


def corrigeer(a: int, b: int, c: int, d: int, e: int) -> Any:
    stappen = []
    for n in {b, d} if e % 2 else {b}:
        onderwerp, gegeven = _doel(a, n)
        wat = {"waarde": _waarde(gegeven, c)} if gegeven in (*VOERTUIG, "wijk", "regio") and c % 4 else {}
        wanneer = {"vanaf": _kies((None, *DAGEN), d), "tot": _kies((None, None, *DAGEN), e)}
        stappen.append(Correctie(betreft=Betreft(onderwerp=onderwerp, gegeven=gegeven), **wat, **wanneer))
    return _gericht(Corrigeer, a, correcties=tuple(stappen), behoud_twijfel=c % 3 == 0)


def _twijfel(d: int) -> str:
    return f"t-{d % 2}"


def twijfel(a: int, b: int, c: int, d: int, _e: int) -> Any:
    klasse = _kies((TrekInTwijfel, TrekInTwijfel, StelInOnderzoek, VechtAan), d)
    return _gericht(klasse, a, twijfel_id="b" if klasse is VechtAan else _twijfel(d), betreft=_betreft(a, b, c))


def onderzoek(a: int, _b: int, _c: int, d: int, _e: int) -> Any:
    return _gericht(StelInOnderzoek, a, twijfel_id=_twijfel(d))


def meld(a: int, b: int, c: int, d: int, _e: int) -> Any:
    onderwerp, gegeven = _doel(a, b)
    wat = {"onderwerp": onderwerp, "gegeven": gegeven, "peilmoment": _kies(DAGEN, c), "melder": _kies(_MELDERS, d)}
    return _gericht(MeldTerug, a, terugmelding_id=_twijfel(d), **wat)


def einde(a: int, b: int, _c: int, d: int, e: int) -> Any:
    if e == 0:
        uitkomst = _kies(("gehonoreerd", "afgewezen", "ingetrokken"), b)
        return _gericht(HandelTerugmeldingAf, a, terugmelding_id=_twijfel(d), uitkomst=uitkomst)
    if e % 4 == 3:
        return _gericht(HandelBezwaarAf, a, twijfel_id="b", uitkomst=_kies(_AFLOPEN, b))
    return _gericht(BeeindigOnderzoek, a, twijfel_id=_twijfel(d), uitkomst=_kies(_AFLOPEN, b))


def degistreer(a: int, b: int, c: int, _d: int, _e: int) -> Any:
    return _gericht(Degistreer, a, betreft=_betreft(a, b, c))


def _plek(a: int, b: int, c: int) -> dict[str, Any]:
    onderwerp, gegeven = _doel(a, b)
    return {"onderwerp": onderwerp, "gegeven": gegeven if c % 2 else None}


def herstel(a: int, b: int, c: int, _d: int, _e: int) -> Any:
    return _gericht(Herstel, a, **_plek(a, b, c))


def beeindig(a: int, b: int, c: int, d: int, _e: int) -> Any:
    return _gericht(Beeindig, a, **_plek(a, b % 6, c), per=_kies(DAGEN[:5], d))


def heropleef(a: int, b: int, _c: int, d: int, _e: int) -> Any:
    onderwerp, gegeven = _doel(a, b % 4)
    return _gericht(Heropleef, a, onderwerp=onderwerp, gegeven=gegeven, per=_kies(DAGEN[4:], d))


def tijd(a: int, _b: int, _c: int, _d: int, _e: int) -> Any:
    return _kies(SPRONGEN, a)


def rust(*_getallen: int) -> Any:
    return None


_SOORTEN: tuple[tuple[Callable[..., Any], int], ...] = (
    (verkoop, 2),
    (corrigeer_auto, 3),
    (corrigeer_aanschaf, 2),
    (corrigeer, 3),
    (twijfel, 4),
    (onderzoek, 1),
    (meld, 1),
    (einde, 6),
    (degistreer, 2),
    (herstel, 2),
    (beeindig, 3),
    (heropleef, 3),
    (registreer, 1),
    (tijd, 2),
    (rust, 2),
)
SOORTEN = tuple(soort for soort, gewicht in _SOORTEN for _ in range(gewicht))

_getal = st.integers(0, _TOT - 1)
STAPPEN: st.SearchStrategy[list[Stap]] = st.lists(
    st.tuples(st.integers(0, len(SOORTEN) - 1), *[_getal] * _GETALLEN), min_size=1, max_size=14
)


def trek_stappen(kans: Random, aantal: int) -> list[Stap]:
    """So many steps from a seed."""
    return [(kans.randrange(len(SOORTEN)), *(kans.randrange(_TOT) for _ in range(_GETALLEN))) for _ in range(aantal)]


# --- telling them -----------------------------------------------------------------------------------------------


class Verhaal:
    """The register wegonderhoud, told a history step by step; the first thing it hears of is a car."""

    def __init__(self, begin: int = 0, openen: Callable[..., RegisterSystem] = RegisterSystem.in_memory) -> None:
        self.klok = Klok(_kies(BEGIN, begin))
        self.buiten = replace(vaste_wereld(), klok=self.klok)
        self._openen = openen
        self._nummer = 0
        self._twee = begin % 3 == 1
        self.registers = self.open()

    def open(self) -> RegisterSystem:
        self.registers = self._openen(registers=[CONTEXT], buitenwereld=self.buiten, versie="test")
        return self.registers

    def bied_aan(self, *commandos: Any) -> None:
        """Offer these at once: all of them may come in one slice of the journal."""
        aanbod = []
        for commando in commandos:
            self._nummer += 1
            register = WEG if hasattr(commando, "aggregaat_id") else None
            id_ = commando_id(self._nummer)
            aanbod.append(AangebodenCommando(id_, commando, VERZEKERAAR, "test", VERTELD, register=register))
        antwoorden = self.registers.verwerk_alle(aanbod)
        if any(isinstance(antwoord, Mislukt) for antwoord in antwoorden):  # what was destroyed was still in memory
            antwoorden = self.registers.verwerk_alle(aanbod)
        assert not any(isinstance(antwoord, Mislukt) for antwoord in antwoorden)

    def _eerst(self) -> list[Any]:
        """The first that it hears of: a car, or two."""
        return [registreer(auto_, 2, 4, 3, 0) for auto_ in ((0, _TOT - 1) if self._twee else (0,))]

    def vertel(self, stappen: Sequence[Stap], *, eerst: bool = True) -> None:
        """Tell these steps and come to rest."""
        hand = self._eerst() if eerst else []
        for soort, *getallen in stappen:
            wat = SOORTEN[soort](*getallen)
            if wat is None or isinstance(wat, timedelta):
                self.bied_aan(*hand)
                hand = []
                self.registers.wacht_op_rust()
                self.klok.nu += wat or timedelta()
            else:
                hand.append(wat)
        self.bied_aan(*hand)
        self.registers.wacht_op_rust()
