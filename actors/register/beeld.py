"""Beeld: the time lines of one aggregate together, and how a gegeven is found from an onderwerp."""

from collections.abc import Iterator, Mapping
from typing import TypeAlias

from actors.register.tijdlijnen import Onderwerp, Tijdlijn, stapel

Lijnen: TypeAlias = dict[str, dict[Onderwerp, Tijdlijn]]
"""Time lines by gegeven and onderwerp; each is about the aggregate itself or something below it."""


class Beeld:
    """Time lines by gegeven and onderwerp.

    A gegeven is looked for at the onderwerp itself, then below it (of what stands below, the one that begins
    last applies), then in the same way one level up.
    """

    __slots__ = ("_eigen", "_lijnen", "_onderwerpen")

    def __init__(self, lijnen: Lijnen) -> None:
        """Start with `lijnen`, which stay as they are: what is set is set here alone."""
        self._lijnen = dict(lijnen)
        self._eigen: set[str] = set()
        self._onderwerpen: set[Onderwerp] | None = None

    def zet(self, onderwerp: Onderwerp, gegeven: str, lijn: Tijdlijn) -> None:
        """Replace one time line; an empty one says nothing."""
        if gegeven not in self._eigen:
            self._eigen.add(gegeven)
            self._lijnen[gegeven] = dict(self._lijnen.get(gegeven, ()))
        if lijn:
            self._lijnen[gegeven][onderwerp] = lijn
            if self._onderwerpen is not None:
                self._onderwerpen.add(onderwerp)
        elif self._lijnen[gegeven].pop(onderwerp, None):
            self._onderwerpen = None

    def eigen(self, onderwerp: Onderwerp, gegeven: str) -> Tijdlijn:
        """The time line of exactly this onderwerp, empty when there is none."""
        return self._lijnen.get(gegeven, {}).get(onderwerp, [])

    def zoek(self, onderwerp: Onderwerp, gegeven: str) -> Tijdlijn:
        """The time line that applies to this onderwerp, empty when there is none."""
        lijnen = self._lijnen.get(gegeven)
        if not lijnen:
            return []
        if onderwerp in lijnen:
            return lijnen[onderwerp]
        kinderen = [lijn for _, lijn in self._onder(onderwerp, lijnen)]
        if kinderen:
            return kinderen[0] if len(kinderen) == 1 else stapel([stuk for lijn in kinderen for stuk in lijn])
        return self.zoek(onderwerp[:-1], gegeven) if len(onderwerp) > 1 else []

    def kinderen(self, onderwerp: Onderwerp, gegeven: str) -> dict[str, Tijdlijn]:
        """The time lines of all children one level down, by the last part of their onderwerp, sorted."""
        lijnen = self._lijnen.get(gegeven, {})
        onder = self._onder(onderwerp, lijnen)
        return {kind[-1]: lijn for kind, lijn in sorted(onder) if len(kind) == len(onderwerp) + 1}

    def onderwerpen(self, diepte: int) -> list[Onderwerp]:
        """All onderwerpen at this depth that have, or have something below them with, any time line; sorted."""
        if self._onderwerpen is None:
            self._onderwerpen = set().union(*self._lijnen.values())
        return sorted({o[:diepte] for o in self._onderwerpen if len(o) >= diepte})

    def alle(self) -> Iterator[tuple[Onderwerp, str, Tijdlijn]]:
        """Every time line with its onderwerp and gegeven."""
        for gegeven, lijnen in self._lijnen.items():
            for onderwerp, lijn in lijnen.items():
                yield onderwerp, gegeven, lijn

    @staticmethod
    def _onder(onderwerp: Onderwerp, lijnen: Mapping[Onderwerp, Tijdlijn]) -> Iterator[tuple[Onderwerp, Tijdlijn]]:
        diepte = len(onderwerp)
        return ((o, lijn) for o, lijn in lijnen.items() if len(o) > diepte and o[:diepte] == onderwerp)
