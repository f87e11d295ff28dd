"""A register judges what is brought to it as events as it would judge the feed of a register beside it."""

import json
import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import pytest

from actors.contexten.wegonderhoud.commandos import CorrigeerAutogegevens
from actors.register.gevolg import Beoordeling, Herroeping
from actors.runtime.catalogue import CONTEXTEN
from actors.runtime.systeem import RegisterSystem
from actors.verwerking import herroeping
from actors.verwerking.gebeurtenis import BATCH, Gebeurtenis, als_batch, lees_gebeurtenissen
from actors.verwerking.gebeurtenisstroom import Afzender, Stuk, bekendmaking_van, keus_voor
from actors.verwerking.signaalontvangst import AlBeoordeeld, Bevinding, Gat, Onverenigbaar, Terugnemen, Volgt
from actors.verwerking.signaalvorm import Ontvangen, lees_signaal
from tests.domein import degistratie, einde_onderzoek, twijfel
from tests.runtime.test_incarnatie import EERST, LATER_WEG, Wereld, verkoop
from tests.wereld import AANKOOP, aanbod, auto, huishouden, vaste_wereld

ELDERS = [c for c in CONTEXTEN if c.naam != "wegonderhoud"]
AFZENDER = Afzender()
BRON = "wegonderhoud"


def stroom(bron: RegisterSystem, na: int = 0) -> list[Stuk]:
    """What wegonderhoud tells aanschafheffing after a number, once over the wire."""
    stukken = list(bron.gebeurtenisstroom(BRON, AFZENDER).na(na, keus_voor(BRON, "aanschafheffing")))
    over = lees_gebeurtenissen({"content-type": BATCH}, als_batch(s.gebeurtenis for s in stukken))
    assert all(isinstance(een, Gebeurtenis) for een in over)
    return [s._replace(gebeurtenis=een) for s, een in zip(stukken, over, strict=True) if isinstance(een, Gebeurtenis)]


def gelezen(stukken: Sequence[Stuk]) -> list[Ontvangen]:
    uit = []
    for stuk in stukken:
        bekendmaking = bekendmaking_van(stuk.gebeurtenis.attributen["type"], BRON)
        assert bekendmaking
        een = lees_signaal(BRON, bekendmaking, stuk.gebeurtenis)
        assert isinstance(een, Ontvangen), een
        uit.append(een)
    return uit


@dataclass
class Ontvanger:
    """aanschafheffing and spitspas on a machine of their own."""

    registers: RegisterSystem

    def breng(self, stukken: Sequence[Stuk]) -> list[Bevinding]:
        """Bring events as one batch; the bevindingen, in order."""
        rest, uit = gelezen(stukken), list[Bevinding]()
        while rest:
            ronde = self.registers.signaalontvangst("aanschafheffing", BRON).ronde(rest)
            if ronde.signalen:
                s = ronde.signalen
                self.registers._stelsel.bied_aan("aanschafheffing", s.commandos, s.lezers)
            if isinstance(ronde.bevindingen[0], Terugnemen):
                uit.append(ronde.bevindingen[0])
                continue
            uit += ronde.bevindingen
            rest = rest[len(ronde.bevindingen) :]
        self.registers.wacht_op_rust()
        return uit

    @property
    def gelezen_tot(self) -> int:
        return int(self.registers.standen()["aanschafheffing"]["gelezen"].get(BRON, 0))

    def breng_alles(self, bron: RegisterSystem, hoogstens: int = 20) -> None:
        """As a sender does: send what comes after where the receiver says it is, until all is there."""
        stand = self.registers._kern("aanschafheffing").opslag.gevolgen.reader(BRON)
        vanaf = bron.gebeurtenisstroom(BRON, AFZENDER).gedeeld_met(stand) if stand else 0
        for _ in range(hoogstens):
            stukken = stroom(bron, vanaf)
            bevindingen = self.breng(stukken)
            gaten = [b for b in bevindingen if isinstance(b, Gat)]
            assert not any(isinstance(b, Onverenigbaar) for b in bevindingen), bevindingen
            if not gaten:
                return
            vanaf = gaten[0].vanaf
        raise AssertionError("het wordt nooit heel")

    def antwoorden(self) -> Any:
        return antwoorden(self.registers)


