"""The clock and the source of ids and chance: the one home of what is not determined by its input.

All of it is a parameter of `RegisterSystem`; a simulation gives its own, so that the same seed gives the same bytes.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

_VERSIE_7 = 0x7 << 76
_VARIANT = 0b10 << 62


def systeemklok() -> datetime:
    """The moment now, aware, in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Buitenwereld:
    """What a register system takes from outside: `klok()` is an aware moment, `willekeur(n)` are n random bytes."""

    klok: Callable[[], datetime] = systeemklok
    willekeur: Callable[[int], bytes] = os.urandom

    def nieuw_commando_id(self) -> str:
        """A UUIDv7 (RFC 9562): milliseconds since 1970, then chance, so that ids made later sort later."""
        milliseconden = int(self.klok().timestamp() * 1000)
        kans = int.from_bytes(self.willekeur(10), "big")
        hoog, laag = (kans >> 62) & 0xFFF, kans & ((1 << 62) - 1)
        return str(UUID(int=(milliseconden << 80) | _VERSIE_7 | (hoog << 64) | _VARIANT | laag))
