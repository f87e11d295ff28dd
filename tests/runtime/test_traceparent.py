"""One trace goes through all registers: from what was offered to the last that came of it."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from actors.contexten.aanschafheffing.context import CONTEXT as AANSCHAFHEFFING
from actors.contexten.wegonderhoud.context import CONTEXT as WEGONDERHOUD
from actors.register.commando import NietVerwerkt, Verwerkt
from actors.register.gevolg import Transactie
from actors.register.vertaling import Oordeel
from actors.runtime.systeem import RegisterSystem
from actors.verwerking.traceparent import Traceparent, span_id, trace_id, vervolg
from tests.daemon.logvang import Logvang
from tests.wereld import aanbod, auto, huishouden, vaste_wereld

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
VAN_BUITEN = f"00-{TRACE}-00f067aa0ba902b7-01"


@pytest.fixture
def registers() -> Iterator[RegisterSystem]:
    with RegisterSystem.in_memory(buitenwereld=vaste_wereld(), versie="test") as systeem:
        systeem.verwerk(huishouden())
        systeem.wacht_op_rust()
        yield systeem


def transacties(registers: RegisterSystem) -> list[Transactie]:
    return [transactie for naam in registers.registers for transactie in registers.gevolgen(naam)]


def test_one_trace_goes_from_the_car_that_was_bought_to_the_passes(registers: RegisterSystem) -> None:
    (gedaan,) = registers.verwerk_alle([replace(aanbod(auto(), 7), trace=VAN_BUITEN)])
    assert isinstance(gedaan, Verwerkt)
    registers.wacht_op_rust()
    gevolgd = [t for t in transacties(registers) if t.verantwoording.software.trace]
    assert {t.register for t in gevolgd} == {"wegonderhoud", "aanschafheffing", "spitspas"}
    bronnen = {span_id(gevolg.id) for t in gevolgd for gevolg in t.gevolgen}
    for transactie in gevolgd:
        gelezen = Traceparent.lees(transactie.verantwoording.software.trace)
        assert gelezen is not None
        assert (gelezen.trace_id, gelezen.gemeten) == (TRACE, True)
        eerste = transactie.commando_id == gedaan.commando_id
        assert eerste or gelezen.span_id in bronnen, "the span of the gevolg that it was told of"
    assert next(t for t in gevolgd if t.register == "wegonderhoud").verantwoording.software.trace == VAN_BUITEN


def test_without_a_trace_nothing_says_so_anywhere(registers: RegisterSystem) -> None:
    registers.verwerk_alle([aanbod(auto(), 7)])
    registers.wacht_op_rust()
    assert {t.verantwoording.software.trace for t in transacties(registers)} == {""}
    assert all("trace" not in v for naam in registers.registers for v in registers.verstrekkingen(naam))


def test_a_commando_that_is_offered_again_in_another_trace_is_the_same_commando(registers: RegisterSystem) -> None:
    (eerst,) = registers.verwerk_alle([replace(aanbod(auto(), 7), trace=VAN_BUITEN)])
    (weer,) = registers.verwerk_alle([replace(aanbod(auto(), 7), trace=VAN_BUITEN.replace("4bf9", "ffff"))])
    assert weer == eerst
    assert isinstance(weer, Verwerkt)
    assert weer.uit_opslag


def test_what_is_no_traceparent_is_not_taken_with_a_commando(registers: RegisterSystem) -> None:
    (antwoord,) = registers.verwerk_alle([replace(aanbod(auto(), 7), trace="onzin")])
    assert isinstance(antwoord, NietVerwerkt)
    assert antwoord.fouten == ("trace: moet een W3C traceparent zijn, of leeg",)


def test_each_judgement_has_its_line_with_the_trace_that_it_is_part_of(registers: RegisterSystem) -> None:
    with Logvang() as vang:
        registers.verwerk_alle([replace(aanbod(auto(), 7), trace=VAN_BUITEN)])
        registers.wacht_op_rust()
    beoordeeld = {
        (t.register, t.positie)
        for t in transacties(registers)
        if t.commando == "BeoordeelSignaal" and t.verantwoording.software.trace
    }
    regels = [regel for regel in vang.van("signaal.judged") if regel["trace_id"] == TRACE]
    assert {(regel["reader"].partition("/")[0], regel["position"]) for regel in regels} == beoordeeld
    assert all(regel["reason"] and regel["outcome"] == "Verwerkt" for regel in regels)


def test_a_judgement_from_which_nothing_follows_has_its_line_too() -> None:
    geen = Oordeel((), "deze auto gaat ons niet aan")
    doof = replace(AANSCHAFHEFFING, vertalingen=(replace(AANSCHAFHEFFING.vertalingen[0], beoordeel=lambda _: geen),))
    contexten = (WEGONDERHOUD, doof)
    with (
        RegisterSystem.in_memory(buitenwereld=vaste_wereld(), registers=contexten, versie="test") as registers,
        Logvang() as vang,
    ):
        registers.verwerk(auto())
        registers.wacht_op_rust()
    (regel,) = vang.van("signaal.judged")
    assert (regel["vertaling"], regel["number"]) == ("wegonderhoud/aangeschafte-auto", 2)
    assert (regel["tasks"], regel["reason"], regel["trace_id"]) == (0, "deze auto gaat ons niet aan", None)


def test_nothing_is_made_of_judgements_that_nobody_wants_to_read(
    registers: RegisterSystem, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("actors.runtime.levering._log_oordelen", lambda *_: pytest.fail("made in vain"))
    registers.verwerk_alle([aanbod(auto(), 7)])
    registers.wacht_op_rust()


def test_the_line_of_a_commando_says_its_trace(registers: RegisterSystem) -> None:
    with Logvang() as vang:
        registers.verwerk_alle([replace(aanbod(auto(), 7), trace=VAN_BUITEN), aanbod(auto("auto-2"), 8)])
    assert [regel["trace_id"] for regel in vang.van("commando.answered")] == [TRACE, None]


def test_a_traceparent_is_written_as_it_was_read() -> None:
    assert str(Traceparent.lees(VAN_BUITEN)) == VAN_BUITEN
    assert trace_id(VAN_BUITEN) == TRACE
    assert trace_id("") is None
    assert vervolg("", "iets") == ""
    assert vervolg(VAN_BUITEN, "iets") == f"00-{TRACE}-{span_id('iets')}-01"
