"""Instellingen: what a daemon may be told, with what each key is for and what its value must be.

The names here are the keys of the file and of the environment; where values come from: instellingslagen.py.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, fields, is_dataclass
from enum import StrEnum
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Annotated, Any, NamedTuple, get_type_hints
from urllib.parse import urlsplit

from annotated_types import Ge, Le, MinLen
from pydantic import AfterValidator, SecretStr, StringConstraints

ASYMMETRISCH = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "Ed25519", "EdDSA")
"""Algorithms with a public key to check with; of the others whoever can check can also sign, or nobody checks."""


class Sleutel(NamedTuple):
    """What a key is (`wat`) and what must be written there (`hoort`), in Dutch."""

    wat: str
    hoort: str
    enkel_optie: bool = False


class Niveau(StrEnum):
    """From which level on lines are logged."""

    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


class Vorm(StrEnum):
    """How log lines look: `auto` is for people on a terminal and JSON elsewhere."""

    AUTO = "auto"
    JSON = "json"
    CONSOLE = "console"


def is_lokaal(adres: str) -> bool:
    """Whether only this machine can reach this address."""
    return adres == "localhost" or ip_address(adres).is_loopback


def _adres(adres: str) -> str:
    if adres != "localhost":
        ip_address(adres)
    return adres


def _net(net: str) -> str:
    ip_network(net)
    return net


def _web(adres: str) -> str:
    return _url(adres, "http", "https")


def _jwks(plaats: str) -> str:
    return _url(plaats, "https") if "://" in plaats else plaats


def _url(adres: str, *schemas: str) -> str:
    delen = urlsplit(adres)
    if delen.scheme not in schemas or not delen.hostname or delen.username or delen.password:
        raise ValueError(adres)
    return adres


def _algoritme(naam: str) -> str:
    if naam not in ASYMMETRISCH:
        raise ValueError(naam)
    return naam


def _bron(bron: str) -> str:
    if not re.fullmatch(r"[a-z][a-z0-9_-]*=[!-~]+", bron):
        raise ValueError(bron)
    return bron


def _activiteit(adres: str) -> str:
    if not re.fullmatch(r"[a-z][a-z0-9+.-]*:[^\s{}]+", adres.replace("{register}", "register")):
        raise ValueError(adres)
    return adres


Naam = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^\S+$")]


@dataclass(frozen=True, slots=True)
class Tls:
    """Own certificate; without it the daemon is on this machine only, or behind a proxy."""

    certificaat: Annotated[Path | None, Sleutel("certificaat met zijn keten, PEM", "de naam van een bestand")] = None
    sleutel: Annotated[Path | None, Sleutel("privésleutel daarbij, PEM", "de naam van een bestand")] = None


@dataclass(frozen=True, slots=True)
class CloudEvents:
    """What CloudEvents say of where they come from (NL GOV profile)."""

    oin: Annotated[
        str,
        StringConstraints(pattern=r"^[0-9]{20}$"),
        Sleutel("organisatie-identificatienummer van wie de registers houdt", "20 cijfers, als tekst"),
    ] = "0" * 20
    domein: Annotated[
        str,
        StringConstraints(pattern=r"^[a-z0-9-]+(\.[a-z0-9-]+)*$"),
        Sleutel("waarmee de soorten berichten beginnen", "een domein in omgekeerde volgorde, zoals nl.voorbeeld"),
    ] = "nl"
    adres: Annotated[
        Annotated[str, AfterValidator(_web)] | None,
        Sleutel("waar de API van buiten te vinden is; zonder: verwijzingen zijn relatief", "een http- of https-adres"),
    ] = None
    bronnen: Annotated[
        tuple[Annotated[str, AfterValidator(_bron)], ...],
        Sleutel(
            "hoe registers elders zich noemen (`source`), naast die onder het eigen OIN",
            "register=source, zoals wegonderhoud=urn:nld:oin:00000001823288444000:systeem:weg",
        ),
    ] = ()


@dataclass(frozen=True, slots=True)
class Contact:
    """Who answers for the APIs; it stands in each document (NL API Design Rules, `info.contact`)."""

    naam: Annotated[
        str,
        StringConstraints(min_length=1, max_length=200),
        Sleutel("wie er op de API's is aan te spreken", "een naam"),
    ] = "Beheer van gevolg"
    url: Annotated[str, AfterValidator(_web), Sleutel("waar daarover meer staat", "een http- of https-adres")] = (
        "https://localhost"
    )
    email: Annotated[
        str,
        StringConstraints(pattern=r"^[^@\s]+@[^@\s]+$", max_length=200),
        Sleutel("waar vragen heen kunnen", "een e-mailadres"),
    ] = "beheer@localhost.example"


@dataclass(frozen=True, slots=True)
class Jwt:
    """Whose tokens are believed; without `issuer`, `audience` and `jwks` nobody's."""

    issuer: Annotated[
        Naam | None, Sleutel("wie de tokens uitgeeft (`iss`)", "de issuer, zoals die in een token staat")
    ] = None
    audience: Annotated[Naam | None, Sleutel("voor wie ze zijn (`aud`)", "de audience van deze registers")] = None
    jwks: Annotated[
        Annotated[str, AfterValidator(_jwks)] | None,
        Sleutel("openbare sleutels van de uitgever", "de naam van een bestand, of een https-adres zonder wachtwoord"),
    ] = None
    algoritmes: Annotated[
        tuple[Annotated[str, AfterValidator(_algoritme)], ...],
        MinLen(1),  # without any, a library may choose
        Sleutel(
            "algoritmes die worden aangenomen",
            f"een of meer van {', '.join(ASYMMETRISCH)}; met HS… of none kan ieder een token maken",
        ),
    ] = ("RS256", "PS256", "ES256", "Ed25519", "EdDSA")
    voor_claim: Annotated[Naam, Sleutel("claim met de doelgroep voor wie iemand leest", "de naam van een claim")] = (
        "voor"
    )
    speling_s: Annotated[
        int, Ge(0), Le(300), Sleutel("hoeveel klokken mogen verschillen, in seconden", "een getal van 0 tot en met 300")
    ] = 30


