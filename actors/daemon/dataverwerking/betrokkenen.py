"""Betrokkenen: about whom an answer tells something (AVG art. 4), decided from what the contexts declare. Pure.

An aggregate is about a person when it is one (`persoon`, or a letter goes to it), when a gegeven of it is personal, or
when it has a gegeven that names a person: the one a letter is addressed to, the column `betrokkene` of a table, or an
aggregate that is a person by its name. What is told of such an aggregate is told about whom it names, and about the
aggregate itself: personal values are kept under its id. A table or message for everybody that shows nothing personal,
and a ranking, are about nobody.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from actors.register.claim import Mededeling
from actors.register.context import Context
from actors.register.gevolg import Afleiding, Inhoud, Overname, Transactie, Vastlegging
from actors.register.leveringsmodel import OPENBAAR
from actors.register.persoonsgegeven import onthul
from actors.register.projectie import Eigen, Kolom, Projectie, RegelversieVan, Restant, UitInvoer
from actors.verwerking.antwoord import Antwoord, Vraagsoort
from actors.verwerking.generiek.soorten import BETROKKENE
from actors.verwerking.inhoudvormen import mededeling_van_data

_SPOREN = (Vraagsoort.HERKOMST, Vraagsoort.DOORWERKING)


class Betrokkene(NamedTuple):
    """A person as a register knows him: by the id in a gegeven, or of an aggregate, called `soort`."""

    register: str
    soort: str
    id: str

    @property
    def type(self) -> str:
        """The URI that says what kind of id it is."""
        return f"urn:gevolg:{self.register}:{self.soort}"


class Personen(NamedTuple):
    """Of one context: which aggregates are about a person, which gegevens name one, and which are personal."""

    context: Context
    aggregaten: frozenset[str]
    aanduidend: frozenset[str]
    persoonlijk: frozenset[str]

    @classmethod
    def van(cls, context: Context) -> "Personen":
        """What a context declares."""
        gegevens = {a.naam: {g.naam for g in a.gegevens} for a in context.aggregaten}
        personen = {a.naam for a in context.aggregaten if a.persoon}
        personen |= {brief.aggregaat for brief in context.brieven if brief.geadresseerde is None}
        aanduidend = personen & set().union(*gegevens.values())
        aanduidend |= {brief.geadresseerde for brief in context.brieven if brief.geadresseerde is not None}
        for tabel in context.projecties:
            if tabel.betrokkene is not None:
                aanduidend |= _gegeven(tabel.kolommen[tabel.betrokkene])
        persoonlijk = {g.naam for a in context.aggregaten for g in a.gegevens if g.persoonlijk}
        over = {naam for naam, eigen in gegevens.items() if eigen & (aanduidend | persoonlijk)}
        return cls(
            context, frozenset({*personen, *over, BETROKKENE.naam}), frozenset(aanduidend), frozenset(persoonlijk)
        )

    def toont(self, gegevens: Iterable[str]) -> bool:
        """Whether one of these gegevens says something about a person, or who it is."""
        return not (self.aanduidend | self.persoonlijk).isdisjoint(gegevens)

    def bij(self, aggregaat: str, sleutel: Iterable[str]) -> Iterator[Betrokkene]:
        """The aggregate itself, the first of its key, when it is about a person."""
        if aggregaat in self.aggregaten:
            for eerste in list(sleutel)[:1]:
                yield Betrokkene(self.context.naam, aggregaat, eerste)

    def genoemd(self, gezegd: Iterable[tuple[str, Any]]) -> Iterator[Betrokkene]:
        """Whom these values (each with its gegeven) name."""
        for gegeven, kaal in gezegd:
            waarde = onthul(kaal) if gegeven in self.aanduidend else None
            if isinstance(waarde, str):
                yield Betrokkene(self.context.naam, gegeven, waarde)


class Kring:
    """All registers of which is read: about whom of theirs something tells."""

    def __init__(self, contexten: Iterable[Context]) -> None:
        self._personen = {context.naam: Personen.van(context) for context in contexten}

    def van_antwoord(self, antwoord: Antwoord[Any]) -> tuple[Betrokkene, ...]:
        """About whom an answer tells, each once; the one who was asked about too when nothing is known of him."""
        vraag, inhoud = antwoord.vraag, antwoord.inhoud
        if vraag.soort in _SPOREN:
            return self.van_transacties(knoop.transactie for knoop in inhoud.knopen)
        personen = self._personen[vraag.register]
        if vraag.soort is Vraagsoort.TAKEN:
            return elk_eens(b for rij in inhoud for b in personen.bij(rij["aggregaat"], rij["onderwerp"]))
        tabel = next((t for t in personen.context.projecties if t.opslagnaam == vraag.leveringsmodel), None)
        if tabel is None:  # one gevolg, asked for by its aggregate
            aggregaat, *sleutel = vraag.sleutel
            return elk_eens(personen.bij(aggregaat, sleutel))
        if not _gaat_over_personen(personen, tabel):
            return ()
        rijen = inhoud if isinstance(inhoud, list) else [inhoud]
        in_rijen = (b for rij in rijen for b in _in_rij(personen, tabel, rij or {}))
        uit_rijen = in_rijen if vraag.soort is not Vraagsoort.UITLEG else ()
        return elk_eens((*personen.bij(tabel.aggregaat, vraag.sleutel), *uit_rijen))

    def van_transacties(self, transacties: Iterable[Transactie]) -> tuple[Betrokkene, ...]:
        """About whom these transacties, of any register, tell: by their aggregates, and whom they name."""
        gevonden: list[Betrokkene] = []
        for t in transacties:
            if t.register in self._personen:
                personen = self._personen[t.register]
                gevonden += personen.bij(t.aggregaat, (t.aggregaat_id,))
                gevonden += personen.genoemd(een for g in t.gevolgen for een in _gezegd(g.inhoud))
        return elk_eens(gevonden)

    def van_aggregaat(self, register: str, aggregaat: str, id_: str) -> tuple[Betrokkene, ...]:
        """About whom an aggregate is."""
        return tuple(self._personen[register].bij(aggregaat, (id_,)))

    def van_verstrekking(self, register: str, verstrekking: Mapping[str, Any]) -> tuple[Betrokkene, ...]:
        """About whom a letter or message that went out tells; `verstrekking` as it is kept, or delivered again."""
        personen = self._personen[register]
        context, bekendmaking = personen.context, verstrekking["bekendmaking"]
        if any(
            f"{bericht.naam}@{bericht.versie}" == bekendmaking
            and bericht.doelgroep == OPENBAAR
            and not personen.toont(bericht.gegevens)
            for bericht in context.notificaties
        ):
            return ()
        gevonden = list(personen.bij(verstrekking["aggregaat"], (verstrekking["id"],)))
        gevonden += personen.genoemd(een for m in verstrekking.get("mededelingen", ()) for een in _medegedeeld(m))
        gevonden += [
            Betrokkene(register, brief.geadresseerde or brief.aggregaat, str(verstrekking["aan"]))
            for brief in context.brieven
            if f"{brief.naam}@{brief.versie}" == bekendmaking and verstrekking.get("aan")
        ]
        return elk_eens(gevonden)


def elk_eens(gevonden: Iterable[Betrokkene]) -> tuple[Betrokkene, ...]:
    """Each once, in order."""
    return tuple(dict.fromkeys(gevonden))


def _gaat_over_personen(personen: Personen, tabel: Projectie) -> bool:
    if tabel.aggregaat not in personen.aggregaten or tabel.ranglijst is not None:
        return False
    return tabel.doelgroep != OPENBAAR or personen.toont(g for k in tabel.kolommen.values() for g in _gegeven(k))


def _in_rij(personen: Personen, tabel: Projectie, rij: Mapping[str, Any]) -> Iterator[Betrokkene]:
    yield from personen.bij(tabel.aggregaat, rij.get("onderwerp", ()))
    yield from personen.genoemd(
        (gegeven, rij.get(naam)) for naam, kolom in tabel.kolommen.items() for gegeven in _gegeven(kolom)
    )


def _gezegd(inhoud: Inhoud) -> Iterator[tuple[str, Any]]:
    """What a gevolg says: each value with its gegeven."""
    match inhoud:
        case Vastlegging(claims):
            yield from ((claim.gegeven, claim.waarde) for claim in claims)
        case Overname():
            for mededeling in inhoud.mededelingen:
                yield from _medegedeeld(mededeling)
        case Afleiding():
            yield from ((inhoud.gegeven, inhoud.stuk.waarde), (inhoud.gegeven, inhoud.was))


def _medegedeeld(mededeling: Mededeling | Mapping[str, Any] | list[Any]) -> Iterator[tuple[str, Any]]:
    """What is told, and was told before: as it is read, as it is delivered (a map), or as it is kept (a list)."""
    if isinstance(mededeling, Mapping):
        yield from ((mededeling["gegeven"], mededeling[naam]) for naam in ("waarde", "was"))
        return
    if isinstance(mededeling, list):
        mededeling = mededeling_van_data(mededeling)
    yield from ((mededeling.gegeven, waarde) for waarde in (mededeling.waarde, mededeling.was))


def _gegeven(kolom: Kolom) -> set[str]:
    """From which gegeven a column comes; a number of a rule version is of none."""
    match kolom:
        case Eigen(gegeven):
            return {gegeven}
        case UitInvoer(invoer=invoer):
            return {invoer}
        case RegelversieVan():
            return set()
        case Restant(van=van):
            return {van}
    return {kolom}
