"""The peer that only puts and commits: the very bytes that the registers wrote, in the same transactions."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import lmdb

from storage import keys
from storage.environment import Environment, Txn
from storage.limits import ENGINE, MAX_DATABASES

_NAMES = {"gevolgen": keys.JOURNAL, "sleutels": keys.SLEUTELS}
_MAP_BYTES = 1 << 36

Put = tuple[bytes, list[tuple[bytes, bytes]], dict[str, bool]]
"""Rows put at once: the database, the rows, and how."""


class Commit(NamedTuple):
    """One write transaction: of which folder (`gevolgen`, `sleutels`), and what was put in it, in order."""

    folder: str
    puts: list[Put]


@contextmanager
def recorded() -> Iterator[list[Commit]]:
    """Keep what is written to journal and keys while the block runs."""
    commits: list[Commit] = []
    write = Environment.write

    def recording_write(self: Environment, work: Callable[[Txn], Any]) -> Any:
        names = {self.database(name): name for name in _NAMES[self.path.name]}
        puts: list[Put] = []

        def recording_work(txn: Txn) -> Any:
            puts.clear()
            return work(_RecordingTxn(txn, names, puts))  # type: ignore[arg-type]

        result = write(self, recording_work)
        commits.append(Commit(self.path.name, puts))
        return result

    Environment.write = recording_write  # type: ignore[method-assign]
    try:
        yield commits
    finally:
        Environment.write = write  # type: ignore[method-assign]


class _RecordingTxn:
    """A write transaction that keeps what is put; another way to write is refused, so that none is missed."""

    def __init__(self, txn: Txn, names: dict[Any, bytes], puts: list[Put]) -> None:
        self._txn = txn
        self._names = names
        self._puts = puts
        self.get = txn.get

    def put(self, key: bytes, value: bytes, *, db: Any) -> bool:
        self._puts.append((self._names[db], [(key, value)], {}))
        return self._txn.put(key, value, db=db)

    def cursor(self, db: Any) -> "_RecordingCursor":
        return _RecordingCursor(self._txn.cursor(db), self._names[db], self._puts)


class _RecordingCursor:
    def __init__(self, cursor: Any, name: bytes, puts: list[Put]) -> None:
        self._cursor = cursor
        self._name = name
        self._puts = puts
        for reading in ("first", "last", "next", "prev", "set_key", "set_range", "key", "value", "item"):
            setattr(self, reading, getattr(cursor, reading))

    def putmulti(self, rows: Sequence[tuple[bytes, bytes]], **how: bool) -> Any:
        self._puts.append((self._name, list(rows), how))
        return self._cursor.putmulti(rows, **how)


class Replay:
    """Puts recorded commits in LMDB folders of its own, with the settings of `storage.environment`."""

    def __init__(self, folder: Path) -> None:
        self._environments = {name: _open(folder / name) for name in _NAMES}
        self._databases = {
            name: {database: environment.open_db(database) for database in _NAMES[name]}
            for name, environment in self._environments.items()
        }

    def batch(self, commits: Sequence[Commit]) -> Callable[[], None]:
        """What puts these commits."""
        return partial(self._put, commits)

    def _put(self, commits: Sequence[Commit]) -> None:
        for folder, puts in commits:
            databases = self._databases[folder]
            with self._environments[folder].begin(write=True) as txn:
                for name, rows, how in puts:
                    txn.cursor(databases[name]).putmulti(rows, **how)

    def close(self) -> None:
        """Let go of the folders."""
        for environment in self._environments.values():
            environment.close()


def _open(path: Path) -> lmdb.Environment:
    path.mkdir(parents=True)
    return lmdb.open(str(path), map_size=_MAP_BYTES, max_dbs=MAX_DATABASES, max_spare_txns=1, lib_version=ENGINE)
