"""What the storage tests share: a clock to set, seeded randomness, every store in memory, in LMDB and as an overlay."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from storage.feed import Feed
from storage.feed_lmdb import LmdbFeed
from storage.feed_memory import MemoryFeed
from storage.feed_overlay import FeedEnd, OverlayFeed
from storage.gevolgenstore import Gevolgenstore
from storage.gevolgenstore_lmdb import LmdbGevolgenstore
from storage.gevolgenstore_memory import MemoryGevolgenstore
from storage.gevolgenstore_overlay import OverlayGevolgenstore, journal_end
from storage.opslag import open_lmdb
from storage.projectiestore import Projectiestore
from storage.projectiestore_lmdb import LmdbProjectiestore
from storage.projectiestore_memory import MemoryProjectiestore
from storage.sleutelbos import Sleutelbos
from storage.sleutelbos_lmdb import LmdbSleutelbos
from storage.sleutelbos_memory import MemorySleutelbos
from storage.sleutelbos_overlay import OverlaySleutelbos
from tests.storage.builders import SetClock
from tests.storage.damage import fill


@pytest.fixture
def clock() -> SetClock:
    """Give a clock that stands still until set."""
    return SetClock()


@pytest.fixture
def random_bytes() -> Callable[[int], bytes]:
    """Give randomness that is the same each run."""
    return random.Random(20261121).randbytes


@pytest.fixture(params=["memory", "lmdb", "overlay"])
def kind(request: pytest.FixtureRequest) -> str:
    """Give the kind of store under test."""
    return str(request.param)


@pytest.fixture
def gevolgen(
    kind: str, clock: SetClock, random_bytes: Callable[[int], bytes], tmp_path: Path
) -> Iterator[Gevolgenstore]:
    """Give an empty journal of register auto."""
    store: Gevolgenstore
    if kind == "lmdb":
        store = LmdbGevolgenstore(tmp_path / "gevolgen", "auto", clock=clock, random_bytes=random_bytes)
    else:
        store = MemoryGevolgenstore("auto", clock=clock, random_bytes=random_bytes)
    if kind == "overlay":
        store = OverlayGevolgenstore(store, journal_end(store), store.readers(), clock=clock)
    yield store
    store.close()


@pytest.fixture
def feed(kind: str, random_bytes: Callable[[int], bytes], tmp_path: Path) -> Iterator[Feed]:
    """Give an empty feed of register auto."""
    store: Feed
    if kind == "lmdb":
        store = LmdbFeed(tmp_path / "verstrekkingen", "auto", random_bytes=random_bytes)
    else:
        store = MemoryFeed("auto", random_bytes=random_bytes)
    if kind == "overlay":
        store = OverlayFeed(store, FeedEnd(*store.head(), store.source()))
    yield store
    store.close()


@pytest.fixture
def projecties(kind: str, tmp_path: Path) -> Iterator[Projectiestore]:
    """Give an empty projectiestore of register auto."""
    store: Projectiestore
    store = LmdbProjectiestore(tmp_path / "projecties", "auto") if kind == "lmdb" else MemoryProjectiestore("auto")
    yield store
    store.close()


@pytest.fixture
def sleutels(kind: str, random_bytes: Callable[[int], bytes], tmp_path: Path) -> Iterator[Sleutelbos]:
    """Give an empty sleutelbos of register auto."""
    store: Sleutelbos
    if kind == "lmdb":
        store = LmdbSleutelbos(tmp_path / "sleutels", "auto", random_bytes=random_bytes)
    else:
        store = MemorySleutelbos("auto", random_bytes=random_bytes)
    if kind == "overlay":
        store = OverlaySleutelbos(store, random_bytes=random_bytes)
    yield store
    store.close()


@pytest.fixture
def folder(tmp_path: Path, clock: SetClock) -> Path:
    """Give the folder of a filled register (`damage.fill`), closed."""
    opslag = open_lmdb(tmp_path, "auto", clock=clock)
    fill(opslag)
    opslag.close()
    return tmp_path / "auto"
