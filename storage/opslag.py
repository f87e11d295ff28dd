"""The opslag: everything one register keeps, opened together. The one place that knows the folders.

root/<register>/gevolgen        the journal: the truth
                verstrekkingen  the feed: what went out
                projecties      read models; can be built again
                sleutels        the keys of betrokkenen
                abonnementen    who gets verstrekkingen sent; only where a daemon serves the register
"""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from storage import keys
from storage.abonnementen import Abonnementenstore
from storage.abonnementen_lmdb import LmdbAbonnementenstore
from storage.abonnementen_memory import MemoryAbonnementenstore
from storage.environment import Environment
from storage.errors import StorageError, StoreDamaged
from storage.feed import Feed
from storage.feed_lmdb import LmdbFeed
from storage.feed_memory import MemoryFeed
from storage.gevolgenstore import Gevolgenstore
from storage.gevolgenstore_lmdb import LmdbGevolgenstore
from storage.gevolgenstore_memory import MemoryGevolgenstore
from storage.lmdb_errors import making_room
from storage.moments import Clock
from storage.projectiestore import Projectiestore
from storage.projectiestore_lmdb import LmdbProjectiestore
from storage.projectiestore_memory import MemoryProjectiestore
from storage.scanning import scan
from storage.sleutelbos import Sleutelbos
from storage.sleutelbos_lmdb import LmdbSleutelbos
from storage.sleutelbos_memory import MemorySleutelbos

GEVOLGEN: Final = "gevolgen"
VERSTREKKINGEN: Final = "verstrekkingen"
PROJECTIES: Final = "projecties"
SLEUTELS: Final = "sleutels"
ABONNEMENTEN: Final = "abonnementen"
"""Of the daemon, and no part of an opslag."""

ALL: Final = frozenset({GEVOLGEN, VERSTREKKINGEN, PROJECTIES, SLEUTELS})
"""Everything: an embedded register writes all of it in one process."""
BIJHOUDING: Final = frozenset({GEVOLGEN, SLEUTELS})
"""What the bijhouding writes."""
LEVERING: Final = frozenset({VERSTREKKINGEN, PROJECTIES})
"""What the levering writes."""

_RECORDED: Final = {GEVOLGEN: keys.LOG, VERSTREKKINGEN: keys.LOG, SLEUTELS: keys.SLEUTEL}
"""Where it shows that anything was recorded. Keys are made just before the first transactie that needs them."""

_FIRST_WRITE: Final = 8192


@dataclass(frozen=True, slots=True)
class Opslag:
    """The four stores of one register."""

    gevolgen: Gevolgenstore
    feed: Feed
    projecties: Projectiestore
    sleutels: Sleutelbos

    def reopen(self) -> None:
        """Open journal and keys anew after a commit failed half-way; feed and projecties are for who writes them."""
        self.gevolgen.reopen()
        self.sleutels.reopen()

    def reopen_feed(self) -> None:
        """Open feed and keys anew after publishing failed half-way."""
        self.feed.reopen()
        self.sleutels.reopen()

    def close(self) -> None:
        """Let go of all four."""
        for store in (self.projecties, self.feed, self.gevolgen, self.sleutels):
            store.close()


def in_memory(register: str, *, clock: Clock, random_bytes: Callable[[int], bytes] = os.urandom) -> Opslag:
    """Give an opslag that is gone when the process is."""
    return Opslag(
        gevolgen=MemoryGevolgenstore(register, clock=clock, random_bytes=random_bytes),
        feed=MemoryFeed(register, random_bytes=random_bytes),
        projecties=MemoryProjectiestore(register),
        sleutels=MemorySleutelbos(register, random_bytes=random_bytes),
    )


