"""An overlay: all that some registers keep, as it stands now, to write on without touching it.

Nothing is copied: what is read is read from the base, what is written stays in memory. The moment is one that was
there: what a register read of another stands in the feed of that other, and what a feed tells stands in its journal.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from storage.feed_overlay import FeedEnd, OverlayFeed, feed_end
from storage.gevolgenstore import ReaderPosition
from storage.gevolgenstore_overlay import OverlayGevolgenstore, journal_end
from storage.moments import Clock
from storage.opslag import Opslag
from storage.projectiestore_memory import MemoryProjectiestore
from storage.records import JournalEnd
from storage.sleutelbos_overlay import OverlaySleutelbos


@dataclass(frozen=True, slots=True)
class _Moment:
    """Where journal and feed of one register end, and how far it read others."""

    journal: JournalEnd
    readers: Mapping[str, ReaderPosition]
    feed: FeedEnd


def overlays(
    opslagen: Mapping[str, Opslag], *, clock: Clock, random_bytes: Callable[[int], bytes] = os.urandom
) -> dict[str, Opslag]:
    """Give an opslag over each of these, by name of the register, all of one moment; without any projectie.

    Others may write the base meanwhile, and afterwards. Closing an overlay leaves the base open.
    """
    before, moments = None, _moments(opslagen)
    while not _fit(opslagen, moments) and moments != before:
        before, moments = moments, _moments(opslagen)
    return {
        name: Opslag(
            gevolgen=OverlayGevolgenstore(opslag.gevolgen, moment.journal, moment.readers, clock=clock),
            feed=OverlayFeed(opslag.feed, moment.feed),
            projecties=MemoryProjectiestore(name),
            sleutels=OverlaySleutelbos(opslag.sleutels, random_bytes=random_bytes),
        )
        for (name, opslag), moment in zip(opslagen.items(), moments.values(), strict=True)
    }


def _moments(opslagen: Mapping[str, Opslag]) -> dict[str, _Moment]:
    """Look at each register in turn: what is read after its journal may be ahead of it, and is cut off there."""
    return {name: _moment(opslag) for name, opslag in opslagen.items()}


def _moment(opslag: Opslag) -> _Moment:
    while True:
        journal, readers = journal_end(opslag.gevolgen), opslag.gevolgen.readers()
        if journal_end(opslag.gevolgen) == journal:
            return _Moment(journal, readers, feed_end(opslag.feed, journal))


def _fit(opslagen: Mapping[str, Opslag], moments: Mapping[str, _Moment]) -> bool:
    """Tell whether no register read more than was told: another one may have gone on after it was looked at."""
    return all(
        reader.source != opslagen[source].feed.feed_id or reader.position <= moments[source].feed.number
        for moment in moments.values()
        for source, reader in moment.readers.items()
        if source in opslagen
    )
