"""The register spitspas: passes for the rush-hour lanes (Nationale Dienst voor Mobiliteitsstromen, NDM)."""

from actors.contexten.spitspas.aanvaarding import registreer_huishouden, wijzig_huishoudsamenstelling
from actors.contexten.spitspas.bekendmakingen import BRIEVEN, NOTIFICATIES
from actors.contexten.spitspas.commandos import (
    RegistreerHuishouden,
    StelHuishoudelijkMilieueffectVast,
    WijzigHuishoudsamenstelling,
)
from actors.contexten.spitspas.projecties import PROJECTIES
from actors.contexten.spitspas.regels import (
    autotoerekening,
    bijdrage,
    huishoudelijk_milieueffect,
    spitspasrecht,
)
from actors.contexten.spitspas.vertaling import VERTALINGEN
from actors.register.claim import Gegeven
from actors.register.commando import Commandosoort
from actors.register.context import Aggregaatsoort, Context
from actors.register.overname import neem_over
from actors.register.verantwoording import Grond, Verantwoordelijke

_OPGAVE = (Grond("wet", "Wet spitspas, artikel 5 (opgave van het huishouden)", "1"),)
_TOEREKENING = (Grond("wet", "Wet spitspas, artikel 2 (huishouden van de eigenaar)", "1"),)

HUISHOUDEN = Aggregaatsoort(
    naam="huishouden",
    persoon=True,
    omschrijving="Een huishouden, met onder zich elke volwassene.",
    gegevens=(
        Gegeven(
            "lid", "Of deze volwassene lid is (per volwassene).", soort=bool, heet="het lidmaatschap van het huishouden"
        ),
        Gegeven(
            "bijdrage",
            "Som van de punten van de auto's van deze volwassene (per volwassene).",
            heet="wat de auto's van een volwassene bijdragen",
        ),
    ),
    onderwerpen=("huishouden", "volwassene"),
    regels=(huishoudelijk_milieueffect, spitspasrecht),
)

EIGENAAR = Aggregaatsoort(
    naam="eigenaar",
    meervoud="eigenaren",
    persoon=True,
    omschrijving="Hulpaggregaat: een volwassene die zowel zijn auto's als zijn huishouden kent.",
    gegevens=(
        Gegeven("huishouden", "Het huishouden waarvan deze volwassene lid is.", heet="het huishouden van de eigenaar"),
        Gegeven(
            "autopunten", "Aanschafbelastingpunten van een auto, of onbekend (per auto).", heet="de punten van een auto"
        ),
    ),
    onderwerpen=("eigenaar", "auto"),
    regels=(autotoerekening, bijdrage),
)

CONTEXT = Context(
    naam="spitspas",
    titel="Spitspas",
    versie=1,
    verantwoordelijke=Verantwoordelijke("Nationale Dienst voor Mobiliteitsstromen", "Spitspas (NDM)"),
    omschrijving="Verstrekt spitsdoorrijpassen aan huishoudens, meer naarmate hun auto's minder belasten.",
    aggregaten=(HUISHOUDEN, EIGENAAR),
    commandos=(
        Commandosoort(
            RegistreerHuishouden,
            "huishouden",
            _OPGAVE,
            registreer_huishouden,
            gebeurd_op=lambda c: min(lid.vanaf for lid in c.leden),
            omschrijving="Registreer een huishouden met zijn volwassenen; het heeft er ten minste een.",
        ),
        Commandosoort(
            WijzigHuishoudsamenstelling,
            "huishouden",
            _OPGAVE,
            wijzig_huishoudsamenstelling,
            gebeurd_op=lambda c: min((x.vanaf for x in (*c.toetredingen, *c.vertrekken)), default=None),
            omschrijving="Laat volwassenen toetreden tot een bekend huishouden of het verlaten, elk vanaf zijn dag.",
        ),
        Commandosoort(StelHuishoudelijkMilieueffectVast, "huishouden", _TOEREKENING, neem_over, intern=True),
    ),
    gevolgen={
        "HuishoudenGeregistreerd": "Een huishouden en zijn volwassenen zijn geregistreerd.",
        "HuishoudsamenstellingGewijzigd": "Een volwassene is toegetreden of vertrokken.",
    },
    notificaties=NOTIFICATIES,
    brieven=BRIEVEN,
    projecties=PROJECTIES,
    vertalingen=VERTALINGEN,
    sjablonen="actors.contexten.spitspas:sjablonen",
)
