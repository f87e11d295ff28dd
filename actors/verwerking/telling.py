"""Telling: what came into the journal and the feed of a register after some place, counted."""

from collections import Counter
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Any

from actors.register.context import Context
from actors.register.gevolg import Afleiding, Transactie
from actors.register.staat import Staat
from actors.register.taak import EN
from actors.register.tijdlijnen import Onderwerp, Stuk, knip, stuk_op
from actors.verwerking.serialisatie import Serialisatie
from actors.verwerking.standen import vouw
from storage.opslag import Opslag

_Plek = tuple[str, Onderwerp]
"""A besluit: the gegeven that a rule gives, and what it is about."""


@dataclass(frozen=True, slots=True)
class Plaats:
    """A place to count from: a position in the journal of a register, and a number in its feed."""

    positie: int
    verstrekking: int


def plaats_van(opslag: Opslag) -> Plaats:
    """Where the journal and the feed of a register end now."""
    return Plaats(opslag.gevolgen.head().position, opslag.feed.head()[0])


class Verschil(StrEnum):
    """What a besluit comes to be on a day; `anders` is another value that is neither higher nor lower."""

    OMHOOG = "omhoog"
    OMLAAG = "omlaag"
    ANDERS = "anders"
    NIEUW = "nieuw"
    INGETROKKEN = "ingetrokken"
    GELIJK = "gelijk"


@dataclass(slots=True)
class Besluittelling:
    """Of one kind of besluit: for how many onderwerpen it came to be another one, of those with something recorded.

    `ooit` counts an onderwerp once for each verschil that there is on any day, so it may be in both `omhoog` and
    `omlaag`; `gelijk` are those that are the same on every day. `op_dag` counts it for the day that was asked alone,
    and `overgangen` how often which value became which on that day: (was, wordt) → number, None where there was none.
    """

    regel: str
    gegeven: str
    ooit: Counter[Verschil] = field(default_factory=Counter)
    op_dag: Counter[Verschil] = field(default_factory=Counter)
    overgangen: Counter[tuple[Any, Any]] = field(default_factory=Counter)

    def tel(self, was: Sequence[Stuk], wordt: Sequence[Stuk], dag: date) -> None:
        """Count one onderwerp by its time line before and after."""
        ooit = {een for vanaf, _ in knip([was, wordt]) if (een := verschil(_op(was, vanaf), _op(wordt, vanaf)))}
        self.ooit.update(ooit - {Verschil.GELIJK} or ooit)
        eerst, dan = _op(was, dag), _op(wordt, dag)
        anders = verschil(eerst, dan)
        if anders:
            self.op_dag[anders] += 1
        if eerst != dan:
            self.overgangen[_vast(eerst), _vast(dan)] += 1


def verschil(was: Any, wordt: Any) -> Verschil | None:
    """How one value differs from another (None: there is none); None when there is neither."""
    if was == wordt:
        return None if was is None else Verschil.GELIJK
    if was is None:
        return Verschil.NIEUW
    if wordt is None:
        return Verschil.INGETROKKEN
    if not (_is_getal(was) and _is_getal(wordt)):
        return Verschil.ANDERS
    return Verschil.OMHOOG if wordt > was else Verschil.OMLAAG


@dataclass(slots=True)
class Registertelling:
    """What came into one register: gevolgen by name and by kind of change, aggregates by kind, verstrekkingen by name.

    `taken` and `aangehouden` are the besluiten and berekeningen that came to wait for another cause than before: for a
    person, or for an invoer in doubt.
    """

    register: str
    transacties: int = 0
    gevolgen: Counter[str] = field(default_factory=Counter)
    soorten: Counter[str] = field(default_factory=Counter)
    aggregaten: Counter[str] = field(default_factory=Counter)
    brieven: Counter[str] = field(default_factory=Counter)
    notificaties: Counter[str] = field(default_factory=Counter)
    taken: int = 0
    aangehouden: int = 0
    besluiten: list[Besluittelling] = field(default_factory=list)


