"""Exact numbers from text, as people and files write them: 1300 · 4.4 · 4,4. Never a float on the way."""

import re
from decimal import Decimal

_GETAL = re.compile(r"[+-]?[0-9]{1,15}(?:[.,][0-9]{1,12})?")
"""More digits than any measure has, and few enough for sums and products to stay exact in a Decimal."""


def exact(tekst: str) -> Decimal:
    """The number that is written here; equal numbers give the same Decimal (4,40 is 4.4).

    ValueError, with a sentence in Dutch, when it is no number.
    """
    kaal = tekst.strip()
    if not _GETAL.fullmatch(kaal):
        raise ValueError(f"{tekst!r} is geen getal; schrijf bijvoorbeeld 1300, 4.4 of 4,4")
    punt = kaal.replace(",", ".")
    return Decimal(punt.rstrip("0").rstrip(".") if "." in punt else punt)


def geheel(tekst: str) -> int:
    """The whole number that is written here (1300 and 1300,0; not 1300,5). ValueError as for `exact`."""
    getal = exact(tekst)
    if getal != getal.to_integral_value():
        raise ValueError(f"{tekst!r} is geen geheel getal")
    return int(getal)
