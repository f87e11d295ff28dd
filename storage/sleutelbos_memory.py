"""A sleutelbos in memory: for tests, proeven and simulation."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping

from storage import keys
from storage.errors import StorageError
from storage.identity import NO_ID, Identity
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

    def _store(self, new: Mapping[str, bytes]) -> None:
        self._check_writable()
        self._kept.update(new)
        self._count += sum(key == DESTROYED for key in new.values())

    def _destroyed(self) -> int:
        self._check_writable()
        return self._count

    def _check_writable(self) -> None:
        if self._closed:
            text = f"the sleutelbos of register {self.register} is closed; open it again"
            raise StorageError(text)

    def rows(self, database: bytes) -> Iterator[tuple[bytes, bytes]]:
        """Give every row of one database as the LMDB sleutelbos would keep it, in key order."""
        self._check_writable()
        if database == keys.SLEUTEL:
            return iter(sorted((keys.name_key(betrokkene), key) for betrokkene, key in self._kept.items()))
        meta = {
            keys.META_IDENTITY: Identity("sleutels", self.register, NO_ID).encode(),
            keys.META_DESTROYED: keys.number_key(self._count),
            keys.META_SECRET: self.secret,
        }
        return iter(sorted(meta.items()))

    def reopen(self) -> None:
        """Do nothing: no write in memory fails half-way."""

    def close(self) -> None:
        """Refuse further use."""
        self._closed = True
