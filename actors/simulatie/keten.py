"""Keten: follow what one commando led to, over the borders of registers, from cause to gevolg.

Only what is recorded is read: a transactie belongs to the keten when its aanleiding is a gevolg in the keten.
So the story can be told of something that happened long ago as well.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from actors.register.gevolg import Transactie
from actors.runtime.lezing import Registerlezing


@dataclass(frozen=True, slots=True)
class Schakel:
    """One transactie, and what was made known about it."""

    transactie: Transactie
    verstrekkingen: tuple[dict[str, Any], ...]


@dataclass(frozen=True, slots=True)
class Hoofdstuk:
    """What happened in one register, in order."""

    register: str
    schakels: tuple[Schakel, ...]


def volg(
    registers: Registerlezing, commando_id: str, vanaf: Mapping[str, tuple[int, int]] | None = None
) -> list[Hoofdstuk]:
    """The keten of a commando, a chapter per register, in the order in which registers read each other.

    `vanaf` says per register after which position and which verstrekking to look; None is from the begin.
    """
    bekend: set[str] = set()
    hoofdstukken = []
    for register in registers.registers:
        positie, nummer = (vanaf or {}).get(register, (0, 0))
        gevonden: dict[int, Transactie] = {}
        for transactie in registers.gevolgen(register, positie):
            oorzaak = transactie.verantwoording.aanleiding.verwijzing
            if transactie.commando_id == commando_id or oorzaak in bekend:
                gevonden[transactie.positie] = transactie
                bekend.update(gevolg.id for gevolg in transactie.gevolgen)
        if gevonden:
            verstrekt = _verstrekt(registers, register, nummer, gevonden)
            schakels = tuple(Schakel(t, tuple(verstrekt[t.positie])) for t in gevonden.values())
            hoofdstukken.append(Hoofdstuk(register, schakels))
    return hoofdstukken


def _verstrekt(
    registers: Registerlezing, register: str, na: int, gevonden: Mapping[int, Transactie]
) -> dict[int, list[dict[str, Any]]]:
    """What was made known, by the position of the transactie it tells about."""
    per_positie: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for verstrekking in registers.verstrekkingen(register, na):
        if verstrekking["positie"] in gevonden:
            per_positie[verstrekking["positie"]].append(verstrekking)
    return per_positie
