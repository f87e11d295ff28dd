"""Staat: the fold of one aggregate's gevolgen into its set of claims and what was decided on them.

The fold is pure and knows no position and no registration moment: neither exists yet while a commando is judged.
"""

from collections.abc import Iterator
from datetime import date, datetime

from actors.register.beeld import Beeld
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

_Ontvangst = tuple[datetime, int, date, str, bytes]
"""Where a received piece comes in the order of publication: moment and number there, then what tells it apart."""


class Staat:
    """The claims of one aggregate, what it received, what it decided, and what waits."""

    __slots__ = ("_claims", "_ontvangen", "_vastgesteld", "volgnummer", "wachtend")

    def __init__(self) -> None:
        self._claims: dict[str, Claim] = {}
        self._ontvangen: dict[str, dict[Onderwerp, dict[_Ontvangst, Mededeling]]] = {}
        self._vastgesteld: dict[str, dict[Onderwerp, Tijdlijn]] = {}
        self.volgnummer = 0
        self.wachtend: tuple[Wachtend, ...] = ()

    def pas_toe(self, gevolg: Gevolg) -> None:
        """Fold one gevolg in."""
        inhoud = gevolg.inhoud
        if isinstance(inhoud, Vastlegging):
            for claim in inhoud.claims:
                self._claims[claim.id] = claim
        elif isinstance(inhoud, Overname):
            for bericht in inhoud.berichten:
                for mededeling in bericht.mededelingen:
                    ontvangen = self._ontvangen.setdefault(mededeling.gegeven, {})
                    stukken = ontvangen.setdefault(mededeling.onderwerp, {})
                    stukken[_plaats(inhoud, bericht, mededeling)] = mededeling
        elif isinstance(inhoud, Afleiding):
            lijnen = self._vastgesteld.setdefault(inhoud.gegeven, {})
            lijnen[inhoud.onderwerp] = verf(lijnen.get(inhoud.onderwerp, []), inhoud.stuk)
        elif isinstance(inhoud, Aanhouding):
            self.wachtend = inhoud.wachtend
        elif isinstance(inhoud, Herroeping):
            self._herroep(inhoud)

    def _herroep(self, herroeping: Herroeping) -> None:
        """Let go of every received piece that does not stay; of a line of which nothing stays, also of the line."""
        for gegeven, per_onderwerp in self._ontvangen.items():
            over = {
                onderwerp: {p: m for p, m in stukken.items() if _blijft(herroeping, p)}
                for onderwerp, stukken in per_onderwerp.items()
            }
            self._ontvangen[gegeven] = {onderwerp: stukken for onderwerp, stukken in over.items() if stukken}

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
        vervangen = {claim.corrigeert for claim in self._claims.values()}
        return (claim for claim in self._claims.values() if claim.id not in vervangen)

    def claim(self, onderwerp: Onderwerp, gegeven: str) -> Claim | None:
        """The active claim about this gegeven that begins last, or None."""
        kandidaten = [c for c in self.actieve_claims() if c.onderwerp == onderwerp and c.gegeven == gegeven]
        return max(kandidaten, key=lambda c: (c.vanaf, c.id), default=None)

    def is_ontvangen(self, overname: Overname, bericht: Bericht, mededeling: Mededeling) -> bool:
        """Whether this very mededeling was taken over before (redelivery)."""
        stukken = self._ontvangen.get(mededeling.gegeven, {}).get(mededeling.onderwerp, {})
        return _plaats(overname, bericht, mededeling) in stukken

    def verliest(self, herroeping: Herroeping) -> bool:
        """Whether anything that was taken over here does not stay."""
        plaatsen = (p for lijnen in self._ontvangen.values() for stukken in lijnen.values() for p in stukken)
        return any(not _blijft(herroeping, plaats) for plaats in plaatsen)

    def vastgesteld(self, onderwerp: Onderwerp, gegeven: str) -> Tijdlijn:
        """The recorded time line of a derived gegeven, empty when there is none."""
        return self._vastgesteld.get(gegeven, {}).get(onderwerp, [])

    def vastgestelde_onderwerpen(self, gegeven: str) -> Iterator[Onderwerp]:
        """The onderwerpen about which this derived gegeven was ever recorded."""
        return iter(self._vastgesteld.get(gegeven, {}))

    def basis(self) -> Beeld:
        """The time lines of what was asserted and received: the ground on which rules derive.

        Of asserted claims the one that begins last applies; of received pieces the one published last.
        """
        per_lijn: dict[str, dict[Onderwerp, list[Stuk]]] = {}
        for claim in self.actieve_claims():
            stukken = per_lijn.setdefault(claim.gegeven, {}).setdefault(claim.onderwerp, [])
            stukken.append(Stuk(claim.vanaf, claim.tot, claim.waarde, claim.id))
        lijnen: dict[str, dict[Onderwerp, Tijdlijn]] = {
            gegeven: {o: stapel(stukken) for o, stukken in van_gegeven.items()}
            for gegeven, van_gegeven in per_lijn.items()
        }
        for gegeven, ontvangen in self._ontvangen.items():
            for onderwerp, mededelingen in ontvangen.items():
                lijn: Tijdlijn = []
                for sleutel in sorted(mededelingen):
                    m = mededelingen[sleutel]
                    lijn = verf(lijn, Stuk(m.vanaf, m.tot, m.waarde, m.claim, m.twijfels))
                lijnen.setdefault(gegeven, {})[onderwerp] = smelt(lijn, _zelfde_claim)
        return Beeld({g: {o: lijn for o, lijn in per.items() if lijn} for g, per in lijnen.items()})

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
