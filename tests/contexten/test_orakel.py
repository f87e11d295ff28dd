"""Whatever happened, and however it was told, the answers at rest are those of an oracle that knows only the facts.

A history is drawn as a storm draws it (`stormtegenslag`), and told three times: in order, with rest after each fact; in
another order that is allowed, in handfuls, each fact twice and without rest; and with the system abandoned and opened
again in between, with and without levering. What depends on another fact is told after it, and facts about the same
claim keep their order: all else may overtake all else.

Guarantee G11: order of arrival, redelivery and overtaking cannot change the answers at rest.
"""

from collections.abc import Iterator, Sequence
from dataclasses import fields
from datetime import date
from fractions import Fraction
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from actors.contexten.spitspas import regels as spitspas
from actors.contexten.wegonderhoud.commandos import CorrigeerAutogegevens, RegistreerAuto
from actors.register.aantekeningen import Aantekeningen
from actors.register.commando import Mislukt
from actors.register.tijdlijnen import Ontbreekt
from actors.runtime import kern
from actors.runtime.systeem import RegisterSystem
from actors.simulatie.stormtegenslag import trek_feiten
from actors.simulatie.stormvergelijk import Antwoorden, berekeningen, heffingen, passen, toerekeningen
from actors.simulatie.stormwaarheid import Waarheid
from actors.simulatie.stormwereld import DAGEN, Feit
from actors.simulatie.toetsen import zoals_vastgelegd
from actors.verwerking import afleiding, beantwoorden, bekendmaking, berekening, rijen
from actors.verwerking.generiek.commandos import Degistreer, Herstel, RegistreerRegelversie
from actors.verwerking.inhoudvormen import mededeling_van_data
from storage.opslag import Opslag, in_memory
from tests.contexten.geplant import Fouten, Plant
from tests.wereld import vaste_wereld

GEVRAAGD = (date(2025, 12, 15), *DAGEN, date(2027, 1, 1))
REGISTERS = ("wegonderhoud", "aanschafheffing", "spitspas")


# --- the facts, and the orders in which they may be told ------------------------------------------------------

Sleutel = tuple[tuple[str, ...], str | None]


def geschiedenis(seed: int, aantal: int, weg: Sequence[bool]) -> list[Feit]:
    """So many facts and what ends their doubts; without those that fall out, and what depends on them."""
    feiten: dict[int, Feit] = {}
    for feit, valt_uit in zip(trek_feiten(seed, aantal), [*weg, *[False] * 99], strict=False):
        if feiten.keys() >= {*feit.na} and not (valt_uit and not feit.sluit):
            feiten[feit.nummer] = feit
    return list(feiten.values())


def raakt(feit: Feit, eerder: dict[str, list[Sleutel]]) -> list[Sleutel]:
    """Which claims a fact is about: a path, and a gegeven there (None: all of it and below). `eerder`: by doubt."""
    c, naam = feit.aangeboden.commando, getattr(feit.aangeboden.commando, "twijfel_id", None)
    naam = naam or getattr(c, "terugmelding_id", None)
    if naam in eerder:
        return eerder[naam]
    waar = f"{feit.register}/{getattr(c, 'aggregaat', 'zaak')}".replace("zaak", _SOORT[feit.register])
    plekken: list[Sleutel] = []
    if isinstance(c, RegistreerRegelversie):
        plekken = [((f"{feit.register}/regelversie", c.regelversie_id, str(c.versie)), None)]
    elif hasattr(c, "correcties"):
        plekken = [((waar, *stap.betreft.onderwerp), stap.betreft.gegeven) for stap in c.correcties]
    elif isinstance(c, Degistreer | Herstel) and feit.register == "spitspas":
        plekken = [((waar, c.aggregaat_id), None)]  # a household in which nobody is left takes no newcomers
    elif getattr(c, "betreft", None) is not None:
        plekken = [((waar, *c.betreft.onderwerp), c.betreft.gegeven)]
    elif hasattr(c, "onderwerp"):
        plekken = [((waar, *c.onderwerp), c.gegeven)]
    elif isinstance(c, CorrigeerAutogegevens):
        maten = [veld.name for veld in fields(c) if getattr(c, veld.name) is not None]
        plekken = [((waar, c.auto_id), gegeven) for gegeven in maten if gegeven not in ("auto_id", "behoud_twijfel")]
        plekken += [((waar, c.auto_id, c.aanschaf_id), None)] if c.aanschaf_id else []
    else:
        plekken = list(_plekken(waar, c))
    if getattr(c, "kenteken", None) or (isinstance(c, Degistreer | RegistreerAuto) and plekken[0][0][0] == AUTO):
        plekken = [*plekken, (("kenteken",), None)]  # two cars may want the same one
    if naam is not None:
        eerder[naam] = plekken
    return plekken


