"""Which moment a question means: days and datetimes, days of 23 and 25 hours, and what cannot be asked.

What is asked with a datetime is answered for its day in Amsterdam; what is asked as known on a day, for the end of it.
"""

import operator
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.contexten.wegonderhoud.commandos import Aanschaf, CorrigeerAutogegevens, WijzigTenaamstelling
from actors.contexten.wegonderhoud.context import CONTEXT
from actors.runtime.systeem import RegisterSystem
from actors.verwerking import momenten
from actors.verwerking.antwoord import Antwoord, GeenMoment
from tests.wereld import auto, vaste_wereld

WEG = "wegonderhoud"
AMSTERDAM = ZoneInfo("Europe/Amsterdam")
ZOMERTIJD, WINTERTIJD = datetime(2026, 3, 29, 1, tzinfo=UTC), datetime(2026, 10, 25, 1, tzinfo=UTC)
"""In 2026 it is two hours later than UTC in Amsterdam in between, one hour outside."""
MICROSECONDE = timedelta(microseconds=1)
UUR = timedelta(hours=1)


def amsterdamse_dag(moment: datetime) -> date:
    """The day in Amsterdam, in 2026, by the rule itself."""
    return (moment.astimezone(UTC) + (2 if ZOMERTIJD <= moment < WINTERTIJD else 1) * UUR).date()


def begin_van(dag: date) -> datetime:
    """The moment in UTC at which a day begins in Amsterdam, in 2026."""
    middernacht = datetime(dag.year, dag.month, dag.day, tzinfo=UTC)
    return middernacht - (2 if ZOMERTIJD < middernacht <= WINTERTIJD else 1) * UUR


class Stilstaand:
    """Registers with a clock that stands still until it is put somewhere."""

    def __init__(self) -> None:
        self.nu = datetime(2026, 1, 10, 12, tzinfo=UTC)
        buiten = replace(vaste_wereld(), klok=lambda: self.nu)
        self.registers = RegisterSystem.in_memory(registers=[CONTEXT], buitenwereld=buiten, versie="test")

    def op(self, moment: datetime, commando: Any) -> None:
        """Record it at exactly this moment."""
        self.nu = moment
        self.registers.verwerk(commando, gebeurd_op=date(2026, 1, 1))
        self.registers.wacht_op_rust()

    def gewicht(self, **wanneer: Any) -> Any:
        inhoud = self.registers.lees(WEG, "auto", "auto-1", **wanneer).inhoud
        return inhoud and inhoud["gewicht_kg"]

    def positie(self, beschikbaar_op: date | datetime) -> int:
        return self.registers.lees(WEG, "auto", "auto-1", beschikbaar_op=beschikbaar_op).momenten.positie


def gewicht(kg: int) -> CorrigeerAutogegevens:
    return CorrigeerAutogegevens(auto_id="auto-1", gewicht_kg=kg)


def verkocht(dag: date) -> WijzigTenaamstelling:
    naam = f"koper-{dag.isoformat()}"
    koop = Aanschaf(aanschaf_id=naam, koper=naam, koper_naam=naam, aankoopdatum=dag, regio="Kustland", wijk="Duinwijk")
    return WijzigTenaamstelling(auto_id="auto-1", aanschaf=koop)


# --- the material axis ------------------------------------------------------------------------------------------

VERKOOPDAGEN = [date(2026, 3, 27) + n * timedelta(days=1) for n in range(5)]
VERKOOPDAGEN += [date(2026, 10, 23) + n * timedelta(days=1) for n in range(5)]


@pytest.fixture(scope="module")
def dagelijks() -> Stilstaand:
    """A car that is sold on each of the days around the clock changes."""
    alle = Stilstaand()
    alle.op(alle.nu, auto(koper="eerste", aankoopdatum=date(2026, 1, 1)))
    for dag in VERKOOPDAGEN:
        alle.op(alle.nu + UUR, verkocht(dag))
    return alle


