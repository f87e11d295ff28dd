"""SIGKILL of any process of a daemon, again and again, while commando's come in over HTTP."""

import contextlib
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from pathlib import Path
from random import Random, SystemRandom
from typing import Any

import httpx
import psutil
import pytest

from actors.register.commando import AangebodenCommando, NietVerwerkt, Verwerking, Verwerkt
from actors.runtime.systeem import RegisterSystem
from tests.daemon.dienst.lopend import Lopend
from tests.duurzaam.stroom import Ronde, rondes
from tests.duurzaam.toets import Eindstand, gelijk, keur, vertel

_SOORTEN = ("main", "admin", "supervisor", "logger", "bijho", "lever")
"""Each is killed once, in a ronde of its own."""


class Levens:
    """A daemon on one folder, started again whenever main or admin was killed."""

    def __init__(self, data: Path) -> None:
        self._data = data
        self.nu = Lopend(data).begin()

    def dood(self, soort: str, kans: Random) -> None:
        """Kill a process of this kind, whichever; then see to it that there is a daemon."""
        namen = [naam for naam in (*self.nu.processen(), "main") if naam.startswith(soort)]
        naam = kans.choice(sorted(namen)) if namen else soort
        with contextlib.suppress(KeyError, psutil.NoSuchProcess):
            if naam == "main":
                self.nu.proces.kill()
            else:
                self.nu.processen()[naam].kill()
        if naam in ("main", "admin"):
            self.nu.proces.wait(20)
            self.nu.ruim_op()
            self.nu = Lopend(self._data).begin()

    def bied(self, aangeboden: AangebodenCommando) -> httpx.Response:
        """Offer it to whichever daemon there is, until it is answered."""
        register = type(aangeboden.commando).__module__.split(".")[2]
        while True:
            with contextlib.suppress(httpx.TransportError, RuntimeError):
                return self.nu.bied_tot_het_lukt(aangeboden, register)
            time.sleep(0.05)

    def sluit(self) -> None:
        assert self.nu.stop() == 0
        self.nu.ruim_op()


@contextlib.contextmanager
def levens(data: Path) -> Iterator[Levens]:
    een = Levens(data)
    try:
        yield een
    except BaseException:
        sys.stdout.write(een.nu.log()[-20_000:])
        raise
    finally:
        een.nu.ruim_op()


def test_nothing_acknowledged_is_lost_or_done_twice_whichever_process_is_killed(
    tmp_path: Path, pytestconfig: pytest.Config, deel: int
) -> None:
    """G37: the registers end as if nothing had happened."""
    gegeven: int | None = pytestconfig.getoption("--seed")
    zaad = SystemRandom().randrange(10**6) if gegeven is None else gegeven
    sys.stdout.write(f"to draw the same again: --seed {zaad}\n")
    kans = Random(f"dienst/{zaad}/{deel}")
    verhaal = list(islice(rondes(zaad + deel), len(_SOORTEN)))
    soorten = kans.sample(_SOORTEN, len(_SOORTEN))
    erkend: dict[str, dict[str, Any]] = {}
    with levens(tmp_path / "data") as dienst, ThreadPoolExecutor(8) as klanten:
        for ronde, soort in zip(verhaal, soorten, strict=True):
            uniek = {een.id: een for een in ronde}
            lopend = {id_: klanten.submit(dienst.bied, een) for id_, een in uniek.items()}
            time.sleep(kans.random() * 0.05)
            dienst.dood(soort, kans)
            for id_, antwoord in lopend.items():
                inhoud = antwoord.result(60).json()
                assert erkend.setdefault(id_, inhoud) == inhoud, "the same commando, the same answer"
            dienst.nu.gereed()
            dienst.nu.in_rust()
        dienst.sluit()
    keur(tmp_path / "data")
    antwoorden, einde = _nogmaals(tmp_path / "data", verhaal)
    for id_, inhoud in erkend.items():
        _is_hetzelfde(inhoud, antwoorden[id_])
    with RegisterSystem.in_memory(versie="test") as ongestoord:
        gelijk(einde, vertel(ongestoord, verhaal)[1])


def _nogmaals(data: Path, verhaal: list[Ronde]) -> tuple[dict[str, Verwerking], Eindstand]:
    """The whole story offered once more, to what lies there."""
    with RegisterSystem.open(data, versie="test") as registers:
        return vertel(registers, verhaal)


def _is_hetzelfde(inhoud: dict[str, Any], antwoord: Verwerking) -> None:
    if isinstance(antwoord, Verwerkt):
        assert inhoud["positie"] == antwoord.positie
        assert tuple(g["id"] for g in inhoud["gevolgen"]) == tuple(id_ for id_, _ in antwoord.gevolgen)
        assert antwoord.uit_opslag
    else:
        assert isinstance(antwoord, NietVerwerkt)
        assert inhoud["regel"] == antwoord.regel
