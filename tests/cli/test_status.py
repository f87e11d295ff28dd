"""`gevolg status` and the daemon of a folder: there, not there, or there and silent."""

import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any, ClassVar

import pytest

from actors.cli.fouten import BESCHADIGD
from actors.daemon.abonnementen.abonnement import Ritme, Status, naar_bytes
from actors.daemon.waarneming.gezondheid import Beeld, als_bericht
from actors.daemon.waarneming.navraag import BEKEND, vraag_na
from actors.runtime.klok import systeemklok
from actors.runtime.lezing import Registerlezing
from actors.runtime.processen.messages import Boom, Soort, Toestand
from actors.runtime.systeem import RegisterSystem
from storage.opslag import open_abonnementen
from tests.cli.conftest import Gevolg
from tests.daemon.abonnementen.test_abonnement import NU, abonnement
from tests.daemon.nepdienst import boom, storing, tak
from tests.wereld import auto

ALLES = ("wegonderhoud", "aanschafheffing", "spitspas")


class Antwoorder(BaseHTTPRequestHandler):
    """What answers where a daemon should."""

    inhoud: ClassVar[bytes] = b"{}"
    status: ClassVar[int] = 200

    def do_GET(self) -> None:
        assert self.path == "/health/ready"
        self.send_response(self.status)
        self.send_header("content-length", str(len(self.inhoud)))
        self.end_headers()
        self.wfile.write(self.inhoud)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - its name there
        """Says nothing."""


@pytest.fixture
def antwoorder() -> Iterator[tuple[str, type[Antwoorder]]]:
    class Eigen(Antwoorder):
        pass

    with HTTPServer(("127.0.0.1", 0), Eigen) as server:
        draad = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        draad.start()
        yield f"http://127.0.0.1:{server.server_port}", Eigen
        server.shutdown()
        draad.join()


@pytest.fixture
def data(tmp_path: Path) -> Path:
    with RegisterSystem.open(tmp_path) as registers:
        registers.verwerk(auto())
        registers.wacht_op_rust()
    return tmp_path


def bericht(data: Path, van: Boom, *stil: str) -> bytes:
    with Registerlezing.alleen_lezen(data) as lezing:
        voortgangen = {naam: lezing.voortgang(naam) for naam in ALLES}
    stilstaand = frozenset(("wegonderhoud", naam) for naam in stil)
    return json.dumps(als_bericht(Beeld(van, voortgangen, stilstaand, systeemklok()))).encode()


def bekend(data: Path, url: str, pid: int | None = None) -> None:
    (data / BEKEND).write_text(json.dumps({"pid": pid or os.getpid(), "url": url}))


def gezegd(gevolg: Gevolg, data: Path) -> str:
    uitkomst = gevolg("status", "--data", data)
    assert uitkomst.exit_code == 0, uitkomst.stderr
    return " ".join(uitkomst.stdout.split())


def test_without_a_daemon_it_says_so_and_the_rest_as_always(gevolg: Gevolg, data: Path) -> None:
    tekst = gezegd(gevolg, data)
    assert "Er draait geen dienst op deze map." in tekst
    assert "tot transactie 1, bij" in tekst
    assert json.loads(gevolg("status", "--data", data, "--json").stdout)["dienst"] is None


