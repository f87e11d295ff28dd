"""Sindsdien: what became of an outcome afterwards, in plain Dutch (B1)."""

from collections.abc import Iterator
from itertools import groupby

from actors.register.annotatie import Afloop, Annotatie, Degistratie
from actors.register.claim import Mededeling
from actors.register.gevolg import Aanhouding, Afleiding, Overname, Vastlegging, Wijziging
from actors.register.taak import Oordeelsoort, Taakoordeel
from actors.register.terugmelding import Terugmelding, Terugmeldingstatus
from actors.register.zekerheid import zekerheid_van
from actors.verwerking.motivering import Alinea, keten, redenen, voor_dagen
from actors.verwerking.twijfels import genoemd
from actors.verwerking.verloop import Afgeleid, Plek, Verloop, Verteld
from actors.verwerking.verschillen import is_herberekening, register, wie_heeft
from actors.verwerking.woorden import (
    dagen_tekst,
    datum,
    klein,
    lokale_dag,
    opsomming,
    reden_tekst,
    waarde_tekst,
    zekerheid_tekst,
    zin,
)

_AFLOOP = {
    Afloop.ONGEGROND: "die was niet terecht",
    Afloop.GEGROND: "die was terecht",
    Afloop.INGETROKKEN: "die is teruggenomen",
    Afloop.VERVALLEN: "waar zij over ging geldt niet meer",
}
_OORDEEL = {
    Oordeelsoort.BESLIST: "besliste zelf over wat wachtte",
    Oordeelsoort.DOORBROKEN: "liet het besluit doorgaan, hoewel er twijfel was",
    Oordeelsoort.TERZIJDE: "legde wat wachtte terzijde",
    Oordeelsoort.HERVAT: "liet opnieuw kijken naar wat wachtte",
}
_VERTELD = {
    Wijziging.CORRIGEREN: "{wie} {heeft} {heet} gecorrigeerd",
    Wijziging.HERZIEN: "{wie} {heeft} {heet} herzien",
    Wijziging.INTREKKEN: "{wie} {heeft} {heet} ingetrokken",
    Wijziging.BEEINDIGEN: "{wie} {heeft} {heet} beëindigd",
    Wijziging.DEGISTREREN: "{wie} {heeft} de registratie van {heet} ongedaan gemaakt: die had er nooit mogen zijn",
}
_VERANDERT = (Vastlegging, Degistratie, Overname)
_IETS_ANDERS = "{wie} {heeft} iets anders gezegd over {heet}"
_HERBEREKEND = "{wie} {heeft} {heet} opnieuw berekend"
_UITKOMST = {
    Wijziging.HERZIEN: "Wij hebben de uitkomst herzien{dagen}: wij namen een nieuw besluit. Eerst {was}, nu {waarde}.",
    Wijziging.CORRIGEREN: "Wij hebben de uitkomst opnieuw berekend{dagen}: eerst {was}, nu {waarde}.",
    Wijziging.HANDHAVEN: "Wij hebben de uitkomst gehandhaafd{dagen}: zij blijft gelijk, maar rust nu op iets anders.",
    Wijziging.INTREKKEN: "Wij hebben de uitkomst ingetrokken{dagen}: zij geldt niet meer.",
}


# --- what became of it ----------------------------------------------------------------------------------------


def sindsdien(verloop: Verloop, uitkomst: Afgeleid) -> Alinea | None:
    """What was recorded afterwards about this outcome and about what it rests on; None when nothing was."""
    punten = list(dict.fromkeys(_Vervolg(verloop, uitkomst).punten()))
    if not punten:
        return None
    a = uitkomst.afleiding
    lijn = verloop.staat(len(verloop.plekken)).vastgesteld(a.onderwerp, a.gegeven)
    geldend = [stuk for stuk in lijn if stuk.claim == a.stuk.claim]
    nu = "De uitkomst geldt niet meer."
    if geldend:
        dagen = opsomming(dict.fromkeys(dagen_tekst(stuk.vanaf, stuk.tot) for stuk in geldend))
        twijfels = geldend[-1].twijfels
        nu = f"De uitkomst geldt nog {dagen}".rstrip() + "."
        nu += f" Zij is nu {zekerheid_tekst(zekerheid_van(twijfels))}." if twijfels else ""
    zinnen = () if a.stuk.waarde is None else (nu,)
    return Alinea("Wat gebeurde er daarna?", zinnen, tuple(punten))


