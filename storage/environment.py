"""One LMDB environment: opened once per process, written by one process, read by many, grown when full.

* **One opener**: LMDB's locks belong to the process, so a second opening of the same folder is refused.
* **One writer**: a lock file (`writer.lock`, flock) keeps a second writing process out; readers need no lock.
* **Never across fork**: use in a forked child is refused; the child must open for itself, after the fork.
* **Growing**: a full map is doubled and the transaction runs again; readers in other processes follow by
  themselves.
* **After a failed write** the environment refuses writes until `reopen`: LMDB may be in panic, and whether
  the last transaction is there can only be read back.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

import lmdb

from storage.errors import StorageError, StorageFull, StoreInUse
from storage.limits import (
    ENGINE,
    INITIAL_MAP_BYTES,
    MAP_GROWTH,
    MAX_DATABASES,
    MAX_MAP_BYTES,
)
from storage.lmdb_errors import making_room, translated

if TYPE_CHECKING:
    Txn = lmdb.Transaction[bytes]
    Database = lmdb._Database  # noqa: SLF001 - py-lmdb gives its type no public name
else:
    Txn = lmdb.Transaction  # generic in its stubs only

T = TypeVar("T")

_READERS_BYTES: Final = 8192  # LMDB's table for 126 readers

_open: dict[Path, Environment] = {}
_open_lock = threading.Lock()


class Environment:
    """An open LMDB environment with its databases by name."""

    def __init__(
        self,
        path: Path,
        databases: Sequence[bytes],
        *,
        read_only: bool,
        metasync: bool = True,
        map_size: int = INITIAL_MAP_BYTES,
    ) -> None:
        """Open the folder; a writer makes it (mode 0700) with its databases when they are not there.

        `metasync=False` lets a power cut undo the last commits, whole ones, in order: for what can be
        rebuilt. Raises StoreInUse, NewerFormat, StoreDamaged, or StorageError when there is nothing to read.
        """
        self.path = path.resolve()
        self.read_only = read_only
        self._names = tuple(databases)
        self._metasync = metasync
        self._map_size = map_size
        self._pid = os.getpid()
        self._failed = False
        self.stale_readers = 0
        """Readers found in LMDB's table whose process was gone; they were taken out of it."""
        self._active = 0
        self._awaited = 0
        self._lock = threading.Lock()
        self._idle = threading.Condition(self._lock)
        self._writing = threading.Lock()
        self._lock_file: int | None = None
        self._env: lmdb.Environment | None = None
        self._handles: dict[bytes, Database] = {}
        with _open_lock:
            if self.path in _open:
                text = f"{self.path} is already open in this process; share that opening, or close it first"
                raise StoreInUse(text)
            _open[self.path] = self
        try:
            if not read_only:
                with making_room(self.path):
                    self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
                    self._lock_file = _writer_lock(self.path)
                    _reserve_readers(self.path)
            self._start()
        except BaseException:
            self.close()
            raise

    def _start(self) -> None:
        """Open LMDB and the databases."""
        data = self.path / "data.mdb"
        if self.read_only and not data.exists():
            text = f"there is no store in {self.path} yet; let its writer make it first"
            raise StorageError(text)
        size = data.stat().st_size if data.exists() else 0
        try:
            self._env = lmdb.open(
                str(self.path),
                map_size=max(self._map_size, MAP_GROWTH * size),
                readonly=self.read_only,
                create=not self.read_only,
                metasync=self._metasync,
                mode=0o600,
                max_dbs=MAX_DATABASES,
                max_spare_txns=1,
                lib_version=ENGINE,
            )
            self.stale_readers += self._env.reader_check()
            self._open_databases(self._env)
        except lmdb.NotFoundError:
            self._stop()
            text = f"the store in {self.path} is still being made; try again"
            raise StorageError(text) from None
        except lmdb.Error as error:
            self._stop()
            raise translated(self.path, error, "opening") from error

    def _open_databases(self, env: lmdb.Environment) -> None:
        if self.read_only:
            self._handles = {name: env.open_db(name, create=False) for name in self._names}
        else:
            # One transaction for all: making a store then costs one flush.
            with env.begin(write=True) as txn:
                self._handles = {name: env.open_db(name, txn=txn) for name in self._names}

    def database(self, name: bytes) -> Database:
        """Give the handle of a database, valid until `reopen`. Raises KeyError when it is not open."""
        return self._handles[name]

    def has_open(self, name: bytes) -> bool:
        """Tell whether a database is open: it exists, and `database` gives it."""
        return name in self._handles

    def has_database(self, name: bytes) -> bool:
        """Tell whether a database exists, opening it if it does."""
        if name in self._handles:
            return True
        # LMDB wants databases opened one at a time.
        with self._writing, self._entered("opening a database") as env:
            try:
                self._handles[name] = env.open_db(name, create=False)
            except lmdb.NotFoundError:
                return False
        return True

    def make_database(self, name: bytes) -> None:
        """Make a database when it is not there yet.

        A database is never removed, only emptied: other processes hold handles to it. Raises StorageFull when
        there are MAX_DATABASES.
        """
        if not self.has_database(name):
            self._handles[name] = self.write(lambda txn: self._opened().open_db(name, txn=txn))

    def reading(self) -> _Reading:
        """Give a read transaction in a `with`: one moment of the store. Keep it short, open none in it."""
        return _Reading(self)

    def write(self, work: Callable[[Txn], T]) -> T:
        """Run `work` in a write transaction and commit it durably; give its result.

        `work` may run more than once (the map was full) and must change nothing but the transaction. What it
        raises leaves nothing written. An LMDB error makes the outcome unknown: `reopen` and read it back.
        """
        self.check_writable()
        with self._writing:
            while True:
                try:
                    with self._entered("writing") as env, env.begin(write=True) as txn:
                        return work(txn)
                except _MapFull:
                    self._grow()

    def check_writable(self) -> None:
        """Raise StorageError when nothing can be written: opened for reading, or an earlier write failed."""
        if self.read_only:
            text = f"{self.path} was opened for reading only; open it as its writer"
            raise StorageError(text)
        if self._failed:
            text = f"an earlier write to {self.path} failed half-way; reopen it and look up what is there"
            raise StorageError(text)

    @contextlib.contextmanager
    def _entered(self, doing: str) -> Iterator[lmdb.Environment]:
        """Hold the environment open while something is written; turn LMDB's errors into ours."""
        env = self.enter()
        try:
            yield env
        except lmdb.MapFullError as error:
            raise _MapFull from error
        except lmdb.Error as error:
            self._failed = True
            raise translated(self.path, error, doing) from error
        finally:
            self.leave()

    def enter(self) -> lmdb.Environment:
        """Hold the environment open and its map in place until `leave`."""
        if os.getpid() != self._pid:
            text = f"process {self._pid} opened {self.path}; process {os.getpid()} must open it for itself"
            raise StoreInUse(text)
        with self._lock:
            if self._awaited:
                # Busy readers would otherwise keep who waits to be alone waiting for ever.
                self._idle.wait_for(lambda: self._awaited == 0)
            if self._env is None and self._failed:
                self._restart()
            env = self._opened()
            self._active += 1
        return env

    def _opened(self) -> lmdb.Environment:
        if self._env is None:
            text = f"the store in {self.path} is closed; open it again"
            raise StorageError(text)
        return self._env

    def leave(self) -> None:
        """End what `enter` began."""
        with self._lock:
            self._active -= 1
            if self._awaited and self._active == 0:
                self._idle.notify_all()

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        """Wait until no transaction of this process runs, and keep new ones out."""
        with self._idle:
            self._awaited += 1
            try:
                self._idle.wait_for(lambda: self._active == 0)
                yield
            finally:
                self._awaited -= 1
                self._idle.notify_all()

    def _grow(self) -> None:
        """Enlarge the map. Raises StorageFull at the utmost size."""
        with self._alone():
            size = self._opened().info()["map_size"] * MAP_GROWTH
            if size > MAX_MAP_BYTES:
                text = f"the store in {self.path} has reached {MAX_MAP_BYTES} bytes; nothing was written"
                raise StorageFull(text)
            self._set_map_size(size)

    def follow_growth(self) -> None:
        """Take over the map size another process gave the store."""
        with self._alone():
            self._set_map_size(0)

    def _set_map_size(self, size: int) -> None:
        """Map the store anew; LMDB is left without a map when that fails, so it must then be opened again."""
        try:
            self._opened().set_mapsize(size)
        except lmdb.Error as error:
            self._failed = True
            self._stop()
            raise translated(self.path, error, "growing") from error

    def reopen(self) -> None:
        """Close and open LMDB again, after a failed write; the writer lock stays held. Handles change."""
        with self._writing, self._alone():
            if _open.get(self.path) is not self:
                text = f"the store in {self.path} was closed, or opened before a fork; open it anew"
                raise StorageError(text)
            self._failed = True
            self._stop()
            self._restart()

    def _restart(self) -> None:
        """Open LMDB again after a failed write; when that fails too, the next use tries it anew."""
        self._start()
        self._failed = False

    def close(self) -> None:
        """Let go of everything, after running transactions have ended. Closing twice is harmless."""
        if os.getpid() != self._pid:
            return
        with self._alone():
            self._failed = False
            self._stop()
            self._release_lock()
        with _open_lock:
            if _open.get(self.path) is self:
                del _open[self.path]

    def _stop(self) -> None:
        """Close LMDB."""
        if self._env is not None:
            self._env.close()
        self._env = None
        self._handles = {}

    def _release_lock(self) -> None:
        # Only closed, never unlocked: unlocking in a forked child would take the lock from its parent.
        if self._lock_file is not None:
            os.close(self._lock_file)
            self._lock_file = None


