"""What a register recorded, as resources: pages of transacties, one gevolg, where it came from and what came of it."""

from collections.abc import Awaitable, Callable
from itertools import islice
from typing import NamedTuple

from actors.daemon.api import vragen
from actors.daemon.api.bewerking import Antwoordend, Bewerking, Verzoek, Vorm, json_antwoord
from actors.daemon.api.bladen import lees_cursor, links, maak_cursor
from actors.daemon.api.parameters import (
    BESCHIKBAAR_OP,
    CURSOR,
    GEWOON,
    HERHAALTOKEN,
    HOOGSTENS,
    LIMIET,
    padnaam,
)
from actors.daemon.api.problemen import Probleem, foute_invoer
from actors.daemon.api.rijen import UITLEG
from actors.daemon.api.veldnamen import schrijf_namen
from actors.daemon.dataverwerking.betrokkenen import Betrokkene, Kring
from actors.daemon.dataverwerking.lezingen import over_wie
from actors.register.gevolg import Transactie
from actors.runtime.lezing import Registerlezing
from actors.verwerking.antwoord import Antwoord, Vraagsoort
from actors.verwerking.beantwoorden import GEVOLG
from actors.verwerking.herkomst import Spoor
from actors.verwerking.jsonvorm import als_json, json_bytes
from actors.verwerking.transactievorm import gevolg_als_gegevens, transactie_als_gegevens

_JSON = "application/json"
GEVOLGEN = "gevolgen@1"
"""The leveringsmodel of what is recorded itself: all of it."""

_GEVOLG_ID = padnaam("gevolgId", "Kenmerk van het gevolg.", "1f0c8a52-77d1-8a3b-9c2e-0a1b2c3d4e5f")


class _Blad(NamedTuple):
    transacties: list[Transactie]
    meer: bool


@over_wie.register(_Blad)
def _blad(gelezen: _Blad, kring: Kring, _register: str) -> tuple[Betrokkene, ...]:
    return kring.van_transacties(gelezen.transacties)


async def blad(verzoek: Verzoek) -> Antwoordend:
    """A page of transacties, oldest first."""
    verzoek.eis_eigen(GEVOLGEN)
    limiet = verzoek.vragen.get("limiet", GEWOON)
    na = 0
    if "cursor" in verzoek.vragen:
        (na,) = lees_cursor(verzoek.vragen["cursor"], int)
        if not 0 <= na < 1 << 60:
            raise foute_invoer(["cursor: is geen cursor van een bladzijde"])

    def lees(lezing: Registerlezing) -> _Blad:
        gelezen = list(islice(lezing.gevolgen(verzoek.register, na), limiet + 1))
        return _Blad(gelezen[:limiet], meer=len(gelezen) > limiet)

    hier, meer = await verzoek.lees(lees)
    volgende = maak_cursor(hier[-1].positie) if meer else None
    vorige = maak_cursor(max(0, na - limiet)) if na > 0 else None
    uit = {
        "transacties": [schrijf_namen(als_json(transactie_als_gegevens(t))) for t in hier],
        "_links": links(verzoek.url("gevolgen"), limiet, maak_cursor(na), volgende, vorige),
    }
    return json_antwoord(json_bytes(uit))


async def een_gevolg(verzoek: Verzoek) -> Antwoordend:
    """One gevolg, with the transactie that recorded it."""
    verzoek.eis_eigen(GEVOLGEN)
    transactie, id_ = await _transactie(verzoek, verzoek.lees)
    gegevens = transactie_als_gegevens(transactie)
    del gegevens["gevolgen"]
    (gevolg,) = (g for g in transactie.gevolgen if g.id == id_)
    uit = {"transactie": gegevens, "gevolg": gevolg_als_gegevens(transactie, gevolg)}
    return json_antwoord(json_bytes(schrijf_namen(als_json(uit))))


_Lees = Callable[[Callable[[Registerlezing], Transactie | None]], Awaitable[Transactie | None]]


async def _transactie(verzoek: Verzoek, lees: _Lees) -> tuple[Transactie, str]:
    """The transactie that holds the gevolg in the path, and its id; problem 404 when there is none here."""
    id_ = verzoek.pad["gevolgId"]
    transactie = await lees(lambda lezing: lezing.transactie_van(verzoek.register, id_))
    if transactie is None:
        raise Probleem(404, f"gevolg {id_[:64]!r} staat niet in {verzoek.register}, of nog niet", soort="onbekend")
    return transactie, id_


async def herkomst(verzoek: Verzoek) -> Antwoordend:
    """Where a gevolg came from."""
    return await _spoor(verzoek, Vraagsoort.HERKOMST)


async def doorwerking(verzoek: Verzoek) -> Antwoordend:
    """What came of a gevolg."""
    return await _spoor(verzoek, Vraagsoort.DOORWERKING)


