"""Verify: a sound opslag gives no findings, and each planted damage is found, named and placed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from storage import keys
from storage.feed import Publication
from storage.findings import Finding
from storage.limits import MAX_FINDINGS
from storage.opslag import in_memory, open_lmdb
from storage.records import JournalEnd, decode_end, encode_end, encode_log, encode_outcome, encode_reader
from storage.verify import verify, verify_feed, verify_gevolgenstore
from storage.verify_contents import Told
from storage.verify_pages import verify_pages
from tests.storage.builders import SetClock, at, command_id, entry
from tests.storage.damage import Raw, damaging, fill

LOG_2 = keys.number_key(2)


Damage = Callable[[Raw], Any]


def forge_a_stream_that_goes_back(raw: Raw) -> None:
    """Give volgnummers 2 and 3 of the first aggregaat each other's place, in log and stream alike."""
    records = raw.records()
    second, third = (n for n, r in enumerate(records) if r.number == 1 and r.volgnummer > 1)
    records[second], records[third] = (
        replace(r, volgnummer=5 - r.volgnummer) for r in (records[second], records[third])
    )
    raw.forge_journal(records, 2)
    raw.swap(keys.STREAM, keys.stream_key(1, 2), keys.stream_key(1, 3))


def name_and_number_without_stream(raw: Raw) -> None:
    raw.put(keys.AGGREGAAT, b"auto/3", keys.number_key(3))
    raw.put(keys.META, b"head", raw.get(keys.META, b"head")[:-1] + b"\x03")


def spoil_two_positions(raw: Raw) -> None:
    raw.put(keys.STAND, b"auto@1", b"x")
    raw.flip(keys.STAND, b"auto@2", -1)


