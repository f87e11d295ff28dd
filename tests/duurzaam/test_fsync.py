"""What is acknowledged is on the disk: seen in the system calls, and after power cuts made from them."""

from collections.abc import Sequence
from pathlib import Path
from random import Random
from typing import NamedTuple

import pytest

from actors.register.commando import Verwerking
from tests.duurzaam import werk
from tests.duurzaam.kind import Kind
from tests.duurzaam.schijf import klachten, na_stroomuitval, vastleggingen
from tests.duurzaam.sporen import Gespoeld, Gezegd, Spoor, volg
from tests.duurzaam.stroom import Ronde
from tests.duurzaam.toets import Eindstand, gelijk, uit_de_opslag
from tests.duurzaam.werk import Erkend


class Verloop(NamedTuple):
    """What a story left behind in system calls, and the answers after each ACK."""

    sporen: list[Spoor]
    erkend: list[dict[str, Verwerking]]


def verloop_van(tmp_path: Path, verhaal: Sequence[Ronde], fout: str = "") -> Verloop:
    map_ = tmp_path / "data"
    with Kind(werk.met_woorden, map_, verhaal, fout) as kind:
        sporen, gezegd = volg(kind, map_, tmp_path / "sporen")
    delen = [een for een in gezegd if isinstance(een, Erkend)]
    erkend = [{a.id: u for a, u in zip(deel.aangeboden, deel.antwoorden, strict=True)} for deel in delen]
    return Verloop(sporen, erkend)


@pytest.fixture(scope="module")
def verloop(tmp_path_factory: pytest.TempPathFactory, verhaal: list[Ronde]) -> Verloop:
    return verloop_van(tmp_path_factory.mktemp("verloop"), verhaal)


def sleutels_te_laat(verloop: Verloop) -> list[str]:
    """The registers that kept keys after the journal, within one turn; in which turns keys were kept at all."""
    te_laat = []
    gezien = False
    for nummer in range(1, len(verloop.erkend) + 1):
        stores = vastleggingen(verloop.sporen, nummer)
        for register in {store.partition("/")[0] for store in stores if store.endswith("/sleutels")}:
            gezien = True
            if stores.index(f"{register}/sleutels") > stores.index(f"{register}/gevolgen"):
                te_laat.append(f"{register} in turn {nummer}")
    assert gezien, "no turn needed a new key"
    return te_laat


def test_every_answer_comes_after_the_disk_has_what_it_says(verloop: Verloop, zaad: int) -> None:
    """G1: pages flushed, then the commit made visible and flushed, then the answer; one store after the other."""
    assert list(klachten(verloop.sporen)) == []
    assert sum(isinstance(s, Gezegd) and s.woord == "ACK" for s in verloop.sporen) == len(verloop.erkend) > 1
    gespoeld = {s.bestand for s in verloop.sporen if isinstance(s, Gespoeld)}
    assert len(gespoeld) == 12, "three registers with four stores each"


@pytest.mark.parametrize(
    ("fout", "klacht"),
    [
        ("no sync", "/gevolgen/data.mdb was not flushed"),
        ("no metasync", "/gevolgen/data.mdb was not flushed"),
        (werk.TE_VROEG, "without a commit"),
    ],
)
def test_an_answer_that_comes_too_early_is_seen(
    tmp_path: Path, verhaal: list[Ronde], zaad: int, fout: str, klacht: str
) -> None:
    gevonden = list(klachten(verloop_van(tmp_path, verhaal[:1], fout).sporen))
    assert any(een.startswith("ACK 1 ") and klacht in een for een in gevonden), gevonden


def test_keys_are_on_the_disk_before_what_is_encrypted_with_them(verloop: Verloop, zaad: int) -> None:
    assert sleutels_te_laat(verloop) == []


def test_keys_that_are_kept_too_late_are_seen(tmp_path: Path, verhaal: list[Ronde], zaad: int) -> None:
    assert sleutels_te_laat(verloop_van(tmp_path, verhaal[:1], "keys afterwards"))


def na_uitval(  # noqa: PLR0913 - fixtures
    verloop: Verloop, moment: int, map_: Path, verhaal: list[Ronde], hoort: Eindstand, kans: Random
) -> bool:
    """Cut the power after so many sporen, and go on: whether it could; then nothing is lost and it ends well."""
    na_stroomuitval(verloop.sporen[:moment], map_, kans)
    erkend: dict[str, Verwerking] = {}
    for deel in verloop.erkend[: sum(isinstance(s, Gezegd) and s.woord == "ACK" for s in verloop.sporen[:moment])]:
        erkend.update(deel)
    with Kind(werk.kijk_na, map_, verhaal, 2) as kind:  # where nothing was flushed, reading may end a process
        kind.begin()
        gezegd = list(kind.hoor())
    if not gezegd:
        return False
    antwoorden, einde = gezegd[0]
    uit_de_opslag(erkend, antwoorden)
    gelijk(einde, hoort)
    return True


def momenten(verloop: Verloop, kans: Random, aantal: int) -> list[int]:
    """Some right after an answer, and some in between."""
    sporen = verloop.sporen
    begin = sporen.index(Gezegd("BIED", 1))
    na_ack = [n for n, s in enumerate(sporen, 1) if isinstance(s, Gezegd) and s.woord == "ACK"]
    tussendoor = range(begin, len(sporen))
    return [een for alle in (na_ack, tussendoor) for een in kans.sample(alle, min(aantal, len(alle)))]


def test_a_power_cut_at_any_moment_loses_nothing_that_was_acknowledged(  # noqa: PLR0913 - fixtures
    tmp_path: Path, verloop: Verloop, verhaal: list[Ronde], hoort: Eindstand, zaad: int, deel: int
) -> None:
    """G1: also of what a register did because of another, and of the keys: it ends as if nothing had happened."""
    kans = Random(f"stroomuitval/{zaad}/{deel}")
    for moment in momenten(verloop, kans, 3):
        assert na_uitval(verloop, moment, tmp_path / str(moment), verhaal, hoort, kans), moment


def test_a_power_cut_shows_what_was_never_flushed(
    tmp_path: Path, verhaal: list[Ronde], hoort: Eindstand, zaad: int
) -> None:
    verloop = verloop_van(tmp_path, verhaal, "no sync")
    kans = Random(f"stroomuitval/{zaad}")
    einde = len(verloop.sporen)
    assert not na_uitval(verloop, einde, tmp_path / "na", verhaal, hoort, kans)
