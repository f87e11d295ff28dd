"""Zender: one request to a receiver: the handshake before anything is sent, and a signed delivery."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus

import httpx

from actors.daemon.abonnementen.abonnement import Abonnement
from actors.daemon.abonnementen.bezorging import MEESTE_ANTWOORD, Afloop, Mislukt, afloop, bericht
from actors.daemon.abonnementen.doel import Doel, Doelregels, NietToegestaan, ZoekOp, bij_het_systeem, zoek_doel
from actors.daemon.abonnementen.ondertekening import teken
from actors.daemon.draden import Draden
from actors.verwerking.gebeurtenis import Gebeurtenis
from storage.moments import Clock

_TIJD_S = 10.0
_OPZOEKDRADEN = 16
_ALLES = 3
"""A whole request takes at most so many times as long as one step of it."""
_ONBEREIKBAAR = (httpx.HTTPError, httpx.InvalidURL, OSError, UnicodeError)
"""What a receiver, a network or a name that cannot be one may come to; a TimeoutError is an OSError."""


class NietBevestigd(ValueError):
    """The receiver did not say that it wants what we would send it."""


@dataclass(frozen=True, slots=True)
class _Antwoord:
    status: int
    koppen: Mapping[str, str]
    inhoud: bytes


class Zender:
    """Sends for all abonnementen, over one client."""

    def __init__(
        self, regels: Doelregels, herkomst: str, klok: Clock, *, opzoeken: ZoekOp | None = None, tijd_s: float = _TIJD_S
    ) -> None:
        """`herkomst` is the DNS name that we send under, `tijd_s` how long a receiver may take for each step.

        `opzoeken` gives the addresses of a host (default: ask the system).
        """
        self._regels = regels
        self._herkomst = herkomst
        self._klok = klok
        self._draden = Draden(0 if opzoeken else _OPZOEKDRADEN, "gevolg-dns")
        self._opzoeken = opzoeken or bij_het_systeem(self._draden)
        self._tijd_s = tijd_s
        self._client = httpx.AsyncClient(
            follow_redirects=False,
            timeout=tijd_s,
            trust_env=False,
            headers={"user-agent": "gevolg"},
            # A connection is to an address, and was checked for one name: another name at that address needs its own.
            limits=httpx.Limits(max_keepalive_connections=0),
        )

    async def sluit(self) -> None:
        """Let go of all connections; a name that is still looked up is left to end with the program."""
        self._draden.sluit(0)
        await self._client.aclose()

    async def vraag_toestemming(self, url: str, toegang: str | None) -> int | None:
        """Ask a receiver whether it wants our deliveries; answers how many a minute at most (None: any number).

        NietToegestaan when nothing may be delivered there, NietBevestigd when the receiver does not agree.
        """
        koppen = {"webhook-request-origin": self._herkomst, **_machtiging(toegang)}
        try:
            antwoord = await self._verzoek("OPTIONS", url, koppen, b"")
        except _ONBEREIKBAAR as fout:
            raise NietBevestigd(f"de ontvanger is niet bereikt ({type(fout).__name__})") from fout
        mag = {deel.strip() for deel in antwoord.koppen.get("webhook-allowed-origin", "").split(",")}
        if antwoord.status >= HTTPStatus.MULTIPLE_CHOICES or not mag & {"*", self._herkomst}:
            raise NietBevestigd(
                f"de ontvanger antwoordde op OPTIONS met {antwoord.status}, zonder WebHook-Allowed-Origin voor"
                f" {self._herkomst}"
            )
        tempo = antwoord.koppen.get("webhook-allowed-rate", "*").strip()
        return int(tempo[:9]) if tempo.isascii() and tempo.isdecimal() and int(tempo[:9]) else None

    async def bezorg(self, abonnement: Abonnement, gebeurtenissen: list[Gebeurtenis], trace: str) -> Afloop:
        """Deliver, within a trace; what came of it. Raises nothing that a receiver or a network can do."""
        bericht_id, koppen, inhoud = bericht(abonnement.vorm, gebeurtenissen)
        nu = self._klok()
        koppen |= teken(abonnement.geheim, bericht_id, int(nu.timestamp()), inhoud)
        koppen |= {"webhook-request-origin": self._herkomst, "traceparent": trace, **_machtiging(abonnement.toegang)}
        try:
            antwoord = await self._verzoek("POST", abonnement.url, koppen, inhoud)
        except NietToegestaan as fout:
            return Mislukt(str(fout))
        except _ONBEREIKBAAR as fout:
            return Mislukt(f"de ontvanger is niet bereikt ({type(fout).__name__})")
        return afloop(antwoord.status, antwoord.koppen, antwoord.inhoud, self._klok())

    async def _verzoek(self, methode: str, url: str, koppen: Mapping[str, str], inhoud: bytes) -> _Antwoord:
        """One request to the address that was approved, under the name of the receiver."""
        async with asyncio.timeout(_ALLES * self._tijd_s):
            return await self._vraag(methode, await zoek_doel(url, self._regels, self._opzoeken), koppen, inhoud)

    async def _vraag(self, methode: str, doel: Doel, koppen: Mapping[str, str], inhoud: bytes) -> _Antwoord:
        verzoek = self._client.build_request(
            methode, doel.url, headers={**koppen, "host": doel.kop}, content=inhoud, extensions=self._naam(doel.host)
        )
        antwoord = await self._client.send(verzoek, stream=True)
        try:
            gelezen = b""
            async for deel in antwoord.aiter_raw():
                gelezen += deel
                if len(gelezen) >= MEESTE_ANTWOORD:
                    break
            return _Antwoord(antwoord.status_code, antwoord.headers, gelezen)
        finally:
            await antwoord.aclose()

    def _naam(self, host: str) -> dict[str, object]:
        return {"sni_hostname": host, "timeout": self._client.timeout.as_dict()}


def _machtiging(toegang: str | None) -> dict[str, str]:
    return {} if toegang is None else {"authorization": f"Bearer {toegang}"}
