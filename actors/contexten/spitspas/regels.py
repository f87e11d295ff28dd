"""The rules of spitspas: what the cars of a household weigh, and how many passes follow from that."""

from fractions import Fraction
from typing import Annotated, Any

from annotated_types import Ge

from actors.register.regel import Banden, Uitkomst, berekend, leesbaar, regel, stap
from actors.register.tijdlijnen import Ontbreekt
from actors.register.verantwoording import Grond

TOEREKENING = Grond("wet", "Wet spitspas, artikel 2 (huishouden van de eigenaar)", "1")
MILIEUEFFECT = Grond("wet", "Wet spitspas, artikel 3 (huishoudelijk milieu-effect)", "1")
RECHT = Grond("wet", "Wet spitspas, artikel 4 (aantal passen)", "1")

_ONBEKEND = "onbekend"


@regel(
    "autotoerekening",
    versie=1,
    geeft="thuis",
    heet="het huishouden waar de auto meetelt",
    gevolg="AutoAanHuishoudenToegerekend",
    stam="Autotoerekening",
    grond=TOEREKENING,
    over=2,
    anker="autopunten",
)
def autotoerekening(autopunten: Any, huishouden: str | None = None) -> Uitkomst | Ontbreekt:  # noqa: ARG001 - names what it uses
    """The household in which a car counts: that of its owner; none known on any day is a taak."""
    if huishouden is None:
        return Ontbreekt("huishouden_onbekend", alleen_als_nergens=True)
    return berekend(huishouden, stap("huishouden van de eigenaar", huishouden))


@regel(
    "bijdrage",
    versie=1,
    geeft="bijdrage",
    heet="wat de auto's van de eigenaar bijdragen",
    gevolg="BijdrageVastgesteld",
    grond=TOEREKENING,
    lijsten=("autopunten",),
)
def bijdrage(huishouden: str, autopunten: dict[str, Any]) -> Uitkomst:
    """What one adult's cars add to the household: the sum of their points, unknown when one is unknown."""
    punten = None if _ONBEKEND in autopunten.values() else sum(autopunten.values())
    som = f"punten van de auto's: {' + '.join(str(p) for p in autopunten.values())}" if autopunten else "geen auto"
    return berekend({"huishouden": huishouden, "punten": punten}, stap(som, punten))


@regel(
    "huishoudelijk-milieueffect",
    versie=1,
    geeft="punten",
    heet="het milieu-effect van het huishouden",
    gevolg="HuishoudelijkMilieueffectVastgesteld",
    grond=MILIEUEFFECT,
    besluit=True,
    uitkomst=Annotated[Fraction, Ge(0)],
    lijsten=("lid",),
    gekoppeld={"bijdrage": "lid"},
)
def huishoudelijk_milieueffect(lid: dict[str, bool], bijdrage: dict[str, Any]) -> Uitkomst | Ontbreekt | None:
    """The points of the household's cars over its adults; without adults there is no household effect."""
    volwassenen = sum(lid.values())
    if not volwassenen:
        return None
    if _ONBEKEND in bijdrage.values():
        return Ontbreekt("punten_onbekend")
    som = sum(bijdrage.values())
    punten = Fraction(som, volwassenen)
    return berekend(
        punten,
        stap(f"som van de bijdragen: {' + '.join(str(b) for b in bijdrage.values())}", som),
        stap(f"{som} / {volwassenen} {'volwassene' if volwassenen == 1 else 'volwassenen'}", punten),
    )


@regel(
    "spitspasrecht",
    versie=1,
    geeft="passen",
    heet="het recht op spitspassen",
    gevolg="SpitspasrechtVastgesteld",
    grond=RECHT,
    banden=Banden((16, 31), (5, 3, 0)),
    besluit=True,
)
def spitspasrecht(punten: Fraction, banden: Banden) -> Uitkomst:
    """The number of passes a month."""
    passen = banden.kies(punten)
    return berekend(passen, stap(f"{leesbaar(punten)} punten valt in {banden.tekst(punten)}", passen))
