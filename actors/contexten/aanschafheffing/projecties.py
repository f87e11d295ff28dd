"""The tables of aanschafheffing: the car and the reference table of levies."""

from actors.register.projectie import Eigen, Projectie, RegelversieVan, Restant, UitInvoer
from actors.register.verantwoording import Grond

_TAAK = Grond("wet", "Wet aanschafheffing, artikel 1 (taak)", "1")

AUTO = Projectie(
    naam="auto",
    versie=1,
    aggregaat="auto",
    doelgroep="aanschafheffing",
    grondslag=_TAAK,
    kolommen={
        "fysieke_punten": "fysieke_punten",
        "uitstoot_g_per_km": "uitstoot_g_per_km",
        "regio": "regio",
        "eigenaar": "koper",
        "punten": "punten",
    },
    omschrijving="De auto zoals de aanschafheffing haar kent.",
)

REFERENTIETABEL = Projectie(
    naam="referentietabel",
    versie=2,
    aggregaat="auto",
    doelgroep="aanschafheffing",
    grondslag=_TAAK,
    kolommen={
        "eigenaar": Eigen("koper"),
        "punten": UitInvoer("heffing_eurocent", "punten"),
        "heffing_eurocent": "heffing_eurocent",
        "regelversie": RegelversieVan("heffing_eurocent"),
    },
    over=2,
    anker="heffing_eurocent",
    omschrijving="Per aanschaf: eigenaar, heffing, de punten waarop die rust en de regelversie.",
)

REKENING = Projectie(
    naam="rekening",
    versie=1,
    aggregaat="auto",
    doelgroep="aanschafheffing",
    grondslag=_TAAK,
    kolommen={
        "openstaand_eurocent": Restant("heffing_eurocent", "bedrag_eurocent"),
        "teruggaaf_eurocent": Eigen("teruggaaf_eurocent"),
    },
    over=2,
    omschrijving="Per aanschaf wat nog openstaat van de heffing die van kracht is, en wat wordt teruggegeven.",
)

PROJECTIES = (AUTO, REFERENTIETABEL, REKENING)
