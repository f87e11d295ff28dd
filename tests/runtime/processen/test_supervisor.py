"""The supervisor of processes: who ended is started again, who keeps ending is given up, alone."""

import os
import signal
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from thespian.actors import ChildActorExited, WakeupMessage

from actors.runtime import logboek
from actors.runtime.berichten import Storing
from actors.runtime.processen import lifeline, supervisor
from actors.runtime.processen.messages import (
    Boom,
    Buren,
    Gestart,
    Gestoord,
    Gestopt,
    Leeft,
    NietGestart,
    Plek,
    Soort,
    StartGroep,
    StartProces,
    Stop,
    Toestand,
    VraagBoom,
)
from actors.runtime.processen.supervisor import BACK_OFF_S, ProcessSupervisor

WEG = Plek("wegonderhoud", Soort.BIJHOUDING)
MAIN = "main"


class Toneel(ProcessSupervisor):
    """The supervisor with its surroundings in hand: children are numbers, time passes when a test says so."""

    def __init__(self) -> None:
        super().__init__()
        self.kinderen = 0
        self.verzonden: list[tuple[Any, Any]] = []
        self.wekkers: list[tuple[float, Any]] = []

    def createActor(self, *_: Any, **__: Any) -> Any:
        self.kinderen += 1
        return f"kind-{self.kinderen}"

    def send(self, targetAddress: Any, msg: Any) -> None:  # noqa: N803 - Thespian's name
        self.verzonden.append((targetAddress, msg))

    def wakeupAfter(self, timePeriod: timedelta, payload: Any = None) -> None:  # noqa: N803 - Thespian's name
        self.wekkers.append((timePeriod.total_seconds(), payload))

    def start(self, plek: Plek) -> StartProces:
        """The last order to start this one."""
        return [m for _, m in self.verzonden if isinstance(m, StartProces) and m.plek == plek][-1]

    def kind_van(self, plek: Plek) -> Any:
        return [a for a, m in self.verzonden if isinstance(m, StartProces) and m.plek == plek][-1]

    def gestart(self, plek: Plek, stand: int = 0) -> None:
        start = self.start(plek)
        self.receiveMessage(Gestart(plek, start.epoch, 100 + start.epoch % 100, stand), self.kind_van(plek))

    def sterft(self, plek: Plek) -> None:
        self.receiveMessage(ChildActorExited(self.kind_van(plek)), "system")

    def slag(self) -> None:
        """Let the supervisor look once who said nothing."""
        payload = next(p for _, p in reversed(self.wekkers) if type(p).__name__ == "_Slag")
        self.receiveMessage(WakeupMessage(timedelta(0), payload), "system")

    def wek(self) -> None:
        """Let the shortest wait that leads to a start pass."""
        wachten = [(s, p) for s, p in self.wekkers if type(p).__name__ == "_Begin"]
        self.wekkers = [(s, p) for s, p in self.wekkers if type(p).__name__ != "_Begin"]
        for _, payload in wachten:
            self.receiveMessage(WakeupMessage(timedelta(0), payload), "system")

    def boom(self) -> dict[Plek, Any]:
        self.receiveMessage(VraagBoom(1), MAIN)
        antwoord = self.verzonden.pop()[1]
        assert isinstance(antwoord, Boom)
        return {tak.plek: tak for tak in antwoord.takken}


@pytest.fixture
def toneel(monkeypatch: pytest.MonkeyPatch) -> Toneel:
    monkeypatch.setattr(lifeline, "die_with_parent", lambda: None)
    monkeypatch.setattr(lifeline, "name_process", lambda _: None)
    monkeypatch.setattr(logboek, "herneem", lambda: None)
    een = Toneel()
    een.receiveMessage(StartGroep(Path("data"), ("wegonderhoud", "aanschafheffing", "spitspas"), 1, 10), MAIN)
    return een


def test_what_stood_still_in_a_process_is_not_said_of_the_one_that_took_its_place(toneel: Toneel) -> None:
    """Else the daemon is not ready ever again: a process tells only what changes, and begins with nothing."""
    toneel.gestart(WEG)
    storing = Storing("wegonderhoud/herbeoordelaar", "TranslatorActor-1", "StorageFull")
    toneel.receiveMessage(Gestoord(WEG, toneel.start(WEG).epoch, (storing,)), toneel.kind_van(WEG))
    assert toneel.boom()[WEG].storingen == (storing,)
    toneel.sterft(WEG)
    toneel.gestart(WEG)
    tak = toneel.boom()[WEG]
    assert (tak.toestand, tak.storingen) == (Toestand.DRAAIT, ())


def test_each_register_has_a_bijhouding_and_a_levering(toneel: Toneel) -> None:
    assert len(toneel.boom()) == toneel.kinderen == 6
    assert all(tak.toestand is Toestand.START for tak in toneel.boom().values())


def test_who_ended_is_started_again_at_once_under_a_new_epoch(toneel: Toneel) -> None:
    toneel.gestart(WEG)
    eerder = toneel.start(WEG).epoch
    toneel.sterft(WEG)
    assert toneel.start(WEG).epoch == eerder + 1
    toneel.gestart(WEG)
    assert toneel.boom()[WEG].toestand is Toestand.DRAAIT
    assert toneel.boom()[WEG].herstarts == 1


