"""`gevolg verify` at the level of the command line, with bytes really damaged in the files."""

import json
import random
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from typer.testing import Result

from actors.runtime.lezing import Registerlezing
from actors.runtime.systeem import RegisterSystem
from storage import keys
from storage.feed import Publication
from storage.feed_records import decode_verstrekking
from storage.findings import Finding
from storage.opslag import ALL
from tests.cli.conftest import Gevolg
from tests.storage.damage import Raw, damaging

CHECKOUT = Path(__file__).resolve().parents[2]

Schade = Callable[[Raw], Any]


@pytest.fixture
def data(aankoop: Path, tmp_path: Path) -> Path:
    """A copy of the registers after one purchase, to be damaged."""
    return Path(shutil.copytree(aankoop, tmp_path / "data"))


class Bevinding(NamedTuple):
    register: str
    soort: str
    plaats: str
    bevinding: str


def bevonden(gevolg: Gevolg, data: Path, *opties: str) -> list[Bevinding]:
    """All findings: the same for people and as JSON, a line each, and never a traceback."""
    voor_mensen = gevolg("verify", "--data", data, *opties)
    als_json = gevolg("verify", "--data", data, *opties, "--json")
    assert voor_mensen.exit_code == als_json.exit_code == 4, voor_mensen.output
    assert "Traceback" not in voor_mensen.output + als_json.output
    assert "zet een reservekopie terug" in voor_mensen.stderr
    gelezen = json.loads(als_json.stdout)
    assert gelezen["in_orde"] is False
    assert gelezen["niet_gecontroleerd"] == []
    alle = [Bevinding(**b) for b in gelezen["bevindingen"]]
    regels = [regel for regel in voor_mensen.stdout.splitlines() if not regel.endswith(": in orde")]
    assert regels == [f"{b.register}: {b.soort} {b.plaats}: {b.bevinding}" for b in alle]
    assert all(b.bevinding for b in alle)
    return alle


def in_orde(uitkomst: Result) -> bool:
    return uitkomst.exit_code == 0 and uitkomst.stdout == "".join(
        f"{naam}: in orde\n" for naam in ("wegonderhoud", "aanschafheffing", "spitspas")
    )


def test_nothing_is_found_in_sound_registers(gevolg: Gevolg, aankoop: Path) -> None:
    uitkomst = gevolg("verify", "--data", aankoop, "--json")
    assert uitkomst.exit_code == 0
    assert json.loads(uitkomst.stdout) == {"in_orde": True, "bevindingen": [], "niet_gecontroleerd": []}
    assert in_orde(gevolg("verify", "--data", aankoop))
    assert in_orde(gevolg("verify", "--data", aankoop, "--projecties"))


# --- each kind of damage, found and located -------------------------------------------------------------------


def eerste(raw: Raw, database: bytes) -> bytes:
    return min(raw.rows(database))


def laatste(raw: Raw, database: bytes) -> bytes:
    return max(raw.rows(database))


def vooruit(raw: Raw, database: bytes, sleutel: bytes) -> None:
    """Let a reader say that it is one further."""
    stand = bytearray(raw.get(database, sleutel))
    stand[23] += 1
    raw.put(database, sleutel, bytes(stand))


def laat_weg(raw: Raw, aantal: int) -> None:
    """Cut the last records off."""
    for sleutel in sorted(raw.rows(keys.LOG))[-aantal:]:
        raw.delete(keys.LOG, sleutel)


def vertel_over(raw: Raw, positie: int) -> None:
    """Let the last verstrekking be about another position, with a chain that fits."""
    alle = [decode_verstrekking(n, waarde) for n, waarde in enumerate(raw.rows(keys.LOG).values(), 1)]
    posities = [*(v.source_position for v in alle[:-1]), positie]
    raw.forge_feed([Publication(v.naam, p, v.content) for v, p in zip(alle, posities, strict=True)])


def verwijs_door(raw: Raw) -> None:
    """Let one commando name the transactie of another."""
    een, ander = sorted(sleutel for sleutel, waarde in raw.rows(keys.COMMANDO).items() if any(waarde[16:24]))[:2]
    raw.put(keys.COMMANDO, een, raw.get(keys.COMMANDO, een)[:16] + raw.get(keys.COMMANDO, ander)[16:])


DERDE = keys.number_key(3)

