"""Actorenstelsel: the actors of some registers together: what is offered to them is answered, and they come to rest.

It opens and closes nothing that is stored: whoever made the kernen does. So the same actors work on what is stored and
on an overlay over it.
"""

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from actors.register.commando import AangebodenCommando, NietVerwerkt, Verwerking
from actors.register.verantwoording import Aanleiding, Aanleidingsoort, Mandaat
from actors.runtime.berichten import (
    BIJHOUDING,
    LEVERING,
    Aanbod,
    Deel,
    Kijk,
    StartSysteem,
    Storing,
    Storingen,
    Uitkomsten,
    WaarIs,
)
from actors.runtime.kern import Kernen
from actors.runtime.local_base import local_system
from actors.runtime.logboek import maak_log
from actors.runtime.pump import post, run_for
from actors.runtime.supervisor import SupervisorActor
from actors.verwerking.commandoverwerking import commando_onbekend
from actors.verwerking.contract import fouten_in, fouten_in_aanbod
from actors.verwerking.generiek.soorten import GENERIEKE_CONTRACTEN
from storage.findings import Progress, no_progress
from storage.gevolgenstore import ReaderPosition

log = maak_log("commando")

WARM = 5_000
"""Aggregate actors kept in memory per register: 2 to 16 KB each in the car case (measured)."""

_BATCH = 1000  # commando's per turn: one durable commit, and the answers of all of it in memory


class NietInRust(RuntimeError):
    """The registers cannot come to rest: something stands still; the text says what, the log says why."""


