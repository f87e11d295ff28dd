"""Our journal as the recorders of `eventsourcing`, so that the cases it publishes for a recorder can judge it.

* An event (originator, version) is an entry in the stream of an aggregaat; the events of one insert are one append.
  A stream begins at the version that comes first (the cases begin at 0 and at 1) and goes on without gaps.
* A notification id is a position.
* A tracking record is a reader position, in the same append as the events it goes with. The cases name no source, so
  its id follows from the name and its chain hash is that of nothing read. The store keeps the position it is given;
  that it only goes forward is what the reader sees to, so here the recorder does, under a lock.
* No event says which commando it comes from, so each gets an id of its own. What was recorded before is then found by
  its volgnummer alone.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Sequence
from hashlib import blake2b
from itertools import islice, takewhile
from typing import Any
from uuid import UUID, uuid4

from eventsourcing.persistence import (
    IntegrityError,
    ListenNotifySubscription,
    Notification,
    ProcessRecorder,
    StoredEvent,
    Subscription,
    Tracking,
)

from storage.codec import pack, unpack
from storage.errors import WriteConflict
from storage.gevolgenstore import ZERO_HASH, Entry, Gevolgenstore, ReaderPosition, Record
from storage.limits import ID_BYTES


class JournalRecorder(ProcessRecorder):
    """Recorder of events, notifications and tracking in one journal; safe from several threads."""

    def __init__(self, store: Gevolgenstore) -> None:
        self.listeners: set[threading.Event] = set()
        self._store = store
        self._tracking = threading.Lock()

    def insert_events(self, stored_events: Sequence[StoredEvent], **kwargs: Any) -> Sequence[int] | None:
        tracking: Tracking | None = kwargs.get("tracking")
        with self._tracking if tracking else contextlib.nullcontext():
            readers = self._moved(tracking) if tracking else {}
            try:
                positions = self._store.append(self._entries(stored_events), readers)
            except WriteConflict as conflict:
                raise IntegrityError(str(conflict)) from conflict
        for listener in tuple(self.listeners):
            listener.set()
        return positions

    def _moved(self, tracking: Tracking) -> dict[str, ReaderPosition]:
        name, position = tracking.application_name, tracking.notification_id
        if self.has_tracking_id(name, position):
            raise IntegrityError(f"{name} has been read up to {position} or further; read on from there")
        source = blake2b(name.encode(), digest_size=ID_BYTES).digest()
        return {name: ReaderPosition(source, position, ZERO_HASH)}

    def _entries(self, events: Sequence[StoredEvent]) -> list[Entry]:
        begins: dict[str, int] = {}
        entries = []
        for event in events:
            aggregaat, version = aggregaat_of(event.originator_id), event.originator_version
            if aggregaat not in begins:
                known = self._first_version(aggregaat)
                begins[aggregaat] = version if known is None else known
            volgnummer = version - begins[aggregaat] + 1
            content = pack((aggregaat, version, event.topic, event.state))
            entries.append(Entry(uuid4().bytes, bytes(ID_BYTES), aggregaat, volgnummer, content, 1))
        return entries

    def _first_version(self, aggregaat: str) -> int | None:
        first = next(self._store.read_stream(aggregaat), None)
        return None if first is None else event_in(first).originator_version

    def select_events(
        self,
        originator_id: UUID | str,
        *,
        gt: int | None = None,
        lte: int | None = None,
        desc: bool = False,
        limit: int | None = None,
    ) -> Sequence[StoredEvent]:
        aggregaat = aggregaat_of(originator_id)
        begin = self._first_version(aggregaat)
        after = 0 if gt is None or begin is None else gt - begin + 1
        events = map(event_in, self._store.read_stream(aggregaat, after_volgnummer=after))
        chosen = list(takewhile(lambda event: lte is None or event.originator_version <= lte, events))
        return (chosen[::-1] if desc else chosen)[:limit]

    def select_notifications(
        self,
        start: int | None,
        limit: int,
        stop: int | None = None,
        topics: Sequence[str] = (),
        *,
        inclusive_of_start: bool = True,
    ) -> Sequence[Notification]:
        after = start or 0
        if start and inclusive_of_start:
            after -= 1
        records = takewhile(lambda record: stop is None or record.position <= stop, self._store.read(after))
        notifications = map(notification_in, records)
        return list(islice((found for found in notifications if not topics or found.topic in topics), limit))

    def max_notification_id(self) -> int | None:
        return self._store.head().position or None

    def subscribe(self, gt: int | None = None, topics: Sequence[str] = ()) -> Subscription[JournalRecorder]:
        return JournalSubscription(self, gt, topics)

    def insert_tracking(self, tracking: Tracking) -> None:
        self.insert_events([], tracking=tracking)

    def max_tracking_id(self, application_name: str) -> int | None:
        reader = self._store.reader(application_name)
        return None if reader is None else reader.position


class JournalAggregateRecorder(JournalRecorder):
    """Recorder of events only: it gives no notification ids."""

    def insert_events(self, stored_events: Sequence[StoredEvent], **kwargs: Any) -> Sequence[int] | None:
        super().insert_events(stored_events, **kwargs)
        return None


class JournalSubscription(ListenNotifySubscription[JournalRecorder]):
    """Looks again when something was recorded."""

    def __init__(self, recorder: JournalRecorder, gt: int | None, topics: Sequence[str]) -> None:
        super().__init__(recorder, gt, topics)
        recorder.listeners.add(self._has_been_notified)

    def stop(self) -> None:
        super().stop()
        self._recorder.listeners.discard(self._has_been_notified)


def aggregaat_of(originator: UUID | str) -> str:
    return f"{type(originator).__name__}/{originator}"


def event_in(record: Record) -> StoredEvent:
    aggregaat, version, topic, state = unpack(record.content)
    kind, _, originator = aggregaat.partition("/")
    return StoredEvent(UUID(originator) if kind == UUID.__name__ else originator, version, topic, state)


def notification_in(record: Record) -> Notification:
    return Notification(**vars(event_in(record)), id=record.position)
