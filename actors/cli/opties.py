"""Opties that several commands share, and how text on the command line becomes a value."""

import re
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any, TypeAlias, TypeVar

import typer

from actors.cli.uitvoer import schoon
from actors.runtime.catalogue import contexten
from actors.runtime.systeem import RegisterSystem
from actors.simulatie.getallen import exact, geheel

T = TypeVar("T")

VOLWASSENEN = 100
"""More adults than any household has; a simulation need not try."""

_DAG = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MOMENT = re.compile(
    _DAG.pattern + r"T[0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,6})?)?(?P<zone>Z|[+-][0-9]{2}:[0-9]{2})?"
)


def lezer(lees: Callable[[str], T]) -> Callable[[Any], T]:
    """A parser for an option, whose ValueError is told as a usage error."""

    def parser(tekst: Any) -> T:
        try:
            return lees(str(tekst))
        except ValueError as fout:
            raise typer.BadParameter(str(fout)) from fout

    parser.__name__ = lees.__name__  # shown as the kind of value when there is no metavar
    return parser


def _pad(tekst: str) -> Path:
    if not tekst.strip():
        raise ValueError("is leeg; noem een map of bestand, of laat de optie weg")
    return Path(tekst)


lees_pad = lezer(_pad)


def _map(tekst: str) -> Path:
    try:
        tekst.encode()
    except UnicodeEncodeError as fout:
        raise ValueError(f"{tekst!r} is geen UTF-8; noem een map met een leesbare naam") from fout
    return _pad(tekst)


lees_map = lezer(_map)


def _tekst(tekst: str) -> str:
    if schoon(tekst) != tekst:
        raise ValueError(f"{schoon(tekst)!r} bevat tekens die geen leesbare tekst zijn; schrijf letters en cijfers")
    return tekst


lees_tekst = lezer(_tekst)

DataOptie: TypeAlias = Annotated[
    Path | None,
    typer.Option(
        "--data", metavar="MAP", parser=lees_map, help="Map waarin de registers blijven; zonder: een tijdelijke map."
    ),
]
"""Where a simulation keeps its registers."""

LeesOptie: TypeAlias = Annotated[
    Path, typer.Option("--data", metavar="MAP", parser=lees_map, help="Map met de registers.")
]
"""Which registers are read."""

JsonOptie: TypeAlias = Annotated[bool, typer.Option("--json", help="Schrijf JSON op stdout.")]

lees_geheel = lezer(geheel)
lees_exact = lezer(exact)


def _aantal(tekst: str) -> int:
    getal = geheel(tekst, "25")
    if getal < 0:
        raise ValueError(f"{tekst} is minder dan 0")
    return getal


lees_aantal = lezer(_aantal)


def _volwassenen(tekst: str) -> int:
    getal = geheel(tekst, "2")
    if getal < 1:
        raise ValueError(f"{tekst} is minder dan 1: Sam zelf telt mee")
    if getal > VOLWASSENEN:
        raise ValueError(f"{tekst} is meer dan {VOLWASSENEN}")
    return getal


lees_volwassenen = lezer(_volwassenen)


def _register(tekst: str) -> str:
    namen = [context.naam for context in contexten()]
    if tekst not in namen:
        raise ValueError(f"er is geen register {tekst!r}; er zijn: {', '.join(namen)}")
    return tekst


lees_register = lezer(_register)

RegistersOptie: TypeAlias = Annotated[
    list[str] | None,
    typer.Option(
        "--register",
        metavar="REGISTER",
        parser=lees_register,
        help="Alleen dit register; vaker te noemen. Zonder: alle.",
    ),
]


def _moment(tekst: str) -> date:
    moment = _MOMENT.fullmatch(tekst)
    if moment and not moment["zone"]:
        raise ValueError(
            f"{tekst} heeft geen tijdzone; schrijf {tekst}+01:00 (Nederland, wintertijd), {tekst}+02:00 (zomertijd)"
            f" of {tekst}Z (UTC), of alleen de dag"
        )
    if not moment and not _DAG.fullmatch(tekst):
        raise ValueError(f"{tekst!r} is geen dag of moment; schrijf bijvoorbeeld 2026-03-01 of 2026-03-01T12:00+01:00")
    try:
        return datetime.fromisoformat(tekst) if moment else date.fromisoformat(tekst)
    except ValueError as fout:
        raise ValueError(f"{tekst} bestaat niet; kijk de cijfers na") from fout


lees_moment = lezer(_moment)

GeldigOptie: TypeAlias = Annotated[
    date | None,
    typer.Option(
        "--geldig-op",
        metavar="MOMENT",
        parser=lees_moment,
        help="Wat er op deze dag geldt (2026-03-01), of op dit moment (2026-03-01T12:00+01:00); zonder: vandaag.",
    ),
]
"""A day, or an aware datetime (which is a date too), on the material axis."""

BeschikbaarOptie: TypeAlias = Annotated[
    date | None,
    typer.Option(
        "--beschikbaar-op",
        metavar="MOMENT",
        parser=lees_moment,
        help="Zoals het toen bekend was: aan het einde van deze dag, of op dit moment; zonder: zoals nu bekend.",
    ),
]
"""A day, or an aware datetime, on the formal axis."""

VoorOptie: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--voor", metavar="DOELGROEP", parser=lees_tekst, help="Voor wie u het vraagt; zonder: voor wie het bestemd is."
    ),
]

TokenOptie: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--token", metavar="TOKEN", parser=lees_tekst, help="Herhaal precies het antwoord met dit herhaaltoken."
    ),
]


@contextmanager
def map_voor(data: Path | None) -> Iterator[Path]:
    """The folder that was named; without one a temporary folder on disk, which is removed afterwards."""
    if data is not None:
        yield data
        return
    with tempfile.TemporaryDirectory(prefix="gevolg-") as tijdelijk:
        yield Path(tijdelijk)


@contextmanager
def registers_in(data: Path | None) -> Iterator[RegisterSystem]:
    """The registers in a folder, or in a temporary one."""
    with map_voor(data) as map_, RegisterSystem.open(map_) as registers:
        yield registers
