"""The projectiestore in LMDB: one environment for all projecties of a register, two databases for each.

`nu:<name>` has each row as it is, with since when; `eerder:<name>` what it was, by the position until which it was so.
A projectie that is built again stands beside the live one under the name with `~` behind it; `levend` says which of the
two is in use. Commits are not flushed to the last (`metasync=False`): what a power cut undoes is projected again.
"""

from __future__ import annotations

import copy
import struct
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, NamedTuple, TypeVar

from storage import keys
from storage.environment import Environment, Txn
from storage.errors import StoreDamaged
from storage.gevolgenstore import ReaderPosition
from storage.identity import NO_ID, open_identity
from storage.limits import INITIAL_MAP_BYTES, MAX_DATABASES, SLICE_BYTES, SLICE_ROWS
from storage.projectiestore import Change, Row, Version, as_versions, check_changes, out_of_order
from storage.records import decode_reader, encode_reader
from storage.scanning import scan

T = TypeVar("T")

_HEAD: Final = struct.Struct(">QB")
_GONE: Final = 0
_THERE: Final = 1
_OTHER: Final = b"\1"


class _Names(NamedTuple):
    """Under which names a projectie is kept."""

    stand: bytes
    now: bytes
    past: bytes


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
        """Open the store in `path`; a writer makes it when it is not there, and lets go of what is of older versions.

        Raises as `LmdbGevolgenstore` does.
        """
        self.register = register
        self._environment = Environment(path, keys.PROJECTIES, read_only=read_only, metasync=False, map_size=map_size)
        self._beside = False
        open_identity(self._environment, "projecties", register, lambda: (NO_ID, {}))
        if not read_only and self._environment.has_database(keys.FORMER_POSITIE):
            self._clear_former()

    def _clear_former(self) -> None:
        """Empty what is kept as older versions of gevolg did: it is built again."""
        names = [keys.parse_name(key) for key, _ in scan(self._environment, keys.FORMER_POSITIE)]
        former = [keys.FORMER_POSITIE, *(keys.former_rows_database(name) for name in names)]
        there = [name for name in former if self._environment.has_database(name)]

        def empty(txn: Txn) -> None:
            for name in there:
                self._empty(txn, name)

        if names:
            self._environment.write(empty)

    # --- writing ---

    def write(self, changes: Sequence[Change]) -> None:
        """Keep the rows and positions of all changes in one commit, or nothing."""
        check_changes(changes)
        for change in changes:
            for names in _both(change.projectie):
                self._environment.make_database(names.now)
                self._environment.make_database(names.past)
        self._environment.write(lambda txn: self._put(txn, changes))

    def _put(self, txn: Txn, changes: Sequence[Change]) -> None:
        stand = self._environment.database(keys.STAND)
        for change in changes:
            names = self._names(txn, change.projectie)
            now, past = self._environment.database(names.now), self._environment.database(names.past)
            for key in change.forget:
                for until, _ in _past(txn, past, key):
                    txn.delete(keys.past_key(key, until), db=past)
                txn.delete(key, db=now)
            # In key order: neighbouring pages are then touched together. Positions of one key stay in theirs.
            for row in sorted(change.rows, key=_key):
                _put_row(txn, now, past, change.projectie, row)
            txn.put(names.stand, encode_reader(change.position), db=stand)

    def drop(self, projectie: str) -> None:
        """Remove a projectie with its rows and position, in one commit."""

        def drop(txn: Txn) -> None:
            self._drop(txn, self._names(txn, projectie))

        self._open_all(projectie)
        self._environment.write(drop)

    def beside(self) -> LmdbProjectiestore:
        """Give the place beside this one; see the protocol."""
        other = copy.copy(self)
        other._beside = not self._beside  # noqa: SLF001 - it is one of us
        return other

    def switch(self, projecties: Sequence[str]) -> None:
        """Let what stands beside take the place of these projecties, in one commit."""

        def switch(txn: Txn) -> None:
            levend = self._environment.database(keys.LEVEND)
            for name in projecties:
                self._drop(txn, self._names(txn, name))
                if txn.get(keys.name_key(name), db=levend):
                    txn.delete(keys.name_key(name), db=levend)
                else:
                    txn.put(keys.name_key(name), _OTHER, db=levend)

        for name in projecties:
            self._open_all(name)
        self._environment.write(switch)

    def _drop(self, txn: Txn, names: _Names) -> None:
        for database in (names.now, names.past):
            if self._environment.has_open(database):
                self._empty(txn, database)
        txn.delete(names.stand, db=self._environment.database(keys.STAND))

    def _empty(self, txn: Txn, database: bytes) -> None:
        txn.drop(self._environment.database(database), delete=False)

    def _open_all(self, projectie: str) -> None:
        """Open whatever there is of a projectie: no database can be opened inside a transaction."""
        for names in _both(projectie):
            self._environment.has_database(names.now)
            self._environment.has_database(names.past)

    # --- reading ---

    def position(self, projectie: str) -> ReaderPosition | None:
        """Tell how far a projectie has come; None when there is none by that name."""
        with self._environment.reading() as txn:
            names = self._names(txn, projectie)
            value = txn.get(names.stand, db=self._environment.database(keys.STAND))
        return None if value is None else decode_reader(value)

    def get(self, projectie: str, key: bytes, at: int | None = None) -> bytes | None:
        """Give a row as it is, or as it was at a position; None when it, or the projectie, is not there then."""
        return self._look(projectie, lambda txn, now, past: _row_at(txn, past, key, txn.get(key, db=now), at), None)

    def scan(self, projectie: str, prefix: bytes = b"", at: int | None = None) -> Iterator[tuple[bytes, bytes]]:
        """Give the rows whose key starts with `prefix`, as they are or were at a position, in key order."""
        return self._rows(projectie, prefix, prefix, at)

    def rows_after(self, projectie: str, key: bytes, at: int | None = None) -> Iterator[tuple[bytes, bytes]]:
        """Give the rows past a key."""
        return self._rows(projectie, b"", key + b"\0", at)

    def rows_before(self, projectie: str, key: bytes, at: int | None = None) -> Iterator[tuple[bytes, bytes]]:
        """Give the rows that come before a key, the nearest first."""
        return self._rows(projectie, b"", key, at, back=True)

    def _rows(
        self, projectie: str, prefix: bytes, start: bytes, at: int | None, *, back: bool = False
    ) -> Iterator[tuple[bytes, bytes]]:
        walk = self._walk(
            projectie, prefix, lambda txn, past, key, raw: _row_at(txn, past, key, raw, at), start, back=back
        )
        return ((key, value) for key, value in walk if value is not None)

    def versions(self, projectie: str, key: bytes) -> list[Version]:
        """Give what a row ever was, oldest first."""

        def look(txn: Txn, now: Any, past: Any) -> list[Version]:
            last = txn.get(key, db=now)
            held = [raw for _, raw in _past(txn, past, key)] + ([last] if last is not None else [])
            return as_versions([_unpack(raw) for raw in held])

        return self._look(projectie, look, [])

    def keys(self, projectie: str, prefix: bytes = b"") -> Iterator[bytes]:
        """Give the keys of all rows that ever were there and start with `prefix`, in order."""
        return (key for key, _ in self._walk(projectie, prefix, lambda _txn, _past, _key, raw: raw, prefix))

    def projecties(self) -> list[str]:
        """Give the names of all projecties, in order."""
        with self._environment.reading() as txn:
            kept = [bytes(key) for key, _ in txn.cursor(self._environment.database(keys.STAND))]
            names = sorted({keys.parse_name(key.removesuffix(b"~")) for key in kept})
            return [name for name in names if self._names(txn, name).stand in kept]

    def _walk(
        self,
        projectie: str,
        prefix: bytes,
        take: Callable[[Txn, Any, bytes, bytes], bytes | None],
        start: bytes,
        *,
        back: bool = False,
    ) -> Iterator[tuple[bytes, bytes | None]]:
        """Every row that ever was there from `start` on (`back`: before it), with what `take` makes of it.

        In slices, each of one moment.
        """

        def look(txn: Txn, now: Any, past: Any) -> list[tuple[bytes, bytes | None]]:
            rows: list[tuple[bytes, bytes | None]] = []
            size = 0
            cursor = txn.cursor(now)
            if _go_to(cursor, start, back=back):
                for key, raw in cursor.iterprev() if back else cursor:
                    if len(rows) == SLICE_ROWS or size >= SLICE_BYTES or not key.startswith(prefix):
                        break
                    value = take(txn, past, key, raw)
                    rows.append((key, value))
                    size += len(value or b"")
            return rows

        nothing: list[tuple[bytes, bytes | None]] = []
        while rows := self._look(projectie, look, nothing):
            yield from rows
            start = rows[-1][0] if back else rows[-1][0] + b"\0"

    def _look(self, projectie: str, look: Callable[[Txn, Any, Any], T], nothing: T) -> T:
        """Look in the databases of a projectie, in one transaction with which of the two is in use."""
        while True:
            # A transaction cannot use what another thread opens while it runs.
            opened = [names for names in _both(projectie) if self._has_open(names)]
            with self._environment.reading() as txn:
                names = self._names(txn, projectie)
                if names in opened and self._has_open(names):
                    return look(txn, self._environment.database(names.now), self._environment.database(names.past))
            if not (self._environment.has_database(names.now) and self._environment.has_database(names.past)):
                return nothing

    def _has_open(self, names: _Names) -> bool:
        return self._environment.has_open(names.now) and self._environment.has_open(names.past)

    def _names(self, txn: Txn, projectie: str) -> _Names:
        """Under which names it is kept that is seen from here."""
        live = txn.get(keys.name_key(projectie), db=self._environment.database(keys.LEVEND))
        return _both(projectie)[(live is not None) is not self._beside]

    # --- life ---

    def reopen(self) -> None:
        """Open the folder again after a failed write; what `position` then says is the truth."""
        self._environment.reopen()

    def close(self) -> None:
        """Let go of the folder."""
        self._environment.close()


