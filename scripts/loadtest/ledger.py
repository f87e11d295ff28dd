"""Ledger: our own bookkeeping of what was offered and what was said to be done, to hold the daemon to afterwards."""

from collections import Counter
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

import httpx


@dataclass(slots=True)
class Ledger:
    """Ids of commando's: which are offered and not answered yet, and what was answered to the others."""

    open: dict[str, str] = field(default_factory=dict)
    """Id → register: whether these were done is not known."""
    done: dict[str, tuple[str, int]] = field(default_factory=dict)
    """Id → register and position: these were acknowledged."""
    refused: Counter[str] = field(default_factory=Counter)
    """Rule → how many were not processed because of it."""
    retries: Counter[int] = field(default_factory=Counter)
    """Status → how often a commando was offered again after it, under the same id; 0 for a broken connection."""

    def offer(self, id_: str, register: str) -> None:
        """This is offered now."""
        self.open[id_] = register

    def hear(self, id_: str, status: int, outcome: dict[str, Any]) -> None:
        """This was answered: with an outcome, or a problem."""
        register = self.open.pop(id_)
        if status in {HTTPStatus.OK, HTTPStatus.CREATED}:
            self.done[id_] = (register, int(outcome["positie"]))
        else:
            self.refused[str(outcome.get("regel") or outcome.get("title") or status)] += 1


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of what was acknowledged. `late` were never answered and turn out to be done."""

    acknowledged: int
    lost: tuple[str, ...]
    twice: tuple[str, ...]
    late: int

    @property
    def holds(self) -> bool:
        """Nothing lost, nothing done twice."""
        return not self.lost and not self.twice


def verify(ledger: Ledger, client: httpx.Client) -> Verdict:
    """Ask the daemon for every commando: each acknowledged one is there, at a position of its own."""
    lost, seen, twice = [], Counter[tuple[str, int]](), []
    for id_, (register, position) in ledger.done.items():
        answer = client.get(f"/{register}/v1/commandos/{id_}")
        found = answer.json() if answer.status_code == HTTPStatus.OK else {}
        if found.get("uitkomst") != "verwerkt" or found.get("positie") != position:
            lost.append(id_)
        if position:  # at 0 nothing needed to be recorded
            seen[register, position] += 1
            if seen[register, position] > 1:
                twice.append(id_)
    answers = (client.get(f"/{register}/v1/commandos/{id_}") for id_, register in ledger.open.items())
    late = sum(answer.status_code == HTTPStatus.OK for answer in answers)
    return Verdict(len(ledger.done), tuple(lost), tuple(twice), late)
