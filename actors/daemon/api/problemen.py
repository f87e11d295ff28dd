"""Problemen: everything that goes wrong as problem details (RFC 9457), each with its status: the one table of them."""

import traceback
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, NamedTuple

from starlette.exceptions import HTTPException
from starlette.responses import Response

from actors.daemon.api.veldnamen import TeDiep, fout_naar_camel, schrijf_namen, tekst_naar_camel
from actors.daemon.dataverwerking.verwerkingenlogboek import NietGelogd, VolLogboek
from actors.daemon.poort import NietBeschikbaar
from actors.daemon.rechten import GeenToegang, NuNietNaTeGaan
from actors.daemon.toegang.verzoeklimiet import TeVeelVerzoeken
from actors.register.commando import Mislukt, NietVerwerkt
from actors.runtime.logboek import maak_log
from actors.runtime.stelsel import NietInRust
from actors.verwerking.antwoord import GeenGrens, GeenMoment, NietGeleverd, NogNietZover, Onbekend, Vervallen
from actors.verwerking.herhaaltoken import GeenToken
from actors.verwerking.herleveren import VerstrekkingOnbekend
from actors.verwerking.jsonvorm import als_json, json_bytes
from actors.verwerking.leesstand import AnderLogboek
from actors.verwerking.probleem import probleem
from actors.verwerking.uitleg import GeenUitleg
from storage.errors import StorageError, StorageFull

log = maak_log("http")

MEDIATYPE = "application/problem+json"
LATER = {"Retry-After": "1"}

TITELS: Mapping[int, str] = {
    400: "Het verzoek klopt niet",
    401: "Onbekend wie dit vraagt",
    403: "Dit is u niet toegestaan",
    404: "Dit is er niet",
    405: "Deze methode bestaat hier niet",
    409: "Het commando is niet verwerkt",
    410: "Dit is er niet meer",
    412: "Het is intussen anders",
    413: "Dit is te groot",
    415: "In deze vorm wordt dit niet gelezen",
    429: "Dit is te vaak",
    500: "Er ging iets mis dat niet had mogen gebeuren",
    503: "Nu niet beschikbaar",
    507: "De opslag is vol",
}
"""The title of each status."""

OMSCHRIJVINGEN: Mapping[int, str] = {
    400: "Het verzoek voldoet niet aan zijn schema; `fouten` noemt alles wat er mis is.",
    401: "Er is geen token, of het is niet geldig.",
    403: "De rechten van het token staan dit niet toe.",
    404: "Er is niets onder deze naam of dit kenmerk.",
    409: "Het commando is niet verwerkt; `regel` zegt waarom.",
    410: "Dit antwoord is er niet meer en komt niet terug.",
    412: "Het aggregaat is anders dan `If-Match` verwachtte.",
    413: "Het verzoek is groter dan wordt gelezen.",
    415: "Deze mediatype wordt hier niet gelezen.",
    429: "Deze gebruiker vraagt meer dan hij mag; `Retry-After` zegt wanneer hij het weer mag proberen.",
    503: "Het register is nu niet beschikbaar of nog niet zover; probeer het later opnieuw.",
    507: "De opslag is vol; er is niets vastgelegd, tenzij `detail` zegt van wel.",
}
"""What each status means, for the document."""


_SOORTEN: Mapping[int, str] = {
    404: "onbekend",
    405: "methode",
    409: "niet-verwerkt",
    413: "te-groot",
    415: "mediatype",
    500: "fout",
    503: "niet-beschikbaar",
}
"""What kind of problem each status is, when nothing more is known."""


class _Plek(NamedTuple):
    status: int
    soort: str
    later: bool = False
    eigen_tekst: bool = True


_TABEL: Mapping[type[Exception], _Plek] = {
    GeenToegang: _Plek(401, "geen-toegang"),
    NuNietNaTeGaan: _Plek(503, "toegang-niet-na-te-gaan", later=True),
    TeVeelVerzoeken: _Plek(429, "te-veel-verzoeken", later=True),
    NietBeschikbaar: _Plek(503, "niet-beschikbaar", later=True),
    NogNietZover: _Plek(503, "nog-niet-zover", later=True),
    NietInRust: _Plek(503, "niet-in-rust", later=True, eigen_tekst=False),
    NietGeleverd: _Plek(403, "niet-geleverd"),
    Vervallen: _Plek(410, "vervallen"),
    Onbekend: _Plek(404, "onbekend"),
    VerstrekkingOnbekend: _Plek(404, "onbekend"),
    GeenUitleg: _Plek(404, "geen-uitleg"),
    GeenMoment: _Plek(400, "geen-moment"),
    GeenGrens: _Plek(400, "geen-grens"),
    GeenToken: _Plek(400, "geen-herhaaltoken"),
    TeDiep: _Plek(400, "te-diep"),
    VolLogboek: _Plek(507, "opslag-vol", eigen_tekst=False),
    NietGelogd: _Plek(503, "niet-vastgelegd", later=True, eigen_tekst=False),
    StorageFull: _Plek(507, "opslag-vol", eigen_tekst=False),
    AnderLogboek: _Plek(503, "ander-logboek", later=True, eigen_tekst=False),
    StorageError: _Plek(503, "opslag", later=True, eigen_tekst=False),
}
"""Where each exception belongs: the first kind that fits."""

