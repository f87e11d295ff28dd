"""The abonnementen of one register: who gets its verstrekkingen sent, how far that is, and his secrets; as bytes.

Not in the journal: where to send to and how far that is are facts of operating, not of the register, and a secret that
was taken back must be gone. What is sent is in the feed.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from storage.errors import StorageError
from storage.limits import MAX_ABONNEMENT_BYTES


class Abonnementenstore(Protocol):
    """The abonnementen of one register by id. Every method may raise StorageError."""

    @property
    def register(self) -> str:
        """Name of the register."""

    def put(self, abonnement_id: str, value: bytes) -> None:
        """Keep an abonnement, new or changed; durable on return."""

    def get(self, abonnement_id: str) -> bytes | None:
        """Give one; None when there is none of that id."""

    def all(self) -> Iterator[tuple[str, bytes]]:
        """Give all, by id."""

    def delete(self, abonnement_id: str) -> bool:
        """Forget one, durably; False when there was none."""

    def reopen(self) -> None:
        """Open anew after a write that failed half-way: only then does the store take writes again."""

    def close(self) -> None:
        """Let go; a closed store refuses further use. Closing twice is harmless."""


def check_abonnement(register: str, abonnement_id: str, value: bytes) -> None:
    """Check what is to be kept. Raises StorageError."""
    if len(value) > MAX_ABONNEMENT_BYTES:
        text = f"abonnement {abonnement_id[:40]} of register {register} has more bytes than fit; shorten it"
        raise StorageError(text)
