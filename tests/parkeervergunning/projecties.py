"""The table of parkeervergunning: which car may stand where, and at what price."""

from actors.register.projectie import Projectie, RegelversieVan, UitInvoer
from actors.register.verantwoording import Grond

VERGUNNING = Projectie(
    naam="vergunning",
    versie=1,
    aggregaat="auto",
    doelgroep="parkeervergunning",
    grondslag=Grond("wet", "Parkeerverordening Zeestad, artikel 2 (register)", "1"),
    kolommen={
        "aanvrager": "aanvrager",
        "zone": "zone",
        "punten": UitInvoer("tarief_eurocent", "punten"),
        "tarief_eurocent": "tarief_eurocent",
        "regelversie": RegelversieVan("tarief_eurocent"),
    },
    over=2,
    anker="tarief_eurocent",
    omschrijving="Per vergunning: aanvrager, zone, tarief, de punten waarop dat rust en de regelversie.",
)

PROJECTIES = (VERGUNNING,)
