"""Verloop: what one aggregate recorded, in order, and where each of its claims comes from."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any, NamedTuple, TypeAlias

from actors.register.claim import Claim, Mededeling
from actors.register.context import Aggregaatsoort
from actors.register.gevolg import Afleiding, Bericht, Gevolg, Overname, Transactie, Vastlegging
from actors.register.regel import Regel
from actors.register.staat import Staat
from actors.register.tijdlijnen import Onderwerp, Stuk, verf
from actors.verwerking.woorden import gegeven_tekst, waarde_tekst

PEILDATUM = "peildatum"
"""The name under which the day on which a rule judges stands among its invoer."""


class Plek(NamedTuple):
    """Where something was recorded: the n-th gevolg of the aggregate, and its transactie."""

    nummer: int
    transactie: Transactie
    gevolg: Gevolg


class Afgeleid(NamedTuple):
    """A claim that a rule gave here."""

    plek: Plek
    afleiding: Afleiding


class Beweerd(NamedTuple):
    """A claim that was asserted here."""

    plek: Plek
    claim: Claim


class Verteld(NamedTuple):
    """A claim that was taken over from a register."""

    plek: Plek
    bron: str
    bericht: Bericht
    mededeling: Mededeling


class Voorganger(NamedTuple):
    """What stood in [vanaf, tot) before an outcome."""

    vanaf: date
    tot: date
    uitkomst: Afgeleid


Herkomst: TypeAlias = Afgeleid | Beweerd | Verteld


def gezegd(herkomst: Herkomst) -> tuple[str, Any]:
    """Which gegeven was recorded there, and its value."""
    if isinstance(herkomst, Afgeleid):
        return herkomst.afleiding.gegeven, herkomst.afleiding.stuk.waarde
    bron = herkomst.claim if isinstance(herkomst, Beweerd) else herkomst.mededeling
    return bron.gegeven, bron.waarde


def plek_van(herkomst: Herkomst) -> tuple[Onderwerp, str]:
    """What was recorded there is about: its onderwerp and its gegeven."""
    if isinstance(herkomst, Afgeleid):
        return herkomst.afleiding.onderwerp, herkomst.afleiding.gegeven
    bron = herkomst.claim if isinstance(herkomst, Beweerd) else herkomst.mededeling
    return bron.onderwerp, bron.gegeven


class Verloop:
    """The transacties of one aggregate up to some moment, oldest first, and the claims in them."""

    def __init__(self, soort: Aggregaatsoort, transacties: Sequence[Transactie]) -> None:
        self.soort = soort
        gevolgen = ((transactie, gevolg) for transactie in transacties for gevolg in transactie.gevolgen)
        self.plekken = [Plek(nummer, transactie, gevolg) for nummer, (transactie, gevolg) in enumerate(gevolgen)]
        self._claims: dict[str, list[Herkomst]] = {}
        for plek in self.plekken:
            for claim, herkomst in _claims(plek):
                self._claims.setdefault(claim, []).append(herkomst)

    def plek(self, gevolg_id: str) -> Plek | None:
        """Where this gevolg was recorded; None when it was not, here."""
        return next((plek for plek in self.plekken if plek.gevolg.id == gevolg_id), None)

    def herkomst(self, claim: str, tot: int) -> Herkomst | None:
        """How a claim was last recorded up to and with the n-th gevolg; None when that was not here."""
        eerder = (herkomst for herkomst in reversed(self._claims.get(claim, ())) if herkomst.plek.nummer <= tot)
        return next(eerder, None)

    def afgeleid(self, claim: str, tot: int, dag: date) -> Afgeleid | None:
        """How a claim that a rule gave here was last considered for a day, up to and with the n-th gevolg.

        One claim may be considered again for some of its days only. None when no rule gave it here.
        """
        eerdere = [h for h in self._claims.get(claim, ()) if isinstance(h, Afgeleid) and h.plek.nummer <= tot]
        return _voor_dag(eerdere, dag)

    def intrekking(self, claim: str, tot: int, dag: date) -> Afgeleid | None:
        """How a claim that a rule gave here was withdrawn for a day, up to and with the n-th gevolg; or None."""
        alle = [Afgeleid(p, p.gevolg.inhoud) for p in self.plekken[: tot + 1] if isinstance(p.gevolg.inhoud, Afleiding)]
        return _voor_dag([e for e in alle if e.afleiding.betreft == claim and e.afleiding.stuk.waarde is None], dag)

    def voorgangers(self, uitkomst: Afgeleid) -> list[Voorganger]:
        """What stood on the very days of an outcome before it, part by part; none when nothing did."""
        a, lijn = uitkomst.afleiding, list[Stuk]()
        for herkomst in self._claims.get(a.betreft or "", ()):
            if isinstance(herkomst, Afgeleid) and herkomst.plek.nummer < uitkomst.plek.nummer:
                lijn = verf(lijn, herkomst.afleiding.stuk._replace(waarde=herkomst))
        delen = [s for s in lijn if s.vanaf < a.stuk.tot and a.stuk.vanaf < s.tot]
        return [Voorganger(max(s.vanaf, a.stuk.vanaf), min(s.tot, a.stuk.tot), s.waarde) for s in delen]

    def begin(self, claim: str) -> Plek | None:
        """Where a claim was first recorded."""
        eerste = self._claims.get(claim)
        return eerste[0].plek if eerste else None

    def staat(self, tot: int) -> Staat:
        """The state up to and with the n-th gevolg."""
        staat = Staat()
        for plek in self.plekken[: tot + 1]:
            staat.pas_toe(plek.gevolg)
        return staat

    # --- how a reader calls it ---

    def regel(self, afleiding: Afleiding) -> Regel | None:
        """The rule that gives this gegeven, when the context has it."""
        return next((regel for regel in self.soort.regels if regel.geeft == afleiding.gegeven), None)

    def heet(self, gegeven: str) -> str:
        """How a reader calls a gegeven, with its article."""
        namen = {r.geeft: r.heet for r in self.soort.regels} | {g.naam: g.heet for g in self.soort.gegevens}
        return namen.get(gegeven) or f"het gegeven {gegeven_tekst(gegeven)}"

    def eigen_woorden(self, gegeven: str, claim: str) -> str:
        """What a rule found when it gave that a name of its own: "niets verschuldigd"; else empty."""
        begin = self.begin(claim)
        regel = next((regel for regel in self.soort.regels if regel.geeft == gegeven), None)
        return regel.eigen_namen.get(begin.gevolg.naam, "") if begin and regel else ""

    def uitkomst(self, gegeven: str, claim: str, waarde: Any) -> str:
        """A value as a reader would say it: what a rule found in words of its own, else the value with its unit."""
        return self.eigen_woorden(gegeven, claim) or waarde_tekst(gegeven, waarde)

    def gebruikt(self, afleiding: Afleiding, invoer: str) -> tuple[str, str]:
        """Which gegeven an invoer of a rule is, and of several which one ("volwassene sam")."""
        naam, _, kind = invoer.partition("/")
        regel = self.regel(afleiding)
        if naam == PEILDATUM and regel is not None and regel.peildatum:
            naam = regel.peildatum
        soorten = self.soort.onderwerpen[len(afleiding.onderwerp) :]
        return naam, f"{soorten[0]} {kind}" if kind and soorten else kind

    def over(self, onderwerp: Onderwerp) -> str:
        """What an onderwerp is: "aanschaf a-1 van auto b-2"."""
        delen = [f"{naam} {deel}" for naam, deel in zip(self.soort.onderwerpen, onderwerp, strict=False)]
        return " van ".join(reversed(delen)) or " ".join(onderwerp)


def _voor_dag(eerdere: Sequence[Afgeleid], dag: date) -> Afgeleid | None:
    """The last one for a day; else the last one."""
    raakt = [een for een in eerdere if een.afleiding.stuk.vanaf <= dag < een.afleiding.stuk.tot]
    return (raakt or eerdere)[-1] if eerdere else None


def bekeken_op(afleiding: Afleiding, dag: date) -> date:
    """The day of which an outcome uses what it rests on: its peildatum, else the day itself."""
    return next((invoer.waarde for invoer in afleiding.stuk.invoer if invoer.gegeven == PEILDATUM), dag)


def _claims(plek: Plek) -> Iterator[tuple[str, Herkomst]]:
    inhoud = plek.gevolg.inhoud
    if isinstance(inhoud, Afleiding):
        yield inhoud.stuk.claim, Afgeleid(plek, inhoud)
    elif isinstance(inhoud, Vastlegging):
        for claim in inhoud.claims:
            yield claim.id, Beweerd(plek, claim)
    elif isinstance(inhoud, Overname):
        for bericht in inhoud.berichten:
            for mededeling in bericht.mededelingen:
                if mededeling.waarde is not None:
                    yield mededeling.claim, Verteld(plek, inhoud.bron, bericht, mededeling)
