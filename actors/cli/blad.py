"""Blad: a page of text for people, on a terminal or in a pipe: wrapped by us, never wider than the page."""

import re
import textwrap
from collections.abc import Iterable

from rich.text import Text

from actors.cli.uitvoer import console, schoon

_LABEL = 16
_INSPRING = 3
_RAND = 2
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
        for regel in _breek(tekst, self.breedte - inspring):
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
            for regel in _breek(alinea, self.breedte - kantlijn):
                begin = f"{' ' * inspring}{label}".ljust(kantlijn)
                self._console.print(Text.assemble((begin, labelstijl), (regel, stijl)))
                label = ""

    def kader(self, titel: str, tekst: str) -> None:
        """A text as it went out, behind a bar."""
        inspring = " " * _RAND
        lijn = "─" * max(3, self.breedte - len(inspring) - len(titel) - 4)
        self._console.print(Text.assemble(f"{inspring}┌ ", (titel, "bold"), f" {lijn}"))
        for regel in tekst.strip().splitlines():
            for deel in _breek(regel, self.breedte - len(inspring) - 2) or [""]:
                self._console.print(Text(f"{inspring}│ {deel}".rstrip()))
        self._console.print(Text(f"{inspring}└{'─' * (self.breedte - len(inspring) - 1)}"))

    def tabel(self, koppen: tuple[str, ...], rijen: Iterable[tuple[str, ...]]) -> None:
        """A small table: columns as wide as what is in them, counts to the right."""
        alle = [koppen, *rijen]
        breedtes = [max(len(rij[kolom]) for rij in alle) for kolom in range(len(koppen))]
        for nummer, rij in enumerate(alle):
            cellen = "   ".join(
                cel.rjust(breed) if _CIJFERS.fullmatch(cel) else cel.ljust(breed)
                for cel, breed in zip(rij, breedtes, strict=True)
            )
            self._console.print(Text(" " * _INSPRING + cellen.rstrip(), style="" if nummer else "bold"))


def _breek(tekst: str, breedte: int) -> list[str]:
    """Lines of at most this width; a number stays with its unit."""
    heel = _BIJEEN.sub(_HARD, schoon(tekst))
    regels = textwrap.wrap(heel, max(breedte, 20), break_long_words=False, break_on_hyphens=False)
    return [regel.replace(_HARD, " ") for regel in regels]
