"""The tables of wegonderhoud: the car, its public face, and the planning per wijk."""

from actors.register.projectie import Projectie, Ranglijst
from actors.register.verantwoording import Grond

_TAAK = Grond("wet", "Wet wegonderhoud, artikel 2 (taak)", "1")

AUTO = Projectie(
    naam="auto",
    versie=1,
    aggregaat="auto",
    doelgroep="wegonderhoud",
    grondslag=_TAAK,
    kolommen={
        "kenteken": "kenteken",
        "gewicht_kg": "gewicht_kg",
        "lengte_m": "lengte_m",
        "breedte_m": "breedte_m",
        "uitstoot_g_per_km": "uitstoot_g_per_km",
        "koper": "koper",
        "aankoopdatum": "aankoopdatum",
        "regio": "regio",
        "wijk": "wijk",
        "punten": "punten",
        "klasse": "klasse",
    },
    omschrijving="De auto zoals DOW-TO haar kent.",
)

OPENBAAR = Projectie(
    naam="auto-openbaar",
    versie=1,
    aggregaat="auto",
    doelgroep="openbaar",
    grondslag=Grond("wet", "Wet wegonderhoud, artikel 7 (openbaarheid)", "1"),
    kolommen={"punten": "punten", "klasse": "klasse"},
    omschrijving="Punten en klasse van elke auto; wie hem heeft staat er niet in.",
)

WEGONDERHOUDSPLANNING = Projectie(
    naam="wegonderhoudsplanning",
    versie=1,
    aggregaat="auto",
    doelgroep="wegonderhoud",
    grondslag=_TAAK,
    kolommen={"wijk": "wijk", "punten": "punten"},
    ranglijst=Ranglijst(per="wijk", som="punten"),
    omschrijving="Per wijk de punten van haar auto's; wie het meest te dragen heeft staat bovenaan.",
)

PROJECTIES = (AUTO, OPENBAAR, WEGONDERHOUDSPLANNING)
