"""Checks the journal of a register: every database against the log, and the log against its own chain.

One pass per database, in key order. Of each record only numbers are kept (35 bytes), so a journal of millions
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
from storage.records import JournalEnd, chain, decode_end, decode_log, decode_outcome, decode_reader

_PLACE: Final = "gevolgen"


class JournalCheck:
    """One check of one journal; call the steps in the order of `run`."""

    def __init__(self, store: Gevolgenstore, findings: Findings) -> None:
        """Check `store`, adding to `findings`."""
        self._store = store
        self._findings = findings
        self._end = JournalEnd(0, ZERO_HASH, 0, 0)
        self._positions = array("Q")
        self._numbers = array("Q")
        self._volgnummers = array("Q")
        self._counts = array("H")
        self._streams = array("Q")

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
            if previous is not None and value[-HASH_BYTES:] != chain(previous, value[:-HASH_BYTES]):
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
        self._check_end(position, previous, micros)

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
        number = volgnummer = 0
        for key, value in self._findings.rows(_PLACE, self._store, keys.STREAM):
            try:
                (new_number, found), position = keys.parse_stream(key), keys.parse_number(value)
            except ValueError as error:
                self._add("unreadable", keys.STREAM, key.hex(), str(error))
                continue
            if new_number != number:
                number, volgnummer = new_number, 0
                self._streams.append(number)
            if found != volgnummer + 1:
                self._add("gap", keys.STREAM, f"{number}/{found}", f"volgnummer {volgnummer + 1} is missing")
            volgnummer = found
            index = self._index(position)
            if index is None or (self._numbers[index], self._volgnummers[index]) != (number, found):
                self._add("index", keys.STREAM, f"{number}/{found}", f"position {position} holds no such transactie")
            else:
                indexed[index] = 1
        self._report_missing(indexed, keys.STREAM, "the stream of its aggregaat does not lead to it")

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
            named.add(number)
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
            elif self._counts[index] != outcome.count:
                counts = f"{outcome.count} gevolgen, position {outcome.position} has {self._counts[index]}"
                self._add("outcome", keys.COMMANDO, name, counts)
            elif caused[index]:
                self._add("outcome", keys.COMMANDO, name, f"position {outcome.position} has two commando's")
            else:
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