async def _spoor(verzoek: Verzoek, soort: Vraagsoort) -> Antwoordend:
    model = f"{soort.value}@1"
    verzoek.eis_eigen(model)
    _, id_ = await _transactie(verzoek, verzoek.lees_over_niemand)
    hoogstens = verzoek.vragen.get("hoogstens", HOOGSTENS.schema["default"])

    def stel(lezing: Registerlezing) -> Antwoord[Spoor]:
        loop = lezing.herkomst if soort is Vraagsoort.HERKOMST else lezing.doorwerking
        return loop(id_, hoogstens=hoogstens)

    def mag(antwoord: Antwoord[Spoor]) -> None:
        for register in sorted({knoop.transactie.register for knoop in antwoord.inhoud.knopen}):
            verzoek.eis_ook_in(register, model)

    return json_antwoord(vragen.als_bytes(await vragen.vraag(verzoek, soort, model, (id_,), stel, mag)))


async def uitleg(verzoek: Verzoek) -> Antwoordend:
    """Why a gevolg is what it is."""
    verzoek.eis_eigen(UITLEG)
    transactie, id_ = await _transactie(verzoek, verzoek.lees_over_niemand)
    toen = verzoek.vragen.get("beschikbaarOp")
    sleutel = (transactie.aggregaat, transactie.aggregaat_id, id_)
    antwoord = await vragen.vraag(
        verzoek, Vraagsoort.UITLEG, GEVOLG, sleutel, lambda lezing: lezing.uitleg_van(id_, beschikbaar_op=toen)
    )
    return json_antwoord(vragen.als_bytes(antwoord))


def gevolgbewerkingen() -> tuple[Bewerking, ...]:
    """The operations, for the routes and the document."""
    groep = "Gevolgen"
    return (
        Bewerking(
            methode="GET",
            pad="/gevolgen",
            id="geefGevolgen",
            groep=groep,
            samenvatting="Geef een bladzijde van wat is vastgelegd",
            omschrijving="Alle transacties van dit register met hun gevolgen en verantwoording, de oudste eerst.",
            doe=blad,
            parameters=(LIMIET, CURSOR),
            antwoorden={200: Vorm("Een bladzijde.", {_JSON: {"$ref": "#/components/schemas/Gevolgenblad"}})},
            fouten=(400, 403, 503),
        ),
        Bewerking(
            methode="GET",
            pad="/gevolgen/{gevolgId}",
            id="geefGevolg",
            groep=groep,
            samenvatting="Geef één gevolg",
            omschrijving="Eén gevolg, met de transactie waarin het is vastgelegd en haar verantwoording.",
            doe=een_gevolg,
            parameters=(_GEVOLG_ID,),
            antwoorden={200: Vorm("Het gevolg.", {_JSON: {"$ref": "#/components/schemas/GevolgInTransactie"}})},
            fouten=(400, 403, 404, 503),
        ),
        *_spoorbewerkingen(groep),
    )


def _spoorbewerkingen(groep: str) -> tuple[Bewerking, ...]:
    spoor = {
        200: Vorm("Het spoor, het dichtstbijzijnde eerst.", {_JSON: {"$ref": "#/components/schemas/SpoorAntwoord"}})
    }
    return (
        Bewerking(
            methode="GET",
            pad="/gevolgen/{gevolgId}/herkomst",
            id="geefHerkomst",
            groep=groep,
            samenvatting="Geef de herkomst",
            omschrijving="Waar een gevolg vandaan komt: terug naar de eerste signalen, over de grenzen van registers.",
            doe=herkomst,
            parameters=(_GEVOLG_ID, HOOGSTENS, HERHAALTOKEN),
            antwoorden=spoor,
            fouten=(400, 403, 404, 410, 503),
        ),
        Bewerking(
            methode="GET",
            pad="/gevolgen/{gevolgId}/doorwerking",
            id="geefDoorwerking",
            groep=groep,
            samenvatting="Geef de doorwerking",
            omschrijving="Waar een gevolg toe leidde: alles wat eruit volgde, over de grenzen van registers.",
            doe=doorwerking,
            parameters=(_GEVOLG_ID, HOOGSTENS, HERHAALTOKEN),
            antwoorden=spoor,
            fouten=(400, 403, 404, 410, 503),
        ),
        Bewerking(
            methode="GET",
            pad="/gevolgen/{gevolgId}/uitleg",
            id="geefUitlegVanGevolg",
            groep=groep,
            samenvatting="Leg een gevolg uit",
            omschrijving="Waarom een besluit of berekening zo is: hoe, waarop en op welke grond, in gewone taal.",
            doe=uitleg,
            parameters=(_GEVOLG_ID, BESCHIKBAAR_OP, HERHAALTOKEN),
            antwoorden={200: Vorm("De uitleg.", {_JSON: {"$ref": "#/components/schemas/UitlegAntwoord"}})},
            fouten=(400, 403, 404, 410, 503),
        ),
    )
