"""Toetsen: what must hold of the registers in a storm. Each check yields what is wrong; nothing is well."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import datetime, timedelta
from typing import Any

from actors.register.commando import Mislukt, NietVerwerkt, Verwerking
from actors.register.gevolg import Beoordeling, Transactie
from actors.register.persoonsgegeven import Persoonsgegeven, onthul
from actors.register.staat import Staat
from actors.runtime.aggregaat import ID_HERGEBRUIKT, AggregateActor, lees_antwoord
from actors.runtime.berichten import Storing
from actors.runtime.kern import Registerkern
from actors.runtime.lezing import Registerlezing
from actors.simulatie.stormvergelijk import Antwoorden, Bevindingen, berekeningen, heffingen, passen, toerekeningen
from actors.simulatie.stormwaarheid import Waarheid
from actors.simulatie.stormwereld import DAGEN, Feit
from actors.verwerking.bekendmaking import Bekendmaker
from actors.verwerking.gevolgenverwerking import Projector
from actors.verwerking.identiteit import commando_sleutel
from actors.verwerking.standen import vouw
from storage.feed import Verstrekking
from storage.feed_memory import MemoryFeed
from storage.gevolgenstore import ZERO_HASH, Gevolgenstore, Head, ReaderPosition, Record
from storage.limits import CLOCK_TOLERANCE_SECONDS
from storage.opslag import Opslag
from storage.projectiestore_memory import MemoryProjectiestore
from storage.verify import verify

_KORT = 300
_GEEN_EINDE, _ALLES = 10_000, 1_000_000  # far more messages than rest takes, and transacties than a storm has
_BEGIN = Head(0, ZERO_HASH, None)
_TOLERANTIE = timedelta(seconds=CLOCK_TOLERANCE_SECONDS)


class Gezakt(BaseException):
    """A check found something. No actor may take it for a failure of its own, so it is no Exception."""

    def __init__(self, toets: str, verschil: str) -> None:
        """Keep the name of the check, and what it found, not too long."""
        super().__init__(verschil if len(verschil) <= _KORT else f"{verschil[:_KORT]}…")
        self.toets = toets


def _verschil(eerst: str, een: Any, dan: str, ander: Any) -> str:
    """Two values, where they differ: of mappings the keys, of two answers of one kind the fields."""
    if is_dataclass(een) and type(een) is type(ander):
        een, ander = ({veld.name: getattr(waarde, veld.name) for veld in fields(een)} for waarde in (een, ander))
    if isinstance(een, dict) and isinstance(ander, dict):
        anders = sorted(s for s in een.keys() | ander.keys() if een.get(s) != ander.get(s))
        een, ander = ({s: waarde.get(s) for s in anders} for waarde in (een, ander))
    return f"{eerst} {een}, {dan} {ander}"


# --- the journal ------------------------------------------------------------------------------------------------


def posities_sluiten_aan(nieuw: Iterable[Record], vorige: Head, nu: datetime) -> Bevindingen:
    """Positions have no gap, moments strictly increase, and none lies before the clock or further ahead than it may."""
    positie, moment = vorige.position, vorige.registered_at
    for record in nieuw:
        positie += 1
        if record.position != positie:
            yield f"na positie {positie - 1} kwam {record.position}"
        if moment is not None and record.registered_at <= moment:
            yield f"positie {positie}: {record.registered_at} komt niet na {moment}"
        if not nu <= record.registered_at <= nu + _TOLERANTIE + timedelta(microseconds=positie):
            yield f"positie {positie}: {record.registered_at}, terwijl de klok {nu} zei"
        positie, moment = record.position, record.registered_at


def een_effect(nieuw: Iterable[Transactie], eerder: set[str]) -> Bevindingen:
    """No commando has two transacties; `eerder` are the ids seen before, and learns the new ones."""
    for transactie in nieuw:
        if transactie.commando_id in eerder:
            yield f"{transactie.commando} {transactie.commando_id} staat er nog eens, op positie {transactie.positie}"
        eerder.add(transactie.commando_id)


def vastgelegd_blijft(kern: Registerkern, eerder: Head) -> Bevindingen:
    """What was recorded stands there as it was: the chain hash at the position seen last is still the same."""
    hoofd = kern.opslag.gevolgen.head().position
    if hoofd < eerder.position:
        yield f"{kern.naam} ging van positie {eerder.position} terug naar {hoofd}"
    elif eerder.position and kern.opslag.gevolgen.record(eerder.position).hash != eerder.hash:
        yield f"{kern.naam} heeft op positie {eerder.position} iets anders"


def keten_en_indexen_kloppen(opslag: Opslag) -> Bevindingen:
    """`verify` finds nothing."""
    for bevinding in verify(opslag):
        yield f"{bevinding.what} {bevinding.where}: {bevinding.sentence}"


def bevestigd_blijft(kern: Registerkern, boek: Mapping[str, Verwerking]) -> Bevindingen:
    """Every commando that was answered is there, with that very answer."""
    for commando_id, antwoord in boek.items():
        bewaard = kern.opslag.gevolgen.outcome(commando_sleutel(commando_id))
        nu = None if bewaard is None else lees_antwoord(kern, commando_id, bewaard)
        if nu != antwoord:
            yield f"{commando_id}: {_verschil('geantwoord is', antwoord, 'in de opslag staat', nu)}"


def persoonsgegevens_leesbaar(kern: Registerkern) -> Bevindingen:
    """Every personal value in journal and feed opens with a key that was kept."""
    inhouden = {f"positie {record.position}": record.content for record in kern.opslag.gevolgen.read()}
    inhouden |= {f"verstrekking {v.number}": v.content for v in kern.opslag.feed.read()}
    for waar, inhoud in inhouden.items():
        if None in _persoonlijk(kern.serialisatie.van_bytes(inhoud)):
            yield f"een persoonsgegeven in {waar} van {kern.naam} heeft geen sleutel"


def _persoonlijk(waarde: Any) -> list[Any]:
    """All personal values in plain data, opened."""
    if isinstance(waarde, Persoonsgegeven):
        return [onthul(waarde)]
    delen = waarde.values() if isinstance(waarde, dict) else waarde if isinstance(waarde, list | tuple) else ()
    return [gevonden for deel in delen for gevonden in _persoonlijk(deel)]


def warm_is_gevouwen(actor: AggregateActor) -> Bevindingen:
    """The state that an aggregate has in memory is the fold of its stream."""
    if actor._staat is not None:
        gevouwen = _toestand(vouw(actor._kern.opslag.gevolgen, actor._kern.serialisatie, actor._naam))
        for wat, waarde in _toestand(actor._staat).items():
            if waarde != gevouwen[wat]:
                yield f"{actor._naam} heeft als {wat} {waarde}, uit het logboek volgt {gevouwen[wat]}"


def _toestand(staat: Staat) -> dict[str, Any]:
    """All there is to know of a state."""
    return {
        "volgnummer": staat.volgnummer,
        "wachtend": staat.wachtend,
        "claims": sorted(staat.actieve_claims(), key=lambda claim: claim.id),
        "basis": sorted(staat.basis().alle(), key=lambda lijn: lijn[:2]),
        "beeld": sorted(staat.beeld().alle(), key=lambda lijn: lijn[:2]),
    }


# --- the feed, and who reads ------------------------------------------------------------------------------------


def lezers_gaan_vooruit(eerder: Mapping[str, int], nu: Mapping[str, int]) -> Bevindingen:
    """No reader, feed or table goes back."""
    for lezer, positie in eerder.items():
        if nu.get(lezer, 0) < positie:
            yield f"{lezer} ging van {positie} terug naar {nu.get(lezer, 0)}"


def verstrekkingen_blijven(kern: Registerkern, eerder: Sequence[Verstrekking]) -> Bevindingen:
    """What was published is never changed: the same bytes and digest under the same number."""
    nu = list(kern.opslag.feed.read(limit=len(eerder)))
    if nu != eerder:
        anders = next((v.number for v, n in zip(eerder, nu, strict=False) if v != n), len(nu) + 1)
        yield f"verstrekking {anders} van {kern.naam} is niet meer wat zij was"


def eenmaal_bekendgemaakt(kern: Registerkern) -> Bevindingen:
    """Nothing is made known twice: a notificatie once per transactie, a letter once per transactie and betrokkene."""
    geteld: Counter[tuple[int, str, str]] = Counter()
    for verstrekking in kern.opslag.feed.read():
        inhoud = kern.serialisatie.van_bytes(verstrekking.content)
        geteld[verstrekking.source_position, verstrekking.naam, inhoud.get("aan", "")] += 1
    for (positie, naam, aan), aantal in geteld.items():
        if aantal > 1:
            yield f"{kern.naam} maakte {naam} over positie {positie} {aantal} keer bekend{aan and f' aan {aan}'}"


def alles_bekendgemaakt(kern: Registerkern) -> Bevindingen:
    """The feed is what the journal leads to: rendered again from the start, it is the same, byte for byte."""
    opslag = kern.opslag
    nieuw = MemoryFeed(kern.naam)
    Bekendmaker(kern.context, opslag.gevolgen, nieuw, kern.serialisatie).werk(_ALLES)
    eerst, opnieuw = ([(v.source_position, v.naam, v.content) for v in feed.read()] for feed in (opslag.feed, nieuw))
    if eerst != opnieuw:
        anders = next((n for n, (een, ander) in enumerate(zip(eerst, opnieuw, strict=False), 1) if een != ander), 0)
        yield f"{kern.naam} heeft {len(eerst)} verstrekkingen, opnieuw {len(opnieuw)}; eerste verschil bij {anders}"


def alles_beoordeeld(kern: Registerkern, bron: Registerkern, transacties: Iterable[Transactie]) -> Bevindingen:
    """Every verstrekking that was read has one judgement, and none that was not read has one."""
    stand = kern.opslag.gevolgen.reader(bron.naam)
    vertaald = {v.notificatie.naam for v in kern.context.vertalingen if v.bron == bron.naam}
    gelezen = bron.opslag.feed.read(limit=stand.position) if stand else ()
    verwacht = Counter(v.number for v in gelezen if v.naam in vertaald)
    inhouden = (g.inhoud for t in transacties for g in t.gevolgen)
    beoordeeld = Counter(i.nummer for i in inhouden if isinstance(i, Beoordeling) and i.bron == bron.naam)
    for nummer in sorted(verwacht.keys() | beoordeeld.keys()):
        if verwacht[nummer] != beoordeeld[nummer]:
            gedaan = f"{verwacht[nummer]} keer gelezen en {beoordeeld[nummer]} keer beoordeeld"
            yield f"{kern.naam} heeft verstrekking {nummer} van {bron.naam} {gedaan}"


# --- answers ----------------------------------------------------------------------------------------------------


def ander_onder_zelfde_id_geweigerd(antwoord: Verwerking) -> Bevindingen:
    """Something else under an id that was answered before is not processed."""
    if not isinstance(antwoord, NietVerwerkt) or antwoord.regel != ID_HERGEBRUIKT.regel:
        yield f"het antwoord was {antwoord}"


def alles_beantwoord(onderweg: int) -> Bevindingen:
    """When there is nothing left to do, no offer waits for an answer."""
    if onderweg:
        yield f"{onderweg} aanbiedingen bleven zonder antwoord"


def stilte_komt(bezorgd: int) -> Bevindingen:
    """Without news from outside there is an end to the work: so many messages were handed over since there was any."""
    if bezorgd > _GEEN_EINDE:
        yield f"na {bezorgd} berichten is er nog altijd werk"


def niemand_draait_rond(eerder: tuple[ReaderPosition, int] | None, nu: tuple[ReaderPosition, int]) -> Bevindingen:
    """A translator offers the same slice again only after a hint: `nu` is where it is, and how often it was hinted."""
    if eerder == nu:
        yield f"tot {nu[0].position} werd nog eens aangeboden, zonder nieuwe hint"


def niets_faalt(bericht: Any, *, verklaard: bool) -> Bevindingen:
    """No actor fails, unless a clock that is behind, or a disk, explains it."""
    if isinstance(bericht, Storing | Mislukt) and not verklaard:
        yield f"{bericht}"
    elif type(bericht).__name__ == "PoisonMessage":
        yield f"een actor kon een bericht niet aan: {bericht}"


# --- at rest ----------------------------------------------------------------------------------------------------


def rust_is_rust(registers: Registerlezing, bronnen: Mapping[str, Iterable[str]]) -> Bevindingen:
    """At rest everyone has come to the end of what he reads; `bronnen` are the registers that each one reads."""
    standen = registers.standen()
    for register, stand in standen.items():
        gekomen = {"bekendmaker": stand["bekendgemaakt_tot"], "projector": stand["geprojecteerd_tot"]}
        einde = dict.fromkeys(gekomen, stand["positie"])
        for bron in bronnen[register]:
            gekomen[bron] = stand["gelezen"].get(bron, 0)
            einde[bron] = standen[bron]["verstrekkingen"]
        for lezer, positie in gekomen.items():
            if positie != einde[lezer]:
                yield f"{register}/{lezer} bleef staan bij {positie}, het einde is {einde[lezer]}"


def tabellen_als_herbouwd(kern: Registerkern) -> Bevindingen:
    """Every table is, row for row and in all that it was, what the journal gives when it is built again."""
    opslag = kern.opslag
    nieuw = MemoryProjectiestore(kern.naam)
    Projector(kern.context, opslag.gevolgen, nieuw, kern.serialisatie).werk(_ALLES)
    for tabel in nieuw.projecties():
        for sleutel in sorted({*opslag.projecties.keys(tabel), *nieuw.keys(tabel)}):
            if opslag.projecties.versions(tabel, sleutel) != nieuw.versions(tabel, sleutel):
                yield f"{kern.naam}/{tabel}: rij {sleutel.decode()} is anders dan herbouwd"


def antwoorden_als_berekend(registers: Registerlezing, waarheid: Waarheid) -> Bevindingen:
    """The tables answer, day by day, what follows from the facts that were processed, and how sure that is."""
    for dag in DAGEN:
        antwoorden = Antwoorden(registers, dag)
        yield from berekeningen(waarheid, antwoorden)
        yield from heffingen(waarheid, antwoorden)
        yield from passen(waarheid, antwoorden)
    yield from toerekeningen(waarheid, registers, DAGEN)


def niets_staat_open(waarheid: Waarheid) -> Bevindingen:
    """At the end no doubt is open, and every terugmelding has its answer."""
    for naam in waarheid.open:
        yield f"{naam} staat nog open"


# --- what was seen so far ---------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Gezien:
    """What was seen of one register: where it was, and all that was answered."""

    hoofd: Head = _BEGIN
    commandos: set[str] = field(default_factory=set)
    verstrekkingen: list[Verstrekking] = field(default_factory=list)
    standen: dict[str, int] = field(default_factory=dict)
    boek: dict[str, Verwerking] = field(default_factory=dict)


class Toezicht:
    """Holds the registers against what was seen of them before; raises Gezakt.

    `kernen` are the registers over their bare stores; who opens those anew puts others in it. `uitgevoerd` counts.
    """

    def __init__(self, kernen: Mapping[str, Registerkern]) -> None:
        self.uitgevoerd = 0
        self._kernen = kernen
        self._gezien: dict[str, _Gezien] = defaultdict(_Gezien)

    def toets(self, toets: Callable[..., Bevindingen], *gegevens: Any, **opties: Any) -> None:
        """Run one check."""
        self.uitgevoerd += 1
        try:
            verschil = next(toets(*gegevens, **opties), None)
        except Exception as fout:
            raise Gezakt(toets.__name__, f"{type(fout).__name__}: {fout}") from fout
        if verschil is not None:
            raise Gezakt(toets.__name__, verschil)

    def na_schrijven(self, register: str, nu: datetime) -> None:
        """After each write of a store of this register, while the clock says `nu`."""
        kern, gezien = self._kernen[register], self._gezien[register]
        nieuw = list(kern.opslag.gevolgen.read(gezien.hoofd.position))
        self.toets(posities_sluiten_aan, nieuw, gezien.hoofd, nu)
        self.toets(een_effect, (kern.serialisatie.decodeer(record) for record in nieuw), gezien.commandos)
        standen = _standen(kern)
        self.toets(lezers_gaan_vooruit, gezien.standen, standen)
        gezien.standen, gezien.hoofd = standen, kern.opslag.gevolgen.head()
        gezien.verstrekkingen += kern.opslag.feed.read(len(gezien.verstrekkingen))

    def na_antwoord(self, register: str, commando_id: str, antwoord: Verwerking) -> None:
        """An answer that can be relied on has reached whoever offered the commando."""
        kern, eerder = self._kernen[register], self._gezien[register].boek.setdefault(commando_id, antwoord)
        self.toets(bevestigd_blijft, kern, {commando_id: antwoord})
        self.toets(bevestigd_blijft, kern, {commando_id: eerder})

    def zonder_tabel(self, register: str, tabel: str) -> None:
        """This table was lost; it is built again."""
        self._gezien[register].standen.pop(tabel, None)

    def op_de_opslag(self) -> None:
        """All that holds of the stores at any moment between two writes."""
        for naam, kern in self._kernen.items():
            gezien = self._gezien[naam]
            self.toets(vastgelegd_blijft, kern, gezien.hoofd)
            self.toets(verstrekkingen_blijven, kern, gezien.verstrekkingen)
            self.toets(lezers_gaan_vooruit, gezien.standen, _standen(kern))
            self.toets(persoonsgegevens_leesbaar, kern)
            self.toets(eenmaal_bekendgemaakt, kern)
            self.toets(keten_en_indexen_kloppen, kern.opslag)
            self.toets(bevestigd_blijft, kern, gezien.boek)
            for bron in kern.bronnen():
                transacties = (kern.serialisatie.decodeer(record) for record in kern.opslag.gevolgen.read())
                self.toets(alles_beoordeeld, kern, self._kernen[bron], transacties)

    def in_stilte(self, warm: Iterable[AggregateActor], onderweg: int) -> None:
        """All that holds when no message is on its way, with these aggregates in memory and so many offers waiting."""
        self.toets(alles_beantwoord, onderweg)
        for actor in warm:
            self.toets(warm_is_gevouwen, actor)

    def in_rust(self, registers: Registerlezing, verteld: Iterable[Feit]) -> None:
        """All that holds when everyone has caught up; `verteld` is all that was ever offered."""
        bronnen = {naam: kern.bronnen() for naam, kern in self._kernen.items()}
        self.toets(rust_is_rust, registers, bronnen)
        self.op_de_opslag()
        for kern in self._kernen.values():
            self.toets(alles_bekendgemaakt, kern)
            self.toets(tabellen_als_herbouwd, kern)
        self.toets(antwoorden_als_berekend, registers, self._waarheid(verteld))

    def aan_het_eind(self, verteld: Iterable[Feit]) -> None:
        """All that holds when nothing more is told."""
        self.toets(niets_staat_open, self._waarheid(verteld))

    def _waarheid(self, verteld: Iterable[Feit]) -> Waarheid:
        """What follows from the facts that were recorded, in the order in which they were."""
        gevolgen = {naam: kern.opslag.gevolgen for naam, kern in self._kernen.items()}
        return Waarheid(zoals_vastgelegd(gevolgen, verteld))


def zoals_vastgelegd(gevolgen: Mapping[str, Gevolgenstore], verteld: Iterable[Feit]) -> list[Feit]:
    """The facts that led to something, per register in the order in which they were recorded."""
    plaatsen = {}
    for feit in verteld:
        bewaard = gevolgen[feit.register].outcome(commando_sleutel(feit.aangeboden.id))
        if bewaard is not None and bewaard.position:
            plaatsen[feit] = bewaard.position
    return sorted(plaatsen, key=lambda feit: plaatsen[feit])


def _standen(kern: Registerkern) -> dict[str, int]:
    """How far everyone is who follows something in this register."""
    opslag = kern.opslag
    bron = opslag.feed.source()
    tabellen = {naam: opslag.projecties.position(naam) for naam in opslag.projecties.projecties()}
    return {
        "bekendmaker": bron.position if bron else 0,
        **{f"lezer van {naam}": stand.position for naam, stand in opslag.gevolgen.readers().items()},
        **{naam: stand.position for naam, stand in tabellen.items() if stand},
    }
