"""A clock that jumps: nothing is stamped with a moment that is not true, and it goes on when the clock is right."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from actors.register.commando import Mislukt, Verwerkt
from actors.runtime.klok import Buitenwereld
from actors.runtime.systeem import NietInRust, RegisterSystem
from tests.duurzaam.stroom import Ronde
from tests.duurzaam.toets import Eindstand, eindstand, gelijk, keur
from tests.wereld import auto, commando_id, huishouden

BEGIN = datetime(2026, 6, 1, 6, 0, tzinfo=UTC)


class Klok:
    """A clock that stands still until it is set."""

    def __init__(self) -> None:
        self.nu = BEGIN

    def __call__(self) -> datetime:
        return self.nu

    def zet(self, seconden: float) -> None:
        """So many seconds after the begin."""
        self.nu = BEGIN + timedelta(seconds=seconden)


@pytest.fixture
def klok() -> Klok:
    return Klok()


def open_met(klok: Klok, map_: Path) -> RegisterSystem:
    return RegisterSystem.open(map_, buitenwereld=Buitenwereld(klok), versie="test")


def momenten(registers: RegisterSystem, register: str) -> list[datetime]:
    return [t.geregistreerd_op for t in registers.gevolgen(register) if t.geregistreerd_op]


def test_a_clock_far_behind_is_refused_until_it_is_right_again(tmp_path: Path, klok: Klok) -> None:
    with open_met(klok, tmp_path) as registers:
        assert isinstance(registers.verwerk(auto("auto-1"), id=commando_id(1)), Verwerkt)
        registers.wacht_op_rust()
        klok.zet(-6)
        for _ in range(2):
            antwoord = registers.verwerk(auto("auto-2"), id=commando_id(2))
            assert isinstance(antwoord, Mislukt)
            assert "the clock says 2026-06-01T05:59:54" in antwoord.oorzaak
            assert "set the clock right and try again" in antwoord.oorzaak
        assert momenten(registers, "wegonderhoud") == [BEGIN]
        klok.zet(1)
        assert isinstance(registers.verwerk(auto("auto-2"), id=commando_id(2)), Verwerkt)
        registers.wacht_op_rust()
        assert momenten(registers, "wegonderhoud") == [BEGIN, BEGIN + timedelta(seconds=1)]
    keur(tmp_path)


def test_the_chain_waits_for_the_clock_and_says_so(tmp_path: Path, klok: Klok) -> None:
    with open_met(klok, tmp_path) as registers:
        registers.verwerk(huishouden())
        registers.wacht_op_rust()
        klok.zet(-6)
        assert isinstance(registers.verwerk(auto(), id=commando_id(1)), Verwerkt), "this register recorded nothing yet"
        with pytest.raises(NietInRust, match=r"spitspas/translator aanschafheffing staat stil .*the clock says"):
            registers.wacht_op_rust()
    with open_met(klok, tmp_path) as registers:
        klok.zet(1)
        registers.wacht_op_rust()
        assert max(momenten(registers, "spitspas")) >= klok.nu
    keur(tmp_path)


def test_what_stumbled_underway_goes_on_when_asked_again_to_come_to_rest(
    tmp_path: Path, klok: Klok, monkeypatch: pytest.MonkeyPatch
) -> None:
    even_achter = [BEGIN - timedelta(seconds=6)] * 2  # until the next commit of the last register
    with open_met(klok, tmp_path) as registers:
        registers.verwerk(huishouden())
        registers.wacht_op_rust()
        klok.zet(1)
        assert isinstance(registers.verwerk(auto(), id=commando_id(1)), Verwerkt), "what follows from it is underway"
        monkeypatch.setattr(Klok, "__call__", lambda klok: even_achter.pop() if even_achter else klok.nu)
        with pytest.raises(NietInRust, match=r"spitspas/translator aanschafheffing staat stil .*the clock says"):
            registers.wacht_op_rust()
        registers.wacht_op_rust()
        assert max(momenten(registers, "spitspas")) >= klok.nu
    keur(tmp_path)


@pytest.mark.parametrize("sprong", [-4, -1, 0, 3600])
def test_moments_strictly_increase_over_a_jump(tmp_path: Path, klok: Klok, sprong: float) -> None:
    with open_met(klok, tmp_path) as registers:
        for n in range(3):
            assert isinstance(registers.verwerk(auto(f"auto-{n}"), id=commando_id(n)), Verwerkt)
        klok.zet(sprong)
        for n in range(3, 6):
            assert isinstance(registers.verwerk(auto(f"auto-{n}"), id=commando_id(n)), Verwerkt)
        registers.wacht_op_rust()
        for register in registers.registers:
            assert all(een < ander for een, ander in pairwise(momenten(registers, register)))
    keur(tmp_path)


def test_after_a_clock_that_was_ahead_the_registers_wait_until_time_has_caught_up(
    tmp_path: Path, klok: Klok, verhaal: list[Ronde], hoort: Eindstand, zaad: int
) -> None:
    with open_met(klok, tmp_path) as registers:
        for nummer, ronde in enumerate(verhaal):
            antwoorden = registers.verwerk_alle(ronde)
            klok.zet(3600 if nummer % 2 else 0)
            if any(isinstance(antwoord, Mislukt) for antwoord in antwoorden):
                klok.zet(3600)
                registers.verwerk_alle(ronde)
            klok.zet(3600)
            with suppress(NietInRust):  # what stumbled underway, before the clock was right, is told once
                registers.wacht_op_rust()
            registers.wacht_op_rust()
            klok.zet(0)
        klok.zet(3600)
        gelijk(eindstand(registers), hoort)
    keur(tmp_path)
