"""Verify whether everything a register keeps still fits together.

Damaged bytes give findings, not tracebacks; damage to the pages of LMDB itself is for `verify_pages`, and stores
that cannot be opened for `verify_stores`, both before opening. Beside a running writer the journal would move while
it is read: verify a store at rest, or a copy.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping
from typing import Final

from storage import keys
from storage.errors import StorageError
from storage.feed import Feed
from storage.feed_records import decode_feed_end, decode_verstrekking, digest_of
from storage.findings import Finding, Findings, Progress, feed_source, journal_source, no_progress
from storage.gevolgenstore import ZERO_HASH, Gevolgenstore
from storage.limits import HASH_BYTES
from storage.opslag import Opslag
from storage.projectiestore import Projectiestore
from storage.records import chain
from storage.verify_contents import ContentCheck, Tell
from storage.verify_journal import JournalCheck

_FEED: Final = "verstrekkingen"
_JOURNAL: Final = "gevolgen"
_PROJECTIES: Final = "projecties"


def verify(opslag: Opslag, progress: Progress = no_progress, tell: Tell | None = None) -> list[Finding]:
    """Check the journal, the feed, and how far feed and projecties say they have come; empty is well.

    With `tell` also the keys, and every content: whether it can be read and opened, and says of itself what header
    and indexes say. Lists at most `MAX_FINDINGS`. Never raises StorageError.
    """
    findings = Findings(progress)
    contents = None if tell is None else ContentCheck(opslag.sleutels, findings, tell)
    if contents is not None:
        contents.check_keys()
    JournalCheck(opslag.gevolgen, findings, contents).run()
    _check_feed(opslag.feed, findings, opslag.gevolgen, contents)
    _check_projecties(opslag.projecties, findings, opslag.gevolgen)
    return findings.found


def verify_ends(opslag: Opslag) -> list[Finding]:
    """Check what shows at once: whether journal and feed end where they say, and who follows the journal can go on.

    Quick however much there is, and also right beside a running writer: what it looks at only grows. Never raises
    StorageError.
    """
    findings = Findings(no_progress)
    journal, feed = opslag.gevolgen, opslag.feed
    _check_end(findings, _JOURNAL, lambda: _end_of(journal), journal.hash_at)
    _check_end(findings, _FEED, feed.head, feed.hash_at)
    _check_source(feed, findings, journal)
    _check_projecties(opslag.projecties, findings, journal)
    return findings.found


def verify_gevolgenstore(store: Gevolgenstore, progress: Progress = no_progress) -> list[Finding]:
    """Check a journal alone."""
    findings = Findings(progress)
    JournalCheck(store, findings).run()
    return findings.found


def verify_feed(feed: Feed, progress: Progress = no_progress) -> list[Finding]:
    """Check a feed alone."""
    findings = Findings(progress)
    _check_feed(feed, findings)
    return findings.found


def verify_readers(
    journal: Gevolgenstore, feeds: Mapping[str, Feed], progress: Progress = no_progress
) -> list[Finding]:
    """Hold how far a register has read the feeds of others, by the name of their register, against these feeds.

    What the journal keeps of a reader and cannot be read is for `verify` to say.
    """
    findings = Findings(progress)
    for name, feed in feeds.items():
        where = f"gevolgen/lezer {name}"
        with contextlib.suppress(StorageError):
            reader = journal.reader(name)
            if reader is not None:
                findings.check_reader(where, reader, feed_source(feed), follows=True)
        progress(where, 1)
    return findings.found


def _check_projecties(projecties: Projectiestore, findings: Findings, journal: Gevolgenstore) -> None:
    try:
        names = projecties.projecties()
    except (StorageError, ValueError) as error:
        findings.add("unreadable", _PROJECTIES, f"the names cannot be read: {error}; build the projecties again")
        return
    for name in names:
        where = f"{_PROJECTIES}/{name}"
        try:
            position = projecties.position(name)
        except (StorageError, ValueError) as error:
            findings.add("unreadable", where, f"{error}; build the projecties again")
            continue
        if position is not None:
            findings.check_reader(where, position, journal_source(journal), follows=True)


def _check_feed(
    feed: Feed, findings: Findings, journal: Gevolgenstore | None = None, contents: ContentCheck | None = None
) -> None:
    last = _check_feed_log(feed, findings, _check_source(feed, findings, journal), contents)
    try:
        end = decode_feed_end(dict(findings.rows(_FEED, feed, keys.META)).get(keys.META_HEAD))
        if end != last:
            sentence = f"names number {end[0]}, the feed ends at {last[0]} with another verstrekking"
            findings.add("head", f"{_FEED}/meta head", sentence)
        findings.check_former(f"{_FEED}/meta former", feed)
    except StorageError as error:
        findings.add("head", f"{_FEED}/meta head", str(error))


def _check_end(
    findings: Findings, place: str, end: Callable[[], tuple[int, bytes]], hash_at: Callable[[int], bytes]
) -> None:
    where = f"{place}/meta head"
    try:
        number, digest = end()
        if hash_at(number) != digest:
            findings.add("head", where, f"names another record at {number} than there is")
    except StorageError as error:
        findings.add("head", where, str(error))


def _end_of(journal: Gevolgenstore) -> tuple[int, bytes]:
    head = journal.head()
    return head.position, head.hash


def _check_source(feed: Feed, findings: Findings, journal: Gevolgenstore | None) -> int:
    """Hold how far the feed has published against the journal, if there is one; give that position."""
    try:
        source = feed.source()
    except StorageError as error:
        findings.add("unreadable", f"{_FEED}/meta source", str(error))
        return 0
    if journal is not None and source is not None:
        findings.check_reader(f"{_FEED}/meta source", source, journal_source(journal))
    return 0 if source is None else source.position


def _check_feed_log(feed: Feed, findings: Findings, published: int, contents: ContentCheck | None) -> tuple[int, bytes]:
    """Check the verstrekkingen; give the last number and chain hash as they are."""
    number, previous, last_source = 0, ZERO_HASH, 1
    for key, value in findings.rows(_FEED, feed, keys.LOG):
        try:
            expected, number = number + 1, keys.parse_number(key)
        except ValueError as error:
            findings.add("unreadable", f"{_FEED}/log {key.hex()}", f"the key is no number: {error}")
            continue
        where = f"{_FEED}/log {number}"
        whole = number == expected and value[-HASH_BYTES:] == chain(previous, value[:-HASH_BYTES])
        if number != expected:
            findings.add("gap", where, f"numbers {expected} to {number - 1} are missing")
        elif not whole:
            findings.add("chain", where, "the verstrekking, or the one before it, is not as it was written")
        previous = value[-HASH_BYTES:]
        try:
            verstrekking = decode_verstrekking(number, value)
        except StorageError as error:
            findings.add("unreadable", where, str(error))
            continue
        if verstrekking.digest != digest_of(verstrekking.content):
            findings.add("digest", where, "the content is not what its digest says")
        elif whole and contents is not None:
            contents.check(where, verstrekking.content)
        if not last_source <= verstrekking.source_position <= published:
            about = f"tells about position {verstrekking.source_position}"
            findings.add("index", where, f"{about}, outside {last_source} to {published}")
        last_source = verstrekking.source_position
    return number, previous
