"""Lifeline: no process outlives the one it belongs to. Linux only: prctl(2), pidfd_open(2)."""

import ctypes
import os
import select
import signal
import time
from contextlib import suppress
from typing import Final

_PR_SET_PDEATHSIG: Final = 1
_PR_SET_NAME: Final = 15
_PR_SET_CHILD_SUBREAPER: Final = 36
_ADOPTION_S: Final = 5.0

_libc = ctypes.CDLL(None, use_errno=True)


def own_pid() -> int:
    """The number of this process."""
    return os.getpid()


def adopt_orphans() -> None:
    """Become the parent of every descendant whose own parent ended: init would not know what to do with it."""
    _prctl(_PR_SET_CHILD_SUBREAPER, 1)


def die_with_parent() -> None:
    """Be killed by the kernel (SIGKILL) when the parent ends, however it ends; also when it ended just now."""
    parent = os.getppid()
    _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)


def die_with(ancestor: int) -> None:
    """The same of a process that adopts this one (`adopt_orphans`), as soon as it has."""
    deadline = time.monotonic() + _ADOPTION_S
    while os.getppid() != ancestor:
        if time.monotonic() > deadline or not is_alive(ancestor):
            os._exit(1)
        time.sleep(0.001)
    die_with_parent()


def name_process(name: str) -> None:
    """Show this in `ps -o comm` and `top`: the first 15 bytes of it."""
    _libc.prctl(_PR_SET_NAME, ctypes.c_char_p(name.encode()), 0, 0, 0)


def is_alive(pid: int) -> bool:
    """Whether there is a process of this number (a zombie is one)."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def has_ended(pidfd: int, within_s: float = 0.0) -> bool:
    """Whether the process of a pidfd ended, or does so within this time.

    Not by select(2), which knows no descriptor above 1023: a daemon with many connections has those.
    """
    poll = select.poll()
    poll.register(pidfd, select.POLLIN)
    return bool(poll.poll(within_s * 1000))


def bury() -> None:
    """Take leave of the children that ended, adopted ones too, so that no zombies stay."""
    with suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def _prctl(option: int, value: int) -> None:
    if _libc.prctl(option, value, 0, 0, 0) != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