_ONS = "probeer het later opnieuw; blijft dit zo, meld dan dit kenmerk bij de beheerder"


class Probleem(Exception):
    """Something to answer with a problem: its status, what kind it is, and all that is wrong."""

    def __init__(
        self,
        status: int,
        detail: str,
        *,
        soort: str = "",
        fouten: tuple[str, ...] = (),
        koppen: Mapping[str, str] | None = None,
    ) -> None:
        """Say in Dutch what is the matter and what to do."""
        super().__init__(detail)
        self.status = status
        self.koppen = dict(koppen or {})
        naam = soort or _SOORTEN.get(status, "verzoek")
        self.inhoud: dict[str, Any] = {
            "type": f"urn:gevolg:probleem:{naam}",
            "title": TITELS.get(status, HTTPStatus(status).phrase),
            "status": status,
            "detail": detail,
        }
        if fouten:
            self.inhoud["fouten"] = list(fouten)

    def antwoord(self) -> Response:
        """The response that says it."""
        return Response(json_bytes(self.inhoud), self.status, self.koppen, MEDIATYPE)


def foute_invoer(fouten: list[str] | tuple[str, ...]) -> Probleem:
    """All that is wrong with a request."""
    return Probleem(
        400, "het verzoek voldoet niet aan zijn schema; bekijk de fouten", soort="invoer", fouten=tuple(fouten)
    )


def van_niet_verwerkt(antwoord: NietVerwerkt) -> Probleem:
    """A commando that was not processed, in the words of the API."""
    inhoud = probleem(antwoord)
    inhoud["detail"] = _voor_http(inhoud["detail"])
    if "fouten" in inhoud:
        inhoud["fouten"] = [_voor_http(fout_naar_camel(fout)) for fout in inhoud["fouten"]]
    fout = Probleem(inhoud["status"], inhoud["detail"])
    fout.inhoud = schrijf_namen(als_json(inhoud))
    return fout


def van_mislukt(antwoord: Mislukt) -> Probleem:
    """A commando of which the outcome is not known."""
    status, koppen = (507, None) if antwoord.vol else (503, LATER)
    fout = Probleem(status, _VOL if antwoord.vol else antwoord.toelichting, soort="mislukt", koppen=koppen)
    fout.inhoud["referentie"] = antwoord.referentie
    return fout


def van_fout(fout: Exception, referentie: str) -> Probleem:
    """Whatever was raised; what is our own fault is logged under a reference, and told without its values."""
    if isinstance(fout, Probleem):
        return fout
    if isinstance(fout, HTTPException):
        return Probleem(fout.status_code, _DETAIL.get(fout.status_code, TITELS[400]), koppen=fout.headers)
    for soort, plek in _TABEL.items():
        if isinstance(fout, soort):
            if not plek.eigen_tekst:
                log.error("http.unavailable", error=type(fout).__name__, text=str(fout), ref=referentie)
            koppen = {"WWW-Authenticate": "Bearer"} if plek.status == HTTPStatus.UNAUTHORIZED else {}
            if plek.later:
                koppen["Retry-After"] = str(getattr(fout, "wacht_s", 1))
            detail = (
                _voor_http(str(fout)) if plek.eigen_tekst else f"{TITELS[plek.status].lower()}; {_ONS}: {referentie}"
            )
            return Probleem(plek.status, detail, soort=plek.soort, koppen=koppen)
    spoor = "".join(traceback.format_tb(fout.__traceback__))
    log.error("http.failed", error=type(fout).__name__, ref=referentie, trace=spoor)
    return Probleem(500, f"{_ONS}: {referentie}", soort="fout")


_VOL = "er is niets vastgelegd; bied hetzelfde onder hetzelfde id opnieuw aan als er ruimte is gemaakt"

_DETAIL = {
    404: "hier is niets te vinden; een pad eindigt niet op een schuine streep, en openapi.json noemt ze alle",
    405: "deze methode bestaat hier niet; de kop Allow noemt welke wel",
}

_OPDRACHTEN = {
    "`gevolg model`": "`GET /bijhoudingsmodel`",
    "`gevolg taken`": "`GET /taken`",
    "`gevolg gevolgen --json`": "`GET /gevolgen`",
    "`gevolg gevolgen`": "`GET /gevolgen`",
    "`gevolg herkomst`": "`GET /gevolgen/{id}/herkomst`",
}


def _voor_http(tekst: str) -> str:
    """A sentence of a register for who asks over HTTP: it names a resource where it named a command."""
    for opdracht, bron in _OPDRACHTEN.items():
        tekst = tekst.replace(opdracht, bron)
    return tekst_naar_camel(tekst)
