"""Every actor of a system in one process: Thespian's simple system base, made fit for many actors.

Thespian's own `simpleSystemBase` scans lists where it could look up: mailbox, wakeups and children slow down
as they grow, and an actor that left stays in its registry. Here the mailbox is a deque, the wakeups are a
heap, and a child leaves in constant time, without a trace. Two rules are those of Thespian's process bases:
a message whose handler raised is offered once more, at once, and then goes back to its sender as a
`PoisonMessage`; an exit request is offered once, and takes the children along unless it says otherwise.

* One mailbox for the whole system, first in, first out: what is sent during a turn comes behind all that
  was waiting. Wakeups join the end of the mailbox in the order in which they are due.
* One owner thread calls `tell`, `ask`, `listen` and `createActor` (or several that share one lock). Another
  thread may use `ActorSystem.private()`; its messages are handled when the owner next calls in.
* `ask` returns the first answer that reaches the outside, whoever sent it and whatever it answers: give
  messages a reference of their own. What is still in the mailbox waits for the next call (pump.py).
* A timeout ends the waiting between two messages; it never interrupts a handler.
* Addresses are plain names, and those of two systems look alike: an address never leaves its system.

Source: thespian 4.0.1, `thespian/system/simpleSystemBase.py` and `thespian/system/actorManager.py`.
"""

import functools
import heapq
import inspect
import itertools
import queue
import time
import traceback
from collections import deque
from collections.abc import Callable, Collection
from datetime import timedelta
from typing import Any

from thespian.actors import (
    Actor,
    ActorAddress,
    ActorExitRequest,
    ActorSystem,
    ActorSystemMessage,
    ChildActorExited,
    DeadEnvelope,
    InvalidActorAddress,
    PoisonMessage,
    ValidatedSource,
    WakeupMessage,
)
from thespian.system import isInternalActorSystemMessage
from thespian.system import simpleSystemBase as stock
from thespian.system.messages.status import Thespian_ActorStatus, Thespian_StatusReq
from thespian.system.sourceLoader import loadModuleFromHashSource
from thespian.system.timing import ExpirationTimer, timePeriodSeconds
from thespian.system.utilis import actualActorClass

from actors.runtime.logboek import maak_log

Clock = Callable[[], float]
Sleep = Callable[[float], None]
Period = timedelta | float

log = maak_log("actor")


def local_system(clock: Clock = time.monotonic, sleep: Sleep = time.sleep) -> ActorSystem:
    """Open an actor system of its own on this base.

    `clock` gives seconds that never go back; `sleep` waits that many seconds when only a wakeup is left to
    wait for. A simulation gives both, and lets `sleep` move its clock forward.
    """
    system = ActorSystem("simpleSystemBase", logDefs=False, transientUnique=True)
    system._systemBase = LocalSystemBase(system, clock, sleep)
    return system


