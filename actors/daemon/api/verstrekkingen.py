"""The feed of a register as a resource: pages after a number, waiting for news, a stream of events; and each again."""

import asyncio
import json
import re
from collections.abc import Mapping
from typing import Any

from starlette.types import Receive, Scope, Send

from actors.daemon.api import gebeurtenissen
from actors.daemon.api.balie import lees_object
from actors.daemon.api.bewerking import Antwoordend, Bewerking, Parameter, Verzoek, Vorm, json_antwoord
from actors.daemon.api.feed import wacht_op_meer
from actors.daemon.api.parameters import GEWOON, LIMIET, getal, padnaam
from actors.daemon.api.problemen import Probleem, foute_invoer, van_fout
from actors.daemon.api.veldnamen import schrijf_namen
from actors.daemon.dataverwerking.betrokkenen import Betrokkene, Kring
from actors.daemon.dataverwerking.lezingen import over_wie
from actors.daemon.rechten import Handeling
from actors.register.leveringsmodel import mag_krijgen
from actors.register.verantwoording import Grond
from actors.runtime.lezing import Registerlezing
from actors.verwerking.gebeurtenis import BATCH, STRUCTURED
from actors.verwerking.herleveren import Attest, Levering, Referentie
from actors.verwerking.inhoudvormen import mededeling_van_data
from actors.verwerking.jsonvorm import als_json, json_bytes

_JSON = "application/json"
STROOM = "text/event-stream"
_CE = {STRUCTURED: {"$ref": "#/components/schemas/CloudEvent"}}
_REEKS = re.compile("[0-9a-f]{32}")
_NUMMER = re.compile("[1-9][0-9]{0,17}")
_HOOGST = 10**15 - 1

NA = getal("na", "Alleen wat na dit nummer komt.", laagst=0, hoogst=_HOOGST, gewoon=0)
GEZIEN = getal(
    "gezien", "Bij CloudEvents: tot en met dit nummer is er niets voor u (kop Gezien-Tot).", laagst=0, hoogst=_HOOGST
)
INCARNATIE = Parameter(
    "incarnatie",
    "De incarnatie waarin u tot `na` hebt gelezen. Zegt de reeks dat niet meer: 409.",
    {"type": "string", "pattern": "^[0-9a-f]{32}$"},
    gebeurtenissen.lees_incarnatie,
)
LAATSTE = Parameter(
    "Last-Event-ID",
    "Waar een afgebroken stroom ophield: het nummer van de laatste verstrekking.",
    {"type": "string"},
    waar="header",
    voorbeeld="12",
)


def als_gegevens(verstrekking: Mapping[str, Any]) -> dict[str, Any]:
    """A verstrekking in the words of the API."""
    v = {naam: waarde for naam, waarde in verstrekking.items() if naam != "formaat"}
    v["grondslag"] = Grond(*v["grondslag"])
    if "mededelingen" in v:
        v["mededelingen"] = [mededeling_van_data(delen) for delen in v["mededelingen"]]
    uit: dict[str, Any] = schrijf_namen(als_json(v))
    return uit


async def feed(verzoek: Verzoek) -> Antwoordend:
    """The verstrekkingen for who asks, after a number: a page, or a stream of events."""
    verzoek.eis(Handeling.LEZEN)
    vorm = gebeurtenissen.gevraagd(verzoek)
    if vorm is not None:
        return await gebeurtenissen.blad(verzoek, vorm)
    na, limiet = verzoek.vragen.get("na", 0), verzoek.vragen.get("limiet", GEWOON)
    await gebeurtenissen.eis_gedeeld(verzoek, na)
    if STROOM in (verzoek.kop(b"accept") or ""):
        laatste = verzoek.kop(b"last-event-id")
        if laatste is not None and _NUMMER.fullmatch(laatste.strip()) is None and laatste.strip() != "0":
            raise foute_invoer(["Last-Event-ID: moet het nummer van een verstrekking zijn"])
        return Stroom(verzoek, na if laatste is None else int(laatste))
    selectie = await wacht_op_meer(verzoek, na, limiet, verzoek.vragen.get("wacht", 0))
    url = verzoek.url("verstrekkingen")
    uit = {
        "verstrekkingen": [als_gegevens(een) for een in selectie.verstrekkingen],
        "tot": selectie.tot,
        "_links": {
            "self": {"href": f"{url}?na={na}&limiet={limiet}"},
            "next": {"href": f"{url}?na={selectie.tot}&limiet={limiet}"},
        },
    }
    return json_antwoord(json_bytes(uit))