@dataclass(frozen=True, slots=True)
class Limieten:
    """How much of anything is taken."""

    body_bytes: Annotated[
        int,
        Ge(1024),
        Le(1 << 30),
        Sleutel("grootte van een verzoek, in bytes", "een getal van 1024 tot en met 1073741824"),
    ] = 1 << 20
    regel_bytes: Annotated[
        int,
        Ge(1024),
        Le(1 << 26),
        Sleutel("grootte van een regel NDJSON, in bytes", "een getal van 1024 tot en met 67108864"),
    ] = 1 << 18
    diepte: Annotated[
        int, Ge(4), Le(200), Sleutel("hoe diep JSON genest mag zijn", "een getal van 4 tot en met 200")
    ] = 32
    verzoeken_per_s: Annotated[
        int,
        Ge(1),
        Le(1_000_000),
        Sleutel("verzoeken per seconde van een gebruiker", "een getal van 1 tot en met 1000000"),
    ] = 1000
    stoot: Annotated[
        int, Ge(1), Le(1_000_000), Sleutel("verzoeken die hij ineens mag doen", "een getal van 1 tot en met 1000000")
    ] = 2000
    wachtruimte: Annotated[
        int,
        Ge(1),
        Le(1_000_000),
        Sleutel("commando's die per register mogen wachten", "een getal van 1 tot en met 1000000"),
    ] = 10_000


@dataclass(frozen=True, slots=True)
class Log:
    """What is logged, and how that looks."""

    niveau: Annotated[Niveau, Sleutel("vanaf welk niveau", "debug, info, warning of error")] = Niveau.INFO
    vorm: Annotated[Vorm, Sleutel("hoe een regel eruitziet", "auto, json of console")] = Vorm.AUTO


@dataclass(frozen=True, slots=True)
class Otlp:
    """Where traces go; nowhere without endpoint."""

    endpoint: Annotated[
        Annotated[str, AfterValidator(_web)] | None,
        Sleutel("waar OpenTelemetry-sporen heen gaan (OTLP over HTTP)", "een http- of https-adres zonder wachtwoord"),
    ] = None
    autorisatie: Annotated[
        SecretStr | None, Sleutel("kopregel `Authorization` voor dat adres", "de waarde van de kopregel")
    ] = None


@dataclass(frozen=True, slots=True)
class Webhooks:
    """How events are brought to those who want them."""

    wachttijd_s: Annotated[
        int,
        Ge(1),
        Le(60),
        Sleutel("hoe lang een ontvanger over een antwoord mag doen", "een getal van 1 tot en met 60"),
    ] = 10
    netten: Annotated[
        tuple[Annotated[str, AfterValidator(_net)], ...],
        Sleutel(
            "netten die niet openbaar zijn en waar toch mag worden bezorgd", "IP-adressen of netten, zoals 10.0.0.0/8"
        ),
    ] = ()
    herkomst: Annotated[
        str,
        StringConstraints(pattern=r"^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$"),
        Sleutel("naam waaronder wordt bezorgd (`WebHook-Request-Origin`)", "een DNS-naam, in kleine letters"),
    ] = "localhost"


