"""Looking at a folder from outside: rights, the writer, readers, and what shows at once."""

import os
from contextlib import closing
from pathlib import Path

import pytest

from storage import keys
from storage.environment import Environment
from storage.inspection import open_to_others, owners, readers_of, size_of, writer_of
from storage.moments import from_micros
from storage.opslag import open_lmdb
from tests.duurzaam import werk
from tests.duurzaam.kind import Kind


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """An empty journal."""
    path = tmp_path / "winkel"
    Environment(path, keys.JOURNAL, read_only=False).close()
    return path


def test_a_new_register_is_of_its_owner_alone(tmp_path: Path) -> None:
    open_lmdb(tmp_path / "data", "winkel", clock=lambda: from_micros(0)).close()
    assert list(open_to_others(tmp_path / "data")) == []
    assert owners(tmp_path / "data") == {os.geteuid()}


def test_what_others_may_read_is_found_at_any_depth(store: Path) -> None:
    (store / "data.mdb").chmod(0o640)
    (store.parent / "verwijzing").symlink_to(store)
    store.parent.chmod(0o700)
    assert list(open_to_others(store.parent)) == [store / "data.mdb"]


def test_the_size_is_that_of_the_data_file(store: Path) -> None:
    assert size_of(store) == (store / "data.mdb").stat().st_size > 0
    assert size_of(store / "niets") == 0


def test_the_writer_is_known_while_it_writes_and_is_not_held_up(store: Path) -> None:
    assert writer_of(store) is None
    with closing(Environment(store, keys.JOURNAL, read_only=False)):
        assert writer_of(store) == os.getpid()
    assert writer_of(store) is None
    assert writer_of(store / "niets") is None


def test_a_reader_that_holds_an_old_moment_is_told_and_one_that_is_gone_is_taken_out(store: Path) -> None:
    with Kind(werk.houd_vast, store) as kind, Kind(werk.houd_vast, store) as ander:
        for een in (kind, ander):
            een.begin()
            assert next(een.hoor()) == "vast"
        with closing(Environment(store, keys.JOURNAL, read_only=False)) as environment:
            for _ in range(5):
                environment.write(lambda txn: txn.put(b"a", os.urandom(4), db=environment.database(keys.LOG)))
        readers = readers_of(store)
        assert (readers.gone, set(readers.behind)) == (0, {(kind.pid, 5), (ander.pid, 5)})
        kind.dood()
        kind.einde()
        readers = readers_of(store)
        assert (readers.gone, readers.behind) == (1, ((ander.pid, 5),))
        assert readers_of(store).gone == 0
