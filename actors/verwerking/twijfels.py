"""Twijfels: the doubt under an outcome, and the official who let it go on all the same, in plain Dutch (B1).

To the betrokkene (`discreet`, as in motivering) no values that are about someone are told, nor what others wrote.
"""

from datetime import date, timedelta

from actors.register.annotatie import Annotatie
from actors.register.gevolg import Wachtend
from actors.register.taak import Oordeelsoort, Taakoordeel
from actors.register.tijdlijnen import Onderwerp, stuk_op
from actors.register.zekerheid import Twijfel, schort_op
from actors.verwerking.motivering import Alinea, keten, waarde_voor
from actors.verwerking.verloop import Afgeleid, Plek, Verloop, Verteld, gezegd
from actors.verwerking.verschillen import register
from actors.verwerking.woorden import zekerheid_tekst, zin

_DOORGEGAAN = "Een ambtenaar liet het besluit toch doorgaan."


def twijfels_toen(verloop: Verloop, uitkomst: Afgeleid, discreet: str | None = None) -> Alinea | None:
    """What was in doubt when this was recorded, of what it rests on or of itself; and if it went on all the same."""
    stuk = uitkomst.afleiding.stuk
    if not stuk.twijfels:
        return None
    punten = {_twijfel(verloop, uitkomst, twijfel, discreet): None for twijfel in sorted(stuk.twijfels)}
    zinnen = ["Toen wij dit vastlegden, was er twijfel of bezwaar. De uitkomst rust daarop, en blijft zolang gelden."]
    met_ambtenaar = [een for een in keten(verloop, uitkomst) if een.afleiding.stuk.toelichting is not None]
    if any(oordeel(verloop, een)[1] == Oordeelsoort.DOORBROKEN for een in met_ambtenaar):
        zinnen.append(_DOORGEGAAN)
    return Alinea("Is er twijfel?", tuple(zinnen), tuple(punten))


def oordeel(verloop: Verloop, een: Afgeleid) -> tuple[Plek, str]:
    """Where an official decided about this outcome, and what; else where it was recorded, with what he adds."""
    a = een.afleiding
    for plek in reversed(verloop.plekken[: een.plek.nummer]):
        o = plek.gevolg.inhoud
        zelfde = isinstance(o, Taakoordeel) and (o.gegeven, o.onderwerp) == (a.gegeven, a.onderwerp)
        if isinstance(o, Taakoordeel) and zelfde and o.toelichting == a.stuk.toelichting:
            return plek, o.oordeel
    return een.plek, Oordeelsoort.BESLIST


def in_twijfel(verloop: Verloop, wacht: Wachtend) -> list[str]:
    """Which gegevens are in doubt, of what an outcome that waits would rest on; each by its name and value."""
    tot = len(verloop.plekken)
    beeld = verloop.staat(tot).beeld()
    regels = {regel.geeft: regel for regel in verloop.soort.regels}
    uit: dict[str, None] = {}

    def loop(gegeven: str, onderwerp: Onderwerp, vanaf: date, tot_dag: date) -> None:
        regel = regels[gegeven]
        peil = stuk_op(beeld.zoek(onderwerp, regel.peildatum), vanaf) if regel.peildatum else None
        if peil is not None:
            vanaf, tot_dag = peil.waarde, peil.waarde + timedelta(days=1)
        for naam in (*regel.parameters, *filter(None, (regel.peildatum,))):
            if naam in regels:
                loop(naam, onderwerp[: regels[naam].over], vanaf, tot_dag)
                continue
            lijnen = (
                beeld.kinderen(onderwerp, naam).values() if naam in regel.lijsten else [beeld.zoek(onderwerp, naam)]
            )
            for stuk in (stuk for lijn in lijnen for stuk in lijn):
                if stuk.vanaf < tot_dag and vanaf < stuk.tot and schort_op(stuk.twijfels):
                    uit[genoemd(verloop, stuk.claim, tot)] = None

    loop(wacht.gegeven, wacht.onderwerp, wacht.vanaf, wacht.tot)
    return list(uit)


def genoemd(verloop: Verloop, claim: str | None, tot: int, discreet: str | None = None) -> str:
    """A claim by the name and the value of its gegeven."""
    bron = verloop.herkomst(claim, tot) if claim else None
    if bron is None:
        return "een gegeven"
    gegeven, waarde = gezegd(bron)
    gezegde = waarde_voor(verloop, gegeven, waarde, discreet)
    return f"{verloop.heet(gegeven)} ({gezegde})" if gezegde else verloop.heet(gegeven)


def _twijfel(verloop: Verloop, uitkomst: Afgeleid, twijfel: Twijfel, discreet: str | None) -> str:
    nummer = uitkomst.plek.nummer
    noten = (p.gevolg.inhoud for p in reversed(verloop.plekken[: nummer + 1]))
    reden = next((n.toelichting for n in noten if isinstance(n, Annotatie) and n.twijfel == twijfel.id), "")
    wat = f"{_waarover(verloop, uitkomst, twijfel, discreet)}: {zekerheid_tekst(twijfel.status)}"
    return f"{zin(wat)} {zin(reden) if discreet is None else ''}".rstrip()


def _waarover(verloop: Verloop, uitkomst: Afgeleid, twijfel: Twijfel, discreet: str | None) -> str:
    """What is in doubt: a claim of this aggregate, or something that what was taken over rests on."""
    if twijfel.claim == uitkomst.afleiding.stuk.claim:
        return "de uitkomst zelf"
    bron = verloop.herkomst(twijfel.claim, uitkomst.plek.nummer)
    if bron is not None:
        return genoemd(verloop, twijfel.claim, uitkomst.plek.nummer, discreet)
    for een in keten(verloop, uitkomst):
        for invoer in een.afleiding.stuk.invoer:
            bron = verloop.herkomst(invoer.claim, uitkomst.plek.nummer)
            if isinstance(bron, Verteld) and twijfel in bron.mededeling.twijfels:
                heet = verloop.heet(bron.mededeling.gegeven)
                return f"iets waarop {heet} rust, volgens {register(bron.plek, bron.bron)}"
    return "iets waarop de uitkomst rust"
