"""Spanvolger: reads along with the journals, and tells of every transactie that is part of a trace.

It begins where the journals are when the daemon starts, and keeps no place: what it misses is not told.
"""

import threading
from collections.abc import Sequence
from itertools import islice
from typing import Final

from actors.daemon.waarneming.spans import Spans
from actors.runtime.lezing import Registerlezing
from actors.runtime.logboek import maak_log
from storage.errors import StorageError

_PLAK: Final = 500
"""Transacties of one register before the next has its turn."""

log = maak_log("spans")


class Spanvolger:
    """Follows the registers on a thread of its own, with a `lezing` of its own. Close it before that."""

    def __init__(
        self, lezing: Registerlezing, registers: Sequence[str], spans: Spans, *, om_de_s: float = 0.25
    ) -> None:
        """Look every so many seconds. Raises StorageError."""
        self._lezing = lezing
        self._spans = spans
        self._om_de_s = om_de_s
        self._tot = {naam: lezing.einde(naam)[0] for naam in registers}
        self._klaar = threading.Event()
        self._draad = threading.Thread(target=self._volg, name="gevolg-spans", daemon=True)
        self._draad.start()

    def _volg(self) -> None:
        stuk = False
        while True:
            laatste = self._klaar.is_set()
            try:
                meer = [self._lees(naam) for naam in self._tot]
            except StorageError as fout:
                if not stuk:
                    log.warning("spans.not_followed", error=str(fout))
                stuk, meer = True, []
            else:
                stuk = False
            if laatste:
                return
            if not any(meer):
                self._klaar.wait(self._om_de_s)

    def _lees(self, register: str) -> bool:
        """Tell of the next transacties; whether there may be more."""
        gelezen = 0
        for stap in islice(self._lezing.gevolgd(register, self._tot[register]), _PLAK):
            self._spans.meld_transactie(register, stap)
            self._tot[register] = stap.positie
            gelezen += 1
        return gelezen == _PLAK

    def sluit(self) -> None:
        """Look once more, and stop."""
        self._klaar.set()
        self._draad.join()
