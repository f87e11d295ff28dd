"""What can go wrong in storage: one root, few leaves.

The text of an error says what happened, to what, and what to do about it. No text holds stored data of a
betrokkene.
"""

from __future__ import annotations


class StorageError(Exception):
    """Root of everything storage raises on purpose; raised as such when no leaf fits (a closed store)."""


class StoreDamaged(StorageError):
    """Stored bytes contradict each other or cannot be read: `verify` lists them, a backup repairs them."""


class NewerFormat(StorageError):
    """The bytes were written by a newer version than this one reads; nothing was changed."""


class ClockBehind(StorageError):
    """The clock lies too far before the last registration moment to stamp with; nothing was written."""


class StoreInUse(StorageError):
    """Someone else (a second opener, a second writer, the process before a fork) holds the store."""


class StorageFull(StorageError):
    """Disk or map has no room left; nothing was written."""


class WrongRegister(StorageError):
    """The folder holds the store of another register, or another kind of store."""


class UnknownPosition(StorageError):
    """A position or number was asked that lies outside what is stored (a journal may have been put back)."""


class KeyDestroyed(StorageError):
    """The key of a betrokkene was destroyed: nothing can be recorded about that id again."""


class WriteConflict(StorageError):
    """A condition of a write does not hold; nothing was written.

    `index` is the place (from 0) of the offending entry in the batch, None when the whole write is at fault.
    """

    def __init__(self, text: str, index: int | None = None) -> None:
        """Keep the sentence and the place of the offending entry."""
        super().__init__(text)
        self.index = index
