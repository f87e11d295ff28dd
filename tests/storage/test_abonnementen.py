"""The contract of the abonnementen, on memory and LMDB alike."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.abonnementen import Abonnementenstore
from storage.abonnementen_lmdb import LmdbAbonnementenstore
from storage.abonnementen_memory import MemoryAbonnementenstore
from storage.errors import StorageError, StoreInUse, WrongRegister
from storage.limits import MAX_ABONNEMENT_BYTES


@pytest.fixture(params=["memory", "lmdb"])
def abonnementen(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Abonnementenstore]:
    store: Abonnementenstore
    store = MemoryAbonnementenstore("auto") if request.param == "memory" else LmdbAbonnementenstore(tmp_path, "auto")
    yield store
    store.close()


class TestKeeping:
    def test_what_is_kept_is_given_by_id_in_order(self, abonnementen: Abonnementenstore) -> None:
        assert list(abonnementen.all()) == []
        abonnementen.put("b", b"2")
        abonnementen.put("a", b"1")
        assert list(abonnementen.all()) == [("a", b"1"), ("b", b"2")]
        assert (abonnementen.get("a"), abonnementen.get("c")) == (b"1", None)

    def test_the_last_one_kept_under_an_id_counts(self, abonnementen: Abonnementenstore) -> None:
        abonnementen.put("a", b"1")
        abonnementen.put("a", b"2")
        assert list(abonnementen.all()) == [("a", b"2")]

    def test_what_is_forgotten_is_gone(self, abonnementen: Abonnementenstore) -> None:
        abonnementen.put("a", b"1")
        assert abonnementen.delete("a")
        assert not abonnementen.delete("a")
        assert list(abonnementen.all()) == []

    def test_what_does_not_fit_is_refused(self, abonnementen: Abonnementenstore) -> None:
        with pytest.raises(StorageError, match="than fit"):
            abonnementen.put("a", bytes(MAX_ABONNEMENT_BYTES + 1))
        with pytest.raises(ValueError, match="1 to 255 bytes"):
            abonnementen.put("", b"")
        assert list(abonnementen.all()) == []

    def test_a_closed_store_refuses_use(self, abonnementen: Abonnementenstore) -> None:
        abonnementen.close()
        with pytest.raises(StorageError, match="closed; open"):
            abonnementen.put("a", b"1")


class TestTheFolder:
    def test_they_are_there_after_reopening(self, tmp_path: Path) -> None:
        store = LmdbAbonnementenstore(tmp_path, "auto")
        store.put("a", b"1")
        store.reopen()
        store.put("b", b"2")
        store.close()
        again = LmdbAbonnementenstore(tmp_path, "auto", read_only=True)
        assert list(again.all()) == [("a", b"1"), ("b", b"2")]
        with pytest.raises(StorageError, match="reading only"):
            again.put("c", b"3")
        again.close()

    def test_only_its_owner_can_read_it(self, tmp_path: Path) -> None:
        store = LmdbAbonnementenstore(tmp_path / "abonnementen", "auto")
        store.put("a", b"1")
        store.close()
        assert stat.S_IMODE((tmp_path / "abonnementen").stat().st_mode) == 0o700
        assert {stat.S_IMODE(file.stat().st_mode) for file in (tmp_path / "abonnementen").iterdir()} == {0o600}

    def test_it_is_of_one_register_and_one_writer(self, tmp_path: Path) -> None:
        store = LmdbAbonnementenstore(tmp_path, "auto")
        with pytest.raises(StoreInUse):
            LmdbAbonnementenstore(tmp_path, "auto")
        store.close()
        with pytest.raises(WrongRegister):
            LmdbAbonnementenstore(tmp_path, "huishouden")
