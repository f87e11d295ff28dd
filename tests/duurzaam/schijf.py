"""The disk: what of the sporen is on it, and what it looks like after a power cut."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random

from tests.duurzaam.sporen import Geschreven, Gespoeld, Gezegd, Spoor

_SECTOR = 512  # a disk writes these whole or not at all
_KOP = 2 * 4096  # the first two pages of an LMDB file


def klachten(sporen: Sequence[Spoor]) -> Iterator[str]:
    """Where something was said, written or made visible before what it rests on was on the disk.

    Tables are left out: they may be undone and are made again.
    """
    los: set[str] = set()
    vastgelegd = False
    for spoor in sporen:
        if isinstance(spoor, Gezegd):
            yield from (f"{spoor.woord} {spoor.nummer} while {bestand} was not flushed" for bestand in sorted(los))
            if spoor.woord == "ACK" and not vastgelegd:
                yield f"ACK {spoor.nummer} without a commit"
            vastgelegd = False
        elif isinstance(spoor, Gespoeld):
            los.discard(spoor.bestand)
        elif not spoor.bestand.endswith("/projecties/data.mdb"):
            ander = sorted(los if _maakt_zichtbaar(spoor) else los - {spoor.bestand})
            yield from (f"{spoor.bestand} was committed or written while {b} was not flushed" for b in ander)
            vastgelegd = vastgelegd or _maakt_zichtbaar(spoor)
            if not spoor.meteen:
                los.add(spoor.bestand)


def _maakt_zichtbaar(geschreven: Geschreven) -> bool:
    """Whether this makes a commit visible: it is what LMDB writes in its first two pages."""
    return geschreven.plaats + len(geschreven.inhoud) <= _KOP


def vastleggingen(sporen: Sequence[Spoor], nummer: int) -> list[str]:
    """Which stores got a commit between an offer and its answer, in order."""
    begin = sporen.index(Gezegd("BIED", nummer))
    einde = sporen.index(Gezegd("ACK", nummer))
    geschreven = (s for s in sporen[begin:einde] if isinstance(s, Geschreven))
    return [s.bestand.removesuffix("/data.mdb") for s in geschreven if _maakt_zichtbaar(s)]


def na_stroomuitval(sporen: Sequence[Spoor], doel: Path, kans: Random) -> None:
    """Make in `doel` the stores as a power cut after these sporen may leave them.

    All that was flushed is there, and of what was not any sectors.
    """
    schijf: dict[str, bytearray] = {}
    los: dict[str, list[Geschreven]] = {}
    for spoor in sporen:
        if isinstance(spoor, Gespoeld):
            for geschreven in los.pop(spoor.bestand, []):
                _schrijf(schijf, geschreven.bestand, geschreven.plaats, geschreven.inhoud)
        elif isinstance(spoor, Geschreven):
            if spoor.meteen:
                _schrijf(schijf, spoor.bestand, spoor.plaats, spoor.inhoud)
            else:
                los.setdefault(spoor.bestand, []).append(spoor)
    for geschreven in (g for alle in los.values() for g in alle):
        for plaats, sector in _sectoren(geschreven):
            if kans.random() < 0.5:
                _schrijf(schijf, geschreven.bestand, plaats, sector)
    for bestand, inhoud in schijf.items():
        (doel / bestand).parent.mkdir(parents=True, exist_ok=True)
        (doel / bestand).write_bytes(inhoud)


def _sectoren(geschreven: Geschreven) -> Iterator[tuple[int, bytes]]:
    plaats, einde = geschreven.plaats, geschreven.plaats + len(geschreven.inhoud)
    while plaats < einde:
        tot = min(einde, (plaats // _SECTOR + 1) * _SECTOR)
        yield plaats, geschreven.inhoud[plaats - geschreven.plaats : tot - geschreven.plaats]
        plaats = tot


def _schrijf(schijf: dict[str, bytearray], bestand: str, plaats: int, inhoud: bytes) -> None:
    bytes_ = schijf.setdefault(bestand, bytearray())
    if len(bytes_) < plaats:
        bytes_.extend(bytes(plaats - len(bytes_)))
    bytes_[plaats : plaats + len(inhoud)] = inhoud