def eigenaar_op(dag: date) -> str:
    eerder = [koop for koop in VERKOOPDAGEN if koop <= dag]
    return f"koper-{eerder[-1].isoformat()}" if eerder else "eerste"


rond_een_wissel = st.builds(
    operator.add,
    st.sampled_from([begin_van(VERKOOPDAGEN[0]), begin_van(VERKOOPDAGEN[5])]),
    st.timedeltas(timedelta(), timedelta(days=5)),
)
zones = st.one_of(
    st.sampled_from(["UTC", "Europe/Amsterdam", "America/New_York", "Asia/Kolkata", "Pacific/Kiritimati"]).map(
        ZoneInfo
    ),
    st.timedeltas(timedelta(hours=-23), timedelta(hours=23)).map(timezone),
)


@given(moment=rond_een_wissel, zone=zones)
def test_a_datetime_answers_for_its_amsterdam_day_whatever_its_time_zone(
    dagelijks: Stilstaand, moment: datetime, zone: Any
) -> None:
    gevraagd = moment.astimezone(zone)
    antwoord = dagelijks.registers.lees(WEG, "auto", "auto-1", geldig_op=gevraagd)
    dag = amsterdamse_dag(moment)
    assert antwoord.inhoud is not None
    assert antwoord.inhoud["koper"] == eigenaar_op(dag)
    op_de_dag = dagelijks.registers.lees(WEG, "auto", "auto-1", geldig_op=dag)
    assert (antwoord.inhoud, antwoord.momenten.geldig_op) == (op_de_dag.inhoud, moment)
    assert dagelijks.registers.herhaal(antwoord.herhaaltoken or "").als_bytes() == antwoord.als_bytes()


@pytest.mark.parametrize("dag", VERKOOPDAGEN, ids=str)
def test_a_day_begins_at_midnight_in_amsterdam_and_not_a_microsecond_before(dagelijks: Stilstaand, dag: date) -> None:
    for moment, verwacht in ((begin_van(dag), dag), (begin_van(dag) - MICROSECONDE, dag - timedelta(days=1))):
        rij = dagelijks.registers.lees(WEG, "auto", "auto-1", geldig_op=moment).inhoud
        assert rij is not None
        assert rij["koper"] == eigenaar_op(verwacht)


@pytest.mark.parametrize("dag", [date(1, 1, 2), date(9999, 12, 30)], ids=str)
def test_the_first_and_last_days_there_are_can_be_asked(dagelijks: Stilstaand, dag: date) -> None:
    rij = dagelijks.registers.lees(WEG, "auto", "auto-1", geldig_op=dag).inhoud
    assert rij is not None
    assert (rij["gewicht_kg"], rij["punten"]) == (1300, 21), "what has an open begin and end holds on all days"
    assert rij["koper"] == (None if dag.year == 1 else eigenaar_op(dag))
    antwoord = dagelijks.registers.tabel(WEG, "auto", geldig_op=dag)
    assert antwoord.inhoud == [rij]
    assert dagelijks.registers.herhaal(antwoord.herhaaltoken or "").als_bytes() == antwoord.als_bytes()


# --- the formal axis --------------------------------------------------------------------------------------------

WISSELDAGEN = [date(2026, 3, 28), date(2026, 3, 29), date(2026, 3, 30)]
WISSELDAGEN += [date(2026, 10, 24), date(2026, 10, 25), date(2026, 10, 26)]


@pytest.fixture(scope="module")
def rond_middernacht() -> Stilstaand:
    """A correction in the first and in the last microsecond of each of the days around the clock changes."""
    alle = Stilstaand()
    alle.op(alle.nu, auto(aankoopdatum=date(2026, 1, 1)))
    for n, dag in enumerate(WISSELDAGEN):
        alle.op(begin_van(dag), gewicht(1000 + 10 * n))
        alle.op(begin_van(dag + timedelta(days=1)) - MICROSECONDE, gewicht(1001 + 10 * n))
    alle.nu = datetime(2026, 12, 1, tzinfo=UTC)
    return alle


