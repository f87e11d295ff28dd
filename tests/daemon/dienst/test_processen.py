"""What a daemon does when one of its processes ends: what can come back does, nothing is lost, nobody else notices."""

import json
import os
import pickle
import signal
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import psutil
import pytest

from actors.register.commando import AangebodenCommando
from actors.runtime.lezing import Registerlezing
from tests.daemon.dienst.lopend import Lopend, als_body, lopend, tot
from tests.runtime.processen.test_transport import Kwaad
from tests.wereld import VERZEKERAAR, auto

HERSTART = ("bijho:wegonderh", "lever:wegonderh", "bijho:aanschafh", "lever:spitspas", "supervisor", "logger")
"""What comes back: one of each kind, and of each kind one that is in the middle of the chain."""


HUISHOUDEN = {
    "commando": "RegistreerHuishouden",
    "data": {"huishoudenId": "h1", "leden": [{"persoonId": "p1", "vanaf": "2026-01-01"}]},
}


def aanbod(nummer: int) -> AangebodenCommando:
    """The purchase of another car; the same number is the same offer."""
    commando = auto(f"auto-{nummer}", koper=f"koper-{nummer}")
    return AangebodenCommando(str(UUID(int=nummer, version=4)), commando, VERZEKERAAR, "test")


@pytest.fixture(scope="module")
def dienst(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lopend]:
    with lopend(tmp_path_factory.mktemp("dienst") / "data") as een:
        yield een


@pytest.fixture
def nummers() -> Iterator[Callable[[], int]]:
    """Numbers that no other test uses."""
    begin = int.from_bytes(os.urandom(6), "big") << 20

    def volgende() -> int:
        nonlocal begin
        begin += 1
        return begin

    yield volgende  # noqa: PT022 - mirrors the other fixtures


@pytest.mark.parametrize("naam", HERSTART)
def test_what_was_killed_comes_back_and_nothing_acknowledged_is_lost(
    dienst: Lopend, naam: str, nummers: Callable[[], int]
) -> None:
    """G37: offered again under the same id each has the same answer, and one effect."""
    eerder = {een: dienst.bied(een, "wegonderhoud") for een in (aanbod(nummers()) for _ in range(3))}
    assert {antwoord.status_code for antwoord in eerder.values()} == {201}
    slachtoffer = dienst.processen()[naam]
    slachtoffer.kill()
    tussen = {een: dienst.bied_tot_het_lukt(een, "wegonderhoud") for een in (aanbod(nummers()) for _ in range(3))}
    tot(lambda: naam in dienst.processen() and dienst.processen()[naam].pid != slachtoffer.pid, f"{naam} is terug")
    dienst.gereed()
    for een, antwoord in (eerder | tussen).items():
        nogmaals = dienst.bied_tot_het_lukt(een, "wegonderhoud")
        assert nogmaals.status_code == httpx.codes.OK, "it comes from the store"
        assert nogmaals.json() == antwoord.json()
    dienst.in_rust()
    gevonden = dienst.klant.get(f"/aanschafheffing/v1/autos/{next(iter(tussen)).commando.auto_id}").json()
    assert gevonden["inhoud"]["punten"] == 33


def test_those_that_end_at_the_same_moment_all_come_back(dienst: Lopend, nummers: Callable[[], int]) -> None:
    """G37: as when the machine has no memory left, or somebody is thorough."""
    for _ in range(5):
        assert dienst.bied_tot_het_lukt(aanbod(nummers()), "wegonderhoud").status_code == 201
        dienst.in_rust()
        eerder = {naam: proces for naam, proces in dienst.processen().items() if ":" in naam}
        for proces in eerder.values():
            proces.kill()
        tot(partial(_draaien_anderen, dienst, {proces.pid for proces in eerder.values()}), "zij zijn alle terug")


def _draaien_anderen(dienst: Lopend, eerder: set[int]) -> bool:
    """Whether all processes run, and none of these is among them."""
    stand = dienst.gezondheid()
    processen = [een for register in stand["registers"].values() for een in register["processen"].values()]
    return bool(stand["gereed"]) and not eerder & {een["pid"] for een in processen}


