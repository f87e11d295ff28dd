"""What the observing side sees of a daemon, made by hand: registers in this process, and processes that are told."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

from actors.daemon.poort import NietBeschikbaar
from actors.register.commando import AangebodenCommando, Verwerking
from actors.runtime.berichten import Storing
from actors.runtime.lezing import Registerlezing
from actors.runtime.processen.messages import Boom, Plek, Soort, Tak, Toestand
from actors.runtime.systeem import RegisterSystem
from actors.verwerking.signaalverwerking import Signalen

T = TypeVar("T")


class Neppoort:
    """A road to the registers of a RegisterSystem."""

    def __init__(self, systeem: RegisterSystem, data: Path) -> None:
        self._systeem = systeem
        self.data = data
        self.dicht = False
        self.stopt = False

    @property
    def registers(self) -> tuple[str, ...]:
        return self._systeem.registers

    def wachtend(self, register: str) -> int:
        return 3 if register == "wegonderhoud" else 0

    def gebracht(self, register: str) -> tuple[int, int]:
        return (2, 9) if register == "wegonderhoud" else (0, 0)

    async def bied_signalen_aan(self, register: str, signalen: Signalen) -> tuple[Verwerking, ...]:
        raise AssertionError(f"niemand brengt {register} signalen: {signalen}")

    async def bied_aan(self, register: str, aangeboden: Sequence[AangebodenCommando]) -> tuple[Verwerking, ...]:
        if self.dicht:
            raise NietBeschikbaar(f"de bijhouding van {register} start")
        return tuple(self._systeem.verwerk_alle(aangeboden))

    async def lees(self, vraag: Callable[[Registerlezing], T], *, lang: bool = False) -> T:  # noqa: ARG002 - as a Poort
        return vraag(self._systeem)

    async def wacht(self, register: str, klaar: Callable[[Registerlezing], bool], hoogstens_s: float) -> bool:
        return bool(register and hoogstens_s) and klaar(self._systeem)


def tak(register: str, soort: Soort, **anders: Any) -> Tak:
    """A process that is well, but for what is said of it."""
    wel: dict[str, Any] = {
        "plek": Plek(register, soort),
        "toestand": Toestand.DRAAIT,
        "epoch": 1_000_001,
        "pid": 4711,
        "herstarts": 0,
        "adres": None,
        "reden": "",
        "storingen": (),
    }
    return Tak(**wel | anders)


def boom(*registers: str, **anders: Any) -> Boom:
    """All processes of these registers, with the same said of each."""
    return Boom(1, 4700, 4699, tuple(tak(register, soort, **anders) for register in registers for soort in Soort))


def storing(lezer: str) -> Storing:
    return Storing(lezer, "ProjectorActor-1", "ValueError")
