"""The rules of aanschafheffing: the points of a purchase, and what its buyer owes."""

from typing import Any

from actors.register.regel import Banden, Uitkomst, berekend, euro, regel, stap
from actors.register.tijdlijnen import Ontbreekt
from actors.register.verantwoording import Grond

HEFFINGSGEBIED = ("Kustland", "Middenland")

MILIEUEFFECT = Grond("wet", "Wet aanschafheffing, artikel 2 (aanschafbelastingmilieu-effect)", "1")
HEFFING = Grond("wet", "Wet aanschafheffing, artikel 4 (tarief, op de dag van aankoop)", "1")
TERUGGAAF = Grond("wet", "Wet aanschafheffing, artikel 6 (betaling en teruggaaf)", "1")
TOEREKENING = Grond("wet", "Wet aanschafheffing, artikel 8 (opgave aan NDM)", "1")


@regel(
    "aanschafbelastingmilieueffect",
    versie=1,
    geeft="punten",
    heet="de punten van de auto",
    gevolg="AanschafbelastingmilieueffectVastgesteld",
    grond=MILIEUEFFECT,
)
def aanschafbelastingmilieueffect(fysieke_punten: int, uitstoot_g_per_km: int, regio: str) -> Uitkomst | None:
    """The physical points of DOW-TO and a component for uitstoot; outside the levy area a car has none."""
    if regio not in HEFFINGSGEBIED:
        return None
    uitstoot = uitstoot_g_per_km // 10
    return berekend(
        fysieke_punten + uitstoot,
        stap("fysiek milieu-effect, overgenomen van DOW-TO", fysieke_punten),
        stap(f"{uitstoot_g_per_km} g/km / 10, naar beneden afgerond", uitstoot),
        stap(f"{fysieke_punten} + {uitstoot}", fysieke_punten + uitstoot),
    )


@regel(
    "aanschafheffing",
    versie=1,
    geeft="heffing_eurocent",
    heet="de aanschafheffing",
    gevolg="AanschafheffingVastgesteld",
    eigen_namen={"AanschafheffingNietVerschuldigd": "niets verschuldigd"},
    grond=HEFFING,
    banden=Banden((21, 36), (50_000, 200_000, 500_000)),
    over=2,
    besluit=True,
    peildatum="aankoopdatum",
    eigen=("koper", "regio"),
    gericht_aan="koper",
)
def aanschafheffing(
    koper: str,  # noqa: ARG001 - the levy is imposed on this buyer: it rests on who that is
    regio: str,
    banden: Banden,
    punten: int | None = None,
) -> Uitkomst | Ontbreekt:
    """What the buyer owes for this purchase, judged on its day; outside the area nothing is due."""
    if regio not in HEFFINGSGEBIED:
        return berekend(
            0,
            stap(f"regio {regio} ligt buiten het heffingsgebied", 0),
            gevolg="AanschafheffingNietVerschuldigd",
        )
    if punten is None:
        return Ontbreekt("punten_onbekend")
    heffing = banden.kies(punten)
    return berekend(
        heffing,
        stap(f"regio {regio} ligt in het heffingsgebied", regio),
        stap(f"{punten} punten valt in {banden.tekst(punten)}", heffing),
    )


@regel(
    "teruggaaf",
    versie=1,
    geeft="teruggaaf_eurocent",
    heet="het bedrag dat de koper terugkrijgt",
    gevolg="TeruggaafVastgesteld",
    grond=TERUGGAAF,
    over=2,
    eigen=("heffing_eurocent",),
    lijsten=("bedrag_eurocent",),
)
def teruggaaf(bedrag_eurocent: dict[str, int], heffing_eurocent: int = 0) -> Uitkomst | None:
    """What was paid for a purchase beyond the levy that is in force; without payments there is nothing to give back."""
    if not bedrag_eurocent:
        return None
    betaald = sum(bedrag_eurocent.values())
    terug = max(0, betaald - heffing_eurocent)
    return berekend(
        terug,
        stap(f"betaald: {' + '.join(euro(bedrag) for bedrag in bedrag_eurocent.values())}", betaald),
        stap(f"{euro(betaald)} - {euro(heffing_eurocent)} heffing, ten minste 0", terug),
        gevolg="TeruggaafVastgesteld",  # also when it is another one than before: nothing was wrong, more was paid
    )


@regel("autobezit", versie=1, geeft="bezit", heet="wie de auto heeft", gevolg="AutobezitVastgesteld", grond=TOEREKENING)
def autobezit(koper: str, punten: int | None = None) -> Uitkomst:
    """Who has this car, and with how many points (None outside the levy area): what NDM may know of it."""
    bezit: dict[str, Any] = {"eigenaar": koper, "punten": punten}
    return berekend(bezit, stap(f"eigenaar met {'onbekende' if punten is None else punten} punten", bezit))
