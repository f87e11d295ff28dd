"""Transport: what Thespian 4.0.1 lacks before its processes may talk: a seal on every frame, loopback, tied lives.

Stock, every actor listens on all interfaces and unpickles whatever a stranger sends: that runs his code. Here a frame
carries a keyed digest (BLAKE2b, 128 bits) that is checked before anything is unpickled, and every socket is
bound to 127.0.0.1. The key is made by whoever starts the processes and lives in their memory alone: they inherit it by
fork. Loading source code from messages stays off, as there is no source authority.

Call `secure` once, before the ActorSystem is made: what is forked afterwards behaves so.
"""

import hashlib
import hmac
import pickle
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from actors.runtime.processen import lifeline

LOOPBACK = "127.0.0.1"


@contextmanager
def _no_name_of_this_machine() -> Iterator[None]:
    """Thespian looks up what this machine is called while it loads; without a working DNS that takes long, and warns.

    Only loopback is used here, so loopback is what it is called.
    """
    name, full_name = socket.gethostname, socket.getfqdn
    socket.gethostname, socket.getfqdn = lambda: LOOPBACK, lambda name="": LOOPBACK  # noqa: ARG005 - its signature
    try:
        yield
    finally:
        socket.gethostname, socket.getfqdn = name, full_name


with _no_name_of_this_machine():
    from thespian.system import multiprocCommon
    from thespian.system.transport import IPBase, TCPTransport, streamBuffer

_SEAL = 16  # bytes


class SealedPickle:
    """Thespian's serializer: a pickle behind its seal."""

    def __init__(self, key: bytes) -> None:
        """Seal with `key`: at most 64 bytes, random."""
        self._key = key

    def dumps(self, message: Any) -> bytes:
        """A message as it goes over the wire."""
        pickled = pickle.dumps(message, pickle.HIGHEST_PROTOCOL)
        return self._seal(pickled) + pickled

    def loads(self, frame: bytes) -> Any:
        """The message in a frame. Raises ValueError, before anything is unpickled, when its seal is not ours."""
        pickled = frame[_SEAL:]
        if not hmac.compare_digest(self._seal(pickled), bytes(frame[:_SEAL])):
            raise ValueError("a frame without our seal")
        return pickle.loads(pickled)  # noqa: S301 - sealed by ourselves

    def _seal(self, pickled: bytes) -> bytes:
        return hashlib.blake2b(pickled, digest_size=_SEAL, key=self._key).digest()


def secure(key: bytes, admin_runs: Callable[[], None]) -> None:
    """Patch Thespian in this process, and so in every process that is forked from it.

    `admin_runs` is called in the admin once it is there.
    """
    sealed = SealedPickle(key)
    TCPTransport.serializer = sealed
    TCPTransport.ackMsg = streamBuffer.toSendBuffer(streamBuffer.ackPacket, sealed.dumps)
    TCPTransport.ackDataErrMsg = streamBuffer.toSendBuffer(streamBuffer.ackDataErrPacket, sealed.dumps)
    IPBase.IPActorAddress.bindArgs = property(lambda self: ((LOOPBACK, self.bindname[1]),))
    # Its admin starts a logger that died anew, and looks for its configuration under a name that does not exist.
    multiprocCommon.MultiProcAdmin.logDefs = property(lambda self: self.logdefs)
    _tie_admin(admin_runs)
    _tie_logger()
    _tell_of_all_that_ended()


def _tie_admin(admin_runs: Callable[[], None]) -> None:
    """The admin, which Thespian lets go of, dies with the process that started it."""
    run = multiprocCommon.MultiProcAdmin.run
    starter = lifeline.own_pid()

    def tied(admin: Any) -> None:
        lifeline.die_with(starter)
        lifeline.name_process("admin")
        admin_runs()
        run(admin)

    multiprocCommon.MultiProcAdmin.run = tied


def _tie_logger() -> None:
    """The logger dies with the admin; orphaned it would keep the admin's port."""
    start = multiprocCommon.startupASLogger

    def tied(*given: Any) -> None:
        lifeline.die_with_parent()
        lifeline.name_process("logger")
        start(*given)

    multiprocCommon.startupASLogger = tied


def _tell_of_all_that_ended() -> None:
    """When Thespian hears of a child that ended, it forgets whichever others ended meanwhile, and tells nobody."""
    lives = multiprocCommon.MultiProcReplicator._checkChildLiveness  # noqa: SLF001 - there is no other way in

    def forget(parent: Any, ended: Any) -> None:
        parent._child_procs = [  # noqa: SLF001
            child
            for child in getattr(parent, "_child_procs", ())
            if ended not in (child.childAddr, getattr(child, "childRealAddr", None)) or lives(child)
        ]

    multiprocCommon.MultiProcReplicator._childExited = forget  # noqa: SLF001