def test_who_keeps_ending_waits_longer_and_is_given_up_alone(toneel: Toneel) -> None:
    for wachten in BACK_OFF_S:
        toneel.gestart(WEG)
        toneel.sterft(WEG)
        if wachten:
            assert [s for s, p in toneel.wekkers if type(p).__name__ == "_Begin"] == [wachten]
            assert toneel.boom()[WEG].toestand is Toestand.HERSTART
        toneel.wek()
    toneel.gestart(WEG)
    toneel.sterft(WEG)
    boom = toneel.boom()
    assert boom[WEG].toestand is Toestand.OPGEGEVEN
    assert boom[WEG].reden
    assert all(tak.toestand is not Toestand.OPGEGEVEN for plek, tak in boom.items() if plek != WEG)


def test_who_got_something_done_meanwhile_begins_with_a_clean_slate(toneel: Toneel) -> None:
    for stand in range(3 * len(BACK_OFF_S)):
        toneel.gestart(WEG, stand)
        toneel.sterft(WEG)
        toneel.wek()
    assert toneel.boom()[WEG].toestand is Toestand.START


def test_who_lived_long_begins_with_a_clean_slate(toneel: Toneel, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervisor, "_FORGIVEN_S", -1.0)
    for _ in range(3 * len(BACK_OFF_S)):
        toneel.gestart(WEG)
        toneel.sterft(WEG)
        toneel.wek()
    assert toneel.boom()[WEG].toestand is not Toestand.OPGEGEVEN


def test_what_cannot_be_opened_is_given_up_with_its_reason(toneel: Toneel) -> None:
    for _ in range(len(BACK_OFF_S) + 1):
        toneel.receiveMessage(NietGestart(WEG, toneel.start(WEG).epoch, "de opslag is beschadigd"), "kind")
        toneel.sterft(WEG)
        toneel.wek()
    assert toneel.boom()[WEG].toestand is Toestand.OPGEGEVEN
    assert toneel.boom()[WEG].reden == "de opslag is beschadigd"


def test_who_says_nothing_after_it_was_started_counts_as_ended(toneel: Toneel) -> None:
    wacht = next(p for _, p in toneel.wekkers if p.plek == WEG)
    eerder = toneel.start(WEG).epoch
    toneel.receiveMessage(WakeupMessage(timedelta(0), wacht), "system")
    assert toneel.start(WEG).epoch == eerder + 1
    toneel.gestart(WEG)
    laatste = [p for _, p in toneel.wekkers if type(p).__name__ == "_Wacht" and p.plek == WEG][-1]
    toneel.receiveMessage(WakeupMessage(timedelta(0), laatste), "system")
    assert toneel.boom()[WEG].toestand is Toestand.DRAAIT


def test_what_one_of_before_says_does_not_count(toneel: Toneel) -> None:
    oud = toneel.start(WEG).epoch
    toneel.sterft(WEG)
    toneel.receiveMessage(Gestart(WEG, oud, 1, 0), "kind-oud")
    assert toneel.boom()[WEG].toestand is Toestand.START


def test_each_hears_whom_to_hint_also_when_its_neighbour_was_started_again(toneel: Toneel) -> None:
    levering, volgende = Plek("wegonderhoud", Soort.LEVERING), Plek("aanschafheffing", Soort.BIJHOUDING)
    for plek in (WEG, levering, volgende):
        toneel.gestart(plek)
    assert toneel.verzonden[-1] == (toneel.kind_van(levering), Buren((toneel.kind_van(volgende),)))
    toneel.sterft(levering)
    toneel.gestart(levering)
    assert (toneel.kind_van(WEG), Buren((toneel.kind_van(levering),))) in toneel.verzonden[-2:]


def test_a_stop_is_answered_when_all_that_ran_closed_what_it_had_open(toneel: Toneel) -> None:
    toneel.gestart(WEG)
    toneel.receiveMessage(Stop(), MAIN)
    assert (toneel.kind_van(WEG), Stop()) in toneel.verzonden
    assert (MAIN, Gestopt()) not in toneel.verzonden
    toneel.receiveMessage(Gestopt(WEG), toneel.kind_van(WEG))
    assert (MAIN, Gestopt()) in toneel.verzonden
    gemaakt = toneel.kinderen
    toneel.sterft(WEG)
    assert toneel.kinderen == gemaakt, "nobody is started again"


def test_a_group_in_which_nothing_runs_stops_at_once(toneel: Toneel) -> None:
    toneel.receiveMessage(Stop(), MAIN)
    assert toneel.verzonden[-1] == (MAIN, Gestopt())


def test_who_no_longer_comes_to_its_messages_is_ended_and_nobody_else(
    toneel: Toneel, monkeypatch: pytest.MonkeyPatch
) -> None:
    gedood: list[tuple[int, int]] = []
    monkeypatch.setattr(os, "kill", lambda pid, nummer: gedood.append((pid, nummer)))
    levering = Plek("wegonderhoud", Soort.LEVERING)
    for plek in (WEG, levering):
        toneel.gestart(plek)
    hangt, leeft = toneel.start(WEG).epoch, toneel.start(levering).epoch
    for _ in range(supervisor._BEATS):
        toneel.slag()
        toneel.receiveMessage(Leeft(levering, leeft), toneel.kind_van(levering))
        toneel.receiveMessage(Leeft(WEG, hangt - 1), "one before")
    assert not gedood
    toneel.slag()
    assert gedood == [(100 + hangt % 100, signal.SIGKILL)]
    toneel.sterft(WEG)
    toneel.gestart(WEG)
    toneel.slag()
    assert len(gedood) == 1, "the new one begins anew"


def test_who_is_told_to_stop_may_take_its_time(toneel: Toneel, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "kill", lambda *_: pytest.fail("ended while it closed what it had open"))
    toneel.gestart(WEG)
    toneel.receiveMessage(Stop(), MAIN)
    for _ in range(2 * supervisor._BEATS):
        toneel.slag()
