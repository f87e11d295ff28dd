"""Abonnementen in LMDB: an environment of their own, for its owner alone to read (0600 in a folder of 0700)."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

from storage import keys
from storage.abonnementen import check_abonnement
from storage.environment import Environment
from storage.identity import open_identity
from storage.limits import ABONNEMENTEN_MAP_BYTES, ID_BYTES
from storage.scanning import scan


class LmdbAbonnementenstore:
    """The abonnementen of one register in a folder. Safe from several threads."""

    def __init__(
        self,
        path: Path,
        register: str,
        *,
        random_bytes: Callable[[int], bytes] = os.urandom,
        read_only: bool = False,
    ) -> None:
        """Open the abonnementen in `path`; a writer makes them when they are not there.

        Raises WrongRegister, StoreInUse, NewerFormat, StoreDamaged, or StorageError when there is nothing to read.
        """
        self.register = register
        self._environment = Environment(path, keys.ABONNEMENTEN, read_only=read_only, map_size=ABONNEMENTEN_MAP_BYTES)
        open_identity(self._environment, "abonnementen", register, lambda: (random_bytes(ID_BYTES), {}))

    def put(self, abonnement_id: str, value: bytes) -> None:
        """Keep an abonnement, new or changed; durable on return."""
        check_abonnement(self.register, abonnement_id, value)
        key = keys.name_key(abonnement_id)
        self._environment.write(lambda txn: txn.put(key, value, db=self._environment.database(keys.ABONNEMENT)))

    def get(self, abonnement_id: str) -> bytes | None:
        """Give one; None when there is none of that id."""
        key = keys.name_key(abonnement_id)
        with self._environment.reading() as txn:
            return txn.get(key, db=self._environment.database(keys.ABONNEMENT))

    def all(self) -> Iterator[tuple[str, bytes]]:
        """Give all, by id."""
        for key, value in scan(self._environment, keys.ABONNEMENT):
            yield keys.parse_name(key), value

    def delete(self, abonnement_id: str) -> bool:
        """Forget one, durably; False when there was none."""
        key = keys.name_key(abonnement_id)
        return self._environment.write(lambda txn: txn.delete(key, db=self._environment.database(keys.ABONNEMENT)))

    def reopen(self) -> None:
        """Open the folder again after a failed write."""
        self._environment.reopen()

    def close(self) -> None:
        """Let go of the folder."""
        self._environment.close()
