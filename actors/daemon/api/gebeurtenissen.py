"""Gebeurtenissen: the feed, and one verstrekking, as CloudEvents, for who asks them so (`Accept`)."""

import asyncio
from functools import partial
from typing import Any, NamedTuple

from starlette.responses import Response

from actors.daemon.api.bewerking import Antwoordend, Verzoek
from actors.daemon.api.parameters import GEWOON
from actors.daemon.api.problemen import Probleem
from actors.daemon.dataverwerking.betrokkenen import Betrokkene, Kring
from actors.daemon.dataverwerking.lezingen import over_wie
from actors.daemon.rechten import Gebruiker, Handeling
from actors.runtime.lezing import Registerlezing
from actors.verwerking.gebeurtenis import BATCH, STRUCTURED, als_batch, als_structured
from actors.verwerking.gebeurtenisstroom import Afzender, Gebeurtenisstroom, Keus, Stuk, keus_voor
from storage.limits import ID_BYTES

_BEKEKEN = 5_000
"""How many verstrekkingen are looked at before others get their turn."""
_MEESTE_BYTES = 4 << 20
_HEX = frozenset("0123456789abcdef")


class _Vraag(NamedTuple):
    """What is asked: what of which feed, after which number as it was read in which incarnation."""

    register: str
    afzender: Afzender
    keus: Keus
    na: int
    incarnatie: bytes | None
    limiet: int


class _Deel(NamedTuple):
    """The events of a page, up to where was looked, and whether the feed goes on there."""

    stukken: list[Stuk]
    gezien: int
    meer: bool


@over_wie.register(_Deel)
def _deel(gelezen: _Deel, kring: Kring, register: str) -> tuple[Betrokkene, ...]:
    return over_wie(gelezen.stukken, kring, register)


def gevraagd(verzoek: Verzoek) -> str | None:
    """As which form events are asked for; None when the feed is asked in the words of the API."""
    soorten = {deel.partition(";")[0].strip().lower() for deel in (verzoek.kop(b"accept") or "").split(",")}
    return next((soort for soort in (BATCH, STRUCTURED) if soort in soorten), None)


def keus_van(gebruiker: Gebruiker, register: str) -> Keus:
    """What someone may have: by his rechten and his doelgroep; letters for their betrokkene alone."""
    voor_wie = keus_voor(register, gebruiker.voor)

    def kies(kop: dict[str, Any]) -> bool:
        return gebruiker.mag(register, Handeling.LEZEN, kop["bekendmaking"]) and voor_wie(kop)

    return kies


def lees_incarnatie(tekst: str) -> bytes:
    """An incarnation of a feed as text."""
    if len(tekst) != 2 * ID_BYTES or not _HEX.issuperset(tekst):
        raise ValueError(f"moet {2 * ID_BYTES} hexadecimale cijfers hebben, zoals het attribuut incarnatie")
    return bytes.fromhex(tekst)


async def blad(verzoek: Verzoek, vorm: str) -> Antwoordend:
    """The events after a number, as a batch; or the next one alone. Waits for news as long as was asked."""
    na = verzoek.vragen.get("na", 0)
    limiet = 1 if vorm == STRUCTURED else verzoek.vragen.get("limiet", GEWOON)
    deel = await _wacht(verzoek, na, limiet)
    koppen = {"Gezien-Tot": str(deel.gezien), "Link": f'<{_volgende(verzoek, na, limiet, deel)}>; rel="next"'}
    if vorm == BATCH:
        return Response(als_batch(stuk.gebeurtenis for stuk in deel.stukken), 200, koppen, BATCH)
    if not deel.stukken:
        return Response(b"", 204, koppen)
    return Response(als_structured(deel.stukken[0].gebeurtenis), 200, koppen, STRUCTURED)


async def een(verzoek: Verzoek, nummer: int) -> Antwoordend:
    """One verstrekking as an event; the caller has seen to it that it is there."""
    register, keus = verzoek.register, keus_van(verzoek.gebruiker, verzoek.register)
    afzender = verzoek.berichten.afzender
    stuk = await verzoek.lees(lambda lezing: lezing.gebeurtenisstroom(register, afzender).een(nummer, keus))
    if stuk is None:
        raise Probleem(403, "deze verstrekking is niet voor u", soort="niet-geleverd")
    return Response(als_structured(stuk.gebeurtenis), 200, None, STRUCTURED)


