"""Zekerheid: "We denken dat dit waar is, maar het kan in de toekomst gecorrigeerd worden" (handreiking, "Zekerheid").

Doubt is an annotation on a claim, never on a field: the value stays. A derived value carries the set of
doubts of the claims it rests on, so two doubts close independently.
"""

from collections.abc import Collection
from enum import StrEnum
from typing import NamedTuple, TypeAlias


class Zekerheid(StrEnum):
    """How sure the register is of a claim."""

    ONBETWIST = "onbetwist"
    IN_TWIJFEL = "in_twijfel"
    IN_ONDERZOEK = "in_onderzoek"
    AANGEVOCHTEN = "aangevochten"
    BEVESTIGD = "bevestigd"


class Twijfel(NamedTuple):
    """One open doubt: its own id, the claim in doubt (the root) and its status now."""

    id: str
    claim: str
    status: str


Twijfels: TypeAlias = frozenset[Twijfel]
GEEN_TWIJFEL: Twijfels = frozenset()

_OPSCHORTEND = frozenset({Zekerheid.IN_TWIJFEL.value, Zekerheid.IN_ONDERZOEK.value})


def schort_op(twijfels: Collection[Twijfel]) -> bool:
    """Whether a decision takes no new outcome on this: what is only contested (bezwaar) goes on."""
    return any(twijfel.status in _OPSCHORTEND for twijfel in twijfels)


def zekerheid_van(twijfels: Collection[Twijfel], *, bevestigd: bool = False) -> Zekerheid:
    """What a consumer is told: in_onderzoek over in_twijfel over aangevochten over bevestigd; else onbetwist."""
    if not twijfels:
        return Zekerheid.BEVESTIGD if bevestigd else Zekerheid.ONBETWIST
    statussen = {twijfel.status for twijfel in twijfels}
    for status in (Zekerheid.IN_ONDERZOEK, Zekerheid.IN_TWIJFEL, Zekerheid.AANGEVOCHTEN):
        if status in statussen:
            return status
    return Zekerheid.ONBETWIST
