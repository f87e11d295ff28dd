"""Gezondheid: whether a daemon is well, as data: its processes, how far they are, and what stands still.

Ready means: every process runs and nothing stands still. What lags and moves is ready.
"""

import threading
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple

from actors.runtime.klok import systeemklok
from actors.runtime.lezing import Registerlezing
from actors.runtime.processen.messages import Boom, Soort, Tak, Toestand
from actors.runtime.programma import programmaversie
from actors.runtime.voortgang import BEKENDMAKEN, LEZEN, PROJECTEREN, Lezer, Voortgang
from actors.verwerking.jsonvorm import als_json
from actors.verwerking.leesstand import AnderLogboek
from storage.errors import StorageError

STIL_S: Final = 10.0
"""A reader that was seen at one place for so long stands still, when something has waited for it as long."""

Voortgangen = Mapping[str, Voortgang | str]
"""Per register how far it is, or why that cannot be read."""


class Stilstand:
    """Remembers where each reader was seen, to tell which stand still. Safe from several threads."""

    def __init__(self) -> None:
        self._gezien: dict[tuple[str, str], tuple[int, datetime]] = {}
        self._slot = threading.Lock()

    def kijk(self, voortgangen: Voortgangen, nu: datetime) -> frozenset[tuple[str, str]]:
        """Which readers (register, name) have stood still for STIL_S; call it now and then."""
        stil = set()
        with self._slot:
            for register, voortgang in voortgangen.items():
                for lezer in voortgang.lezers if isinstance(voortgang, Voortgang) else ():
                    wie = (register, lezer.naam)
                    eerder = self._gezien.get(wie)
                    if eerder is None or eerder[0] != lezer.tot or not lezer.wacht:
                        self._gezien[wie] = (lezer.tot, nu)
                    elif (nu - eerder[1]).total_seconds() >= STIL_S and lezer.seconden(nu) >= STIL_S:
                        stil.add(wie)
        return frozenset(stil)


class Beeld(NamedTuple):
    """A daemon as it is at a moment (aware, UTC)."""

    boom: Boom
    voortgangen: Voortgangen
    stil: frozenset[tuple[str, str]]
    nu: datetime


class Gezondheid:
    """Looks at a daemon; one for all who ask, so that it sees what stands still."""

    def __init__(
        self, boom: Callable[[], Boom], registers: Sequence[str], klok: Callable[[], datetime] = systeemklok
    ) -> None:
        """`boom()` tells the processes as they are now."""
        self._boom = boom
        self._registers = tuple(registers)
        self._klok = klok
        self._stilstand = Stilstand()

    def kijk(self, lezing: Registerlezing) -> Beeld:
        """The daemon now; quick, on any thread that has its own `lezing`."""
        voortgangen = {naam: _lees(lezing, naam) for naam in self._registers}
        nu = self._klok()
        return Beeld(self._boom(), voortgangen, self._stilstand.kijk(voortgangen, nu), nu)

    def bericht(self, lezing: Registerlezing) -> dict[str, Any]:
        """What `/health/ready` answers; `gereed` says with which status."""
        return als_bericht(self.kijk(lezing))


def _lees(lezing: Registerlezing, register: str) -> Voortgang | str:
    try:
        return lezing.voortgang(register)
    except (StorageError, AnderLogboek) as fout:
        return str(fout)


def is_gereed(beeld: Beeld, register: str) -> bool:
    """Whether every process of a register runs and nothing of it stands still."""
    takken = [tak for tak in beeld.boom.takken if tak.plek.register == register]
    return (
        {tak.plek.soort for tak in takken} == set(Soort)
        and all(tak.toestand is Toestand.DRAAIT and not tak.storingen for tak in takken)
        and isinstance(beeld.voortgangen[register], Voortgang)
        and not any(naam == register for naam, _ in beeld.stil)
    )


def als_bericht(beeld: Beeld) -> dict[str, Any]:
    """The same as JSON data."""
    registers = {naam: _register(beeld, naam) for naam in beeld.voortgangen}
    return {
        "gereed": all(register["gereed"] for register in registers.values()),
        "programmaversie": programmaversie(),
        "moment": als_json(beeld.nu),
        "admin": {"pid": beeld.boom.admin or None},
        "supervisor": {"pid": beeld.boom.pid or None},
        "registers": registers,
    }


def _register(beeld: Beeld, naam: str) -> dict[str, Any]:
    takken = {tak.plek.soort.value: tak for tak in beeld.boom.takken if tak.plek.register == naam}
    processen = {soort.value: _proces(takken.get(soort.value)) for soort in Soort}
    uit = {"gereed": is_gereed(beeld, naam), "processen": processen}
    voortgang = beeld.voortgangen[naam]
    if not isinstance(voortgang, Voortgang):
        return {**uit, "fout": voortgang}
    lezers = voortgang.lezers
    eigen = {lezer.soort: lezer for lezer in lezers if lezer.soort != LEZEN}
    van_anderen = {lezer.bron: lezer for lezer in lezers if lezer.soort == LEZEN}
    return {
        **uit,
        "posities": {
            "journaal": voortgang.positie,
            "verstrekkingen": voortgang.verstrekkingen,
            "bekendgemaaktTot": eigen[BEKENDMAKEN].tot,
            "geprojecteerdTot": eigen[PROJECTEREN].tot,
            "gelezen": {bron: lezer.tot for bron, lezer in van_anderen.items()},
        },
        "achterstand": {
            **{soort: _achterstand(lezer, beeld.nu) for soort, lezer in eigen.items()},
            LEZEN: {bron: _achterstand(lezer, beeld.nu) for bron, lezer in van_anderen.items()},
        },
        "staatStil": sorted(lezer for register, lezer in beeld.stil if register == naam),
    }


def _achterstand(lezer: Lezer, nu: datetime) -> dict[str, Any]:
    return {"posities": lezer.wacht, "seconden": round(lezer.seconden(nu), 3)}


def _proces(tak: Tak | None) -> dict[str, Any]:
    if tak is None:
        return {"toestand": None, "epoch": None, "pid": None, "herstarts": None, "reden": "", "storingen": []}
    return {
        "toestand": tak.toestand.value,
        "epoch": tak.epoch,
        "pid": tak.pid,
        "herstarts": tak.herstarts,
        "reden": tak.reden,
        "storingen": [
            {"lezer": storing.naam, "referentie": storing.referentie, "toelichting": storing.toelichting}
            for storing in tak.storingen
        ],
    }
