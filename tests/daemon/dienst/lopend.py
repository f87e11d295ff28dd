"""A daemon that really runs: `gevolg serve` as its users start it, and what there is to see of it from outside."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Self

import httpx
import psutil

from actors.daemon.api.veldnamen import schrijf_namen
from actors.register.commando import AangebodenCommando
from actors.verwerking.jsonvorm import als_json

REGISTERS = ("wegonderhoud", "aanschafheffing", "spitspas")
GEDULD_S = 20.0
SERVE = ("actors.cli.main", "serve")


def tot(klaar: Callable[[], Any], wat: str, hoogstens_s: float = GEDULD_S) -> Any:
    """Wait until this gives something; fails with what was waited for."""
    einde = time.monotonic() + hoogstens_s
    while not (uitkomst := klaar()):
        assert time.monotonic() < einde, f"het duurde te lang: {wat}"
        time.sleep(0.01)
    return uitkomst


def als_body(aangeboden: AangebodenCommando) -> dict[str, Any]:
    """A commando as it is sent to the API."""
    kop = {
        "id": aangeboden.id,
        "aanleiding": aangeboden.aanleiding._asdict(),
        "gebeurd_op": aangeboden.gebeurd_op,
        "beslisser": aangeboden.beslisser,
    }
    velden = {naam: waarde for naam, waarde in kop.items() if waarde is not None}
    data = {"commando": type(aangeboden.commando).__name__, "data": als_json(aangeboden.commando)}
    body: dict[str, Any] = schrijf_namen(als_json(velden) | data)
    return body


class Lopend:
    """One life of a daemon on a folder."""

    def __init__(self, data: Path, *opties: str, ontwikkel: bool = True, programma: Sequence[str] = SERVE) -> None:
        """Start it; `begin` waits until it answers."""
        self.data = data
        self.logboek = data.with_name(f"{data.name}.{time.monotonic_ns()}.log")
        opdracht = [sys.executable, "-m", *programma, "--data", str(data), "--poort", "0", *opties]
        with self.logboek.open("wb") as log:
            self.proces = subprocess.Popen(
                [*opdracht, *(["--ontwikkel"] if ontwikkel else [])], stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )

    def begin(self) -> Self:
        """Wait until every process runs."""
        tot(lambda: self._eigen_url() or self.proces.poll() is not None, "hij luistert")
        assert self.proces.poll() is None, self.log()
        self.url = str(self._eigen_url())
        self.klant = httpx.Client(base_url=self.url, timeout=GEDULD_S)
        self.gereed()
        return self

    def _eigen_url(self) -> str | None:
        with suppress(OSError, ValueError):
            bekend = json.loads((self.data / "daemon.json").read_text())
            if bekend["pid"] == self.proces.pid:
                return str(bekend["url"])
        return None

    def log(self) -> str:
        return self.logboek.read_text(errors="replace")

    # --- what there is to see ---

    def processen(self) -> dict[str, psutil.Process]:
        """All processes but main, by name: admin, logger, supervisor, bijho:…, lever:…."""
        uit = {}
        for proces in psutil.Process(self.proces.pid).children(recursive=True):
            with suppress(psutil.Error):
                if proces.status() != psutil.STATUS_ZOMBIE:
                    uit[_naam(proces)] = proces
        return uit

    def gereed(self) -> None:
        """Wait until all processes that belong to it say that they run."""

        def alle() -> bool:
            antwoord = self.klant.get("/health/ready")
            return antwoord.status_code == httpx.codes.OK

        tot(alle, "alle processen draaien")

    def gezondheid(self) -> dict[str, Any]:
        gezien: dict[str, Any] = self.klant.get("/health/ready").json()
        return gezien

    def in_rust(self, hoogstens_s: float = GEDULD_S) -> None:
        """Wait until every table and every next register has caught up."""

        def rust() -> bool:
            with suppress(httpx.TransportError):
                registers = self.gezondheid()["registers"]
                return all(_is_bij(een) for een in registers.values())
            return False

        tot(rust, "de registers komen tot rust", hoogstens_s)

    def bied(self, aangeboden: AangebodenCommando, register: str) -> httpx.Response:
        return self.klant.post(f"/{register}/v1/commandos", json=als_body(aangeboden))

    def bied_tot_het_lukt(self, aangeboden: AangebodenCommando, register: str) -> httpx.Response:
        """Offer it again, under the same id, for as long as it is not available."""

        def antwoord() -> httpx.Response | None:
            with suppress(httpx.TransportError):
                gegeven = self.bied(aangeboden, register)
                if gegeven.status_code != httpx.codes.SERVICE_UNAVAILABLE:
                    return gegeven
                assert int(gegeven.headers["Retry-After"]) >= 1
            return None

        uit: httpx.Response = tot(antwoord, "het register neemt weer commando's aan")
        return uit

    # --- end ---

    def stop(self, nummer: int = signal.SIGTERM) -> int:
        """Ask it to stop; its exit code."""
        self.klant.close()
        self.proces.send_signal(nummer)
        return self.proces.wait(GEDULD_S)

    def ruim_op(self) -> None:
        """Leave nothing behind, whatever happened."""
        with suppress(AttributeError):
            self.klant.close()
        with suppress(psutil.Error):
            kinderen = psutil.Process(self.proces.pid).children(recursive=True)
            for kind in kinderen:
                with suppress(psutil.Error):
                    os.kill(kind.pid, signal.SIGCONT)
        self.proces.kill()
        self.proces.wait(GEDULD_S)


def _naam(proces: psutil.Process) -> str:
    return Path(f"/proc/{proces.pid}/comm").read_text().strip()


def _is_bij(register: dict[str, Any]) -> bool:
    achter = register["achterstand"]
    return not any(_getallen(achter))


def _getallen(waarde: Any) -> Iterator[float]:
    if isinstance(waarde, dict):
        for een in waarde.values():
            yield from _getallen(een)
    elif isinstance(waarde, int | float):
        yield waarde


@contextmanager
def lopend(data: Path, *opties: str) -> Iterator[Lopend]:
    """A daemon for as long as the block lasts; what it logged is shown when the block fails."""
    dienst = Lopend(data, *opties)
    try:
        yield dienst.begin()
    except BaseException:
        sys.stdout.write(dienst.log()[-20_000:])
        raise
    finally:
        dienst.ruim_op()
