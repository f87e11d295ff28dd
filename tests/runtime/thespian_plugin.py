"""A pytest plugin: Thespian's own tests for its simple base, run on ours. For a process of its own.

* Of all tests only those remain that are meant for the simple base, and that base is the one `--base` names.
* Time passes only when someone sleeps: the main thread's sleep moves the clock, another thread's takes no time. Waiting
  for a wakeup lets other threads get on first.
* What became of each test, and how many systems it opened on the base, is written to `--outcomes`.
"""

import contextlib
import json
import sys
import threading
import time
import types
from collections.abc import Iterator
from datetime import datetime, timedelta, tzinfo
from pathlib import Path
from typing import Any, Self

import pytest
import thespian.system
import thespian.transient
from thespian.actors import ActorAddress, ActorSystem

from actors.runtime.local_base import LocalSystemBase

MEANT = "simpleSystemBase"
LEFT_OUT = {"test_runcommand.py": "tests an actor that runs programs and waits for them in real time"}
"""The module that does not run though it is meant for the simple base, and why."""

PATIENCE = 5000
"""How many milliseconds another thread may take to give work."""

ASK_WAIT = timedelta(hours=1)
"""How long `test_threadedExternal` waits for an answer, in place of 5 seconds.

Its ten threads together ask for 6.2 seconds of work, its hundred for a minute. The first ask of the main thread gives
up before that and is not repeated, so whichever thread is last is left alone: it passes only where that one needs
nothing more by then, on Thespian's base as on ours. Threads that ask give up after 5 seconds too on ours, as they
say; Thespian's base forgets that (it hands the seconds to `Queue.get` as `block`).
"""

outcomes: dict[str, dict[str, Any]] = {}


class SleptTime:
    """The seconds slept so far, in place of the time of day."""

    def __init__(self) -> None:
        self.slept = 0.0
        self.really_sleep = time.sleep

    def now(self) -> float:
        return self.slept

    def sleep(self, seconds: float) -> None:
        """Stand in for `time.sleep`."""
        if threading.current_thread() is threading.main_thread():
            self.slept += seconds


slept_time = SleptTime()


class Moment(datetime):
    """A datetime whose present counts what was slept."""

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> Self:
        return super().now(tz) + timedelta(seconds=slept_time.slept)


class BaseUnderTest(LocalSystemBase):
    """Our base, opened as Thespian opens one; counts how often."""

    opened = 0

    def __init__(self, system: ActorSystem, **_logging: object) -> None:
        BaseUnderTest.opened += 1
        super().__init__(system, slept_time.now, self._wait)

    def _wait(self, seconds: float) -> None:
        """Wait for a wakeup that is due: until another thread gives work, or until none is left that could."""
        for _ in range(PATIENCE):
            if threading.active_count() == 1:
                break
            if self.mailbox:
                return
            slept_time.really_sleep(0.001)
        slept_time.slept += seconds


class WithoutWakeups(BaseUnderTest):
    """Faulty, to see that the tests find it; so are the two below."""

    def _realizeWakeups(self) -> None:
        pass


class WithoutDeadLetters(BaseUnderTest):
    def _to_dead_letter_box(self, sender: ActorAddress, to: ActorAddress, msg: object) -> None:
        pass


class WithoutPoison(BaseUnderTest):
    def _offer(self, ref: Any, sender: ActorAddress, msg: object) -> None:
        with contextlib.suppress(Exception):
            ref._inst.receiveMessage(msg, sender)


BASES = {base.__name__: base for base in (BaseUnderTest, WithoutWakeups, WithoutDeadLetters, WithoutPoison)}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--base", choices=list(BASES), default=BaseUnderTest.__name__)
    parser.addoption("--outcomes", type=Path, required=True)


def pytest_configure(config: pytest.Config) -> None:
    name = f"thespian.system.{MEANT}"
    replacement = types.ModuleType(name)
    vars(replacement)["ActorSystemBase"] = BASES[config.getoption("--base")]
    sys.modules[name] = replacement
    vars(thespian.system)[MEANT] = replacement
    vars(time)["sleep"] = slept_time.sleep


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Function]) -> None:
    items[:] = [item for item in items if is_meant(item)]
    for module in {thespian.transient, *(item.module for item in items)}:
        if vars(module).get("datetime") is datetime:
            module.datetime = Moment
        if module.__name__ == "thespian.test.test_threadedExternal":
            module.ASK_WAIT = ASK_WAIT


def is_meant(item: pytest.Function) -> bool:
    bases = item.callspec.params.values() if hasattr(item, "callspec") else ()
    return MEANT in bases and item.path.name not in LEFT_OUT


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Function) -> Iterator[None]:
    before = BaseUnderTest.opened
    outcome = outcomes[item.nodeid] = {"module": item.module.__name__, "outcome": "passed", "reason": ""}
    result = yield
    outcome["systems"] = BaseUnderTest.opened - before
    return result


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    if not report.passed:
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longreprtext
        outcomes[report.nodeid].update(outcome=report.outcome, reason=reason)


def pytest_sessionfinish(session: pytest.Session) -> None:
    session.config.getoption("--outcomes").write_text(json.dumps(outcomes), encoding="utf-8")
