"""Wire: a lean HTTP client, so that the daemon is what is measured: bytes made beforehand, sockets that stay open.

It knows as much of HTTP/1.1 as the daemon answers: a length, or chunks. What it takes of the processor is told with
what it measured, for it shares the machine with what it asks.
"""

import gc
import selectors
import socket
from collections import Counter
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from time import perf_counter, process_time

_RECEIVE = 256 * 1024
_PATIENCE_S = 60.0
_END_OF_HEAD = b"\r\n\r\n"
_LAST_CHUNK = b"0\r\n\r\n"


class WireFailed(RuntimeError):
    """The daemon did not answer as it should; the text says how."""


@dataclass(frozen=True, slots=True)
class Run:
    """What asking took: seconds in all and of each request, seconds of our processor, and how many per status."""

    seconds: float
    cpu: float
    latencies: tuple[float, ...]
    statuses: Counter[int]

    @property
    def per_s(self) -> float:
        """Speed."""
        return len(self.latencies) / self.seconds


def request(method: str, path: str, token: str, body: bytes = b"", media_type: str = "application/json") -> bytes:
    """A whole request as it goes over the wire."""
    head = (
        f"{method} {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n"
        f"Content-Type: {media_type}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


class _Connection:
    """One connection: what it asked and when, and what came back so far."""

    def __init__(self, address: tuple[str, int]) -> None:
        self.socket = socket.create_connection(address, timeout=_PATIENCE_S)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.since = 0.0
        self._answer = b""

    def ask(self, asked: bytes) -> None:
        self._answer = b""
        self.since = perf_counter()
        self.socket.sendall(asked)

    def hear(self) -> bytes | None:
        """The answer, when it is all there now."""
        heard = self.socket.recv(_RECEIVE)
        if not heard:
            raise WireFailed(f"the daemon closed a connection after {self._answer[:200]!r}")
        self._answer += heard
        return self._answer if is_whole(self._answer) else None


def is_whole(answer: bytes) -> bool:
    """Whether an answer has all of its body."""
    head, found, body = answer.partition(_END_OF_HEAD)
    if not found:
        return False
    lower = head.lower()
    place = lower.find(b"content-length:")
    if place < 0:
        return body.endswith(_LAST_CHUNK)
    return len(body) >= int(lower[place + 15 :].split(b"\r\n", 1)[0])


def status_of(answer: bytes) -> int:
    """The status of an answer."""
    return int(answer[9:12])


def body_of(answer: bytes) -> bytes:
    """The body of a whole answer, its chunks put together."""
    head, _, body = answer.partition(_END_OF_HEAD)
    if b"transfer-encoding: chunked" not in head.lower():
        return body
    parts: list[bytes] = []
    while True:
        size, _, body = body.partition(b"\r\n")
        length = int(size, 16)
        if not length:
            return b"".join(parts)
        parts.append(body[:length])
        body = body[length + 2 :]


def drive(address: tuple[str, int], requests: Sequence[bytes], connections: int) -> Run:
    """Ask all of this over so many connections, the next on each as soon as the one before is answered."""
    left = iter(requests)
    latencies: list[float] = []
    statuses: Counter[int] = Counter()
    with ExitStack() as opened, selectors.DefaultSelector() as selector:
        lines = [_Connection(address) for _ in range(min(connections, len(requests)))]
        for line in lines:
            opened.enter_context(line.socket)
            selector.register(line.socket, selectors.EVENT_READ, line)
        gc.collect()
        cpu, begin = process_time(), perf_counter()
        for line in lines:
            line.ask(next(left))
        while len(latencies) < len(requests):
            ready = selector.select(_PATIENCE_S)
            if not ready:
                raise WireFailed(f"no answer within {_PATIENCE_S:.0f} s after {len(latencies)} of {len(requests)}")
            for key, _ in ready:
                line = key.data
                answer = line.hear()
                if answer is not None:
                    latencies.append(perf_counter() - line.since)
                    statuses[status_of(answer)] += 1
                    following = next(left, None)
                    if following is not None:
                        line.ask(following)
        return Run(perf_counter() - begin, process_time() - cpu, tuple(latencies), statuses)


def stream(address: tuple[str, int], asked: bytes) -> tuple[Run, bytes]:
    """Ask one thing with a long body, reading the answer while it is sent; the answer too."""
    parts: list[bytes] = []
    with _Connection(address).socket as line, selectors.DefaultSelector() as selector:
        line.settimeout(0)
        selector.register(line, selectors.EVENT_READ | selectors.EVENT_WRITE)
        rest = memoryview(asked)
        gc.collect()
        cpu, begin = process_time(), perf_counter()
        while not parts or not (parts[-1].endswith(_LAST_CHUNK) or (len(parts) == 1 and is_whole(parts[0]))):
            ready = selector.select(_PATIENCE_S)
            if not ready:
                raise WireFailed(f"no answer within {_PATIENCE_S:.0f} s")
            for _, events in ready:
                if events & selectors.EVENT_WRITE:
                    rest = rest[line.send(rest) :]
                    if not rest:
                        selector.modify(line, selectors.EVENT_READ)
                if events & selectors.EVENT_READ:
                    heard = line.recv(_RECEIVE)
                    if not heard:
                        raise WireFailed(f"the daemon closed the connection after {b''.join(parts)[-200:]!r}")
                    parts.append(heard)
        took, used = perf_counter() - begin, process_time() - cpu
    answer = b"".join(parts)
    return Run(took, used, (took,), Counter({status_of(answer): 1})), body_of(answer)
