"""The files of a backup: a folder that is whole or not there, and files of which the digest says what they are."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final

from storage.errors import StorageError, StoreDamaged, StoreInUse
from storage.findings import Progress, no_progress
from storage.lmdb_errors import making_room

UNFINISHED: Final = ".onaf"
"""What the name of a folder ends in until it is whole."""

_CHUNK: Final = 1 << 20
_SERVED_AT: Final = "daemon.json"


@dataclass(frozen=True, slots=True)
class FileDigest:
    """What a file is: its size and digest."""

    bytes: int
    sha256: str
    """64 hexadecimal digits."""


@contextmanager
def whole_folder(target: Path) -> Iterator[Path]:
    """Give a folder beside `target` to fill; it becomes `target` at the end, durably.

    Whatever happens before that leaves no `target`, and nothing that could be taken for one: a killed process leaves a
    folder that ends in `UNFINISHED`. Raises StorageError when `target` exists, else as `scratch_folder`.
    """
    _refuse_existing(target)
    with scratch_folder(target.with_name(target.name + UNFINISHED)) as unfinished:
        yield unfinished
        flush_folders(unfinished)
        _refuse_existing(target)
        unfinished.rename(target)
        flush_folder(target.parent)


def _refuse_existing(target: Path) -> None:
    if os.path.lexists(target):
        text = f"{target} is there already; name a folder that is not, nothing was changed"
        raise StorageError(text)


@contextmanager
def scratch_folder(folder: Path) -> Iterator[Path]:
    """Make an empty folder (mode 0700) that no other process fills; what still has that name at the end is removed.

    What a killed process left there is cleared away first. Raises StoreInUse when another process is filling it, and
    StorageFull.
    """
    with making_room(folder):
        folder.mkdir(mode=0o700, exist_ok=True)
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
        try:
            _claim(descriptor, folder)
            try:
                yield folder
            finally:
                if _is_called(descriptor, folder):
                    shutil.rmtree(folder, ignore_errors=True)
        finally:
            os.close(descriptor)


def _claim(descriptor: int, folder: Path) -> None:
    """Keep others from filling this folder, and empty it."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        claimed = False
    else:
        claimed = _is_called(descriptor, folder)
    if not claimed:
        text = f"another process is filling {folder}; wait until it is done"
        raise StoreInUse(text)
    for left in folder.iterdir():
        if left.is_dir() and not left.is_symlink():
            shutil.rmtree(left)
        else:
            left.unlink()


def _is_called(descriptor: int, folder: Path) -> bool:
    """Whether an open folder still has this name: it may have been renamed when it was whole."""
    with suppress(FileNotFoundError):
        return folder.stat().st_ino == os.fstat(descriptor).st_ino
    return False


def flush_folders(root: Path) -> None:
    """Make durable which files are in a folder and in those below it."""
    for folder, _, _ in os.walk(root):
        flush_folder(Path(folder))


def flush_folder(folder: Path) -> None:
    """Make durable which files are in a folder."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def plain_files(folder: Path) -> list[Path]:
    """Give the files directly in a folder that belong to the data: no links, hidden files, locks, pids or logs.

    Nor what says which process serves the folder now.
    """
    return sorted(
        path
        for path in folder.iterdir()
        if path.is_file()
        and not path.is_symlink()
        and not path.name.startswith(".")
        and path.suffix not in {".lock", ".pid", ".log"}
        and path.name != _SERVED_AT
    )


def write_file(target: Path, content: bytes) -> FileDigest:
    """Write a new file (mode 0600) and flush it to disk."""
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(descriptor)
    return FileDigest(len(content), sha256(content).hexdigest())


def copy_file(source: Path, target: Path, progress: Progress = no_progress) -> FileDigest:
    """Copy a file to a new one (mode 0600), flush it to disk, and say what was copied; `progress` hears the bytes."""
    digest, size = sha256(), 0
    reading = os.open(source, os.O_RDONLY | os.O_NOFOLLOW)
    with os.fdopen(reading, "rb") as original:
        descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as copy:
            while chunk := original.read(_CHUNK):
                copy.write(chunk)
                digest.update(chunk)
                size += len(chunk)
                progress(source.name, size)
            copy.flush()
            os.fsync(descriptor)
    return FileDigest(size, digest.hexdigest())


def digest_of_file(path: Path, progress: Progress = no_progress) -> FileDigest:
    """Say what a file is; `progress` hears how many bytes were read."""
    digest, size = sha256(), 0
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
            size += len(chunk)
            progress(path.name, size)
    return FileDigest(size, digest.hexdigest())


def unpack_file(source: Path, target: Path, expected: FileDigest, progress: Progress = no_progress) -> None:
    """Copy a file of a backup. Raises StoreDamaged when it is gone, or not what it was when the backup was made."""
    if not source.is_file() or source.is_symlink():
        text = f"{source} is not there; the backup is not whole, use another one"
        raise StoreDamaged(text)
    found = copy_file(source, target, progress)
    if found != expected:
        text = f"{source} is not what it was when the backup was made (SHA-256); use another backup"
        raise StoreDamaged(text)
