"""The contract of a sleutelbos, on memory and LMDB alike."""

from __future__ import annotations

import random
from collections.abc import Mapping
from pathlib import Path

import pytest

from storage.errors import StorageError, StoreDamaged
from storage.limits import CACHED_CIPHERS
from storage.sleutelbos import Sleutelbos
from storage.sleutelbos_lmdb import LmdbSleutelbos
from storage.sleutelbos_memory import MemorySleutelbos
from tests.storage.builders import python


class TestEncrypting:
    def test_what_is_encrypted_for_a_betrokkene_opens_for_that_one_only(self, sleutels: Sleutelbos) -> None:
        ciphertext = sleutels.encrypt("burger/1", b"Jansen")
        sleutels.encrypt("burger/2", b"Jansen")
        assert b"Jansen" not in ciphertext
        assert sleutels.decrypt("burger/1", ciphertext) == b"Jansen"
        with pytest.raises(StoreDamaged, match="not of its betrokkene's key"):
            sleutels.decrypt("burger/2", ciphertext)

    def test_the_same_plaintext_gives_the_same_bytes(self, sleutels: Sleutelbos) -> None:
        first = sleutels.encrypt("burger/1", b"Jansen")
        sleutels.save()
        assert sleutels.encrypt("burger/1", b"Jansen") == first
        assert sleutels.encrypt("burger/2", b"Jansen") != first
        assert len(first) == len(b"Jansen") + 16

    def test_nothing_can_be_encrypted_too(self, sleutels: Sleutelbos) -> None:
        assert sleutels.decrypt("burger/1", sleutels.encrypt("burger/1", b"")) == b""

    def test_an_unknown_betrokkene_has_no_plaintext(self, sleutels: Sleutelbos) -> None:
        assert sleutels.decrypt("burger/1", bytes(20)) is None
        assert sleutels.decrypt("", bytes(20)) is None

    def test_a_betrokkene_needs_an_id_that_fits(self, sleutels: Sleutelbos) -> None:
        for wrong in ("", "b" * 256):
            with pytest.raises(StorageError, match="1 to 255 bytes"):
                sleutels.encrypt(wrong, b"x")

    def test_more_betrokkenen_than_are_remembered_all_keep_their_key(
        self, sleutels: Sleutelbos, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("storage.sleutelbos.CACHED_CIPHERS", 4)
        assert CACHED_CIPHERS > 4
        texts = {f"burger/{n}": sleutels.encrypt(f"burger/{n}", b"x") for n in range(10)}
        sleutels.save()
        assert all(sleutels.decrypt(betrokkene, text) == b"x" for betrokkene, text in texts.items())

    def test_keys_and_secret_come_from_the_randomness_given(self) -> None:
        first, second = (MemorySleutelbos("auto", random_bytes=random.Random(1).randbytes) for _ in range(2))
        assert first.secret == second.secret
        assert len(first.secret) == 32
        assert first.encrypt("burger/1", b"x") == second.encrypt("burger/1", b"x")


class TestDestroying:
    @pytest.mark.parametrize("saved", [True, False])
    def test_a_destroyed_key_opens_nothing_and_never_comes_back(self, sleutels: Sleutelbos, *, saved: bool) -> None:
        ciphertext = sleutels.encrypt("burger/1", b"Jansen")
        other = sleutels.encrypt("burger/2", b"Pietersen")
        if saved:
            sleutels.save()
        sleutels.destroy("burger/1")
        sleutels.save()
        assert sleutels.decrypt("burger/1", ciphertext) is None
        with pytest.raises(StorageError, match="was destroyed; nothing can be recorded"):
            sleutels.encrypt("burger/1", b"Jansen")
        assert sleutels.decrypt("burger/2", other) == b"Pietersen"

    def test_a_destruction_that_landed_although_it_failed_ends_encrypting_too(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        bos = LmdbSleutelbos(tmp_path, "auto")
        bos.encrypt("burger/1", b"Jansen")
        bos.save()
        store = bos._store

        def lands_and_fails(new: Mapping[str, bytes]) -> None:
            store(new)
            raise StorageError("the disk said no, too late")

        with monkeypatch.context() as planted:
            planted.setattr(bos, "_store", lands_and_fails)
            with pytest.raises(StorageError, match="too late"):
                bos.destroy("burger/1")
        bos.reopen()
        with pytest.raises(StorageError, match="was destroyed"):
            bos.encrypt("burger/1", b"Jansen")
        bos.close()

    def test_a_betrokkene_without_key_can_be_destroyed_beforehand(self, sleutels: Sleutelbos) -> None:
        sleutels.destroy("burger/1")
        sleutels.destroy("burger/1")
        with pytest.raises(StorageError, match="was destroyed"):
            sleutels.encrypt("burger/1", b"Jansen")

    def test_a_closed_sleutelbos_refuses_use(self, sleutels: Sleutelbos) -> None:
        sleutels.close()
        with pytest.raises(StorageError, match="closed; open it again"):
            sleutels.encrypt("burger/1", b"x")


class TestKeeping:
    def test_saved_keys_are_there_after_reopening_and_others_are_not(self, tmp_path: Path) -> None:
        bos = LmdbSleutelbos(tmp_path, "auto")
        kept = bos.encrypt("burger/1", b"Jansen")
        bos.save()
        lost = bos.encrypt("burger/2", b"Pietersen")
        bos.destroy("burger/3")
        bos.close()
        again = LmdbSleutelbos(tmp_path, "auto")
        assert again.secret == bos.secret
        assert again.decrypt("burger/1", kept) == b"Jansen"
        assert again.decrypt("burger/2", lost) is None
        with pytest.raises(StorageError, match="was destroyed"):
            again.encrypt("burger/3", b"x")
        again.close()

    def test_keys_not_saved_survive_a_reopening_in_place(self, tmp_path: Path) -> None:
        bos = LmdbSleutelbos(tmp_path, "auto")
        text = bos.encrypt("burger/1", b"Jansen")
        bos.reopen()
        bos.save()
        bos.close()
        again = LmdbSleutelbos(tmp_path, "auto", read_only=True)
        assert again.decrypt("burger/1", text) == b"Jansen"
        with pytest.raises(StorageError, match="opened for reading only"):
            again.encrypt("burger/2", b"x")
        again.close()

    def test_a_reading_process_notices_a_destroyed_key_at_once(self, tmp_path: Path) -> None:
        bos = LmdbSleutelbos(tmp_path, "auto")
        text = bos.encrypt("burger/1", b"Jansen")
        bos.save()
        script = """
import sys
from pathlib import Path
from storage.sleutelbos_lmdb import LmdbSleutelbos
bos = LmdbSleutelbos(Path(sys.argv[1]), "auto", read_only=True)
for line in sys.stdin:
    print(bos.decrypt("burger/1", bytes.fromhex(line)), flush=True)
"""
        with python(script, tmp_path) as other:
            assert other.ask(text.hex()) == "b'Jansen'"
            bos.destroy("burger/1")
            assert other.ask(text.hex()) == "None"
        bos.close()
