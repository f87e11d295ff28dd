"""How a daemon begins: on a folder that is not as it should be, it says so in one sentence and changes nothing."""

import os
import socket
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, PrivateFormat

from actors.runtime.systeem import RegisterSystem
from storage.backup import plain_files
from storage.limits import FORMAT
from storage.opslag import open_lmdb
from tests.daemon.dienst.lopend import Lopend, lopend, tot
from tests.daemon.dienst.test_processen import aanbod
from tests.wereld import auto, vaste_wereld

BESCHADIGD, NIET_BESCHIKBAAR = 4, 3


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A folder in which a car is registered."""
    map_ = tmp_path / "data"
    with RegisterSystem.open(map_, buitenwereld=vaste_wereld()) as registers:
        registers.verwerk(auto("auto-1"))
    return map_


def weigert(data: Path, *opties: str) -> tuple[int, str]:
    """A daemon that does not begin: its exit code and all it said."""
    dienst = Lopend(data, *opties)
    try:
        code = dienst.proces.wait(30)
        tekst = dienst.log()
    finally:
        dienst.ruim_op()
    assert "Traceback" not in tekst
    assert tekst.count("Fout:") == 1, tekst
    return code, tekst


def test_what_was_recorded_before_is_served(data: Path) -> None:
    with lopend(data) as dienst:
        dienst.in_rust()
        assert dienst.klant.get("/wegonderhoud/v1/autos/auto-1").json()["inhoud"]["punten"] == 21
        assert dienst.klant.get("/aanschafheffing/v1/autos/auto-1").json()["inhoud"]["punten"] == 33


def test_the_document_of_a_register_says_where_it_is_to_be_reached(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GEVOLG_CLOUDEVENTS_ADRES", "https://registers.example.nl/")
    with lopend(data) as dienst:
        servers = dienst.klant.get("/spitspas/v1/openapi.json").json()["servers"]
        assert [een["url"] for een in servers] == ["https://registers.example.nl/spitspas/v1"]


def test_the_limits_of_the_settings_are_those_of_the_api(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    limieten = {"BODY_BYTES": "3000", "REGEL_BYTES": "2000", "DIEPTE": "4", "STOOT": "6", "VERZOEKEN_PER_S": "1"}
    for naam, waarde in limieten.items():
        monkeypatch.setenv(f"GEVOLG_LIMIETEN_{naam}", waarde)
    with lopend(data) as dienst:

        def bied(inhoud: str, soort: str = "json") -> str:
            return dienst.klant.post(
                "/spitspas/v1/commandos", content=inhoud, headers={"Content-Type": f"application/{soort}"}
            ).text

        assert "dieper genest dan 4" in bied('{"data": [[[[1]]]]}')
        assert "dieper genest dan 4" in bied('{"data": [[[[1]]]]}', "x-ndjson")
        assert "hoogstens 3000 bytes" in bied(" " * 3001)
        assert "hoogstens 2000 bytes" in bied("x" * 2001, "x-ndjson")
        tot(lambda: "hoogstens 1 verzoeken per seconde" in bied("{}"), "het is te vaak")


def test_a_store_that_was_cut_short_is_told_before_anything_runs(data: Path) -> None:
    bestand = data / "wegonderhoud" / "gevolgen" / "data.mdb"
    os.truncate(bestand, bestand.stat().st_size // 2)
    voor = bestand.read_bytes()
    code, tekst = weigert(data)
    assert code == BESCHADIGD
    assert "gevolg verify" in tekst
    assert bestand.read_bytes() == voor


def test_a_store_that_holds_something_else_is_told(data: Path) -> None:
    (data / "spitspas" / "gevolgen" / "data.mdb").write_bytes(b"geen opslag" * 2000)
    code, tekst = weigert(data)
    assert code == BESCHADIGD
    assert "beschadigd" in tekst


def test_a_store_of_a_newer_version_is_told_and_left_alone(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as nieuwer:
        nieuwer.setattr("storage.identity.FORMAT", FORMAT + 1)
        open_lmdb(data.with_name("nieuw"), "wegonderhoud", clock=lambda: datetime.now(UTC)).close()
    code, tekst = weigert(data.with_name("nieuw"))
    assert code == NIET_BESCHIKBAAR
    assert "nieuwere versie" in tekst


def test_a_folder_that_another_program_writes_is_told(data: Path) -> None:
    with RegisterSystem.open(data):
        code, tekst = weigert(data)
    assert code == NIET_BESCHIKBAAR
    assert "in gebruik" in tekst


def test_a_port_that_is_taken_is_told(data: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as ander:
        poort = ander.getsockname()[1]
        code, tekst = weigert(data, "--poort", str(poort))
    assert code == NIET_BESCHIKBAAR
    assert f"poort {poort}" in tekst
    assert "daar luistert al een ander programma" in tekst


def test_a_key_that_is_none_or_wants_a_password_is_told(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    certificaat, sleutel = data.with_name("certificaat.pem"), data.with_name("sleutel.pem")
    wachtwoord = BestAvailableEncryption(b"geheim")
    versleuteld = ec.generate_private_key(ec.SECP256R1()).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, wachtwoord)
    monkeypatch.setenv("GEVOLG_TLS_CERTIFICAAT", str(certificaat))
    monkeypatch.setenv("GEVOLG_TLS_SLEUTEL", str(sleutel))
    for inhoud in (b"geen sleutel", versleuteld):
        certificaat.write_bytes(inhoud)
        sleutel.write_bytes(inhoud)
        code, tekst = weigert(data)
        assert code == NIET_BESCHIKBAAR
        assert "zonder wachtwoord" in tekst


def test_what_tells_where_it_is_is_of_its_user_alone_and_in_no_backup(data: Path) -> None:
    with lopend(data):
        assert (data / "daemon.json").stat().st_mode & 0o777 == 0o600
        assert "daemon.json" not in {bestand.name for bestand in plain_files(data)}


def test_a_clock_that_was_put_back_refuses_commandos_and_nothing_else(tmp_path: Path) -> None:
    """The last transactie is of tomorrow: nothing is stamped wrongly, and what there is can be read."""
    data = tmp_path / "data"
    morgen = vaste_wereld(begin=datetime.now(UTC) + timedelta(days=1))
    with RegisterSystem.open(data, buitenwereld=morgen) as registers:
        registers.verwerk(auto("auto-1"))
        registers.wacht_op_rust()
    with lopend(data) as dienst:
        weg = dienst.bied(aanbod(1), "wegonderhoud")
        assert weg.status_code == 503
        assert int(weg.headers["Retry-After"]) >= 1
        assert weg.json()["detail"].startswith("de klok loopt achter")
        assert dienst.klant.get("/wegonderhoud/v1/autos/auto-1").json()["inhoud"]["punten"] == 21
        assert dienst.klant.get(f"/wegonderhoud/v1/commandos/{aanbod(1).id}").status_code == 404
        dienst.gereed()
