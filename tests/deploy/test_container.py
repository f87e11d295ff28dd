"""The image of scripts/deploy/Containerfile, as far as it can be proven without a container engine.

The same files are built the same way and run in a cage: another user each time, all but /data read-only, no shell.
"""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.daemon.dienst.lopend import tot
from tests.deploy.containerbestand import bronnen, instructies, omgeving, opdracht, van
from tests.deploy.kooi import UID, Kooi, binnenste, ruim_op, waarom_niet
from tests.docs.bladen import ROOT

REVISIE = "0123456789abcdef0123456789abcdef01234567"
DOCKER_BREEKT_AF_S = 10
"""After how many seconds docker and podman kill what does not stop."""

kooi_nodig = pytest.mark.skipif(bool(waarom_niet()), reason=waarom_niet())


# --- what it says ---


def test_both_stages_have_the_same_python_so_that_the_environment_fits() -> None:
    trappen = [een.rest.split()[0] for een in instructies() if een.naam == "FROM"]
    assert trappen == ["${PYTHON}", "${PYTHON}"]


def test_what_runs_needs_no_shell_and_is_no_root() -> None:
    assert opdracht("ENTRYPOINT") + opdracht("CMD") == ["gevolg", "serve"]
    assert opdracht("HEALTHCHECK")[:2] == ["python", "-c"]
    (wie,) = van("USER", 2)
    uid, gid = wie.split(":")
    assert int(uid) > 0
    assert gid == "0", "of what group 0 may read, every uid of OpenShift can"


def test_it_stops_before_it_is_killed() -> None:
    assert list(van("STOPSIGNAL", 2)) == ["SIGTERM"]
    assert int(omgeving()["GEVOLG_STOPTIJD_S"]) < DOCKER_BREEKT_AF_S


def test_the_data_lie_in_a_folder_of_their_own_within_the_volume() -> None:
    (volume,) = van("VOLUME", 2)
    assert Path(omgeving()["GEVOLG_DATA"]).parent == Path(volume)


def test_only_what_is_put_in_the_image_is_sent_to_the_build() -> None:
    regels = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert regels[1] == "*"
    assert sorted(regel[1:] for regel in regels if regel.startswith("!")) == sorted(bronnen())


def test_the_lock_names_what_the_build_wants_first() -> None:
    (patroon,) = re.findall(r"grep -E '([^']+)'", " ".join(van("RUN", 1)))
    regels = (ROOT / "scripts" / "requirements.txt").read_text(encoding="utf-8").splitlines()
    assert {regel.split("==")[0] for regel in regels if re.match(patroon, regel)} == {
        "packaging",
        "setuptools",
        "wheel",
    }


# --- what it does ---


