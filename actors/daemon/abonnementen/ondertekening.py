"""Ondertekening: who receives a delivery can tell that it is ours and unchanged (Standard Webhooks 1.0, `v1`).

HMAC-SHA256 over `<webhook-id>.<webhook-timestamp>.<body>` under a secret that both know.
"""

import base64
import binascii
import hmac
from hashlib import sha256

_VOORVOEGSEL = "whsec_"
_MINSTE, _MEESTE = 24, 64  # bytes of a secret


def nieuw_geheim(willekeurig: bytes) -> str:
    """A secret made of 24 to 64 random bytes."""
    return _VOORVOEGSEL + base64.b64encode(willekeurig).decode()


def is_geheim(tekst: str) -> bool:
    """Whether this can be a secret: `whsec_` and 24 to 64 bytes in base64."""
    return _MINSTE <= len(_sleutel(tekst)) <= _MEESTE


def teken(geheim: str, bericht_id: str, moment: int, inhoud: bytes) -> dict[str, str]:
    """The headers that go with a delivery; `moment` in seconds since 1970."""
    getekend = b".".join((bericht_id.encode(), str(moment).encode(), inhoud))
    waarde = base64.b64encode(hmac.new(_sleutel(geheim), getekend, sha256).digest()).decode()
    return {"webhook-id": bericht_id, "webhook-timestamp": str(moment), "webhook-signature": f"v1,{waarde}"}


def _sleutel(geheim: str) -> bytes:
    try:
        kaal = geheim.removeprefix(_VOORVOEGSEL)
        return base64.b64decode(kaal, validate=True) if kaal != geheim else b""
    except (binascii.Error, ValueError):
        return b""