def antwoorden(registers: RegisterSystem) -> Any:
    return [registers.tabel(c.naam, p.naam, geldig_op=AANKOOP).inhoud for c in ELDERS for p in c.projecties], [
        len(registers.taken(c.naam).inhoud) for c in ELDERS
    ]


def overgenomen(registers: RegisterSystem) -> list[tuple[str, list[str]]]:
    """All that aanschafheffing recorded: by which commando, and which gevolgen."""
    return [(t.commando_id, [g.naam for g in t.gevolgen]) for t in registers.gevolgen("aanschafheffing")]


@contextmanager
def alle() -> Iterator[RegisterSystem]:
    with RegisterSystem.in_memory(buitenwereld=vaste_wereld("alle"), versie="test") as registers:
        yield registers


@contextmanager
def elders(zaad: str = "elders") -> Iterator[Ontvanger]:
    with RegisterSystem.in_memory(buitenwereld=vaste_wereld(zaad), versie="test", registers=ELDERS) as registers:
        registers.verwerk(huishouden())
        yield Ontvanger(registers)


def vul(registers: RegisterSystem) -> None:
    """A car is bought, doubted, put right and sold; another one was never bought."""
    for commando in (
        auto(),
        auto("auto-2", koper="robin"),
        twijfel("uitstoot_g_per_km", ("auto-1",)),
        CorrigeerAutogegevens(auto_id="auto-1", uitstoot_g_per_km=260),
        verkoop("auto-1", "robin"),
        twijfel("gewicht_kg", ("auto-2",), id_="t2"),
        einde_onderzoek(over=("auto-2",), id_="t2"),
    ):
        registers.verwerk(commando, gebeurd_op=AANKOOP, register=BRON)
        registers.wacht_op_rust()


@pytest.fixture(scope="module")
def bron() -> Iterator[RegisterSystem]:
    with alle() as registers:
        registers.verwerk(huishouden())
        vul(registers)
        yield registers


def test_the_same_commandos_follow_as_when_the_feed_is_read(bron: RegisterSystem) -> None:
    with elders() as hier:
        assert set(map(type, hier.breng(stroom(bron)))) == {Volgt}
        assert overgenomen(hier.registers) == overgenomen(bron)
        assert hier.antwoorden() == antwoorden(bron)
        stand, daar = (r._kern("aanschafheffing").opslag.gevolgen.reader(BRON) for r in (hier.registers, bron))
        assert (stand, True) == (daar, stand is not None)


def test_a_trace_goes_on_in_the_registers_of_who_receives_it() -> None:
    trace = f"00-{'a' * 32}-{'b' * 16}-01"
    with alle() as daar, elders() as hier:
        daar.verwerk_alle([replace(aanbod(auto(), 7), trace=trace)])
        daar.wacht_op_rust()
        stukken = stroom(daar)
        assert all("trace" not in json.loads(stuk.gebeurtenis.data or b"") for stuk in stukken)
        assert set(map(type, hier.breng(stukken))) == {Volgt}
        gevolgd = {t.verantwoording.software.trace[:36] for t in hier.registers.gevolgen("aanschafheffing")}
        assert gevolgd == {trace[:36]}


def test_what_is_no_traceparent_stands_for_no_trace(bron: RegisterSystem) -> None:
    [stuk, *_] = stroom(bron)
    attributen = {**stuk.gebeurtenis.attributen, "traceparent": "onzin"}
    [een] = gelezen([stuk._replace(gebeurtenis=Gebeurtenis(attributen, stuk.gebeurtenis.data))])
    assert een.melding.trace == ""


