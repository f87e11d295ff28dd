"""The chain through the registers, killed at every link."""

from fractions import Fraction
from pathlib import Path
from signal import SIGKILL

import pytest

from actors.register.commando import Verwerkt
from tests.duurzaam import werk
from tests.duurzaam.kind import Kind
from tests.duurzaam.toets import keur, open_registers
from tests.wereld import AANKOOP, auto, commando_id


@pytest.mark.parametrize(
    ("module", "plaats"),
    [
        ("bekendmaking", "Bekendmaker._bekendmakingen"),
        ("signaalverwerking", "Beoordelaar.beoordeel"),
        ("gevolgenverwerking", "Projector._verschil"),
        ("commandoverwerking", "Commandoverwerking.verwerk"),
        ("brieven", "Briefschrijver.schrijf"),
    ],
)
def test_the_chain_goes_on_by_itself_after_a_kill_between_two_registers(
    tmp_path: Path, module: str, plaats: str
) -> None:
    """G4: an acknowledged commando is there after a kill, and what it leads to follows after reopening."""
    with Kind(werk.dood_bij, tmp_path, module, plaats) as kind:
        kind.begin()
        (eerste,) = kind.hoor()
        assert kind.einde() == -SIGKILL
    assert isinstance(eerste, Verwerkt)
    keur(tmp_path)
    with open_registers(tmp_path, 2) as registers:
        rij = registers.lees("spitspas", "huishouden", "huishouden-1", geldig_op=AANKOOP).inhoud
        assert rij is not None
        assert (rij["punten"], rij["passen"]) == (Fraction(33, 2), 3)
        nogmaals = registers.verwerk(auto(), id=commando_id(2))
        assert isinstance(nogmaals, Verwerkt)
        assert nogmaals == eerste
        assert nogmaals.uit_opslag
        brieven = [v["aan"] for v in registers.verstrekkingen("aanschafheffing") if v["vorm"] == "brief"]
        assert brieven == ["sam"]
