"""A daemon to measure: its own folder and log, an API-sleutel that may do all, and what its processes use."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

import psutil

from actors.contexten.wegonderhoud.context import CONTEXT as WEGONDERHOUD
from actors.daemon.toegang.apisleutels import Sleutelbestand
from actors.register.commando import AangebodenCommando
from actors.runtime.klok import Buitenwereld
from actors.verwerking.jsonvorm import json_bytes
from scripts.benchmark.wire import WireFailed, request, stream
from tests.daemon.dienst.lopend import SERVE, Lopend, als_body

REGISTER = WEGONDERHOUD.naam
NOOP = ("scripts.benchmark.noop",)
NDJSON = "application/x-ndjson"

_RECHTEN = ("*:commando", "*:lezen", "*:waarnemen")
_NO_LIMIT = "[gevolg.limieten]\nverzoeken_per_s = 1_000_000\nstoot = 1_000_000\nwachtruimte = 100_000\n"
_LEVERING = "lever:"
_CREATED = 201
_REST_S = 300.0


class Served:
    """A daemon that runs: where it is, how to ask it, and what it takes of the processor."""

    def __init__(self, running: Lopend, token: str) -> None:
        self.running = running
        self.token = token
        parts = urlsplit(running.url)
        self.address = (str(parts.hostname), int(parts.port or 0))

    def commando(self, offered: AangebodenCommando, register: str = REGISTER) -> bytes:
        """The request that offers one commando."""
        return request("POST", f"/{register}/v1/commandos", self.token, json_bytes(als_body(offered)))

    def lines(self, offer: Sequence[AangebodenCommando], register: str = REGISTER) -> bytes:
        """The request that offers many, a line each."""
        body = b"".join(json_bytes(als_body(een)) + b"\n" for een in offer)
        return request("POST", f"/{register}/v1/commandos", self.token, body, NDJSON)

    def bring(self, offer: Sequence[AangebodenCommando], register: str) -> None:
        """Have these processed, and all that follows. Raises WireFailed."""
        _, answer = stream(self.address, self.lines(offer, register))
        check_lines(answer, len(offer))
        self.rest()

    def rest(self) -> None:
        """Wait until all that follows is done."""
        self.running.in_rust(_REST_S)

    def cpu(self) -> dict[str, float]:
        """Seconds of processor by now of main and of each process below it."""
        used = {"main": psutil.Process(self.running.proces.pid)}
        used.update(self.running.processen())
        found = {}
        for name, process in used.items():
            with suppress(psutil.Error):
                times = process.cpu_times()
                found[name] = times.user + times.system
        return found

    @contextmanager
    def write_side_alone(self) -> Iterator[None]:
        """Let no levering run meanwhile; it catches up afterwards."""
        stopped = [process for name, process in self.running.processen().items() if name.startswith(_LEVERING)]
        for process in stopped:
            process.suspend()
        try:
            yield
        finally:
            for process in stopped:
                process.resume()


def check_lines(answer: bytes, count: int) -> None:
    """Each line was processed now. Raises WireFailed."""
    good = answer.count(b'"status":%d,' % _CREATED)
    if good != count:
        raise WireFailed(f"{count - good} of {count} lines were not processed: {answer[:400]!r}")


def check_all_created(statuses: dict[int, int]) -> None:
    """Every request was answered with 201. Raises WireFailed."""
    if set(statuses) != {_CREATED}:
        raise WireFailed(f"not all requests were answered with {_CREATED}: {dict(statuses)}")


def credentials(data: Path) -> tuple[str, Path]:
    """An API-sleutel for a data folder, which is made, and a file of settings without a limit on requests."""
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    settings = data.with_name(f"{data.name}.toml")
    settings.write_text(_NO_LIMIT, encoding="utf-8")
    token = Sleutelbestand(data).maak("benchmark", _RECHTEN, voor=None, geldig_tot=None, buiten=Buitenwereld())
    return token, settings


@contextmanager
def served(data: Path, *registers: str, program: Sequence[str] = SERVE) -> Iterator[Served]:
    """A daemon with these registers (none named: all) for as long as the block lasts."""
    token, settings = credentials(data)
    options = ["--config", str(settings), *(part for register in registers for part in ("--register", register))]
    running = Lopend(data, *options, ontwikkel=False, programma=program)
    try:
        yield Served(running.begin(), token)
    finally:
        running.ruim_op()
