"""A sleutelbos in memory: for tests, proeven and simulation."""

from __future__ import annotations

import os
from collections.abc import Mapping

from storage.errors import StorageError
from storage.sleutelbos import DESTROYED, SECRET_BYTES, KeptSleutelbos, RandomBytes


class MemorySleutelbos(KeptSleutelbos):
    """The keys of one register in a dict; safe from several threads."""

    def __init__(self, register: str, *, random_bytes: RandomBytes = os.urandom) -> None:
        """Start without keys, with a new secret."""
        super().__init__(register, random_bytes(SECRET_BYTES), random_bytes)
        self._kept: dict[str, bytes] = {}
        self._count = 0
        self._closed = False

    def _load(self, betrokkene: str) -> bytes | None:
        return self._kept.get(betrokkene)

    def _store(self, keys: Mapping[str, bytes]) -> None:
        self._check_writable()
        self._kept.update(keys)
        self._count += sum(key == DESTROYED for key in keys.values())

    def _destroyed(self) -> int:
        self._check_writable()
        return self._count

    def _check_writable(self) -> None:
        if self._closed:
            text = f"the sleutelbos of register {self.register} is closed; open it again"
            raise StorageError(text)

    def reopen(self) -> None:
        """Do nothing: no write in memory fails half-way."""

    def close(self) -> None:
        """Refuse further use."""
        self._closed = True
