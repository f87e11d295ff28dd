"""The lines: one per betrokkene, readable for the register alone, and no reading without them."""

import errno
import json
import resource
import signal
import stat
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.daemon.dataverwerking.betrokkenen import Betrokkene
from actors.daemon.dataverwerking.versleuteling import NietTeOntsleutelen, ontsleutel, versleutel
from actors.daemon.dataverwerking.verwerkingenlogboek import (
    BESTAND,
    Aanroeper,
    Lezing,
    NietGelogd,
    Verwerkingenlogboek,
)
from actors.runtime.klok import Buitenwereld, systeemklok
from storage.opslag import open_lmdb
from tests.cli.conftest import Gevolg
from tests.wereld import vaste_wereld

OP = datetime(2026, 6, 1, 12, 0, 0, 123456, tzinfo=UTC)
GEHEIMEN = {"wegonderhoud": b"w" * 32, "spitspas": b"s" * 32}
SAM, AUTO, HUIS = (
    Betrokkene("wegonderhoud", "koper", "sam-jansen"),
    Betrokkene("wegonderhoud", "auto", "auto-1"),
    Betrokkene("spitspas", "huishouden", "huishouden-1"),
)


def lezing(*betrokkenen: Betrokkene, **anders: Any) -> Lezing:
    gewoon: dict[str, Any] = {
        "naam": "tabel auto",
        "register": "wegonderhoud",
        "begin": OP,
        "eind": OP + timedelta(milliseconds=7),
        "trace_id": "0af7651916cd43dd8448eb211c80319c",
        "span_id": "b7ad6b7169203331",
        "betrokkenen": betrokkenen,
    }
    return Lezing(**{**gewoon, **anders})


@pytest.fixture
def hoogstens() -> Iterator[Callable[[int | None], None]]:
    """Lets no file of this process grow past so many bytes; None: as before."""
    zacht, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    eerder = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)

    def zet(bytes_: int | None) -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (zacht if bytes_ is None else bytes_, hard))

    yield zet
    zet(None)
    signal.signal(signal.SIGXFSZ, eerder)


def test_after_a_line_that_did_not_fit_the_next_one_can_be_read(
    logboek: Verwerkingenlogboek, tmp_path: Path, hoogstens: Callable[[int | None], None]
) -> None:
    """What was cut off is a line of its own: it takes no reading with it that was answered."""
    bestand = tmp_path / BESTAND
    logboek.log(lezing(SAM))
    hoogstens(bestand.stat().st_size + 100)
    with pytest.raises(NietGelogd):
        logboek.log(lezing(AUTO))
    hoogstens(None)
    logboek.log(lezing(HUIS))
    eerste, afgebroken, laatste = bestand.read_text().splitlines()
    assert len(afgebroken) == 100
    assert [json.loads(regel)["attributes"]["dpl.core.data_subject_id_type"] for regel in (eerste, laatste)] == [
        SAM.type,
        HUIS.type,
    ]


@pytest.fixture
def logboek(tmp_path: Path) -> Iterator[Verwerkingenlogboek]:
    with closing(
        Verwerkingenlogboek(
            tmp_path / BESTAND,
            GEHEIMEN.__getitem__,
            activiteit="https://avg.example.nl/{register}",
            systeemnaam="gevolg",
            buiten=vaste_wereld(),
        )
    ) as logboek:
        yield logboek


def regels(map_: Path, naam: str = BESTAND) -> list[dict[str, Any]]:
    return [json.loads(regel) for regel in (map_ / naam).read_text(encoding="utf-8").splitlines()]


