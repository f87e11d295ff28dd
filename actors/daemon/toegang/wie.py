"""Wie: who asks, by the header `Authorization`: an API-sleutel or a JWT, each checked once and then known for a while.

What was checked is kept under a digest of the header, never the header itself, for as long as it holds and as the keys
it was checked with are the same: whoever is withdrawn is unknown at the next request.
"""

import asyncio
import hashlib
import threading
from collections import OrderedDict
from datetime import datetime
from pathlib import Path
from typing import Final, NamedTuple, Protocol

from actors.daemon.instellingen import Instellingen
from actors.daemon.rechten import Gebruiker, GeenToegang
from actors.daemon.toegang.apisleutels import Sleutelbestand, is_apisleutel
from actors.daemon.toegang.jwks import Jwks, JwksAdres, JwksBestand
from actors.daemon.toegang.jwttoegang import Jwttoegang
from actors.runtime.klok import Buitenwereld

MAX_KOP: Final = 16 * 1024
"""Length of a header that is looked at, in characters."""
MAX_BEKEND: Final = 10_000
"""How many checked headers are kept: some 500 bytes each."""

ONTWIKKELAAR: Final = Gebruiker("ontwikkel", frozenset({"*:*"}))
"""Everybody, under `--ontwikkel`."""


class _Bron(Protocol):
    """Where someone is known: by API-sleutel or by JWT."""

    def versie(self) -> object:
        """Another one as soon as anybody may be known otherwise."""
        ...

    def wie(self, getoond: str, nu: datetime, /) -> tuple[Gebruiker, float]:
        """Who shows this, and until when (seconds since 1970) that holds. Raises GeenToegang."""
        ...


class _Sleutels(_Bron, Protocol):
    def kent(self, naam: str) -> bool:
        """Whether there is, or was, a sleutel of this name. Raises NuNietNaTeGaan."""
        ...


class _Bekend(NamedTuple):
    gebruiker: Gebruiker
    tot: float
    bron: _Bron
    versie: object


class Toegang:
    """Tells who asks. Safe from several threads."""

    def __init__(
        self, sleutels: _Sleutels, jwt: _Bron | None, buiten: Buitenwereld, *, ontwikkel: bool = False
    ) -> None:
        """`jwt` is None where no issuer is believed; `ontwikkel`: everybody is ONTWIKKELAAR."""
        self._sleutels = sleutels
        self._jwt = jwt
        self._buiten = buiten
        self._ontwikkel = ontwikkel
        self._bekend: OrderedDict[bytes, _Bekend] = OrderedDict()
        self._slot = threading.Lock()

    def bekend(self, authorization: str | None) -> Gebruiker | None:
        """Who asks, when that was checked before and still holds; costs a digest and a look-up, and never waits."""
        if self._ontwikkel:
            return ONTWIKKELAAR
        gezien = self._bekend.get(_digest(authorization)) if authorization else None
        if (
            gezien is None
            or gezien.tot <= self._buiten.klok().timestamp()
            or self._versie(gezien.bron) != gezien.versie
        ):
            return None
        return gezien.gebruiker

    def wie(self, authorization: str | None) -> Gebruiker:
        """Who asks. Raises GeenToegang, NuNietNaTeGaan.

        May wait some seconds for the keys of the issuer, twice a minute at most.
        """
        gezien = self.bekend(authorization)
        if gezien is not None:
            return gezien
        bron, getoond = self._lees(authorization)
        versie = self._versie(bron)  # before checking: what changes meanwhile is checked again
        gebruiker, tot = bron.wie(getoond, self._buiten.klok())
        if bron is self._jwt and self._sleutels.kent(gebruiker.naam):
            raise GeenToegang(f"{gebruiker.naam} is hier de naam van een API-sleutel; laat die anders heten")
        with self._slot:
            while len(self._bekend) >= MAX_BEKEND:
                self._bekend.popitem(last=False)
            self._bekend[_digest(str(authorization))] = _Bekend(gebruiker, tot, bron, versie)
        return gebruiker

    async def vraag(self, authorization: str | None) -> Gebruiker:
        """As `wie`, for an event loop: only whoever is not known yet is checked on a thread."""
        gezien = self.bekend(authorization)
        return await asyncio.to_thread(self.wie, authorization) if gezien is None else gezien

    def _versie(self, bron: _Bron) -> object:
        """What is known by a bron rests on its keys and on all sleutels: nobody has the name of another."""
        return bron.versie(), self._sleutels.versie()

    def _lees(self, authorization: str | None) -> tuple[_Bron, str]:
        """Where to ask who shows this, and what is shown."""
        if not authorization:
            raise GeenToegang("geef in de kop Authorization een token: Bearer, dan een API-sleutel of JWT")
        if len(authorization) > MAX_KOP:
            raise GeenToegang(f"de kop Authorization is langer dan {MAX_KOP} tekens; geef alleen een token")
        soort, _, getoond = authorization.partition(" ")
        getoond = getoond.strip()
        if soort.lower() != "bearer" or not getoond or not getoond.isascii():
            raise GeenToegang("de kop Authorization is geen Bearer-token; schrijf Bearer, dan een API-sleutel of JWT")
        if is_apisleutel(getoond):
            return self._sleutels, getoond
        if self._jwt is None:
            raise GeenToegang("dit is geen API-sleutel, en JWT's worden hier niet geloofd; geef een API-sleutel")
        return self._jwt, getoond


def maak_toegang(instellingen: Instellingen, buiten: Buitenwereld, data: Path | None = None) -> Toegang:
    """The toegang that the instellingen ask for; `data` is the data folder (default: that of the instellingen)."""
    jwt = instellingen.jwt
    controle = Jwttoegang(jwt, _jwks(jwt.jwks)) if jwt.jwks else None
    sleutels = Sleutelbestand(data or instellingen.data)
    return Toegang(sleutels, controle, buiten, ontwikkel=instellingen.ontwikkel)


def _jwks(plaats: str) -> Jwks:
    return JwksAdres(plaats) if "://" in plaats else JwksBestand(Path(plaats))


def _digest(authorization: str) -> bytes:
    return hashlib.sha256(authorization.encode("utf-8", "surrogatepass")).digest()
