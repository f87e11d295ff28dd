"""What spitspas makes known, to whom and on what ground; two of these stay within spitspas itself."""

from typing import Any

from actors.register.bekendmaking import Brief, Notificatie
from actors.register.verantwoording import Grond

_INTERN = Grond("procedure", "Werkwijze NDM, toerekening van auto's aan huishoudens", "1")

LIDMAATSCHAP = Notificatie(
    naam="lidmaatschap",
    versie=1,
    aggregaat="huishouden",
    doelgroep="spitspas",
    grondslag=_INTERN,
    gegevens=("lid",),
    omschrijving="Wie bij welk huishouden hoort, voor de toerekening van auto's.",
)

BIJDRAGE = Notificatie(
    naam="bijdrage",
    versie=1,
    aggregaat="eigenaar",
    doelgroep="spitspas",
    grondslag=_INTERN,
    gegevens=("bijdrage",),
    omschrijving="Wat de auto's van een volwassene bijdragen aan zijn huishouden.",
)


def _ander_aantal(was: Any, waarde: Any) -> bool:
    return bool(was != waarde)


SPITSPASBRIEF = Brief(
    naam="spitspasbrief",
    versie=2,
    aggregaat="huishouden",
    over="passen",
    sjabloon="spitspasbrief.j2",
    grondslag=Grond("wet", "Algemene wet bestuursrecht, artikel 3:41", ""),
    wanneer=_ander_aantal,
    omschrijving="De brief aan het huishouden over zijn recht op spitspassen.",
)

NOTIFICATIES = (LIDMAATSCHAP, BIJDRAGE)
BRIEVEN = (SPITSPASBRIEF,)
