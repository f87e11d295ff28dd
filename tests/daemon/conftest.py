"""The registers in memory, with Sam's car and household in them, behind the API."""

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from actors.daemon.api.app import maak_app
from actors.daemon.api.bewerking import Grenzen
from actors.daemon.rechten import Gebruiker
from actors.runtime.catalogue import CONTEXTEN
from actors.runtime.systeem import RegisterSystem
from tests.cli.conftest import _eenmalig, aankoop, gevolg
from tests.daemon.ingebed import ALLES, IngebedPoort, Klant, wie_met
from tests.domein import NU, auto, huishouden
from tests.wereld import vaste_wereld

__all__ = ["_eenmalig", "aankoop", "doe", "gevolg", "wereld"]

GEBRUIKERS = {
    "beheerder": ALLES,
    "verzekeraar": Gebruiker(
        "verzekeraar", frozenset({"wegonderhoud:commando:RegistreerAuto", "wegonderhoud:terugmelden"})
    ),
    "burger": Gebruiker("burger", frozenset({"*:lezen"}), voor="openbaar"),
    "ambtenaar": Gebruiker("ambtenaar", frozenset({"wegonderhoud:taken", "wegonderhoud:lezen:auto@1"})),
}


@dataclass
class Wereld:
    """The registers, the road to them, and someone who asks."""

    registers: RegisterSystem
    poort: IngebedPoort
    klant: Klant


def doe(werk: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Run what a test does, to its end."""
    asyncio.run(werk())


@pytest.fixture
def wereld() -> Iterator[Wereld]:
    with RegisterSystem.in_memory(buitenwereld=vaste_wereld("api", begin=NU), versie="gevolg test") as registers:
        for commando in (huishouden("sam"), auto()):
            registers.verwerk(commando)
        registers.wacht_op_rust()
        poort = IngebedPoort(registers)
        grenzen = Grenzen(wacht_s=2.0, hartslag_s=0.2, lang_s=1, inhoud_bytes=64 * 1024, regel_bytes=4096)
        app = maak_app(poort, wie_met(GEBRUIKERS), CONTEXTEN, grenzen=grenzen)
        yield Wereld(registers, poort, Klant(app))
