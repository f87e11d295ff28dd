"""Berichtverkeer: the registers as senders and receivers of CloudEvents: the half of reading that crosses machines."""

from actors.runtime.catalogue import contexten
from actors.runtime.kern import Registerkern
from actors.verwerking.gebeurtenisstroom import Afzender, Gebeurtenisstroom
from actors.verwerking.signaalontvangst import Signaalontvangst


class Berichtverkeer:
    """What is made known and received by some registers; KeyError when there is no such register."""

    _kernen: dict[str, Registerkern]

    def gebeurtenisstroom(self, register: str, afzender: Afzender) -> Gebeurtenisstroom:
        """What a register made known, as events."""
        kern = self._kernen[register]
        return Gebeurtenisstroom(kern.opslag.feed, kern.serialisatie, afzender)

    def signaalontvangst(self, register: str, bron: str) -> Signaalontvangst:
        """What judges for a register what is brought of a source; made anew for each ronde."""
        kern = self._kernen[register]
        return Signaalontvangst(kern.context, bron, kern.opslag.gevolgen, kern.serialisatie)

    def bekend_van(self, register: str, bron: str) -> frozenset[str]:
        """The bekendmakingen (name@version) of a source that are known here, whether or not they mean something."""
        vertaald = [v.notificatie for v in self._kernen[register].context.vertalingen if v.bron == bron]
        gemaakt = [n for context in contexten() if context.naam == bron for n in context.notificaties]
        return frozenset(f"{n.naam}@{n.versie}" for n in (*vertaald, *gemaakt))

    def bronnen(self, register: str) -> tuple[str, ...]:
        """The registers that a register listens to, here or elsewhere."""
        return self._kernen[register].bronnen()
