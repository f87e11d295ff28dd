"""Checks who the stores of a register say they are: whether they belong together, and can be opened at all."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final, Protocol

from storage.errors import NewerFormat, StorageError, StoreInUse, WrongRegister
from storage.feed_lmdb import LmdbFeed
from storage.findings import Finding, Findings, Progress, no_progress
from storage.gevolgenstore_lmdb import LmdbGevolgenstore
from storage.moments import from_micros
from storage.opslag import GEVOLGEN, PROJECTIES, SLEUTELS, VERSTREKKINGEN, tables_to_read
from storage.sleutelbos_lmdb import LmdbSleutelbos


class _Closable(Protocol):
    def close(self) -> None:
        """Let go."""


_OPENERS: Final[dict[str, Callable[[Path, str], _Closable]]] = {
    GEVOLGEN: lambda path, register: LmdbGevolgenstore(path, register, clock=lambda: from_micros(0), read_only=True),
    PROJECTIES: tables_to_read,
    SLEUTELS: lambda path, register: LmdbSleutelbos(path, register, read_only=True),
    VERSTREKKINGEN: lambda path, register: LmdbFeed(path, register, read_only=True),
}


def verify_stores(root: Path, register: str, progress: Progress = no_progress) -> list[Finding]:
    """Open each store of a register for reading, after `verify_pages`; no findings means that all can be opened.

    When all of them are of a newer format, or of another register, nothing is damaged: raises NewerFormat or
    WrongRegister. Raises StoreInUse when this process has one open.
    """
    findings = Findings(progress)
    errors: list[StorageError] = []
    for name, opened in _OPENERS.items():
        try:
            opened(root / register / name, register).close()
        except StoreInUse:
            raise
        except StorageError as error:
            errors.append(error)
            findings.add("identity", f"{name}/meta identity", f"the store cannot be opened: {error}")
        progress(f"{name}/meta", 1)
    for kind in (NewerFormat, WrongRegister):
        if len(errors) == len(_OPENERS) and all(isinstance(error, kind) for error in errors):
            raise errors[0]
    return findings.found
