"""Inrichting: a daemon put together from its instellingen: which parts there are, and how they meet."""

from collections.abc import Sequence
from contextlib import ExitStack
from functools import partial
from ipaddress import ip_network
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from actors.daemon.abonnementen.bezorger import Bezorger
from actors.daemon.abonnementen.doel import Doelregels
from actors.daemon.abonnementen.zender import Zender
from actors.daemon.api.app import maak_app
from actors.daemon.api.bewerking import Grenzen
from actors.daemon.api.openapi import Beschrijving
from actors.daemon.api.problemen import Probleem, van_fout
from actors.daemon.berichten import Berichten
from actors.daemon.datamap import sluit_af
from actors.daemon.dataverwerking.lezingen import Lezingen
from actors.daemon.dataverwerking.verwerkingenlogboek import BESTAND, Verwerkingenlogboek
from actors.daemon.deur import Deur
from actors.daemon.dienst import Dienst, Luisteren
from actors.daemon.instellingen import Instellingen
from actors.daemon.procespoort import Procespoort
from actors.daemon.rechten import Gebruiker, GeenToegang, Handeling, NuNietNaTeGaan
from actors.daemon.signalen import Signalenloket
from actors.daemon.toegang.apisleutels import Sleutelbestand
from actors.daemon.toegang.verzoeklimiet import TeVeelVerzoeken
from actors.daemon.toegang.wie import maak_toegang
from actors.daemon.waarneming.gezondheid import Gezondheid
from actors.daemon.waarneming.metrieken import GeteldePoort, Metrieken
from actors.daemon.waarneming.spans import Spans
from actors.daemon.waarneming.spanvolger import Spanvolger
from actors.daemon.waarneming.verzoeken import Verzoekwaarneming, Waarnemer, log_verzoek
from actors.register.context import Context
from actors.runtime.catalogue import contexten
from actors.runtime.klok import Buitenwereld
from actors.runtime.logboek import maak_log
from actors.runtime.processen.group import ProcessGroup
from actors.verwerking.gebeurtenisstroom import Afzender
from actors.verwerking.jsonvorm import json_bytes
from storage.opslag import open_abonnementen

_SPANS_S = 2.0  # how long the last spans may take to leave

log = maak_log("dienst")


def maak_dienst(instellingen: Instellingen) -> Dienst:
    """The daemon that these instellingen ask for; its data folder is closed off. Raises OpenMap, OSError."""
    sluit_af(instellingen.data)
    gevraagd = instellingen.registers
    gekozen = [context for context in contexten() if not gevraagd or context.naam in gevraagd]
    if instellingen.ontwikkel:
        log.warning("service.open_to_all", address=instellingen.adres)
    return Dienst(
        instellingen.data,
        tuple(context.naam for context in gekozen),
        Luisteren(
            instellingen.adres,
            instellingen.poort,
            instellingen.tls.certificaat,
            instellingen.tls.sleutel,
            instellingen.achter_proxy,
        ),
        partial(Inrichting, instellingen, gekozen),
        wachtruimte=instellingen.limieten.wachtruimte,
        stoptijd_s=instellingen.stoptijd_s,
    )


