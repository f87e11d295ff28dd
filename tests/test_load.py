"""The load test loads a daemon, and sees it when what was acknowledged is not there."""

import csv
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from itertools import count
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID

import httpx
import pytest

from actors.register.commando import Verwerkt
from actors.runtime.systeem import RegisterSystem
from actors.simulatie.vlootrijen import VlootbestandFout
from scripts.loadtest.ledger import Ledger, verify
from scripts.loadtest.measured import Measured, percentiles
from scripts.loadtest.offering import Gebruiker, rows
from scripts.loadtest.rest import Lag, lag, wait_for_rest
from tests.docs.bladen import ROOT

CSV = (
    "kenteken_or_id,merk,model,massa_kg,lengte_cm,breedte_cm,co2_g_km\nAB-1,Merk,Een,1300,440,185,120\nAB-2,,,0,1,1,1\n"
)


def numbered() -> Callable[[], str]:
    numbers = count(1)
    return lambda: str(UUID(int=next(numbers), version=4))


def gebruiker(seed: int = 1) -> Gebruiker:
    return Gebruiker(Random(f"offer/{seed}"), rows(None, seed), numbered())


@pytest.mark.timeout(120)  # a daemon is started, loaded for some seconds, and comes to rest
def test_a_daemon_is_loaded_and_nothing_it_acknowledged_is_lost(tmp_path: Path) -> None:
    plot, values = tmp_path / "verloop.svg", tmp_path / "meetwaarden.csv"
    options = ["--gebruikers", "3", "--duur", "2", "--plot", str(plot), "--meetwaarden", str(values)]
    command = [sys.executable, "-m", "scripts.loadtest.main", *options]
    run = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True, timeout=110)
    assert run.returncode == 0, run.stderr + run.stdout
    assert "lost 0, done twice 0, never answered 0" in run.stdout
    assert "at rest after" in run.stdout
    assert "wegonderhoud     projecteren" in run.stdout
    assert "<svg" in plot.read_text(encoding="utf-8")
    with values.open(encoding="utf-8", newline="") as opened:
        measured = list(csv.DictReader(opened))
    assert {"RegistreerHuishouden", "RegistreerAuto"} <= {row["kind"] for row in measured}
    assert "500" not in {row["status"] for row in measured}


def test_all_that_a_gebruiker_offers_is_processed() -> None:
    who = gebruiker()
    offers = [who.move_in()]
    for _ in range(3):
        car, offer = who.register()
        offers += [offer, who.resell(car), who.doubt(car), who.doubt(car), who.doubt(car), who.correct(car)]
        offers += [who.doubt(car), *(offer for _, offer in who.many(2))]
    with RegisterSystem.in_memory() as registers:
        for offer in offers:
            (answer,) = registers.verwerk_alle([replace(offer.offered, register=offer.register)])
            assert isinstance(answer, Verwerkt), (offer, answer)


def test_the_same_seed_offers_the_same() -> None:
    def first_car(who: Gebruiker) -> Any:
        who.move_in()
        return who.register()[1].offered.commando

    assert first_car(gebruiker()) == first_car(gebruiker())
    assert first_car(gebruiker()) != first_car(gebruiker(2))


def test_cars_are_like_those_of_a_file_that_have_their_measures(tmp_path: Path) -> None:
    file = tmp_path / "autos.csv"
    file.write_text(CSV, encoding="utf-8")
    assert [row.kenteken for row in rows(file, 1)] == ["AB-1"]
    file.write_text("iets\n", encoding="utf-8")
    with pytest.raises(VlootbestandFout):
        rows(file, 1)


def ledger_of(*positions: int) -> tuple[Ledger, dict[str, int]]:
    ledger = Ledger()
    ids = [str(UUID(int=number)) for number in range(len(positions))]
    for id_, position in zip(ids, positions, strict=True):
        ledger.offer(id_, "wegonderhoud")
        ledger.hear(id_, 201, {"positie": position})
    return ledger, dict(zip(ids, positions, strict=True))


