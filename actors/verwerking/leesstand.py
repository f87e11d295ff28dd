"""Leesstand: how far a reader of a journal or feed came, and whether what it read stands there still.

An older copy that was put back is a new incarnation, under an id of its own. Up to where the former one ends in the
copy both have the same past: a reader that came no further reads on. One that did has to let go of the rest.
"""

from collections.abc import Callable

from storage.feed import Feed
from storage.former import Former, shares
from storage.gevolgenstore import Gevolgenstore, ReaderPosition


class AnderLogboek(Exception):
    """What a reader read under this very id is not what stands there now: a copy was put back without saying so."""


def gelezen_tot(journaal: Gevolgenstore, stand: ReaderPosition | None) -> int | None:
    """The position of a reader of a journal, 0 when it never read; None when it read what is not there any more.

    AnderLogboek when this same incarnation says something else now.
    """
    wat = f"er is gelezen tot positie {{}} van {journaal.register}"
    return _gedeeld_tot(stand, journaal.store_id, journaal.former, journaal.hash_at, wat)


def gehoord_tot(feed: Feed, stand: ReaderPosition | None) -> int | None:
    """The number of a reader of a feed, 0 when it never read; None when it heard what is not there any more.

    AnderLogboek when this same incarnation says something else now.
    """
    wat = f"er is geluisterd tot verstrekking {{}} van {feed.register}"
    return _gedeeld_tot(stand, feed.feed_id, feed.former, feed.hash_at, wat)


def bekendgemaakt_tot(journaal: Gevolgenstore, feed: Feed) -> int:
    """The position up to which a feed published its journal; AnderLogboek when they are not of one incarnation."""
    stand = feed.source()
    if stand is None and not journaal.former():
        return 0
    tot = None if stand is None or stand.source != journaal.store_id else gelezen_tot(journaal, stand)
    if tot is None:
        raise AnderLogboek(
            f"de verstrekkingen van {journaal.register} horen bij een andere incarnatie dan zijn logboek;"
            " maak het terugzetten af met `gevolg restore`"
        )
    return tot


def anders(wat: str) -> AnderLogboek:
    """The error that says what was read, and what to do."""
    return AnderLogboek(
        f"{wat}, maar daar staat nu iets anders; is er een oudere kopie teruggezet, meld dat met `gevolg restore`"
    )


def _gedeeld_tot(
    stand: ReaderPosition | None,
    nu: bytes,
    eerder: Callable[[], Former],
    hash_op: Callable[[int], bytes],
    wat: str,
) -> int | None:
    if stand is None or stand.position == 0:
        return 0
    if shares(stand, nu, eerder, hash_op):
        return stand.position
    if stand.source == nu:
        raise anders(wat.format(stand.position))
    return None
