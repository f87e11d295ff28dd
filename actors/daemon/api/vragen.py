"""Vragen: asking a table about any moment, for who may read it; and having an answer again."""

from collections.abc import Callable
from hashlib import blake2b
from typing import Any

from actors.daemon.api.bewerking import Verzoek
from actors.daemon.api.problemen import LATER, Probleem, foute_invoer
from actors.daemon.api.veldnamen import schrijf_namen
from actors.daemon.rechten import Handeling
from actors.register.leveringsmodel import mag_krijgen
from actors.register.projectie import Projectie
from actors.runtime.lezing import Registerlezing
from actors.verwerking.antwoord import Antwoord, Vraagsoort
from actors.verwerking.herhaaltoken import vraag_van
from actors.verwerking.jsonvorm import als_json, json_bytes

_VRAGEN = ("geldigOp", "beschikbaarOp", "kolom", "wachtOp", "hoogstens")
"""What is not asked beside a herhaaltoken."""


def eis_tabel(verzoek: Verzoek, projectie: Projectie) -> None:
    """Problem 403 when who asks may not read this table."""
    verzoek.eis(Handeling.LEZEN, projectie.opslagnaam)
    voor = verzoek.gebruiker.voor
    if projectie.betrokkene is None and voor != verzoek.register and not mag_krijgen(projectie.doelgroep, voor):
        raise Probleem(403, f"{projectie.opslagnaam} is voor {projectie.doelgroep}", soort="niet-geleverd")


async def wacht_op(verzoek: Verzoek, projectie: str | None) -> None:
    """Wait until the position that was asked is in a table (None: in that of taken); problem 503 when it takes long."""
    positie, register = verzoek.vragen.get("wachtOp"), verzoek.register
    if positie is None:
        return
    klaar = await verzoek.poort.wacht(
        register, lambda lezing: lezing.bijgewerkt_tot(register, projectie) >= positie, verzoek.grenzen.wacht_s
    )
    if not klaar:
        raise Probleem(
            503,
            f"positie {positie} staat nog niet in deze tabel; vraag het zo opnieuw",
            soort="nog-niet-zover",
            koppen=LATER,
        )


async def vraag(  # noqa: PLR0913 - what a question is, each by name
    verzoek: Verzoek,
    soort: Vraagsoort,
    model: str,
    sleutel: tuple[str, ...],
    stel: Callable[[Registerlezing], Any],
    mag: Callable[[Any], None] = lambda _: None,
) -> Any:
    """What `stel` asks; or the answer of a herhaaltoken, when that is about this very thing.

    `mag` raises the problem of what who asks may not have of it: that is not logged as read.
    """

    def gekeurd(antwoord: Any) -> Any:
        mag(antwoord)
        return antwoord

    token = verzoek.vragen.get("herhaaltoken")
    if token is None:
        return await verzoek.lees(lambda lezing: gekeurd(stel(lezing)))
    controleer_token(verzoek, token, soort, model, sleutel)
    return await verzoek.lees(lambda lezing: gekeurd(lezing.herhaal(token, voor=verzoek.gebruiker.voor)))


def controleer_token(verzoek: Verzoek, token: str, soort: Vraagsoort, model: str, sleutel: tuple[str, ...]) -> None:
    """Problem 400 when a herhaaltoken is of another question than this, or more is asked beside it."""
    ook = [naam for naam in _VRAGEN if naam in verzoek.vragen]
    if ook:
        raise foute_invoer(
            [f"{naam}: hoort niet bij een herhaaltoken, dat zegt zelf wat er is gevraagd" for naam in ook]
        )
    van = vraag_van(token)
    if (van.soort, van.register, van.leveringsmodel, van.sleutel) != (soort, verzoek.register, model, sleutel):
        raise foute_invoer(["herhaaltoken: is van een andere vraag; gebruik het waar het antwoord vandaan kwam"])


def momenten(verzoek: Verzoek) -> dict[str, Any]:
    """The moments of a question, as the registers are asked."""
    return {"geldig_op": verzoek.vragen.get("geldigOp"), "beschikbaar_op": verzoek.vragen.get("beschikbaarOp")}


def over_nu(verzoek: Verzoek) -> bool:
    """Whether it is asked as it is now, on both axes."""
    return not any(naam in verzoek.vragen for naam in ("geldigOp", "beschikbaarOp", "herhaaltoken"))


def als_bytes(antwoord: Antwoord[Any]) -> bytes:
    """An answer in the words of the API: the same bytes for the same answer."""
    return json_bytes(schrijf_namen(als_json(antwoord)))


def etag(volgnummer: int, incarnatie: bytes, antwoord: Antwoord[Any]) -> str:
    """What tells this state of an aggregate from another: its volgnummer, in which journal, and what was said of it."""
    gezegd = json_bytes([antwoord.inhoud, antwoord.momenten.geldig_op, antwoord.vraag.leveringsmodel])
    return f'"{volgnummer}-{incarnatie[:4].hex()}-{blake2b(gezegd, digest_size=4).hexdigest()}"'


def niet_gewijzigd(verzoek: Verzoek, gelezen: str) -> bool:
    """Whether who asks has this already (`If-None-Match`)."""
    bekend = verzoek.kop(b"if-none-match")
    if bekend is None:
        return False
    return bekend.strip() == "*" or gelezen in (een.strip().removeprefix("W/") for een in bekend.split(","))
