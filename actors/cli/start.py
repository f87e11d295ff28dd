"""Start: where the command begins, and how a signal ends it: in one sentence, with everything put away."""

import contextlib
import signal
import sys
from collections.abc import Iterator
from types import FrameType
from typing import NoReturn

SIGNALEN = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
AFGEBROKEN = "afgebroken; wat is bevestigd blijft, herhaal de opdracht om verder te gaan"


def exitcode(nummer: int) -> int:
    """The exit code that says, as a shell does, which signal ended the command."""
    return 128 + nummer


class Onderbroken(BaseException):
    """A signal asks the command to end. No Exception and no KeyboardInterrupt, so that nobody keeps it."""

    def __init__(self, nummer: int) -> None:
        super().__init__(nummer)
        self.code = exitcode(nummer)


def _onderbreek(nummer: int, _frame: FrameType | None) -> NoReturn:
    """The first signal ends it in order; after that only another Ctrl-C ends it at once."""
    for ander in SIGNALEN:
        if signal.getsignal(ander) is _onderbreek:
            signal.signal(ander, signal.SIG_DFL if ander == signal.SIGINT else signal.SIG_IGN)
    raise Onderbroken(nummer)


@contextlib.contextmanager
def afbreekbaar() -> Iterator[None]:
    """Signals end what runs here, and the process; a signal that is ignored (nohup) stays ignored."""
    try:
        for nummer in SIGNALEN:
            if signal.getsignal(nummer) in (signal.SIG_DFL, signal.default_int_handler):
                signal.signal(nummer, _onderbreek)
        yield
    except (Onderbroken, KeyboardInterrupt) as fout:
        with contextlib.suppress(OSError, AttributeError):  # nobody is there to read it
            sys.stderr.write(f"{AFGEBROKEN}\n")
            sys.stderr.flush()
        sys.exit(getattr(fout, "code", exitcode(signal.SIGINT)))


def main() -> None:
    """The console script: a signal while the program is still loading ends it in order too."""
    with afbreekbaar():
        from actors.cli import main as opdrachtregel  # noqa: PLC0415 - loading takes long enough to be interrupted

        opdrachtregel.main()


if __name__ == "__main__":
    main()
