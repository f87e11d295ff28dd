"""Herkomst and doorwerking: back from a gevolg to the first signals, and forward to everything it led to.

A walk over the graph of `verbanden`, across the registers that can be looked up in. Nearest first, each gevolg once,
in an order that depends on what is recorded alone. What a gevolg came from never changes; what it led to grows, so
that is asked up to a position of each register.
"""

from collections import OrderedDict, deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from heapq import merge
from itertools import dropwhile, groupby, takewhile
from typing import NamedTuple, Protocol, TypeAlias

from actors.register.claim import gevolg_van
from actors.register.gevolg import Afleiding, Gevolg, Transactie
from actors.register.verantwoording import Aanleiding
from actors.register.zekerheid import Zekerheid, zekerheid_van
from actors.verwerking.antwoord import GeenGrens, Onbekend
from actors.verwerking.identiteit import is_gevolg_id
from actors.verwerking.verbanden import (
    Verband,
    Verbandsoort,
    draagt_aanleiding,
    gebruikte_claims,
    overgenomen_claims,
    verbanden_van,
)

_GELEZEN = 500  # transacties kept while walking: some 10 KB each


class Vindplaats(Protocol):
    """One register to look gevolgen up in; positions come in order."""

    @property
    def tot(self) -> int:
        """The position up to which everything is found."""

    @property
    def achter(self) -> int:
        """How many transacties come after it."""

    def positie(self, gevolg: str) -> int | None:
        """Where a gevolg is recorded; None when it is not, up to there."""

    def verwijzingen(self, gevolg: str) -> Iterator[int]:
        """Where something in another transactie than its own refers to a gevolg."""

    def overnames(self, gevolg: str) -> Iterator[int]:
        """Of those: where something of it is taken over."""

    def transactie(self, positie: int) -> Transactie:
        """What is recorded at a position."""


class Richting(StrEnum):
    """Back, or forward."""

    HERKOMST = "herkomst"
    DOORWERKING = "doorwerking"


@dataclass(frozen=True, slots=True)
class Knoop:
    """One gevolg on the way: the n-th (from 0) of its transactie, which says by whom, on what ground and with what."""

    transactie: Transactie
    plaats: int

    @property
    def gevolg(self) -> Gevolg:
        """The gevolg itself."""
        return self.transactie.gevolgen[self.plaats]

    @property
    def zekerheid(self) -> Zekerheid:
        """How sure the register was of it when it recorded it."""
        inhoud = self.gevolg.inhoud
        return zekerheid_van(inhoud.stuk.twijfels) if isinstance(inhoud, Afleiding) else Zekerheid.ONBETWIST

    @property
    def wortel(self) -> Aanleiding | None:
        """What set it in motion from outside: a signaal, an aanvraag; None when a gevolg did, here or elsewhere."""
        aanleiding = self.transactie.verantwoording.aanleiding
        buiten = draagt_aanleiding(self.transactie, self.plaats) and not is_gevolg_id(aanleiding.verwijzing)
        return aanleiding if buiten else None


@dataclass(frozen=True, slots=True)
class Spoor:
    """What was found: the gevolgen (those asked for first, then the nearest), and how they refer to each other.

    `buiten` are references to gevolgen that no register here has. `meer`: there is more than was asked for. `tot` is
    the position of each register up to which was looked; `achter` how many transacties of a register cannot be found
    yet, where that may matter.
    """

    richting: Richting
    begin: tuple[str, ...]
    knopen: tuple[Knoop, ...]
    verbanden: tuple[Verband, ...]
    buiten: tuple[Verband, ...] = ()
    meer: bool = False
    tot: Mapping[str, int] = field(default_factory=dict)
    achter: Mapping[str, int] = field(default_factory=dict)


