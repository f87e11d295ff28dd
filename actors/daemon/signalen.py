"""Signalen: what other registers tell this one over HTTP, judged one after the other, as if read in their feeds.

One at a time per receiving register and source: what is judged rests on how far was read, and the outcome says how far
that is now. Of a source that is served here too the feed is read; what comes in about it is only compared with that.
"""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from actors.daemon.poort import Poort
from actors.daemon.rechten import signaal_van
from actors.register.commando import Mislukt
from actors.runtime.lezing import Registerlezing
from actors.runtime.logboek import maak_log
from actors.verwerking.gebeurtenis import Gebeurtenis, GeenGebeurtenis
from actors.verwerking.gebeurtenisstroom import Afzender, bekendmaking_van
from actors.verwerking.signaalontvangst import (
    AlBeoordeeld,
    Bevinding,
    Gat,
    Onverenigbaar,
    Ronde,
    Signaalontvangst,
    Terugnemen,
)
from actors.verwerking.signaalvorm import Ontvangen, lees_signaal

log = maak_log("signaal")

_WACHT_S = 5.0  # how long a source that is served here gets to be read up to what is brought


@dataclass(frozen=True, slots=True)
class Afloop:
    """What became of one event: a status as HTTP has them, what was found, and what that means for who sent it."""

    id: str | None
    status: int
    uitkomst: str
    """`beoordeeld`, `niet_vertaald`, `gat`, `onverenigbaar`, `onbekend`, `onleesbaar`, `geen_recht` or `mislukt`."""
    reden: str
    taken: tuple[str, ...] = ()
    """What follows from it: the commando's, and on which aggregates."""
    fouten: tuple[str, ...] = ()
    verder_vanaf: int | None = None
    """Send again what comes after this number."""


@dataclass(slots=True)
class _Stroom:
    """What is brought of one source, with the place of each in the request."""

    bron: str
    plaatsen: list[int] = field(default_factory=list)
    ontvangen: list[Ontvangen] = field(default_factory=list)
    gebeurtenissen: list[Gebeurtenis] = field(default_factory=list)


class Signalenloket:
    """Takes in events for the registers behind a Poort."""

    def __init__(self, poort: Poort, afzender: Afzender, bronnen: Mapping[str, str] | None = None) -> None:
        """`bronnen`: which register a `source` is; besides them the sources that we ourselves would send as."""
        self._poort = poort
        self._afzender = afzender
        self._bronnen = dict(bronnen or {})
        self._sloten: defaultdict[tuple[str, str], asyncio.Lock] = defaultdict(asyncio.Lock)

    async def ontvang(
        self,
        register: str,
        gebracht: Sequence[Gebeurtenis | GeenGebeurtenis],
        mag: Callable[[str], bool] = lambda _bron: True,
    ) -> list[Afloop]:
        """Judge all of these; each has its own outcome, in order. Raises NietBeschikbaar and StorageError.

        `mag` tells of which sources who brings them may bring any.
        """
        luistert = await self._poort.lees(
            lambda lezing: {bron: lezing.bekend_van(register, bron) for bron in lezing.bronnen(register)}
        )
        bekend = {self._afzender.bron(bron): bron for bron in luistert} | {
            source: bron for source, bron in self._bronnen.items() if bron in luistert
        }
        aflopen: dict[int, Afloop] = {}
        stromen: dict[str, _Stroom] = {}
        for plaats, een in enumerate(gebracht):
            gelezen = _lees(een, bekend, luistert)
            if isinstance(gelezen, Ontvangen) and not mag(gelezen.melding.bron):
                bron = gelezen.melding.bron
                reden = f"voor signalen van {bron} is het recht {register}:commando:{signaal_van(bron)} nodig"
                gelezen = Afloop(een.id if isinstance(een, Gebeurtenis) else None, 403, "geen_recht", reden)
            if isinstance(gelezen, Afloop):
                aflopen[plaats] = gelezen
                continue
            stroom = stromen.setdefault(gelezen.melding.bron, _Stroom(gelezen.melding.bron))
            stroom.plaatsen.append(plaats)
            stroom.ontvangen.append(gelezen)
            assert isinstance(een, Gebeurtenis)
            stroom.gebeurtenissen.append(een)
        for stroom in stromen.values():
            async with self._sloten[register, stroom.bron]:
                gevonden = await self._beoordeel(register, stroom)
            aflopen.update(zip(stroom.plaatsen, gevonden, strict=True))
        uit = [aflopen[plaats] for plaats in range(len(gebracht))]
        for een, afloop in zip(gebracht, uit, strict=True):
            _log(register, een, afloop)
        return uit

    async def _beoordeel(self, register: str, stroom: _Stroom) -> list[Afloop]:
        """All that was brought of one source, in order, with its own turn in the register for what follows."""
        if stroom.bron in self._poort.registers:
            return await self._vergelijk(register, stroom)
        uit: list[Afloop] = []
        while len(uit) < len(stroom.ontvangen):
            rest = stroom.ontvangen[len(uit) :]
            ronde = await self._ronde(register, stroom.bron, rest)
            mislukt = await self._leg_vast(register, ronde)
            if mislukt is not None:
                uit += [Afloop(een.id, 503, "mislukt", mislukt) for een in stroom.gebeurtenissen[len(uit) :]]
            elif not isinstance(ronde.bevindingen[0], Terugnemen):
                ontvangst = await self._poort.lees(lambda lezing: lezing.signaalontvangst(register, stroom.bron))
                for een, bevinding in zip(rest, ronde.bevindingen, strict=False):
                    uit.append(_afloop(stroom.gebeurtenissen[len(uit)].id, een, bevinding, ontvangst))
        return uit

    async def _vergelijk(self, register: str, stroom: _Stroom) -> list[Afloop]:
        """What is brought of a source that is read here: wait until it was read that far, and say what is found."""
        hoogste = max(een.plaats.nummer for een in stroom.ontvangen)
        bron = stroom.bron

        def gelezen(lezing: Registerlezing) -> bool:
            return int(lezing.standen()[register]["gelezen"].get(bron, 0)) >= hoogste

        await self._poort.wacht(register, gelezen, _WACHT_S)
        ronde = await self._ronde(register, bron, stroom.ontvangen)
        ontvangst = await self._poort.lees(lambda lezing: lezing.signaalontvangst(register, bron))
        uit = []
        for gebeurtenis, een, bevinding in zip(
            stroom.gebeurtenissen, stroom.ontvangen, ronde.bevindingen, strict=False
        ):
            if isinstance(bevinding, AlBeoordeeld | Gat | Onverenigbaar):
                uit.append(_afloop(gebeurtenis.id, een, bevinding, ontvangst))
            else:
                uit.append(Afloop(gebeurtenis.id, 503, "mislukt", f"{bron} wordt hier gelezen, maar nog niet tot daar"))
        rest = stroom.gebeurtenissen[len(uit) :]
        return [*uit, *(Afloop(een.id, 503, "mislukt", f"{bron} wordt hier gelezen") for een in rest)]

    async def _ronde(self, register: str, bron: str, rest: Sequence[Ontvangen]) -> Ronde:
        return await self._poort.lees(lambda lezing: lezing.signaalontvangst(register, bron).ronde(rest))

    async def _leg_vast(self, register: str, ronde: Ronde) -> str | None:
        """Offer what follows; why it could not be recorded, or None."""
        if ronde.signalen is None:
            return None
        antwoorden = await self._poort.bied_signalen_aan(register, ronde.signalen)
        mislukt = next((antwoord for antwoord in antwoorden if isinstance(antwoord, Mislukt)), None)
        return None if mislukt is None else mislukt.toelichting