class LocalSystemBase(stock.ActorSystemBase):
    """The system base behind `local_system`; actors and callers see only Thespian's own interface."""

    def __init__(self, system: ActorSystem, clock: Clock, sleep: Sleep) -> None:
        """Start empty, with the system's own ends in place."""
        self.mailbox: deque[tuple[ActorAddress, ActorAddress, Any]] = deque()
        self._clock = clock
        self._sleep = sleep
        self._wakeups: list[tuple[float, int, ActorAddress, Period, Any]] = []
        self._wakeup_number = itertools.count()
        self._dead_letter_box: _ActorRef | None = None
        super().__init__(system, logDefs=False)
        self.actorRegistry[system.systemAddress.actorAddressString].instance = _SystemEnd(self)
        self._outside = self.actorRegistry["System:ExternalRequester"]
        self._answers: deque[Any] = deque()
        self._outside.instance = _OutsideEnd(self._answers.append)

    def tell(self, anActor: ActorAddress, msg: object) -> None:
        """Send from outside and work until the mailbox is empty."""
        self._collect()
        self.actor_send(self._outside.address, anActor, msg)
        self._runSends()

    def ask(self, anActor: ActorAddress, msg: object, timeout: Period | None) -> Any:
        """Send from outside and work until an answer comes out: that answer, or None."""
        self._collect()
        self.actor_send(self._outside.address, anActor, msg)
        return self.listen(timeout)

    def listen(self, timeout: Period | None) -> Any:
        """Work until an answer comes out, `timeout` has passed or nothing is left that could answer."""
        self._runSends(timeout, self._answers)
        return self._answers.popleft() if self._answers else None

    def external_clone(self) -> "_PrivateSystem":
        """Open an end for another thread (`ActorSystem.private`)."""
        with self._private_lock:
            self._private_count += 1
            return _PrivateSystem(self, self._private_count)

    def shutdown(self) -> None:
        """Stop: forget all actors and whatever they still had to do."""
        super().shutdown()
        self.mailbox.clear()
        self._wakeups.clear()
        self.actorRegistry.clear()

    def actor_send(self, fromActor: ActorAddress, toActor: ActorAddress, msg: object) -> None:
        """Put a message at the end of the mailbox."""
        self.mailbox.append((fromActor, toActor, msg))

    def wakeupAfter(self, fromActor: ActorAddress, timePeriod: Period, payload: object) -> None:
        """Remember to send a `WakeupMessage` once `timePeriod` has passed."""
        due = self._clock() + timePeriodSeconds(timePeriod)
        heapq.heappush(self._wakeups, (due, next(self._wakeup_number), fromActor, timePeriod, payload))

    def newActor(
        self,
        parentAddr: ActorAddress,
        actorClass: type | str,
        actorSystem: ActorSystem,
        targetActorRequirements: dict[str, Any] | None,
        globalName: str | None,
        sourceHash: str | None,
    ) -> ActorAddress:
        """Make a child; if it cannot be made, its parent hears so by `ChildActorExited`."""
        if globalName and globalName in self._globalNames:
            return self._globalNames[globalName]
        parent = self.actorRegistry.get(parentAddr.actorAddressString)
        if parent is None:
            raise InvalidActorAddress(parentAddr, f"not an actor that can have a new {actorClass} as child")
        address = stock._newChildAddress(parent)
        given = (actorClass, sourceHash, targetActorRequirements)
        child = self._newRefAndActor(actorSystem, parentAddr, address, *given)
        parent.addChild(address)
        if child.instance is None:
            parent.removeChild(address)
            self.actor_send(self.system.systemAddress, parentAddr, ChildActorExited(address))
            return address
        self.actorRegistry[address.actorAddressString] = child
        if globalName:
            child.globalName = globalName
            self._globalNames[globalName] = address
        return address

    def _newRefAndActor(
        self,
        actorSystem: ActorSystem,
        parentAddr: ActorAddress,
        actorAddr: ActorAddress,
        actorClass: type | str,
        sourceHash: str | None = None,
        targetActorRequirements: dict[str, Any] | None = None,
        isTopLevel: bool = False,
    ) -> "_ActorRef":
        """Make an actor and its entry; an entry without an instance means it could not be made."""
        offered = {"capabilities": actorSystem.capabilities, "requirements": targetActorRequirements}
        load = functools.partial(loadModuleFromHashSource, sourceHash, self._sources) if sourceHash else None
        actor = None
        try:
            actor_class = actualActorClass(actorClass, load)
            is_fit = getattr(actor_class, "actorSystemCapabilityCheck", None)
            if is_fit is None or is_fit(actorSystem.capabilities, targetActorRequirements or {}):
                actor = actor_class(**{name: offered[name] for name in _wanted_arguments(actor_class)})
        except Exception as problem:
            log.warning("actor.not_made", actor=str(actorClass), exc_info=True)
            if isTopLevel or isinstance(problem, ImportError):
                raise
        ref = _ActorRef(self, parentAddr, actorAddr, actor, sourceHash)
        if actor is not None:
            actor._myRef = ref
        return ref

    def _handleDeadLetters(self, address: ActorAddress, enable: bool) -> None:
        """Let the actor at `address` be the one that gets dead letters, or no longer."""
        ref = self.actorRegistry.get(address.actorAddressString)
        if enable:
            self._dead_letter_box = ref
        elif ref is self._dead_letter_box:
            self._dead_letter_box = None

    def _collect(self) -> None:
        """Take in what Thespian's own code queued (source loading) and the wakeups that are due."""
        while self._pendingSends:
            item = self._pendingSends.pop(0)
            self.mailbox.append((item.sender, item.toActor, item.msg))
        self._realizeWakeups()

    def _realizeWakeups(self) -> None:
        """Move the wakeups that are due into the mailbox; those of actors that left are dropped."""
        wakeups = self._wakeups
        while wakeups and wakeups[0][0] <= self._clock():
            _, _, address, period, payload = heapq.heappop(wakeups)
            if address.actorAddressString in self.actorRegistry:
                self.mailbox.append((address, address, WakeupMessage(period, payload)))

    def _runSends(self, timeout: Period | None = None, stop_on_available: Collection[Any] = ()) -> None:
        """Work until the mailbox is empty, something is in `stop_on_available` or `timeout` has passed.

        With a timeout, an empty mailbox is no reason to stop while a wakeup is due in time.
        """
        deadline = None if timeout is None else self._clock() + timePeriodSeconds(timeout)
        while True:
            self._collect()
            self._empty_mailbox(deadline, stop_on_available)
            if self.mailbox or stop_on_available or deadline is None or not self._wakeups:
                return
            due = self._wakeups[0][0]
            if due > deadline:
                return
            self._sleep(max(0.0, due - self._clock()))

    def _empty_mailbox(self, deadline: float | None, answers: Collection[Any]) -> None:
        mailbox, wakeups, clock, deliver = self.mailbox, self._wakeups, self._clock, self._deliver
        while mailbox and not answers:
            sender, to, msg = mailbox.popleft()
            deliver(sender, to, msg)
            if wakeups and wakeups[0][0] <= clock():
                self._realizeWakeups()
            if deadline is not None and deadline <= clock():
                return

    def _deliver(self, sender: ActorAddress, to: ActorAddress, msg: object) -> None:
        ref = self.actorRegistry.get(to._aaddr)
        if ref is None:
            self._to_dead_letter_box(sender, to, msg)
        elif isinstance(msg, ActorSystemMessage):
            self._deliver_system_message(ref, sender, msg)
        else:
            self._offer(ref, sender, msg)

    def _deliver_system_message(self, ref: "_ActorRef", sender: ActorAddress, msg: Any) -> None:
        if isinstance(msg, Thespian_StatusReq):
            self._answer_status(ref, sender)
        elif isinstance(msg, ActorExitRequest):
            try:
                ref.instance.receiveMessage(msg, sender)
            except Exception:
                log.exception("actor.exit_failed", actor=str(ref.address))
            if ref.address.actorAddressString not in self._internalAddresses:
                self._remove(ref, and_children=msg.isRecursive)
        else:
            self._offer(ref, sender, msg)

    def _offer(self, ref: "_ActorRef", sender: ActorAddress, msg: object) -> None:
        """Hand over a message; once more if that raised; then send it back as poison."""
        try:
            ref._inst.receiveMessage(msg, sender)
        except Exception:
            log.warning("actor.retried", actor=str(ref.address), message=type(msg).__name__, exc_info=True)
            try:
                ref._inst.receiveMessage(msg, sender)
            except Exception:
                log.exception("actor.poisoned", actor=str(ref.address), message=type(msg).__name__)
                if not isinstance(msg, PoisonMessage):
                    self.actor_send(ref.address, sender, PoisonMessage(msg, traceback.format_exc()))

    def _to_dead_letter_box(self, sender: ActorAddress, to: ActorAddress, msg: object) -> None:
        box = self._dead_letter_box
        if box is not None and not isinstance(msg, DeadEnvelope | ChildActorExited):
            self._offer(box, sender, DeadEnvelope(to, msg))

    def _remove(self, ref: "_ActorRef", *, and_children: bool) -> None:
        """Let an actor go: nothing of the system refers to it afterwards; its parent is told."""
        del self.actorRegistry[ref.address.actorAddressString]
        self._globalNames.pop(ref.globalName, None)
        self.registerSourceNotifications(ref.address, enable=False)
        if self._dead_letter_box is ref:
            self._dead_letter_box = None
        if and_children:
            ref.shutdown()
        ref.instance = None  # they refer to each other: else it stays in memory until a full collection
        parent = self.actorRegistry.get(ref.parent.actorAddressString)
        if parent is not None:
            parent.removeChild(ref.address)
            self.actor_send(self.system.systemAddress, ref.parent, ChildActorExited(ref.address))

    def _answer_status(self, ref: "_ActorRef", asker: ActorAddress) -> None:
        status = Thespian_ActorStatus(ref.address, type(ref.instance).__name__, self.system.systemAddress)
        now = self._clock()
        status.addWakeups([(entry[2], ExpirationTimer(entry[0] - now)) for entry in sorted(self._wakeups)])
        status.childActors.extend(ref._yung.values())
        for sender, to, waiting in self.mailbox:
            if to == ref.address:
                status.addPendingMessage(sender, to, waiting)
        self.actor_send(ref.address, asker, status)