@pytest.mark.parametrize("zaad", range(6))
def test_cut_in_any_way_brought_twice_and_out_of_order_the_answers_are_the_same(
    bron: RegisterSystem, zaad: int
) -> None:
    kans = random.Random(zaad)
    stukken = stroom(bron)
    with elders() as hier:
        plaats = 0
        while plaats < len(stukken):
            tot = min(len(stukken), plaats + kans.randint(1, 3))
            if kans.random() < 0.3 and tot < len(stukken):
                [vroeg] = hier.breng(stukken[tot : tot + 1])
                vorige = int(stukken[plaats].gebeurtenis.attributen["vorige"])
                assert isinstance(vroeg, Gat)
                assert vroeg.vanaf == vorige
            assert set(map(type, hier.breng(stukken[plaats:tot]))) == {Volgt}
            assert set(map(type, hier.breng(stukken[kans.randint(0, plaats) : tot]))) == {AlBeoordeeld}
            plaats = tot
        assert hier.antwoorden() == antwoorden(bron)
        oordelen = [
            g.inhoud.nummer
            for t in hier.registers.gevolgen("aanschafheffing")
            for g in t.gevolgen
            if isinstance(g.inhoud, Beoordeling)
        ]
        assert oordelen == [s.plaats.nummer for s in stukken if "aangeschafte" in s.gebeurtenis.attributen["type"]]


def test_who_begins_in_the_middle_hears_from_where_to_send(bron: RegisterSystem) -> None:
    with elders() as hier:
        assert {b.vanaf for b in hier.breng(stroom(bron, 2)) if isinstance(b, Gat)} == {0}
        assert hier.gelezen_tot == 0


def test_the_same_number_saying_something_else_is_not_believed(bron: RegisterSystem) -> None:
    with elders() as hier:
        stukken = stroom(bron)
        hier.breng(stukken[:2])
        attributen = {**stukken[1].gebeurtenis.attributen, "keten": "ab" * 32}
        anders = stukken[1]._replace(gebeurtenis=Gebeurtenis(attributen, stukken[1].gebeurtenis.data))
        [bevinding] = hier.breng([anders])
        assert isinstance(bevinding, Onverenigbaar)
        volgende = stukken[2].gebeurtenis
        vals = Gebeurtenis({**volgende.attributen, "vorigeketen": "cd" * 32}, volgende.data)
        [bevinding] = hier.breng([stukken[2]._replace(gebeurtenis=vals)])
        assert isinstance(bevinding, Onverenigbaar)
        assert set(map(type, hier.breng(stukken[2:]))) == {Volgt}


def test_an_incarnation_that_knows_nothing_of_the_one_before_is_not_followed(bron: RegisterSystem) -> None:
    with elders() as hier, RegisterSystem.in_memory(buitenwereld=vaste_wereld("vreemd"), versie="test") as vreemd:
        vul(vreemd)
        hier.breng(stroom(bron))
        assert set(map(type, hier.breng(stroom(vreemd)))) == {Onverenigbaar}


def _herroepen(registers: RegisterSystem) -> int:
    return sum(isinstance(g.inhoud, Herroeping) for t in registers.gevolgen("aanschafheffing") for g in t.gevolgen)


