"""RegisterActor: the base of every actor here. No handler raises.

Thespian runs a handler that raised once more, with its half-changed state; so whatever goes wrong is caught here,
logged under a reference, and left to `bij_storing`.
"""

import itertools
import traceback
from typing import Any, ClassVar, NamedTuple

from thespian.actors import Actor, ActorSystemMessage

from actors.runtime.berichten import Adres
from actors.runtime.logboek import maak_log
from actors.verwerking.leesstand import AnderLogboek
from storage.errors import StorageError

log = maak_log("actor")


def zonder_waarden(fout: Exception) -> str:
    """What went wrong, for the log: our own errors with their text (which holds no data), others by their type."""
    eigen = isinstance(fout, StorageError | AnderLogboek)
    return f"{type(fout).__name__}: {fout}" if eigen else type(fout).__name__


class Falen(NamedTuple):
    """A handler that failed: on which message, from whom, where the log has it, and why."""

    bericht: Any
    afzender: Adres
    referentie: str
    fout: Exception


class RegisterActor(Actor):
    """Catches everything around `ontvang`; subclasses say what a failure means for whoever waits."""

    _nummers: ClassVar[Any] = itertools.count(1)

    def receiveMessage(self, msg: object, sender: Adres) -> None:
        """Handle one message; system messages (a child left, leave) need nothing from us."""
        if isinstance(msg, ActorSystemMessage):
            return
        try:
            self.ontvang(msg, sender)
        except Exception as fout:
            referentie = self.nieuwe_referentie()
            log.error(
                "actor.failed",
                actor=type(self).__name__,
                message=type(msg).__name__,
                ref=referentie,
                error=zonder_waarden(fout),
                trace="".join(traceback.format_tb(fout.__traceback__)),
            )
            self.bij_storing(Falen(msg, sender, referentie, fout))

    def nieuwe_referentie(self) -> str:
        """A name for something that went wrong, for the answer and for the log alike."""
        return f"{type(self).__name__}-{next(self._nummers)}"

    def ontvang(self, bericht: Any, afzender: Adres) -> None:
        """Handle one message of ours."""
        raise TypeError(f"{type(self).__name__} verwacht geen {type(bericht).__name__} van {afzender}")

    def bij_storing(self, falen: Falen) -> None:
        """Drop what cannot be trusted and answer whoever waits; must not raise."""
