"""Bekendmaking: "een communicatie-uiting gerelateerd aan een gevolg" (handreiking, "Productie van een gevolg").

A leveringsmodel says for whom, on what ground, which gegevens and in what form. Each is rendered once per
transactie, numbered and kept (verstrekking).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from actors.register.claim import Mededeling
from actors.register.verantwoording import Grond


@dataclass(frozen=True, slots=True)
class Notificatie:
    """A message with what changed in these gegevens of one aggregate; its consumer gets no others."""

    naam: str
    versie: int
    aggregaat: str
    doelgroep: str
    grondslag: Grond
    gegevens: tuple[str, ...]
    omschrijving: str


@dataclass(frozen=True, slots=True)
class Brief:
    """A letter about a besluit, one per transactie and betrokkene, rendered from a template of the context.

    `over`: the decided gegeven. `wanneer(was, waarde)`: whether this change is told (None is nothing).
    `geadresseerde`: the gegeven that holds the betrokkene's id, None for the aggregate itself;
    `aanhef`: the gegeven with the name to write to, if any. `ook`: other gegevens of the same onderwerp that it tells.
    `opgeteld`: gegevens that stand below that onderwerp, of which it tells the sum (what was paid).
    """

    naam: str
    versie: int
    aggregaat: str
    over: str
    sjabloon: str
    grondslag: Grond
    wanneer: Callable[[Any, Any], bool]
    omschrijving: str
    geadresseerde: str | None = None
    aanhef: str | None = None
    ook: tuple[str, ...] = ()
    opgeteld: tuple[str, ...] = ()
    doelgroep: str = "betrokkene"


@dataclass(frozen=True, slots=True)
class Melding:
    """A received or read notificatie: who says what, from which transactie, when registered (aware, UTC).

    `oorzaak` names what set that transactie in motion: meldingen with the same oorzaak belong together.
    `trace` is the W3C traceparent of the first gevolg it tells of, empty when that is part of no trace.
    """

    bron: str
    nummer: int
    bekendmaking: str
    aggregaat: str
    aggregaat_id: str
    organisatie: str
    geregistreerd_op: datetime
    gevolgen: tuple[str, ...]
    mededelingen: tuple[Mededeling, ...]
    oorzaak: str = ""
    trace: str = ""
