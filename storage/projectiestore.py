"""The projectiestore: rows of read models on both time lines, with how far each has come; all can be built again.

A row is kept with the journal position since which it holds, and what it was before is kept beside it: so any table
can be read as it stood at an earlier position. The time line of validity is inside the row. Names of projecties are
versioned ("auto@1"): a new version is built beside the old one, and so is the same version when it is built again.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from storage import keys
from storage.errors import WriteConflict
from storage.gevolgenstore import ReaderPosition
from storage.limits import HASH_BYTES, ID_BYTES, MAX_RECORD_BYTES, MAX_ROW_KEY_BYTES


class Row(NamedTuple):
    """What a row is since a position of the journal; a value of None is that it is not there (any more)."""

    key: bytes
    value: bytes | None
    since: int


class Version(NamedTuple):
    """What a row was, or was not (None), from position `since` up to, not including, `until` (None: it is so now)."""

    since: int
    until: int | None
    value: bytes | None


@dataclass(frozen=True, slots=True)
class Change:
    """What one slice of the journal changes in one projectie."""

    projectie: str
    """Versioned name, at most 255 bytes of UTF-8."""
    rows: Sequence[Row]
    """Keys have 1 to 501 bytes. Those of one key in the order of their positions; of two at one position the last.

    A row that is as it was changes nothing.
    """
    position: ReaderPosition
    """How far the projectie has come with these rows."""
    forget: Sequence[bytes] = ()
    """Keys of which nothing stays, also not what they were, before the rows are put: they are made again."""


class Projectiestore(Protocol):
    """The projecties of one register. Every method may raise StorageError."""

    @property
    def register(self) -> str:
        """Name of the register whose projecties these are."""

    def write(self, changes: Sequence[Change]) -> None:
        """Keep the rows and positions of all changes in one commit, or nothing.

        A power cut may undo the last commits, rows and positions together: the projector reads on from the
        position it finds. Raises WriteConflict for a row or name that does not fit, also for one that would hold since
        before what is kept.
        """

    def position(self, projectie: str) -> ReaderPosition | None:
        """Tell how far a projectie has come; None when there is none by that name."""

    def get(self, projectie: str, key: bytes, at: int | None = None) -> bytes | None:
        """Give a row as it is, or as it was at a position; None when it, or the projectie, is not there then."""

    def scan(self, projectie: str, prefix: bytes = b"", at: int | None = None) -> Iterator[tuple[bytes, bytes]]:
        """Give the rows whose key starts with `prefix`, as they are or were at a position, in key order.

        Rows of one slice (`SLICE_ROWS`, `SLICE_BYTES`) are of one moment; without `at` a longer answer may meet later
        writes.
        """

    def rows_after(self, projectie: str, key: bytes, at: int | None = None) -> Iterator[tuple[bytes, bytes]]:
        """Give the rows past a key, as `scan` does."""

    def rows_before(self, projectie: str, key: bytes, at: int | None = None) -> Iterator[tuple[bytes, bytes]]:
        """Give the rows that come before a key, the nearest first."""

    def versions(self, projectie: str, key: bytes) -> list[Version]:
        """Give what a row ever was, oldest first, without gaps between them; empty when it never was there."""

    def keys(self, projectie: str, prefix: bytes = b"") -> Iterator[bytes]:
        """Give the keys of all rows that ever were there and start with `prefix`, in order."""

    def projecties(self) -> list[str]:
        """Give the names of all projecties, in order."""

    def drop(self, projectie: str) -> None:
        """Remove a projectie with its rows and position; harmless when there is none."""

    def beside(self) -> Projectiestore:
        """Give a place beside this one, in the same files, in which the same projecties can be built again.

        Nobody sees what is there until `switch`. It is closed with this one.
        """

    def switch(self, projecties: Sequence[str]) -> None:
        """Let what stands beside take the place of these projecties, all in one commit; what was there is gone."""

    def reopen(self) -> None:
        """Open anew after a write that failed half-way: only then does the store take writes again."""

    def close(self) -> None:
        """Let go; a closed store refuses further use. Closing twice is harmless."""


def check_changes(changes: Sequence[Change]) -> None:
    """Check that every change can be stored. Raises WriteConflict."""
    for index, change in enumerate(changes):
        try:
            keys.name_key(change.projectie)
        except ValueError as error:
            text = f"{error}; nothing was written"
            raise WriteConflict(text, index) from None
        if len(change.position.source) != ID_BYTES or len(change.position.hash) != HASH_BYTES:
            text = f"the position of projectie {change.projectie} is malformed; nothing was written"
            raise WriteConflict(text, index)
        for key, value, since in change.rows:
            if not 0 < len(key) <= MAX_ROW_KEY_BYTES or (value is not None and len(value) > MAX_RECORD_BYTES):
                text = (
                    f"row {key[:40].hex()} of projectie {change.projectie} does not fit: keys have 1 to "
                    f"{MAX_ROW_KEY_BYTES} bytes, values at most {MAX_RECORD_BYTES}; nothing was written"
                )
                raise WriteConflict(text, index)
            if not 0 <= since <= change.position.position:
                text = (
                    f"row {key[:40].hex()} of projectie {change.projectie} holds since {since}, which is not up to "
                    f"position {change.position.position}; nothing was written"
                )
                raise WriteConflict(text, index)


def out_of_order(projectie: str, key: bytes, since: int, kept: int) -> WriteConflict:
    """Give the error for a row that would hold since before what is kept of it."""
    return WriteConflict(
        f"row {key[:40].hex()} of projectie {projectie} is kept since position {kept}: one since {since} does not "
        "follow; nothing was written"
    )


def as_versions(held: Sequence[tuple[int, bytes | None]]) -> list[Version]:
    """Give the versions of one row from what it was since each position, oldest first."""
    ends = [*(since for since, _ in held[1:]), None]
    return [Version(since, ends[place], value) for place, (since, value) in enumerate(held)]
