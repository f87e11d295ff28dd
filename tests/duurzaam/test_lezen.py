"""Reading in a process of its own: it never holds up who writes, and goes on when nobody does."""

import os
import shutil
import signal
from pathlib import Path

import pytest

from actors.register.commando import Verwerkt
from actors.runtime.lezing import Registerlezing
from actors.runtime.systeem import RegisterSystem
from storage.projectiestore_memory import MemoryProjectiestore
from tests.duurzaam import werk
from tests.duurzaam.kind import Kind
from tests.duurzaam.toets import open_registers
from tests.duurzaam.werk import Gelezen
from tests.wereld import AANKOOP, aanbod, auto, commando_id, huishouden

AUTOS = 300


@pytest.fixture(scope="module")
def gevuld(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Registers with so many cars that a table is read in several slices."""
    map_ = tmp_path_factory.mktemp("gevuld")
    with open_registers(map_, 1) as registers:
        registers.verwerk(huishouden())
        registers.verwerk_alle(aanbod(auto(f"auto-{n:03}", koper=f"koper-{n}"), 1000 + n) for n in range(AUTOS))
        registers.wacht_op_rust()
    return map_


@pytest.fixture
def map_(gevuld: Path, tmp_path: Path) -> Path:
    """The same, to write in."""
    return Path(shutil.copytree(gevuld, tmp_path / "data"))


def registreer(registers: RegisterSystem, eerste: int, aantal: int) -> None:
    for n in range(eerste, eerste + aantal):
        antwoord = registers.verwerk(auto(f"later-{n}", koper=f"later-{n}"), id=commando_id(n))
        assert isinstance(antwoord, Verwerkt)
    registers.wacht_op_rust()


def test_a_heavy_query_that_stands_still_half_way_holds_up_no_commando(map_: Path) -> None:
    with open_registers(map_, 2) as registers:
        positie = registers.standen()["wegonderhoud"]["positie"]
        with Kind(werk.lees_zwaar, map_, "wegonderhoud", "auto", AANKOOP) as kind:
            kind.begin()
            gezegd = kind.hoor()
            for eerste in range(0, 50, 10):
                assert isinstance(next(gezegd), Gelezen)  # it reads table after table
                os.kill(kind.pid, signal.SIGSTOP)
                registreer(registers, eerste, 10)
                os.kill(kind.pid, signal.SIGCONT)
            laatste = next(een for een in gezegd if een.positie == positie + 50)
            assert laatste.rijen == AUTOS + 50
        assert registers.standen()["spitspas"]["geprojecteerd_tot"] == registers.standen()["spitspas"]["positie"]


def test_a_query_answers_of_one_moment_whatever_is_recorded_while_it_runs(map_: Path) -> None:
    with open_registers(map_, 2) as registers:
        begin = registers.standen()["wegonderhoud"]["positie"]
        with Kind(werk.lees_zwaar, map_, "wegonderhoud", "auto", AANKOOP) as kind:
            kind.begin()
            gezegd = kind.hoor()
            next(gezegd)
            for ronde in range(8):
                registreer(registers, 10 * ronde, 10)
                een = next(gezegd)
                assert een.rijen == AUTOS + een.positie - begin, "all rows of that position, and none of a later one"


@pytest.mark.parametrize("einde", [signal.SIGKILL, signal.SIGSTOP])
def test_reading_goes_on_when_the_writing_side_is_killed_or_stands_still(map_: Path, einde: signal.Signals) -> None:
    with open_registers(map_, 2) as registers:
        eerst = registers.lees("spitspas", "huishouden", "huishouden-1", geldig_op=AANKOOP)
    with Kind(werk.schrijf_door, map_) as kind:
        kind.begin()
        next(kind.hoor())
        os.kill(kind.pid, einde)
        if einde == signal.SIGKILL:
            kind.einde()
        with Registerlezing.alleen_lezen(map_) as lezing:
            assert eerst.herhaaltoken is not None
            assert lezing.herhaal(eerst.herhaaltoken).als_bytes() == eerst.als_bytes()
            assert len(lezing.tabel("wegonderhoud", "auto", geldig_op=AANKOOP).inhoud) >= AUTOS
            assert lezing.historie("spitspas", "huishouden", "huishouden-1").inhoud


def test_who_reads_while_the_tables_are_built_again_sees_the_old_ones_or_the_new_ones(map_: Path) -> None:
    with open_registers(map_, 2) as registers, Kind(werk.lees_zwaar, map_, "wegonderhoud", "auto", AANKOOP) as kind:
        kind.begin()
        gezegd = kind.hoor()
        for _ in range(3):
            registers.herbouw("wegonderhoud")
            assert {(een.rijen, een.volledig) for een, _ in zip(gezegd, range(20), strict=False)} == {(AUTOS, True)}


def test_killed_anywhere_in_a_rebuild_the_tables_are_whole_and_the_next_one_succeeds(map_: Path) -> None:
    for keer in (1, 2, 3, 5, 8):
        with Kind(werk.herbouw_door, map_, "wegonderhoud") as kind:
            kind.begin()
            for _ in zip(kind.hoor(), range(keer), strict=False):
                pass
            os.kill(kind.pid, signal.SIGKILL)
            kind.einde()
        with Registerlezing.alleen_lezen(map_) as lezing:
            assert lezing.controleer_tabellen("wegonderhoud", MemoryProjectiestore("wegonderhoud")) == []
            assert len(lezing.tabel("wegonderhoud", "auto", geldig_op=AANKOOP).inhoud) == AUTOS
