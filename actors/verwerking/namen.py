"""Stored names: `context.gevolg_naam@versie`, never a class path."""

import re
from functools import cache

from actors.register.gevolg import Wijziging
from actors.register.overname import HERROEPEN, OVERGENOMEN
from actors.register.regel import Regel
from actors.register.zekerheid import Zekerheid

AANHOUDING = "Aanhouding"
BEOORDEELD = "SignaalBeoordeeld"
IN_TWIJFEL_GETROKKEN = "InTwijfelGetrokken"
IN_ONDERZOEK_GESTELD = "InOnderzoekGesteld"
AANGEVOCHTEN = "Aangevochten"
ONDERZOEK_BEEINDIGD = "OnderzoekBeeindigd"
BEZWAAR_AFGEHANDELD = "BezwaarAfgehandeld"
GEDEGISTREERD = "Gedegistreerd"
BEEINDIGD = "Beeindigd"
HERSTELD = "Hersteld"
HERLEEFD = "Herleefd"
GECORRIGEERD = "GegevensGecorrigeerd"
TERUGGEMELD = "TerugmeldingOntvangen"
TERUGMELDING_IN_ONDERZOEK = "TerugmeldingInOnderzoekGenomen"
GEHONOREERD = "TerugmeldingGehonoreerd"
AFGEWEZEN = "TerugmeldingAfgewezen"
TERUGMELDING_INGETROKKEN = "TerugmeldingIngetrokken"
TAAK_HERVAT = "TaakHervat"
TAAK_BESLIST = "TaakBeslist"
AANHOUDING_DOORBROKEN = "AanhoudingDoorbroken"
TERZIJDE_GELEGD = "TaakTerzijdeGelegd"
REGELVERSIE_GEREGISTREERD = "RegelversieGeregistreerd"
HERBEOORDELING_AFGEROND = "HerbeoordelingAfgerond"
GEWIST = "PersoonsgegevensGewist"
VERNIETIGD = "PersoonsgegevensVernietigd"

GENERIEKE_GEVOLGEN = {
    OVERGENOMEN: "Wat een ander register bekendmaakte, is hier overgenomen, met zijn grondslag daar.",
    AANHOUDING: "Dit deel van een beslissing wacht, met reden; de rest gaat door. Leeg: niets wacht meer.",
    BEOORDEELD: "Een signaal is beoordeeld: welke taken eruit volgden en waarom, ook als er geen taak volgde.",
    HERROEPEN: "Een ander register is teruggezet naar een oudere kopie; wat het niet meer zegt, geldt ook hier niet.",
    IN_TWIJFEL_GETROKKEN: "Aan een claim wordt getwijfeld: de waarde blijft, afnemers zien de twijfel meteen.",
    IN_ONDERZOEK_GESTELD: "Een claim wordt onderzocht: de waarde blijft, afnemers zien het onderzoek meteen.",
    AANGEVOCHTEN: "Tegen een claim of besluit is bezwaar of beroep ingesteld; het blijft van kracht.",
    ONDERZOEK_BEEINDIGD: "Een twijfel of onderzoek is voorbij, met de uitkomst; aan de waarde verandert niets.",
    BEZWAAR_AFGEHANDELD: "Een bezwaar of beroep is afgehandeld, met de uitkomst.",
    GEDEGISTREERD: "Deze claims hadden nooit geregistreerd mogen worden; wat zij corrigeerden herleeft.",
    BEEINDIGD: "Een gegeven eindigt op een dag.",
    HERSTELD: "Een onterechte beëindiging of degistratie is ongedaan gemaakt.",
    HERLEEFD: "Een beëindigd gegeven geldt opnieuw, vanaf een latere dag.",
    GECORRIGEERD: "Het register had het mis; elke genoemde claim is door een andere vervangen.",
    TERUGGEMELD: "Een afnemer meldt gerede twijfel aan een waarde die hem is geleverd.",
    TERUGMELDING_IN_ONDERZOEK: "Een terugmelding wordt onderzocht.",
    GEHONOREERD: "De melder had gelijk.",
    AFGEWEZEN: "De melder had geen gelijk.",
    TERUGMELDING_INGETROKKEN: "De melder nam zijn terugmelding terug.",
    TAAK_HERVAT: "Wat wachtte is opnieuw geprobeerd, op verzoek.",
    TAAK_BESLIST: "Een ambtenaar besliste zelf over wat wachtte, met reden.",
    AANHOUDING_DOORBROKEN: "Een ambtenaar liet een besluit ondanks twijfel doorgaan, met reden.",
    TERZIJDE_GELEGD: "Een ambtenaar legde terzijde wat wacht, met reden; een andere oorzaak is een nieuwe taak.",
    REGELVERSIE_GEREGISTREERD: "Een regel heeft een nieuwe versie, met eigen geldigheid en overgang.",
    HERBEOORDELING_AFGEROND: "Alles wat op een regelversie rust is opnieuw beoordeeld, met het aantal.",
    GEWIST: "Persoonsgegevens zijn op verzoek gewist (AVG 17): de verklaring van vernietiging.",
    VERNIETIGD: "Persoonsgegevens zijn na de bewaartermijn vernietigd: de verklaring van vernietiging.",
}