SCHADE: dict[str, tuple[str, Schade, tuple[str, str]]] = {
    "a flipped bit in the header of a record": (
        "spitspas/gevolgen",
        lambda raw: raw.flip(keys.LOG, DERDE, 5),
        ("chain", "gevolgen/log 3"),
    ),
    "a flipped bit in the content of a record": (
        "spitspas/gevolgen",
        lambda raw: raw.flip(keys.LOG, DERDE, 100),
        ("chain", "gevolgen/log 3"),
    ),
    "a flipped bit in the hash of a record": (
        "spitspas/gevolgen",
        lambda raw: raw.flip(keys.LOG, DERDE, -7),
        ("chain", "gevolgen/log 3"),
    ),
    "two records changed about": (
        "spitspas/gevolgen",
        lambda raw: raw.swap(keys.LOG, DERDE, keys.number_key(4)),
        ("chain", "gevolgen/log 3"),
    ),
    "a record gone": (
        "spitspas/gevolgen",
        lambda raw: raw.delete(keys.LOG, DERDE),
        ("gap", "gevolgen/log 4"),
    ),
    "a tail of records gone": (
        "spitspas/gevolgen",
        lambda raw: laat_weg(raw, 3),
        ("head", "gevolgen/meta head"),
    ),
    "a head rewritten": (
        "spitspas/gevolgen",
        lambda raw: raw.flip(keys.META, b"head", 20),
        ("head", "gevolgen/meta head"),
    ),
    "a stream row gone": (
        "spitspas/gevolgen",
        lambda raw: raw.delete(keys.STREAM, keys.stream_key(1, 1)),
        ("index", "gevolgen/log 1"),
    ),
    "a volgnummer that skips": (
        "spitspas/gevolgen",
        lambda raw: raw.rename(keys.STREAM, keys.stream_key(1, 2), keys.stream_key(1, 7)),
        ("gap", "gevolgen/stream 1/7"),
    ),
    "an aggregaat without stream": (
        "spitspas/gevolgen",
        lambda raw: raw.put(keys.AGGREGAAT, b"huishouden/x", keys.number_key(99)),
        ("index", "gevolgen/aggregaat huishouden/x"),
    ),
    "an aggregaat under another name": (
        "wegonderhoud/gevolgen",
        lambda raw: raw.rename(keys.AGGREGAAT, eerste(raw, keys.AGGREGAAT), b"auto/x"),
        ("index", "gevolgen/aggregaat auto/x"),
    ),
    "a stale outcome": (
        "spitspas/gevolgen",
        verwijs_door,
        ("outcome", r"gevolgen/commando [0-9a-f]{32}"),
    ),
    "an outcome with another number of gevolgen": (
        "wegonderhoud/gevolgen",
        lambda raw: raw.flip(keys.COMMANDO, eerste(raw, keys.COMMANDO), 25),
        ("outcome", r"gevolgen/commando [0-9a-f]{32}"),
    ),
    "a sleutel of nobody": (
        "wegonderhoud/gevolgen",
        lambda raw: raw.put(keys.SLEUTEL, eerste(raw, keys.SLEUTEL), b"auto/x"),
        ("index", r"gevolgen/sleutel [0-9a-f]{32}"),
    ),
    "a reader beyond the feed it reads": (
        "aanschafheffing/gevolgen",
        lambda raw: vooruit(raw, keys.LEZER, b"wegonderhoud"),
        ("reader", "gevolgen/lezer wegonderhoud"),
    ),
    "a reader that read something else": (
        "aanschafheffing/gevolgen",
        lambda raw: raw.flip(keys.LEZER, b"wegonderhoud", -1),
        ("reader", "gevolgen/lezer wegonderhoud"),
    ),
    "a reader cut short": (
        "aanschafheffing/gevolgen",
        lambda raw: raw.put(keys.LEZER, b"wegonderhoud", b"x"),
        ("unreadable", f"gevolgen/lezer {b'wegonderhoud'.hex()}"),
    ),
    "a reader of its own feed that read another feed": (
        "spitspas/gevolgen",
        lambda raw: raw.flip(keys.LEZER, b"spitspas", 0),
        ("reader", "gevolgen/lezer spitspas"),
    ),
    "a flipped bit in a verstrekking": (
        "aanschafheffing/verstrekkingen",
        lambda raw: raw.flip(keys.LOG, keys.number_key(1), 60),
        ("chain", "verstrekkingen/log 1"),
    ),
    "a verstrekking about a position that does not exist": (
        "aanschafheffing/verstrekkingen",
        lambda raw: vertel_over(raw, 99),
        ("index", "verstrekkingen/log 2"),
    ),
    "a feed that is published past the journal": (
        "aanschafheffing/verstrekkingen",
        lambda raw: vooruit(raw, keys.META, b"source"),
        ("reader", "verstrekkingen/meta source"),
    ),
    "a table past the journal": (
        "wegonderhoud/projecties",
        lambda raw: vooruit(raw, keys.STAND, b"auto@1"),
        ("reader", "projecties/auto@1"),
    ),
    "a key gone": (
        "aanschafheffing/sleutels",
        lambda raw: raw.delete(keys.SLEUTEL, b"sam"),
        ("key", "sleutels/sleutel sam"),
    ),
    "a flipped bit in a key": (
        "aanschafheffing/sleutels",
        lambda raw: raw.flip(keys.SLEUTEL, b"sam", 30),
        ("key", "sleutels/sleutel sam"),
    ),
    "a store of another register": (
        "spitspas/sleutels",
        lambda raw: raw.flip(keys.META, b"identity", -1),
        ("identity", "sleutels/meta identity"),
    ),
    "a store of a newer format beside those of this one": (
        "spitspas/projecties",
        lambda raw: raw.put(keys.META, b"identity", b"\x00\x09" + raw.get(keys.META, b"identity")[2:]),
        ("identity", "projecties/meta identity"),
    ),
}


