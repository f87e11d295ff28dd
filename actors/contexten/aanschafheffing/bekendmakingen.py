"""What aanschafheffing makes known, to whom and on what ground."""

from typing import Any

from actors.register.bekendmaking import Brief, Notificatie
from actors.register.verantwoording import Grond

VOOR_SPITSPAS = Notificatie(
    naam="autobezit",
    versie=1,
    aggregaat="auto",
    doelgroep="spitspas",
    grondslag=Grond("wet", "Wet aanschafheffing, artikel 8 (opgave aan NDM)", "1"),
    gegevens=("bezit",),
    omschrijving="Punten van een auto, met betekenisloze verwijzingen naar auto en eigenaar; verder niets.",
)


def _verandert_de_schuld(was: Any, waarde: Any) -> bool:
    """A letter tells a change in what is owed; that nothing was and is due is not told."""
    return (was or 0) != (waarde or 0)


HEFFINGSBRIEF = Brief(
    naam="heffingsbrief",
    versie=2,
    aggregaat="auto",
    over="heffing_eurocent",
    sjabloon="heffingsbrief.j2",
    grondslag=Grond("wet", "Algemene wet bestuursrecht, artikel 3:41", ""),
    wanneer=_verandert_de_schuld,
    geadresseerde="koper",
    aanhef="koper_naam",
    ook=("teruggaaf_eurocent",),
    opgeteld=("bedrag_eurocent",),
    omschrijving="De brief aan de koper over zijn aanschafheffing.",
)

NOTIFICATIES = (VOOR_SPITSPAS,)
BRIEVEN = (HEFFINGSBRIEF,)
