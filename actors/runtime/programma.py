"""What a program that runs registers says of itself, and how it sets up its process."""

import gc
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

_MAP = Path(__file__).resolve().parents[2]
_REVISIE = Path(__file__).with_name("revisie.txt")
"""Where a build without a repository (scripts/deploy/Containerfile) writes down of which commit it is."""
_NIEUWE_OBJECTEN = 50_000


@cache
def programmaversie() -> str:
    """`gevolg 0.1.0+git.1a2b3c4d5e6f`, or without the part after + when nothing tells of which commit it is."""
    try:
        pakket = version("gevolg")
    except PackageNotFoundError:
        pakket = "0"
    revisie = _revisie(_MAP / ".git") or _gebouwd_uit(_REVISIE)
    return f"gevolg {pakket}+git.{revisie[:12]}" if revisie else f"gevolg {pakket}"


def _revisie(git: Path) -> str:
    """The commit that is checked out, read from the repository's own files; empty when there is none."""
    try:
        hoofd = (git / "HEAD").read_text().strip()
        if not hoofd.startswith("ref: "):
            return hoofd
        naam = hoofd.removeprefix("ref: ")
        los = git / naam
        if los.exists():
            return los.read_text().strip()
        verpakt = (git / "packed-refs").read_text().splitlines()
        return next((regel.split()[0] for regel in verpakt if regel.endswith(f" {naam}")), "")
    except OSError:
        return ""


def _gebouwd_uit(bestand: Path) -> str:
    """The commit that was written down when the program was built; empty when that was not done."""
    try:
        return bestand.read_text(encoding="utf-8").strip()
    except OSError:
        return ""


def ruim_minder_vaak_op() -> None:
    """Let this process look for garbage in circles once per 50,000 new objects, instead of Python's 700.

    What registers make mostly stays, in no circles: looking through it over and over costs a fifth of the processor.
    A choice for a whole process, so for its program to make; `gevolg` does.
    """
    gc.set_threshold(_NIEUWE_OBJECTEN, *gc.get_threshold()[1:])
