"""Threads for what may take long: a question is answered on one of them, and never keeps a daemon from stopping."""

import subprocess
import sys
import threading

import pytest

from actors.daemon.draden import Draden


def test_a_question_is_answered_and_what_it_raises_is_raised() -> None:
    draden = Draden(2, "gevolg-lees")
    assert draden.submit(divmod, 7, 2).result(10) == (3, 1)
    with pytest.raises(ZeroDivisionError):
        draden.submit(divmod, 7, 0).result(10)
    assert draden.submit(threading.current_thread).result(10).name.startswith("gevolg-lees")
    assert draden.sluit(10)


def test_who_closes_waits_for_what_was_asked_but_no_longer_than_he_wants() -> None:
    draden, klaar = Draden(1, "gevolg-lees"), threading.Event()
    traag, rij = draden.submit(klaar.wait, 50), draden.submit(int)
    afgezien = draden.submit(int)
    assert afgezien.cancel()
    assert not draden.sluit(0.01)
    klaar.set()
    assert (traag.result(10), rij.result(10)) == (True, 0)
    with pytest.raises(RuntimeError):
        draden.submit(int)
    assert draden.sluit(10)


def test_a_program_ends_while_a_question_is_still_read() -> None:
    programma = (
        "import time; from actors.daemon.draden import Draden;"
        "Draden(1, 'gevolg-lees').submit(time.sleep, 50); print('klaar')"
    )
    klaar = subprocess.run([sys.executable, "-c", programma], capture_output=True, text=True, check=True, timeout=20)
    assert klaar.stdout == "klaar\n"
