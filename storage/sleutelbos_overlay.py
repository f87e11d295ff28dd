"""Keys over other keys: those of the base open what they encrypted, new ones and destroyed ones stay in memory."""

from __future__ import annotations

from collections.abc import Iterator

from storage import keys
from storage.sleutelbos import RandomBytes, Sleutelbos
from storage.sleutelbos_memory import MemorySleutelbos


class OverlaySleutelbos(MemorySleutelbos):
    """The keys of one register with its own secret, and what is added to them here; the base is only read.

    What is destroyed in the base is destroyed here too, from that moment on.
    """

    def __init__(self, base: Sleutelbos, *, random_bytes: RandomBytes) -> None:
        """Stand on `base`."""
        super().__init__(base.register, random_bytes=random_bytes)
        self.secret = base.secret
        self._base = base
        self._count = keys.parse_number(dict(base.rows(keys.META))[keys.META_DESTROYED])

    def _load(self, betrokkene: str) -> bytes | None:
        own = super()._load(betrokkene)
        return self._base.kept(betrokkene) if own is None else own

    def _destroyed(self) -> int:
        return super()._destroyed() + self._base.destroyed()

    def rows(self, database: bytes) -> Iterator[tuple[bytes, bytes]]:
        """Give every row of one database as the LMDB sleutelbos would keep it, in key order."""
        if database != keys.SLEUTEL:
            return super().rows(database)
        return iter(sorted({**dict(self._base.rows(database)), **dict(super().rows(database))}.items()))
