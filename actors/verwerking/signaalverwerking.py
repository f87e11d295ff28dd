"""Signaalverwerking: judge what another register made known, and offer the commando's that follow.

Only the feed is read. The same verstrekking gives the same commando's with the same ids, so that reading it twice
has one effect; every judgement is recorded, also when no taak follows.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from actors.register.bekendmaking import Melding
from actors.register.commando import AangebodenCommando
from actors.register.context import Context
from actors.register.gevolg import Beoordeling, Bericht, Overname
from actors.register.verantwoording import Aanleiding, Aanleidingsoort
from actors.register.vertaling import Vertaling
from actors.verwerking.bekendmaking import lees_melding
from actors.verwerking.generiek.intern import BeoordeelSignaal, NeemGegevensOver
from actors.verwerking.herroeping import Herroeper
from actors.verwerking.identiteit import afgeleid_commando_id, gevolg_id
from actors.verwerking.leesstand import gehoord_tot
from actors.verwerking.serialisatie import Serialisatie
from storage.feed import Feed
from storage.gevolgenstore import Gevolgenstore, ReaderPosition


@dataclass(frozen=True, slots=True)
class Signalen:
    """A slice of a feed, judged: the commando's to offer, and the reader position that goes with them (None: none).

    `mag_verder`: what comes after it does not wait for one that failed.
    """

    commandos: tuple[AangebodenCommando, ...]
    lezer: str
    stand: ReaderPosition | None
    mag_verder: bool = False

    @property
    def lezers(self) -> dict[str, ReaderPosition]:
        """The reader position to record with what the commando's cause, by reader."""
        return {self.lezer: self.stand} if self.stand is not None else {}


class _Werk(NamedTuple):
    """What several meldingen ask of one aggregate: by which judgement first, and all they tell it."""

    vertaling: Vertaling
    melding: Melding
    oordeel_id: str
    berichten: list[Bericht]


class Beoordelaar:
    """Judges the meldingen of one source for one receiving register, whatever road they came by."""

    def __init__(self, context: Context, bron: str, store: Gevolgenstore) -> None:
        """`store` is the own journal. ValueError when a notificatie of the source has two vertalingen."""
        self._context = context
        self._bron = bron
        self._store = store
        vertalingen = [v for v in context.vertalingen if v.bron == bron]
        self._vertalingen = {v.notificatie.naam: v for v in vertalingen}
        if len(self._vertalingen) != len(vertalingen):
            raise ValueError(f"{context.naam} vertaalt een notificatie van {bron} twee keer; maak er één vertaling van")
        self._klassen = {soort.naam: soort.klasse for soort in context.commandos}

    def vertaling(self, notificatie: str) -> Vertaling | None:
        """How a notificatie (its name) of the source is judged here; None when it is not."""
        return self._vertalingen.get(notificatie)

    def beoordeel(self, feed_id: bytes, groep: Sequence[tuple[Vertaling, Melding]]) -> Iterator[AangebodenCommando]:
        """The judgement of each melding of one oorzaak, then one commando per aggregate that they concern together.

        `feed_id` is the incarnation of the feed that says it: the same there gives the same commando's.
        """
        werk: dict[tuple[str, str, str], _Werk] = {}
        for vertaling, melding in groep:
            oordeel = vertaling.beoordeel(melding)
            namen = tuple(f"{vertaling.commando} {t.aggregaat}/{t.aggregaat_id}" for t in oordeel.taken)
            beoordeling = Beoordeling(self._bron, feed_id, melding.nummer, melding.bekendmaking, namen, oordeel.reden)
            aangeboden = self._aangeboden(
                feed_id, (vertaling, melding), "oordeel", BeoordeelSignaal(vertaling.naam, beoordeling)
            )
            yield aangeboden
            oordeel_id = gevolg_id(self._store.store_id, aangeboden.id, 0)
            for taak in oordeel.taken:
                sleutel = (vertaling.commando, taak.aggregaat, taak.aggregaat_id)
                een = werk.setdefault(sleutel, _Werk(vertaling, melding, oordeel_id, []))
                een.berichten.append(
                    Bericht(melding.nummer, melding.geregistreerd_op, melding.gevolgen, taak.mededelingen)
                )
        for (_, aggregaat, aggregaat_id), een in werk.items():
            overname = Overname(self._bron, feed_id, tuple(een.berichten))
            commando = self._commando(een.vertaling, aggregaat, aggregaat_id, overname)
            # The same group gives the same ids; another group (cut elsewhere) gives others.
            plaats = f"{aggregaat}/{aggregaat_id} tot {een.berichten[-1].nummer}"
            yield self._aangeboden(feed_id, (een.vertaling, een.melding), plaats, commando, een.oordeel_id)

    def _aangeboden(
        self,
        feed_id: bytes,
        over: tuple[Vertaling, Melding],
        plaats: str,
        commando: Any,
        voert_uit: str | None = None,
    ) -> AangebodenCommando:
        vertaling, melding = over
        aanleiding = Aanleiding(
            Aanleidingsoort.GEVOLG.value,
            melding.gevolgen[0],
            melding.organisatie,
            f"{melding.bekendmaking} nr. {melding.nummer} van {self._bron}",
        )
        return AangebodenCommando(
            id=afgeleid_commando_id(feed_id, melding.nummer, f"{vertaling.naam} {vertaling.commando}", plaats),
            commando=commando,
            aanleiding=aanleiding,
            door=f"signaalverwerking {self._context.naam}",
            gebeurd_op=melding.geregistreerd_op,
            voert_uit=voert_uit,
            oorzaak=melding.oorzaak,
            trace=melding.trace,
        )

    def _commando(self, vertaling: Vertaling, aggregaat: str, aggregaat_id: str, overname: Overname) -> Any:
        klasse = self._klassen.get(vertaling.commando)
        if klasse is None:
            return NeemGegevensOver(aggregaat, aggregaat_id, overname)
        return klasse(**{f"{aggregaat}_id": aggregaat_id, "overname": overname})


