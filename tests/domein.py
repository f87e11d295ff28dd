"""The harness of the domain tests: given these commando's, when one more, then these gevolgen.

One context in memory, without actors:

    gegeven(auto()).als(correctie(gewicht_kg=1400)).dan(gevolg("AutogegevensGecorrigeerd", gewicht_kg=1400), ...)

All registers together, for what crosses a border:

    with keten() as registers:
        registers.verwerk(huishouden("sam", "noor"), auto())
        assert registers.passen() == 3

The makers (`auto`, `huishouden`, ...) give the example of the handreiking; a test names only what matters to it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, Self

from actors.contexten.aanschafheffing.commandos import RegistreerBetaling
from actors.contexten.spitspas.commandos import Lid, RegistreerHuishouden, Vertrek, WijzigHuishoudsamenstelling
from actors.contexten.wegonderhoud.commandos import (
    Aanschaf,
    CorrigeerAutogegevens,
    RegistreerAuto,
    WijzigTenaamstelling,
)
from actors.register.annotatie import Annotatie
from actors.register.claim import Mededeling
from actors.register.commando import AangebodenCommando, NietVerwerkt, Verwerking, Verwerkt
from actors.register.context import Context
from actors.register.gevolg import Aanhouding, Afleiding, Bericht, Gevolg, Overname, Transactie, Vastlegging
from actors.register.persoonsgegeven import onthul
from actors.register.staat import Staat
from actors.register.terugmelding import Terugmelding
from actors.register.tijdlijnen import OPEN_BEGIN, OPEN_EIND, stuk_op
from actors.register.verantwoording import Aanleiding, Software
from actors.register.zekerheid import zekerheid_van
from actors.runtime.catalogue import CONTEXTEN
from actors.runtime.systeem import RegisterSystem
from actors.verwerking.commandoverwerking import Commandoverwerking
from actors.verwerking.contract import fouten_in
from actors.verwerking.generiek.commandos import (
    Beeindig,
    BeeindigOnderzoek,
    BeslisTaak,
    Betreft,
    Correctie,
    Corrigeer,
    Degistreer,
    DoorbreekAanhouding,
    HandelBezwaarAf,
    HandelTerugmeldingAf,
    Heropleef,
    Herstel,
    LegTaakTerzijde,
    MeldTerug,
    StelInOnderzoek,
    TrekInTwijfel,
    VechtAan,
)
from actors.verwerking.generiek.soorten import GENERIEKE_CONTRACTEN
from storage.opslag import Opslag, in_memory, open_lmdb
from tests.wereld import vaste_wereld

NU = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
STORE_ID = bytes(range(16))
SOFTWARE = Software("gevolg test", "test@1", "test")
AANLEIDING = Aanleiding("signaal", "melding-1", "Verzekeraar")
OPEN = {OPEN_BEGIN: None, OPEN_EIND: None}

# --- the example ----------------------------------------------------------------------------------------------


def dag(tekst: str) -> date:
    """A day of 2026: "03-01" is 1 March."""
    return date.fromisoformat(f"2026-{tekst}")


def aanschaf(koper: str = "sam", op: str = "03-01", **anders: Any) -> Aanschaf:
    """A purchase: by Sam, on 1 March, in Kustland."""
    velden = {"aanschaf_id": f"koop-{koper}-{op}", "koper_naam": koper.title(), "regio": "Kustland", "wijk": "Duinwijk"}
    return Aanschaf(**{**velden, "koper": koper, "aankoopdatum": dag(op), **anders})


def auto(auto_id: str = "auto-1", koop: Aanschaf | None = None, **anders: Any) -> RegistreerAuto:
    """Sam's car: 1300 kg, 4,4 × 1,85 m, 120 g/km; 21 punten for the road, 33 for its purchase."""
    velden = {
        "kenteken": f"KN-{auto_id}",
        "gewicht_kg": 1300,
        "lengte_m": Decimal("4.4"),
        "breedte_m": Decimal("1.85"),
        "uitstoot_g_per_km": 120,
    }
    return RegistreerAuto(**{**velden, "auto_id": auto_id, "aanschaf": koop or aanschaf(), **anders})


def verkoop(koop: Aanschaf, auto_id: str = "auto-1") -> WijzigTenaamstelling:
    """The car gets a new owner."""
    return WijzigTenaamstelling(auto_id=auto_id, aanschaf=koop)


def correctie(auto_id: str = "auto-1", **juist: Any) -> CorrigeerAutogegevens:
    """The register was wrong about this car."""
    return CorrigeerAutogegevens(auto_id=auto_id, **juist)


