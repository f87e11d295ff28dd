"""Deur: who comes in: known by his token, and not too often."""

from collections.abc import Awaitable
from time import monotonic

from actors.daemon.instellingen import Instellingen
from actors.daemon.rechten import Gebruiker
from actors.daemon.toegang.verzoeklimiet import Verzoeklimiet
from actors.daemon.toegang.wie import Toegang


class Deur:
    """Tells who asks, at once when he was here before. Raises GeenToegang and TeVeelVerzoeken."""

    def __init__(self, toegang: Toegang, instellingen: Instellingen) -> None:
        """As many requests per gebruiker as the instellingen allow."""
        limieten = instellingen.limieten
        self._toegang = toegang
        self._limiet = Verzoeklimiet(limieten.verzoeken_per_s, limieten.stoot, monotonic)

    def __call__(self, authorization: str | None) -> Gebruiker | Awaitable[Gebruiker]:
        """Who shows this header."""
        gebruiker = self._toegang.bekend(authorization)
        if gebruiker is None:
            return self._vraag(authorization)
        self._limiet.neem(gebruiker.naam)
        return gebruiker

    async def _vraag(self, authorization: str | None) -> Gebruiker:
        gebruiker = await self._toegang.vraag(authorization)
        self._limiet.neem(gebruiker.naam)
        return gebruiker
