"""Verloop: what one aggregate recorded, in order, and where each of its claims comes from."""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple, TypeAlias

from actors.register.claim import Claim, Mededeling
from actors.register.context import Aggregaatsoort
from actors.register.gevolg import Afleiding, Bericht, Gevolg, Overname, Transactie, Vastlegging
from actors.register.regel import Regel
from actors.register.staat import Staat
from actors.register.tijdlijnen import Onderwerp
from actors.verwerking.woorden import gegeven_tekst

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


Herkomst: TypeAlias = Afgeleid | Beweerd | Verteld


def gezegd(herkomst: Herkomst) -> tuple[str, Any]:
    """Which gegeven was recorded there, and its value."""
    if isinstance(herkomst, Afgeleid):
        return herkomst.afleiding.gegeven, herkomst.afleiding.stuk.waarde
    bron = herkomst.claim if isinstance(herkomst, Beweerd) else herkomst.mededeling
    return bron.gegeven, bron.waarde


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

    def afgeleid(self, claim: str, tot: int) -> Afgeleid | None:
        """The same, only of a claim that a rule gave here."""
        herkomst = self.herkomst(claim, tot)
        return herkomst if isinstance(herkomst, Afgeleid) else None

    def intrekking(self, claim: str, tot: int) -> Afgeleid | None:
        """How a claim that a rule gave here was withdrawn, up to and with the n-th gevolg; None when it was not."""
        for plek in reversed(self.plekken[: tot + 1]):
            inhoud = plek.gevolg.inhoud
            if isinstance(inhoud, Afleiding) and inhoud.betreft == claim and inhoud.stuk.waarde is None:
                return Afgeleid(plek, inhoud)
        return None

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
