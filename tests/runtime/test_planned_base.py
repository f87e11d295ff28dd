"""The base on which a simulation decides what is handled next."""

from collections.abc import Callable
from typing import Any

from thespian.actors import Actor, ActorAddress

from actors.runtime.planned_base import actors_of, lane_of, planned_system


class Echo(Actor):
    """Answers; whoever sends a text gets it back from a child made for it."""

    def receiveMessage(self, msg: Any, sender: ActorAddress) -> None:
        if isinstance(msg, str):
            self.send(self.createActor(Echo), (msg, sender))
        elif isinstance(msg, tuple):
            self.send(msg[1], msg[0])
        elif isinstance(msg, int):
            self.send(sender, msg)


class Youngest:
    """Takes the lane that came up last; loses and repeats what it is told to."""

    def __init__(self, times: Callable[[Any], int] = lambda _: 1) -> None:
        self.times = times
        self.chosen: list[str] = []
        self.receivers: list[Any] = []

    def kies(self, lanes: Any) -> str:
        self.chosen.append(lanes[-1])
        return str(lanes[-1])

    def stap(self, receiver: Any, message: Any) -> int:
        self.receivers.append(receiver)
        return self.times(message)


def test_a_lane_is_a_child_of_the_top_actor_with_all_below_it() -> None:
    addresses = ("/A~a", "/A~a~c", "/A~a~c~b", "/A~a~c~b~d", "System:ExternalRequester:1")
    assert [lane_of(address) for address in addresses] == [
        "/A~a",
        "/A~a~c",
        "/A~a~c",
        "/A~a~c",
        "System:ExternalRequester:1",
    ]


def test_the_planner_chooses_among_the_lanes_and_sees_who_gets_what() -> None:
    planner = Youngest()
    system = planned_system(planner)
    echo = system.createActor(Echo)
    assert system.ask(echo, "through a child") == "through a child"
    assert planner.chosen == ["/A~a", "/A~a~a", "System:ExternalRequester"]
    assert [isinstance(receiver, Echo) for receiver in planner.receivers] == [True, True, False]


def test_within_a_lane_order_is_kept_also_when_a_call_ends_with_work_left() -> None:
    system = planned_system(Youngest())
    echo = system.createActor(Echo)
    with system.private() as outside:
        for number in range(3):
            outside.tell(echo, number)
        assert system.ask(echo, 10) == 10
        for number in range(3, 6):
            outside.tell(echo, number)
        assert system.ask(echo, 11) == 11
        system.tell(echo, 12)
        assert [outside.listen(0) for _ in range(7)] == [0, 1, 2, 3, 4, 5, None]


def test_what_comes_in_as_a_call_ends_stays_behind_what_was_waiting() -> None:
    again = [1]

    class Meanwhile(Youngest):
        def stap(self, receiver: Any, message: Any) -> int:
            if message == 10 and not isinstance(receiver, Echo):
                outside.tell(echo, 2)
            return 2 if message in again and again.pop() else 1

    system = planned_system(Meanwhile())
    echo = system.createActor(Echo)
    with system.private() as outside:
        outside.tell(echo, 1)
        assert system.ask(echo, 10) == 10
        system.tell(echo, 12)
        assert [outside.listen(0) for _ in range(4)] == [1, 1, 2, None]


def test_a_message_may_be_lost_or_come_once_more_later() -> None:
    times = {1: [0], 2: [2, 1]}
    system = planned_system(Youngest(lambda message: times[message].pop(0) if times.get(message) else 1))
    echo = system.createActor(Echo)
    with system.private() as outside:
        for number in (1, 2, 3):
            outside.tell(echo, number)
        system.tell(echo, 4)
        assert [outside.listen(0) for _ in range(4)] == [2, 3, 2, None]


def test_every_actor_there_is_can_be_looked_at() -> None:
    system = planned_system(Youngest())
    system.ask(system.createActor(Echo), "through a child")
    assert sum(isinstance(actor, Echo) for actor in actors_of(system)) == 2
