"""Abonnementen: having what a register makes known delivered (webhooks)."""

import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from starlette.responses import Response

from actors.daemon.abonnementen.abonnement import Abonnement, Vorm
from actors.daemon.abonnementen.bezorger import Bezorger
from actors.daemon.abonnementen.doel import NietToegestaan
from actors.daemon.abonnementen.ondertekening import is_geheim, nieuw_geheim
from actors.daemon.abonnementen.zender import NietBevestigd
from actors.daemon.api.balie import lees_object
from actors.daemon.api.bewerking import Antwoordend, Bewerking, Verzoek, json_antwoord
from actors.daemon.api.bewerking import Vorm as Antwoordvorm
from actors.daemon.api.parameters import padnaam
from actors.daemon.api.problemen import Probleem, foute_invoer
from actors.daemon.rechten import Gebruiker, Handeling
from actors.register.context import Context
from actors.register.leveringsmodel import mag_krijgen
from actors.runtime.klok import Buitenwereld
from actors.verwerking.jsonvorm import json_bytes
from storage.gevolgenstore import ReaderPosition

MEESTE = 25
"""Abonnementen of one user on one register."""
LANGSTE = 2000
URL = "^https?://[!-~]+$"
HOOGST = 10**15 - 1

_JSON = "application/json"
_VELDEN = ("url", "bekendmakingen", "vanaf", "vorm", "geheim", "toegangstoken")
_GEHEIM_BYTES = 32


