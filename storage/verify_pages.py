"""Checks the pages of LMDB itself, without LMDB: run it before opening what may be damaged.

LMDB trusts its pages: on a torn or overwritten one the process dies, which no except clause catches. py-lmdb
brings a verifier that walks the bytes in Python; slow (some 50 MB/s), and safe.
"""

from __future__ import annotations

from pathlib import Path

from lmdb.verify import VerifyError, verify

from storage.findings import Finding, Findings, Progress, no_progress
from storage.opslag import ALL, PROJECTIES


def verify_pages(root: Path, register: str, progress: Progress = no_progress) -> list[Finding]:
    """Check the data files of a register that nobody writes to; no findings means that opening them is safe.

    A folder that is not there is a finding too, but for that of the projecties: those are built again.
    """
    findings = Findings(progress)
    for name in sorted(ALL):
        if name == PROJECTIES and not (root / register / name / "data.mdb").exists():
            continue
        try:
            problems = verify(str(root / register / name))  # type: ignore[no-untyped-call]
        except (VerifyError, OSError) as error:
            problems = [f"the file cannot be read ({error})"]
        for problem in problems:
            findings.add("pages", f"{name}/data.mdb", f"{problem}; restore a backup")
        progress(f"{name}/data.mdb", 1)
    return findings.found
