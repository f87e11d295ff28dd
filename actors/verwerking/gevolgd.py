"""Gevolgd: what of a recorded transactie belongs to a trace: ids and names. Nothing is decrypted, no value is kept."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import NamedTuple

from actors.register.verantwoording import Software
from actors.verwerking.namen import gelezen_naam
from actors.verwerking.serialisatie import lees_formaat
from storage.codec import unpack
from storage.gevolgenstore import Record


class Gevolgd(NamedTuple):
    """A transactie as a step in a trace; `gevolgen` are pairs of id and name, `trace` is empty when it is in none."""

    positie: int
    geregistreerd_op: datetime
    commando: str
    commando_id: str
    aggregaat: str
    trace: str
    gevolgen: tuple[tuple[str, str], ...]


def gevolgd(records: Iterable[Record]) -> Iterator[Gevolgd]:
    """The steps in a part of a journal, one per record. Raises NewerFormat."""
    for record in records:
        m = unpack(record.content, lambda _: None)
        lees_formaat(m)
        yield Gevolgd(
            positie=record.position,
            geregistreerd_op=record.registered_at,
            commando=m["commando"],
            commando_id=m["commando_id"],
            aggregaat=m["aggregaat"],
            trace=Software(*m["software"]).trace,
            gevolgen=tuple((gevolg["id"], gelezen_naam(gevolg["naam"])[1]) for gevolg in m["gevolgen"]),
        )
