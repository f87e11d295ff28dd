"""What may be asked of parkeervergunning: the contract of its commando."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from actors.register.contract import Doc, Kenmerk, Naam
from actors.register.persoonsgegeven import Persoonlijk


@dataclass(frozen=True, slots=True, kw_only=True)
class VraagVergunningAan:
    """Apply for a vergunning to park a car in a zone, also for a car that is not known here (yet)."""

    auto_id: Annotated[Kenmerk, Doc("Kenmerk van de auto.")]
    vergunning_id: Annotated[Kenmerk, Doc("Kenmerk van de vergunning; betekenisloos en blijvend.")]
    aanvrager: Annotated[Kenmerk, Doc("Betekenisloze verwijzing naar de aanvrager.")]
    aanvrager_naam: Annotated[Naam, Persoonlijk(), Doc("Naam van de aanvrager, voor de aanhef van een brief.")]
    zone: Annotated[Naam, Doc("Zone waarin de auto mag staan.")]
    vanaf: Annotated[date, Doc("Eerste dag waarvoor de vergunning wordt gevraagd.")]
