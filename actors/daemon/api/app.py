"""App: the HTTP application: a mounted application per register, made from its contracts alone.

A new context has its API without writing one. What else an API does (events, subscriptions) comes as `meer`: operations
made per register, which get routes and a place in the document like all others.
"""

from collections.abc import Callable, Iterable, Sequence
from functools import partial

from fastapi import FastAPI, Request
from fastapi.telemetry import TelemetryConfig
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import Route

from actors.daemon.api.abonnementen import abonnementbewerkingen
from actors.daemon.api.aggregaten import aggregaatbewerkingen
from actors.daemon.api.balie import Balie
from actors.daemon.api.bewerking import Api, Bewerking, Eindpunt, Grenzen
from actors.daemon.api.commandos import Commandos, commandobewerkingen
from actors.daemon.api.documentatie import Documentatie
from actors.daemon.api.gevolgen import gevolgbewerkingen
from actors.daemon.api.koppen import VERSIE, Koppen
from actors.daemon.api.openapi import Beschrijving, document
from actors.daemon.api.problemen import van_fout
from actors.daemon.api.rijen import tabelbewerkingen
from actors.daemon.api.signalen import signaalbewerkingen
from actors.daemon.api.terugmeldingen import Terugmeldingen, terugmeldbewerkingen
from actors.daemon.api.verstrekkingen import verstrekkingbewerkingen
from actors.daemon.berichten import Berichten, zonder_bezorger
from actors.daemon.dataverwerking.lezingen import Lezingen
from actors.daemon.poort import Poort
from actors.daemon.rechten import Wie
from actors.register.context import Context
from actors.runtime.klok import Buitenwereld

Meer = Callable[[Api], Iterable[Bewerking]]
"""More operations for a register."""


def maak_app(  # noqa: PLR0913 - what a daemon gives its API, each by name
    poort: Poort,
    wie: Wie,
    contexten: Iterable[Context],
    *,
    meer: Sequence[Meer] = (),
    paden: Sequence[Route] = (),
    beschrijving: Beschrijving | None = None,
    grenzen: Grenzen | None = None,
    buitenwereld: Buitenwereld | None = None,
    berichten: Berichten | None = None,
    lezingen: Lezingen | None = None,
) -> FastAPI:
    """The application: `/{register}/v1` for each context, `/health/live`, and the `paden` of the daemon itself.

    `lezingen` is where readings of personal data are logged; without it they are not.
    """
    app = _kaal()
    app.router.routes.append(Route("/health/live", _leeft, methods=["GET"]))
    app.router.routes.extend(paden)
    buiten = buitenwereld or Buitenwereld()
    spraak = berichten or zonder_bezorger(poort)
    alle = tuple(contexten)
    gelezen = lezingen or Lezingen(alle, None, buiten)
    for context in alle:
        api = Api(context, poort, wie, grenzen or Grenzen(), spraak, gelezen)
        app.mount(f"/{context.naam}/v1", _register_app(api, meer, beschrijving or Beschrijving(), buiten))
    app.add_middleware(Koppen)
    return app


def _register_app(api: Api, meer: Sequence[Meer], beschrijving: Beschrijving, buitenwereld: Buitenwereld) -> FastAPI:
    """The application of one register: its routes and its document come from the same operations."""
    documentatie = Documentatie(api.context)
    bewerkingen = [*bewerkingen_van(api, buitenwereld, meer), *documentatie.bewerkingen()]
    documentatie.document = partial(document, api.context, bewerkingen, beschrijving)
    app = _kaal()
    per_pad: dict[str, list[Bewerking]] = {}
    for bewerking in (*bewerkingen, *documentatie.paginas()):
        per_pad.setdefault(bewerking.pad, []).append(bewerking)
    # What is fixed goes before what may be anything: `/autos/_zoek` is no id.
    for pad in sorted(per_pad, key=lambda een: [deel.startswith("{") for deel in een.split("/")]):
        app.router.routes.append(Route(pad, Eindpunt(api, per_pad[pad])))
    return app


def bewerkingen_van(api: Api, buitenwereld: Buitenwereld, meer: Sequence[Meer] = ()) -> tuple[Bewerking, ...]:
    """All operations of a register, made from its context."""
    context = api.context
    balie = Balie(context, buitenwereld.nieuw_commando_id, api.grenzen.diepte)
    return (
        *commandobewerkingen(Commandos(balie)),
        *(b for soort in context.aggregaten for b in aggregaatbewerkingen(context, soort)),
        *(b for projectie in context.projecties for b in tabelbewerkingen(context, projectie)),
        *gevolgbewerkingen(),
        *terugmeldbewerkingen(Terugmeldingen(balie, buitenwereld.klok)),
        *verstrekkingbewerkingen(api.grenzen.lang_s),
        *signaalbewerkingen(),
        *(abonnementbewerkingen(context, buitenwereld) if api.berichten.bezorger else ()),
        *(b for maak in meer for b in maak(api)),
    )


_GEEN: TelemetryConfig = {"tracing": False, "metrics": False, "logs": False, "auto_configure": False}
"""What the daemon tells of itself it tells once, and without the text of exceptions."""


def _kaal() -> FastAPI:
    """An application with nothing of its own: no pages from elsewhere, no redirects, problems for what is not there."""
    app = FastAPI(
        openapi_url=None, docs_url=None, redoc_url=None, redirect_slashes=False, version=VERSIE, telemetry=_GEEN
    )

    async def probleem(_request: Request, fout: Exception) -> Response:
        return van_fout(fout, "app").antwoord()

    app.add_exception_handler(HTTPException, probleem)
    return app


async def _leeft(_request: Request) -> Response:
    return Response(b'{"status":"leeft"}', media_type="application/json")
