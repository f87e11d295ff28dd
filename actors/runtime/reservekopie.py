"""Reservekopie: a copy of registers of one moment, made while they are written, and what is in one.

MAP/manifest.json                   what the copy is: moment, versions, where each register stood, every file
manifest.sha256                 the digest of that, as `sha256sum -c` reads it
<register>/gevolgen/data.mdb    and verstrekkingen, sleutels; tables are built again
<file>                          the plain files beside the registers (who may do what)
"""

import os
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from actors.register.context import Context
from actors.runtime.catalogue import contexten
from actors.runtime.klok import Buitenwereld
from actors.runtime.programma import programmaversie
from actors.verwerking.jsonvorm import json_tekst
from storage.backup import (
    UNFINISHED,
    FileDigest,
    copy_file,
    digest_of_file,
    flush_folder,
    flush_folders,
    plain_files,
    scratch_folder,
    unpack_file,
    whole_folder,
    write_file,
)
from storage.errors import NewerFormat, StoreDamaged
from storage.findings import Progress, no_progress
from storage.limits import ENGINE, FORMAT
from storage.lmdb_errors import making_room
from storage.opslag import PROJECTIES
from storage.projectiestore_lmdb import LmdbProjectiestore
from storage.snapshot import ALSO, STORES, Ends, RegisterSnapshot, snapshot

MANIFEST = "manifest.json"
ZEGEL = "manifest.sha256"
"""The digest of the manifest, so that nothing in a copy can change unseen."""

KLAARGEZET = ".teruggezet"
"""In the folder of the registers: what is being put back, until it is whole."""

VORM = 1
"""The form of the manifest that this version writes and reads."""


@dataclass(frozen=True, slots=True)
class Gelezen:
    """How far a register had read a feed."""

    feed_id: str
    nummer: int


