"""Standen: the states of aggregates as the reading side follows them, bounded, refolded from the journal."""

from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeAlias

from actors.register.gevolg import Transactie, Wachtend
from actors.register.staat import Staat
from actors.register.taak import EN
from actors.register.tijdlijnen import Onderwerp
from actors.verwerking.serialisatie import Serialisatie
from storage.gevolgenstore import Gevolgenstore, Record

_GRENS = 2_000  # states kept in memory per reader: 2 to 16 KB each in the car case (measured with tracemalloc)
_GELEZEN = 1_000  # decoded transacties kept for another reader: some 10 KB each


class Transactielezer:
    """The transacties of one journal for the readers that follow it in one process: decoded once for all of them.

    What one of them read is kept until another reads it too; of the last `grens` (the rest is decoded again).
    """

    def __init__(self, store: Gevolgenstore, serialisatie: Serialisatie, grens: int = _GELEZEN) -> None:
        self._store = store
        self._serialisatie = serialisatie
        self._grens = grens
        self._gelezen: dict[bytes, Transactie] = {}

    def lees(self, na: int, limiet: int | None = None) -> Iterator[tuple[Record, Transactie]]:
        """The records after a position, at most `limiet`, each with its transactie."""
        for record in self._store.read(na, limiet):
            transactie = self._gelezen.pop(record.hash, None)
            if transactie is None:
                transactie = self._serialisatie.decodeer(record)
                self._gelezen[record.hash] = transactie
                if len(self._gelezen) > self._grens:
                    del self._gelezen[next(iter(self._gelezen))]
            yield record, transactie


_Oorzaak: TypeAlias = tuple[Onderwerp, str, str]
"""What tells one thing that waits from another: what it is about, and one cause."""


@dataclass(slots=True)
class Stand:
    """The state of an aggregate as a reader follows it, and what the reader made of it (None: that is not known).

    `sinds` is since which registration moment each cause lets something wait: the state itself knows no moments.
    """

    staat: Staat
    gemaakt: dict[Any, Any] | None = None
    sinds: dict[_Oorzaak, datetime] = field(default_factory=dict)

    def pas_toe(self, transactie: Transactie) -> None:
        """Fold a transactie in."""
        self.staat.pas_transactie_toe(transactie)
        wacht, nu = self.staat.taken(), transactie.geregistreerd_op
        if nu and (wacht or self.sinds):
            self.sinds = {oorzaak: self.sinds.get(oorzaak, nu) for w in wacht for oorzaak in _oorzaken(w)}

    def wacht_sinds(self, wachtend: Wachtend) -> datetime | None:
        """Since when this waits: the longest of its causes; another interval is no other cause."""
        return min((self.sinds[o] for o in _oorzaken(wachtend) if o in self.sinds), default=None)


def _oorzaken(w: Wachtend) -> list[_Oorzaak]:
    return [(w.onderwerp, w.gegeven, kenmerk) for kenmerk in w.kenmerk.split(EN)]


class Standen:
    """The state of each aggregate up to the transactie last seen; at most `grens` are kept (least recent go)."""

    def __init__(self, store: Gevolgenstore, serialisatie: Serialisatie, grens: int = _GRENS) -> None:
        self._store = store
        self._serialisatie = serialisatie
        self._grens = grens
        self._standen: OrderedDict[str, Stand] = OrderedDict()

    def voor(self, transactie: Transactie) -> Stand:
        """The state of its aggregate just before this transactie; fold the transactie in before asking again."""
        naam = f"{transactie.aggregaat}/{transactie.aggregaat_id}"
        stand = self._standen.pop(naam, None)
        if stand is None or stand.staat.volgnummer != transactie.volgnummer - 1:
            stand = self._vouw(naam, transactie)
        self._standen[naam] = stand
        if len(self._standen) > self._grens:
            self._standen.popitem(last=False)
        return stand

    def vergeet(self, transactie: Transactie) -> None:
        """Let go of the state of its aggregate: it cannot be relied on."""
        self._standen.pop(f"{transactie.aggregaat}/{transactie.aggregaat_id}", None)

    def _vouw(self, naam: str, transactie: Transactie) -> Stand:
        if transactie.volgnummer == 1:
            return Stand(Staat(), {})
        return vouw_stand(self._store, self._serialisatie, naam, transactie.positie - 1)


def vouw_stand(store: Gevolgenstore, serialisatie: Serialisatie, aggregaat: str, tot_positie: int) -> Stand:
    """As `vouw`, with since when things wait."""
    stand = Stand(Staat())
    for record in store.read_stream(aggregaat, up_to=tot_positie):
        stand.pas_toe(serialisatie.decodeer(record))
    return stand


def vouw(store: Gevolgenstore, serialisatie: Serialisatie, aggregaat: str, tot_positie: int | None = None) -> Staat:
    """The state of an aggregate ("soort/id"), folded from its own stream alone, up to and with a position."""
    staat = Staat()
    for record in store.read_stream(aggregaat, up_to=tot_positie):
        staat.pas_transactie_toe(serialisatie.decodeer(record))
    return staat
