"""A projectiestore in memory: for tests, proeven and simulation."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence

from storage.errors import StorageError
from storage.gevolgenstore import ReaderPosition
from storage.projectiestore import Change, check_changes


class MemoryProjectiestore:
    """The projecties of one register in dicts; safe from several threads."""

    def __init__(self, register: str) -> None:
        """Start without projecties."""
        self.register = register
        self._lock = threading.Lock()
        self._closed = False
        self._rows: dict[str, dict[bytes, bytes]] = {}
        self._positions: dict[str, ReaderPosition] = {}

    def write(self, changes: Sequence[Change]) -> None:
        """Keep the rows and positions of all changes, or nothing."""
        with self._lock:
            self._check_open()
            check_changes(changes)
            for change in changes:
                rows = self._rows.setdefault(change.projectie, {})
                for key, value in change.rows:
                    if value is None:
                        rows.pop(key, None)
                    else:
                        rows[key] = value
                self._positions[change.projectie] = change.position

    def position(self, projectie: str) -> ReaderPosition | None:
        """Tell how far a projectie has come; None when there is none by that name."""
        self._check_open()
        return self._positions.get(projectie)

    def get(self, projectie: str, key: bytes) -> bytes | None:
        """Give a row; None when it, or the projectie, is not there."""
        self._check_open()
        return self._rows.get(projectie, {}).get(key)

    def scan(self, projectie: str, prefix: bytes = b"") -> Iterator[tuple[bytes, bytes]]:
        """Give the rows whose key starts with `prefix`, in key order."""
        with self._lock:
            self._check_open()
            rows = self._rows.get(projectie, {})
            return iter(sorted(row for row in rows.items() if row[0].startswith(prefix)))

    def projecties(self) -> list[str]:
        """Give the names of all projecties, in order."""
        self._check_open()
        return sorted(self._positions)

    def drop(self, projectie: str) -> None:
        """Remove a projectie with its rows and position."""
        with self._lock:
            self._check_open()
            self._rows.pop(projectie, None)
            self._positions.pop(projectie, None)

    def reopen(self) -> None:
        """Do nothing: no write in memory fails half-way."""

    def close(self) -> None:
        """Refuse further use."""
        self._closed = True

    def _check_open(self) -> None:
        if self._closed:
            text = f"the projectiestore of register {self.register} is closed; open it again"
            raise StorageError(text)
