"""The projectiestore in LMDB: one environment for all projecties of a register, a database for each.

Commits are not flushed to the last (`metasync=False`): what a power cut undoes is projected again.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from storage import keys
from storage.environment import Environment, Txn
from storage.gevolgenstore import ReaderPosition
from storage.identity import NO_ID, open_identity
from storage.limits import INITIAL_MAP_BYTES
from storage.projectiestore import Change, check_changes
from storage.records import decode_reader, encode_reader
from storage.scanning import scan


class LmdbProjectiestore:
    """The projecties of one register in a folder. Safe from several threads."""

    def __init__(
        self,
        path: Path,
        register: str,
        *,
        read_only: bool = False,
        map_size: int = INITIAL_MAP_BYTES,
    ) -> None:
        """Open the store in `path`; a writer makes it when it is not there.

        Raises as `LmdbGevolgenstore` does.
        """
        self.register = register
        self._environment = Environment(path, keys.PROJECTIES, read_only=read_only, metasync=False, map_size=map_size)
        open_identity(self._environment, "projecties", register, lambda: (NO_ID, {}))

    def write(self, changes: Sequence[Change]) -> None:
        """Keep the rows and positions of all changes in one commit, or nothing."""
        check_changes(changes)
        for change in changes:
            self._environment.make_database(keys.rows_database(change.projectie))
        self._environment.write(lambda txn: self._put(txn, changes))

    def _put(self, txn: Txn, changes: Sequence[Change]) -> None:
        positie = self._environment.database(keys.POSITIE)
        for change in changes:
            database = self._environment.database(keys.rows_database(change.projectie))
            # One value per key, in key order: neighbouring pages are then touched together.
            for key, value in sorted(dict(change.rows).items()):
                if value is None:
                    txn.delete(key, db=database)
                else:
                    txn.put(key, value, db=database)
            txn.put(keys.name_key(change.projectie), encode_reader(change.position), db=positie)

    def position(self, projectie: str) -> ReaderPosition | None:
        """Tell how far a projectie has come; None when there is none by that name."""
        with self._environment.reading() as txn:
            value = txn.get(keys.name_key(projectie), db=self._environment.database(keys.POSITIE))
        return None if value is None else decode_reader(value)

    def get(self, projectie: str, key: bytes) -> bytes | None:
        """Give a row; None when it, or the projectie, is not there."""
        database = keys.rows_database(projectie)
        if not self._environment.has_database(database):
            return None
        with self._environment.reading() as txn:
            return txn.get(key, db=self._environment.database(database))

    def scan(self, projectie: str, prefix: bytes = b"") -> Iterator[tuple[bytes, bytes]]:
        """Give the rows whose key starts with `prefix`, in key order."""
        database = keys.rows_database(projectie)
        if not self._environment.has_database(database):
            return
        for key, value in scan(self._environment, database, prefix):
            if not key.startswith(prefix):
                return
            yield key, value

    def projecties(self) -> list[str]:
        """Give the names of all projecties, in order."""
        return [keys.parse_name(key) for key, _ in scan(self._environment, keys.POSITIE)]

    def drop(self, projectie: str) -> None:
        """Remove a projectie with its rows and position, in one commit."""
        name = keys.rows_database(projectie)
        if not self._environment.has_database(name):
            return

        def empty(txn: Txn) -> None:
            txn.drop(self._environment.database(name), delete=False)
            txn.delete(keys.name_key(projectie), db=self._environment.database(keys.POSITIE))

        self._environment.write(empty)

    def reopen(self) -> None:
        """Open the folder again after a failed write; what `position` then says is the truth."""
        self._environment.reopen()

    def close(self) -> None:
        """Let go of the folder."""
        self._environment.close()
