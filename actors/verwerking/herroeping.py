"""Herroeping: what a register takes back when a source of its signalen was put back from an older copy.

What was heard from that source stays up to the last signaal that its feed still has, at the same number and of the
same moment. All that was taken over beyond it is taken back, aggregate by aggregate, and reading goes on from there.
"""

from array import array
from collections import defaultdict, deque
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime
from itertools import islice
from typing import Any, NamedTuple, Protocol

from actors.register.commando import AangebodenCommando
from actors.register.context import Context
from actors.register.gevolg import Beoordeling, Herroeping, Overname, Transactie
from actors.register.verantwoording import Aanleiding, Aanleidingsoort
from actors.verwerking.generiek.intern import HerroepOvername
from actors.verwerking.identiteit import afgeleid_commando_id, commando_sleutel
from actors.verwerking.leesstand import anders
from storage.gevolgenstore import ZERO_HASH, Gevolgenstore, ReaderPosition
from storage.moments import from_micros, to_micros

_PER_BEURT = 1_000  # commando's in one commit: with what follows from them far within its bounds

Moment = Callable[[int], datetime | None]
"""The registration moment of the melding at a number of a feed; None when that is no melding."""


class Bron(Protocol):
    """What is asked of a feed that was put back: its name, its ids, and its chain."""

    @property
    def register(self) -> str:
        """The name of the register."""

    @property
    def feed_id(self) -> bytes:
        """Which incarnation this is."""

    def former(self) -> tuple[ReaderPosition, ...]:
        """The former incarnations, and where each ends in this one."""

    def hash_at(self, number: int) -> bytes:
        """The chain hash at a number."""


Terugname = tuple[tuple[AangebodenCommando, ...], ReaderPosition]
"""One turn: the commando's to offer, and the reader position to record with what they cause."""


class Gehoord:
    """What one register heard from one source, folded from its own journal."""

    def __init__(self, bron: str, transacties: Iterable[Transactie]) -> None:
        self._bron = bron
        self._signalen: dict[bytes, _Signalen] = defaultdict(lambda: _Signalen(array("Q"), array("q")))
        self._aggregaten: dict[tuple[str, str], dict[bytes, int]] = {}
        self._grenzen: dict[bytes, int] = {}
        self.laatste = 0
        for transactie in transacties:
            for gevolg in transactie.gevolgen:
                self._pas_toe(transactie, gevolg.inhoud)

    def _pas_toe(self, transactie: Transactie, inhoud: Any) -> None:
        if getattr(inhoud, "bron", None) != self._bron:
            return
        aggregaat = (transactie.aggregaat, transactie.aggregaat_id)
        if isinstance(inhoud, Beoordeling):
            moment = transactie.verantwoording.gebeurd_op
            if isinstance(moment, datetime):
                self.laatste = to_micros(moment)
                self._signalen[inhoud.bron_id].neem_op(inhoud.nummer, self.laatste)
        elif isinstance(inhoud, Overname):
            self._aggregaten.setdefault(aggregaat, {})[inhoud.bron_id] = max(b.nummer for b in inhoud.berichten)
        elif isinstance(inhoud, Herroeping):
            blijft = dict(inhoud.blijft)
            for feed_id in self._signalen:
                tot = blijft.get(feed_id, 0)
                self._grenzen[feed_id] = min(self._grenzen.get(feed_id, tot), tot)
            had = self._aggregaten[aggregaat]
            self._aggregaten[aggregaat] = {f: min(nummer, blijft[f]) for f, nummer in had.items() if f in blijft}

    def is_gehoord(self, feed_id: bytes) -> bool:
        """Whether anything was heard from this incarnation of the source."""
        return feed_id in self._signalen

    def blijft(self, bron: Bron, moment: Moment | None) -> tuple[tuple[bytes, int], ...]:
        """Per former incarnation of the feed the last number that was heard, is not taken back, and stands there yet.

        `moment(nummer)` is the registration moment of what stands at a number of the feed now; without it the source
        is taken at its word.
        """
        uit = []
        for eerder in bron.former():
            tot = min(eerder.position, self._grenzen.get(eerder.source, eerder.position))
            if self.is_gehoord(eerder.source):
                nummer = self._signalen[eerder.source].laatste_zelfde(tot, moment)
                uit.append((eerder.source, nummer))
        return tuple((feed_id, nummer) for feed_id, nummer in uit if nummer)

    def te_herroepen(self, herroeping: Herroeping) -> list[tuple[str, str]]:
        """The aggregates (soort, id) that took over something that does not stay, sorted."""
        return sorted(
            aggregaat
            for aggregaat, per_feed in self._aggregaten.items()
            if not all(herroeping.laat(self._bron, feed_id, nummer) for feed_id, nummer in per_feed.items())
        )


