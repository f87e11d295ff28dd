"""Checks the rows of a table against the same table built again from the journal."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from storage.errors import StorageError, StoreDamaged
from storage.findings import Finding, Findings, Progress, no_progress
from storage.projectiestore import Projectiestore, Version

Reading = Callable[[bytes], object]
"""What the value of a row says, to compare where the bytes differ; of bytes that say nothing, something else."""


def verify_table(  # noqa: PLR0913 - what is compared, each by name
    projectie: str,
    stored: Projectiestore,
    rebuilt: Projectiestore,
    reading: Reading,
    progress: Progress = no_progress,
    leave: Callable[[bytes], bool] = lambda _key: False,
) -> list[Finding]:
    """Compare one projectie row by row in two stores, with what each was before, but for the keys to `leave`."""
    findings = Findings(progress)
    where = f"projecties/{projectie}"
    rows = 0
    try:
        for one, other in _side_by_side(stored.keys(projectie), rebuilt.keys(projectie)):
            rows += 1
            key = one or other or b""
            if leave(key):
                continue
            if one is None:
                findings.add("row", f"{where} {_name(key)}", "the row is missing: the journal gives it")
            elif other is None:
                findings.add("row", f"{where} {_name(key)}", "the row is too many: the journal does not give it")
            elif wrong := _differs(_versions(stored, projectie, key), rebuilt.versions(projectie, key), reading):
                findings.add("row", f"{where} {_name(key)}", wrong)
    except StorageError as error:
        findings.add("unreadable", where, f"reading stopped after {rows} rows: {error}; build the projecties again")
    progress(where, rows)
    return findings.found


def _versions(stored: Projectiestore, projectie: str, key: bytes) -> list[Version]:
    """What a stored row ever was; one that cannot be read says nothing that the journal gives."""
    try:
        return stored.versions(projectie, key)
    except StoreDamaged:
        return [Version(-1, None, b"")]


def _differs(one: list[Version], other: list[Version], reading: Reading) -> str:
    """What is wrong with the versions of a row (first), held against those built again; empty when nothing is."""
    if one == other:
        return ""
    said, again = _said(one, reading), _said(other, reading)
    if said == again:
        return ""
    if said[-1][1] != again[-1][1]:
        return "the row is another than the journal gives"
    return "what the row was before, or since when it is so, is not what the journal gives"


def _said(versions: list[Version], reading: Reading) -> list[tuple[int, object]]:
    """What a row said since each position; what says the same again is one."""
    said: list[tuple[int, object]] = []
    for version in versions:
        what = None if version.value is None else reading(version.value)
        if not said or said[-1][1] != what:
            said.append((version.since, what))
    return said


def _side_by_side(stored: Iterator[bytes], rebuilt: Iterator[bytes]) -> Iterator[tuple[bytes | None, bytes | None]]:
    """Give the keys of both in order, the same ones together."""
    one, other = next(stored, None), next(rebuilt, None)
    while one is not None or other is not None:
        if other is None or (one is not None and one < other):
            yield one, None
            one = next(stored, None)
        elif one is None or other < one:
            yield None, other
            other = next(rebuilt, None)
        else:
            yield one, other
            one, other = next(stored, None), next(rebuilt, None)


def _name(key: bytes) -> str:
    """A key as text, its parts with a / between them; in hex when it is no text."""
    try:
        text = key.decode().replace("\x1f", "/")
    except UnicodeDecodeError:
        return key.hex()
    return text if text.isprintable() else key.hex()
