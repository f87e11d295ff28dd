"""What parkeervergunning makes known, to whom and on what ground."""

from typing import Any

from actors.register.bekendmaking import Brief
from actors.register.verantwoording import Grond


def _ander_tarief(was: Any, waarde: Any) -> bool:
    return bool(was != waarde)


VERGUNNINGSBRIEF = Brief(
    naam="vergunningsbrief",
    versie=1,
    aggregaat="auto",
    over="tarief_eurocent",
    sjabloon="vergunningsbrief.j2",
    grondslag=Grond("wet", "Algemene wet bestuursrecht, artikel 3:41", ""),
    wanneer=_ander_tarief,
    geadresseerde="aanvrager",
    aanhef="aanvrager_naam",
    omschrijving="De brief aan de aanvrager over zijn parkeervergunning.",
)

BRIEVEN = (VERGUNNINGSBRIEF,)
