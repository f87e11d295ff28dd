"""What may be asked of aanschafheffing: the contract of its commando."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from actors.register.contract import Doc, Gemeten, Kenmerk


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistreerBetaling:
    """Register that a payment came in for a purchase, also one whose levy is not known here (yet)."""

    auto_id: Annotated[Kenmerk, Doc("Kenmerk van de auto.")]
    aanschaf_id: Annotated[Kenmerk, Doc("Kenmerk van de aanschaf waarvoor is betaald.")]
    betaling_id: Annotated[Kenmerk, Doc("Kenmerk van de betaling; betekenisloos en blijvend.")]
    bedrag_eurocent: Annotated[Gemeten, Doc("Het ontvangen bedrag in eurocent, meer dan 0.")]
    ontvangen_op: Annotated[date, Doc("Dag waarop het bedrag is ontvangen, plaatselijke tijd.")]