class Abonnementen:
    """The operations on the abonnementen of one register."""

    def __init__(self, context: Context, buitenwereld: Buitenwereld) -> None:
        self._context = context
        self._buiten = buitenwereld
        self._in_wording: Counter[str] = Counter()

    async def maak(self, verzoek: Verzoek) -> Antwoordend:
        """A new abonnement; the receiver is asked first."""
        verzoek.eis(Handeling.LEZEN)
        gegevens = await lees_object(verzoek)
        if isinstance(gegevens.get("vanaf"), float) and gegevens["vanaf"].is_integer():
            gegevens["vanaf"] = int(gegevens["vanaf"])  # a whole number, however it is written
        mag = self._leesbaar(verzoek.gebruiker)
        fouten = _fouten(gegevens)
        if fouten:
            raise foute_invoer(fouten)
        _eis_leesbaar(gegevens.get("bekendmakingen", []), mag)
        eigen = [een for een in _bezorger(verzoek).van(verzoek.register) if een.eigenaar == verzoek.gebruiker.naam]
        if len(eigen) + self._in_wording[verzoek.gebruiker.naam] >= MEESTE:
            raise _niet(f"u hebt hier {MEESTE} abonnementen, meer kan niet; zeg er eerst een op", "te-veel")
        with self._wordt_gemaakt(verzoek.gebruiker.naam):
            abonnement = self._nieuw(verzoek, gegevens, mag, await _stand(verzoek, gegevens.get("vanaf")))
            gemaakt = await self._vraag_en_begin(verzoek, abonnement)
        uit = _als_gegevens(gemaakt)
        if "geheim" not in gegevens:
            uit["geheim"] = gemaakt.geheim
        return json_antwoord(json_bytes(uit), 201, {"Location": verzoek.url("abonnementen", gemaakt.id)})

    @contextmanager
    def _wordt_gemaakt(self, eigenaar: str) -> Iterator[None]:
        """Count one that is not there yet: its receiver may take long to agree."""
        self._in_wording[eigenaar] += 1
        try:
            yield
        finally:
            self._in_wording[eigenaar] -= 1
            self._in_wording += Counter()  # forgets who has none

    async def _vraag_en_begin(self, verzoek: Verzoek, abonnement: Abonnement) -> Abonnement:
        try:
            return await _bezorger(verzoek).maak(abonnement)
        except NietToegestaan as fout:
            raise _niet(str(fout), "niet-toegestaan") from fout
        except NietBevestigd as fout:
            raise _niet(f"{fout}; bevestig de handdruk en probeer het opnieuw", "niet-bevestigd") from fout

    async def lijst(self, verzoek: Verzoek) -> Antwoordend:
        """One's own abonnementen; all for who manages the register."""
        verzoek.eis(Handeling.LEZEN)
        alle = [_als_gegevens(een) for een in _bezorger(verzoek).van(verzoek.register) if _ziet(verzoek, een)]
        return json_antwoord(json_bytes({"abonnementen": alle}))

    async def geef(self, verzoek: Verzoek) -> Antwoordend:
        """One abonnement."""
        _eis_lezen(verzoek)
        return json_antwoord(json_bytes(_als_gegevens(_zoek(verzoek))))

    async def verwijder(self, verzoek: Verzoek) -> Antwoordend:
        """Nothing is delivered any more, and nothing is kept of it."""
        _eis_lezen(verzoek)
        gezocht = _zoek(verzoek)
        with suppress(KeyError):  # who said the same just now was first
            await _bezorger(verzoek).verwijder(gezocht.id)
        return Response(b"", 204)

    async def hervat(self, verzoek: Verzoek) -> Antwoordend:
        """Let one that stopped go on."""
        verzoek.eis(Handeling.TAKEN)
        abonnement = _zoek(verzoek, ook_voor=Handeling.TAKEN)
        try:
            hervat = await _bezorger(verzoek).hervat(abonnement.id)
        except KeyError:
            raise _niet("de ontvanger heeft dit opgezegd; er is niets te hervatten", "opgezegd") from None
        return json_antwoord(json_bytes(_als_gegevens(hervat)))

    def _leesbaar(self, gebruiker: Gebruiker) -> tuple[str, ...]:
        """The bekendmakingen that someone may read."""
        return tuple(
            naam
            for notificatie in self._context.notificaties
            if mag_krijgen(notificatie.doelgroep, gebruiker.voor)
            and gebruiker.mag(self._context.naam, Handeling.LEZEN, naam := f"{notificatie.naam}@{notificatie.versie}")
        )

    def _nieuw(
        self, verzoek: Verzoek, gegevens: dict[str, Any], mag: tuple[str, ...], stand: ReaderPosition
    ) -> Abonnement:
        gekozen = gegevens.get("bekendmakingen") or mag
        return Abonnement(
            id=self._buiten.nieuw_commando_id(),
            register=verzoek.register,
            eigenaar=verzoek.gebruiker.naam,
            voor=verzoek.gebruiker.voor,
            url=gegevens["url"],
            bekendmakingen=tuple(dict.fromkeys(gekozen)),
            vorm=Vorm(gegevens.get("vorm", Vorm.STRUCTURED)),
            geheim=gegevens.get("geheim") or nieuw_geheim(self._buiten.willekeur(_GEHEIM_BYTES)),
            toegang=gegevens.get("toegangstoken"),
            stand=stand,
            per_minuut=None,
            gemaakt_op=self._buiten.klok(),
        )


def _eis_leesbaar(gekozen: list[str], mag: tuple[str, ...]) -> None:
    """Problem 404 for bekendmakingen that are not there for who asks."""
    niet = [een for een in gekozen if een not in mag]
    if niet or not mag:
        wat = ", ".join(een[:80] for een in niet[:10]) or "iets om te bezorgen"
        raise Probleem(404, f"voor u is hier geen {wat}; kijk in bijhoudingsmodel wat er is", soort="onbekend")


