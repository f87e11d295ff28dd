"""A full disk under a daemon: it is told, reading goes on, and with room again the work does too."""

import subprocess
import sys
from pathlib import Path

from actors.register.commando import AangebodenCommando
from tests.daemon.dienst.lopend import SERVE, lopend, tot
from tests.daemon.dienst.test_begin import NIET_BESCHIKBAAR
from tests.daemon.dienst.test_processen import aanbod
from tests.duurzaam.conftest import kleine_schijf, vul
from tests.duurzaam.toets import keur

__all__ = ["kleine_schijf"]


def test_a_full_disk_is_told_reading_goes_on_and_with_room_the_work_does_too(kleine_schijf: Path) -> None:
    data = kleine_schijf / "data"
    with lopend(data) as dienst:
        assert dienst.bied(aanbod(0), "wegonderhoud").status_code == 201
        dienst.in_rust()
        vulling = vul(kleine_schijf, 3 * 4096)
        geweigerd: list[AangebodenCommando] = []

        def vol() -> bool:
            geweigerd.append(aanbod(len(geweigerd) + 1))
            antwoord = dienst.bied(geweigerd[-1], "wegonderhoud")
            if antwoord.status_code == 201:
                return False
            assert (antwoord.status_code, antwoord.json()["title"]) == (507, "De opslag is vol")
            return True

        tot(vol, "de schijf is vol")
        openbaar = dienst.klant.get("/wegonderhoud/v1/projecties/auto-openbaar/auto-0")
        assert openbaar.json()["inhoud"]["punten"] == 21
        over_iemand = dienst.klant.get("/wegonderhoud/v1/autos/auto-0")
        assert over_iemand.status_code == 507, "who reads about whom cannot be recorded, so it is not answered"
        assert dienst.bied(geweigerd[-1], "wegonderhoud").status_code == 507, "nothing is half done"
        vulling.unlink()
        for een in geweigerd:
            assert dienst.bied_tot_het_lukt(een, "wegonderhoud").status_code in (200, 201)
        dienst.gereed()
        dienst.in_rust()
        laatste = geweigerd[-1].commando.auto_id
        assert dienst.klant.get(f"/aanschafheffing/v1/autos/{laatste}").json()["inhoud"]["punten"] == 33
        assert dienst.stop() == 0
    keur(data)


def test_on_a_full_disk_a_daemon_that_begins_says_that_it_is_full(kleine_schijf: Path) -> None:
    data = kleine_schijf / "data"
    with lopend(data) as dienst:
        assert dienst.stop() == 0
    vul(kleine_schijf, 0)
    opdracht = [sys.executable, "-m", *SERVE, "--data", str(data), "--poort", "0", "--ontwikkel"]
    gezegd = subprocess.run(opdracht, check=False, capture_output=True, text=True, timeout=40)
    assert gezegd.returncode == NIET_BESCHIKBAAR, gezegd
    (fout,) = (regel for regel in gezegd.stderr.splitlines() if regel.startswith("Fout:"))
    assert "vol" in fout
    assert "antwoord te schrijven" not in fout
