"""The contract of a projectiestore, on memory and LMDB alike."""

from __future__ import annotations

from pathlib import Path

import pytest

from storage.errors import StorageError, WriteConflict
from storage.projectiestore import Change, Projectiestore
from storage.projectiestore_lmdb import LmdbProjectiestore
from tests.storage.builders import at, python


def change(projectie: str, position: int, **rows: bytes | None) -> Change:
    return Change(projectie, [(key.encode(), value) for key, value in rows.items()], at(position))


class TestWriting:
    def test_rows_and_position_are_kept_together_per_projectie(self, projecties: Projectiestore) -> None:
        projecties.write([change("auto@1", 5, a=b"1", b=b"2"), change("auto@2", 3, a=b"9")])
        projecties.write([change("auto@1", 6, a=None, c=b"", d=None)])
        assert list(projecties.scan("auto@1")) == [(b"b", b"2"), (b"c", b"")]
        assert projecties.get("auto@2", b"a") == b"9"
        assert projecties.position("auto@1") == at(6)
        assert projecties.position("auto@2") == at(3)
        assert projecties.projecties() == ["auto@1", "auto@2"]

    def test_the_last_row_for_a_key_counts(self, projecties: Projectiestore) -> None:
        projecties.write([Change("auto@1", [(b"a", b"1"), (b"b", b"1"), (b"a", None), (b"b", b"2")], at(1))])
        assert list(projecties.scan("auto@1")) == [(b"b", b"2")]

    def test_a_projectie_may_come_further_without_rows(self, projecties: Projectiestore) -> None:
        projecties.write([change("auto@1", 5)])
        assert projecties.position("auto@1") == at(5)
        assert list(projecties.scan("auto@1")) == []

    @pytest.mark.parametrize(
        "wrong",
        [
            Change("auto@2", [(b"", b"1")], at(2)),
            Change("auto@2", [(b"k" * 512, b"1")], at(2)),
            Change("auto@2", [(b"k", bytes((1 << 20) + 1))], at(2)),
            Change("", [], at(2)),
            Change("auto@2", [], at(2, source=b"")),
        ],
    )
    def test_a_change_that_does_not_fit_refuses_all(self, projecties: Projectiestore, wrong: Change) -> None:
        projecties.write([change("auto@1", 1, a=b"1")])
        with pytest.raises(WriteConflict, match="nothing was written"):
            projecties.write([change("auto@1", 2, a=b"2"), wrong])
        assert list(projecties.scan("auto@1")) == [(b"a", b"1")]
        assert projecties.projecties() == ["auto@1"]


class TestReading:
    def test_a_scan_gives_the_rows_under_a_prefix_in_key_order(self, projecties: Projectiestore) -> None:
        rows = [(b"%s/%03d" % (kind, n), b"%d" % n) for n in range(300) for kind in (b"b", b"a", b"c")]
        projecties.write([Change("auto@1", rows, at(1))])
        assert list(projecties.scan("auto@1", b"b/")) == [(b"b/%03d" % n, b"%d" % n) for n in range(300)]
        assert len(list(projecties.scan("auto@1"))) == 900

    def test_an_unknown_projectie_is_empty(self, projecties: Projectiestore) -> None:
        assert projecties.get("auto@1", b"a") is None
        assert list(projecties.scan("auto@1")) == []
        assert projecties.position("auto@1") is None
        projecties.drop("auto@1")

    def test_a_dropped_projectie_is_gone_and_can_be_built_again(self, projecties: Projectiestore) -> None:
        projecties.write([change("auto@1", 5, a=b"1"), change("auto@2", 5, a=b"1")])
        projecties.drop("auto@1")
        assert projecties.projecties() == ["auto@2"]
        assert projecties.get("auto@1", b"a") is None
        projecties.write([change("auto@1", 1, b=b"1")])
        assert list(projecties.scan("auto@1")) == [(b"b", b"1")]

    def test_a_closed_store_refuses_use(self, projecties: Projectiestore) -> None:
        projecties.close()
        with pytest.raises(StorageError, match="closed; open it again"):
            projecties.position("auto@1")


class TestKeeping:
    def test_everything_is_there_after_reopening(self, tmp_path: Path) -> None:
        store = LmdbProjectiestore(tmp_path, "auto")
        store.write([change("auto@1", 5, a=b"1")])
        store.reopen()
        assert store.get("auto@1", b"a") == b"1"
        store.close()
        again = LmdbProjectiestore(tmp_path, "auto", read_only=True)
        assert list(again.scan("auto@1")) == [(b"a", b"1")]
        assert again.position("auto@1") == at(5)
        again.close()

    def test_another_process_sees_projecties_come_and_go(self, tmp_path: Path) -> None:
        store = LmdbProjectiestore(tmp_path, "auto")
        script = """
import sys
from pathlib import Path
from storage.projectiestore_lmdb import LmdbProjectiestore
store = LmdbProjectiestore(Path(sys.argv[1]), "auto", read_only=True)
print("ready", flush=True)
for _ in sys.stdin:
    print(store.projecties(), store.get("auto@1", b"a"), list(store.scan("auto@1")), flush=True)
"""
        with python(script, tmp_path) as other:
            assert other.hear() == "ready"
            assert other.ask() == "[] None []"
            store.write([change("auto@1", 5, a=b"1")])
            assert other.ask() == "['auto@1'] b'1' [(b'a', b'1')]"
            store.drop("auto@1")
            assert other.ask() == "[] None []"
            store.write([change("auto@1", 5, a=b"2")])
            assert other.ask() == "['auto@1'] b'2' [(b'a', b'2')]"
        store.close()
