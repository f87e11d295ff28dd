"""Moments as stored: whole microseconds since 1970-01-01T00:00Z, so that order and equality are exact."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final

Clock = Callable[[], datetime]
"""Gives the present moment, aware. Injected everywhere: a simulation has its own."""

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)
_FIRST: Final = (datetime.min.replace(tzinfo=UTC) - _EPOCH) // _MICROSECOND
_LAST: Final = (datetime.max.replace(tzinfo=UTC) - _EPOCH) // _MICROSECOND


def to_micros(moment: datetime) -> int:
    """Give the microseconds since the epoch of an aware moment, exactly.

    Raises TypeError for a naive datetime: nobody can say which moment that is; OverflowError for one that is outside
    the years 1 to 9999 in UTC, as `from_micros` does.
    """
    if moment.utcoffset() is None:
        text = "a datetime without time zone names no moment; give an aware one"
        raise TypeError(text)
    micros = (moment - _EPOCH) // _MICROSECOND
    if not _FIRST <= micros <= _LAST:
        text = f"{moment.isoformat()} is outside the years 1 to 9999 in UTC"
        raise OverflowError(text)
    return micros


def from_micros(micros: int) -> datetime:
    """Give the moment, aware in UTC. Raises OverflowError outside the years 1 to 9999."""
    return _EPOCH + timedelta(microseconds=micros)
