"""Beeld: the time lines of one aggregate together, and how a gegeven is found from an onderwerp."""

from collections.abc import Iterator, Mapping

from actors.register.tijdlijnen import Onderwerp, Tijdlijn, stapel


class Beeld:
    """Time lines by gegeven and onderwerp.

    A gegeven is looked for at the onderwerp itself, then below it (of what stands below, the one that begins
    last applies), then in the same way one level up.
    """

    __slots__ = ("_lijnen",)

    def __init__(self, lijnen: dict[str, dict[Onderwerp, Tijdlijn]]) -> None:
        self._lijnen = lijnen

    def zet(self, onderwerp: Onderwerp, gegeven: str, lijn: Tijdlijn) -> None:
        """Replace one time line; an empty one says nothing."""
        if lijn:
            self._lijnen.setdefault(gegeven, {})[onderwerp] = lijn
        elif gegeven in self._lijnen:
            self._lijnen[gegeven].pop(onderwerp, None)

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
            return kinderen[0] if len(kinderen) == 1 else stapel(stuk for lijn in kinderen for stuk in lijn)
        return self.zoek(onderwerp[:-1], gegeven) if len(onderwerp) > 1 else []

    def kinderen(self, onderwerp: Onderwerp, gegeven: str) -> dict[str, Tijdlijn]:
        """The time lines of all children one level down, by the last part of their onderwerp, sorted."""
        lijnen = self._lijnen.get(gegeven, {})
        onder = self._onder(onderwerp, lijnen)
        return {kind[-1]: lijn for kind, lijn in sorted(onder) if len(kind) == len(onderwerp) + 1}

    def onderwerpen(self, diepte: int) -> list[Onderwerp]:
        """All onderwerpen at this depth that have, or have something below them with, any time line; sorted."""
        gevonden = {o[:diepte] for lijnen in self._lijnen.values() for o in lijnen if len(o) >= diepte}
        return sorted(gevonden)

    def alle(self) -> Iterator[tuple[Onderwerp, str, Tijdlijn]]:
        """Every time line with its onderwerp and gegeven."""
        for gegeven, lijnen in self._lijnen.items():
            for onderwerp, lijn in lijnen.items():
                yield onderwerp, gegeven, lijn

    @staticmethod
    def _onder(onderwerp: Onderwerp, lijnen: Mapping[Onderwerp, Tijdlijn]) -> Iterator[tuple[Onderwerp, Tijdlijn]]:
        diepte = len(onderwerp)
        return ((o, lijn) for o, lijn in lijnen.items() if len(o) > diepte and o[:diepte] == onderwerp)
