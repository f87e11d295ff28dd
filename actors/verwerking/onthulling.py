"""Onthulling: personal values as they were to be read at a position of the journal, and what is lost of them since."""

from collections.abc import Callable, Iterable
from typing import Any

from actors.register.persoonsgegeven import Persoonsgegeven


class Onthulling:
    """Takes values out of their wrapping, as they were to be read at a position.

    `verloren`: one of them was, and is gone.
    """

    def __init__(self, vernietigd_op: Callable[[str], int | None], positie: int) -> None:
        self._vernietigd_op = vernietigd_op
        self._positie = positie
        self.verloren = False

    def let_op(self, betrokkenen: Iterable[str]) -> None:
        """Values of these are used, or may be."""
        for betrokkene in betrokkenen:
            vernietigd = self._vernietigd_op(betrokkene)
            self.verloren = self.verloren or (vernietigd is not None and vernietigd > self._positie)

    def __call__(self, waarde: Any) -> Any:
        """The bare value; None when it is destroyed."""
        if not isinstance(waarde, Persoonsgegeven):
            return waarde
        vernietigd = self._vernietigd_op(waarde.betrokkene)
        if vernietigd is None:
            # Its key may be gone all the same: an older copy of the journal was put back, and the keys were not.
            self.verloren = self.verloren or waarde.waarde is None
            return waarde.waarde
        self.verloren = self.verloren or vernietigd > self._positie
        return None