@pytest.fixture(scope="module")
def venv(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built as the image is, outside the checkout; only the libraries are borrowed from here."""
    bouw = tmp_path_factory.mktemp("bouw")
    for bron in bronnen():
        doel = bouw / bron
        doel.parent.mkdir(parents=True, exist_ok=True)
        if (ROOT / bron).is_dir():
            shutil.copytree(ROOT / bron, doel, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / bron, doel)
    (bouw / "actors" / "runtime" / "revisie.txt").write_text(f"{REVISIE}\n", encoding="utf-8")
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--no-input", "--quiet"]
    subprocess.run(
        [*pip, "wheel", "--no-deps", "--no-index", "--no-build-isolation", "--wheel-dir", "dist", "."],
        cwd=bouw,
        check=True,
    )
    plaats = tmp_path_factory.mktemp("opt") / "gevolg"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(plaats)], check=True)
    (wiel,) = (bouw / "dist").glob("gevolg-*.whl")
    subprocess.run(
        [*pip, "--python", str(plaats / "bin" / "python"), "install", "--no-deps", "--no-index", str(wiel)], check=True
    )
    (eigen,) = (plaats / "lib").glob("python*/site-packages")
    (eigen / "geleend.pth").write_text(sysconfig.get_path("purelib"), encoding="utf-8")
    return plaats


@pytest.fixture
def kooi(venv: Path, tmp_path: Path) -> Iterator[Kooi]:
    """The volume is of root and of group 0, as volumes are."""
    data, plaats = tmp_path / "volume", tmp_path / "kooi"
    plaats.mkdir()
    data.mkdir()
    data.chmod(0o770)
    binnen = omgeving() | {"PATH": str(venv / "bin"), "GEVOLG_POORT": "0", "GEVOLG_ACHTER_PROXY": "127.0.0.1"}
    yield Kooi(venv, data, plaats, binnen)
    assert not os.path.ismount(plaats)


@pytest.fixture
def dienst(kooi: Kooi, tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """What the image runs, until the test ends."""
    log = tmp_path / "log"
    with log.open("wb") as uitvoer:
        woorden = opdracht("ENTRYPOINT") + opdracht("CMD")
        proces = kooi.start(woorden, stdin=subprocess.DEVNULL, stdout=uitvoer, stderr=uitvoer)
    try:
        tot(lambda: adres(kooi) or proces.poll() is not None, "hij luistert")
        assert proces.poll() is None, log.read_text()
        tot(lambda: kooi.erbij(proces, *opdracht("HEALTHCHECK")).returncode == 0, "hij is gezond")
        yield proces
    finally:
        ruim_op(proces)
        sys.stdout.write(log.read_text(errors="replace")[-5000:])


def adres(kooi: Kooi) -> str:
    """Where it listens, seen from here; empty when it does not."""
    bekend = kooi.data / "registers" / "daemon.json"
    return str(json.loads(bekend.read_bytes())["url"]) if bekend.exists() else ""


@kooi_nodig
def test_the_program_tells_of_which_commit_it_is_made(kooi: Kooi) -> None:
    gezegd = kooi.draai("gevolg", "--version")
    assert gezegd.stdout.decode().strip().endswith(f"+git.{REVISIE[:12]}"), gezegd


@kooi_nodig
def test_an_unknown_user_serves_from_a_read_only_root_and_stops_when_asked(
    kooi: Kooi, dienst: subprocess.Popen[bytes]
) -> None:
    hoofd = binnenste(dienst)
    assert hoofd.uids().real == UID
    assert (kooi.data / "registers").stat().st_mode & 0o777 == 0o700
    sleutel = kooi.erbij(dienst, "gevolg", "token", "--data", "/data/registers", "--naam", "loket", "--recht", "*:*")
    assert sleutel.returncode == 0, sleutel
    kop = {"Authorization": f"Bearer {sleutel.stdout.decode().split()[0]}"}
    huishouden = {"huishoudenId": "h1", "leden": [{"persoonId": "sam", "vanaf": "2026-01-01"}]}
    body = {"commando": "RegistreerHuishouden", "data": huishouden}

    def bied() -> httpx.Response | None:
        antwoord = httpx.post(f"{adres(kooi)}/spitspas/v1/commandos", json=body, headers=kop)
        return antwoord if antwoord.status_code != httpx.codes.SERVICE_UNAVAILABLE else None

    antwoord: httpx.Response = tot(bied, "de bijhouding draait")
    assert antwoord.status_code == httpx.codes.CREATED, antwoord.text
    assert "gevolg 0" in kooi.erbij(dienst, "gevolg", "status", "--data", "/data/registers").stdout.decode()
    hoofd.send_signal(signal.SIGTERM)
    assert dienst.wait(DOCKER_BREEKT_AF_S) == 0


@kooi_nodig
def test_after_a_kill_the_next_one_starts_on_the_same_volume(kooi: Kooi, dienst: subprocess.Popen[bytes]) -> None:
    oud = adres(kooi)
    binnenste(dienst).kill()
    dienst.wait(20)
    nieuw = kooi.start(["gevolg", "serve"], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    try:
        tot(lambda: adres(kooi) not in {"", oud} or nieuw.poll() is not None, "de volgende luistert")
        assert nieuw.poll() is None
    finally:
        ruim_op(nieuw)


@kooi_nodig
def test_without_a_certificate_or_proxy_it_says_what_to_do(kooi: Kooi) -> None:
    kaal = Kooi(kooi.venv, kooi.data, kooi.plaats, {k: v for k, v in kooi.omgeving.items() if "PROXY" not in k})
    gezegd = kaal.draai(*opdracht("ENTRYPOINT"), *opdracht("CMD"))
    assert gezegd.returncode == 2
    assert "noem in achter_proxy de proxy die het doet" in gezegd.stderr.decode()


@kooi_nodig
def test_on_a_volume_that_cannot_be_written_it_says_so(kooi: Kooi) -> None:
    kooi.data.chmod(0o750)
    gezegd = kooi.draai("gevolg", "serve")
    assert gezegd.returncode == 3
    assert gezegd.stderr.decode().startswith("Fout: ")
    assert "/data/registers" in gezegd.stderr.decode()
