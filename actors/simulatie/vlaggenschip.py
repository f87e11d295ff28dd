"""Vlaggenschip: one car from its purchase to the finding that it was never bought, through three registers.

Bought, paid, doubted, investigated, corrected, doubted again without ground, and degistered. Every answer is of one day
on which all of it holds.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from actors.contexten.aanschafheffing.commandos import RegistreerBetaling
from actors.contexten.spitspas.commandos import Lid, RegistreerHuishouden
from actors.contexten.wegonderhoud.commandos import Aanschaf, CorrigeerAutogegevens, RegistreerAuto
from actors.register.annotatie import Afloop
from actors.register.verantwoording import Aanleidingsoort
from actors.simulatie.scenario import Gespeeld, Stap, aanbod, getal, in_twijfel, melding, stap
from actors.simulatie.terugblik import Bevraagd
from actors.verwerking.generiek.commandos import (
    BeeindigOnderzoek,
    Betreft,
    Degistreer,
    MeldTerug,
    StelInOnderzoek,
    TrekInTwijfel,
)

NAAM = "vlaggenschip"
OP = date(2026, 6, 1)
"""The day of which every answer is: after all that happens."""

AUTO, AANSCHAF, HUISHOUDEN = "vlaggenschip-auto", "vlaggenschip-aanschaf", "vlaggenschip-huishouden"
_SAM, _PARTNER = "vlaggenschip-sam", "vlaggenschip-partner"
_MELDING, _TWIJFEL = "vlaggenschip-terugmelding", "vlaggenschip-twijfel"
_AANKOOP = date(2026, 3, 1)
_VERZEKERAAR, _BEHEER = "de verzekeraar van Sam", "gegevensbeheer DOW-TO"
_WEG = "wegonderhoud"


@dataclass(frozen=True, slots=True)
class Wegonderhoud:
    """What wegonderhoud says of the car; `zekerheid` has only what is in doubt or onderzoek, here and below."""

    punten: int
    klasse: str
    zekerheid: dict[str, str]


@dataclass(frozen=True, slots=True)
class Aanschafheffing:
    """What aanschafheffing says of the purchase; no points and no levy when there is none (any more)."""

    punten: int | None
    heffing_eurocent: int | None
    openstaand_eurocent: int
    teruggaaf_eurocent: int
    zekerheid: dict[str, str]


@dataclass(frozen=True, slots=True)
class Spitspas:
    """What spitspas says of the household; `passen` a month."""

    punten: int | Fraction | None
    passen: int | None
    zekerheid: dict[str, str]


@dataclass(frozen=True, slots=True)
class Stand:
    """What the three registers say; `wegonderhoud` is None when there is no such car (any more)."""

    wegonderhoud: Wegonderhoud | None
    aanschafheffing: Aanschafheffing
    spitspas: Spitspas


def stappen() -> tuple[Stap, ...]:
    """The eight steps."""
    return (
        _registratie(),
        stap(
            NAAM,
            "betaling",
            "Sam betaalt",
            "Op 20 maart betaalt Sam de heffing.",
            aanbod(
                RegistreerBetaling(
                    auto_id=AUTO,
                    aanschaf_id=AANSCHAF,
                    betaling_id="vlaggenschip-betaling",
                    bedrag_eurocent=200_000,
                    ontvangen_op=date(2026, 3, 20),
                ),
                date(2026, 3, 20),
                melding(Aanleidingsoort.SIGNAAL, "bijschrijving op de rekening", "de bank"),
            ),
        ),
        *_twijfel_en_correctie(),
        *_tweede_twijfel(),
        stap(
            NAAM,
            "degistratie",
            "De auto blijkt nooit gekocht",
            "De koop is nooit doorgegaan. De registratie had er nooit mogen zijn, en wordt gedegistreerd. Wat op haar"
            " rustte, trekken de andere registers zelf in.",
            aanbod(
                Degistreer(
                    aggregaat="auto",
                    aggregaat_id=AUTO,
                    betreft=Betreft(onderwerp=(AUTO,)),
                    toelichting="De koop is nooit doorgegaan.",
                ),
                date(2026, 5, 6),
                melding(Aanleidingsoort.CORRECTIEVERZOEK, "brief van 4 mei", "Sam"),
                register=_WEG,
                beslisser=_BEHEER,
            ),
        ),
    )


def _registratie() -> Stap:
    huishouden = RegistreerHuishouden(
        huishouden_id=HUISHOUDEN,
        leden=tuple(Lid(persoon_id=wie, vanaf=date(2026, 1, 1)) for wie in (_SAM, _PARTNER)),
    )
    auto = RegistreerAuto(
        auto_id=AUTO,
        kenteken="SIM-VLAGGENSCHIP",
        gewicht_kg=1300,
        lengte_m=Decimal("4.4"),
        breedte_m=Decimal("1.85"),
        uitstoot_g_per_km=100,
        aanschaf=Aanschaf(
            aanschaf_id=AANSCHAF,
            koper=_SAM,
            koper_naam="Sam",
            aankoopdatum=_AANKOOP,
            regio="Kustland",
            wijk="Duinwijk",
        ),
    )
    return stap(
        NAAM,
        "registratie",
        "Sam koopt een auto",
        "Sam en zijn partner vormen een huishouden zonder auto. Op 1 maart koopt Sam, in Kustland, een auto van 1300 kg"
        " en 4,4 bij 1,85 m; volgens de verzekeraar stoot zij 100 g/km uit.",
        aanbod(
            huishouden,
            date(2026, 1, 1),
            melding(Aanleidingsoort.AANVRAAG, "opgave van het huishouden", "Sam en partner"),
        ),
        aanbod(auto, _AANKOOP, melding(Aanleidingsoort.SIGNAAL, "aankoopmelding", _VERZEKERAAR)),
    )


def _twijfel_en_correctie() -> tuple[Stap, ...]:
    terugmelding = MeldTerug(
        aggregaat="auto",
        aggregaat_id=AUTO,
        terugmelding_id=_MELDING,
        onderwerp=(AUTO,),
        gegeven="uitstoot_g_per_km",
        peilmoment=_AANKOOP,
        melder="verzekeraar",
        betwijfelde_waarde=100,
        voorgestelde_waarde=120,
        toelichting="Volgens de fabrikant stoot deze auto meer uit.",
    )
    onderzoek = StelInOnderzoek(
        aggregaat="auto", aggregaat_id=AUTO, twijfel_id=_MELDING, toelichting="De fabrikant is om gegevens gevraagd."
    )
    return (
        stap(
            NAAM,
            "terugmelding",
            "De verzekeraar twijfelt",
            "De verzekeraar meldt terug dat de uitstoot niet klopt. Hij is een bevoegde melder: de twijfel staat er"
            " meteen, in elk register waar de uitstoot in is verwerkt. De waarden blijven staan.",
            aanbod(
                terugmelding,
                date(2026, 4, 6),
                melding(Aanleidingsoort.TERUGMELDING, "melding van 6 april", _VERZEKERAAR),
                register=_WEG,
            ),
        ),
        stap(
            NAAM,
            "onderzoek",
            "Er komt een onderzoek",
            "De twijfel wordt onderzocht. Ook dat gaat de grenzen over.",
            aanbod(
                onderzoek,
                date(2026, 4, 8),
                melding(Aanleidingsoort.TERUGMELDING, "melding van 6 april", _VERZEKERAAR),
                register=_WEG,
                beslisser=_BEHEER,
            ),
        ),
        stap(
            NAAM,
            "correctie",
            "De uitstoot wordt gecorrigeerd",
            "De uitstoot is 120 g/km, en was dat altijd al. De correctie sluit het onderzoek. De heffing blijft gelijk"
            " en wordt gehandhaafd, zonder brief; het huishouden krijgt minder passen, met een brief.",
            aanbod(
                CorrigeerAutogegevens(auto_id=AUTO, uitstoot_g_per_km=120),
                date(2026, 4, 14),
                melding(Aanleidingsoort.TERUGMELDING, "opgave van de fabrikant", _VERZEKERAAR),
                beslisser=_BEHEER,
            ),
        ),
    )


def _tweede_twijfel() -> tuple[Stap, ...]:
    twijfel = TrekInTwijfel(
        aggregaat="auto",
        aggregaat_id=AUTO,
        twijfel_id=_TWIJFEL,
        betreft=Betreft(onderwerp=(AUTO,), gegeven="gewicht_kg"),
        toelichting="Een weegbrug gaf een ander gewicht.",
    )
    einde = BeeindigOnderzoek(
        aggregaat="auto",
        aggregaat_id=AUTO,
        twijfel_id=_TWIJFEL,
        uitkomst=Afloop.ONGEGROND.value,
        toelichting="De weegbrug was niet geijkt.",
    )
    ambtshalve = melding(Aanleidingsoort.AMBTSHALVE, "controle van de weegbrug", _BEHEER)
    return (
        stap(
            NAAM,
            "tweede_twijfel",
            "Een ambtenaar twijfelt aan het gewicht",
            "Van een heel ander gegeven, het gewicht, hangen ook de punten en de klasse voor de weg af.",
            aanbod(twijfel, date(2026, 4, 20), ambtshalve, register=_WEG, beslisser=_BEHEER),
        ),
        stap(
            NAAM,
            "opheffing",
            "De twijfel is ongegrond",
            "Het gewicht klopt en is nu bevestigd. Geen waarde verandert, en er gaat geen brief uit.",
            aanbod(einde, date(2026, 4, 24), ambtshalve, register=_WEG, beslisser=_BEHEER),
        ),
    )


def lees_stand(registers: Bevraagd) -> Stand:
    """What the three registers say now."""
    auto = registers.lees(_WEG, "auto", AUTO, geldig_op=OP).inhoud
    heffing = registers.lees("aanschafheffing", "referentietabel", AUTO, AANSCHAF, geldig_op=OP).inhoud
    rekening = registers.lees("aanschafheffing", "rekening", AUTO, AANSCHAF, geldig_op=OP).inhoud or {}
    passen: dict[str, Any] = registers.lees("spitspas", "huishouden", HUISHOUDEN, geldig_op=OP).inhoud or {
        "zekerheid": {}
    }
    return Stand(
        Wegonderhoud(auto["punten"], auto["klasse"], in_twijfel(auto)) if auto else None,
        Aanschafheffing(
            heffing["punten"] if heffing else None,
            heffing["heffing_eurocent"] if heffing else None,
            rekening.get("openstaand_eurocent") or 0,
            rekening.get("teruggaaf_eurocent") or 0,
            in_twijfel(heffing) if heffing else {},
        ),
        Spitspas(getal(passen.get("punten")), passen.get("passen"), in_twijfel(passen)),
    )


def tabel(gespeeld: Sequence[Gespeeld[Stand]]) -> list[dict[str, Any]]:
    """The steps as rows of the table, with the letters so far."""
    rijen = []
    brieven = dict.fromkeys(("aanschafheffing", "spitspas"), 0)
    for een in gespeeld:
        brieven = {register: aantal + een.brieven.get(register, 0) for register, aantal in brieven.items()}
        rijen.append(
            {
                "stap": een.stap.naam,
                "wegonderhoud": een.stand.wegonderhoud,
                "aanschafheffing": een.stand.aanschafheffing,
                "spitspas": een.stand.spitspas,
                "brieven": brieven,
                "herhaald": een.herhaald,
            }
        )
    return rijen
