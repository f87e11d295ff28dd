"""The commando's of a register as resources: offered, looked up, and tried without anything being recorded."""

import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Any

from actors.daemon.api.balie import Balie, eis_mediatype, lees_if_match, lees_inhoud, log_niet_aangeboden
from actors.daemon.api.bewerking import Antwoordend, Bewerking, Parameter, Verzoek, Vorm, json_antwoord
from actors.daemon.api.bulk import NDJSON, Bulk
from actors.daemon.api.gevolgen import GEVOLGEN
from actors.daemon.api.parameters import padnaam
from actors.daemon.api.problemen import Probleem, foute_invoer, van_mislukt, van_niet_verwerkt
from actors.daemon.api.uitkomst import als_antwoord, als_uitkomst
from actors.daemon.api.veldnamen import schrijf_namen
from actors.daemon.rechten import Handeling
from actors.register.commando import AangebodenCommando, Mislukt, NietVerwerkt
from actors.register.contract import uuid
from actors.runtime.proef import Proefantwoord
from actors.runtime.proefvorm import antwoord_als_gegevens, keten_als_gegevens
from actors.verwerking.jsonvorm import als_json, json_bytes

MEESTE_IN_KETEN = 1000
_JSON = "application/json"
_EEN = {"$ref": "#/components/schemas/Commando"}

IF_MATCH = Parameter(
    "If-Match",
    "De ETag waarmee het aggregaat is gelezen; is het intussen gewijzigd, dan wordt het commando niet verwerkt (412).",
    {"type": "string", "pattern": '^"[\\x21\\x23-\\x7e]*"$'},
    waar="header",
    voorbeeld='"3-85f8e27b-a8d049c6"',
)
COMMANDO_ID = padnaam(
    "commandoId",
    "Het kenmerk (UUID) waaronder het commando is aangeboden.",
    "0197f5a0-1b2c-7d3e-8f40-112233445566",
)


