"""How a context is added: one folder and one line in the catalogue, or a package of its own with an entry point."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.docs.bladen import ROOT, blad
from tests.test_tidy import RULES

FOLDER = ROOT / "tests" / "parkeervergunning"
FILES = sorted(p for p in FOLDER.rglob("*") if p.suffix in {".py", ".j2"} and p.name != "__init__.py")
HERE = "actors/contexten/parkeervergunning"
PAGE = "how-to/context-toevoegen.md"

STORY = """
from datetime import date
from pathlib import Path

import actors
from actors.contexten.parkeervergunning.commandos import VraagVergunningAan
from actors.runtime.systeem import RegisterSystem
from actors.simulatie.autoaankoop import Aankoop, koop_auto

assert Path(actors.__file__).is_relative_to(Path.cwd())
auto, dag = Aankoop(), date(2026, 4, 1)
with RegisterSystem.open("data") as registers:
    registers.verwerk(
        VraagVergunningAan(
            auto_id=auto.auto_id,
            vergunning_id="v-sam",
            aanvrager="sam",
            aanvrager_naam="Sam",
            zone="Centrum",
            vanaf=dag,
        )
    )
    registers.wacht_op_rust()
    print([taak["reden"] for taak in registers.taken("parkeervergunning").inhoud])
    koop_auto(registers, auto)
    rij = registers.lees("parkeervergunning", "vergunning", auto.auto_id, "v-sam", geldig_op=dag).inhoud
    print(rij["tarief_eurocent"])
"""


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The source of this repository with one folder more, and one line more in its catalogue."""
    copy = tmp_path_factory.mktemp("bron")
    without = shutil.ignore_patterns("__pycache__")
    for room in ("actors", "storage"):
        shutil.copytree(ROOT / room, copy / room, ignore=without)
    shutil.copy(ROOT / "pyproject.toml", copy)
    shutil.copytree(FOLDER, copy / HERE, ignore=without)
    catalogue = copy / "actors" / "runtime" / "catalogue.py"
    text = catalogue.read_text(encoding="utf-8")
    more = text.replace('    "spitspas",\n', '    "spitspas",\n    "parkeervergunning",\n')
    assert len(more.splitlines()) == len(text.splitlines()) + 1
    catalogue.write_text(more, encoding="utf-8")
    return copy


def run(folder: Path, *words: str) -> str:
    """What a Python that sees this folder first writes; it must end well."""
    environment = {**os.environ, "PYTHONPATH": str(folder), "NO_COLOR": "1", "COLUMNS": "200"}
    process = subprocess.run(
        [sys.executable, *words], cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=50
    )
    assert process.returncode == 0, process.stdout + process.stderr
    return process.stdout


def gevolg(folder: Path, *words: str) -> str:
    return run(folder, "-m", "actors.cli.start", *words)


# --- one folder, one line -------------------------------------------------------------------------------------


def test_the_model_of_the_new_register_is_told(copy: Path) -> None:
    text = gevolg(copy, "model", "parkeervergunning")
    assert "parkeervergunning@1" in text
    assert "Gemeente Zeestad" in text
    assert "[15, 30) → € 25" in text
    assert "wegonderhoud/fysiek-milieueffect → NeemGegevensOver" in text
    assert "TrekInTwijfel" in text

    drawing = gevolg(copy, "model", "--formaat", "mermaid")
    assert "wegonderhoud_not_fysiek_milieueffect -.-> parkeervergunning_cm_NeemGegevensOver" in drawing
    assert "parkeervergunning_cm_NeemGegevensOver -.-> parkeervergunning_eff_tarief_eurocent" in drawing
    assert "parkeervergunning_eff_tarief_eurocent -.-> parkeervergunning_brf_vergunningsbrief" in drawing


def test_an_application_waits_for_its_car_and_the_car_of_a_simulation_is_that_car(copy: Path) -> None:
    assert run(copy, "-c", STORY).splitlines() == ["['auto_onbekend']", "2500"]
    assert "parkeervergunning" in gevolg(copy, "status", "--data", "data")
    assert "ParkeervergunningVerleend" in gevolg(copy, "gevolgen", "--register", "parkeervergunning", "--data", "data")
    gevolg(copy, "verify", "--data", "data", "--projecties")


def test_the_other_simulations_run_with_a_fourth_register(copy: Path) -> None:
    gevolg(copy, "simulate", "vloot", "--autos", "20")
    gevolg(copy, "simulate", "storm", "--stappen", "60")


def test_the_import_contracts_hold_with_the_new_folder(copy: Path) -> None:
    text = run(copy, "-c", "from importlinter.cli import lint_imports_command as lint; lint()")
    assert " 0 broken." in text
    assert "(4 ignored imports)" in text  # the three that were there, and the vertaling of parkeervergunning


def test_the_new_folder_keeps_the_style_of_the_house(copy: Path) -> None:
    assert run(copy, "-m", "ruff", "check", "--no-cache", HERE).strip() == "All checks passed!"
    texts = {p.relative_to(copy).as_posix(): p.read_text(encoding="utf-8") for p in (copy / HERE).rglob("*.*")}
    assert not [line for kept in RULES for path, text in texts.items() for line in kept(path, text)]


# --- a package of its own -------------------------------------------------------------------------------------


def test_a_context_in_a_package_of_its_own_makes_itself_known(tmp_path: Path) -> None:
    shutil.copytree(FOLDER, tmp_path / "zeestad_parkeren", ignore=shutil.ignore_patterns("__pycache__"))
    about = tmp_path / "zeestad_parkeren-1.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: zeestad-parkeren\nVersion: 1.0\n", encoding="utf-8")
    [entry] = [b.inhoud for b in blad(PAGE).blokken if b.soort == "toml" and "entry-points" in b.inhoud]
    points = tomllib.loads(entry)["project"]["entry-points"]
    (about / "entry_points.txt").write_text(
        "\n".join(f"[{group}]\n{name} = {place}" for group, own in points.items() for name, place in own.items()),
        encoding="utf-8",
    )

    assert "parkeervergunning@1" in gevolg(tmp_path, "model", "parkeervergunning")
    story = STORY.replace("actors.contexten.parkeervergunning", "zeestad_parkeren")
    story = story.replace("assert Path(actors.__file__)", "assert not Path(actors.__file__)")
    assert run(tmp_path, "-c", story).splitlines() == ["['auto_onbekend']", "2500"]


# --- what it is made of ---------------------------------------------------------------------------------------


def test_the_folder_has_no_word_about_doubt_correction_degistratie_or_waiting() -> None:
    words = re.compile(r"twijfel|doubt|corr[ei]|degistr|onderzoek|zekerheid|aanhoud|herstel|herbeoord", re.IGNORECASE)
    assert [(p.name, words.findall(p.read_text(encoding="utf-8"))) for p in FILES] == [(p.name, []) for p in FILES]


def test_it_is_as_small_as_the_page_says() -> None:
    assert len(FILES) == 8
    assert sum(len(p.read_text(encoding="utf-8").splitlines()) for p in FILES) < 250


@pytest.mark.parametrize("file", FILES, ids=lambda p: p.name)
def test_every_file_stands_whole_on_the_page(file: Path) -> None:
    blocks = [block.inhoud.strip() for block in blad(PAGE).blokken]
    assert file.read_text(encoding="utf-8").strip() in blocks
