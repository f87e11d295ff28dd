"""The in-process system base: order, timers, retry, exits, dead letters, and the ends to the outside."""

import io
import threading
import weakref
import zipfile
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from thespian.actors import (
    Actor,
    ActorAddress,
    ActorExitRequest,
    ActorSystem,
    ChildActorExited,
    DeadEnvelope,
    InvalidActorAddress,
    LoadedSource,
    PoisonMessage,
    Thespian_ActorStatus,
    Thespian_StatusReq,
    UnloadedSource,
    ValidatedSource,
    ValidateSource,
    WakeupMessage,
)

from actors.runtime.local_base import local_system
from actors.runtime.pump import pending, run_until_empty


class FakeClock:
    """A clock that moves only when told to, or when the system sleeps."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


class Scripted(Actor):
    """Does what the messages tell it: a message is a function of (actor, sender); keeps the rest."""

    def __init__(self) -> None:
        self.seen: list[Any] = []

    def receiveMessage(self, msg: Any, sender: ActorAddress) -> None:
        if callable(msg):
            msg(self, sender)
        else:
            self.seen.append(msg)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def system(clock: FakeClock) -> Iterator[ActorSystem]:
    opened = local_system(clock, clock.sleep)
    yield opened
    opened.shutdown()


def seen_by(system: ActorSystem, address: ActorAddress) -> list[Any]:
    """Ask a scripted actor what it kept."""
    return list(system.ask(address, lambda actor, sender: actor.send(sender, tuple(actor.seen))))


def ask_for(system: ActorSystem, address: ActorAddress, question: Callable[[Any], Any]) -> Any:
    """Ask a scripted actor for something of its own."""
    return system.ask(address, lambda actor, sender: actor.send(sender, question(actor)))


def registered(system: ActorSystem) -> set[str]:
    return set(system._systemBase.actorRegistry)


# Order


def test_messages_arrive_in_the_order_in_which_all_actors_together_sent_them(system: ActorSystem) -> None:
    listener = system.createActor(Scripted)
    senders = [system.createActor(Scripted) for _ in range(3)]

    def send_twice(number: int) -> Callable[[Any, Any], None]:
        def turn(actor: Any, _sender: Any) -> None:
            actor.send(listener, (number, "first"))
            actor.send(actor.myAddress, lambda a, _s: a.send(listener, (number, "later")))
            actor.send(listener, (number, "second"))

        return turn

    for number, sender in enumerate(senders):
        system._systemBase.actor_send(listener, sender, send_twice(number))
    run_until_empty(system)
    direct = [(n, w) for n in range(3) for w in ("first", "second")]
    assert seen_by(system, listener) == direct + [(n, "later") for n in range(3)]


def test_tell_returns_when_the_mailbox_is_empty(system: ActorSystem) -> None:
    actor = system.createActor(Scripted)

    def count_down(left: int) -> Callable[[Any, Any], None]:
        def turn(a: Any, _sender: Any) -> None:
            a.seen.append(left)
            if left:
                a.send(a.myAddress, count_down(left - 1))

        return turn

    system.tell(actor, count_down(500))
    assert pending(system) == 0
    assert seen_by(system, actor) == list(range(500, -1, -1))


def test_what_is_left_after_an_answer_is_pending_until_the_mailbox_is_run_empty(system: ActorSystem) -> None:
    actor = system.createActor(Scripted)

    def answer_then_work(a: Any, sender: Any) -> None:
        a.send(sender, "answer")
        a.send(a.myAddress, "one")
        a.send(a.myAddress, "two")

    assert system.ask(actor, answer_then_work) == "answer"
    assert pending(system) == 2
    run_until_empty(system)
    assert pending(system) == 0
    assert seen_by(system, actor) == ["one", "two"]


def test_a_handler_may_ask_the_system_it_runs_in(system: ActorSystem) -> None:
    outer, inner = system.createActor(Scripted), system.createActor(Scripted)

    def ask_within(actor: Any, sender: Any) -> None:
        actor.send(sender, ("outer", ask_for(system, inner, lambda _: "inner")))

    assert system.ask(outer, ask_within) == ("outer", "inner")


# The tree of actors


def test_children_make_children_of_their_own(system: ActorSystem) -> None:
    def grow(depth: int) -> Callable[[Any, Any], None]:
        def turn(actor: Any, _sender: Any) -> None:
            if depth:
                actor.child = actor.createActor(Scripted)
                actor.send(actor.child, grow(depth - 1))

        return turn

    before = registered(system)
    root = system.createActor(Scripted)
    system.tell(root, grow(50))
    assert len(registered(system) - before) == 51
    system.tell(root, ActorExitRequest())
    assert registered(system) == before


def test_thousands_of_children_leave_in_constant_time_and_without_a_trace(system: ActorSystem) -> None:
    parent = system.createActor(Scripted)
    before = registered(system)
    children = ask_for(system, parent, lambda a: [a.createActor(Scripted) for _ in range(5000)])
    assert len(registered(system)) == len(before) + 5000
    assert len(children) == 5000

    compared = 0
    original = ActorAddress.__eq__

    def counting(self: ActorAddress, other: object) -> bool:
        nonlocal compared
        compared += 1
        return bool(original(self, other))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ActorAddress, "__eq__", counting)
        for child in reversed(children):
            system.tell(child, ActorExitRequest())
    assert compared == 0
    assert registered(system) == before
    told = seen_by(system, parent)
    assert [m.childAddress.actorAddressString for m in told] == [c.actorAddressString for c in reversed(children)]
    assert ask_for(system, parent, lambda a: len(a._myRef._yung)) == 0


def test_an_actor_that_left_is_forgotten_at_once_and_altogether(system: ActorSystem) -> None:
    class Leaving(Scripted):
        pass

    kept = weakref.WeakSet[Any]()
    actor = system.createActor(Leaving)
    system.tell(actor, lambda a, _s: kept.add(a))
    system.tell(actor, lambda a, _s: a.handleDeadLetters())
    system.tell(actor, lambda a, _s: a.notifyOnSourceAvailability())
    system.tell(actor, ActorExitRequest())
    assert list(kept) == []
    assert pending(system) == 0


def test_an_exit_takes_the_children_along_unless_it_says_otherwise(system: ActorSystem) -> None:
    for recursive, survivors in ((True, 0), (False, 1)):
        before = registered(system)
        parent = system.createActor(Scripted)
        ask_for(system, parent, lambda a: a.createActor(Scripted))
        system.tell(parent, ActorExitRequest(recursive=recursive))
        assert len(registered(system) - before) == survivors


def test_an_actor_handles_its_exit_request_once_even_if_that_fails(system: ActorSystem) -> None:
    calls = []

    class Stubborn(Actor):
        def receiveMessage(self, msg: Any, _sender: Any) -> None:
            calls.append(msg)
            raise RuntimeError("I stay")

    before = registered(system)
    system.tell(system.createActor(Stubborn), ActorExitRequest())
    assert len(calls) == 1
    assert registered(system) == before


def test_a_child_that_cannot_be_made_is_reported_as_exited(system: ActorSystem) -> None:
    class Unmakeable(Actor):
        def __init__(self) -> None:
            raise RuntimeError("no")

    parent = system.createActor(Scripted)
    before = registered(system)
    child = ask_for(system, parent, lambda a: a.createActor(Unmakeable))
    run_until_empty(system)
    (told,) = seen_by(system, parent)
    assert told == ChildActorExited(child)
    assert registered(system) == before
    with pytest.raises(RuntimeError, match="no"):
        system.createActor(Unmakeable)


def test_a_child_of_an_unknown_parent_is_refused(system: ActorSystem) -> None:
    with pytest.raises(InvalidActorAddress):
        system._systemBase.newActor(ActorAddress("/gone"), Scripted, system, None, None, None)


def test_a_constructor_gets_the_arguments_it_names(system: ActorSystem) -> None:
    class Asking(Scripted):
        def __init__(self, requirements: dict[str, Any], capabilities: dict[str, Any]) -> None:
            super().__init__()
            self.requirements, self.capabilities = requirements, capabilities

    actor = system.createActor(Asking, targetActorRequirements={"size": 3})
    assert ask_for(system, actor, lambda a: a.requirements) == {"size": 3}
    assert ask_for(system, actor, lambda a: a.capabilities["Thespian ActorSystem Name"]) == "simpleSystem"


def test_a_named_child_is_found_again_and_its_name_is_free_after_its_exit(system: ActorSystem) -> None:
    parent = system.createActor(Scripted)
    first = ask_for(system, parent, lambda a: a.createActor(Scripted, globalName="journaal"))
    assert system.createActor(Scripted, globalName="journaal") == first
    assert ask_for(system, first, lambda a: a.globalName) == "journaal"
    system.tell(first, ActorExitRequest())
    assert ask_for(system, parent, lambda a: a.createActor(Scripted, globalName="journaal")) != first


# Failing handlers


class Failing(Scripted):
    """Fails on a message `("fail", n)` the first n times it gets it."""

    def receiveMessage(self, msg: Any, sender: ActorAddress) -> None:
        super().receiveMessage(msg, sender)
        if isinstance(msg, tuple) and msg[0] == "fail" and self.seen.count(msg) <= msg[1]:
            raise RuntimeError(f"failing on {msg}")


def test_a_message_that_failed_once_is_offered_again_before_any_other(system: ActorSystem) -> None:
    actor = system.createActor(Failing)
    for message in ("before", ("fail", 1), "after"):
        system._systemBase.actor_send(actor, actor, message)
    run_until_empty(system)
    assert seen_by(system, actor) == ["before", ("fail", 1), ("fail", 1), "after"]


def test_a_message_that_failed_twice_goes_back_to_its_sender_as_poison(system: ActorSystem) -> None:
    actor = system.createActor(Failing)
    answer = system.ask(actor, ("fail", 9))
    assert answer == PoisonMessage(("fail", 9))
    assert "RuntimeError: failing on ('fail', 9)" in answer.details
    assert seen_by(system, actor) == [("fail", 9)] * 2


def test_an_actor_that_fails_on_poison_too_gets_no_more_of_it(system: ActorSystem) -> None:
    class Hopeless(Scripted):
        def receiveMessage(self, msg: Any, sender: Any) -> None:
            super().receiveMessage(msg, sender)
            if isinstance(msg, PoisonMessage) or msg == "self":
                raise RuntimeError("always")

    actor = system.createActor(Hopeless)
    system.tell(actor, lambda a, _s: a.send(a.myAddress, "self"))
    assert [type(m) for m in seen_by(system, actor)] == [str, str, PoisonMessage, PoisonMessage]


# Dead letters


def test_a_message_to_an_actor_that_left_goes_to_the_dead_letter_box(system: ActorSystem) -> None:
    box, gone = system.createActor(Scripted), system.createActor(Scripted)
    system.tell(box, lambda a, _s: a.handleDeadLetters())
    system.tell(gone, ActorExitRequest())
    system.tell(gone, "too late")
    assert seen_by(system, box) == [DeadEnvelope(gone, "too late")]
    system.tell(box, lambda a, _s: a.handleDeadLetters(startHandling=False))
    system.tell(gone, "later still")
    assert len(seen_by(system, box)) == 1


def test_without_a_dead_letter_box_dead_letters_are_dropped(system: ActorSystem) -> None:
    box, gone = system.createActor(Scripted), system.createActor(Scripted)
    system.tell(box, lambda a, _s: a.handleDeadLetters())
    for actor in (gone, box):
        system.tell(actor, ActorExitRequest())
    system.tell(gone, "nobody cares")
    assert pending(system) == 0


# Wakeups


def test_wakeups_come_in_the_order_in_which_they_are_due(system: ActorSystem, clock: FakeClock) -> None:
    actor = system.createActor(Scripted)

    def numbered(a: Any, _sender: Any) -> None:
        for number, seconds in enumerate((30, 10, 20, 10)):
            a.wakeupAfter(timedelta(seconds=seconds), payload=(seconds, number))

    system.tell(actor, numbered)
    assert pending(system) == 0
    clock.now += 60
    assert pending(system) == 4
    run_until_empty(system)
    assert [m.payload for m in seen_by(system, actor)] == [(10, 1), (10, 3), (20, 2), (30, 0)]


def test_a_wakeup_says_how_long_it_was_and_comes_no_sooner(system: ActorSystem, clock: FakeClock) -> None:
    actor = system.createActor(Scripted)
    system.tell(actor, lambda a, _s: a.wakeupAfter(2.5, "payload"))
    clock.now += 2.4
    assert seen_by(system, actor) == []
    clock.now += 0.1
    assert seen_by(system, actor) == [WakeupMessage(2.5, "payload")]


def test_a_due_wakeup_comes_before_a_message_told_later(system: ActorSystem, clock: FakeClock) -> None:
    actor = system.createActor(Scripted)
    system.tell(actor, lambda a, _s: a.wakeupAfter(1, "wakeup"))
    clock.now += 1
    system.tell(actor, "told")
    assert [getattr(m, "payload", m) for m in seen_by(system, actor)] == ["wakeup", "told"]


def test_a_wakeup_of_an_actor_that_left_is_dropped(system: ActorSystem, clock: FakeClock) -> None:
    box, actor = system.createActor(Scripted), system.createActor(Scripted)
    system.tell(box, lambda a, _s: a.handleDeadLetters())
    system.tell(actor, lambda a, _s: a.wakeupAfter(1))
    system.tell(actor, ActorExitRequest())
    clock.now += 1
    assert seen_by(system, box) == []


def test_thousands_of_wakeups_are_not_looked_at_before_they_are_due(clock: FakeClock) -> None:
    looks = 0

    def counting() -> float:
        nonlocal looks
        looks += 1
        return clock.now

    system = local_system(counting, clock.sleep)
    actor = system.createActor(Scripted)
    system.tell(actor, lambda a, _s: [a.wakeupAfter(100 + n) for n in range(3000)])
    looks = 0
    for _ in range(100):
        system.tell(actor, "work")
    assert looks <= 400
    system.shutdown()


# Waiting


def test_an_ask_waits_for_a_wakeup_that_is_due_in_time(system: ActorSystem, clock: FakeClock) -> None:
    class Slow(Actor):
        def receiveMessage(self, msg: Any, sender: Any) -> None:
            if isinstance(msg, WakeupMessage):
                self.send(msg.payload, "done")
            else:
                self.wakeupAfter(5, sender)

    slow = system.createActor(Slow)
    assert system.ask(slow, "go", 10) == "done"
    assert clock.slept == [5.0]
    assert system.ask(slow, "go", timedelta(seconds=4)) is None
    assert clock.slept == [5.0]
    assert system.listen(10) == "done"


def test_an_ask_nobody_can_answer_returns_at_once(system: ActorSystem, clock: FakeClock) -> None:
    assert system.ask(system.createActor(Scripted), "silence", 3600) is None
    assert clock.slept == []


def test_an_ask_ends_at_its_timeout_though_the_actors_go_on(system: ActorSystem, clock: FakeClock) -> None:
    def forever(actor: Any, _sender: Any) -> None:
        clock.now += 1
        actor.seen.append(clock.now)
        if len(actor.seen) < 1000:
            actor.send(actor.myAddress, forever)

    actor = system.createActor(Scripted)
    assert system.ask(actor, forever, 10) is None
    assert clock.now == 1010.0
    assert pending(system) == 1


def test_an_answer_that_came_too_late_is_the_first_to_be_heard_next(system: ActorSystem) -> None:
    actor = system.createActor(Scripted)
    system.tell(actor, lambda a, sender: a.send(sender, "late"))
    assert ask_for(system, actor, lambda _: "asked") == "late"
    assert system.listen() == "asked"
    assert system.listen() is None


# Outside


def test_two_systems_in_one_process_know_nothing_of_each_other() -> None:
    first, second = local_system(), local_system()
    one, other = first.createActor(Scripted), second.createActor(Scripted)
    first.tell(one, "for the first")
    assert seen_by(second, other) == []
    assert seen_by(first, one) == ["for the first"]
    first.shutdown()
    assert seen_by(second, other) == []
    second.shutdown()


def test_another_thread_asks_through_a_private_end_while_the_owner_works(system: ActorSystem) -> None:
    before = registered(system)
    answers: list[Any] = []
    finished = threading.Event()

    def ask_fifty_times() -> None:
        with system.private() as private:
            actor = private.createActor(Scripted)
            answers.extend(private.ask(actor, lambda a, s, n=n: a.send(s, n), 20) for n in range(50))
            private.tell(actor, ActorExitRequest())
        finished.set()

    thread = threading.Thread(target=ask_fifty_times)
    thread.start()
    while not finished.wait(0.001):
        run_until_empty(system)
    thread.join()
    run_until_empty(system)
    assert answers == list(range(50))
    assert registered(system) == before


def test_a_private_ask_ends_at_its_timeout_when_the_owner_does_nothing(system: ActorSystem) -> None:
    actor = system.createActor(Scripted)
    with system.private() as private:
        assert private.ask(actor, "silence", 0.01) is None
        assert private.listen(timedelta(milliseconds=1)) is None


def test_a_status_request_tells_the_children_the_wakeups_and_what_is_pending(system: ActorSystem) -> None:
    actor = system.createActor(Scripted)
    child = ask_for(system, actor, lambda a: a.createActor(Scripted))
    system.tell(actor, lambda a, _s: a.wakeupAfter(7))

    def burst(a: Any, sender: Any) -> None:
        system._systemBase.actor_send(sender, a.myAddress, Thespian_StatusReq())
        a.send(a.myAddress, "waiting")

    status = system.ask(actor, burst)
    assert isinstance(status, Thespian_ActorStatus)
    assert status.childActors == [child]
    assert [str(to) for to, _timer in status.pendingWakeups] == [str(actor)]
    assert [message for _from, _to, message in status.pendingMessages] == ["waiting"]


@pytest.mark.filterwarnings("ignore:Hash.*Loader.exec_module:ImportWarning")  # Thespian's loader is old
def test_sources_are_loaded_and_unloaded_as_thespian_promises(system: ActorSystem) -> None:
    class Authority(Scripted):
        def receiveMessage(self, msg: Any, sender: Any) -> None:
            if isinstance(msg, ValidateSource):
                self.send(sender, ValidatedSource(msg.sourceHash, msg.sourceData))
            else:
                super().receiveMessage(msg, sender)

    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as made:
        made.writestr(
            "gast.py",
            "from thespian.actors import Actor\nclass Gast(Actor):\n    "
            "def receiveMessage(self, msg, sender): self.send(sender, 'gast')\n",
        )
    archive.seek(0)
    authority = system.createActor(Authority)
    system.tell(authority, lambda a, _s: (a.registerSourceAuthority(), a.notifyOnSourceAvailability()))
    source = system.loadActorSource(archive)
    guest = system.createActor("gast.Gast", sourceHash=source)
    assert system.ask(guest, "who is there?") == "gast"
    system.unloadActorSource(source)
    run_until_empty(system)
    assert seen_by(system, authority) == [LoadedSource(source, ""), UnloadedSource(source, "")]