JOURNAL_DAMAGE: dict[str, tuple[Damage, tuple[str, str]]] = {
    "a flipped bit in a content": (
        lambda raw: raw.flip(keys.LOG, LOG_2, 30),
        ("chain", "gevolgen/log 2"),
    ),
    "a flipped bit in a hash": (
        lambda raw: raw.flip(keys.LOG, LOG_2, -1),
        ("chain", "gevolgen/log 2"),
    ),
    "two records changed about": (
        lambda raw: raw.swap(keys.LOG, LOG_2, keys.number_key(3)),
        ("chain", "gevolgen/log 2"),
    ),
    "two records changed about, in time": (
        lambda raw: raw.swap(keys.LOG, LOG_2, keys.number_key(3)),
        ("moment", "gevolgen/log 3"),
    ),
    "a record gone from the middle": (lambda raw: raw.delete(keys.LOG, LOG_2), ("gap", "gevolgen/log 3")),
    "the last record gone": (
        lambda raw: raw.delete(keys.LOG, keys.number_key(5)),
        ("head", "gevolgen/meta head"),
    ),
    "a record past the head": (
        lambda raw: raw.put(keys.LOG, keys.number_key(6), encode_log(bytes(32), 1 << 50, 1, 1, 4, b"")[0]),
        ("head", "gevolgen/meta head"),
    ),
    "a record far past the head": (
        lambda raw: raw.put(keys.LOG, b"\xff" * 8, b"x" * 80),
        ("gap", f"gevolgen/log {(1 << 64) - 1}"),
    ),
    "a record cut short": (lambda raw: raw.put(keys.LOG, LOG_2, b"\x01"), ("unreadable", "gevolgen/log 2")),
    "a record of a newer format": (
        lambda raw: raw.put(keys.LOG, LOG_2, b"\x09" + raw.get(keys.LOG, LOG_2)[1:]),
        ("unreadable", "gevolgen/log 2"),
    ),
    "a log key that is no position": (
        lambda raw: raw.put(keys.LOG, b"x", b""),
        ("unreadable", "gevolgen/log 78"),
    ),
    "a head that is gone": (lambda raw: raw.delete(keys.META, b"head"), ("head", "gevolgen/meta head")),
    "a head that is gone, seen by who read the journal": (
        lambda raw: raw.delete(keys.META, b"head"),
        ("reader", "verstrekkingen/meta source"),
    ),
    "a head with another hash": (
        lambda raw: raw.put(keys.META, b"head", encode_end(JournalEnd(5, bytes(32), 0, 2))),
        ("head", "gevolgen/meta head"),
    ),
    "a head with another moment": (
        lambda raw: raw.flip(keys.META, b"head", 47),
        ("head", "gevolgen/meta head"),
    ),
    "a head with an impossible moment": (
        lambda raw: raw.put(
            keys.META, b"head", encode_end(replace(decode_end(raw.get(keys.META, b"head")), micros=1 << 62))
        ),
        ("head", "gevolgen/meta head"),
    ),
    "a head that gave out more numbers": (
        lambda raw: raw.put(keys.META, b"head", raw.get(keys.META, b"head")[:-1] + b"\x03"),
        ("head", "gevolgen/meta head"),
    ),
    "a whole new chain in which a stream goes back": (
        forge_a_stream_that_goes_back,
        ("index", "gevolgen/stream 1/3"),
    ),
    "a stream row gone": (
        lambda raw: raw.delete(keys.STREAM, keys.stream_key(1, 2)),
        ("index", "gevolgen/log 3"),
    ),
    "a stream row gone, seen in the stream": (
        lambda raw: raw.delete(keys.STREAM, keys.stream_key(1, 2)),
        ("gap", "gevolgen/stream 1/3"),
    ),
    "a stream row that points astray": (
        lambda raw: raw.put(keys.STREAM, keys.stream_key(1, 2), keys.number_key(4)),
        ("index", "gevolgen/stream 1/2"),
    ),
    "a stream row to nowhere": (
        lambda raw: raw.put(keys.STREAM, keys.stream_key(1, 4), keys.number_key(99)),
        ("index", "gevolgen/stream 1/4"),
    ),
    "a stream key that is none": (
        lambda raw: raw.put(keys.STREAM, b"x", b""),
        ("unreadable", "gevolgen/stream 78"),
    ),
    "an aggregaat without name": (
        lambda raw: raw.delete(keys.AGGREGAAT, b"auto/2"),
        ("index", "gevolgen/stream 2"),
    ),
    "a name without stream": (
        lambda raw: raw.put(keys.AGGREGAAT, b"auto/3", keys.number_key(3)),
        ("index", "gevolgen/aggregaat auto/3"),
    ),
    "a name and its number without stream": (
        name_and_number_without_stream,
        ("index", "gevolgen/aggregaat auto/3"),
    ),
    "a number that was never given out": (
        lambda raw: raw.put(keys.META, b"head", raw.get(keys.META, b"head")[:-1] + b"\x01"),
        ("index", "gevolgen/aggregaat auto/2"),
    ),
    "a number given out twice": (
        lambda raw: raw.put(keys.AGGREGAAT, b"auto/3", keys.number_key(1)),
        ("index", "gevolgen/aggregaat auto/3"),
    ),
    "an aggregaat that is unreadable": (
        lambda raw: raw.put(keys.AGGREGAAT, b"\xff", b""),
        ("unreadable", "gevolgen/aggregaat ff"),
    ),
    "a stale outcome": (
        lambda raw: raw.put(keys.COMMANDO, command_id(9), encode_outcome(bytes(16), 77, 1, b"")),
        ("outcome", f"gevolgen/commando {command_id(9).hex()}"),
    ),
    "an outcome with another count": (
        lambda raw: raw.put(keys.COMMANDO, command_id(2), encode_outcome(bytes(16), 2, 2, b"")),
        ("outcome", f"gevolgen/commando {command_id(2).hex()}"),
    ),
    "two outcomes at one position": (
        lambda raw: raw.put(keys.COMMANDO, command_id(9), encode_outcome(bytes(16), 1, 1, b"")),
        ("outcome", f"gevolgen/commando {command_id(9).hex()}"),
    ),
    "gevolgen without position": (
        lambda raw: raw.put(keys.COMMANDO, command_id(9), encode_outcome(bytes(16), 0, 1, b"")),
        ("outcome", f"gevolgen/commando {command_id(9).hex()}"),
    ),
    "an outcome gone": (lambda raw: raw.delete(keys.COMMANDO, command_id(2)), ("index", "gevolgen/log 2")),
    "an outcome cut short": (
        lambda raw: raw.put(keys.COMMANDO, command_id(2), b"x"),
        ("unreadable", f"gevolgen/commando {command_id(2).hex()}"),
    ),
    "an outcome under a short id": (
        lambda raw: raw.put(keys.COMMANDO, b"x", encode_outcome(bytes(16), 0, 0, b"")),
        ("outcome", "gevolgen/commando 78"),
    ),
    "a sleutel of nobody": (
        lambda raw: raw.put(keys.SLEUTEL, b"k", b"auto/9"),
        ("index", "gevolgen/sleutel 6b"),
    ),
    "a sleutel that is unreadable": (
        lambda raw: raw.put(keys.SLEUTEL, b"k", b"\xff"),
        ("unreadable", "gevolgen/sleutel 6b"),
    ),
    "a reader cut short": (
        lambda raw: raw.put(keys.LEZER, b"autos", b"x"),
        ("unreadable", "gevolgen/lezer 6175746f73"),
    ),
    "a reader at nothing with a hash": (
        lambda raw: raw.put(keys.LEZER, b"autos", encode_reader(at(0))),
        ("reader", "gevolgen/lezer autos"),
    ),
}

