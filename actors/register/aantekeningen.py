"""Aantekeningen: all that was noted about the claims of one aggregate, folded; the state keeps it beside the claims."""

from collections.abc import Collection
from typing import Final

from actors.register.annotatie import Afloop, Annotatie, Degistratie
from actors.register.gevolg import Inhoud, Vastlegging, Wijziging
from actors.register.taak import Oordeelsoort, Taakoordeel
from actors.register.terugmelding import Terugmelding
from actors.register.tijdlijnen import Onderwerp
from actors.register.zekerheid import GEEN_TWIJFEL, Twijfel, Twijfels, Zekerheid


class Aantekeningen:
    """The doubts on claims, what was degistered, the terugmeldingen, and what officials did about what waits.

    `bevestigd` are the claims that an onderzoek found to be right, the last onderzoek of each; `weg` those that were
    degistered. `ingrepen` are the endings and degistraties in the order in which they were recorded: of each the kind
    of change and its claims.
    """

    __slots__ = ("_annotaties", "_op", "_vervallen", "bevestigd", "ingrepen", "oordelen", "terugmeldingen", "weg")

    def __init__(self) -> None:
        self._annotaties: dict[str, Annotatie] = {}
        self._op: dict[str, Twijfels] = {}
        self._vervallen: dict[str, Annotatie] = {}
        self.bevestigd: frozenset[str] = frozenset()
        self.weg: frozenset[str] = frozenset()
        self.ingrepen: list[tuple[Wijziging, tuple[str, ...]]] = []
        self.terugmeldingen: dict[str, Terugmelding] = {}
        self.oordelen: dict[tuple[str, Onderwerp], tuple[Taakoordeel, ...]] = {}

    def noteer(self, annotatie: Annotatie) -> None:
        """Fold a doubt in: the last one recorded under its id counts."""
        eerder = self._annotaties.get(annotatie.twijfel)
        if eerder is not None and eerder.status != Zekerheid.AANGEVOCHTEN:
            self._bevestig(annotatie)
        self._annotaties[annotatie.twijfel] = annotatie
        self._vervallen.pop(annotatie.twijfel, None)
        if annotatie.uitkomst == Afloop.VERVALLEN and eerder is not None:
            self._vervallen[annotatie.twijfel] = eerder
        for claim in eerder.betreft if eerder is not None else ():
            self._op[claim] = frozenset(t for t in self.op(claim) if t.id != annotatie.twijfel)
        for claim in annotatie.betreft if annotatie.status else ():
            self._op[claim] = self.op(claim) | {Twijfel(annotatie.twijfel, claim, annotatie.status)}

    def _bevestig(self, beeindigd: Annotatie) -> None:
        """Of several onderzoeken on one claim the last outcome counts; one that was taken back found nothing."""
        if beeindigd.uitkomst == Afloop.ONGEGROND:
            self.bevestigd = self.bevestigd.union(beeindigd.betreft)
        elif beeindigd.uitkomst == Afloop.GEGROND:
            self.bevestigd = self.bevestigd.difference(beeindigd.betreft)

    def degistreer(self, degistratie: Degistratie) -> None:
        """Fold a degistratie in, or what undoes one."""
        self.weg = self.weg.union(degistratie.valt).difference(degistratie.herleeft)

    def noteer_ingreep(self, soort: Wijziging, inhoud: Inhoud) -> None:
        """Remember an ending or degistratie in its order, so that the last one can be undone; what is undone goes."""
        if isinstance(inhoud, Vastlegging):
            self.ingrepen.append((soort, tuple(claim.id for claim in inhoud.claims)))
        elif isinstance(inhoud, Degistratie) and soort is Wijziging.DEGISTREREN:
            self.ingrepen.append((soort, inhoud.valt))
        elif isinstance(inhoud, Degistratie):
            self.ingrepen = [
                (s, tuple(c for c in claims if not _hersteld(inhoud, s, c))) for s, claims in self.ingrepen
            ]

    def neem_terugmelding_op(self, terugmelding: Terugmelding) -> None:
        """Fold a terugmelding in: the last status counts."""
        self.terugmeldingen[terugmelding.id] = terugmelding

    def neem_oordeel_op(self, oordeel: Taakoordeel) -> None:
        """Fold in what an official did; it replaces what was done before about the same cause on those days."""
        plek = (oordeel.gegeven, oordeel.onderwerp)
        rest = tuple(o for o in self.oordelen.get(plek, ()) if not oordeel.geldt(o.kenmerk, o.vanaf, o.tot))
        hervat = oordeel.oordeel == Oordeelsoort.HERVAT
        self.oordelen[plek] = rest if hervat else (*rest, oordeel)

    # --- what is asked of it ---

    def op(self, claim: str) -> Twijfels:
        """The open doubts on a claim."""
        return self._op.get(claim, GEEN_TWIJFEL)

    def annotatie(self, twijfel: str) -> Annotatie | None:
        """What was last noted under this id, open or ended."""
        return self._annotaties.get(twijfel)

    def vervallen(self, claims: Collection[str]) -> list[Annotatie]:
        """The doubts, as they were, that ended only because the claims they were on fell: on any of these."""
        return [a for a in self._vervallen.values() if not set(claims).isdisjoint(a.betreft)]

    def open(self) -> list[Annotatie]:
        """The doubts that are open, in the order in which they were first noted."""
        return [annotatie for annotatie in self._annotaties.values() if annotatie.status]

    @property
    def alle(self) -> tuple[Annotatie, ...]:
        """Whatever was noted, open and ended."""
        return tuple(self._annotaties.values())


def _hersteld(herstel: Degistratie, soort: Wijziging, claim: str) -> bool:
    """Whether this undoes what was done to a claim: an ending that was undone is over, one that counts again is not."""
    return claim in herstel.valt or (soort is Wijziging.DEGISTREREN and claim in herstel.herleeft)


GEEN_AANTEKENINGEN: Final = Aantekeningen()
"""Shared by every aggregate about which nothing was noted; nothing is noted in it."""
