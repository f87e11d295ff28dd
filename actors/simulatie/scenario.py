"""Scenario: a story in steps, played on the registers, and what they recorded and said of it.

All ids follow from the scenario: whoever plays it again in the same folder does nothing twice, and is answered as the
first time. A scenario is at home with others: its cars, people and households have names of their own.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from fractions import Fraction
from pathlib import Path
from typing import Any, Generic, TypeAlias, TypeVar
from uuid import UUID, uuid5

from actors.register.commando import AangebodenCommando, Mislukt, NietVerwerkt, Verwerking, Verwerkt
from actors.register.gevolg import Transactie
from actors.register.verantwoording import Aanleiding, Aanleidingsoort
from actors.register.zekerheid import Zekerheid
from actors.runtime.klok import Buitenwereld
from actors.runtime.lezing import Registerlezing
from actors.runtime.systeem import RegisterSystem
from actors.simulatie.terugblik import Bevraagd, Herhaling, Terugblik
from storage.opslag import Opslag, open_lmdb

S = TypeVar("S")

Openen: TypeAlias = Callable[[str], Opslag]
"""Opens the stores of a register by its name; a scenario opens and closes them as often as it wants."""

IN_TWIJFEL = frozenset({Zekerheid.IN_TWIJFEL.value, Zekerheid.IN_ONDERZOEK.value})
"""What a scenario lists as doubt."""

_NAAMRUIMTE = UUID("0b1f7a52-6f0e-5d0c-8f43-2b7c6f2e91d4")
_NOOIT = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Stap:
    """One step: its name, what happens in the world (Dutch, in a few words and in full), and who tells it to whom."""

    naam: str | int
    titel: str
    wereld: str
    commandos: tuple[AangebodenCommando, ...]


@dataclass(frozen=True, slots=True)
class Gespeeld(Generic[S]):
    """A step that was played: what was recorded because of it, and what the registers said when they were at rest.

    `transacties` and `brieven` (letters sent) are of this step alone, per register. `herhaald`: what the herhaaltokens
    of the first step gave when they were used after this one. `eerder`: it was done in an earlier run, and nothing was
    done now.
    """

    stap: Stap
    transacties: Mapping[str, Sequence[Transactie]]
    brieven: Mapping[str, int]
    stand: S
    herhaald: S
    eerder: bool


@dataclass(frozen=True, slots=True)
class Verloop(Generic[S]):
    """How a scenario went, step by step in the order in which they were done.

    `niet_verwerkt` is the answer that ended it, None when it was played to the end.
    """

    gespeeld: Sequence[Gespeeld[S]]
    niet_verwerkt: NietVerwerkt | Mislukt | None

    @property
    def eerder(self) -> bool:
        """Whether all of it was done in an earlier run."""
        return bool(self.gespeeld) and all(een.eerder for een in self.gespeeld)


# --- writing one ----------------------------------------------------------------------------------------------


def aanbod(
    commando: Any, op: date, aanleiding: Aanleiding, *, register: str | None = None, beslisser: str | None = None
) -> AangebodenCommando:
    """A commando as it is offered in a step; it gets its id there."""
    return AangebodenCommando("", commando, aanleiding, "", gebeurd_op=op, beslisser=beslisser, register=register)


def melding(soort: Aanleidingsoort, verwijzing: str, van: str) -> Aanleiding:
    """What a commando is based on, and who sent it."""
    return Aanleiding(soort.value, verwijzing, van)


def stap(scenario: str, naam: str | int, titel: str, wereld: str, *commandos: AangebodenCommando) -> Stap:
    """A step whose commando's have ids that follow from the scenario, the step and their place in it."""
    door = f"gevolg simulate {scenario}"
    met_id = (
        replace(een, id=str(uuid5(_NAAMRUIMTE, f"{scenario}/{naam}/{plaats}")), door=door)
        for plaats, een in enumerate(commandos)
    )
    return Stap(naam, titel, wereld, tuple(met_id))


# --- playing it -----------------------------------------------------------------------------------------------


def in_map(map_: Path) -> Openen:
    """The registers of a folder, durable."""
    wereld = Buitenwereld()
    return lambda naam: open_lmdb(map_, naam, clock=wereld.klok, random_bytes=wereld.willekeur)


@dataclass(slots=True)
class _Gedaan(Generic[S]):
    """The steps that were offered, with what the registers said after each, and where the journals were before."""

    begin: dict[str, int] = field(default_factory=dict)
    standen: list[tuple[Stap, S, S]] = field(default_factory=list)
    tokens: dict[tuple[Any, ...], str] | None = None
    niet_verwerkt: NietVerwerkt | Mislukt | None = None


def speel(openen: Openen, groepen: Iterable[Sequence[Stap]], lees: Callable[[Bevraagd], S]) -> Verloop[S]:
    """Play the steps, each until all registers are at rest, and `lees` then what they say.

    Between two groups the registers are closed, and `groepen` may do with them what it wants. Of a step that was done
    in an earlier run it is told what was known then: read back from the journals.
    """
    gedaan: _Gedaan[S] = _Gedaan()
    for groep in groepen:
        with RegisterSystem(openen) as registers:
            _speel_groep(registers, groep, lees, gedaan)
        if gedaan.niet_verwerkt is not None:
            break
    return _verloop(openen, gedaan, lees)


