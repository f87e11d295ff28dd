"""The foreign consumer: kept right by messages alone, whatever happens; compared with what the register itself says."""

import asyncio
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import uvicorn

from actors.contexten.wegonderhoud.commandos import CorrigeerAutogegevens
from actors.daemon.api.app import maak_app
from actors.daemon.rechten import Gebruiker
from actors.register.commando import Verwerkt
from actors.runtime.catalogue import CONTEXTEN
from actors.runtime.systeem import RegisterSystem
from tests.daemon.ingebed import IngebedPoort, wie_met
from tests.docs.bladen import ROOT
from tests.domein import degistratie, einde_onderzoek, onderzoek, twijfel
from tests.runtime.test_incarnatie import EERST, LATER_WEG, REGISTERS, Wereld
from tests.wereld import AANKOOP, auto

PROGRAMMA = ROOT / "scripts" / "afnemer"
BORD = Gebruiker("bord", frozenset({"wegonderhoud:lezen:fysiek-milieueffect@1"}), voor="openbaar")
DAGEN = ("2026-02-15", "2026-03-01", "2026-06-02", "2026-09-01")
_REGEL = re.compile(r"(?P<auto>\S+) +(?P<gegeven>punten|klasse) +(?P<waarde>.+?)(?:   \((?P<zekerheid>\w+)\))?")


def vrije_poort() -> int:
    with socket.socket() as haak:
        haak.bind(("127.0.0.1", 0))
        return int(haak.getsockname()[1])


class Daemon:
    """The API of registers in a folder on a port, in a thread; stopped and started again as often as one likes."""

    def __init__(self, wereld: Wereld) -> None:
        self.wereld = wereld
        self.poort = vrije_poort()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.poort}/wegonderhoud/v1"

    @contextmanager
    def open(self) -> Iterator[Callable[..., None]]:
        """Served; gives what processes commando's meanwhile, until rest."""
        with self.wereld.open() as registers:
            poort = IngebedPoort(registers)
            app = maak_app(poort, wie_met({"bord": BORD}), CONTEXTEN)
            server = uvicorn.Server(
                uvicorn.Config(app, port=self.poort, log_config=None, lifespan="off", timeout_graceful_shutdown=1)
            )
            loops: list[asyncio.AbstractEventLoop] = []

            async def draai() -> None:
                loops.append(asyncio.get_running_loop())
                await server.serve()

            draad = threading.Thread(target=lambda: asyncio.run(draai()))
            draad.start()
            try:
                while not server.started:
                    assert draad.is_alive()
                    draad.join(0.01)

                def verwerk(*commandos: Any) -> None:
                    for commando in commandos:
                        aanbod = self.wereld.aanbod(commando)
                        werk = poort.bied_aan("wegonderhoud", [aanbod])
                        asyncio.run_coroutine_threadsafe(werk, loops[0]).result(20)

                yield verwerk
            finally:
                server.should_exit = True
                draad.join()


class Afnemer:
    """The program itself, without anything of ours within reach."""

    def __init__(self, daemon: Daemon, db: Path) -> None:
        self.daemon = daemon
        self.db = db

    def opdracht(self, *opties: str) -> list[str]:
        wie = ("--url", self.daemon.url, "--token", "bord", "--db", str(self.db))
        return [sys.executable, "-I", str(PROGRAMMA), *wie, *opties]

    def bord(self, op: str) -> dict[tuple[str, str], tuple[str, str]]:
        """Read what there is, and what then holds on a day: auto and gegeven to value and zekerheid."""
        klaar = subprocess.run(
            self.opdracht("--eenmaal", "--op", op), capture_output=True, text=True, check=True, cwd="/"
        )
        return lees_bord(klaar.stdout)


def lees_bord(tekst: str) -> dict[tuple[str, str], tuple[str, str]]:
    regels = [_REGEL.fullmatch(regel.rstrip()) for regel in tekst.splitlines()]
    assert all(regels), tekst
    return {(r["auto"], r["gegeven"]): (r["waarde"], r["zekerheid"] or "onbetwist") for r in regels if r}


def zegt_het_register(registers: RegisterSystem, op: str) -> dict[tuple[str, str], tuple[str, str]]:
    uit = {}
    for rij in registers.tabel("wegonderhoud", "auto-openbaar", geldig_op=date.fromisoformat(op)).inhoud:
        for gegeven in ("punten", "klasse"):
            if rij[gegeven] is not None:
                zeker = rij["zekerheid"].get(gegeven, "onbetwist")
                uit[rij["onderwerp"][0], gegeven] = (str(rij[gegeven]), "onbetwist" if zeker == "bevestigd" else zeker)
    return uit


@pytest.fixture
def wereld(tmp_path: Path) -> Wereld:
    return Wereld(tmp_path)


def vergelijk(afnemer: Afnemer, wereld: Wereld) -> None:
    """At rest the board says of every day what the register says."""
    with afnemer.daemon.open():
        gezien = {op: afnemer.bord(op) for op in DAGEN}
    with wereld.open() as registers:
        assert gezien == {op: zegt_het_register(registers, op) for op in DAGEN}
    assert any(gezien.values())