AUTO = "wegonderhoud/auto"
_SOORT = {"wegonderhoud": "auto", "aanschafheffing": "auto", "spitspas": "huishouden"}


def _plekken(waar: str, c: Any) -> Iterator[Sleutel]:
    """Of the commando's of the contexts themselves."""
    if hasattr(c, "betaling_id"):
        yield (waar, c.auto_id, c.aanschaf_id, c.betaling_id), None
    elif isinstance(c, RegistreerAuto):
        yield (waar, c.auto_id), None
    elif hasattr(c, "aanschaf"):
        yield (waar, c.auto_id, c.aanschaf.aanschaf_id), None
    elif hasattr(c, "leden"):
        yield (waar, c.huishouden_id), None
    else:
        for lid in (*c.toetredingen, *c.vertrekken):
            yield (waar, c.huishouden_id, lid.persoon_id), None


def botst(een: Sleutel, ander: Sleutel) -> bool:
    """Whether two of these are about the same claim."""
    (plek, gegeven), (andere, ander_gegeven) = sorted((een, ander), key=lambda s: len(s[0]))
    if gegeven is None:
        return andere[: len(plek)] == plek
    return plek == andere and ander_gegeven in (None, gegeven)


def andere_volgorde(feiten: list[Feit], kans: Random) -> list[Feit]:
    """Any order that keeps what depends on each other as it is."""
    bekend: dict[str, list[Sleutel]] = {}
    sleutels = {feit.nummer: raakt(feit, bekend) for feit in feiten}
    na = {feit.nummer: {*feit.na} for feit in feiten}
    for n, feit in enumerate(feiten):
        for eerder in feiten[:n]:
            if any(botst(een, ander) for een in sleutels[feit.nummer] for ander in sleutels[eerder.nummer]):
                na[feit.nummer].add(eerder.nummer)
    uit: list[Feit] = []
    while len(uit) < len(feiten):
        verteld = {feit.nummer for feit in uit}
        kan = [f for f in feiten if f.nummer not in verteld and verteld >= na[f.nummer]]
        uit.append(kans.choice(kan))
    return uit


# --- telling them -------------------------------------------------------------------------------------------


class Blijvend(Opslag):
    """Stores in memory that outlive a system that was abandoned."""

    __slots__ = ()

    def close(self) -> None:
        """Whoever opens them next goes on."""


class Vertelling:
    """The registers, the facts that were told to them, and what they answer."""

    def __init__(self, zaad: str) -> None:
        self._wereld = vaste_wereld(zaad)
        self._opslagen: dict[str, Opslag] = {}
        self.verteld: list[Feit] = []
        self.open()

    def open(self, *, levering: bool = True) -> None:
        """Let go of the system there was, whatever it was doing, and open another."""
        self.registers = RegisterSystem(self._openen, buitenwereld=self._wereld, versie="test", levering=levering)

    def _openen(self, naam: str) -> Opslag:
        if naam not in self._opslagen:
            nieuw = in_memory(naam, clock=self._wereld.klok, random_bytes=self._wereld.willekeur)
            self._opslagen[naam] = Blijvend(nieuw.gevolgen, nieuw.feed, nieuw.projecties, nieuw.sleutels)
        return self._opslagen[naam]

    def vertel(self, feiten: Sequence[Feit]) -> None:
        """Tell them in this order."""
        self.verteld += feiten
        antwoorden = self.registers.verwerk_alle([feit.aangeboden for feit in feiten])
        assert not any(isinstance(antwoord, Mislukt) for antwoord in antwoorden)

    def rust(self) -> Waarheid:
        """Come to rest; every answer has to be that of the oracle."""
        self.registers.wacht_op_rust()
        stores = {naam: opslag.gevolgen for naam, opslag in self._opslagen.items()}
        waarheid = Waarheid(zoals_vastgelegd(stores, self.verteld))
        for dag in GEVRAAGD:
            antwoorden = Antwoorden(self.registers, dag)
            for vergelijk in (berekeningen, heffingen, passen):
                assert [*vergelijk(waarheid, antwoorden)] == []
        assert [*toerekeningen(waarheid, self.registers, GEVRAAGD)] == []
        return waarheid

    def van_kracht(self) -> dict[Any, Any]:
        """The decisions that are in force, day by day."""
        uit: dict[Any, Any] = {}
        for dag in GEVRAAGD:
            antwoorden = Antwoorden(self.registers, dag)
            for tabel, gegeven in BESLUITEN.items():
                uit |= {(o, gegeven, dag): rij[gegeven] for o, rij in antwoorden.rijen(tabel).items()}
        return uit