@pytest.mark.parametrize(("waar", "schade", "bevinding"), SCHADE.values(), ids=SCHADE)
def test_damage_is_found_with_its_register_and_place(
    gevolg: Gevolg, data: Path, waar: str, schade: Schade, bevinding: tuple[str, str]
) -> None:
    with damaging(data / waar) as raw:
        schade(raw)
    register, (soort, plaats) = waar.partition("/")[0], bevinding
    alle = bevonden(gevolg, data)
    assert any((b.register, b.soort) == (register, soort) and re.fullmatch(plaats, b.plaats) for b in alle), alle
    assert all(b.register == register or b.soort == "reader" for b in alle), "the others may have read it"


@pytest.mark.parametrize("rest", [0, 100, 5000, 70_000])
def test_a_file_that_was_cut_short_is_found(gevolg: Gevolg, data: Path, rest: int) -> None:
    pad = data / "spitspas" / "gevolgen" / "data.mdb"
    pad.write_bytes(pad.read_bytes()[:rest])
    assert {b[:3] for b in bevonden(gevolg, data)} == {("spitspas", "pages", "gevolgen/data.mdb")}


@pytest.mark.parametrize("deel", sorted(ALL - {"projecties"}))
def test_a_file_that_is_gone_is_found(gevolg: Gevolg, data: Path, deel: str) -> None:
    shutil.rmtree(data / "spitspas" / deel)
    assert [b[:3] for b in bevonden(gevolg, data)] == [("spitspas", "pages", f"{deel}/data.mdb")]


def test_tables_that_are_gone_are_no_damage_they_are_built_again(gevolg: Gevolg, data: Path) -> None:
    shutil.rmtree(data / "spitspas" / "projecties")
    for opties in ((), ("--projecties",)):
        assert in_orde(gevolg("verify", "--data", data, *opties))


def test_a_register_that_is_missing_is_named_and_the_others_are_checked(gevolg: Gevolg, data: Path) -> None:
    shutil.rmtree(data / "aanschafheffing")
    uitkomst = gevolg("verify", "--data", data)
    assert (uitkomst.exit_code, uitkomst.stdout) == (3, "wegonderhoud: in orde\nspitspas: in orde\n")
    assert "aanschafheffing niet gecontroleerd: " in uitkomst.stderr
    with damaging(data / "wegonderhoud" / "gevolgen") as raw:
        raw.flip(keys.LOG, keys.number_key(1), 50)
    ook_beschadigd = gevolg("verify", "--data", data, "--json")
    assert ook_beschadigd.exit_code == 4
    gelezen = json.loads(ook_beschadigd.stdout)
    assert (gelezen["in_orde"], gelezen["bevindingen"][0]["register"]) == (False, "wegonderhoud")
    assert [r["register"] for r in gelezen["niet_gecontroleerd"]] == ["aanschafheffing"]


# --- what is written while it is checked ----------------------------------------------------------------------