def huishouden(*leden: str, huishouden_id: str = "huis", vanaf: str = "01-01") -> RegistreerHuishouden:
    """A household of these adults; "noor 02-01" joins on 1 February."""
    return RegistreerHuishouden(
        huishouden_id=huishouden_id, leden=tuple(Lid(persoon_id=w, vanaf=d) for w, d in _leden(leden, vanaf))
    )


def toetreding(*leden: str, huishouden_id: str = "huis") -> WijzigHuishoudsamenstelling:
    """These adults join: "noor 02-01"."""
    wie = tuple(Lid(persoon_id=w, vanaf=d) for w, d in _leden(leden))
    return WijzigHuishoudsamenstelling(huishouden_id=huishouden_id, toetredingen=wie)


def vertrek(*leden: str, huishouden_id: str = "huis") -> WijzigHuishoudsamenstelling:
    """These adults leave: "noor 02-01"."""
    wie = tuple(Vertrek(persoon_id=w, vanaf=d) for w, d in _leden(leden))
    return WijzigHuishoudsamenstelling(huishouden_id=huishouden_id, vertrekken=wie)


def _leden(teksten: tuple[str, ...], vanaf: str = "") -> Iterator[tuple[str, date]]:
    for tekst in teksten:
        wie, _, eigen = tekst.partition(" ")
        yield wie, dag(eigen or vanaf)


# --- what every register takes ----------------------------------------------------------------------------------

SAMS_AUTO = ("auto-1",)
SAMS_KOOP = ("auto-1", "koop-sam-03-01")


def _op(over: tuple[str, ...], anders: dict[str, Any]) -> dict[str, Any]:
    """The fields that every generic commando has; `over` is what it is about, the aggregate first."""
    return {"aggregaat": "auto", "aggregaat_id": over[0], "toelichting": "daarom", **anders}


def _betreft(gegeven: str | None, over: tuple[str, ...], anders: dict[str, Any]) -> dict[str, Any]:
    eigen = anders.pop("betreft", Betreft(onderwerp=over, gegeven=gegeven, op=anders.pop("op", None)))
    return {"betreft": eigen, **_op(over, anders)}


def twijfel(gegeven: str | None, over: tuple[str, ...] = SAMS_AUTO, *, id_: str = "t1", **anders: Any) -> TrekInTwijfel:
    """Doubt a gegeven."""
    return TrekInTwijfel(twijfel_id=id_, **_betreft(gegeven, over, anders))


def onderzoek(over: tuple[str, ...] = SAMS_AUTO, *, id_: str = "t1", **anders: Any) -> StelInOnderzoek:
    """Investigate what is doubted."""
    return StelInOnderzoek(twijfel_id=id_, **_op(over, anders))


def einde_onderzoek(
    uitkomst: str = "ongegrond", over: tuple[str, ...] = SAMS_AUTO, *, id_: str = "t1", **anders: Any
) -> BeeindigOnderzoek:
    """The doubt is over."""
    return BeeindigOnderzoek(twijfel_id=id_, uitkomst=uitkomst, **_op(over, anders))


def bezwaar(gegeven: str, over: tuple[str, ...] = SAMS_KOOP, *, id_: str = "z1", **anders: Any) -> VechtAan:
    """A bezwaar against a besluit."""
    return VechtAan(twijfel_id=id_, **_betreft(gegeven, over, anders))


def einde_bezwaar(
    uitkomst: str = "ongegrond", over: tuple[str, ...] = SAMS_KOOP, *, id_: str = "z1"
) -> HandelBezwaarAf:
    """The bezwaar is over."""
    return HandelBezwaarAf(twijfel_id=id_, uitkomst=uitkomst, **_op(over, {}))


def terugmelding(
    gegeven: str = "gewicht_kg", over: tuple[str, ...] = SAMS_AUTO, *, melder: str = "verzekeraar", **anders: Any
) -> MeldTerug:
    """A consumer reports what seems wrong; the verzekeraar may be believed."""
    velden = {"terugmelding_id": "m1", "peilmoment": dag("05-01"), "onderwerp": over, "gegeven": gegeven}
    return MeldTerug(**{**velden, "melder": melder, **_op(over, anders)})


def einde_terugmelding(
    uitkomst: str, over: tuple[str, ...] = SAMS_AUTO, *, id_: str = "m1", **anders: Any
) -> HandelTerugmeldingAf:
    """The terugmelding is answered."""
    return HandelTerugmeldingAf(terugmelding_id=id_, uitkomst=uitkomst, **_op(over, anders))


