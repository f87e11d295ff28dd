"""Verify across stores: readers against feeds, tables against tables built again, stores that belong together."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from storage import keys
from storage.errors import NewerFormat, WrongRegister
from storage.feed import Feed, Publication
from storage.feed_memory import MemoryFeed
from storage.gevolgenstore import ReaderPosition
from storage.opslag import ALL, in_memory
from storage.projectiestore import Change, Row
from storage.projectiestore_memory import MemoryProjectiestore
from storage.verify import verify_readers
from storage.verify_stores import verify_stores
from storage.verify_tables import verify_table
from tests.storage.builders import SetClock, at
from tests.storage.damage import damaging

# --- one register beside another ------------------------------------------------------------------------------


def heard(feed: Feed, number: int) -> ReaderPosition:
    return ReaderPosition(feed.feed_id, number, feed.hash_at(number))


class TestReaders:
    @pytest.mark.parametrize(
        ("reader", "word"),
        [
            (lambda feed: heard(feed, 2), None),
            (lambda feed: heard(feed, 0), None),
            (lambda feed: replace(heard(feed, 2), position=3), "has come to 3, the feed of bron ends at 2"),
            (lambda feed: replace(heard(feed, 2), hash=bytes(32)), "has read something else at 2"),
            (lambda feed: replace(heard(feed, 2), position=1), "has read something else at 1"),
            (lambda feed: replace(heard(feed, 0), hash=b"h" * 32), "has read something else at 0"),
            (lambda feed: replace(heard(feed, 2), source=b"s" * 16), "has read feed of bron"),
        ],
    )
    def test_what_a_register_read_is_held_against_the_feed_it_read(
        self, clock: SetClock, reader: Callable[[Feed], ReaderPosition], word: str | None
    ) -> None:
        opslag, feed = in_memory("auto", clock=clock), MemoryFeed("bron")
        feed.publish([Publication("a", 1, b"x"), Publication("b", 2, b"y")], at(2))
        opslag.gevolgen.append([], {"bron": reader(feed), "elders": at(99)})
        findings = verify_readers(opslag.gevolgen, {"bron": feed, "nooit gelezen": MemoryFeed("nooit gelezen")})
        assert [(f.what, f.where) for f in findings] == ([("reader", "gevolgen/lezer bron")] if word else [])
        assert all(word in finding.sentence for finding in findings if word)


# --- tables ---------------------------------------------------------------------------------------------------


class TestTables:
    @pytest.mark.parametrize(
        ("rows", "found"),
        [
            ({b"a": b"1", b"b\x1fc": b"2", b"d": b"3"}, []),
            ({b"a": b"1", b"b\x1fc": b"2", b"d": b"drie"}, []),
            ({b"b\x1fc": b"2", b"d": b"3"}, [("projecties/auto@1 a", "missing")]),
            ({b"a": b"1", b"d": b"3"}, [("projecties/auto@1 b/c", "missing")]),
            ({b"a": b"1", b"b\x1fc": b"2"}, [("projecties/auto@1 d", "missing")]),
            ({b"a": b"1", b"b\x1fc": b"2", b"d": b"3", b"e": b""}, [("projecties/auto@1 e", "too many")]),
            ({b"0": b"", b"a": b"1", b"b\x1fc": b"2", b"d": b"3"}, [("projecties/auto@1 0", "too many")]),
            ({b"a": b"1", b"b\x1fc": b"3", b"d": b"3"}, [("projecties/auto@1 b/c", "another")]),
            (
                {b"b": b"1", b"d": b"3"},
                [
                    ("projecties/auto@1 a", "missing"),
                    ("projecties/auto@1 b", "too many"),
                    ("projecties/auto@1 b/c", "missing"),
                ],
            ),
        ],
    )
    def test_each_row_that_differs_is_named(self, rows: dict[bytes, bytes], found: list[tuple[str, str]]) -> None:
        stored, rebuilt = MemoryProjectiestore("auto"), MemoryProjectiestore("auto")
        stored.write([Change("auto@1", [Row(key, value, 1) for key, value in rows.items()], at(1))])
        again = [Row(b"a", b"1", 1), Row(b"b\x1fc", b"2", 1), Row(b"d", b"3", 1)]
        rebuilt.write([Change("auto@1", again, at(1))])
        findings = verify_table("auto@1", stored, rebuilt, lambda value: b"3" if value == b"drie" else value)
        assert [finding.where for finding in findings] == [where for where, _ in found]
        assert all(word in finding.sentence for finding, (_, word) in zip(findings, found, strict=True))

    def test_a_table_that_cannot_be_read_is_found(self) -> None:
        stored, rebuilt = MemoryProjectiestore("auto"), MemoryProjectiestore("auto")
        stored.close()
        (finding,) = verify_table("auto@1", stored, rebuilt, lambda *_: True)
        assert (finding.what, finding.where) == ("unreadable", "projecties/auto@1")


# --- the stores themselves ------------------------------------------------------------------------------------


def say_they_are(folder: Path, parts: frozenset[str] | set[str], before: bytes, after: bytes) -> None:
    for part in parts:
        with damaging(folder / part) as raw:
            identity = raw.get(keys.META, b"identity")
            assert before in identity
            raw.put(keys.META, b"identity", identity.replace(before, after))


class TestStores:
    def test_sound_stores_give_no_findings(self, folder: Path) -> None:
        assert verify_stores(folder.parent, "auto") == []

    @pytest.mark.parametrize("part", sorted(ALL))
    @pytest.mark.parametrize(
        ("before", "after"),
        [
            (b"auto", b"huis"),
            (b"\x00\x01\x00\x00", b"\x00\x09\x00\x00"),
            (b"\x00\x01\x00\x00", b"\x00\x00\x00\x00"),
        ],
    )
    def test_one_store_that_is_another_than_the_rest_is_found(
        self, folder: Path, part: str, before: bytes, after: bytes
    ) -> None:
        say_they_are(folder, {part}, before, after)
        (finding,) = verify_stores(folder.parent, "auto")
        assert (finding.what, finding.where) == ("identity", f"{part}/meta identity")

    @pytest.mark.parametrize("part", sorted(ALL))
    def test_a_store_without_identity_is_found(self, folder: Path, part: str) -> None:
        with damaging(folder / part) as raw:
            raw.delete(keys.META, b"identity")
        (finding,) = verify_stores(folder.parent, "auto")
        assert (finding.what, finding.where) == ("identity", f"{part}/meta identity")

    def test_a_register_that_is_all_of_a_newer_format_or_another_register_is_not_damaged(self, folder: Path) -> None:
        say_they_are(folder, ALL, b"auto", b"huis")
        with pytest.raises(WrongRegister):
            verify_stores(folder.parent, "auto")
        say_they_are(folder, ALL, b"\x00\x01\x00\x00", b"\x00\x09\x00\x00")
        with pytest.raises(NewerFormat):
            verify_stores(folder.parent, "auto")