def _fouten(gegevens: dict[str, Any]) -> list[str]:
    """All that is wrong with what is asked."""
    fouten = [f"{naam}: bestaat hier niet" for naam in gegevens if naam not in _VELDEN]
    url = gegevens.get("url")
    if not isinstance(url, str) or len(url) > LANGSTE or re.match(URL, url) is None:
        fouten.append(f"url: moet een adres zijn dat begint met https://, van hoogstens {LANGSTE} tekens")
    gekozen = gegevens.get("bekendmakingen", [])
    if not isinstance(gekozen, list) or not all(isinstance(een, str) for een in gekozen):
        fouten.append("bekendmakingen: moet een lijst van namen met versie zijn")
    elif not gekozen and "bekendmakingen" in gegevens:
        fouten.append("bekendmakingen: mag niet leeg zijn; laat het weg voor alles wat u mag lezen")
    vanaf = gegevens.get("vanaf", 0)
    if type(vanaf) is not int or not 0 <= vanaf <= HOOGST:
        fouten.append("vanaf: moet een nummer zijn, 0 of meer")
    if gegevens.get("vorm", Vorm.STRUCTURED) not in list(Vorm):
        fouten.append(f"vorm: moet een van {', '.join(Vorm)} zijn")
    if "geheim" in gegevens and not (isinstance(gegevens["geheim"], str) and is_geheim(gegevens["geheim"])):
        fouten.append("geheim: moet whsec_ zijn met 24 tot 64 bytes in base64")
    if not _is_token(gegevens.get("toegangstoken", "x")):
        fouten.append(f"toegangstoken: moet 1 tot {LANGSTE} leesbare ASCII-tekens hebben")
    return fouten


def _is_token(tekst: Any) -> bool:
    return isinstance(tekst, str) and 0 < len(tekst) <= LANGSTE and tekst.isascii() and tekst.isprintable()


async def _stand(verzoek: Verzoek, vanaf: int | None) -> ReaderPosition:
    """Where to begin: after a number, or from now on."""
    register, afzender = verzoek.register, verzoek.berichten.afzender

    def lees(lezing: Any) -> ReaderPosition | None:
        stroom = lezing.gebeurtenisstroom(register, afzender)
        nummer = stroom.einde() if vanaf is None else vanaf
        stand: ReaderPosition | None = stroom.stand(nummer) if nummer <= stroom.einde() else None
        return stand

    stand = await verzoek.lees_over_niemand(lees)
    if stand is None:
        raise _niet(f"zo ver als {vanaf} is {register} nog niet", "nog-niet-zover")
    return stand


def _bezorger(verzoek: Verzoek) -> Bezorger:
    bezorger = verzoek.berichten.bezorger
    assert bezorger is not None
    return bezorger


def _eis_lezen(verzoek: Verzoek) -> None:
    """Problem 403 when who asks has nothing to do with reading this register."""
    if not verzoek.gebruiker.mag(verzoek.register, Handeling.BEHEER):
        verzoek.eis(Handeling.LEZEN)


def _ziet(verzoek: Verzoek, abonnement: Abonnement, ook_voor: Handeling = Handeling.BEHEER) -> bool:
    wie = verzoek.gebruiker
    return abonnement.eigenaar == wie.naam or any(
        wie.mag(verzoek.register, handeling) for handeling in (Handeling.BEHEER, ook_voor)
    )


def _zoek(verzoek: Verzoek, ook_voor: Handeling = Handeling.BEHEER) -> Abonnement:
    """The abonnement that is meant, of who asks; of another there is none."""
    id_ = verzoek.pad["abonnementId"]
    for een in _bezorger(verzoek).van(verzoek.register):
        if een.id == id_ and _ziet(verzoek, een, ook_voor):
            return een
    raise Probleem(404, "dit abonnement is er niet, of is niet van u", soort="onbekend")


def _niet(detail: str, soort: str) -> Probleem:
    fout = Probleem(409, detail, soort=soort)
    fout.inhoud["title"] = "Dit kan met dit abonnement niet"
    return fout


