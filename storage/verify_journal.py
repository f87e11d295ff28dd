"""Checks the journal of a register: every database against the log, and the log against its own chain.

One pass per database, in key order. Of each record only numbers are kept (51 bytes), so a journal of millions
fits.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from typing import Final

from storage import keys
from storage.errors import StorageError
from storage.findings import Findings
from storage.gevolgenstore import ZERO_HASH, Gevolgenstore
from storage.limits import HASH_BYTES, ID_BYTES
from storage.records import (
    JournalEnd,
    LogFields,
    chain,
    decode_end,
    decode_log,
    decode_outcome,
    decode_reader,
    decode_record,
)
from storage.verify_contents import ContentCheck

_PLACE: Final = "gevolgen"
_UNTOLD: Final = 0


def _mark(value: bytes | str) -> int:
    """Give 64 bits that stand for a name or id; never `_UNTOLD`."""
    return hash(value) & 0xFFFF_FFFF_FFFF_FFFF or 1


class JournalCheck:
    """One check of one journal; call the steps in the order of `run`."""

    def __init__(self, store: Gevolgenstore, findings: Findings, contents: ContentCheck | None = None) -> None:
        """Check `store`, adding to `findings`; with `contents` also what is in the records."""
        self._store = store
        self._findings = findings
        self._contents = contents
        self._end = JournalEnd(0, ZERO_HASH, 0, 0)
        self._positions = array("Q")
        self._numbers = array("Q")
        self._volgnummers = array("Q")
        self._counts = array("H")
        self._causes = array("Q")
        """Per record the mark of the commando that its content names; `_UNTOLD` when that is not known."""
        self._names = array("Q")
        """Per record the mark of the aggregaat that its content names."""
        self._streams = array("Q")
        self._stream_names = array("Q")
        """Per stream the mark of the aggregaat that its first record names."""

    def run(self) -> None:
        """Check everything."""
        self._check_log()
        self._findings.check_former(f"{_PLACE}/{keys.META.decode()} former", self._store)
        self._check_stream()
        self._check_aggregaten()
        self._check_commandos()
        self._check_sleutels()
        self._check_readers()

    def _add(self, what: str, database: bytes, key: object, sentence: str) -> None:
        self._findings.add(what, f"{_PLACE}/{database.decode()} {key}".rstrip(), sentence)

    def _check_log(self) -> None:
        previous: bytes | None = ZERO_HASH
        position, micros = 0, None
        for key, value in self._findings.rows(_PLACE, self._store, keys.LOG):
            try:
                found = keys.parse_number(key)
            except ValueError as error:
                self._add("unreadable", keys.LOG, key.hex(), f"the key is no position: {error}")
                continue
            if found != position + 1:
                self._add("gap", keys.LOG, found, f"positions {position + 1} to {found - 1} are missing")
                previous = None
            position = found
            whole = previous is not None and value[-HASH_BYTES:] == chain(previous, value[:-HASH_BYTES])
            if previous is not None and not whole:
                self._add("chain", keys.LOG, position, "the record, or the one before it, is not as it was written")
            previous = value[-HASH_BYTES:]
            try:
                fields = decode_log(position, value)
            except StorageError as error:
                self._add("unreadable", keys.LOG, position, str(error))
                continue
            if micros is not None and fields.micros <= micros:
                self._add("moment", keys.LOG, position, "its registration moment is not after the one before")
            micros = fields.micros
            self._positions.append(position)
            self._numbers.append(fields.number)
            self._volgnummers.append(fields.volgnummer)
            self._counts.append(fields.count)
            cause, name = self._read_content(position, value, fields) if whole else (_UNTOLD, _UNTOLD)
            self._causes.append(cause)
            self._names.append(name)
        self._check_end(position, previous, micros)

    def _read_content(self, position: int, value: bytes, fields: LogFields) -> tuple[int, int]:
        """Hold a content against its header; give the marks of its commando and its aggregaat."""
        if self._contents is None:
            return _UNTOLD, _UNTOLD
        where = f"{_PLACE}/log {position}"
        try:
            told = self._contents.told(where, decode_record(position, value))
        except StorageError as error:
            self._findings.add("unreadable", where, str(error))
            return _UNTOLD, _UNTOLD
        if told is None:
            return _UNTOLD, _UNTOLD
        if (told.volgnummer, told.count) != (fields.volgnummer, fields.count):
            is_ = f"volgnummer {told.volgnummer} with {told.count} gevolgen"
            self._findings.add("content", where, f"{is_}, filed as {fields.volgnummer} with {fields.count}")
        return _mark(told.commando_id), _mark(told.aggregaat)

    def _check_end(self, position: int, last: bytes | None, micros: int | None) -> None:
        meta = dict(self._findings.rows(_PLACE, self._store, keys.META))
        try:
            self._end = end = decode_end(meta.get(keys.META_HEAD))
        except StorageError as error:
            self._add("head", keys.META, "head", str(error))
            return
        if end.position > position:
            missing = f"the journal ends at position {position}, but {end.position} were recorded: it was cut short"
            self._add("head", keys.META, "head", missing)
        elif end.position < position:
            self._add("head", keys.META, "head", f"names position {end.position}, the log goes on to {position}")
        elif end.hash != last:
            self._add("head", keys.META, "head", f"names another record at position {position}")
        elif position and end.micros != micros:
            self._add("head", keys.META, "head", f"names another registration moment at position {position}")

    def _index(self, position: int) -> int | None:
        """Give where a position stands in the arrays; None when the log does not have it."""
        index = position - 1
        if not (0 <= index < len(self._positions) and self._positions[index] == position):
            index = bisect_left(self._positions, position)
            if index == len(self._positions) or self._positions[index] != position:
                return None
        return index

    def _check_stream(self) -> None:
        indexed = bytearray(len(self._positions))
        number = volgnummer = last = 0
        for key, value in self._findings.rows(_PLACE, self._store, keys.STREAM):
            try:
                (new_number, found), position = keys.parse_stream(key), keys.parse_number(value)
            except ValueError as error:
                self._add("unreadable", keys.STREAM, key.hex(), str(error))
                continue
            if new_number != number:
                number, volgnummer, last = new_number, 0, 0
                self._streams.append(number)
                self._stream_names.append(_UNTOLD)
            if found != volgnummer + 1:
                self._add("gap", keys.STREAM, f"{number}/{found}", f"volgnummer {volgnummer + 1} is missing")
            volgnummer = found
            index = self._index(position)
            if index is None or (self._numbers[index], self._volgnummers[index]) != (number, found):
                self._add("index", keys.STREAM, f"{number}/{found}", f"position {position} holds no such transactie")
                continue
            indexed[index] = 1
            if position <= last:
                self._add("index", keys.STREAM, f"{number}/{found}", f"position {position} comes after {last}")
            last = position
            self._check_name(index)
        self._report_missing(indexed, keys.STREAM, "the stream of its aggregaat does not lead to it")

    def _check_name(self, index: int) -> None:
        """Hold the aggregaat that a record of the stream at hand names against the first one."""
        name, first = self._names[index], self._stream_names[-1]
        if first == _UNTOLD:
            self._stream_names[-1] = name
        elif name not in (_UNTOLD, first):
            position = self._positions[index]
            self._add("content", keys.LOG, position, "names another aggregaat than the rest of its stream")

    def _report_missing(self, seen: bytearray, database: bytes, sentence: str) -> None:
        index = seen.find(0)
        while index >= 0:
            self._add("index", keys.LOG, self._positions[index], f"{sentence} ({database.decode()})")
            index = seen.find(0, index + 1)

    def _check_aggregaten(self) -> None:
        named = set()
        for key, value in self._findings.rows(_PLACE, self._store, keys.AGGREGAAT):
            try:
                aggregaat, number = keys.parse_name(key), keys.parse_number(value)
            except ValueError as error:
                self._add("unreadable", keys.AGGREGAAT, key.hex(), str(error))
                continue
            if number in named:
                self._add("index", keys.AGGREGAAT, aggregaat, f"number {number} was given out twice")
            if not 0 < number <= self._end.numbers:
                self._add("index", keys.AGGREGAAT, aggregaat, f"number {number} was never given out")
            place = bisect_left(self._streams, number)
            if place == len(self._streams) or self._streams[place] != number:
                self._add("index", keys.AGGREGAAT, aggregaat, f"number {number} has no stream")
            elif self._stream_names[place] not in (_UNTOLD, _mark(aggregaat)):
                self._add("index", keys.AGGREGAAT, aggregaat, f"number {number} has the stream of another aggregaat")
            named.add(number)
        if len(named) < self._end.numbers:
            numbers = f"{self._end.numbers} numbers were given out, {len(named)} aggregaten have one"
            self._add("head", keys.META, "head", numbers)
        for number in self._streams:
            if number not in named:
                self._add("index", keys.STREAM, number, "no aggregaat has this number")

    def _check_commandos(self) -> None:
        caused = bytearray(len(self._positions))
        for key, value in self._findings.rows(_PLACE, self._store, keys.COMMANDO):
            name = key.hex()
            try:
                outcome = decode_outcome(value)
            except StorageError as error:
                self._add("unreadable", keys.COMMANDO, name, str(error))
                continue
            if len(key) != ID_BYTES:
                self._add("outcome", keys.COMMANDO, name, f"the id has {len(key)} bytes")
            if outcome.position == 0:
                if outcome.count:
                    self._add("outcome", keys.COMMANDO, name, f"{outcome.count} gevolgen, but no position")
                continue
            index = self._index(outcome.position)
            if index is None:
                self._add("outcome", keys.COMMANDO, name, f"its position {outcome.position} is not in the log")
                continue
            if self._counts[index] != outcome.count:
                counts = f"{outcome.count} gevolgen, position {outcome.position} has {self._counts[index]}"
                self._add("outcome", keys.COMMANDO, name, counts)
            if self._causes[index] not in (_UNTOLD, _mark(key)):
                self._add("outcome", keys.COMMANDO, name, f"position {outcome.position} is of another commando")
            if caused[index]:
                self._add("outcome", keys.COMMANDO, name, f"position {outcome.position} has two commando's")
            caused[index] = 1
        self._report_missing(caused, keys.COMMANDO, "no commando has it as outcome")

    def _check_sleutels(self) -> None:
        for key, value in self._findings.rows(_PLACE, self._store, keys.SLEUTEL):
            try:
                if self._store.last_volgnummer(keys.parse_name(value)) == 0:
                    self._add("index", keys.SLEUTEL, key.hex(), "belongs to an aggregaat that does not exist")
            except (ValueError, StorageError) as error:
                self._add("unreadable", keys.SLEUTEL, key.hex(), f"its aggregaat cannot be read: {error}")

    def _check_readers(self) -> None:
        for key, value in self._findings.rows(_PLACE, self._store, keys.LEZER):
            try:
                reader = decode_reader(value)
            except StorageError as error:
                self._add("unreadable", keys.LEZER, key.hex(), str(error))
                continue
            if reader.position == 0 and reader.hash != ZERO_HASH:
                self._add("reader", keys.LEZER, key.decode(errors="replace"), "position 0 has a hash")