@pytest.mark.parametrize("stap", ["controleer", "controleer_tabellen", "controleer_lezers", "verify_pages"])
def test_what_changes_while_it_is_checked_is_in_use_and_not_called_damaged(
    gevolg: Gevolg, aankoop: Path, monkeypatch: pytest.MonkeyPatch, stap: str
) -> None:
    bevinding = Finding("gap", "gevolgen/log 3", "it moves")
    if stap == "verify_pages":
        eens = iter([[bevinding]])
        monkeypatch.setattr("actors.cli.verify.verify_pages", lambda *_: next(eens, []))
    else:
        einden = count()
        monkeypatch.setattr(Registerlezing, "einden", lambda *_: next(einden))
        monkeypatch.setattr(Registerlezing, stap, lambda *_: [bevinding])
    uitkomst = gevolg("verify", "--data", aankoop, "--projecties")
    assert uitkomst.exit_code == 3
    assert "de opslag is in gebruik" in uitkomst.stderr
    assert "wegonderhoud was written to while it was checked" in uitkomst.stderr
    assert "wegonderhoud" not in uitkomst.stdout


# --- what was put back without its neighbours -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("teruggezet", "gevonden"),
    [
        (["wegonderhoud/gevolgen"], {("wegonderhoud", "reader")}),
        (["wegonderhoud"], {("aanschafheffing", "reader")}),
        (["wegonderhoud", "aanschafheffing"], {("spitspas", "reader")}),
        (["wegonderhoud/sleutels"], {("wegonderhoud", "key")}),
        (["wegonderhoud/projecties"], set()),
        (["wegonderhoud", "aanschafheffing", "spitspas"], set()),
    ],
)
def test_a_tail_that_is_gone_without_trace_shows_in_whoever_read_it(
    gevolg: Gevolg, data: Path, teruggezet: list[str], gevonden: set[tuple[str, str]]
) -> None:
    ouder = data.with_name("ouder")
    shutil.copytree(data, ouder)
    assert gevolg("simulate", "autoaankoop", "--data", data, "--gewicht-kg", 1310, "--json").exit_code == 0
    for naam in teruggezet:
        shutil.rmtree(data / naam)
        shutil.copytree(ouder / naam, data / naam)
    if gevonden:
        assert {b[:2] for b in bevonden(gevolg, data, "--projecties")} == gevonden
    else:
        assert in_orde(gevolg("verify", "--data", data, "--projecties"))


# --- the tables, built again ----------------------------------------------------------------------------------


def tabelrij(raw: Raw, tabel: bytes) -> bytes:
    return eerste(raw, b"nu:" + tabel)


KOP = keys.number_key(1) + b"\1"
"""How a row begins: since which position it holds, and that it is there."""

RIJSCHADE: dict[str, tuple[Schade, str, str]] = {
    "a row gone": (
        lambda raw: raw.delete(b"nu:auto@1", tabelrij(raw, b"auto@1")),
        r"projecties/auto@1 auto-\w+",
        "missing",
    ),
    "a row too many": (
        lambda raw: raw.put(b"nu:auto@1", b"auto-x", KOP + b"\xc0"),
        "projecties/auto@1 auto-x",
        "too many",
    ),
    "a row of two parts with another value": (
        lambda raw: raw.put(
            b"nu:referentietabel@2",
            tabelrij(raw, b"referentietabel@2"),
            raw.get(b"nu:referentietabel@2", tabelrij(raw, b"referentietabel@2")).replace(b"\x21", b"\x22"),
        ),
        r"projecties/referentietabel@2 auto-\w+/aanschaf-\w+",
        "another",
    ),
    "a row that cannot be read": (
        lambda raw: raw.put(b"nu:auto@1", tabelrij(raw, b"auto@1"), KOP + b"\xc1"),
        r"projecties/auto@1 auto-\w+",
        "another",
    ),
    "a row with what no row can hold": (
        lambda raw: raw.put(b"nu:auto@1", tabelrij(raw, b"auto@1"), KOP + b"\xcb" + bytes(8)),
        r"projecties/auto@1 auto-\w+",
        "another",
    ),
    "a row that is too short to be one": (
        lambda raw: raw.put(b"nu:auto@1", tabelrij(raw, b"auto@1"), b"\xc1"),
        r"projecties/auto@1 auto-\w+",
        "another",
    ),
    "a row that says neither that it is there nor that it is gone": (
        lambda raw: raw.put(
            b"nu:auto@1",
            tabelrij(raw, b"auto@1"),
            KOP[:8] + b"\3" + raw.get(b"nu:auto@1", tabelrij(raw, b"auto@1"))[9:],
        ),
        r"projecties/auto@1 auto-\w+",
        "another",
    ),
    "a gevolg with another place in the index": (
        lambda raw: raw.put(b"nu:verbanden@1", tabelrij(raw, b"verbanden@1"), KOP + keys.number_key(9)),
        r"projecties/verbanden@1 [0-9a-f]{32,}",
        "another",
    ),
    "a row since another position": (
        lambda raw: raw.put(
            b"nu:auto@1", tabelrij(raw, b"auto@1"), KOP + raw.get(b"nu:auto@1", tabelrij(raw, b"auto@1"))[9:]
        ),
        r"projecties/auto@1 auto-\w+",
        "since when",
    ),
    "a row of what waits": (
        lambda raw: raw.put(b"nu:taken@2", b"auto\x1fauto-x", KOP + b"\xc0"),
        "projecties/taken@2 auto/auto-x",
        "too many",
    ),
}


