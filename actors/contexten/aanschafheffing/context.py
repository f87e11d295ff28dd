"""The register aanschafheffing: levying a one-off charge on the purchase of a car (DOW, team DOW-AB)."""

from actors.contexten.aanschafheffing.aanvaarding import registreer_betaling
from actors.contexten.aanschafheffing.bekendmakingen import BRIEVEN, NOTIFICATIES
from actors.contexten.aanschafheffing.commandos import RegistreerBetaling
from actors.contexten.aanschafheffing.projecties import PROJECTIES
from actors.contexten.aanschafheffing.regels import (
    TERUGGAAF,
    aanschafbelastingmilieueffect,
    aanschafheffing,
    autobezit,
    teruggaaf,
)
from actors.contexten.aanschafheffing.vertaling import VERTALINGEN
from actors.register.claim import Gegeven
from actors.register.commando import Commandosoort
from actors.register.context import Aggregaatsoort, Context
from actors.register.contract import Gemeten
from actors.register.verantwoording import Verantwoordelijke

AUTO = Aggregaatsoort(
    naam="auto",
    omschrijving="Een auto zoals DOW-TO haar meldt; de heffing hangt aan elke aanschaf ervan.",
    gegevens=(
        Gegeven(
            "fysieke_punten",
            "Fysiek milieu-effect, vastgesteld door DOW-TO.",
            heet="het fysiek milieu-effect van de auto",
        ),
        Gegeven("uitstoot_g_per_km", "CO2-uitstoot in hele grammen per kilometer.", heet="de uitstoot van de auto"),
        Gegeven(
            "aankoopdatum", "Dag van aankoop, de peildatum van de heffing (per aanschaf).", heet="de dag van aankoop"
        ),
        Gegeven("koper", "Betekenisloze verwijzing naar de koper (per aanschaf).", heet="de koper"),
        Gegeven("koper_naam", "Naam van de koper (per aanschaf).", persoonlijk=True, heet="de naam van de koper"),
        Gegeven("regio", "Regio waar de koper woont (per aanschaf).", heet="de regio van de koper"),
        Gegeven(
            "bedrag_eurocent",
            "Ontvangen bedrag in eurocent (per betaling).",
            soort=Gemeten,
            heet="het bedrag dat is betaald",
        ),
    ),
    onderwerpen=("auto", "aanschaf", "betaling"),
    regels=(aanschafbelastingmilieueffect, aanschafheffing, teruggaaf, autobezit),
)

CONTEXT = Context(
    naam="aanschafheffing",
    titel="Innen aanschafheffing",
    versie=1,
    verantwoordelijke=Verantwoordelijke("Dienst onderhoud weginfrastructuur", "Heffing aanschafbelasting (DOW-AB)"),
    omschrijving="Legt kopers van auto's in het heffingsgebied een eenmalige heffing op.",
    aggregaten=(AUTO,),
    commandos=(
        Commandosoort(
            RegistreerBetaling,
            "auto",
            (TERUGGAAF,),
            registreer_betaling,
            gebeurd_op=lambda c: c.ontvangen_op,
            omschrijving="Registreer dat voor een aanschaf een bedrag is ontvangen, ook als de heffing (nog) niet"
            " bekend is.",
        ),
    ),
    gevolgen={"BetalingOntvangen": "Voor een aanschaf is een bedrag ontvangen."},
    notificaties=NOTIFICATIES,
    brieven=BRIEVEN,
    projecties=PROJECTIES,
    vertalingen=VERTALINGEN,
    terugmelders=frozenset({"spitspas"}),
    sjablonen="actors.contexten.aanschafheffing:sjablonen",
)
