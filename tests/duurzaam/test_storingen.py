"""System calls that fail, or kill, anywhere: a clear sentence, nothing lost, and it goes on when the cause is gone."""

import shutil
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random
from signal import SIGKILL
from typing import Any

import pytest

from actors.register.commando import Verwerking
from actors.runtime.aggregaat import OPNIEUW
from tests.duurzaam import werk
from tests.duurzaam.conftest import PER_DEEL
from tests.duurzaam.kind import Kind, laat
from tests.duurzaam.sporen import Oproep, alle_oproepen, gevolgd, storing
from tests.duurzaam.stroom import Ronde
from tests.duurzaam.toets import Eindstand, gelijk, maak_af, ongestoord, uit_de_opslag
from tests.duurzaam.werk import Erkend, Klacht
from tests.wereld import aanbod, auto, huishouden

FOUTEN = ("EIO", "ENOSPC")
ZINNEN = {
    "EIO": "Input/output error",
    "ENOSPC": "No space left on device",
    "EMFILE": "Too many open files",
    "after that": "reopen it and look up what is there",
    "of a reader": "could not be recorded",
}
"""What a complaint says: what happened, or that something did."""

STORES = ("gevolgen", "verstrekkingen", "projecties", "sleutels")
_OPENEN_VAN_EEN_STORE = 3  # calls of openat with which LMDB opens a store

Trekking = Callable[[Sequence[Oproep], int], list[Oproep]]


@pytest.fixture(scope="module")
def bij_openen(tmp_path_factory: pytest.TempPathFactory) -> list[Oproep]:
    """The calls of making new registers."""
    map_ = tmp_path_factory.mktemp("openen")
    with Kind(werk.open_alleen, map_ / "data") as kind:
        return alle_oproepen(kind, map_ / "data", map_ / "sporen")


@pytest.fixture(scope="module")
def bij_werken(tmp_path_factory: pytest.TempPathFactory, leeg: Path, verhaal: list[Ronde]) -> list[Oproep]:
    """The calls of a story in registers that were there already."""
    map_ = tmp_path_factory.mktemp("werken")
    shutil.copytree(leeg, map_ / "data")
    with Kind(werk.houd_vol, map_ / "data", verhaal) as kind:
        return alle_oproepen(kind, map_ / "data", map_ / "sporen")


@pytest.fixture
def trekking(zaad: int, deel: int, request: pytest.FixtureRequest) -> Trekking:
    """Draw some calls, of every file and kind in turn."""
    kans = Random(f"{request.node.name}/{zaad}/{deel}")

    def trek(oproepen: Sequence[Oproep], aantal: int) -> list[Oproep]:
        beurten = Counter[tuple[str, str]]()
        volgorde = []
        for oproep in kans.sample(oproepen, len(oproepen)):
            beurten[oproep.bestand, oproep.naam] += 1
            volgorde.append((beurten[oproep.bestand, oproep.naam], kans.random(), oproep))
        return [oproep for _, _, oproep in sorted(volgorde)[:aantal]]

    return trek


def van_de_stores(oproepen: Sequence[Oproep]) -> list[Oproep]:
    """Without those on a lock file: what fails there is no trouble."""
    return [oproep for oproep in oproepen if oproep.bestand.endswith("data.mdb")]


def kopie(leeg: Path, map_: Path) -> Path:
    """A copy of registers in which nothing was recorded."""
    shutil.copytree(leeg, map_)
    return map_


def gestoord(werk_: Any, map_: Path, opties: Sequence[str], *rest: Any) -> tuple[list[Any], int]:
    """Let a child work while a call fails: what it said, and how it ended."""
    sporen = map_.with_suffix(".sporen")
    with Kind(werk_, map_, *rest) as kind, gevolgd(kind, *opties, uit=sporen):
        kind.begin()
        gezegd, einde = list(kind.hoor()), kind.einde()
    assert einde == -SIGKILL or "(INJECTED)" in sporen.read_text(encoding="utf-8"), "nothing failed"
    return gezegd, einde


def erkend_in(gezegd: Sequence[Any]) -> dict[str, Verwerking]:
    """What was acknowledged; the same id never gets two answers."""
    uit: dict[str, Verwerking] = {}
    for een in gezegd:
        if isinstance(een, Erkend):
            for aangeboden, antwoord in zip(een.aangeboden, een.antwoorden, strict=True):
                assert uit.setdefault(aangeboden.id, antwoord) == antwoord
    return uit


def alles_erkend(gezegd: Sequence[Any], verhaal: Sequence[Ronde]) -> bool:
    """Whether the whole story was acknowledged in one life."""
    return erkend_in(gezegd).keys() == {een.id for ronde in verhaal for een in ronde}


