"""The tables of a register as resources: pages of rows, one row, its historie and its uitleg."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from starlette.responses import Response

from actors.daemon.api import vragen
from actors.daemon.api.bewerking import Antwoordend, Bewerking, Parameter, Verzoek, Vorm, json_antwoord
from actors.daemon.api.bladen import lees_cursor, links, maak_cursor
from actors.daemon.api.parameters import (
    BESCHIKBAAR_OP,
    CURSOR,
    GELDIG_OP,
    GEWOON,
    HERHAALTOKEN,
    LANGSTE,
    LIMIET,
    WACHT_OP,
    lees_moment,
    padnaam,
)
from actors.daemon.api.problemen import Probleem, foute_invoer
from actors.daemon.api.schemanamen import rij_naam, sleutelnamen, tabel_pad
from actors.daemon.api.veldnamen import naar_camel, naar_snake, schrijf_namen
from actors.daemon.dataverwerking.betrokkenen import Betrokkene, Kring
from actors.daemon.dataverwerking.lezingen import over_wie
from actors.register.context import Context
from actors.register.projectie import Projectie
from actors.runtime.lezing import Registerlezing
from actors.verwerking.antwoord import Antwoord, Blad, Bladgrens, Vraagsoort
from actors.verwerking.jsonvorm import als_json, json_bytes
from actors.verwerking.ranglijst import plaats_in
from actors.verwerking.rijen import rijsleutel
from storage.limits import MAX_ROW_KEY_BYTES

_JSON = "application/json"
_PLAATS = re.compile("[0-9]{1,9}", re.ASCII)
UITLEG = "uitleg@1"
"""The leveringsmodel of an uitleg: it tells on what an outcome rests, also what does not stand in the table."""

MOMENTEN = (GELDIG_OP, BESCHIKBAAR_OP, HERHAALTOKEN, WACHT_OP)


class _MetEtag(NamedTuple):
    antwoord: Antwoord[Any]
    etag: str


@over_wie.register(Blad)
@over_wie.register(_MetEtag)
def _over_wie(gelezen: Blad | _MetEtag, kring: Kring, _register: str) -> tuple[Betrokkene, ...]:
    return kring.van_antwoord(gelezen.antwoord)


@dataclass(frozen=True, slots=True)
class Rijen:
    """The operations on one table. `aggregaat`: it stands for the aggregates of this kind themselves."""

    projectie: Projectie
    aggregaat: str | None = None

    async def blad(self, verzoek: Verzoek) -> Antwoordend:
        """A page of rows."""
        vragen.eis_tabel(verzoek, self.projectie)
        limiet = verzoek.vragen.get("limiet", GEWOON)
        blad, grens = await self._blad(verzoek, limiet)
        antwoord = blad.antwoord
        eerste, laatste = self._randen(antwoord.inhoud, grens, limiet)
        volgende = self._cursor(antwoord, laatste) if blad.later else None
        vorige = self._cursor(antwoord, eerste) if blad.eerder else None
        url = verzoek.url("projecties", tabel_pad(self.projectie))
        uit = {
            "leveringsmodel": self.projectie.opslagnaam,
            **schrijf_namen(als_json({"inhoud": antwoord.inhoud, "momenten": antwoord.momenten})),
            "volledig": antwoord.volledig,
            "herhaaltoken": antwoord.herhaaltoken,
            "_links": links(url, limiet, self._cursor(antwoord, grens), volgende, vorige),
        }
        return json_antwoord(json_bytes(uit))

    def _randen(
        self, rijen: list[dict[str, Any]], grens: Bladgrens | None, limiet: int
    ) -> tuple[Bladgrens | None, Bladgrens | None]:
        """Where the page before this one ends, and where the page after it begins."""
        if self.projectie.ranglijst is not None:
            vanaf = plaats_in(grens, limiet)
            return Bladgrens((str(vanaf),), terug=True), Bladgrens((str(vanaf + len(rijen)),))
        if not rijen:  # nothing lies past this place: there is only what is on the other side of it
            return grens and Bladgrens(grens.onderwerp, terug=True), grens and Bladgrens(grens.onderwerp)
        return Bladgrens(tuple(rijen[0]["onderwerp"]), terug=True), Bladgrens(tuple(rijen[-1]["onderwerp"]))

    async def _blad(self, verzoek: Verzoek, limiet: int) -> tuple[Blad, Bladgrens | None]:
        """The page that is asked, at the moment that is asked or that the cursor holds; and where it begins."""
        register, naam = verzoek.register, self.projectie.naam
        hoe: dict[str, Any] = {"hoogstens": limiet, "voor": verzoek.gebruiker.voor}
        token = verzoek.vragen.get("herhaaltoken")
        grens: Bladgrens | None = None
        if "cursor" in verzoek.vragen:
            ook = sorted(MOMENT_NAMEN & verzoek.vragen.keys())
            if ook:
                raise foute_invoer([f"{een}: hoort niet bij een cursor, die houdt het moment vast" for een in ook])
            token, toen, grens = self._uit_cursor(verzoek.vragen["cursor"])
            hoe |= toen
        elif token is None:
            await vragen.wacht_op(verzoek, naam)
            hoe |= vragen.momenten(verzoek)
        if token is not None:
            vragen.controleer_token(verzoek, token, Vraagsoort.TABEL, self.projectie.opslagnaam, ())
            hoe["herhaaltoken"] = token
        return await verzoek.lees(lambda lezing: lezing.blad(register, naam, grens=grens, **hoe)), grens

    def _cursor(self, antwoord: Antwoord[Any], grens: Bladgrens | None) -> str:
        m = antwoord.momenten
        token = antwoord.herhaaltoken or ""
        toen = ["", ""] if token else [als_json(een) if een else "" for een in (m.geldig_op, m.beschikbaar_op)]
        waar = [[], False] if grens is None else [list(grens.onderwerp), grens.terug]
        return maak_cursor(self.projectie.opslagnaam, token, *toen, *waar)

    def _uit_cursor(self, tekst: str) -> tuple[str | None, dict[str, Any], Bladgrens | None]:
        """The token or the moments, and the place, that a cursor holds; a problem when it is of another table."""
        model, token, geldig, beschikbaar, onderwerp, terug = lees_cursor(tekst, str, str, str, str, list, bool)
        ranglijst = self.projectie.ranglijst is not None
        delen = 1 if ranglijst else self.projectie.over
        heel = all(isinstance(deel, str) and deel for deel in onderwerp) and _past(tuple(onderwerp))
        plaats = not ranglijst or all(_PLAATS.fullmatch(str(deel)) for deel in onderwerp)
        if model != self.projectie.opslagnaam or len(onderwerp) not in (0, delen) or not (heel and plaats):
            raise foute_invoer(["cursor: is niet van een bladzijde van deze tabel"])
        toen = {} if token else {"geldig_op": _moment(geldig), "beschikbaar_op": _moment(beschikbaar)}
        return token or None, toen, Bladgrens(tuple(onderwerp), terug) if onderwerp else None

    async def rij(self, verzoek: Verzoek) -> Antwoordend:
        """One row; of an aggregate with an ETag."""
        register, naam, sleutel = verzoek.register, self.projectie.naam, self._sleutel(verzoek)
        vragen.eis_tabel(verzoek, self.projectie)
        await vragen.wacht_op(verzoek, naam)

        def stel(lezing: Registerlezing) -> Antwoord[Any]:
            return lezing.lees(register, naam, *sleutel, voor=verzoek.gebruiker.voor, **vragen.momenten(verzoek))

        if self.aggregaat is not None and vragen.over_nu(verzoek):
            return await self._met_etag(verzoek, stel)
        antwoord = await vragen.vraag(verzoek, Vraagsoort.RIJ, self.projectie.opslagnaam, sleutel, stel)
        self._is_er(antwoord)
        return json_antwoord(vragen.als_bytes(antwoord))

    async def _met_etag(self, verzoek: Verzoek, stel: Any) -> Antwoordend:
        register, soort, (id_,) = verzoek.register, self.aggregaat or "", self._sleutel(verzoek)

        def stel_met(lezing: Registerlezing) -> _MetEtag:
            antwoord = stel(lezing)
            volgnummer = lezing.volgnummer(register, soort, id_, antwoord.momenten.positie)
            return _MetEtag(antwoord, vragen.etag(volgnummer, lezing.incarnatie(register), antwoord))

        antwoord, gelezen = await verzoek.lees(stel_met)
        self._is_er(antwoord)
        koppen = {"ETag": gelezen} if antwoord.volledig else {}
        if koppen and vragen.niet_gewijzigd(verzoek, gelezen):
            return Response(status_code=304, headers=koppen)
        return json_antwoord(vragen.als_bytes(antwoord), koppen=koppen)

    async def historie(self, verzoek: Verzoek) -> Antwoordend:
        """All states of one row."""
        register, naam, sleutel = verzoek.register, self.projectie.naam, self._sleutel(verzoek)
        vragen.eis_tabel(verzoek, self.projectie)
        await vragen.wacht_op(verzoek, naam)
        toen, voor = verzoek.vragen.get("beschikbaarOp"), verzoek.gebruiker.voor
        antwoord = await vragen.vraag(
            verzoek,
            Vraagsoort.HISTORIE,
            self.projectie.opslagnaam,
            sleutel,
            lambda lezing: lezing.historie(register, naam, *sleutel, beschikbaar_op=toen, voor=voor),
        )
        self._is_er(antwoord)
        return json_antwoord(vragen.als_bytes(antwoord))

    async def uitleg(self, verzoek: Verzoek) -> Antwoordend:
        """Why a row says what it says."""
        register, naam, sleutel = verzoek.register, self.projectie.naam, self._sleutel(verzoek)
        verzoek.eis_eigen(UITLEG)
        vragen.eis_tabel(verzoek, self.projectie)
        await vragen.wacht_op(verzoek, naam)
        kolom = verzoek.vragen.get("kolom")
        antwoord = await vragen.vraag(
            verzoek,
            Vraagsoort.UITLEG,
            self.projectie.opslagnaam,
            sleutel,
            lambda lezing: lezing.uitleg(register, naam, *sleutel, kolom=kolom, **vragen.momenten(verzoek)),
        )
        return json_antwoord(vragen.als_bytes(antwoord))

    def _sleutel(self, verzoek: Verzoek) -> tuple[str, ...]:
        sleutel = tuple(verzoek.pad.values())
        if not _past(sleutel):
            raise foute_invoer([f"{naam}: is te lang voor een kenmerk" for naam in verzoek.pad])
        return sleutel

    def _is_er(self, antwoord: Antwoord[Any]) -> None:
        if not antwoord.inhoud:
            wat = " / ".join(antwoord.vraag.sleutel)
            raise Probleem(404, f"over {wat} is in {self.projectie.naam} op dat moment niets bekend", soort="onbekend")


MOMENT_NAMEN = frozenset(p.naam for p in MOMENTEN)


def _past(sleutel: tuple[str, ...]) -> bool:
    """Whether there can be a row with this key at all."""
    try:
        return all(len(deel) <= LANGSTE for deel in sleutel) and len(rijsleutel(sleutel)) <= MAX_ROW_KEY_BYTES
    except UnicodeEncodeError:
        return False


def _moment(tekst: str) -> date | datetime | None:
    try:
        return lees_moment(tekst) if tekst else None
    except ValueError:
        raise foute_invoer(["cursor: is geen cursor van een bladzijde"]) from None


def rijbewerkingen(context: Context, rijen: Rijen, pad: str, naam: str, groep: str) -> tuple[Bewerking, ...]:
    """The operations on one row of a table, below a path; `naam` is what the operations are called after."""
    projectie = rijen.projectie
    sleutel = tuple(padnaam(deel, f"Kenmerk van {wat}.", f"{wat}-1") for deel, wat in sleutelnamen(context, projectie))
    waar = "".join((pad, *(f"/{{{deel.naam}}}" for deel in sleutel)))
    met_etag = ("ETag",) if rijen.aggregaat is not None else ()
    rij = {_JSON: {"$ref": f"#/components/schemas/{rij_naam(projectie)}Antwoord"}}
    fouten = (400, 403, 404, 410, 503)
    antwoorden = {200: Vorm("De rij, en van welke momenten zij is.", rij, koppen=met_etag)}
    if rijen.aggregaat is not None:
        antwoorden[304] = Vorm("Er is sindsdien niets veranderd (`If-None-Match`).", koppen=met_etag)
    gemeen: dict[str, Any] = {"methode": "GET", "groep": groep, "fouten": fouten}
    kop = (IF_NONE_MATCH,) if rijen.aggregaat is not None else ()
    uit = [
        Bewerking(
            **gemeen,
            pad=waar,
            id=f"geef{naam}",
            samenvatting=f"Geef één rij van {projectie.naam}"
            if rijen.aggregaat is None
            else f"Geef één {groep.lower()}",
            omschrijving=f"{projectie.omschrijving} Zoals het nu bekend is of toen was, op elke dag.",
            doe=rijen.rij,
            parameters=(*sleutel, *MOMENTEN, *kop),
            antwoorden=antwoorden,
        ),
        Bewerking(
            **gemeen,
            pad=f"{waar}/historie",
            id=f"geefHistorieVan{naam}",
            samenvatting="Geef de historie",
            omschrijving="Alle toestanden op beide tijdlijnen: wat wanneer bekend was, over welke dagen.",
            doe=rijen.historie,
            parameters=(*sleutel, BESCHIKBAAR_OP, HERHAALTOKEN, WACHT_OP),
            antwoorden={
                200: Vorm("De toestanden.", {_JSON: {"$ref": f"#/components/schemas/{rij_naam(projectie)}Historie"}})
            },
        ),
    ]
    if heeft_uitleg(context, projectie):
        uit.append(
            Bewerking(
                **gemeen,
                pad=f"{waar}/uitleg",
                id=f"geefUitlegVan{naam}",
                samenvatting="Leg uit waarom dit er staat",
                omschrijving="Waarom het besluit zo is: hoe, waarop en op welke grond.",
                doe=rijen.uitleg,
                parameters=(*sleutel, kolomparameter(projectie), *MOMENTEN),
                antwoorden={200: Vorm("De uitleg.", {_JSON: {"$ref": "#/components/schemas/UitlegAntwoord"}})},
            )
        )
    return tuple(uit)


IF_NONE_MATCH = Parameter(
    "If-None-Match",
    "De ETag die u al hebt; is er niets veranderd, dan is het antwoord 304.",
    {"type": "string"},
    waar="header",
    voorbeeld='"3-85f8e27b-a8d049c6"',
)


def heeft_uitleg(context: Context, projectie: Projectie) -> bool:
    """Whether a rule gave anything in this table."""
    return projectie.ranglijst is None and bool(context.aggregaat(projectie.aggregaat).regels)


def kolomparameter(projectie: Projectie) -> Parameter:
    """Which column of a table."""
    namen = {naar_camel(kolom): kolom for kolom in projectie.kolommen}

    def lees(tekst: str) -> str:
        if tekst not in namen:
            raise ValueError(f"moet een van {', '.join(namen)} zijn")
        return naar_snake(tekst)

    return Parameter(
        "kolom",
        "Van welke kolom; zonder: het besluit.",
        {"type": "string", "enum": list(namen)},
        lees,
        voorbeeld=next(iter(namen)),
    )


def tabelbewerkingen(context: Context, projectie: Projectie) -> tuple[Bewerking, ...]:
    """The operations on one table and its rows."""
    rijen = Rijen(projectie)
    naam, pad = rij_naam(projectie), f"/projecties/{tabel_pad(projectie)}"
    groep = "Projecties"
    blad = Bewerking(
        methode="GET",
        pad=pad,
        id=f"geefBlad{naam}",
        groep=groep,
        samenvatting=f"Geef een bladzijde van {projectie.naam}",
        omschrijving=f"{projectie.omschrijving} Alle bladzijden van één vraag zijn van één moment.",
        doe=rijen.blad,
        parameters=(*MOMENTEN, LIMIET, CURSOR),
        antwoorden={200: Vorm("Een bladzijde.", {_JSON: {"$ref": f"#/components/schemas/{naam}Blad"}})},
        fouten=(400, 403, 410, 503),
    )
    if projectie.ranglijst is not None:
        return (blad,)
    return (blad, *rijbewerkingen(context, rijen, pad, f"Rij{naam}", groep))