FEED_DAMAGE: dict[str, tuple[Damage, tuple[str, str]]] = {
    "a flipped bit in a content": (
        lambda raw: raw.flip(keys.LOG, LOG_2, -33),
        ("digest", "verstrekkingen/log 2"),
    ),
    "a flipped bit in a digest": (
        lambda raw: raw.flip(keys.LOG, LOG_2, 15),
        ("chain", "verstrekkingen/log 2"),
    ),
    "two verstrekkingen changed about": (
        lambda raw: raw.swap(keys.LOG, LOG_2, keys.number_key(3)),
        ("index", "verstrekkingen/log 3"),
    ),
    "a verstrekking gone": (lambda raw: raw.delete(keys.LOG, LOG_2), ("gap", "verstrekkingen/log 3")),
    "the last verstrekking gone": (
        lambda raw: raw.delete(keys.LOG, keys.number_key(3)),
        ("head", "verstrekkingen/meta head"),
    ),
    "a verstrekking cut short": (
        lambda raw: raw.put(keys.LOG, LOG_2, b"\x01"),
        ("unreadable", "verstrekkingen/log 2"),
    ),
    "an unreadable name": (
        lambda raw: raw.put(keys.LOG, LOG_2, raw.get(keys.LOG, LOG_2).replace(b"Auto", b"\xff\xff\xff\xff")),
        ("unreadable", "verstrekkingen/log 2"),
    ),
    "a log key that is no number": (
        lambda raw: raw.put(keys.LOG, b"x", b""),
        ("unreadable", "verstrekkingen/log 78"),
    ),
    "a whole new chain that tells about position 0": (
        lambda raw: raw.forge_feed([Publication("AutoGeregistreerd", 0, b"x")]),
        ("index", "verstrekkingen/log 1"),
    ),
    "a whole new chain that tells about what is not published": (
        lambda raw: raw.forge_feed([Publication("AutoGeregistreerd", 5, b"x")]),
        ("index", "verstrekkingen/log 1"),
    ),
    "a head that is gone": (lambda raw: raw.delete(keys.META, b"head"), ("head", "verstrekkingen/meta head")),
    "a source that is gone": (
        lambda raw: raw.delete(keys.META, b"source"),
        ("index", "verstrekkingen/log 1"),
    ),
    "a source cut short": (
        lambda raw: raw.put(keys.META, b"source", b"x"),
        ("unreadable", "verstrekkingen/meta source"),
    ),
    "a source past the head of the journal": (
        lambda raw: raw.put(
            keys.META,
            b"source",
            raw.get(keys.META, b"source").replace(keys.number_key(4), LOG_2[:7] + b"\x06"),
        ),
        ("reader", "verstrekkingen/meta source"),
    ),
    "a source in another journal": (
        lambda raw: raw.put(keys.META, b"source", encode_reader(at(4))),
        ("reader", "verstrekkingen/meta source"),
    ),
    "a source with another hash": (
        lambda raw: raw.flip(keys.META, b"source", -1),
        ("reader", "verstrekkingen/meta source"),
    ),
}

PROJECTIE_DAMAGE: dict[str, tuple[Damage, tuple[str, str]]] = {
    "a projectie that has read another transactie": (
        lambda raw: raw.flip(keys.STAND, b"auto@1", -1),
        ("reader", "projecties/auto@1"),
    ),
    "a projectie ahead of the journal": (
        lambda raw: raw.flip(keys.STAND, b"auto@1", 16),
        ("reader", "projecties/auto@1"),
    ),
    "a projectie at nothing that has read something": (
        lambda raw: raw.flip(keys.STAND, b"auto@2", -1),
        ("reader", "projecties/auto@2"),
    ),
    "a position cut short": (
        lambda raw: raw.put(keys.STAND, b"auto@1", b"x"),
        ("unreadable", "projecties/auto@1"),
    ),
    "another projectie beside a position cut short": (
        spoil_two_positions,
        ("reader", "projecties/auto@2"),
    ),
    "a name that is none": (lambda raw: raw.put(keys.STAND, b"\xff", b"x"), ("unreadable", "projecties")),
}


def found_after(damage: Damage, folder: Path, part: str, clock: SetClock) -> list[Finding]:
    """Do damage to one part, then verify all."""
    with damaging(folder / part) as raw:
        damage(raw)
    opslag = open_lmdb(folder.parent, "auto", clock=clock, read_only=True)
    findings = verify(opslag)
    opslag.close()
    return findings


