"""Gevolgenverwerking: build the tables of a register from its gevolgen (handreiking, "Gevolgenprocessor").

Each cell of a row is a time line; rows and the position they belong to are committed together, so a table can
always be built again from the journal.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from actors.register.beeld import Beeld
from actors.register.context import Context
from actors.register.gevolg import Transactie, Wachtend
from actors.register.projectie import Projectie, UitInvoer
from actors.register.staat import Staat
from actors.register.tijdlijnen import Onderwerp, Ontbreekt, Stuk, Tijdlijn
from actors.register.zekerheid import zekerheid_van
from actors.verwerking.leesstand import gelezen_tot
from actors.verwerking.serialisatie import Serialisatie
from actors.verwerking.standen import Standen, Transactielezer
from storage.gevolgenstore import Gevolgenstore, ReaderPosition
from storage.projectiestore import Change, Projectiestore

TAKEN = "taken@1"
"""The table that every register has: what waits, and why."""

_Rijen = dict[str, dict[bytes, bytes]]


class Projector:
    """Follows the journal of one register and keeps all its tables; the projectiestore keeps how far it came."""

    def __init__(
        self,
        context: Context,
        store: Gevolgenstore,
        projecties: Projectiestore,
        serialisatie: Serialisatie,
        lezer: Transactielezer | None = None,
    ) -> None:
        """Read with `lezer` when another reader of the same journal shares it."""
        self._context = context
        self._store = store
        self._projecties = projecties
        self._serialisatie = serialisatie
        self._lezer = lezer or Transactielezer(store, serialisatie, grens=0)
        self._standen = Standen(store, serialisatie)
        self._namen = (TAKEN, *(p.opslagnaam for p in context.projecties))

    @property
    def positie(self) -> int:
        """The journal position up to which all tables are complete; AnderLogboek when one does not match it."""
        return min(tot or 0 for tot in self._standen_nu().values())

    def _standen_nu(self) -> dict[str, int | None]:
        return {naam: gelezen_tot(self._store, self._projecties.position(naam)) for naam in self._namen}

    def _begin_opnieuw(self, naam: str) -> int:
        """A table of another incarnation than this one grows from shows what is not there: it is built again."""
        self._projecties.drop(naam)
        return 0

    def werk(self, limiet: int = 256) -> int:
        """Handle the next transacties, at most `limiet`, in one commit; answers how many."""
        gewijzigd: dict[str, dict[bytes, bytes | None]] = {naam: {} for naam in self._namen}
        laatste = None
        aantal = 0
        standen = {n: self._begin_opnieuw(n) if tot is None else tot for n, tot in self._standen_nu().items()}
        for record, transactie in self._lezer.lees(min(standen.values()), limiet):
            for naam, sleutel, rij in self._verschil(transactie):
                if record.position > standen[naam]:
                    gewijzigd[naam][sleutel] = rij
            laatste = record
            aantal += 1
        if laatste is not None:
            stand = ReaderPosition(self._store.store_id, laatste.position, laatste.hash)
            verder = [naam for naam in self._namen if laatste.position > standen[naam]]
            self._projecties.write([Change(naam, list(gewijzigd[naam].items()), stand) for naam in verder])
        return aantal

    def _verschil(self, transactie: Transactie) -> Iterator[tuple[str, bytes, bytes | None]]:
        projecties = [p for p in self._context.projecties if p.aggregaat == transactie.aggregaat]
        if not projecties and not any(a.naam == transactie.aggregaat for a in self._context.aggregaten):
            return
        stand = self._standen.voor(transactie)
        voor = stand.gemaakt
        if voor is None:
            voor = self._rijen(projecties, stand.staat, transactie.aggregaat)
        stand.staat.pas_transactie_toe(transactie)
        stand.gemaakt = na = self._rijen(projecties, stand.staat, transactie.aggregaat)
        for naam in voor.keys() | na.keys():
            oud, nieuw = voor.get(naam, {}), na.get(naam, {})
            for sleutel in oud.keys() | nieuw.keys():
                if oud.get(sleutel) != nieuw.get(sleutel):
                    yield naam, sleutel, nieuw.get(sleutel)

    def _rijen(self, projecties: Iterable[Projectie], staat: Staat, aggregaat: str) -> _Rijen:
        """All rows that one aggregate has in each table."""
        uit: _Rijen = {}
        beeld = staat.beeld()
        for projectie in projecties:
            rijen = uit.setdefault(projectie.opslagnaam, {})
            for onderwerp in beeld.onderwerpen(projectie.over):
                if projectie.anker and not beeld.eigen(onderwerp, projectie.anker):
                    continue
                cellen = {k: _cel(_kolom(beeld, onderwerp, van)) for k, van in projectie.kolommen.items()}
                if any(cellen.values()):
                    waarden = [waarde for cel in cellen.values() for _, _, waarde, _, _ in cel]
                    rijen[rijsleutel(onderwerp)] = self._serialisatie.rij_naar_bytes((onderwerp, cellen), waarden)
        taken = uit.setdefault(TAKEN, {})
        for w in staat.wachtend:
            sleutel = rijsleutel((aggregaat, *w.onderwerp, w.gegeven, w.vanaf.isoformat()))
            taken[sleutel] = self._serialisatie.naar_bytes(_taak(aggregaat, w))
        return uit


def rijsleutel(onderwerp: Onderwerp) -> bytes:
    """The key of a row: the parts of its onderwerp, separated by a unit separator."""
    return "\x1f".join(onderwerp).encode()


def _kolom(beeld: Beeld, onderwerp: Onderwerp, van: str | UitInvoer) -> Tijdlijn:
    """The time line of a column: of a gegeven, or of what a decision used."""
    if isinstance(van, str):
        return [_vanaf_peildatum(stuk) for stuk in beeld.zoek(onderwerp, van)]
    gebruikt = [
        (stuk, next((i.waarde for i in stuk.invoer if i.gegeven == van.invoer), None))
        for stuk in beeld.zoek(onderwerp, van.besluit)
    ]
    return [_vanaf_peildatum(stuk._replace(waarde=waarde)) for stuk, waarde in gebruikt if waarde is not None]


def _vanaf_peildatum(stuk: Stuk) -> Stuk:
    """What was judged on one day is shown from that day on."""
    peildatum = next((i.waarde for i in stuk.invoer if i.gegeven == "peildatum"), None)
    return stuk if peildatum is None else stuk._replace(vanaf=max(stuk.vanaf, peildatum))


def _cel(lijn: Tijdlijn) -> list[tuple[Any, ...]]:
    bekend = [s for s in lijn if not isinstance(s.waarde, Ontbreekt)]
    return [(s.vanaf, s.tot, s.waarde, s.claim, zekerheid_van(s.twijfels).value) for s in bekend]


def _taak(aggregaat: str, w: Wachtend) -> dict[str, Any]:
    return {
        "aggregaat": aggregaat,
        "onderwerp": w.onderwerp,
        "gegeven": w.gegeven,
        "vanaf": w.vanaf,
        "tot": w.tot,
        "reden": w.reden,
        "taak": w.taak,
    }
