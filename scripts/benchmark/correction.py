"""Row 6: correcting the uitstoot of a car that is in three registers and counts in a household.

To wegonderhoud it is one claim and nothing follows; the levy and the household behind it are derived anew. The write
side alone is wegonderhoud; with everything on, each batch ends where all three are at rest.
"""

from pathlib import Path

from scripts.benchmark.embedded import CORRECT_UITSTOOT, REGISTER, Variant, both, compare
from scripts.benchmark.measuring import Task
from scripts.benchmark.report import Report
from scripts.benchmark.sizes import Sizes


def measure(folder: Path, sizes: Sizes, report: Report) -> None:
    """Measure row 6: one at a time, and in batches in which each car comes once."""
    batches = sizes.batches_through_three
    cars = sizes.batch[max(batches)]
    for title, name, levering, repeats in (
        ("Corrections of uitstoot, write side alone", "uitstoot", False, sizes.repeats),
        (
            "Corrections of uitstoot, through three registers",
            "uitstoot_through_three",
            True,
            sizes.repeats_everything_on,
        ),
    ):
        with both(folder / name, levering=levering) as workers:
            for worker in workers.values():
                worker.measure(Task(REGISTER, cars, 1))
            compare(Variant(title, name, CORRECT_UITSTOOT, batches, repeats), workers, sizes, report)