def open_lmdb(  # noqa: PLR0913 - what the world gives an opslag, each by name
    root: Path,
    register: str,
    *,
    clock: Clock,
    random_bytes: Callable[[int], bytes] = os.urandom,
    read_only: bool = False,
    writes: frozenset[str] = ALL,
) -> Opslag:
    """Open the opslag of a register under `root`.

    `writes` names the folders this process is the writer of (`ALL`, `BIJHOUDING`, `LEVERING`); the others are
    opened for reading. A writer makes the folders that are missing, mode 0700. `read_only=True` writes none
    and makes none. Raises WrongRegister, StoreInUse (another writer, or open here already), NewerFormat,
    StoreDamaged, or StorageError when there is nothing to read; then nothing stays open.
    """
    if not writes <= ALL:
        text = f"an opslag has no folders {sorted(writes - ALL)}; name some of {sorted(ALL)}"
        raise StorageError(text)
    folder = _folder(root, register)
    mine = frozenset[str]() if read_only else writes
    if not mine:
        _refuse_while_it_is_made(folder)

    def gevolgen(*, write: bool) -> LmdbGevolgenstore:
        path = folder / GEVOLGEN
        return LmdbGevolgenstore(path, register, clock=clock, random_bytes=random_bytes, read_only=not write)

    def feed(*, write: bool) -> LmdbFeed:
        return LmdbFeed(folder / VERSTREKKINGEN, register, random_bytes=random_bytes, read_only=not write)

    def sleutels(*, write: bool) -> LmdbSleutelbos:
        return LmdbSleutelbos(folder / SLEUTELS, register, random_bytes=random_bytes, read_only=not write)

    def projecties(*, write: bool) -> Projectiestore:
        path = folder / PROJECTIES
        return LmdbProjectiestore(path, register) if write else tables_to_read(path, register)

    parts: dict[str, Callable[..., Gevolgenstore | Feed | Sleutelbos | Projectiestore]] = {
        GEVOLGEN: gevolgen,
        VERSTREKKINGEN: feed,
        SLEUTELS: sleutels,
        PROJECTIES: projecties,
    }
    with contextlib.ExitStack() as opened:
        if mine:
            opened.enter_context(_making(folder))
            _refuse_to_replace(folder)
            for name, part in parts.items():
                if name not in mine and not (folder / name / "data.mdb").exists():
                    part(write=True).close()
        with contextlib.ExitStack() as kept:
            opslag = Opslag(
                gevolgen=kept.enter_context(contextlib.closing(gevolgen(write=GEVOLGEN in mine))),
                feed=kept.enter_context(contextlib.closing(feed(write=VERSTREKKINGEN in mine))),
                sleutels=kept.enter_context(contextlib.closing(sleutels(write=SLEUTELS in mine))),
                projecties=kept.enter_context(contextlib.closing(projecties(write=PROJECTIES in mine))),
            )
            kept.pop_all()
        return opslag


def refuse_lost(root: Path, registers: Iterable[str], clock: Clock) -> None:
    """Refuse to begin anew with a register of which others under `root` have heard: it was there, and is gone.

    Made anew it would make them take back all that they heard of it. Ask before any of them is opened in this process.
    Raises StoreDamaged, and as `open_lmdb` does.
    """
    absent = [register for register in registers if not is_there(root, register)]
    others = sorted(path.name for path in root.iterdir() if is_there(root, path.name)) if absent else ()
    for other in others:
        journal = LmdbGevolgenstore(root / other / GEVOLGEN, other, clock=clock, read_only=True)
        with contextlib.closing(journal) as store:
            for register in absent:
                heard = store.reader(register)
                if heard is not None and heard.position > 0:
                    text = (
                        f"{root / register} is not there, but {other} has read {heard.position} verstrekkingen of it: "
                        "nothing was changed; put it back (is its disk mounted?), or restore a backup of all registers"
                    )
                    raise StoreDamaged(text)


def is_there(root: Path, register: str) -> bool:
    """Whether a register has a journal under `root`."""
    return _has_data(root / register / GEVOLGEN)


