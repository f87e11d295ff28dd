"""Upcasters of what every register records; those of a context come on top."""

from collections.abc import Mapping
from typing import Any

from actors.register.context import Context, Upcaster
from actors.register.taak import BESLISTERMIJN_DAGEN
from actors.verwerking.namen import AANHOUDING


def _aanhouding_met_termijn(m: dict[str, Any]) -> dict[str, Any]:
    """Version 1 did not say how long something may wait, nor what stands for its cause."""
    return {**m, "inhoud": [[*wachtend, BESLISTERMIJN_DAGEN, ""] for wachtend in m["inhoud"]]}


GENERIEKE_UPCASTERS: dict[tuple[str, int], Upcaster] = {(AANHOUDING, 1): _aanhouding_met_termijn}


def alle_upcasters(context: Context) -> Mapping[tuple[str, int], Upcaster]:
    """By name of the gevolg and version: what makes that version into the next, in this register."""
    return met_generieke(context.upcasters)


def met_generieke(upcasters: Mapping[tuple[str, int], Upcaster]) -> Mapping[tuple[str, int], Upcaster]:
    """Those of a context, on top of those of every register."""
    return {**GENERIEKE_UPCASTERS, **upcasters}