def bied(wereld: Wereld, *commandos: Any) -> None:
    """Also what every register knows."""
    with wereld.open() as registers:
        for commando in commandos:
            uit = registers.verwerk(commando, register="wegonderhoud", gebeurd_op=AANKOOP)
            assert isinstance(uit, Verwerkt), uit


def test_it_is_kept_right_through_filling_outage_correction_doubt_and_degistratie(
    wereld: Wereld, tmp_path: Path
) -> None:
    """G51: a foreign consumer that has only our messages says what the register says."""
    daemon = Daemon(wereld)
    afnemer = Afnemer(daemon, tmp_path / "bord.sqlite")
    wereld.verwerk(*EERST)
    vergelijk(afnemer, wereld)
    with daemon.open():
        pass
    weg = subprocess.run(afnemer.opdracht("--eenmaal"), capture_output=True, text=True, check=False)
    assert (weg.returncode, "geen antwoord" in weg.stderr) == (3, True)
    for stap in (
        LATER_WEG,
        (twijfel("gewicht_kg", ("auto-1",)),),
        (onderzoek(("auto-1",)),),
        (CorrigeerAutogegevens(auto_id="auto-1", gewicht_kg=2600),),
        (twijfel("lengte_m", ("auto-2",), id_="t2"),),
        (einde_onderzoek(over=("auto-2",), id_="t2"),),
        (degistratie(("auto-3",)),),
    ):
        bied(wereld, *stap)
        vergelijk(afnemer, wereld)


def test_messages_that_come_again_change_nothing(wereld: Wereld, tmp_path: Path) -> None:
    daemon = Daemon(wereld)
    wereld.verwerk(*EERST, *LATER_WEG)
    afnemer, ander = (Afnemer(daemon, tmp_path / naam) for naam in ("bord.sqlite", "ander.sqlite"))
    vergelijk(afnemer, wereld)
    bytes_ = afnemer.db.read_bytes()
    vergelijk(afnemer, wereld)
    assert afnemer.db.read_bytes() == bytes_
    vergelijk(ander, wereld)


def test_a_register_that_is_put_back_is_followed(wereld: Wereld, tmp_path: Path) -> None:
    """G51: also when the register lost what it had told."""
    daemon = Daemon(wereld)
    afnemer = Afnemer(daemon, tmp_path / "bord.sqlite")
    wereld.verwerk(*EERST)
    wereld.kopieer()
    wereld.verwerk(*LATER_WEG)
    vergelijk(afnemer, wereld)
    wereld.zet_terug(*REGISTERS)
    vergelijk(afnemer, wereld)
    wereld.verwerk(auto("auto-9", koper="partner"), CorrigeerAutogegevens(auto_id="auto-1", gewicht_kg=900))
    vergelijk(afnemer, wereld)
    wereld.zet_terug(*REGISTERS)
    wereld.verwerk(*LATER_WEG, auto("auto-7", koper="noor"))
    vergelijk(afnemer, wereld)


def test_what_does_not_follow_on_what_was_read_is_all_read_again(wereld: Wereld, tmp_path: Path) -> None:
    """Also what was looked at before: nothing of it is taken for seen."""
    daemon = Daemon(wereld)
    afnemer = Afnemer(daemon, tmp_path / "bord.sqlite")
    wereld.verwerk(*EERST)
    vergelijk(afnemer, wereld)
    with closing(sqlite3.connect(afnemer.db)) as db, db:
        db.execute("UPDATE bericht SET keten = ?", ("f" * 64,))
    wereld.verwerk(*LATER_WEG)
    vergelijk(afnemer, wereld)


def test_it_goes_on_by_itself_when_the_register_is_down_for_a_while(wereld: Wereld, tmp_path: Path) -> None:
    daemon = Daemon(wereld)
    afnemer = Afnemer(daemon, tmp_path / "bord.sqlite")
    opdracht = afnemer.opdracht("--wacht", "5", "--op", AANKOOP.isoformat())
    with subprocess.Popen(opdracht, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as volger:
        assert volger.stdout
        assert volger.stderr
        assert "opnieuw" in volger.stderr.readline()
        with daemon.open() as verwerk:
            verwerk(auto())
            hoor(volger, "verwerkt, tot 1")
            verwerk(auto("auto-2"))
            hoor(volger, "verwerkt, tot 3")
        with daemon.open() as verwerk:
            verwerk(auto("auto-3"))
            hoor(volger, "verwerkt, tot 5")
            volger.send_signal(signal.SIGINT)
            gezien = lees_bord(volger.stdout.read())
    with wereld.open() as registers:
        assert gezien == zegt_het_register(registers, AANKOOP.isoformat())
    assert volger.returncode == 0


def hoor(volger: "subprocess.Popen[str]", tekst: str) -> None:
    assert volger.stderr
    for regel in volger.stderr:
        if tekst in regel:
            return
    raise AssertionError(f"{tekst!r} werd niet gezegd")


def test_it_imports_nothing_of_ours() -> None:
    tekst = PROGRAMMA.read_text(encoding="utf-8")
    gebruikt = set(re.findall(r"^(?:from|import) (\w+)", tekst, re.MULTILINE))
    assert gebruikt <= sys.stdlib_module_names
