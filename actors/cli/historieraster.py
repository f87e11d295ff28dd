"""Historieraster: the history of a row drawn as a grid: known since when (down), about which days (across)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise

from actors.cli.blad import Blad, breedtes_van
from actors.cli.historievakken import Bekend, Waarden, dagen, vakken
from actors.register.tijdlijnen import OPEN_BEGIN
from actors.verwerking.woorden import NIETS, dag_kort, moment_kort, waarde_kort, zekerheid_teken

IDEM = '"'
"""What stands where nothing changed since the line above. In ASCII: a sign that a terminal lacks becomes a ?."""

Positie = Callable[[datetime], int]
"""The position of the transactie that was registered at a moment."""

_LAATST = "laatst bekend"
_NR = 4


@dataclass(frozen=True, slots=True)
class Raster:
    """A grid: its head, per moment the day, the time and the position, and what stands in each cell."""

    kop: tuple[str, ...]
    links: list[tuple[str, str, str]]
    cellen: list[list[str]]
    breedtes: list[int]

    @classmethod
    def van(cls, bekend: Sequence[Bekend], positie: Positie) -> "Raster":
        """The grid of what was known."""
        koppen = dagen(bekend)
        kop = ("bekend sinds", f"{'nr':>{_NR}}", *_dagkoppen(koppen))
        links = [(*moment_kort(een.vanaf), f"{positie(een.vanaf):>{_NR}}") for een in bekend]
        cellen = [[_cel(inhoud) for inhoud in vakken(een, koppen)] for een in bekend]
        regels = ((f"{dag} {uur}", nr, *rij) for (dag, uur, nr), rij in zip(links, cellen, strict=True))
        return Raster(kop, links, cellen, breedtes_van([kop, (_LAATST,) + ("",) * (len(kop) - 1)], regels))

    def teken(self, blad: Blad) -> None:
        """Draw it; what stands as in the line above is not said again, but the last line says it all."""
        blad.rij(("", "", "geldig vanaf"), self.breedtes, "dim")
        blad.rij(self.kop, self.breedtes, "bold")
        vorige_dag, vorige = "", [""] * len(self.kop[2:])
        for (dag, uur, nr), rij in zip(self.links, self.cellen, strict=True):
            tijd = f"{dag if dag != vorige_dag else ' ' * len(dag)} {uur}"
            idem = (IDEM if nu == eerder else nu for nu, eerder in zip(rij, vorige, strict=True))
            blad.rij((tijd, nr, *idem), self.breedtes)
            vorige_dag, vorige = dag, rij
        blad.streep(self.breedtes)
        blad.rij((_LAATST, "", *self.cellen[-1]), self.breedtes, "bold")


def _dagkoppen(koppen: Sequence[date]) -> list[str]:
    """The days above the grid; a year that stands in the head before is not said again."""
    eerste = ["van oudsher" if dag == OPEN_BEGIN else dag_kort(dag) for dag in koppen[:1]]
    rest = (
        dag_kort(dag) if dag.year != vorige.year else dag_kort(dag).removesuffix(f" {dag.year}")
        for vorige, dag in pairwise(koppen)
    )
    return [*eerste, *rest]


def _cel(inhoud: Waarden | None) -> str:
    if inhoud is None:
        return NIETS
    delen = (f"{waarde_kort(k, w)}{zekerheid_teken(inhoud.zekerheid.get(k))}" for k, w in inhoud.waarden.items())
    return " / ".join(delen)
