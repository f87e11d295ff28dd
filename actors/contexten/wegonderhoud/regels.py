"""The rules of wegonderhoud: what a car does to the road."""

from decimal import Decimal
from fractions import Fraction

from actors.register.regel import Banden, Uitkomst, berekend, leesbaar, regel, stap
from actors.register.verantwoording import Grond

MILIEUEFFECT = Grond("wet", "Wet wegonderhoud, artikel 3 (fysiek milieu-effect)", "1")
KLASSEN = Grond("beleid", "Beleidsregel wegbelasting, tabel 1 (klassen)", "1")


@regel(
    "fysiek-milieueffect",
    versie=1,
    geeft="punten",
    heet="het fysiek milieu-effect van de auto",
    gevolg="FysiekMilieueffectVastgesteld",
    grond=MILIEUEFFECT,
)
def fysiek_milieueffect(gewicht_kg: int, lengte_m: Decimal, breedte_m: Decimal) -> Uitkomst:
    """The sum of a mass component and a space component, each rounded down; uitstoot plays no part."""
    massa = gewicht_kg // 100
    oppervlak = Fraction(lengte_m) * Fraction(breedte_m)
    ruimte = int(oppervlak)
    return berekend(
        massa + ruimte,
        stap(f"{gewicht_kg} kg / 100, naar beneden afgerond", massa),
        stap(
            f"{leesbaar(lengte_m)} m × {leesbaar(breedte_m)} m = {leesbaar(oppervlak)} m², naar beneden afgerond",
            ruimte,
        ),
        stap(f"{massa} + {ruimte}", massa + ruimte),
    )


@regel(
    "fysiek-milieueffectklasse",
    versie=1,
    geeft="klasse",
    heet="de klasse van de auto",
    gevolg="FysiekMilieueffectGeclassificeerd",
    stam="FysiekMilieueffectklasse",
    grond=KLASSEN,
    banden=Banden((6, 51), ("beperkt belastend", "gemiddeld belastend", "zwaarbelastend")),
)
def fysiek_milieueffectklasse(punten: int, banden: Banden) -> Uitkomst:
    """The class in which the points fall."""
    klasse = banden.kies(punten)
    return berekend(klasse, stap(f"{punten} punten valt in {banden.tekst(punten)}", klasse))
