"""Staat: the fold of one aggregate's gevolgen into its set of claims and what was decided on them.

The fold is pure and knows no position and no registration moment: neither exists yet while a commando is judged.
"""

from collections.abc import Iterable, Iterator
from datetime import date, datetime

from actors.register.beeld import Beeld, Lijnen
from actors.register.claim import Claim, Mededeling
from actors.register.gevolg import (
    Aanhouding,
    Afleiding,
    Bericht,
    Gevolg,
    Herroeping,
    Overname,
    Transactie,
    Vastlegging,
    Wachtend,
)
from actors.register.tijdlijnen import Onderwerp, Stuk, Tijdlijn, smelt, stapel, verf

_Plek = tuple[str, Onderwerp]
"""What a time line is about: the gegeven and its onderwerp."""

_Ontvangst = tuple[datetime, int, date, str, bytes]
"""Where a received piece comes in the order of publication: moment and number there, then what tells it apart."""


class Staat:
    """The claims of one aggregate, what it received, what it decided, and what waits."""

    __slots__ = (
        "_basis",
        "_claims",
        "_ontvangen",
        "_vastgesteld",
        "_verouderd",
        "_vervangen",
        "volgnummer",
        "wachtend",
    )

    def __init__(self) -> None:
        self._claims: dict[_Plek, list[Claim]] = {}
        self._vervangen: set[str] = set()
        self._ontvangen: dict[_Plek, dict[_Ontvangst, Mededeling]] = {}
        self._vastgesteld: dict[str, dict[Onderwerp, Tijdlijn]] = {}
        self._basis: Lijnen = {}
        self._verouderd: dict[_Plek, None] = {}
        self.volgnummer = 0
        self.wachtend: tuple[Wachtend, ...] = ()

    def pas_toe(self, gevolg: Gevolg) -> None:
        """Fold one gevolg in."""
        inhoud = gevolg.inhoud
        if isinstance(inhoud, Afleiding):
            lijnen = self._vastgesteld.setdefault(inhoud.gegeven, {})
            lijnen[inhoud.onderwerp] = verf(lijnen.get(inhoud.onderwerp, []), inhoud.stuk)
        elif isinstance(inhoud, Vastlegging):
            for claim in inhoud.claims:
                self._leg_vast(claim)
        elif isinstance(inhoud, Overname):
            for bericht in inhoud.berichten:
                for mededeling in bericht.mededelingen:
                    plek = (mededeling.gegeven, mededeling.onderwerp)
                    self._ontvangen.setdefault(plek, {})[_plaats(inhoud, bericht, mededeling)] = mededeling
                    self._verouderd[plek] = None
        elif isinstance(inhoud, Aanhouding):
            self.wachtend = inhoud.wachtend
        elif isinstance(inhoud, Herroeping):
            self._herroep(inhoud)

    def _herroep(self, herroeping: Herroeping) -> None:
        """Let go of every received piece that does not stay; of a line of which nothing stays, also of the line."""
        for plek, stukken in self._ontvangen.items():
            weg = [plaats for plaats in stukken if not _blijft(herroeping, plaats)]
            for plaats in weg:
                del stukken[plaats]
            if weg:
                self._verouderd[plek] = None
        self._ontvangen = {plek: stukken for plek, stukken in self._ontvangen.items() if stukken}

    def _leg_vast(self, claim: Claim) -> None:
        plek = (claim.gegeven, claim.onderwerp)
        hier = self._claims.setdefault(plek, [])
        if claim.corrigeert is not None:
            self._vervangen.add(claim.corrigeert)
            if all(eerder.id != claim.corrigeert for eerder in hier):
                self._verouderd.update(dict.fromkeys(self._claims))  # it corrects a claim about something else
        hier.append(claim)
        self._verouderd[plek] = None

    def pas_transactie_toe(self, transactie: Transactie) -> None:
        """Fold a whole transactie in."""
        for gevolg in transactie.gevolgen:
            self.pas_toe(gevolg)
        self.volgnummer = transactie.volgnummer

    @property
    def heeft_claims(self) -> bool:
        """Whether anything was ever asserted here by a commando (what was only received does not count)."""
        return bool(self._claims)

    def actieve_claims(self) -> Iterator[Claim]:
        """The claims that no later claim corrected."""
        return (claim for claims in self._claims.values() for claim in claims if claim.id not in self._vervangen)

    def claim(self, onderwerp: Onderwerp, gegeven: str) -> Claim | None:
        """The active claim about this gegeven that begins last, or None."""
        hier = self._claims.get((gegeven, onderwerp), ())
        actief = (claim for claim in hier if claim.id not in self._vervangen)
        return max(actief, key=lambda c: (c.vanaf, c.id), default=None)

    def is_ontvangen(self, overname: Overname, bericht: Bericht, mededeling: Mededeling) -> bool:
        """Whether this very mededeling was taken over before (redelivery)."""
        stukken = self._ontvangen.get((mededeling.gegeven, mededeling.onderwerp), {})
        return _plaats(overname, bericht, mededeling) in stukken

    def verliest(self, herroeping: Herroeping) -> bool:
        """Whether anything that was taken over here does not stay."""
        return any(not _blijft(herroeping, plaats) for stukken in self._ontvangen.values() for plaats in stukken)

    def vastgesteld(self, onderwerp: Onderwerp, gegeven: str) -> Tijdlijn:
        """The recorded time line of a derived gegeven, empty when there is none."""
        return self._vastgesteld.get(gegeven, {}).get(onderwerp, [])

    def vastgestelde_onderwerpen(self, gegeven: str) -> Iterable[Onderwerp]:
        """The onderwerpen about which this derived gegeven was ever recorded."""
        return self._vastgesteld.get(gegeven, ())

    def basis(self) -> Beeld:
        """The time lines of what was asserted and received: the ground on which rules derive.

        Of asserted claims the one that begins last applies; of received pieces the one published last. Only the lines
        that something was added to since are made anew.
        """
        nieuw: Lijnen = {}
        for gegeven, onderwerp in self._verouderd:
            if gegeven not in nieuw:
                nieuw[gegeven] = dict(self._basis.get(gegeven, ()))
            lijn = self._lijn((gegeven, onderwerp))
            if lijn:
                nieuw[gegeven][onderwerp] = lijn
            else:
                nieuw[gegeven].pop(onderwerp, None)
        self._basis.update(nieuw)
        self._verouderd.clear()
        return Beeld(self._basis)

    def _lijn(self, plek: _Plek) -> Tijdlijn:
        ontvangen = self._ontvangen.get(plek)
        if ontvangen is None:
            vervangen = self._vervangen
            claims = self._claims.get(plek, ())
            return stapel([Stuk(c.vanaf, c.tot, c.waarde, c.id) for c in claims if c.id not in vervangen])
        lijn: Tijdlijn = []
        for sleutel in sorted(ontvangen):
            m = ontvangen[sleutel]
            lijn = verf(lijn, Stuk(m.vanaf, m.tot, m.waarde, m.claim, m.twijfels))
        return smelt(lijn, _zelfde_claim)

    def beeld(self) -> Beeld:
        """All time lines as recorded: asserted, received and derived."""
        beeld = self.basis()
        for gegeven, lijnen in self._vastgesteld.items():
            for onderwerp, lijn in lijnen.items():
                beeld.zet(onderwerp, gegeven, smelt(lijn, _zelfde_uitkomst))
        return beeld


def _plaats(overname: Overname, bericht: Bericht, mededeling: Mededeling) -> _Ontvangst:
    return (bericht.geregistreerd_op, bericht.nummer, mededeling.vanaf, overname.bron, overname.bron_id)


def _blijft(herroeping: Herroeping, plaats: _Ontvangst) -> bool:
    _, nummer, _, bron, bron_id = plaats
    return herroeping.laat(bron, bron_id, nummer)


def _zelfde_claim(een: Stuk, ander: Stuk) -> bool:
    return een.claim == ander.claim and een.waarde == ander.waarde and een.twijfels == ander.twijfels


def _zelfde_uitkomst(een: Stuk, ander: Stuk) -> bool:
    return _zelfde_claim(een, ander) and een.zelfde_grond(ander)
