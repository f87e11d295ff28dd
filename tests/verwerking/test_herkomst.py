"""Herkomst and doorwerking, held against the whole graph read from the journals by brute force."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, is_dataclass, replace
from datetime import UTC, date, datetime
from functools import cache
from typing import Any, NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from actors.register.annotatie import Annotatie, Degistratie
from actors.register.claim import Claim, Mededeling, gevolg_van
from actors.register.commando import Verwerkt
from actors.register.gevolg import (
    Aanhouding,
    Afleiding,
    Bericht,
    Gevolg,
    Herbeoordeling,
    Inhoud,
    Overname,
    Transactie,
    Vastlegging,
    Wijziging,
)
from actors.register.terugmelding import Terugmelding
from actors.register.tijdlijnen import OPEN_BEGIN, OPEN_EIND, Invoer, Stuk
from actors.register.verantwoording import Aanleiding, Software, Verantwoordelijke, Verantwoording, Verklaring
from actors.register.zekerheid import Twijfel
from actors.runtime.lezing import Registerlezing
from actors.runtime.systeem import RegisterSystem
from actors.simulatie import tegenwind, vlaggenschip
from actors.verwerking.herkomst import Spoor, Vindplaats, doorwerking, herkomst, vastgelegd_door
from actors.verwerking.identiteit import gevolg_id, is_gevolg_id
from actors.verwerking.verbanden import Verbandsoort, doelen_van, verbanden_van
from tests.verwerking.orakel_herkomst import Graaf, graaf_van
from tests.wereld import vaste_wereld

Journalen = Mapping[str, Sequence[Transactie]]


@dataclass
class Lijst:
    """A register to look in, from a list of transacties."""

    transacties: Sequence[Transactie]
    nog: int = 0
    gelezen: int = 0
    _gevolgen: dict[str, int] = field(default_factory=dict)
    _verwijzingen: dict[str, dict[int, bool]] = field(default_factory=lambda: defaultdict(dict))

    def __post_init__(self) -> None:
        for t in self.transacties:
            eigen = {g.id for g in t.gevolgen}
            self._gevolgen.update(dict.fromkeys(eigen, t.positie))
            for verband in verbanden_van(t):
                if verband.doel not in eigen:
                    hier = self._verwijzingen[verband.doel]
                    overname = verband.soort is Verbandsoort.OVERGENOMEN
                    hier[t.positie] = hier.get(t.positie, False) or overname

    @property
    def tot(self) -> int:
        return len(self.transacties)

    @property
    def achter(self) -> int:
        return self.nog

    def positie(self, gevolg: str) -> int | None:
        assert is_gevolg_id(gevolg), "nothing else is ever looked up"
        return self._gevolgen.get(gevolg)

    def verwijzingen(self, gevolg: str) -> Iterator[int]:
        assert is_gevolg_id(gevolg)
        return iter(sorted(self._verwijzingen[gevolg]))

    def overnames(self, gevolg: str) -> Iterator[int]:
        assert is_gevolg_id(gevolg)
        return iter(sorted(p for p, overname in self._verwijzingen[gevolg].items() if overname))

    def transactie(self, positie: int) -> Transactie:
        self.gelezen += 1
        return self.transacties[positie - 1]


class Wereld(NamedTuple):
    """The registers after a story: to look in, and by brute force."""

    plekken: Mapping[str, Vindplaats]
    graaf: Graaf


def wereld(journalen: Journalen) -> Wereld:
    return Wereld({naam: Lijst(ts) for naam, ts in journalen.items()}, graaf_van(journalen))


def journalen_van(registers: Registerlezing) -> Journalen:
    return {naam: list(registers.gevolgen(naam)) for naam in registers.registers}


@cache
def verhaal(naam: str) -> Wereld:
    scenario: Any = {"vlaggenschip": vlaggenschip, "tegenwind": tegenwind}[naam]
    with RegisterSystem.in_memory(buitenwereld=vaste_wereld(naam)) as registers:
        for stap in scenario.stappen():
            assert all(isinstance(antwoord, Verwerkt) for antwoord in registers.verwerk_alle(stap.commandos))
            registers.wacht_op_rust()
        return wereld(journalen_van(registers))


def als_verzamelingen(spoor: Spoor) -> tuple[set[str], set[tuple[str, str, str, str]]]:
    ids = [knoop.gevolg.id for knoop in spoor.knopen]
    assert len(ids) == len(set(ids)), "each gevolg once"
    assert len(spoor.verbanden) == len(set(spoor.verbanden)), "each reference once"
    return set(ids), {(v.gevolg, v.soort.value, v.gegeven, v.doel) for v in spoor.verbanden}


# --- worlds that are drawn -------------------------------------------------------------------------------------

NU = datetime(2026, 6, 1, tzinfo=UTC)
WIE = Verantwoordelijke("Dienst", "team")


def transactie(  # noqa: PLR0913 - what differs from one to another, each by name
    register: str,
    positie: int,
    *inhoud: Inhoud,
    aggregaat_id: str = "a",
    aanleiding: str = "brief",
    voert_uit: str | None = None,
    invoer: Sequence[tuple[str, str]] = (),
) -> Transactie:
    """A transactie with these contents; its derived gevolgen used this `invoer`."""
    gevolgen = []
    for n, een in enumerate(inhoud):
        verklaring = None
        if isinstance(een, Afleiding):
            verklaring = Verklaring("r", 1, tuple(Invoer(g, c, 1, "onbetwist") for g, c in invoer), ())
        gevolgen.append(Gevolg(eigen_id(register, positie, n), "Iets", 1, Wijziging.REGISTREREN, een, (), verklaring))
    verantwoording = Verantwoording(
        Aanleiding("gevolg", aanleiding, "iemand"), NU, "test", WIE, Software("", "", ""), "", voert_uit=voert_uit
    )
    return Transactie(register, "auto", aggregaat_id, positie, "", "Doe", verantwoording, tuple(gevolgen), positie, NU)


def eigen_id(register: str, positie: int, plaats: int = 0) -> str:
    return gevolg_id(register.encode().ljust(16), str(positie), plaats)


def claims(*corrigeert: str | None) -> Vastlegging:
    return Vastlegging(tuple(Claim("", ("a",), "g", 1, OPEN_BEGIN, OPEN_EIND, c) for c in corrigeert))


def afleiding(betreft: str | None = None, twijfels: Sequence[str] = ()) -> Afleiding:
    twijfel = frozenset(Twijfel("t", claim, "in_twijfel") for claim in twijfels)
    return Afleiding(("a",), "g", Stuk(OPEN_BEGIN, OPEN_EIND, 1, "", twijfel), None, betreft)


def overname(*claims: str, gevolgen: Sequence[str] = (), betreft: str | None = None) -> Overname:
    verteld = [
        Mededeling(("a",), "g", OPEN_BEGIN, OPEN_EIND, 1, None, claim, gevolg=gevolg_van(claim), betreft=betreft)
        for claim in claims
    ]
    return Overname("bron", bytes(16), (Bericht(1, NU, tuple(gevolgen), tuple(verteld)),))


@st.composite
def journalen(trek: st.DrawFn) -> Journalen:
    """Up to thirty transacties in three registers, with two aggregates each, that refer to whatever was there."""
    uit: dict[str, list[Transactie]] = {"een": [], "twee": [], "drie": []}
    bekend: list[str] = []

    def claim() -> str:
        gekozen = trek(st.sampled_from([eigen_id("elders", 1), *bekend]))
        return f"{gekozen}#{trek(st.integers(0, 1))}" if trek(st.booleans()) else gekozen

    def misschien() -> str | None:
        return claim() if trek(st.booleans()) else None

    def inhoud() -> Inhoud:
        maak = trek(
            st.sampled_from(
                [
                    lambda: claims(misschien(), misschien()),
                    lambda: afleiding(misschien(), [claim()]),
                    lambda: overname(claim(), claim(), gevolgen=[gevolg_van(claim())], betreft=misschien()),
                    lambda: Annotatie("t", (claim(), claim()), "in_twijfel", None, ""),
                    lambda: Degistratie((claim(),), (claim(),), None, ""),
                    lambda: Terugmelding(
                        "m", (claim(),), ("a",), "g", 1, 2, date(2026, 1, 1), "", "", "", bevoegd=True, status=""
                    ),
                    lambda: Aanhouding(()),
                    lambda: Herbeoordeling("r", gevolg_van(claim()), 1, 1),
                ]
            )
        )
        return maak()  # type: ignore[no-any-return]  # each of them is an Inhoud

    for _ in range(trek(st.integers(1, 30))):
        register = trek(st.sampled_from(list(uit)))
        nieuw = transactie(
            register,
            len(uit[register]) + 1,
            *[inhoud() for _ in range(trek(st.integers(1, 4)))],
            aggregaat_id=trek(st.sampled_from("ab")),
            aanleiding=gevolg_van(claim()),
            voert_uit=gevolg_van(claim()) if trek(st.booleans()) else None,
            invoer=[("g", claim()) for _ in range(trek(st.integers(0, 2)))],
        )
        uit[register].append(nieuw)
        bekend += [g.id for g in nieuw.gevolgen]
    return uit


# --- the walks -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("naam", ["vlaggenschip", "tegenwind"])
def test_herkomst_from_every_gevolg_is_what_the_journals_say(naam: str) -> None:
    plekken, alles = verhaal(naam)
    for gevolg in alles.plaatsen:
        assert als_verzamelingen(herkomst(plekken, [gevolg])) == alles.terug(gevolg)


@pytest.mark.parametrize("naam", ["vlaggenschip", "tegenwind"])
def test_doorwerking_from_every_gevolg_is_what_the_journals_say(naam: str) -> None:
    plekken, alles = verhaal(naam)
    for gevolg in alles.plaatsen:
        assert als_verzamelingen(doorwerking(plekken, [gevolg])) == alles.verder(gevolg)


@given(journalen(), st.data())
@settings(max_examples=80, deadline=None)
def test_in_any_world_both_walks_find_what_brute_force_finds(een: Journalen, data: st.DataObject) -> None:
    plekken, alles = wereld(een)
    gevolg = data.draw(st.sampled_from(sorted(alles.plaatsen)))
    tot = {naam: data.draw(st.integers(0, len(ts)), naam) for naam, ts in een.items()}
    assert als_verzamelingen(herkomst(plekken, [gevolg])) == alles.terug(gevolg)
    assert als_verzamelingen(doorwerking(plekken, [gevolg])) == alles.verder(gevolg)
    if gevolg in alles.tot(tot).plaatsen:
        assert als_verzamelingen(doorwerking(plekken, [gevolg], tot=tot)) == alles.tot(tot).verder(gevolg)


@given(journalen(), st.data())
@settings(max_examples=50, deadline=None)
def test_an_answer_up_to_a_position_is_the_same_when_more_was_recorded(een: Journalen, data: st.DataObject) -> None:
    tot = {naam: data.draw(st.integers(0, len(ts)), naam) for naam, ts in een.items()}
    eerder = {naam: Lijst(ts[: tot[naam]]) for naam, ts in een.items()}
    later = wereld(een).plekken
    for gevolg in graaf_van({naam: lijst.transacties for naam, lijst in eerder.items()}).plaatsen:
        assert doorwerking(later, [gevolg], tot=tot) == doorwerking(eerder, [gevolg])


def test_herkomst_is_the_same_forever() -> None:
    plekken, alles = verhaal("tegenwind")
    for moment in sorted(_moment(p, 1 + p.tot // 2) for p in plekken.values()):
        toen = {naam: Lijst([t for t in _alle(p) if _moment(p, t.positie) <= moment]) for naam, p in plekken.items()}
        for gevolg, (register, positie) in alles.plaatsen.items():
            if positie <= toen[register].tot:
                assert zonder_tot(herkomst(toen, [gevolg])) == zonder_tot(herkomst(plekken, [gevolg]))


def zonder_tot(spoor: Spoor) -> Spoor:
    """What was found, but for up to where was looked."""
    return replace(spoor, tot={})


def _alle(plek: Vindplaats) -> list[Transactie]:
    return [plek.transactie(positie) for positie in range(1, plek.tot + 1)]


def _moment(plek: Vindplaats, positie: int) -> datetime:
    moment = plek.transactie(positie).geregistreerd_op
    assert moment is not None
    return moment


@given(journalen(), st.data())
@settings(max_examples=50, deadline=None)
def test_with_a_maximum_the_nearest_are_given_and_that_there_is_more(een: Journalen, data: st.DataObject) -> None:
    plekken, alles = wereld(een)
    gevolg = data.draw(st.sampled_from(sorted(alles.plaatsen)))
    for loop in (herkomst, doorwerking):
        heel = loop(plekken, [gevolg])
        maximum = data.draw(st.integers(1, len(heel.knopen)))
        deel = loop(plekken, [gevolg], maximum=maximum)
        assert deel.knopen == heel.knopen[:maximum]
        assert deel.meer == (maximum < len(heel.knopen))
        assert deel.verbanden == heel.verbanden[: len(deel.verbanden)]


def test_a_chain_of_ten_thousand_gevolgen_is_walked_both_ways() -> None:
    diepte = 10_000
    keten = [transactie("een", 1, claims(None))]
    for positie in range(2, diepte + 1):
        vorige = eigen_id("een", positie - 1)
        keten.append(transactie("een", positie, claims(None), aggregaat_id=str(positie), aanleiding=vorige))
    plekken = {"een": Lijst(keten)}
    eerste, laatste = eigen_id("een", 1), eigen_id("een", diepte)
    assert len(herkomst(plekken, [laatste]).knopen) == diepte
    assert [k.transactie.positie for k in doorwerking(plekken, [eerste]).knopen] == list(range(1, diepte + 1))


def test_a_maximum_bounds_the_work_as_well() -> None:
    eerste = eigen_id("een", 1)
    volgers = [transactie("een", n, claims(None), aggregaat_id=str(n), aanleiding=eerste) for n in range(2, 5_000)]
    plek = Lijst([transactie("een", 1, claims(None)), *volgers])
    spoor = doorwerking({"een": plek}, [eerste], maximum=10)
    assert (len(spoor.knopen), spoor.meer) == (10, True)
    assert plek.gelezen < 20


def test_what_no_register_here_has_is_named_at_the_border() -> None:
    elders = eigen_id("elders", 7)
    plekken = {"een": Lijst([transactie("een", 1, overname(f"{elders}#0"), aanleiding=elders)])}
    spoor = herkomst(plekken, [eigen_id("een", 1)])
    assert [(v.soort, v.doel) for v in spoor.buiten] == [("aanleiding", elders), ("overgenomen", elders)]
    assert {v.gegeven for v in spoor.buiten} == {"", "g"}
    assert spoor.verbanden == ()


def test_a_value_that_was_taken_over_long_before_shows_where_it_came_in() -> None:
    bron = [transactie("bron", 1, claims(None))]
    claim = f"{eigen_id('bron', 1)}#0"
    hier = [
        transactie("een", 1, overname(claim)),
        transactie("een", 2, overname(claim), aggregaat_id="ander"),
        transactie("een", 3, overname(claim)),
        transactie("een", 4, claims(None), afleiding(), invoer=[("g", claim)]),
    ]
    plekken = {"bron": Lijst(bron), "een": Lijst(hier)}
    terug = herkomst(plekken, [eigen_id("een", 4, 1)])
    [binnen] = [v for v in terug.verbanden if v.soort is Verbandsoort.OVERNAME]
    assert (binnen.doel, binnen.gegeven) == (eigen_id("een", 1), "g")
    [verder] = [v for v in doorwerking(plekken, [eigen_id("een", 1)]).verbanden if v.doel == eigen_id("een", 1)]
    assert verder == binnen
    assert len(doorwerking(plekken, [eigen_id("een", 3)]).knopen) == 1


def test_a_claim_of_which_the_id_is_none_of_ours_is_left_out() -> None:
    """What came from a register that names its claims otherwise can still be asked about."""
    vreemd = [
        transactie("een", 1, overname("claim 12"), afleiding(betreft="claim 11"), invoer=[("g", "claim 12")]),
        transactie("een", 2, claims("claim 12"), aanleiding="brief 3", voert_uit="taak 4"),
    ]
    plekken = {"een": Lijst(vreemd)}
    assert [v.soort for v in doorwerking(plekken, [eigen_id("een", 1)]).verbanden] == ["transactie"]
    assert [v.soort for v in herkomst(plekken, [eigen_id("een", 1, 1)]).verbanden] == ["transactie"]
    assert herkomst(plekken, [eigen_id("een", 2)]).knopen[0].wortel == Aanleiding("gevolg", "brief 3", "iemand")
    assert vastgelegd_door(plekken, "een", ("auto", "a"), ["claim 12"], 2) == ()


def test_from_several_gevolgen_at_once_is_what_they_came_from_together() -> None:
    plekken, alles = verhaal("vlaggenschip")
    een, ander = list(alles.plaatsen)[-1], list(alles.plaatsen)[40]
    samen = herkomst(plekken, [een, f"{ander}#0"])
    assert samen.begin == (een, ander)
    assert als_verzamelingen(samen)[0] == alles.terug(een)[0] | alles.terug(ander)[0]


def test_a_gevolg_that_is_nowhere_is_an_error_that_says_where_was_looked() -> None:
    for onbekend in (eigen_id("een", 9), "geen id"):
        with pytest.raises(KeyError, match="een tot positie 1"):
            herkomst({"een": Lijst([transactie("een", 1, claims(None))])}, [onbekend])


def test_every_road_back_ends_outside() -> None:
    """Wherever one begins in tegenwind, the last ones on the way say what set them in motion from outside."""
    plekken, alles = verhaal("tegenwind")
    for gevolg in alles.plaatsen:
        spoor = herkomst(plekken, [gevolg])
        verwijst = {v.gevolg for v in spoor.verbanden}
        assert all(k.wortel is not None for k in spoor.knopen if k.gevolg.id not in verwijst)
        assert not spoor.buiten


# --- the edges of one transactie -------------------------------------------------------------------------------


def genoemde_ids(wat: object) -> Iterator[str]:
    """Every id of a gevolg that is written anywhere in a value."""
    if isinstance(wat, str):
        yield from ([gevolg_van(wat)] if is_gevolg_id(gevolg_van(wat)) else [])
    elif is_dataclass(wat) and not isinstance(wat, type):
        for veld in fields(wat):
            yield from genoemde_ids(getattr(wat, veld.name))
    elif isinstance(wat, tuple | list | frozenset):
        for deel in wat:
            yield from genoemde_ids(deel)
    elif isinstance(wat, dict):
        for deel in wat.values():
            yield from genoemde_ids(deel)


@given(journalen())
@settings(max_examples=40, deadline=None)
def test_whatever_id_a_transactie_names_is_a_verband_of_it(een: Journalen) -> None:
    for t in (t for ts in een.values() for t in ts):
        eigen = {g.id for g in t.gevolgen}
        genoemd = set(genoemde_ids((t.verantwoording.aanleiding, t.verantwoording.voert_uit, t.gevolgen)))
        assert {v.doel for v in verbanden_van(t)} | eigen == genoemd | eigen


@pytest.mark.parametrize("naam", ["vlaggenschip", "tegenwind"])
def test_whatever_id_a_real_transactie_names_is_a_verband_of_it(naam: str) -> None:
    plekken, _ = verhaal(naam)
    for plek in plekken.values():
        for positie in range(1, plek.tot + 1):
            t = plek.transactie(positie)
            eigen = {g.id for g in t.gevolgen}
            genoemd = set(genoemde_ids((t.verantwoording.aanleiding, t.verantwoording.voert_uit, t.gevolgen)))
            assert {v.doel for v in verbanden_van(t)} | eigen == genoemd | eigen


@given(journalen())
@settings(max_examples=50, deadline=None)
def test_what_is_indexed_of_a_transactie_is_what_its_verbanden_say(een: Journalen) -> None:
    for t in (t for ts in een.values() for t in ts):
        eigen = {g.id for g in t.gevolgen}
        verwacht: dict[str, bool] = {}
        for v in verbanden_van(t):
            if v.doel not in eigen:
                verwacht[v.doel] = verwacht.get(v.doel, False) or v.soort is Verbandsoort.OVERGENOMEN
        assert doelen_van(t) == verwacht
