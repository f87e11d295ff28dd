"""Taken: what an official does about what waits in an aggregate. All of it is recorded, with the reason."""

from datetime import date
from typing import Any

from actors.register.commando import NietVerwerkt, Voorstel
from actors.register.context import Aggregaatsoort
from actors.register.gevolg import Wachtend, Wijziging
from actors.register.regel import Regel
from actors.register.staat import Staat
from actors.register.taak import Oordeelsoort, Taakoordeel
from actors.register.tijdlijnen import Onderwerp
from actors.verwerking import namen
from actors.verwerking.afleiding import IN_TWIJFEL
from actors.verwerking.generiek.commandos import BeslisTaak, DoorbreekAanhouding, HervatTaak, LegTaakTerzijde

_Uitslag = tuple[Voorstel, ...] | NietVerwerkt
_NAAM = {
    Oordeelsoort.HERVAT: namen.TAAK_HERVAT,
    Oordeelsoort.BESLIST: namen.TAAK_BESLIST,
    Oordeelsoort.DOORBROKEN: namen.AANHOUDING_DOORBROKEN,
    Oordeelsoort.TERZIJDE: namen.TERZIJDE_GELEGD,
}


def hervat(staat: Staat, commando: HervatTaak) -> _Uitslag:
    """Derive again; what officials did about it before does not count any more."""
    plek = (commando.gegeven, commando.onderwerp)
    eerder = [o for o in staat.aantekeningen.oordelen.get(plek, ()) if o.oordeel != Oordeelsoort.HERVAT]
    wachtend = [
        Taakoordeel(w.onderwerp, w.gegeven, w.vanaf, w.tot, w.kenmerk, "", "")
        for w in _wachtend(staat, commando.onderwerp, commando.gegeven, None)
    ]
    if not eerder and not wachtend:
        return _onbekend()
    return tuple(
        _voorstel(o._replace(oordeel=Oordeelsoort.HERVAT.value, toelichting=commando.toelichting, waarde=None))
        for o in (*eerder, *wachtend)
    )


def beslis(staat: Staat, commando: BeslisTaak, soort: Aggregaatsoort) -> _Uitslag:
    """An official gives the outcome himself; where the law has bands it is one of theirs."""
    wachtend = _wachtend(staat, commando.onderwerp, commando.gegeven, commando.vanaf)
    if not wachtend:
        return _onbekend()
    if commando.waarde is None:
        return NietVerwerkt("uitkomst_onmogelijk", "een besluit heeft een uitkomst; geef waarde")
    banden = next((r.versie.banden for r in soort.regels if r.geeft == commando.gegeven), None)
    if banden is not None and commando.waarde not in banden.uitkomsten:
        mogelijk = ", ".join(str(uitkomst) for uitkomst in banden.uitkomsten)
        return NietVerwerkt("uitkomst_onmogelijk", f"de regel kent deze uitkomst niet; kies uit {mogelijk}")
    return _oordeel(wachtend, Oordeelsoort.BESLIST, commando.toelichting, commando.waarde)


def doorbreek(staat: Staat, commando: DoorbreekAanhouding, soort: Aggregaatsoort) -> _Uitslag:
    """The decision goes on although its invoer is in doubt, and so do the decisions it rests on."""
    gevraagd = _wachtend(staat, commando.onderwerp, commando.gegeven, commando.vanaf)
    if not gevraagd:
        return _onbekend()
    if any(w.reden != IN_TWIJFEL for w in gevraagd):
        return NietVerwerkt("invoer_ontbreekt", "hier ontbreekt invoer, dat is geen twijfel; gebruik BeslisTaak")
    eronder = [
        w
        for w in staat.wachtend
        if w.gegeven in _rust_op(soort, commando.gegeven)
        and w.reden == IN_TWIJFEL
        and any(w.onderwerp == g.onderwerp[: len(w.onderwerp)] for g in gevraagd)
        and any(w.vanaf < g.tot and g.vanaf < w.tot for g in gevraagd)
    ]
    return _oordeel((*eronder, *gevraagd), Oordeelsoort.DOORBROKEN, commando.toelichting)


def _rust_op(soort: Aggregaatsoort, gegeven: str) -> set[str]:
    """The gegevens of earlier rules that a derived gegeven rests on, directly or by way of others."""
    geeft: dict[str, Regel] = {regel.geeft: regel for regel in soort.regels}
    te_doen, gevonden = [gegeven], set[str]()
    while te_doen:
        regel = geeft.get(te_doen.pop())
        nieuw = [p for p in regel.parameters if p in geeft and p not in gevonden] if regel else []
        gevonden.update(nieuw)
        te_doen += nieuw
    return gevonden


def leg_terzijde(staat: Staat, commando: LegTaakTerzijde) -> _Uitslag:
    """Nothing is decided; what was decided before stays in force."""
    wachtend = _wachtend(staat, commando.onderwerp, commando.gegeven, commando.vanaf)
    return _oordeel(wachtend, Oordeelsoort.TERZIJDE, commando.toelichting) if wachtend else _onbekend()


def _wachtend(staat: Staat, onderwerp: Onderwerp, gegeven: str, vanaf: date | None) -> tuple[Wachtend, ...]:
    return tuple(
        w for w in staat.wachtend if (w.onderwerp, w.gegeven) == (onderwerp, gegeven) and vanaf in (None, w.vanaf)
    )


def _oordeel(
    wachtend: tuple[Wachtend, ...], soort: Oordeelsoort, toelichting: str, waarde: Any = None
) -> tuple[Voorstel, ...]:
    return tuple(
        _voorstel(Taakoordeel(w.onderwerp, w.gegeven, w.vanaf, w.tot, w.kenmerk, soort.value, toelichting, waarde))
        for w in wachtend
    )


def _voorstel(oordeel: Taakoordeel) -> Voorstel:
    return Voorstel(_NAAM[Oordeelsoort(oordeel.oordeel)], Wijziging.TAAK_BEHANDELEN, inhoud=oordeel)


def _onbekend() -> NietVerwerkt:
    return NietVerwerkt(
        "taak_onbekend", "hier wacht niets (meer); bekijk met `taken` wat er wacht, en noem dat precies"
    )