class Commandos:
    """The operations on the commando's of one register."""

    def __init__(self, balie: Balie) -> None:
        self._balie = balie
        self._bulk = Bulk(balie)

    async def bied_aan(self, verzoek: Verzoek) -> Antwoordend:
        """One commando; or many, a line each."""
        if eis_mediatype(verzoek, _JSON, NDJSON) == NDJSON:
            if verzoek.kop(b"if-match") is not None:
                raise foute_invoer(["If-Match: hoort bij één commando, niet bij meer tegelijk"])
            return self._bulk.antwoord(verzoek)
        try:
            aangeboden = self._balie.lees_bytes(await verzoek.inhoud(), verzoek.gebruiker)
        except Probleem as weg:
            log_niet_aangeboden(verzoek.register, weg, verzoek.gebruiker)
            raise
        return await self.verwerk(verzoek, aangeboden)

    async def verwerk(self, verzoek: Verzoek, aangeboden: AangebodenCommando, bron: str = "commandos") -> Antwoordend:
        """Offer what was read; the answer names it as a resource."""
        verwacht = verzoek.kop(b"if-match")
        if verwacht is not None:
            incarnatie = await verzoek.lees_over_niemand(lambda lezing: lezing.incarnatie(verzoek.register))
            aangeboden = replace(aangeboden, verwacht=lees_if_match(verwacht, incarnatie))
        (antwoord,) = await verzoek.poort.bied_aan(verzoek.register, (aangeboden,))
        status, inhoud, koppen = als_antwoord(antwoord, verzoek.url(bron))
        return json_antwoord(json.dumps(inhoud, separators=(",", ":")).encode(), status, koppen)

    async def zoek_op(self, verzoek: Verzoek) -> Antwoordend:
        """What became of one commando, of whomever; who reads for a doelgroep offers his own again to know."""
        verzoek.eis(Handeling.COMMANDO)
        verzoek.eis_zelf("wat er van commando's is geworden")
        id_ = lees_uuid(verzoek.pad["commandoId"], "commando")
        antwoord = await verzoek.lees(lambda lezing: lezing.uitkomst(verzoek.register, id_))
        if antwoord is None:
            raise Probleem(404, f"er is hier geen commando {id_} aangeboden", soort="onbekend")
        if isinstance(antwoord, NietVerwerkt):
            inhoud = {
                "commandoId": id_,
                "uitkomst": "nietVerwerkt",
                "probleem": van_niet_verwerkt(antwoord).inhoud,
            }
        else:
            inhoud = als_uitkomst(antwoord)
        return json_antwoord(json_bytes(inhoud))

    async def proef(self, verzoek: Verzoek) -> Antwoordend:
        """What one commando would do: told as what is recorded is told."""
        eis_mediatype(verzoek, _JSON)
        aangeboden = self._balie.lees_bytes(await verzoek.inhoud(), verzoek.gebruiker)
        verzoek.eis_eigen(GEVOLGEN)
        antwoord = await verzoek.lees(lambda lezing: lezing.proef(aangeboden))
        return json_antwoord(json_bytes(_proef(aangeboden, antwoord)))

    async def ketenproef(self, verzoek: Verzoek) -> Antwoordend:
        """What some commando's would do in all registers."""
        eis_mediatype(verzoek, _JSON)
        gegevens = lees_inhoud(await verzoek.inhoud())
        if not isinstance(gegevens, dict):
            raise foute_invoer(["inhoud: moet een object zijn: {…}"])
        fouten = [f"{naam}: bestaat hier niet" for naam in sorted(gegevens.keys() - {"commandos", "geldigOp"})]
        lijst, dag = gegevens.get("commandos"), _dag(gegevens.get("geldigOp"), fouten)
        if not isinstance(lijst, list) or not 0 < len(lijst) <= MEESTE_IN_KETEN:
            fouten.append(f"commandos: moet een lijst zijn van 1 tot {MEESTE_IN_KETEN} commando's")
            raise foute_invoer(fouten)
        aangeboden = list(self._lees_alle(lijst, verzoek, fouten))
        if fouten:
            raise foute_invoer(fouten)
        verzoek.eis_eigen(GEVOLGEN)
        for register in verzoek.poort.registers:
            verzoek.eis_ook_in(register, GEVOLGEN)
        keten = await verzoek.lees(lambda lezing: lezing.ketenproef(aangeboden, geldig_op=dag), lang=True)
        antwoorden = [_proef(een, antwoord) for een, antwoord in zip(aangeboden, keten.antwoorden, strict=True)]
        return json_antwoord(
            json_bytes({**schrijf_namen(als_json(keten_als_gegevens(keten))), "antwoorden": antwoorden})
        )

    def _lees_alle(self, lijst: list[Any], verzoek: Verzoek, fouten: list[str]) -> Iterable[AangebodenCommando]:
        for nummer, een in enumerate(lijst):
            try:
                yield self._balie.lees(een, verzoek.gebruiker)
            except Probleem as fout:
                if fout.status != 400:  # noqa: PLR2004 - what is not allowed is told as such
                    raise
                waar = f"commandos.{nummer}"
                fouten.extend(f"{waar}.{wat}" for wat in fout.inhoud.get("fouten", ()))


def _dag(tekst: Any, fouten: list[str]) -> date | None:
    if tekst is None:
        return None
    try:
        return date.fromisoformat(tekst)
    except (TypeError, ValueError):
        fouten.append("geldigOp: moet een dag zijn (jjjj-mm-dd)")
        return None


def _proef(aangeboden: AangebodenCommando, antwoord: Proefantwoord) -> dict[str, Any]:
    """One answer of a proef; of what would not be processed the problem."""
    if isinstance(antwoord, Mislukt):
        raise van_mislukt(antwoord)
    naam = type(aangeboden.commando).__name__
    if isinstance(antwoord, NietVerwerkt):
        return {"commando": naam, "verwerkt": False, "probleem": van_niet_verwerkt(antwoord).inhoud}
    gegevens: dict[str, Any] = schrijf_namen(als_json(antwoord_als_gegevens(naam, antwoord)))
    return gegevens