def test_while_a_bijhouding_is_down_its_reads_go_on_and_its_commands_get_503(
    dienst: Lopend, nummers: Callable[[], int]
) -> None:
    """G37: reading needs no bijhouding, and no other register notices."""
    gekocht = aanbod(nummers())
    assert dienst.bied(gekocht, "wegonderhoud").status_code == 201
    dienst.in_rust()
    processen = dienst.processen()
    processen["supervisor"].suspend()
    try:
        processen["bijho:wegonderh"].kill()
        tot(lambda: "bijho:wegonderh" not in dienst.processen(), "de bijhouding is weg")
        for _ in range(2):
            weg = dienst.bied(aanbod(nummers()), "wegonderhoud")
            assert weg.status_code == 503
            assert int(weg.headers["Retry-After"]) >= 1
            assert weg.headers["Content-Type"] == "application/problem+json"
        gelezen = dienst.klant.get(f"/wegonderhoud/v1/autos/{gekocht.commando.auto_id}")
        assert gelezen.json()["inhoud"]["punten"] == 21
        ander = dienst.klant.post("/spitspas/v1/commandos", json=HUISHOUDEN)
        assert ander.status_code == 201
    finally:
        processen["supervisor"].resume()
    assert dienst.bied_tot_het_lukt(aanbod(nummers()), "wegonderhoud").status_code == 201
    dienst.gereed()


def test_while_a_levering_is_down_commands_go_on(dienst: Lopend, nummers: Callable[[], int]) -> None:
    """G37: what is recorded meanwhile is made known when it is back."""
    processen = dienst.processen()
    processen["supervisor"].suspend()
    gekocht = aanbod(nummers())
    try:
        processen["lever:wegonderh"].kill()
        tot(lambda: "lever:wegonderh" not in dienst.processen(), "de levering is weg")
        assert dienst.bied(gekocht, "wegonderhoud").status_code == 201
    finally:
        processen["supervisor"].resume()
    dienst.gereed()
    dienst.in_rust()
    gelezen = dienst.klant.get(f"/aanschafheffing/v1/autos/{gekocht.commando.auto_id}")
    assert gelezen.json()["inhoud"]["punten"] == 33


def test_a_levering_with_much_to_do_says_that_it_runs_and_stops_when_asked(
    tmp_path: Path, nummers: Callable[[], int]
) -> None:
    """G37: nor is it taken for one that does not start, and given up."""
    with lopend(tmp_path / "data") as dienst:
        dienst.processen()["lever:wegonderh"].suspend()
        bulk = "".join(f"{json.dumps(als_body(aanbod(nummers())))}\n" for _ in range(1500))
        kop = {"Content-Type": "application/x-ndjson"}
        regels = dienst.klant.post("/wegonderhoud/v1/commandos", content=bulk, headers=kop).text.splitlines()
        assert [json.loads(regel)["status"] for regel in regels] == [201] * 1500
        dienst.processen()["lever:wegonderh"].kill()

        def stand() -> dict[str, Any] | None:
            wegonderhoud = dienst.gezondheid()["registers"]["wegonderhoud"]
            levering = wegonderhoud["processen"]["levering"]
            return wegonderhoud if levering["herstarts"] and levering["toestand"] == "draait" else None

        wegonderhoud = tot(stand, "de nieuwe levering zegt dat zij draait")
        assert wegonderhoud["achterstand"]["projecteren"]["posities"] > 0, "it says so before it caught up"
        assert dienst.stop() == 0


