"""Bewerking: one operation of an API as data (what the document says of it) with what it does; and how it is called.

All routes and the OpenAPI document of a register come from one list of these. What it does gets a `Verzoek` and
gives something that answers; what it raises becomes a problem.
"""

import asyncio
import itertools
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias, TypeVar
from urllib.parse import parse_qsl

from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send

from actors.daemon.api.problemen import Probleem, foute_invoer, van_fout
from actors.daemon.berichten import Berichten
from actors.daemon.dataverwerking.lezingen import Lezingen
from actors.daemon.poort import Aanbodpoort, NietBeschikbaar, Poort
from actors.daemon.rechten import Gebruiker, Handeling, Wie
from actors.register.context import Context
from actors.runtime.lezing import Registerlezing

T = TypeVar("T")
Schema: TypeAlias = Mapping[str, Any]
Antwoordend: TypeAlias = Callable[[Scope, Receive, Send], Awaitable[None]]
"""What answers a request: a Starlette response, or anything that is called as one."""


@dataclass(frozen=True, slots=True)
class Grenzen:
    """How big a request may be and how long it may wait."""

    inhoud_bytes: int = 1024 * 1024
    regel_bytes: int = 64 * 1024
    """Of one line of NDJSON."""
    diepte: int = 32
    """How deep JSON may be nested."""
    pot_regels: int = 500
    """Lines of NDJSON that are offered at once."""
    pot_bytes: int = 200 * 1024
    wacht_s: float = 5.0
    """How long `wachtOp` waits."""
    lang_s: int = 60
    """How long a long-poll may wait."""
    hartslag_s: float = 15.0
    """After how long a stream of events says that it is still there."""
    stroom_s: float = 3600.0
    """How long a stream of events lasts at most."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter in the query, the path or a header; `lees` makes a value of its text, or says ValueError."""

    naam: str
    omschrijving: str
    schema: Schema
    lees: Callable[[str], Any] = str
    waar: str = "query"
    voorbeeld: Any = None


@dataclass(frozen=True, slots=True)
class Vorm:
    """What an answer holds: its schema by media type, and the headers it has besides those of every answer."""

    omschrijving: str
    inhoud: Mapping[str, Schema] = field(default_factory=dict)
    koppen: tuple[str, ...] = ()


