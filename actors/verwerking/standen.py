"""Standen: the states of aggregates as the reading side follows them, bounded, refolded from the journal."""

from collections import OrderedDict

from actors.register.gevolg import Transactie
from actors.register.staat import Staat
from actors.verwerking.serialisatie import Serialisatie
from storage.gevolgenstore import Gevolgenstore

_GRENS = 2_000  # states kept in memory per reader: 2 to 16 KB each in the car case (measured with tracemalloc)


class Standen:
    """The state of each aggregate up to the transactie last seen; at most `grens` are kept (least recent go)."""

    def __init__(self, store: Gevolgenstore, serialisatie: Serialisatie, grens: int = _GRENS) -> None:
        self._store = store
        self._serialisatie = serialisatie
        self._grens = grens
        self._staten: OrderedDict[str, Staat] = OrderedDict()

    def voor(self, transactie: Transactie) -> Staat:
        """The state of its aggregate just before this transactie; fold the transactie in before asking again."""
        naam = f"{transactie.aggregaat}/{transactie.aggregaat_id}"
        staat = self._staten.pop(naam, None)
        if staat is None or staat.volgnummer != transactie.volgnummer - 1:
            staat = vouw(self._store, self._serialisatie, naam, tot_positie=transactie.positie - 1)
        self._staten[naam] = staat
        if len(self._staten) > self._grens:
            self._staten.popitem(last=False)
        return staat


def vouw(store: Gevolgenstore, serialisatie: Serialisatie, aggregaat: str, tot_positie: int | None = None) -> Staat:
    """The state of an aggregate ("soort/id"), folded from its own stream alone, up to and with a position."""
    staat = Staat()
    for record in store.read_stream(aggregaat, up_to=tot_positie):
        staat.pas_transactie_toe(serialisatie.decodeer(record))
    return staat
