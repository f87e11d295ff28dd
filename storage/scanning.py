"""Reading many rows without holding a reader open: in slices, each in its own short read transaction."""

from __future__ import annotations

from collections.abc import Iterator

from storage.environment import Environment
from storage.limits import SLICE_BYTES, SLICE_ROWS


def scan(
    environment: Environment, database: bytes, start: bytes = b"", limit: int | None = None
) -> Iterator[tuple[bytes, bytes]]:
    """Give the rows of a database from key `start` on, in key order, at most `limit`.

    Rows of one slice (`SLICE_ROWS`, `SLICE_BYTES`) are of one moment; a later slice may meet later writes.
    """
    left = limit
    while left is None or left > 0:
        wanted = SLICE_ROWS if left is None else min(left, SLICE_ROWS)
        rows, more = _slice(environment, database, start, wanted)
        yield from rows
        if not more:
            return
        # The least key after the last one: nothing fits between a key and itself with a zero byte behind it.
        start = rows[-1][0] + b"\0"
        if left is not None:
            left -= len(rows)


def _slice(
    environment: Environment, database: bytes, start: bytes, wanted: int
) -> tuple[list[tuple[bytes, bytes]], bool]:
    """Give rows, and whether there may be more after them."""
    rows: list[tuple[bytes, bytes]] = []
    size = 0
    with environment.reading() as txn:
        cursor = txn.cursor(environment.database(database))
        if cursor.set_range(start) if start else cursor.first():
            for row in cursor:
                rows.append(row)
                size += len(row[1])
                if len(rows) == wanted or size >= SLICE_BYTES:
                    return rows, True
    return rows, False