TWIJFELGEVOLGEN = {
    Zekerheid.IN_TWIJFEL: (IN_TWIJFEL_GETROKKEN, Wijziging.IN_TWIJFEL_TREKKEN),
    Zekerheid.IN_ONDERZOEK: (IN_ONDERZOEK_GESTELD, Wijziging.IN_ONDERZOEK_STELLEN),
    Zekerheid.AANGEVOCHTEN: (AANGEVOCHTEN, Wijziging.AANVECHTEN),
}
"""How the gevolg is called that gives a claim this status, and which kind of change it is."""

_EINDE_VAN_TWIJFEL = (ONDERZOEK_BEEINDIGD, Wijziging.ONDERZOEK_BEEINDIGEN)
EINDGEVOLGEN = {
    Zekerheid.IN_TWIJFEL: _EINDE_VAN_TWIJFEL,
    Zekerheid.IN_ONDERZOEK: _EINDE_VAN_TWIJFEL,
    Zekerheid.AANGEVOCHTEN: (BEZWAAR_AFGEHANDELD, Wijziging.AANVECHTEN),
}
"""How the gevolg is called that ends what gave a claim this status, and which kind of change it is."""

_UITGANG = {
    Wijziging.HERZIEN: "Herzien",
    Wijziging.CORRIGEREN: "Gecorrigeerd",
    Wijziging.HANDHAVEN: "Gehandhaafd",
    Wijziging.INTREKKEN: "Ingetrokken",
    Wijziging.ZEKERHEID_WIJZIGEN: "ZekerheidGewijzigd",
}


@cache
def opgeslagen_naam(context: str, gevolg: str, versie: int) -> str:
    """`aanschafheffing.aanschafheffing_vastgesteld@1` for AanschafheffingVastgesteld of aanschafheffing."""
    return f"{context}.{re.sub('(?<!^)(?=[A-Z])', '_', gevolg).lower()}@{versie}"


@cache
def gelezen_naam(opgeslagen: str) -> tuple[str, str, int]:
    """Context, name of the gevolg and version from a stored name."""
    context, _, rest = opgeslagen.partition(".")
    slang, _, versie = rest.partition("@")
    return context, "".join(deel.capitalize() for deel in slang.split("_")), int(versie)


def afgeleid_gevolg(regel: Regel, soort: Wijziging, eigen_naam: str | None = None) -> str:
    """How the gevolg is called when what a rule gives changes in this way.

    `eigen_naam` is the name the outcome itself asked for (`AanschafheffingNietVerschuldigd`).
    """
    if soort in (Wijziging.VASTSTELLEN, Wijziging.HERZIEN, Wijziging.CORRIGEREN) and eigen_naam:
        return eigen_naam
    return regel.gevolg if soort is Wijziging.VASTSTELLEN else regel.stam + _UITGANG[soort]


def mogelijke_gevolgen(regel: Regel) -> tuple[str, ...]:
    """All names under which a change in what this rule gives can be recorded."""
    herzien = Wijziging.HERZIEN if regel.besluit else Wijziging.CORRIGEREN
    soorten = (herzien, Wijziging.HANDHAVEN, Wijziging.INTREKKEN, Wijziging.ZEKERHEID_WIJZIGEN)
    return (regel.gevolg, *regel.eigen_namen, *(regel.stam + _UITGANG[soort] for soort in soorten))
