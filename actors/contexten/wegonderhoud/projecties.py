"""The tables of wegonderhoud: the car, its public face, and the planning per wijk."""

from actors.register.projectie import Eigen, Projectie, Ranglijst
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

INZAGE = Projectie(
    naam="inzage",
    versie=1,
    aggregaat="auto",
    doelgroep="betrokkene",
    grondslag=Grond("wet", "Algemene verordening gegevensbescherming, artikel 15 (inzage)"),
    kolommen={
        "koper": Eigen("koper"),
        "koper_naam": Eigen("koper_naam"),
        "aankoopdatum": Eigen("aankoopdatum"),
        "regio": Eigen("regio"),
        "wijk": Eigen("wijk"),
        "kenteken": "kenteken",
        "punten": "punten",
        "klasse": "klasse",
    },
    over=2,
    anker="koper",
    bewaard=False,
    betrokkene="koper",
    omschrijving="Wat van een aanschaf is vastgelegd, voor de koper die daarnaar vraagt.",
)

PROJECTIES = (AUTO, OPENBAAR, WEGONDERHOUDSPLANNING, INZAGE)