def identity_on_disk(root: Path, register: str) -> tuple[int, int]:
    """Which file the journal of a register is now (device and inode). Raises FileNotFoundError when it is gone."""
    found = (root / register / GEVOLGEN / "data.mdb").stat()
    return found.st_dev, found.st_ino


def open_abonnementen(
    root: Path, register: str, *, random_bytes: Callable[[int], bytes] = os.urandom, read_only: bool = False
) -> Abonnementenstore:
    """Open the abonnementen of a register under `root`, apart from its opslag: who sends them is their writer.

    None are there to read where nobody ever had one. Raises as `open_lmdb` does.
    """
    path = _folder(root, register) / ABONNEMENTEN
    if read_only and not _has_data(path):
        return MemoryAbonnementenstore(register)
    return LmdbAbonnementenstore(path, register, random_bytes=random_bytes, read_only=read_only)


def _folder(root: Path, register: str) -> Path:
    folder = root / register
    if folder.parent != root or register in {"", ".", ".."}:
        text = f"{register!r} cannot be the name of a register: it must be one folder name"
        raise StorageError(text)
    return folder


def _refuse_while_it_is_made(folder: Path) -> None:
    """Refuse to read a register that is still being made: all its folders are there before anything is recorded."""
    if not has_tables(folder / PROJECTIES) and not _has_rows(folder / GEVOLGEN, keys.LOG):
        text = f"the store in {folder / PROJECTIES} is still being made; try again"
        raise StorageError(text)


def tables_to_read(path: Path, register: str) -> Projectiestore:
    """The projecties in a folder, to read; none where they are lost, or of an older version.

    Nothing is wrong then: whoever opens them for writing builds them again from the journal, and until then rows can be
    made from it. Raises as `LmdbProjectiestore` does.
    """
    if has_tables(path):
        return LmdbProjectiestore(path, register, read_only=True)
    return MemoryProjectiestore(register)


def has_tables(path: Path) -> bool:
    """Whether there are projecties in a folder, kept as this version keeps them."""
    if not _has_data(path):
        return False
    with contextlib.closing(Environment(path, (), read_only=True)) as environment:
        return environment.has_database(keys.STAND)


def _refuse_to_replace(folder: Path) -> None:
    """Never make a store anew beside others that have something in them: what was lost there must come back.

    Projecties may be made anew: they are built from the journal. What a full disk left of a making is cleared away.
    """
    lost = lost_stores(folder)
    if lost:
        text = f"{folder} has lost its {' and '.join(lost)}, and the rest of it is not empty; put it back from a backup"
        raise StoreDamaged(text)
    for name in ALL:
        if not _has_data(folder / name):
            (folder / name / "data.mdb").unlink(missing_ok=True)


def lost_stores(folder: Path) -> list[str]:
    """Name what a register has lost: stores that are not there, beside others with something in them.

    None when the register is whole, but for its projecties, or was never made to the end. Raises as `Environment` does.
    """
    there = {name for name in _RECORDED if _has_data(folder / name)}
    lost = sorted(_RECORDED.keys() - there)
    return lost if lost and any(_has_rows(folder / name, _RECORDED[name]) for name in there) else []


def _has_rows(folder: Path, database: bytes) -> bool:
    """Whether anything was ever recorded here: a store whose making was interrupted has no rows, or no database."""
    environment = Environment(folder, (), read_only=True)
    with contextlib.closing(environment):
        return environment.has_database(database) and next(scan(environment, database, limit=1), None) is not None


def _has_data(folder: Path) -> bool:
    """Whether LMDB has been here. It begins with two pages in one write: less is what a full disk left of that."""
    data = folder / "data.mdb"
    return data.exists() and data.stat().st_size >= _FIRST_WRITE


@contextlib.contextmanager
def _making(folder: Path) -> Iterator[None]:
    """Keep other processes from making folders at the same time; waits for one that is at it, a moment."""
    with making_room(folder):
        folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.mkdir(mode=0o700, exist_ok=True)
        descriptor = os.open(folder / "making.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
