"""A daemon with its eyes open: real processes, asked how they are from outside."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from time import monotonic
from typing import Any

import httpx
import pytest

from tests.cli.conftest import Gevolg

SCRIPT = """
import sys
from pathlib import Path
from starlette.applications import Starlette
from starlette.responses import JSONResponse
from starlette.routing import Route
from actors.daemon.dienst import Dienst, Luisteren
from actors.daemon.waarneming.uitkijkpost import Uitkijkpost
from actors.daemon.waarneming.verzoeken import trace_van
from actors.runtime import logboek
from tests.wereld import aanbod, auto

logboek.dienst("info", "json")

def maak_app(poort, groep):
    post = Uitkijkpost(poort, lambda: groep.tree)

    async def koop(verzoek):
        (antwoord,) = await post.poort.bied_aan("wegonderhoud", [aanbod(auto(), 7)])
        return JSONResponse({"antwoord": type(antwoord).__name__, "trace": trace_van(verzoek.scope)})

    paden = [Route("/health/ready", post.gereed), Route("/metrics", post.meet), Route("/koop", koop)]
    return post.om(Starlette(routes=paden))

Dienst(Path(sys.argv[1]), ("wegonderhoud",), Luisteren(poort=0), maak_app).draai()
"""


class Dienst:
    """A daemon in a process of its own."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.proces = subprocess.Popen([sys.executable, "-c", SCRIPT, str(data)], stderr=subprocess.PIPE, text=True)
        self.url = self._url()

    def _url(self) -> str:
        assert self.proces.stderr
        for regel in self.proces.stderr:
            bericht = json.loads(regel)
            if bericht["event"] == "service.listening":
                return str(bericht["url"])
        raise AssertionError("it ended before it listened")

    def gezondheid(self, klaar: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """Its health, as soon as it is so."""
        tot = monotonic() + 30
        while monotonic() < tot:
            antwoord = httpx.get(f"{self.url}/health/ready", timeout=10)
            bericht: dict[str, Any] = antwoord.json()
            assert (antwoord.status_code == 200) == bericht["gereed"]
            if klaar(bericht):
                return bericht
        raise AssertionError("it did not become so")


@pytest.fixture
def dienst(tmp_path: Path) -> Iterator[Dienst]:
    dienst = Dienst(tmp_path / "data")
    yield dienst
    dienst.proces.terminate()
    dienst.proces.communicate(timeout=30)


def _proces(bericht: dict[str, Any], soort: str) -> dict[str, Any]:
    return dict(bericht["registers"]["wegonderhoud"]["processen"][soort])


def test_a_process_that_is_killed_shows_from_outside_until_it_is_back(dienst: Dienst, gevolg: Gevolg) -> None:
    eerst = _proces(dienst.gezondheid(lambda nu: nu["gereed"]), "levering")
    assert httpx.get(f"{dienst.url}/koop", timeout=30).json()["antwoord"] == "Verwerkt"
    os.kill(eerst["pid"], signal.SIGKILL)
    weer = dienst.gezondheid(lambda nu: nu["gereed"] and _proces(nu, "levering")["pid"] != eerst["pid"])
    proces = _proces(weer, "levering")
    assert proces["epoch"] > eerst["epoch"]
    assert proces["herstarts"] == 1
    bij = dienst.gezondheid(lambda nu: nu["registers"]["wegonderhoud"]["posities"]["geprojecteerdTot"] == 1)
    assert bij["registers"]["wegonderhoud"]["achterstand"]["projecteren"] == {"posities": 0, "seconden": 0.0}

    metrieken = httpx.get(f"{dienst.url}/metrics", timeout=10).text
    assert 'gevolg_process_restarts_total{process="levering",register="wegonderhoud"} 1.0' in metrieken
    uitkomst = 'gevolg_commandos_total{commando="RegistreerAuto",outcome="Verwerkt",register="wegonderhoud"} 1.0'
    assert uitkomst in metrieken
    assert 'gevolg_batches_total{register="wegonderhoud"} 1.0' in metrieken

    stand = gevolg("status", "--data", dienst.data)
    assert stand.exit_code == 0
    tekst = " ".join(stand.stdout.split())
    assert f"De dienst draait als proces {dienst.proces.pid}, op {dienst.url}, en is gereed." in tekst
    assert f"draait, proces {proces['pid']}, epoch {proces['epoch']}, één herstart" in tekst
    gegevens = json.loads(gevolg("status", "--data", dienst.data, "--json").stdout)
    assert gegevens["dienst"]["pid"] == dienst.proces.pid
    assert gegevens["dienst"]["gezondheid"]["registers"]["wegonderhoud"]["processen"]["levering"] == proces
    assert list(gegevens["registers"]) == ["wegonderhoud"]
