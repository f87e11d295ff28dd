"""Inhoud: what a gevolg holds, in one line for people."""

from collections.abc import Iterable

from actors.register.annotatie import Annotatie, Degistratie
from actors.register.gevolg import (
    Aanhouding,
    Afleiding,
    Beoordeling,
    Gevolg,
    Herbeoordeling,
    Herroeping,
    Overname,
    Transactie,
    Vastlegging,
)
from actors.register.taak import Taakoordeel
from actors.register.terugmelding import Terugmelding
from actors.register.tijdlijnen import OPEN_BEGIN, OPEN_EIND
from actors.register.vernietiging import Vernietiging
from actors.verwerking.woorden import gegeven_tekst, geldigheid_tekst, moment_tekst, opgesomd, reden_tekst, waarde_tekst


class Inhoudverteller:
    """Tells what gevolgen hold; remembers their claims, so that what is noted about one later is told by its name."""

    def __init__(self) -> None:
        self._claims: dict[str, str] = {}

    def onthoud(self, transactie: Transactie) -> None:
        """Remember which claims a transactie made."""
        for gevolg in transactie.gevolgen:
            inhoud = gevolg.inhoud
            if isinstance(inhoud, Vastlegging):
                self._claims.update((c.id, f"{gegeven_tekst(c.gegeven)} van {c.onderwerp[-1]}") for c in inhoud.claims)
            elif isinstance(inhoud, Afleiding):
                self._claims[inhoud.stuk.claim] = f"{gegeven_tekst(inhoud.gegeven)} van {inhoud.onderwerp[-1]}"

    def tekst(self, gevolg: Gevolg) -> str:  # noqa: PLR0911 - one per kind of content
        """What a gevolg holds, on one line."""
        inhoud = gevolg.inhoud
        if isinstance(inhoud, Afleiding):
            return _afleiding(inhoud)
        if isinstance(inhoud, Vastlegging):
            return opgesomd((claim.onderwerp, claim.gegeven, claim.waarde) for claim in inhoud.claims)
        if isinstance(inhoud, Overname):
            return _overname(inhoud)
        if isinstance(inhoud, Aanhouding):
            return _aanhouding(inhoud)
        if isinstance(inhoud, Beoordeling):
            taken = ", ".join(inhoud.taken) or "geen taak"
            return f"{inhoud.bekendmaking} van {inhoud.bron}, bericht {inhoud.nummer}: {taken}"
        if isinstance(inhoud, Annotatie):
            return self._annotatie(inhoud)
        if isinstance(inhoud, Degistratie):
            return self._degistratie(inhoud)
        return _overig(inhoud)

    def _annotatie(self, a: Annotatie) -> str:
        sinds = f", sinds {moment_tekst(a.sinds)}" if a.sinds else ""
        uitkomst = f", {a.uitkomst}" if a.uitkomst else ""
        return f"{self._genoemd(a.betreft)}{sinds}{uitkomst}: {a.toelichting} (kenmerk {a.twijfel})"

    def _degistratie(self, d: Degistratie) -> str:
        delen = []
        if d.valt:
            delen.append(f"vervalt: {self._genoemd(d.valt)}")
        if d.herleeft:
            delen.append(f"herleeft: {self._genoemd(d.herleeft)}")
        sinds = f", sinds {moment_tekst(d.sinds)}" if d.sinds else ""
        return f"{'; '.join(delen)}{sinds}: {d.toelichting}"

    def _genoemd(self, claims: Iterable[str]) -> str:
        """Claims by name; one that was not seen by its id."""
        return ", ".join(dict.fromkeys(self._claims.get(claim, f"claim {claim}") for claim in claims))


def _afleiding(a: Afleiding) -> str:
    geldig = geldigheid_tekst(a.stuk.vanaf, a.stuk.tot)
    if a.stuk.waarde is None:
        return f"niets meer, was {waarde_tekst(a.gegeven, a.was)}, geldig {geldig}"
    return f"{waarde_tekst(a.gegeven, a.stuk.waarde)}, geldig {geldig}"


def _overname(overname: Overname) -> str:
    wat = opgesomd((m.onderwerp, m.gegeven, m.waarde) for m in overname.mededelingen)
    nummers = ", ".join(str(bericht.nummer) for bericht in overname.berichten)
    return f"{wat} (van {overname.bron}, bericht {nummers})"


def _aanhouding(aanhouding: Aanhouding) -> str:
    wacht = [
        f"{gegeven_tekst(w.gegeven)} van {w.onderwerp[-1]} {geldigheid_tekst(w.vanaf, w.tot)} wacht:"
        f" {reden_tekst(w.reden)}"
        for w in aanhouding.wachtend
    ]
    return "; ".join(wacht) or "niets wacht meer"


def _overig(inhoud: Terugmelding | Taakoordeel | Herbeoordeling | Vernietiging | Herroeping) -> str:
    """What happens less often."""
    if isinstance(inhoud, Terugmelding):
        return _terugmelding(inhoud)
    if isinstance(inhoud, Taakoordeel):
        wat = f"{gegeven_tekst(inhoud.gegeven)} van {inhoud.onderwerp[-1]}"
        waarde = "" if inhoud.waarde is None else f", {waarde_tekst(inhoud.gegeven, inhoud.waarde)}"
        return f"{wat}, {_dagen(inhoud)}{inhoud.oordeel}{waarde}: {inhoud.toelichting}"
    if isinstance(inhoud, Herbeoordeling):
        return f"{inhoud.regel}: {inhoud.aantal} beoordeeld, bij {inhoud.gewijzigd} iets vastgelegd"
    if isinstance(inhoud, Vernietiging):
        return f"{inhoud.betrokkene}: {inhoud.wijze}. {inhoud.toelichting}"
    if isinstance(inhoud, Herroeping):
        blijft = max((nummer for _, nummer in inhoud.blijft), default=0)
        return f"{inhoud.bron} is teruggezet: wat na bericht {blijft} kwam geldt niet meer"
    return str(inhoud)


def _dagen(oordeel: Taakoordeel) -> str:
    altijd = (oordeel.vanaf, oordeel.tot) == (OPEN_BEGIN, OPEN_EIND)
    return "" if altijd else f"{geldigheid_tekst(oordeel.vanaf, oordeel.tot)}, "


def _terugmelding(t: Terugmelding) -> str:
    wat = f"{gegeven_tekst(t.gegeven)} van {t.onderwerp[-1]} op {moment_tekst(t.peilmoment)}"
    is_ = f", nu {waarde_tekst(t.gegeven, t.betwijfelde_waarde)}"
    moet = "" if t.voorgestelde_waarde is None else f", moet zijn {waarde_tekst(t.gegeven, t.voorgestelde_waarde)}"
    bevoegd = "" if t.bevoegd else ", niet bevoegd"
    status = t.status.replace("_", " ")
    return f"{wat}{is_}{moet}; {status}, gemeld door {t.melder}{bevoegd}: {t.reden or t.toelichting} (kenmerk {t.id})"
