"""The benchmarks run, and what they compare is comparable: the peers do the same work to the byte."""

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from functools import partial
from io import StringIO
from pathlib import Path
from shutil import copytree
from typing import Any

import lmdb
import pytest

from actors.contexten.spitspas.context import CONTEXT as SPITSPAS
from actors.contexten.wegonderhoud.context import CONTEXT as WEGONDERHOUD
from actors.register.commando import Verwerkt
from actors.runtime.catalogue import contexten
from actors.runtime.klok import Buitenwereld, systeemklok
from actors.runtime.lezing import Registerlezing
from actors.runtime.systeem import RegisterSystem
from actors.verwerking.herbouw import verschillen
from actors.verwerking.rijen import rijsleutel
from actors.verwerking.serialisatie import Serialisatie
from scripts.benchmark.append import EXISTING, NEW, RECENT, Journal, samples_of_entries
from scripts.benchmark.beside import Other, ask_for_all, keep_busy
from scripts.benchmark.case import Case
from scripts.benchmark.doubt import DOUBT, END, HOUSEHOLDS, DoubtPeer, doubt_about, end_of
from scripts.benchmark.embedded import (
    CORRECT_UITSTOOT,
    LOOP,
    OURS,
    PEERS,
    REGISTER,
    RawPeer,
    RegistersPeer,
    registers_peer,
)
from scripts.benchmark.grown import CORRECTIONS, grow
from scripts.benchmark.herbeoordeling import ALL, NEW_LAW, Building, LawPeer
from scripts.benchmark.herkomst import BACK, FILL, FORWARD, SpoorPeer, record_one
from scripts.benchmark.loop import Loop
from scripts.benchmark.measuring import PeerFailed, Sample, Task, Worker, percentile, ratio
from scripts.benchmark.projecting import AtHand, ByHand, Projecting
from scripts.benchmark.reading import HISTORY, KINDS, Reading
from scripts.benchmark.rebuilding import Rebuilding, RebuildingByHand
from scripts.benchmark.report import HTTP_TARGETS, TARGETS, Report, counting
from scripts.benchmark.wire import body_of, is_whole, status_of
from storage import keys
from storage.findings import no_progress
from storage.limits import MAX_DATABASES
from storage.opslag import open_lmdb
from storage.projectiestore_lmdb import LmdbProjectiestore
from storage.projectiestore_memory import MemoryProjectiestore
from tests.docs.bladen import ROOT
from tests.docs.test_naslag import deel, rijen
from tests.wereld import AANKOOP, vaste_wereld

SPEEDS = {
    f"{prefix}{name}_{in_flight}_{what}"
    for in_flight in (1, 100, 1000)
    for what in ("per_s", "p50_ms", "p99_ms", "cpu_us")
    for prefix, name in (
        ("", "embedded"),
        ("", "loop"),
        ("", "raw"),
        ("", "correction"),
        ("correction_", "loop"),
        ("correction_", "raw"),
        ("", "everything_on"),
        ("everything_on_", "loop"),
        ("", "correction_everything_on"),
        ("correction_everything_on_", "loop"),
    )
}
WHAT_CROSSES = {
    f"{name}{peer}_{in_flight}_{what}"
    for name, sizes in (("uitstoot", (1, 100)), ("doubt", (1, 10)), ("doubt_end", (1, 10)))
    for in_flight in sizes
    for through in ("", "_through_three")
    for peer, whats in ((through, ("per_s", "p50_ms", "p99_ms", "vs_loop")), (f"{through}_loop", ("per_s", "p50_ms")))
    for what in whats
}
RECONSIDERED = {
    f"herbeoordeling{everything_on}{peer}_{what}"
    for everything_on in ("", "_everything_on")
    for peer, whats in (("", ("s", "per_s", "peak_mb", "vs_loop")), ("_loop", ("s", "per_s")))
    for what in whats
}
RATIOS = {
    f"{ours}_{in_flight}_vs_{peer}"
    for in_flight in (1, 100, 1000)
    for ours, peer in (
        ("embedded", "loop"),
        ("embedded", "raw"),
        ("correction", "loop"),
        ("correction", "raw"),
        ("everything_on", "loop"),
        ("correction_everything_on", "loop"),
    )
}
READS = {
    f"read_{kind}_{what}"
    for kind in KINDS
    for what in ("1m_vs_10k", *(f"{size}_{unit}" for size in ("10k", "1m") for unit in ("per_s", "p50_us", "p99_us")))
}
BESIDE_A_QUERY = {
    f"commands_{what}"
    for in_flight in (1, 100)
    for what in (
        *(f"beside_query_{in_flight}_vs_{other}" for other in ("alone", "beside_busy")),
        *(
            f"{how}_{in_flight}_{unit}"
            for how in ("alone", "beside_busy", "beside_query")
            for unit in ("per_s", "p50_ms", "p99_ms")
        ),
    )
}
APPENDS = {
    f"append_{size}_{what}"
    for size in ("10k", "5m")
    for what in ("store_mb", *(f"{kind}_{unit}" for kind in (NEW, RECENT, EXISTING) for unit in ("ms", "vs_empty")))
}
SPOREN = {f"{kind}_{size}_{what}" for kind in (BACK, FORWARD) for size in ("10k", "1m") for what in ("ms", "p99_ms")}


