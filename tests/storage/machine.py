"""What the state machines of the stores share: one store in memory, one in LMDB, and the same done to both."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import Final, Generic, Protocol, TypeVar

from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine, rule


class Store(Protocol):
    """What can be opened anew."""

    def reopen(self) -> None:
        """Open anew in place."""

    def close(self) -> None:
        """Let go."""


S = TypeVar("S", bound=Store)

SETTINGS: Final = settings(
    max_examples=50, stateful_step_count=20, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)


class StoresMachine(RuleBasedStateMachine, Generic[S]):
    """Two stores; the one in LMDB is closed and opened again now and then."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.memory: S = self.in_memory()
        self.lmdb: S = self.in_lmdb()

    def in_memory(self) -> S:
        """Make the store in memory."""
        raise AssertionError

    def in_lmdb(self) -> S:
        """Open the store in `self.folder`."""
        raise AssertionError

    @property
    def stores(self) -> tuple[S, S]:
        return self.memory, self.lmdb

    @rule()
    def close_and_open(self) -> None:
        self.lmdb.close()
        self.lmdb = self.in_lmdb()

    @rule()
    def reopen(self) -> None:
        for store in self.stores:
            store.reopen()

    def teardown(self) -> None:
        for store in self.stores:
            store.close()
        shutil.rmtree(self.folder)