def test_the_days_on_which_the_clock_changes_have_23_and_25_hours() -> None:
    lengte = {dag: begin_van(dag + timedelta(days=1)) - begin_van(dag) for dag in WISSELDAGEN}
    assert lengte[date(2026, 3, 29)] == 23 * UUR
    assert lengte[date(2026, 10, 25)] == 25 * UUR
    assert lengte[date(2026, 3, 30)] == 24 * UUR


@pytest.mark.parametrize("n", range(6))
def test_what_was_known_on_a_day_is_what_was_known_at_the_end_of_it_in_amsterdam(
    rond_middernacht: Stilstaand, n: int
) -> None:
    antwoord = rond_middernacht.registers.lees(WEG, "auto", "auto-1", beschikbaar_op=WISSELDAGEN[n])
    assert antwoord.inhoud is not None
    assert antwoord.inhoud["gewicht_kg"] == 1001 + 10 * n
    assert antwoord.momenten.beschikbaar_op == begin_van(WISSELDAGEN[n] + timedelta(days=1)) - MICROSECONDE
    assert rond_middernacht.registers.taken(WEG, WISSELDAGEN[n]).momenten[1:] == antwoord.momenten[1:]


@pytest.mark.parametrize("positie", range(1, 14))
@pytest.mark.parametrize("zone", [UTC, AMSTERDAM, timezone(timedelta(hours=-9, minutes=-30))], ids=str)
def test_a_microsecond_before_a_registration_it_was_not_known_and_at_it_it_was(
    rond_middernacht: Stilstaand, positie: int, zone: Any
) -> None:
    moment = rond_middernacht.registers.moment_van(WEG, positie).astimezone(zone)
    voor, op, na = ((moment.astimezone(UTC) + n * MICROSECONDE).astimezone(zone) for n in (-1, 0, 1))
    assert [rond_middernacht.positie(m) for m in (voor, op)] == [positie - 1, positie]
    volgt = positie < 13 and rond_middernacht.registers.moment_van(WEG, positie + 1) == na
    assert rond_middernacht.positie(na) == positie + volgt


def test_of_two_moments_with_the_same_local_time_each_has_its_own_answer() -> None:
    alle = Stilstaand()
    alle.op(alle.nu, auto(aankoopdatum=date(2026, 1, 1)))
    half_drie = datetime(2026, 10, 25, 2, 30, tzinfo=AMSTERDAM)
    zomer, winter = half_drie.replace(fold=0), half_drie.replace(fold=1)
    alle.op(zomer.astimezone(UTC), gewicht(1400))
    alle.op(winter.astimezone(UTC), gewicht(1500))
    assert alle.nu == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    assert [alle.gewicht(beschikbaar_op=moment) for moment in (zomer, winter)] == [1400, 1500]
    gegeven = {alle.registers.lees(WEG, "auto", "auto-1", beschikbaar_op=m).herhaaltoken for m in (zomer, winter)}
    assert len(gegeven) == 2
    assert {alle.registers.lees(WEG, "auto", "auto-1", geldig_op=m).herhaaltoken for m in (zomer, winter)} != gegeven


