"""Tegenwind: two households and two cars, and everything that goes otherwise than it should.

Doubt that reaches one household and not the other, a sale that is reported late, new law beside old law, days of
purchase that were wrong, someone who never joined, and a car that never was. Steps 6 to 9 may come in any order.
"""

from datetime import date
from decimal import Decimal

from actors.contexten.aanschafheffing.commandos import RegistreerBetaling
from actors.contexten.spitspas.commandos import Lid, RegistreerHuishouden, WijzigHuishoudsamenstelling
from actors.contexten.wegonderhoud.commandos import (
    Aanschaf,
    CorrigeerAutogegevens,
    RegistreerAuto,
    WijzigTenaamstelling,
)
from actors.register.annotatie import Afloop
from actors.register.commando import AangebodenCommando
from actors.register.regel import Overgang
from actors.register.verantwoording import Aanleidingsoort
from actors.simulatie.scenario import Stap, aanbod, melding, stap
from actors.verwerking.generiek.commandos import (
    BeeindigOnderzoek,
    Betreft,
    Degistreer,
    MeldTerug,
    RegistreerRegelversie,
    TrekInTwijfel,
)

NAAM = "tegenwind"
DAGEN = tuple(date(2026, m, d) for m, d in ((3, 15), (4, 5), (5, 15), (6, 15), (7, 1), (7, 15)))
"""The days of which the households are asked."""

HUISHOUDENS = ("HS", "HR")
AANSCHAFFEN = {"A": ("a1", "a2"), "B": ("b1",)}
"""The purchases of each car: a1 is Sam's, a2 Robin's, b1 Noor's."""

LOS = (6, 7, 8, 9)
"""The steps that may come in any order."""

_VERZEKERAAR, _BEHEER, _NDM = "de verzekeraar", "gegevensbeheer DOW-TO", "team huishoudens NDM"
_WEG, _HEFFING, _PAS = "wegonderhoud", "aanschafheffing", "spitspas"


# --- the story ------------------------------------------------------------------------------------------------


def stappen() -> tuple[Stap, ...]:
    """The twelve steps, in the order in which the story is told."""
    return (*_begin(), *_twijfel_en_verkoop(), *_correcties_en_recht(), *_einde())


def _begin() -> tuple[Stap, ...]:
    opgave = melding(Aanleidingsoort.AANVRAAG, "opgave van het huishouden", "de bewoners")
    toetreding = WijzigHuishoudsamenstelling(huishouden_id=eigen_id("HS"), toetredingen=(_lid("noor", 2),))
    auto_a = _auto("A", 1300, ("4.4", "1.85"), 100, _aanschaf("a1", "sam", date(2026, 3, 1)))
    auto_b = _auto("B", 1500, ("4.0", "1.7"), 85, _aanschaf("b1", "noor", date(2026, 4, 1)))
    gekocht = melding(Aanleidingsoort.SIGNAAL, "aankoopmelding", _VERZEKERAAR)
    return (
        stap(
            NAAM,
            1,
            "Twee huishoudens",
            "Huishouden HS is van Sam, vanaf 1 januari; op 1 februari komt Noor erbij. Huishouden HR is van Robin.",
            aanbod(_huishouden("HS", "sam"), date(2026, 1, 1), opgave),
            aanbod(toetreding, date(2026, 2, 1), opgave),
            aanbod(_huishouden("HR", "robin"), date(2026, 1, 1), opgave),
        ),
        stap(
            NAAM,
            2,
            "Sam koopt auto A",
            "Op 1 maart, 1300 kg, 4,4 bij 1,85 m en volgens de verzekeraar 100 g/km.",
            aanbod(auto_a, date(2026, 3, 1), gekocht),
        ),
        stap(
            NAAM,
            3,
            "Noor koopt auto B en betaalt",
            "Op 1 april, 1500 kg, 4,0 bij 1,7 m en 85 g/km. Noor betaalt haar heffing van € 2.000.",
            aanbod(auto_b, date(2026, 4, 1), gekocht),
            _betaling("B", "b1", date(2026, 4, 10)),
        ),
    )