def test_a_reading_about_one_is_one_line_with_all_fields_of_the_standard(
    logboek: Verwerkingenlogboek, tmp_path: Path
) -> None:
    """G43: every field, and the id not to be read."""
    assert logboek.log(lezing(SAM)) == 1
    (regel,) = regels(tmp_path)
    versleuteld = regel["attributes"].pop("dpl.core.data_subject_id")
    resource = regel.pop("resource")["attributes"]
    assert regel == {
        "trace_id": "0af7651916cd43dd8448eb211c80319c",
        "span_id": "b7ad6b7169203331",
        "name": "tabel auto",
        "start_time": "2026-06-01T12:00:00.123Z",
        "end_time": "2026-06-01T12:00:00.130Z",
        "status_code": "STATUS_CODE_UNSET",
        "attributes": {
            "dpl.core.processing_activity_id": "https://avg.example.nl/wegonderhoud",
            "dpl.core.data_subject_id_type": "urn:gevolg:wegonderhoud:koper",
        },
    }
    assert resource["service.name"] == "gevolg"
    assert resource["service.version"].startswith("gevolg ")
    assert ontsleutel(GEHEIMEN["wegonderhoud"], SAM.type, versleuteld) == "sam-jansen"
    assert "sam-jansen" not in (tmp_path / BESTAND).read_text(encoding="utf-8")
    assert stat.S_IMODE((tmp_path / BESTAND).stat().st_mode) == 0o600


def test_a_reading_about_several_is_a_line_with_one_below_it_for_each(
    logboek: Verwerkingenlogboek, tmp_path: Path
) -> None:
    assert logboek.log(lezing(SAM, AUTO, HUIS)) == 4
    ouder, *kinderen = regels(tmp_path)
    assert "dpl.core.data_subject_id" not in ouder["attributes"]
    assert "parent_span_id" not in ouder
    assert {kind["parent_span_id"] for kind in kinderen} == {ouder["span_id"]}
    assert {kind["trace_id"] for kind in kinderen} == {ouder["trace_id"]}
    assert len({regel["span_id"] for regel in (ouder, *kinderen)}) == 4
    assert [kind["attributes"]["dpl.core.processing_activity_id"] for kind in kinderen] == [
        "https://avg.example.nl/wegonderhoud",
        "https://avg.example.nl/wegonderhoud",
        "https://avg.example.nl/spitspas",
    ]
    for kind, wie in zip(kinderen, (SAM, AUTO, HUIS), strict=True):
        attributen = kind["attributes"]
        assert attributen["dpl.core.data_subject_id_type"] == wie.type
        assert ontsleutel(GEHEIMEN[wie.register], wie.type, attributen["dpl.core.data_subject_id"]) == wie.id


def test_who_asked_from_elsewhere_and_that_it_failed_are_in_the_line(
    logboek: Verwerkingenlogboek, tmp_path: Path
) -> None:
    logboek.log(lezing(SAM, aanroeper=Aanroeper("a" * 32, "b" * 16, "https://gemeente.example.nl"), gelukt=False))
    logboek.log(lezing(SAM, aanroeper=Aanroeper("a" * 32, "b" * 16)))
    met, zonder = regels(tmp_path)
    assert met["status_code"] == "STATUS_CODE_ERROR"
    assert met["attributes"]["dpl.core.foreign_operation.trace_id"] == "a" * 32
    assert met["attributes"]["dpl.core.foreign_operation.span_id"] == "b" * 16
    assert met["attributes"]["dpl.core.foreign_operation.processor"] == "https://gemeente.example.nl"
    assert "dpl.core.foreign_operation.processor" not in zonder["attributes"]


def test_a_reading_about_nobody_leaves_no_line(logboek: Verwerkingenlogboek, tmp_path: Path) -> None:
    assert logboek.log(lezing()) == 0
    assert not (tmp_path / BESTAND).exists()


def test_none_is_left_out_however_many(logboek: Verwerkingenlogboek, tmp_path: Path) -> None:
    for _ in range(500):
        logboek.log(lezing(SAM))
    assert len(regels(tmp_path)) == 500