def herkomst(
    vindplaatsen: Mapping[str, Vindplaats],
    gevolgen: Sequence[str],
    maximum: int | None = None,
    tot: Mapping[str, int] | None = None,
) -> Spoor:
    """Everything that these gevolgen came from, in each register up to a position (default: all that can be found).

    At most `maximum` gevolgen. KeyError when one of them, or a register of `tot`, is nowhere; GeenGrens when a position
    is not there yet, or `maximum` is less than 1.
    """
    _controleer(vindplaatsen, maximum, tot or {})
    lezing = _tot_en_met(vindplaatsen, tot)
    spoor = _loop(Richting.HERKOMST, lezing, gevolgen, lezing.terug, maximum)
    return replace(spoor, tot=lezing.tot, achter=_achter(vindplaatsen, tot or {}) if spoor.buiten else {})


def doorwerking(
    vindplaatsen: Mapping[str, Vindplaats],
    gevolgen: Sequence[str],
    maximum: int | None = None,
    tot: Mapping[str, int] | None = None,
) -> Spoor:
    """Everything that these gevolgen led to; for the rest as `herkomst`."""
    _controleer(vindplaatsen, maximum, tot or {})
    lezing = _tot_en_met(vindplaatsen, tot)
    spoor = _loop(Richting.DOORWERKING, lezing, gevolgen, lezing.verder, maximum)
    return replace(spoor, tot=lezing.tot, achter=_achter(vindplaatsen, tot or {}))


def _controleer(vindplaatsen: Mapping[str, Vindplaats], maximum: int | None, tot: Mapping[str, int]) -> None:
    """Whether these bounds mean something."""
    if maximum is not None and maximum < 1:
        raise GeenGrens(f"hoogstens {maximum} gevolgen kan niet; vraag er minstens 1")
    for naam, positie in tot.items():
        if naam not in vindplaatsen:
            raise Onbekend(f"geen register {naam!r}; er zijn: {', '.join(vindplaatsen)}")
        laatste = vindplaatsen[naam].tot + vindplaatsen[naam].achter
        if not 0 <= positie <= laatste:
            raise GeenGrens(f"{naam} heeft geen positie {positie}; de laatste is {laatste}, vraag een positie tot daar")


def _tot_en_met(vindplaatsen: Mapping[str, Vindplaats], tot: Mapping[str, int] | None) -> "_Lezing":
    grens = tot or {}
    return _Lezing(
        vindplaatsen, {naam: min(plek.tot, grens.get(naam, plek.tot)) for naam, plek in vindplaatsen.items()}
    )


def _achter(vindplaatsen: Mapping[str, Vindplaats], tot: Mapping[str, int]) -> dict[str, int]:
    """Per register how much is recorded that cannot be found yet, as far as that was asked for."""
    hoeveel = {
        naam: min(plek.achter, tot.get(naam, plek.tot + plek.achter) - plek.tot) for naam, plek in vindplaatsen.items()
    }
    return {naam: aantal for naam, aantal in hoeveel.items() if aantal > 0}


def vastgelegd_door(
    vindplaatsen: Mapping[str, Vindplaats], register: str, aggregaat: tuple[str, str], claims: Sequence[str], tot: int
) -> tuple[str, ...]:
    """The gevolgen behind claims that an aggregate of a register has at a position, each once.

    Of a claim that was taken over that is the gevolg that recorded it elsewhere (when that is found) and the one that
    brought it in here.
    """
    lezing = _Lezing(vindplaatsen, {naam: plek.tot for naam, plek in vindplaatsen.items()})
    uit: dict[str, None] = {}
    for claim in claims:
        binnen = lezing.overname(register, aggregaat, claim, (tot + 1, 0))
        gevolg = gevolg_van(claim)
        if is_gevolg_id(gevolg) and (binnen is None or lezing.vind(gevolg) is not None):
            uit[gevolg] = None
        if binnen is not None:
            uit[binnen.gevolg.id] = None
    return tuple(uit)


_Stap: TypeAlias = tuple[Verband, Knoop | None]


