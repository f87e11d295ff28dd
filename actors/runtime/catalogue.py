"""The catalogue of contexts that this installation runs: one line per register."""

from importlib import import_module
from importlib.metadata import entry_points

from actors.register.context import Context

_HIER = (
    "wegonderhoud",
    "aanschafheffing",
    "spitspas",
)

CONTEXTEN: tuple[Context, ...] = tuple(import_module(f"actors.contexten.{naam}.context").CONTEXT for naam in _HIER)
"""The contexts of this repository, each from the folder of that name."""

ENTRY_POINTS = "gevolg.contexten"
"""Contexts outside this repository make themselves known under this entry-point group."""


def contexten() -> tuple[Context, ...]:
    """All contexts: those of this repository, then those of installed packages, by name."""
    buiten = sorted(entry_points(group=ENTRY_POINTS), key=lambda punt: punt.name)
    return (*CONTEXTEN, *(punt.load() for punt in buiten))
