"""Herbouw: the tables are what the journal gives, whatever happened, and however it is read."""

import shutil
from pathlib import Path
from typing import Any

import lmdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from actors.runtime.lezing import Registerlezing
from actors.verwerking import gevolgenverwerking
from actors.verwerking.gevolgenverwerking import TAKEN, Projector
from actors.verwerking.parkeren import GEPARKEERD
from actors.verwerking.standen import vouw_stand
from actors.verwerking.verbandindex import VERBANDEN
from storage.findings import no_progress
from storage.identity import NO_ID, Identity
from storage.projectiestore import Change, Projectiestore, Row, Version
from storage.projectiestore_lmdb import LmdbProjectiestore
from storage.projectiestore_memory import MemoryProjectiestore
from storage.records import encode_reader
from tests.domein import Keten, aanschaf, auto, correctie, huishouden, keten, wanneer
from tests.verwerking.verhalen import KOPERS, ketenverhalen


def vertel(registers: Keten, verhaal: list[Any]) -> None:
    """All of it offered, what is refused is refused; then rest."""
    for commando in verhaal:
        registers.registers.verwerk(commando, gebeurd_op=wanneer(commando))
    registers.registers.wacht_op_rust()


def rijen(projecties: Projectiestore) -> dict[str, list[tuple[bytes, bytes]]]:
    return {naam: list(projecties.scan(naam)) for naam in projecties.projecties()}


def met_wat_was(projecties: Projectiestore) -> dict[str, dict[bytes, list[Version]]]:
    """Every row that ever was there, with what it was since when."""
    namen = projecties.projecties()
    return {naam: {key: projecties.versions(naam, key) for key in projecties.keys(naam)} for naam in namen}


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
                    projecties = [p for p in kern.context.projecties if p.bewaard and p.aggregaat == soort]
                    stand = vouw_stand(kern.opslag.gevolgen, kern.serialisatie, naam, kern.projector.positie)
                    namen = [TAKEN, *(p.opslagnaam for p in projecties)]
                    for tabel, eigen, fout in kern.projector._rijen(projecties, stand, soort, namen):
                        assert fout is None
                        gegeven.setdefault(tabel, {}).update(eigen)
            bewaard = {tabel: dict(eigen) for tabel, eigen in rijen(kern.opslag.projecties).items() if eigen}
            bewaard.pop(VERBANDEN, None)  # of transacties, not of states
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
            assert met_wat_was(elders) == met_wat_was(kern.opslag.projecties)


# --- beside the live ones -------------------------------------------------------------------------------------


@given(ketenverhalen, ketenverhalen)
@settings(max_examples=15, deadline=None)
def test_built_beside_and_switched_they_are_what_they_were_and_follow_along(eerst: list[Any], dan: list[Any]) -> None:
    with keten() as herbouwd, keten() as gelaten:
        for alle in (herbouwd, gelaten):
            vertel(alle, eerst)
        voor = {naam: met_wat_was(opslag.projecties) for naam, opslag in herbouwd.opslagen.items()}
        for naam, opslag in herbouwd.opslagen.items():
            assert herbouwd.registers.herbouw(naam) == opslag.gevolgen.head().position
            na = met_wat_was(opslag.projecties)
            assert {tabel: rij for tabel, rij in na.items() if tabel != GEPARKEERD} == voor[naam]
            assert na[GEPARKEERD] == {}
        for alle in (herbouwd, gelaten):
            vertel(alle, dan)
        for naam in herbouwd.opslagen:
            tabellen = [met_wat_was(alle.opslagen[naam].projecties) for alle in (herbouwd, gelaten)]
            assert {**tabellen[0], GEPARKEERD: {}} == {**tabellen[1], GEPARKEERD: {}}


class Stop(Exception):
    """The building is broken off here."""


@pytest.mark.parametrize("plaats", ["gevolgenverwerking", "wisseling"])
def test_broken_off_nothing_has_changed_and_the_next_one_begins_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, plaats: str
) -> None:
    def stop(*_wat: Any) -> None:
        raise Stop

    with keten(tmp_path) as alle:
        vertel(alle, [huishouden("sam"), auto(), correctie("auto-1", uitstoot_g_per_km=150)])
        projecties = alle.opslagen["spitspas"].projecties
        voor = met_wat_was(projecties)
        with monkeypatch.context() as kapot:
            if plaats == "wisseling":
                kapot.setattr(LmdbProjectiestore, "switch", stop)
            with pytest.raises(Stop):
                alle.registers.herbouw("spitspas", stop if plaats == "gevolgenverwerking" else no_progress)
        assert met_wat_was(projecties) == voor
        alle.registers.herbouw("spitspas")
        assert met_wat_was(projecties) == {**voor, GEPARKEERD: {}}
        assert projecties.beside().projecties() == []


