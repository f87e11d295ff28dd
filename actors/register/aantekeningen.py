"""Aantekeningen: all that was noted about the claims of one aggregate, folded; the state keeps it beside the claims."""

from actors.register.annotatie import Afloop, Annotatie, Degistratie
from actors.register.taak import Oordeelsoort, Taakoordeel
from actors.register.terugmelding import Terugmelding
from actors.register.tijdlijnen import Onderwerp
from actors.register.zekerheid import GEEN_TWIJFEL, Twijfel, Twijfels


class Aantekeningen:
    """The doubts on claims, what was degistered, the terugmeldingen, and what officials did about what waits."""

    __slots__ = ("_annotaties", "_op", "bevestigd", "oordelen", "terugmeldingen", "weg")

    def __init__(self) -> None:
        self._annotaties: dict[str, Annotatie] = {}
        self._op: dict[str, Twijfels] = {}
        self.bevestigd: frozenset[str] = frozenset()
        self.weg: frozenset[str] = frozenset()
        self.terugmeldingen: dict[str, Terugmelding] = {}
        self.oordelen: dict[tuple[str, Onderwerp], tuple[Taakoordeel, ...]] = {}

    def noteer(self, annotatie: Annotatie) -> None:
        """Fold a doubt in: the last one recorded under its id counts."""
        self._annotaties[annotatie.twijfel] = annotatie
        self._op = {}
        for open_ in self.open():
            for claim in open_.betreft:
                eerder = self._op.get(claim, GEEN_TWIJFEL)
                self._op[claim] = eerder | {Twijfel(open_.twijfel, claim, open_.status)}
        ongegrond = (a for a in self._annotaties.values() if a.uitkomst == Afloop.ONGEGROND)
        self.bevestigd = frozenset(claim for a in ongegrond for claim in a.betreft)

    def degistreer(self, degistratie: Degistratie) -> None:
        """Fold a degistratie in, or what undoes one."""
        self.weg = self.weg.union(degistratie.valt).difference(degistratie.herleeft)

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
        return self._op.get(claim, GEEN_TWIJFEL) if self._op else GEEN_TWIJFEL

    def annotatie(self, twijfel: str) -> Annotatie | None:
        """What was last noted under this id, open or ended."""
        return self._annotaties.get(twijfel)

    def open(self) -> list[Annotatie]:
        """The doubts that are open, in the order in which they were first noted."""
        return [annotatie for annotatie in self._annotaties.values() if annotatie.status]

    @property
    def alle(self) -> tuple[Annotatie, ...]:
        """Whatever was noted, open and ended."""
        return tuple(self._annotaties.values())
