"""`gevolg doctor`: everything that whoever runs the registers should know, each proven by planting it."""

import ast
import json
import os
import shutil
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from actors.cli import doctor
from actors.runtime import gezondheid
from actors.runtime.klok import systeemklok
from actors.runtime.systeem import RegisterSystem
from storage import inspection, keys
from storage.environment import Environment
from storage.identity import Identity
from storage.limits import LOW_SPACE_BYTES
from tests.cli.conftest import Gevolg
from tests.docs.bladen import ROOT
from tests.docs.test_naslag import deel, rijen
from tests.duurzaam import werk
from tests.duurzaam.kind import Kind
from tests.wereld import auto, huishouden


@pytest.fixture
def data(aankoop: Path, tmp_path: Path) -> Path:
    """Registers after one purchase, to be spoilt."""
    map_ = Path(shutil.copytree(aankoop, tmp_path / "data"))
    for pad in (map_, *map_.rglob("*")):
        pad.chmod(0o700 if pad.is_dir() else 0o600)
    return map_


@pytest.fixture
def onderzoek(gevolg: Gevolg, data: Path) -> Callable[[], tuple[int, list[dict[str, Any]]]]:
    """The exit code and what is found."""

    def kijk() -> tuple[int, list[dict[str, Any]]]:
        uitkomst = gevolg("doctor", "--data", data, "--json")
        gegevens = json.loads(uitkomst.stdout)
        assert gegevens["in_orde"] == (uitkomst.exit_code == 0)
        return uitkomst.exit_code, gegevens["bevindingen"]

    return kijk


Onderzoek = Callable[[], tuple[int, list[dict[str, Any]]]]


def soorten(bevindingen: list[dict[str, Any]]) -> list[tuple[str, str]]:
    return [(b["soort"], b["ernst"]) for b in bevindingen]


def test_where_all_is_well_it_says_so(gevolg: Gevolg, data: Path, onderzoek: Onderzoek) -> None:
    uitkomst = gevolg("doctor", "--data", data)
    assert (uitkomst.exit_code, uitkomst.stdout) == (0, f"{data}: in orde\n")
    assert onderzoek() == (0, [])


def test_every_finding_says_what_to_do(gevolg: Gevolg, data: Path) -> None:
    data.chmod(0o755)
    uitkomst = gevolg("doctor", "--data", data)
    assert uitkomst.exit_code == 3
    eerste, tweede = uitkomst.stdout.splitlines()
    assert eerste.startswith(f"fout: {data}: {data} is niet alleen voor de eigenaar")
    assert tweede == f"        doe: chmod -R go-rwx {data}"


def test_a_folder_that_is_not_there_is_unavailable(gevolg: Gevolg, tmp_path: Path) -> None:
    uitkomst = gevolg("doctor", "--data", tmp_path / "niets")
    assert uitkomst.exit_code == 3
    assert "noem met --data de map met de registers" in uitkomst.stdout


def test_a_folder_without_registers_is_unavailable(gevolg: Gevolg, tmp_path: Path) -> None:
    uitkomst = gevolg("doctor", "--data", tmp_path, "--json")
    assert uitkomst.exit_code == 3
    assert soorten(json.loads(uitkomst.stdout)["bevindingen"]) == [("map", "fout")]


def test_what_others_may_read_is_found(data: Path, onderzoek: Onderzoek) -> None:
    (data / "toegang.json").write_text("geheim")
    (data / "toegang.json").chmod(0o640)
    (data / "spitspas").chmod(0o755)
    code, [een] = onderzoek()
    assert (code, een["soort"]) == (3, "rechten")
    assert "en 1 andere is niet alleen voor de eigenaar" in een["bevinding"]


def test_files_of_another_user_are_found(data: Path, onderzoek: Onderzoek, monkeypatch: pytest.MonkeyPatch) -> None:
    eigen = os.geteuid()
    monkeypatch.setattr(os, "geteuid", lambda: eigen + 1)
    code, [een] = onderzoek()
    assert (code, een["soort"]) == (3, "eigenaar")
    assert f"zijn van gebruiker {eigen}; dit proces draait als {eigen + 1}" in een["bevinding"]


@pytest.mark.parametrize(("vrij", "code", "ernst"), [(LOW_SPACE_BYTES - 1, 3, "fout"), (LOW_SPACE_BYTES, 0, "let op")])
def test_a_disk_that_is_nearly_full_is_found(
    onderzoek: Onderzoek, monkeypatch: pytest.MonkeyPatch, vrij: int, code: int, ernst: str
) -> None:
    monkeypatch.setattr(gezondheid, "free_bytes", lambda _map: vrij)
    echt = inspection.size_of
    monkeypatch.setattr(gezondheid, "PAGINAS_TOT", 0)
    monkeypatch.setattr(
        gezondheid, "size_of", lambda pad: LOW_SPACE_BYTES + 1 if pad.name == "projecties" else echt(pad)
    )
    uit, bevindingen = onderzoek()
    assert (uit, soorten(bevindingen)) == (code, [("schijf", ernst)])


