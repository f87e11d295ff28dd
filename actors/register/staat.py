"""Staat: the fold of one aggregate's gevolgen into its set of claims and what was decided on them.

The fold is pure and knows no position and no registration moment: neither exists yet while a commando is judged.
"""

from collections.abc import Container, Iterable, Iterator
from datetime import date, datetime

from actors.register.aantekeningen import GEEN_AANTEKENINGEN, Aantekeningen
from actors.register.annotatie import Annotatie, Degistratie, Geldend, geldend
from actors.register.beeld import Beeld, Lijnen
from actors.register.claim import Claim, Mededeling
from actors.register.gevolg import (
    Aanhouding,
    Afleiding,
    Bericht,
    Gevolg,
    Herroeping,
    Inhoud,
    Overname,
    Transactie,
    Vastlegging,
    Wachtend,
    Wijziging,
)
from actors.register.taak import Taakoordeel
from actors.register.terugmelding import GEREDE_TWIJFEL, Terugmelding, Terugmeldingstatus
from actors.register.tijdlijnen import OPEN_EIND, Onderwerp, Stuk, Tijdlijn, smelt, stapel, verf

_Plek = tuple[str, Onderwerp]
"""What a time line is about: the gegeven and its onderwerp."""

_Ontvangst = tuple[datetime, int, date, str, bytes]
"""Where a received piece comes in the order of publication: moment and number there, then what tells it apart."""


_INGREPEN = (Wijziging.BEEINDIGEN, Wijziging.DEGISTREREN, Wijziging.HERSTELLEN)


