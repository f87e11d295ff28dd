"""Herbouw: the tables are what the journal gives, whatever happened, and however it is read."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from actors.verwerking.gevolgenverwerking import TAKEN, Projector
from actors.verwerking.standen import vouw_stand
from storage.projectiestore import Projectiestore
from storage.projectiestore_memory import MemoryProjectiestore
from tests.domein import Keten, keten, wanneer
from tests.verwerking.verhalen import KOPERS, ketenverhalen


def vertel(registers: Keten, verhaal: list[Any]) -> None:
    """All of it offered, what is refused is refused; then rest."""
    for commando in verhaal:
        registers.registers.verwerk(commando, gebeurd_op=wanneer(commando))
    registers.registers.wacht_op_rust()


def rijen(projecties: Projectiestore) -> dict[str, list[tuple[bytes, bytes]]]:
    return {naam: list(projecties.scan(naam)) for naam in projecties.projecties()}


@given(ketenverhalen)
@settings(max_examples=20, deadline=None)
def test_whatever_happened_all_fits_together_and_the_tables_built_again_are_the_same(verhaal: list[Any]) -> None:
    with keten() as alle:
        vertel(alle, verhaal)
        registers = alle.registers
        for naam in registers.registers:
            assert registers.controleer(naam) == []
            assert registers.controleer_lezers(naam) == []
            assert registers.controleer_tabellen(naam, MemoryProjectiestore(naam)) == []


@given(ketenverhalen, st.sets(st.sampled_from(KOPERS), min_size=1))
@settings(max_examples=10, deadline=None)
def test_the_tables_built_again_read_the_same_after_keys_were_destroyed(verhaal: list[Any], wie: set[str]) -> None:
    with keten() as alle:
        vertel(alle, verhaal)
        for naam, opslag in alle.opslagen.items():
            for betrokkene in (*wie, "auto-1"):
                opslag.sleutels.destroy(betrokkene)
            assert alle.registers.controleer(naam) == []
            assert alle.registers.controleer_tabellen(naam, MemoryProjectiestore(naam)) == []


@given(ketenverhalen)
@settings(max_examples=15, deadline=None)
def test_the_tables_are_what_the_state_of_each_aggregate_gives(verhaal: list[Any]) -> None:
    with keten() as alle:
        vertel(alle, verhaal)
        for kern in alle.registers._kernen.values():
            gegeven: dict[str, dict[bytes, bytes]] = {}
            for naam in kern.opslag.gevolgen.aggregaten():
                soort = naam.partition("/")[0]
                if kern.overwerking.onthoudt(soort):
                    projecties = [p for p in kern.context.projecties if p.aggregaat == soort]
                    stand = vouw_stand(kern.opslag.gevolgen, kern.serialisatie, naam, kern.projector.positie)
                    namen = [TAKEN, *(p.opslagnaam for p in projecties)]
                    for tabel, eigen, fout in kern.projector._rijen(projecties, stand, soort, namen):
                        assert fout is None
                        gegeven.setdefault(tabel, {}).update(eigen)
            bewaard = {tabel: dict(eigen) for tabel, eigen in rijen(kern.opslag.projecties).items() if eigen}
            assert bewaard == {tabel: eigen for tabel, eigen in gegeven.items() if eigen}


@given(ketenverhalen, st.lists(st.integers(1, 6), min_size=1, max_size=3), st.integers(1, 3))
@settings(max_examples=15, deadline=None)
def test_in_slices_of_any_size_the_same_bytes_are_made(verhaal: list[Any], plakken: list[int], onthoudt: int) -> None:
    with keten() as alle:
        vertel(alle, verhaal)
        for naam, kern in alle.registers._kernen.items():
            elders = MemoryProjectiestore(naam)
            projector = Projector(kern.context, kern.opslag.gevolgen, elders, kern.serialisatie)
            projector._standen._grens = onthoudt
            keer = 0
            while projector.werk(plakken[keer % len(plakken)]):
                keer += 1
            assert rijen(elders) == rijen(kern.opslag.projecties)
