"""The restore drill: a backup made while registers are written is put back elsewhere, and nothing is lost or double."""

import os
import shutil
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from random import Random
from signal import SIGKILL
from typing import Any

import pytest
from typer.testing import CliRunner

from actors.cli.main import app
from actors.register.commando import AangebodenCommando, Verwerking
from actors.runtime import reservekopie
from actors.runtime.klok import Buitenwereld
from actors.runtime.reservekopie import MANIFEST, ZEGEL, KopieGeweigerd, Manifest, lees_manifest, maak_reservekopie
from storage.environment import Environment
from storage.errors import StorageFull
from tests.duurzaam import werk
from tests.duurzaam.conftest import vul
from tests.duurzaam.kind import Kind
from tests.duurzaam.stroom import Ronde, rondes
from tests.duurzaam.toets import eindstand, gelijk, keur, maak_af, ongestoord, open_registers, uit_de_opslag
from tests.duurzaam.werk import REGISTERS, Aangeboden, Erkend, InRust
from tests.wereld import auto, commando_id, huishouden


def gevolg(*woorden: object) -> tuple[int, str]:
    """What the command line answers: its exit code, and what it wrote."""
    uitkomst = CliRunner().invoke(app, [str(woord) for woord in woorden], prog_name="gevolg")
    return uitkomst.exit_code, uitkomst.output


def kopieer(data: Path, naar: Path) -> Manifest:
    return maak_reservekopie(data, naar, REGISTERS, buitenwereld=Buitenwereld())


class Leven:
    """What a process that writes said, and how far it came."""

    def __init__(self, zaad: int) -> None:
        self._zaad = zaad
        self.erkend: list[tuple[AangebodenCommando, Verwerking]] = []
        self.ronde = 0

    def hoor(self, berichten: Iterator[Any], tot: int | None = None) -> None:
        """Listen until so many commando's are acknowledged, or to the end."""
        for bericht in berichten:
            if isinstance(bericht, Erkend):
                self.erkend += zip(bericht.aangeboden, bericht.antwoorden, strict=True)
            elif isinstance(bericht, Aangeboden | InRust):
                self.ronde = bericht.ronde
            if tot is not None and len(self.erkend) >= tot:
                return

    def verhaal(self) -> list[Ronde]:
        """All that may have been offered."""
        return list(islice(rondes(self._zaad), self.ronde + 1))


@pytest.mark.parametrize("keer", range(3))
def test_a_backup_made_while_registers_are_written_is_put_back_with_nothing_lost_or_double(
    tmp_path: Path, gegeven_zaad: int, keer: int
) -> None:
    """G44: the drill: backup under load, more is written, the disk is lost, restore, redelivery, the same end."""
    kans = Random(f"drill/{gegeven_zaad}/{keer}")
    data, kopie, elders = tmp_path / "data", tmp_path / "kopie", tmp_path / "elders"
    leven = Leven(gegeven_zaad + keer)
    with Kind(werk.ga_door, data, gegeven_zaad + keer, 0, 1, []) as kind:
        kind.begin()
        gezegd = kind.hoor()
        leven.hoor(gezegd, tot=kans.randrange(5, 40))
        voor = len(leven.erkend)
        manifest = kopieer(data, kopie)
        leven.hoor(gezegd, tot=voor + 40)
        kind.dood()
        leven.hoor(gezegd)
        assert kind.einde() == -SIGKILL
    shutil.rmtree(data)

    assert gevolg("restore", "--data", elders, "--uit", kopie, "--json")[0] == 0
    assert gevolg("verify", "--data", elders)[0] == 0
    keur(elders)
    antwoorden, einde = maak_af(elders, leven.verhaal(), 2)
    uit_de_opslag({a.id: u for a, u in leven.erkend[:voor]}, antwoorden)
    for aangeboden, eerder in leven.erkend:
        assert type(antwoorden[aangeboden.id]) is type(eerder)
    gelijk(einde, ongestoord(leven.verhaal()))
    assert gevolg("verify", "--data", elders, "--projecties")[0] == 0
    assert sum(register.positie for register in manifest.registers.values()) > 0


