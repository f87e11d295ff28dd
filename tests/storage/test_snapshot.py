"""A snapshot: of one moment, refused when it never fits, and copied compact."""

from contextlib import closing
from pathlib import Path

import pytest

from storage import keys
from storage import snapshot as snapshots
from storage.environment import Environment
from storage.errors import StorageError, StoreDamaged, WrongRegister
from storage.feed import Publication
from storage.gevolgenstore import Entry, ReaderPosition
from storage.moments import from_micros
from storage.opslag import GEVOLGEN, SLEUTELS, VERSTREKKINGEN, Opslag, open_lmdb
from storage.snapshot import snapshot


def opened(root: Path, register: str) -> Opslag:
    return open_lmdb(root, register, clock=lambda: from_micros(1_000_000))


def record(opslag: Opslag, number: int, readers: dict[str, ReaderPosition] | None = None) -> None:
    entry = Entry(number.to_bytes(16, "big"), bytes(16), "ding/1", opslag.gevolgen.head().position + 1, b"inhoud", 1)
    opslag.gevolgen.append([entry], readers or {})


def publish(opslag: Opslag, source: ReaderPosition | None = None) -> None:
    head = opslag.gevolgen.head()
    here = source or ReaderPosition(opslag.gevolgen.store_id, head.position, head.hash)
    opslag.feed.publish([Publication("bericht", here.position, b"tekst")], here)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Two registers; the second has read the feed of the first."""
    with closing(opened(tmp_path, "bron")) as bron, closing(opened(tmp_path, "lezer")) as lezer:
        record(bron, 1)
        publish(bron)
        record(lezer, 1, {"bron": ReaderPosition(bron.feed.feed_id, *bron.feed.head())})
        bron.sleutels.encrypt("iemand", b"naam")
        bron.sleutels.save()
    return tmp_path


def test_it_says_where_each_register_stood(data: Path) -> None:
    with snapshot(data, ["lezer", "bron"]) as taken:
        ends = {name: one.ends for name, one in taken.items()}
    assert list(ends) == ["lezer", "bron"]
    assert (ends["bron"].head.position, ends["bron"].feed_head[0]) == (1, 1)
    assert ends["lezer"].readers == {"bron": ReaderPosition(ends["bron"].feed_id, *ends["bron"].feed_head)}
    assert ends["bron"].published == ReaderPosition(ends["bron"].store_id, 1, ends["bron"].head.hash)
    assert ends["lezer"].published is None


def test_a_copy_is_a_store_with_the_same_rows_for_its_owner_only(data: Path, tmp_path: Path) -> None:
    for name, databases in snapshots.STORES.items():
        (tmp_path / "kopie" / name).mkdir(parents=True)
        with snapshot(data, ["bron"]) as taken:
            taken["bron"].copy(name, tmp_path / "kopie" / name / "data.mdb")
        assert (tmp_path / "kopie" / name / "data.mdb").stat().st_mode & 0o777 == 0o600
        rows = []
        for path in (data / "bron" / name, tmp_path / "kopie" / name):
            with closing(Environment(path, databases, read_only=True)) as environment, environment.reading() as txn:
                rows.append([list(txn.cursor(environment.database(database))) for database in databases])
        assert rows[0] == rows[1]
        assert any(rows[0])


def test_the_bytes_of_a_destroyed_key_are_not_in_a_copy(data: Path, tmp_path: Path) -> None:
    with closing(opened(data, "bron")) as bron:
        key = bron.sleutels.kept("iemand")
        assert key is not None
        bron.sleutels.destroy("iemand")
    assert key in (data / "bron" / SLEUTELS / "data.mdb").read_bytes(), "in a page that is not used any more"
    with snapshot(data, ["bron"]) as taken:
        taken["bron"].copy(SLEUTELS, tmp_path / "kopie.mdb")
    assert key not in (tmp_path / "kopie.mdb").read_bytes()


def test_a_reader_that_is_ahead_for_good_is_damage(data: Path) -> None:
    with closing(opened(data, "bron")) as bron, closing(opened(data, "lezer")) as lezer:
        record(lezer, 2, {"bron": ReaderPosition(bron.feed.feed_id, 7, bytes(32))})
    match = "lezer has read 7 of the feed of bron, which ends at 1; was an older copy put back"
    with pytest.raises(StoreDamaged, match=match), snapshot(data, ["lezer", "bron"]):
        pass
    with snapshot(data, ["lezer"]):
        pass  # alone it is what it is


def test_a_feed_that_is_ahead_for_good_is_damage(data: Path) -> None:
    with closing(opened(data, "bron")) as bron:
        publish(bron, ReaderPosition(bron.gevolgen.store_id, 9, bytes(32)))
    with (
        pytest.raises(StoreDamaged, match="the feed of bron has published 9, its journal ends at 1"),
        snapshot(data, ["bron"]),
    ):
        pass


def test_a_register_that_is_not_there_or_another_one_is_refused(data: Path) -> None:
    with pytest.raises(StorageError, match="there is no store in"), snapshot(data, ["onbekend"]):
        pass
    (data / "ander").mkdir()
    for name in (GEVOLGEN, VERSTREKKINGEN, SLEUTELS):
        (data / "bron" / name).rename(data / "ander" / name)
    with pytest.raises(WrongRegister), snapshot(data, ["ander"]):
        pass
    open_lmdb(data, "nieuw", clock=lambda: from_micros(0)).close()  # nothing was left open


@pytest.mark.parametrize("name", list(snapshots.STORES))
def test_a_file_that_was_cut_short_anywhere_is_refused_before_lmdb_dies_of_it(data: Path, name: str) -> None:
    file = data / "bron" / name / "data.mdb"
    whole = file.read_bytes()
    for length in range(0, len(whole), 1500):
        file.write_bytes(whole[:length])
        with pytest.raises(StorageError, match=r"was cut short|there is no store"), snapshot(data, ["bron"]):
            pass
    file.write_bytes(whole)
    with snapshot(data, ["bron"]):
        pass


def test_a_file_that_lacks_only_free_pages_at_its_end_is_whole(data: Path) -> None:
    path = data / "bron" / SLEUTELS
    with closing(Environment(path, keys.SLEUTELS, read_only=False)) as environment:
        sleutel = environment.database(keys.SLEUTEL)
        many = [(f"{n:05}".encode(), bytes(64)) for n in range(2000)]
        environment.write(lambda txn: txn.cursor(sleutel).putmulti(many))
        environment.write(lambda txn: [txn.delete(key, db=sleutel) for key, _ in many])
        for _ in range(4):  # what lies last is used once more, and then no more
            environment.write(lambda txn: txn.put(b"a", bytes(64), db=sleutel))
    whole = (path / "data.mdb").read_bytes()
    (path / "data.mdb").write_bytes(whole[: len(whole) - 4096])
    with snapshot(data, ["bron"]) as taken:
        assert taken["bron"].ends.head.position == 1