def klachten_in(gezegd: Sequence[Any], *ook: str) -> list[str]:
    """The complaints, each of which says what happened (or `ook`)."""
    klachten = [een.zin for een in gezegd if isinstance(een, Klacht)]
    assert all(any(zin in klacht for zin in (*ZINNEN.values(), *ook)) for klacht in klachten), klachten
    return klachten


def eindigt_goed(map_: Path, gezegd: Sequence[Any], verhaal: list[Ronde], hoort: Eindstand) -> None:
    """Whatever was acknowledged is there, and the story ends as if nothing had happened."""
    antwoorden, einde = maak_af(map_, verhaal, 2)
    uit_de_opslag(erkend_in(gezegd), antwoorden)
    gelijk(einde, hoort)


def test_a_kill_at_any_write_while_registers_are_made_leaves_a_folder_that_opens(
    tmp_path: Path, bij_openen: list[Oproep], verhaal: list[Ronde], hoort: Eindstand, trekking: Trekking
) -> None:
    for n, oproep in enumerate(trekking(bij_openen, 4)):
        map_ = tmp_path / str(n)
        _, einde = gestoord(werk.open_alleen, map_, storing(oproep, map_, "signal=KILL"))
        assert einde == -SIGKILL, oproep
        eindigt_goed(map_, [], verhaal, hoort)


def test_a_kill_at_any_write_while_registers_work_loses_nothing_and_does_nothing_twice(  # noqa: PLR0913 - fixtures
    tmp_path: Path, leeg: Path, bij_werken: list[Oproep], verhaal: list[Ronde], hoort: Eindstand, trekking: Trekking
) -> None:
    """G4: before any write or flush of any journal, feed, table or key."""
    for n, oproep in enumerate(trekking(bij_werken, PER_DEEL)):
        map_ = kopie(leeg, tmp_path / str(n))
        gezegd, einde = gestoord(werk.houd_vol, map_, storing(oproep, map_, "signal=KILL"), verhaal)
        assert einde == -SIGKILL, oproep
        eindigt_goed(map_, gezegd, verhaal, hoort)


def test_a_call_that_fails_while_registers_are_made_is_a_clear_error_and_they_open_after_it(
    tmp_path: Path, bij_openen: list[Oproep], verhaal: list[Ronde], hoort: Eindstand, trekking: Trekking
) -> None:
    for n, oproep in enumerate(trekking(van_de_stores(bij_openen), 4)):
        map_ = tmp_path / str(n)
        fout = FOUTEN[n % 2]
        gezegd, einde = gestoord(werk.open_alleen, map_, storing(oproep, map_, f"error={fout}"))
        assert einde == 0, oproep
        (klacht,) = klachten_in(gezegd)
        assert ZINNEN[fout] in klacht
        assert klacht.startswith("StorageFull: ") is (fout == "ENOSPC")
        eindigt_goed(map_, [], verhaal, hoort)


@pytest.mark.parametrize("aantal", [1, 3], ids=["once", "thrice"])
def test_a_call_that_fails_for_a_while_is_told_and_the_work_goes_on_by_itself(  # noqa: PLR0913 - fixtures
    tmp_path: Path,
    leeg: Path,
    bij_werken: list[Oproep],
    verhaal: list[Ronde],
    hoort: Eindstand,
    trekking: Trekking,
    aantal: int,
) -> None:
    for n, oproep in enumerate(trekking(bij_werken, 3)):
        map_ = kopie(leeg, tmp_path / str(n))
        gezegd, einde = gestoord(
            werk.houd_vol, map_, storing(oproep, map_, f"error={FOUTEN[n % 2]}", aantal=aantal), verhaal
        )
        assert einde == 0, oproep
        klachten_in(gezegd)
        assert alles_erkend(gezegd, verhaal), oproep
        eindigt_goed(map_, gezegd, verhaal, hoort)


def test_a_call_that_keeps_failing_ends_in_sentences_and_the_work_goes_on_after_reopening(  # noqa: PLR0913 - fixtures
    tmp_path: Path, leeg: Path, bij_werken: list[Oproep], verhaal: list[Ronde], hoort: Eindstand, trekking: Trekking
) -> None:
    for n, oproep in enumerate(trekking(van_de_stores(bij_werken), 3)):
        map_ = kopie(leeg, tmp_path / str(n))
        opties = storing(oproep, map_, f"error={FOUTEN[n % 2]}", aantal=0)
        gezegd, einde = gestoord(werk.houd_vol, map_, opties, verhaal)
        assert einde == 0, oproep
        assert len(klachten_in(gezegd)) >= werk.VOLHOUDEN, oproep
        eindigt_goed(map_, gezegd, verhaal, hoort)


