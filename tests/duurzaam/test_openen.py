"""Who may open the folder, and who is refused with a sentence."""

import os
import struct
from pathlib import Path

import lmdb
import pytest

from actors.register.commando import Verwerkt
from actors.runtime.lezing import Registerlezing
from actors.runtime.systeem import RegisterSystem
from storage import keys
from storage.errors import NewerFormat, StorageError, StoreInUse
from tests.duurzaam import werk
from tests.duurzaam.kind import laat
from tests.duurzaam.toets import open_registers
from tests.duurzaam.werk import Klacht
from tests.wereld import auto, commando_id, huishouden, vaste_wereld


def test_a_second_writer_is_refused_with_a_sentence_and_the_first_goes_on(tmp_path: Path) -> None:
    with open_registers(tmp_path, 1) as registers:
        (klacht,) = laat(werk.open_alleen, tmp_path)
        assert isinstance(klacht, Klacht)
        assert klacht.zin.startswith(f"StoreInUse: process {os.getpid()} already writes to")
        with pytest.raises(StoreInUse, match="already open in this process"):
            open_registers(tmp_path, 2)
        assert isinstance(registers.verwerk(auto(), id=commando_id(1)), Verwerkt)
    assert laat(werk.open_alleen, tmp_path) == []


def test_the_folder_is_free_again_after_closing(tmp_path: Path) -> None:
    for n in range(3):
        with RegisterSystem.open(tmp_path, buitenwereld=vaste_wereld(), versie="test") as registers:
            uit = registers.verwerk(auto(), id=commando_id(1))
            assert isinstance(uit, Verwerkt)
            assert uit.uit_opslag is (n > 0)


def test_another_process_reads_while_this_one_writes(tmp_path: Path) -> None:
    with open_registers(tmp_path, 1) as registers:
        registers.verwerk(huishouden())
        registers.verwerk(auto())
        registers.wacht_op_rust()
        assert laat(werk.lees, tmp_path) == [{naam: s["positie"] for naam, s in registers.standen().items()}]


def test_reading_an_empty_folder_says_that_there_is_nothing(tmp_path: Path) -> None:
    with pytest.raises(StorageError):
        Registerlezing.alleen_lezen(tmp_path / "nergens")


@pytest.mark.parametrize("register", ["wegonderhoud", "aanschafheffing", "spitspas"])
@pytest.mark.parametrize("store", ["gevolgen", "verstrekkingen", "projecties", "sleutels"])
def test_a_newer_format_is_refused_and_nothing_is_changed(tmp_path: Path, register: str, store: str) -> None:
    open_registers(tmp_path, 1).close()
    with lmdb.open(str(tmp_path / register / store), max_dbs=10, lib_version=0) as env:
        meta = env.open_db(keys.META)
        with env.begin(write=True) as txn:
            identiteit = txn.get(keys.META_IDENTITY, db=meta)
            assert identiteit is not None
            (formaat,) = struct.unpack_from(">H", identiteit)
            txn.put(keys.META_IDENTITY, struct.pack(">H", formaat + 1) + identiteit[2:], db=meta)
    for poging in (open_registers, lambda map_, _: Registerlezing.alleen_lezen(map_)):
        voor = inhoud(tmp_path)
        with pytest.raises(NewerFormat, match="nothing was changed; use a newer version"):
            poging(tmp_path, 2)
        assert inhoud(tmp_path) == voor


def inhoud(map_: Path) -> dict[Path, bytes]:
    return {bestand: bestand.read_bytes() for bestand in map_.rglob("data.mdb")}
