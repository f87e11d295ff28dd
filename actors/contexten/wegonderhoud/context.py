"""The register wegonderhoud: prioritising the upkeep of roads and parking places (DOW, team Technisch onderhoud)."""

from actors.contexten.wegonderhoud.aanvaarding import (
    corrigeer_autogegevens,
    registreer_auto,
    wijzig_tenaamstelling,
)
from actors.contexten.wegonderhoud.bekendmakingen import NOTIFICATIES
from actors.contexten.wegonderhoud.commandos import (
    CorrigeerAutogegevens,
    RegistreerAuto,
    WijzigTenaamstelling,
)
from actors.contexten.wegonderhoud.projecties import PROJECTIES
from actors.contexten.wegonderhoud.regels import fysiek_milieueffect, fysiek_milieueffectklasse
from actors.register.claim import Gegeven
from actors.register.commando import Commandosoort
from actors.register.context import Aggregaatsoort, Context
from actors.register.contract import Aantal, Gemeten, GemetenMaat, Naam
from actors.register.verantwoording import Grond, Verantwoordelijke

_MELDPLICHT = (Grond("wet", "Wet wegonderhoud, artikel 5 (melding door de verzekeraar)", "1"),)
_CORRECTIE = (Grond("wet", "Wet wegonderhoud, artikel 6 (correctie)", "1"),)


def kentekensleutel(kenteken: str) -> str:
    """One kenteken however it is written: AB-12-C, ab12c."""
    return "".join(teken for teken in kenteken if teken.isalnum()).upper()


AUTO = Aggregaatsoort(
    naam="auto",
    omschrijving="Een auto, met onder zich elke aanschaf ervan.",
    gegevens=(
        Gegeven(
            "kenteken", "Het kenteken.", persoonlijk=True, soort=Naam, sleutel=kentekensleutel, heet="het kenteken"
        ),
        Gegeven("gewicht_kg", "Massa rijklaar, in hele kilogrammen.", soort=Gemeten, heet="het gewicht van de auto"),
        Gegeven("lengte_m", "Lengte in meters, exact.", soort=GemetenMaat, heet="de lengte van de auto"),
        Gegeven("breedte_m", "Breedte in meters, exact.", soort=GemetenMaat, heet="de breedte van de auto"),
        Gegeven(
            "uitstoot_g_per_km",
            "CO2-uitstoot in hele grammen per kilometer.",
            soort=Aantal,
            heet="de uitstoot van de auto",
        ),
        Gegeven("aankoopdatum", "Dag van aankoop (per aanschaf).", heet="de dag van aankoop"),
        Gegeven("koper", "Betekenisloze verwijzing naar de koper (per aanschaf).", heet="de koper"),
        Gegeven("koper_naam", "Naam van de koper (per aanschaf).", persoonlijk=True, heet="de naam van de koper"),
        Gegeven("regio", "Regio waar de koper woont (per aanschaf).", soort=Naam, heet="de regio van de koper"),
        Gegeven("wijk", "Wijk waar de auto staat (per aanschaf).", soort=Naam, heet="de wijk van de auto"),
    ),
    onderwerpen=("auto", "aanschaf"),
    regels=(fysiek_milieueffect, fysiek_milieueffectklasse),
)

CONTEXT = Context(
    naam="wegonderhoud",
    titel="Prioritering en planning wegonderhoud",
    versie=1,
    verantwoordelijke=Verantwoordelijke("Dienst onderhoud weginfrastructuur", "Technisch onderhoud (DOW-TO)"),
    omschrijving="Bepaalt wat elke auto van de weg vraagt, en welke wijk het eerst aan onderhoud toe is.",
    aggregaten=(AUTO,),
    commandos=(
        Commandosoort(
            RegistreerAuto,
            "auto",
            _MELDPLICHT,
            registreer_auto,
            gebeurd_op=lambda c: c.aanschaf.aankoopdatum,
            omschrijving="Registreer een auto en haar aanschaf, zoals de verzekeraar die meldt. Wat ontbreekt of 0 is,"
            " is daar niet geregistreerd.",
        ),
        Commandosoort(
            WijzigTenaamstelling,
            "auto",
            _MELDPLICHT,
            wijzig_tenaamstelling,
            gebeurd_op=lambda c: c.aanschaf.aankoopdatum,
            omschrijving="Registreer dat een bekende auto een nieuwe eigenaar heeft.",
        ),
        Commandosoort(
            CorrigeerAutogegevens,
            "auto",
            _CORRECTIE,
            corrigeer_autogegevens,
            behoudt_twijfel=lambda c: c.behoud_twijfel,
            omschrijving="Zet recht wat het register fout had; alleen wat wordt genoemd wordt gecorrigeerd.",
        ),
    ),
    gevolgen={
        "AutoGeregistreerd": "Een auto en haar aanschaf zijn geregistreerd.",
        "TenaamstellingGewijzigd": "De auto heeft een nieuwe eigenaar.",
        "AutogegevensGecorrigeerd": "Het register had het mis; een claim vervangt een claim.",
    },
    notificaties=NOTIFICATIES,
    projecties=PROJECTIES,
    terugmelders=frozenset({"verzekeraar", "rdw", "aanschafheffing"}),
)
