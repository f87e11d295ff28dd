"""Taken: what an official does about what waits in an aggregate. All of it is recorded, with the reason."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import Any

from actors.register.commando import NietVerwerkt, Voorstel
from actors.register.context import Aggregaatsoort
from actors.register.gevolg import Wachtend, Wijziging
from actors.register.regel import Regel, Regelversie
from actors.register.staat import Staat
from actors.register.taak import Oordeelsoort, Taakoordeel
from actors.register.tijdlijnen import Onderwerp
from actors.verwerking import namen
from actors.verwerking.afleiding import IN_TWIJFEL, Versies
from actors.verwerking.contract import past
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
    eerder = staat.aantekeningen.oordelen.get(plek, ())
    wachtend = [_als_oordeel(w) for w in _wachtend(staat, commando.onderwerp, commando.gegeven, None)]
    if not eerder and not wachtend:
        return _onbekend()
    return tuple(
        _voorstel(o._replace(oordeel=Oordeelsoort.HERVAT.value, toelichting=commando.toelichting, waarde=None))
        for o in (*eerder, *wachtend)
    )


def beslis(staat: Staat, commando: BeslisTaak, soort: Aggregaatsoort, versies: Callable[[], Versies]) -> _Uitslag:
    """An official gives the outcome of a besluit himself; where the law has bands, one of those of its versions."""
    wachtend = _wachtend(staat, commando.onderwerp, commando.gegeven, commando.vanaf)
    if not wachtend:
        return _onbekend()
    if commando.waarde is None:
        return NietVerwerkt("uitkomst_onmogelijk", "een besluit heeft een uitkomst; geef waarde")
    regel = next((r for r in soort.regels if r.geeft == commando.gegeven), None)
    if regel is None or not regel.besluit:
        return NietVerwerkt(
            "taak_geen_besluit", "dit is geen besluit maar een berekening; vul aan of verbeter waar zij op rust"
        )
    bezwaar = _niet_mogelijk(regel, commando.waarde, versies().get(regel.naam, ()))
    return bezwaar or _oordeel(wachtend, Oordeelsoort.BESLIST, commando.toelichting, commando.waarde)


def _niet_mogelijk(regel: Regel, waarde: Any, geregistreerd: Sequence[Regelversie]) -> NietVerwerkt | None:
    """Why an official cannot decide this: it is no outcome of the rule."""
    mogelijk = _uitkomsten((regel.versie, *geregistreerd))
    if not mogelijk:
        fouten = past(regel.uitkomst, waarde) if regel.uitkomst is not None else ("waarde: de regel zegt niet wat kan",)
        return NietVerwerkt("uitkomst_onmogelijk", "de regel kent zo'n uitkomst niet", fouten) if fouten else None
    if any(type(u) is type(waarde) and u == waarde for u in mogelijk):
        return None
    tekst = ", ".join(str(uitkomst) for uitkomst in mogelijk)
    return NietVerwerkt("uitkomst_onmogelijk", f"de regel kent deze uitkomst niet; kies uit {tekst}")


def _uitkomsten(versies: Sequence[Regelversie]) -> tuple[Any, ...]:
    """The outcomes that the bands of these versions have, each once; none when the rule has no bands."""
    return tuple(dict.fromkeys(u for versie in versies if versie.banden is not None for u in versie.banden.uitkomsten))


def doorbreek(staat: Staat, commando: DoorbreekAanhouding, soort: Aggregaatsoort) -> _Uitslag:
    """The decision goes on although its invoer is in doubt, and so do the decisions it rests on."""
    gevraagd = _wachtend(staat, commando.onderwerp, commando.gegeven, commando.vanaf)
    if not gevraagd:
        return _onbekend()
    if any(w.reden != IN_TWIJFEL for w in gevraagd):
        return NietVerwerkt("invoer_ontbreekt", "hier ontbreekt invoer, dat is geen twijfel; gebruik BeslisTaak")
    rust_op = _rust_op(soort, commando.gegeven)
    eronder = [
        oordeel
        for oordeel in _aangehouden(staat)
        if oordeel.gegeven in rust_op and any(_raakt(oordeel, g) for g in gevraagd)
    ]
    alle = (*eronder, *map(_als_oordeel, gevraagd))
    return tuple(
        _voorstel(o._replace(oordeel=Oordeelsoort.DOORBROKEN.value, toelichting=commando.toelichting)) for o in alle
    )


def _aangehouden(staat: Staat) -> Iterator[Taakoordeel]:
    """What is held on doubt, and what was put aside: that may be held as well."""
    yield from (_als_oordeel(w) for w in staat.wachtend if w.reden == IN_TWIJFEL)
    for oordelen in staat.aantekeningen.oordelen.values():
        yield from (o for o in oordelen if o.oordeel == Oordeelsoort.TERZIJDE)


def _raakt(oordeel: Taakoordeel, gevraagd: Wachtend) -> bool:
    """Whether both are about one onderwerp, or one below the other, on a day that they share."""
    diepte = min(len(oordeel.onderwerp), len(gevraagd.onderwerp))
    zelfde = oordeel.onderwerp[:diepte] == gevraagd.onderwerp[:diepte]
    return zelfde and oordeel.vanaf < gevraagd.tot and gevraagd.vanaf < oordeel.tot


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
        _voorstel(_als_oordeel(w)._replace(oordeel=soort.value, toelichting=toelichting, waarde=waarde))
        for w in wachtend
    )


def _als_oordeel(w: Wachtend) -> Taakoordeel:
    """What waits, to be filled in with what an official does about it."""
    return Taakoordeel(w.onderwerp, w.gegeven, w.vanaf, w.tot, w.kenmerk, "", "")


def _voorstel(oordeel: Taakoordeel) -> Voorstel:
    return Voorstel(_NAAM[Oordeelsoort(oordeel.oordeel)], Wijziging.TAAK_BEHANDELEN, inhoud=oordeel)


def _onbekend() -> NietVerwerkt:
    return NietVerwerkt(
        "taak_onbekend", "hier wacht niets (meer); bekijk met `taken` wat er wacht, en noem dat precies"
    )
