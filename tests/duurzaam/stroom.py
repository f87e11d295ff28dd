"""A stream of commando's through all three registers, drawn with a seed, without an end.

It comes in rondes. Within one ronde each household with its cars gets at most one commando, and the registers come to
rest after it: then what follows does not depend on where the stream was interrupted, down to the last letter.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import count
from random import Random
from typing import Any
from uuid import UUID

from actors.contexten.spitspas.commandos import Lid, Vertrek, WijzigHuishoudsamenstelling
from actors.contexten.wegonderhoud.commandos import CorrigeerAutogegevens, WijzigTenaamstelling
from actors.register.commando import AangebodenCommando
from actors.simulatie import vloot
from actors.simulatie.vlootrijen import Rij, trek_vloot
from tests.wereld import VERZEKERAAR

Ronde = list[AangebodenCommando]

DAGEN = tuple(date(2026, maand, 15) for maand in (1, 3, 5, 7, 9, 12))
"""The days on which the tables are compared: things happen from March to September."""

_BUURT = 20  # cars drawn at a time, with their households
_TEGELIJK = 12  # households that are being told about


def rondes(zaad: int) -> Iterator[Ronde]:
    """Each ronde is 1 to 10 commando's; the same seed gives the same ones, with the same ids."""
    kans = Random(f"stroom/{zaad}")
    nieuw = _verhalen(zaad, kans)
    lopend: list[Iterator[Any]] = []
    eerder: Ronde = []
    while True:
        lopend += [next(nieuw) for _ in range(_TEGELIJK - len(lopend))]
        ronde: Ronde = []
        for verhaal in kans.sample(lopend, kans.randrange(1, 10)):
            commando = next(verhaal, None)
            if commando is None:
                lopend.remove(verhaal)
            else:
                ronde.append(_aangeboden(commando, kans))
        if eerder and kans.random() < 0.2:
            ronde.append(kans.choice(eerder))
        eerder = (eerder + ronde)[-50:]
        if ronde:
            yield ronde


def _aangeboden(commando: Any, kans: Random) -> AangebodenCommando:
    commando_id = str(UUID(int=kans.getrandbits(128), version=4))
    return AangebodenCommando(commando_id, commando, VERZEKERAAR, "test", gebeurd_op=date(2026, 5, 1))


def _verhalen(zaad: int, kans: Random) -> Iterator[Iterator[Any]]:
    """The stories of households, one after the other."""
    for buurt in count():
        rijen = [rij for rij in trek_vloot(_BUURT, zaad + 1000 * buurt) if isinstance(rij, Rij)]
        for huishouden in vloot.trek_huishoudens(rijen, zaad):
            yield _verhaal(huishouden, zaad, Random(kans.getrandbits(64)))


def _verhaal(huishouden: vloot.Huishouden, zaad: int, kans: Random) -> Iterator[Any]:
    """A household and its cars are registered, in any order; then sales, moves and corrections, and some refusals."""
    opgave = vloot._huishouden(huishouden).commando
    autos = [vloot._auto(rij, koper, huishouden, zaad).commando for rij, koper in huishouden.autos]
    begin = [opgave, *autos]
    kans.shuffle(begin)
    yield from begin
    for nummer in range(kans.randrange(1, 6)):
        auto = kans.choice(autos)
        dag = date(2026, 4, 1) + timedelta(days=kans.randrange(150))
        koper = kans.choice(huishouden.leden)
        yield kans.choice(
            (
                CorrigeerAutogegevens(auto_id=auto.auto_id, gewicht_kg=kans.randrange(700, 3000)),
                CorrigeerAutogegevens(auto_id=auto.auto_id, lengte_m=Decimal(kans.randrange(300, 520)).scaleb(-2)),
                CorrigeerAutogegevens(auto_id=auto.auto_id, kenteken=f"NW-{auto.auto_id[-6:]}-{nummer}"),
                CorrigeerAutogegevens(
                    auto_id=auto.auto_id, aanschaf_id=auto.aanschaf.aanschaf_id, aankoopdatum=dag, koper_naam="Robin"
                ),
                WijzigTenaamstelling(
                    auto_id=auto.auto_id,
                    aanschaf=replace(
                        auto.aanschaf,
                        aanschaf_id=f"koop-{auto.auto_id[-6:]}-{nummer}",
                        aankoopdatum=dag,
                        koper=koper,
                        koper_naam="Noor",
                    ),
                ),
                WijzigHuishoudsamenstelling(
                    huishouden_id=huishouden.id, toetredingen=(Lid(persoon_id=f"{koper}-kind", vanaf=dag),)
                ),
                WijzigHuishoudsamenstelling(
                    huishouden_id=huishouden.id, vertrekken=(Vertrek(persoon_id=koper, vanaf=dag),)
                ),
                CorrigeerAutogegevens(auto_id="onbekend", gewicht_kg=1000),
                auto,
            )
        )
