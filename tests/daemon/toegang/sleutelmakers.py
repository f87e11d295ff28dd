"""Who gives out tokens: keys of every kind, JWKS of them, and tokens as he would make them or a thief would."""

import base64
import hashlib
import hmac
import json
import warnings
from datetime import UTC, datetime
from functools import cache
from typing import Any

from joserfc import jwt
from joserfc.errors import SecurityWarning
from joserfc.jwk import ECKey, Key, KeySet, OKPKey, RSAKey

from actors.daemon.instellingen import Jwt

ISSUER, AUDIENCE = "https://inloggen.example.nl", "gevolg"
NU = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)
SECONDE = int(NU.timestamp())


@cache
def sleutel(alg: str, kid: str) -> Key:
    if alg.startswith(("RS", "PS")):
        return RSAKey.generate_key(2048, {"kid": kid})
    if alg.startswith("ES"):
        return ECKey.generate_key({"ES256": "P-256", "ES384": "P-384", "ES512": "P-521"}[alg], {"kid": kid})
    return OKPKey.generate_key("Ed25519", {"kid": kid})


def jwks(*sleutels: Key) -> bytes:
    return json.dumps(KeySet(list(sleutels)).as_dict(private=False)).encode()


def claims(**anders: Any) -> dict[str, Any]:
    """What a good token says, unless said otherwise; None leaves it out."""
    gewoon = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": "loket-1",
        "exp": SECONDE + 300,
        "scope": "openid spitspas:lezen:huishouden@2",
    }
    return {naam: waarde for naam, waarde in {**gewoon, **anders}.items() if waarde is not None}


def token(met: Key, alg: str = "RS256", kop: dict[str, Any] | None = None, **anders: Any) -> str:
    header = {"alg": alg, "kid": met.kid, **(kop or {})}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SecurityWarning)
        return jwt.encode({n: w for n, w in header.items() if w is not None}, claims(**anders), met, algorithms=[alg])


def zelfgemaakt(kop: dict[str, Any], inhoud: dict[str, Any], geheim: bytes | None) -> str:
    """A token that no library would make: with any header, signed with HMAC, or not at all."""

    def deel(wat: bytes) -> str:
        return base64.urlsafe_b64encode(wat).rstrip(b"=").decode()

    tekst = f"{deel(json.dumps(kop).encode())}.{deel(json.dumps(inhoud).encode())}"
    return f"{tekst}.{deel(hmac.digest(geheim, tekst.encode(), hashlib.sha256)) if geheim is not None else ''}"


def instellingen(**anders: Any) -> Jwt:
    return Jwt(**{"issuer": ISSUER, "audience": AUDIENCE, "jwks": "jwks.json", **anders})
