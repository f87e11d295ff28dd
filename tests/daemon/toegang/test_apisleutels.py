"""API-sleutels: shown once, kept as a hash, known until they expire or are withdrawn."""

import json
import stat
import threading
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from actors.daemon.rechten import Gebruiker, GeenToegang, NuNietNaTeGaan
from actors.daemon.toegang.apisleutels import BESTAND, Sleutelbestand, Sleutelfout, SleutelOnbekend
from actors.runtime.klok import Buitenwereld
from tests.daemon.toegang.sleutelmakers import NU
from tests.wereld import vaste_wereld

RECHTEN = ("spitspas:lezen", "*:commando:RegistreerAuto")


@pytest.fixture
def bestand(tmp_path: Path) -> Sleutelbestand:
    return Sleutelbestand(tmp_path)


def maak(bestand: Sleutelbestand, naam: str = "loket", dagen: int | None = None, voor: str | None = None) -> str:
    tot = NU + timedelta(days=dagen) if dagen is not None else None
    return bestand.maak(naam, RECHTEN, voor=voor, geldig_tot=tot, buiten=Buitenwereld())


def geweigerd(bestand: Sleutelbestand, getoond: str, zin: str) -> None:
    with pytest.raises(GeenToegang) as gevangen:
        bestand.wie(getoond, NU)
    assert zin in str(gevangen.value)
    assert getoond not in str(gevangen.value)


def test_who_shows_a_sleutel_is_known_with_what_it_was_made_for(bestand: Sleutelbestand) -> None:
    sleutel = maak(bestand, voor="openbaar", dagen=1)
    gebruiker, tot = bestand.wie(sleutel, NU)
    assert gebruiker == Gebruiker("loket", frozenset(RECHTEN), "openbaar")
    assert tot == (NU + timedelta(days=1)).timestamp()
    assert bestand.wie(maak(bestand), NU)[1] == float("inf")


def test_the_sleutel_itself_is_kept_nowhere(bestand: Sleutelbestand, tmp_path: Path) -> None:
    """G40: only a hash of it, in a file for its owner alone."""
    sleutel = maak(bestand)
    geheim = sleutel.rpartition("_")[2]
    assert len(bytes.fromhex(geheim)) == 32
    for pad in tmp_path.iterdir():
        assert geheim not in pad.read_text(encoding="utf-8")
        assert stat.S_IMODE(pad.stat().st_mode) == 0o600
    bestand.wie(sleutel, NU)
    (een,) = bestand.alle()
    assert een.hash not in repr(een)
    assert een.hash not in repr(vars(bestand))
    assert geheim not in repr(vars(bestand))


def test_a_sleutel_that_is_another_in_any_letter_is_not_known(bestand: Sleutelbestand) -> None:
    sleutel = maak(bestand)
    ander = maak(bestand, "ander")
    for n in range(4, len(sleutel)):
        letter = "0" if sleutel[n] != "0" else "1"
        geweigerd(bestand, sleutel[:n] + letter + sleutel[n + 1 :], "niet bekend")
    geweigerd(bestand, sleutel[:21] + ander[21:], "niet bekend")
    for onzin in ("gvl_", "gvl__", sleutel + "0", sleutel.upper(), f"{sleutel}\n", "gvl_" + "0" * 16 + "_" + "0" * 64):
        geweigerd(bestand, onzin, "niet bekend")


def test_a_withdrawn_sleutel_is_unknown_at_once_to_whoever_read_the_file_before(tmp_path: Path) -> None:
    loopt, beheer = Sleutelbestand(tmp_path), Sleutelbestand(tmp_path)
    sleutel, ander = maak(beheer), maak(beheer, "ander")
    assert loopt.wie(sleutel, NU)
    eerder = loopt.versie()
    assert beheer.trek_in(sleutel.split("_")[1], NU).ingetrokken_op == NU
    geweigerd(loopt, sleutel, "ingetrokken")
    assert loopt.versie() != eerder
    assert loopt.wie(ander, NU)
    assert beheer.trek_in(sleutel.split("_")[1], NU + timedelta(days=1)).ingetrokken_op == NU


def test_a_sleutel_ends_when_it_was_to_end(bestand: Sleutelbestand) -> None:
    geweigerd(bestand, maak(bestand, dagen=0), "verlopen")


def test_withdrawing_what_is_not_there_is_told(bestand: Sleutelbestand) -> None:
    with pytest.raises(SleutelOnbekend):
        bestand.trek_in("0" * 16, NU)


@pytest.mark.parametrize("inhoud", ["", "{", "[1]", '[{"id": "x"}]', "\0"])
def test_with_a_broken_file_nobody_is_known_and_nothing_is_written_over_it(
    bestand: Sleutelbestand, tmp_path: Path, inhoud: str
) -> None:
    sleutel = maak(bestand)
    (tmp_path / BESTAND).write_text(inhoud, encoding="utf-8")
    for vraag in (partial(bestand.wie, sleutel, NU), partial(bestand.kent, "loket")):
        with pytest.raises(NuNietNaTeGaan) as gevangen:
            vraag()
        assert sleutel not in str(gevangen.value)
    with pytest.raises(Sleutelfout, match="beschadigd"):
        maak(bestand)
    assert (tmp_path / BESTAND).read_text(encoding="utf-8") == inhoud


def test_without_a_file_nobody_is_known(bestand: Sleutelbestand, tmp_path: Path) -> None:
    sleutel = maak(bestand)
    (tmp_path / BESTAND).unlink()
    geweigerd(bestand, sleutel, "niet bekend")


def test_made_at_the_same_time_none_is_lost(tmp_path: Path) -> None:
    gemaakt: list[str] = []
    wie = [
        threading.Thread(target=lambda n=n: gemaakt.append(maak(Sleutelbestand(tmp_path), f"loket-{n}")))
        for n in range(8)
    ]
    for een in wie:
        een.start()
    for een in wie:
        een.join()
    bestand = Sleutelbestand(tmp_path)
    assert {bestand.wie(sleutel, NU)[0].naam for sleutel in gemaakt} == {f"loket-{n}" for n in range(8)}


def test_a_making_that_broke_off_leaves_the_old_file(bestand: Sleutelbestand, tmp_path: Path) -> None:
    eerste = maak(bestand)
    (tmp_path / "toegang.nieuw").write_text("half", encoding="utf-8")
    tweede = maak(bestand)
    assert bestand.wie(eerste, NU)
    assert bestand.wie(tweede, NU)


def test_the_same_chance_gives_the_same_sleutel(tmp_path: Path) -> None:
    sleutels = []
    for naam in ("a", "b"):
        (tmp_path / naam).mkdir()
        sleutels.append(
            Sleutelbestand(tmp_path / naam).maak("x", RECHTEN, voor=None, geldig_tot=None, buiten=vaste_wereld())
        )
    assert len(set(sleutels)) == 1
    assert json.loads((tmp_path / "a" / BESTAND).read_text(encoding="utf-8"))[0]["naam"] == "x"
