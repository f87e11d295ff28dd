"""A snapshot: what several registers keep, all of one moment, held while others write on.

Each folder is an LMDB environment with moments of its own. So read transactions are opened on all of them, one right
after the other, in an order in which what is opened earlier refers to what is opened later: who reads a register
before that register; of one register first the feed, which is rendered from the journal, then the journal, then the
keys, which are saved before the journal that needs them. A circle (a register that reads its own feed, two that read
each other) has no such order; so it is looked at whether anything is referred to that is not there, and then all
are opened again. Tables are left out: they are built again from the journal.

While it is held LMDB keeps its pages, so the files of a busy register grow; nobody is held up.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import lmdb

from storage import keys
from storage.environment import Environment, Txn
from storage.errors import StorageError, StoreDamaged
from storage.feed_records import decode_feed_end
from storage.gevolgenstore import Head, ReaderPosition
from storage.identity import decode_identity
from storage.limits import SNAPSHOT_TRIES
from storage.lmdb_errors import making_room, translated
from storage.opslag import ABONNEMENTEN, GEVOLGEN, SLEUTELS, VERSTREKKINGEN
from storage.records import decode_end, decode_reader
from storage.verify_pages import refuse_torn

STORES: Final[Mapping[str, Sequence[bytes]]] = {
    VERSTREKKINGEN: keys.FEED,
    GEVOLGEN: keys.JOURNAL,
    SLEUTELS: keys.SLEUTELS,
}
"""What a snapshot holds of every register, in the order in which it is opened, with the databases."""

ALSO: Final[Mapping[str, Sequence[bytes]]] = {ABONNEMENTEN: keys.ABONNEMENTEN}
"""What it holds of a register that has it: opened first, as it refers to the feed."""


@dataclass(frozen=True, slots=True)
class Ends:
    """Where a register stood in a snapshot."""

    store_id: bytes
    """16 bytes: the journal."""
    head: Head
    """Where the journal ended."""
    feed_id: bytes
    """16 bytes: the feed."""
    feed_head: tuple[int, bytes]
    """The last number of the feed and the chain hash there."""
    published: ReaderPosition | None
    """How far the feed had published the journal."""
    readers: Mapping[str, ReaderPosition]
    """How far the register had read the feeds of others, and its own."""


class RegisterSnapshot:
    """One register in a snapshot: where it stood, and its stores to be copied."""

    def __init__(self, register: str, environments: Mapping[str, Environment], held: ExitStack) -> None:
        """Open a read transaction on each store, until `held` is closed."""
        self.register = register
        self._environments = environments
        self._txns = {name: held.enter_context(environments[name].reading()) for name in environments}
        journal, feed = self._meta(GEVOLGEN), self._meta(VERSTREKKINGEN)
        for name in self._txns.keys() - {GEVOLGEN, VERSTREKKINGEN}:
            self._identity(name, self._meta(name))
        source = feed.get(keys.META_SOURCE)
        self.ends = Ends(
            store_id=self._identity(GEVOLGEN, journal),
            head=decode_end(journal.get(keys.META_HEAD)).head(),
            feed_id=self._identity(VERSTREKKINGEN, feed),
            feed_head=decode_feed_end(feed.get(keys.META_HEAD)),
            published=None if source is None else decode_reader(source),
            readers={keys.parse_name(key): decode_reader(value) for key, value in self._rows(GEVOLGEN, keys.LEZER)},
        )

    @property
    def stores(self) -> tuple[str, ...]:
        """The names of the stores that it holds."""
        return tuple(self._txns)

    def _meta(self, name: str) -> dict[bytes, bytes]:
        return dict(self._rows(name, keys.META))

    def _rows(self, name: str, database: bytes) -> Iterator[tuple[bytes, bytes]]:
        txn: Txn = self._txns[name]
        return iter(txn.cursor(self._environments[name].database(database)))

    def _identity(self, name: str, meta: Mapping[bytes, bytes]) -> bytes:
        """Give the id of a store. Raises WrongRegister, NewerFormat, StoreDamaged."""
        place = str(self._environments[name].path)
        value = meta.get(keys.META_IDENTITY)
        if value is None:
            text = f"the store in {place} is still being made; try again"
            raise StorageError(text)
        identity = decode_identity(place, value)
        identity.check(place, name, self.register)
        return identity.store_id

    def copy(self, name: str, target: Path) -> None:
        """Write a store (one of `stores`) as it stood to a new file, mode 0600, and flush it to disk.

        Compact: unused pages are left out, and with them the bytes of keys that were destroyed. Raises StorageFull,
        and StoreDamaged when LMDB cannot follow its pages; what was written of it is then for the caller to remove.
        """
        environment = self._environments[name]
        with making_room(target.parent):
            descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            env = environment.enter()
            try:
                env.copyfd(descriptor, compact=True, txn=self._txns[name])
                os.fsync(descriptor)
            except lmdb.Error as error:
                raise translated(target.parent, error, f"copying {environment.path} to") from error
            finally:
                environment.leave()
                os.close(descriptor)


@contextmanager
def snapshot(root: Path, registers: Sequence[str]) -> Iterator[dict[str, RegisterSnapshot]]:
    """Hold these registers of a folder as they are at one moment; `registers` in order, who reads before who is read.

    Raises StorageError when one is not there (yet), StoreInUse when this process has one open, WrongRegister,
    NewerFormat and StoreDamaged; the last also when, however often it is tried, one refers to what another does not
    have.
    """
    stores = {register: _stores_in(root / register) for register in registers}
    for register, names in stores.items():
        for name in names:
            refuse_torn(root / register / name)
    with ExitStack() as opened:
        environments = {
            register: {
                name: opened.enter_context(closing(Environment(root / register / name, databases, read_only=True)))
                for name, databases in names.items()
            }
            for register, names in stores.items()
        }
        for left in reversed(range(SNAPSHOT_TRIES)):
            with ExitStack() as held:
                taken = {name: RegisterSnapshot(name, environments[name], held) for name in registers}
                missing = _missing({name: one.ends for name, one in taken.items()})
                if missing is None:
                    yield taken
                    return
                if not left:
                    text = f"{missing}; was an older copy put back without saying so? run verify; nothing was copied"
                    raise StoreDamaged(text)


def _stores_in(folder: Path) -> dict[str, Sequence[bytes]]:
    """What there is to hold of a register, in the order in which it is opened."""
    there = {name: databases for name, databases in ALSO.items() if (folder / name / "data.mdb").exists()}
    return {**there, **STORES}


def _missing(ends: Mapping[str, Ends]) -> str | None:
    """Say what is referred to and is not there; None when all of it is."""
    for register, own in ends.items():
        published = own.published
        if published is not None and published.source == own.store_id and published.position > own.head.position:
            return f"the feed of {register} has published {published.position}, its journal ends at {own.head.position}"
        for name, reader in own.readers.items():
            source = ends.get(name)
            if source and reader.source == source.feed_id and reader.position > source.feed_head[0]:
                return (
                    f"{register} has read {reader.position} of the feed of {name}, which ends at {source.feed_head[0]}"
                )
    return None
