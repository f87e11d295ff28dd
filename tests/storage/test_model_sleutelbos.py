"""The sleutelbos does what a dict of keys would do, in memory and in LMDB."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule

from storage import keys
from storage.errors import KeyDestroyed, StoreDamaged
from storage.sleutelbos import Sleutelbos
from storage.sleutelbos_lmdb import LmdbSleutelbos
from storage.sleutelbos_memory import MemorySleutelbos
from tests.storage.machine import SETTINGS, StoresMachine

NAMES = st.sampled_from(["sam", "noor", "robin"])
TEXTS = st.sampled_from([b"", b"Sam", b"Noor de Wit"])


class Model:
    """The keys as they should be: each key that is made has a number."""

    def __init__(self) -> None:
        self.live: dict[str, int] = {}
        self.saved: dict[str, int] = {}
        self.destroyed: set[str] = set()
        self.times = 0
        self.made = 0
        self.texts: dict[tuple[str, int, bytes], bytes] = {}
        """Betrokkene, number of the key and plaintext → ciphertext."""

    def key(self, name: str) -> int:
        """Give the number of a key, which is made when it is not there."""
        if name not in self.live:
            self.made += 1
            self.live[name] = self.made
        return self.live[name]

    def forget_unsaved(self) -> None:
        self.live = dict(self.saved)

    def destroy(self, name: str) -> None:
        self.times += 1
        self.destroyed.add(name)
        self.live.pop(name, None)
        self.saved.pop(name, None)


class SleutelbosMachine(StoresMachine[Sleutelbos]):
    """Keys that are made, saved, lost and destroyed."""

    def __init__(self) -> None:
        self.chance = random.Random(20261121)
        super().__init__()
        self.models = (Model(), Model())
        self.secrets = [store.secret for store in self.stores]

    def in_memory(self) -> Sleutelbos:
        return MemorySleutelbos("auto", random_bytes=self.chance.randbytes)

    def in_lmdb(self) -> Sleutelbos:
        return LmdbSleutelbos(self.folder / "sleutels", "auto", random_bytes=self.chance.randbytes)

    def both(self) -> Iterator[tuple[Sleutelbos, Model]]:
        return zip(self.stores, self.models, strict=True)

    @rule()
    def close_and_open(self) -> None:
        super().close_and_open()
        self.models[1].forget_unsaved()

    @rule(name=NAMES, plaintext=TEXTS)
    def encrypt(self, name: str, plaintext: bytes) -> None:
        for store, model in self.both():
            if name in model.destroyed:
                with pytest.raises(KeyDestroyed):
                    store.encrypt(name, plaintext)
                continue
            ciphertext = store.encrypt(name, plaintext)
            assert model.texts.setdefault((name, model.key(name), plaintext), ciphertext) == ciphertext
            assert len(set(model.texts.values())) == len(model.texts), "no two are alike"

    @rule(name=NAMES)
    def decrypt_everything(self, name: str) -> None:
        for store, model in self.both():
            for (written_for, number, plaintext), ciphertext in model.texts.items():
                if name not in model.live:
                    assert store.decrypt(name, ciphertext) is None
                elif (name, model.live[name]) == (written_for, number):
                    assert store.decrypt(name, ciphertext) == plaintext
                else:
                    with pytest.raises(StoreDamaged):
                        store.decrypt(name, ciphertext)

    @rule()
    def save(self) -> None:
        for store, model in self.both():
            store.save()
            model.saved = dict(model.live)

    @rule(name=NAMES, used=st.booleans())
    def destroy(self, name: str, *, used: bool) -> None:
        if used:
            self.encrypt(name, b"a key that was not saved yet, maybe")
        for store, model in self.both():
            store.destroy(name)
            model.destroy(name)

    @invariant()
    def what_is_kept_is_what_the_model_says(self) -> None:
        assert [store.secret for store in self.stores] == self.secrets
        for store, model in self.both():
            rows = dict(store.rows(keys.SLEUTEL))
            assert {keys.parse_name(key): len(value) for key, value in rows.items()} == {
                **dict.fromkeys(model.saved, 64),
                **dict.fromkeys(model.destroyed, 0),
            }
            meta = dict(store.rows(keys.META))
            assert keys.parse_number(meta[keys.META_DESTROYED]) == model.times
            assert meta[keys.META_SECRET] == store.secret


TestSleutelbos = SleutelbosMachine.TestCase
TestSleutelbos.settings = SETTINGS
