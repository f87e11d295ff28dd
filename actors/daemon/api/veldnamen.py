"""Veldnamen: lowerCamelCase in the API, snake_case in the registers; only names are turned, never values."""

import re
from functools import lru_cache
from typing import Any

DIEPST = 32
"""How deep a body may be nested: a commando with a waarde in a step of a correction comes to seven."""

_HOOFDLETTER = re.compile("[A-Z]")
_GENOEMD = re.compile("`([a-z][a-z0-9]*(?:_[a-z0-9]+)+)`")


class TeDiep(ValueError):
    """What was offered is nested deeper than anything a register takes."""


@lru_cache(maxsize=4096)
def naar_snake(naam: str) -> str:
    """`gewichtKg` → `gewicht_kg`."""
    return _HOOFDLETTER.sub(lambda letter: f"_{letter[0].lower()}", naam)


@lru_cache(maxsize=4096)
def naar_camel(naam: str) -> str:
    """`gewicht_kg` → `gewichtKg`."""
    eerste, *rest = naam.split("_")
    return eerste + "".join(f"{deel[:1].upper()}{deel[1:]}" for deel in rest)


def plaats_naar_camel(plaats: str) -> str:
    """`data.aanschaf.koper_naam` → `data.aanschaf.koperNaam`."""
    return ".".join(naar_camel(deel) for deel in plaats.split("."))


def fout_naar_camel(fout: str) -> str:
    """One "place: what is wrong" with the place as the caller wrote it."""
    plaats, teken, wat = fout.partition(": ")
    return f"{plaats_naar_camel(plaats)}{teken}{tekst_naar_camel(wat)}"


def tekst_naar_camel(tekst: str) -> str:
    """A sentence in which fields stand between backticks."""
    return _GENOEMD.sub(lambda naam: f"`{naar_camel(naam[1])}`", tekst) if "`" in tekst else tekst


def lees_namen(waarde: Any, fouten: list[str], diepst: int = DIEPST, plaats: str = "", diepte: int = 0) -> Any:
    """What came in, with the names of the registers; a name with an underscore goes into `fouten`.

    Raises TeDiep when it is nested deeper than `diepst`.
    """
    if isinstance(waarde, dict):
        if diepte == diepst:
            raise TeDiep(f"dit is dieper genest dan {diepst}")
        uit = {}
        for naam, deel in waarde.items():
            waar = f"{plaats}{naam}"
            if "_" in naam:
                fouten.append(f"{waar}: schrijf namen in lowerCamelCase: {naar_camel(naam)}")
            else:
                uit[naar_snake(naam)] = lees_namen(deel, fouten, diepst, f"{waar}.", diepte + 1)
        return uit
    if isinstance(waarde, list):
        if diepte == diepst:
            raise TeDiep(f"dit is dieper genest dan {diepst}")
        return [lees_namen(deel, fouten, diepst, f"{plaats}{n}.", diepte + 1) for n, deel in enumerate(waarde)]
    return waarde


def schrijf_namen(waarde: Any) -> Any:
    """What goes out (what JSON has), with the names of the API."""
    if isinstance(waarde, dict):
        return {naar_camel(naam): schrijf_namen(deel) for naam, deel in waarde.items()}
    if isinstance(waarde, list):
        return [schrijf_namen(deel) for deel in waarde]
    return waarde