class TestPages:
    def test_the_pages_of_a_sound_opslag_give_no_findings(self, folder: Path) -> None:
        assert verify_pages(folder.parent, "auto") == []

    def test_pages_without_findings_are_safe_to_open(self, folder: Path, clock: SetClock) -> None:
        data = folder / "gevolgen" / "data.mdb"
        sound = data.read_bytes()
        found = set()
        for page in range(2, len(sound) // 4096):
            data.write_bytes(sound[: page * 4096] + b"\xff" * 4096 + sound[(page + 1) * 4096 :])
            if verify_pages(folder.parent, "auto"):
                found.add(page)
            else:
                # The page was one LMDB had freed: nothing is lost with it.
                assert found_after(lambda _: None, folder, "gevolgen", clock) == []
        assert len(found) >= len(keys.JOURNAL), "each database has a page of its own"

    def test_a_file_that_is_gone_is_found(self, folder: Path) -> None:
        (folder / "sleutels" / "data.mdb").unlink()
        (finding,) = verify_pages(folder.parent, "auto")
        assert finding.where == "sleutels/data.mdb"


class TestSound:
    def test_a_sound_opslag_gives_no_findings(self, folder: Path, clock: SetClock) -> None:
        assert found_after(lambda _: None, folder, "gevolgen", clock) == []

    def test_a_sound_opslag_in_memory_gives_no_findings(self, clock: SetClock) -> None:
        opslag = in_memory("auto", clock=clock)
        assert verify(opslag) == []
        fill(opslag)
        assert verify(opslag) == []
        assert verify_gevolgenstore(opslag.gevolgen) == []
        assert verify_feed(opslag.feed) == []

    def test_progress_tells_what_is_checked(self, clock: SetClock) -> None:
        opslag = in_memory("auto", clock=clock)
        opslag.gevolgen.append([entry(n, volgnummer=n) for n in range(1, 10_001)])
        told: list[tuple[str, int]] = []
        assert verify(opslag, lambda what, rows: told.append((what, rows))) == []
        assert told[:2] == [("gevolgen/log", 10_000), ("gevolgen/log", 10_000)]
        assert ("gevolgen/stream", 10_000) in told
        assert told[-1] == ("verstrekkingen/meta", 2)


class TestDamage:
    @pytest.mark.parametrize(("damage", "expected"), JOURNAL_DAMAGE.values(), ids=JOURNAL_DAMAGE)
    def test_damage_to_the_journal_is_found(
        self, folder: Path, clock: SetClock, damage: Damage, expected: tuple[str, str]
    ) -> None:
        findings = found_after(damage, folder, "gevolgen", clock)
        assert expected in [(finding.what, finding.where) for finding in findings]

    @pytest.mark.parametrize(("damage", "expected"), FEED_DAMAGE.values(), ids=FEED_DAMAGE)
    def test_damage_to_the_feed_is_found(
        self, folder: Path, clock: SetClock, damage: Damage, expected: tuple[str, str]
    ) -> None:
        findings = found_after(damage, folder, "verstrekkingen", clock)
        assert expected in [(finding.what, finding.where) for finding in findings]

    @pytest.mark.parametrize(("damage", "expected"), PROJECTIE_DAMAGE.values(), ids=PROJECTIE_DAMAGE)
    def test_damage_to_a_projectie_position_is_found(
        self, folder: Path, clock: SetClock, damage: Damage, expected: tuple[str, str]
    ) -> None:
        findings = found_after(damage, folder, "projecties", clock)
        assert expected in [(finding.what, finding.where) for finding in findings]

    def test_one_flipped_bit_is_one_finding(self, folder: Path, clock: SetClock) -> None:
        damage, _ = JOURNAL_DAMAGE["a flipped bit in a content"]
        (finding,) = found_after(damage, folder, "gevolgen", clock)
        assert finding.sentence == "the record, or the one before it, is not as it was written"

    @pytest.mark.parametrize("kind", ["memory", "lmdb"])
    def test_what_cannot_be_read_at_all_is_found_too(self, kind: str, tmp_path: Path, clock: SetClock) -> None:
        opslag = in_memory("auto", clock=clock) if kind == "memory" else open_lmdb(tmp_path, "auto", clock=clock)
        opslag.close()
        findings = verify(opslag, tell=lambda _: Told(b"", "", 0, 0))
        assert {finding.what for finding in findings} == {"unreadable", "head"}
        databases = {f"gevolgen/{name.decode()}" for name in keys.JOURNAL}
        assert databases <= {finding.where for finding in findings}

    def test_findings_are_bounded(self, clock: SetClock) -> None:
        opslag = in_memory("auto", clock=clock)
        rows = [(keys.number_key(2 * n), b"x") for n in range(1, 2 * MAX_FINDINGS)]

        class Broken(type(opslag.gevolgen)):  # type: ignore[misc]
            """A journal whose log is all holes."""

            def rows(self, database: bytes) -> Iterator[tuple[bytes, bytes]]:
                return iter(rows) if database == keys.LOG else iter([])

        assert len(verify_gevolgenstore(Broken("auto", clock=clock))) == MAX_FINDINGS
