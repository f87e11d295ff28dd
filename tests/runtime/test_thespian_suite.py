"""Thespian's own tests for its simple base, run on `local_base` in a process of their own: about 8 seconds.

They are those of the pinned Thespian as installed, unchanged, in time that passes only when they sleep; in real time
they take four minutes and go the same way. `thespian_plugin` says which module is left out, in which one those who ask
wait longer, and why.
"""

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import thespian.test

from tests.docs.bladen import ROOT, blad

PASSED = {
    "test_actorAdder": 8,
    "test_actorAddressPassing": 11,
    "test_actorFailures": 10,
    "test_actorSignals": 4,
    "test_actorSysAPI": 5,
    "test_actorSystemRestart": 3,
    "test_actors": 16,
    "test_badStartupMessage": 1,
    "test_badmessage": 3,
    "test_bigmessages": 11,
    "test_commonCapabilities": 1,
    "test_createActor": 11,
    "test_deadLettering": 10,
    "test_generators": 1,
    "test_globalName": 6,
    "test_initmsgs": 2,
    "test_load": 27,
    "test_manyActorSystems": 1,
    "test_poisonMessage": 6,
    "test_simpleActor": 7,
    "test_sourceLoading": 45,
    "test_stats": 3,
    "test_systemMessages": 10,
    "test_threadedActor": 7,
    "test_threadedExternal": 6,
    "test_transient": 1,
    "test_troupe": 7,
    "test_typeDispatcher": 21,
    "test_updateSystemCapabilities": 2,
    "test_wakeup": 6,
}
"""How many tests of each module pass."""

SKIPPED = {
    "Skipped: Functionality not supported for simpleSystemBase system base": 92,
    "Skipped: Cannot send signals to primary testing process": 2,
    "Skipped: Python 2 version imports": 1,
}
"""How many skip themselves, and the reason they give."""

NOT_RUN = {
    # These open no actor system.
    "test_director",
    "test_ipbase",
    "test_msg_ChildExited",
    "test_msg_ConventionUpdate",
    "test_msg_DeadEnvelope",
    "test_msg_ExitRequest",
    "test_msg_Poison",
    "test_msg_ValidateSource",
    "test_msg_ValidatedSource",
    "test_msg_Wakeup",
    "test_requireCapability",
    "test_timing",
    "test_withpossibleargs",
    # This one waits for other programs, in real time.
    "test_runcommand",
}
"""Modules of which nothing runs."""

Outcomes = dict[str, dict[str, Any]]


def run_on(base: str, folder: Path, *modules: str) -> Outcomes:
    """Run Thespian's tests on a base of the plugin; give what became of each."""
    outcomes = folder / "outcomes.json"
    installed = Path(thespian.test.__file__).parents[2]
    command = [sys.executable, "-m", "pytest", "-q", "-c", os.devnull, "--rootdir", str(installed)]
    command += ["-p", "no:cacheprovider", "-p", "tests.runtime.thespian_plugin", "--base", base]
    command += ["--outcomes", str(outcomes), "--pyargs", *(modules or ("thespian.test",))]
    environment = os.environ | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "THESPLOG_FILE": str(folder / "thespian.log")}
    ran = subprocess.run(command, cwd=ROOT, env=environment, check=False, capture_output=True, text=True, timeout=50)
    assert ran.returncode in (0, 1), ran.stdout + ran.stderr  # all passed, or some failed
    found: Outcomes = json.loads(outcomes.read_text(encoding="utf-8"))
    return found


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> Outcomes:
    return run_on("BaseUnderTest", tmp_path_factory.mktemp("thespian"))


def of(outcomes: Outcomes, outcome: str) -> Outcomes:
    return {test: found for test, found in outcomes.items() if found["outcome"] == outcome}


def test_thespians_own_tests_for_the_simple_base_pass_on_ours(outcomes: Outcomes) -> None:
    assert of(outcomes, "failed") == {}
    passed = Counter(found["module"].rpartition(".")[2] for found in of(outcomes, "passed").values())
    assert passed == PASSED


def test_every_test_that_passed_did_so_on_our_base(outcomes: Outcomes) -> None:
    assert [test for test, found in of(outcomes, "passed").items() if found["systems"] == 0] == []


def test_what_skips_itself_says_that_the_simple_base_cannot_do_it(outcomes: Outcomes) -> None:
    assert Counter(found["reason"] for found in of(outcomes, "skipped").values()) == SKIPPED


def test_every_module_of_thespians_tests_runs_or_is_named_as_not_run(outcomes: Outcomes) -> None:
    installed = {module.stem for module in Path(thespian.test.__file__).parent.glob("test_*.py")}
    met = {found["module"].rpartition(".")[2] for found in outcomes.values()}
    assert installed - met == NOT_RUN
    assert [name for name in PASSED if f"`{name}`" not in blad("reference/garanties.md").tekst] == []


@pytest.mark.parametrize(
    ("fault", "module"),
    [
        ("WithoutWakeups", "thespian.test.test_wakeup"),
        ("WithoutDeadLetters", "thespian.test.test_deadLettering"),
        ("WithoutPoison", "thespian.test.test_poisonMessage"),
    ],
)
def test_a_base_with_a_fault_fails_them(fault: str, module: str, tmp_path: Path) -> None:
    assert of(run_on(fault, tmp_path, module), "failed")
