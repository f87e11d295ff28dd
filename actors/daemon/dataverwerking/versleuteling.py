"""Versleuteling: the id of a betrokkene in a log line, to be read by the register alone: AES-256-GCM.

The key is derived (HKDF-SHA256) from the secret of the register, another one per month: so no key is used for more
lines than random nonces are safe for, some four thousand million. It is `v1.2026-06.` and then base64url of nonce and
ciphertext; the type of the id is bound to it.
"""

import base64
import re
from collections.abc import Callable
from datetime import datetime
from functools import lru_cache
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_NONCE: Final = 12
_VORM: Final = re.compile(r"v1\.(?P<maand>[0-9]{4}-[0-9]{2})\.(?P<inhoud>[A-Za-z0-9_=-]+)")


class NietTeOntsleutelen(Exception):
    """This was not encrypted here, or is damaged; the text says in Dutch what."""


def versleutel(geheim: bytes, soort: str, wie: str, *, op: datetime, willekeur: Callable[[int], bytes]) -> str:
    """The id of a betrokkene, for the register with this secret alone; `soort` is the type of the id."""
    maand = f"{op:%Y-%m}"
    nonce = willekeur(_NONCE)
    inhoud = nonce + _sleutel(geheim, maand).encrypt(nonce, wie.encode(), soort.encode())
    return f"v1.{maand}.{base64.urlsafe_b64encode(inhoud).decode()}"


def ontsleutel(geheim: bytes, soort: str, tekst: str) -> str:
    """The id again. Raises NietTeOntsleutelen."""
    vorm = _VORM.fullmatch(tekst)
    if vorm is None:
        raise NietTeOntsleutelen("dit is geen versleutelde betrokkene")
    try:
        inhoud = base64.urlsafe_b64decode(vorm["inhoud"])
        return _sleutel(geheim, vorm["maand"]).decrypt(inhoud[:_NONCE], inhoud[_NONCE:], soort.encode()).decode()
    except (InvalidTag, ValueError):
        raise NietTeOntsleutelen("dit is niet met het geheim van dit register versleuteld, of beschadigd") from None


@lru_cache(maxsize=64)
def _sleutel(geheim: bytes, maand: str) -> AESGCM:
    afgeleid = HKDF(algorithm=SHA256(), length=32, salt=None, info=f"gevolg/dataverwerkingen/{maand}".encode())
    return AESGCM(afgeleid.derive(geheim))