class _Reading:
    """A read transaction in a `with`: by hand, since a generator would cost more than the reading itself."""

    __slots__ = ("_environment", "_txn")

    def __init__(self, environment: Environment) -> None:
        self._environment = environment
        self._txn: Txn | None = None

    def __enter__(self) -> Txn:
        while True:
            env = self._environment.enter()
            try:
                txn = self._txn = env.begin()
            except lmdb.MapResizedError:
                self._environment.leave()
                self._environment.follow_growth()
            except lmdb.Error as error:
                self._environment.leave()
                raise translated(self._environment.path, error, "reading") from error
            else:
                return txn

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if self._txn is not None:
            self._txn.abort()
        self._environment.leave()
        if isinstance(error, lmdb.Error):
            raise translated(self._environment.path, error, "reading") from error


class _MapFull(Exception):
    """The map is full; the transaction was undone."""


def _writer_lock(path: Path) -> int:
    """Take the writer lock of a folder; give its file descriptor. Raises StoreInUse."""
    descriptor = os.open(path / "writer.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        holder = os.pread(descriptor, 20, 0).decode(errors="replace").strip() or "unknown"
        os.close(descriptor)
        text = f"process {holder} already writes to {path}; stop it first, or open for reading only"
        raise StoreInUse(text) from None
    # The number helps whoever is refused; on a full disk the lock holds without it.
    with contextlib.suppress(OSError):
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, str(os.getpid()).encode(), 0)
    return descriptor


def _reserve_readers(path: Path) -> None:
    """Give LMDB's reader table its place on the disk.

    It is mapped: a page of it that found no room would end the process with a signal.
    """
    descriptor = os.open(path / "lock.mdb", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        if os.fstat(descriptor).st_blocks * 512 < _READERS_BYTES:
            os.posix_fallocate(descriptor, 0, _READERS_BYTES)
    finally:
        os.close(descriptor)


def _forget_in_child() -> None:
    """In a forked child: drop the lock files, so that the child's life does not keep a dead writer's lock."""
    for environment in _open.values():
        environment._release_lock()  # noqa: SLF001 - same module
    _open.clear()


os.register_at_fork(after_in_child=_forget_in_child)