HEFFING = "heffing_eurocent"
BESLUITEN = {"spitspas/huishouden": "punten", "aanschafheffing/referentietabel": HEFFING}


def in_volgorde(feiten: list[Feit]) -> Waarheid:
    """One by one, with rest after each. What rests on doubt is not decided anew."""
    vertelling = Vertelling("in volgorde")
    waarheid, eerder = vertelling.rust(), vertelling.van_kracht()
    for feit in feiten:
        vertelling.vertel([feit])
        waarheid, nu = vertelling.rust(), vertelling.van_kracht()
        for plek, besluit in besluiten(waarheid).items():
            if waarheid.schort_op(besluit):
                # What is in force stays, also when a levy is shown from another day on.
                elders = (*plek[:2], GEVRAAGD[-1]) if plek[1] == HEFFING else plek
                stond = {eerder.get(plek), eerder.get(elders)}
                assert nu.get(plek) in stond, f"{plek} is beslist op twijfel"
        eerder = nu
    assert waarheid.open == []
    return waarheid


def besluiten(waarheid: Waarheid) -> dict[Any, Any]:
    """Every decision of the oracle, by the same key as what is in force."""
    uit: dict[Any, Any] = {}
    for dag in GEVRAAGD:
        uit |= {((naam,), "punten", dag): effect for naam, effect, _ in waarheid.huishoudens(dag)}
        for auto, aanschaf in waarheid.heffingen():
            koopdag, heffing = waarheid.koopdag(aanschaf), waarheid.heffing(auto, aanschaf, dag)
            if heffing is not None and koopdag is not None and koopdag <= dag:
                uit[aanschaf[1:], HEFFING, dag] = heffing
    return uit


def door_elkaar(feiten: list[Feit], kans: Random) -> Waarheid:
    """In another order, in handfuls, each fact twice, without rest in between."""
    vertelling = Vertelling("door elkaar")
    for deel in handen_vol(andere_volgorde(feiten, kans), kans):
        vertelling.vertel(deel)
        vertelling.vertel(kans.sample(vertelling.verteld, min(len(deel), len(vertelling.verteld))))
    vertelling.vertel(feiten)
    return vertelling.rust()


def met_afbreken(feiten: list[Feit], kans: Random) -> Waarheid:
    """In another order, and abandoned now and then: what was made known goes on in whatever comes next."""
    vertelling = Vertelling("met afbreken")
    for deel in handen_vol(andere_volgorde(feiten, kans), kans):
        vertelling.vertel(deel)
        if kans.random() < 0.5:  # as often as not
            vertelling.open(levering=kans.random() < 0.5)
    vertelling.open()
    return vertelling.rust()


def handen_vol(feiten: list[Feit], kans: Random) -> Iterator[list[Feit]]:
    while feiten:
        aantal = kans.choice((1, 2, 5))
        yield feiten[:aantal]
        feiten = feiten[aantal:]


def antwoorden_van(waarheid: Waarheid) -> list[Any]:
    """All that the oracle says, without doubts: they are all ended."""
    zeker = {plek: (b.waarde, b.mist, b.regelversie, b.punten) for plek, b in besluiten(waarheid).items()}
    return [zeker, *(waarheid.tabellen(dag) for dag in GEVRAAGD), *map(waarheid.planning, GEVRAAGD)]


# --- the property -------------------------------------------------------------------------------------------


@settings(max_examples=40, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    aantal=st.integers(3, 12),
    weg=st.lists(st.booleans(), max_size=12),
    kans=st.randoms(use_true_random=False),
)
def test_however_it_is_told_the_answers_at_rest_follow_from_the_facts_alone(
    seed: int, aantal: int, weg: list[bool], kans: Random
) -> None:
    feiten = geschiedenis(seed, aantal, weg)
    verwacht = antwoorden_van(in_volgorde(feiten))
    assert antwoorden_van(door_elkaar(feiten, kans)) == verwacht
    assert antwoorden_van(met_afbreken(feiten, kans)) == verwacht