class Inrichting:
    """All that stands in front of the processes of a daemon, in the event loop that serves."""

    def __init__(
        self, instellingen: Instellingen, gekozen: Sequence[Context], poort: Procespoort, groep: ProcessGroup
    ) -> None:
        """Raises StorageError when the abonnementen cannot be opened."""
        registers = [context.naam for context in gekozen]
        self._poort, self._buiten = poort, Buitenwereld()
        self._gezondheid = Gezondheid(lambda: groep.tree, registers)
        self._metrieken = Metrieken(self._gezondheid, poort)
        self._deur = Deur(maak_toegang(instellingen, self._buiten), instellingen)
        with ExitStack() as geopend:
            self._lezingen = self._maak_lezingen(instellingen, gekozen, geopend)
            waarnemers = self._waarnemers(instellingen, registers, geopend)
            self._bezorger = self._maak_bezorger(instellingen, registers, geopend)
            self._sluiten = geopend.pop_all()
        geteld = GeteldePoort(poort, self._metrieken)
        afzender = _afzender(instellingen)
        limieten = instellingen.limieten
        app = maak_app(
            geteld,
            self._deur,
            gekozen,
            paden=(Route("/health/ready", self._gereed), Route("/metrics", self._meet)),
            grenzen=Grenzen(limieten.body_bytes, limieten.regel_bytes, limieten.diepte),
            berichten=Berichten(afzender, Signalenloket(geteld, afzender, _bronnen(instellingen)), self._bezorger),
            buitenwereld=self._buiten,
            lezingen=self._lezingen,
            beschrijving=_beschrijving(instellingen),
        )
        self.app: Any = Verzoekwaarneming(app, registers, waarnemers, gemeten=instellingen.otlp.endpoint is not None)

    def begin(self) -> None:
        """Start delivering."""
        self._bezorger.begin()

    async def stop(self) -> None:
        """Stop delivering, and let go of all that was opened."""
        await self._bezorger.stop()
        self._sluiten.close()

    def _waarnemers(self, instellingen: Instellingen, registers: list[str], geopend: ExitStack) -> list[Waarnemer]:
        """Who hears of each request."""
        uit: list[Waarnemer] = [log_verzoek, self._metrieken.tel_verzoek]
        otlp = instellingen.otlp
        if otlp.endpoint is not None:
            spans = Spans(otlp.endpoint, otlp.autorisatie.get_secret_value() if otlp.autorisatie else None)
            geopend.callback(spans.sluit, _SPANS_S)
            geopend.callback(Spanvolger(self._poort.lezing.nog_een(), registers, spans).sluit)
            uit.append(spans.meld_verzoek)
        return uit

    def _maak_lezingen(self, instellingen: Instellingen, gekozen: Sequence[Context], geopend: ExitStack) -> Lezingen:
        """Where readings of personal data are logged."""
        geheimen = {context.naam: self._poort.lezing.geheim(context.naam) for context in gekozen}
        logboek = Verwerkingenlogboek(
            instellingen.logboek.bestand or instellingen.data / BESTAND,
            geheimen.__getitem__,
            activiteit=instellingen.logboek.verwerkingsactiviteit,
            systeemnaam=instellingen.systeemnaam,
            buiten=self._buiten,
        )
        geopend.callback(logboek.close)
        return Lezingen(gekozen, logboek, self._buiten)

    def _maak_bezorger(self, instellingen: Instellingen, registers: list[str], geopend: ExitStack) -> Bezorger:
        stores = {}
        for naam in registers:
            stores[naam] = open_abonnementen(instellingen.data, naam)
            geopend.callback(stores[naam].close)
        webhooks = instellingen.webhooks
        regels = Doelregels(instellingen.ontwikkel, tuple(ip_network(net) for net in webhooks.netten))
        zender = Zender(regels, webhooks.herkomst, self._buiten.klok, tijd_s=webhooks.wachttijd_s)
        sleutels, klok = Sleutelbestand(instellingen.data), self._buiten.klok
        return Bezorger(
            self._poort,
            stores,
            zender,
            _afzender(instellingen),
            self._buiten,
            lezingen=self._lezingen,
            rechten_van=lambda naam: sleutels.rechten_van(naam, klok()),
        )

    async def _gereed(self, _verzoek: Request) -> Response:
        """Whether every register runs, and how everything is; open to all: it holds no data."""
        bericht = await self._poort.lees(self._gezondheid.bericht)
        return Response(json_bytes(bericht), 200 if bericht["gereed"] else 503, media_type="application/json")

    async def _meet(self, verzoek: Request) -> Response:
        """What Prometheus asks for, for who may observe every register."""
        try:
            bekend = self._deur(verzoek.headers.get("authorization"))
            gebruiker = bekend if isinstance(bekend, Gebruiker) else await bekend
        except (GeenToegang, NuNietNaTeGaan, TeVeelVerzoeken) as fout:
            return van_fout(fout, "metrics").antwoord()
        if not gebruiker.mag("*", Handeling.WAARNEMEN):
            return Probleem(403, "hiervoor is het recht *:waarnemen nodig", soort="geen-recht").antwoord()
        return await self._metrieken.antwoord(self._poort, verzoek)


def _beschrijving(instellingen: Instellingen) -> Beschrijving:
    """What the documents say of who answers for an API and where it is: https, as the Design Rules ask."""
    wie, adres = instellingen.contact, instellingen.cloudevents.adres or ""
    waar = adres.rstrip("/") if adres.startswith("https://") else "https://localhost"
    return Beschrijving(waar, wie.naam, wie.url, wie.email)


def _bronnen(instellingen: Instellingen) -> dict[str, str]:
    """Which register each `source` is."""
    return {bron: register for register, _, bron in (een.partition("=") for een in instellingen.cloudevents.bronnen)}


def _afzender(instellingen: Instellingen) -> Afzender:
    events = instellingen.cloudevents
    return Afzender(events.oin, events.domein, events.adres or "")