class _ActorRef(stock.ActorRef):
    """The entry of one actor in the registry: the actor, its place in the tree, its way to the mailbox."""

    def __init__(
        self,
        base: LocalSystemBase,
        parent: ActorAddress,
        address: ActorAddress,
        actor: Actor | None,
        source_hash: str | None = None,
    ) -> None:
        super().__init__(base.system, parent, address, actor, mySourceHash=source_hash)
        self._yung: dict[str, ActorAddress] = {}
        self._post = base.mailbox.append
        self.globalName: str | None = ""

    def actor_send(self, toActorAddr: ActorAddress, msg: object) -> None:
        self._post((self._addr, toActorAddr, msg))

    def addChild(self, childAddr: ActorAddress) -> None:
        self._yung[childAddr.actorAddressString] = childAddr
        self._childCounter += 1

    def removeChild(self, childAddr: ActorAddress) -> None:
        self._yung.pop(childAddr.actorAddressString, None)

    def shutdown(self) -> None:
        for child in self._yung.values():
            self._post((self._system.systemAddress, child, ActorExitRequest()))


class _SystemEnd(Actor):
    """What stands at the address of the system itself: takes in validated sources, discards the rest."""

    def __init__(self, base: LocalSystemBase) -> None:
        self._base = base

    def receiveMessage(self, msg: object, _sender: ActorAddress) -> None:
        if isinstance(msg, ValidatedSource):
            self._base._loadValidatedActorSource(msg.sourceHash, msg.sourceZip)


