"""The projectiestore: rows of read models with how far each has come; all of it can be built again.

Names of projecties are versioned ("auto@1"): a new version is built beside the old one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from storage import keys
from storage.errors import WriteConflict
from storage.gevolgenstore import ReaderPosition
from storage.limits import HASH_BYTES, ID_BYTES, MAX_KEY_BYTES, MAX_RECORD_BYTES


@dataclass(frozen=True, slots=True)
class Change:
    """What one slice of the journal changes in one projectie."""

    projectie: str
    """Versioned name, at most 255 bytes of UTF-8."""
    rows: Sequence[tuple[bytes, bytes | None]]
    """Key (1 to 511 bytes) → value; None deletes. The last one for a key counts."""
    position: ReaderPosition
    """How far the projectie has come with these rows."""


class Projectiestore(Protocol):
    """The projecties of one register. Every method may raise StorageError."""

    @property
    def register(self) -> str:
        """Name of the register whose projecties these are."""

    def write(self, changes: Sequence[Change]) -> None:
        """Keep the rows and positions of all changes in one commit, or nothing.

        A power cut may undo the last commits, rows and positions together: the projector reads on from the
        position it finds. Raises WriteConflict for a row or name that does not fit.
        """

    def position(self, projectie: str) -> ReaderPosition | None:
        """Tell how far a projectie has come; None when there is none by that name."""

    def get(self, projectie: str, key: bytes) -> bytes | None:
        """Give a row; None when it, or the projectie, is not there."""

    def scan(self, projectie: str, prefix: bytes = b"") -> Iterator[tuple[bytes, bytes]]:
        """Give the rows whose key starts with `prefix`, in key order; none when there is no such projectie.

        Up to 256 rows are of one moment; a longer answer may meet later writes.
        """

    def projecties(self) -> list[str]:
        """Give the names of all projecties, in order."""

    def drop(self, projectie: str) -> None:
        """Remove a projectie with its rows and position; harmless when there is none."""

    def reopen(self) -> None:
        """Open anew after a write that failed half-way: only then does the store take writes again."""

    def close(self) -> None:
        """Let go; a closed store refuses further use. Closing twice is harmless."""


def check_changes(changes: Sequence[Change]) -> None:
    """Check that every change can be stored. Raises WriteConflict."""
    for index, change in enumerate(changes):
        try:
            keys.rows_database(change.projectie)
        except ValueError as error:
            text = f"{error}; nothing was written"
            raise WriteConflict(text, index) from None
        if len(change.position.source) != ID_BYTES or len(change.position.hash) != HASH_BYTES:
            text = f"the position of projectie {change.projectie} is malformed; nothing was written"
            raise WriteConflict(text, index)
        for key, value in change.rows:
            if not 0 < len(key) <= MAX_KEY_BYTES or (value is not None and len(value) > MAX_RECORD_BYTES):
                text = (
                    f"row {key[:40].hex()} of projectie {change.projectie} does not fit: keys have 1 to "
                    f"{MAX_KEY_BYTES} bytes, values at most {MAX_RECORD_BYTES}; nothing was written"
                )
                raise WriteConflict(text, index)