def test_before_the_first_transactie_nothing_was_known(rond_middernacht: Stilstaand) -> None:
    registers = rond_middernacht.registers
    eerste = registers.moment_van(WEG, 1)
    for toen in (eerste - MICROSECONDE, date(2026, 1, 9), date(1, 1, 1), datetime.min.replace(tzinfo=UTC)):
        rij = registers.lees(WEG, "auto", "auto-1", beschikbaar_op=toen)
        assert (rij.inhoud, rij.momenten.positie, rij.volledig) == (None, 0, True)
        lijsten: list[Antwoord[Any]] = [
            registers.tabel(WEG, "auto", beschikbaar_op=toen),
            registers.tabel(WEG, "wegonderhoudsplanning", beschikbaar_op=toen),
            registers.historie(WEG, "auto", "auto-1", beschikbaar_op=toen),
            registers.taken(WEG, toen),
        ]
        assert [antwoord.inhoud for antwoord in lijsten] == [[], [], [], []]
        for antwoord in [*lijsten, rij]:
            assert registers.herhaal(antwoord.herhaaltoken or "").als_bytes() == antwoord.als_bytes()


def test_an_empty_register_answers_too() -> None:
    leeg = Stilstaand().registers
    antwoorden: list[Antwoord[Any]] = [
        leeg.lees(WEG, "auto", "auto-1"),
        leeg.tabel(WEG, "auto"),
        leeg.historie(WEG, "auto", "auto-1"),
    ]
    for antwoord in [*antwoorden, leeg.taken(WEG)]:
        assert not antwoord.inhoud
        assert antwoord.momenten[1:] == (None, 0)
        assert leeg.herhaal(antwoord.herhaaltoken or "").als_bytes() == antwoord.als_bytes()


def test_today_is_up_to_the_last_transactie_and_stays_what_it_was() -> None:
    alle = Stilstaand()
    alle.op(alle.nu, auto(aankoopdatum=date(2026, 1, 1)))
    vandaag, geregistreerd = amsterdamse_dag(alle.nu), alle.nu
    alle.nu += UUR
    eerst = alle.registers.lees(WEG, "auto", "auto-1", beschikbaar_op=vandaag)
    assert (eerst.momenten.beschikbaar_op, eerst.momenten.positie) == (geregistreerd, 1)
    alle.op(alle.nu, gewicht(1400))  # in the very microsecond in which was asked
    assert alle.gewicht(beschikbaar_op=vandaag) == 1400
    assert alle.gewicht(beschikbaar_op=eerst.momenten.beschikbaar_op) == 1300
    assert alle.registers.herhaal(eerst.herhaaltoken or "").als_bytes() == eerst.als_bytes()
    alle.nu += 24 * UUR
    assert alle.registers.lees(WEG, "auto", "auto-1", beschikbaar_op=vandaag).momenten.beschikbaar_op == (
        begin_van(vandaag + timedelta(days=1)) - MICROSECONDE
    )


# --- what cannot be asked ---------------------------------------------------------------------------------------


def formele_vragen(registers: RegisterSystem, toen: Any) -> Iterator[Callable[[], Any]]:
    yield lambda: registers.lees(WEG, "auto", "auto-1", beschikbaar_op=toen)
    yield lambda: registers.tabel(WEG, "auto", beschikbaar_op=toen)
    yield lambda: registers.historie(WEG, "auto", "auto-1", beschikbaar_op=toen)
    yield lambda: registers.taken(WEG, toen)


@pytest.mark.parametrize("later", [MICROSECONDE, timedelta(days=2), timedelta(days=365 * 7000)], ids=str)
def test_the_future_is_known_to_nobody(dagelijks: Stilstaand, later: timedelta) -> None:
    for vraag in formele_vragen(dagelijks.registers, dagelijks.nu + later):
        with pytest.raises(GeenMoment, match="ligt in de toekomst"):
            vraag()


@pytest.mark.parametrize("dag", [date(2026, 1, 11), date(9999, 12, 30), date.max], ids=str)
def test_nor_is_a_day_that_has_yet_to_come(dag: date) -> None:
    for vraag in formele_vragen(Stilstaand().registers, dag):
        with pytest.raises(GeenMoment, match="ligt in de toekomst"):
            vraag()


