"""The messages between the actors of an embedded system. Addresses in them never leave that system."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Any

from actors.register.commando import AangebodenCommando, Mislukt, Verwerking
from actors.runtime.kern import Kernen, Registerkern
from storage.gevolgenstore import Entry, ReaderPosition

Adres = Any
"""A Thespian ActorAddress; never stored, never sent outside."""


class Deel(Enum):
    """A part of what a register does; one system of actors may do some of them."""

    BESLISSEN = auto()
    """Processing commando's: a router, its aggregates and the journal."""
    SIGNALEREN = auto()
    """Judging what other registers made known, and what rests on a new rule version; goes with BESLISSEN."""
    BEKENDMAKEN = auto()
    """Rendering what was recorded into the feed."""
    TABELLEN = auto()
    """Keeping the tables."""


BIJHOUDING = frozenset({Deel.BESLISSEN, Deel.SIGNALEREN})
"""What the writing process of a register does in a daemon."""
LEVERING = frozenset({Deel.BEKENDMAKEN, Deel.TABELLEN})
"""What the delivering process of a register does in a daemon."""


@dataclass(slots=True)
class StartSysteem:
    """To the supervisor: which parts of these registers to do, and how many aggregate actors each may keep warm.

    `bronnen` are the registers whose feed may be read, by name.
    """

    kernen: Kernen
    bronnen: Kernen
    warm: int
    delen: frozenset[Deel]


@dataclass(slots=True)
class StartRouter:
    """To a router: its register, and how many aggregate actors it may keep warm."""

    kern: Registerkern
    warm: int


@dataclass(slots=True)
class StartJournaal:
    """To a journal: its register."""

    kern: Registerkern


@dataclass(slots=True)
class StartAggregaat:
    """To an aggregate: which one it is, of which register, and where its outcomes go."""

    kern: Registerkern
    naam: str
    journaal: Adres


@dataclass(slots=True)
class StartLezer:
    """To a bekendmaker, projector or translator, from its supervisor: what to do.

    `werk(limiet)` handles one slice and answers how much that was; `herstel()` makes its store fit again after a
    failed write. Of a translator `werk` gives the signalen to offer to `router`.
    """

    naam: str
    werk: Callable[[int], Any]
    herstel: Callable[[], None] = lambda: None
    router: Adres = None


@dataclass(slots=True)
class Volgers:
    """To an actor that was started: whom to tell that there is news."""

    adressen: tuple[Adres, ...]


@dataclass(slots=True)
class Kijk:
    """A hint: there may be news. Losing it loses nothing."""


@dataclass(slots=True)
class WaarIs:
    """To the supervisor: say which actor is the router of this register."""

    register: str


@dataclass(slots=True)
class Aanbod:
    """To a router: commando's to process, and the reader position to record with what they cause."""

    commandos: tuple[AangebodenCommando, ...]
    lezers: Mapping[str, ReaderPosition] = field(default_factory=dict)


@dataclass(slots=True)
class Uitkomsten:
    """From a router: one answer per offered commando, in order, after the durable commit."""

    antwoorden: tuple[Verwerking, ...]


@dataclass(slots=True)
class Verwerk:
    """To an aggregate: one commando of this turn; `sleutel` and `digest` stand for its id and its content."""

    beurt: int
    plaats: int
    aangeboden: AangebodenCommando
    sleutel: bytes
    digest: bytes


@dataclass(slots=True)
class Opname:
    """To the journal: what one commando came to, to be recorded (`entry`) or only answered."""

    beurt: int
    plaats: int
    aggregaat: str
    antwoord: Verwerking
    entry: Entry | None = None


@dataclass(slots=True)
class Spoel:
    """Behind all Opnames of a turn: commit them, with the reader positions that belong to them."""

    beurt: int
    lezers: Mapping[str, ReaderPosition]


@dataclass(slots=True)
class Klaar:
    """From the journal: the turn is over.

    `vergeet` names the aggregates whose state in memory is not to be trusted; `mislukt` is the answer to
    each when the whole turn failed: then none is. `alles_vergeten`: what any aggregate holds may have been erased.
    """

    beurt: int
    antwoorden: dict[int, Verwerking]
    vergeet: frozenset[str]
    gegroeid: bool
    mislukt: Mislukt | None = None
    alles_vergeten: bool = False


@dataclass(slots=True)
class Vergeet:
    """To an aggregate: drop your state; it is folded from the journal again when needed."""


@dataclass(slots=True)
class Storing:
    """To the supervisor: a reader stopped; the log knows why under `referentie`."""

    naam: str
    referentie: str
    toelichting: str


@dataclass(slots=True)
class Storingen:
    """To the supervisor: say who stands still since the last Kijk."""
