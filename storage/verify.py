"""Verify whether everything a register keeps still fits together.

Damaged bytes give findings, not tracebacks; damage to the pages of LMDB itself is for `verify_pages`, before
opening. Beside a running writer the journal would move while it is read: verify a store at rest, or a copy.
"""

from __future__ import annotations

from typing import Final

from storage import keys
from storage.errors import StorageError
from storage.feed import Feed
from storage.feed_records import decode_feed_end, decode_verstrekking, digest_of
from storage.findings import Finding, Findings, Progress, no_progress
from storage.gevolgenstore import ZERO_HASH, Gevolgenstore
from storage.limits import HASH_BYTES
from storage.opslag import Opslag
from storage.records import chain
from storage.verify_journal import JournalCheck

_FEED: Final = "verstrekkingen"


def verify(opslag: Opslag, progress: Progress = no_progress) -> list[Finding]:
    """Check the journal, the feed, and how far feed and projecties say they have come; empty is well.

    Lists at most `MAX_FINDINGS`. Never raises StorageError.
    """
    findings = Findings(progress)
    JournalCheck(opslag.gevolgen, findings).run()
    _check_feed(opslag.feed, findings, opslag.gevolgen)
    try:
        # What was built from another incarnation is built again by itself: no damage.
        for projectie in opslag.projecties.projecties():
            position = opslag.projecties.position(projectie)
            if position is not None and position.source == opslag.gevolgen.store_id:
                findings.check_reader(f"projecties/{projectie}", position, opslag.gevolgen)
    except (StorageError, ValueError) as error:
        findings.add("unreadable", "projecties", f"the projecties cannot be read: {error}; build them again")
    return findings.found


def verify_gevolgenstore(store: Gevolgenstore, progress: Progress = no_progress) -> list[Finding]:
    """Check a journal alone."""
    findings = Findings(progress)
    JournalCheck(store, findings).run()
    return findings.found


def verify_feed(feed: Feed, progress: Progress = no_progress) -> list[Finding]:
    """Check a feed alone."""
    findings = Findings(progress)
    _check_feed(feed, findings, None)
    return findings.found


def _check_feed(feed: Feed, findings: Findings, journal: Gevolgenstore | None) -> None:
    try:
        source = feed.source()
    except StorageError as error:
        findings.add("unreadable", f"{_FEED}/meta source", str(error))
        source = None
    if journal is not None:
        findings.check_reader(f"{_FEED}/meta source", source, journal)
    last = _check_feed_log(feed, findings, 0 if source is None else source.position)
    try:
        end = decode_feed_end(dict(findings.rows(_FEED, feed, keys.META)).get(keys.META_HEAD))
        if end != last:
            sentence = f"names number {end[0]}, the feed ends at {last[0]} with another verstrekking"
            findings.add("head", f"{_FEED}/meta head", sentence)
        findings.check_former(f"{_FEED}/meta former", feed)
    except StorageError as error:
        findings.add("head", f"{_FEED}/meta head", str(error))


def _check_feed_log(feed: Feed, findings: Findings, published: int) -> tuple[int, bytes]:
    """Check the verstrekkingen; give the last number and chain hash as they are."""
    number, previous, last_source = 0, ZERO_HASH, 0
    for key, value in findings.rows(_FEED, feed, keys.LOG):
        expected, number = number + 1, int.from_bytes(key, "big")
        where = f"{_FEED}/log {number}"
        if number != expected:
            findings.add("gap", where, f"numbers {expected} to {number - 1} are missing")
        elif value[-HASH_BYTES:] != chain(previous, value[:-HASH_BYTES]):
            findings.add("chain", where, "the verstrekking, or the one before it, is not as it was written")
        previous = value[-HASH_BYTES:]
        try:
            verstrekking = decode_verstrekking(number, value)
        except StorageError as error:
            findings.add("unreadable", where, str(error))
            continue
        if verstrekking.digest != digest_of(verstrekking.content):
            findings.add("digest", where, "the content is not what its digest says")
        if not last_source <= verstrekking.source_position <= published:
            about = f"tells about position {verstrekking.source_position}"
            findings.add("index", where, f"{about}, outside {last_source} to {published}")
        last_source = verstrekking.source_position
    return number, previous
