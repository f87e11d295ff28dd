"""How far behind the readers of a daemon are, and waiting until none is: from `/health/ready`."""

from collections.abc import Iterator
from time import perf_counter
from typing import Any, NamedTuple

import gevent
import httpx

_LOOK_S = 0.1


class Lag(NamedTuple):
    """How far one reader of a register is behind, in positions and in seconds."""

    register: str
    reader: str
    positions: int
    seconds: float


def lag(client: httpx.Client) -> list[Lag]:
    """Every reader now. Raises httpx.HTTPError."""
    registers = client.get("/health/ready").json()["registers"]
    return [one for name, register in registers.items() for one in _of(name, register.get("achterstand", {}))]


def _of(register: str, lags: dict[str, Any], before: str = "") -> Iterator[Lag]:
    for name, found in lags.items():
        if "posities" in found:
            yield Lag(register, f"{before}{name}", found["posities"], found["seconden"])
        else:
            yield from _of(register, found, f"{name} ")


def wait_for_rest(client: httpx.Client, at_most_s: float) -> bool:
    """Until no reader is behind; False when that took longer."""
    until = perf_counter() + at_most_s
    while any(one.positions for one in lag(client)):
        if perf_counter() > until:
            return False
        gevent.sleep(_LOOK_S)
    return True
