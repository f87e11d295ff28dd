"""Inrichting: a daemon put together from its instellingen: which parts there are, and how they meet."""

from fastapi import FastAPI

from actors.daemon.api.app import maak_app
from actors.daemon.api.bewerking import Grenzen
from actors.daemon.datamap import sluit_af
from actors.daemon.deur import Deur
from actors.daemon.dienst import Dienst, Luisteren
from actors.daemon.instellingen import Instellingen
from actors.daemon.procespoort import Procespoort
from actors.daemon.toegang.wie import maak_toegang
from actors.runtime.catalogue import contexten
from actors.runtime.klok import Buitenwereld
from actors.runtime.processen.group import ProcessGroup


def maak_dienst(instellingen: Instellingen) -> Dienst:
    """The daemon that these instellingen ask for; its data folder is closed off. Raises OpenMap, OSError."""
    sluit_af(instellingen.data)
    gevraagd = instellingen.registers
    gekozen = [context for context in contexten() if not gevraagd or context.naam in gevraagd]
    toegang = maak_toegang(instellingen, Buitenwereld())
    limieten = instellingen.limieten

    def app(poort: Procespoort, _groep: ProcessGroup) -> FastAPI:
        grenzen = Grenzen(inhoud_bytes=limieten.body_bytes, regel_bytes=limieten.regel_bytes)
        return maak_app(poort, Deur(toegang, instellingen), gekozen, grenzen=grenzen)

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
        app,
        wachtruimte=limieten.wachtruimte,
        stoptijd_s=instellingen.stoptijd_s,
    )
