"""What an API says of itself: its OpenAPI document, the bijhoudingsmodel, and interactive pages without a network."""

from base64 import b64encode
from collections.abc import Callable
from functools import cache, cached_property
from hashlib import sha256
from html import escape
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from starlette.responses import Response

from actors.daemon.api.bewerking import Antwoordend, Bewerking, Verzoek, Vorm, json_antwoord
from actors.daemon.api.problemen import Probleem
from actors.daemon.api.veldnamen import schrijf_namen
from actors.register.context import Context
from actors.verwerking.bijhoudingsmodel import schema
from actors.verwerking.jsonvorm import als_json, json_bytes

_JSON = "application/json"
_BESTANDEN = {"swagger-ui-bundle.js": "text/javascript", "swagger-ui.css": "text/css", "favicon.png": "image/png"}

_START = (
    "SwaggerUIBundle({url: 'openapi.json', dom_id: '#pagina', deepLinking: true,"
    " layout: 'BaseLayout', validatorUrl: null,"
    # What is tried out goes to whoever served the page, whatever address the document names.
    " requestInterceptor: v => { v.url = v.url.replace(/^https?:[/][/][^/]+/, location.origin); return v; }});"
)
_BELEID = (
    "default-src 'none'; script-src 'self' 'sha256-{hash}'; style-src 'self' 'unsafe-inline'; img-src 'self' data:;"
    " connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_PAGINA = """<!doctype html>
<html lang="nl">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{titel}</title>
<link rel="icon" href="docs/favicon.png">
<link rel="stylesheet" href="docs/swagger-ui.css">
</head>
<body>
<div id="pagina"></div>
<script src="docs/swagger-ui-bundle.js"></script>
<script>{start}</script>
</body>
</html>
"""


@cache
def _bestand(naam: str) -> bytes:
    """A file of the pages, as its package ships it."""
    pakket = find_spec("fastapi_offline")
    assert pakket is not None
    assert pakket.origin is not None
    return (Path(pakket.origin).parent / "static" / naam).read_bytes()


class Documentatie:
    """What one register says of itself, made when it is first asked; `document` gives its OpenAPI document."""

    def __init__(self, context: Context) -> None:
        self.document: Callable[[], dict[str, Any]] = dict
        self._context = context

    @cached_property
    def _document(self) -> bytes:
        return json_bytes(self.document())

    @cached_property
    def _model(self) -> bytes:
        return json_bytes(schrijf_namen(als_json(schema(self._context))))

    async def openapi(self, _verzoek: Verzoek) -> Antwoordend:
        """The document, for everyone and from anywhere."""
        return json_antwoord(self._document, koppen={"Access-Control-Allow-Origin": "*"})

    async def bijhoudingsmodel(self, _verzoek: Verzoek) -> Antwoordend:
        """What can be asked, what is recorded and by which rules."""
        return json_antwoord(self._model)

    async def pagina(self, _verzoek: Verzoek) -> Antwoordend:
        """The page; its one script of its own is allowed by its hash."""
        hash_ = b64encode(sha256(_START.encode()).digest()).decode()
        inhoud = _PAGINA.format(titel=escape(self._context.titel), start=_START)
        koppen = {"Content-Security-Policy": _BELEID.format(hash=hash_)}
        return Response(inhoud.encode(), 200, koppen, "text/html; charset=utf-8")

    async def bestand(self, verzoek: Verzoek) -> Antwoordend:
        """A file that the page uses."""
        naam = verzoek.pad["bestand"]
        if naam not in _BESTANDEN:
            raise Probleem(404, "dit bestand hoort niet bij de documentatie", soort="onbekend")
        return Response(_bestand(naam), 200, None, _BESTANDEN[naam])

    def bewerkingen(self) -> tuple[Bewerking, ...]:
        """The operations that stand in the document."""
        return (
            Bewerking(
                methode="GET",
                pad="/bijhoudingsmodel",
                id="geefBijhoudingsmodel",
                groep="Model",
                samenvatting="Geef het bijhoudingsmodel",
                omschrijving="Commando's, gevolgen, gegevens, regels en leveringsmodellen, met hun grond.",
                doe=self.bijhoudingsmodel,
                antwoorden={200: Vorm("Het model.", {_JSON: {"$ref": "#/components/schemas/Bijhoudingsmodel"}})},
            ),
            Bewerking(
                methode="GET",
                pad="/openapi.json",
                id="geefOpenapi",
                groep="Model",
                samenvatting="Geef dit document",
                omschrijving="De beschrijving van deze API, voor iedereen.",
                doe=self.openapi,
                antwoorden={
                    200: Vorm("Het document.", {_JSON: {"type": "object"}}, koppen=("Access-Control-Allow-Origin",))
                },
                vrij=True,
            ),
        )

    def paginas(self) -> tuple[Bewerking, ...]:
        """The pages for people, which do not stand in it."""
        hier = {
            "methode": "GET",
            "groep": "Model",
            "samenvatting": "",
            "omschrijving": "",
            "antwoorden": {},
            "vrij": True,
        }
        return (
            Bewerking(**hier, pad="/docs", id="toonDocumentatie", doe=self.pagina),  # type: ignore[arg-type]
            Bewerking(**hier, pad="/docs/{bestand}", id="geefBestand", doe=self.bestand),  # type: ignore[arg-type]
        )
