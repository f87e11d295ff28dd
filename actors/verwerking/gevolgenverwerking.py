"""Gevolgenverwerking: build the tables of a register from its gevolgen (handreiking, "Gevolgenprocessor").

Rows and the position they belong to are committed together, so a table can always be built again from the journal. Each
row is kept with the position since which it holds, and with what it was before: the time line of what was known. An
aggregate that one table cannot take (its rows cannot be made) is parked there, and nobody else waits for it.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import partial

from actors.register.beeld import Beeld
from actors.register.context import Context
from actors.register.gevolg import Transactie
from actors.register.projectie import Projectie
from actors.register.staat import Staat
from actors.verwerking.leesstand import gelezen_tot
from actors.verwerking.parkeren import Geparkeerd, Kapot, Parkeerplaats
from actors.verwerking.rijen import Rijen, rijen_van, rijsleutel, takenrijen
from actors.verwerking.serialisatie import Serialisatie
from actors.verwerking.standen import Stand, Standen, Transactielezer
from actors.verwerking.verbandindex import VERBANDEN, verbandrijen
from storage.errors import StorageError
from storage.gevolgenstore import Gevolgenstore, ReaderPosition
from storage.projectiestore import Change, Projectiestore, Row

TAKEN = "taken@2"
"""The table that every register has: what waits, and why."""


class Projector:
    """Follows the journal of one register and keeps all its tables; the projectiestore keeps how far it came."""

    def __init__(  # noqa: PLR0913 - what it works with, each by name
        self,
        context: Context,
        store: Gevolgenstore,
        projecties: Projectiestore,
        serialisatie: Serialisatie,
        lezer: Transactielezer | None = None,
        meld: Callable[[Geparkeerd], None] = lambda _geparkeerd: None,
    ) -> None:
        """Read with `lezer` when another reader of the same journal shares it; `meld` hears what is parked."""
        self._context = context
        self._store = store
        self._projecties = projecties
        self._serialisatie = serialisatie
        self._lezer = lezer or Transactielezer(store, serialisatie, grens=0)
        self._meld = meld
        self._standen = Standen(store, serialisatie)
        self._namen = tabelnamen(context)

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

    def vergeet(self) -> None:
        """Let go of all states: the tables were made anew."""
        self._standen = Standen(self._store, self._serialisatie)

    def werk(self, limiet: int = 256) -> int:
        """Handle the next transacties, at most `limiet`, in one commit; answers how many."""
        gewijzigd: dict[str, list[Row]] = {naam: [] for naam in self._namen}
        plaats = Parkeerplaats(self._projecties, self._serialisatie)
        laatste = None
        aantal = 0
        standen = {n: self._begin_opnieuw(n) if tot is None else tot for n, tot in self._standen_nu().items()}
        plaats.ruim_op([naam for naam in standen if self._projecties.position(naam) is not None])
        for record, transactie in self._lezer.lees(min(standen.values()), limiet):
            for naam, sleutel, rij in self._verschil(transactie, plaats):
                if record.position > standen[naam]:
                    gewijzigd[naam].append(Row(sleutel, rij, record.position))
            if record.position > standen[VERBANDEN]:
                gewijzigd[VERBANDEN] += verbandrijen(transactie)
            laatste = record
            aantal += 1
        if laatste is not None:
            stand = ReaderPosition(self._store.store_id, laatste.position, laatste.hash)
            verder = [naam for naam in self._namen if laatste.position > standen[naam]]
            wijzigingen = [Change(naam, gewijzigd[naam], stand) for naam in verder]
            self._projecties.write([*wijzigingen, *plaats.wijzigingen(stand)])
            for geparkeerd in plaats.nieuw:
                self._meld(geparkeerd)
        return aantal

    def _verschil(self, transactie: Transactie, plaats: Parkeerplaats) -> Iterator[tuple[str, bytes, bytes | None]]:
        """The rows that a transactie changes; a table that cannot take it parks the aggregate and stays as it was."""
        projecties = self._projecties_van(transactie.aggregaat)
        if projecties is None:
            return
        namen = [TAKEN, *(p.opslagnaam for p in projecties)]
        if not self._vrij(transactie, namen, plaats):
            return
        try:
            stand = self._standen.voor(transactie)
            voor = stand.gemaakt
            if voor is None:
                voor = self._gemaakt(projecties, stand, transactie, namen, plaats)
            stand.pas_toe(transactie)
            stand.gemaakt = self._gemaakt(projecties, stand, transactie, namen, plaats)
        except StorageError:
            raise
        except Exception as fout:  # noqa: BLE001 - whatever a transactie breaks, it breaks for its aggregate alone
            self._standen.vergeet(transactie)
            for naam in self._vrij(transactie, namen, plaats):
                plaats.parkeer(naam, transactie, fout)
            return
        for naam, na in stand.gemaakt.items():
            yield from _anders(naam, voor.get(naam, {}), na)

    def _gemaakt(
        self,
        projecties: Sequence[Projectie],
        stand: Stand,
        transactie: Transactie,
        namen: Sequence[str],
        plaats: Parkeerplaats,
    ) -> dict[str, Rijen]:
        """The rows of an aggregate in each table that can take it; in the others it is parked."""
        gemaakt = {}
        vrij = self._vrij(transactie, namen, plaats)
        for naam, rijen, mislukt in self._rijen(projecties, stand, transactie.aggregaat, vrij):
            if mislukt is None:
                gemaakt[naam] = rijen
            else:
                plaats.parkeer(naam, transactie, mislukt)
        return gemaakt

    def _vrij(self, transactie: Transactie, namen: Sequence[str], plaats: Parkeerplaats) -> list[str]:
        """The tables in which its aggregate does not stand still at this transactie."""
        wie, nu = (transactie.aggregaat, transactie.aggregaat_id), transactie.positie
        return [naam for naam in namen if not plaats.staat(naam, *wie, nu)]

    def _projecties_van(self, aggregaat: str) -> list[Projectie] | None:
        """The projecties over this kind of aggregate; None when it has no tables at all."""
        projecties = [p for p in self._context.projecties if p.bewaard and p.aggregaat == aggregaat]
        eigen = projecties or any(a.naam == aggregaat for a in self._context.aggregaten)
        return projecties if eigen else None

    def _rijen(
        self, projecties: Sequence[Projectie], stand: Stand, aggregaat: str, namen: Sequence[str]
    ) -> Iterator[tuple[str, Rijen, Exception | None]]:
        """All rows that one aggregate has in each of these tables, or what went wrong when making them."""
        makers: dict[str, Callable[[Beeld], Rijen]] = {
            TAKEN: lambda _beeld: takenrijen(stand, aggregaat, self._serialisatie)
        }
        for projectie in projecties:
            makers[projectie.opslagnaam] = partial(self._van_projectie, projectie)
        beeld = None
        for naam in namen:
            try:
                beeld = beeld or stand.staat.beeld()
                yield naam, makers[naam](beeld), None
            except StorageError:
                raise
            except Exception as fout:  # noqa: BLE001 - the same
                yield naam, {}, fout

    def _van_projectie(self, projectie: Projectie, beeld: Beeld) -> Rijen:
        return rijen_van(projectie, beeld, self._serialisatie)

    # --- parked aggregates ------------------------------------------------------------------------------------

    def geparkeerd(self) -> list[Geparkeerd]:
        """The aggregates that are parked, per table."""
        return list(Parkeerplaats(self._projecties, self._serialisatie).alle())

    def parkeer(self, projectie: str, aggregaat: str, aggregaat_id: str, reden: str) -> None:
        """Leave an aggregate in one table as it is, from now on.

        KeyError when there is no such table, when it has nothing of this aggregate, or when it is parked already.
        """
        naam = self._tabel(projectie)
        hier = {TAKEN, *(p.opslagnaam for p in self._projecties_van(aggregaat) or [])}
        if naam not in hier or not self._store.last_volgnummer(f"{aggregaat}/{aggregaat_id}"):
            raise KeyError(f"in {naam} staat niets van {aggregaat} {aggregaat_id}; controleer soort en kenmerk")
        plaats = Parkeerplaats(self._projecties, self._serialisatie)
        if plaats.staat(naam, aggregaat, aggregaat_id, self._stand(naam).position + 1):
            raise KeyError(f"{aggregaat} {aggregaat_id} staat al geparkeerd in {naam}")
        tot = self._stand(naam)
        plaats.zet(Geparkeerd(naam, aggregaat, aggregaat_id, tot.position, "", reden))
        self._projecties.write(plaats.wijzigingen(tot))

    def ontparkeer(self, projectie: str, aggregaat: str, aggregaat_id: str) -> None:
        """Make the rows of an aggregate again, up to where the table is, and let it follow along again.

        Raises `Kapot` when they cannot be made still, KeyError when it is not parked there.
        """
        naam = self._tabel(projectie)
        plaats = Parkeerplaats(self._projecties, self._serialisatie)
        plaats.haal_weg(naam, aggregaat, aggregaat_id)
        tot = self._stand(naam)
        een = Geparkeerd(naam, aggregaat, aggregaat_id, tot.position, "", "")
        try:
            rijen = list(self._opnieuw(een, tot.position))
        except StorageError:
            raise
        except Exception as fout:
            raise Kapot(naam, aggregaat, aggregaat_id, fout) from fout
        oud = [sleutel for sleutel in self._projecties.keys(naam, _begin(een)) if is_rij_van(een, sleutel)]
        self.vergeet()
        self._projecties.write([Change(naam, rijen, tot, forget=oud), *plaats.wijzigingen(tot)])

    def _opnieuw(self, een: Geparkeerd, tot: int) -> Iterator[Row]:
        """All that the rows of an aggregate ever were in one table, up to and with a position."""
        projecties = self._projecties_van(een.aggregaat) or []
        stand, voor = Stand(Staat()), Rijen()
        for record in self._store.read_stream(f"{een.aggregaat}/{een.aggregaat_id}", up_to=tot):
            stand.pas_toe(self._serialisatie.decodeer(record))
            [(_, na, fout)] = self._rijen(projecties, stand, een.aggregaat, [een.projectie])
            if fout is not None:
                raise fout
            yield from (Row(sleutel, rij, record.position) for _, sleutel, rij in _anders(een.projectie, voor, na))
            voor = na

    def _tabel(self, projectie: str) -> str:
        for naam in self._namen:
            if projectie in (naam, naam.partition("@")[0]):
                return naam
        raise KeyError(f"{self._context.naam} heeft geen projectie {projectie!r}; er zijn: {', '.join(self._namen)}")

    def _stand(self, naam: str) -> ReaderPosition:
        stand = self._projecties.position(naam)
        return stand or ReaderPosition(self._store.store_id, 0, bytes(32))


def _anders(naam: str, oud: Rijen, nieuw: Rijen) -> Iterator[tuple[str, bytes, bytes | None]]:
    for sleutel in oud.keys() | nieuw.keys():
        if oud.get(sleutel) != nieuw.get(sleutel):
            yield naam, sleutel, nieuw.get(sleutel)


def tabelnamen(context: Context) -> tuple[str, ...]:
    """The tables of a register that are built from its journal."""
    return (TAKEN, VERBANDEN, *(p.opslagnaam for p in context.projecties if p.bewaard))


def is_rij_van(een: Geparkeerd, sleutel: bytes) -> bool:
    """Whether a row of its table is of this aggregate."""
    begin = _begin(een)
    return sleutel == begin or sleutel.startswith(begin + b"\x1f")


def _begin(een: Geparkeerd) -> bytes:
    delen = (een.aggregaat, een.aggregaat_id) if een.projectie == TAKEN else (een.aggregaat_id,)
    return rijsleutel(delen)