class Verzoek:
    """One request to one register, by someone who is known: its parameters as values, and the road to the register.

    There is one way to read what is given out (`lees`), and it is logged; the poort itself is not to be read by.
    """

    __slots__ = (
        "_beurt",
        "_poort",
        "berichten",
        "context",
        "gebruiker",
        "grenzen",
        "pad",
        "receive",
        "register",
        "scope",
        "vragen",
    )

    def __init__(self, api: "Api", scope: Scope, receive: Receive, gebruiker: Gebruiker, naam: str) -> None:
        """`naam` is that of the operation."""
        self._poort = api.poort
        self._beurt = api.lezingen.beurt(naam, api.context.naam, *scope.get("state", {}).get("trace", ()))
        self.berichten = api.berichten
        self.context = api.context
        self.register = api.context.naam
        self.grenzen = api.grenzen
        self.scope = scope
        self.receive = receive
        self.gebruiker = gebruiker
        self.pad: dict[str, str] = scope.get("path_params", {})
        self.vragen: dict[str, Any] = {}

    @property
    def poort(self) -> Aanbodpoort:
        """The road to the registers, to offer and to wait by."""
        return self._poort

    def kop(self, naam: bytes) -> str | None:
        """A header by its name in lower case."""
        for sleutel, waarde in self.scope["headers"]:
            if sleutel == naam:
                return str(waarde.decode("latin-1"))
        return None

    def eis(self, handeling: Handeling, wat: str | None = None) -> None:
        """Problem 403 when who asks may not do this."""
        if not self.gebruiker.mag(self.register, handeling, wat):
            recht = ":".join(deel for deel in (self.register, handeling.value, wat) if deel)
            raise Probleem(403, f"hiervoor is het recht {recht} nodig", soort="geen-recht")

    def eis_eigen(self, model: str) -> None:
        """Problem 403 when who asks does not read this of the register itself, but for a doelgroep."""
        self.eis(Handeling.LEZEN, model)
        self.eis_zelf(model)

    @property
    def leest_zelf(self) -> bool:
        """Whether who asks reads for the register itself, not for a doelgroep."""
        return self.gebruiker.voor in (None, self.register)

    def eis_zelf(self, wat: str) -> None:
        """Problem 403 when who asks does not read for the register itself."""
        if not self.leest_zelf:
            raise Probleem(403, f"{wat} is voor {self.register} zelf", soort="geen-recht")

    def eis_ook_in(self, register: str, model: str) -> None:
        """Problem 403 when who asks may not read this of another register, through which the answer goes."""
        if not self.gebruiker.mag(register, Handeling.LEZEN, model):
            raise Probleem(
                403,
                f"dit loopt door {register}; daar is het recht {register}:lezen:{model} voor nodig",
                soort="geen-recht",
            )

    async def lees(self, vraag: Callable[[Registerlezing], T], *, lang: bool = False) -> T:
        """Ask the registers what is given out, and log about whom that tells; what is not there is problem 404.

        `lang`: it takes seconds; see Poort. TypeError for what `over_wie` has no rule for; NietGelogd when it cannot
        be logged.
        """
        return await self.lees_over_niemand(self._beurt.vastgelegd(vraag), lang=lang)

    async def lees_over_niemand(self, vraag: Callable[[Registerlezing], T], *, lang: bool = False) -> T:
        """Ask the registers what tells of nobody, or is only used to ask further; it is not logged."""
        return await self._poort.lees(vraag, lang=lang)

    def url(self, *delen: str) -> str:
        """The path of a resource of this register."""
        return "/".join((f"/{self.register}/v1", *delen))

    async def inhoud(self) -> bytes:
        """The whole body; problem 413 when it is longer than is read."""
        grens = self.grenzen.inhoud_bytes
        gemeld = self.kop(b"content-length")
        if gemeld is not None and gemeld.isdecimal() and int(gemeld) > grens:
            raise te_groot(grens)
        bericht = await self.receive()
        if not bericht.get("more_body", False):
            heel = self._stuk(bericht)
        else:
            stukken = [self._stuk(bericht)]
            lang = len(stukken[0])
            while bericht.get("more_body", False):
                bericht = await self.receive()
                stukken.append(self._stuk(bericht))
                lang += len(stukken[-1])
                if lang > grens:
                    raise te_groot(grens)
            heel = b"".join(stukken)
        if len(heel) > grens:
            raise te_groot(grens)
        return heel

    def _stuk(self, bericht: Message) -> bytes:
        if bericht["type"] == "http.disconnect":
            raise Probleem(400, "het verzoek brak af", soort="afgebroken")
        return bytes(bericht.get("body", b""))


def te_groot(grens: int) -> Probleem:
    """The problem of a body that is too long."""
    return Probleem(413, f"hier worden hoogstens {grens} bytes gelezen; verstuur minder tegelijk")


@dataclass(frozen=True, slots=True, kw_only=True)
class Bewerking:
    """One operation: what the document says of it, and what it does.

    `vrij`: also for who is not known. `verzoek` is the schema of its body by media type; `fouten` are the problems it
    may answer besides those that every one has.
    """

    methode: str
    pad: str
    id: str
    groep: str
    samenvatting: str
    omschrijving: str
    doe: Callable[[Verzoek], Awaitable[Antwoordend]]
    antwoorden: Mapping[int, Vorm]
    parameters: tuple[Parameter, ...] = ()
    verzoek: Mapping[str, Schema] = field(default_factory=dict)
    fouten: tuple[int, ...] = ()
    vrij: bool = False
    beschreven: bool = True
    """Whether the document names it: an agreement between machines (OPTIONS) is no operation of the API."""


