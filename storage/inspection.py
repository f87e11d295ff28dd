"""Looking at a folder with registers from outside: who may read it, who writes, who reads, what was left half-way.

Changes nothing and holds nobody up, but for LMDB's own table of readers: who is gone is taken out of it.
"""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from storage.environment import Environment

_LOCKS: Final = Path("/proc/locks")
_INODE: Final = 5
_PID: Final = 4
_OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO


@dataclass(frozen=True, slots=True)
class Readers:
    """Who reads a store now."""

    gone: int
    """Readers whose process is gone; they are out of the table now."""
    behind: tuple[tuple[int, int], ...]
    """Process, and how many commits ago the moment is that it holds."""


def open_to_others(root: Path) -> Iterator[Path]:
    """Give what group or others have any right to: the folder itself, and what is in it."""
    return (path for path in _tree(root) if path.lstat().st_mode & _OTHERS)


def owners(root: Path) -> set[int]:
    """Give the user ids that own the folder, and what is in it."""
    return {path.lstat().st_uid for path in _tree(root)}


def _tree(root: Path) -> Iterator[Path]:
    yield root
    for folder, folders, files in os.walk(root):
        yield from (Path(folder) / name for name in (*folders, *files) if not (Path(folder) / name).is_symlink())


def free_bytes(root: Path) -> int:
    """Give the room on the disk of a folder that this user may fill."""
    return shutil.disk_usage(root).free


def size_of(path: Path) -> int:
    """Give the size of the data file in the folder of a store; 0 when it is not there."""
    with suppress(FileNotFoundError):
        return (path / "data.mdb").stat().st_size
    return 0


def writer_of(path: Path) -> int | None:
    """Give the process that writes the store in a folder; None when none does.

    Read from the system's list of locks, so that whoever wants to write just now is not refused because of us.
    """
    with suppress(FileNotFoundError):
        inode = str((path / "writer.lock").stat().st_ino)
        for line in _LOCKS.read_text().splitlines():
            words = line.replace("->", "").split()
            if words[1] == "FLOCK" and words[_INODE].rpartition(":")[2] == inode:
                return int(words[_PID])
    return None


def readers_of(path: Path) -> Readers:
    """Say who reads the store in a folder. Raises as `Environment` does."""
    with closing(Environment(path, (), read_only=True)) as environment:
        env = environment.enter()
        try:
            last, table = env.info()["last_txnid"], env.readers()
        finally:
            environment.leave()
        rows = [line.split() for line in table.splitlines()[1:]]
        held = [(int(pid), last - int(txnid)) for pid, _thread, txnid in rows if txnid.isdigit()]
        return Readers(environment.stale_readers, tuple(held))
