"""The conditions of an append, checked before the first byte is written; one text for every gevolgenstore."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from storage.errors import ClockBehind, WriteConflict
from storage.gevolgenstore import Entry, ReaderPosition
from storage.limits import (
    CLOCK_TOLERANCE_SECONDS,
    HASH_BYTES,
    ID_BYTES,
    MAX_ANSWER_BYTES,
    MAX_BATCH_BYTES,
    MAX_ENTRIES,
    MAX_GEVOLGEN,
    MAX_NAME_BYTES,
    MAX_RECORD_BYTES,
    MAX_SLEUTELS,
)
from storage.moments import Clock, from_micros, to_micros

_TOLERANCE_MICROS = CLOCK_TOLERANCE_SECONDS * 1_000_000


class Known(Protocol):
    """What is stored so far, as far as the conditions ask."""

    def knows(self, commando_id: bytes) -> bool:
        """Tell whether an outcome is kept under this id."""

    def last_volgnummer(self, aggregaat: str) -> int:
        """Give the last volgnummer of the aggregaat, 0 when unknown."""

    def holder(self, sleutel: bytes) -> str | None:
        """Give the aggregaat that holds a natural key."""


def first_moment(clock: Clock, register: str, last_micros: int | None) -> int:
    """Give the registration moment, in microseconds, of the next transactie: now, or just after the last one.

    Raises ClockBehind when the clock lies further back than the tolerance.
    """
    now = to_micros(clock())
    if last_micros is None:
        return now
    if now < last_micros - _TOLERANCE_MICROS:
        text = (
            f"the clock says {from_micros(now).isoformat()}, but register {register} already recorded at "
            f"{from_micros(last_micros).isoformat()}; nothing was written; set the clock right and try again"
        )
        raise ClockBehind(text)
    return max(now, last_micros + 1)


def check_append(entries: Sequence[Entry], readers: Mapping[str, ReaderPosition], known: Known) -> None:
    """Check a whole batch. Raises WriteConflict naming the first entry that does not fit, and why."""
    if len(entries) > MAX_ENTRIES:
        text = f"a batch holds at most {MAX_ENTRIES} entries, this one has {len(entries)}; split it"
        raise WriteConflict(text)
    for name, reader in readers.items():
        _check_reader(name, reader)
    ids: set[bytes] = set()
    last: dict[str, int] = {}
    sleutels: dict[bytes, str | None] = {}
    total = 0
    for index, entry in enumerate(entries):
        total += _check_shape(index, entry)
        commando_id = entry.commando_id
        if commando_id in ids or known.knows(commando_id):
            raise _conflict(index, entry, "its id was handled before; look its outcome up")
        ids.add(commando_id)
        if entry.content is None:
            continue
        previous = last.get(entry.aggregaat)
        if previous is None:
            previous = known.last_volgnummer(entry.aggregaat)
        if entry.volgnummer != previous + 1:
            what = f"volgnummer {entry.volgnummer} does not follow {previous} of {entry.aggregaat}; read again"
            raise _conflict(index, entry, what)
        last[entry.aggregaat] = entry.volgnummer
        if entry.sleutels:
            _check_sleutels(index, entry, sleutels, last, known)
    if total > MAX_BATCH_BYTES:
        text = f"a batch holds at most {MAX_BATCH_BYTES} bytes of content, this one has {total}; split it"
        raise WriteConflict(text)


def _conflict(index: int, entry: Entry, what: str) -> WriteConflict:
    return WriteConflict(f"commando {entry.commando_id.hex()} (entry {index}) was not stored: {what}", index)


def _check_reader(name: str, reader: ReaderPosition) -> None:
    if not 0 < len(name.encode()) <= MAX_NAME_BYTES:
        text = f"reader name {name[:40]!r} must have 1 to {MAX_NAME_BYTES} bytes; nothing was written"
        raise WriteConflict(text)
    if len(reader.source) != ID_BYTES or len(reader.hash) != HASH_BYTES or reader.position < 0:
        text = f"the position of reader {name} is malformed ({reader!r}); nothing was written"
        raise WriteConflict(text)


def _check_shape(index: int, entry: Entry) -> int:
    """Check what needs no look-up; give the size of the content."""
    content = entry.content
    if len(entry.commando_id) != ID_BYTES or len(entry.digest) != ID_BYTES:
        wrong = f"id and digest have {ID_BYTES} bytes each"
    elif len(entry.answer) > MAX_ANSWER_BYTES:
        wrong = f"its answer has more than {MAX_ANSWER_BYTES} bytes"
    elif content is None:
        if not (entry.count or entry.volgnummer or entry.sleutels):
            return 0
        wrong = "without content it can have no gevolgen, volgnummer or sleutels"
    elif len(content) > MAX_RECORD_BYTES:
        wrong = f"its content has {len(content)} bytes, more than {MAX_RECORD_BYTES}"
    elif not 0 < entry.count <= MAX_GEVOLGEN:
        wrong = f"a transactie has 1 to {MAX_GEVOLGEN} gevolgen, not {entry.count}"
    elif not 0 < len(entry.aggregaat.encode()) <= MAX_NAME_BYTES:
        wrong = f"the id of its aggregaat must have 1 to {MAX_NAME_BYTES} bytes"
    elif len(entry.sleutels) > MAX_SLEUTELS:
        wrong = f"it changes more than {MAX_SLEUTELS} sleutels"
    else:
        return len(content)
    raise _conflict(index, entry, wrong)


def _check_sleutels(
    index: int, entry: Entry, changed: dict[bytes, str | None], last: Mapping[str, int], known: Known
) -> None:
    """Check the natural keys of one entry, in order, given what earlier ones in the batch changed."""
    for sleutel, holder in entry.sleutels:
        if not 0 < len(sleutel) <= MAX_NAME_BYTES:
            raise _conflict(index, entry, f"a sleutel has 1 to {MAX_NAME_BYTES} bytes, not {len(sleutel)}")
        present = changed[sleutel] if sleutel in changed else known.holder(sleutel)
        if present is not None and present != (entry.aggregaat if holder is None else holder):
            raise _conflict(index, entry, f"sleutel {sleutel.hex()} is held by {present}")
        if holder is not None and holder not in last and known.last_volgnummer(holder) == 0:
            raise _conflict(index, entry, f"sleutel {sleutel.hex()} is meant for {holder}, which does not exist")
        changed[sleutel] = holder
