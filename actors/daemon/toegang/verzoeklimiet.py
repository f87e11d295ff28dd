"""Verzoeklimiet: how many requests each gebruiker may do: so many per second, and a burst after some quiet."""

import math
from collections import OrderedDict
from collections.abc import Callable
from typing import Final

MAX_EMMERS: Final = 10_000
"""How many gebruikers are counted at once: some 200 bytes each."""


class TeVeelVerzoeken(Exception):
    """This gebruiker asks too much; he may try again after `wacht_s` whole seconds, at least 1."""

    def __init__(self, per_s: int, wacht_s: int) -> None:
        """Say in Dutch how much may be asked."""
        super().__init__(
            f"er zijn hoogstens {per_s} verzoeken per seconde per gebruiker; probeer het over {wacht_s} s weer"
        )
        self.wacht_s = wacht_s


class Verzoeklimiet:
    """A bucket of tokens per gebruiker, in memory: `stoot` fit in it, `per_s` are added each second."""

    def __init__(self, per_s: int, stoot: int, klok: Callable[[], float]) -> None:
        """`klok` counts seconds and never goes back."""
        assert per_s >= 1, "settings allow no less"
        assert stoot >= 1, "settings allow no less"
        self._per_s = per_s
        self._stoot = stoot
        self._klok = klok
        self._emmers: OrderedDict[str, tuple[float, float]] = OrderedDict()  # who asked longest ago comes first

    def neem(self, naam: str) -> None:
        """Count one request of this gebruiker. Raises TeVeelVerzoeken, and then counts nothing."""
        nu = self._klok()
        inhoud, sinds = self._emmers.pop(naam, (float(self._stoot), nu))
        inhoud = min(float(self._stoot), inhoud + (nu - sinds) * self._per_s)
        genoeg = inhoud >= 1
        self._emmers[naam] = (inhoud - 1 if genoeg else inhoud, nu)
        if len(self._emmers) > MAX_EMMERS:
            self._emmers.popitem(last=False)  # the longest quiet one: nearest to full again
        if not genoeg:
            raise TeVeelVerzoeken(self._per_s, max(1, math.ceil((1 - inhoud) / self._per_s)))
