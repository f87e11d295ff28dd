"""Verbandindex: where each gevolg of a register is recorded, and where in that register something refers to it.

A table like the others, kept by the projector for every transactie: derived, so that it can always be built again. A
row says nothing but its key: the id of a gevolg with its position; or the id of what is referred to, in whatever
register that is, whether something of it is taken over there, and the position of the transactie that does so.
"""

from collections.abc import Iterator
from heapq import merge

from actors.register.gevolg import Transactie
from actors.verwerking.identiteit import gevolg_sleutel
from actors.verwerking.leesstand import gelezen_tot
from actors.verwerking.serialisatie import Serialisatie
from actors.verwerking.verbanden import doelen_van
from storage.gevolgenstore import Gevolgenstore
from storage.projectiestore import Projectiestore, Row

VERBANDEN = "verbanden@1"
"""The table with the index, in every register."""

_OVERNAME, _VERWIJZING = b"o", b"v"
_POSITIE_BYTES = 8


def verbandrijen(transactie: Transactie) -> Iterator[Row]:
    """The rows of the index for one transactie."""
    nu = transactie.positie
    positie = nu.to_bytes(_POSITIE_BYTES, "big")
    for gevolg in transactie.gevolgen:
        yield Row(gevolg_sleutel(gevolg.id), positie, nu)
    for doel, overgenomen in doelen_van(transactie).items():
        yield Row(gevolg_sleutel(doel) + (_OVERNAME if overgenomen else _VERWIJZING) + positie, b"", nu)


class Verbandindex:
    """One register to look gevolgen up in, by its index."""

    def __init__(self, store: Gevolgenstore, projecties: Projectiestore, serialisatie: Serialisatie) -> None:
        """As far as the index is now; AnderLogboek when it is of another journal than this one."""
        self.tot = gelezen_tot(store, projecties.position(VERBANDEN)) or 0
        self._store = store
        self._projecties = projecties
        self._serialisatie = serialisatie

    @property
    def achter(self) -> int:
        """How many transacties are recorded that the index does not know yet."""
        return self._store.head().position - self.tot

    def positie(self, gevolg: str) -> int | None:
        """Where a gevolg is recorded; None when it is not, up to `tot`."""
        rij = self._projecties.get(VERBANDEN, gevolg_sleutel(gevolg))
        positie = None if rij is None else int.from_bytes(rij, "big")
        return positie if positie is not None and positie <= self.tot else None

    def verwijzingen(self, gevolg: str) -> Iterator[int]:
        """Where something in another transactie than its own refers to a gevolg, in order."""
        return merge(self._posities(gevolg, _OVERNAME), self._posities(gevolg, _VERWIJZING))

    def overnames(self, gevolg: str) -> Iterator[int]:
        """Where something of a gevolg is taken over, in order."""
        return self._posities(gevolg, _OVERNAME)

    def transactie(self, positie: int) -> Transactie:
        """What is recorded at a position."""
        return self._serialisatie.decodeer(self._store.record(positie))

    def _posities(self, gevolg: str, soort: bytes) -> Iterator[int]:
        """From the rows, up to `tot`: a projector may go on meanwhile."""
        for sleutel, _ in self._projecties.scan(VERBANDEN, gevolg_sleutel(gevolg) + soort):
            positie = int.from_bytes(sleutel[-_POSITIE_BYTES:], "big")
            if positie > self.tot:
                return
            yield positie