@pytest.mark.timeout(85)  # some ten seconds by itself; many small stores are flushed
def test_every_row_of_the_benchmarks_runs_and_every_number_has_its_name(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "scripts.benchmark.main", "--tiny", "--json", "--folder", str(tmp_path)]
    run = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True, timeout=80)
    assert run.returncode == 0, run.stderr
    numbers = json.loads(run.stdout)
    assert all(type(number) in {int, float} for number in numbers.values())
    wanted = SPEEDS | RATIOS | APPENDS | {target.number for target in TARGETS}
    wanted |= {"eventsourcing_sqlite_per_s", "eventsourcing_sqlite_one_save_per_s", "projecting_per_s"}
    wanted |= READS | BESIDE_A_QUERY | {"rebuild_per_s", "rebuild_loop_per_s", "rebuild_cpu_us"}
    wanted |= SPOREN | WHAT_CROSSES | RECONSIDERED | {"households_build_s"}
    wanted |= {"warm_aggregate_kb", "warm_state_kb", "first_touch_us", "loop_first_touch_us", "passivation_us"}
    assert wanted - numbers.keys() == set()
    assert not list(tmp_path.iterdir())


HTTP = {
    f"http_post_{who}{connections}_{what}"
    for connections in (1, 16, 64)
    for who, whats in (
        ("", ("vs_noop",)),
        ("one_register_", ("vs_noop",)),
        ("everything_on_", ("vs_noop",)),
        ("noop_", ()),
    )
    for what in (*whats, "per_s", "p50_ms", "p99_ms", "rest_s", "client_share", "main_cpu_us", "bijhouding_cpu_us")
}
HTTP |= {
    f"http_bulk{which}_{what}"
    for which in ("", "_everything_on")
    for what in ("per_s", "embedded_per_s", "vs_embedded", "client_share")
}
HTTP |= {f"{what}_{cut}_ms" for what in ("chain_answer", "chain_embedded", "commit") for cut in ("p50", "p99")}


@pytest.mark.timeout(150)  # eight daemons are started one after the other
def test_every_row_over_http_runs_and_every_number_has_its_name(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "scripts.benchmark.main", "--http", "--tiny", "--json", "--folder", str(tmp_path)]
    run = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True, timeout=140)
    assert run.returncode == 0, run.stderr
    numbers = json.loads(run.stdout)
    assert all(type(number) in {int, float} for number in numbers.values())
    assert (HTTP | {target.number for target in HTTP_TARGETS}) - numbers.keys() == set()
    assert not list(tmp_path.iterdir())


def test_an_answer_over_the_wire_is_whole_when_all_of_its_body_is_there() -> None:
    sized = b"HTTP/1.1 201 Created\r\nContent-Length: 3\r\n\r\nabc"
    assert is_whole(sized)
    assert not is_whole(sized[:-1])
    assert not is_whole(sized[:20])
    assert (status_of(sized), body_of(sized)) == (201, b"abc")
    chunked = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"
    assert is_whole(chunked)
    assert not is_whole(chunked[:-5])
    assert body_of(chunked) == b"abcde"


