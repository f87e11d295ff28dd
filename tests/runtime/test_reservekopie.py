"""Reservekopieen: in which order registers are looked at, what is refused, and what wissen means for them."""

import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from actors.register.commando import NietVerwerkt, Verwerkt
from actors.register.context import Context
from actors.register.vertaling import Vertaling
from actors.runtime.catalogue import CONTEXTEN
from actors.runtime.klok import Buitenwereld
from actors.runtime.reservekopie import (
    MANIFEST,
    ZEGEL,
    KopieGeweigerd,
    kijkvolgorde,
    klaargezet,
    lees_manifest,
    maak_reservekopie,
)
from actors.runtime.systeem import RegisterSystem
from actors.verwerking.generiek.commandos import WisPersoonsgegevens
from storage.abonnementen_lmdb import LmdbAbonnementenstore
from storage.errors import NewerFormat, StorageError, StoreDamaged
from storage.incarnation import begin_incarnation
from storage.opslag import ABONNEMENTEN
from tests.wereld import AANKOOP, auto, commando_id, huishouden, vaste_wereld

REGISTERS = tuple(context.naam for context in CONTEXTEN)


def keten(**leest: str) -> list[Context]:
    """Contexts by name, each with the names it reads, separated by spaces; in this order in the catalogue."""
    een = CONTEXTEN[1].vertalingen[0]

    def van(bron: str) -> Vertaling:
        return replace(een, bron=bron)

    return [replace(CONTEXTEN[0], naam=n, vertalingen=tuple(map(van, b.split()))) for n, b in leest.items()]


@pytest.mark.parametrize(
    ("leest", "volgorde"),
    [
        ({"a": "", "b": "a", "c": "b"}, "c b a"),
        ({"c": "b", "b": "a", "a": ""}, "c b a"),
        ({"a": "", "b": "", "c": "a b", "d": "c a"}, "d c b a"),
        ({"a": "a"}, "a"),
        ({"a": "b", "b": "a", "c": "a"}, "c a b"),
    ],
    ids=["a road", "the other way around", "two sources", "itself", "a circle"],
)
def test_who_reads_is_looked_at_before_who_is_read(leest: dict[str, str], volgorde: str) -> None:
    contexten = keten(**leest)
    assert kijkvolgorde(contexten, leest.keys()) == tuple(volgorde.split())


def test_the_order_of_a_part_is_that_of_the_whole() -> None:
    assert kijkvolgorde(keten(a="", b="a", c="b"), ["a", "c"]) == ("c", "a")
    assert kijkvolgorde(CONTEXTEN, REGISTERS) == ("spitspas", "aanschafheffing", "wegonderhoud")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    with open_(tmp_path / "data") as registers:
        registers.verwerk(huishouden(), id=commando_id(1))
        registers.verwerk(auto(), id=commando_id(2))
    return tmp_path / "data"


@contextmanager
def open_(map_: Path) -> Iterator[RegisterSystem]:
    """The registers, brought to rest at the end; the clock is that of the system, so it never goes back."""
    with RegisterSystem.open(map_, versie="test") as registers:
        yield registers
        registers.wacht_op_rust()


def kopieer(data: Path, naar: Path, *namen: str) -> None:
    maak_reservekopie(data, naar, namen or REGISTERS, buitenwereld=Buitenwereld())


def zet_terug(kopie: Path, data: Path, *namen: str) -> None:
    wereld = Buitenwereld()
    with klaargezet(kopie, data, namen or REGISTERS) as map_:
        for naam in namen or REGISTERS:
            begin_incarnation(map_, naam, clock=wereld.klok, random_bytes=wereld.willekeur)


def test_a_manifest_says_of_what_moment_and_which_versions_a_backup_is(data: Path, tmp_path: Path) -> None:
    wereld = vaste_wereld()
    gemaakt = maak_reservekopie(data, tmp_path / "kopie", REGISTERS, buitenwereld=wereld)
    assert lees_manifest(tmp_path / "kopie") == gemaakt
    assert gemaakt.moment < wereld.klok()
    assert (gemaakt.vorm, gemaakt.opslagvorm, gemaakt.motor) == (1, 1, 0)
    assert gemaakt.programmaversie.startswith("gevolg ")
    with RegisterSystem.open(data, versie="test") as registers:
        for naam, stand in registers.standen().items():
            register = gemaakt.registers[naam]
            assert (register.opslag_id, register.positie) == (stand["store_id"], stand["positie"])
            assert register.verstrekkingen == stand["verstrekkingen"]
            assert {bron: g.nummer for bron, g in register.gelezen.items()} == stand["gelezen"]
            assert register.geregistreerd_op == registers.moment_van(naam, stand["positie"])