class Stroom:
    """The feed as server-sent events: each verstrekking under its number, and a heartbeat when there is no news."""

    def __init__(self, verzoek: Verzoek, na: int) -> None:
        self._verzoek = verzoek
        self._na = na

    async def __call__(self, _scope: Scope, receive: Receive, send: Send) -> None:
        """Send until who listens is gone, it has lasted long enough or the daemon stops.

        Whoever comes back says where he was.
        """
        koppen = [(b"content-type", b"text/event-stream; charset=utf-8"), (b"x-accel-buffering", b"no")]
        await send({"type": "http.response.start", "status": 200, "headers": koppen})
        weg = asyncio.ensure_future(_tot_weg(receive))
        werk = asyncio.ensure_future(self._stuur(send))
        try:
            await asyncio.wait([weg, werk], return_when=asyncio.FIRST_COMPLETED)
        finally:
            for taak in (weg, werk):
                taak.cancel()
        if werk.done() and not werk.cancelled():
            werk.result()

    async def _stuur(self, send: Send) -> None:
        grenzen, klok = self._verzoek.grenzen, asyncio.get_running_loop().time
        einde = klok() + grenzen.stroom_s
        slot = b""
        try:
            while klok() < einde and not self._verzoek.poort.stopt:
                selectie = await wacht_op_meer(self._verzoek, self._na, GEWOON, grenzen.hartslag_s)
                stukken = [_gebeurtenis(een) for een in selectie.verstrekkingen] or [b": hartslag\n\n"]
                self._na = selectie.tot
                await send({"type": "http.response.body", "body": b"".join(stukken), "more_body": True})
        except Exception as fout:  # noqa: BLE001 - the answer has begun: it is told as an event, and the stream ends
            probleem = van_fout(fout, f"{self._verzoek.register}-stroom")
            slot = b"event: probleem\ndata: " + json_bytes(probleem.inhoud) + b"\n\n"
        await send({"type": "http.response.body", "body": slot, "more_body": False})


def _gebeurtenis(verstrekking: Mapping[str, Any]) -> bytes:
    inhoud = json_bytes(als_gegevens(verstrekking))
    return b"id: %d\nevent: verstrekking\ndata: %b\n\n" % (verstrekking["nummer"], inhoud)