def standing_world() -> Buitenwereld:
    """A clock that stands still, so that looking at it once more makes no difference."""
    world = vaste_wereld()
    moment = world.klok()
    return Buitenwereld(lambda: moment, world.willekeur)


@pytest.fixture
def offers() -> list[Sequence[Any]]:
    """New cars and corrections; some offered again, in the same batch or a later one; a kenteken that is taken.

    Doubt about two of them, the end of one doubt, and new law.
    """
    case = Case()
    new, corrections = case.registrations(5), case.corrections(3)
    refused, (one, other) = case.touches(case.autos[:1]), case.registrations(2)
    taken = replace(other, commando=replace(other.commando, kenteken=one.commando.kenteken))
    doubts = [doubt_about(auto_id, f"twijfel-{auto_id}") for auto_id in case.autos[:2]]
    doubted, ended = ([case.offered(c, WEGONDERHOUD.naam) for c in cs] for cs in (doubts, [end_of(doubts[0])]))
    law = [case.offered(NEW_LAW, SPITSPAS.naam)]
    again = [*new, one, *refused, one, taken]
    return [law, new, corrections, refused, again, doubted, ended, case.households(new), case.uitstoot_corrections(3)]


@pytest.mark.parametrize("warm", [1, 100])
def test_the_plain_loop_answers_and_records_what_the_registers_do_to_the_byte(
    tmp_path: Path, offers: list[Sequence[Any]], warm: int
) -> None:
    how: dict[str, Any] = {"versie": "test", "levering": False, "warm": warm}
    with (
        RegisterSystem.open(tmp_path / "a", buitenwereld=standing_world(), **how) as registers,
        closing(Loop(tmp_path / "b", contexten(), buitenwereld=standing_world(), **how)) as loop,
    ):
        for offer in offers:
            assert loop.verwerk_alle(offer) == registers.verwerk_alle(offer)
    for context in contexten():
        assert stored(tmp_path / "b" / context.naam) == stored(tmp_path / "a" / context.naam)


@pytest.mark.parametrize("warm", [1, 100])
def test_the_plain_loop_comes_to_rest_where_the_registers_do(
    tmp_path: Path, offers: list[Sequence[Any]], warm: int
) -> None:
    how: dict[str, Any] = {"versie": "test", "warm": warm}
    with (
        RegisterSystem.open(tmp_path / "a", buitenwereld=standing_world(), **how) as registers,
        closing(Loop(tmp_path / "b", contexten(), buitenwereld=standing_world(), **how)) as loop,
    ):
        for offer in reversed(offers):
            loop.verwerk_alle(offer)
            loop.wacht_op_rust()
            registers.verwerk_alle(offer)
            registers.wacht_op_rust()
        standen = registers.standen()
    for context in contexten():
        kern_a, kern_b = (tables(tmp_path / folder, context.naam) for folder in "ab")
        assert kern_a == kern_b
        assert standen[context.naam]["positie"] > 0


def stored(folder: Path) -> dict[str, dict[str, list[tuple[bytes, bytes]]]]:
    """All that journal and keys keep."""
    names = {"gevolgen": keys.JOURNAL, "sleutels": keys.SLEUTELS}
    return {name: dict(rows_in(folder / name, databases)) for name, databases in names.items()}


def rows_in(folder: Path, databases: Sequence[bytes]) -> Iterator[tuple[str, list[tuple[bytes, bytes]]]]:
    with lmdb.open(str(folder), readonly=True, max_dbs=MAX_DATABASES, lib_version=0) as environment:
        for name in databases:
            with environment.begin(db=environment.open_db(name, create=False)) as txn:
                yield name.decode(), list(txn.cursor())


def tables(folder: Path, register: str) -> dict[str, list[tuple[bytes, bytes]]]:
    """All rows of all tables of a register."""
    with closing(LmdbProjectiestore(folder / register / "projecties", register, read_only=True)) as projecties:
        return {name: list(projecties.scan(name)) for name in projecties.projecties()}