def test_only_loopback_listens_and_a_stranger_s_pickle_is_run_by_nobody(
    dienst: Lopend, tmp_path: Path, nummers: Callable[[], int]
) -> None:
    """G38: on every port of every process, in the form in which Thespian's processes talk."""
    merk = tmp_path / "uitgevoerd"
    kwaad = pickle.dumps(Kwaad(merk))
    alle = [psutil.Process(dienst.proces.pid), *dienst.processen().values()]
    poorten = {
        (een.laddr.ip, een.laddr.port)
        for proces in alle
        for een in proces.net_connections(kind="tcp")
        if een.status == psutil.CONN_LISTEN
    }
    assert len(poorten) > len(alle), "main listens to HTTP and to its processes"
    for ip, poort in sorted(poorten):
        assert ip == "127.0.0.1"
        for frame in (kwaad, b"\0" * 16 + kwaad, kwaad[:40]):
            with socket.create_connection((ip, poort), timeout=5) as verbinding:
                verbinding.sendall(b"%d>" % len(frame) + frame)
                verbinding.settimeout(0.2)
                try:
                    verbinding.recv(100)
                except TimeoutError:
                    continue
    assert not merk.exists()
    assert dienst.bied(aanbod(nummers()), "wegonderhoud").status_code == 201
    assert dienst.processen().keys() >= set(HERSTART), "they all still run"


def test_a_process_that_keeps_ending_is_given_up_and_the_others_go_on(tmp_path: Path) -> None:
    """G37: it is said, with a reason, and asking it again later does not help."""
    with lopend(tmp_path / "data") as dienst:
        gezien: set[int] = set()

        def opgegeven() -> bool:
            bijhouding = dienst.processen().get("bijho:spitspas")
            if bijhouding is not None and bijhouding.pid not in gezien:
                gezien.add(bijhouding.pid)
                bijhouding.kill()
            return "process.given_up" in dienst.log()

        tot(opgegeven, "de bijhouding van spitspas is opgegeven", 40)

        def bijhouding() -> dict[str, Any]:
            uit: dict[str, Any] = dienst.gezondheid()["registers"]["spitspas"]["processen"]["bijhouding"]
            return uit

        tot(lambda: bijhouding()["toestand"] == "opgegeven", "het is te zien")
        assert bijhouding()["reden"]
        beeld = dienst.gezondheid()
        assert beeld["gereed"] is False
        assert beeld["registers"]["wegonderhoud"]["gereed"] is True
        weg = dienst.klant.post("/spitspas/v1/commandos", json=HUISHOUDEN)
        assert weg.status_code == 503
        assert "opgegeven" in weg.json()["detail"]
        assert dienst.bied(aanbod(1), "wegonderhoud").status_code == 201
        assert dienst.klant.get("/spitspas/v1/taken").status_code == 200


@pytest.mark.parametrize("wie", ["admin", "main"])
def test_without_main_or_admin_all_of_it_ends_and_the_next_start_works_at_once(tmp_path: Path, wie: str) -> None:
    """G39: nothing outlives them, no port stays taken, nothing acknowledged is lost."""
    data = tmp_path / "data"
    with lopend(data) as dienst:
        een = aanbod(1)
        antwoord = dienst.bied(een, "wegonderhoud").json()
        alle = dienst.processen()
        poort = httpx.URL(dienst.url).port
        if wie == "main":
            dienst.proces.kill()
        else:
            alle["admin"].kill()
        dienst.proces.wait(10)
        _, over = psutil.wait_procs(list(alle.values()), 5)
        assert not over
        if wie == "admin":
            assert dienst.proces.returncode == 3
            assert "start de dienst opnieuw" in dienst.log()
    with lopend(data, "--poort", str(poort)) as dienst:
        nogmaals = dienst.bied(een, "wegonderhoud")
        assert (nogmaals.status_code, nogmaals.json()) == (200, antwoord)


