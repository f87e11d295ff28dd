"""The rule of parkeervergunning: what a vergunning costs a month."""

from actors.register.regel import Banden, Uitkomst, berekend, regel, stap
from actors.register.tijdlijnen import Ontbreekt
from actors.register.verantwoording import Grond

VERVALLEN = "vervallen"
"""Instead of points: DOW-TO made points known, and then that there are none."""

TARIEF = Grond("wet", "Parkeerverordening Zeestad, artikel 4 (tarief)", "1")


@regel(
    "parkeertarief",
    versie=1,
    geeft="tarief_eurocent",
    heet="het tarief van de parkeervergunning",
    gevolg="ParkeervergunningVerleend",
    stam="Parkeervergunning",
    grond=TARIEF,
    banden=Banden((15, 30), (10_00, 25_00, 60_00)),
    over=2,
    besluit=True,
    eigen=("aanvrager", "zone"),
)
def parkeertarief(
    aanvrager: str, zone: str, banden: Banden, punten: int | str | None = None
) -> Uitkomst | Ontbreekt | None:
    """The more a car asks of the street, the more its place costs; what drives no more gets no vergunning."""
    if punten is None:
        return Ontbreekt("auto_onbekend")
    if punten == VERVALLEN:
        return None
    tarief = banden.kies(punten)
    return berekend(
        tarief,
        stap(f"aangevraagd door {aanvrager} voor zone {zone}", zone),
        stap(f"{punten} punten valt in {banden.tekst(punten)}", tarief),
    )
