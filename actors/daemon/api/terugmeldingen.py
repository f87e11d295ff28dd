"""Terugmeldingen and taken: reporting reasonable doubt and following what became of it; and what waits for a person."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from actors.daemon.abonnementen.stilgevallen import met_stilgevallen
from actors.daemon.api import vragen
from actors.daemon.api.balie import Balie, eis_mediatype, lees_inhoud
from actors.daemon.api.bewerking import Antwoordend, Bewerking, Verzoek, Vorm, json_antwoord
from actors.daemon.api.commandos import lees_uuid
from actors.daemon.api.parameters import BESCHIKBAAR_OP, HERHAALTOKEN, WACHT_OP, padnaam
from actors.daemon.api.problemen import Probleem, foute_invoer, van_fout
from actors.daemon.api.uitkomst import als_antwoord
from actors.daemon.api.veldnamen import schrijf_namen
from actors.daemon.dataverwerking.betrokkenen import Betrokkene, Kring
from actors.daemon.dataverwerking.lezingen import over_wie
from actors.daemon.dataverwerking.verwerkingenlogboek import NietGelogd
from actors.daemon.rechten import Handeling
from actors.register.commando import Verwerkt
from actors.register.persoonsgegeven import onthul
from actors.register.terugmelding import Terugmelding
from actors.runtime.lezing import Registerlezing
from actors.runtime.opzoeken import Gemeld
from actors.verwerking.antwoord import Vraagsoort
from actors.verwerking.gevolgenverwerking import TAKEN
from actors.verwerking.jsonvorm import als_json, json_bytes
from actors.verwerking.woorden import lokale_dag

_JSON = "application/json"
_OMHULSEL = ("id", "aanleiding", "gebeurdOp")
_VELDEN = (
    "aggregaat",
    "aggregaatId",
    "onderwerp",
    "gegeven",
    "peilmoment",
    "betwijfeldeWaarde",
    "voorgesteldeWaarde",
    "kenmerk",
    "toelichting",
)


@dataclass(frozen=True, slots=True)
class Terugmeldingen:
    """The operations on the terugmeldingen of one register. A terugmelding is called after the commando that did it."""

    balie: Balie
    klok: Callable[[], datetime]

    async def meld(self, verzoek: Verzoek) -> Antwoordend:
        """Report doubt about a value; the one who asks is the melder."""
        verzoek.eis(Handeling.TERUGMELDEN)
        eis_mediatype(verzoek, _JSON)
        gegevens = lees_inhoud(await verzoek.inhoud())
        if not isinstance(gegevens, dict):
            raise foute_invoer(["inhoud: moet een object zijn: {…}"])
        onbekend = [f"{naam}: bestaat hier niet" for naam in gegevens if naam not in (*_OMHULSEL, *_VELDEN)]
        if onbekend:
            raise foute_invoer(onbekend)
        aangeboden = self._lees(gegevens, verzoek)
        (antwoord,) = await verzoek.poort.bied_aan(verzoek.register, (aangeboden,))
        status, _, koppen = als_antwoord(antwoord, verzoek.url("terugmeldingen"))
        assert isinstance(antwoord, Verwerkt)
        id_ = antwoord.commando_id
        try:
            gemeld = await verzoek.lees(lambda lezing: lezing.terugmelding(verzoek.register, id_))
        except NietGelogd as fout:
            raise _niet_te_tonen(id_, fout) from fout
        assert gemeld is not None
        return json_antwoord(_als_bytes(id_, gemeld.melding), status, koppen)

    def _lees(self, gegevens: dict[str, Any], verzoek: Verzoek) -> Any:
        """The commando that does it; what is wrong is told of the fields as they stood."""
        id_ = gegevens.get("id") if isinstance(gegevens.get("id"), str) else self.balie.nieuw_id()
        data = {naam: gegevens[naam] for naam in _VELDEN if naam in gegevens}
        aanbod = {
            **{naam: gegevens[naam] for naam in _OMHULSEL if naam in gegevens},
            "id": gegevens.get("id", id_),
            "gebeurdOp": gegevens.get("gebeurdOp", lokale_dag(self.klok()).isoformat()),
            "commando": "MeldTerug",
            "data": {**data, "terugmeldingId": id_, "melder": verzoek.gebruiker.naam},
        }
        try:
            return self.balie.lees(aanbod, verzoek.gebruiker)
        except Probleem as fout:
            fouten = fout.inhoud.get("fouten")
            if fouten:
                kaal = [f.removeprefix("data.") for f in fouten if not f.startswith("data.terugmeldingId")]
                fout.inhoud["fouten"] = kaal
            raise

    async def geef(self, verzoek: Verzoek) -> Antwoordend:
        """One terugmelding as it stands now: for its melder, and for who sees to taken."""
        wie, register = verzoek.gebruiker, verzoek.register
        ziet_alle = wie.mag(register, Handeling.TAKEN) and verzoek.leest_zelf
        if not ziet_alle:
            verzoek.eis(Handeling.TERUGMELDEN)
        id_ = lees_uuid(verzoek.pad["terugmeldingId"], "terugmelding")

        def van_hem(lezing: Registerlezing) -> Gemeld:
            gemeld = lezing.terugmelding(register, id_)
            if gemeld is None or not (ziet_alle or gemeld.melding.melder == wie.naam):
                raise Probleem(404, f"er is hier geen terugmelding {id_} van u", soort="onbekend")
            return gemeld

        return json_antwoord(_als_bytes(id_, (await verzoek.lees(van_hem)).melding))


@over_wie.register(Gemeld)
def _gemeld(gelezen: Gemeld, kring: Kring, register: str) -> tuple[Betrokkene, ...]:
    return kring.van_aggregaat(register, gelezen.aggregaat, gelezen.melding.onderwerp[0])


def _niet_te_tonen(id_: str, fout: NietGelogd) -> Probleem:
    """It was received; but it shows what the register says, and that it does so could not be logged."""
    probleem = van_fout(fout, id_)
    probleem.inhoud["detail"] = (
        f"de terugmelding is ontvangen, maar kan nu niet worden getoond; vraag haar later op onder {id_}"
    )
    return probleem


def _als_bytes(id_: str, melding: Terugmelding) -> bytes:
    kaal = melding._replace(
        betwijfelde_waarde=onthul(melding.betwijfelde_waarde), voorgestelde_waarde=onthul(melding.voorgestelde_waarde)
    )
    gegevens = schrijf_namen(als_json(kaal))
    del gegevens["bevoegd"], gegevens["betreft"]
    gegevens["terugmeldingId"] = gegevens.pop("id")
    return json.dumps({"id": id_, **gegevens}, ensure_ascii=False, separators=(",", ":")).encode()


async def taken(verzoek: Verzoek) -> Antwoordend:
    """What waits, and why: for the register itself, as it may be about anyone."""
    verzoek.eis(Handeling.TAKEN)
    verzoek.eis_zelf("taken")
    await vragen.wacht_op(verzoek, None)
    toen = verzoek.vragen.get("beschikbaarOp")
    antwoord = await vragen.vraag(
        verzoek, Vraagsoort.TAKEN, TAKEN, (), lambda lezing: lezing.taken(verzoek.register, toen)
    )
    stilgevallen = verzoek.berichten.stilgevallen(verzoek.register) if vragen.over_nu(verzoek) else []
    return json_antwoord(json_bytes(schrijf_namen(als_json(met_stilgevallen(antwoord, stilgevallen)))))


def terugmeldbewerkingen(terugmeldingen: Terugmeldingen) -> tuple[Bewerking, ...]:
    """The operations, for the routes and the document."""
    vorm = {_JSON: {"$ref": "#/components/schemas/Terugmelding"}}
    return (
        Bewerking(
            methode="POST",
            pad="/terugmeldingen",
            id="meldTerug",
            groep="Terugmeldingen",
            samenvatting="Meld gerede twijfel",
            omschrijving="Meldt gerede twijfel aan een waarde die aan u is geleverd. Wie het token heeft is de melder.",
            doe=terugmeldingen.meld,
            verzoek={_JSON: {"$ref": "#/components/schemas/Terugmeldvraag"}},
            antwoorden={
                201: Vorm("De terugmelding is ontvangen.", vorm, koppen=("Location",)),
                200: Vorm("De terugmelding was al ontvangen.", vorm, koppen=("Location",)),
            },
            fouten=(400, 403, 409, 413, 415, 503, 507),
        ),
        Bewerking(
            methode="GET",
            pad="/terugmeldingen/{terugmeldingId}",
            id="geefTerugmelding",
            groep="Terugmeldingen",
            samenvatting="Geef een terugmelding",
            omschrijving="Een eigen terugmelding en hoe ver het ermee is.",
            doe=terugmeldingen.geef,
            parameters=(
                padnaam(
                    "terugmeldingId", "Kenmerk (UUID) van de terugmelding.", "0197f5a0-1b2c-7d3e-8f40-112233445566"
                ),
            ),
            antwoorden={200: Vorm("De terugmelding.", vorm)},
            fouten=(400, 403, 404, 503),
        ),
        Bewerking(
            methode="GET",
            pad="/taken",
            id="geefTaken",
            groep="Taken",
            samenvatting="Geef wat wacht",
            omschrijving="Wat in dit register wacht, waarom, sinds wanneer en tot wanneer uiterlijk.",
            doe=taken,
            parameters=(BESCHIKBAAR_OP, HERHAALTOKEN, WACHT_OP),
            antwoorden={200: Vorm("Wat wacht.", {_JSON: {"$ref": "#/components/schemas/TakenAntwoord"}})},
            fouten=(400, 403, 410, 503),
        ),
    )