def test_the_process_that_writes_is_named_and_is_not_disturbed(data: Path, onderzoek: Onderzoek) -> None:
    with Kind(werk.schrijf_door, data) as kind:
        kind.begin()
        assert next(kind.hoor()) == "het schrijft"
        code, bevindingen = onderzoek()
        pid = kind.pid
    assert code == 0
    schrijvers = [b["bevinding"] for b in bevindingen if b["soort"] == "schrijver"]
    assert schrijvers == [f"proces {pid} schrijft"] * 3
    assert {b["soort"] for b in bevindingen} <= {"schrijver", "achterstand"}


def test_a_register_that_lost_a_store_is_damaged_and_one_that_is_not_there_is_told(
    data: Path, onderzoek: Onderzoek
) -> None:
    shutil.rmtree(data / "spitspas")
    (data / "wegonderhoud" / "sleutels" / "data.mdb").write_bytes(b"")
    code, bevindingen = onderzoek()
    assert (code, soorten(bevindingen)) == (4, [("ontbreekt", "schade"), ("ontbreekt", "let op")])
    assert (
        bevindingen[0]["bevinding"] == f"er is geen sleutels in {data / 'wegonderhoud'}, en in de rest staat wel iets"
    )


def test_a_register_that_others_read_and_that_is_not_there_is_told(data: Path, onderzoek: Onderzoek) -> None:
    shutil.rmtree(data / "wegonderhoud")
    code, bevindingen = onderzoek()
    assert (code, soorten(bevindingen)) == (0, [("verdwenen", "let op"), ("ontbreekt", "let op")])
    assert "aanschafheffing has read" in bevindingen[0]["bevinding"]


