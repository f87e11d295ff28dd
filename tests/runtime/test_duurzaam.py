"""What happens to the chain when the process stops in the middle, and who may open the folder."""

import os
import signal
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import pytest

from actors.register.commando import Verwerkt
from actors.runtime.lezing import Registerlezing
from actors.runtime.systeem import RegisterSystem
from storage.errors import StorageError, StoreInUse
from tests.wereld import AANKOOP, auto, commando_id, huishouden, vaste_wereld

_KIND = """
import os, signal, sys
from actors.runtime.systeem import RegisterSystem
from actors.verwerking import {module} as module
from tests.wereld import auto, commando_id, huishouden, vaste_wereld

def dood(*_args, **_kwargs):
    os.kill(os.getpid(), signal.SIGKILL)

registers = RegisterSystem.open(sys.argv[1], versie="test")
registers.verwerk(huishouden(), id=commando_id(1))
registers.wacht_op_rust()
print(registers.verwerk(auto(), id=commando_id(2)).positie, flush=True)
module.{plaats} = dood
registers.wacht_op_rust()
print("niet gedood")
"""


@pytest.mark.parametrize(
    ("module", "plaats"),
    [
        ("bekendmaking", "Bekendmaker._bekendmakingen"),
        ("signaalverwerking", "Signaalverwerker._beoordeel"),
        ("gevolgenverwerking", "Projector._verschil"),
        ("commandoverwerking", "Commandoverwerking.verwerk"),
        ("brieven", "Briefschrijver.schrijf"),
    ],
)
def test_the_chain_goes_on_by_itself_after_a_kill_between_two_registers(
    tmp_path: Path, module: str, plaats: str
) -> None:
    """G4: an acknowledged commando is there after a kill, and what it leads to follows after reopening."""
    kind = subprocess.run(
        [sys.executable, "-c", _KIND.format(module=module, plaats=plaats), str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).parents[2],
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
    )
    assert kind.returncode == -signal.SIGKILL, kind.stderr
    assert kind.stdout == "1\n"
    with RegisterSystem.open(tmp_path, versie="test") as registers:
        rij = registers.lees("spitspas", "huishouden", "huishouden-1", geldig_op=AANKOOP)
        assert rij is not None
        assert (rij["punten"], rij["passen"]) == (Fraction(33, 2), 3)
        nogmaals = registers.verwerk(auto(), id=commando_id(2))
        assert isinstance(nogmaals, Verwerkt)
        assert nogmaals.uit_opslag
        brieven = [v["aan"] for v in registers.verstrekkingen("aanschafheffing") if v["vorm"] == "brief"]
        assert brieven == ["sam"]


def test_a_second_system_on_the_same_folder_is_refused_with_a_sentence(tmp_path: Path) -> None:
    with (
        RegisterSystem.open(tmp_path, versie="test"),
        pytest.raises(StoreInUse),
        RegisterSystem.open(tmp_path, versie="test"),
    ):
        pass


def test_the_folder_is_free_again_after_closing(tmp_path: Path) -> None:
    for n in range(3):
        with RegisterSystem.open(tmp_path, buitenwereld=vaste_wereld(), versie="test") as registers:
            uit = registers.verwerk(auto(), id=commando_id(1))
            assert isinstance(uit, Verwerkt)
            assert uit.uit_opslag is (n > 0)


def test_another_process_reads_while_this_one_writes(tmp_path: Path) -> None:
    lees = (
        "import sys\nfrom actors.runtime.lezing import Registerlezing\n"
        "with Registerlezing.alleen_lezen(sys.argv[1]) as r:\n"
        "    print(r.standen()['wegonderhoud']['positie'], len(list(r.gevolgen('spitspas'))))\n"
    )
    with RegisterSystem.open(tmp_path, versie="test") as registers:
        registers.verwerk(huishouden())
        registers.verwerk(auto())
        registers.wacht_op_rust()
        ander = subprocess.run(
            [sys.executable, "-c", lees, str(tmp_path)],
            capture_output=True,
            text=True,
            check=True,
            cwd=Path(__file__).parents[2],
            env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
        )
        assert ander.stdout.split() == ["1", str(registers.standen()["spitspas"]["positie"])]


def test_reading_an_empty_folder_says_that_there_is_nothing(tmp_path: Path) -> None:
    with pytest.raises(StorageError):
        Registerlezing.alleen_lezen(tmp_path / "nergens")
