"""The router of a register: the first half of a turn, and its end.

A turn: the router hands each offered commando to the actor of its aggregate; these judge and pass on what is to be
recorded to the journal. In an embedded system all mailboxes are one FIFO, so a Spoel that bounces once over the
router lands behind every Opname of the turn: one durable commit per turn, whose size adapts to the load, without
timers. Newcomers wait at the router until the turn is over.
"""

from collections import OrderedDict, deque
from dataclasses import replace
from itertools import chain
from time import perf_counter
from typing import Any

from thespian.actors import ActorExitRequest

from actors.register.commando import AangebodenCommando, Verwerking, Verwerkt
from actors.runtime.aggregaat import ID_HERGEBRUIKT, AggregateActor, mislukt
from actors.runtime.berichten import (
    Aanbod,
    Adres,
    Kijk,
    Klaar,
    Spoel,
    StartAggregaat,
    StartJournaal,
    StartRouter,
    Uitkomsten,
    Vergeet,
    Verwerk,
    Volgers,
)
from actors.runtime.journaal import JournalActor
from actors.runtime.kern import Registerkern
from actors.runtime.logboek import maak_log, volgt
from actors.runtime.registeractor import Falen, RegisterActor
from actors.verwerking.commandoverwerking import commando_onbekend
from actors.verwerking.identiteit import commando_digest, commando_sleutel
from actors.verwerking.traceparent import trace_id

log = maak_log("commando")


