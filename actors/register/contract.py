"""The building blocks of a commando's contract: constraints as annotations on the fields of a dataclass.

The contract is checked by the runtime with all errors at once; a context only declares it.
"""

import re
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Any, TypeAlias

from annotated_types import Ge, Gt, Lt, MaxLen, MinLen, MultipleOf, Predicate
from typing_extensions import Doc

KENMERK = "[A-Za-z0-9][A-Za-z0-9._:@-]{0,63}"
"""How a kenmerk is written, as a regular expression."""
_KENMERK = re.compile(KENMERK)

_LANGSTE_TEKST = 2000
_MEESTE_CIJFERS = 100
_EXACTE_CIJFERS = 28
_TE_GROOT: int = 10**_MEESTE_CIJFERS

UUID = "[0-9a-fA-F]{8}(-?[0-9a-fA-F]{4}){3}-?[0-9a-fA-F]{12}"
"""How a UUID is written, as a regular expression."""
_UUID = re.compile(UUID)


def kenmerk(waarde: str) -> bool:
    """1 to 64 letters, digits and . _ : @ - and it begins with a letter or digit."""
    return _KENMERK.fullmatch(waarde) is not None


def uuid(waarde: str) -> bool:
    """A UUID, as 32 hexadecimal digits with or without hyphens."""
    return _UUID.fullmatch(waarde) is not None


def waarde(gegeven: Any) -> bool:
    """A value that a register can keep: none, yes or no, text, a whole or exact number, a day or an aware moment.

    Text has at most 2000 characters, a number at most a hundred digits: more is a mistake in whatever gegeven.
    """
    if isinstance(gegeven, datetime):
        return gegeven.tzinfo is not None
    if isinstance(gegeven, str):
        return len(gegeven) <= _LANGSTE_TEKST and not any("\ud800" <= teken <= "\udfff" for teken in gegeven)
    if isinstance(gegeven, Decimal):
        return gegeven.is_finite() and abs(gegeven.adjusted()) < _MEESTE_CIJFERS and _kort(gegeven.as_tuple().digits)
    if isinstance(gegeven, int | Fraction):
        return abs(gegeven.numerator) < _TE_GROOT and gegeven.denominator < _TE_GROOT
    return gegeven is None or isinstance(gegeven, date)


def _kort(cijfers: tuple[int, ...]) -> bool:
    return len(cijfers) <= _MEESTE_CIJFERS


def kort(getal: Decimal) -> bool:
    """A number of which division is exact: at most 28 digits, zeros at its end included."""
    return len(getal.as_tuple().digits) <= _EXACTE_CIJFERS


def gevuld(tekst: str) -> bool:
    """Text in which something stands."""
    return bool(tekst.strip())


Waarde: TypeAlias = Annotated[Any, Predicate(waarde)]
"""A value of any gegeven, see `waarde`."""

Kenmerk: TypeAlias = Annotated[str, Predicate(kenmerk)]
"""An opaque id, see `kenmerk`."""

Naam: TypeAlias = Annotated[str, MinLen(1), MaxLen(200)]
"""A name as people write it: 1 to 200 characters."""

Aantal: TypeAlias = Annotated[int, Ge(0), Lt(1_000_000_000)]
"""A whole number, 0 or more, under a billion: more is a mistake in whatever unit."""

Gemeten: TypeAlias = Annotated[int, Ge(1), Lt(1_000_000_000)]
"""A whole number that was measured: 0 would mean that it was not."""

_ZES_DECIMALEN = MultipleOf(Decimal("0.000001")), Predicate(kort)

GemetenMaat: TypeAlias = Annotated[Decimal, Gt(Decimal(0)), Lt(Decimal(1_000_000)), *_ZES_DECIMALEN]
"""An exact size that was measured: 0 would mean that it was not."""

Maat: TypeAlias = Annotated[Decimal, Ge(Decimal(0)), Lt(Decimal(1_000_000)), *_ZES_DECIMALEN]
"""An exact size, 0 or more, under a million, with at most six decimals; the unit stands in the name of the field."""

__all__ = [
    "KENMERK",
    "UUID",
    "Aantal",
    "Doc",
    "Gemeten",
    "GemetenMaat",
    "Kenmerk",
    "Maat",
    "Naam",
    "Waarde",
    "gevuld",
    "kenmerk",
    "uuid",
    "waarde",
]
