"""RegisterSystem: the registers of one installation in this process; the facade for programs, scripts and tests.

    with RegisterSystem.open("data") as registers:
        registers.verwerk(RegistreerAuto(...))
        registers.wacht_op_rust()
        registers.lees("spitspas", "huishouden", "huishouden-1").inhoud

There is no thread of its own: whatever is to be done (tables, feeds, the next register) is done when a method is
called. Methods may be called from several threads, one at a time gets its turn; keep other busy threads away from a
process that writes, they slow its commits many times over.
"""

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any, Self
from uuid import UUID

from actors.register.commando import AangebodenCommando, NietVerwerkt, Verwerking
from actors.register.context import Context
from actors.register.verantwoording import Aanleiding, Aanleidingsoort, Mandaat, Software
from actors.runtime.berichten import Aanbod, Kijk, StartSysteem, Storing, Storingen, Uitkomsten, WaarIs
from actors.runtime.catalogue import contexten
from actors.runtime.kern import Registerkern
from actors.runtime.klok import Buitenwereld
from actors.runtime.lezing import Registerlezing
from actors.runtime.local_base import local_system
from actors.runtime.logboek import maak_log
from actors.runtime.programma import programmaversie
from actors.runtime.supervisor import SupervisorActor
from actors.verwerking.commandoverwerking import commando_onbekend
from actors.verwerking.contract import fouten_in, fouten_in_aanbod
from actors.verwerking.generiek.soorten import GENERIEKE_CONTRACTEN
from actors.verwerking.herbouw import bouw_ernaast
from storage import opslag as opslag_module
from storage.findings import Progress, no_progress
from storage.opslag import Opslag

log = maak_log("commando")

_BATCH = 1000  # commando's per turn: one durable commit, and the answers of all of it in memory
_WARM = 5_000  # aggregate actors kept in memory per register: 2 to 16 KB each in the car case (measured)


class NietInRust(RuntimeError):
    """The registers cannot come to rest: something stands still; the text says what, the log says why."""


