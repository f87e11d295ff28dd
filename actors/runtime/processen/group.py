"""ProcessGroup: the processes of a daemon as its main process sees them: started, watched, stopped.

    main ─ admin ─ supervisor ─ per register a bijhouding and a levering
             └ logger

Each dies with the one above it, by the kernel. A supervisor that ended or hangs is started again; without the admin
nothing can be, so then the group has ended and main should too. Only one thread speaks for the group; it keeps the tree
at hand.
"""

import os
import select
import signal
import socket
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from time import monotonic
from typing import Any

from thespian.actors import ActorExitRequest, ActorSystem, ActorSystemException

from actors.runtime import logboek
from actors.runtime.processen import lifeline, transport
from actors.runtime.processen.messages import Boom, Gestopt, Plek, StartGroep, Stop, Tak, Toestand, VraagBoom
from actors.runtime.processen.supervisor import ProcessSupervisor
from actors.runtime.stelsel import WARM

_ASK_S = 1.0
_IDLE_S, _BUSY_S = 0.5, 0.05
"""How often the tree is looked at: when all is well, and when something is not."""
_SUPERVISORS = 20
"""So many supervisors within a minute: something is wrong that a new one does not mend."""
_MINUTE_S = 60.0
_FIRST_WORD_S = 10.0
"""So long may a supervisor take to say that it is there."""
_UNANSWERED = 60
"""After so many questions in a row that waited all of `_ASK_S` for nothing, the supervisor hangs."""
_KEY_BYTES = 32
_PID_BYTES = 8

log = logboek.maak_log("proces")


class GroupEnded(Exception):
    """The processes cannot go on; the text says which one ended."""


