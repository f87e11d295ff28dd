"""Feed: which verstrekkingen of a register are for who asks; how they look is for others to say."""

import asyncio
from collections.abc import Sequence
from itertools import islice
from typing import Any, NamedTuple

from actors.daemon.api.bewerking import Verzoek
from actors.daemon.dataverwerking.betrokkenen import Betrokkene, Kring, elk_eens
from actors.daemon.dataverwerking.lezingen import over_wie
from actors.daemon.rechten import Gebruiker, Handeling
from actors.runtime.lezing import Registerlezing
from actors.verwerking.herleveren import is_voor

GELEZEN = 5000
"""How many verstrekkingen are looked at for one answer, also when none of them is for who asks."""


class Selectie(NamedTuple):
    """The verstrekkingen that are for who asks, and up to which number was looked."""

    verstrekkingen: Sequence[dict[str, Any]]
    tot: int


@over_wie.register(Selectie)
def _selectie(gelezen: Selectie, kring: Kring, register: str) -> tuple[Betrokkene, ...]:
    return elk_eens(een for v in gelezen.verstrekkingen for een in kring.van_verstrekking(register, v))


def bestemd_voor(gebruiker: Gebruiker, register: str, verstrekking: dict[str, Any]) -> bool:
    """Whether a verstrekking is for someone: by his rechten, and by the doelgroep for which he reads."""
    return gebruiker.mag(register, Handeling.LEZEN, verstrekking["bekendmaking"]) and is_voor(
        register, verstrekking, gebruiker.voor
    )


def selecteer(lezing: Registerlezing, register: str, gebruiker: Gebruiker, na: int, limiet: int) -> Selectie:
    """At most `limiet` verstrekkingen after a number that are for this one, in order."""
    gekozen: list[dict[str, Any]] = []
    tot = na
    for verstrekking in islice(lezing.verstrekkingen(register, na), GELEZEN):
        tot = verstrekking["nummer"]
        if bestemd_voor(gebruiker, register, verstrekking):
            gekozen.append(verstrekking)
            if len(gekozen) == limiet:
                break
    return Selectie(gekozen, tot)


async def wacht_op_meer(verzoek: Verzoek, na: int, limiet: int, hoogstens_s: float) -> Selectie:
    """The next verstrekkingen for who asks; when there are none yet, those that come within so many seconds."""
    register, gebruiker, klok = verzoek.register, verzoek.gebruiker, asyncio.get_running_loop().time
    einde = klok() + hoogstens_s
    while True:
        vanaf = na
        selectie = await verzoek.lees(lambda lezing: selecteer(lezing, register, gebruiker, vanaf, limiet))  # noqa: B023
        na, rest = selectie.tot, einde - klok()
        if selectie.verstrekkingen or rest <= 0:
            return selectie
        if selectie.tot - vanaf == GELEZEN:
            continue
        tot = selectie.tot
        if not await verzoek.poort.wacht(register, lambda lezing: lezing.verstrekt_tot(register) > tot, rest):  # noqa: B023
            return selectie
