"""What may be asked of spitspas: the contracts of its commando's."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from annotated_types import MaxLen, MinLen

from actors.register.contract import Doc, Kenmerk
from actors.register.gevolg import Overname


@dataclass(frozen=True, slots=True, kw_only=True)
class Lid:
    """An adult who is a member of a household from a day on."""

    persoon_id: Annotated[Kenmerk, Doc("Betekenisloze verwijzing naar de volwassene.")]
    vanaf: Annotated[date, Doc("Eerste dag van het lidmaatschap.")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Vertrek:
    """An adult who leaves a household: no member any more from this day on."""

    persoon_id: Annotated[Kenmerk, Doc("Betekenisloze verwijzing naar de volwassene.")]
    vanaf: Annotated[date, Doc("Eerste dag waarop deze volwassene geen lid meer is.")]


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistreerHuishouden:
    """Register a household with its adults; at least one."""

    huishouden_id: Annotated[Kenmerk, Doc("Kenmerk van het huishouden; betekenisloos en blijvend.")]
    leden: Annotated[tuple[Lid, ...], MinLen(1), MaxLen(100), Doc("De volwassenen, elk met de eerste dag.")]


@dataclass(frozen=True, slots=True, kw_only=True)
class WijzigHuishoudsamenstelling:
    """Adults join or leave a known household, by date; late reports count from their own day."""

    huishouden_id: Annotated[Kenmerk, Doc("Kenmerk van het huishouden.")]
    toetredingen: Annotated[tuple[Lid, ...], MaxLen(100), Doc("Wie erbij komt, en vanaf wanneer.")] = ()
    vertrekken: Annotated[tuple[Vertrek, ...], MaxLen(100), Doc("Wie weggaat, en vanaf wanneer.")] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StelHuishoudelijkMilieueffectVast:
    """Take over what the cars of an adult contribute, and decide anew: offered by signaalverwerking."""

    huishouden_id: Annotated[Kenmerk, Doc("Kenmerk van het huishouden.")]
    overname: Annotated[Overname, Doc("De bijdragen, met hun bron en nummer daar.")]