def test_a_register_whose_making_was_broken_off_is_no_damage(
    gevolg: Gevolg, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dood(*_args: Any, **_opties: Any) -> None:
        raise InterruptedError

    with monkeypatch.context() as wijzig:
        wijzig.setattr("storage.opslag.LmdbSleutelbos", dood)
        with pytest.raises(InterruptedError):
            RegisterSystem.open(tmp_path / "nieuw")
    uitkomst = gevolg("doctor", "--data", tmp_path / "nieuw", "--json")
    assert uitkomst.exit_code == 0
    assert soorten(json.loads(uitkomst.stdout)["bevindingen"]) == [("ontbreekt", "let op")] * 3
    RegisterSystem.open(tmp_path / "nieuw").close()
    assert gevolg("doctor", "--data", tmp_path / "nieuw").stdout == f"{tmp_path / 'nieuw'}: in orde\n"


def test_a_torn_file_is_found_before_it_is_opened(data: Path, onderzoek: Onderzoek) -> None:
    bestand = data / "spitspas" / "gevolgen" / "data.mdb"
    bestand.write_bytes(bestand.read_bytes()[: bestand.stat().st_size // 2])
    code, bevindingen = onderzoek()
    assert (code, soorten(bevindingen)) == (4, [("paginas", "schade")])


def test_a_store_of_a_newer_version_is_no_damage(data: Path, onderzoek: Onderzoek) -> None:
    with closing(Environment(data / "spitspas" / "gevolgen", keys.JOURNAL, read_only=False)) as environment:
        nieuwer = b"\0\2" + Identity("gevolgen", "spitspas", bytes(16)).encode()[2:]
        environment.write(lambda txn: txn.put(keys.META_IDENTITY, nieuwer, db=environment.database(keys.META)))
    code, bevindingen = onderzoek()
    assert (code, soorten(bevindingen)) == (3, [("opslag", "fout")])
    assert bevindingen[0]["doe"] == "gebruik de versie van gevolg die dit schreef"


def test_a_journal_that_ends_otherwise_than_it_says_is_damaged(data: Path, onderzoek: Onderzoek) -> None:
    with closing(Environment(data / "aanschafheffing" / "gevolgen", keys.JOURNAL, read_only=False)) as environment:
        laatste = keys.number_key(2)
        environment.write(lambda txn: txn.delete(laatste, db=environment.database(keys.LOG)))
    code, bevindingen = onderzoek()
    assert code == 4
    assert ("einden", "schade") in soorten(bevindingen) or ("opslag", "schade") in soorten(bevindingen)


def test_an_older_copy_of_which_nothing_was_said_is_found_with_what_to_do(
    gevolg: Gevolg, data: Path, aankoop: Path, onderzoek: Onderzoek
) -> None:
    assert gevolg("simulate", "autoaankoop", "--gewicht-kg", 2000, "--data", data).exit_code == 0
    for onderdeel in ("gevolgen", "verstrekkingen", "projecties", "sleutels"):
        shutil.rmtree(data / "wegonderhoud" / onderdeel)
        shutil.copytree(aankoop / "wegonderhoud" / onderdeel, data / "wegonderhoud" / onderdeel)
    code, bevindingen = onderzoek()
    assert (code, soorten(bevindingen)) == (4, [("einden", "schade")])
    assert bevindingen[0]["waar"] == "aanschafheffing"
    assert "meld dat met `gevolg restore`" in bevindingen[0]["doe"]


def test_what_lags_is_told(data: Path, onderzoek: Onderzoek) -> None:
    with RegisterSystem.open(data, levering=False) as registers:
        registers.verwerk(huishouden("huis-2", "robin"))
        registers.verwerk(auto("auto-2", koper="robin"))
    code, bevindingen = onderzoek()
    assert code == 0
    assert {(b["waar"], b["bevinding"]) for b in bevindingen} == {
        (register, f"nog niet {wat}: 1 van de {aantal} transacties")
        for register, aantal in (("wegonderhoud", 2), ("spitspas", 12))
        for wat in ("bekendgemaakt", "in de tabellen")
    }


def test_what_is_parked_is_told(data: Path, onderzoek: Onderzoek) -> None:
    with RegisterSystem.open(data) as registers:
        registers.verwerk(huishouden("huis-2", "robin"))
        registers.wacht_op_rust()
        registers.parkeer("spitspas", "huishouden", "huishouden", "huis-2", "even niet")
    code, [een] = onderzoek()
    assert (code, een["soort"]) == (0, "geparkeerd")
    assert een["bevinding"] == "huishouden huis-2 staat stil in tabel huishouden: even niet"


def test_a_clock_that_is_behind_is_found(onderzoek: Onderzoek, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "systeemklok", lambda: systeemklok() - timedelta(hours=1))
    code, bevindingen = onderzoek()
    assert (code, soorten(bevindingen)) == (3, [("klok", "fout")] * 3)


def test_readers_that_are_gone_or_behind_are_told(
    data: Path, onderzoek: Onderzoek, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gezondheid, "READER_BEHIND", 0)
    with (
        Kind(werk.houd_vast, data / "spitspas" / "gevolgen") as kind,
        Kind(werk.houd_vast, data / "spitspas" / "gevolgen") as ander,
    ):
        for een in (kind, ander):
            een.begin()
            next(een.hoor())
        with RegisterSystem.open(data) as registers:
            registers.verwerk(huishouden("huis-2", "robin"))
            registers.wacht_op_rust()
        ander.dood()
        ander.einde()
        code, bevindingen = onderzoek()
        achter = f"proces {kind.pid} leest gevolgen zoals het "
    assert code == 0
    assert soorten(bevindingen) == [("lezers", "ter info"), ("lezers", "let op")]
    assert bevindingen[1]["bevinding"].startswith(achter)


def test_what_was_left_half_way_is_told(data: Path, onderzoek: Onderzoek) -> None:
    (data / ".teruggezet").mkdir(mode=0o700)
    (data.parent / "kopie.onaf").mkdir()
    (data / "parkeren" / "gevolgen").mkdir(parents=True)
    for pad in (data / "parkeren", data / "parkeren" / "gevolgen"):
        pad.chmod(0o700)
    code, bevindingen = onderzoek()
    assert (code, soorten(bevindingen)) == (
        0,
        [("resten", "let op"), ("resten", "let op"), ("onbekend", "let op")],
    )


def test_every_kind_of_finding_is_explained_and_planted_here() -> None:
    boom = ast.parse((ROOT / "actors" / "runtime" / "gezondheid.py").read_text(encoding="utf-8"))
    echt = {
        str(node.args[0].value)
        for node in ast.walk(boom)
        if isinstance(node, ast.Call)
        and ast.unparse(node.func) == "Bevinding"
        and isinstance(node.args[0], ast.Constant)
    }
    tabel = [r for r in rijen(deel("reference/opslag.md", "What `gevolg doctor` looks at")) if len(r) == 2]
    assert {cellen[0].strip("`") for cellen in tabel[2:]} == echt
    hier = Path(__file__).read_text(encoding="utf-8")
    assert all(f'"{soort}"' in hier for soort in echt)