def tel(context: Context, opslag: Opslag, serialisatie: Serialisatie, na: Plaats, dag: date) -> Registertelling:
    """Count what came after a place; besluiten are compared over all days, and as they hold on one."""
    telling = Registertelling(context.naam)
    geraakt: dict[tuple[str, str], list[Transactie]] = {}
    for record in opslag.gevolgen.read(na.positie):
        transactie = serialisatie.decodeer(record)
        telling.transacties += 1
        telling.gevolgen.update(gevolg.naam for gevolg in transactie.gevolgen)
        telling.soorten.update(gevolg.soort.value for gevolg in transactie.gevolgen)
        geraakt.setdefault((transactie.aggregaat, transactie.aggregaat_id), []).append(transactie)
    telling.aggregaten.update(soort for soort, _ in geraakt)
    for verstrekking in opslag.feed.read(na.verstrekking):
        brief = serialisatie.van_bytes(verstrekking.content)["vorm"] == "brief"
        (telling.brieven if brief else telling.notificaties)[verstrekking.naam] += 1
    for soort in context.aggregaten:
        besluiten = {r.geeft: Besluittelling(r.naam, r.geeft) for r in soort.regels if r.besluit}
        for (aggregaat, aggregaat_id), transacties in geraakt.items():
            if aggregaat == soort.naam:
                staat = vouw(opslag.gevolgen, serialisatie, f"{aggregaat}/{aggregaat_id}", na.positie)
                _tel_aggregaat(telling, besluiten, staat, transacties, dag)
        telling.besluiten += besluiten.values()
    return telling


def _tel_aggregaat(
    telling: Registertelling,
    besluiten: Mapping[str, Besluittelling],
    staat: Staat,
    transacties: list[Transactie],
    dag: date,
) -> None:
    """Count what changed in one aggregate: its state before is folded on to what it became."""
    plekken = dict.fromkeys(plek for t in transacties for plek in _besloten(t, besluiten))
    was = [_lijn(staat, plek) for plek in plekken]
    wachtte = _oorzaken(staat)
    for transactie in transacties:
        staat.pas_transactie_toe(transactie)
    for plek, eerst in zip(plekken, was, strict=True):
        besluiten[plek[0]].tel(eerst, _lijn(staat, plek), dag)
    wacht = {(taak, onderwerp, gegeven) for taak, onderwerp, gegeven, _ in _oorzaken(staat) - wachtte}
    telling.taken += sum(taak for taak, _, _ in wacht)
    telling.aangehouden += sum(not taak for taak, _, _ in wacht)


def _is_getal(waarde: Any) -> bool:
    return isinstance(waarde, int | Decimal | Fraction) and not isinstance(waarde, bool)


def _vast(waarde: Any) -> Any:
    """A value that can be counted by: of one that consists of parts its text."""
    return waarde if isinstance(waarde, Hashable) else str(waarde)


def _besloten(transactie: Transactie, besluiten: Mapping[str, Besluittelling]) -> Iterator[_Plek]:
    for gevolg in transactie.gevolgen:
        inhoud = gevolg.inhoud
        if isinstance(inhoud, Afleiding) and inhoud.gegeven in besluiten:
            yield inhoud.gegeven, inhoud.onderwerp


def _lijn(staat: Staat, plek: _Plek) -> tuple[Stuk, ...]:
    gegeven, onderwerp = plek
    return tuple(staat.vastgesteld(onderwerp, gegeven))


def _op(lijn: Sequence[Stuk], dag: date) -> Any:
    stuk = stuk_op(lijn, dag)
    return stuk.waarde if stuk else None


def _oorzaken(staat: Staat) -> set[tuple[bool, Onderwerp, str, str]]:
    """What waits, and each cause for which it does."""
    return {(w.taak, w.onderwerp, w.gegeven, deel) for w in staat.taken() for deel in w.kenmerk.split(EN)}