@dataclass(frozen=True, slots=True)
class Api:
    """What the operations of one register share."""

    context: Context
    poort: Poort
    wie: Wie
    grenzen: Grenzen
    berichten: Berichten
    lezingen: Lezingen


_AFGEBROKEN = "de dienst stopt en kon hier niet op wachten; vraag het opnieuw, een commando onder hetzelfde id"


class Eindpunt:
    """All operations on one path; an ASGI application."""

    _nummers = itertools.count(1)

    def __init__(self, api: Api, bewerkingen: Iterable[Bewerking]) -> None:
        self._api = api
        self._per_methode = {b.methode: b for b in bewerkingen}
        self._pad = next(b.pad for b in self._per_methode.values())
        self._lezers = {
            b.methode: {p.naam: p.lees for p in b.parameters if p.waar == "query"} for b in self._per_methode.values()
        }
        methodes = sorted(self._per_methode)
        self._toegestaan = ", ".join((*methodes, "HEAD") if "GET" in methodes else methodes)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; whatever is raised is a problem."""
        scope.setdefault("state", {})["route"] = self._pad
        try:
            antwoord = await self._antwoord(scope, receive)
        except asyncio.CancelledError:  # by the server alone, when the time to stop in is over
            antwoord = van_fout(NietBeschikbaar(_AFGEBROKEN), self._api.context.naam).antwoord()
        except Exception as fout:  # noqa: BLE001 - the last place before a broken connection
            antwoord = van_fout(fout, f"{self._api.context.naam}-{next(self._nummers)}").antwoord()
        await antwoord(scope, receive, send)

    async def _antwoord(self, scope: Scope, receive: Receive) -> Antwoordend:
        methode = "GET" if scope["method"] == "HEAD" else scope["method"]
        bewerking = self._per_methode.get(methode)
        if bewerking is None:
            raise Probleem(405, f"hier kan {self._toegestaan}", soort="methode", koppen={"Allow": self._toegestaan})
        if bewerking.vrij:
            gebruiker = _IEDEREEN
        else:
            koppen = [waarde for naam, waarde in scope["headers"] if naam == b"authorization"]
            bekend = self._api.wie(koppen[0].decode("latin-1") if koppen else None)
            gebruiker = bekend if isinstance(bekend, Gebruiker) else await bekend
        scope["state"]["gebruiker"] = gebruiker.naam
        verzoek = Verzoek(self._api, scope, receive, gebruiker, bewerking.id)
        if scope["query_string"]:
            verzoek.vragen = lees_vragen(scope["query_string"], self._lezers[methode])
        return await bewerking.doe(verzoek)


_IEDEREEN = Gebruiker("iedereen", frozenset())


def lees_vragen(tekst: bytes, lezers: Mapping[str, Callable[[str], Any]]) -> dict[str, Any]:
    """The parameters of the query as values; a problem with all that is wrong with them."""
    fouten: list[str] = []
    gelezen: dict[str, Any] = {}
    for naam, waarde in parse_qsl(tekst.decode("latin-1"), keep_blank_values=True):
        lees = lezers.get(naam)
        if lees is None:
            fouten.append(f"{naam}: bestaat hier niet")
        elif naam in gelezen:
            fouten.append(f"{naam}: staat er twee keer")
        else:
            try:
                gelezen[naam] = lees(waarde)
            except ValueError as fout:
                gelezen[naam] = None
                fouten.append(f"{naam}: {fout}")
    if fouten:
        raise foute_invoer(fouten)
    return gelezen


def json_antwoord(
    inhoud: bytes, status: int = 200, koppen: Mapping[str, str] | None = None, mediatype: str = "application/json"
) -> Response:
    """A response with these bytes."""
    return Response(inhoud, status, koppen, mediatype)
