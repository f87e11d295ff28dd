"""Vloot: many cars, real or drawn, through the same three registers.

Real cars are open data, households are not: who lives with whom, and where, is drawn with a seed. All ids
follow from the seed and the car, so the same call again is answered from the store.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from hashlib import blake2b
from random import Random
from typing import Any
from uuid import UUID, uuid5

from actors.contexten.aanschafheffing.regels import HEFFINGSGEBIED, aanschafheffing
from actors.contexten.spitspas.commandos import Lid, RegistreerHuishouden
from actors.contexten.spitspas.regels import spitspasrecht
from actors.contexten.wegonderhoud.commandos import Aanschaf, RegistreerAuto
from actors.register.commando import AangebodenCommando, Mislukt, NietVerwerkt, Verwerkt
from actors.register.regel import Regel
from actors.register.verantwoording import Aanleiding, Aanleidingsoort
from actors.runtime.systeem import RegisterSystem
from actors.simulatie.vlootrijen import Onleesbaar, Rij

AANKOOPDATUM = date(2026, 3, 1)
LID_VANAF = date(2026, 1, 1)
DOOR = "gevolg simulate vloot"
WIJKEN = ("Duinwijk", "Havenkwartier", "Weidezicht", "Stationsbuurt", "Molenpolder")

_BATCH = 250
_VOLWASSENEN = ((1, 2, 3, 4), (35, 50, 10, 5))
_AUTOS = ((1, 2, 3), (70, 25, 5))
_NAAMRUIMTE = UUID("a1d6c1f2-6f3b-5c0e-8d55-2b8b7a3f9e10")

Voortgang = Callable[[int], None]
"""Told how many cars are done with."""

Fase = Callable[[str], None]
"""Told what the registers are busy with."""


class SimulatieMislukt(RuntimeError):
    """The software failed on a commando, not the commando; the text holds the reference in the log."""


@dataclass(frozen=True, slots=True)
class Huishouden:
    """A drawn household: its adults, and which of them bought which car."""

    id: str
    leden: tuple[str, ...]
    regio: str
    wijk: str
    autos: tuple[tuple[Rij, str], ...]


@dataclass(frozen=True, slots=True)
class NietVerwerkteRij:
    """A row that was not processed, and why."""

    plaats: int
    kenteken: str
    regel: str
    reden: str


@dataclass(slots=True)
class Vlootuitkomst:
    """What came of a fleet; `heffingen_eurocent` and `passen` count cars and households by outcome.

    `gevolgen` counts all of the store. `uit_opslag_beantwoord` are the cars that an earlier call processed.
    """

    autos: int
    verwerkt: int = 0
    uit_opslag_beantwoord: int = 0
    huishoudens: int = 0
    gevolgen: int = 0
    niet_verwerkt: list[NietVerwerkteRij] = field(default_factory=list)
    heffingen_eurocent: dict[int, int] = field(default_factory=dict)
    passen: dict[int, int] = field(default_factory=dict)
    wijken: list[dict[str, Any]] = field(default_factory=list)


def verwerk_vloot(
    registers: RegisterSystem,
    rijen: Sequence[Rij | Onleesbaar],
    seed: int,
    voortgang: Voortgang,
    fase: Fase = lambda _: None,
) -> Vlootuitkomst:
    """Offer all cars, then the households of those that were processed, in batches; at rest, count."""
    uitkomst = Vlootuitkomst(len(rijen))
    for rij in rijen:
        if isinstance(rij, Onleesbaar):
            uitkomst.niet_verwerkt.append(NietVerwerkteRij(rij.plaats, rij.kenteken, "rij_onleesbaar", rij.reden))
    voortgang(len(uitkomst.niet_verwerkt))
    autos: set[str] = set()
    huishoudens: set[str] = set()
    leesbaar = [rij for rij in rijen if isinstance(rij, Rij)]
    for deel in _delen(trek_huishoudens(leesbaar, seed)):
        fase("auto's")
        verwerkt = _verwerk_autos(registers, deel, seed, uitkomst)
        met_auto = [h for h in deel if any(_auto_id(rij, seed) in verwerkt for rij, _ in h.autos)]
        _verwerk_huishoudens(registers, met_auto)
        fase("registers komen tot rust")
        registers.wacht_op_rust()
        autos |= verwerkt
        huishoudens |= {h.id for h in met_auto}
        voortgang(sum(len(h.autos) for h in deel))
    uitkomst.niet_verwerkt.sort(key=lambda g: g.plaats)
    uitkomst.huishoudens = len(huishoudens)
    _tel(registers, uitkomst, autos, huishoudens)
    return uitkomst


def trek_huishoudens(rijen: Sequence[Rij], seed: int) -> Iterator[Huishouden]:
    """Households around the cars, in order: 1 to 4 adults, 1 to 3 cars, each bought by one of the adults."""
    begin = 0
    while begin < len(rijen):
        eerste = rijen[begin]
        kans = Random(f"huishouden/{seed}/{eerste.kenteken}")
        volwassenen = kans.choices(*_VOLWASSENEN)[0]
        autos = rijen[begin : begin + kans.choices(*_AUTOS)[0]]
        kenmerk = _kenmerk(seed, eerste.kenteken)
        leden = tuple(f"persoon-{kenmerk}-{n}" for n in range(1, volwassenen + 1))
        yield Huishouden(
            f"huishouden-{kenmerk}",
            leden,
            kans.choice(HEFFINGSGEBIED),
            kans.choice(WIJKEN),
            tuple((rij, kans.choice(leden)) for rij in autos),
        )
        begin += len(autos)


def _delen(huishoudens: Iterator[Huishouden]) -> Iterator[list[Huishouden]]:
    """Households together, some `_BATCH` cars at a time."""
    deel: list[Huishouden] = []
    for huishouden in huishoudens:
        deel.append(huishouden)
        if sum(len(h.autos) for h in deel) >= _BATCH:
            yield deel
            deel = []
    if deel:
        yield deel


def _verwerk_autos(
    registers: RegisterSystem, deel: Sequence[Huishouden], seed: int, uitkomst: Vlootuitkomst
) -> set[str]:
    """Offer the cars; answers the ids of those that were processed, now or before."""
    werk = [(rij, _auto(rij, koper, huishouden, seed)) for huishouden in deel for rij, koper in huishouden.autos]
    antwoorden = registers.verwerk_alle(aangeboden for _, aangeboden in werk)
    verwerkt = set()
    for (rij, aangeboden), antwoord in zip(werk, antwoorden, strict=True):
        if isinstance(antwoord, Mislukt):
            raise SimulatieMislukt(str(antwoord))
        if isinstance(antwoord, NietVerwerkt):
            reden = "; ".join((antwoord.toelichting, *antwoord.fouten))
            uitkomst.niet_verwerkt.append(NietVerwerkteRij(rij.plaats, rij.kenteken, antwoord.regel, reden))
            continue
        verwerkt.add(aangeboden.commando.auto_id)
        uitkomst.verwerkt += 1
        uitkomst.uit_opslag_beantwoord += antwoord.uit_opslag
    return verwerkt


def _verwerk_huishoudens(registers: RegisterSystem, huishoudens: Sequence[Huishouden]) -> None:
    for antwoord in registers.verwerk_alle(_huishouden(h) for h in huishoudens):
        if isinstance(antwoord, Mislukt):
            raise SimulatieMislukt(str(antwoord))
        if not isinstance(antwoord, Verwerkt):
            raise SimulatieMislukt(f"een huishouden is niet verwerkt: {antwoord.toelichting}")


def _auto(rij: Rij, koper: str, huishouden: Huishouden, seed: int) -> AangebodenCommando:
    auto_id = _auto_id(rij, seed)
    commando = RegistreerAuto(
        auto_id=auto_id,
        kenteken=rij.kenteken,
        gewicht_kg=rij.gewicht_kg,
        lengte_m=rij.lengte_m,
        breedte_m=rij.breedte_m,
        uitstoot_g_per_km=rij.uitstoot_g_per_km,
        aanschaf=Aanschaf(
            aanschaf_id=f"aanschaf-{_kenmerk(seed, rij.kenteken)}",
            koper=koper,
            koper_naam=f"Bewoner {koper.removeprefix('persoon-')}",
            aankoopdatum=AANKOOPDATUM,
            regio=huishouden.regio,
            wijk=huishouden.wijk,
        ),
    )
    aanleiding = Aanleiding(Aanleidingsoort.SIGNAAL.value, f"aankoopmelding {auto_id}", "de verzekeraar")
    return AangebodenCommando(_commando_id(commando), commando, aanleiding, DOOR)


def _huishouden(huishouden: Huishouden) -> AangebodenCommando:
    commando = RegistreerHuishouden(
        huishouden_id=huishouden.id,
        leden=tuple(Lid(persoon_id=lid, vanaf=LID_VANAF) for lid in huishouden.leden),
    )
    aanleiding = Aanleiding(Aanleidingsoort.AANVRAAG.value, "opgave van het huishouden", huishouden.id)
    return AangebodenCommando(_commando_id(commando), commando, aanleiding, DOOR)


def _commando_id(commando: Any) -> str:
    """The same content is the same commando; a file that was put right gives another one for that row."""
    return str(uuid5(_NAAMRUIMTE, repr(commando)))


def _auto_id(rij: Rij, seed: int) -> str:
    return f"auto-{_kenmerk(seed, rij.kenteken)}"


def _kenmerk(seed: int, kenteken: str) -> str:
    """An opaque id: it does not show the kenteken."""
    return blake2b(f"{seed}/{kenteken}".encode(), digest_size=8).hexdigest()


def _tel(registers: RegisterSystem, uitkomst: Vlootuitkomst, autos: set[str], huishoudens: set[str]) -> None:
    """What holds on the day of purchase, of the cars and households of this call."""
    heffingen = (
        rij["heffing_eurocent"]
        for rij in registers.tabel("aanschafheffing", "referentietabel", geldig_op=AANKOOPDATUM).inhoud
        if rij["onderwerp"][0] in autos
    )
    passen = (
        rij["passen"]
        for rij in registers.tabel("spitspas", "huishouden", geldig_op=AANKOOPDATUM).inhoud
        if rij["onderwerp"][0] in huishoudens
    )
    uitkomst.heffingen_eurocent = _per_uitkomst(aanschafheffing, heffingen)
    uitkomst.passen = _per_uitkomst(spitspasrecht, passen)
    uitkomst.wijken = registers.tabel("wegonderhoud", "wegonderhoudsplanning", geldig_op=AANKOOPDATUM).inhoud
    uitkomst.gevolgen = sum(registers.aantal_gevolgen(naam) for naam in registers.registers)


def _per_uitkomst(regel: Regel, gevonden: Iterable[int | None]) -> dict[int, int]:
    """How often each outcome of the rule's bands was found, also when never."""
    banden = regel.versie.banden
    geteld = Counter(gevonden)
    return {uitkomst: geteld[uitkomst] for uitkomst in sorted(banden.uitkomsten if banden else ())}
