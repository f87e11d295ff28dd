"""Identiteit: ids that follow from what they identify, so that the same work gives the same ids.

A gevolg id is the hash of the store id (one incarnation of a journal), the commando id and the place in the
transactie; a derived commando id starts with the source position, so that keys stay near-sequential. All ids
are UUIDs (RFC 9562, version 8 for hashes).
"""

import dataclasses
import re
from functools import cache
from hashlib import blake2b
from typing import Any

from storage.codec import pack_record

_VARIANT = "89ab"
_HEXCIJFERS = re.compile("[0-9a-fA-F]{32}")
_HASJ = re.compile(f"[0-9a-f]{{8}}-[0-9a-f]{{4}}-8[0-9a-f]{{3}}-[{_VARIANT}][0-9a-f]{{3}}-[0-9a-f]{{12}}")


def gevolg_id(store_id: bytes, commando_id: str, volgorde: int) -> str:
    """The id of the n-th gevolg (from 0) of a commando in one incarnation of a journal."""
    hasj = blake2b(commando_id.encode(), digest_size=16, key=store_id, salt=volgorde.to_bytes(16, "big"))
    return _uuid(hasj.hexdigest())


def is_gevolg_id(tekst: str) -> bool:
    """Whether this is written as the id of a gevolg is: a letter or the number of a melding is not."""
    return _HASJ.fullmatch(tekst) is not None


def gevolg_sleutel(id_: str) -> bytes:
    """The 16 bytes of the id of a gevolg."""
    return bytes.fromhex(id_.replace("-", ""))


def afgeleid_commando_id(bron_id: bytes, bron_nummer: int, weg: str, plaats: str, poging: int = 1) -> str:
    """The id of a commando that follows from a verstrekking: the same signaal gives the same commando.

    `bron_nummer` is the number in the source feed, `weg` the road by which it was read, `plaats` what it is in the
    judgement; `poging` counts renewed attempts from 1.
    """
    gezegd = f"{bron_nummer}/{weg}/{plaats}/{poging}".encode()
    return _uuid(f"{bron_nummer:012x}"[-12:] + blake2b(gezegd, digest_size=10, key=bron_id).hexdigest())


def commando_sleutel(commando_id: str) -> bytes:
    """The 16 bytes under which a commando's outcome is kept; ValueError when the id is not a UUID."""
    kaal = commando_id.replace("-", "")
    if _HEXCIJFERS.fullmatch(kaal) is None:
        raise ValueError(f"geen UUID: {commando_id!r}")
    return bytes.fromhex(kaal)


def commando_digest(geheim: bytes, soort: str, aggregaat: str, commando: Any) -> bytes:
    """16 bytes that stand for soort, aggregate and data of a commando, and reveal none of it."""
    inhoud = pack_record([soort, aggregaat, commando], (), _als_gegevens)
    return blake2b(inhoud, digest_size=16, key=geheim).digest()


def sleutel_digest(geheim: bytes, natuurlijke_sleutel: str) -> bytes:
    """16 bytes that stand for a natural key (a kenteken), and do not reveal it."""
    return blake2b(natuurlijke_sleutel.encode(), digest_size=16, key=geheim).digest()


def _als_gegevens(waarde: Any) -> Any:
    """A dataclass as a dict by field, a set as a sorted list."""
    if isinstance(waarde, frozenset):
        return sorted(waarde)
    klasse: type = type(waarde)
    return {naam: getattr(waarde, naam) for naam in _velden(klasse)}


@cache
def _velden(klasse: type) -> tuple[str, ...]:
    return tuple(veld.name for veld in dataclasses.fields(klasse))


def _uuid(hexcijfers: str) -> str:
    variant = _VARIANT[int(hexcijfers[16], 16) & 3]
    return f"{hexcijfers[:8]}-{hexcijfers[8:12]}-8{hexcijfers[13:16]}-{variant}{hexcijfers[17:20]}-{hexcijfers[20:32]}"