def _als_gegevens(een: Abonnement) -> dict[str, Any]:
    """An abonnement as it is shown: without its secrets."""
    return {
        "id": een.id,
        "url": een.url,
        "bekendmakingen": list(een.bekendmakingen),
        "vorm": een.vorm.value,
        "status": een.status.value,
        "bezorgdTot": een.stand.position,
        "gemaaktOp": een.gemaakt_op,
        "misluktSinds": een.mislukt_sinds,
        "pogingen": een.pogingen,
        "volgendePogingOp": een.volgende_poging,
        "reden": een.reden,
        "eigenaar": een.eigenaar,
    }


def abonnementbewerkingen(context: Context, buitenwereld: Buitenwereld) -> tuple[Bewerking, ...]:
    """The operations, for the routes and the document."""
    deze = Abonnementen(context, buitenwereld)
    return (*_van_alle(deze), *_van_een(deze))


_GROEP = "Abonnementen"
_EEN = {_JSON: {"$ref": "#/components/schemas/Abonnement"}}


def _van_alle(deze: Abonnementen) -> tuple[Bewerking, ...]:
    return (
        Bewerking(
            methode="POST",
            pad="/abonnementen",
            id="abonneer",
            groep=_GROEP,
            samenvatting="Abonneer u",
            omschrijving="Laat bezorgen wat bekend wordt gemaakt, als CloudEvents, ondertekend. De ontvanger wordt"
            " eerst om toestemming gevraagd (`OPTIONS`, `WebHook-Request-Origin`). Een gemaakt geheim staat alleen in"
            " dit antwoord.",
            doe=deze.maak,
            verzoek={_JSON: {"$ref": "#/components/schemas/Abonnementvraag"}},
            antwoorden={201: Antwoordvorm("Het abonnement loopt.", _EEN, koppen=("Location",))},
            fouten=(400, 403, 404, 409, 413, 415, 503, 507),
        ),
        Bewerking(
            methode="GET",
            pad="/abonnementen",
            id="geefAbonnementen",
            groep=_GROEP,
            samenvatting="Geef uw abonnementen",
            omschrijving="Uw abonnementen, en hoe het ermee gaat; de beheerder ziet ze alle.",
            doe=deze.lijst,
            antwoorden={
                200: Antwoordvorm("De abonnementen.", {_JSON: {"$ref": "#/components/schemas/Abonnementenlijst"}})
            },
            fouten=(403, 503),
        ),
    )


def _van_een(deze: Abonnementen) -> tuple[Bewerking, ...]:
    welk = padnaam("abonnementId", "Kenmerk (UUID) van het abonnement.", "0197f5a0-1b2c-7d3e-8f40-112233445566")
    return (
        Bewerking(
            methode="GET",
            pad="/abonnementen/{abonnementId}",
            id="geefAbonnement",
            groep=_GROEP,
            samenvatting="Geef een abonnement",
            omschrijving="Een abonnement, en hoe het ermee gaat.",
            doe=deze.geef,
            parameters=(welk,),
            antwoorden={200: Antwoordvorm("Het abonnement.", _EEN)},
            fouten=(403, 404, 503),
        ),
        Bewerking(
            methode="DELETE",
            pad="/abonnementen/{abonnementId}",
            id="zegAbonnementOp",
            groep=_GROEP,
            samenvatting="Zeg een abonnement op",
            omschrijving="Er wordt niets meer bezorgd, en er blijft niets van bewaard.",
            doe=deze.verwijder,
            parameters=(welk,),
            antwoorden={204: Antwoordvorm("Het is opgezegd.")},
            fouten=(403, 404, 503, 507),
        ),
        Bewerking(
            methode="POST",
            pad="/abonnementen/{abonnementId}/_hervat",
            id="hervatAbonnement",
            groep=_GROEP,
            samenvatting="Hervat een abonnement",
            omschrijving="Gaat door met bezorgen waar het ophield; voor wie de taken doet.",
            doe=deze.hervat,
            parameters=(welk,),
            antwoorden={200: Antwoordvorm("Het abonnement loopt weer.", _EEN)},
            fouten=(403, 404, 409, 503, 507),
        ),
    )