def test_a_daemon_that_ended_without_saying_so_does_not_run(gevolg: Gevolg, data: Path) -> None:
    weg = subprocess.run([sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, check=True)
    bekend(data, "http://127.0.0.1:1", int(weg.stdout))
    assert "Er draait geen dienst op deze map." in gezegd(gevolg, data)


@pytest.mark.parametrize("inhoud", ["", "[]", '{"pid": "x", "url": 1}', "{}", "null"])
def test_a_file_that_says_nothing_stands_for_no_daemon(tmp_path: Path, inhoud: str) -> None:
    (tmp_path / BEKEND).write_text(inhoud)
    assert vraag_na(tmp_path) is None


def test_a_daemon_that_is_well_shows_its_processes(
    gevolg: Gevolg, data: Path, antwoorder: tuple[str, type[Antwoorder]]
) -> None:
    url, antwoord = antwoorder
    bekend(data, url)
    antwoord.inhoud = bericht(data, boom(*ALLES))
    tekst = gezegd(gevolg, data)
    assert f"De dienst draait als proces {os.getpid()}, op {url}, en is gereed." in tekst
    assert "Daaronder: admin 4699, supervisor 4700." in tekst
    assert "bijhouding draait, proces 4711, epoch 1000001, 0 herstarts" in tekst
    assert "staat stil" not in tekst


def test_what_is_wrong_with_a_daemon_is_told_where_it_is_wrong(
    gevolg: Gevolg, data: Path, antwoorder: tuple[str, type[Antwoorder]]
) -> None:
    url, antwoord = antwoorder
    bekend(data, url)
    opgegeven = tak("wegonderhoud", Soort.BIJHOUDING, toestand=Toestand.OPGEGEVEN, pid=None, herstarts=5, reden="vol")
    stuk = tak("wegonderhoud", Soort.LEVERING, storingen=(storing("wegonderhoud/projector"),))
    antwoord.inhoud = bericht(data, Boom(1, 1, 1, (opgegeven, stuk)), "projecteren")
    antwoord.status = 503
    tekst = gezegd(gevolg, data)
    assert "en is niet gereed." in tekst
    assert "opgegeven: het eindigde steeds en start niet meer vanzelf, epoch 1000001, 5 herstarts vol" in tekst
    assert "wegonderhoud/projector stopte: ValueError (ProjectorActor-1)" in tekst
    assert "staat stil projecteren" in tekst
    assert "niet bekend: de supervisor zegt niets" in tekst, "of the other registers"


def test_a_daemon_that_does_not_answer_is_told_with_why(gevolg: Gevolg, data: Path) -> None:
    with socket.socket() as niemand:
        niemand.bind(("127.0.0.1", 0))
        bekend(data, f"http://127.0.0.1:{niemand.getsockname()[1]}")
        assert "maar geeft geen antwoord (ConnectError)." in gezegd(gevolg, data)


@pytest.mark.parametrize("inhoud", [b"<html>", b"[]", b'{"registers": 1}'])
def test_something_else_that_answers_is_no_daemon_of_ours(
    gevolg: Gevolg, data: Path, antwoorder: tuple[str, type[Antwoorder]], inhoud: bytes
) -> None:
    url, antwoord = antwoorder
    bekend(data, url)
    antwoord.inhoud, antwoord.status = inhoud, 418
    assert "maar geeft een onverwacht antwoord (status 418)." in gezegd(gevolg, data)


def test_what_waits_is_told_with_how_long_it_has(gevolg: Gevolg, tmp_path: Path) -> None:
    with RegisterSystem.open(tmp_path, levering=False) as registers:
        registers.verwerk(auto())
    assert "tot transactie 0, 1 achter, het oudste " in gezegd(gevolg, tmp_path)
    stand = json.loads(gevolg("status", "--data", tmp_path, "--json").stdout)["registers"]["wegonderhoud"]
    assert stand["achterstand"]["projecteren"] == 1
    assert stand["achterstand_s"]["projecteren"] > 0


def test_a_register_that_cannot_be_read_is_told_beside_the_others(gevolg: Gevolg, data: Path) -> None:
    stuk = data / "spitspas" / "gevolgen" / "data.mdb"
    stuk.write_bytes(stuk.read_bytes()[:5000])
    uitkomst = gevolg("status", "--data", data)
    tekst = " ".join(uitkomst.stdout.split())
    assert uitkomst.exit_code == BESCHADIGD
    assert "niet te lezen" in tekst
    assert "was cut short" in tekst
    assert "tot transactie 1, bij" in tekst
    registers = json.loads(gevolg("status", "--data", data, "--json").stdout)["registers"]
    assert list(registers["spitspas"]) == ["fout"]
    assert registers["aanschafheffing"]["positie"] == 2


def test_deliveries_are_counted_and_what_is_not_delivered_is_told(gevolg: Gevolg, data: Path) -> None:
    assert "abonnementen" not in gezegd(gevolg, data)
    gestopt = mislukt = abonnement().mislukt(NU, "de ontvanger antwoordde met 500", Ritme(), 0.5)
    while gestopt.status is not Status.GESTOPT:
        gestopt = gestopt.mislukt(gestopt.volgende_poging or NU, "geen antwoord", Ritme(), 0.5)
    store = open_abonnementen(data, "wegonderhoud")
    for een in (abonnement(id="goed"), replace(mislukt, id="soms"), replace(gestopt, id="nooit")):
        store.put(een.id, naar_bytes(een))
    store.put("weg", naar_bytes(replace(abonnement(), id="weg").opgezegd("410")))
    store.close()
    tekst = gezegd(gevolg, data)
    sinds = f"{NU:%Y-%m-%dT%H:%M:%SZ}"
    assert f"soms: lukt niet, 1 keer geprobeerd sinds {sinds} (de ontvanger antwoordde met 500)" in tekst
    assert f"nooit: gestopt sinds {sinds} (geen antwoord)" in tekst
    assert "goed" not in tekst
    gegeven = json.loads(gevolg("status", "--data", data, "--json").stdout)["registers"]["wegonderhoud"]
    assert [een["id"] for een in gegeven["abonnementen"]] == ["goed", "nooit", "soms"]
    assert gegeven["abonnementen"][0]["mislukt_sinds"] is None
