"""The pages of the documentation, as the tests read them: their text, headings, links and fenced blocks."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from textwrap import dedent

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"

_HEK = re.compile(r"^(?P<inspring> *)```(?P<soort>[^\n]*)\n(?P<inhoud>.*?)^(?P=inspring)```$", re.MULTILINE | re.DOTALL)
_KOP = re.compile(r"^#{1,6} +(.+?) *$", re.MULTILINE)
_KOPPELING = re.compile(r"(?<!!)\[[^\]\n]*\]\(([^)\s]+)\)")


@dataclass(frozen=True, slots=True)
class Blok:
    """A fenced block: its kind (`python`), what stands after the kind on the fence, its text and its line."""

    soort: str
    bij: str
    inhoud: str
    regel: int
    einde: int


@dataclass(frozen=True, slots=True)
class Blad:
    """One page."""

    pad: Path

    @property
    def naam(self) -> str:
        """Its path in the repository."""
        return self.pad.relative_to(ROOT).as_posix()

    @property
    def tekst(self) -> str:
        """All of it."""
        return _lees(self.pad)

    @property
    def blokken(self) -> list[Blok]:
        """Its fenced blocks, in order."""
        uit = []
        for gevonden in _HEK.finditer(self.tekst):
            soort, _, bij = gevonden["soort"].strip().partition(" ")
            begin = self.tekst.count("\n", 0, gevonden.start()) + 1
            uit.append(Blok(soort, bij.strip(), dedent(gevonden["inhoud"]), begin, gevonden.end()))
        return uit

    @property
    def proza(self) -> str:
        """The text without its fenced blocks."""
        return _HEK.sub("", self.tekst)

    @property
    def koppen(self) -> list[str]:
        """Its headings, without marks."""
        return [kop.replace("`", "") for kop in _KOP.findall(self.proza)]

    @property
    def koppelingen(self) -> list[str]:
        """Where its links lead."""
        return _KOPPELING.findall(self.proza)

    def volgt(self, blok: Blok, ander: Blok) -> bool:
        """Whether nothing but white space stands between two blocks."""
        tussen = self.tekst[blok.einde : self.tekst.index("```", blok.einde)]
        return ander.regel > blok.regel and not tussen.strip()


@cache
def _lees(pad: Path) -> str:
    return pad.read_text(encoding="utf-8")


def alle() -> Iterator[Blad]:
    """README and every page under docs."""
    yield Blad(ROOT / "README.md")
    yield from (Blad(pad) for pad in sorted(DOCS.rglob("*.md")))


def blad(naam: str) -> Blad:
    """The page at this path under docs."""
    return Blad(DOCS / naam)


def anker(kop: str) -> str:
    """The anchor that a heading gets: lower case, without signs, blanks as hyphens."""
    return re.sub(r"[^\w\- ]", "", kop.replace("`", "").lower()).replace(" ", "-")
