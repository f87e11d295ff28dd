"""Small makers for the storage tests."""

from __future__ import annotations

import contextlib
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from storage.gevolgenstore import Entry, ReaderPosition

ROOT = Path(__file__).parents[2]
START = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
SOURCE = b"s" * 16


class SetClock:
    """A clock that stands still until moved."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now

    def move(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


def command_id(number: int) -> bytes:
    return number.to_bytes(16, "big")


def entry(  # noqa: PLR0913 - a test names what matters to it
    number: int,
    aggregaat: str = "auto/1",
    volgnummer: int = 1,
    *,
    content: bytes | None = None,
    count: int = 1,
    sleutels: tuple[tuple[bytes, str | None], ...] = (),
) -> Entry:
    """Give an entry with content (its number, unless told)."""
    stored = b"transactie %d" % number if content is None else content
    return Entry(command_id(number), bytes(16), aggregaat, volgnummer, stored, count, sleutels=sleutels)


def refused(number: int, answer: bytes = b"niet verwerkt") -> Entry:
    """Give an entry that records nothing."""
    return Entry(command_id(number), bytes(16), "auto/1", 0, None, 0, answer)


def at(position: int, source: bytes = SOURCE, chain: bytes = b"h" * 32) -> ReaderPosition:
    """Give a reader position."""
    return ReaderPosition(source, position, chain)


@contextlib.contextmanager
def python(script: str, *arguments: object) -> Iterator[OtherProcess]:
    """Run a script in another process beside the test; it is ended when the test leaves it."""
    with subprocess.Popen(
        [sys.executable, "-W", "error", "-c", script, *map(str, arguments)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield OtherProcess(process)
        finally:
            process.kill()


class OtherProcess:
    """A talk with another process, line by line."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process

    def hear(self) -> str:
        """Wait for the next line it prints; what it complains of when it has ended."""
        assert self.process.stdout is not None
        assert self.process.stderr is not None
        return self.process.stdout.readline().strip() or self.process.stderr.read()

    def ask(self, line: str = "") -> str:
        """Give it a line and wait for its answer."""
        assert self.process.stdin is not None
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        return self.hear()


def run_python(script: str, *arguments: object) -> str:
    """Run a script in another process to its end; give what it prints."""
    with python(script, *arguments) as other:
        out, err = other.process.communicate(timeout=60)
    assert other.process.returncode == 0, err
    return out.strip()
