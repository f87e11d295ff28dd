"""Projectie: a data object made from gevolgen to inform consumers (handreiking, "Van gevolg naar projecties")."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

from actors.register.verantwoording import Grond


class Eigen(NamedTuple):
    """A column with what stands at exactly this onderwerp, never above or beside it."""

    gegeven: str


class UitInvoer(NamedTuple):
    """A column with what a decision used: the value of this input, for as long as the decision stands."""

    besluit: str
    invoer: str


class RegelversieVan(NamedTuple):
    """A column with the number of the rule version by which this gegeven was last considered."""

    gegeven: str


class Restant(NamedTuple):
    """A column with what is left of `van` when all that stands below it as `af` is taken off; never less than 0."""

    van: str
    af: str


Kolom: TypeAlias = str | Eigen | UitInvoer | RegelversieVan | Restant
"""Where a column comes from: a gegeven by name, or one of the other kinds."""


@dataclass(frozen=True, slots=True)
class Ranglijst:
    """Rows grouped by one column, another one summed, ranked from the highest sum (1) down."""

    per: str
    som: str


@dataclass(frozen=True, slots=True)
class Projectie:
    """A leveringsmodel for a table: for whom, on what ground, which columns from which gegevens.

    One row per onderwerp at depth `over` (1 = the aggregate, 2 = one below) that has the gegeven `anker` of its
    own, or any gegeven when there is no anker. Each cell is a time line; an answer is one day of it. Its rows are kept
    (`bewaard`) and followed along, or made from the gevolgen when someone asks: the answers are the same. With a column
    `betrokkene`, which says whose row it is, each of its doelgroep gets his own rows alone (`betrokkene/<id>`).
    """

    naam: str
    versie: int
    aggregaat: str
    doelgroep: str
    grondslag: Grond
    kolommen: Mapping[str, Kolom]
    omschrijving: str
    over: int = 1
    anker: str | None = None
    ranglijst: Ranglijst | None = None
    bewaard: bool = True
    betrokkene: str | None = None

    @property
    def opslagnaam(self) -> str:
        """The versioned name under which its rows are kept."""
        return f"{self.naam}@{self.versie}"
