"""Voortgang: how far a register is, what lags behind it, and how old the oldest of that is.

A lag in positions says how much waits; a lag in seconds how long it has: it grows also while nothing new comes in.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from actors.runtime.kern import Registerkern
from actors.verwerking.gevolgenverwerking import TAKEN
from actors.verwerking.leesstand import gehoord_tot
from storage.gevolgenstore import ReaderPosition

BEKENDMAKEN = "bekendmaken"
PROJECTEREN = "projecteren"
LEZEN = "lezen"


class Lezer(NamedTuple):
    """A reader: of the journal (`bekendmaken`, `projecteren`), or of the feed of a source (`lezen`).

    Read up to `tot`; `wacht` is how many transacties or verstrekkingen come after it, `sinds` when the oldest of these
    was registered (aware, UTC; None: nothing waits, or what was read is not there any more).
    """

    soort: str
    bron: str
    tot: int
    wacht: int
    sinds: datetime | None

    @property
    def naam(self) -> str:
        """Its name within its register: `projecteren`, `lezen wegonderhoud`."""
        return f"{self.soort} {self.bron}" if self.soort == LEZEN else self.soort

    def seconden(self, nu: datetime) -> float:
        """How long the oldest that waits has."""
        return max(0.0, (nu - self.sinds).total_seconds()) if self.sinds else 0.0


class Voortgang(NamedTuple):
    """How far one register is: the ends of its journal and feed, and each of its readers."""

    positie: int
    verstrekkingen: int
    lezers: tuple[Lezer, ...]


def voortgang(kern: Registerkern, bronnen: Mapping[str, Registerkern]) -> Voortgang:
    """How far a register is; `bronnen` are the registers that are open here. Raises StorageError, AnderLogboek."""
    lezers = (*_eigen(kern), *_signalen(kern, bronnen))
    opslag = kern.opslag
    return Voortgang(opslag.gevolgen.head().position, opslag.feed.head()[0], lezers)


def _eigen(kern: Registerkern) -> Iterator[Lezer]:
    journaal = kern.opslag.gevolgen
    for soort, tot in ((BEKENDMAKEN, kern.bekendmaker.positie), (PROJECTEREN, kern.projector.positie)):
        wacht = max(0, journaal.head().position - tot)
        yield Lezer(soort, kern.naam, tot, wacht, journaal.record(tot + 1).registered_at if wacht else None)


def _signalen(kern: Registerkern, bronnen: Mapping[str, Registerkern]) -> Iterator[Lezer]:
    standen = kern.opslag.gevolgen.readers()
    for naam in dict.fromkeys((*kern.bronnen(), *standen)):
        stand, bron = standen.get(naam), bronnen.get(naam)
        if bron is not None:
            yield _signaallezer(naam, stand, bron)
        elif stand is not None:
            yield Lezer(LEZEN, naam, stand.position, 0, None)


def _signaallezer(naam: str, stand: ReaderPosition | None, bron: Registerkern) -> Lezer:
    feed = bron.opslag.feed
    gehoord = gehoord_tot(feed, stand)
    tot = gehoord if gehoord is not None or stand is None else stand.position
    wacht = max(0, feed.head()[0] - (tot or 0))
    sinds = None
    if wacht and gehoord is not None:
        sinds = bron.opslag.gevolgen.record(feed.verstrekking(gehoord + 1).source_position).registered_at
    return Lezer(LEZEN, naam, tot or 0, wacht, sinds)


def standen(kern: Registerkern) -> dict[str, Any]:
    """How far everything of a register is, and which journal it is: what `gevolg status` begins with."""
    opslag = kern.opslag
    return {
        "store_id": opslag.gevolgen.store_id.hex(),
        "positie": opslag.gevolgen.head().position,
        "bekendgemaakt_tot": kern.bekendmaker.positie,
        "geprojecteerd_tot": kern.projector.positie,
        "verstrekkingen": opslag.feed.head()[0],
        "gelezen": {bron: stand.position for bron, stand in opslag.gevolgen.readers().items()},
    }


def aantal_taken(kern: Registerkern) -> int:
    """How much waits in a register; counted without reading what."""
    return sum(1 for _ in kern.opslag.projecties.scan(TAKEN))