class _Signalen(NamedTuple):
    """The numbers that were judged of one incarnation of a feed, ascending, and their moments there (microseconds)."""

    nummers: "array[int]"
    momenten: "array[int]"

    def neem_op(self, nummer: int, moment: int) -> None:
        self.nummers.append(nummer)
        self.momenten.append(moment)

    def laatste_zelfde(self, tot: int, moment: Moment | None) -> int:
        for nummer, gehoord in zip(reversed(self.nummers), reversed(self.momenten), strict=True):
            if nummer <= tot:
                if moment is None:
                    return nummer
                nu = moment(nummer)
                if nu is not None and to_micros(nu) == gehoord:
                    return nummer
        return 0


class _Plan(NamedTuple):
    """What is still to be offered, and where reading goes on when all of it is recorded."""

    te_doen: deque[AangebodenCommando]
    stand: ReaderPosition


class Herroeper:
    """Takes back for one register, turn by turn, what one source does not say any more."""

    def __init__(
        self,
        context: Context,
        feed: Bron,
        store: Gevolgenstore,
        transacties: Callable[[], Iterable[Transactie]],
        moment: Moment | None,
    ) -> None:
        """`transacties()` are those of the own journal; `moment` as in `Gehoord.blijft`."""
        self._context = context
        self._feed = feed
        self._store = store
        self._transacties = transacties
        self._moment = moment
        self._plan: _Plan | None = None

    def volgende(self, stand: ReaderPosition) -> Terugname:
        """The next turn; the last one carries the position from which reading goes on. AnderLogboek as `gehoord_tot`.

        Offered again after a kill it goes on with what is left. Until the last turn the position has no hash: what it
        stood for is only half there.
        """
        plan = self._plan = self._plan or self._maak_plan()
        while plan.te_doen and self._store.outcome(commando_sleutel(plan.te_doen[0].id)) is not None:
            plan.te_doen.popleft()
        nu = tuple(islice(plan.te_doen, _PER_BEURT))
        commandos = tuple(replace(commando, oorzaak=nu[0].id) for commando in nu)
        if len(nu) < len(plan.te_doen):
            return commandos, replace(stand, hash=ZERO_HASH)
        self._plan = None
        return commandos, plan.stand

    def _maak_plan(self) -> _Plan:
        feed, bron = self._feed, self._feed.register
        gehoord = Gehoord(bron, self._transacties())
        if gehoord.is_gehoord(feed.feed_id):
            raise anders(f"er is naar een andere incarnatie van {bron} geluisterd dan deze, en eerder naar deze")
        herroeping = Herroeping(bron, gehoord.blijft(feed, self._moment))
        nummer = max((tot for _, tot in herroeping.blijft), default=0)
        gebeurd_op = from_micros(gehoord.laatste)
        te_doen = deque(
            self._aangeboden(HerroepOvername(*aggregaat, herroeping), nummer, gebeurd_op)
            for aggregaat in gehoord.te_herroepen(herroeping)
        )
        return _Plan(te_doen, ReaderPosition(feed.feed_id, nummer, feed.hash_at(nummer)))

    def _aangeboden(self, commando: HerroepOvername, nummer: int, gebeurd_op: datetime) -> AangebodenCommando:
        bron, wie = self._feed.register, self._context.verantwoordelijke
        plaats = f"{commando.aggregaat}/{commando.aggregaat_id}"
        return AangebodenCommando(
            id=afgeleid_commando_id(self._feed.feed_id, nummer, f"{bron} {type(commando).__name__}", plaats),
            commando=commando,
            aanleiding=Aanleiding(
                Aanleidingsoort.AMBTSHALVE.value,
                f"incarnatie {self._feed.feed_id.hex()} van {bron}",
                f"{wie.organisatie}, {wie.onderdeel}",
            ),
            door=f"signaalverwerking {self._context.naam}",
            gebeurd_op=gebeurd_op,
        )
