"""Abonnementen in memory: for tests and embedded use."""

from __future__ import annotations

from collections.abc import Iterator

from storage import keys
from storage.abonnementen import check_abonnement
from storage.errors import StorageError


class MemoryAbonnementenstore:
    """The abonnementen of one register in a dict."""

    def __init__(self, register: str) -> None:
        """Start without any."""
        self.register = register
        self._rows: dict[bytes, bytes] = {}
        self._closed = False

    def put(self, abonnement_id: str, value: bytes) -> None:
        """Keep an abonnement."""
        self._check_open()
        check_abonnement(self.register, abonnement_id, value)
        self._rows[keys.name_key(abonnement_id)] = value

    def get(self, abonnement_id: str) -> bytes | None:
        """Give one."""
        self._check_open()
        return self._rows.get(keys.name_key(abonnement_id))

    def all(self) -> Iterator[tuple[str, bytes]]:
        """Give all, by id."""
        self._check_open()
        return iter([(keys.parse_name(key), value) for key, value in sorted(self._rows.items())])

    def delete(self, abonnement_id: str) -> bool:
        """Forget one."""
        self._check_open()
        return self._rows.pop(keys.name_key(abonnement_id), None) is not None

    def reopen(self) -> None:
        """Do nothing: no write in memory fails half-way."""

    def close(self) -> None:
        """Refuse further use."""
        self._closed = True

    def _check_open(self) -> None:
        if self._closed:
            text = f"the abonnementen of register {self.register} are closed; open them again"
            raise StorageError(text)
