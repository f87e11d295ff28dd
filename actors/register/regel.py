"""Regels: scalar functions that name the gegevens they use and the gegeven they give.

A rule knows nothing of time, doubt, correction or origin: the runtime cuts its inputs into intervals, calls
the function per interval with the version that applies, and records what was used and how.
"""

import inspect
from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Any, NamedTuple

from actors.register.taak import BESLISTERMIJN_DAGEN
from actors.register.tijdlijnen import OPEN_BEGIN, OPEN_EIND, Ontbreekt, Stap
from actors.register.verantwoording import Grond
from actors.register.zekerheid import GEEN_TWIJFEL, Twijfels


class Uitkomst(NamedTuple):
    """What a rule found: the value, how, and (when it is not the rule's usual one) the name of its gevolg."""

    waarde: Any
    stappen: tuple[Stap, ...]
    gevolg: str | None = None


class Overgang(StrEnum):
    """How a new rule version meets what already exists."""

    EERBIEDIGEND = "eerbiedigend"
    ONMIDDELLIJK = "onmiddellijk"


class Banden(NamedTuple):
    """Half-open bands on exact values: `uitkomsten[i]` holds from `grenzen[i - 1]` up to `grenzen[i]`.

    One more outcome than there are bounds; a lower bound counts (36 falls in the band that starts at 36).
    """

    grenzen: tuple[Any, ...]
    uitkomsten: tuple[Any, ...]

    def kies(self, waarde: Any) -> Any:
        """The outcome of the band in which this exact value falls."""
        return self.uitkomsten[bisect_right(self.grenzen, waarde)]

    def tekst(self, waarde: Any) -> str:
        """The band in which this value falls, in words: "de band van 21 tot 36", "de band vanaf 36"."""
        plaats = bisect_right(self.grenzen, waarde)
        van = leesbaar(self.grenzen[plaats - 1]) if plaats else "0"
        if plaats == len(self.grenzen):
            return f"de band vanaf {van}"
        return f"de band van {van} tot {leesbaar(self.grenzen[plaats])}"


@dataclass(frozen=True, slots=True)
class Regelversie:
    """One version of a rule as the law has it: when it holds, its ground, and its bands as data.

    Of a version that was registered (and did not come with the program) `claim` is the claim that says so, and
    `twijfels` are the doubts on it.
    """

    versie: int
    grond: Grond
    banden: Banden | None = None
    geldig_vanaf: date = OPEN_BEGIN
    geldig_tot: date = OPEN_EIND
    overgang: Overgang = Overgang.ONMIDDELLIJK
    claim: str = ""
    twijfels: Twijfels = GEEN_TWIJFEL

    def geldt(self, dag: date, peildatum: date | None) -> bool:
        """Whether it applies on a day: *eerbiedigend* by the peildatum, *onmiddellijk* by the day itself."""
        eerbiedigend = self.overgang is Overgang.EERBIEDIGEND
        bekeken = peildatum if eerbiedigend and peildatum is not None else dag
        return self.geldig_vanaf <= bekeken < self.geldig_tot


def geldende_versie(versies: Sequence[Regelversie], dag: date, peildatum: date | None = None) -> Regelversie | None:
    """The version that applies on a day: of those that do the one that begins last; None when there is none."""
    if len(versies) == 1:
        return versies[0] if versies[0].geldt(dag, peildatum) else None
    geldend = [versie for versie in versies if versie.geldt(dag, peildatum)]
    return max(geldend, key=lambda v: (v.geldig_vanaf, v.versie), default=None)


@dataclass(frozen=True, slots=True)
class Regel:
    """A rule as a context declares it.

    * `geeft`: the gegeven it gives; `over`: the depth of its onderwerp (1 = the aggregate, 2 = one below).
    * `besluit`: a decision (held on doubted or missing input) or a calculation (follows at once).
    * `peildatum`: the gegeven whose value is the one day on which the rule is judged; else it is piecewise.
    * `lijsten`: parameters that take a mapping of all children of the onderwerp, by name of the child.
    * `gekoppeld`: list parameter → list parameter: only the children for which the other one is true, and
      each of those must have one.
    * `eigen`: parameters that are looked for at the onderwerp itself alone, never beside or above it.
    * `anker`: the gegeven an onderwerp must have of its own for the rule to be about it.
    * `uitkomst`: the type of the outcome, with its bounds, of a besluit without bands: what an official may decide.
    * `gericht_aan`: the parameter that says whom a besluit is about; another one is another besluit.
    * `eigen_namen`: the gevolgnamen that an outcome of this rule may ask for itself, and how a reader would say what
      it found then: "(er is) niets verschuldigd".
    * `beslistermijn_dagen`: how long what waits may wait.
    * `heet`: how a reader would call what it gives, with its article: "de aanschafheffing".
    """

    naam: str
    geeft: str
    functie: Callable[..., Uitkomst | Ontbreekt | None]
    versie: Regelversie
    gevolg: str
    stam: str
    over: int = 1
    besluit: bool = False
    peildatum: str | None = None
    lijsten: frozenset[str] = frozenset()
    gekoppeld: Mapping[str, str] = field(default_factory=dict)
    eigen: frozenset[str] = frozenset()
    anker: str | None = None
    uitkomst: Any = None
    gericht_aan: str | None = None
    eigen_namen: Mapping[str, str] = field(default_factory=dict)
    parameters: tuple[str, ...] = ()
    optioneel: frozenset[str] = frozenset()
    beslistermijn_dagen: int = BESLISTERMIJN_DAGEN
    heet: str = ""


