"""The building blocks of a commando's contract: constraints as annotations on the fields of a dataclass.

The contract is checked by the runtime with all errors at once; a context only declares it.
"""

import re
from decimal import Decimal
from typing import Annotated, TypeAlias

from annotated_types import Ge, Lt, MaxLen, MinLen, MultipleOf, Predicate
from typing_extensions import Doc

_KENMERK = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:@-]{0,63}")

_UUID = re.compile(r"[0-9a-fA-F]{8}(-?[0-9a-fA-F]{4}){3}-?[0-9a-fA-F]{12}")


def kenmerk(waarde: str) -> bool:
    """1 to 64 letters, digits and . _ : @ - and it begins with a letter or digit."""
    return _KENMERK.fullmatch(waarde) is not None


def uuid(waarde: str) -> bool:
    """A UUID, as 32 hexadecimal digits with or without hyphens."""
    return _UUID.fullmatch(waarde) is not None


Kenmerk: TypeAlias = Annotated[str, Predicate(kenmerk)]
"""An opaque id, see `kenmerk`."""

Naam: TypeAlias = Annotated[str, MinLen(1), MaxLen(200)]
"""A name as people write it: 1 to 200 characters."""

Aantal: TypeAlias = Annotated[int, Ge(0), Lt(1_000_000_000)]
"""A whole number, 0 or more, under a billion: more is a mistake in whatever unit."""

Maat: TypeAlias = Annotated[Decimal, Ge(Decimal(0)), Lt(Decimal(1_000_000)), MultipleOf(Decimal("0.000001"))]
"""An exact size, 0 or more, under a million, with at most six decimals; the unit stands in the name of the field."""

__all__ = ["Aantal", "Doc", "Kenmerk", "Maat", "Naam", "kenmerk", "uuid"]
