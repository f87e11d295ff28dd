"""Stored names: `context.gevolg_naam@versie`, never a class path."""

import re
from functools import cache

from actors.register.gevolg import Wijziging
from actors.register.overname import HERROEPEN, OVERGENOMEN
from actors.register.regel import Regel

AANHOUDING = "Aanhouding"
BEOORDEELD = "SignaalBeoordeeld"

GENERIEKE_GEVOLGEN = {
    OVERGENOMEN: "Wat een ander register bekendmaakte, is hier overgenomen, met zijn grondslag daar.",
    AANHOUDING: "Dit deel van een beslissing wacht, met reden; de rest gaat door. Leeg: niets wacht meer.",
    BEOORDEELD: "Een signaal is beoordeeld: welke taken eruit volgden en waarom, ook als er geen taak volgde.",
    HERROEPEN: "Een ander register is teruggezet naar een oudere kopie; wat het niet meer zegt, geldt ook hier niet.",
}

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