def _twijfel_en_verkoop() -> tuple[Stap, ...]:
    terugmelding = MeldTerug(
        aggregaat="auto",
        aggregaat_id=eigen_id("A"),
        terugmelding_id=eigen_id("terugmelding"),
        onderwerp=(eigen_id("A"),),
        gegeven="uitstoot_g_per_km",
        peilmoment=date(2026, 3, 1),
        melder="verzekeraar",
        betwijfelde_waarde=100,
        voorgestelde_waarde=120,
        toelichting="Volgens de fabrikant stoot deze auto meer uit.",
    )
    verkoop = WijzigTenaamstelling(auto_id=eigen_id("A"), aanschaf=_aanschaf("a2", "robin", date(2026, 6, 1)))
    return (
        stap(
            NAAM,
            4,
            "De uitstoot van auto A in twijfel",
            "De verzekeraar meldt terug dat de uitstoot van A niet klopt. Wat erop rust is nu in twijfel, meer niet.",
            aanbod(
                terugmelding,
                date(2026, 5, 20),
                melding(Aanleidingsoort.TERUGMELDING, "melding van 20 mei", _VERZEKERAAR),
                register=_WEG,
            ),
        ),
        stap(
            NAAM,
            5,
            "Een late melding: auto A is verkocht aan Robin",
            "Sam verkocht A op 1 juni aan Robin. Over Robins heffing, en over HR vanaf die dag, wordt niet beslist"
            " zolang de uitstoot in twijfel is. Wat HS vanaf die dag krijgt rust op auto B alleen, en gaat door.",
            aanbod(
                verkoop, date(2026, 6, 1), melding(Aanleidingsoort.SIGNAAL, "aankoopmelding, te laat", _VERZEKERAAR)
            ),
        ),
    )


def _correcties_en_recht() -> tuple[Stap, ...]:
    heffing = RegistreerRegelversie(
        regelversie_id="aanschafheffing",
        versie=2,
        geldig_vanaf=date(2026, 7, 1),
        overgang=Overgang.EERBIEDIGEND.value,
        grenzen=(21, 33),
        uitkomsten=(50_000, 200_000, 500_000),
        grond="Wet aanschafheffing, artikel 4 (tarief, op de dag van aankoop)",
    )
    passen = RegistreerRegelversie(
        regelversie_id="spitspasrecht",
        versie=2,
        geldig_vanaf=date(2026, 7, 1),
        overgang=Overgang.ONMIDDELLIJK.value,
        grenzen=(14, 31),
        uitkomsten=(5, 3, 0),
        grond="Wet spitspas, artikel 4 (aantal passen)",
    )
    wet = melding(Aanleidingsoort.WETSWIJZIGING, "Staatsblad, wijziging per 1 juli", "de wetgever")
    verzoek = melding(Aanleidingsoort.CORRECTIEVERZOEK, "koopovereenkomst", "de koper")
    return (
        stap(
            NAAM,
            6,
            "De uitstoot wordt gecorrigeerd, en Robin betaalt",
            "A stoot 120 g/km uit, altijd al. De twijfel is weg; wat wachtte gaat vanzelf door. Robin betaalt € 2.000.",
            aanbod(
                CorrigeerAutogegevens(auto_id=eigen_id("A"), uitstoot_g_per_km=120),
                date(2026, 6, 20),
                melding(Aanleidingsoort.TERUGMELDING, "opgave van de fabrikant", _VERZEKERAAR),
                beslisser=_BEHEER,
            ),
            _betaling("A", "a2", date(2026, 6, 24)),
        ),
        stap(
            NAAM,
            7,
            "Nieuw recht vanaf 1 juli",
            "De heffing krijgt andere banden, voor wie vanaf 1 juli koopt (eerbiedigend); de passen ook, voor iedereen"
            " vanaf die dag (onmiddellijk). Alles wat erop rust wordt opnieuw beoordeeld, en geteld.",
            aanbod(heffing, date(2026, 6, 25), wet, register=_HEFFING),
            aanbod(passen, date(2026, 6, 25), wet, register=_PAS),
        ),
        stap(
            NAAM,
            8,
            "Sam kocht auto A later",
            "De aankoopdatum van Sam was 10 april.",
            aanbod(_datum("a1", date(2026, 4, 10)), date(2026, 7, 20), verzoek, beslisser=_BEHEER),
        ),
        stap(
            NAAM,
            9,
            "Robin kocht auto A later",
            "De aankoopdatum van Robin was 2 juli: onder het nieuwe recht.",
            aanbod(_datum("a2", date(2026, 7, 2)), date(2026, 7, 21), verzoek, beslisser=_BEHEER),
        ),
    )


