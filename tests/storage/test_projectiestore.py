"""The contract of a projectiestore, on memory and LMDB alike."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from storage.errors import StorageError, WriteConflict
from storage.limits import SLICE_BYTES
from storage.projectiestore import Change, Projectiestore, Row, Version
from storage.projectiestore_lmdb import LmdbProjectiestore
from tests.storage.builders import at, python


def change(projectie: str, position: int, **rows: bytes | None) -> Change:
    return Change(projectie, [Row(key.encode(), value, position) for key, value in rows.items()], at(position))


class TestWriting:
    def test_rows_and_position_are_kept_together_per_projectie(self, projecties: Projectiestore) -> None:
        projecties.write([change("auto@1", 5, a=b"1", b=b"2"), change("auto@2", 3, a=b"9")])
        projecties.write([change("auto@1", 6, a=None, c=b"", d=None)])
        assert list(projecties.scan("auto@1")) == [(b"b", b"2"), (b"c", b"")]
        assert projecties.get("auto@2", b"a") == b"9"
        assert projecties.position("auto@1") == at(6)
        assert projecties.position("auto@2") == at(3)
        assert projecties.projecties() == ["auto@1", "auto@2"]

    def test_the_last_row_for_a_key_at_one_position_counts(self, projecties: Projectiestore) -> None:
        rows = [Row(b"a", b"1", 1), Row(b"b", b"1", 1), Row(b"a", None, 1), Row(b"b", b"2", 1)]
        projecties.write([Change("auto@1", rows, at(1))])
        assert list(projecties.scan("auto@1")) == [(b"b", b"2")]
        assert projecties.versions("auto@1", b"b") == [Version(1, None, b"2")]

    def test_a_row_that_is_as_it_was_changes_nothing(self, projecties: Projectiestore) -> None:
        projecties.write([change("auto@1", 1, a=b"1")])
        projecties.write([change("auto@1", 2, a=b"1", b=None)])
        assert projecties.versions("auto@1", b"a") == [Version(1, None, b"1")]
        assert projecties.versions("auto@1", b"b") == []

    def test_a_projectie_may_come_further_without_rows(self, projecties: Projectiestore) -> None:
        projecties.write([change("auto@1", 5)])
        assert projecties.position("auto@1") == at(5)
        assert list(projecties.scan("auto@1")) == []

    def test_what_is_forgotten_leaves_nothing_of_what_it_was(self, projecties: Projectiestore) -> None:
        projecties.write([change("auto@1", 1, a=b"1", ab=b"1")])
        projecties.write([change("auto@1", 2, a=b"2", ab=b"2")])
        projecties.write([Change("auto@1", [Row(b"a", b"3", 1)], at(2), forget=[b"a", b"nothing"])])
        assert projecties.versions("auto@1", b"a") == [Version(1, None, b"3")]
        assert projecties.versions("auto@1", b"ab") == [Version(1, 2, b"1"), Version(2, None, b"2")]

    @pytest.mark.parametrize(
        "wrong",
        [
            Change("auto@2", [Row(b"", b"1", 2)], at(2)),
            Change("auto@2", [Row(b"k" * 502, b"1", 2)], at(2)),
            Change("auto@2", [Row(b"k", bytes((1 << 20) + 1), 2)], at(2)),
            Change("auto@2", [Row(b"k", b"1", 3)], at(2)),
            Change("auto@1", [Row(b"a", b"2", 0)], at(2)),
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
        rows = [Row(b"%s/%03d" % (kind, n), b"%d" % n, 1) for n in range(300) for kind in (b"b", b"a", b"c")]
        projecties.write([Change("auto@1", rows, at(1))])
        assert list(projecties.scan("auto@1", b"b/")) == [(b"b/%03d" % n, b"%d" % n) for n in range(300)]
        assert len(list(projecties.scan("auto@1"))) == 900

    def test_the_rows_past_a_key_and_before_it_are_given_from_there(self, projecties: Projectiestore) -> None:
        rows = [Row(b"%04d" % n, b"%d" % n, 1) for n in range(700)]
        projecties.write([Change("auto@1", rows, at(1))])
        projecties.write([Change("auto@1", [Row(b"0400", None, 2)], at(2))])
        assert [key for key, _ in projecties.rows_after("auto@1", b"0397")] == [
            b"%04d" % n for n in range(398, 700) if n != 400
        ]
        assert [key for key, _ in projecties.rows_before("auto@1", b"0402", at=1)] == [
            b"%04d" % n for n in range(401, -1, -1)
        ]
        assert list(projecties.rows_after("auto@1", b"0699")) == []
        assert list(projecties.rows_before("auto@1", b"0000")) == []
        assert next(projecties.rows_before("auto@1", b"9")) == (b"0699", b"699")
        assert list(projecties.rows_after("auto@2", b"")) == []

    def test_a_row_is_given_as_it_was_at_any_position(self, projecties: Projectiestore) -> None:
        projecties.write([change("auto@1", 2, a=b"1")])
        projecties.write([Change("auto@1", [Row(b"a", b"2", 4), Row(b"a", None, 5), Row(b"a", b"3", 7)], at(8))])
        assert [projecties.get("auto@1", b"a", n) for n in range(10)] == [
            *(None, None, b"1", b"1", b"2", None, None, b"3", b"3", b"3")
        ]
        assert projecties.versions("auto@1", b"a") == [
            *(Version(2, 4, b"1"), Version(4, 5, b"2"), Version(5, 7, None), Version(7, None, b"3"))
        ]

    def test_a_table_is_given_as_it_was_also_with_rows_that_are_gone(self, projecties: Projectiestore) -> None:
        projecties.write([change("auto@1", 1, **{f"k{n:03d}": b"1" for n in range(300)})])
        projecties.write([change("auto@1", 2, **{f"k{n:03d}": None for n in range(300)}, new=b"2")])
        assert list(projecties.scan("auto@1")) == [(b"new", b"2")]
        assert len(list(projecties.scan("auto@1", at=1))) == 300
        assert list(projecties.scan("auto@1", b"k00", at=1)) == [(b"k00%d" % n, b"1") for n in range(10)]
        assert len(list(projecties.keys("auto@1"))) == 301

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

    def test_what_is_built_beside_is_seen_when_it_takes_the_place(self, projecties: Projectiestore) -> None:
        projecties.write([change("auto@1", 5, a=b"1"), change("auto@2", 5, a=b"1")])
        beside = projecties.beside()
        beside.write([change("auto@1", 3, b=b"2")])
        beside.write([change("auto@1", 6, b=b"3")])
        assert (list(projecties.scan("auto@1")), projecties.position("auto@1")) == ([(b"a", b"1")], at(5))
        assert beside.projecties() == ["auto@1"]
        projecties.switch(["auto@1", "unknown@1"])
        assert (list(projecties.scan("auto@1")), projecties.position("auto@1")) == ([(b"b", b"3")], at(6))
        assert projecties.versions("auto@1", b"b") == [Version(3, 6, b"2"), Version(6, None, b"3")]
        assert projecties.projecties() == ["auto@1", "auto@2"]
        assert (beside.projecties(), list(beside.scan("auto@1"))) == ([], [])

    def test_places_may_be_taken_again_and_again(self, projecties: Projectiestore) -> None:
        for n in range(1, 4):
            projecties.beside().write([change("auto@1", n, a=b"%d" % n)])
            projecties.switch(["auto@1"])
            assert list(projecties.scan("auto@1")) == [(b"a", b"%d" % n)]
        projecties.switch(["auto@1"])
        assert (projecties.projecties(), list(projecties.scan("auto@1"))) == ([], [])

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

    def test_no_more_great_rows_are_held_than_a_slice_of_them(self, tmp_path: Path) -> None:
        great = bytes(SLICE_BYTES // 4)
        with closing(LmdbProjectiestore(tmp_path, "auto")) as store:
            store.write([change("auto@1", 1, **{f"row{n}": great for n in range(6)})])
            rows = store.scan("auto@1")
            next(rows)
            store.write([change("auto@1", 2, row3=b"later", row4=b"later")])
            assert [value == great for _, value in rows] == [True, True, True, False, True], (
                "only the first four were read"
            )

    def test_several_threads_may_look_into_a_projectie_for_the_first_time_at_once(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with closing(LmdbProjectiestore(tmp_path, "auto")) as store:
            store.write([change("auto@1", 5, a=b"1")])
        with closing(LmdbProjectiestore(tmp_path, "auto", read_only=True)) as store:
            which = store._names

            def another_thread_opens_it_meanwhile(txn: Any, projectie: str) -> Any:
                monkeypatch.undo()
                with ThreadPoolExecutor(1) as other:
                    assert other.submit(store.get, projectie, b"a").result() == b"1"
                return which(txn, projectie)

            monkeypatch.setattr(store, "_names", another_thread_opens_it_meanwhile)
            assert store.get("auto@1", b"a") == b"1"

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
