"""No room: on the disk, in a file, in the memory map; what is there stays readable, and it goes on with room."""

import resource
from pathlib import Path
from typing import Any

import pytest

from actors.runtime.lezing import Registerlezing
from tests.duurzaam import werk
from tests.duurzaam.conftest import vul
from tests.duurzaam.kind import Kind, laat
from tests.duurzaam.sporen import Oproep, storing
from tests.duurzaam.stroom import Ronde
from tests.duurzaam.test_storingen import alles_erkend, eindigt_goed, gestoord, kopie
from tests.duurzaam.toets import Eindstand
from tests.duurzaam.werk import Klacht

_ALTIJD = 10**6
_ONBEPERKT = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)


def klachten(gezegd: list[Any]) -> list[str]:
    return [een.zin for een in gezegd if isinstance(een, Klacht)]


def aantallen(map_: Path) -> dict[str, int]:
    with Registerlezing.alleen_lezen(map_) as lezing:
        return {naam: len(list(lezing.gevolgen(naam))) for naam in lezing.registers}


def test_a_full_disk_is_told_reading_goes_on_and_with_room_the_work_does_too(
    kleine_schijf: Path, leeg: Path, verhaal: list[Ronde], hoort: Eindstand, zaad: int
) -> None:
    map_ = kopie(leeg, kleine_schijf / "data")
    vulling = vul(kleine_schijf, 3 * 4096)
    gezegd = []
    with Kind(werk.houd_vol, map_, verhaal, _ALTIJD) as kind:
        kind.begin()
        for een in kind.hoor():
            gezegd.append(een)
            if isinstance(een, Klacht) and vulling.exists():
                assert aantallen(map_).keys() == {"wegonderhoud", "aanschafheffing", "spitspas"}
                vulling.unlink()
        assert kind.einde() == 0
    assert "the disk is full; make room" in klachten(gezegd)[0]
    assert alles_erkend(gezegd, verhaal)
    eindigt_goed(map_, gezegd, verhaal, hoort)


@pytest.mark.parametrize("vrij", [0, 2, 3, 4, 5, 11, 23, 60])
def test_registers_cannot_be_made_on_a_full_disk_and_can_when_there_is_room(
    kleine_schijf: Path, verhaal: list[Ronde], hoort: Eindstand, vrij: int, zaad: int
) -> None:
    vulling = vul(kleine_schijf, vrij * 4096)
    (klacht,) = klachten(laat(werk.open_alleen, kleine_schijf / "data"))
    assert klacht.startswith("StorageFull: ")
    assert "the disk is full; make room" in klacht
    vulling.unlink()
    eindigt_goed(kleine_schijf / "data", [], verhaal, hoort)


def test_a_file_that_may_grow_no_further_is_told_and_with_room_the_work_goes_on(
    tmp_path: Path, leeg: Path, verhaal: list[Ronde], hoort: Eindstand, zaad: int
) -> None:
    map_ = kopie(leeg, tmp_path / "data")
    grootste = max(bestand.stat().st_size for bestand in map_.rglob("data.mdb"))
    gezegd = []
    with Kind(werk.houd_vol, map_, verhaal, _ALTIJD) as kind:
        resource.prlimit(kind.pid, resource.RLIMIT_FSIZE, (grootste + 4096, resource.RLIM_INFINITY))
        kind.begin()
        for een in kind.hoor():
            gezegd.append(een)
            if isinstance(een, Klacht):
                resource.prlimit(kind.pid, resource.RLIMIT_FSIZE, _ONBEPERKT)
        assert kind.einde() == 0
    assert any("File too large" in k or "Input/output error" in k for k in klachten(gezegd)), klachten(gezegd)
    assert alles_erkend(gezegd, verhaal)
    eindigt_goed(map_, gezegd, verhaal, hoort)


def test_a_map_that_may_grow_no_further_is_told_and_with_room_the_work_goes_on(
    tmp_path: Path, verhaal: list[Ronde], hoort: Eindstand, zaad: int
) -> None:
    gezegd = laat(werk.met_kleine_kaart, tmp_path, verhaal, 1 << 16)
    assert "has reached 65536 bytes; nothing was written" in klachten(gezegd)[0]
    assert alles_erkend(gezegd, verhaal)
    eindigt_goed(tmp_path, gezegd, verhaal, hoort)


def test_a_map_for_which_there_is_no_memory_is_told_and_the_work_goes_on_when_there_is(
    tmp_path: Path, verhaal: list[Ronde], hoort: Eindstand, zaad: int
) -> None:
    """LMDB has no map at all after that: using it on would end the process."""
    groeien = Oproep("mmap", "spitspas/gevolgen/data.mdb", 2)
    gezegd, einde = gestoord(
        werk.met_kleine_kaart, tmp_path, storing(groeien, tmp_path, "error=ENOMEM"), verhaal, 1 << 30
    )
    assert einde == 0
    assert "Cannot allocate memory" in klachten(gezegd)[0]
    assert alles_erkend(gezegd, verhaal)
    eindigt_goed(tmp_path, gezegd, verhaal, hoort)