def _go_to(cursor: Any, start: bytes, *, back: bool) -> bool:
    """Whether there is a row from a key on (`back`: before it), and then the cursor is on it."""
    if back:
        return bool(cursor.prev() if cursor.set_range(start) else cursor.last())
    return bool(cursor.set_range(start) if start else cursor.first())


@lru_cache(MAX_DATABASES)
def _both(projectie: str) -> tuple[_Names, _Names]:
    """The two under which a projectie is kept; without a pointer in `levend` the first is in use."""
    one, other = (
        _Names(keys.name_key(name), keys.rows_database(name), keys.past_database(name))
        for name in (projectie, f"{projectie}~")
    )
    return one, other


def _key(row: Row) -> bytes:
    return row.key


def _pack(value: bytes | None, since: int) -> bytes:
    return _HEAD.pack(since, _GONE if value is None else _THERE) + (value or b"")


def _unpack(raw: bytes) -> tuple[int, bytes | None]:
    if len(raw) >= _HEAD.size:
        since, there = _HEAD.unpack_from(raw)
        if there == _THERE:
            return since, raw[_HEAD.size :]
        if there == _GONE and len(raw) == _HEAD.size:
            return since, None
    text = f"a row of a projectie cannot be read ({len(raw)} bytes); build the projecties again"
    raise StoreDamaged(text)


