"""Terugmelding: a consumer reports reasonable doubt about a value it was told (handreiking, "Terugmelden").

Of a consumer whom the context trusts it is a doubt at once, under the id of the terugmelding; of anyone else it is a
taak: an official judges whether there is "gerede twijfel".
"""

from datetime import date
from enum import StrEnum
from typing import Any, NamedTuple

GEREDE_TWIJFEL = "gerede_twijfel"
"""Why a terugmelding of someone who is not authorised waits: an official judges whether the doubt is reasonable."""


class Terugmeldingstatus(StrEnum):
    """The life of a terugmelding: received, under onderzoek, and one of three ends."""

    ONTVANGEN = "ontvangen"
    IN_ONDERZOEK = "in_onderzoek"
    GEHONOREERD = "gehonoreerd"
    AFGEWEZEN = "afgewezen"
    INGETROKKEN = "ingetrokken"

    @property
    def open(self) -> bool:
        """Whether it still waits for an answer."""
        return self in (Terugmeldingstatus.ONTVANGEN, Terugmeldingstatus.IN_ONDERZOEK)


class Terugmelding(NamedTuple):
    """What was reported, about which claims, and how far it is.

    `betwijfelde_waarde` is what the register said on the `peilmoment`, `voorgestelde_waarde` what it should say
    according to `melder` (None: not told). `bevoegd`: whether it was a doubt at once. `reden` is why it has this
    status.
    """

    id: str
    betreft: tuple[str, ...]
    onderwerp: tuple[str, ...]
    gegeven: str
    betwijfelde_waarde: Any
    voorgestelde_waarde: Any
    peilmoment: date
    melder: str
    kenmerk: str
    toelichting: str
    bevoegd: bool
    status: str
    reden: str = ""