class RegisterSystem(Registerlezing):
    """The registers of one installation, embedded: every aggregate an actor in this process."""

    def __init__(  # noqa: PLR0913 - what the world gives the registers, each by name
        self,
        openen: Callable[[str], Opslag],
        *,
        buitenwereld: Buitenwereld | None = None,
        registers: Sequence[Context] | None = None,
        warm: int = _WARM,
        versie: str | None = None,
        levering: bool = True,
        actorsysteem: Callable[[], Any] = local_system,
    ) -> None:
        """Open every register with `openen(name)`; nothing stays open when one of them cannot be opened.

        Without `levering` only commando's are processed: nothing is made known, put in tables or passed on until the
        registers are opened with it. A simulation gives an `actorsysteem` of its own for the actors to live in.
        """
        buitenwereld = buitenwereld or Buitenwereld()
        self._slot = threading.RLock()
        software = versie or programmaversie()
        with ExitStack() as geopend:
            kernen: dict[str, Registerkern] = {}
            for context in registers or contexten():
                opslag = openen(context.naam)
                geopend.callback(opslag.close)
                model = f"{context.naam}@{context.versie}"
                kernen[context.naam] = kern = Registerkern(
                    context, opslag, Software(software, model, "embedded"), buitenwereld.klok
                )
                kern.werk_bij()
            self._systeem = actorsysteem()
            geopend.callback(self._systeem.shutdown)
            self._supervisor = self._systeem.createActor(SupervisorActor)
            self._systeem.tell(self._supervisor, StartSysteem(kernen, warm, levering))
            self._routers = {naam: self._vraag(WaarIs(naam)) for naam in kernen}
            self._systeem.tell(self._supervisor, Kijk())
            super().__init__(kernen, buitenwereld, geopend.pop_all())
        self._register_van_soort = {
            soort.klasse: naam for naam, kern in kernen.items() for soort in kern.context.commandos if not soort.intern
        }
        self._open = True

    @classmethod
    def open(cls, map_: str | Path, **opties: Any) -> Self:
        """Open (or make) the registers in a folder, durable; work that was interrupted goes on by itself.

        Raises a StorageError that says what to do: in use by another process, of a newer version, damaged.
        """
        buitenwereld = opties.get("buitenwereld") or Buitenwereld()
        return cls(
            lambda naam: opslag_module.open_lmdb(
                Path(map_), naam, clock=buitenwereld.klok, random_bytes=buitenwereld.willekeur
            ),
            **opties,
        )

    @classmethod
    def in_memory(cls, **opties: Any) -> Self:
        """The same registers without a folder: gone when closed."""
        buitenwereld = opties.get("buitenwereld") or Buitenwereld()
        return cls(
            lambda naam: opslag_module.in_memory(naam, clock=buitenwereld.klok, random_bytes=buitenwereld.willekeur),
            **opties,
        )

    # --- commando's -------------------------------------------------------------------------------------------

    def verwerk(  # noqa: PLR0913 - what an offer says about itself, each by name
        self,
        commando: Any,
        *,
        id: str | None = None,  # noqa: A002 - the word of the contract
        aanleiding: Aanleiding | None = None,
        door: str = "embedded",
        gebeurd_op: date | datetime | None = None,
        beslisser: str | None = None,
        namens: Mandaat | None = None,
        register: str | None = None,
    ) -> Verwerking:
        """Process one commando; returns after the durable commit.

        `id` (a UUID) makes it safe to offer again: one effect, the same answer. Without it a new one is made.
        What every register knows (`TrekInTwijfel`) is offered with the name of the `register`.
        """
        aangeboden = AangebodenCommando(
            id=id or self._buitenwereld.nieuw_commando_id(),
            commando=commando,
            aanleiding=aanleiding or Aanleiding(Aanleidingsoort.AMBTSHALVE.value, "geen", door),
            door=door,
            gebeurd_op=gebeurd_op,
            beslisser=beslisser,
            namens=namens,
            register=register,
        )
        return self.verwerk_alle([aangeboden])[0]

    def verwerk_alle(self, aangeboden: Iterable[AangebodenCommando]) -> list[Verwerking]:
        """Process many commando's, for any registers; the answers in order, each after its durable commit."""
        antwoorden: dict[int, Verwerking] = {}
        per_register: dict[str, list[tuple[int, AangebodenCommando]]] = {}
        for plaats, een in enumerate(aangeboden):
            register = self._register_van(een)
            if isinstance(register, NietVerwerkt):
                antwoorden[plaats] = register
                log.info("commando.refused", commando=type(een.commando).__name__, rule=register.regel)
            else:
                per_register.setdefault(register, []).append((plaats, _met_gewoon_id(een)))
        for register, werk in per_register.items():
            for begin in range(0, len(werk), _BATCH):
                deel = werk[begin : begin + _BATCH]
                uitkomsten = self._bied_aan(register, tuple(een for _, een in deel))
                antwoorden.update(zip((plaats for plaats, _ in deel), uitkomsten, strict=True))
        return [antwoorden[plaats] for plaats in range(len(antwoorden))]

    def _register_van(self, aangeboden: AangebodenCommando) -> str | NietVerwerkt:
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

    def _bied_aan(self, register: str, aangeboden: tuple[AangebodenCommando, ...]) -> tuple[Verwerking, ...]:
        with self._slot, self._heel_of_gesloten():
            antwoord = self._systeem.ask(self._routers[register], Aanbod(aangeboden))
        if not isinstance(antwoord, Uitkomsten):
            raise NietInRust(f"{register} gaf geen antwoord; sluit het systeem en open het opnieuw")
        return antwoord.antwoorden

    def parkeer(self, register: str, projectie: str, aggregaat: str, aggregaat_id: str, reden: str) -> None:
        """Leave one aggregate in one table as it is, from now on, and say why; nobody else waits for it.

        KeyError when there is no such register or table.
        """
        kern = self._kern(register)
        with self._slot:
            kern.projector.parkeer(projectie, aggregaat, aggregaat_id, reden)

    def ontparkeer(self, register: str, projectie: str, aggregaat: str, aggregaat_id: str) -> None:
        """Make the rows of a parked aggregate again and let it follow along; raises Kapot when they cannot be made.

        KeyError when it is not parked there.
        """
        kern = self._kern(register)
        with self._slot:
            kern.projector.ontparkeer(projectie, aggregaat, aggregaat_id)

    def herbouw(self, register: str, meld: Progress = no_progress) -> int:
        """Build the tables of a register again beside those in use, and switch at once; answers up to which position.

        Other processes read on meanwhile. Whom an official parked stays parked; whom a table could not take is tried
        again. KeyError when there is no such register.
        """
        kern = self._kern(register)
        with self._slot:
            positie = bouw_ernaast(kern.context, kern.opslag, kern.serialisatie, meld)
            kern.projector.vergeet()
        return positie

    def wacht_op_rust(self, meld: Progress = no_progress) -> None:
        """Work until every table, feed and next register has caught up; raises NietInRust when one cannot.

        `meld` hears how many aggregates were considered again because of a new rule version.
        """
        for kern in self._kernen.values():
            kern.herbeoordelaar.meld = meld
        with self._slot, self._heel_of_gesloten():
            self._systeem.tell(self._supervisor, Kijk())
            storingen: tuple[Storing, ...] = self._vraag(Storingen())
        if storingen:
            regels = "; ".join(f"{s.naam} staat stil ({s.referentie}: {s.toelichting})" for s in storingen)
            raise NietInRust(regels)

    @contextmanager
    def _heel_of_gesloten(self) -> Iterator[None]:
        """An interrupt (Ctrl-C) in the middle of the work leaves answers behind: then only reopening is safe."""
        if not self._open:
            raise NietInRust("deze registers zijn gesloten; open ze opnieuw")
        self._open = False
        yield
        self._open = True

    def _vraag(self, bericht: Any) -> Any:
        with self._slot:
            return self._systeem.ask(self._supervisor, bericht)

    # --- life -------------------------------------------------------------------------------------------------

    def close(self) -> None:
        """Stop and let go of the folder. What was acknowledged is there; what was underway goes on after reopening."""
        with self._slot:
            self._open = False
            self._sluiten.close()


def _met_gewoon_id(aangeboden: AangebodenCommando) -> AangebodenCommando:
    """The same offer, its id written in the one way in which it is compared and kept."""
    gewoon = str(UUID(aangeboden.id))
    return aangeboden if gewoon == aangeboden.id else replace(aangeboden, id=gewoon)
