"""Registerlezing: read the registers of a folder, also while another process writes them or none does."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, nullcontext
from datetime import date, datetime
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from actors.register.commando import AangebodenCommando, Mislukt, NietVerwerkt
from actors.register.gevolg import Transactie
from actors.register.projectie import Projectie
from actors.register.verantwoording import Software
from actors.runtime.berichtverkeer import Berichtverkeer
from actors.runtime.catalogue import contexten
from actors.runtime.kern import Registerkern
from actors.runtime.klok import Buitenwereld
from actors.runtime.proef import Ketenproef, als_aanbod, ketenproef, proef
from actors.runtime.uitgegeven import Uitgegeven
from actors.runtime.voortgang import Voortgang, aantal_taken, standen, voortgang
from actors.verwerking.antwoord import Antwoord, Blad, Bladgrens, NietGeleverd, Onbekend, Vervallen, Vraagsoort
from actors.verwerking.celclaims import claims_achter
from actors.verwerking.gevolgd import Gevolgd, gevolgd
from actors.verwerking.herbouw import verschillen
from actors.verwerking.herhaaltoken import is_spoor, register_van, vraag_van
from actors.verwerking.herkomst import Spoor, vastgelegd_door
from actors.verwerking.identiteit import commando_sleutel
from actors.verwerking.momenten import dag_van, geldig_moment
from actors.verwerking.parkeren import Geparkeerd
from actors.verwerking.proef import Proefuitkomst
from actors.verwerking.spoorvraag import Spoorvraag
from actors.verwerking.uitleg import GeenUitleg, Uitleg
from actors.verwerking.verbandindex import Verbandindex
from storage.errors import StorageError, StoreDamaged
from storage.findings import Finding, Progress, no_progress
from storage.gevolgenstore import Record
from storage.opslag import open_lmdb
from storage.projectiestore import Projectiestore
from storage.verify import verify, verify_ends, verify_readers
from storage.verify_contents import Told


class Registerlezing(Uitgegeven, Berichtverkeer):
    """The reading half of the registers: answers come straight from what is stored."""

    def __init__(
        self,
        kernen: Mapping[str, Registerkern],
        buitenwereld: Buitenwereld,
        sluiten: ExitStack,
        slot: AbstractContextManager[Any] | None = None,
    ) -> None:
        """Read these registers; `slot` is held while they must stand still, when this very process writes them."""
        self._slot = slot or nullcontext()
        self._kernen = dict(kernen)
        self._buitenwereld = buitenwereld
        self._sluiten = sluiten

    @classmethod
    def alleen_lezen(cls, map_: str | Path, registers: Collection[str] | None = None) -> "Registerlezing":
        """Open the registers in a folder (or only those named) for reading.

        Raises StorageError when there is nothing, or it is damaged.
        """
        buitenwereld = Buitenwereld()
        with ExitStack() as geopend:
            kernen = {}
            for context in contexten():
                if registers is not None and context.naam not in registers:
                    continue
                opslag = open_lmdb(Path(map_), context.naam, clock=buitenwereld.klok, read_only=True)
                geopend.callback(opslag.close)
                kernen[context.naam] = Registerkern(context, opslag, Software("", "", ""), buitenwereld.klok)
            return Registerlezing(kernen, buitenwereld, geopend.pop_all())

    def nog_een(self) -> "Registerlezing":
        """Another reading of the same stores, for another thread; good as long as this one is open."""
        kernen = {n: Registerkern(k.context, k.opslag, k.software, k.klok) for n, k in self._kernen.items()}
        return Registerlezing(kernen, self._buitenwereld, ExitStack())

    def einde(self, register: str) -> tuple[int, int, int]:
        """How far a register is: its journal, its feed, and the journal position up to which its tables are."""
        kern = self._kern(register)
        return kern.opslag.gevolgen.head().position, kern.opslag.feed.head()[0], kern.projector.positie

    @property
    def registers(self) -> tuple[str, ...]:
        """The names of the registers."""
        return tuple(self._kernen)

    def lees(
        self,
        register: str,
        projectie: str,
        *sleutel: str,
        geldig_op: date | datetime | None = None,
        beschikbaar_op: date | datetime | None = None,
        voor: str | None = None,
    ) -> Antwoord[dict[str, Any] | None]:
        """One row of a table, as we now think it holds today; its `inhoud` is None when there is none.

        Or as it holds on a day (`geldig_op`), as we then thought (`beschikbaar_op`), or both: a day (Europe/Amsterdam)
        or an aware datetime. KeyError when there is no such register or table; NietGeleverd when it is not for the
        doelgroep `voor`; GeenMoment for a moment in the future or without zone.
        """
        kern, model = self._projectie(register, projectie)
        return kern.lezer.rij(model, sleutel, geldig_op, beschikbaar_op, voor)

    def tabel(
        self,
        register: str,
        projectie: str,
        *,
        geldig_op: date | datetime | None = None,
        beschikbaar_op: date | datetime | None = None,
        voor: str | None = None,
    ) -> Antwoord[list[dict[str, Any]]]:
        """A whole table, in the same four cells. Raises as `lees`, and NogNietZover when it lags behind that moment."""
        kern, model = self._projectie(register, projectie)
        return kern.lezer.tabel(model, geldig_op, beschikbaar_op, voor)

    def blad(  # noqa: PLR0913 - which page, of which moments, for whom
        self,
        register: str,
        projectie: str,
        *,
        hoogstens: int,
        grens: Bladgrens | None = None,
        herhaaltoken: str | None = None,
        geldig_op: date | datetime | None = None,
        beschikbaar_op: date | datetime | None = None,
        voor: str | None = None,
    ) -> Blad:
        """At most so many rows of a table, past a place in it; with the herhaaltoken of a page, of the same moments.

        Raises as `tabel`, and with a token as `herhaal`.
        """
        kern, model = self._projectie(register, projectie)
        if herhaaltoken is None:
            return kern.lezer.blad(model, hoogstens, grens, geldig_op, beschikbaar_op, voor)
        self._voor_wie(herhaaltoken, voor)
        return kern.lezer.blad_bij(herhaaltoken, hoogstens, grens)

    def historie(
        self,
        register: str,
        projectie: str,
        *sleutel: str,
        beschikbaar_op: date | datetime | None = None,
        voor: str | None = None,
    ) -> Antwoord[list[dict[str, Any]]]:
        """All states of one row on both axes: known from when until when, about which days. Raises as `lees`."""
        kern, model = self._projectie(register, projectie)
        return kern.lezer.historie(model, sleutel, beschikbaar_op, voor)

    def herhaal(self, token: str, *, voor: str | None = None) -> Antwoord[Any]:
        """The very answer that was given with this herhaaltoken, byte for byte (`als_bytes`).

        With `voor` only to the one for whom it was asked, else NietGeleverd. Raises GeenToken, Vervallen when it will
        never be given again, NogNietZover when it cannot be given now.
        """
        self._voor_wie(token, voor)
        register = register_van(token)
        if register not in self._kernen:
            raise Vervallen(f"dit herhaaltoken is van een register dat hier niet is ({register})")
        if is_spoor(token):
            journalen = {naam: kern.opslag.gevolgen for naam, kern in self._kernen.items()}
            return self._spoorvraag().herhaal(token, register, journalen)
        return self._kernen[register].lezer.herhaal(token)

    def _voor_wie(self, token: str, voor: str | None) -> None:
        if voor not in (None, vraag_van(token).voor):
            raise NietGeleverd("dit herhaaltoken is van een vraag voor een ander; stel de vraag zelf")

    def taken(self, register: str, beschikbaar_op: date | datetime | None = None) -> Antwoord[list[dict[str, Any]]]:
        """What waits (or then waited) in a register, and why."""
        return self._kern(register).lezer.taken(beschikbaar_op)

    def moment_van(self, register: str, positie: int) -> datetime:
        """The registration moment of a transactie (aware, UTC). Raises UnknownPosition when there is none there."""
        return self._kern(register).opslag.gevolgen.record(positie).registered_at

    def positie_op(self, register: str, moment: datetime) -> int:
        """The position of the last transactie that was registered at a moment, or before; 0 when none was."""
        return self._kern(register).lezer.positie_op(moment)

    def uitleg(
        self,
        register: str,
        projectie: str,
        *sleutel: str,
        kolom: str | None = None,
        geldig_op: date | datetime | None = None,
        beschikbaar_op: date | datetime | None = None,
    ) -> Antwoord[Uitleg]:
        """Why a row of a table says what it says: its besluit, or the column that is named; moments as in `lees`.

        Raises as `lees`, and GeenUitleg when there is nothing to explain.
        """
        kern, model = self._projectie(register, projectie)
        return kern.lezer.uitleg(model, sleutel, kolom, geldig_op, beschikbaar_op)

    def uitleg_van(self, gevolg: str, *, beschikbaar_op: date | datetime | None = None) -> Antwoord[Uitleg]:
        """Why one besluit or calculation is what it is, as known now or then. Raises GeenUitleg."""
        for kern in self._kernen.values():
            aggregaat = kern.aggregaat_van(gevolg)
            if aggregaat is not None:
                return kern.lezer.uitleg_van(aggregaat, gevolg, beschikbaar_op)
        raise GeenUitleg(f"gevolg {gevolg!r} staat niet in {', '.join(self._kernen)}; zoek het met `gevolg gevolgen`")

    def geparkeerd(self, register: str) -> list[Geparkeerd]:
        """The aggregates that stand still in a table of a register, since when and why."""
        return self._kern(register).projector.geparkeerd()

    def gevolgen(self, register: str, na: int = 0) -> Iterator[Transactie]:
        """The journal of a register, transactie by transactie, after a position."""
        kern = self._kern(register)
        return (kern.serialisatie.decodeer(record) for record in kern.opslag.gevolgen.read(na))

    def herkomst(self, *gevolgen: str, hoogstens: int | None = None) -> Antwoord[Spoor]:
        """What these gevolgen (or the gevolgen of these claims) came from, back to the first signals.

        At most so many (GeenGrens when less than 1), the nearest first. KeyError when one of them is in none of the
        registers that are open here.
        """
        return self._spoorvraag().vraag(Vraagsoort.HERKOMST, gevolgen, hoogstens)

    def doorwerking(
        self, *gevolgen: str, hoogstens: int | None = None, tot: Mapping[str, int] | None = None
    ) -> Antwoord[Spoor]:
        """What these gevolgen led to, in each register up to a position (default: as far as is known now).

        Raises as `herkomst`, KeyError when there is no such register, GeenGrens when it does not have that position.
        """
        return self._spoorvraag().vraag(Vraagsoort.DOORWERKING, gevolgen, hoogstens, tot)

    def _spoorvraag(self) -> Spoorvraag:
        return Spoorvraag({naam: kern.lezer for naam, kern in self._kernen.items()}, self._vindplaatsen())

    def gevolgen_achter(
        self,
        register: str,
        projectie: str,
        *sleutel: str,
        kolom: str | None = None,
        geldig_op: date | datetime | None = None,
        beschikbaar_op: date | datetime | None = None,
    ) -> tuple[str, ...]:
        """The gevolgen behind a column of a row (default: all columns), in the four cells: to ask the herkomst of.

        None when it says nothing there. Raises as `lees`, and KeyError when there is no such column.
        """
        kern, model = self._projectie(register, projectie)
        momenten = kern.lezer.rij(model, sleutel, geldig_op, beschikbaar_op).momenten
        wie = (model.aggregaat, sleutel[0] if sleutel else "")
        beeld = partial(kern.beeld_van, "/".join(wie), momenten.positie)
        cellen = kern.lezer.claims(model, sleutel, momenten)
        claims = claims_achter(model, sleutel, kolom, momenten, cellen, beeld)
        return vastgelegd_door(self._vindplaatsen(), register, wie, claims, momenten.positie)

    def _vindplaatsen(self) -> dict[str, Verbandindex]:
        return {naam: kern.vindplaats() for naam, kern in self._kernen.items()}

    def aantal_gevolgen(self, register: str) -> int:
        """How many gevolgen the journal of a register holds; counts records without reading what is in them."""
        return sum(record.count for record in self._kern(register).opslag.gevolgen.read())

    def standen(self) -> dict[str, dict[str, Any]]:
        """Per register how far everything is: journal, feed, tables, and what it read of others."""
        return {naam: standen(kern) for naam, kern in self._kernen.items()}

    def voortgang(self, register: str) -> Voortgang:
        """How far a register is, and how far each of its readers lags. Raises StorageError, AnderLogboek."""
        return voortgang(self._kern(register), self._kernen)

    def aantal_taken(self, register: str) -> int:
        """How much waits in a register, what is parked left aside."""
        return aantal_taken(self._kern(register))

    def gevolgd(self, register: str, na: int = 0) -> Iterator[Gevolgd]:
        """The journal of a register after a position, as steps in traces: ids and names only."""
        return gevolgd(self._kern(register).opslag.gevolgen.read(na))

    # --- what would happen ------------------------------------------------------------------------------------

    def proef(self, commando: Any, **hoe: Any) -> Proefuitkomst | NietVerwerkt | Mislukt:
        """What `RegisterSystem.verwerk` would do with this in its own register; nothing is recorded.

        `commando` may be an AangebodenCommando; else `hoe` says what `verwerk` takes, but `id`.
        """
        with self._slot:
            return proef(self._kernen, self._buitenwereld, als_aanbod(commando, **hoe))

    def ketenproef(
        self, aangeboden: Iterable[AangebodenCommando], *, geldig_op: date | None = None, meld: Progress = no_progress
    ) -> Ketenproef:
        """What would come of these commando's in all registers, counted; nothing is recorded.

        Besluiten are compared over all days, and as they hold on one (default: today). Raises GeenMoment, and
        NietInRust when the registers cannot come to rest, before it or because of it.
        """
        with self._slot:
            dag = dag_van(geldig_moment(geldig_op, self._buitenwereld.klok))
            return ketenproef(self._kernen, self._buitenwereld, list(aangeboden), dag, meld)

    # --- whether it is sound ----------------------------------------------------------------------------------

    def controleer(self, register: str, meld: Progress = no_progress) -> list[Finding]:
        """What does not fit together in all that a register keeps, its own tables' rows left aside; empty is well."""
        kern = self._kern(register)

        def vertelt(record: Record) -> Told:
            try:
                t = kern.serialisatie.decodeer(record)
                sleutel = commando_sleutel(t.commando_id)
            except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as fout:
                raise StoreDamaged(f"the content is no transactie ({type(fout).__name__})") from fout
            return Told(sleutel, f"{t.aggregaat}/{t.aggregaat_id}", t.volgnummer, len(t.gevolgen))

        return verify(kern.opslag, meld, vertelt)

    def controleer_einden(self, register: str) -> list[Finding]:
        """What shows at once of a register that is not sound: a small part of `controleer`, also beside a writer."""
        return verify_ends(self._kern(register).opslag)

    def controleer_lezers(self, register: str, meld: Progress = no_progress) -> list[Finding]:
        """What a register says it has read and does not stand in the feeds of the registers that are open here."""
        kern = self._kern(register)
        feeds = {bron: self._kernen[bron].opslag.feed for bron in kern.bronnen() if bron in self._kernen}
        return verify_readers(kern.opslag.gevolgen, feeds, meld)

    def controleer_tabellen(self, register: str, elders: Projectiestore, meld: Progress = no_progress) -> list[Finding]:
        """What in the tables of a register is not what its journal gives; `elders` is empty, to build them again in.

        Raises as `verschillen` does: only for a register in which `controleer` finds nothing.
        """
        kern = self._kern(register)
        return verschillen(kern.context, kern.opslag, kern.serialisatie, elders, meld)

    def einden(self, register: str) -> object:
        """Where journal, feed and tables of a register end, to see whether someone writes; None when damaged."""
        opslag = self._kern(register).opslag
        try:
            tabellen = {naam: opslag.projecties.position(naam) for naam in opslag.projecties.projecties()}
            return opslag.gevolgen.head(), opslag.feed.head(), tabellen
        except (StorageError, ValueError):
            return None

    def _projectie(self, register: str, naam: str) -> tuple[Registerkern, Projectie]:
        kern = self._kern(register)
        for projectie in kern.context.projecties:
            if projectie.naam == naam:
                return kern, projectie
        bekend = ", ".join(p.naam for p in kern.context.projecties)
        raise Onbekend(f"{register} heeft geen projectie {naam!r}; er zijn: {bekend}")

    # --- life -------------------------------------------------------------------------------------------------

    def close(self) -> None:
        """Let go of the folder."""
        self._sluiten.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, soort: type[BaseException] | None, fout: BaseException | None, spoor: TracebackType | None
    ) -> None:
        self.close()
