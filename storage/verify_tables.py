"""Checks the rows of a table against the same table built again from the journal."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from storage.errors import StorageError
from storage.findings import Finding, Findings, Progress, no_progress
from storage.projectiestore import Projectiestore

Same = Callable[[bytes, bytes], bool]
"""Tells whether a stored row (first) and the one built again say the same, where their bytes differ."""

_Row = tuple[bytes, bytes]


def verify_table(  # noqa: PLR0913 - what is compared, each by name
    projectie: str,
    stored: Projectiestore,
    rebuilt: Projectiestore,
    same: Same,
    progress: Progress = no_progress,
    leave: Callable[[bytes], bool] = lambda _key: False,
) -> list[Finding]:
    """Compare one projectie row by row in two stores, but for the keys to `leave`; empty is equal."""
    findings = Findings(progress)
    where = f"projecties/{projectie}"
    rows = 0
    try:
        for one, other in _side_by_side(stored.scan(projectie), rebuilt.scan(projectie)):
            rows += 1
            row = one or other
            if row is not None and leave(row[0]):
                continue
            if one is None and other is not None:
                findings.add("row", f"{where} {_name(other)}", "the row is missing: the journal gives it")
            elif one is not None and other is None:
                findings.add("row", f"{where} {_name(one)}", "the row is too many: the journal does not give it")
            elif one is not None and other is not None and one != other and not same(one[1], other[1]):
                findings.add("row", f"{where} {_name(one)}", "the row is another than the journal gives")
    except StorageError as error:
        findings.add("unreadable", where, f"reading stopped after {rows} rows: {error}; build the projecties again")
    progress(where, rows)
    return findings.found


def _side_by_side(stored: Iterator[_Row], rebuilt: Iterator[_Row]) -> Iterator[tuple[_Row | None, _Row | None]]:
    """Give the rows of both in key order, those with one key together."""
    one, other = next(stored, None), next(rebuilt, None)
    while one is not None or other is not None:
        if other is None or (one is not None and one[0] < other[0]):
            yield one, None
            one = next(stored, None)
        elif one is None or other[0] < one[0]:
            yield None, other
            other = next(rebuilt, None)
        else:
            yield one, other
            one, other = next(stored, None), next(rebuilt, None)


def _name(row: _Row) -> str:
    return row[0].decode(errors="replace").replace("\x1f", "/")
