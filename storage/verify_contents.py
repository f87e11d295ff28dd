"""Checks contents: whether records and verstrekkingen can be read, and opened with the keys that are here.

What a content means storage does not know; whoever does, says so with a `Tell`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from storage import keys
from storage.codec import Encrypted, unpack
from storage.errors import StorageError
from storage.findings import Findings
from storage.gevolgenstore import Record
from storage.sleutelbos import DESTROYED, KEY_BYTES, Sleutelbos


@dataclass(frozen=True, slots=True)
class Told:
    """What a transactie says of itself, to be held against its header and the indexes."""

    commando_id: bytes
    """16 bytes."""
    aggregaat: str
    """"auto/…"."""
    volgnummer: int
    count: int
    """Number of gevolgen."""


Tell = Callable[[Record], Told]
"""Reads the content of a record; raises StorageError when it cannot."""

_PLACE: Final = "sleutels"


class ContentCheck:
    """Reads contents with the keys of a register; each key that is missing or wrong is one finding."""

    def __init__(self, sleutels: Sleutelbos, findings: Findings, tell: Tell) -> None:
        """Check with `sleutels`, adding to `findings`."""
        self._sleutels = sleutels
        self._findings = findings
        self._tell = tell
        self._here: set[str] = set()
        self._reported: set[str] = set()

    def check_keys(self) -> None:
        """Check the keys themselves, and learn which there are: before any content."""
        destroyed = 0
        for key, value in self._findings.rows(_PLACE, self._sleutels, keys.SLEUTEL):
            try:
                betrokkene = keys.parse_name(key)
            except ValueError as error:
                self._findings.add("unreadable", f"{_PLACE}/sleutel {key.hex()}", f"the name is no text: {error}")
                continue
            self._here.add(betrokkene)
            destroyed += value == DESTROYED
            if len(value) not in (KEY_BYTES, len(DESTROYED)):
                self._add(betrokkene, f"the key has {len(value)} bytes instead of {KEY_BYTES}")
        meta = dict(self._findings.rows(_PLACE, self._sleutels, keys.META))
        try:
            counted = keys.parse_number(meta.get(keys.META_DESTROYED, b""))
        except ValueError as error:
            self._findings.add("unreadable", f"{_PLACE}/meta destroyed", str(error))
        else:
            if counted < destroyed:
                sentence = f"{destroyed} keys were destroyed, {counted} are counted"
                self._findings.add("key", f"{_PLACE}/meta destroyed", sentence)

    def told(self, where: str, record: Record) -> Told | None:
        """Give what a transactie says of itself; None when it cannot be read or opened."""
        if not self.check(where, record.content):
            return None
        try:
            return self._tell(record)
        except StorageError as error:
            self._findings.add("unreadable", where, str(error))
            return None

    def check(self, where: str, content: bytes) -> bool:
        """Tell whether a content can be read, and all in it opened."""
        opens = True

        def opened(encrypted: Encrypted) -> None:
            nonlocal opens
            opens = self._opens(where, encrypted) and opens

        try:
            unpack(content, opened)
        except StorageError as error:
            self._findings.add("unreadable", where, str(error))
            return False
        return opens

    def _opens(self, where: str, encrypted: Encrypted) -> bool:
        betrokkene = encrypted.betrokkene
        if not encrypted.ciphertext:
            return True  # left out when it was written: the key was destroyed before
        if betrokkene not in self._here:
            self._add(betrokkene, f"the key is missing, and {where} was written with it")
            return False
        try:
            self._sleutels.decrypt(betrokkene, encrypted.ciphertext)
        except StorageError:
            self._add(betrokkene, f"the key does not open what was written with it in {where}")
            return False
        return True

    def _add(self, betrokkene: str, sentence: str) -> None:
        if betrokkene not in self._reported:
            self._reported.add(betrokkene)
            self._findings.add("key", f"{_PLACE}/sleutel {betrokkene}", sentence)
