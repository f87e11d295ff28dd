"""The tables of spitspas: the household with its passes, and its adults' contribution."""

from actors.register.projectie import Projectie, RegelversieVan
from actors.register.verantwoording import Grond

_TAAK = Grond("wet", "Wet spitspas, artikel 1 (taak)", "1")

HUISHOUDEN = Projectie(
    naam="huishouden",
    versie=2,
    aggregaat="huishouden",
    doelgroep="spitspas",
    grondslag=_TAAK,
    kolommen={"punten": "punten", "passen": "passen", "regelversie": RegelversieVan("passen")},
    anker="passen",
    omschrijving="Per huishouden het milieu-effect, het aantal passen per maand en de regelversie.",
)

EIGENAAR = Projectie(
    naam="eigenaar",
    versie=1,
    aggregaat="eigenaar",
    doelgroep="spitspas",
    grondslag=_TAAK,
    kolommen={"huishouden": "huishouden", "bijdrage": "bijdrage"},
    omschrijving="Per volwassene het huishouden en wat zijn auto's daaraan bijdragen.",
)

PROJECTIES = (HUISHOUDEN, EIGENAAR)
