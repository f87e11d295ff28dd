"""Verify with contents: what is in the records is held against header and indexes, and opened with the keys."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from storage import keys
from storage.codec import Encrypted, pack, unpack
from storage.errors import StoreDamaged
from storage.feed import Publication
from storage.gevolgenstore import ReaderPosition, Record
from storage.opslag import Opslag, in_memory, open_lmdb
from storage.verify import verify
from storage.verify_contents import Told
from tests.storage.builders import SetClock, command_id, entry
from tests.storage.damage import Raw, damaging

LOG_2 = keys.number_key(2)
Damage = Callable[[Raw], Any]


def told(record: Record) -> Told:
    """Read the contents below."""
    try:
        number, aggregaat, volgnummer, count, _ = unpack(record.content)
    except ValueError as error:
        raise StoreDamaged(str(error)) from error
    return Told(command_id(number), aggregaat, volgnummer, count)


def fill_with_contents(opslag: Opslag) -> None:
    """Record what says of itself what it is, with a name that is encrypted; tell it on."""
    sleutels = opslag.sleutels
    entries = []
    for number, aggregaat, volgnummer in ((1, "auto/1", 1), (2, "auto/2", 1), (3, "auto/1", 2), (4, "auto/2", 2)):
        name = Encrypted("sam", sleutels.encrypt("sam", b"Sam")) if number % 2 else Encrypted("weg", b"")
        content = pack([number, aggregaat, volgnummer, 1, name])
        entries.append(entry(number, aggregaat, volgnummer, content=content))
    letter = pack(Encrypted("noor", sleutels.encrypt("noor", b"Beste Noor")))
    sleutels.encrypt("robin", b"nothing of this is kept")
    sleutels.save()
    sleutels.destroy("robin")
    opslag.gevolgen.append(entries)
    source = ReaderPosition(opslag.gevolgen.store_id, 4, opslag.gevolgen.record(4).hash)
    opslag.feed.publish([Publication("Brief", 2, letter)], source)


def with_content(raw: Raw, position: int, content: bytes) -> None:
    """Give a record another content, in a whole new chain."""
    records = raw.records()
    records[position - 1] = replace(records[position - 1], content=content)
    raw.forge_journal(records, 2)


CONTENT_DAMAGE: dict[str, tuple[str, Damage, tuple[str, str]]] = {
    "two outcomes changed about": (
        "gevolgen",
        lambda raw: raw.swap(keys.COMMANDO, command_id(1), command_id(2)),
        ("outcome", f"gevolgen/commando {command_id(1).hex()}"),
    ),
    "an outcome that points to another transactie": (
        "gevolgen",
        lambda raw: raw.put(keys.COMMANDO, command_id(1), raw.get(keys.COMMANDO, command_id(3))),
        ("outcome", f"gevolgen/commando {command_id(1).hex()}"),
    ),
    "two aggregaten changed about": (
        "gevolgen",
        lambda raw: raw.swap(keys.AGGREGAAT, b"auto/1", b"auto/2"),
        ("index", "gevolgen/aggregaat auto/1"),
    ),
    "an aggregaat under another name": (
        "gevolgen",
        lambda raw: raw.rename(keys.AGGREGAAT, b"auto/1", b"auto/0"),
        ("index", "gevolgen/aggregaat auto/0"),
    ),
    "a content filed under another aggregaat": (
        "gevolgen",
        lambda raw: with_content(raw, 3, pack([3, "auto/2", 2, 1, None])),
        ("content", "gevolgen/log 3"),
    ),
    "a content filed under another volgnummer": (
        "gevolgen",
        lambda raw: with_content(raw, 3, pack([3, "auto/1", 3, 1, None])),
        ("content", "gevolgen/log 3"),
    ),
    "a content with another number of gevolgen": (
        "gevolgen",
        lambda raw: with_content(raw, 3, pack([3, "auto/1", 2, 7, None])),
        ("content", "gevolgen/log 3"),
    ),
    "a content that is no value": (
        "gevolgen",
        lambda raw: with_content(raw, 3, b"\xc1"),
        ("unreadable", "gevolgen/log 3"),
    ),
    "a content that is no transactie": (
        "gevolgen",
        lambda raw: with_content(raw, 3, pack([3])),
        ("unreadable", "gevolgen/log 3"),
    ),
    "a moment that is none": (
        "gevolgen",
        lambda raw: raw.forge_journal([*raw.records()[:3], replace(raw.records()[3], micros=1 << 62)], 2),
        ("unreadable", "gevolgen/log 4"),
    ),
    "a key gone": ("sleutels", lambda raw: raw.delete(keys.SLEUTEL, b"sam"), ("key", "sleutels/sleutel sam")),
    "a key of which a letter is in the feed gone": (
        "sleutels",
        lambda raw: raw.delete(keys.SLEUTEL, b"noor"),
        ("key", "sleutels/sleutel noor"),
    ),
    "a flipped bit in a key": (
        "sleutels",
        lambda raw: raw.flip(keys.SLEUTEL, b"sam", 5),
        ("key", "sleutels/sleutel sam"),
    ),
    "two keys changed about": (
        "sleutels",
        lambda raw: raw.swap(keys.SLEUTEL, b"sam", b"noor"),
        ("key", "sleutels/sleutel noor"),
    ),
    "a key cut short": (
        "sleutels",
        lambda raw: raw.put(keys.SLEUTEL, b"sam", b"x"),
        ("key", "sleutels/sleutel sam"),
    ),
    "a key cut short that nothing was written with": (
        "sleutels",
        lambda raw: raw.put(keys.SLEUTEL, b"nobody", b"x"),
        ("key", "sleutels/sleutel nobody"),
    ),
    "a key under a name that is none": (
        "sleutels",
        lambda raw: raw.put(keys.SLEUTEL, b"\xff", bytes(64)),
        ("unreadable", "sleutels/sleutel ff"),
    ),
    "a destroyed key that is not counted": (
        "sleutels",
        lambda raw: raw.put(keys.META, b"destroyed", keys.number_key(0)),
        ("key", "sleutels/meta destroyed"),
    ),
    "a count of destroyed keys that is none": (
        "sleutels",
        lambda raw: raw.put(keys.META, b"destroyed", b"x"),
        ("unreadable", "sleutels/meta destroyed"),
    ),
    "a verstrekking that is no value": (
        "verstrekkingen",
        lambda raw: raw.forge_feed([Publication("Brief", 2, b"\xc1")]),
        ("unreadable", "verstrekkingen/log 1"),
    ),
}


class TestContents:
    def test_sound_contents_give_no_findings_also_after_a_key_was_destroyed(self, clock: SetClock) -> None:
        opslag = in_memory("auto", clock=clock)
        fill_with_contents(opslag)
        assert verify(opslag, tell=told) == []
        opslag.sleutels.destroy("sam")
        assert verify(opslag, tell=told) == []

    @pytest.mark.parametrize(("part", "damage", "expected"), CONTENT_DAMAGE.values(), ids=CONTENT_DAMAGE)
    def test_damage_that_only_the_contents_show_is_found(
        self, tmp_path: Path, clock: SetClock, part: str, damage: Damage, expected: tuple[str, str]
    ) -> None:
        opslag = open_lmdb(tmp_path, "auto", clock=clock)
        fill_with_contents(opslag)
        opslag.close()
        with damaging(tmp_path / "auto" / part) as raw:
            damage(raw)
        opslag = open_lmdb(tmp_path, "auto", clock=clock, read_only=True)
        findings = verify(opslag, tell=told)
        opslag.close()
        assert expected in [(finding.what, finding.where) for finding in findings]

    def test_a_key_that_is_gone_is_one_finding_however_often_it_was_used(self, clock: SetClock) -> None:
        opslag = in_memory("auto", clock=clock)
        fill_with_contents(opslag)
        bare = replace(opslag, sleutels=in_memory("auto", clock=clock).sleutels)
        found = [(finding.what, finding.where) for finding in verify(bare, tell=told)]
        assert found == [("key", "sleutels/sleutel sam"), ("key", "sleutels/sleutel noor")]

    def test_what_the_chain_shows_is_not_said_again_of_its_content(self, tmp_path: Path, clock: SetClock) -> None:
        opslag = open_lmdb(tmp_path, "auto", clock=clock)
        fill_with_contents(opslag)
        opslag.close()
        with damaging(tmp_path / "auto" / "gevolgen") as raw:
            raw.flip(keys.LOG, LOG_2, 30)
        opslag = open_lmdb(tmp_path, "auto", clock=clock, read_only=True)
        (finding,) = verify(opslag, tell=told)
        opslag.close()
        assert (finding.what, finding.where) == ("chain", "gevolgen/log 2")