def juist(gegeven: str | None, over: tuple[str, ...] = SAMS_AUTO, **anders: Any) -> Correctie:
    """One step of a generic correction."""
    op = anders.pop("op", None)
    return Correctie(**{"betreft": Betreft(onderwerp=over, gegeven=gegeven, op=op), **anders})


def corrigeer(*stappen: Correctie, over: tuple[str, ...] = SAMS_AUTO, **anders: Any) -> Corrigeer:
    """A generic correction of these steps."""
    return Corrigeer(correcties=stappen, **_op(over, anders))


def degistratie(over: tuple[str, ...] = SAMS_AUTO, gegeven: str | None = None, **anders: Any) -> Degistreer:
    """It should never have been registered."""
    return Degistreer(**_betreft(gegeven, over, anders))


def beeindiging(per: str, over: tuple[str, ...] = SAMS_AUTO, **anders: Any) -> Beeindig:
    """It is over from this day on."""
    return Beeindig(onderwerp=over, per=dag(per), **_op(over, anders))


def herstel(over: tuple[str, ...] = SAMS_AUTO, **anders: Any) -> Herstel:
    """That was a mistake."""
    return Herstel(onderwerp=over, **_op(over, anders))


def heropleving(gegeven: str, per: str, over: tuple[str, ...] = SAMS_AUTO, **anders: Any) -> Heropleef:
    """It holds again from this day on."""
    return Heropleef(onderwerp=over, gegeven=gegeven, per=dag(per), **_op(over, anders))


def betaling(bedrag_eurocent: int = 2000_00, *, aanschaf_id: str = SAMS_KOOP[1], id_: str = "b1") -> RegistreerBetaling:
    """Sam pays on 20 March."""
    return RegistreerBetaling(
        auto_id=SAMS_AUTO[0],
        aanschaf_id=aanschaf_id,
        betaling_id=id_,
        bedrag_eurocent=bedrag_eurocent,
        ontvangen_op=dag("03-20"),
    )


# --- one context in memory ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Verwacht:
    """A gevolg as a test expects it: its name, and what is said of it."""

    naam: str
    gezegd: dict[str, Any]


def gevolg(naam: str, **gezegd: Any) -> Verwacht:
    """Expect this gevolg with these gegevens (`punten=21`).

    Of an annotatie or terugmelding its fields (`status`, `uitkomst`). Of what a rule gave also `was`, `over` (the last
    part of its onderwerp), `vanaf` and `tot` (None is open), `zekerheid` and `claim`; of an Aanhouding `wacht`, the
    reason by gegeven.
    """
    return Verwacht(naam, gezegd)


def gegeven(*commandos: Any, register: str | None = None) -> Verhaal:
    """A register in which these commando's were processed; `register` when that does not follow from the first."""
    eigen = [c for c in CONTEXTEN if register == c.naam or any(type(commandos[0]) is s.klasse for s in c.commandos)]
    verhaal = Verhaal(eigen[0])
    for commando in commandos:
        verhaal.als(commando)
        assert isinstance(verhaal.uitslag, Transactie), f"gegeven {commando} gaf {verhaal.uitslag}"
    return verhaal


