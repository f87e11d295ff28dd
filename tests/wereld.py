"""A world that always goes the same way: a clock that ticks, chance from a counter, and Sam with his car."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from hashlib import blake2b
from typing import Any
from uuid import UUID

from actors.contexten.spitspas.commandos import Lid, RegistreerHuishouden
from actors.contexten.wegonderhoud.commandos import Aanschaf, RegistreerAuto
from actors.register.commando import AangebodenCommando
from actors.register.verantwoording import Aanleiding
from actors.runtime.klok import Buitenwereld

AANKOOP = date(2026, 3, 1)
VERZEKERAAR = Aanleiding("signaal", "melding 1", "Verzekeraar")


def vaste_wereld(zaad: str = "gevolg", begin: datetime | None = None) -> Buitenwereld:
    """The same moments and the same chance each time; every look at the clock is a millisecond later."""
    nu = begin or datetime(2026, 6, 1, 12, 0, tzinfo=UTC)
    tel = 0

    def klok() -> datetime:
        nonlocal nu
        nu += timedelta(milliseconds=1)
        return nu

    def willekeur(aantal: int) -> bytes:
        nonlocal tel
        tel += 1
        return blake2b(f"{zaad}/{tel}".encode(), digest_size=aantal).digest()

    return Buitenwereld(klok, willekeur)


def auto(auto_id: str = "auto-1", *, koper: str = "sam", **anders: Any) -> RegistreerAuto:
    """Sam's car, unless said otherwise; fields of the purchase may be named too."""
    aanschaf: dict[str, Any] = {
        "aanschaf_id": f"aanschaf-{auto_id}",
        "koper": koper,
        "koper_naam": koper.capitalize(),
        "aankoopdatum": AANKOOP,
        "regio": "Kustland",
        "wijk": "Duinwijk",
    }
    voertuig: dict[str, Any] = {
        "kenteken": f"K-{auto_id}",
        "gewicht_kg": 1300,
        "lengte_m": Decimal("4.4"),
        "breedte_m": Decimal("1.85"),
        "uitstoot_g_per_km": 120,
    }
    for naam, waarde in anders.items():
        (aanschaf if naam in aanschaf else voertuig)[naam] = waarde
    return RegistreerAuto(auto_id=auto_id, aanschaf=Aanschaf(**aanschaf), **voertuig)


def huishouden(huishouden_id: str = "huishouden-1", *leden: str) -> RegistreerHuishouden:
    """Sam and his partner, members since the first of January, unless others are named."""
    vanaf = date(2026, 1, 1)
    wie = leden or ("sam", "partner")
    return RegistreerHuishouden(huishouden_id=huishouden_id, leden=tuple(Lid(persoon_id=p, vanaf=vanaf) for p in wie))


def commando_id(nummer: int) -> str:
    """A UUID that is the same each time."""
    return str(UUID(int=nummer, version=4))


def aanbod(commando: Any, nummer: int) -> AangebodenCommando:
    """A commando as the insurer offers it, under a fixed id."""
    return AangebodenCommando(commando_id(nummer), commando, VERZEKERAAR, "test")
