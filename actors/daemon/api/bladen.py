"""Bladen: pages with a cursor. All pages of one question are of one moment: the cursor holds it."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from actors.daemon.api.problemen import foute_invoer


def maak_cursor(*delen: Any) -> str:
    """Where a page begins, as text."""
    return urlsafe_b64encode(json.dumps(delen, separators=(",", ":")).encode()).rstrip(b"=").decode()


def lees_cursor(tekst: str, *soorten: type | tuple[type, ...]) -> list[Any]:
    """The parts of a cursor, each of its kind; a problem when it is none."""
    try:
        delen = json.loads(urlsafe_b64decode(tekst.encode("ascii") + b"=" * (-len(tekst) % 4)))
    except (ValueError, RecursionError):
        delen = None
    heel = isinstance(delen, list) and len(delen) == len(soorten)
    if not heel or not all(isinstance(deel, soort) for deel, soort in zip(delen, soorten, strict=True)):
        raise foute_invoer(["cursor: dit is geen cursor; neem hem over uit een link van een bladzijde"])
    return list(delen)


def links(url: str, limiet: int, zelf: str, volgende: str | None, vorige: str | None) -> dict[str, Any]:
    """The links of a page to itself and to its neighbours."""
    cursors: Mapping[str, str | None] = {"self": zelf, "next": volgende, "prev": vorige}
    return {
        naam: {"href": f"{url}?{urlencode({'limiet': limiet, 'cursor': cursor})}"}
        for naam, cursor in cursors.items()
        if cursor is not None
    }
