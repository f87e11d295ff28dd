"""The case that is measured: cars that are registered, and then corrected.

Every process that counts along makes the same commando's, in the same order, under the same ids (UUIDv7).
"""

from collections import Counter
from collections.abc import Iterable

from actors.contexten.wegonderhoud.commandos import CorrigeerAutogegevens
from actors.register.commando import AangebodenCommando
from tests.wereld import AANKOOP, VERZEKERAAR, auto, huishouden, vaste_wereld

POOL = 2_000
"""Corrections go round the cars registered last: fewer than stay warm, and every batch has each at most once."""

_DOOR = "benchmark"

Offer = tuple[AangebodenCommando, ...]
"""What is offered in one batch."""


class Case:
    """Makes offers; `autos` are the ids of the cars registered so far, `seed` sets its ids apart from others."""

    def __init__(self, seed: str = "benchmark", autos: Iterable[str] = ()) -> None:
        self.autos = list(autos)
        self._world = vaste_wereld(seed)
        self._corrected: Counter[str] = Counter()
        self._next = 0

    def registrations(self, count: int) -> Offer:
        """New cars, each with a buyer of its own."""
        return tuple(self._offered(self._new_auto()) for _ in range(count))

    def corrections(self, count: int) -> Offer:
        """Another mass for the next cars of the pool."""
        pool = self.autos[-POOL:]
        chosen = [pool[(self._next + n) % len(pool)] for n in range(count)]
        self._next += count
        return self.corrections_of(chosen)

    def corrections_of(self, autos: Iterable[str]) -> Offer:
        """Another mass than the register has, for these cars."""
        return tuple(self._offered(self._correction(auto_id)) for auto_id in autos)

    def touches(self, autos: Iterable[str]) -> Offer:
        """Corrections that correct nothing: the register looks at the car and records no gevolg."""
        return tuple(
            self._offered(CorrigeerAutogegevens(auto_id=auto_id, gewicht_kg=_mass(self._corrected[auto_id])))
            for auto_id in autos
        )

    def households(self, offer: Offer) -> Offer:
        """A household for the buyer of each car in this offer."""
        buyers = (offered.commando.aanschaf.koper for offered in offer)
        return tuple(self._offered(huishouden(f"huishouden-{buyer}", buyer)) for buyer in buyers)

    def _new_auto(self) -> object:
        auto_id = self._world.nieuw_commando_id()
        self.autos.append(auto_id)
        return auto(auto_id, koper=f"koper-{auto_id}", kenteken=f"B-{len(self.autos):06}")

    def _correction(self, auto_id: str) -> CorrigeerAutogegevens:
        self._corrected[auto_id] += 1
        return CorrigeerAutogegevens(auto_id=auto_id, gewicht_kg=_mass(self._corrected[auto_id]))

    def _offered(self, commando: object) -> AangebodenCommando:
        return AangebodenCommando(self._world.nieuw_commando_id(), commando, VERZEKERAAR, _DOOR, gebeurd_op=AANKOOP)


def _mass(times: int) -> int:
    """The mass of a car that was corrected so many times; `auto` begins with 1300 kg."""
    return 1300 + 100 * (times % 20)