class _Vervolg:
    """Follows what comes after one outcome: its claim, and the claims that it rests on at each moment."""

    def __init__(self, verloop: Verloop, uitkomst: Afgeleid) -> None:
        self._verloop = verloop
        self._eigen = uitkomst
        self._claim = uitkomst.afleiding.stuk.claim
        self._plek = (uitkomst.afleiding.gegeven, uitkomst.afleiding.onderwerp)
        self._rust_op(uitkomst)
        self._wacht = False

    def _rust_op(self, uitkomst: Afgeleid) -> None:
        self._gebruikt = {i.claim for een in keten(self._verloop, uitkomst) for i in een.afleiding.stuk.invoer}

    def punten(self) -> Iterator[str]:
        """What happened, each with its day; of one transactie the outcome tells what changed, if it changed."""
        daarna = self._verloop.plekken[self._eigen.plek.nummer + 1 :]
        for _, samen in groupby(daarna, key=lambda plek: plek.transactie.volgnummer):
            plekken = list(samen)
            oorzaken = [(plek, tekst) for plek in plekken for tekst in self._gebeurd(plek)]
            uitkomsten = [tekst for plek in plekken for tekst in self._uitkomst(plek, verteld=bool(oorzaken))]
            noten = [t for plek, t in oorzaken if not uitkomsten or not isinstance(plek.gevolg.inhoud, _VERANDERT)]
            op = plekken[0].transactie.geregistreerd_op
            for tekst in (*noten, *uitkomsten):
                yield f"{datum(lokale_dag(op))}: {klein(tekst)}" if op else tekst

    def _gebeurd(self, plek: Plek) -> list[str]:
        """What happened to what it rests on, or to what waits."""
        inhoud = plek.gevolg.inhoud
        if isinstance(inhoud, Annotatie):
            return list(self._annotatie(plek, inhoud))
        if isinstance(inhoud, Vastlegging):
            juist = [(c, self._genoemd(c.corrigeert, plek)) for c in inhoud.claims if c.corrigeert in self._gebruikt]
            return [zin(f"{wat} is gecorrigeerd: nu {waarde_tekst(c.gegeven, c.waarde)}") for c, wat in juist]
        if isinstance(inhoud, Degistratie):
            return list(self._degistratie(plek, inhoud))
        if isinstance(inhoud, Overname):
            return [tekst for m in inhoud.mededelingen if (tekst := self._mededeling(plek, inhoud.bron, m))]
        return list(self._werk(plek))

    def _annotatie(self, plek: Plek, noot: Annotatie) -> Iterator[str]:
        geraakt = [claim for claim in noot.betreft if claim in self._gebruikt or claim == self._claim]
        if not geraakt:
            return
        wat = opsomming(self._genoemd(claim, plek) for claim in geraakt)
        if noot.status:
            yield f"{zin(f'{wat}: {zekerheid_tekst(noot.status)}')} {zin(noot.toelichting)}"
        else:
            afloop = _AFLOOP[Afloop(noot.uitkomst)] if noot.uitkomst else ""
            voorbij = f"de twijfel of het bezwaar over {wat} is voorbij"
            yield f"{zin(': '.join(filter(None, (voorbij, afloop))))} {zin(noot.toelichting)}"

    def _degistratie(self, plek: Plek, d: Degistratie) -> Iterator[str]:
        for claims, tekst in (
            (d.valt, "de registratie van {} is ongedaan gemaakt: die had er nooit mogen zijn."),
            (d.herleeft, "dit geldt weer: {}."),
        ):
            geraakt = [self._genoemd(claim, plek) for claim in claims if claim in self._gebruikt]
            if geraakt:
                yield f"{zin(tekst.format(opsomming(geraakt)))} {zin(d.toelichting)}".rstrip()

    def _mededeling(self, plek: Plek, bron: str, m: Mededeling) -> str:
        """What another register told about something it rests on; empty when that is nothing new."""
        if not {m.claim, m.betreft} & self._gebruikt:
            return ""
        wie, heet = register(plek, bron), self._verloop.heet(m.gegeven)
        if m.claim not in self._gebruikt or m.waarde is None:
            verteld = _HERBEREKEND if is_herberekening(m) else _VERTELD.get(Wijziging(m.soort), _IETS_ANDERS)
            eigen, heeft = wie_heeft(plek, bron)
            return zin(verteld.format(wie=eigen, heeft=heeft, heet=heet))
        vorige = self._verloop.herkomst(m.claim, plek.nummer - 1)
        eerst = vorige.mededeling.twijfels if isinstance(vorige, Verteld) else frozenset()
        if eerst == m.twijfels:
            return ""
        if not m.twijfels:
            return zin(f"{wie} meldt dat er over {heet} geen twijfel meer is")
        return zin(f"{wie} meldt over {heet}: {zekerheid_tekst(zekerheid_van(m.twijfels))}")

    def _werk(self, plek: Plek) -> Iterator[str]:
        """What waited, and what officials did about it."""
        inhoud = plek.gevolg.inhoud
        if isinstance(inhoud, Aanhouding):
            wacht = [w for w in inhoud.wachtend if (w.gegeven, w.onderwerp) == self._plek]
            if wacht and not self._wacht:
                yield f"Een nieuwe uitkomst wacht. De reden: {reden_tekst(wacht[0].reden)}."
            elif self._wacht and not wacht:
                yield "Er wacht niets meer."
            self._wacht = bool(wacht)
        elif isinstance(inhoud, Taakoordeel) and (inhoud.gegeven, inhoud.onderwerp) == self._plek:
            wie = plek.transactie.verantwoording.beslisser or "een ambtenaar"
            yield f"{zin(f'{wie} {_OORDEEL[Oordeelsoort(inhoud.oordeel)]}')} {zin(inhoud.toelichting)}"
        elif isinstance(inhoud, Terugmelding) and not inhoud.bevoegd and self._gebruikt & {*inhoud.betreft}:
            wat = opsomming(self._genoemd(claim, plek) for claim in inhoud.betreft)
            if inhoud.status == Terugmeldingstatus.ONTVANGEN:
                yield f"{zin(f'{inhoud.melder} meldt dat {wat} niet klopt')} {zin(inhoud.toelichting)}"
            elif inhoud.status == Terugmeldingstatus.AFGEWEZEN:
                yield f"{zin(f'de melding van {inhoud.melder} over {wat} is afgewezen')} {zin(inhoud.reden)}"

    def _uitkomst(self, plek: Plek, *, verteld: bool) -> list[str]:
        """What became of the outcome itself; only how sure it is, not when the cause of that was told."""
        a = plek.gevolg.inhoud
        if not isinstance(a, Afleiding) or a.betreft != self._claim or (a.gegeven, a.onderwerp) != self._plek:
            return []
        nu = Afgeleid(plek, a)
        if plek.gevolg.soort is Wijziging.ZEKERHEID_WIJZIGEN:
            return [] if verteld else [f"Hoe zeker de uitkomst is, veranderde: {_hoe_zeker(a)}."]
        was = self._verloop.uitkomst(a.gegeven, self._claim, a.was)
        waarde = self._verloop.uitkomst(a.gegeven, a.stuk.claim, a.stuk.waarde)
        besloten = _UITKOMST[plek.gevolg.soort].format(was=was, waarde=waarde, dagen=voor_dagen(a))
        waarom = redenen(self._verloop, nu)
        if plek.gevolg.soort is Wijziging.HANDHAVEN:
            self._rust_op(nu)
        return [" ".join((besloten, *waarom.punten, *waarom.gelijk))]

    def _genoemd(self, claim: str | None, plek: Plek) -> str:
        return "de uitkomst zelf" if claim == self._claim else genoemd(self._verloop, claim, plek.nummer)


def _hoe_zeker(a: Afleiding) -> str:
    return zekerheid_tekst(zekerheid_van(a.stuk.twijfels))