class Verhaal:
    """One context in memory: its aggregates, and what the last commando came to (None: nothing to record)."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.staten: dict[str, Staat] = {}
        self.journaal: list[Transactie] = []
        self.uitslag: Transactie | NietVerwerkt | None = None
        self._overwerking = Commandoverwerking(context, STORE_ID, SOFTWARE)
        self._houders: dict[str, str | None] = {}
        self._aangeboden = 0

    def als(self, commando: Any) -> Self:
        """Offer a commando, its contract checked first."""
        openbaar = isinstance(commando, (*(s.klasse for s in self.context.commandos), *GENERIEKE_CONTRACTEN))
        fouten = fouten_in(commando) if openbaar else ()
        self.uitslag = NietVerwerkt("contract", "", fouten) if fouten else self._verwerk(commando)
        return self

    def _verwerk(self, commando: Any) -> Transactie | NietVerwerkt | None:
        self._aangeboden += 1
        aangeboden = AangebodenCommando(
            f"{self._aangeboden:032x}", commando, AANLEIDING, "test", wanneer(commando), ambtenaar(commando)
        )
        soort = self._overwerking.soort(commando)
        naam = f"{soort.aggregaat}/{soort.aggregaat_id(commando)}" if soort else ""
        staat = self.staten.setdefault(naam, Staat())
        besluit = self._overwerking.verwerk(staat, aangeboden, self._houders.get)
        if isinstance(besluit, NietVerwerkt):
            return besluit
        self._houders.update({sleutel: naam if neemt else None for sleutel, neemt in besluit.sleutels})
        if besluit.transactie is not None:
            self.journaal.append(besluit.transactie)
        return besluit.transactie

    # --- then ---

    def dan(self, *verwacht: Verwacht) -> Self:
        """Exactly these gevolgen, in this order."""
        assert isinstance(self.uitslag, Transactie), f"geen transactie maar {self.uitslag}"
        zelfde([g.naam for g in self.uitslag.gevolgen], [v.naam for v in verwacht])
        for g, v in zip(self.uitslag.gevolgen, verwacht, strict=True):
            getoond = toon(g)
            zelfde({k: getoond.get(k) for k in v.gezegd}, v.gezegd, g.naam)
        return self

    def dan_niet_verwerkt(self, regel: str, *fouten: str) -> Self:
        """Refused by this rule; `fouten` are the places where the contract is broken, all of them."""
        assert isinstance(self.uitslag, NietVerwerkt), f"wel verwerkt: {self.uitslag}"
        zelfde((self.uitslag.regel, [f.partition(":")[0] for f in self.uitslag.fouten]), (regel, [*fouten]))
        return self

    def dan_niets(self) -> Self:
        """Processed, and there was nothing to record."""
        assert self.uitslag is None, f"niet niets maar {self.uitslag}"
        return self

    # --- how things stand ---

    def waarde(self, gegeven: str, *over: str, op: str = "11-21", aggregaat: str = "auto") -> Any:
        """What holds on a day, also seen from above or below; None when nothing does."""
        stuk = stuk_op(self.staten[f"{aggregaat}/{over[0]}"].beeld().zoek(over, gegeven), dag(op))
        return onthul(stuk.waarde) if stuk else None

    def lijn(self, gegeven: str, *over: str, aggregaat: str = "auto") -> list[tuple[str | None, str | None, Any]]:
        """The time line of exactly this onderwerp as (vanaf, tot, waarde); an open bound is None."""
        lijn = self.staten[f"{aggregaat}/{over[0]}"].beeld().eigen(over, gegeven)
        return [(kort(s.vanaf), kort(s.tot), onthul(s.waarde)) for s in lijn]

    @property
    def taken(self) -> set[str]:
        """The reasons for which a taak waits, in any aggregate."""
        return {w.reden for staat in self.staten.values() for w in staat.wachtend if w.taak}


def zelfde(gezien: Any, verwacht: Any, van: str = "") -> None:
    """Both are the same, or a failure that shows them below each other."""
    assert gezien == verwacht, f"{van}\n  verwacht {verwacht}\n  maar was {gezien}"


def ambtenaar(commando: Any) -> str | None:
    """Who decides: only what an official does says so."""
    return "ambtenaar-1" if isinstance(commando, BeslisTaak | DoorbreekAanhouding | LegTaakTerzijde) else None


def wanneer(commando: Any) -> datetime | None:
    """When it happened: told beside the commando only when it does not say so itself."""
    soorten = [s for c in CONTEXTEN for s in c.commandos if s.klasse is type(commando)]
    return None if soorten and soorten[0].gebeurd_op(commando) else NU


def toon(g: Gevolg) -> dict[str, Any]:
    """What a test may say of a gevolg."""
    inhoud = g.inhoud
    if isinstance(inhoud, Afleiding):
        stuk = inhoud.stuk
        return {
            inhoud.gegeven: stuk.waarde,
            "was": inhoud.was,
            "over": inhoud.onderwerp[-1],
            "vanaf": kort(stuk.vanaf),
            "tot": kort(stuk.tot),
            "zekerheid": zekerheid_van(stuk.twijfels).value,
            "claim": stuk.claim,
        }
    if isinstance(inhoud, Vastlegging):
        return {c.gegeven: onthul(c.waarde) for c in inhoud.claims}
    if isinstance(inhoud, Aanhouding):
        return {"wacht": {w.gegeven: w.reden for w in inhoud.wachtend}}
    if isinstance(inhoud, Annotatie | Terugmelding):
        return inhoud._asdict()
    return {}


def zonder_geschiedenis(taken: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What waits, without what tells how it came about: since when, until when, and by which claims."""
    return [{k: w for k, w in taak.items() if k not in ("sinds", "uiterlijk", "kenmerk")} for taak in taken]


def kort(grens: date) -> str | None:
    """A day of 2026 as "03-01", any other in full, an open bound as None."""
    return OPEN[grens] if grens in OPEN else grens.isoformat().removeprefix("2026-")


# --- all registers together -----------------------------------------------------------------------------------


