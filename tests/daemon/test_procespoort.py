"""The road to the registers: what takes long waits for its own kind, and keeps no other waiting."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

import pytest

from actors.daemon.poort import NietBeschikbaar
from actors.daemon.procespoort import _LANGE_VRAGEN, Procespoort
from actors.runtime import logboek
from actors.runtime.processen.group import ProcessGroup
from actors.runtime.systeem import RegisterSystem
from storage.errors import StoreDamaged
from tests.wereld import auto, vaste_wereld


class Groep:
    """No processes: nothing is offered here."""

    @contextmanager
    def endpoint(self) -> Iterator[None]:
        yield


@pytest.fixture
def data(tmp_path: Path) -> Path:
    with RegisterSystem.open(tmp_path / "data", buitenwereld=vaste_wereld(), versie="test") as registers:
        registers.verwerk(auto())
        registers.wacht_op_rust()
    return tmp_path / "data"


def test_what_takes_long_is_asked_one_by_one_while_others_are_answered(data: Path) -> None:
    async def verhaal() -> None:
        poort = Procespoort(cast("ProcessGroup", Groep()), data, ["wegonderhoud"], wachtruimte=1)
        klaar, tegelijk, meeste = threading.Event(), 0, 0

        def lang(_lezing: Any) -> bool:
            nonlocal tegelijk, meeste
            tegelijk += 1
            meeste = max(meeste, tegelijk)
            gewacht = klaar.wait(30)
            tegelijk -= 1
            return gewacht

        try:
            bezig = [asyncio.ensure_future(poort.lees(lang, lang=True)) for _ in range(_LANGE_VRAGEN)]
            einden = await asyncio.gather(*(poort.lees(lambda lezing: lezing.einde("wegonderhoud")) for _ in range(9)))
            assert {einde[0] for einde in einden} == {1}
            with pytest.raises(NietBeschikbaar):
                await poort.lees(lang, lang=True)
            klaar.set()
            assert await asyncio.gather(*bezig) == [True] * _LANGE_VRAGEN
            assert meeste == 1
            assert await poort.lees(lang, lang=True)
        finally:
            klaar.set()
            await poort.sluit(5)

    asyncio.run(asyncio.wait_for(verhaal(), 30))


def test_who_waits_hears_at_once_that_a_register_can_be_read_no_more(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def verhaal() -> None:
        poort = Procespoort(cast("ProcessGroup", Groep()), data, ["wegonderhoud"], wachtruimte=1)
        try:
            wachten = [asyncio.ensure_future(poort.wacht("wegonderhoud", lambda _: False, 60)) for _ in range(2)]
            await asyncio.sleep(0)

            def kapot(_register: str) -> Any:
                raise StoreDamaged("a page is torn")

            monkeypatch.setattr(poort.lezing, "einde", kapot)
            for wacht in wachten:
                with pytest.raises(StoreDamaged):
                    await wacht
        finally:
            await poort.sluit(5)

    asyncio.run(asyncio.wait_for(verhaal(), 20))


def test_what_is_still_read_when_the_time_to_stop_is_over_is_left(data: Path, tmp_path: Path) -> None:
    logboek.naar(str(tmp_path / "log"))

    async def verhaal() -> None:
        poort = Procespoort(cast("ProcessGroup", Groep()), data, ["wegonderhoud"], wachtruimte=1)
        klaar = threading.Event()
        bezig = asyncio.ensure_future(poort.lees(lambda _: klaar.wait(30)))
        await poort.lees(lambda _: None)
        try:
            await poort.sluit(0.1)
            assert poort.stopt
            assert "service.reading_left" in (tmp_path / "log").read_text()
        finally:
            klaar.set()
        assert await bezig

    asyncio.run(asyncio.wait_for(verhaal(), 30))