async def _tot_weg(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def _referentie(verzoek: Verzoek) -> str:
    reeks, nummer = verzoek.pad["reeks"], verzoek.pad["nummer"]
    if _REEKS.fullmatch(reeks) is None or _NUMMER.fullmatch(nummer) is None:
        raise Probleem(404, "dit is geen referentie; die eindigt op <32 tekens>/NUMMER", soort="onbekend")
    return str(Referentie(verzoek.register, bytes.fromhex(reeks), int(nummer)))


async def herlever(verzoek: Verzoek) -> Antwoordend:
    """The same verstrekking again."""
    verzoek.eis(Handeling.LEZEN)
    referentie, voor = _referentie(verzoek), verzoek.gebruiker.voor
    attest = await verzoek.lees(lambda lezing: lezing.attesteer(referentie, ""))
    verzoek.eis(Handeling.LEZEN, attest.bekendmaking)
    if gebeurtenissen.gevraagd(verzoek) is not None:
        return await gebeurtenissen.een(verzoek, int(verzoek.pad["nummer"]))
    levering = await verzoek.lees(lambda lezing: lezing.herlever(referentie, voor=voor))
    gegevens = json.loads(levering.inhoud)
    gegevens.pop("formaat", None)
    return json_antwoord(json_bytes(schrijf_namen(gegevens)))


@over_wie.register(Levering)
def _levering(gelezen: Levering, kring: Kring, register: str) -> tuple[Betrokkene, ...]:
    return kring.van_verstrekking(register, json.loads(gelezen.inhoud))


def _mag_weten(verzoek: Verzoek, attest: Attest) -> bool:
    """Whether who asks may know of it when he does not have it (with its digest he has)."""
    wie = verzoek.gebruiker
    mag = wie.mag(verzoek.register, Handeling.LEZEN, attest.bekendmaking)
    return mag and (verzoek.leest_zelf or mag_krijgen(attest.doelgroep, wie.voor))


async def attesteer(verzoek: Verzoek) -> Antwoordend:
    """Whether this was given out, told without what is in it."""
    verzoek.eis(Handeling.LEZEN)
    gegevens = await lees_object(verzoek)
    fouten = [f"{naam}: bestaat hier niet" for naam in gegevens if naam not in ("referentie", "digest")]
    fouten += [
        f"{naam}: moet tekst zijn" for naam in ("referentie", "digest") if not isinstance(gegevens.get(naam), str)
    ]
    if fouten:
        raise foute_invoer(fouten)
    referentie, digest = gegevens["referentie"], gegevens["digest"]
    if not referentie.startswith(f"{verzoek.register}/"):
        raise Probleem(404, f"deze referentie is niet van {verzoek.register}", soort="onbekend")

    def geef(lezing: Registerlezing) -> Attest:
        attest = lezing.attesteer(referentie, digest)
        if not attest.klopt and not _mag_weten(verzoek, attest):
            raise Probleem(403, "met deze digest is dit niet geleverd; meer is niet voor u", soort="niet-geleverd")
        return attest

    attest = await verzoek.lees(geef)
    return json_antwoord(json_bytes(schrijf_namen(als_json(attest))))


_REEKSNAAM = padnaam(
    "reeks", "De reeks waarin is verstrekt: het tweede deel van de referentie.", "0123456789abcdef0123456789abcdef"
)
_NUMMERNAAM = padnaam("nummer", "Het nummer in die reeks: het laatste deel van de referentie.", "3")


def verstrekkingbewerkingen(lang_s: int) -> tuple[Bewerking, ...]:
    """The operations, for the routes and the document; a long-poll waits at most `lang_s` seconds."""
    groep = "Verstrekkingen"
    wacht = getal("wacht", "Wacht zoveel seconden op nieuws, als er nog niets is.", laagst=0, hoogst=lang_s, gewoon=0)
    verstrekking = {_JSON: {"$ref": "#/components/schemas/Verstrekking"}}
    reeks = {"type": "array", "items": _CE[STRUCTURED]}
    stroom = {"type": "string", "description": "Elke verstrekking als gebeurtenis, met haar nummer als id."}
    return (
        Bewerking(
            methode="GET",
            pad="/verstrekkingen",
            id="geefVerstrekkingen",
            groep=groep,
            samenvatting="Geef wat voor u bekend is gemaakt",
            omschrijving="De verstrekkingen na een nummer die voor u bestemd zijn, in volgorde. Wie `text/event-stream`"
            " vraagt krijgt ze als stroom, en kan met `Last-Event-ID` verder waar hij was. Wie"
            " `application/cloudevents-batch+json` vraagt krijgt ze als CloudEvents, met `application/cloudevents+json`"
            " alleen de eerstvolgende.",
            doe=feed,
            parameters=(NA, LIMIET, wacht, GEZIEN, INCARNATIE, LAATSTE),
            antwoorden={
                200: Vorm(
                    "De verstrekkingen.",
                    {_JSON: {"$ref": "#/components/schemas/Verstrekkingenblad"}, STROOM: stroom, **_CE, BATCH: reeks},
                ),
                204: Vorm("Er is (nog) geen volgende CloudEvent."),
            },
            fouten=(400, 403, 409, 503),
        ),
        Bewerking(
            methode="GET",
            pad="/verstrekkingen/{reeks}/{nummer}",
            id="herlever",
            groep=groep,
            samenvatting="Lever een verstrekking opnieuw",
            omschrijving="Precies wat onder deze referentie is geleverd, elke keer hetzelfde.",
            doe=herlever,
            parameters=(_REEKSNAAM, _NUMMERNAAM),
            antwoorden={200: Vorm("De verstrekking.", {**verstrekking, **_CE})},
            fouten=(400, 403, 404, 410, 503),
        ),
        Bewerking(
            methode="POST",
            pad="/verstrekkingen/_attesteer",
            id="attesteer",
            groep=groep,
            samenvatting="Bevestig een verstrekking",
            omschrijving="Zegt of onder deze referentie iets met deze digest is geleverd, en niet wat erin staat.",
            doe=attesteer,
            verzoek={_JSON: {"$ref": "#/components/schemas/Attestvraag"}},
            antwoorden={200: Vorm("Het attest.", {_JSON: {"$ref": "#/components/schemas/Attest"}})},
            fouten=(400, 403, 404, 410, 413, 415, 503),
        ),
    )
