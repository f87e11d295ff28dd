"""LMDB's errors, and a full disk, in our words: what happened, to which store, and what to do."""

from __future__ import annotations

import contextlib
import errno
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import lmdb

from storage.errors import NewerFormat, StorageError, StorageFull, StoreDamaged
from storage.limits import LOW_SPACE_BYTES, MAX_DATABASES

_MAGIC: Final = 0xBEEFC0DE.to_bytes(4, "little")
_MAGIC_PLACES: Final = (16, 24)
"""Where the magic number stands in the first page, in LMDB 0.9 and 1.0; the data version comes after it."""
_DATA_VERSION: Final = 1
"""The data version of LMDB 0.9, the engine we use."""
_IO_ERROR: Final = errno.EIO
_FULL: Final = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
"""No room on the disk, in the share of this user, or in a file."""
_DAMAGE: Final = (
    lmdb.CorruptedError,
    lmdb.IncompatibleError,
    lmdb.InvalidError,
    lmdb.NotFoundError,
    lmdb.PageNotFoundError,
)


def translated(path: Path, error: lmdb.Error, doing: str) -> StorageError:
    """Give our error for one of LMDB's, met while `doing` something with the store in `path`."""
    text = f"{doing} the store in {path} failed ({error})"
    code = getattr(error, "code", 0)
    # A full disk shows as a plain I/O error too.
    full = code in _FULL or (code == _IO_ERROR and _little_space(path))
    if full or isinstance(error, lmdb.DiskError):
        return StorageFull(f"{text}: the disk is full; make room, then reopen")
    if isinstance(error, lmdb.DbsFullError):
        return StorageFull(f"{text}: it holds at most {MAX_DATABASES} databases; build it again elsewhere")
    if isinstance(error, lmdb.VersionMismatchError | lmdb.InvalidError):
        version = _data_version(path) or 0
        if version > _DATA_VERSION:
            versions = f"LMDB data version {version}; this version reads {_DATA_VERSION}"
            return NewerFormat(f"the store in {path} has {versions}; nothing was changed; use a newer version")
    if isinstance(error, _DAMAGE):
        return StoreDamaged(f"{text}: run verify, restore a backup")
    return StorageError(f"{text}; reopen it and look up what is there")


@contextlib.contextmanager
def making_room(path: Path) -> Iterator[None]:
    """Turn what the system raises when there is no room for the files of a store into StorageFull."""
    try:
        yield
    except OSError as error:
        if error.errno not in _FULL:
            raise
        text = f"making the store in {path} failed ({error.strerror}): the disk is full; make room, then open again"
        raise StorageFull(text) from error


def _little_space(path: Path) -> bool:
    return shutil.disk_usage(path).free < LOW_SPACE_BYTES


def _data_version(path: Path) -> int | None:
    """Give the LMDB data version of a folder; None when it holds no LMDB file."""
    with (path / "data.mdb").open("rb") as data:
        start = data.read(64)
    for place in _MAGIC_PLACES:
        if start[place : place + 4] == _MAGIC:
            return int.from_bytes(start[place + 4 : place + 8], "little")
    return None