def test_a_correction_of_uitstoot_goes_through_three_registers(tmp_path: Path) -> None:
    with closing(registers_peer(OURS, tmp_path, levering=True)) as peer:
        passes = []
        for kind in (REGISTER, CORRECT_UITSTOOT):
            peer.check([batch() for batch in peer.batches(Task(kind, 2, 1))])
            passes.append([row["punten"] for row in households(peer)])
    assert passes == [[33, 33], [34, 34]]


def test_doubt_about_one_car_or_more_reaches_their_household_and_ends_there(tmp_path: Path) -> None:
    with closing(registers_peer(OURS, tmp_path, levering=True, peer=DoubtPeer)) as peer:
        peer.batches(Task(HOUSEHOLDS, 3, 2))
        doubted = []
        for kind, cars in ((DOUBT, 1), (END, 1), (DOUBT, 3), (END, 3)):
            peer.check([batch() for batch in peer.batches(Task(kind, cars, 1))])
            doubted.append([set(row["zekerheid"].values()) for row in households(peer)])
    assert sorted(map(len, doubted[0])) == sorted(map(len, doubted[2])) == [0, 1]
    assert doubted[0] != doubted[2]
    assert doubted[1] == doubted[3] == [set(), set()]


def households(peer: RegistersPeer) -> list[dict[str, Any]]:
    """The households as spitspas has them in its table."""
    assert isinstance(peer.registers, RegisterSystem)
    return peer.registers.tabel(SPITSPAS.naam, "huishouden", geldig_op=AANKOOP).inhoud


def test_new_law_touches_every_household_once_by_the_registers_and_by_the_loop(tmp_path: Path) -> None:
    with closing(Building(tmp_path / "built")) as building:
        building.check([build() for build in building.batches(Task(ALL, 3, 1))])
    changed = {}
    for name in PEERS:
        for kind in (ALL, "turn"):
            folder = copytree(tmp_path / "built", tmp_path / f"{name} {kind}")
            with closing(LawPeer(name, folder, levering=kind == ALL)) as peer:
                peer.check([batch() for batch in peer.batches(Task(kind, 3, 1))])
                changed[name, kind] = peer.changed()
            if kind == ALL:
                with Registerlezing.alleen_lezen(folder, [SPITSPAS.naam]) as lezing:
                    rows = lezing.tabel(SPITSPAS.naam, "huishouden", geldig_op=NEW_LAW.geldig_vanaf).inhoud
                assert [row["passen"] for row in rows] == [4, 4, 4]
    assert set(changed.values()) == {3}


def test_progress_is_shown_on_a_terminal_and_nowhere_else(monkeypatch: pytest.MonkeyPatch) -> None:
    for is_terminal in (True, False):
        stderr = StringIO()
        monkeypatch.setattr(stderr, "isatty", lambda answer=is_terminal: answer)
        monkeypatch.setattr(sys, "stderr", stderr)
        with counting() as show:
            show("huishoudens", 12_000)
        assert ("huishoudens 12,000" in stderr.getvalue()) is is_terminal


def test_what_is_put_raw_is_what_the_registers_wrote(tmp_path: Path) -> None:
    with closing(RawPeer(tmp_path)) as peer:
        for kind in ("register", "correct"):
            for put in peer.batches(Task(kind, 3, 2)):
                put()
    written = stored(tmp_path / "recorded" / WEGONDERHOUD.naam)
    put_again = stored(tmp_path / "put")
    for store in (written["gevolgen"], written["sleutels"]):
        store["meta"] = [row for row in store["meta"] if row[0] == keys.META_HEAD]
    assert put_again == written
    assert len(written["gevolgen"]["log"]) == 12