def lees_uuid(tekst: str, wat: str) -> str:
    """The id in a path as it is kept; what is no UUID is not there."""
    if not uuid(tekst):
        raise Probleem(404, f"{wat} {tekst[:64]!r} is er niet: een kenmerk is hier een UUID", soort="onbekend")
    kaal = tekst.replace("-", "").lower()
    return f"{kaal[:8]}-{kaal[8:12]}-{kaal[12:16]}-{kaal[16:20]}-{kaal[20:]}"


def commandobewerkingen(commandos: Commandos) -> tuple[Bewerking, ...]:
    """The operations, for the routes and the document."""
    uitkomst = {_JSON: {"$ref": "#/components/schemas/Commandouitkomst"}}
    verwerkt = {_JSON: {"$ref": "#/components/schemas/CommandoVerwerkt"}}
    return (
        Bewerking(
            methode="POST",
            pad="/commandos",
            id="biedCommandoAan",
            groep="Commando's",
            samenvatting="Bied een commando aan",
            omschrijving="Verwerkt één commando, en antwoordt nadat het duurzaam is vastgelegd. Onder hetzelfde `id`"
            " opnieuw aangeboden heeft het één gevolg en geeft het hetzelfde antwoord; geef daarom een eigen UUID mee"
            " (het liefst versie 7). Als `application/x-ndjson` staat op elke regel één commando, en geeft elke regel"
            " van het antwoord een uitkomst, in dezelfde volgorde; lees het antwoord terwijl u verstuurt.",
            doe=commandos.bied_aan,
            parameters=(IF_MATCH,),
            verzoek={_JSON: _EEN, NDJSON: {"type": "string", "description": "Op elke regel één commando als JSON."}},
            antwoorden={
                201: Vorm("Het commando is verwerkt.", verwerkt, koppen=("Location",)),
                200: Vorm(
                    "Het commando was al verwerkt; of, bij NDJSON, de uitkomst van elke regel.",
                    {**verwerkt, NDJSON: {"$ref": "#/components/schemas/Bulkuitkomst"}},
                ),
            },
            fouten=(400, 403, 409, 412, 413, 415, 503, 507),
        ),
        Bewerking(
            methode="GET",
            pad="/commandos/{commandoId}",
            id="geefCommando",
            groep="Commando's",
            samenvatting="Geef de uitkomst van een commando",
            omschrijving="Geeft wat er van een eerder aangeboden commando is geworden.",
            doe=commandos.zoek_op,
            parameters=(COMMANDO_ID,),
            antwoorden={200: Vorm("De uitkomst.", uitkomst)},
            fouten=(400, 403, 404, 503),
        ),
        *_proefbewerkingen(commandos),
    )


def _proefbewerkingen(commandos: Commandos) -> tuple[Bewerking, ...]:
    return (
        Bewerking(
            methode="POST",
            pad="/commandos/_proef",
            id="beproefCommando",
            groep="Commando's",
            samenvatting="Beproef een commando",
            omschrijving="Zegt wat een commando in dit register zou doen; er wordt niets vastgelegd.",
            doe=commandos.proef,
            verzoek={_JSON: _EEN},
            antwoorden={200: Vorm("Wat het zou doen.", {_JSON: {"$ref": "#/components/schemas/Proef"}})},
            fouten=(400, 403, 413, 415, 503, 507),
        ),
        Bewerking(
            methode="POST",
            pad="/commandos/_ketenproef",
            id="beproefKeten",
            groep="Commando's",
            samenvatting="Beproef commando's in de hele keten",
            omschrijving="Telt wat een lijst commando's samen in alle registers zou doen; er wordt niets vastgelegd.",
            doe=commandos.ketenproef,
            verzoek={_JSON: {"$ref": "#/components/schemas/Ketenproefvraag"}},
            antwoorden={
                200: Vorm("Wat ervan komt, per register.", {_JSON: {"$ref": "#/components/schemas/Ketenproef"}})
            },
            fouten=(400, 403, 413, 415, 503, 507),
        ),
    )
