"""Betrokkenen: about whom an answer tells something (AVG art. 4), decided from what the contexts declare. Pure.

An aggregate is about a person when a gegeven of it is personal, when a letter goes to it, or when it has a gegeven that
names a person: the one a letter is addressed to, the column `betrokkene` of a table, or another such aggregate of the
context by its name. What is told of such an aggregate is told about whom it names, and about the aggregate itself:
personal values are kept under its id. A table for everybody that shows nothing personal, and a ranking, are about
nobody.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from actors.register.context import Context
from actors.register.gevolg import Transactie
from actors.register.leveringsmodel import OPENBAAR
from actors.register.persoonsgegeven import onthul
from actors.register.projectie import Eigen, Kolom, Projectie, RegelversieVan, Restant, UitInvoer
from actors.verwerking.antwoord import Antwoord, Vraagsoort
from actors.verwerking.generiek.soorten import BETROKKENE

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
    """Which aggregates of a context are about a person, which gegevens name one, and which are personal."""

    aggregaten: frozenset[str]
    aanduidend: frozenset[str]
    persoonlijk: frozenset[str]

    @classmethod
    def van(cls, context: Context) -> "Personen":
        """What a context declares."""
        aanduidend = {brief.geadresseerde for brief in context.brieven if brief.geadresseerde is not None}
        for tabel in context.projecties:
            if tabel.betrokkene is not None:
                aanduidend |= _gegeven(tabel.kolommen[tabel.betrokkene])
        persoonlijk = {g.naam for a in context.aggregaten for g in a.gegevens if g.persoonlijk}
        gevonden = {brief.aggregaat for brief in context.brieven if brief.geadresseerde is None}
        while True:
            meer = {
                a.naam
                for a in context.aggregaten
                if {g.naam for g in a.gegevens} & (aanduidend | persoonlijk | gevonden) and a.naam not in gevonden
            }
            if not meer:
                aanduidend |= gevonden & {g.naam for a in context.aggregaten for g in a.gegevens}
                return cls(frozenset({*gevonden, BETROKKENE.naam}), frozenset(aanduidend), frozenset(persoonlijk))
            gevonden |= meer


def betrokkenen_van(contexten: Mapping[str, Context], antwoord: Antwoord[Any]) -> tuple[Betrokkene, ...]:
    """About whom an answer tells, each once; the one who was asked about too when nothing is known of him."""
    vraag = antwoord.vraag
    if vraag.soort in _SPOREN:
        return betrokkenen_van_transacties(contexten, (knoop.transactie for knoop in antwoord.inhoud.knopen))
    context = contexten[vraag.register]
    personen = Personen.van(context)
    if vraag.soort is Vraagsoort.TAKEN:
        return _elk_eens(
            b for rij in antwoord.inhoud for b in _bij(context, personen, rij["aggregaat"], rij["onderwerp"])
        )
    tabel = next((tabel for tabel in context.projecties if tabel.opslagnaam == vraag.leveringsmodel), None)
    if tabel is None:  # one gevolg, asked for by its aggregate
        aggregaat, *sleutel = vraag.sleutel
        return _elk_eens(_bij(context, personen, aggregaat, sleutel))
    if not _gaat_over_personen(personen, tabel):
        return ()
    gevonden = list(_bij(context, personen, tabel.aggregaat, vraag.sleutel))
    inhoud = antwoord.inhoud if isinstance(antwoord.inhoud, list) else [antwoord.inhoud]
    for rij in inhoud if vraag.soort is not Vraagsoort.UITLEG else []:
        gevonden += _in_rij(context, personen, tabel, rij or {})
    return _elk_eens(gevonden)


def betrokkenen_van_transacties(
    contexten: Mapping[str, Context], transacties: Iterable[Transactie]
) -> tuple[Betrokkene, ...]:
    """About whom these transacties, of any register, tell: by their aggregates."""
    personen = {naam: Personen.van(context) for naam, context in contexten.items()}
    return _elk_eens(
        een
        for t in transacties
        if t.register in contexten
        for een in _bij(contexten[t.register], personen[t.register], t.aggregaat, (t.aggregaat_id,))
    )


def betrokkenen_van_verstrekking(context: Context, verstrekking: Mapping[str, Any]) -> tuple[Betrokkene, ...]:
    """About whom a letter or message that went out tells; `verstrekking` as it is delivered again."""
    gevonden = list(_bij(context, Personen.van(context), verstrekking["aggregaat"], (verstrekking["id"],)))
    gevonden += [
        Betrokkene(context.naam, brief.geadresseerde or brief.aggregaat, str(verstrekking["aan"]))
        for brief in context.brieven
        if f"{brief.naam}@{brief.versie}" == verstrekking["bekendmaking"] and verstrekking.get("aan")
    ]
    return _elk_eens(gevonden)


def _gaat_over_personen(personen: Personen, tabel: Projectie) -> bool:
    if tabel.aggregaat not in personen.aggregaten or tabel.ranglijst is not None:
        return False
    toont = {gegeven for kolom in tabel.kolommen.values() for gegeven in _gegeven(kolom)}
    return tabel.doelgroep != OPENBAAR or bool(toont & (personen.aanduidend | personen.persoonlijk))


def _in_rij(context: Context, personen: Personen, tabel: Projectie, rij: Mapping[str, Any]) -> Iterator[Betrokkene]:
    yield from _bij(context, personen, tabel.aggregaat, rij.get("onderwerp", ()))
    for naam, kolom in tabel.kolommen.items():
        for gegeven in _gegeven(kolom) & personen.aanduidend:
            waarde = onthul(rij.get(naam))
            if isinstance(waarde, str):
                yield Betrokkene(context.naam, gegeven, waarde)


def _bij(context: Context, personen: Personen, aggregaat: str, sleutel: Iterable[str]) -> Iterator[Betrokkene]:
    """The aggregate itself, the first of its key, when it is about a person."""
    if aggregaat in personen.aggregaten:
        for eerste in list(sleutel)[:1]:
            yield Betrokkene(context.naam, aggregaat, eerste)


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


def _elk_eens(gevonden: Iterable[Betrokkene]) -> tuple[Betrokkene, ...]:
    return tuple(dict.fromkeys(gevonden))
