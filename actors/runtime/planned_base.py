"""The base on which a simulation decides what is handled next: the same actors, in any order that is fair.

What must stay in order is a lane: one child of the top actor with all below it (a router with its aggregates and its
journal, or one reader), the top actor itself, or one end outside. Within a lane messages are handled first in, first
out; between lanes the planner chooses. The lane is read from the address of the receiver, which is a path of names.
"""

from collections import deque
from collections.abc import Collection, Iterator, Sequence
from functools import cache
from typing import Any, Protocol

from thespian.actors import Actor, ActorAddress, ActorSystem

from actors.runtime.local_base import LocalSystemBase

_LANE_PARTS = 3  # the system, the top actor, its child


class Planner(Protocol):
    """Who decides. What it raises goes to whoever called the system; a BaseException passes every actor."""

    def kies(self, lanes: Sequence[str]) -> str:
        """Choose the lane that goes on, of those with something to handle, in the order in which they got it."""

    def stap(self, receiver: Actor | None, message: Any) -> int:
        """Called before each delivery; 0: the message is lost, 1: it is handed over, 2: and comes once more, later."""


def planned_system(planner: Planner) -> ActorSystem:
    """Open an actor system in which `planner` decides; time stands still in it."""
    system = ActorSystem("simpleSystemBase", logDefs=False, transientUnique=True)
    system._systemBase = PlannedSystemBase(system, planner)
    return system


def actors_of(system: ActorSystem) -> Iterator[Actor]:
    """Give every actor there is now, in the order in which they were made."""
    return (ref.instance for ref in list(system._systemBase.actorRegistry.values()))


class PlannedSystemBase(LocalSystemBase):
    """The system base behind `planned_system`."""

    def __init__(self, system: ActorSystem, planner: Planner) -> None:
        self._planner = planner
        super().__init__(system, clock=lambda: 0.0, sleep=lambda _seconds: None)

    def _empty_mailbox(self, deadline: float | None, answers: Collection[Any]) -> None:  # noqa: ARG002 - time stands still
        planner, mailbox = self._planner, self.mailbox
        lanes: dict[str, deque[tuple[ActorAddress, ActorAddress, Any]]] = {}
        while True:
            while mailbox:
                item = mailbox.popleft()
                lanes.setdefault(lane_of(item[1].actorAddressString), deque()).append(item)
            if answers or not lanes:
                break
            chosen = planner.kies(tuple(lanes))
            item = lanes[chosen].popleft()
            if not lanes[chosen]:
                del lanes[chosen]
            ref = self.actorRegistry.get(item[1].actorAddressString)
            times = planner.stap(ref and ref.instance, item[2])
            if times:
                self._deliver(*item)
            if times > 1:
                mailbox.append(item)
        for waiting in lanes.values():  # until the next call
            mailbox.extend(waiting)


@cache
def lane_of(address: str) -> str:
    """Name the lane of an address: "/A~a~c~b" is in "/A~a~c"."""
    return "~".join(address.split("~")[:_LANE_PARTS])
