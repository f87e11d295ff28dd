"""Every operation of every register, that of a context from elsewhere too, each as a request that finds something."""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from actors.contexten.wegonderhoud.commandos import CorrigeerAutogegevens
from actors.daemon.api.aggregaten import eigen_tabel, sleutels_van
from actors.daemon.api.app import bewerkingen_van, maak_app
from actors.daemon.api.bewerking import Api, Bewerking, Grenzen
from actors.daemon.api.schemanamen import meervoud, tabel_pad
from actors.daemon.berichten import Berichten
from actors.daemon.dataverwerking.lezingen import Lezingen
from actors.daemon.dataverwerking.verwerkingenlogboek import Verwerkingenlogboek
from actors.daemon.rechten import Gebruiker
from actors.daemon.signalen import Signalenloket
from actors.register.commando import Verwerkt
from actors.register.context import Context
from actors.register.gevolg import Afleiding
from actors.register.leveringsmodel import OPENBAAR
from actors.register.projectie import Projectie
from actors.runtime.catalogue import CONTEXTEN
from actors.runtime.klok import Buitenwereld
from actors.runtime.systeem import RegisterSystem
from actors.verwerking.gebeurtenis import BATCH, STRUCTURED
from actors.verwerking.gebeurtenisstroom import Afzender
from actors.verwerking.generiek.commandos import MeldTerug
from tests.daemon.ingebed import Antwoord, IngebedPoort, Klant, wie_met
from tests.parkeervergunning.commandos import VraagVergunningAan
from tests.parkeervergunning.context import CONTEXT as PARKEERVERGUNNING
from tests.wereld import auto, commando_id, huishouden, vaste_wereld

ALLE = (*CONTEXTEN, PARKEERVERGUNNING)
STROOM = "text/event-stream"
MELDER = "melder"
_NU = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)
_VERGUNNING = {"autoId": "auto-1", "vergunningId": "v-2", "aanvrager": "noor", "aanvragerNaam": "Noor", "zone": "Haven"}
_AANSCHAF = {"aanschafId": "koop-2", "koper": "noor", "koperNaam": "Noor", "aankoopdatum": "2026-04-01"}
_AUTO = {"kenteken": "KN-2", "gewichtKg": 1000, "lengteM": "4.1", "breedteM": "1.7", "uitstootGPerKm": 90}
AANBOD: dict[str, dict[str, Any]] = {
    "wegonderhoud": {
        "commando": "RegistreerAuto",
        "data": {"autoId": "auto-2", **_AUTO, "aanschaf": {**_AANSCHAF, "regio": "Kustland", "wijk": "Havenwijk"}},
    },
    "aanschafheffing": {
        "commando": "RegistreerBetaling",
        "data": {
            "autoId": "auto-1",
            "aanschafId": "aanschaf-auto-1",
            "betalingId": "betaling-1",
            "bedragEurocent": 100,
            "ontvangenOp": "2026-04-01",
        },
    },
    "spitspas": {
        "commando": "RegistreerHuishouden",
        "data": {"huishoudenId": "huishouden-2", "leden": [{"persoonId": "noor", "vanaf": "2026-01-01"}]},
    },
    "parkeervergunning": {"commando": "VraagVergunningAan", "data": {**_VERGUNNING, "vanaf": "2026-05-01"}},
}
"""A commando of each register that is processed."""
_VAST = ("commandoId", "gevolgId", "terugmeldingId", "reeks")
_SLEUTELS = {"kenteken": "K-auto-1"}
_BETWIJFELD = {
    "wegonderhoud": ("auto", "auto-1", ("auto-1",), "gewicht_kg"),
    "aanschafheffing": ("auto", "auto-1", ("auto-1",), "fysieke_punten"),
    "spitspas": ("huishouden", "huishouden-1", ("huishouden-1", "sam"), "lid"),
    "parkeervergunning": ("auto", "auto-1", ("auto-1", "v-1"), "zone"),
}


@dataclass(frozen=True)
class Vraag:
    """A request, and of which operation; `naam` says how it is asked, when there is more than one way."""

    bewerking: Bewerking
    pad: str
    inhoud: Any = b""
    koppen: tuple[tuple[str, str], ...] = ()
    naam: str = ""

    @property
    def id(self) -> str:
        return f"{self.bewerking.id} {self.naam}".strip()