def _einde() -> tuple[Stap, ...]:
    twijfel = TrekInTwijfel(
        aggregaat="auto",
        aggregaat_id=eigen_id("B"),
        twijfel_id=eigen_id("twijfel"),
        betreft=Betreft(onderwerp=(eigen_id("B"),), gegeven="gewicht_kg"),
        toelichting="Een weegbrug gaf een ander gewicht.",
    )
    ongegrond = BeeindigOnderzoek(
        aggregaat="auto",
        aggregaat_id=eigen_id("B"),
        twijfel_id=eigen_id("twijfel"),
        uitkomst=Afloop.ONGEGROND.value,
        toelichting="De weegbrug was niet geijkt.",
    )
    controle = melding(Aanleidingsoort.AMBTSHALVE, "controle van de weegbrug", _BEHEER)
    return (
        stap(
            NAAM,
            10,
            "Twijfel aan het gewicht van auto B, ongegrond",
            "Aan het gewicht van B wordt getwijfeld. De twijfel blijkt ongegrond en wordt opgeheven. Niets verandert.",
            aanbod(twijfel, date(2026, 7, 22), controle, register=_WEG, beslisser=_BEHEER),
            aanbod(ongegrond, date(2026, 7, 24), controle, register=_WEG, beslisser=_BEHEER),
        ),
        stap(
            NAAM,
            11,
            "Noor trad nooit toe tot HS",
            "Haar toetreding wordt gedegistreerd. Sam is alleen, en Noors auto hoort bij geen huishouden: een taak.",
            aanbod(
                _degistreer(
                    "huishouden", eigen_id("HS"), eigen_id("noor"), waarom="De opgave was van een ander adres."
                ),
                date(2026, 7, 27),
                melding(Aanleidingsoort.CORRECTIEVERZOEK, "brief van 25 juli", "Noor"),
                register=_PAS,
                beslisser=_NDM,
            ),
        ),
        stap(
            NAAM,
            12,
            "Auto B blijkt nooit gekocht",
            "De registratie van B wordt gedegistreerd. De heffing wordt ingetrokken, en van de taak is niets over.",
            aanbod(
                _degistreer("auto", eigen_id("B"), waarom="De koop is nooit doorgegaan."),
                date(2026, 7, 28),
                melding(Aanleidingsoort.CORRECTIEVERZOEK, "brief van 26 juli", "Noor"),
                register=_WEG,
                beslisser=_BEHEER,
            ),
        ),
    )


# --- its commando's -------------------------------------------------------------------------------------------


def eigen_id(kort: str) -> str:
    """The id under which a register knows what the story calls by a short name."""
    return f"{NAAM}-{kort}"


def _lid(wie: str, maand: int) -> Lid:
    return Lid(persoon_id=eigen_id(wie), vanaf=date(2026, maand, 1))


def _huishouden(naam: str, wie: str) -> RegistreerHuishouden:
    return RegistreerHuishouden(huishouden_id=eigen_id(naam), leden=(_lid(wie, 1),))


def _aanschaf(naam: str, wie: str, op: date) -> Aanschaf:
    return Aanschaf(
        aanschaf_id=eigen_id(naam),
        koper=eigen_id(wie),
        koper_naam=wie.title(),
        aankoopdatum=op,
        regio="Kustland",
        wijk="Duinwijk",
    )


def _auto(naam: str, gewicht_kg: int, maat_m: tuple[str, str], uitstoot: int, aanschaf: Aanschaf) -> RegistreerAuto:
    return RegistreerAuto(
        auto_id=eigen_id(naam),
        kenteken=f"SIM-TEGENWIND-{naam}",
        gewicht_kg=gewicht_kg,
        lengte_m=Decimal(maat_m[0]),
        breedte_m=Decimal(maat_m[1]),
        uitstoot_g_per_km=uitstoot,
        aanschaf=aanschaf,
    )


def _betaling(auto: str, aanschaf: str, op: date) -> AangebodenCommando:
    betaling = RegistreerBetaling(
        auto_id=eigen_id(auto),
        aanschaf_id=eigen_id(aanschaf),
        betaling_id=eigen_id(f"betaling-{aanschaf}"),
        bedrag_eurocent=200_000,
        ontvangen_op=op,
    )
    return aanbod(betaling, op, melding(Aanleidingsoort.SIGNAAL, "bijschrijving op de rekening", "de bank"))


def _datum(aanschaf: str, op: date) -> CorrigeerAutogegevens:
    return CorrigeerAutogegevens(auto_id=eigen_id("A"), aanschaf_id=eigen_id(aanschaf), aankoopdatum=op)


def _degistreer(aggregaat: str, *onderwerp: str, waarom: str) -> Degistreer:
    return Degistreer(
        aggregaat=aggregaat, aggregaat_id=onderwerp[0], betreft=Betreft(onderwerp=onderwerp), toelichting=waarom
    )
