"""Signalen: what other registers make known, brought to this one as CloudEvents."""

from functools import partial
from typing import Any

from starlette.responses import Response

from actors.daemon.api.bewerking import Antwoordend, Bewerking, Verzoek, Vorm, json_antwoord
from actors.daemon.api.problemen import LATER, Probleem, foute_invoer
from actors.daemon.api.veldnamen import naar_camel, schrijf_namen
from actors.daemon.rechten import Handeling, signaal_van
from actors.daemon.signalen import Afloop
from actors.verwerking.gebeurtenis import BATCH, JSON, STRUCTURED, GeenGebeurtenis, lees_gebeurtenissen
from actors.verwerking.jsonvorm import als_json, json_bytes

_GELUKT = 200
_BEZET = 503
_HERKOMST = b"webhook-request-origin"


async def ontvang(verzoek: Verzoek) -> Antwoordend:
    """Judge what was brought; each event has its own outcome."""
    bronnen = [vertaling.bron for vertaling in verzoek.context.vertalingen]
    if not any(_mag(verzoek, bron) for bron in bronnen):
        verzoek.eis(Handeling.COMMANDO, signaal_van(bronnen[0]) if bronnen else None)
    koppen = {naam.decode("latin-1"): waarde.decode("latin-1") for naam, waarde in verzoek.scope["headers"]}
    soort = koppen.get("content-type", "").partition(";")[0].strip().lower()
    if soort not in (STRUCTURED, BATCH, JSON):
        raise Probleem(415, f"verstuur dit als {STRUCTURED}, {BATCH} of {JSON} met ce-koppen, niet als {soort[:80]!r}")
    inhoud = await verzoek.inhoud()
    try:
        gebracht = lees_gebeurtenissen(koppen, inhoud)
    except GeenGebeurtenis as fout:
        raise foute_invoer(fout.fouten) from None
    aflopen = await verzoek.berichten.loket.ontvang(verzoek.register, gebracht, partial(_mag, verzoek))
    uitkomsten = [_als_gegevens(afloop) for afloop in aflopen]
    mislukt = next((afloop for afloop in aflopen if afloop.status != _GELUKT), None)
    if mislukt is None:
        return json_antwoord(json_bytes({"uitkomsten": uitkomsten}))
    raise _probleem(mislukt, uitkomsten)


def _mag(verzoek: Verzoek, bron: str) -> bool:
    return verzoek.gebruiker.mag(verzoek.register, Handeling.COMMANDO, signaal_van(bron))


def _als_gegevens(afloop: Afloop) -> dict[str, Any]:
    uit: dict[str, Any] = schrijf_namen(als_json(afloop))
    uit["uitkomst"] = naar_camel(afloop.uitkomst)
    return {naam: waarde for naam, waarde in uit.items() if waarde not in (None, [])}


def _probleem(mislukt: Afloop, uitkomsten: list[dict[str, Any]]) -> Probleem:
    """The first that did not succeed, with the outcomes of all."""
    fout = Probleem(
        mislukt.status,
        mislukt.reden,
        soort=f"signaal-{mislukt.uitkomst}",
        fouten=mislukt.fouten,
        koppen=LATER if mislukt.status == _BEZET else None,
    )
    fout.inhoud |= {"title": "Niet elk signaal is beoordeeld", "uitkomsten": uitkomsten}
    if mislukt.verder_vanaf is not None:
        fout.inhoud["verderVanaf"] = mislukt.verder_vanaf
    return fout


async def sta_toe(verzoek: Verzoek) -> Antwoordend:
    """Agree to deliveries (CloudEvents, "HTTP 1.1 Web Hooks for Event Delivery"): each still needs a token."""
    herkomst = verzoek.kop(_HERKOMST)
    koppen = {"Allow": "POST, OPTIONS"}
    if herkomst:
        koppen |= {"WebHook-Allowed-Origin": herkomst, "WebHook-Allowed-Rate": "*"}
    return Response(b"", 204, koppen)


def signaalbewerkingen() -> tuple[Bewerking, ...]:
    """The operations, for the routes and the document."""
    een = {"$ref": "#/components/schemas/CloudEvent"}
    return (
        Bewerking(
            methode="POST",
            pad="/signalen",
            id="brengSignalen",
            groep="Signalen",
            samenvatting="Breng signalen",
            omschrijving="Wat andere registers bekendmaken, als CloudEvents (NL GOV-profiel 1.1): één, een reeks, of"
            " één met de attributen in `ce-`koppen. Elk wordt beoordeeld alsof het in de reeks van zijn bron is"
            " gelezen; nogmaals brengen heeft één gevolg en geeft hetzelfde antwoord. Ontbreekt er iets, dan zegt"
            " `verderVanaf` na welk nummer opnieuw te zenden.",
            doe=ontvang,
            # Binary is a form too, told in words: which headers it asks a document cannot say of one media type.
            verzoek={STRUCTURED: een, BATCH: {"type": "array", "items": een}},
            antwoorden={200: Vorm("Alles is beoordeeld.", {JSON: {"$ref": "#/components/schemas/Signaaluitkomsten"}})},
            fouten=(400, 403, 404, 409, 413, 415, 503, 507),
        ),
        Bewerking(
            methode="OPTIONS",
            pad="/signalen",
            id="staBezorgingToe",
            groep="Signalen",
            samenvatting="Sta bezorging toe",
            omschrijving="De handdruk voor webhooks.",
            doe=sta_toe,
            antwoorden={204: Vorm("Bezorgen mag.")},
            vrij=True,
            beschreven=False,
        ),
    )