class Staat:
    """The claims of one aggregate, what was noted about them, what it received, what it decided, and what waits."""

    __slots__ = (
        "_basis",
        "_claims",
        "_gevallen",
        "_ontvangen",
        "_vastgesteld",
        "_verouderd",
        "_vervangen",
        "aantekeningen",
        "volgnummer",
        "wachtend",
    )

    def __init__(self) -> None:
        self._claims: dict[_Plek, list[Claim]] = {}
        self._gevallen: frozenset[str] = frozenset()
        self._vervangen: set[str] = set()
        self._ontvangen: dict[_Plek, dict[_Ontvangst, Mededeling]] = {}
        self._vastgesteld: dict[str, dict[Onderwerp, Tijdlijn]] = {}
        self._basis: Lijnen = {}
        self._verouderd: dict[_Plek, None] = {}
        self.aantekeningen = GEEN_AANTEKENINGEN
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
        else:
            self._noteer(inhoud)
        if gevolg.soort in _INGREPEN:
            self._noten().noteer_ingreep(gevolg.soort, inhoud)

    def _noteer(self, inhoud: Inhoud) -> None:
        if isinstance(inhoud, Annotatie):
            self._noten().noteer(inhoud)
            self._verouderd.update(dict.fromkeys((*self._claims, *self._ontvangen)))
        elif isinstance(inhoud, Degistratie):
            self._noten().degistreer(inhoud)
            self._gevallen, vervangen = self._geldend(self.aantekeningen.weg)
            self._vervangen = set(vervangen)
            self._verouderd.update(dict.fromkeys(self._claims))
        elif isinstance(inhoud, Terugmelding):
            self._noten().neem_terugmelding_op(inhoud)
        elif isinstance(inhoud, Taakoordeel):
            self._noten().neem_oordeel_op(inhoud)

    def _noten(self) -> Aantekeningen:
        """What was noted here, to note more in; until then it is the empty one that all share."""
        if self.aantekeningen is GEEN_AANTEKENINGEN:
            self.aantekeningen = Aantekeningen()
        return self.aantekeningen

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
        """Whether anything stands that a commando asserted (what was only received does not count)."""
        return any(self._is_actief(claim) for claim in self.alle_claims())

    @property
    def bekend(self) -> bool:
        """Whether anything was ever recorded here."""
        return bool(self._claims or self._ontvangen)

    def alle_claims(self) -> Iterator[Claim]:
        """Every claim that was ever asserted here."""
        return (claim for claims in self._claims.values() for claim in claims)

    def actieve_claims(self, over: Container[str] | None = None) -> list[Claim]:
        """The claims that count (over these gegevens): not degistered, and corrected by none that counts."""
        vervangen, gevallen = self._vervangen, self._gevallen
        return [
            claim
            for (gegeven, _), hier in self._claims.items()
            if over is None or gegeven in over
            for claim in hier
            if claim.id not in vervangen and claim.id not in gevallen
        ]

    def staande_claims(self) -> Iterator[Claim]:
        """The claims that did not fall, also those that were corrected."""
        return (claim for claim in self.alle_claims() if claim.id not in self._gevallen)

    def geldige_claims(self) -> set[str]:
        """The ids of all that is held to be true here: asserted, taken over or derived."""
        op_lijnen = {stuk.claim for _, _, lijn in self.beeld().alle() for stuk in lijn}
        return op_lijnen.union(claim.id for claim in self.actieve_claims())

    def actief_na(self, degistratie: Degistratie) -> list[Claim]:
        """The claims that would count after this degistratie."""
        weg = self.aantekeningen.weg.union(degistratie.valt).difference(degistratie.herleeft)
        gevallen, vervangen = self._geldend(weg)
        return [claim for claim in self.alle_claims() if claim.id not in gevallen and claim.id not in vervangen]

    def _is_actief(self, claim: Claim) -> bool:
        return claim.id not in self._vervangen and claim.id not in self._gevallen

    def _geldend(self, weg: Iterable[str]) -> Geldend:
        return geldend(self.alle_claims(), weg)

    def claim(self, onderwerp: Onderwerp, gegeven: str) -> Claim | None:
        """The active claim about this gegeven that begins last, or None; an ending is none."""
        hier = self._claims.get((gegeven, onderwerp), ())
        vervangen, gevallen = self._vervangen, self._gevallen
        actief = [c for c in hier if c.waarde is not None and c.id not in vervangen and c.id not in gevallen]
        return max(actief, key=lambda c: (c.vanaf, c.id), default=None)

    def is_ontvangen(self, overname: Overname, bericht: Bericht, mededeling: Mededeling) -> bool:
        """Whether this very mededeling was taken over before (redelivery)."""
        stukken = self._ontvangen.get((mededeling.gegeven, mededeling.onderwerp), {})
        return _plaats(overname, bericht, mededeling) in stukken

    def verliest(self, herroeping: Herroeping) -> bool:
        """Whether anything that was taken over here does not stay."""
        return any(not _blijft(herroeping, plaats) for stukken in self._ontvangen.values() for plaats in stukken)

    def taken(self) -> tuple[Wachtend, ...]:
        """All that waits here, and the terugmeldingen that an official has yet to judge (who doubts, has judged)."""
        meldingen = tuple(
            Wachtend(m.onderwerp, m.gegeven, m.peilmoment, OPEN_EIND, GEREDE_TWIJFEL, taak=True, kenmerk=m.id)
            for m in self.aantekeningen.terugmeldingen.values()
            if m.status == Terugmeldingstatus.ONTVANGEN and self.aantekeningen.annotatie(m.id) is None
        )
        return self.wachtend + meldingen

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
            hier = self._claims.get(plek, ())
            if self.aantekeningen is GEEN_AANTEKENINGEN:
                vervangen = self._vervangen  # and nothing fell
                return stapel([Stuk(c.vanaf, c.tot, c.waarde, c.id) for c in hier if c.id not in vervangen])
            return stapel([self._stuk(claim) for claim in hier if self._is_actief(claim)])
        lijn: Tijdlijn = []
        for sleutel in sorted(ontvangen):
            m = ontvangen[sleutel]
            eigen = self.aantekeningen.op(m.claim)
            twijfels = m.twijfels | eigen if eigen else m.twijfels
            lijn = verf(lijn, self._bevestigd(Stuk(m.vanaf, m.tot, m.waarde, m.claim, twijfels)))
        return smelt(lijn, _zelfde_claim)

    def _stuk(self, claim: Claim) -> Stuk:
        op = self.aantekeningen.op(claim.id)
        return self._bevestigd(Stuk(claim.vanaf, claim.tot, claim.waarde, claim.id, op))

    def _bevestigd(self, stuk: Stuk) -> Stuk:
        return stuk._replace(bevestigd=True) if stuk.claim in self.aantekeningen.bevestigd else stuk

    def beeld(self) -> Beeld:
        """All time lines as recorded: asserted, received and derived."""
        beeld = self.basis()
        for gegeven, lijnen in self._vastgesteld.items():
            for onderwerp, lijn in lijnen.items():
                beeld.zet(onderwerp, gegeven, [self._bevestigd(s) for s in smelt(lijn, _zelfde_uitkomst)])
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
