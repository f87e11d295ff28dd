"""Terugblik: the registers as they were known at an earlier place in their journals."""

from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import replace

from actors.register.verantwoording import Software
from actors.runtime.catalogue import contexten
from actors.runtime.kern import Registerkern
from actors.runtime.klok import Buitenwereld
from actors.runtime.lezing import Registerlezing
from storage.opslag import Opslag
from storage.projectiestore_memory import MemoryProjectiestore

_DEEL = 256


class Terugblik(Registerlezing):
    """Tables that are built again, from the begin of the journals up to where `ga_verder` says; in memory.

    Journals and feeds are there in full. Whoever opens the registers for it sees to it that nobody writes them.
    """

    def __init__(self, openen: Callable[[str], Opslag]) -> None:
        """Open every register with `openen(name)`, with tables in which nothing is yet."""
        with ExitStack() as geopend:
            kernen = {}
            for context in contexten():
                opslag = openen(context.naam)
                geopend.callback(opslag.close)
                leeg = replace(opslag, projecties=MemoryProjectiestore(context.naam))
                kernen[context.naam] = Registerkern(context, leeg, Software("", "", ""))
            super().__init__(kernen, Buitenwereld(), geopend.pop_all())

    def ga_verder(self, posities: Mapping[str, int]) -> None:
        """Let the tables of these registers follow their journal up to and with a position."""
        for register, tot in posities.items():
            projector = self._kern(register).projector
            while (rest := tot - projector.positie) > 0 and projector.werk(min(rest, _DEEL)):
                pass