class ProcessGroup:
    """Start it before this process has threads, opened a store or listens: what it forks inherits all of that."""

    def __init__(self, data: Path, registers: Sequence[str], *, warm: int = WARM) -> None:
        """Of these registers in a data folder; every store in it must exist (`preparation.prepare`)."""
        self._data, self._registers, self._warm = data, tuple(registers), warm
        self._tree = Boom(0, 0, 0, ())
        self._wake = threading.Event()
        self._stopping = False
        self._ended: str | None = None
        self._on_end: Callable[[], object] = lambda: None
        self._admin_fd: int | None = None
        self._asked = self._unanswered = 0
        self._supervisor_fd: int | None = None
        self._generation = 0
        self._starts: list[float] = []
        self._due = self._looked = 0.0
        self._thread = threading.Thread(target=self._watch, name="gevolg-group", daemon=True)

    def start(self) -> None:
        """Start the processes and the thread that watches them; raises GroupEnded when they do not start."""
        lifeline.adopt_orphans()
        reading, writing = os.pipe()
        transport.secure(os.urandom(_KEY_BYTES), lambda: _tell_pid(writing))
        self._system = _open_system(self._data)
        os.close(writing)
        self.admin_pid = int.from_bytes(os.read(reading, _PID_BYTES), "big")
        os.close(reading)
        self._admin_fd = os.pidfd_open(self.admin_pid)
        self._create_supervisor()
        while self._supervisor_fd is None:
            if monotonic() > self._due:
                raise GroupEnded("de supervisor geeft geen antwoord; kijk in de log waarom")
            self._ask_tree()
        self._looked = monotonic()
        self._thread.start()

    def on_end(self, then: Callable[[], object]) -> None:
        """Call this, in the thread that watches, when the group has ended by itself; `ended` says why.

        When it ended before anyone asked, that is now, in this thread; it may be called twice.
        """
        self._on_end = then
        if self._ended is not None:
            then()

    @property
    def ended(self) -> str | None:
        """Why the group ended, when it did."""
        return self._ended

    @property
    def tree(self) -> Boom:
        """All processes, as they were a moment ago."""
        return self._tree

    def branch(self, plek: Plek) -> Tak | None:
        """One of them; None as long as nothing is known of it."""
        return next((tak for tak in self._tree.takken if tak.plek == plek), None)

    def look(self) -> None:
        """Look at the tree now: something happened."""
        self._wake.set()

    def endpoint(self) -> Any:
        """An end of the actor system for one other thread: a context manager with `ask` and `listen`."""
        return self._system.private()

    # --- the watching thread ---

    def _watch(self) -> None:
        while not self._stopping:
            try:
                self._look()
                self._looked = monotonic()
            except Exception as problem:  # noqa: BLE001 - whatever Thespian raises: the next look tells more
                log.warning("process.look_failed", error=type(problem).__name__)
                if monotonic() - self._looked > _MINUTE_S:
                    self._end("het beheerproces (admin) van de actoren antwoordt niet meer")
            well = bool(self._tree.takken) and all(t.toestand is Toestand.DRAAIT for t in self._tree.takken)
            self._wake.wait(_IDLE_S if well else _BUSY_S)
            self._wake.clear()

    def _look(self) -> None:
        if self._admin_fd is None or lifeline.has_ended(self._admin_fd):
            self._end("het beheerproces (admin) van de actoren is beëindigd")
            return
        if self._supervisor_fd is not None and lifeline.has_ended(self._supervisor_fd):
            log.error("process.supervisor_ended", pid=self._tree.pid)
            os.close(self._supervisor_fd)
            self._supervisor_fd = None
            self._create_supervisor()
        elif self._supervisor_fd is None and monotonic() > self._due:
            # It ended before it said a word, or never will: either way it is not the one any more.
            self._system.tell(self._supervisor, ActorExitRequest())
            self._create_supervisor()
        elif self._supervisor_fd is not None and self._unanswered >= _UNANSWERED:
            log.error("process.supervisor_hangs", pid=self._tree.pid)
            signal.pidfd_send_signal(self._supervisor_fd, signal.SIGKILL)
        self._ask_tree()
        lifeline.bury()

    def _create_supervisor(self) -> None:
        """Start a supervisor, the first or the next: the processes of the one before died with it."""
        now = monotonic()
        self._starts = [then for then in self._starts if now - then < _MINUTE_S] + [now]
        if len(self._starts) > _SUPERVISORS:
            self._end("de supervisor eindigde telkens weer")
            return
        self._generation += 1
        self._tree, self._unanswered = Boom(0, 0, 0, ()), 0
        self._due = now + _FIRST_WORD_S
        self._supervisor = self._system.createActor(ProcessSupervisor)
        start = StartGroep(self._data, self._registers, self._generation, self._warm)
        self._system.tell(self._supervisor, start)

    def _ask_tree(self) -> None:
        self._asked += 1
        answer = self._system.ask(self._supervisor, VraagBoom(self._asked), _ASK_S)
        deadline = monotonic() + _ASK_S
        while answer is not None and monotonic() < deadline:
            if isinstance(answer, Boom) and answer.nummer == self._asked:
                self._tree, self._unanswered = answer, 0
                if self._supervisor_fd is None:
                    self._supervisor_fd = os.pidfd_open(answer.pid)
                return
            answer = self._system.listen(_ASK_S)
        self._unanswered += 1

    def _end(self, why: str) -> None:
        self._stopping = True
        self._ended = why
        log.critical("process.group_ended", error=why)
        self._on_end()

    # --- stop ---

    def stop(self, within_s: float) -> None:
        """Let every process close what it has open, and end it; whatever still runs after that time is killed."""
        deadline = monotonic() + within_s
        self._stopping = True
        self._wake.set()
        self._thread.join(max(0.0, deadline - monotonic()))
        with suppress(Exception):
            self._close_stores(deadline - 1.0)
        shutdown = threading.Thread(target=self._shutdown, daemon=True)
        shutdown.start()
        shutdown.join(max(0.5, deadline - monotonic()))
        self.kill()

    def _close_stores(self, deadline: float) -> None:
        answer = self._system.ask(self._supervisor, Stop(), max(0.1, deadline - monotonic()))
        while answer is not None and not isinstance(answer, Gestopt) and monotonic() < deadline:
            answer = self._system.listen(max(0.1, deadline - monotonic()))

    def _shutdown(self) -> None:
        with suppress(ActorSystemException, OSError):
            self._system.shutdown()

    def kill(self) -> None:
        """End all processes at once: nothing acknowledged is lost by it."""
        self._stopping = True
        if self._admin_fd is not None and not lifeline.has_ended(self._admin_fd):
            with suppress(ProcessLookupError):
                os.kill(self.admin_pid, signal.SIGKILL)
            lifeline.has_ended(self._admin_fd, within_s=1.0)
        _wait_for_children()


def _tell_pid(descriptor: int) -> None:
    os.write(descriptor, os.getpid().to_bytes(_PID_BYTES, "big"))


def _open_system(data: Path) -> Any:
    """Thespian's processes, on a port of their own; what it logs itself goes beside the data."""
    os.environ["THESPLOG_FILE"] = str(data / "thespian.log")
    os.environ["THESPIAN_BASE_IPADDR"] = transport.LOOPBACK
    silent = {"version": 1, "root": {"level": "CRITICAL"}}
    try:
        return ActorSystem("multiprocTCPBase", {"Admin Port": _free_port()}, logDefs=silent, transientUnique=True)
    except ActorSystemException as problem:
        raise GroupEnded(
            f"de processen van de actoren starten niet ({type(problem).__name__}); zie {data}"
        ) from problem


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((transport.LOOPBACK, 0))
        return int(probe.getsockname()[1])


def _wait_for_children() -> None:
    """Wait a moment until all that was adopted has ended too."""
    deadline = monotonic() + 1.0
    while monotonic() < deadline:
        try:
            if os.waitpid(-1, os.WNOHANG)[0] == 0:
                select.select([], [], [], 0.01)
        except ChildProcessError:
            return
