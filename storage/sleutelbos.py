"""The sleutelbos: a key per betrokkene, so that destroying one key destroys that person's data everywhere.

Personal fields are encrypted before anything is hashed or stored; the chain then still proves after a key is
gone. AES-SIV is deterministic: the same plaintext of the same betrokkene gives the same bytes, so that the
same journal can be made twice (it shows that two values of one betrokkene are equal, and nothing else). The
id of the betrokkene is associated data: a ciphertext opens for nobody else.
"""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from typing import Final, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

from storage.errors import KeyDestroyed, StorageError, StoreDamaged
from storage.limits import CACHED_CIPHERS, MAX_NAME_BYTES

KEY_BYTES: Final = 64
"""AES-256-SIV takes two keys of 32 bytes."""

SECRET_BYTES: Final = 32
"""The secret of a register."""

DESTROYED: Final = b""
"""What is kept in place of a destroyed key, for good."""

RandomBytes = Callable[[int], bytes]


class Sleutelbos(Protocol):
    """The keys of one register. Every method may raise StorageError."""

    @property
    def register(self) -> str:
        """Name of the register whose keys these are."""

    @property
    def secret(self) -> bytes:
        """32 bytes made at creation, for keyed digests (natural keys, tokens) of this register."""

    def encrypt(self, betrokkene: str, plaintext: bytes) -> bytes:
        """Give the ciphertext, 16 bytes longer; the same each time for the same betrokkene and plaintext.

        A betrokkene without key gets one, kept in memory until `save`. Raises StorageError for a destroyed
        key, or when a key would have to be made in a store opened for reading only.
        """

    def decrypt(self, betrokkene: str, ciphertext: bytes) -> bytes | None:
        """Give the plaintext; None when the key is destroyed or was never here.

        Raises StoreDamaged when the ciphertext does not belong to this betrokkene's key.
        """

    def save(self) -> None:
        """Make new keys durable. Call before the journal commit that uses them; free without new keys."""

    def destroy(self, betrokkene: str) -> None:
        """Destroy a key for good, durably, also when there never was one: the betrokkene gets no other.

        Every process that has the store open stops decrypting at its next call. The bytes of the key may stay
        in unused pages of the file until they are written over, and stay in backups made before.
        """

    def is_destroyed(self, betrokkene: str) -> bool:
        """Tell whether this key was destroyed."""

    def kept(self, betrokkene: str) -> bytes | None:
        """Give the key itself as it is kept, `DESTROYED`, or None: for an overlay over these keys, and nobody else."""

    def destroyed(self) -> int:
        """Give a number that is another one as soon as another process destroyed a key."""

    def rows(self, database: bytes) -> Iterator[tuple[bytes, bytes]]:
        """Give every row of one database (`keys.SLEUTELS`) as stored, in key order: what `verify` looks at."""

    def reopen(self) -> None:
        """Open anew after a write that failed half-way: only then does the store take writes again."""

    def close(self) -> None:
        """Let go, dropping keys that were not saved. Closing twice is harmless."""


class KeptSleutelbos(ABC):
    """What every sleutelbos does, over a place where keys are kept (`_load`, `_store`, `_destroyed`)."""

    def __init__(self, register: str, secret: bytes, random_bytes: RandomBytes) -> None:
        """Take the register, its secret, and where new keys come from."""
        self.register = register
        self.secret = secret
        self._random_bytes = random_bytes
        self._lock = threading.Lock()
        self._new: dict[str, bytes] = {}
        self._ciphers: dict[str, AESSIV] = {}
        self._destroyed_before = 0

    @abstractmethod
    def _load(self, betrokkene: str) -> bytes | None:
        """Give the kept key, `DESTROYED`, or None."""

    @abstractmethod
    def _store(self, keys: Mapping[str, bytes]) -> None:
        """Keep keys (or `DESTROYED`) durably; a `DESTROYED` among them counts in `_destroyed`."""

    @abstractmethod
    def _destroyed(self) -> int:
        """Tell how many times a key was destroyed by others, or by anyone."""

    @abstractmethod
    def _check_writable(self) -> None:
        """Raise StorageError when keys cannot be stored."""

    def encrypt(self, betrokkene: str, plaintext: bytes) -> bytes:
        """Give the ciphertext; see the protocol."""
        with self._lock:
            cipher = self._cached(betrokkene)
            if cipher is None:
                key = self._new.get(betrokkene) or self._load(betrokkene)
                if key == DESTROYED:
                    text = (
                        f"the key of this betrokkene in register {self.register} was destroyed; nothing can be "
                        "recorded about the same id again, use a new one"
                    )
                    raise KeyDestroyed(text)
                cipher = self._remember(betrokkene, key or self._make(betrokkene))
            return cipher.encrypt(plaintext, [betrokkene.encode()])

    def decrypt(self, betrokkene: str, ciphertext: bytes) -> bytes | None:
        """Give the plaintext; see the protocol."""
        with self._lock:
            cipher = self._cached(betrokkene)
            if cipher is None:
                key = self._new.get(betrokkene) or self._load(betrokkene)
                if not key:
                    return None
                cipher = self._remember(betrokkene, key)
            try:
                return cipher.decrypt(ciphertext, [betrokkene.encode()])
            except InvalidTag:
                text = (
                    f"a ciphertext of {len(ciphertext)} bytes in register {self.register} is not of its "
                    "betrokkene's key; run verify"
                )
                raise StoreDamaged(text) from None

    def _cached(self, betrokkene: str) -> AESSIV | None:
        """Give the cipher in memory, unless any key was destroyed since."""
        destroyed = self._destroyed()
        if destroyed != self._destroyed_before:
            self._ciphers = {}
            self._destroyed_before = destroyed
        return self._ciphers.get(betrokkene)

    def _remember(self, betrokkene: str, key: bytes) -> AESSIV:
        if len(self._ciphers) >= CACHED_CIPHERS:
            self._ciphers = {}
        cipher = self._ciphers[betrokkene] = AESSIV(key)
        return cipher

    def _make(self, betrokkene: str) -> bytes:
        """Make a key for a betrokkene that never had one."""
        if not 0 < len(betrokkene.encode()) <= MAX_NAME_BYTES:
            text = f"the id of a betrokkene must have 1 to {MAX_NAME_BYTES} bytes; no key was made"
            raise StorageError(text)
        self._check_writable()
        key = self._new[betrokkene] = self._random_bytes(KEY_BYTES)
        return key

    def save(self) -> None:
        """Make new keys durable; see the protocol."""
        with self._lock:
            if self._new:
                self._store(self._new)
                self._new = {}

    def is_destroyed(self, betrokkene: str) -> bool:
        """Tell whether this key was destroyed."""
        with self._lock:
            return self._load(betrokkene) == DESTROYED

    def kept(self, betrokkene: str) -> bytes | None:
        """Give the key itself; see the protocol."""
        return self._load(betrokkene)

    def destroyed(self) -> int:
        """Give a number that tells whether another process destroyed a key; see the protocol."""
        return self._destroyed()

    def destroy(self, betrokkene: str) -> None:
        """Destroy a key for good; see the protocol."""
        with self._lock:
            self._ciphers.pop(betrokkene, None)
            self._store({betrokkene: DESTROYED})
            self._new.pop(betrokkene, None)
