"""The levering of a register as actors, and the roads between registers.

Each follows something that is stored (a journal, a feed) from a position that is stored too. A hint makes it look;
it works in slices, and goes on by itself until there is nothing left. A lost hint loses nothing.
"""

from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

from actors.register.commando import AangebodenCommando, Mislukt, NietVerwerkt, Verwerking
from actors.runtime.berichten import Aanbod, Adres, Kijk, StartLezer, Storing, Uitkomsten, Volgers
from actors.runtime.logboek import maak_log, volgt
from actors.runtime.registeractor import Falen, RegisterActor, zonder_waarden
from actors.verwerking.generiek.intern import BeoordeelSignaal
from actors.verwerking.signaalverwerking import Signalen
from actors.verwerking.traceparent import trace_id
from storage.errors import StorageError

log = maak_log("signaal")

_SLICE = 256  # transacties or verstrekkingen per message, so that others get their turn


class LezerActor(RegisterActor):
    """Works through what it follows, slice by slice, and tells its followers."""

    _naam: str
    _werk: Callable[[int], int]
    _herstel: Callable[[], None]
    _supervisor: Adres

    def __init__(self) -> None:
        self._volgers: tuple[Adres, ...] = ()

    def ontvang(self, bericht: Any, afzender: Adres) -> None:
        """Look when hinted; a full slice means there may be more."""
        if isinstance(bericht, Kijk):
            gedaan = self._werk(_SLICE)
            for volger in self._volgers if gedaan else ():
                self.send(volger, Kijk())
            if gedaan >= _SLICE:
                self.send(self.myAddress, Kijk())
        elif isinstance(bericht, Volgers):
            self._volgers = bericht.adressen
        elif isinstance(bericht, StartLezer):
            self._naam, self._werk, self._herstel = bericht.naam, bericht.werk, bericht.herstel
            self._supervisor = afzender
        else:
            super().ontvang(bericht, afzender)

    def bij_storing(self, falen: Falen) -> None:
        """Stand still and say so; the next hint tries again."""
        self.send(self._supervisor, Storing(self._naam, falen.referentie, zonder_waarden(falen.fout)))
        if isinstance(falen.fout, StorageError):
            # Why it stands still was said; what cannot be opened now can be later.
            with suppress(StorageError, OSError):
                self._herstel()


class BekendmakerActor(LezerActor):
    """Renders the bekendmakingen of a register into its feed; its followers are the translators elsewhere."""


class ProjectorActor(LezerActor):
    """Keeps the tables of a register."""


class TranslatorActor(RegisterActor):
    """Offers what follows from what it follows to its own register, one slice at a time.

    It judges the signalen of one source; or it has all considered again that rests on a new rule version.
    """

    _naam: str
    _volgende: Callable[[int], Signalen | None]
    _router: Adres
    _supervisor: Adres

    def __init__(self) -> None:
        self._bezig = False
        self._aangeboden: Signalen | None = None

    def ontvang(self, bericht: Any, afzender: Adres) -> None:
        """Offer a slice; when all of it is answered, look for the next."""
        if isinstance(bericht, Kijk):
            if not self._bezig:
                self._aangeboden = None
                self._bied_aan()
        elif isinstance(bericht, Uitkomsten):
            self._bezig = False
            if self._aangeboden is not None and volgt("signaal"):
                _log_oordelen(self._naam, self._aangeboden.commandos, bericht.antwoorden)
            mislukt = next((a for a in bericht.antwoorden if isinstance(a, Mislukt)), None)
            for antwoord in bericht.antwoorden:
                if isinstance(antwoord, NietVerwerkt):
                    log.warning("signaal.not_processed", reader=self._naam, rule=antwoord.regel)
            if mislukt is not None:
                self.send(self._supervisor, Storing(self._naam, mislukt.referentie, mislukt.volledig))
            if mislukt is None or (self._aangeboden is not None and self._aangeboden.mag_verder):
                self._bied_aan()
        elif isinstance(bericht, StartLezer):
            self._naam, self._volgende, self._router = bericht.naam, bericht.werk, bericht.router
            self._supervisor = afzender
        else:
            super().ontvang(bericht, afzender)

    def _bied_aan(self) -> None:
        signalen = self._volgende(_SLICE)
        if signalen is not None:
            if signalen == self._aangeboden:
                raise StorageError(
                    f"{self._naam} did all it was asked, but how far it came could not be recorded;"
                    " commit.failed in the log says why, and the next hint tries again"
                )
            self._bezig, self._aangeboden = True, signalen
            self.send(self._router, Aanbod(signalen.commandos, signalen.lezers))

    def bij_storing(self, falen: Falen) -> None:
        """Stand still and say so; the next hint tries again."""
        self._bezig = False
        self.send(self._supervisor, Storing(self._naam, falen.referentie, zonder_waarden(falen.fout)))


def _log_oordelen(lezer: str, commandos: Sequence[AangebodenCommando], antwoorden: Sequence[Verwerking]) -> None:
    """A line for each judgement, also when nothing followed from it: of which melding, by which vertaling, and why."""
    for aangeboden, antwoord in zip(commandos, antwoorden, strict=True):
        commando = aangeboden.commando
        if isinstance(commando, BeoordeelSignaal):
            oordeel = commando.beoordeling
            log.info(
                "signaal.judged",
                reader=lezer,
                vertaling=commando.signaal_id,
                number=oordeel.nummer,
                bekendmaking=oordeel.bekendmaking,
                tasks=len(oordeel.taken),
                reason=oordeel.reden,
                outcome=type(antwoord).__name__,
                position=getattr(antwoord, "positie", None),
                trace_id=trace_id(aangeboden.trace),
            )
