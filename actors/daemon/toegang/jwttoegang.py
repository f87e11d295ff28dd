"""Jwttoegang: who shows a JWT (RFC 7519, RFC 8725): signed by the issuer, for us, now.

`sub` is the name that is recorded, `scope` has the rechten; other scopes in it say nothing here. Only the algorithms of
the instellingen are taken, all of them with a public key: what a token says of itself chooses no other.
"""

import re
from collections.abc import Collection
from datetime import datetime
from typing import Any, Final

from joserfc import jwt
from joserfc.errors import ExpiredTokenError, InvalidClaimError, JoseError, MissingClaimError, UnsupportedAlgorithmError
from joserfc.jws import JWSRegistry, extract_compact
from joserfc.jwt import JWTClaimsRegistry

from actors.daemon.instellingen import Jwt
from actors.daemon.rechten import Gebruiker, GeenToegang, NuNietNaTeGaan
from actors.daemon.toegang.jwks import Jwks
from actors.daemon.toegang.rechtencontrole import is_recht

MAX_NAAM: Final = 200
"""Length of a `sub` that is recorded as who offered something."""

NAAM: Final = re.compile(rf"[^\x00-\x1f\x7f-\x9f\u2028\u2029]{{1,{MAX_NAAM}}}")
_OOIT: Final = 1 << 40
"""Seconds since 1970 after which it does not matter any more."""
_OPNIEUW: Final = "haal een nieuw token bij de uitgever"
_CLAIMS: Final = {
    "iss": "is van een andere uitgever",
    "aud": "is niet voor deze registers",
    "nbf": "geldt nog niet",
    "iat": "is uit de toekomst",
    "sub": "zegt niet van wie het is",
    "exp": "zegt niet tot wanneer het geldt",
}


class _Vast(JWSRegistry):
    """Exactly the algorithms that are allowed; also one that joserfc would rather see replaced (EdDSA)."""

    def get_alg(self, name: str) -> Any:
        if name not in (self.allowed or ()):
            raise UnsupportedAlgorithmError(name)
        return self.algorithms[name]


class Jwttoegang:
    """Checks tokens of one issuer."""

    def __init__(self, jwt_: Jwt, jwks: Jwks) -> None:
        """`jwt_` names issuer and audience."""
        assert jwt_.issuer is not None, "settings without issuer ask for no tokens"
        assert jwt_.audience is not None, "settings name issuer and audience together"
        assert jwt_.algoritmes, "settings name at least one algorithm"
        self._jwt = jwt_
        self._jwks = jwks
        self._algoritmes: Collection[str] = list(jwt_.algoritmes)
        self._register = _Vast(algorithms=self._algoritmes, strict_check_header=False)

    def versie(self) -> int:
        """Another number as soon as the keys are others; looks whether they are to be refreshed."""
        self._jwks.ververs()
        return self._jwks.versie

    def wie(self, token: str, nu: datetime) -> tuple[Gebruiker, float]:
        """Who shows this token, and until when (seconds since 1970) it holds. Raises GeenToegang."""
        claims = self._gecontroleerd(token, nu)
        naam, voor = claims["sub"], claims.get(self._jwt.voor_claim)
        zonder = self._jwt.voor_claim not in claims
        if not NAAM.fullmatch(naam):
            raise GeenToegang(f"het token zegt niet leesbaar van wie het is (sub); {_OPNIEUW}")
        if not zonder and not (isinstance(voor, str) and NAAM.fullmatch(voor)):
            raise GeenToegang(f"het token zegt niet leesbaar voor wie het is ({self._jwt.voor_claim}); {_OPNIEUW}")
        scope = claims.get("scope")
        rechten = frozenset(filter(is_recht, scope.split())) if isinstance(scope, str) else frozenset[str]()
        return Gebruiker(naam, rechten, voor), float(min(claims["exp"], _OOIT)) + self._jwt.speling_s

    def _gecontroleerd(self, token: str, nu: datetime) -> dict[str, Any]:
        """The claims, when all is right. No text says anything of the token that its owner did not know."""
        verwacht = JWTClaimsRegistry(
            now=int(nu.timestamp()),
            leeway=self._jwt.speling_s,
            iss={"essential": True, "value": str(self._jwt.issuer)},
            aud={"essential": True, "value": str(self._jwt.audience)},
            exp={"essential": True},
            sub={"essential": True},
        )
        try:
            kop = extract_compact(token.encode()).headers()
            alg, kid = kop.get("alg"), kop.get("kid")
            if alg not in self._algoritmes:
                raise GeenToegang(f"het token is ondertekend op een manier die hier niet geldt; {_OPNIEUW}")
            sleutel = self._jwks.zoek(kid if isinstance(kid, str) else None, str(alg))
            if sleutel is None and not self._jwks.is_leesbaar:
                raise NuNietNaTeGaan("de sleutels van de uitgever zijn nu niet te lezen; probeer het zo opnieuw")
            if sleutel is None:
                raise GeenToegang(f"het token is ondertekend met een sleutel die niet bekend is; {_OPNIEUW}")
            claims = jwt.decode(token, sleutel, algorithms=self._algoritmes, registry=self._register).claims
            verwacht.validate(claims)
        except ExpiredTokenError:
            raise GeenToegang(f"het token is verlopen; {_OPNIEUW}") from None
        except (InvalidClaimError, MissingClaimError) as fout:
            wat = _CLAIMS.get(fout.claim.partition(",")[0], "is niet volledig")
            raise GeenToegang(f"het token {wat}; {_OPNIEUW}") from None
        except (JoseError, ValueError, TypeError, KeyError, RecursionError):
            raise GeenToegang(f"het token is niet echt, of geen token; {_OPNIEUW}") from None
        return claims