@dataclass(frozen=True)
class Stelsel:
    """All registers with something in them, and the road to them."""

    registers: RegisterSystem
    poort: IngebedPoort

    def klant(
        self, gebruikers: Sequence[Gebruiker], logboek: Verwerkingenlogboek | None = None, **anders: Any
    ) -> Klant:
        """Who asks this system, as the first of these unless said otherwise."""
        return self.klant_van({een.naam: een for een in gebruikers}, logboek, **anders)

    def klant_van(
        self, per_naam: Mapping[str, Gebruiker], logboek: Verwerkingenlogboek | None = None, **anders: Any
    ) -> Klant:
        """The same, of whom is known as is asked: they may be others each time."""
        lezingen = Lezingen(ALLE, logboek, Buitenwereld())
        grenzen = Grenzen(wacht_s=0.1, hartslag_s=0.05, lang_s=0, stroom_s=0.01)
        app = maak_app(self.poort, wie_met(per_naam), ALLE, grenzen=grenzen, lezingen=lezingen, **anders)
        return Klant(app, next(iter(per_naam)))

    def vragen(self, context: Context) -> Iterator[Vraag]:
        """Every operation of a register, asked so that it finds something."""
        loket = Signalenloket(self.poort, Afzender())
        lezingen = Lezingen(ALLE, None, Buitenwereld())
        api = Api(context, self.poort, wie_met({}), Grenzen(), Berichten(Afzender(), loket), lezingen)
        for bewerking in bewerkingen_van(api, Buitenwereld()):
            pad, inhoud = f"/{context.naam}/v1{self._pad(context, bewerking)}", self._inhoud(context, bewerking)
            yield Vraag(bewerking, pad, inhoud)
            melding = self._melding(context.naam)
            if bewerking.id == "geefVerstrekkingen":
                yield Vraag(bewerking, pad, koppen=(("accept", STROOM),), naam=STROOM)
                for vorm in (BATCH, STRUCTURED) if melding else ():
                    vanaf = f"{pad}?na={melding['nummer'] - 1}"
                    yield Vraag(bewerking, vanaf, koppen=(("accept", vorm),), naam=vorm)
            if bewerking.id == "herlever" and melding:
                pad = f"/{context.naam}/v1/verstrekkingen/{'/'.join(melding['referentie'].split('/')[-2:])}"
                yield Vraag(bewerking, pad, koppen=(("accept", STRUCTURED),), naam=STRUCTURED)

    def _pad(self, context: Context, bewerking: Bewerking) -> str:
        naam = context.naam
        alle = (g for t in self.registers.gevolgen(naam) for g in t.gevolgen)
        gevolg = next(g.id for g in alle if isinstance(g.inhoud, Afleiding))
        referentie = self._verstrekking(naam)["referentie"].split("/")
        vast = {
            "commandoId": next(self.registers.gevolgen(naam)).commando_id,
            "gevolgId": gevolg,
            "terugmeldingId": commando_id(900),
            "reeks": referentie[-2],
            "nummer": referentie[-1],
        }
        sleutel = iter(self._sleutel(context, bewerking.pad))
        delen = [
            (vast.get(deel[1:-1]) or next(sleutel)) if deel.startswith("{") else deel
            for deel in bewerking.pad.split("/")
        ]
        return "/".join(delen)

    def _verstrekking(self, register: str) -> dict[str, Any]:
        """A letter when there is one, else a message."""
        alle = self.registers.verstrekkingen(register)
        return next((v for v in alle if v["vorm"] == "brief"), None) or self._melding(register)

    def _melding(self, register: str) -> dict[str, Any]:
        """A message that is not for everybody; empty when there is none."""
        alle = self.registers.verstrekkingen(register)
        return next((v for v in alle if v["vorm"] != "brief" and v["doelgroep"] != OPENBAAR), {})

    def tabel_bij(self, context: Context, pad: str) -> Projectie:
        """The table that a path is of. KeyError when it is of none."""
        tabellen: dict[str, Projectie] = {f"projecties/{tabel_pad(p)}": p for p in context.projecties}
        for soort in context.aggregaten:
            eigen = eigen_tabel(context, soort)
            if eigen is not None:
                tabellen[meervoud(soort)] = eigen
        for begin, tabel in tabellen.items():
            if f"{pad}/".startswith(f"/{begin}/"):
                return tabel
        raise KeyError(pad)

    def _sleutel(self, context: Context, pad: str) -> list[str]:
        if "Id}" not in pad or any(f"{{{naam}}}" in pad for naam in _VAST):
            return []
        tabel = self.tabel_bij(context, pad)
        rijen = self.registers.tabel(context.naam, tabel.naam).inhoud
        return list(rijen[0]["onderwerp"])

    def _inhoud(self, context: Context, bewerking: Bewerking) -> Any:
        aanbod, verstrekking = AANBOD[context.naam], self._verstrekking(context.naam)
        nog_een = json.loads(json.dumps(aanbod).replace('-2"', '-3"').replace("betaling-1", "betaling-3"))
        aggregaat, id_, onderwerp, gegeven = _BETWIJFELD[context.naam]
        vast: dict[str, Any] = {
            "biedCommandoAan": {**aanbod, "id": commando_id(800)},
            "beproefCommando": nog_een,
            "beproefKeten": {"commandos": [nog_een]},
            "attesteer": {"referentie": verstrekking["referentie"], "digest": "0" * 64},
            "brengSignalen": b"[]",
            "meldTerug": {
                "id": commando_id(901),
                "aggregaat": aggregaat,
                "aggregaatId": id_,
                "onderwerp": list(onderwerp),
                "gegeven": gegeven,
                "peilmoment": "2026-05-02",
                "toelichting": "dit klopt niet",
            },
        }
        if bewerking.pad.endswith("/_zoek"):
            soort = next(s for s in context.aggregaten if f"/{meervoud(s)}/_zoek" == bewerking.pad)
            return {g.naam: _SLEUTELS[g.naam] for g in sleutels_van(soort)}
        return vast.get(bewerking.id, b"")


