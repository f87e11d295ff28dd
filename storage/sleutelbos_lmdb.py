"""The sleutelbos in LMDB: an environment of its own, to be kept apart from the data it opens."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from storage import keys
from storage.environment import Environment, Txn
from storage.errors import StoreDamaged
from storage.identity import NO_ID, open_identity
from storage.limits import INITIAL_MAP_BYTES
from storage.scanning import scan
from storage.sleutelbos import DESTROYED, KEY_BYTES, SECRET_BYTES, KeptSleutelbos, RandomBytes


class LmdbSleutelbos(KeptSleutelbos):
    """The keys of one register in a folder. Safe from several threads.

    The keys lie there in the clear: whoever can read the folder can read everything. Its mode is 0700; keep
    its backups apart from those of the data.
    """

    def __init__(
        self,
        path: Path,
        register: str,
        *,
        random_bytes: RandomBytes = os.urandom,
        read_only: bool = False,
        map_size: int = INITIAL_MAP_BYTES,
    ) -> None:
        """Open the keys in `path`; a writer makes it when it is not there.

        Raises as `LmdbGevolgenstore` does.
        """
        self._environment = environment = Environment(path, keys.SLEUTELS, read_only=read_only, map_size=map_size)
        open_identity(
            environment,
            "sleutels",
            register,
            lambda: (
                NO_ID,
                {keys.META_DESTROYED: keys.number_key(0), keys.META_SECRET: random_bytes(SECRET_BYTES)},
            ),
        )
        with environment.reading() as txn:
            secret = txn.get(keys.META_SECRET, db=environment.database(keys.META))
        if secret is None or len(secret) != SECRET_BYTES:
            environment.close()
            text = f"the secret in {path} is missing or has the wrong size; restore a backup of the keys"
            raise StoreDamaged(text)
        super().__init__(register, secret, random_bytes)

    def _load(self, betrokkene: str) -> bytes | None:
        with self._environment.reading() as txn:
            key = txn.get(betrokkene.encode() or b"\0", db=self._environment.database(keys.SLEUTEL))
        if key and len(key) != KEY_BYTES:
            text = f"a key in {self._environment.path} has {len(key)} bytes; restore a backup of the keys"
            raise StoreDamaged(text)
        return key

    def _store(self, new: Mapping[str, bytes]) -> None:
        rows = sorted((keys.name_key(betrokkene), key) for betrokkene, key in new.items())
        destroyed = sum(key == DESTROYED for _, key in rows)

        def put(txn: Txn) -> None:
            meta = self._environment.database(keys.META)
            txn.cursor(self._environment.database(keys.SLEUTEL)).putmulti(rows)
            if destroyed:
                txn.put(keys.META_DESTROYED, keys.number_key(self._count(txn) + destroyed), db=meta)

        self._environment.write(put)

    def _destroyed(self) -> int:
        if not self._environment.read_only:
            return 0  # the writer alone destroys keys, and forgets each as it does
        with self._environment.reading() as txn:
            return self._count(txn)

    def _count(self, txn: Txn) -> int:
        value = txn.get(keys.META_DESTROYED, db=self._environment.database(keys.META))
        if value is None or len(value) != len(keys.number_key(0)):
            text = f"the count of destroyed keys in {self._environment.path} is unreadable; restore a backup"
            raise StoreDamaged(text)
        return keys.parse_number(value)

    def _check_writable(self) -> None:
        self._environment.check_writable()

    def rows(self, database: bytes) -> Iterator[tuple[bytes, bytes]]:
        """Give every row of one database as stored, in key order."""
        return scan(self._environment, database)

    def reopen(self) -> None:
        """Open the folder again after a failed save; keys that were not saved are still in memory."""
        self._ciphers = {}
        self._environment.reopen()

    def close(self) -> None:
        """Let go of the folder."""
        self._new, self._ciphers = {}, {}
        self._environment.close()
