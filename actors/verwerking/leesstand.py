"""Leesstand: how far a reader of a journal or feed came, and whether that is still the one it read."""

from storage.errors import UnknownPosition
from storage.feed import Feed
from storage.gevolgenstore import Gevolgenstore, ReaderPosition


class AnderLogboek(Exception):
    """What a reader read before is not what stands there now: another incarnation, or put back to an older copy."""


def gelezen_tot(journaal: Gevolgenstore, stand: ReaderPosition | None) -> int:
    """The position of a reader of a journal, 0 when it never read; AnderLogboek when its record is another now."""
    if stand is None or stand.position == 0:
        return 0
    try:
        zelfde = journaal.store_id == stand.source and journaal.record(stand.position).hash == stand.hash
    except UnknownPosition:
        zelfde = False
    if not zelfde:
        raise AnderLogboek(
            f"er is gelezen tot positie {stand.position} van {journaal.register}, maar daar staat nu iets anders;"
            " zet het logboek en wat eruit is gemaakt samen terug"
        )
    return stand.position


def gehoord_tot(feed: Feed, stand: ReaderPosition | None) -> int:
    """The number of a reader of a feed, 0 when it never read; AnderLogboek when that verstrekking is another now."""
    if stand is None or stand.position == 0:
        return 0
    try:
        zelfde = feed.feed_id == stand.source and feed.hash_at(stand.position) == stand.hash
    except UnknownPosition:
        zelfde = False
    if not zelfde:
        raise AnderLogboek(
            f"er is geluisterd tot verstrekking {stand.position} van {feed.register}, maar daar staat nu iets anders;"
            " zet beide registers terug naar hetzelfde moment"
        )
    return stand.position
