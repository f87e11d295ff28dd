"""Measuring: peers in processes of their own, taken in turns, so that a noisy machine hits all alike.

A process of its own keeps the garbage collector of one peer from working for another; all have it set as `gevolg`
sets it, and collect once before each measurement.
"""

import gc
import traceback
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection
from statistics import median, quantiles
from time import perf_counter, process_time
from typing import Any, NamedTuple, Protocol, TypeVar

FORK = get_context("fork")
"""How processes begin: with all that is loaded already, and no store that is open."""
_WARM_UP = 50
"""Commando's that come first and do not count: they bring in what is made once."""

Name = TypeVar("Name")


class Task(NamedTuple):
    """What to measure once: `batches` batches of `batch` commando's of this kind."""

    kind: str
    batch: int
    batches: int


class Peer(Protocol):
    """One of those that are compared."""

    def batches(self, task: Task) -> Sequence[Callable[[], object]]:
        """Make ready whatever is not to be measured; give what is, batch by batch."""

    def check(self, results: Sequence[Any]) -> None:
        """Raise when what the batches gave shows that the work was not done."""

    def close(self) -> None:
        """Let go of files."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One measurement: how much was done, and what it took (seconds, and seconds of processor)."""

    count: int
    cpu: float
    latencies: tuple[float, ...]

    @property
    def seconds(self) -> float:
        """All batches together."""
        return sum(self.latencies)

    @property
    def per_s(self) -> float:
        """Speed."""
        return self.count / self.seconds


class PeerFailed(RuntimeError):
    """A peer raised in its process; the text is its trace."""


class Worker:
    """A peer in a process of its own; `make` is called there."""

    def __init__(self, make: Callable[[], Peer]) -> None:
        self._connection, theirs = FORK.Pipe()
        self._process = FORK.Process(target=_serve, args=(theirs, make), daemon=True)
        self._process.start()
        theirs.close()

    def measure(self, task: Task) -> Sample:
        """Let the peer do this, and measure it there. Raises PeerFailed."""
        sample: Sample = self.ask(task)
        return sample

    def ask(self, question: Task | str) -> Any:
        """Measure a task, or call the method of the peer with this name. Raises PeerFailed."""
        with suppress(BrokenPipeError):  # what it said before it ended can still be read
            self._connection.send(question)
        try:
            answer = self._connection.recv()
        except EOFError:
            raise PeerFailed("the process of a peer ended by itself") from None
        if isinstance(answer, PeerFailed):
            raise answer
        return answer

    def close(self) -> None:
        """Let the peer close and its process end."""
        with suppress(BrokenPipeError):
            self._connection.send(None)
        self._process.join()
        self._connection.close()


def _serve(connection: Connection, make: Callable[[], Peer]) -> None:
    try:
        with closing(make()) as peer:
            while (question := connection.recv()) is not None:
                connection.send(_timed(peer, question) if isinstance(question, Task) else getattr(peer, question)())
    except Exception:  # noqa: BLE001 - told to whoever waits for the answer
        connection.send(PeerFailed(traceback.format_exc()))


def _timed(peer: Peer, task: Task) -> Sample:
    batches = peer.batches(task)
    results, latencies = [], []
    gc.collect()
    cpu = process_time()
    for batch in batches:
        begin = perf_counter()
        results.append(batch())
        latencies.append(perf_counter() - begin)
    cpu = process_time() - cpu
    peer.check(results)
    return Sample(task.batch * task.batches, cpu, tuple(latencies))


def in_turns(runs: Mapping[Name, tuple[Worker, Task]], repeats: int) -> dict[Name, list[Sample]]:
    """Measure each run so many times, one after the other (A B C A B C …), after a small one that does not count."""
    samples: dict[Name, list[Sample]] = {name: [] for name in runs}
    for worker, task in runs.values():
        worker.measure(task._replace(batch=min(task.batch, _WARM_UP), batches=1))
    for _ in range(repeats):
        for name, (worker, task) in runs.items():
            samples[name].append(worker.measure(task))
    return samples


def ratio(ours: Sequence[Sample], theirs: Sequence[Sample]) -> float:
    """Our speed divided by theirs, turn by turn, and the median of that."""
    return median(our.per_s / their.per_s for our, their in zip(ours, theirs, strict=True))


def percentile(samples: Sequence[Sample], percent: int) -> float:
    """Seconds within which this percentage of all batches was done."""
    latencies = [latency for sample in samples for latency in sample.latencies]
    return quantiles(latencies, n=100, method="inclusive")[percent - 1] if len(latencies) > 1 else latencies[0]
