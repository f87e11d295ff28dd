"""Jsonvorm: how values look in JSON, exactly and always the same: for the command line, for HTTP, and to repeat.

Fractions and decimals are text, days ISO, moments UTC with Z; an open bound of a geldigheid is null. What moves a
cursor, colours a terminal, turns text around or is no text at all is written in ASCII.
"""

import json
import re
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from functools import singledispatch
from typing import Any

from actors.register.tijdlijnen import OPEN_BEGIN, OPEN_EIND

ONLEESBAAR = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
"""What is not to be read on a terminal; a tab and a new line are text."""


def json_bytes(waarde: Any) -> bytes:
    """A value as JSON in UTF-8, in one way only: without spaces, keys in the order in which they stand."""
    return json_tekst(waarde, separators=(",", ":")).encode()


def json_tekst(waarde: Any, *, indent: int | None = None, separators: tuple[str, str] | None = None) -> str:
    """A value as JSON that is safe to show."""
    tekst = json.dumps(als_json(waarde), ensure_ascii=False, indent=indent, separators=separators, allow_nan=False)
    return ONLEESBAAR.sub(lambda teken: f"\\u{ord(teken.group()):04x}", tekst)


@singledispatch
def als_json(waarde: Any) -> Any:
    """A value in what JSON has, exactly: fractions and decimals are text, days ISO, moments UTC with Z.

    An open bound of a geldigheid is null. A float is left alone: only a duration of our own is one.
    """
    if is_dataclass(waarde) and not isinstance(waarde, type):
        return {veld.name: als_json(getattr(waarde, veld.name)) for veld in fields(waarde)}
    return waarde


@als_json.register
def _(waarde: Enum) -> Any:
    return waarde.value


@als_json.register
def _(waarde: bytes) -> str:
    return waarde.hex()


@als_json.register
def _(waarde: Fraction) -> str:
    return str(waarde)


@als_json.register
def _(waarde: Decimal) -> str:
    return format(waarde, "f")


@als_json.register
def _(waarde: date) -> str | None:
    return None if waarde in (OPEN_BEGIN, OPEN_EIND) else waarde.isoformat()


@als_json.register
def _(waarde: datetime) -> str:
    return waarde.astimezone(UTC).isoformat().replace("+00:00", "Z")


@als_json.register
def _(waarde: dict) -> dict[str, Any]:  # type: ignore[type-arg]  # singledispatch wants the bare type
    return {str(naam): als_json(deel) for naam, deel in waarde.items()}


@als_json.register
def _(waarde: list) -> list[Any]:  # type: ignore[type-arg]  # the same
    return [als_json(deel) for deel in waarde]


@als_json.register
def _(waarde: tuple) -> Any:  # type: ignore[type-arg]  # the same
    return als_json(waarde._asdict() if hasattr(waarde, "_asdict") else list(waarde))


@als_json.register
def _(waarde: frozenset) -> list[Any]:  # type: ignore[type-arg]  # the same
    return sorted((als_json(deel) for deel in waarde), key=str)