# --- every comparison finds its fault -------------------------------------------------------------------------

FOUTEN = Fouten()


@FOUTEN.vindt("wegonderhoud/auto")
def doubt_that_does_not_reach_what_follows_from_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(berekening, "_twijfels", lambda _gebruikt: frozenset())


@FOUTEN.vindt("wegonderhoud/auto")
def a_degistratie_that_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Aantekeningen, "degistreer", lambda *_wat: None)


@FOUTEN.vindt("wegonderhoud/auto")
def an_onderzoek_that_confirms_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Aantekeningen, "_bevestig", lambda *_wat: None)


@FOUTEN.vindt("wegonderhoud/planning")
def a_planning_that_ranks_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(beantwoorden, "rangschik", lambda *_wat, **_rest: [])


@FOUTEN.vindt("aanschafheffing/auto")
def doubt_that_stays_at_home(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        bekendmaking, "mededeling_van_data", lambda data: mededeling_van_data(data)._replace(twijfels=frozenset())
    )


@FOUTEN.vindt("aanschafheffing/heffing|spitspas/passen")
def new_law_that_nobody_reads(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kern, "lees_versies", lambda *_wat: {})


@FOUTEN.vindt("aanschafheffing/openstaand")
def a_payment_that_pays_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    echt = rijen._restant
    monkeypatch.setattr(rijen, "_restant", lambda b, o, van: echt(b, o, van._replace(af="niets")))


@FOUTEN.vindt("aanschafheffing/teruggaaf")
def a_payment_that_is_not_given_back(monkeypatch: pytest.MonkeyPatch) -> None:
    laat_de_eerste_weg(monkeypatch, "bedrag_eurocent")


def laat_de_eerste_weg(monkeypatch: pytest.MonkeyPatch, lijst: str) -> None:
    echt = berekening._lijst

    def zonder(regel: Any, naam: str, *rest: Any) -> Any:
        waarden, stukken, mist = echt(regel, naam, *rest)
        return (dict([*waarden.items()][1:]) if naam == lijst else waarden), stukken, mist

    monkeypatch.setattr(berekening, "_lijst", zonder)


@FOUTEN.vindt("spitspas/eigenaar")
def owners_with_a_car_that_does_not_count(monkeypatch: pytest.MonkeyPatch) -> None:
    laat_de_eerste_weg(monkeypatch, "autopunten")


@FOUTEN.vindt("spitspas/punten")
def households_with_a_guest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spitspas, "Fraction", lambda som, leden: Fraction(som, leden + 1))


@FOUTEN.vindt("spitspas/toerekening")
def an_owner_without_a_household_whom_nobody_misses(monkeypatch: pytest.MonkeyPatch) -> None:
    mis_niet(monkeypatch, "huishouden_onbekend")


@FOUTEN.vindt("wacht zonder reden")
def a_bezwaar_that_holds_things_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(afleiding, "schort_op", bool)


@FOUTEN.vindt("is beslist op twijfel")
def a_decision_that_does_not_wait_for_the_end_of_a_doubt(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(afleiding, "schort_op", lambda _twijfels: False)


@FOUTEN.vindt("is beslist, en er mist iets")
def a_household_that_does_not_wait_for_what_is_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    mis_niet(monkeypatch, "punten_onbekend")


def mis_niet(monkeypatch: pytest.MonkeyPatch, wat: str) -> None:
    monkeypatch.setattr(spitspas, "Ontbreekt", lambda reden, **rest: None if reden == wat else Ontbreekt(reden, **rest))


@pytest.mark.parametrize(("wat", "plant"), [pytest.param(*fout, id=fout[1].__name__) for fout in FOUTEN])
def test_a_planted_fault_is_found_by_the_comparison_that_is_for_it(
    monkeypatch: pytest.MonkeyPatch, wat: str, plant: Plant
) -> None:
    plant(monkeypatch)
    with pytest.raises(AssertionError, match=wat):
        vertel_vele()


def vertel_vele() -> None:
    for seed in range(30):
        in_volgorde(geschiedenis(seed, 25, ()))