def test_a_reader_position_that_cannot_be_recorded_is_told_and_nobody_runs_in_circles(
    tmp_path: Path, leeg: Path
) -> None:
    """A letter asks nothing of the register that reads past it: all there is to record is how far it came."""
    verhaal = [[aanbod(huishouden(), 1)], [aanbod(auto(), 2)]]
    with Kind(werk.houd_vol, kopie(leeg, tmp_path / "eerst"), verhaal) as kind:
        oproepen = alle_oproepen(kind, tmp_path / "eerst", tmp_path / "sporen")
    laatste = [o for o in oproepen if (o.naam, o.bestand) == ("fdatasync", "spitspas/gevolgen/data.mdb")][-1]
    map_ = kopie(leeg, tmp_path / "data")
    gezegd, einde = gestoord(werk.houd_vol, map_, storing(laatste, map_, "error=ENOSPC", aantal=0), verhaal)
    assert einde == 0
    assert "how far it came could not be recorded" in klachten_in(gezegd)[0]
    eindigt_goed(map_, gezegd, verhaal, ongestoord(verhaal))


@pytest.mark.parametrize("store", STORES)
def test_a_commit_that_could_not_be_made_visible_is_opened_anew_and_goes_on(  # noqa: PLR0913 - fixtures
    tmp_path: Path, leeg: Path, bij_werken: list[Oproep], verhaal: list[Ronde], hoort: Eindstand, store: str, zaad: int
) -> None:
    """LMDB is in panic after that: it takes no write until it is opened anew."""
    bestand = f"spitspas/{store}/data.mdb"
    op_dit_bestand = [oproep for oproep in bij_werken if oproep.bestand == bestand]
    gespoeld = next(n for n, oproep in enumerate(op_dit_bestand) if oproep.naam == "fdatasync")
    zichtbaar = op_dit_bestand[gespoeld + 1]
    assert zichtbaar.naam == "pwrite64"
    map_ = kopie(leeg, tmp_path / "data")
    gezegd, einde = gestoord(werk.houd_vol, map_, storing(zichtbaar, map_, "error=EIO"), verhaal)
    assert einde == 0
    klachten_in(gezegd)
    assert alles_erkend(gezegd, verhaal)
    eindigt_goed(map_, gezegd, verhaal, hoort)


@pytest.mark.parametrize("store", STORES)
@pytest.mark.parametrize("tot", ["13", ""], ids=["a while", "for good"])
def test_a_store_that_cannot_be_opened_anew_is_told_until_it_can(  # noqa: PLR0913 - fixtures
    tmp_path: Path, leeg: Path, verhaal: list[Ronde], hoort: Eindstand, store: str, tot: str, zaad: int
) -> None:
    map_ = kopie(leeg, tmp_path / "data")
    bestand = str(map_ / "spitspas" / store / "data.mdb")
    dan = f"{_OPENEN_VAN_EEN_STORE + 1}{f'..{tot}' if tot else '+'}"
    opties = ("-P", bestand, "-e", "trace=fdatasync,openat", "-e", "inject=fdatasync:error=EIO:when=1")
    gezegd, einde = gestoord(werk.houd_vol, map_, (*opties, "-e", f"inject=openat:error=EMFILE:when={dan}"), verhaal)
    assert einde == 0
    assert any("Too many open files" in klacht for klacht in klachten_in(gezegd, OPNIEUW))
    assert alles_erkend(gezegd, verhaal) is bool(tot)
    eindigt_goed(map_, gezegd, verhaal, hoort)


@pytest.mark.parametrize(
    ("store", "fout"),
    [("gevolgen", "EIO"), ("verstrekkingen", "ENOSPC"), ("projecties", "EIO"), ("sleutels", "ENOSPC")],
)
def test_the_command_line_says_it_in_a_sentence_and_can_be_repeated(tmp_path: Path, store: str, fout: str) -> None:
    map_ = tmp_path / "data"
    woorden = ("simulate", "autoaankoop", "--data", str(map_))
    oproep = Oproep("fdatasync", f"spitspas/{store}/data.mdb", 3)  # the first two are for making the store
    _, einde = gestoord(werk.opdracht, map_, storing(oproep, map_, f"error={fout}"), *woorden)
    gezegd = (tmp_path / "data.uit").read_text(encoding="utf-8") + (tmp_path / "data.fout").read_text(encoding="utf-8")
    assert einde == 3, gezegd
    assert "herhaal de opdracht" in gezegd
    assert ZINNEN[fout] in gezegd
    assert "Traceback" not in gezegd
    laat(werk.opdracht, map_, *woorden)
    assert "3 passen per maand" in (tmp_path / "data.uit").read_text(encoding="utf-8")