@pytest.mark.parametrize("per_beurt", [1, 1000])
def test_a_source_that_was_put_back_is_followed_and_what_it_lost_is_taken_back(
    tmp_path: Any, monkeypatch: pytest.MonkeyPatch, per_beurt: int
) -> None:
    monkeypatch.setattr(herroeping, "_PER_BEURT", per_beurt)
    wereld = Wereld(tmp_path)
    with elders() as hier:
        wereld.verwerk(*EERST)
        wereld.kopieer()
        wereld.verwerk(*LATER_WEG)
        with wereld.open() as bron:
            hier.breng_alles(bron)
            oud = stroom(bron)
        wereld.zet_terug(*("wegonderhoud", "aanschafheffing", "spitspas"))
        wereld.verwerk(auto("auto-9", koper="partner"))
        with wereld.open() as bron:
            hier.breng_alles(bron)
            assert _herroepen(hier.registers) > 0
            assert hier.gelezen_tot == stroom(bron)[-1].plaats.nummer
            vers = elders("vers")
            with vers as ander:
                ander.breng_alles(bron)
                assert hier.antwoorden() == ander.antwoorden()
            assert not any(isinstance(b, Volgt) for b in hier.breng(oud[-2:]))
            assert set(map(type, hier.breng(stroom(bron)))) <= {AlBeoordeeld}
        assert all(not hier.registers.controleer(c.naam) for c in ELDERS)


def test_a_source_that_was_put_back_with_all_that_was_heard_is_just_followed(tmp_path: Any) -> None:
    wereld = Wereld(tmp_path)
    with elders() as hier:
        wereld.verwerk(*EERST)
        with wereld.open() as bron:
            hier.breng_alles(bron)
        wereld.kopieer()
        wereld.verwerk(auto("auto-8", koper="noor"))
        wereld.zet_terug("wegonderhoud", "aanschafheffing", "spitspas")
        wereld.verwerk(auto("auto-9", koper="partner"))
        with wereld.open() as bron:
            hier.breng_alles(bron)
            assert _herroepen(hier.registers) == 0
            assert hier.gelezen_tot == stroom(bron)[-1].plaats.nummer


def test_a_signaal_that_is_none_tells_all_that_is_wrong(bron: RegisterSystem) -> None:
    [_, eerste, *_] = stroom(bron)
    data = json.loads(eerste.gebeurtenis.data or b"")
    goed = eerste.gebeurtenis.attributen
    zonder = {naam: waarde for naam, waarde in goed.items() if naam not in {"keten", "vorige"}}

    def fouten(attributen: Any, gegevens: Any) -> set[str]:
        inhoud = None if gegevens is None else json.dumps(gegevens).encode()
        uit = lees_signaal(BRON, "aangeschafte-auto@1", Gebeurtenis(attributen, inhoud))
        assert not isinstance(uit, Ontvangen)
        return {fout.partition(":")[0] for fout in uit}

    assert fouten(zonder, None) == {"keten", "vorige", "data"}
    assert fouten({**goed, "incarnatie": "x", "sequence": "-1", "eerder": "a:b"}, data) == {
        "incarnatie",
        "sequence",
        "eerder",
    }
    assert fouten({**goed, "vorige": goed["sequence"]}, data) == {"vorige"}
    assert fouten(goed, []) == {"data"}
    assert fouten(goed, {**data, "vorm": "brief", "gevolgen": [], "bekendmaking": "x@1"}) == {
        "data.vorm",
        "data.gevolgen",
        "data.bekendmaking",
    }
    assert fouten(goed, {**data, "mededelingen": [{"vanaf": 3}]}) >= {"data.mededelingen.0.vanaf"}
    assert fouten(goed, {**data, "typen": {"/mededelingen/0/waarde": "breuk"}}) == {"data.typen"}


def test_degistratie_and_doubt_cross_the_wire_as_they_cross_a_feed(bron: RegisterSystem) -> None:
    with alle() as daar, elders() as hier:
        daar.verwerk(huishouden())
        daar.verwerk(auto(), gebeurd_op=AANKOOP)
        daar.verwerk(twijfel("uitstoot_g_per_km", ("auto-1",)), register=BRON, gebeurd_op=AANKOOP)
        daar.wacht_op_rust()
        hier.breng_alles(daar)
        assert hier.antwoorden() == antwoorden(daar)
        daar.verwerk(degistratie(), register=BRON, gebeurd_op=AANKOOP)
        daar.wacht_op_rust()
        hier.breng_alles(daar)
        assert hier.antwoorden() == antwoorden(daar)