@dataclass(frozen=True, slots=True)
class Registerkopie:
    """Where one register stood, and its files by their place in the folder of the copy."""

    opslag_id: str
    positie: int
    hash: str
    geregistreerd_op: datetime | None
    feed_id: str
    verstrekkingen: int
    verstrekkingen_hash: str
    bekendgemaakt_tot: int
    gelezen: dict[str, Gelezen]
    bestanden: dict[str, FileDigest]


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a copy says of itself; ids and hashes are hexadecimal."""

    vorm: int
    moment: datetime
    programmaversie: str
    opslagvorm: int
    motor: int
    registers: dict[str, Registerkopie]
    """By name, in the order in which they were looked at: who reads another before it."""
    bestanden: dict[str, FileDigest]
    """The plain files beside the registers."""


_MANIFEST: TypeAdapter[Manifest] = TypeAdapter(Manifest)


class KopieGeweigerd(Exception):
    """A copy cannot be made or put back like this; the text says why and what to do. Nothing was changed."""


def kijkvolgorde(alle: Sequence[Context], namen: Collection[str]) -> tuple[str, ...]:
    """These registers, each before those whose feed it reads, also when it reads them by way of others.

    A circle is cut where it comes back to the register of it that the catalogue names first; what holds it together is
    for `snapshot` to see.
    """
    bronnen = {context.naam: [v.bron for v in context.vertalingen] for context in alle}
    gezien: set[str] = set()
    bronnen_eerst: list[str] = []

    def bezoek(naam: str) -> None:
        if naam not in gezien:
            gezien.add(naam)
            for bron in bronnen.get(naam, ()):
                bezoek(bron)
            bronnen_eerst.append(naam)

    for context in alle:
        bezoek(context.naam)
    return tuple(naam for naam in reversed(bronnen_eerst) if naam in namen)


def maak_reservekopie(
    data: Path, naar: Path, namen: Collection[str], *, buitenwereld: Buitenwereld, meld: Progress = no_progress
) -> Manifest:
    """Copy these registers of a folder, and the plain files beside them, to a folder that is not there yet.

    They may be written meanwhile, by other processes. KopieGeweigerd when the folders do not fit; else raises as
    `snapshot` and `whole_folder` do. There is a whole copy afterwards, or none.
    """
    _keur_mappen(data, naar)
    volgorde = kijkvolgorde(contexten(), namen)
    with whole_folder(naar) as map_, snapshot(data, volgorde) as stand:
        manifest = Manifest(VORM, buitenwereld.klok(), programmaversie(), FORMAT, ENGINE, {}, {})
        for naam, register in stand.items():
            manifest.registers[naam] = _kopieer(register, map_, meld)
        for bestand in (b for b in plain_files(data) if b.name not in {MANIFEST, ZEGEL}):
            manifest.bestanden[bestand.name] = copy_file(bestand, map_ / bestand.name, meld)
        inhoud = json_tekst(manifest, indent=2).encode()
        digest = write_file(map_ / MANIFEST, inhoud)
        write_file(map_ / ZEGEL, _zegel(digest.sha256))
    return manifest


def _keur_mappen(data: Path, naar: Path) -> None:
    if not data.is_dir():
        raise KopieGeweigerd(f"er is geen map {data}; noem met --data de map met de registers")
    if not naar.parent.is_dir():
        raise KopieGeweigerd(f"er is geen map {naar.parent} om de kopie in te maken; maak die eerst (is de schijf er?)")
    if naar.exists() or naar.is_symlink():
        raise KopieGeweigerd(f"{naar} is er al; noem met --naar een map die er nog niet is")
    if naar.name.endswith(UNFINISHED):
        raise KopieGeweigerd(f"{naar} eindigt op {UNFINISHED}, zoals wat niet af is; kies een andere naam")
    if data.resolve() in naar.resolve().parents:
        raise KopieGeweigerd(
            f"{naar} ligt tussen de registers; maak de kopie erbuiten, het liefst op een andere schijf"
        )


def _zegel(digest: str) -> bytes:
    return f"{digest}  {MANIFEST}\n".encode()


def _kopieer(register: RegisterSnapshot, map_: Path, meld: Progress) -> Registerkopie:
    bestanden = {}
    (map_ / register.register).mkdir(mode=0o700)
    for deel in register.stores:
        plaats = f"{register.register}/{deel}/data.mdb"
        bestand = map_ / plaats
        meld(plaats, 0)
        bestand.parent.mkdir(mode=0o700)
        register.copy(deel, bestand)
        bestanden[plaats] = digest_of_file(bestand, _van(plaats, meld))
    return _stand(register.ends, bestanden)


def _van(plaats: str, meld: Progress) -> Progress:
    """Tells how many bytes are done of this file, by its place."""
    return lambda _naam, bytes_: meld(plaats, bytes_)


def _stand(einden: Ends, bestanden: dict[str, FileDigest]) -> Registerkopie:
    return Registerkopie(
        opslag_id=einden.store_id.hex(),
        positie=einden.head.position,
        hash=einden.head.hash.hex(),
        geregistreerd_op=einden.head.registered_at,
        feed_id=einden.feed_id.hex(),
        verstrekkingen=einden.feed_head[0],
        verstrekkingen_hash=einden.feed_head[1].hex(),
        bekendgemaakt_tot=einden.published.position if einden.published else 0,
        gelezen={bron: Gelezen(r.source.hex(), r.position) for bron, r in sorted(einden.readers.items())},
        bestanden=bestanden,
    )


# --- putting back -----------------------------------------------------------------------------------------------


def lees_manifest(kopie: Path) -> Manifest:
    """What a copy says of itself; KopieGeweigerd for what is no copy, StoreDamaged, NewerFormat."""
    if kopie.name.endswith(UNFINISHED):
        raise KopieGeweigerd(f"{kopie} is niet af: het maken is afgebroken; gebruik een andere kopie")
    bestand, zegel = kopie / MANIFEST, kopie / ZEGEL
    if not bestand.is_file() or not zegel.is_file():
        raise KopieGeweigerd(f"{kopie} is geen reservekopie: {MANIFEST} of {ZEGEL} ontbreekt")
    inhoud = bestand.read_bytes()
    if zegel.read_bytes() != _zegel(sha256(inhoud).hexdigest()):
        raise StoreDamaged(f"{bestand} is not what {ZEGEL} says (SHA-256); use another backup")
    try:
        manifest = _MANIFEST.validate_json(inhoud)
    except ValidationError as fout:
        raise NewerFormat(f"{bestand} cannot be read by this version; use the one that made it") from fout
    if manifest.vorm > VORM or manifest.opslagvorm > FORMAT or manifest.motor > ENGINE:
        raise NewerFormat(f"{kopie} was made by {manifest.programmaversie}, which is newer; use that version")
    return manifest


@contextmanager
def klaargezet(kopie: Path, data: Path, namen: Collection[str], meld: Progress = no_progress) -> Iterator[Path]:
    """Unpack these registers of a copy beside their place, and put them there when all went well.

    Gives the folder in which they lie unpacked, to be looked at and begun anew; an exception there undoes it.
    Plain files are put back where there is none of that name. KopieGeweigerd when a register is there already;
    StoreDamaged, with the name, for a file that is not what it was; else raises as `scratch_folder` does.
    """
    manifest = lees_manifest(kopie)
    _keur_plaats(manifest, kopie, data, namen)
    with _map_voor(data), scratch_folder(data / KLAARGEZET) as map_:
        for naam in namen:
            _pak_uit(kopie, map_, naam, manifest.registers[naam], meld)
        los = [naam for naam in manifest.bestanden if not (data / naam).exists()]
        for naam in los:
            unpack_file(kopie / naam, map_ / naam, manifest.bestanden[naam], meld)
        yield map_
        flush_folders(map_)
        for naam in (*los, *namen):
            (map_ / naam).rename(data / naam)
        flush_folder(data)


@contextmanager
def _map_voor(data: Path) -> Iterator[None]:
    """The folder for the registers; made when it is not there, and gone again when nothing came into it."""
    was_er = data.is_dir()
    with making_room(data):
        data.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        yield
        flush_folder(data.parent)
    except BaseException:
        if not was_er:
            with suppress(OSError):
                data.rmdir()
        raise


def _keur_plaats(manifest: Manifest, kopie: Path, data: Path, namen: Collection[str]) -> None:
    if any(Path(naam).name != naam for naam in manifest.bestanden):
        raise StoreDamaged(f"{kopie / MANIFEST} names files outside the backup; use another backup")
    onbekend = [naam for naam in namen if naam not in manifest.registers]
    if onbekend:
        raise KopieGeweigerd(f"in {kopie} zit geen {' of '.join(onbekend)}; er zijn: {', '.join(manifest.registers)}")
    er_al = [str(data / naam) for naam in namen if os.path.lexists(data / naam)]
    if er_al:
        raise KopieGeweigerd(
            f"er staat al een register in {' en in '.join(er_al)}; stop wie erin schrijft, zet die map opzij"
            f" (mv {er_al[0]} {er_al[0]}.oud) en herhaal de opdracht; er is niets veranderd"
        )


def _pak_uit(kopie: Path, map_: Path, naam: str, register: Registerkopie, meld: Progress) -> None:
    """Unpack one register, with empty tables, which are built again from the journal when it is opened."""
    delen = {f"{naam}/{deel}/data.mdb" for deel in STORES}
    if register.bestanden.keys() - {f"{naam}/{deel}/data.mdb" for deel in ALSO} != delen:
        raise StoreDamaged(f"{kopie / MANIFEST} does not name the files of {naam}; use another backup")
    (map_ / naam).mkdir(mode=0o700)
    for plaats, verwacht in register.bestanden.items():
        (map_ / plaats).parent.mkdir(mode=0o700)
        unpack_file(kopie / plaats, map_ / plaats, verwacht, _van(plaats, meld))
    LmdbProjectiestore(map_ / naam / PROJECTIES, naam).close()
