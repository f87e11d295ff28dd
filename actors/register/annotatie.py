"""Annotatie en degistratie: what is noted about recorded claims (handreiking, "Zekerheid", "Degistratie").

Both live on the formal axis alone: they hold from the moment they are recorded, for every day of the world. When they
began in the world (`sinds`) is shown, and nothing is computed with it.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from actors.register.claim import Claim


class Afloop(StrEnum):
    """How a doubt, onderzoek or bezwaar ended."""

    ONGEGROND = "ongegrond"
    GEGROND = "gegrond"
    INGETROKKEN = "ingetrokken"
    VERVALLEN = "vervallen"


class Annotatie(NamedTuple):
    """A doubt, onderzoek or bezwaar on claims: opened, changed or ended (`status` is then empty).

    `twijfel` is its own id, `betreft` the claims, `uitkomst` how it ended (`Afloop`). The last one recorded under an id
    counts.
    """

    twijfel: str
    betreft: tuple[str, ...]
    status: str
    sinds: date | None
    toelichting: str
    uitkomst: str = ""


class Degistratie(NamedTuple):
    """Claims that should never have been registered (`valt`), and such that were taken away wrongly (`herleeft`)."""

    valt: tuple[str, ...]
    herleeft: tuple[str, ...]
    sinds: date | None
    toelichting: str


class Geldend(NamedTuple):
    """Which claims do not count: those that fell, and those that a claim that did not fall corrects."""

    gevallen: frozenset[str]
    vervangen: frozenset[str]


def geldend(claims: Iterable[Claim], weg: Iterable[str]) -> Geldend:
    """What counts when the claims in `weg` are degistered.

    A claim falls with the one it corrects; when a correction falls, the claim it corrected counts again.
    """
    alle = {claim.id: claim for claim in claims}
    weg = frozenset(weg)
    gevallen = frozenset(claim.id for claim in alle.values() if _valt(claim, alle, weg))
    vervangen = frozenset(c.corrigeert for c in alle.values() if c.corrigeert is not None and c.id not in gevallen)
    return Geldend(gevallen, vervangen)


def _valt(claim: Claim, alle: Mapping[str, Claim], weg: frozenset[str]) -> bool:
    nu: Claim | None = claim
    while nu is not None:
        if nu.id in weg:
            return True
        nu = alle.get(nu.corrigeert) if nu.corrigeert else None
    return False
