"""Former incarnations: the ids a journal or feed had before it was put back, and what their readers share with it.

Putting an older copy back begins a new incarnation: the same past, another future. Up to where the former one
ends in this copy both say the same.
"""

from __future__ import annotations

from collections.abc import Callable

from storage.errors import StoreDamaged, UnknownPosition
from storage.gevolgenstore import ReaderPosition
from storage.records import READER_BYTES, decode_reader, encode_reader

Former = tuple[ReaderPosition, ...]
"""The former incarnations, oldest first: the id, where it ends in this copy, and the chain hash there."""


def encode_former(former: Former) -> bytes:
    """Give the bytes of all former incarnations."""
    return b"".join(map(encode_reader, former))


def decode_former(value: bytes | None) -> Former:
    """Read all former incarnations; none when nothing is kept. Raises StoreDamaged."""
    kept = value or b""
    if len(kept) % READER_BYTES:
        text = f"the former incarnations have {len(kept)} bytes, no multiple of {READER_BYTES}; run verify"
        raise StoreDamaged(text)
    return tuple(decode_reader(kept[at : at + READER_BYTES]) for at in range(0, len(kept), READER_BYTES))


def shares(reader: ReaderPosition, own: bytes, former: Callable[[], Former], hash_at: Callable[[int], bytes]) -> bool:
    """Tell whether all that a reader read stands here still, under the present id `own` or a former one.

    `hash_at` gives the chain hash at a position and raises UnknownPosition past the end.
    """
    if reader.source != own:
        ends = {ended.source: ended.position for ended in former()}
        if reader.position > ends.get(reader.source, -1):
            return False
    try:
        return hash_at(reader.position) == reader.hash
    except UnknownPosition:
        return False
