"""The register parkeervergunning: a place in the street for those who live there (Gemeente Zeestad)."""

from actors.register.claim import Gegeven
from actors.register.commando import Commandosoort
from actors.register.context import Aggregaatsoort, Context
from actors.register.contract import Kenmerk, Naam
from actors.register.verantwoording import Grond, Verantwoordelijke

from .aanvaarding import vraag_vergunning_aan
from .bekendmakingen import BRIEVEN
from .commandos import VraagVergunningAan
from .projecties import PROJECTIES
from .regels import parkeertarief
from .vertaling import VERTALINGEN

_GROND = (Grond("wet", "Parkeerverordening Zeestad, artikel 3 (aanvraag)", "1"),)
_VRAAG = "Vraag een vergunning aan om een auto in een zone te parkeren."

AUTO = Aggregaatsoort(
    naam="auto",
    omschrijving="Een auto zoals DOW-TO haar bekendmaakt, met onder zich elke vergunning ervoor.",
    gegevens=(
        Gegeven(
            "punten",
            "Fysiek milieu-effect, vastgesteld door DOW-TO; vervallen als het is ingetrokken.",
            heet="het fysiek milieu-effect van de auto",
        ),
        Gegeven(
            "aanvrager",
            "Betekenisloze verwijzing naar de aanvrager (per vergunning).",
            soort=Kenmerk,
            heet="de aanvrager",
        ),
        Gegeven(
            "aanvrager_naam",
            "Naam van de aanvrager (per vergunning).",
            persoonlijk=True,
            soort=Naam,
            heet="de naam van de aanvrager",
        ),
        Gegeven("zone", "Zone waarin de auto mag staan (per vergunning).", soort=Naam, heet="de zone"),
    ),
    onderwerpen=("auto", "vergunning"),
    regels=(parkeertarief,),
)

CONTEXT = Context(
    naam="parkeervergunning",
    titel="Verlening van parkeervergunningen",
    versie=1,
    verantwoordelijke=Verantwoordelijke("Gemeente Zeestad", "Parkeren"),
    omschrijving="Verleent vergunningen om te parkeren, duurder naarmate een auto meer van de straat vraagt.",
    aggregaten=(AUTO,),
    commandos=(
        Commandosoort(
            VraagVergunningAan, "auto", _GROND, vraag_vergunning_aan, gebeurd_op=lambda c: c.vanaf, omschrijving=_VRAAG
        ),
    ),
    gevolgen={"VergunningAangevraagd": "Iemand heeft een vergunning voor een auto aangevraagd."},
    brieven=BRIEVEN,
    projecties=PROJECTIES,
    vertalingen=VERTALINGEN,
    terugmelders=frozenset({"handhaving"}),
    sjablonen=f"{__name__.rpartition('.')[0]}:sjablonen",
)