def _speel_groep(
    registers: RegisterSystem, groep: Sequence[Stap], lees: Callable[[Bevraagd], S], gedaan: _Gedaan[S]
) -> None:
    """Play some steps on registers that are open, until one is not processed."""
    registers.wacht_op_rust()
    gedaan.begin = gedaan.begin or {naam: stand["positie"] for naam, stand in registers.standen().items()}
    for een in groep:
        gedaan.niet_verwerkt = _bied_aan(registers, een)
        if gedaan.niet_verwerkt is not None:
            return
        if gedaan.tokens is None:
            gedaan.tokens = _tokens_na(registers, een, lees)
        gedaan.standen.append((een, lees(registers), lees(Herhaling(registers, gedaan.tokens))))


def _tokens_na(registers: RegisterSystem, een: Stap, lees: Callable[[Bevraagd], S]) -> dict[tuple[Any, ...], str]:
    """The tokens of what the registers say as it was known when a step was done."""
    [spoor] = _volg(registers, [een])
    terug = Terugblik(registers)
    terug.ga_verder(spoor.posities)
    lees(terug)
    return terug.tokens


def _bied_aan(registers: RegisterSystem, een: Stap) -> NietVerwerkt | Mislukt | None:
    """Offer the commando's one by one, each until rest; the first that was not processed, if any."""
    for aangeboden in een.commandos:
        antwoord: Verwerking = registers.verwerk_alle([aangeboden])[0]
        registers.wacht_op_rust()
        if not isinstance(antwoord, Verwerkt):
            return antwoord
    return None


def _verloop(openen: Openen, gedaan: _Gedaan[S], lees: Callable[[Bevraagd], S]) -> Verloop[S]:
    """What was recorded per step, and for what was done before also what was known then."""
    with RegisterSystem(openen) as registers:
        registers.wacht_op_rust()
        terug = Terugblik(registers)
        sporen = _volg(registers, [een for een, _, _ in gedaan.standen])
        gespeeld = []
        paren = zip(gedaan.standen, sporen, strict=True)
        for (een, stand, herhaald), spoor in sorted(paren, key=lambda paar: paar[1].begin):
            eerder = spoor.begonnen_voor(gedaan.begin)
            terug.ga_verder(spoor.posities)
            toen = lees(terug) if eerder else stand
            gespeeld.append(Gespeeld(een, spoor.transacties, spoor.brieven, toen, herhaald, eerder))
    return Verloop(gespeeld, gedaan.niet_verwerkt)


@dataclass(slots=True)
class _Spoor:
    """What a step left behind: its transacties and letters per register, those of its own commando's first."""

    begin: datetime = _NOOIT
    transacties: dict[str, list[Transactie]] = field(default_factory=lambda: defaultdict(list))
    brieven: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    @property
    def posities(self) -> dict[str, int]:
        """Where the last of it stands in each journal."""
        return {register: ts[-1].positie for register, ts in self.transacties.items()}

    def begonnen_voor(self, begin: Mapping[str, int]) -> bool:
        """Whether the first of it stood in a journal that had come so far."""
        return any(ts[0].positie <= begin[register] for register, ts in self.transacties.items())


def _volg(registers: Registerlezing, stappen: Sequence[Stap]) -> list[_Spoor]:
    """Follow each step over the borders: a transactie belongs to it when its aanleiding does."""
    sporen = [_Spoor() for _ in stappen]
    van = {een.id: spoor for stap_, spoor in zip(stappen, sporen, strict=True) for een in stap_.commandos}
    for register in registers.registers:
        per_positie: dict[int, _Spoor] = {}
        for t in registers.gevolgen(register):
            spoor = van.get(t.commando_id) or van.get(t.verantwoording.aanleiding.verwijzing)
            if spoor is None:
                continue
            spoor.transacties[register].append(t)
            spoor.begin = min(spoor.begin, t.geregistreerd_op or _NOOIT)
            per_positie[t.positie] = spoor
            van.update((gevolg.id, spoor) for gevolg in t.gevolgen)
        for verstrekking in registers.verstrekkingen(register):
            if verstrekking["vorm"] == "brief" and verstrekking["positie"] in per_positie:
                per_positie[verstrekking["positie"]].brieven[register] += 1
    return sporen


# --- reading --------------------------------------------------------------------------------------------------


def getal(waarde: Any) -> Any:
    """A fraction that is whole as a whole number; all else as it is."""
    return int(waarde) if isinstance(waarde, Fraction) and waarde.denominator == 1 else waarde


def in_twijfel(rij: Mapping[str, Any]) -> dict[str, str]:
    """The columns of a row that are in doubt or onderzoek, each with its status."""
    return {kolom: status for kolom, status in rij["zekerheid"].items() if status in IN_TWIJFEL}