@dataclass(frozen=True, slots=True)
class Logboek:
    """Logboek Dataverwerkingen: what the lines refer to, and where they go."""

    verwerkingsactiviteit: Annotated[
        str,
        AfterValidator(_activiteit),
        Sleutel(
            "de verwerkingsactiviteit in het verwerkingenregister; `{register}` wordt de naam van het register",
            "een URI, eventueel met {register} erin",
        ),
    ] = "urn:gevolg:verwerkingsactiviteit:{register}"
    bestand: Annotated[
        Path | None,
        Sleutel(
            "bestand met de logregels; zonder: `dataverwerkingen.jsonl` in de map met gegevens",
            "de naam van een bestand",
        ),
    ] = None


@dataclass(frozen=True, slots=True)
class Instellingen:
    """All that a daemon is told, checked."""

    data: Annotated[Path, Sleutel("map met de registers", "de naam van een map")] = Path("data")
    registers: Annotated[tuple[str, ...], Sleutel("welke registers; zonder: alle", "namen van registers")] = ()
    adres: Annotated[
        str, AfterValidator(_adres), Sleutel("adres waarop wordt geluisterd", "een IP-adres, of localhost")
    ] = "127.0.0.1"
    poort: Annotated[int, Ge(0), Le(65535), Sleutel("poort; 0 is een vrije", "een getal van 0 tot en met 65535")] = 8080
    achter_proxy: Annotated[
        tuple[Annotated[str, AfterValidator(_net)], ...],
        Sleutel("proxy's van wie de Forwarded-koppen worden geloofd", "IP-adressen of netten, zoals 10.0.0.0/8"),
    ] = ()
    ontwikkel: Annotated[
        bool, Sleutel("iedereen mag alles; alleen voor ontwikkelen", "de optie --ontwikkel", enkel_optie=True)
    ] = False
    stoptijd_s: Annotated[
        int, Ge(1), Le(300), Sleutel("hoe lang stoppen hoogstens duurt, in seconden", "een getal van 1 tot en met 300")
    ] = 10
    systeemnaam: Annotated[
        str,
        StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,62}$"),
        Sleutel("hoe dit systeem heet in logboeken en sporen", "kleine letters, cijfers en streepjes, hoogstens 63"),
    ] = "gevolg"
    tls: Tls = field(default_factory=Tls)
    contact: Contact = field(default_factory=Contact)
    cloudevents: CloudEvents = field(default_factory=CloudEvents)
    jwt: Jwt = field(default_factory=Jwt)
    limieten: Limieten = field(default_factory=Limieten)
    log: Log = field(default_factory=Log)
    otlp: Otlp = field(default_factory=Otlp)
    webhooks: Webhooks = field(default_factory=Webhooks)
    logboek: Logboek = field(default_factory=Logboek)


class Veld(NamedTuple):
    """A key: its full name (`tls.sleutel`), its type with what constrains it, its default and what it is."""

    naam: str
    soort: Any
    standaard: Any
    sleutel: Sleutel

    @property
    def variabele(self) -> str:
        """The environment variable for it."""
        return f"GEVOLG_{self.naam.replace('.', '_').upper()}"

    @property
    def is_geheim(self) -> bool:
        """Whether its value is never shown, and comes from a file of its own or from the environment."""
        return SecretStr in getattr(self.soort.__origin__, "__args__", ())

    @property
    def is_lijst(self) -> bool:
        """Whether it has any number of values."""
        return isinstance(self.standaard, tuple)

    @property
    def is_pad(self) -> bool:
        """Whether it names a place on disk."""
        soorten = getattr(self.soort.__origin__, "__args__", (self.soort.__origin__,))
        return Path in soorten or self.naam == "jwt.jwks"


def _velden(van: type, voor: str = "") -> Iterator[Veld]:
    soorten = get_type_hints(van, include_extras=True)
    leeg = van()
    for een in fields(van):
        standaard = getattr(leeg, een.name)
        if is_dataclass(standaard):
            yield from _velden(type(standaard), f"{een.name}.")
        else:
            soort = soorten[een.name]
            (sleutel,) = (extra for extra in soort.__metadata__ if isinstance(extra, Sleutel))
            yield Veld(voor + een.name, soort, standaard, sleutel)


VELDEN: dict[str, Veld] = {veld.naam: veld for veld in _velden(Instellingen)}
"""Every key, by its full name."""


def maak(waarden: dict[str, Any]) -> Instellingen:
    """The instellingen with these values (by full name), already checked; the others have their default."""
    los = {naam: waarde for naam, waarde in waarden.items() if "." not in naam}
    leeg = Instellingen()
    for een in fields(Instellingen):
        deel = getattr(leeg, een.name)
        soort: Callable[..., Any] = type(deel)
        if is_dataclass(deel):
            kop = f"{een.name}."
            los[een.name] = soort(
                **{naam.removeprefix(kop): waarde for naam, waarde in waarden.items() if naam.startswith(kop)}
            )
    return Instellingen(**los)
