"""Rijbronnen: where the rows of a table come from: kept by the projector, or made from the journal when asked for.

Both give the same bytes, as they were at any position of the journal; one leveringsmodel can be had either way.
"""

from collections.abc import Iterator
from typing import Protocol

from actors.register.projectie import Projectie
from actors.register.staat import Staat
from actors.register.tijdlijnen import Onderwerp
from actors.verwerking.antwoord import Bladgrens
from actors.verwerking.rijen import Rijen, rijen_van, rijsleutel
from actors.verwerking.serialisatie import Serialisatie
from actors.verwerking.standen import vouw
from storage.gevolgenstore import Gevolgenstore
from storage.projectiestore import Projectiestore, Version, as_versions


class Rijbron(Protocol):
    """The rows of the tables of one register, as they were at a position."""

    def rij(self, projectie: Projectie, sleutel: Onderwerp, positie: int) -> bytes | None:
        """One row; None when it was not there."""

    def rijen(self, projectie: Projectie, positie: int) -> Iterator[bytes]:
        """All rows, in the order of their keys."""

    def voorbij(self, projectie: Projectie, grens: Bladgrens | None, positie: int) -> Iterator[bytes]:
        """The rows past a place in the table (None: all), the nearest first."""

    def versies(self, projectie: Projectie, sleutel: Onderwerp, positie: int) -> list[Version]:
        """What one row ever was up to then, oldest first."""


class Bewaard:
    """The rows that the projector keeps; not beyond the position it came to."""

    def __init__(self, projecties: Projectiestore) -> None:
        self._projecties = projecties

    def rij(self, projectie: Projectie, sleutel: Onderwerp, positie: int) -> bytes | None:
        """One row; None when it was not there."""
        if not _is_sleutel(projectie, sleutel):
            return None
        return self._projecties.get(projectie.opslagnaam, rijsleutel(sleutel), positie)

    def rijen(self, projectie: Projectie, positie: int) -> Iterator[bytes]:
        """All rows, in the order of their keys."""
        return (rij for _, rij in self._projecties.scan(projectie.opslagnaam, at=positie))

    def voorbij(self, projectie: Projectie, grens: Bladgrens | None, positie: int) -> Iterator[bytes]:
        """The rows past a place in the table (None: all), the nearest first."""
        if grens is None:
            return self.rijen(projectie, positie)
        zoek = self._projecties.rows_before if grens.terug else self._projecties.rows_after
        return (rij for _, rij in zoek(projectie.opslagnaam, rijsleutel(grens.onderwerp), positie))

    def versies(self, projectie: Projectie, sleutel: Onderwerp, positie: int) -> list[Version]:
        """What one row ever was up to then, oldest first."""
        if not _is_sleutel(projectie, sleutel):
            return []
        alle = self._projecties.versions(projectie.opslagnaam, rijsleutel(sleutel))
        toen = [versie for versie in alle if versie.since <= positie]
        return as_versions([(versie.since, versie.value) for versie in toen])


class OpAanvraag:
    """The rows made from the gevolgen of their aggregate each time they are asked for; nothing is kept."""

    def __init__(self, store: Gevolgenstore, serialisatie: Serialisatie) -> None:
        self._store = store
        self._serialisatie = serialisatie

    def rij(self, projectie: Projectie, sleutel: Onderwerp, positie: int) -> bytes | None:
        """One row; None when it was not there."""
        if not sleutel:
            return None
        return self._van(projectie, f"{projectie.aggregaat}/{sleutel[0]}", positie).get(rijsleutel(sleutel))

    def rijen(self, projectie: Projectie, positie: int) -> Iterator[bytes]:
        """All rows, in the order of their keys."""
        return self.voorbij(projectie, None, positie)

    def voorbij(self, projectie: Projectie, grens: Bladgrens | None, positie: int) -> Iterator[bytes]:
        """The rows past a place in the table (None: all), the nearest first; all of them are made."""
        alle: Rijen = {}
        for aggregaat in self._store.aggregaten(f"{projectie.aggregaat}/"):
            alle.update(self._van(projectie, aggregaat, positie))
        if grens is None:
            return (alle[sleutel] for sleutel in sorted(alle))
        hier = rijsleutel(grens.onderwerp)
        if grens.terug:
            return (alle[sleutel] for sleutel in sorted(alle, reverse=True) if sleutel < hier)
        return (alle[sleutel] for sleutel in sorted(alle) if sleutel > hier)

    def versies(self, projectie: Projectie, sleutel: Onderwerp, positie: int) -> list[Version]:
        """What one row ever was up to then, oldest first."""
        gezien: list[tuple[int, bytes | None]] = []
        staat, laatste = Staat(), None
        aggregaat = f"{projectie.aggregaat}/{sleutel[0]}" if sleutel else ""
        for record in self._store.read_stream(aggregaat, up_to=positie) if aggregaat else ():
            staat.pas_transactie_toe(self._serialisatie.decodeer(record))
            rij = rijen_van(projectie, staat.beeld(), self._serialisatie).get(rijsleutel(sleutel))
            if rij != laatste:
                gezien.append((record.position, rij))
                laatste = rij
        return as_versions(gezien)

    def _van(self, projectie: Projectie, aggregaat: str, positie: int) -> Rijen:
        staat = vouw(self._store, self._serialisatie, aggregaat, positie)
        return rijen_van(projectie, staat.beeld(), self._serialisatie)


def _is_sleutel(projectie: Projectie, sleutel: Onderwerp) -> bool:
    """Whether a row can be about this at all; what is no onderwerp at its depth may look like the key of another."""
    return (
        len(sleutel) == projectie.over and sleutel[0] != "" and rijsleutel(sleutel).count(b"\x1f") == len(sleutel) - 1
    )
