"""Exact numbers from text, as people and files write them: 1300 · 4.4 · 4,4. Never a float on the way."""

import re
from decimal import Decimal

_CIJFERS = 15
_ACHTER = 12
"""More digits than any measure has, and few enough for sums and products to stay exact in a Decimal."""

_GETAL = re.compile(r"[+-]?([0-9]+)(?:[.,]([0-9]+))?")
_ANDERS = re.compile(r"[+-]?[0-9]+(?:[.,][0-9]+)?[eE][+-]?[0-9]+|[+-]?[0-9]{1,3}(?:[._ ][0-9]{3})+(?:,[0-9]+)?")
"""Numbers too, but not as they are written here: with a power of ten, or with thousands apart."""

_GETOOND = 64


def exact(tekst: str, voorbeeld: str = "1300, 4.4 of 4,4") -> Decimal:
    """The number that is written here; equal numbers give the same Decimal (4,40 is 4.4).

    ValueError, with a sentence in Dutch, when it is no number, or not one that is written so.
    """
    kaal = tekst.strip()
    gevonden = _GETAL.fullmatch(kaal)
    if not gevonden:
        if _ANDERS.fullmatch(kaal):
            raise ValueError(f"{_getoond(tekst)}: schrijf gewone cijfers, bijvoorbeeld {voorbeeld}")
        raise ValueError(f"{_getoond(tekst)} is geen getal; schrijf bijvoorbeeld {voorbeeld}")
    if len(gevonden[1]) > _CIJFERS:
        grens = "groter zijn dan -1" if kaal.startswith("-") else "kleiner zijn dan 1"
        raise ValueError(f"{_getoond(tekst)} moet {grens}{'0' * _CIJFERS}")
    if len(gevonden[2] or "") > _ACHTER:
        raise ValueError(f"{_getoond(tekst)} heeft te veel cijfers achter de komma; schrijf er hoogstens {_ACHTER}")
    punt = kaal.replace(",", ".")
    return Decimal(punt.rstrip("0").rstrip(".") if "." in punt else punt)


def geheel(tekst: str, voorbeeld: str = "1300") -> int:
    """The whole number that is written here (1300 and 1300,0; not 1300,5). ValueError as for `exact`."""
    getal = exact(tekst, voorbeeld)
    if getal != getal.to_integral_value():
        raise ValueError(f"{_getoond(tekst)} is geen geheel getal")
    return int(getal)


def _getoond(tekst: str) -> str:
    """The text as it was written, not too long."""
    return repr(tekst) if len(tekst) <= _GETOOND else f"{tekst[: _GETOOND - 1]!r}…"
