"""Terugblik: the registers as they were known at an earlier place in their journals, and what was answered then."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any, Protocol, TypeAlias

from actors.runtime.lezing import Registerlezing
from actors.verwerking.antwoord import Antwoord

Rij: TypeAlias = dict[str, Any]

_VOOR_ALLES = datetime.min.replace(tzinfo=UTC)


class Bevraagd(Protocol):
    """What a scenario asks of the registers, now or as of then."""

    @property
    def registers(self) -> tuple[str, ...]:
        """The names of the registers."""

    def lees(self, register: str, projectie: str, *sleutel: str, geldig_op: date | None = None) -> Antwoord[Rij | None]:
        """One row of a table."""

    def taken(self, register: str) -> Antwoord[list[Rij]]:
        """What waits."""


class Terugblik:
    """Asks what was known in each register at the position to which `ga_verder` went; at first nothing was.

    `tokens` are the herhaaltokens of the answers so far, by what was asked.
    """

    def __init__(self, registers: Registerlezing) -> None:
        self._lezing = registers
        self._posities: dict[str, int] = {}
        self.tokens: dict[tuple[Any, ...], str] = {}

    @property
    def registers(self) -> tuple[str, ...]:
        """The names of the registers."""
        return self._lezing.registers

    def ga_verder(self, posities: Mapping[str, int]) -> None:
        """Look from these positions on, in these registers; never back."""
        for register, positie in posities.items():
            self._posities[register] = max(positie, self._posities.get(register, 0))

    def lees(self, register: str, projectie: str, *sleutel: str, geldig_op: date | None = None) -> Antwoord[Rij | None]:
        """One row of a table, as it was known then."""
        toen = self._toen(register)
        antwoord = self._lezing.lees(register, projectie, *sleutel, geldig_op=geldig_op, beschikbaar_op=toen)
        if antwoord.herhaaltoken is not None:
            self.tokens[register, projectie, sleutel, geldig_op] = antwoord.herhaaltoken
        return antwoord

    def taken(self, register: str) -> Antwoord[list[Rij]]:
        """What waited then."""
        return self._lezing.taken(register, beschikbaar_op=self._toen(register))

    def _toen(self, register: str) -> datetime:
        positie = self._posities.get(register, 0)
        return self._lezing.moment_van(register, positie) if positie else _VOOR_ALLES


class Herhaling:
    """Gives the answers of a terugblik again, by their tokens."""

    def __init__(self, registers: Registerlezing, tokens: Mapping[tuple[Any, ...], str]) -> None:
        self._lezing = registers
        self._tokens = tokens

    @property
    def registers(self) -> tuple[str, ...]:
        """The names of the registers."""
        return self._lezing.registers

    def lees(self, register: str, projectie: str, *sleutel: str, geldig_op: date | None = None) -> Antwoord[Rij | None]:
        """The row that was answered then; KeyError when it was not asked."""
        return self._lezing.herhaal(self._tokens[register, projectie, sleutel, geldig_op])

    def taken(self, register: str) -> Antwoord[list[Rij]]:
        """What waits now: of that no token is kept."""
        return self._lezing.taken(register)