def daemon_with(stored: dict[str, int]) -> httpx.Client:
    """What answers for commando's as a daemon that has these."""

    def answer(request: httpx.Request) -> httpx.Response:
        id_ = request.url.path.rsplit("/", 1)[1]
        if id_ not in stored:
            return httpx.Response(404)
        return httpx.Response(200, json={"uitkomst": "verwerkt", "positie": stored[id_]})

    return httpx.Client(base_url="http://daemon", transport=httpx.MockTransport(answer))


def test_what_was_acknowledged_and_is_there_holds() -> None:
    ledger, stored = ledger_of(1, 2, 0, 0)
    with daemon_with(stored) as client:
        verdict = verify(ledger, client)
    assert verdict.holds
    assert verdict.acknowledged == 4


def test_what_was_acknowledged_and_is_gone_is_seen() -> None:
    ledger, stored = ledger_of(1, 2)
    gone = stored.popitem()[0]
    with daemon_with(stored) as client:
        verdict = verify(ledger, client)
    assert verdict.lost == (gone,)
    assert not verdict.holds


def test_two_at_one_position_and_one_at_another_than_was_said_are_seen() -> None:
    ledger, stored = ledger_of(1, 1)
    with daemon_with(stored) as client:
        assert verify(ledger, client).twice == (list(stored)[1],)
    ledger, stored = ledger_of(1, 2)
    moved = list(stored)[1]
    with daemon_with(stored | {moved: 3}) as client:
        assert verify(ledger, client).lost == (moved,)


def test_what_was_never_answered_may_be_done_or_not() -> None:
    ledger, stored = ledger_of(1)
    done, other = (str(UUID(int=number)) for number in (8, 9))
    ledger.offer(done, "wegonderhoud")
    ledger.offer(other, "wegonderhoud")
    with daemon_with(stored | {done: 2}) as client:
        verdict = verify(ledger, client)
    assert verdict.holds
    assert verdict.late == 1


def test_what_is_not_processed_is_counted_by_its_rule() -> None:
    ledger = Ledger()
    ledger.offer("a", "wegonderhoud")
    ledger.hear("a", 409, {"regel": "kenteken_in_gebruik"})
    assert ledger.refused == {"kenteken_in_gebruik": 1}
    assert not ledger.open
    assert not ledger.done


def test_the_lag_of_every_reader_is_told_until_there_is_none() -> None:
    left = [3, 1, 0]

    def answer(_request: httpx.Request) -> httpx.Response:
        behind = left.pop(0) if len(left) > 1 else left[0]
        reader = {"posities": behind, "seconden": behind / 2}
        bericht = {"wegonderhoud": {"achterstand": {"projecteren": reader, "lezen": {"spitspas": reader}}}}
        return httpx.Response(200, json={"registers": bericht})

    with httpx.Client(base_url="http://daemon", transport=httpx.MockTransport(answer)) as client:
        assert lag(client) == [
            Lag("wegonderhoud", "projecteren", 3, 1.5),
            Lag("wegonderhoud", "lezen spitspas", 3, 1.5),
        ]
        assert wait_for_rest(client, 10)
        left[:] = [1]
        assert not wait_for_rest(client, 0)


def test_percentiles_and_errors_are_told_per_kind() -> None:
    measured = Measured()
    for ms in range(1, 101):
        measured.hear(name="rij nu", response_time=float(ms), response=httpx.Response(200))
    measured.hear(name="historie", response_time=7.0, response=httpx.Response(503))
    measured.hear(name="historie", response_time=9.0)
    assert [(kind, number) for kind, number, *_ in measured.table()] == [("historie", 2), ("rij nu", 100), ("all", 102)]
    assert measured.errors() == {("historie", 503): 1, ("historie", 0): 1}
    assert percentiles([float(ms) for ms in range(101)]) == (50, 90, 99, 100)
    assert "errors 2" in measured.progress(0)