def test_of_one_register_that_is_put_back_the_others_take_back_what_it_lost_and_hear_it_again(
    tmp_path: Path, gegeven_zaad: int
) -> None:
    data, kopie = tmp_path / "data", tmp_path / "kopie"
    leven = Leven(gegeven_zaad)
    with Kind(werk.ga_door, data, gegeven_zaad, 0, 1, []) as kind:
        kind.begin()
        gezegd = kind.hoor()
        leven.hoor(gezegd, tot=15)
        kopieer(data, kopie)
        leven.hoor(gezegd, tot=40)
        kind.dood()
        leven.hoor(gezegd)
    (data / "wegonderhoud").rename(tmp_path / "opzij")

    assert gevolg("restore", "--data", data, "--uit", kopie, "--register", "wegonderhoud", "--json")[0] == 0
    with open_registers(data, 2) as registers:
        for ronde in leven.verhaal():
            registers.verwerk_alle(ronde)
        registers.wacht_op_rust()
        einde = eindstand(registers)
    hoort = ongestoord(leven.verhaal())
    tabellen = [naam for naam in hoort if " op " in naam]
    gelijk({naam: einde[naam] for naam in tabellen}, {naam: hoort[naam] for naam in tabellen})
    assert gevolg("verify", "--data", data, "--projecties")[0] == 0


class Trage:
    """Opens read transactions as always, but lets the writing process do some work before some of them."""

    def __init__(self, leven: Leven, gezegd: Iterator[Any], *voor: str) -> None:
        self._leven, self._gezegd, self._voor = leven, gezegd, list(voor)
        self._echt = Environment.reading
        self.geopend: list[str] = []

    def reading(self, environment: Environment) -> Any:
        """Take the place of `Environment.reading`."""
        plaats = "/".join(environment.path.parts[-2:])
        if plaats in self._voor:
            self._voor.remove(plaats)
            self._leven.hoor(self._gezegd, tot=len(self._leven.erkend) + 25)
        self.geopend.append(plaats)
        return self._echt(environment)


GOED = ("spitspas", "aanschafheffing", "wegonderhoud")
ANDERSOM = GOED[::-1]
OVERAL = (
    "spitspas/sleutels",
    *(f"{register}/{deel}" for register in GOED[1:] for deel in ("verstrekkingen", "gevolgen", "sleutels")),
)
"""Between every two looks, but for those at the feed and at the journal of who reads its own feed."""


@pytest.mark.parametrize(
    ("volgorde", "ertussen", "keren"),
    [
        (GOED, OVERAL, 1),
        (ANDERSOM, ("aanschafheffing/verstrekkingen",), 2),
        (GOED, ("spitspas/gevolgen",), 2),
    ],
    ids=["in the right order", "the other way around", "within who reads itself"],
)
def test_whatever_is_written_between_two_looks_nothing_in_a_backup_refers_to_what_it_does_not_have(  # noqa: PLR0913
    tmp_path: Path,
    gegeven_zaad: int,
    monkeypatch: pytest.MonkeyPatch,
    volgorde: tuple[str, ...],
    ertussen: tuple[str, ...],
    keren: int,
) -> None:
    """G44: in the right order the first look will do; where there is none it is seen, and looked again."""
    data, kopie = tmp_path / "data", tmp_path / "kopie"
    leven = Leven(gegeven_zaad)
    monkeypatch.setattr(reservekopie, "kijkvolgorde", lambda _alle, _namen: volgorde)
    with Kind(werk.ga_door, data, gegeven_zaad, 0, 1, []) as kind:
        kind.begin()
        gezegd = kind.hoor()
        leven.hoor(gezegd, tot=10)
        trage = Trage(leven, gezegd, *ertussen)

        def reading(environment: Environment) -> Any:
            return trage.reading(environment)

        with monkeypatch.context() as wijzig:
            wijzig.setattr(Environment, "reading", reading)
            kopieer(data, kopie)
        kind.dood()
    assert len(trage.geopend) == 9 * keren
    assert gevolg("restore", "--data", tmp_path / "elders", "--uit", kopie, "--json")[0] == 0
    keur(tmp_path / "elders")


