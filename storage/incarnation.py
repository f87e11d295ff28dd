"""A new incarnation: what a register does when an older copy of its folder was put back.

Everything in the copy stays byte for byte as it is; only the ids of journal and feed are new, and the former ones
are remembered with where they end. So no id of a gevolg or verstrekking that was given out after the copy is ever
given out again, and who reads on sees how far it still shares the past.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from storage.errors import StorageError, StoreDamaged
from storage.former import shares
from storage.gevolgenstore import ReaderPosition
from storage.limits import ID_BYTES
from storage.moments import Clock
from storage.opslag import GEVOLGEN, Opslag, open_lmdb


@dataclass(frozen=True, slots=True)
class Incarnation:
    """The new ids of a register, and where the former ones ended."""

    store_id: bytes
    """16 bytes: the journal from now on."""
    feed_id: bytes
    """16 bytes: the feed from now on."""
    former_journal: ReaderPosition
    """The former id of the journal, its last position and the chain hash there."""
    former_feed: ReaderPosition
    """The former id of the feed, its last number and the chain hash there."""


def begin_incarnation(
    root: Path, register: str, *, clock: Clock, random_bytes: Callable[[int], bytes] = os.urandom
) -> Incarnation:
    """Declare that the folder of a register was put back from an older copy; run `verify` first.

    Two durable transactions, the journal first. Killed in between, the feed publishes nothing until this is run
    again, which is always safe. Raises as `open_lmdb` does, and StoreDamaged when journal and verstrekkingen are
    not of the same copy; then nothing was changed.
    """
    if not (root / register / GEVOLGEN / "data.mdb").exists():
        text = f"there is no journal in {root / register}; name the folder into which the copy was put back"
        raise StorageError(text)
    with contextlib.closing(open_lmdb(root, register, clock=clock, random_bytes=random_bytes)) as opslag:
        check_same_copy(opslag)
        store_id, feed_id = random_bytes(ID_BYTES), random_bytes(ID_BYTES)
        opslag.gevolgen.begin_incarnation(store_id)
        opslag.feed.begin_incarnation(feed_id, store_id)
        return Incarnation(store_id, feed_id, opslag.gevolgen.former()[-1], opslag.feed.former()[-1])


def check_same_copy(opslag: Opslag) -> None:
    """Raise StoreDamaged when the feed is ahead of the journal, or the journal has read on in its own feed."""
    journal, feed = opslag.gevolgen, opslag.feed
    source, heard = feed.source(), journal.reader(journal.register)
    published = source is None or shares(source, journal.store_id, journal.former, journal.hash_at)
    if published and (heard is None or shares(heard, feed.feed_id, feed.former, feed.hash_at)):
        return
    ahead, behind = ("journal", "verstrekkingen") if published else ("verstrekkingen", "journal")
    text = (
        f"the {ahead} of register {journal.register} came further than, or along another road than, its {behind}; "
        "nothing was changed; put journal and verstrekkingen back from the same copy"
    )
    raise StoreDamaged(text)