@pytest.mark.parametrize("nummer", [signal.SIGTERM, signal.SIGINT])
def test_a_stop_answers_what_was_taken_in_and_leaves_nothing_running(tmp_path: Path, nummer: int) -> None:
    """G39: within ten seconds, with every port free again."""
    with lopend(tmp_path / "data") as dienst, ExitStack() as opgeruimd:
        alle = dienst.processen()
        adres = ("127.0.0.1", httpx.URL(dienst.url).port or 0)
        lang = "\n".join(httpx_json(als_body(aanbod(n))) for n in range(300))
        beurt, wachtend = (opgeruimd.enter_context(socket.create_connection(adres)) for _ in range(2))
        kop = ("POST /wegonderhoud/v1/commandos HTTP/1.1", "Host: x", "Content-Type: application/x-ndjson")
        beurt.sendall("\r\n".join((*kop, f"Content-Length: {len(lang)}", "", lang)).encode())
        tot(lambda: positie(dienst) > 0, "het eerste is verwerkt")
        wachtend.sendall(b"GET /wegonderhoud/v1/verstrekkingen?na=999999&wacht=60 HTTP/1.1\r\nHost: x\r\n\r\n")
        begin = time.monotonic()
        assert dienst.stop(nummer) == 0
        assert time.monotonic() - begin < 10
        antwoord = b"".join(iter(lambda: beurt.recv(1 << 16), b""))
        regels = [json.loads(regel) for regel in antwoord.split(b"\n") if regel.startswith(b'{"regel":')]
        statussen = [regel["status"] for regel in regels]
        assert [regel["regel"] for regel in regels] == list(range(1, len(regels) + 1))
        assert len(regels) >= 300 or statussen[-1] == httpx.codes.SERVICE_UNAVAILABLE
        verwerkt = statussen.count(httpx.codes.CREATED)
        assert verwerkt > 0
        assert set(statussen[verwerkt:]) <= {httpx.codes.SERVICE_UNAVAILABLE}
        with Registerlezing.alleen_lezen(tmp_path / "data", ["wegonderhoud"]) as registers:
            assert registers.standen()["wegonderhoud"]["positie"] == verwerkt
        assert not psutil.wait_procs(list(alle.values()), 1)[1]
        assert not (tmp_path / "data" / "daemon.json").exists()
        with socket.socket() as vrij:
            vrij.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            vrij.bind(adres)


def positie(dienst: Lopend) -> int:
    """The last transaction of the first register."""
    uit: int = dienst.gezondheid()["registers"]["wegonderhoud"]["posities"]["journaal"]
    return uit


def httpx_json(waarde: Any) -> str:
    """As one line."""
    return httpx.Request("POST", "http://x", json=waarde).content.decode()


def test_a_register_that_is_moved_away_is_given_up_and_never_begun_anew(tmp_path: Path) -> None:
    """G37: nor at the next start, for others have heard of it; put back it goes on."""
    data, weg = tmp_path / "data", tmp_path / "weg"
    with lopend(data) as dienst:
        gekocht = dienst.bied(aanbod(1), "wegonderhoud").json()
        dienst.in_rust()
        (data / "wegonderhoud").rename(weg)

        def toestanden() -> set[str]:
            processen = dienst.gezondheid()["registers"]["wegonderhoud"]["processen"]
            return {een["toestand"] for een in processen.values()}

        tot(lambda: toestanden() == {"opgegeven"}, "beide zijn opgegeven", 40)
        assert dienst.bied(aanbod(2), "wegonderhoud").status_code == 503
        assert dienst.klant.post("/spitspas/v1/commandos", json=HUISHOUDEN).status_code == 201
        assert not (data / "wegonderhoud").exists()
        assert dienst.stop() == 0
    opnieuw = Lopend(data)
    assert opnieuw.proces.wait(20) == 4
    assert "aanschafheffing has read" in opnieuw.log()
    weg.rename(data / "wegonderhoud")
    with lopend(data) as dienst:
        assert dienst.bied(aanbod(1), "wegonderhoud").json() == gekocht


def test_a_second_daemon_on_the_same_folder_is_refused_with_a_sentence(dienst: Lopend) -> None:
    tweede = Lopend(dienst.data)
    assert tweede.proces.wait(20) == 3
    assert f"process {dienst.proces.pid}" in tweede.log()
    assert "Traceback" not in tweede.log()
    assert dienst.klant.get("/health/live").status_code == 200
