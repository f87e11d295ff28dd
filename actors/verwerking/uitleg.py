"""Uitleg: the motivation of what a register decided or calculated, in plain Dutch (B1), from its own record alone.

Pure: the transacties of one aggregate in, paragraphs out. What happened after it is told as far as these transacties
go: those up to a moment give the uitleg as it was then.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import NamedTuple

from actors.register.context import Context
from actors.register.gevolg import Aanhouding, Afleiding, Transactie, Wachtend, Wijziging
from actors.register.taak import Oordeelsoort
from actors.register.tijdlijnen import Invoer, Onderwerp, Stuk
from actors.register.zekerheid import Zekerheid
from actors.verwerking.afleiding import IN_TWIJFEL
from actors.verwerking.berekening import REGELVERSIE
from actors.verwerking.motivering import Alinea, eerder, grond_zin, hoe_berekend, is_besluit, keten, toelichtingen
from actors.verwerking.sindsdien import sindsdien
from actors.verwerking.twijfels import in_twijfel, oordeel, twijfels_toen
from actors.verwerking.verloop import PEILDATUM, Afgeleid, Beweerd, Herkomst, Plek, Verloop, Verteld
from actors.verwerking.verschillen import dag_van, register
from actors.verwerking.woorden import (
    aanleiding_tekst,
    dagen_tekst,
    datum,
    grond_tekst,
    lokale_dag,
    opsomming,
    reden_tekst,
    waarde_tekst,
    zekerheid_tekst,
)


class GeenUitleg(LookupError):
    """There is nothing to explain here; its text says why, and what to do."""


class Uitleg(NamedTuple):
    """The uitleg of one gevolg (its id; empty when it waits): paragraphs, in order."""

    register: str
    aggregaat: str
    aggregaat_id: str
    gevolg: str
    alineas: tuple[Alinea, ...]

    @property
    def tekst(self) -> str:
        """All of it on paper."""
        return "\n\n".join(alinea.tekst for alinea in self.alineas)


def leg_uit(context: Context, transacties: Sequence[Transactie], gevolg_id: str) -> Uitleg:
    """Explain one gevolg that a rule gave, from the transacties of its aggregate, oldest first.

    Raises GeenUitleg when it is not among them, or no rule gave it.
    """
    verloop = _verloop(context, transacties)
    plek = verloop.plek(gevolg_id)
    if plek is None:
        raise GeenUitleg(f"gevolg {gevolg_id} staat hier niet; zoek het met `gevolg gevolgen`")
    if not isinstance(plek.gevolg.inhoud, Afleiding):
        raise GeenUitleg(
            f"gevolg {gevolg_id} is geen besluit en geen berekening; bekijk het met `gevolg gevolgen --json`"
        )
    uitkomst = Afgeleid(plek, plek.gevolg.inhoud)
    return _uitleg(plek.transactie, gevolg_id, _alineas(verloop, uitkomst))


def laatst_overwogen(transacties: Sequence[Transactie], claim: str, dag: date) -> str | None:
    """The gevolg by which a claim that a rule gave was decided, or last gehandhaafd, for a day; None of another claim.

    A claim keeps its outcome when it is gehandhaafd, not the ground and the steps.
    """
    laatste: str | None = None
    for gevolg in (gevolg for transactie in transacties for gevolg in transactie.gevolgen):
        a = gevolg.inhoud
        if isinstance(a, Afleiding) and a.stuk.claim == claim:
            nieuw = gevolg.soort is Wijziging.HANDHAVEN and _raakt(a.stuk, dag)
            laatste = gevolg.id if laatste is None or nieuw else laatste
    return laatste


def leg_wachten_uit(
    context: Context, transacties: Sequence[Transactie], onderwerp: Onderwerp, gegeven: str, dag: date
) -> Uitleg:
    """Explain why there is no outcome on a day: it waits, or was withdrawn; else GeenUitleg."""
    verloop = _verloop(context, transacties)
    wachtend = [w for w in _wachtend(verloop, onderwerp, gegeven) if w.vanaf <= dag < w.tot]
    if wachtend:
        over = verloop.heet(gegeven)
        zinnen = (
            f"Op {datum(dag)} is er geen uitkomst voor {over}.",
            f"Het gaat over {verloop.over(onderwerp)}.",
            *(_waarom_wacht(verloop, w) for w in wachtend),
        )
        return _uitleg(transacties[-1], "", [Alinea("Wat wacht er nog?", tuple(dict.fromkeys(zinnen)))])
    for plek in reversed(verloop.plekken):
        a = plek.gevolg.inhoud
        if isinstance(a, Afleiding) and (a.gegeven, a.onderwerp) == (gegeven, onderwerp) and _raakt(a.stuk, dag):
            return _uitleg(plek.transactie, plek.gevolg.id, _alineas(verloop, Afgeleid(plek, a)))
    wat = f"{verloop.heet(gegeven)} van {verloop.over(onderwerp)}"
    raise GeenUitleg(f"op {datum(dag)} is {wat} nooit vastgesteld; vraag een andere dag, of een andere rij")


def _verloop(context: Context, transacties: Sequence[Transactie]) -> Verloop:
    if not transacties:
        raise GeenUitleg("hier is nog niets vastgelegd; noem een ander aggregaat, of een later moment")
    aggregaat = transacties[0].aggregaat
    if aggregaat not in {soort.naam for soort in context.aggregaten}:
        raise GeenUitleg(f"over {aggregaat} beslist geen regel; vraag de herkomst, met `gevolg herkomst`")
    return Verloop(context.aggregaat(aggregaat), transacties)


def _uitleg(transactie: Transactie, gevolg_id: str, alineas: Sequence[Alinea | None]) -> Uitleg:
    wie = (transactie.register, transactie.aggregaat, transactie.aggregaat_id)
    return Uitleg(*wie, gevolg_id, tuple(alinea for alinea in alineas if alinea is not None))


def _raakt(stuk: Stuk, dag: date) -> bool:
    return stuk.vanaf <= dag < stuk.tot


def _alineas(verloop: Verloop, uitkomst: Afgeleid) -> list[Alinea | None]:
    return [
        _wat(verloop, uitkomst),
        hoe_berekend(verloop, uitkomst),
        _gegevens(verloop, uitkomst),
        _waarop(verloop, uitkomst),
        _waardoor(verloop, uitkomst),
        eerder(verloop, uitkomst),
        twijfels_toen(verloop, uitkomst),
        sindsdien(verloop, uitkomst),
        _wacht_nog(verloop, uitkomst),
    ]


# --- what was decided -----------------------------------------------------------------------------------------

_BESLOTEN = {
    Wijziging.VASTSTELLEN: "Wij stelden{op} {heet} vast: {waarde}.",
    Wijziging.HERZIEN: "Wij hebben{op} {heet} herzien: eerst {was}, nu {waarde}.",
    Wijziging.CORRIGEREN: "Wij berekenden{op} {heet} opnieuw: eerst {was}, nu {waarde}.",
    Wijziging.HANDHAVEN: "Wij hebben{op} {heet} gehandhaafd: {waarde}.",
    Wijziging.INTREKKEN: "Wij hebben{op} {heet} ingetrokken. Dat was: {was}.",
    Wijziging.ZEKERHEID_WIJZIGEN: "Voor {heet} bleef{op} de uitkomst gelijk: {waarde}.",
}
_BEREKEND = "Wij berekenden{op} {heet}: {waarde}."
_EIGEN_WOORDEN = "Wij stelden{op} over {heet} vast: er is {waarde}."


def _wat(verloop: Verloop, uitkomst: Afgeleid) -> Alinea:
    plek, afleiding = uitkomst
    stuk = afleiding.stuk
    besluit = is_besluit(verloop, afleiding)
    soort = plek.gevolg.soort
    vorm = _BESLOTEN[soort]
    if soort is Wijziging.VASTSTELLEN and verloop.eigen_woorden(afleiding.gegeven, stuk.claim):
        vorm = _EIGEN_WOORDEN
    elif soort is Wijziging.VASTSTELLEN and not besluit:
        vorm = _BEREKEND
    gezegd = vorm.format(
        op=dag_van(plek),
        heet=verloop.heet(afleiding.gegeven),
        was=verloop.uitkomst(afleiding.gegeven, afleiding.betreft or "", afleiding.was),
        waarde=verloop.uitkomst(afleiding.gegeven, stuk.claim, stuk.waarde),
    )
    kop = "Wat is er besloten?" if besluit else "Wat is er berekend?"
    zinnen = (gezegd, f"Het gaat over {verloop.over(afleiding.onderwerp)}.", *_wanneer(verloop, afleiding))
    return Alinea(kop, zinnen)


def _wanneer(verloop: Verloop, afleiding: Afleiding) -> Iterator[str]:
    """The days for which it holds, and the one day on which it was judged."""
    stuk = afleiding.stuk
    peil = next((invoer for invoer in stuk.invoer if invoer.gegeven == PEILDATUM), None)
    if peil is not None:
        heet = verloop.heet(verloop.gebruikt(afleiding, PEILDATUM)[0])
        yield f"Wij keken naar hoe het was op {waarde_tekst(PEILDATUM, peil.waarde)}, {heet}."
    dagen = dagen_tekst(stuk.vanaf, stuk.tot)
    if dagen:
        yield f"Dit geldt {dagen}."


# --- what was used --------------------------------------------------------------------------------------------


def _gegevens(verloop: Verloop, uitkomst: Afgeleid) -> Alinea | None:
    """Each gegeven that was used, also by the calculations it rests on: where it comes from, its value, how sure."""
    per_bron: dict[str, dict[str, None]] = {}
    zeker: set[bool] = set()
    for een in keten(verloop, uitkomst):
        for invoer in een.afleiding.stuk.invoer:
            if invoer.gegeven not in (REGELVERSIE, PEILDATUM):
                bron = verloop.herkomst(invoer.claim, een.plek.nummer)
                per_bron.setdefault(_vandaan(bron), {})[_gegeven(verloop, een, invoer)] = None
                zeker.add(invoer.zekerheid == Zekerheid.ONBETWIST)
    if not per_bron:
        return None
    geen = "Over geen van deze gegevens was toen twijfel."
    rest = "Over de andere gegevens was toen geen twijfel."
    zinnen = (geen if zeker == {True} else rest,) if True in zeker else ()
    punten = (f"{vandaan}: {'; '.join(gegevens)}." for vandaan, gegevens in per_bron.items())
    return Alinea("Welke gegevens gebruikten wij?", zinnen, tuple(punten))


def _gegeven(verloop: Verloop, een: Afgeleid, invoer: Invoer) -> str:
    gegeven, kind = verloop.gebruikt(een.afleiding, invoer.gegeven)
    heet = verloop.heet(gegeven) + (f" ({kind})" if kind else "")
    toen = "" if invoer.zekerheid == Zekerheid.ONBETWIST else f" (toen {zekerheid_tekst(invoer.zekerheid)})"
    return f"{heet}: {verloop.uitkomst(gegeven, invoer.claim, invoer.waarde)}{toen}"


def _vandaan(bron: Herkomst | None) -> str:
    """Where a claim comes from."""
    if bron is None:
        return "Ook gebruikt"
    op = dag_van(bron.plek)
    if isinstance(bron, Beweerd):
        return f"Vastgelegd{op}, na {aanleiding_tekst(bron.plek.transactie.verantwoording.aanleiding)}"
    if isinstance(bron, Verteld):
        daar = datum(lokale_dag(bron.bericht.geregistreerd_op))
        return f"Overgenomen{op} van {register(bron.plek, bron.bron)} (bericht {bron.bericht.nummer} van {daar})"
    verklaring = bron.plek.gevolg.verklaring
    regel = f" met de regel “{verklaring.regel}”" if verklaring else ""
    return f"Zelf berekend{op}{regel}"


# --- on what ground, by whom and because of what --------------------------------------------------------------


def _waarop(verloop: Verloop, uitkomst: Afgeleid) -> Alinea:
    wat = "Dit besluit" if is_besluit(verloop, uitkomst.afleiding) else "Deze berekening"
    regels: dict[str, None] = {}
    for een in keten(verloop, uitkomst):
        verklaring = een.plek.gevolg.verklaring
        if verklaring is not None:
            gronden = "; ".join(grond_tekst(grond) for grond in een.plek.gevolg.legitimering)
            heet = verloop.heet(een.afleiding.gegeven)
            regels[f"voor {heet} de regel “{verklaring.regel}”, versie {verklaring.regelversie}: {gronden}"] = None
    zinnen = (grond_zin(uitkomst.plek.gevolg, wat), "Wij gebruikten:")
    return Alinea("Waarop rust dat?", zinnen, tuple(regels))


def _waardoor(verloop: Verloop, uitkomst: Afgeleid) -> Alinea:
    """Who decided, and what set it in motion."""
    verantwoording = uitkomst.plek.transactie.verantwoording
    zinnen = [*_beslist(verloop, uitkomst), f"De aanleiding: {aanleiding_tekst(verantwoording.aanleiding)}."]
    if verantwoording.beslisser and uitkomst.afleiding.stuk.toelichting is None:
        zinnen.append(f"Die werd behandeld door {verantwoording.beslisser}{_namens(uitkomst.plek)}.")
    wie = verantwoording.verantwoordelijke
    zinnen.append(f"Verantwoordelijk is: {wie.organisatie}, {wie.onderdeel}.")
    return Alinea("Wie besliste, en waardoor?", tuple(zinnen))


def _beslist(verloop: Verloop, uitkomst: Afgeleid) -> Iterator[str]:
    """The official who decided (of each outcome in the chain), or that the rule did."""
    met_ambtenaar = [een for een in keten(verloop, uitkomst) if een.afleiding.stuk.toelichting is not None]
    for een in met_ambtenaar:
        plek, soort = oordeel(verloop, een)
        wie = plek.transactie.verantwoording.beslisser or "een ambtenaar"
        over = verloop.heet(een.afleiding.gegeven)
        if soort == Oordeelsoort.BESLIST:
            yield f"Over {over} besliste {wie}{_namens(plek)} zelf."
        else:
            yield f"Over {over} liet {wie}{_namens(plek)} het besluit doorgaan, hoewel er twijfel was."
    if not met_ambtenaar:
        yield "Dit volgde uit de regels; een ambtenaar hoefde daar niet over te beslissen."
    yield from toelichtingen(verloop, uitkomst)


def _namens(plek: Plek) -> str:
    namens = plek.transactie.verantwoording.namens
    return f", namens {namens.bevoegdheid} ({namens.verwijzing})," if namens else ""


# --- what waits -----------------------------------------------------------------------------------------------


def _wachtend(verloop: Verloop, onderwerp: Onderwerp, gegeven: str) -> tuple[Wachtend, ...]:
    """What waits of one gegeven in the end."""
    aanhoudingen = [p.gevolg.inhoud for p in verloop.plekken if isinstance(p.gevolg.inhoud, Aanhouding)]
    alle = aanhoudingen[-1].wachtend if aanhoudingen else ()
    return tuple(w for w in alle if (w.onderwerp, w.gegeven) == (onderwerp, gegeven))


def _waarom_wacht(verloop: Verloop, w: Wachtend) -> str:
    wat = "Een ambtenaar moet hiernaar kijken" if w.taak else "Het besluit is aangehouden: het wacht"
    welke = in_twijfel(verloop, w) if w.reden == IN_TWIJFEL else []
    return f"{wat}. De reden: {': '.join([reden_tekst(w.reden), *([opsomming(welke)] if welke else [])])}."


def _wacht_nog(verloop: Verloop, uitkomst: Afgeleid) -> Alinea | None:
    a = uitkomst.afleiding
    wacht = [w for w in _wachtend(verloop, a.onderwerp, a.gegeven) if w.vanaf < a.stuk.tot and a.stuk.vanaf < w.tot]
    if not wacht:
        return None
    zinnen = (
        "Een nieuwe uitkomst wacht. Zolang blijft gelden wat er was.",
        *(_waarom_wacht(verloop, w) for w in wacht),
    )
    return Alinea("Wat wacht er nog?", tuple(dict.fromkeys(zinnen)))