class Actorenstelsel:
    """The actors of some registers, in this process; safe from several threads, one at a time gets its turn."""

    def __init__(  # noqa: PLR0913 - what it is made of, each by name
        self,
        kernen: Kernen,
        *,
        bronnen: Kernen | None = None,
        warm: int = WARM,
        delen: frozenset[Deel] = BIJHOUDING | LEVERING,
        actorsysteem: Callable[[], Any] = local_system,
        inhalen: bool = True,
    ) -> None:
        """Start the actors; close it when done, also when something else goes wrong.

        They do these `delen` of the registers alone, and read the feeds of `bronnen` (default: the registers).
        `inhalen`: do all there is to do before this returns; else that is left for `hint` and `werk`.
        """
        self.slot = threading.RLock()
        self.systeem = actorsysteem()
        self._open = True
        self._kernen = kernen
        try:
            self._supervisor = self.systeem.createActor(SupervisorActor)
            start = StartSysteem(kernen, kernen if bronnen is None else bronnen, warm, delen)
            self.systeem.tell(self._supervisor, start)
            self._routers = {naam: self._vraag(WaarIs(naam)) for naam in kernen}
            if inhalen:
                self.systeem.tell(self._supervisor, Kijk())
        except BaseException:
            self.systeem.shutdown()
            raise
        self._register_van_soort = {
            soort.klasse: naam for naam, kern in kernen.items() for soort in kern.context.commandos if not soort.intern
        }

    def verwerk_alle(self, aangeboden: Iterable[AangebodenCommando]) -> list[Verwerking]:
        """Process many commando's, for any registers; the answers in order, each after its commit."""
        antwoorden: dict[int, Verwerking] = {}
        per_register: dict[str, list[tuple[int, AangebodenCommando]]] = {}
        for plaats, een in enumerate(aangeboden):
            register = self.register_van(een)
            if isinstance(register, NietVerwerkt):
                antwoorden[plaats] = register
                log.info("commando.refused", commando=type(een.commando).__name__, rule=register.regel)
            else:
                per_register.setdefault(register, []).append((plaats, _met_gewoon_id(een)))
        for register, werk in per_register.items():
            for begin in range(0, len(werk), _BATCH):
                deel = werk[begin : begin + _BATCH]
                uitkomsten = self.bied_aan(register, tuple(een for _, een in deel))
                antwoorden.update(zip((plaats for plaats, _ in deel), uitkomsten, strict=True))
        return [antwoorden[plaats] for plaats in range(len(antwoorden))]

    def register_van(self, aangeboden: AangebodenCommando) -> str | NietVerwerkt:
        """Which register knows this commando, when its contract holds."""
        register = self._register_van_soort.get(type(aangeboden.commando))
        if isinstance(aangeboden.commando, GENERIEKE_CONTRACTEN):
            register = aangeboden.register if aangeboden.register in self._kernen else None
            if register is None:
                namen = ", ".join(self._kernen)
                return NietVerwerkt("register_onbekend", f"elk register kent dit commando; noem er één van: {namen}")
        if register is None:
            return commando_onbekend(aangeboden.commando)
        fouten = (*fouten_in(aangeboden.commando), *fouten_in_aanbod(aangeboden))
        if fouten:
            return NietVerwerkt("contract", "het commando voldoet niet aan zijn contract", fouten)
        return register

    def bied_aan(
        self,
        register: str,
        aangeboden: Sequence[AangebodenCommando],
        lezers: Mapping[str, ReaderPosition] | None = None,
    ) -> tuple[Verwerking, ...]:
        """Offer commando's to the router of one register, as one turn.

        With `lezers` all of it is recorded, and these reader positions with it, or nothing.
        """
        with self.slot, self._heel_of_gesloten():
            antwoord = self.systeem.ask(self._routers[register], Aanbod(tuple(aangeboden), lezers or {}))
        if not isinstance(antwoord, Uitkomsten):
            raise NietInRust(f"{register} gaf geen antwoord; sluit het systeem en open het opnieuw")
        return antwoord.antwoorden

    def wacht_op_rust(self, meld: Progress = no_progress) -> None:
        """Work until every reader and next register has caught up; raises NietInRust when one cannot.

        `meld` hears how many aggregates were considered again because of a new rule version.
        """
        for kern in self._kernen.values():
            kern.herbeoordelaar.meld = meld
        with self.slot, self._heel_of_gesloten():
            self.systeem.tell(self._supervisor, Kijk())
            storingen: tuple[Storing, ...] = self._vraag(Storingen())
        if storingen:
            regels = "; ".join(f"{s.naam} staat stil ({s.referentie}: {s.toelichting})" for s in storingen)
            raise NietInRust(regels)

    def hint(self) -> None:
        """Let everyone look whether there is news; nobody does before `werk`."""
        with self.slot, self._heel_of_gesloten():
            post(self.systeem, self._supervisor, Kijk())

    def werk(self, seconden: float) -> bool:
        """Let the actors work for about so long at most; whether all of them are at rest now."""
        with self.slot, self._heel_of_gesloten():
            return run_for(self.systeem, seconden)

    def storingen(self) -> tuple[Storing, ...]:
        """Who stands still since the last hint."""
        gevonden: tuple[Storing, ...] = self._vraag(Storingen())
        return gevonden

    @contextmanager
    def _heel_of_gesloten(self) -> Iterator[None]:
        """An interrupt (Ctrl-C) in the middle of the work leaves answers behind: then only reopening is safe."""
        if not self._open:
            raise NietInRust("deze registers zijn gesloten; open ze opnieuw")
        self._open = False
        yield
        self._open = True

    def _vraag(self, bericht: Any) -> Any:
        with self.slot:
            return self.systeem.ask(self._supervisor, bericht)

    def close(self) -> None:
        """Let the actors go; closing twice is harmless."""
        with self.slot:
            self._open = False
            self.systeem.shutdown()


def maak_aanbod(  # noqa: PLR0913 - what an offer says about itself, each by name
    commando: Any,
    commando_id: str,
    *,
    aanleiding: Aanleiding | None = None,
    door: str = "embedded",
    gebeurd_op: date | datetime | None = None,
    beslisser: str | None = None,
    namens: Mandaat | None = None,
    register: str | None = None,
) -> AangebodenCommando:
    """A commando as a program offers it; what it does not say of the aanleiding is ambtshalve."""
    return AangebodenCommando(
        id=commando_id,
        commando=commando,
        aanleiding=aanleiding or Aanleiding(Aanleidingsoort.AMBTSHALVE.value, "geen", door),
        door=door,
        gebeurd_op=gebeurd_op,
        beslisser=beslisser,
        namens=namens,
        register=register,
    )


def _met_gewoon_id(aangeboden: AangebodenCommando) -> AangebodenCommando:
    """The same offer, its id written in the one way in which it is compared and kept."""
    gewoon = str(UUID(aangeboden.id))
    return aangeboden if gewoon == aangeboden.id else replace(aangeboden, id=gewoon)
