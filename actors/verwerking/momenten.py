"""Momenten: which moment a question means, on each axis.

A day on the formal axis is all of that day in Europe/Amsterdam, also when the clock changes, up to now; and now is the
last transactie: what the clock says may still be the moment of one that is on its way.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta

from actors.register.tijdlijnen import OPEN_BEGIN, OPEN_EIND
from actors.verwerking.antwoord import GeenMoment
from actors.verwerking.woorden import AMSTERDAM, lokale_dag
from storage.gevolgenstore import Gevolgenstore

_MICROSECONDE = timedelta(microseconds=1)


class Momentkeuze:
    """Chooses the moments of a question to one register. GeenMoment when there is no such moment."""

    def __init__(self, store: Gevolgenstore, klok: Callable[[], datetime]) -> None:
        """`klok` says which day it is today, when no day is asked."""
        self._store = store
        self._klok = klok

    def geldig(self, gevraagd: date | datetime | None) -> date | datetime:
        """The day, or aware moment in UTC, on the material axis."""
        return geldig_moment(gevraagd, self._klok)

    def formeel(self, gevraagd: date | datetime) -> datetime:
        """The moment, aware in UTC, on the formal axis; never one in the future."""
        _controleer(gevraagd)
        laatste = self._store.head().registered_at
        nu = max(self._klok(), laatste or datetime.min.replace(tzinfo=UTC))
        if isinstance(gevraagd, datetime):
            moment = _in_utc(gevraagd)
            toekomst = moment > nu
        else:
            vandaag = lokale_dag(nu)
            moment = _einde_van(gevraagd) if gevraagd < vandaag else laatste or nu.astimezone(UTC)
            toekomst = gevraagd > vandaag
        if toekomst:
            raise GeenMoment(f"{gevraagd.isoformat()} ligt in de toekomst; wat dan bekend is weet nog niemand")
        return moment


def geldig_moment(gevraagd: date | datetime | None, klok: Callable[[], datetime]) -> date | datetime:
    """The day, or aware moment in UTC, that is meant on the material axis; today when none is asked. Or GeenMoment."""
    if gevraagd is None:
        return lokale_dag(klok())
    _controleer(gevraagd)
    moment = _in_utc(gevraagd) if isinstance(gevraagd, datetime) else gevraagd
    if not OPEN_BEGIN < dag_van(moment) < OPEN_EIND:
        raise GeenMoment(f"{gevraagd.isoformat()} valt buiten de kalender; vraag een dag daarbinnen")
    return moment


def _controleer(gevraagd: date | datetime) -> None:
    """Whether it is a day or moment at all: text in particular is not."""
    if not isinstance(gevraagd, date):
        raise GeenMoment(f"{gevraagd!r} is geen dag of moment; geef een date, of een datetime met tijdzone")


def dag_van(geldig_op: date | datetime | None) -> date:
    """The day (Europe/Amsterdam) on which a moment lies."""
    if isinstance(geldig_op, datetime):
        return lokale_dag(geldig_op)
    assert geldig_op is not None
    return geldig_op


def _einde_van(dag: date) -> datetime:
    morgen = datetime.combine(dag + timedelta(days=1), time(), AMSTERDAM)
    return morgen.astimezone(UTC) - _MICROSECONDE


def _in_utc(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise GeenMoment(f"{moment.isoformat()} heeft geen tijdzone; geef die mee, of geef alleen de dag")
    try:
        return moment.astimezone(AMSTERDAM).astimezone(UTC)
    except OverflowError as fout:
        raise GeenMoment(f"{moment.isoformat()} valt buiten de kalender; vraag een dag daarbinnen") from fout