@pytest.mark.parametrize(
    ("naar", "reden"),
    [
        ("kopie", "is er al"),
        ("data/kopie", "ligt tussen de registers"),
        ("data/spitspas/kopie", "ligt tussen de registers"),
        ("data", "is er al"),
        ("nergens/kopie", "er is geen map .*nergens"),
        ("nieuw.onaf", "eindigt op .onaf"),
    ],
)
def test_a_place_that_will_not_do_is_refused(data: Path, tmp_path: Path, naar: str, reden: str) -> None:
    (tmp_path / "kopie").mkdir()
    with pytest.raises(KopieGeweigerd, match=reden):
        kopieer(data, tmp_path / naar)
    with pytest.raises(KopieGeweigerd, match="er is geen map"):
        kopieer(tmp_path / "niets", tmp_path / "nieuw")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["data", "kopie"]


def test_a_register_that_is_not_there_is_refused_and_not_left_out(data: Path, tmp_path: Path) -> None:
    shutil.rmtree(data / "spitspas")
    with pytest.raises(StorageError, match="there is no store in"):
        kopieer(data, tmp_path / "kopie")
    assert [p.name for p in tmp_path.iterdir()] == ["data"]
    kopieer(data, tmp_path / "kopie", "wegonderhoud")
    assert list(lees_manifest(tmp_path / "kopie").registers) == ["wegonderhoud"]


def test_registers_that_are_there_stay_until_they_are_moved(data: Path, tmp_path: Path) -> None:
    kopieer(data, tmp_path / "kopie")
    with pytest.raises(KopieGeweigerd, match=r"er staat al een register in .*spitspas; .* zet die map opzij"):
        zet_terug(tmp_path / "kopie", data, "spitspas")
    (data / "spitspas").rename(tmp_path / "oud")
    zet_terug(tmp_path / "kopie", data, "spitspas")
    with open_(data) as registers:
        registers.wacht_op_rust()
    with pytest.raises(KopieGeweigerd, match=r"zit geen parkeren; er zijn: spitspas, aanschafheffing, wegonderhoud"):
        zet_terug(tmp_path / "kopie", tmp_path / "elders", "parkeren")
    assert not (tmp_path / "elders").exists()


def test_plain_files_are_put_back_where_there_is_none_of_that_name(data: Path, tmp_path: Path) -> None:
    (data / "toegang.json").write_text("oud")
    (data / "instellingen.toml").write_text("oud")
    kopieer(data, tmp_path / "kopie")
    elders = tmp_path / "elders"
    elders.mkdir()
    (elders / "toegang.json").write_text("nieuw")
    zet_terug(tmp_path / "kopie", elders)
    assert (elders / "toegang.json").read_text() == "nieuw"
    assert (elders / "instellingen.toml").read_text() == "oud"


def test_a_backup_can_be_copied_again_under_a_manifest_of_its_own(data: Path, tmp_path: Path) -> None:
    kopieer(data, tmp_path / "kopie")
    kopieer(tmp_path / "kopie", tmp_path / "kopie-2")
    eerste, tweede = lees_manifest(tmp_path / "kopie"), lees_manifest(tmp_path / "kopie-2")
    assert tweede.bestanden == {}
    assert {n: r.opslag_id for n, r in tweede.registers.items()} == {
        n: r.opslag_id for n, r in eerste.registers.items()
    }


def herschrijf(kopie: Path, wijzig: Callable[[dict[str, Any]], None]) -> None:
    """Another manifest, with its seal."""
    gegevens = json.loads((kopie / MANIFEST).read_text())
    wijzig(gegevens)
    inhoud = json.dumps(gegevens).encode()
    (kopie / MANIFEST).write_bytes(inhoud)
    (kopie / ZEGEL).write_text(f"{sha256(inhoud).hexdigest()}  {MANIFEST}\n")


def _buiten(manifest: dict[str, Any]) -> None:
    manifest["bestanden"]["../weg"] = {"bytes": 1, "sha256": "00"}


def _ander_bestand(manifest: dict[str, Any]) -> None:
    manifest["registers"]["spitspas"]["bestanden"]["../weg"] = {"bytes": 1, "sha256": "00"}


@pytest.mark.parametrize(
    ("wijzig", "fout"),
    [
        (lambda manifest: manifest.update(vorm=2), NewerFormat),
        (lambda manifest: manifest.update(opslagvorm=9), NewerFormat),
        (lambda manifest: manifest.update(motor=1), NewerFormat),
        (lambda manifest: manifest.pop("moment"), NewerFormat),
        (_buiten, StoreDamaged),
        (_ander_bestand, StoreDamaged),
    ],
    ids=["form", "format", "engine", "another shape", "a file outside", "another file"],
)
def test_a_manifest_that_cannot_be_followed_is_refused(
    data: Path, tmp_path: Path, wijzig: Callable[[dict[str, Any]], None], fout: type[Exception]
) -> None:
    kopieer(data, tmp_path / "kopie")
    herschrijf(tmp_path / "kopie", wijzig)
    with pytest.raises(fout):
        zet_terug(tmp_path / "kopie", tmp_path / "elders")
    assert not (tmp_path / "elders").exists()


