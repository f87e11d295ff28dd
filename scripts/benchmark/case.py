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
        self._measured: Counter[str] = Counter()
        self._next = 0

    def registrations(self, count: int) -> Offer:
        """New cars, each with a buyer of its own."""
        return tuple(self.offered(self._new_auto()) for _ in range(count))

    def corrections(self, count: int) -> Offer:
        """Another mass for the next cars of the pool."""
        return self.corrections_of(self._from_pool(count))

    def uitstoot_corrections(self, count: int) -> Offer:
        """Another uitstoot for the next cars of the pool: nothing to wegonderhoud, points to those behind it."""
        return tuple(self.offered(self._uitstoot(auto_id)) for auto_id in self._from_pool(count))

    def _from_pool(self, count: int) -> list[str]:
        pool = self.autos[-POOL:]
        chosen = [pool[(self._next + n) % len(pool)] for n in range(count)]
        self._next += count
        return chosen

    def corrections_of(self, autos: Iterable[str]) -> Offer:
        """Another mass than the register has, for these cars."""
        return tuple(self.offered(self._correction(auto_id)) for auto_id in autos)

    def touches(self, autos: Iterable[str]) -> Offer:
        """Corrections that correct nothing: the register looks at the car and records no gevolg."""
        return tuple(
            self.offered(CorrigeerAutogegevens(auto_id=auto_id, gewicht_kg=_mass(self._corrected[auto_id])))
            for auto_id in autos
        )

    def households(self, offer: Offer) -> Offer:
        """A household for the buyer of each car in this offer."""
        buyers = (offered.commando.aanschaf.koper for offered in offer)
        return tuple(self.offered(huishouden(f"huishouden-{buyer}", buyer)) for buyer in buyers)

    def household_with(self, autos: int) -> Offer:
        """A household of two adults, and so many cars, bought by them in turn."""
        leden = [f"koper-{self._world.nieuw_commando_id()}" for _ in range(2)]
        cars = (self._new_auto(leden[n % 2]) for n in range(autos))
        return tuple(map(self.offered, (huishouden(f"huishouden-{leden[0]}", *leden), *cars)))

    def empty_households(self, count: int) -> Offer:
        """Households of one adult without a car."""
        buyers = (f"koper-{self._world.nieuw_commando_id()}" for _ in range(count))
        return tuple(self.offered(huishouden(f"huishouden-{buyer}", buyer)) for buyer in buyers)

    def _new_auto(self, koper: str | None = None) -> object:
        auto_id = self._world.nieuw_commando_id()
        self.autos.append(auto_id)
        return auto(auto_id, koper=koper or f"koper-{auto_id}", kenteken=f"B-{len(self.autos):06}")

    def _correction(self, auto_id: str) -> CorrigeerAutogegevens:
        self._corrected[auto_id] += 1
        return CorrigeerAutogegevens(auto_id=auto_id, gewicht_kg=_mass(self._corrected[auto_id]))

    def _uitstoot(self, auto_id: str) -> CorrigeerAutogegevens:
        self._measured[auto_id] += 1
        return CorrigeerAutogegevens(auto_id=auto_id, uitstoot_g_per_km=120 + 10 * (self._measured[auto_id] % 20))

    def offered(self, commando: object, register: str | None = None) -> AangebodenCommando:
        """A commando as it is offered, under the next id; with the register when every register knows it."""
        commando_id = self._world.nieuw_commando_id()
        return AangebodenCommando(commando_id, commando, VERZEKERAAR, _DOOR, gebeurd_op=AANKOOP, register=register)


def _mass(times: int) -> int:
    """The mass of a car that was corrected so many times; `auto` begins with 1300 kg."""
    return 1300 + 100 * (times % 20)