def test_the_rows_of_the_projecting_loops_are_those_of_the_projector(tmp_path: Path) -> None:
    with closing(registers_peer(LOOP, tmp_path / "cars", levering=False)) as cars:
        for batch in cars.batches(Task(REGISTER, 6, 1)):
            batch()
    made = {}
    for peer in (Projecting, ByHand, AtHand):
        with closing(peer(tmp_path / "cars", tmp_path / peer.__name__)) as projecting:
            assert [batch() for batch in projecting.batches(Task("project", 3, 2))] == [3, 3]
        folder = tmp_path / peer.__name__ / "0"
        with closing(LmdbProjectiestore(folder, WEGONDERHOUD.naam, read_only=True)) as store:
            made[peer] = {name: (store.position(name), list(store.scan(name))) for name in store.projecties()}
    assert made[ByHand] == made[Projecting]
    assert made[AtHand] == made[Projecting]
    assert len(made[Projecting]["auto@1"][1]) == 6


def test_a_register_that_was_grown_has_the_tables_that_the_registers_make_of_its_journal(tmp_path: Path) -> None:
    grown = grow(tmp_path, 100)
    assert grown.gevolgen >= 100
    with closing(open_lmdb(tmp_path, WEGONDERHOUD.naam, clock=systeemklok, read_only=True)) as opslag:
        assert opslag.gevolgen.head().position == grown.head == (1 + len(grown.autos)) * (1 + CORRECTIONS)
        serialisatie = Serialisatie(WEGONDERHOUD.naam, opslag.sleutels)
        again = MemoryProjectiestore(WEGONDERHOUD.naam)
        assert verschillen(WEGONDERHOUD, opslag, serialisatie, again, no_progress) == []
        for auto_id in grown.autos:
            versions = opslag.projecties.versions("auto@1", rijsleutel((auto_id,)))
            assert len(versions) == 1 + CORRECTIONS
            [kenteken] = serialisatie.van_bytes(versions[0].value or b"")[1]["kenteken"]
            assert kenteken[2].waarde


def test_each_kind_of_question_is_answered_of_its_own_moments(tmp_path: Path) -> None:
    with closing(Reading(tmp_path, grow(tmp_path, 100))) as reading:
        answers = {kind: [reading.question(kind)() for _ in range(30)] for kind in KINDS}
        for of_a_kind in answers.values():
            reading.check(of_a_kind)
        weights = {kind: {answer.inhoud["gewicht_kg"] for answer in answers[kind]} for kind in KINDS if kind != HISTORY}
        assert weights["now"] == weights["valid"] == {1600}
        assert weights["known"] == weights["both"] == {1300, 1400, 1500, 1600}
        assert {answer.momenten.geldig_op for answer in answers["both"]} == {AANKOOP}
        assert {len(answer.inhoud) for answer in answers[HISTORY]} == {2 * (1 + CORRECTIONS)}


def test_the_tables_built_again_are_those_of_the_loop_that_builds_them_by_hand(tmp_path: Path) -> None:
    with closing(registers_peer(LOOP, tmp_path / "cars", levering=False)) as cars:
        for batch in cars.batches(Task(REGISTER, 6, 1)):
            batch()
    copytree(tmp_path / "cars", tmp_path / "again")
    for peer in (Rebuilding(tmp_path / "again"), RebuildingByHand(tmp_path / "cars", tmp_path / "new")):
        with closing(peer):
            for _ in range(2):
                assert [batch() for batch in peer.batches(Task("rebuild", 6, 1))] == [6]
    by_hand = LmdbProjectiestore(tmp_path / "new" / "1", WEGONDERHOUD.naam, read_only=True)
    with closing(by_hand) as store:
        made = {name: list(store.scan(name)) for name in store.projecties()}
    assert made.items() <= tables(tmp_path / "again", WEGONDERHOUD.naam).items()
    assert len(made["auto@1"]) == 6


def test_others_work_beside_what_is_measured_and_not_after_it(tmp_path: Path) -> None:
    grown = grow(tmp_path, 60)
    for work in (partial(ask_for_all, tmp_path, grown), keep_busy):
        with closing(Other(work)) as other:
            for _ in range(2):
                before = other.done
                with other.going_on():
                    pass
                assert other.done > before


def test_a_journal_is_filled_with_entries_that_fit_on_it(tmp_path: Path) -> None:
    with closing(Journal(tmp_path / "journal", *samples_of_entries(tmp_path / "sample"))) as journal:
        journal.fill(100)
        assert 100 <= journal.gevolgen < 104
        for kind in (NEW, RECENT, EXISTING, EXISTING):
            journal.append(journal.entries(kind, 20))
        assert journal.gevolgen >= 100 + 20 * 4
        assert journal.megabytes() > 0