def test_whom_an_official_parked_stays_parked_where_he_was(tmp_path: Path) -> None:
    with keten(tmp_path) as alle:
        vertel(alle, [auto(), auto("auto-2", aanschaf("noor"))])
        alle.registers.parkeer("wegonderhoud", "auto", "auto", "auto-1", "wordt uitgezocht")
        vertel(alle, [correctie("auto-1", gewicht_kg=1500), correctie("auto-2", gewicht_kg=1500)])
        voor = met_wat_was(alle.opslagen["wegonderhoud"].projecties)
        alle.registers.herbouw("wegonderhoud")
        na = met_wat_was(alle.opslagen["wegonderhoud"].projecties)
        assert {naam: na[naam] for naam in voor if naam != GEPARKEERD} == {
            naam: rij for naam, rij in voor.items() if naam != GEPARKEERD
        }
        assert [een.aggregaat_id for een in alle.registers.geparkeerd("wegonderhoud")] == ["auto-1"]
        punten = [alle.registers.lees("wegonderhoud", "auto", wie).inhoud for wie in ("auto-1", "auto-2")]
        assert [(rij["punten"], rij["volledig"]) for rij in punten if rij] == [(21, False), (23, True)]
        alle.registers.ontparkeer("wegonderhoud", "auto", "auto", "auto-1")
        assert [v.since for v in alle.opslagen["wegonderhoud"].projecties.versions("auto@1", b"auto-1")] == [1, 3]


def test_whom_a_table_could_not_take_is_tried_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def kapot(*_wat: Any) -> Any:
        raise Stop

    with keten(tmp_path) as alle:
        with monkeypatch.context() as vergif:
            vergif.setattr(gevolgenverwerking, "rijen_van", kapot)
            vertel(alle, [auto()])
            assert alle.registers.geparkeerd("wegonderhoud")
        alle.registers.herbouw("wegonderhoud")
        assert alle.registers.geparkeerd("wegonderhoud") == []
        rij = alle.registers.lees("wegonderhoud", "auto", "auto-1").inhoud
        assert rij
        assert (rij["punten"], rij["volledig"]) == (21, True)


def test_a_table_that_the_register_knows_no_more_goes(tmp_path: Path) -> None:
    with keten(tmp_path) as alle:
        vertel(alle, [auto()])
        projecties = alle.opslagen["wegonderhoud"].projecties
        stand = projecties.position("auto@1")
        assert stand is not None
        projecties.write([Change("auto@0", [Row(b"auto-1", b"x", 1)], stand)])
        alle.registers.herbouw("wegonderhoud")
        assert "auto@0" not in projecties.projecties()


def test_tables_as_an_older_version_kept_them_are_built_again_when_opened_for_writing(tmp_path: Path) -> None:
    with keten(tmp_path) as alle:
        vertel(alle, [auto()])
        voor = met_wat_was(alle.opslagen["wegonderhoud"].projecties)
        stand = alle.opslagen["wegonderhoud"].projecties.position("auto@1")
    assert stand is not None
    pad = tmp_path / "wegonderhoud" / "projecties"
    shutil.rmtree(pad)
    pad.mkdir()
    with lmdb.open(str(pad), max_dbs=10, lib_version=0) as env:
        meta, positie, oud = (env.open_db(naam) for naam in (b"meta", b"positie", b"rijen:auto@1"))
        with env.begin(write=True) as txn:
            txn.put(b"identity", Identity("projecties", "wegonderhoud", NO_ID).encode(), db=meta)
            txn.put(b"auto@1", encode_reader(stand), db=positie)
            txn.put(b"auto-1", b"what an older version wrote", db=oud)
    with Registerlezing.alleen_lezen(tmp_path) as lezing:
        rij = lezing.lees("wegonderhoud", "auto", "auto-1", beschikbaar_op=lezing.moment_van("wegonderhoud", 1)).inhoud
        assert rij is not None
        assert rij["punten"] == 21, "made from the journal"
        assert lezing.controleer("wegonderhoud") == []
    with keten(tmp_path, "opnieuw") as alle:
        alle.registers.wacht_op_rust()
        assert met_wat_was(alle.opslagen["wegonderhoud"].projecties) == voor
    with lmdb.open(str(pad), max_dbs=10, lib_version=0) as env:
        oud = env.open_db(b"rijen:auto@1", create=False)
        with env.begin() as txn:
            assert txn.stat(oud)["entries"] == 0
