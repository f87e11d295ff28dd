"""Parkeren: an aggregate that a table cannot take stands still in that table alone, until someone lets it go on.

What is parked is kept beside the tables: it says what this installation could not do, not what happened in the world.
"""

from collections.abc import Collection, Iterator
from typing import Any, NamedTuple

from actors.register.gevolg import Transactie
from actors.verwerking.serialisatie import Serialisatie
from storage.gevolgenstore import ReaderPosition
from storage.projectiestore import Change, Projectiestore, Row

GEPARKEERD = "geparkeerd@1"
"""The table with what is parked in the other ones."""

VASTGELOPEN = "vastgelopen"
"""Why an aggregate was parked by itself."""


class Geparkeerd(NamedTuple):
    """An aggregate that stands still in one table, since which position of the journal, by what fault, and why."""

    projectie: str
    aggregaat: str
    aggregaat_id: str
    positie: int
    fout: str
    reden: str

    @property
    def vanaf(self) -> int:
        """The position of the first transactie that is not in its rows; who parked it, saw all that was there."""
        return self.positie if self.fout else self.positie + 1


class Kapot(RuntimeError):
    """The rows of an aggregate cannot be made still; it stays parked."""

    def __init__(self, projectie: str, aggregaat: str, aggregaat_id: str, fout: Exception) -> None:
        """Say which, where, and by what kind of fault."""
        super().__init__(
            f"{aggregaat} {aggregaat_id} kan nog niet verder in {projectie} ({type(fout).__name__});"
            " herstel eerst de projectie, en haal het dan weer van zijn plaats"
        )


class Parkeerplaats:
    """What is parked in the tables of a register, with what changes about it in one turn."""

    def __init__(self, projecties: Projectiestore, serialisatie: Serialisatie) -> None:
        self._serialisatie = serialisatie
        self._bezet: dict[tuple[str, str, str], Geparkeerd] = {}
        self._anders: dict[bytes, bytes | None] = {}
        self.nieuw: list[Geparkeerd] = []
        for _, rij in projecties.scan(GEPARKEERD):
            een = Geparkeerd(*serialisatie.van_bytes(rij))
            self._bezet[een[:3]] = een

    def alle(self) -> Iterator[Geparkeerd]:
        """All that is parked."""
        yield from self._bezet.values()

    def staat(self, projectie: str, aggregaat: str, aggregaat_id: str, positie: int) -> bool:
        """Whether this aggregate stands still in this table at a position."""
        een = self._bezet.get((projectie, aggregaat, aggregaat_id)) if self._bezet else None
        return een is not None and een.vanaf <= positie

    def parkeer(self, projectie: str, transactie: Transactie, fout: Exception) -> None:
        """Park the aggregate of a transactie that a table cannot take."""
        wie = (projectie, transactie.aggregaat, transactie.aggregaat_id)
        een = Geparkeerd(*wie, transactie.positie, type(fout).__name__, VASTGELOPEN)
        self.zet(een)
        self.nieuw.append(een)

    def zet(self, een: Geparkeerd) -> None:
        """Park this one."""
        self._bezet[een[:3]] = een
        self._anders[_sleutel(*een[:3])] = self._serialisatie.naar_bytes(list(een))

    def ruim_op(self, tabellen: Collection[str]) -> None:
        """Let go of what was parked in other tables than these: a table that begins anew tries everyone again."""
        for een in [een for een in self._bezet.values() if een.projectie not in tabellen]:
            self.haal_weg(*een[:3])

    def haal_weg(self, projectie: str, aggregaat: str, aggregaat_id: str) -> None:
        """Let this one go; KeyError when it is not parked."""
        if self._bezet.pop((projectie, aggregaat, aggregaat_id), None) is None:
            raise KeyError(f"{aggregaat} {aggregaat_id} staat niet geparkeerd in {projectie}")
        self._anders[_sleutel(projectie, aggregaat, aggregaat_id)] = None

    def wijzigingen(self, stand: ReaderPosition) -> list[Change]:
        """What is to be kept of it with the tables, if anything."""
        # Made anew each time: a table that begins again may stand before where it was parked.
        rijen = [Row(sleutel, rij, stand.position) for sleutel, rij in self._anders.items()]
        return [Change(GEPARKEERD, rijen, stand, forget=list(self._anders))] if rijen else []


def _sleutel(*delen: Any) -> bytes:
    return "\x1f".join(delen).encode()
