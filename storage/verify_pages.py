"""Checks the pages of LMDB itself, without LMDB: run it before opening what may be damaged.

LMDB trusts its pages: on a torn or overwritten one the process dies, which no except clause catches. py-lmdb
brings a verifier that walks the bytes in Python; slow (some 50 MB/s), and safe.
"""

from __future__ import annotations

import os
import struct
from pathlib import Path
from typing import Final

from lmdb.verify import VerifyError, verify

from storage.errors import StoreDamaged
from storage.findings import Finding, Findings, Progress, no_progress
from storage.opslag import ALL, PROJECTIES

_META: Final = struct.Struct("=16x IIQQ IHHQQQQQ IHHQQQQQ QQ")
"""The first two pages: a page header, magic, version, address, map size, the two main databases, last page, txn id.

The size of a page stands first in the first database (`mdb_page_size`, lmdb.h of LMDB 0.9).
"""
_PAGE_SIZE: Final = 4
_LAST_PAGE: Final = -2
_TXN: Final = -1
_LEAST_PAGE: Final = 512


def refuse_torn(path: Path) -> None:
    """Raise StoreDamaged when the data file of a store was cut short, before LMDB dies of it; beside a writer too.

    A look at the first two pages. Only a file that is shorter than they say is walked through: pages at its end that
    were free may be missing without harm.
    """
    data = path / "data.mdb"
    if not data.exists() or not _is_short(data):
        return
    problems = _problems(path)
    # Looked at twice: a file that is being written only seems damaged.
    lasting = [problem for problem in _problems(path) if problem in problems] if problems else []
    if lasting:
        text = f"{data} was cut short ({lasting[0]}); restore a backup"
        raise StoreDamaged(text)


def _is_short(data: Path) -> bool:
    with data.open("rb") as file:
        first = file.read(_META.size)
        if len(first) < _META.size:
            return True
        size = _META.unpack(first)[_PAGE_SIZE]
        file.seek(max(size, _LEAST_PAGE))
        second = file.read(_META.size)
        if len(second) < _META.size:
            return True
        meta = max(_META.unpack(first), _META.unpack(second), key=lambda fields: fields[_TXN])
        return os.fstat(file.fileno()).st_size < int(meta[_LAST_PAGE] + 1) * int(size)


def _problems(path: Path) -> list[str]:
    try:
        return list(verify(str(path)))  # type: ignore[no-untyped-call]
    except (VerifyError, OSError) as error:
        return [f"the file cannot be read ({error})"]


def verify_pages(root: Path, register: str, progress: Progress = no_progress) -> list[Finding]:
    """Check the data files of a register that nobody writes to; no findings means that opening them is safe.

    A folder that is not there is a finding too, but for that of the projecties: those are built again.
    """
    findings = Findings(progress)
    for name in sorted(ALL):
        if name == PROJECTIES and not (root / register / name / "data.mdb").exists():
            continue
        for problem in _problems(root / register / name):
            findings.add("pages", f"{name}/data.mdb", f"{problem}; restore a backup")
        progress(f"{name}/data.mdb", 1)
    return findings.found