class RouterActor(RegisterActor):
    """Owns the aggregates of one register; one turn at a time."""

    _kern: Registerkern
    _warm: int
    _geheim: bytes
    _journaal: Adres

    def __init__(self) -> None:
        self._wachtrij: deque[tuple[Aanbod, Adres]] = deque()
        self._beurt = 0
        self._begonnen = 0.0
        self._bezig: list[tuple[Aanbod, Adres]] = []
        self._plaatsen: dict[bytes, tuple[int, bytes]] = {}
        self._antwoorden: dict[int, int | Verwerking] = {}
        self._aggregaten: OrderedDict[str, Adres] = OrderedDict()
        self._volgers: tuple[Adres, ...] = ()

    def ontvang(self, bericht: Any, afzender: Adres) -> None:
        """An offer waits for its turn; a finished turn is answered and followed by the next."""
        if isinstance(bericht, Aanbod):
            self._wachtrij.append((bericht, afzender))
            if not self._bezig:
                self._begin_beurt()
        elif isinstance(bericht, Spoel):
            self.send(self._journaal, bericht)
        elif isinstance(bericht, Klaar):
            self._rond_af(bericht)
        elif isinstance(bericht, Kijk):
            if self._wachtrij and not self._bezig:
                self._begin_beurt()
        elif isinstance(bericht, Volgers):
            self._volgers = bericht.adressen
        elif isinstance(bericht, StartRouter):
            self._kern = bericht.kern
            self._warm = bericht.warm
            self._geheim = bericht.kern.opslag.sleutels.secret
            self._journaal = self.createActor(JournalActor)
            self.send(self._journaal, StartJournaal(bericht.kern))
        else:
            super().ontvang(bericht, afzender)

    def _begin_beurt(self) -> None:
        """Hand out what waits: all plain offers together, or one offer that carries reader positions."""
        while self._wachtrij and not (self._bezig and (self._wachtrij[0][0].lezers or self._bezig[0][0].lezers)):
            self._bezig.append(self._wachtrij.popleft())
        self._beurt += 1
        self._begonnen = perf_counter()
        alle = chain.from_iterable(aanbod.commandos for aanbod, _ in self._bezig)
        for plaats, aangeboden in enumerate(alle):
            self._deel_uit(plaats, aangeboden)
        self.send(self.myAddress, Spoel(self._beurt, self._bezig[0][0].lezers))

    def _deel_uit(self, plaats: int, aangeboden: AangebodenCommando) -> None:
        soort = self._kern.overwerking.soort(aangeboden.commando)
        if soort is None:
            self._antwoorden[plaats] = commando_onbekend(aangeboden.commando)
            return
        aggregaat = f"{soort.aggregaat}/{soort.aggregaat_id(aangeboden.commando)}"
        digest = commando_digest(self._geheim, soort.naam, aggregaat, aangeboden.commando)
        sleutel = commando_sleutel(aangeboden.id)
        eerste, zijn_digest = self._plaatsen.setdefault(sleutel, (plaats, digest))
        if eerste != plaats and zijn_digest == digest:
            self._antwoorden[plaats] = eerste
            return
        if eerste != plaats and self._kern.opslag.gevolgen.outcome(sleutel) is None:
            self._antwoorden[plaats] = ID_HERGEBRUIKT
            return
        self.send(self._aggregaat(aggregaat), Verwerk(self._beurt, plaats, aangeboden, sleutel, digest))

    def _aggregaat(self, naam: str) -> Adres:
        adres = self._aggregaten.get(naam)
        if adres is None:
            adres = self._aggregaten[naam] = self.createActor(AggregateActor)
            self.send(adres, StartAggregaat(self._kern, naam, self._journaal))
        else:
            self._aggregaten.move_to_end(naam)
        return adres

    def _rond_af(self, klaar: Klaar) -> None:
        """Answer each offer, tell the readers, let go of cold aggregates, take the next turn."""
        if klaar.beurt != self._beurt:
            return
        for naam in self._aggregaten if klaar.mislukt or klaar.alles_vergeten else klaar.vergeet:
            if naam in self._aggregaten:
                self.send(self._aggregaten[naam], Vergeet())
        plaats = 0
        for aanbod, afzender in self._bezig:
            n = len(aanbod.commandos)
            antwoorden = tuple(self._antwoord(klaar, p) for p in range(plaats, plaats + n))
            plaats += n
            self._log(aanbod, antwoorden)
            self.send(afzender, Uitkomsten(antwoorden))
        if klaar.gegroeid:
            for volger in self._volgers:
                self.send(volger, Kijk())
        self._maak_vrij()
        while len(self._aggregaten) > self._warm:
            _, adres = self._aggregaten.popitem(last=False)
            self.send(adres, ActorExitRequest())
        if self._wachtrij:
            self._begin_beurt()

    def _antwoord(self, klaar: Klaar, plaats: int) -> Verwerking:
        eigen = self._antwoorden.get(plaats, plaats)
        if not isinstance(eigen, int):
            return eigen
        antwoord = klaar.antwoorden.get(eigen) or klaar.mislukt or self._onbeantwoord()
        if eigen != plaats and isinstance(antwoord, Verwerkt):
            return replace(antwoord, uit_opslag=True)  # the same offer, twice in one turn
        return antwoord

    def _onbeantwoord(self) -> Verwerking:
        """The answer to a commando of which its aggregate let nothing be heard."""
        referentie = self.nieuwe_referentie()
        log.error("commando.unanswered", register=self._kern.naam, ref=referentie)
        return mislukt(referentie)

    def _maak_vrij(self) -> None:
        self._bezig = []
        self._plaatsen = {}
        self._antwoorden = {}
        self._kern.gereserveerd.clear()

    def _log(self, aanbod: Aanbod, antwoorden: tuple[Verwerking, ...]) -> None:
        """The canonical line of each commando."""
        if not volgt("commando"):
            return
        duur = round((perf_counter() - self._begonnen) * 1000, 3)
        for aangeboden, antwoord in zip(aanbod.commandos, antwoorden, strict=True):
            log.info(
                "commando.answered",
                register=self._kern.naam,
                commando=type(aangeboden.commando).__name__,
                commando_id=aangeboden.id,
                outcome=type(antwoord).__name__,
                rule=getattr(antwoord, "regel", None),
                position=getattr(antwoord, "positie", None),
                duration_ms=duur,
                trace_id=trace_id(aangeboden.trace),
                program=self._kern.software.programmaversie,
            )

    def bij_storing(self, falen: Falen) -> None:
        """Answer everyone of this turn that it failed; the next turn starts clean."""
        for aanbod, wie in self._bezig:
            antwoorden = tuple(mislukt(falen.referentie, falen.fout) for _ in aanbod.commandos)
            self.send(wie, Uitkomsten(antwoorden))
        self._beurt += 1
        self._maak_vrij()
        for adres in self._aggregaten.values():
            self.send(adres, Vergeet())
        self.send(self.myAddress, Kijk())