def test_tomorrow_is_tomorrow_in_amsterdam() -> None:
    alle = Stilstaand()
    alle.nu = begin_van(date(2026, 3, 30)) - MICROSECONDE
    with pytest.raises(GeenMoment, match="ligt in de toekomst"):
        alle.positie(date(2026, 3, 30))
    alle.nu += MICROSECONDE
    assert alle.positie(date(2026, 3, 30)) == 0


def test_a_moment_without_time_zone_says_nothing(dagelijks: Stilstaand) -> None:
    zonder = datetime(2026, 1, 10, 12)  # noqa: DTZ001 - that is what is refused
    for vraag in formele_vragen(dagelijks.registers, zonder):
        with pytest.raises(GeenMoment, match="geen tijdzone"):
            vraag()
    with pytest.raises(GeenMoment, match="geen tijdzone"):
        dagelijks.gewicht(geldig_op=zonder)
    with pytest.raises(GeenMoment, match="geen tijdzone"):
        dagelijks.registers.tabel(WEG, "auto", geldig_op=zonder)


@pytest.mark.parametrize(
    "moment",
    [
        date.min,
        date.max,
        datetime.max.replace(tzinfo=UTC),
        datetime.max.replace(tzinfo=timezone(-UUR)),
        datetime.min.replace(tzinfo=timezone(UUR)),
    ],
    ids=str,
)
def test_nor_does_what_lies_outside_the_calendar(dagelijks: Stilstaand, moment: date | datetime) -> None:
    """What has an open begin or end is bounded by the very first and last days."""
    with pytest.raises(GeenMoment, match="buiten de kalender"):
        dagelijks.gewicht(geldig_op=moment)


@pytest.mark.parametrize("moment", ["2026-01-01", 20260101, object()], ids=["tekst", "getal", "iets"])
def test_what_is_no_day_or_moment_is_refused_with_what_to_give(dagelijks: Stilstaand, moment: Any) -> None:
    zin = "is geen dag of moment; geef een date, of een datetime met tijdzone"
    registers = dagelijks.registers
    vragen: list[Callable[[], Any]] = [
        *formele_vragen(registers, moment),
        lambda: dagelijks.gewicht(geldig_op=moment),
        lambda: registers.tabel(WEG, "auto", geldig_op=moment),
        lambda: registers.uitleg(WEG, "auto", "auto-1", geldig_op=moment),
        lambda: registers.gevolgen_achter(WEG, "auto", "auto-1", geldig_op=moment),
        lambda: registers.ketenproef([], geldig_op=moment),
    ]
    for vraag in vragen:
        with pytest.raises(GeenMoment, match=zin):
            vraag()


def test_a_ketenproef_of_a_moment_is_of_its_day_in_amsterdam(dagelijks: Stilstaand) -> None:
    laat = begin_van(date(2026, 3, 30)) - MICROSECONDE
    assert dagelijks.registers.ketenproef([], geldig_op=laat).op == date(2026, 3, 29)


# --- and a fault is found ---------------------------------------------------------------------------------------


def test_a_day_that_begins_when_it_does_in_utc_is_found(monkeypatch: pytest.MonkeyPatch, dagelijks: Stilstaand) -> None:
    monkeypatch.setattr(momenten, "lokale_dag", lambda moment: moment.astimezone(UTC).date())
    for dag in VERKOOPDAGEN:
        with pytest.raises(AssertionError):
            test_a_day_begins_at_midnight_in_amsterdam_and_not_a_microsecond_before(dagelijks, dag)


def test_a_day_that_always_has_24_hours_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(momenten, "AMSTERDAM", timezone(UUR))
    for n in (1, 2, 3):
        with pytest.raises(AssertionError):
            test_what_was_known_on_a_day_is_what_was_known_at_the_end_of_it_in_amsterdam(nog_eens(), n)


def nog_eens() -> Stilstaand:
    alle = Stilstaand()
    alle.op(alle.nu, auto(aankoopdatum=date(2026, 1, 1)))
    alle.nu = datetime(2026, 12, 1, tzinfo=UTC)
    return alle
