"""The messages between the processes of a daemon. Each names its register and epoch, or is a plain question.

They are pickled and sealed by the transport. An address in them is that of a process actor, good until it ends.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from actors.register.commando import AangebodenCommando, Verwerking
from actors.runtime.berichten import Storing
from storage.gevolgenstore import ReaderPosition

Adres = Any


class Soort(StrEnum):
    """What a process does for its register."""

    BIJHOUDING = "bijhouding"
    LEVERING = "levering"


class Toestand(StrEnum):
    """How a process is."""

    START = "start"
    DRAAIT = "draait"
    HERSTART = "herstart"
    OPGEGEVEN = "opgegeven"


@dataclass(frozen=True, slots=True)
class Plek:
    """One process in the tree: which register, doing what."""

    register: str
    soort: Soort

    def __str__(self) -> str:
        return f"{self.register}/{self.soort}"


@dataclass(frozen=True, slots=True)
class StartGroep:
    """To the supervisor: start these registers of a data folder. `generatie` counts the supervisors there were."""

    data: Path
    registers: tuple[str, ...]
    generatie: int
    warm: int


@dataclass(frozen=True, slots=True)
class StartProces:
    """To a process actor: be this, under this epoch; `bronnen` are the registers whose feeds it may read."""

    plek: Plek
    epoch: int
    data: Path
    bronnen: tuple[str, ...]
    warm: int


@dataclass(frozen=True, slots=True)
class Gestart:
    """From a process actor: it is open, at this position of its journal (or the sum of what it follows)."""

    plek: Plek
    epoch: int
    pid: int
    stand: int


@dataclass(frozen=True, slots=True)
class NietGestart:
    """From a process actor: it could not be opened; why, for people."""

    plek: Plek
    epoch: int
    reden: str


@dataclass(frozen=True, slots=True)
class Buren:
    """To a process actor: whom to hint when its journal or feed grew."""

    adressen: tuple[Adres, ...]


@dataclass(frozen=True, slots=True)
class Kijk:
    """A hint: there may be news. It is answered with Gekeken, and until then not sent again."""


@dataclass(frozen=True, slots=True)
class Gekeken:
    """A hint was taken."""


@dataclass(frozen=True, slots=True)
class Verder:
    """To itself: there is more to do than fitted between two messages."""


@dataclass(frozen=True, slots=True)
class Leeft:
    """From a process actor, every so often: it still comes to its messages."""

    plek: Plek
    epoch: int


@dataclass(frozen=True, slots=True)
class Gestoord:
    """From a process actor: which of its readers stand still now (none: all well again)."""

    plek: Plek
    epoch: int
    storingen: tuple[Storing, ...]


@dataclass(frozen=True, slots=True)
class Bied:
    """To a bijhouding: commando's, under a number of whoever asks; with `lezers` all of it or nothing, as one turn."""

    register: str
    epoch: int
    nummer: int
    commandos: Sequence[AangebodenCommando] = field(repr=False)  # Thespian writes out each message, to log it or not
    lezers: Mapping[str, ReaderPosition]


@dataclass(frozen=True, slots=True)
class Beslist:
    """From a bijhouding: the answers to a Bied, in order; None when it was of another epoch."""

    register: str
    nummer: int
    antwoorden: tuple[Verwerking, ...] | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class VraagBoom:
    """To the supervisor: say how all processes are."""

    nummer: int


@dataclass(frozen=True, slots=True)
class Tak:
    """How one process is: since when it counts (`epoch`), how often it was restarted, and what is wrong."""

    plek: Plek
    toestand: Toestand
    epoch: int
    pid: int | None
    herstarts: int
    adres: Adres
    reden: str
    storingen: tuple[Storing, ...]


@dataclass(frozen=True, slots=True)
class Boom:
    """From the supervisor: all processes, its own number and that of its parent, the admin."""

    nummer: int
    pid: int
    admin: int
    takken: tuple[Tak, ...]


@dataclass(frozen=True, slots=True)
class Stop:
    """Close what is open; answered with Gestopt."""


@dataclass(frozen=True, slots=True)
class Gestopt:
    """All that was open is closed."""

    plek: Plek | None = None