async def stel(klant: Klant, vraag: Vraag, methode: str | None = None) -> Antwoord:
    """Ask it, to the end of the answer."""
    koppen = dict(vraag.koppen)
    if vraag.bewerking.id == "brengSignalen":
        koppen["content_type"] = BATCH
    return await klant.vraag(methode or vraag.bewerking.methode, vraag.pad, vraag.inhoud, **koppen)


@contextmanager
def gevuld() -> Iterator[Stelsel]:
    """All registers with Sam, his household and car, what he pays for parking, and a doubt in each register."""
    with RegisterSystem.in_memory(registers=ALLE, buitenwereld=vaste_wereld(begin=_NU), versie="test") as registers:
        vergunning = VraagVergunningAan(
            auto_id="auto-1",
            vergunning_id="v-1",
            aanvrager="sam",
            aanvrager_naam="Sam",
            zone="Haven",
            vanaf=date(2026, 5, 1),
        )
        for commando in (huishouden(), auto(), vergunning):
            registers.verwerk(commando)
        registers.wacht_op_rust()
        registers.verwerk(CorrigeerAutogegevens(auto_id="auto-1", uitstoot_g_per_km=150), gebeurd_op=date(2026, 3, 1))
        registers.wacht_op_rust()
        for register, (aggregaat, id_, onderwerp, gegeven) in _BETWIJFELD.items():
            gemeld = MeldTerug(
                aggregaat=aggregaat,
                aggregaat_id=id_,
                onderwerp=onderwerp,
                gegeven=gegeven,
                peilmoment=date(2026, 5, 2),
                melder=MELDER,
                terugmelding_id=commando_id(900),
                toelichting="dit klopt niet",
            )
            uitkomst = registers.verwerk(
                gemeld, register=register, id=commando_id(900), door=MELDER, gebeurd_op=date(2026, 5, 2)
            )
            assert isinstance(uitkomst, Verwerkt), uitkomst
        registers.wacht_op_rust()
        yield Stelsel(registers, IngebedPoort(registers))
