"""However clients interleave, there is one order in which all of it happened; each client finds its own order in it."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

from actors.register.commando import Verwerking, Verwerkt
from actors.runtime.systeem import RegisterSystem
from tests.wereld import aanbod, auto, huishouden, vaste_wereld

KLANTEN, BEURTEN, PER_BEURT = 4, 3, 3


@pytest.mark.parametrize("soort", ["memory", "lmdb"])
def test_clients_at_the_same_time_are_answered_in_one_order_that_every_reader_sees(soort: str, tmp_path: Path) -> None:
    wereld = vaste_wereld()
    open_ = RegisterSystem.in_memory if soort == "memory" else lambda **opties: RegisterSystem.open(tmp_path, **opties)
    with open_(buitenwereld=wereld, versie="test") as registers, ThreadPoolExecutor(KLANTEN) as draden:
        begin = Barrier(KLANTEN)
        registers.verwerk(huishouden())

        def bied_aan(klant: int) -> list[Verwerking]:
            nummers = range(100 * klant, 100 * klant + BEURTEN * PER_BEURT)
            alles = [aanbod(auto(f"auto-{n}", koper=f"koper-{klant}"), n) for n in nummers]
            begin.wait()
            beurten = [alles[n : n + PER_BEURT] for n in range(0, len(alles), PER_BEURT)]
            return [antwoord for beurt in beurten for antwoord in registers.verwerk_alle(beurt)]

        antwoorden = list(draden.map(bied_aan, range(KLANTEN)))
        registers.wacht_op_rust()
        gezien = {t.positie: t.aggregaat_id for t in registers.gevolgen("wegonderhoud")}
        assert list(gezien) == list(range(1, KLANTEN * BEURTEN * PER_BEURT + 1))
        for klant, eigen in enumerate(antwoorden):
            posities = [a.positie for a in eigen if isinstance(a, Verwerkt)]
            assert posities == sorted(posities), "in the order in which they were offered"
            assert [gezien[p] for p in posities] == [f"auto-{100 * klant + n}" for n in range(BEURTEN * PER_BEURT)]
        verteld = [v["positie"] for v in registers.verstrekkingen("wegonderhoud")]
        assert verteld == sorted(verteld), "and the next register hears of it in that order"
        for naam in registers.registers:
            assert registers.controleer(naam) == []
