"""RegisterSystem: the registers of one installation in this process; the facade for programs, scripts and tests.

    with RegisterSystem.open("data") as registers:
        registers.verwerk(RegistreerAuto(...))
        registers.wacht_op_rust()
        registers.lees("spitspas", "huishouden", "huishouden-1").inhoud

There is no thread of its own: whatever is to be done (tables, feeds, the next register) is done when a method is
called. Methods may be called from several threads, one at a time gets its turn; keep other busy threads away from a
process that writes, they slow its commits many times over.
"""

from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from datetime import date, datetime
from pathlib import Path
from typing import Any, Self

from actors.register.commando import AangebodenCommando, Verwerking
from actors.register.context import Context
from actors.register.verantwoording import Aanleiding, Mandaat, Software
from actors.runtime.berichten import BIJHOUDING, LEVERING, Deel
from actors.runtime.catalogue import contexten
from actors.runtime.kern import Registerkern
from actors.runtime.klok import Buitenwereld
from actors.runtime.lezing import Registerlezing
from actors.runtime.local_base import local_system
from actors.runtime.programma import programmaversie
from actors.runtime.stelsel import WARM, Actorenstelsel, NietInRust, maak_aanbod
from storage import opslag as opslag_module
from storage.findings import Progress, no_progress
from storage.opslag import Opslag

__all__ = ["NietInRust", "RegisterSystem"]


class RegisterSystem(Registerlezing):
    """The registers of one installation, embedded: every aggregate an actor in this process."""

    def __init__(  # noqa: PLR0913 - what the world gives the registers, each by name
        self,
        openen: Callable[[str], Opslag],
        *,
        buitenwereld: Buitenwereld | None = None,
        registers: Sequence[Context] | None = None,
        warm: int = WARM,
        versie: str | None = None,
        levering: bool = True,
        actorsysteem: Callable[[], Any] = local_system,
    ) -> None:
        """Open every register with `openen(name)`; nothing stays open when one of them cannot be opened.

        Without `levering` only commando's are processed: nothing is made known, put in tables or passed on until the
        registers are opened with it. A simulation gives an `actorsysteem` of its own for the actors to live in.
        """
        buitenwereld = buitenwereld or Buitenwereld()
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
            delen = BIJHOUDING | LEVERING if levering else frozenset({Deel.BESLISSEN})
            self._stelsel = Actorenstelsel(kernen, warm=warm, delen=delen, actorsysteem=actorsysteem)
            geopend.callback(self._stelsel.close)
            self._stelsel.haal_in()
            super().__init__(kernen, buitenwereld, geopend.pop_all(), self._stelsel.slot)

    @classmethod
    def open(cls, map_: str | Path, **opties: Any) -> Self:
        """Open (or make) the registers in a folder, durable; work that was interrupted goes on by itself.

        Raises a StorageError that says what to do: in use by another process, of a newer version, damaged.
        """
        buitenwereld = opties.get("buitenwereld") or Buitenwereld()
        namen = [context.naam for context in opties.get("registers") or contexten()]
        if Path(map_).is_dir():
            opslag_module.refuse_lost(Path(map_), namen, buitenwereld.klok)
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
        aangeboden = maak_aanbod(
            commando,
            id or self._buitenwereld.nieuw_commando_id(),
            aanleiding=aanleiding,
            door=door,
            gebeurd_op=gebeurd_op,
            beslisser=beslisser,
            namens=namens,
            register=register,
        )
        return self.verwerk_alle([aangeboden])[0]

    def verwerk_alle(self, aangeboden: Iterable[AangebodenCommando]) -> list[Verwerking]:
        """Process many commando's, for any registers; the answers in order, each after its durable commit."""
        return self._stelsel.verwerk_alle(aangeboden)

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
            return kern.herbouw(meld)

    def wacht_op_rust(self, meld: Progress = no_progress) -> None:
        """Work until every table, feed and next register has caught up; raises NietInRust when one could not.

        What stumbled meanwhile over what is right by now is told too: asked again, it comes to rest.
        `meld` hears how many aggregates were considered again because of a new rule version.
        """
        self._stelsel.wacht_op_rust(meld)

    # --- life -------------------------------------------------------------------------------------------------

    def close(self) -> None:
        """Stop and let go of the folder. What was acknowledged is there; what was underway goes on after reopening."""
        with self._slot:
            self._sluiten.close()
