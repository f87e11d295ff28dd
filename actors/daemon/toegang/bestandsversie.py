"""Bestandsversie: whether a file is still the one that was read, for the price of one look at its folder."""

from pathlib import Path
from typing import TypeAlias

Versie: TypeAlias = tuple[int, ...]
"""Another one as soon as the file was written or replaced; empty when it is not there."""


def versie_van(pad: Path) -> Versie:
    """Which version of a file is there now."""
    try:
        stand = pad.stat()
    except OSError:
        return ()
    return (stand.st_ino, stand.st_mtime_ns, stand.st_ctime_ns, stand.st_size)
