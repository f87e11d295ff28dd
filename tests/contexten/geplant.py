"""Faults that are planted to see that a comparison finds them: each with the words in which it has to say so."""

from collections.abc import Callable

import pytest

Plant = Callable[[pytest.MonkeyPatch], None]


class Fouten(list[tuple[str, Plant]]):
    """The faults of one test module, in the order in which they stand there."""

    def vindt(self, wat: str) -> Callable[[Plant], Plant]:
        """The comparison that says this has to find the fault that is planted here."""

        def maak(plant: Plant) -> Plant:
            self.append((wat, plant))
            return plant

        return maak