def test_what_cannot_be_logged_is_told_so_that_it_is_not_answered(
    logboek: Verwerkingenlogboek, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """G43: no reading without its line."""
    logboek.log(lezing(SAM))
    assert logboek._open is not None

    def vol(_tekst: str) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as schijf:
        schijf.setattr(logboek._schrijver, "_logger", type("Vol", (), {"info": staticmethod(vol)})())
        with pytest.raises(NietGelogd, match="niet beantwoord") as gevangen:
            logboek.log(lezing(SAM))
    assert "sam-jansen" not in str(gevangen.value)
    assert logboek.log(lezing(SAM)) == 1
    assert len(regels(tmp_path)) == 2


def test_without_a_place_to_write_nothing_is_logged_and_that_is_told(tmp_path: Path) -> None:
    logboek = Verwerkingenlogboek(
        tmp_path / "weg" / BESTAND, GEHEIMEN.__getitem__, activiteit="urn:x:y", systeemnaam="g", buiten=Buitenwereld()
    )
    with pytest.raises(NietGelogd):
        logboek.log(lezing(SAM))


def test_a_file_that_is_moved_away_is_begun_anew(logboek: Verwerkingenlogboek, tmp_path: Path) -> None:
    logboek.log(lezing(SAM))
    (tmp_path / BESTAND).rename(tmp_path / "oud")
    logboek.log(lezing(AUTO))
    (tmp_path / "oud").rename(tmp_path / BESTAND)
    logboek.log(lezing(HUIS))
    assert len(regels(tmp_path)) == 2
    logboek.close()
    logboek.close()
    logboek.log(lezing(HUIS))
    assert len(regels(tmp_path)) == 3


# --- encryption ---


@given(st.text(max_size=50), st.binary(min_size=32, max_size=32).filter(any))
def test_who_has_the_secret_reads_the_id_and_nobody_else(wie: str, geheim: bytes) -> None:
    buiten = Buitenwereld()
    een, ander = (versleutel(geheim, "soort", wie, op=OP, willekeur=buiten.willekeur) for _ in range(2))
    assert een != ander
    assert ontsleutel(geheim, "soort", een) == ontsleutel(geheim, "soort", ander) == wie
    dag_erna = versleutel(geheim, "soort", wie, op=OP + timedelta(days=31), willekeur=buiten.willekeur)
    for sleutel, soort, tekst in (
        (bytes(32), "soort", een),
        (geheim, "anders", een),
        (geheim, "soort", een[:-6] + "AAAAAA"),
        (geheim, "soort", een.replace("2026-06", "2026-07")),
        (geheim, "soort", dag_erna.replace("2026-07", "2026-06")),
        (geheim, "soort", "v1.2026-06.AAAA"),
        (geheim, "soort", "v1.2026-06.A"),
        (geheim, "soort", "sam"),
    ):
        with pytest.raises(NietTeOntsleutelen):
            ontsleutel(sleutel, soort, tekst)


# --- the command ---


def test_the_command_shows_who_read_about_whom_to_who_has_the_registers(
    gevolg: Gevolg, aankoop: Path, tmp_path: Path
) -> None:
    def geheim(register: str) -> bytes:
        with closing(open_lmdb(aankoop, register, clock=systeemklok, read_only=True)) as opslag:
            return opslag.sleutels.secret

    bestand = tmp_path / "log"
    logboek = Verwerkingenlogboek(bestand, geheim, activiteit="urn:x:y", systeemnaam="g", buiten=Buitenwereld())
    with closing(logboek):
        logboek.log(lezing(SAM, HUIS))
        logboek.log(lezing(SAM))
    alles = [json.loads(regel) for regel in gevolg("dataverwerkingen", bestand, "--data", aankoop).stdout.splitlines()]
    assert [regel["attributes"].get("dpl.core.data_subject_id") for regel in alles] == [
        None, "sam-jansen", "huishouden-1", "sam-jansen",
    ]  # fmt: skip
    over_sam = gevolg("dataverwerkingen", bestand, "--data", aankoop, "--betrokkene", "sam-jansen").stdout
    assert len(over_sam.splitlines()) == 2
    with bestand.open("a", encoding="utf-8") as erbij:
        erbij.write('{"trace_id": "afgebr')
    kapot = gevolg("dataverwerkingen", bestand, "--data", aankoop)
    assert kapot.exit_code == 2
    assert "regel 5 van" in kapot.stderr
    assert gevolg("dataverwerkingen", tmp_path / "weg", "--data", aankoop).exit_code == 3


def test_an_id_of_another_register_is_not_to_be_read(gevolg: Gevolg, aankoop: Path, tmp_path: Path) -> None:
    bestand = tmp_path / "log"
    logboek = Verwerkingenlogboek(
        bestand, GEHEIMEN.__getitem__, activiteit="urn:x:y", systeemnaam="g", buiten=Buitenwereld()
    )
    with closing(logboek):
        logboek.log(lezing(SAM))
    (regel,) = gevolg("dataverwerkingen", bestand, "--data", aankoop).stdout.splitlines()
    assert json.loads(regel)["attributes"]["dpl.core.data_subject_id"] is None