def _loop(
    richting: Richting,
    lezing: "_Lezing",
    gevolgen: Sequence[str],
    stappen: Callable[[Knoop], Iterator[_Stap]],
    maximum: int | None,
) -> Spoor:
    """Walk on until there is nothing new, or more than `maximum`."""
    begin = [lezing.begin(gevolg) for gevolg in gevolgen]
    knopen = {knoop.gevolg.id: knoop for knoop in begin}
    verbanden: dict[Verband, None] = {}
    buiten: dict[Verband, None] = {}
    te_doen = deque(knopen.values())
    eerste = tuple(knopen)
    meer = False
    while te_doen and not meer:
        for verband, ander in stappen(te_doen.popleft()):
            if ander is None:
                buiten[verband] = None
                continue
            if ander.gevolg.id not in knopen:
                if maximum is not None and len(knopen) >= maximum:
                    meer = True
                    break
                knopen[ander.gevolg.id] = ander
                te_doen.append(ander)
            verbanden[verband] = None
    return Spoor(richting, eerste, tuple(knopen.values()), tuple(verbanden), tuple(buiten), meer)


_Plek: TypeAlias = tuple[int, int]
"""A position of a register, and a place in the transactie there."""


class _Gelezen(NamedTuple):
    """A transactie with all that its gevolgen refer to: by gevolg, and by what is referred to."""

    knopen: dict[str, Knoop]
    uit: dict[str, list[Verband]]
    naar: dict[str, list[Verband]]


