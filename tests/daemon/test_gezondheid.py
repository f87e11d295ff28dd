"""Whether a daemon is well: every process runs and nothing stands still; what lags and moves is well."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest

from actors.daemon.waarneming.gezondheid import STIL_S, Beeld, Gezondheid, Stilstand, als_bericht, is_gereed
from actors.runtime.processen.messages import Boom, Soort, Toestand
from actors.runtime.systeem import RegisterSystem
from actors.runtime.voortgang import LEZEN, PROJECTEREN, Lezer, Voortgang
from storage.errors import StorageError
from tests.daemon.nepdienst import boom, storing, tak
from tests.wereld import auto, huishouden, vaste_wereld

NU = datetime(2026, 3, 1, 9, tzinfo=UTC)
ALLES = ("wegonderhoud", "aanschafheffing", "spitspas")


def voortgang(tot: int = 5, positie: int = 5, sinds: datetime | None = None) -> Voortgang:
    lezers = tuple(
        Lezer(soort, "wegonderhoud", tot, positie - tot, sinds) for soort in ("bekendmaken", PROJECTEREN, LEZEN)
    )
    return Voortgang(positie, positie, lezers)


def beeld(van: Boom, hoever: Voortgang | str | None = None, *stil: str) -> Beeld:
    return Beeld(van, {"wegonderhoud": hoever or voortgang()}, frozenset(("wegonderhoud", naam) for naam in stil), NU)


@pytest.fixture
def registers() -> Iterator[RegisterSystem]:
    with RegisterSystem.in_memory(buitenwereld=vaste_wereld(), versie="test") as systeem:
        yield systeem


def test_a_daemon_of_which_all_runs_and_nothing_waits_is_ready(registers: RegisterSystem) -> None:
    registers.verwerk(huishouden())
    registers.verwerk(auto())
    registers.wacht_op_rust()
    bericht = Gezondheid(lambda: boom(*ALLES), ALLES).bericht(registers)
    assert bericht["gereed"] is True
    assert (bericht["admin"], bericht["supervisor"]) == ({"pid": 4699}, {"pid": 4700})
    weg, pas = bericht["registers"]["wegonderhoud"], bericht["registers"]["spitspas"]
    assert weg["posities"] == {
        "journaal": 1,
        "verstrekkingen": 2,
        "bekendgemaaktTot": 1,
        "geprojecteerdTot": 1,
        "gelezen": {},
    }
    assert pas["posities"]["gelezen"] == registers.standen()["spitspas"]["gelezen"]
    niets = {"posities": 0, "seconden": 0.0}
    assert pas["achterstand"] == {
        "bekendmaken": niets,
        "projecteren": niets,
        "lezen": {"aanschafheffing": niets, "spitspas": niets},
    }
    assert weg["processen"]["levering"] == {
        "toestand": "draait",
        "epoch": 1_000_001,
        "pid": 4711,
        "herstarts": 0,
        "reden": "",
        "storingen": [],
    }
    assert json.loads(json.dumps(bericht)) == bericht


def test_the_lag_in_seconds_is_the_age_of_the_oldest_that_waits_and_grows_while_nothing_happens() -> None:
    wereld = vaste_wereld()
    with RegisterSystem.in_memory(buitenwereld=wereld, versie="test", levering=False) as registers:
        registers.verwerk(auto("auto-1"))
        registers.verwerk(auto("auto-2"))
        oudste = registers.moment_van("wegonderhoud", 1)
        for wachttijd in (60, 3600):
            klok = partial(oudste.__add__, timedelta(seconds=wachttijd))
            gezondheid = Gezondheid(lambda: boom("wegonderhoud"), ["wegonderhoud"], klok)
            achter = gezondheid.bericht(registers)["registers"]["wegonderhoud"]["achterstand"]
            assert achter["projecteren"] == achter["bekendmaken"] == {"posities": 2, "seconden": float(wachttijd)}


def test_the_lag_of_who_never_read_a_source_counts_from_its_first_verstrekking(registers: RegisterSystem) -> None:
    registers.verwerk(auto())
    registers._kernen["wegonderhoud"].bekendmaker.werk()
    ongelezen = registers.voortgang("aanschafheffing").lezers[-1]
    assert (ongelezen.naam, ongelezen.tot, ongelezen.wacht) == ("lezen wegonderhoud", 0, 2)
    assert ongelezen.sinds == registers.moment_van("wegonderhoud", 1)


def test_who_lags_and_moves_is_ready() -> None:
    achter = voortgang(tot=2, sinds=NU - timedelta(hours=3))
    assert is_gereed(beeld(boom("wegonderhoud"), achter), "wegonderhoud")


@pytest.mark.parametrize("toestand", [t for t in Toestand if t is not Toestand.DRAAIT])
def test_a_process_that_does_not_run_is_not_ready(toestand: Toestand) -> None:
    half = Boom(
        1, 1, 1, (tak("wegonderhoud", Soort.BIJHOUDING), tak("wegonderhoud", Soort.LEVERING, toestand=toestand))
    )
    bericht = als_bericht(beeld(half))
    assert (bericht["gereed"], bericht["registers"]["wegonderhoud"]["gereed"]) == (False, False)
    assert bericht["registers"]["wegonderhoud"]["processen"]["levering"]["toestand"] == toestand.value


def test_as_long_as_the_supervisor_says_nothing_nothing_is_ready() -> None:
    bericht = als_bericht(beeld(Boom(0, 0, 0, ())))
    assert bericht["gereed"] is False
    assert bericht["supervisor"] == {"pid": None}
    assert bericht["registers"]["wegonderhoud"]["processen"]["bijhouding"]["toestand"] is None


def test_a_reader_that_stopped_on_an_error_is_not_ready_and_says_where_the_log_has_it() -> None:
    stuk = boom("wegonderhoud", storingen=(storing("wegonderhoud/projector"),))
    bericht = als_bericht(beeld(stuk))["registers"]["wegonderhoud"]
    assert bericht["gereed"] is False
    assert bericht["processen"]["levering"]["storingen"] == [
        {"lezer": "wegonderhoud/projector", "referentie": "ProjectorActor-1", "toelichting": "ValueError"}
    ]


def test_one_register_that_is_not_ready_leaves_the_others_so() -> None:
    van = Boom(1, 1, 1, (*boom("wegonderhoud").takken, *boom("spitspas", toestand=Toestand.OPGEGEVEN).takken))
    bericht = als_bericht(Beeld(van, {"wegonderhoud": voortgang(), "spitspas": voortgang()}, frozenset(), NU))
    assert bericht["gereed"] is False
    assert {naam: r["gereed"] for naam, r in bericht["registers"].items()} == {"wegonderhoud": True, "spitspas": False}


def test_a_reader_that_stands_still_is_not_ready() -> None:
    bericht = als_bericht(beeld(boom("wegonderhoud"), voortgang(tot=2), "projecteren"))["registers"]["wegonderhoud"]
    assert (bericht["gereed"], bericht["staatStil"]) == (False, ["projecteren"])


def kijk(stilstand: Stilstand, na_s: float, hoever: Voortgang | str) -> set[str]:
    return {naam for _, naam in stilstand.kijk({"wegonderhoud": hoever}, NU + timedelta(seconds=na_s))}


def test_who_is_seen_at_one_place_for_some_time_while_something_waits_stands_still() -> None:
    stilstand = Stilstand()
    assert kijk(stilstand, 0, voortgang(tot=2, sinds=NU)) == set()
    assert kijk(stilstand, STIL_S - 1, voortgang(tot=2, positie=9, sinds=NU)) == set()
    stil = kijk(stilstand, STIL_S, voortgang(tot=2, positie=9, sinds=NU))
    assert stil == {"bekendmaken", "projecteren", "lezen wegonderhoud"}
    assert kijk(stilstand, STIL_S + 1, voortgang(tot=3, positie=9, sinds=NU)) == set(), "it moves again"
    assert kijk(stilstand, 2 * STIL_S, voortgang(tot=3, positie=9, sinds=NU)) == set()


def test_who_has_nothing_to_read_does_not_stand_still_nor_does_who_just_got_something() -> None:
    stilstand = Stilstand()
    kijk(stilstand, 0, voortgang())
    assert kijk(stilstand, 100, voortgang()) == set()
    gekomen = 105 + STIL_S
    nieuw = voortgang(tot=5, positie=6, sinds=NU + timedelta(seconds=gekomen))
    assert kijk(stilstand, gekomen, nieuw) == set(), "however long nobody looked"
    assert kijk(stilstand, gekomen + STIL_S, nieuw) != set()


def test_a_register_that_cannot_be_read_is_not_ready_and_says_why(
    registers: RegisterSystem, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stuk(_: Any) -> Voortgang:
        raise StorageError("the journal is gone")

    monkeypatch.setattr(registers, "voortgang", stuk)
    bericht = Gezondheid(lambda: boom(*ALLES), ALLES).bericht(registers)
    assert bericht["gereed"] is False
    assert bericht["registers"]["spitspas"]["fout"] == "the journal is gone"
