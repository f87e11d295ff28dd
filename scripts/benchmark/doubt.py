"""Row 7: doubt about the mass of one car, or of all ten, of one household; and its end.

Doubt follows the invoer: from the mass to the points of the car, its levy, and the passes of the household. The write
side alone is wegonderhoud; with everything on, each batch ends where all three registers are at rest.
"""

from collections import deque
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from actors.contexten.wegonderhoud.context import CONTEXT as WEGONDERHOUD
from actors.register.annotatie import Afloop
from actors.runtime.systeem import RegisterSystem
from actors.verwerking.generiek.commandos import BeeindigOnderzoek, Betreft, TrekInTwijfel
from scripts.benchmark.case import Offer
from scripts.benchmark.embedded import RegistersPeer, Variant, both, compare
from scripts.benchmark.loop import Loop
from scripts.benchmark.measuring import Task
from scripts.benchmark.report import Report
from scripts.benchmark.sizes import Sizes

HOUSEHOLDS = "households"
DOUBT = "doubt"
END = "doubt_end"


class DoubtPeer(RegistersPeer):
    """Doubts cars of households, each batch those of the next one; and ends the doubts that are open."""

    def __init__(self, registers: RegisterSystem | Loop, *, levering: bool) -> None:
        super().__init__(registers, levering=levering)
        self._households: deque[list[str]] = deque()
        self._open: deque[list[TrekInTwijfel]] = deque()
        self._noted = 0

    def batches(self, task: Task) -> Sequence[Callable[[], Sequence[Any]]]:
        """`HOUSEHOLDS` registers so many, with `batch` cars each, and times nothing."""
        if task.kind == HOUSEHOLDS:
            for _ in range(task.batches):
                household, *cars = self.case.household_with(task.batch)
                self.process((household, *cars) if self.levering else tuple(cars))
                self._households.append(self.case.autos[-task.batch :])
            return ()
        make = self._doubt if task.kind == DOUBT else self._end
        return [partial(self.process, make(task.batch)) for _ in range(task.batches)]

    def _doubt(self, cars: int) -> Offer:
        """Doubt about so many cars of the household whose turn it is."""
        doubts = []
        for auto_id in self._households[0][:cars]:
            self._noted += 1
            doubts.append(doubt_about(auto_id, f"twijfel-{self._noted}"))
        self._households.rotate(-1)
        self._open.append(doubts)
        return tuple(self.case.offered(doubt, WEGONDERHOUD.naam) for doubt in doubts)

    def _end(self, cars: int) -> Offer:
        """End the doubts that are open longest."""
        doubts = self._open.popleft()
        assert len(doubts) == cars
        return tuple(self.case.offered(end_of(doubt), WEGONDERHOUD.naam) for doubt in doubts)


def doubt_about(auto_id: str, twijfel_id: str) -> TrekInTwijfel:
    """Doubt about the mass of a car."""
    return TrekInTwijfel(
        aggregaat="auto",
        aggregaat_id=auto_id,
        twijfel_id=twijfel_id,
        betreft=Betreft(onderwerp=(auto_id,), gegeven="gewicht_kg"),
        toelichting="de weegbrug geeft iets anders",
    )


def end_of(doubt: TrekInTwijfel) -> BeeindigOnderzoek:
    """The end of a doubt: it was unfounded."""
    return BeeindigOnderzoek(
        aggregaat=doubt.aggregaat,
        aggregaat_id=doubt.aggregaat_id,
        twijfel_id=doubt.twijfel_id,
        uitkomst=Afloop.ONGEGROND.value,
        toelichting="opnieuw gewogen",
    )


def measure(folder: Path, sizes: Sizes, report: Report) -> None:
    """Measure row 7: one car and all ten, the doubt and its end."""
    for title, name, levering, repeats in (
        ("write side alone", "", False, sizes.repeats),
        ("through three registers", "_through_three", True, sizes.repeats_everything_on),
    ):
        with both(folder / (name or "write-side"), levering=levering, peer=DoubtPeer) as workers:
            for worker in workers.values():
                worker.measure(Task(HOUSEHOLDS, sizes.batch[10], 1 + repeats * max(sizes.batches_of_doubt.values())))
            for kind, what in ((DOUBT, "Doubt about"), (END, "End of the doubt about")):
                variant = Variant(
                    f"{what} cars of one household, {title}", f"{kind}{name}", kind, sizes.batches_of_doubt, repeats
                )
                compare(variant, workers, sizes, report)
