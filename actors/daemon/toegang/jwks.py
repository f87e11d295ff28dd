"""Jwks: the public keys of who gives out tokens, from a file or an https address (RFC 7517).

A file is read again when it changed. Those of an address are kept: fetched again after ten minutes, in the background,
and when a token names a key that is not there, at most once per half minute. What was fetched last stays in use for as
long as the address does not answer.
"""

import json
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import httpx
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import JWKRegistry, Key, KeySet

from actors.daemon.toegang.bestandsversie import Versie, versie_van
from actors.runtime.logboek import maak_log

VERS_S: Final = 600.0
"""How long fetched keys are not asked for again, in seconds: a key taken back is believed for as long."""
TUSSENPOOS_S: Final = 30.0
"""Time between two attempts, in seconds, whatever tokens ask for: nobody makes us bother the address."""
WACHTTIJD_S: Final = 3.0
"""How long an address may take to answer, in seconds."""
MAX_BYTES: Final = 1 << 20
"""Size of a set of keys that is taken."""

_MIN_MODULUS: Final = 342
"""Length of the modulus of an RSA key of 2048 bits, the least that is taken, in characters of base64url."""
_SOORTEN: Final = ("RSA", "EC", "OKP")

log = maak_log("toegang")


class Jwks(ABC):
    """Keys by their `kid`; `versie` is another number as soon as they are others."""

    def __init__(self) -> None:
        self.versie = 0
        self._sleutels: KeySet | None = None
        self._inhoud = b""

    @property
    def is_leesbaar(self) -> bool:
        """Whether there are any, and those of now as far as is known."""
        return self._sleutels is not None

    @abstractmethod
    def ververs(self, *, onbekend: bool = False) -> None:
        """See to it that they are as they should be now; `onbekend`: a token names one that is not there."""

    def zoek(self, kid: str | None, alg: str) -> Key | None:
        """The key of this id for this algorithm; without id the only one there is. None when there is none."""
        self.ververs()
        gevonden = self._zoek(kid, alg)
        if gevonden is None:
            self.ververs(onbekend=True)
            gevonden = self._zoek(kid, alg)
        return gevonden

    def _zoek(self, kid: str | None, alg: str) -> Key | None:
        if self._sleutels is None:
            return None
        try:
            return self._sleutels.get_by_kid(kid, {"alg": alg, "use": "sig"})
        except InvalidKeyIdError:
            return None

    def _neem(self, inhoud: bytes) -> None:
        """Use these keys from now on. Raises ValueError when there is none among them to check with."""
        if inhoud == self._inhoud:
            return
        self._sleutels = _openbaar(inhoud)
        self._inhoud = inhoud
        self.versie += 1


def _openbaar(inhoud: bytes) -> KeySet:
    """The keys in it that can be used to check, and not to sign by whoever has them. Raises ValueError."""
    try:
        delen = json.loads(inhoud)["keys"]
        sleutels = [een for deel in delen if (een := _een(deel)) is not None]
    except (TypeError, KeyError, AttributeError, RecursionError):
        raise ValueError("is geen JWKS") from None
    if not sleutels:
        raise ValueError(f"heeft geen sleutel om mee na te gaan ({', '.join(_SOORTEN)})")
    return KeySet(sleutels)


def _een(deel: dict[str, Any]) -> Key | None:
    """One key; None when it is of another kind, for something else, too small or not to be read."""
    if deel.get("kty") not in _SOORTEN or deel.get("use", "sig") != "sig":
        return None
    if deel["kty"] == "RSA" and len(str(deel.get("n", ""))) < _MIN_MODULUS:
        return None
    try:
        return JWKRegistry.import_key(deel)
    except (JoseError, ValueError, TypeError, KeyError):
        return None


class JwksBestand(Jwks):
    """Keys in a file."""

    def __init__(self, pad: Path) -> None:
        """Read it for the first time; what is wrong with it is logged."""
        super().__init__()
        self._pad = pad
        self._gezien: Versie | None = None
        self.ververs()

    def ververs(self, *, onbekend: bool = False) -> None:  # noqa: ARG002 - the file says by itself when it changed
        """Read it again when it is another one; when that fails, what was read last stays in use."""
        versie = versie_van(self._pad)
        if versie == self._gezien:
            return
        self._gezien = versie
        try:
            self._neem(self._pad.read_bytes())
        except (OSError, ValueError) as fout:
            log.warning("jwks.not_refreshed", source=str(self._pad), reason=_reden(fout))


class JwksAdres(Jwks):
    """Keys at an https address."""

    def __init__(
        self, adres: str, haal: Callable[[str], bytes] | None = None, klok: Callable[[], float] = time.monotonic
    ) -> None:
        """`haal` gives the bytes at an address, or raises OSError or httpx.HTTPError; `klok` counts seconds."""
        super().__init__()
        self._adres = adres
        self._haal = haal or haal_op
        self._klok = klok
        self._poging = float("-inf")
        self._gelukt = False
        self._slot = threading.Lock()
        self._achtergrond: threading.Thread | None = None

    def ververs(self, *, onbekend: bool = False) -> None:
        """Fetch them when there are none or one is missing; in the background when they are merely old."""
        wacht = VERS_S if self._gelukt and not onbekend else TUSSENPOOS_S
        if self._klok() - self._poging < wacht:
            return
        if self._sleutels is None or onbekend:
            self._haal_nu(wacht)
        elif self._achtergrond is None or not self._achtergrond.is_alive():
            self._achtergrond = threading.Thread(target=self._haal_nu, args=(wacht,), name="jwks", daemon=True)
            self._achtergrond.start()

    @property
    def is_leesbaar(self) -> bool:
        """Whether the address gave them when it was asked last."""
        return self._gelukt

    def _haal_nu(self, wacht: float) -> None:
        with self._slot:
            if self._klok() - self._poging < wacht:
                return  # another thread just did
            self._poging, self._gelukt = self._klok(), False
            try:
                self._neem(self._haal(self._adres))
                self._gelukt = True
            except (OSError, httpx.HTTPError, ValueError) as fout:
                log.warning("jwks.not_refreshed", source=self._adres, reason=_reden(fout))


def haal_op(adres: str, vervoer: httpx.BaseTransport | None = None) -> bytes:
    """The bytes at an https address, that follows to nowhere else. Raises httpx.HTTPError, ValueError when too much."""
    with httpx.Client(timeout=WACHTTIJD_S, transport=vervoer) as klant, klant.stream("GET", adres) as antwoord:
        antwoord.raise_for_status()
        if antwoord.status_code != httpx.codes.OK:
            raise ValueError(f"antwoordt met {antwoord.status_code}")
        inhoud = b""
        for deel in antwoord.iter_bytes():
            inhoud += deel
            if len(inhoud) > MAX_BYTES:
                raise ValueError(f"is groter dan {MAX_BYTES} bytes")
        return inhoud


def _reden(fout: Exception) -> str:
    return getattr(fout, "strerror", None) or str(fout) or type(fout).__name__
