"""Blad: a page of text for people, on a terminal or in a pipe: wrapped by us, never wider than the page."""

import re
import textwrap
from collections.abc import Iterable, Sequence
from itertools import chain

from rich.cells import cell_len
from rich.text import Text

from actors.cli.uitvoer import console, schoon

_LABEL = 16
_INSPRING = 3
_RAND = 2
_TUSSEN = "   "
_CIJFERS = re.compile(r"[0-9.]+")
_HARD = "\u00a0"
_BIJEEN = re.compile(r"(?<=€) (?=\d)|(?<=\d) (?=(?:kg|m|g/km|MB|punten|passen)\b)")


class Blad:
    """Writes lines with a label in the margin. Styles show on a terminal only."""

    def __init__(self) -> None:
        self._console = console()
        self.breedte = self._console.width

    def wit(self) -> None:
        """An empty line."""
        self._console.print()

    def tekst(self, tekst: str, stijl: str = "", inspring: int = 0) -> None:
        """A paragraph."""
        for regel in breek(tekst, self.breedte - inspring):
            self._console.print(Text(" " * inspring + regel, style=stijl))

    def kop(self, tekst: str, stijl: str = "bold") -> None:
        """A heading with a line to the edge, after an empty line."""
        self.wit()
        lijn = "─" * max(3, self.breedte - len(tekst) - 4)
        self._console.print(Text.assemble(("── ", "dim"), (tekst, stijl), " ", (lijn, "dim")))

    def regel(
        self,
        label: str,
        tekst: str | Iterable[str],
        stijl: str = "",
        labelstijl: str = "cyan",
        inspring: int = _INSPRING,
    ) -> None:
        """One or more paragraphs behind a label."""
        kantlijn = inspring + _LABEL
        for alinea in [tekst] if isinstance(tekst, str) else tekst:
            for regel in breek(alinea, self.breedte - kantlijn):
                begin = f"{' ' * inspring}{label} ".ljust(kantlijn)
                self._console.print(Text.assemble((begin, labelstijl), (regel, stijl)))
                label = ""

    def kader(self, titel: str, tekst: str) -> None:
        """A text as it went out, behind a bar."""
        inspring = " " * _RAND
        lijn = "─" * max(3, self.breedte - len(inspring) - len(titel) - 4)
        self._console.print(Text.assemble(f"{inspring}┌ ", (titel, "bold"), f" {lijn}"))
        for regel in tekst.strip().splitlines():
            for deel in breek(regel, self.breedte - len(inspring) - 2) or [""]:
                self._console.print(Text(f"{inspring}│ {deel}".rstrip()))
        self._console.print(Text(f"{inspring}└{'─' * (self.breedte - len(inspring) - 1)}"))

    def tabel(self, koppen: tuple[str, ...], rijen: Iterable[tuple[str, ...]]) -> None:
        """A small table: columns as wide as what is in them, counts to the right."""
        alle = [koppen, *rijen]
        breedtes = breedtes_van(alle)
        for nummer, rij in enumerate(alle):
            getallen = (cel.rjust(b) if _CIJFERS.fullmatch(cel) else cel for cel, b in zip(rij, breedtes, strict=True))
            self.rij(tuple(getallen), breedtes, "" if nummer else "bold")

    def past(self, breedtes: Sequence[int]) -> bool:
        """Whether a line of a table with columns as wide as this fits on the page."""
        return _INSPRING + sum(breedtes) + len(_TUSSEN) * (len(breedtes) - 1) <= self.breedte

    def rij(self, cellen: Sequence[str], breedtes: Sequence[int], stijl: str = "") -> None:
        """One line of a table; it may have fewer cells than there are columns."""
        regel = _TUSSEN.join(
            cel + " " * (breed - cell_len(schoon(cel))) for cel, breed in zip(cellen, breedtes, strict=False)
        )
        self._console.print(Text(" " * _INSPRING + regel.rstrip(), style=stijl))

    def streep(self, breedtes: Sequence[int]) -> None:
        """A line as long as those of a table."""
        self._console.print(
            Text(" " * _INSPRING + "─" * (sum(breedtes) + len(_TUSSEN) * (len(breedtes) - 1)), style="dim")
        )


def breedtes_van(*rijen: Iterable[Sequence[str]]) -> list[int]:
    """How wide each column of a table is: looks at the rows one by one, and keeps none."""
    uit: list[int] = []
    for rij in chain(*rijen):
        uit = [max(a, cell_len(schoon(b))) for a, b in zip(uit or [0] * len(rij), rij, strict=True)]
    return uit


def breek(tekst: str, breedte: int) -> list[str]:
    """Lines of at most this width; a number stays with its unit."""
    heel = _BIJEEN.sub(_HARD, schoon(tekst))
    regels = textwrap.wrap(heel, max(breedte, 20), break_long_words=False, break_on_hyphens=False)
    return [regel.replace(_HARD, " ") for regel in regels]