class _Lezing:
    """Looks up in all registers, up to a position of each; remembers what it read last."""

    def __init__(self, vindplaatsen: Mapping[str, Vindplaats], tot: Mapping[str, int]) -> None:
        self.tot = dict(tot)
        self._vindplaatsen = vindplaatsen
        self._gelezen: OrderedDict[tuple[str, int], _Gelezen] = OrderedDict()

    def begin(self, gevolg: str) -> Knoop:
        """Where the walk begins: at a gevolg, or at the one that recorded a claim."""
        knoop = self.vind(gevolg_van(gevolg))
        if knoop is None:
            waar = ", ".join(f"{naam} tot positie {tot}" for naam, tot in self.tot.items())
            raise Onbekend(f"geen gevolg {gevolg!r}; gezocht in {waar}")
        return knoop

    def terug(self, knoop: Knoop) -> Iterator[_Stap]:
        """What a gevolg refers to."""
        for verband in self._lees(knoop).uit.get(knoop.gevolg.id, ()):
            yield verband, self.vind(verband.doel)
        for gegeven, claim in gebruikte_claims(knoop.gevolg):
            overname = self.overname(*_van(knoop), claim, _plek(knoop))
            if overname is not None:
                yield Verband(knoop.gevolg.id, Verbandsoort.OVERNAME, gegeven, overname.gevolg.id), overname

    def verder(self, knoop: Knoop) -> Iterator[_Stap]:
        """What refers to a gevolg: in its own transactie, then register by register, then by what it brought in."""
        gevolg = knoop.gevolg.id
        yield from self._in(self._lees(knoop), gevolg)
        for register, vindplaats in self._vindplaatsen.items():
            for positie in self._tot_en_met(register, vindplaats.verwijzingen(gevolg)):
                yield from self._in(self._lees_op(register, positie), gevolg)
        yield from self._gebruik(knoop)

    @staticmethod
    def _in(gelezen: _Gelezen, gevolg: str) -> Iterator[_Stap]:
        return ((verband, gelezen.knopen[verband.gevolg]) for verband in gelezen.naar.get(gevolg, ()))

    def _gebruik(self, knoop: Knoop) -> Iterator[_Stap]:
        """What used, in this aggregate, a value that this gevolg was the first to bring in."""
        nieuw = (c for c in overgenomen_claims(knoop.gevolg) if self.overname(*_van(knoop), c, _plek(knoop)) is None)
        claims = frozenset(claim for claim in nieuw if is_gevolg_id(gevolg_van(claim)))
        for positie in self._gebruikt_op(knoop, claims):
            for ander in self._lees_op(knoop.transactie.register, positie).knopen.values():
                if _aggregaat(ander) == _aggregaat(knoop) and _plek(ander) > _plek(knoop):
                    for gegeven, claim in dict.fromkeys(gebruikte_claims(ander.gevolg)):
                        if claim in claims:
                            yield Verband(ander.gevolg.id, Verbandsoort.OVERNAME, gegeven, knoop.gevolg.id), ander

    def _gebruikt_op(self, knoop: Knoop, claims: frozenset[str]) -> Iterator[int]:
        """Where in this register something refers to one of these claims, from this gevolg on, each position once."""
        register, hier = knoop.transactie.register, knoop.transactie.positie
        verwijzingen = self._vindplaatsen[register].verwijzingen
        later = (
            dropwhile(lambda positie: positie <= hier, self._tot_en_met(register, verwijzingen(gevolg)))
            for gevolg in sorted({gevolg_van(claim) for claim in claims})
        )
        return (positie for positie, _ in groupby(merge([hier] if claims else [], *later)))

    def overname(self, register: str, aggregaat: tuple[str, str], claim: str, voor: _Plek) -> Knoop | None:
        """The first gevolg of an aggregate, before this place, that took this claim over; None when none did."""
        gevolg = gevolg_van(claim)
        for positie in self._vindplaatsen[register].overnames(gevolg) if is_gevolg_id(gevolg) else ():
            if positie > voor[0]:
                return None
            for knoop in self._lees_op(register, positie).knopen.values():
                hier = (positie, knoop.plaats) < voor and _aggregaat(knoop) == aggregaat
                if hier and claim in overgenomen_claims(knoop.gevolg):
                    return knoop
        return None

    def _tot_en_met(self, register: str, posities: Iterator[int]) -> Iterator[int]:
        grens = self.tot[register]
        return takewhile(lambda positie: positie <= grens, posities)

    def vind(self, gevolg: str) -> Knoop | None:
        """A gevolg by its id, in whatever register it is; None when it is in none of them."""
        if not is_gevolg_id(gevolg):
            return None
        for register, vindplaats in self._vindplaatsen.items():
            positie = vindplaats.positie(gevolg)
            if positie is not None and positie <= self.tot[register]:
                return self._lees_op(register, positie).knopen.get(gevolg)
        return None

    def _lees(self, knoop: Knoop) -> _Gelezen:
        return self._lees_op(knoop.transactie.register, knoop.transactie.positie)

    def _lees_op(self, register: str, positie: int) -> _Gelezen:
        plek = (register, positie)
        gelezen = self._gelezen.pop(plek, None)
        if gelezen is None:
            gelezen = _ontleed(self._vindplaatsen[register].transactie(positie))
        self._gelezen[plek] = gelezen
        if len(self._gelezen) > _GELEZEN:
            self._gelezen.popitem(last=False)
        return gelezen


def _ontleed(transactie: Transactie) -> _Gelezen:
    gelezen = _Gelezen({g.id: Knoop(transactie, n) for n, g in enumerate(transactie.gevolgen)}, {}, {})
    for verband in verbanden_van(transactie):
        gelezen.uit.setdefault(verband.gevolg, []).append(verband)
        gelezen.naar.setdefault(verband.doel, []).append(verband)
    return gelezen


def _aggregaat(knoop: Knoop) -> tuple[str, str]:
    return knoop.transactie.aggregaat, knoop.transactie.aggregaat_id


def _van(knoop: Knoop) -> tuple[str, tuple[str, str]]:
    return knoop.transactie.register, _aggregaat(knoop)


def _plek(knoop: Knoop) -> _Plek:
    return knoop.transactie.positie, knoop.plaats
