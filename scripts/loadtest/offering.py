"""What one gebruiker offers: a household, cars for its members, and what befalls these: resold, corrected, doubted.

What is chosen follows from the seed and the number of the gebruiker; ids are new in every run, so that a folder that is
kept can be loaded again.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

from actors.contexten.spitspas.commandos import Lid, RegistreerHuishouden
from actors.contexten.wegonderhoud.commandos import (
    Aanschaf,
    CorrigeerAutogegevens,
    RegistreerAuto,
    WijzigTenaamstelling,
)
from actors.register.commando import AangebodenCommando
from actors.register.verantwoording import Aanleiding
from actors.simulatie.vlootrijen import Rij, lees_csv, trek_vloot
from actors.verwerking.generiek.commandos import BeeindigOnderzoek, Betreft, TrekInTwijfel

WEGONDERHOUD, SPITSPAS = "wegonderhoud", "spitspas"
AANKOOP = date(2026, 3, 1)

_DRAWN = 500
_AANLEIDING = Aanleiding("signaal", "belastingsproef", "scripts/load")
_DOOR = "scripts/load"
_WHY = "belastingsproef"


class Offer(NamedTuple):
    """One commando for one register; `kind` is what it is counted under."""

    kind: str
    register: str
    offered: AangebodenCommando


@dataclass(slots=True)
class Car:
    """A car that was registered: what is known of it, to ask about it and to change it."""

    id: str
    position: int = 0
    moment: str | None = None
    gevolg: str | None = None
    purchases: int = 1
    corrections: int = 0
    doubt: str | None = None
    shown: bool = False
    """Whether the tables had it: before that there is no history to ask for."""


def rows(csv: Path | None, seed: int) -> Sequence[Rij]:
    """Cars to be like: those of a file that have all their measures, or drawn ones. Raises VlootbestandFout."""
    found = lees_csv(csv) if csv else trek_vloot(_DRAWN, seed)
    return [row for row in found if isinstance(row, Rij) and row.gewicht_kg and row.lengte_m and row.breedte_m]


@dataclass(slots=True)
class Gebruiker:
    """One of those who offer; `new_id` gives UUIDs."""

    chance: Random
    rows: Sequence[Rij]
    new_id: Callable[[], str]
    cars: list[Car] = field(default_factory=list)
    persons: tuple[str, ...] = ()
    household: str = ""

    def move_in(self) -> Offer:
        """The household, of two adults."""
        key = self.new_id()
        self.household, self.persons = f"huishouden-{key}", (f"persoon-{key}-1", f"persoon-{key}-2")
        leden = tuple(Lid(persoon_id=person, vanaf=date(2026, 1, 1)) for person in self.persons)
        return self._offer(
            "RegistreerHuishouden", SPITSPAS, RegistreerHuishouden(huishouden_id=self.household, leden=leden)
        )

    def register(self) -> tuple[Car, Offer]:
        """A car like one of the rows, under a kenteken of its own. It counts as there when `cars` has it."""
        row = self.chance.choice(self.rows)
        car = Car(f"auto-{self.new_id()}")
        commando = RegistreerAuto(
            auto_id=car.id,
            kenteken=f"{row.kenteken[:20]}/{car.id[-12:]}",
            gewicht_kg=row.gewicht_kg,
            lengte_m=row.lengte_m,
            breedte_m=row.breedte_m,
            uitstoot_g_per_km=row.uitstoot_g_per_km or 0,
            aanschaf=self._purchase(car, AANKOOP),
        )
        return car, self._offer("RegistreerAuto", WEGONDERHOUD, commando)

    def resell(self, car: Car) -> Offer:
        """To another day's buyer in the household."""
        when = AANKOOP + timedelta(days=car.purchases)
        car.purchases += 1
        commando = WijzigTenaamstelling(auto_id=car.id, aanschaf=self._purchase(car, when))
        return self._offer("WijzigTenaamstelling", WEGONDERHOUD, commando)

    def correct(self, car: Car) -> Offer:
        """Another mass and another length than before."""
        car.corrections += 1
        car.doubt = None  # what was doubted is not there any more
        commando = CorrigeerAutogegevens(
            auto_id=car.id,
            gewicht_kg=900 + 50 * ((car.corrections * 7) % 41),
            lengte_m=Decimal(380 + (car.corrections * 13) % 140).scaleb(-2),
        )
        return self._offer("CorrigeerAutogegevens", WEGONDERHOUD, commando)

    def doubt(self, car: Car) -> Offer:
        """Doubt its mass; or end the doubt that there is."""
        about: dict[str, Any] = {"aggregaat": "auto", "aggregaat_id": car.id, "toelichting": _WHY}
        commando: Any
        if car.doubt is None:
            car.doubt = f"twijfel-{self.new_id()}"
            betreft = Betreft(onderwerp=(car.id,), gegeven="gewicht_kg")
            commando = TrekInTwijfel(**about, twijfel_id=car.doubt, betreft=betreft)
        else:
            commando = BeeindigOnderzoek(**about, twijfel_id=car.doubt, uitkomst="ongegrond")
            car.doubt = None
        return self._offer(type(commando).__name__, WEGONDERHOUD, commando)

    def many(self, count: int) -> Iterator[tuple[Car, Offer]]:
        """New cars, to be offered together."""
        return (self.register() for _ in range(count))

    def _purchase(self, car: Car, when: date) -> Aanschaf:
        buyer = self.persons[car.purchases % len(self.persons)]
        return Aanschaf(
            aanschaf_id=f"aanschaf-{self.new_id()}",
            koper=buyer,
            koper_naam=f"Bewoner {buyer[-6:]}",
            aankoopdatum=when,
            regio=self.chance.choice(("Kustland", "Middenland", "Verland")),
            wijk=self.chance.choice(("Duinwijk", "Havenkwartier", "Weidezicht")),
        )

    def _offer(self, kind: str, register: str, commando: object) -> Offer:
        offered = AangebodenCommando(self.new_id(), commando, _AANLEIDING, _DOOR, gebeurd_op=AANKOOP)
        return Offer(kind, register, offered)