class _OutsideEnd(Actor):
    """What stands for a caller outside: keeps each answer, leaves out Thespian's own notices."""

    def __init__(self, keep: Callable[[Any], None]) -> None:
        self._keep = keep

    def receiveMessage(self, msg: object, _sender: ActorAddress) -> None:
        if not isInternalActorSystemMessage(msg):
            self._keep(msg)


class _PrivateSystem:
    """An end of the system for one thread other than the owner's; waits in real time."""

    def __init__(self, base: LocalSystemBase, number: int) -> None:
        self._base = base
        self._answers: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self._address = ActorAddress(f"System:ExternalRequester:{number}")
        ref = _ActorRef(base, base.system.systemAddress, self._address, _OutsideEnd(self._answers.put))
        base.actorRegistry[self._address.actorAddressString] = ref

    def tell(self, anActor: ActorAddress, msg: object) -> None:
        self._base.actor_send(self._address, anActor, msg)

    def ask(self, anActor: ActorAddress, msg: object, timeout: Period | None) -> Any:
        self.tell(anActor, msg)
        return self.listen(timeout)

    def listen(self, timeout: Period | None) -> Any:
        try:
            return self._answers.get(timeout=None if timeout is None else timePeriodSeconds(timeout))
        except queue.Empty:
            return None

    def newPrimaryActor(self, *args: Any) -> ActorAddress:
        return self._base.newPrimaryActor(*args)

    def exit_context(self) -> None:
        self._base.actorRegistry.pop(self._address.actorAddressString, None)


@functools.lru_cache(maxsize=1024)
def _wanted_arguments(actor_class: type) -> tuple[str, ...]:
    """Name what Thespian offers and the constructor of `actor_class` asks for."""
    parameters = inspect.signature(actor_class).parameters
    return tuple(name for name in ("capabilities", "requirements") if name in parameters)
