"""How much is measured: in full, quickly, or only to see that it runs."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Sizes:
    """Everything that makes a run long or short. Names of numbers say 1, 100 and 1000 whatever `batch` says."""

    repeats: int = 5
    repeats_everything_on: int = 5
    batch: Mapping[int, int] = field(default_factory=lambda: {1: 1, 10: 10, 100: 100, 1000: 1000})
    """In flight → commando's per batch."""
    batches: Mapping[int, int] = field(default_factory=lambda: {1: 120, 100: 8, 1000: 2})
    """In flight → batches per turn, write side alone."""
    batches_everything_on: Mapping[int, int] = field(default_factory=lambda: {1: 12, 100: 1, 1000: 1})
    """In flight → batches per turn, everything on."""
    batches_through_three: Mapping[int, int] = field(default_factory=lambda: {1: 40, 100: 1})
    """In flight → batches per turn of corrections that go through three registers."""
    batches_of_doubt: Mapping[int, int] = field(default_factory=lambda: {1: 8, 10: 4})
    """Cars of one household doubted at once → households per turn."""
    households: int = 100_000
    """Households that one rule version touches."""
    eventsourcing: int = 500
    """Commando's per turn of the other library."""
    fills: Mapping[str, int] = field(
        default_factory=lambda: {"10k": 10_000, "100k": 100_000, "1m": 1_000_000, "5m": 5_000_000}
    )
    """Name → gevolgen in the store to which is appended."""
    append_repeats: int = 9
    spoor_fills: Mapping[str, int] = field(default_factory=lambda: {"10k": 10_000, "1m": 1_000_000})
    """Name → gevolgen in the registers that are asked for herkomst and doorwerking."""
    questions: int = 200
    """Asked per turn."""
    cars: int = 20_000
    """Cars in the prepared folder: all are kept warm to weigh them."""
    slice: int = 256
    """Transacties projected in one commit, as the registers do it."""
    project: int = 12
    """Slices of transacties projected per turn."""
    tables: Mapping[str, int] = field(default_factory=lambda: {"10k": 10_000, "1m": 1_000_000})
    """Name → gevolgen in a register that is asked, smallest first."""
    reads: int = 1_000
    """Questions per turn."""
    rebuild: int = 4_000
    """Cars whose tables are built again."""
    posts: Mapping[int, int] = field(default_factory=lambda: {1: 200, 16: 800, 64: 1_600})
    """Connections → POSTs per turn."""
    lines: int = 2_000
    """Lines of NDJSON per turn, write side alone."""
    lines_everything_on: int = 500
    """The same with everything on."""
    start: int = 1_000_000
    """Gevolgen in the journal of a daemon that starts. Names of numbers say 1m whatever this says."""
    passes: int = 60
    """Cars bought one by one in an idle daemon, per turn."""


FULL = Sizes()
QUICK = Sizes(
    repeats=3,
    repeats_everything_on=1,
    batches={1: 100, 100: 3, 1000: 1},
    batches_everything_on={1: 10, 100: 1},
    batches_through_three={1: 10, 100: 1},
    batches_of_doubt={1: 4, 10: 2},
    households=600,
    eventsourcing=200,
    fills={"10k": 10_000, "200k": 200_000},
    append_repeats=3,
    spoor_fills={"10k": 10_000, "50k": 50_000},
    questions=50,
    cars=2_000,
    project=4,
    tables={"10k": 10_000, "100k": 100_000},
    reads=300,
    rebuild=1_000,
    posts={1: 100, 16: 300, 64: 640},
    lines=1_000,
    lines_everything_on=200,
    start=100_000,
    passes=30,
)
TINY = Sizes(
    repeats=1,
    repeats_everything_on=1,
    batch={1: 1, 10: 2, 100: 2, 1000: 4},
    batches={1: 1, 100: 1, 1000: 1},
    batches_everything_on={1: 1, 100: 1, 1000: 1},
    batches_through_three={1: 1, 100: 1},
    batches_of_doubt={1: 1, 10: 1},
    households=4,
    eventsourcing=2,
    fills={"10k": 30, "5m": 60},
    append_repeats=1,
    spoor_fills={"10k": 40, "1m": 90},
    questions=2,
    cars=8,
    slice=4,
    project=1,
    tables={"10k": 40, "1m": 80},
    reads=3,
    rebuild=8,
    posts={1: 2, 16: 8, 64: 16},
    lines=8,
    lines_everything_on=4,
    start=60,
    passes=2,
)
"""Shows that every row runs; its numbers mean nothing."""