def regel(  # noqa: PLR0913 - a rule says all of this about itself, by name
    naam: str,
    *,
    versie: int,
    geeft: str,
    grond: Grond,
    gevolg: str,
    stam: str | None = None,
    banden: Banden | None = None,
    over: int = 1,
    besluit: bool = False,
    peildatum: str | None = None,
    lijsten: tuple[str, ...] = (),
    gekoppeld: Mapping[str, str] | None = None,
    eigen: tuple[str, ...] = (),
    anker: str | None = None,
    uitkomst: Any = None,
    gericht_aan: str | None = None,
    eigen_namen: Mapping[str, str] | None = None,
    beslistermijn_dagen: int = BESLISTERMIJN_DAGEN,
    heet: str = "",
) -> Callable[[Callable[..., Uitkomst | Ontbreekt | None]], Regel]:
    """Declare a scalar function as a rule; see `Regel`. A parameter named `banden` gets the bands that apply.

    `gevolg` names what is recorded when the rule finds a value for the first time; `stam` (default: `gevolg`
    without "Vastgesteld") is the stem of …Herzien, …Gecorrigeerd, …Gehandhaafd, …Ingetrokken.
    """

    def maak(functie: Callable[..., Uitkomst | Ontbreekt | None]) -> Regel:
        gevraagd = inspect.signature(functie).parameters
        namen = tuple(p for p in gevraagd if p != "banden")
        return Regel(
            naam=naam,
            geeft=geeft,
            functie=functie,
            versie=Regelversie(versie, grond, banden),
            gevolg=gevolg,
            stam=stam or gevolg.removesuffix("Vastgesteld"),
            over=over,
            besluit=besluit,
            peildatum=peildatum,
            lijsten=frozenset(lijsten) | frozenset(gekoppeld or ()),
            gekoppeld=dict(gekoppeld or {}),
            eigen=frozenset(eigen),
            anker=anker,
            uitkomst=uitkomst,
            gericht_aan=gericht_aan,
            eigen_namen=dict(eigen_namen or {}),
            parameters=namen,
            optioneel=frozenset(p for p in namen if gevraagd[p].default is not inspect.Parameter.empty),
            beslistermijn_dagen=beslistermijn_dagen,
            heet=heet,
        )

    return maak


def berekend(waarde: Any, *stappen: Stap, gevolg: str | None = None) -> Uitkomst:
    """A rule's answer: the value and the steps that led to it."""
    return Uitkomst(waarde, stappen, gevolg)


def leesbaar(getal: int | Decimal | Fraction) -> str:
    """An exact number as Dutch people write it: 8,14 · 16,5 · 100/3 (what has no finite decimals stays a fraction)."""
    if isinstance(getal, int):
        return str(getal)
    teller, noemer = getal.as_integer_ratio()
    decimalen, rest = 0, noemer
    while rest % 2 == 0 or rest % 5 == 0:
        rest //= 10 if rest % 10 == 0 else 5 if rest % 5 == 0 else 2
        decimalen += 1
    if rest != 1:
        return str(getal)
    cijfers = f"{abs(teller) * 10**decimalen // noemer:0{decimalen + 1}d}"
    heel, deel = (cijfers[:-decimalen], f",{cijfers[-decimalen:]}") if decimalen else (cijfers, "")
    return f"{'-' if teller < 0 else ''}{heel}{deel}"


def euro(eurocent: int) -> str:
    """€ 2.000 for 200000; cents only when there are any."""
    heel, cent = divmod(eurocent, 100)
    bedrag = f"{heel:,}".replace(",", ".")
    return f"€ {bedrag},{cent:02d}" if cent else f"€ {bedrag}"


def stap(tekst: str, uitkomst: Any) -> Stap:
    """One step of a calculation in plain Dutch, with its exact outcome; a step that speaks of € has it in eurocent."""
    return Stap(tekst, uitkomst)