def _lees(
    een: Gebeurtenis | GeenGebeurtenis, bekend: Mapping[str, str], luistert: Mapping[str, frozenset[str]]
) -> Ontvangen | Afloop:
    """An event as what it tells, or why it is not judged; `luistert` says what is known of each source."""
    if isinstance(een, GeenGebeurtenis):
        return Afloop(None, 400, "onleesbaar", "dit is geen CloudEvent; bekijk de fouten", fouten=een.fouten)
    bron = bekend.get(een.attributen["source"])
    if bron is None:
        return Afloop(een.id, 404, "onbekend", "naar deze bron luistert dit register niet; controleer source")
    bekendmaking = bekendmaking_van(een.attributen["type"], bron)
    if bekendmaking is None or bekendmaking not in luistert[bron]:
        return Afloop(een.id, 404, "onbekend", f"van {bron} is dit soort bericht hier niet bekend; controleer type")
    gelezen = lees_signaal(bron, bekendmaking, een)
    if not isinstance(gelezen, Ontvangen):
        return Afloop(een.id, 400, "onleesbaar", "het bericht is niet te lezen; bekijk de fouten", fouten=gelezen)
    return gelezen


def _afloop(id_: str, een: Ontvangen, bevinding: Bevinding, ontvangst: Signaalontvangst) -> Afloop:
    """What is answered; to what comes twice the same as the first time."""
    if isinstance(bevinding, Gat):
        reden = f"{bevinding.reden}; zend opnieuw wat na nummer {bevinding.vanaf} komt"
        return Afloop(id_, 409, "gat", reden, verder_vanaf=bevinding.vanaf)
    if isinstance(bevinding, Onverenigbaar):
        return Afloop(id_, 409, "onverenigbaar", bevinding.reden)
    vertaling = ontvangst.vertaling(een.melding.bekendmaking)
    if vertaling is None:
        return Afloop(id_, 200, "niet_vertaald", f"{een.melding.bekendmaking} betekent niets voor dit register")
    oordeel = vertaling.beoordeel(een.melding)
    taken = tuple(f"{vertaling.commando} {taak.aggregaat}/{taak.aggregaat_id}" for taak in oordeel.taken)
    return Afloop(id_, 200, "beoordeeld", oordeel.reden, taken)


def _log(register: str, een: Gebeurtenis | GeenGebeurtenis, afloop: Afloop) -> None:
    """The line of each judgement, also when nothing fires."""
    attributen: Mapping[str, Any] = een.attributen if isinstance(een, Gebeurtenis) else {}
    log.info(
        "signaal.received",
        register=register,
        event_id=afloop.id,
        source=attributen.get("source"),
        type=attributen.get("type"),
        outcome=afloop.uitkomst,
        follows=len(afloop.taken),
    )
