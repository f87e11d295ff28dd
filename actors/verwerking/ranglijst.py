"""Ranglijst: rows of a table grouped, summed and ranked."""

from collections import defaultdict
from typing import Any

from actors.register.projectie import Ranglijst
from actors.verwerking.antwoord import Bladgrens


def rangschik(lijst: Ranglijst, rijen: list[dict[str, Any]], *, volledig: bool) -> list[dict[str, Any]]:
    """Groups with their sum, ranked; equal sums share a rank."""
    som: dict[Any, Any] = defaultdict(int)
    for rij in rijen:
        if rij[lijst.per] is not None and rij[lijst.som] is not None:
            som[rij[lijst.per]] += rij[lijst.som]
    op_volgorde = sorted(som.items(), key=lambda item: (-item[1], item[0]))
    return [
        {
            lijst.per: groep,
            lijst.som: totaal,
            "rang": 1 + sum(ander > totaal for ander in som.values()),
            "volledig": volledig,
        }
        for groep, totaal in op_volgorde
    ]


def plaats_in(grens: Bladgrens | None, hoogstens: int) -> int:
    """Where in a ranking a page begins: its places are counted from 0, and a page before one ends there."""
    if grens is None:
        return 0
    plaats = int(grens.onderwerp[0])
    return max(0, plaats - hoogstens) if grens.terug else plaats
