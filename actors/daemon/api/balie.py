"""Balie: from the body of a request to what is offered to a register, when who asks may offer it."""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import UUID

from actors.daemon.api.bewerking import Verzoek
from actors.daemon.api.problemen import Probleem, foute_invoer, van_niet_verwerkt
from actors.daemon.api.veldnamen import DIEPST, lees_namen
from actors.daemon.rechten import Gebruiker, recht_voor
from actors.daemon.waarneming.verzoeken import huidige_trace
from actors.register.commando import AangebodenCommando, NietVerwerkt
from actors.register.context import Context
from actors.runtime.logboek import maak_log
from actors.runtime.programma import programmaversie
from actors.verwerking.aanbodvorm import Aanbodlezer, lees_json
from actors.verwerking.generiek import commandos as generiek
from actors.verwerking.traceparent import trace_id

_ETAG = re.compile(r'"(\d{1,15})-([0-9a-f]{8})-[0-9a-f]{8}"', re.ASCII)
_ENIG_ETAG = re.compile(r'"[\x21\x23-\x7e]*"', re.ASCII)
_NOOIT = -1
"""No aggregate ever has this volgnummer."""

log = maak_log("commando")


class Balie:
    """Reads what is offered to one register."""

    def __init__(self, context: Context, nieuw_id: Callable[[], str], diepst: int = DIEPST) -> None:
        """JSON may be nested `diepst` deep."""
        self._register = context.naam
        self._lezer = Aanbodlezer([context])
        self.nieuw_id = nieuw_id
        self._diepst = diepst

    def lees_bytes(self, inhoud: bytes, gebruiker: Gebruiker) -> AangebodenCommando:
        """A commando as JSON; what is wrong with it, or not allowed, is a problem."""
        return self.lees(lees_inhoud(inhoud), gebruiker)

    def lees(self, inhoud: Any, gebruiker: Gebruiker) -> AangebodenCommando:
        """The same from what stood in JSON."""
        fouten: list[str] = []
        gegevens = lees_namen(inhoud, fouten, self._diepst)
        naam = gegevens.get("commando") if isinstance(gegevens, dict) else None
        if isinstance(naam, str):
            self._sta_toe(naam, gebruiker)
        if isinstance(gegevens, dict) and gegevens.pop("register", None) is not None:
            fouten.append("register: bestaat hier niet; het pad zegt al welk register het is")
        gelezen = self._lezer.lees(gegevens, nieuw_id=self.nieuw_id, door=gebruiker.naam)
        if isinstance(gelezen, NietVerwerkt):
            probleem = van_niet_verwerkt(gelezen)
            probleem.inhoud["fouten"] = [*fouten, *probleem.inhoud.get("fouten", ())]
            raise probleem
        if fouten:
            raise foute_invoer(fouten)
        commando = gelezen.commando
        if isinstance(commando, generiek.MeldTerug) and commando.melder != gebruiker.naam:
            raise Probleem(403, f"de melder is wie het token heeft: {gebruiker.naam}", soort="melder")
        gewoon = str(UUID(gelezen.id))
        return gelezen if gewoon == gelezen.id else replace(gelezen, id=gewoon)

    def _sta_toe(self, naam: str, gebruiker: Gebruiker) -> None:
        handeling, wat = recht_voor(naam)
        if not gebruiker.mag(self._register, handeling, wat):
            recht = ":".join(deel for deel in (self._register, handeling.value, wat) if deel)
            raise Probleem(403, f"hiervoor is het recht {recht} nodig", soort="geen-recht")


def log_niet_aangeboden(register: str, weg: Probleem, gebruiker: Gebruiker) -> None:
    """The line of a commando that never reached its register."""
    log.info(
        "commando.not_offered",
        register=register,
        problem=weg.inhoud["type"].rpartition(":")[2],
        status=weg.status,
        user=gebruiker.naam,
        trace_id=trace_id(huidige_trace()),
        program=programmaversie(),
    )


def lees_inhoud(inhoud: bytes) -> Any:
    """What stands in a body of JSON; a problem when it is none."""
    try:
        return lees_json(inhoud)
    except ValueError as fout:
        raise foute_invoer([f"inhoud: {fout}"]) from None


async def lees_object(verzoek: Verzoek) -> dict[str, Any]:
    """A body that is an object, with the names of the registers; a problem when it is not."""
    eis_mediatype(verzoek, "application/json")
    fouten: list[str] = []
    gegevens = lees_namen(lees_inhoud(await verzoek.inhoud()), fouten, verzoek.grenzen.diepte)
    if fouten:
        raise foute_invoer(fouten)
    if not isinstance(gegevens, dict):
        raise foute_invoer(["inhoud: moet een object zijn: {…}"])
    return gegevens


def eis_mediatype(verzoek: Verzoek, *mediatypen: str) -> str:
    """The media type of the body, one of these; problem 415 when it is another."""
    gezegd = (verzoek.kop(b"content-type") or "").partition(";")[0].strip().lower()
    if gezegd not in mediatypen:
        raise Probleem(415, f"verstuur dit als {' of '.join(mediatypen)}, niet als {gezegd or 'iets zonder naam'}")
    return gezegd


def lees_if_match(verwacht: str, incarnatie: bytes) -> int:
    """The volgnummer that an `If-Match` expects; one that no aggregate has when it is of another journal."""
    verwacht = verwacht.strip()
    if _ENIG_ETAG.fullmatch(verwacht) is None:
        raise foute_invoer(["If-Match: noem één ETag, met zijn aanhalingstekens, zoals bij het aggregaat stond"])
    eigen = _ETAG.fullmatch(verwacht)
    return int(eigen[1]) if eigen and eigen[2] == incarnatie[:4].hex() else _NOOIT
