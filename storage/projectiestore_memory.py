"""A projectiestore in memory: for tests, proeven and simulation."""

from __future__ import annotations

import copy
import threading
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from storage.errors import StorageError
from storage.gevolgenstore import ReaderPosition
from storage.projectiestore import Change, Version, as_versions, check_changes, out_of_order

_Held = list[tuple[int, bytes | None]]
"""What a row was since each position, oldest first."""


@dataclass(slots=True)
class _Place:
    """The projecties of one place: the live one, or the one beside it."""

    rows: dict[str, dict[bytes, _Held]] = field(default_factory=dict)
    positions: dict[str, ReaderPosition] = field(default_factory=dict)


class MemoryProjectiestore:
    """The projecties of one register in dicts; safe from several threads."""

    def __init__(self, register: str) -> None:
        """Start without projecties."""
        self.register = register
        self._lock = threading.RLock()
        self._closed = threading.Event()
        self._place, self._other = _Place(), _Place()

    def write(self, changes: Sequence[Change]) -> None:
        """Keep the rows and positions of all changes, or nothing."""
        with self._lock:
            self._check_open()
            check_changes(changes)
            new: dict[str, dict[bytes, _Held]] = {}
            for change in changes:
                kept = self._place.rows.get(change.projectie, {})
                rows = new.setdefault(change.projectie, {})
                rows.update((key, []) for key in change.forget)
                for key, value, since in change.rows:
                    held = rows.setdefault(key, list(kept.get(key, ())))
                    _hold(held, change.projectie, key, value, since)
            for change in changes:
                self._place.positions[change.projectie] = change.position
            for projectie, rows in new.items():
                place = self._place.rows.setdefault(projectie, {})
                place.update(rows)
                for key in [key for key, held in rows.items() if not held]:
                    del place[key]

    def position(self, projectie: str) -> ReaderPosition | None:
        """Tell how far a projectie has come; None when there is none by that name."""
        self._check_open()
        return self._place.positions.get(projectie)

    def get(self, projectie: str, key: bytes, at: int | None = None) -> bytes | None:
        """Give a row as it is, or as it was at a position; None when it is not there then."""
        with self._lock:
            self._check_open()
            return _at(self._place.rows.get(projectie, {}).get(key, []), at)

    def scan(self, projectie: str, prefix: bytes = b"", at: int | None = None) -> Iterator[tuple[bytes, bytes]]:
        """Give the rows whose key starts with `prefix`, as they are or were at a position, in key order."""
        return self._chosen(projectie, lambda key: key.startswith(prefix), at)

    def rows_after(self, projectie: str, key: bytes, at: int | None = None) -> Iterator[tuple[bytes, bytes]]:
        """Give the rows past a key."""
        return self._chosen(projectie, lambda other: other > key, at)

    def rows_before(self, projectie: str, key: bytes, at: int | None = None) -> Iterator[tuple[bytes, bytes]]:
        """Give the rows that come before a key, the nearest first."""
        return reversed(list(self._chosen(projectie, lambda other: other < key, at)))

    def _chosen(self, projectie: str, wanted: Callable[[bytes], bool], at: int | None) -> Iterator[tuple[bytes, bytes]]:
        with self._lock:
            self._check_open()
            rows = self._place.rows.get(projectie, {})
            found = ((key, _at(rows[key], at)) for key in sorted(key for key in rows if wanted(key)))
            return iter([(key, value) for key, value in found if value is not None])

    def versions(self, projectie: str, key: bytes) -> list[Version]:
        """Give what a row ever was, oldest first."""
        with self._lock:
            self._check_open()
            return as_versions(self._place.rows.get(projectie, {}).get(key, []))

    def keys(self, projectie: str, prefix: bytes = b"") -> Iterator[bytes]:
        """Give the keys of all rows that ever were there and start with `prefix`, in order."""
        with self._lock:
            self._check_open()
            return iter(sorted(key for key in self._place.rows.get(projectie, {}) if key.startswith(prefix)))

    def projecties(self) -> list[str]:
        """Give the names of all projecties, in order."""
        self._check_open()
        return sorted(self._place.positions)

    def drop(self, projectie: str) -> None:
        """Remove a projectie with its rows and position."""
        with self._lock:
            self._check_open()
            self._place.rows.pop(projectie, None)
            self._place.positions.pop(projectie, None)

    def beside(self) -> MemoryProjectiestore:
        """Give the place beside this one; see the protocol."""
        other = copy.copy(self)
        other._place, other._other = self._other, self._place  # noqa: SLF001 - it is one of us
        return other

    def switch(self, projecties: Sequence[str]) -> None:
        """Let what stands beside take the place of these projecties."""
        with self._lock:
            self._check_open()
            for name in projecties:
                self._place.rows.pop(name, None)
                self._place.positions.pop(name, None)
                if name in self._other.rows:
                    self._place.rows[name] = self._other.rows.pop(name)
                if name in self._other.positions:
                    self._place.positions[name] = self._other.positions.pop(name)

    def reopen(self) -> None:
        """Do nothing: no write in memory fails half-way."""

    def close(self) -> None:
        """Refuse further use."""
        self._closed.set()

    def _check_open(self) -> None:
        if self._closed.is_set():
            text = f"the projectiestore of register {self.register} is closed; open it again"
            raise StorageError(text)


def _hold(held: _Held, projectie: str, key: bytes, value: bytes | None, since: int) -> None:
    if held and since < held[-1][0]:
        raise out_of_order(projectie, key, since, held[-1][0])
    if value == (held[-1][1] if held else None):
        return
    if held and since == held[-1][0]:
        held.pop()
    if held or value is not None:
        held.append((since, value))


def _at(held: _Held, at: int | None) -> bytes | None:
    if at is None:
        return held[-1][1] if held else None
    place = bisect_right(held, at, key=lambda one: one[0])
    return held[place - 1][1] if place else None