async def _wacht(verzoek: Verzoek, na: int, limiet: int) -> _Deel:
    klok = asyncio.get_running_loop().time
    einde = klok() + verzoek.vragen.get("wacht", 0)
    vraag = _Vraag(
        verzoek.register,
        verzoek.berichten.afzender,
        keus_van(verzoek.gebruiker, verzoek.register),
        na,
        verzoek.vragen.get("incarnatie"),
        limiet,
    )
    gezien = verzoek.vragen.get("gezien", 0)
    while True:
        deel = await verzoek.lees(partial(_lees, vraag, gezien))
        gezien, rest = deel.gezien, einde - klok()
        if deel.stukken or (rest <= 0 and not deel.meer):
            return deel
        if not deel.meer and not await verzoek.poort.wacht(vraag.register, partial(_is_verder, vraag, gezien), rest):
            return deel


def _is_verder(vraag: _Vraag, gezien: int, lezing: Registerlezing) -> bool:
    return lezing.verstrekt_tot(vraag.register) != gezien


def _lees(vraag: _Vraag, gezien: int, lezing: Registerlezing) -> _Deel:
    stroom = lezing.gebeurtenisstroom(vraag.register, vraag.afzender)
    _eis_gedeeld(stroom, vraag.na, vraag.incarnatie)
    einde = stroom.einde()
    begin = max(vraag.na, min(gezien, einde))
    stukken: list[Stuk] = []
    omvang = 0
    for stuk in stroom.na(vraag.na, vraag.keus, gezien=begin, hoogstens=_BEKEKEN):
        stukken.append(stuk)
        omvang += len(stuk.gebeurtenis.data or b"")
        if len(stukken) == vraag.limiet or omvang >= _MEESTE_BYTES:
            return _Deel(stukken, stuk.plaats.nummer, meer=True)
    return _Deel(stukken, max(begin, min(einde, begin + _BEKEKEN)), meer=begin + _BEKEKEN < einde)


def _eis_gedeeld(stroom: Gebeurtenisstroom, nummer: int, incarnatie: bytes | None) -> None:
    """Problem 409 when the feed does not say any more what was read up to this number."""
    tot = min(nummer, stroom.gedeeld_tot(incarnatie))
    if tot < nummer:
        fout = Probleem(
            409,
            f"deze reeks zegt niet meer wat er na nummer {tot} kwam: het register is teruggezet. Laat los wat u daarvan"
            f" weet, en vraag verder vanaf {tot} in de incarnatie hieronder",
            soort="teruggezet",
        )
        fout.inhoud |= {
            "title": "De reeks is een andere geworden",
            "verderVanaf": tot,
            "incarnatie": stroom.incarnatie.hex(),
        }
        raise fout


def _volgende(verzoek: Verzoek, na: int, limiet: int, deel: _Deel) -> str:
    laatste = deel.stukken[-1].plaats.nummer if deel.stukken else na
    incarnatie = verzoek.vragen.get("incarnatie")
    if deel.stukken:
        incarnatie = bytes.fromhex(deel.stukken[-1].gebeurtenis.attributen["incarnatie"])
    welke = f"&incarnatie={incarnatie.hex()}" if incarnatie else ""
    return f"{verzoek.url('verstrekkingen')}?na={laatste}&gezien={deel.gezien}&limiet={limiet}{welke}"


async def eis_gedeeld(verzoek: Verzoek, na: int) -> None:
    """Problem 409 when the feed does not say any more what was read in the incarnation that is named."""
    incarnatie, register, afzender = verzoek.vragen.get("incarnatie"), verzoek.register, verzoek.berichten.afzender
    if incarnatie is not None:
        await verzoek.lees_over_niemand(
            lambda lezing: _eis_gedeeld(lezing.gebeurtenisstroom(register, afzender), na, incarnatie)
        )
