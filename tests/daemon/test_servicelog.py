"""The log of a service: lines of all its processes on stderr, and nothing of what a library would spill."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

GEHEIM = "123456782"

VERTELT = f"""
import logging, multiprocessing, sys
from actors.runtime.logboek import dienst, herneem, maak_log

dienst(sys.argv[1], sys.argv[2])
log = maak_log("dienst")
log.debug("service.whispered")
log.info("service.listening", url="http://127.0.0.1:8080")
try:
    raise ValueError("{GEHEIM}")
except ValueError:
    logging.getLogger("uvicorn.error").exception("stuk bij %s", "{GEHEIM}")
logging.getLogger("uvicorn.access").warning("GET /?bsn={GEHEIM}")
logging.getLogger("httpx").info("GET /?bsn={GEHEIM}")

def kind():
    logging.root = logging.Logger.root = logging.RootLogger(logging.CRITICAL)
    logging.Logger.manager = logging.Manager(logging.root)
    herneem()
    log.warning("process.started", process="x/levering")

proces = multiprocessing.get_context("fork").Process(target=kind)
proces.start()
proces.join()
"""

GROEP = """
import sys, time
from pathlib import Path
from actors.runtime.logboek import dienst
from actors.runtime.processen.group import ProcessGroup
from actors.runtime.processen.messages import Toestand
from actors.runtime.processen.preparation import prepare

dienst("info", "json")
data = Path(sys.argv[1])
prepare(data, ["wegonderhoud"])
groep = ProcessGroup(data, ["wegonderhoud"])
groep.start()
while not groep.tree.takken or any(tak.toestand is not Toestand.DRAAIT for tak in groep.tree.takken):
    groep.look()
    time.sleep(0.01)
groep.stop(8.0)
"""


def verteld(script: str, *argumenten: str) -> str:
    gedaan = subprocess.run(
        [sys.executable, "-W", "error::DeprecationWarning:actors", "-c", script, *argumenten],
        capture_output=True,
        text=True,
        check=True,
    )
    return gedaan.stderr


def regels(tekst: str) -> list[dict[str, Any]]:
    return [json.loads(regel) for regel in tekst.splitlines()]


@pytest.mark.parametrize("vorm", ["json", "auto"])
def test_every_line_is_json_on_stderr_also_those_of_forked_processes(vorm: str) -> None:
    gezien = {regel["event"]: regel for regel in regels(verteld(VERTELT, "info", vorm))}
    assert gezien.keys() == {"service.listening", "process.started", "library.message"}
    assert gezien["service.listening"]["logger"] == "gevolg.dienst"
    assert gezien["process.started"]["level"] == "warning"


def test_a_line_of_a_library_says_kind_and_place_of_an_error_and_no_value() -> None:
    tekst = verteld(VERTELT, "info", "json")
    assert GEHEIM not in tekst
    (regel,) = [regel for regel in regels(tekst) if regel["event"] == "library.message"]
    assert (regel["logger"], regel["level"], regel["error"]) == ("uvicorn.error", "error", "ValueError")
    assert regel["message"] == "stuk bij %s"
    assert "line" in regel["trace"]


def test_the_level_says_from_where_lines_are_written() -> None:
    assert {r["event"] for r in regels(verteld(VERTELT, "warning", "json"))} == {"process.started", "library.message"}
    assert "service.whispered" in {r["event"] for r in regels(verteld(VERTELT, "debug", "json"))}


def test_the_form_for_people_says_the_same_in_words() -> None:
    tekst = verteld(VERTELT, "info", "console")
    assert "service.listening" in tekst
    assert "url=http://127.0.0.1:8080" in tekst
    assert not tekst.startswith("{")
    assert GEHEIM not in tekst


def test_the_processes_of_a_daemon_write_to_the_same_log(tmp_path: Path) -> None:
    gestart = [r for r in regels(verteld(GROEP, str(tmp_path))) if r["event"] == "process.started"]
    assert {r["process"] for r in gestart} == {"wegonderhoud/bijhouding", "wegonderhoud/levering"}