class Signaalverwerker:
    """Reads the feed of one source for one receiving register, from where that register's journal says it was."""

    def __init__(
        self, context: Context, feed: Feed, serialisatie: Serialisatie, store: Gevolgenstore, eigen: Serialisatie
    ) -> None:
        """`serialisatie` reads the feed, `eigen` the own journal in `store`."""
        self._bron = bron = feed.register
        self._feed = feed
        self._serialisatie = serialisatie
        self._store = store
        self._beoordelaar = Beoordelaar(context, bron, store)
        self._herroeper = Herroeper(
            context, feed, store, lambda: (eigen.decodeer(record) for record in store.read()), self._moment
        )

    def volgende(self, limiet: int = 256) -> Signalen | None:
        """Judge the next verstrekkingen, about `limiet`; None when there are none.

        When the source was put back, first take back what it does not say any more. AnderLogboek when it was put back
        without saying so.
        """
        stand = self._store.reader(self._bron)
        tot = gehoord_tot(self._feed, stand)
        if tot is None and stand is not None:
            commandos, nieuw = self._herroeper.volgende(stand)
            return Signalen(commandos, self._bron, nieuw)
        return self._beoordeel_vanaf(tot or 0, limiet)

    def _moment(self, nummer: int) -> datetime | None:
        """The registration moment of the melding at a number of the feed; None when that is no melding."""
        melding = lees_melding(self._bron, self._feed.verstrekking(nummer), self._serialisatie)
        return melding.geregistreerd_op if melding else None

    def _beoordeel_vanaf(self, tot: int, limiet: int) -> Signalen | None:
        """Judge what comes after a number.

        Meldingen with one oorzaak are judged together, so that whom they concern is asked to decide once.
        """
        commandos: list[AangebodenCommando] = []
        groep: list[tuple[Vertaling, Melding]] = []
        laatste = gezien = None
        for aantal, verstrekking in enumerate(self._feed.read(tot), start=1):
            vertaling = self._beoordelaar.vertaling(verstrekking.naam)
            melding = lees_melding(self._bron, verstrekking, self._serialisatie) if vertaling else None
            if vertaling is not None and melding is not None:
                if groep and groep[-1][1].oorzaak != melding.oorzaak:
                    commandos += self._beoordelaar.beoordeel(self._feed.feed_id, groep)
                    groep, laatste = [], gezien
                    if aantal > limiet or len(commandos) > limiet:
                        break
                groep.append((vertaling, melding))
            gezien = verstrekking
        else:
            laatste = gezien
            commandos += self._beoordelaar.beoordeel(self._feed.feed_id, groep) if groep else ()
        if laatste is None:
            return None
        stand = ReaderPosition(self._feed.feed_id, laatste.number, laatste.hash)
        return Signalen(tuple(commandos), self._bron, stand)