def test_what_is_no_backup_is_refused(data: Path, tmp_path: Path) -> None:
    with pytest.raises(KopieGeweigerd, match="is geen reservekopie"):
        zet_terug(data, tmp_path / "elders")


# --- wissen -------------------------------------------------------------------------------------------------------

WIS = WisPersoonsgegevens(betrokkene_id="sam", toelichting="op verzoek")


def wis(map_: Path) -> list[Any]:
    with open_(map_) as registers:
        return [
            registers.verwerk(WIS, register=naam, id=commando_id(100 + n), gebeurd_op=AANKOOP)
            for n, naam in enumerate(REGISTERS)
        ]


def gewist(map_: Path) -> list[bool]:
    with open_(map_) as registers:
        return [registers._kernen[naam].opslag.sleutels.is_destroyed("sam") for naam in REGISTERS]


def test_what_was_erased_before_a_backup_stays_erased(data: Path, tmp_path: Path) -> None:
    """G46: the key is not in the backup."""
    with RegisterSystem.open(data, versie="test") as registers:
        sleutels = [registers._kernen[naam].opslag.sleutels.kept("sam") for naam in REGISTERS]
    assert any(sleutels)
    wis(data)
    kopieer(data, tmp_path / "kopie")
    alle = b"".join(p.read_bytes() for p in (tmp_path / "kopie").rglob("data.mdb"))
    assert not any(sleutel and sleutel in alle for sleutel in sleutels)
    zet_terug(tmp_path / "kopie", tmp_path / "elders")
    assert gewist(tmp_path / "elders") == [True] * 3
    assert all(isinstance(uit, Verwerkt) and uit.uit_opslag for uit in wis(tmp_path / "elders"))


def test_what_was_erased_after_a_backup_comes_back_until_it_is_asked_again(data: Path, tmp_path: Path) -> None:
    """G46: and the same request under the same id erases it again."""
    kopieer(data, tmp_path / "kopie")
    wis(data)
    zet_terug(tmp_path / "kopie", tmp_path / "elders")
    assert gewist(tmp_path / "elders") == [False] * 3
    assert all(isinstance(uit, Verwerkt) and not uit.uit_opslag for uit in wis(tmp_path / "elders"))
    assert gewist(tmp_path / "elders") == [True] * 3


def test_a_key_that_the_journal_says_is_destroyed_is_destroyed_at_the_first_opening(data: Path, tmp_path: Path) -> None:
    """G46: also when the keys of the backup are older than its journal says."""
    shutil.copytree(data, tmp_path / "eerder")
    wis(data)
    for naam in REGISTERS:
        shutil.rmtree(data / naam / "sleutels")
        shutil.copytree(tmp_path / "eerder" / naam / "sleutels", data / naam / "sleutels")
    kopieer(data, tmp_path / "kopie")
    zet_terug(tmp_path / "kopie", tmp_path / "elders")
    assert gewist(tmp_path / "elders") == [True] * 3


def test_keys_that_are_ahead_of_the_journal_do_no_harm(data: Path, tmp_path: Path) -> None:
    """The keys are looked at last: somebody may be erased between the two looks."""
    shutil.copytree(data, tmp_path / "eerder")
    wis(data)
    for naam in REGISTERS:
        shutil.rmtree(tmp_path / "eerder" / naam / "sleutels")
        shutil.copytree(data / naam / "sleutels", tmp_path / "eerder" / naam / "sleutels")
    kopieer(tmp_path / "eerder", tmp_path / "kopie")
    zet_terug(tmp_path / "kopie", tmp_path / "elders")
    assert gewist(tmp_path / "elders") == [True] * 3
    uitkomsten = wis(tmp_path / "elders")
    assert all(isinstance(uit, Verwerkt) and not uit.uit_opslag for uit in uitkomsten)
    with open_(tmp_path / "elders") as registers:
        nog_eens = registers.verwerk(WIS, register="wegonderhoud", gebeurd_op=AANKOOP)
    assert isinstance(nog_eens, NietVerwerkt)


def test_who_gets_deliveries_goes_along_and_how_far_that_was(data: Path, tmp_path: Path) -> None:
    """Only of a register that a daemon served."""
    naam = REGISTERS[0]
    with closing(LmdbAbonnementenstore(data / naam / ABONNEMENTEN, naam)) as abonnementen:
        abonnementen.put("een", b"tot en met 3")
    kopieer(data, tmp_path / "kopie")
    with klaargezet(tmp_path / "kopie", tmp_path / "terug", REGISTERS) as gezet:
        assert [(gezet / een / ABONNEMENTEN).exists() for een in REGISTERS] == [True, False, False]
        with closing(LmdbAbonnementenstore(gezet / naam / ABONNEMENTEN, naam)) as terug:
            assert dict(terug.all()) == {"een": b"tot en met 3"}
