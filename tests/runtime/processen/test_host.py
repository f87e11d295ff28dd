"""What a process of a daemon opens."""

from contextlib import ExitStack
from pathlib import Path

from actors.contexten.wegonderhoud.context import CONTEXT as WEGONDERHOUD
from actors.register.commando import Verwerkt
from actors.runtime.berichten import LEVERING
from actors.runtime.processen.host import _open
from actors.runtime.processen.messages import Plek, Soort, StartProces
from actors.runtime.stelsel import WARM, Actorenstelsel
from actors.runtime.systeem import RegisterSystem
from tests.wereld import AANKOOP, auto

GEDULD_S = 30.0


def test_a_levering_that_is_far_behind_is_open_before_it_has_caught_up(tmp_path: Path) -> None:
    """Else it would say that it runs only then, and the supervisor would take it for dead."""
    with RegisterSystem.open(tmp_path, registers=[WEGONDERHOUD], levering=False) as registers:
        antwoord = registers.verwerk(auto(), gebeurd_op=AANKOOP)
    assert isinstance(antwoord, Verwerkt)
    start = StartProces(Plek(WEGONDERHOUD.naam, Soort.LEVERING), 1, tmp_path, (WEGONDERHOUD.naam,), WARM)
    with ExitStack() as geopend:
        kern, bronnen = _open(start, geopend)
        stelsel = Actorenstelsel({kern.naam: kern}, bronnen=bronnen, delen=LEVERING, inhalen=False)
        geopend.callback(stelsel.close)
        assert kern.projector.positie == 0
        stelsel.hint()
        assert kern.projector.positie == 0
        assert stelsel.werk(GEDULD_S)
        assert kern.projector.positie == antwoord.positie