def test_copies_under_other_ids_are_asked_about_by_a_real_index_and_answer_as_the_one_that_is_copied(
    tmp_path: Path,
) -> None:
    recorded = record_one(tmp_path / "one")
    with Registerlezing.alleen_lezen(tmp_path / "one") as one:
        found = {
            BACK: len(one.herkomst(recorded.begin[BACK]).inhoud.knopen),
            FORWARD: len(one.doorwerking(recorded.begin[FORWARD]).inhoud.knopen),
        }
    with closing(SpoorPeer(tmp_path / "many", tmp_path / "one", recorded)) as peer:
        [fill] = peer.batches(Task(FILL, recorded.gevolgen * 3, 1))
        fill()
        for kind in (BACK, FORWARD):
            answers: list[Any] = [ask() for ask in peer.batches(Task(kind, 1, 4))]
            peer.check(answers)
            assert {len(answer.inhoud.knopen) for answer in answers} == {found[kind]}
            assert len({answer.inhoud.begin for answer in answers}) > 1
        assert peer.steps() == found
    with Registerlezing.alleen_lezen(tmp_path / "many") as many:
        assert sum(many.aantal_gevolgen(naam) for naam in many.registers) == recorded.gevolgen * 3


def test_a_peer_that_fails_says_why(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with (
        closing(Worker(lambda: registers_peer(LOOP, tmp_path / "file", levering=False))) as worker,
        pytest.raises(PeerFailed, match="FileExistsError"),
    ):
        worker.measure(Task(REGISTER, 1, 1))


def test_a_ratio_is_taken_turn_by_turn_and_a_percentile_over_all_batches() -> None:
    ours = [Sample(10, 0, (1.0, 1.0)), Sample(10, 0, (4.0, 4.0)), Sample(10, 0, (1.0, 2.0))]
    theirs = [Sample(10, 0, (2.0, 2.0)), Sample(10, 0, (4.0, 4.0)), Sample(10, 0, (9.0, 9.0))]
    assert ratio(ours, theirs) == 2
    assert percentile(ours, 50) == 1.5
    assert percentile(ours[:1], 99) == 1


def test_a_target_is_met_missed_or_not_measured() -> None:
    report = Report()
    report.numbers = {"embedded_1_vs_loop": 0.95, "embedded_100_vs_loop": 0.79, "append_5m_new_vs_empty": 1.6}
    lines = {line.split()[0]: line for line in report.text(TARGETS).splitlines() if "≥" in line or "≤" in line}
    assert lines["embedded_1_vs_loop"].split()[1:] == ["0.95", "≥", "0.9", "ok"]
    assert lines["embedded_100_vs_loop"].split()[1:] == ["0.79", "≥", "0.8", "not", "met"]
    assert lines["append_5m_new_vs_empty"].split()[1:] == ["1.60", "≤", "1.5", "not", "met"]
    assert lines["projecting_vs_loop"].endswith("≥ 0.6  not measured in this run")


def test_every_target_stands_on_the_page() -> None:
    rows = {row[0].strip("`"): row[1] for row in rijen(deel("explanation/snelheid.md", "Targets"))[2:]}
    assert rows == {target.number: target.text for target in TARGETS}
    rows = {row[0].strip("`"): row[1] for row in rijen(deel("explanation/snelheid.md", "Targets over HTTP"))[2:]}
    assert rows == {target.number: target.text for target in HTTP_TARGETS}


def test_commandos_of_a_case_are_the_same_in_every_process_and_are_all_processed() -> None:
    assert Case().registrations(3) == Case().registrations(3)
    case = Case()
    with RegisterSystem.in_memory(registers=[WEGONDERHOUD], levering=False) as registers:
        offered = [case.registrations(4), *(case.corrections(3) for _ in range(30))]
        assert all(isinstance(answer, Verwerkt) for offer in offered for answer in registers.verwerk_alle(offer))