def _put_row(txn: Txn, now: Any, past: Any, projectie: str, row: Row) -> None:
    """Put one row, and keep what it was."""
    key, value, since = row
    raw = txn.get(key, db=now)
    if raw is None and value is None:
        return
    if raw is not None:
        kept, was = _unpack(raw)
        if since < kept:
            raise out_of_order(projectie, key, since, kept)
        if value == was:
            return
        if since > kept:
            txn.put(keys.past_key(key, since), raw, db=past)
    txn.put(key, _pack(value, since), db=now)


def _past(txn: Txn, past: Any, key: bytes, after: int = 0) -> list[tuple[int, bytes]]:
    """What a row was: until which position, and what; only what it was still after a position. Oldest first."""
    found = []
    cursor = txn.cursor(past)
    if cursor.set_range(keys.past_key(key, after)):
        for past_key, raw in cursor:
            row, until = _parse_past(past_key)
            if row != key:
                break
            found.append((until, raw))
    return found


def _parse_past(key: bytes) -> tuple[bytes, int]:
    try:
        return keys.parse_past(key)
    except ValueError as error:
        text = f"{error}; build the projecties again"
        raise StoreDamaged(text) from None


def _row_at(txn: Txn, past: Any, key: bytes, raw: bytes | None, at: int | None) -> bytes | None:
    """What a row was at a position, from what it is (`raw`) and what it was before."""
    if raw is None:
        return None
    since, value = _unpack(raw)
    if at is None or since <= at:
        return value
    cursor = txn.cursor(past)
    if not cursor.set_range(keys.past_key(key, at + 1)):
        return None
    row, _ = _parse_past(cursor.key())
    since, value = _unpack(cursor.value())
    return value if row == key and since <= at else None