@pytest.fixture(scope="module")
def gevuld(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A household with a car; only to be copied."""
    map_: Path = tmp_path_factory.mktemp("gevuld") / "data"
    with open_registers(map_, 1) as registers:
        registers.verwerk(huishouden(), id=commando_id(1))
        registers.verwerk(auto(), id=commando_id(2))
        registers.wacht_op_rust()
    (map_ / "toegang.json").write_text("[]")
    return map_


@pytest.fixture(scope="module")
def kopie(gevuld: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A backup of it; only to be copied."""
    naar: Path = tmp_path_factory.mktemp("kopie") / "kopie"
    kopieer(gevuld, naar)
    return naar


@pytest.mark.parametrize(
    "plaats",
    [
        "actors.runtime.reservekopie.digest_of_file",
        "actors.runtime.reservekopie.plain_files",
        "actors.runtime.reservekopie.write_file",
        "storage.backup.flush_folders",
    ],
)
def test_killed_half_way_there_is_no_backup_and_the_next_one_clears_what_is_left(
    gevuld: Path, tmp_path: Path, plaats: str
) -> None:
    """G45: what was interrupted is never taken for a backup."""
    naar = tmp_path / "kopie"
    with Kind(werk.kopieer_en_sterf, gevuld, naar, plaats) as kind:
        kind.begin()
        assert kind.einde() == -SIGKILL
    [rest] = tmp_path.iterdir()
    assert rest.name == "kopie.onaf"
    with pytest.raises(KopieGeweigerd, match="is niet af"):
        lees_manifest(rest)
    kopieer(gevuld, naar)
    assert [map_.name for map_ in tmp_path.iterdir()] == ["kopie"]
    assert lees_manifest(naar).registers.keys() == set(REGISTERS)


@pytest.mark.parametrize(
    "plaats",
    [
        "actors.runtime.reservekopie.unpack_file",
        "actors.cli.restore.controleer_lezers",
        "storage.incarnation.check_same_copy",
        "actors.runtime.reservekopie.flush_folders",
    ],
)
def test_killed_while_it_is_put_back_nothing_is_in_its_place_and_the_next_attempt_succeeds(
    kopie: Path, tmp_path: Path, plaats: str
) -> None:
    data = tmp_path / "data"
    with Kind(werk.zet_terug_en_sterf, kopie, data, plaats) as kind:
        kind.begin()
        assert kind.einde() == -SIGKILL
    assert [map_.name for map_ in data.iterdir()] == [".teruggezet"]
    code, verteld = gevolg("doctor", "--data", data)
    assert code == 3, "no registers"
    assert "is over van terugzetten dat is afgebroken" in verteld
    assert gevolg("restore", "--data", data, "--uit", kopie, "--json")[0] == 0
    assert {map_.name for map_ in data.iterdir()} == {*REGISTERS, "toegang.json"}
    keur(data)


def bestanden(map_: Path) -> list[str]:
    return sorted(p.relative_to(map_).as_posix() for p in map_.rglob("*") if p.is_file())


@pytest.mark.parametrize(
    "bestand",
    [
        MANIFEST,
        ZEGEL,
        "toegang.json",
        *(
            f"{register}/{deel}/data.mdb"
            for register in REGISTERS
            for deel in ("gevolgen", "sleutels", "verstrekkingen")
        ),
    ],
)
def test_one_flipped_byte_is_refused_with_the_name_of_the_file(kopie: Path, tmp_path: Path, bestand: str) -> None:
    """G45: whatever file of a backup changed, nothing is put back."""
    stuk, data = Path(shutil.copytree(kopie, tmp_path / "kopie")), tmp_path / "data"
    assert bestand in bestanden(kopie)
    inhoud = bytearray((stuk / bestand).read_bytes())
    inhoud[len(inhoud) // 2] ^= 1
    (stuk / bestand).write_bytes(inhoud)
    code, verteld = gevolg("restore", "--data", data, "--uit", stuk)
    assert code == 4
    assert bestand in verteld.replace("\n", "")
    assert not data.exists()


def test_every_file_of_a_backup_is_flipped_above(kopie: Path) -> None:
    delen = {"gevolgen", "sleutels", "verstrekkingen"}
    verwacht = {f"{register}/{deel}/data.mdb" for register in REGISTERS for deel in delen}
    assert set(bestanden(kopie)) == {MANIFEST, ZEGEL, "toegang.json", *verwacht}


def test_a_file_that_is_gone_is_refused_with_its_name(kopie: Path, tmp_path: Path) -> None:
    stuk = Path(shutil.copytree(kopie, tmp_path / "kopie"))
    (stuk / "spitspas" / "sleutels" / "data.mdb").unlink()
    code, verteld = gevolg("restore", "--data", tmp_path / "data", "--uit", stuk)
    assert code == 4
    assert "spitspas/sleutels/data.mdb is not there" in verteld


@pytest.mark.parametrize("vrij", [0, 3, 20, 40, 60])
def test_on_a_full_disk_there_is_no_backup_and_with_room_there_is(gevuld: Path, kleine_schijf: Path, vrij: int) -> None:
    vulling = vul(kleine_schijf, vrij * 4096)
    naar = kleine_schijf / "kopie"
    with pytest.raises(StorageFull, match="the disk is full; make room"):
        kopieer(gevuld, naar)
    assert list(kleine_schijf.iterdir()) == [vulling]
    vulling.unlink()
    kopieer(gevuld, naar)
    assert lees_manifest(naar).registers.keys() == set(REGISTERS)


@pytest.mark.parametrize("vrij", [0, 3, 30, 90])
def test_on_a_full_disk_nothing_is_put_back_and_with_room_it_is(kopie: Path, kleine_schijf: Path, vrij: int) -> None:
    vulling = vul(kleine_schijf, vrij * 4096)
    data = kleine_schijf / "data"
    code, verteld = gevolg("restore", "--data", data, "--uit", kopie)
    assert code == 3
    assert "de schijf of de opslag is vol" in verteld
    assert list(kleine_schijf.iterdir()) == [vulling]
    vulling.unlink()
    assert gevolg("restore", "--data", data, "--uit", kopie, "--json")[0] == 0
    keur(data)


def test_a_backup_made_while_tables_are_built_again_is_whole(gevuld: Path, tmp_path: Path) -> None:
    data = Path(shutil.copytree(gevuld, tmp_path / "data"))
    with Kind(werk.herbouw_door, data, "spitspas") as kind:
        kind.begin()
        gezegd = kind.hoor()
        next(gezegd)
        kopieer(data, tmp_path / "kopie")
        next(gezegd)
        os.kill(kind.pid, SIGKILL)
    assert gevolg("restore", "--data", tmp_path / "elders", "--uit", tmp_path / "kopie", "--json")[0] == 0
    with open_registers(data, 4) as registers, open_registers(tmp_path / "elders", 4) as elders:
        for een in (registers, elders):
            een.wacht_op_rust()
        gelijk(eindstand(elders), eindstand(registers))


def test_whoever_writes_goes_on_while_a_moment_is_held_and_what_is_copied_is_that_moment(
    gevuld: Path, tmp_path: Path
) -> None:
    """G44: the moment of a backup is one, however long copying takes."""
    data = Path(shutil.copytree(gevuld, tmp_path / "data"))
    with Kind(werk.schrijf_door, data) as kind:
        kind.begin()
        next(kind.hoor())
        manifesten = [kopieer(data, tmp_path / f"kopie-{n}") for n in range(10)]
        kind.dood()
    posities = [manifest.registers["wegonderhoud"].positie for manifest in manifesten]
    assert posities == sorted(posities)
    assert posities[-1] > posities[0], "it went on"
    for n, manifest in enumerate(manifesten):
        elders = tmp_path / f"elders-{n}"
        assert gevolg("restore", "--data", elders, "--uit", tmp_path / f"kopie-{n}", "--json")[0] == 0
        with open_registers(elders, 5) as registers:
            assert registers.standen()["wegonderhoud"]["positie"] == manifest.registers["wegonderhoud"].positie
            registers.wacht_op_rust()
        keur(elders)