@pytest.mark.parametrize(("schade", "plaats", "woord"), RIJSCHADE.values(), ids=RIJSCHADE)
def test_a_table_that_is_not_what_its_journal_gives_is_found(
    gevolg: Gevolg, data: Path, schade: Schade, plaats: str, woord: str
) -> None:
    with damaging(data / "aanschafheffing" / "projecties") as raw:
        schade(raw)
    assert in_orde(gevolg("verify", "--data", data)), "without --projecties no row is looked at"
    [bevinding] = bevonden(gevolg, data, "--projecties")
    assert bevinding[:2] == ("aanschafheffing", "row")
    assert re.fullmatch(plaats, bevinding.plaats)
    assert woord in bevinding.bevinding


def test_a_table_is_held_against_the_journal_up_to_where_it_stands(gevolg: Gevolg, data: Path) -> None:
    with damaging(data / "spitspas" / "gevolgen") as raw:
        tweede = raw.records()[1]
        hash_, store_id = tweede.hash, raw.get(keys.META, b"identity")[4:20]
    with damaging(data / "spitspas" / "projecties") as raw:
        raw.put(keys.STAND, b"eigenaar@1", store_id + keys.number_key(2) + hash_)
    alle = bevonden(gevolg, data, "--projecties")
    tabellen = {b.plaats.partition(" ")[0] for b in alle}
    assert tabellen == {"projecties/eigenaar@1"}, "it has what came later; the others stand further, and are right"


def test_a_table_of_an_older_version_is_left_aside(gevolg: Gevolg, data: Path) -> None:
    with damaging(data / "spitspas" / "projecties") as raw:
        raw.put(keys.STAND, b"huishouden@0", raw.get(keys.STAND, b"huishouden@2"))
        raw.put(b"nu:huishouden@0", b"x", KOP + b"\xc0")
    assert in_orde(gevolg("verify", "--data", data, "--projecties"))


def test_tables_are_equal_after_a_key_was_destroyed(gevolg: Gevolg, data: Path) -> None:
    with RegisterSystem.open(data) as registers:
        for kern in registers._kernen.values():
            kern.opslag.sleutels.destroy("sam")
    assert in_orde(gevolg("verify", "--data", data, "--projecties"))


# --- anything anywhere ----------------------------------------------------------------------------------------

ONZICHTBAAR = {
    "gevolgen/commando",
    "gevolgen/sleutel",
    "gevolgen/lezer",
    "sleutels/meta",
    "projecties/meta",
}
"""Where a changed byte may stay unseen: see the reference of `verify`."""


def test_bytes_damaged_anywhere_never_end_the_command_and_what_it_calls_sound_is_what_it_was(data: Path) -> None:
    zaad = str(random.Random("verify").getrandbits(32))
    opdracht = [sys.executable, "-W", "error", "-m", "tests.cli.knoeier", str(data), zaad, "100"]
    proces = subprocess.run(opdracht, cwd=CHECKOUT, capture_output=True, text=True, check=False)
    regels = proces.stdout.splitlines()
    assert proces.returncode == 0, f"{proces.returncode} bij {regels[-1:]} (zaad {zaad}): {proces.stderr}"
    gezien = set()
    for wat, uitslag in zip(regels[::2], regels[1::2], strict=True):
        code, stdout, stderr, anders = json.loads(uitslag)
        gezien.add(code)
        assert code in (0, 4), f"{wat}: {code} {stderr}"
        assert ("reservekopie" in stderr) == (code == 4), f"{wat}: {stderr}"
        assert "Traceback" not in stdout + stderr
        assert set(anders) <= ONZICHTBAAR, f"{wat} is not found"
    assert gezien == {0, 4}
