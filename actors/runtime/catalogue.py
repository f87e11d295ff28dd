"""The catalogue of contexts that this installation runs: one line per register."""

from importlib.metadata import entry_points

from actors.contexten.aanschafheffing.context import CONTEXT as AANSCHAFHEFFING
from actors.contexten.spitspas.context import CONTEXT as SPITSPAS
from actors.contexten.wegonderhoud.context import CONTEXT as WEGONDERHOUD
from actors.register.context import Context

CONTEXTEN: tuple[Context, ...] = (
    WEGONDERHOUD,
    AANSCHAFHEFFING,
    SPITSPAS,
)

ENTRY_POINTS = "gevolg.contexten"
"""Contexts outside this repository make themselves known under this entry-point group."""


def contexten() -> tuple[Context, ...]:
    """All contexts: those of this repository, then those of installed packages, by name."""
    buiten = sorted(entry_points(group=ENTRY_POINTS), key=lambda punt: punt.name)
    return (*CONTEXTEN, *(punt.load() for punt in buiten))
