"""Berichten: what the API of a daemon needs to speak CloudEvents: who sends, who takes in, who delivers."""

from dataclasses import dataclass
from typing import Any

from actors.daemon.abonnementen.bezorger import Bezorger
from actors.daemon.abonnementen.stilgevallen import taken_van
from actors.daemon.poort import Poort
from actors.daemon.signalen import Signalenloket
from actors.verwerking.gebeurtenisstroom import Afzender


@dataclass(frozen=True, slots=True)
class Berichten:
    """The parts; without a `bezorger` there are no abonnementen."""

    afzender: Afzender
    loket: Signalenloket
    bezorger: Bezorger | None = None

    def stilgevallen(self, register: str) -> list[dict[str, Any]]:
        """The taken of a register because of abonnementen that stopped."""
        return taken_van(self.bezorger.van(register)) if self.bezorger else []


def zonder_bezorger(poort: Poort) -> Berichten:
    """What there is when nothing was configured: no abonnementen, and a sender without an OIN of his own."""
    return Berichten(Afzender(), Signalenloket(poort, Afzender()))
