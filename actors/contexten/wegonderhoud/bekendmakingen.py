"""What wegonderhoud makes known, to whom and on what ground."""

from actors.register.bekendmaking import Notificatie
from actors.register.verantwoording import Grond

OPENBAAR = Notificatie(
    naam="fysiek-milieueffect",
    versie=1,
    aggregaat="auto",
    doelgroep="openbaar",
    grondslag=Grond("wet", "Wet wegonderhoud, artikel 7 (openbaarheid)", "1"),
    gegevens=("punten", "klasse"),
    omschrijving="Punten en klasse van een auto, zonder wie hem heeft.",
)

VOOR_AANSCHAFHEFFING = Notificatie(
    naam="aangeschafte-auto",
    versie=1,
    aggregaat="auto",
    doelgroep="aanschafheffing",
    grondslag=Grond("wet", "Wet aanschafheffing, artikel 9 (gegevens van DOW-TO)", "1"),
    gegevens=("punten", "uitstoot_g_per_km", "koper", "koper_naam", "aankoopdatum", "regio"),
    omschrijving="Wat de aanschafheffing nodig heeft van een aangeschafte auto, in haar vorm.",
)

NOTIFICATIES = (OPENBAAR, VOOR_AANSCHAFHEFFING)