class Keten:
    """The registers of the catalogue; clock and chance go the same way each time."""

    def __init__(self, registers: RegisterSystem, opslagen: dict[str, Opslag]) -> None:
        self.registers = registers
        self.opslagen = opslagen

    def verwerk(self, *commandos: Any, register: str = "wegonderhoud") -> None:
        """Process these, one by one, each until all registers are at rest again; what is generic in this register."""
        for commando in commandos:
            uitkomst = self.bied_aan(commando, register=register)
            assert isinstance(uitkomst, Verwerkt), uitkomst

    def bied_aan(self, commando: Any, register: str | None = None, id_: str | None = None) -> Verwerking:
        """Offer one commando (under an id) and wait until all registers are at rest."""
        uitkomst = self.registers.verwerk(
            commando,
            id=id_,
            aanleiding=AANLEIDING,
            gebeurd_op=wanneer(commando),
            beslisser=ambtenaar(commando),
            register=register,
        )
        self.registers.wacht_op_rust()
        return uitkomst

    def rij(self, register: str, projectie: str, *sleutel: str, op: str = "11-21") -> dict[str, Any]:
        """One row of a table on a day; empty when there is none."""
        return self.registers.lees(register, projectie, *sleutel, geldig_op=dag(op)).inhoud or {}

    def punten(self, huishouden_id: str = "huis", op: str = "11-21") -> Any:
        """The punten of a household on a day."""
        return self.rij("spitspas", "huishouden", huishouden_id, op=op).get("punten")

    def passen(self, huishouden_id: str = "huis", op: str = "11-21") -> int | None:
        """The passes of a household on a day; None when it has no right to any."""
        return self.rij("spitspas", "huishouden", huishouden_id, op=op).get("passen")

    def heffing(self, aanschaf_id: str = "koop-sam-03-01", auto_id: str = "auto-1") -> int | None:
        """The levy on a purchase, in eurocent."""
        return self.rij("aanschafheffing", "referentietabel", auto_id, aanschaf_id).get("heffing_eurocent")

    def tabel(self, register: str, projectie: str, op: str = "11-21") -> list[dict[str, Any]]:
        """A whole table on a day."""
        return self.registers.tabel(register, projectie, geldig_op=dag(op)).inhoud

    def zekerheid(self, register: str, projectie: str, *sleutel: str, op: str = "11-21") -> dict[str, str]:
        """How sure a row of a table is on a day, but for what is undisputed; empty when there is no row."""
        return dict(self.rij(register, projectie, *sleutel, op=op).get("zekerheid", {}))

    def brieven(self, register: str) -> list[str]:
        """The letters that went out, as their text."""
        return [v["tekst"].waarde for v in self.registers.verstrekkingen(register) if v["vorm"] == "brief"]

    @property
    def aantal_brieven(self) -> tuple[int, int]:
        """Letters so far: aanschafheffing, spitspas."""
        return len(self.brieven("aanschafheffing")), len(self.brieven("spitspas"))

    def taken(self, register: str) -> set[str]:
        """The reasons for which a taak waits in a register."""
        return {t["reden"] for t in self.registers.taken(register).inhoud if t["taak"]}

    def gevolgnamen(self, register: str) -> list[str]:
        """The names of all gevolgen of a register so far, in order."""
        return [g.naam for t in self.registers.gevolgen(register) for g in t.gevolgen]

    def verteld(self, register: str, doelgroep: str) -> list[dict[str, Any]]:
        """The notificaties of a register for this audience."""
        return [
            v
            for v in self.registers.verstrekkingen(register)
            if (v["vorm"], v["doelgroep"]) == ("notificatie", doelgroep)
        ]


@contextmanager
def keten(map_: Path | None = None, zaad: str = "keten") -> Iterator[Keten]:
    """All registers, in memory or (durable) in a folder."""
    buitenwereld = vaste_wereld(zaad, begin=NU)
    opslagen: dict[str, Opslag] = {}

    def openen(naam: str) -> Opslag:
        klok, kans = buitenwereld.klok, buitenwereld.willekeur
        open_ = open_lmdb(map_, naam, clock=klok, random_bytes=kans) if map_ else None
        opslagen[naam] = open_ or in_memory(naam, clock=klok, random_bytes=kans)
        return opslagen[naam]

    with RegisterSystem(openen, buitenwereld=buitenwereld, versie="gevolg test") as registers:
        yield Keten(registers, opslagen)


def overgenomen(bron: str, nummer: int, mededelingen: Iterable[Mededeling]) -> Overname:
    """What another register told in one verstrekking; a later number was published later."""
    moment = datetime(2026, 11, 1, tzinfo=UTC) + timedelta(seconds=nummer)
    return Overname(bron, bron.encode().ljust(16), (Bericht(nummer, moment, ("gevolg-daar",), tuple(mededelingen)),))
