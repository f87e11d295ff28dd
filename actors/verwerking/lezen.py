"""Lezen: answers of one register about any moment on both axes, straight from what is stored.

The four cells: nothing asked is what we now think holds now; `geldig_op` what holds then; `beschikbaar_op` what we
thought then; both are what we then thought held then. "Now" on the formal axis is the last transactie, never the clock.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, TypeVar

from actors.register.context import Context
from actors.register.leveringsmodel import mag_krijgen
from actors.register.persoonsgegeven import Persoonsgegeven
from actors.register.projectie import Projectie
from actors.register.tijdlijnen import OPEN_BEGIN, OPEN_EIND
from actors.verwerking.antwoord import (
    Antwoord,
    GeenMoment,
    Momenten,
    NietGeleverd,
    NogNietZover,
    Vervallen,
    Vraag,
    Vraagsoort,
)
from actors.verwerking.generiek.soorten import BETROKKENE
from actors.verwerking.gevolgenverwerking import TAKEN
from actors.verwerking.herhaaltoken import lees_token, maak_token
from actors.verwerking.historie import Cellen, staten, stuk_op, zekerheid_in
from actors.verwerking.leesstand import gelezen_tot
from actors.verwerking.parkeren import Geparkeerd, Parkeerplaats
from actors.verwerking.ranglijst import rangschik
from actors.verwerking.rijbronnen import Bewaard, OpAanvraag, Rijbron
from actors.verwerking.serialisatie import Serialisatie
from actors.verwerking.woorden import AMSTERDAM, lokale_dag
from storage.opslag import Opslag

T = TypeVar("T")

GEPARKEERD_REDEN = "geparkeerd"
"""How the reason begins for which an aggregate that is parked in a table waits."""

_MICROSECONDE = timedelta(microseconds=1)


class Lezer:
    """Answers the questions to one register; only reads."""

    def __init__(
        self, context: Context, opslag: Opslag, serialisatie: Serialisatie, klok: Callable[[], datetime]
    ) -> None:
        """`klok` says which day it is today, when no day is asked."""
        self._context = context
        self._opslag = opslag
        self._store = opslag.gevolgen
        self._serialisatie = serialisatie
        self._klok = klok
        self._bewaard = Bewaard(opslag.projecties)
        self._op_aanvraag = OpAanvraag(self._store, serialisatie)

    # --- questions ---

    def rij(
        self,
        projectie: Projectie,
        sleutel: tuple[str, ...],
        geldig_op: date | datetime | None = None,
        beschikbaar_op: date | datetime | None = None,
        voor: str | None = None,
    ) -> Antwoord[dict[str, Any] | None]:
        """One row; its `inhoud` is None when there is none. A gegeven without value then is None.

        Raises NietGeleverd when it is not for the doelgroep `voor` (default: its own), GeenMoment for a moment that is
        in the future (formal axis), without time zone or outside the calendar.
        """
        vraag = self._vraag(Vraagsoort.RIJ, projectie, sleutel, voor)
        return self._gevraagd(vraag, self._momenten(projectie, self._geldig(geldig_op), beschikbaar_op))

    def tabel(
        self,
        projectie: Projectie,
        geldig_op: date | datetime | None = None,
        beschikbaar_op: date | datetime | None = None,
        voor: str | None = None,
    ) -> Antwoord[list[dict[str, Any]]]:
        """A whole table: its rows by key, or its ranking. Raises as `rij`, and NogNietZover."""
        vraag = self._vraag(Vraagsoort.TABEL, projectie, (), voor)
        return self._gevraagd(vraag, self._momenten(projectie, self._geldig(geldig_op), beschikbaar_op))

    def historie(
        self,
        projectie: Projectie,
        sleutel: tuple[str, ...],
        beschikbaar_op: date | datetime | None = None,
        voor: str | None = None,
    ) -> Antwoord[list[dict[str, Any]]]:
        """All states of one row on both axes, as far as they were known then. Raises as `rij`."""
        vraag = self._vraag(Vraagsoort.HISTORIE, projectie, sleutel, voor)
        return self._gevraagd(vraag, self._momenten(projectie, None, beschikbaar_op))

    def taken(self, beschikbaar_op: date | datetime | None = None) -> Antwoord[list[dict[str, Any]]]:
        """What waits in this register, and why; what is parked in a table waits too."""
        vraag = Vraag(Vraagsoort.TAKEN, self._context.naam, TAKEN, (), self._context.naam)
        momenten = self._momenten(None, None, beschikbaar_op)
        # Also what was parked just now, after this very position: it waits already.
        return self._antwoord(vraag, momenten, [een for een in self._geparkeerd() if een.positie <= momenten.positie])

    def herhaal(self, token: str) -> Antwoord[Any]:
        """The answer that was given with this token, byte for byte.

        Raises GeenToken, Vervallen when it will never be given again, NogNietZover when it cannot be given now.
        """
        vraag, momenten = lees_token(self._opslag.sleutels.secret, self._store, token)
        stil = self._stil(vraag, momenten.positie)
        antwoord: Antwoord[Any] = self._antwoord(vraag, momenten, stil)
        if antwoord.herhaaltoken is None:
            if stil:
                raise NogNietZover("wat gevraagd wordt staat stil in zijn tabel; kijk met `gevolg taken` waarom")
            raise Vervallen("gegevens in dit antwoord zijn vernietigd of gewist; wat ervan over is geeft de vraag zelf")
        return antwoord

    def claims(
        self, projectie: Projectie, sleutel: tuple[str, ...], geldig_op: date | datetime | None, momenten: Momenten
    ) -> dict[str, str]:
        """The claim behind each column of a row that has a value on that day."""
        rij = self._bron(projectie, momenten.positie).rij(projectie, sleutel, momenten.positie)
        cellen: Cellen = {} if rij is None else self._serialisatie.van_bytes(rij)[1]
        dag = _dag(self._geldig(geldig_op))
        op_dag = ((kolom, stuk_op(cel, dag)) for kolom, cel in cellen.items())
        return {kolom: stuk[3] for kolom, stuk in op_dag if stuk is not None}

    # --- moments ---

    def positie_op(self, beschikbaar_op: date | datetime) -> int:
        """The last transactie that was recorded by a moment. Raises GeenMoment as `rij`."""
        return self._store.position_at(self._formeel(beschikbaar_op))

    def _geldig(self, geldig_op: date | datetime | None) -> date | datetime:
        if geldig_op is None:
            return lokale_dag(self._klok())
        gevraagd = _in_utc(geldig_op) if isinstance(geldig_op, datetime) else geldig_op
        if not OPEN_BEGIN < _dag(gevraagd) < OPEN_EIND:
            raise GeenMoment(f"{geldig_op.isoformat()} valt buiten de kalender; vraag een dag daarbinnen")
        return gevraagd

    def _momenten(
        self, projectie: Projectie | None, geldig_op: date | datetime | None, gevraagd: date | datetime | None
    ) -> Momenten:
        if gevraagd is not None:
            moment = self._formeel(gevraagd)
            return Momenten(geldig_op, moment, self._store.position_at(moment))
        positie = self._bijgewerkt_tot(projectie)
        return Momenten(geldig_op, self._moment(positie) if positie else None, positie)

    def _formeel(self, gevraagd: date | datetime) -> datetime:
        """The moment that is meant; a day on the formal axis is all of that day (Europe/Amsterdam), up to now.

        Now is the last transactie: what the clock says may still be the moment of one that is on its way.
        """
        laatste = self._store.head().registered_at
        nu = max(self._klok(), laatste or datetime.min.replace(tzinfo=UTC))
        if isinstance(gevraagd, datetime):
            moment = _in_utc(gevraagd)
            toekomst = moment > nu
        else:
            vandaag = lokale_dag(nu)
            moment = _einde_van(gevraagd) if gevraagd < vandaag else laatste or nu.astimezone(UTC)
            toekomst = gevraagd > vandaag
        if toekomst:
            raise GeenMoment(f"{gevraagd.isoformat()} ligt in de toekomst; wat dan bekend is weet nog niemand")
        return moment

    def _moment(self, positie: int) -> datetime:
        return self._store.record(positie).registered_at

    def _bijgewerkt_tot(self, projectie: Projectie | None) -> int:
        """The last transactie that is in this table (None: in that of taken), or could be."""
        if projectie is not None and not projectie.bewaard:
            return self._store.head().position
        naam = TAKEN if projectie is None else projectie.opslagnaam
        return gelezen_tot(self._store, self._opslag.projecties.position(naam)) or 0

    # --- answers ---

    def _vraag(self, soort: Vraagsoort, projectie: Projectie, sleutel: tuple[str, ...], voor: str | None) -> Vraag:
        if not mag_krijgen(projectie.doelgroep, voor):
            raise NietGeleverd(
                f"{projectie.naam} van {self._context.naam} is voor {projectie.doelgroep}, niet voor {voor};"
                " vraag een leveringsmodel dat voor u bestemd is (`gevolg model`)"
            )
        return Vraag(soort, self._context.naam, projectie.opslagnaam, sleutel, voor or projectie.doelgroep)

    def _gevraagd(self, vraag: Vraag, momenten: Momenten) -> Antwoord[Any]:
        return self._antwoord(vraag, momenten, self._stil(vraag, momenten.positie))

    def _antwoord(self, vraag: Vraag, momenten: Momenten, stil: list[Geparkeerd]) -> Antwoord[Any]:
        """The answer to a question; the same each time, because it is asked of a fixed position."""
        onthuld = _Onthuld(self._vernietigd_op, momenten.positie)
        inhoud = self._inhoud(vraag, momenten, stil, onthuld)
        heel = not stil and not onthuld.verloren
        antwoord = Antwoord(vraag, momenten, inhoud, volledig=heel, herhaaltoken=None)
        if not heel:
            return antwoord
        return replace(antwoord, herhaaltoken=maak_token(self._opslag.sleutels.secret, self._store, vraag, momenten))

    def _inhoud(self, vraag: Vraag, momenten: Momenten, stil: list[Geparkeerd], onthuld: "_Onthuld") -> Any:
        if vraag.soort is Vraagsoort.TAKEN:
            return self._lees_taken(momenten.positie, stil)
        projectie = self._projectie(vraag.leveringsmodel)
        bron = self._bron(projectie, momenten.positie)
        if vraag.soort is Vraagsoort.HISTORIE:
            versies = bron.versies(projectie, vraag.sleutel, momenten.positie)
            return list(staten(versies, lambda rij: self._cellen(rij, onthuld), self._moment))
        dag = _dag(momenten.geldig_op)
        wie_stil = {een.aggregaat_id for een in stil}
        if vraag.soort is Vraagsoort.RIJ:
            rij = bron.rij(projectie, vraag.sleutel, momenten.positie)
            if rij is not None:
                return self._op_dag(rij, dag, wie_stil, onthuld)
            if stil:
                return {
                    "onderwerp": vraag.sleutel,
                    **dict.fromkeys(projectie.kolommen),
                    "zekerheid": {},
                    "volledig": False,
                }
            return None
        self._zover(projectie, projectie.naam, momenten.positie)
        rijen = [self._op_dag(rij, dag, wie_stil, onthuld) for rij in bron.rijen(projectie, momenten.positie)]
        geldend = [rij for rij in rijen if any(rij[kolom] is not None for kolom in projectie.kolommen)]
        return rangschik(projectie.ranglijst, geldend, volledig=not stil) if projectie.ranglijst else geldend

    def _bron(self, projectie: Projectie, positie: int) -> Rijbron:
        """The kept rows, when they are kept and come so far; else they are made from the journal."""
        bewaard = projectie.bewaard and positie <= self._bijgewerkt_tot(projectie)
        return self._bewaard if bewaard else self._op_aanvraag

    def _zover(self, projectie: Projectie | None, naam: str, positie: int) -> None:
        """A whole table is not made from the journal to answer one question, unless it is never kept."""
        tot = self._bijgewerkt_tot(projectie)
        if positie > tot:
            raise NogNietZover(
                f"{naam} is bijgewerkt tot positie {tot}, gevraagd wordt {positie}; vraag het later opnieuw"
            )

    def _projectie(self, leveringsmodel: str) -> Projectie:
        for projectie in self._context.projecties:
            if projectie.opslagnaam == leveringsmodel:
                return projectie
        raise Vervallen(f"{self._context.naam} levert {leveringsmodel} niet meer; stel de vraag opnieuw")

    def _stil(self, vraag: Vraag, positie: int) -> list[Geparkeerd]:
        """What is asked about and stood still at that position in the table it is answered from."""
        if vraag.soort is not Vraagsoort.TAKEN and not self._projectie(vraag.leveringsmodel).bewaard:
            return []
        taken, hier, wie = vraag.soort is Vraagsoort.TAKEN, vraag.leveringsmodel, vraag.sleutel[:1]
        return [
            een
            for een in self._geparkeerd()
            if een.vanaf <= positie and (taken or (een.projectie == hier and (not wie or een.aggregaat_id == wie[0])))
        ]

    def _geparkeerd(self) -> Iterator[Geparkeerd]:
        return Parkeerplaats(self._opslag.projecties, self._serialisatie).alle()

    def _op_dag(self, rij: bytes, dag: date, stil: set[str], onthuld: "_Onthuld") -> dict[str, Any]:
        onderwerp, cellen = self._serialisatie.van_bytes(rij)
        op_dag = {kolom: stuk_op(cel, dag) for kolom, cel in cellen.items()}
        waarden = {kolom: onthuld(stuk[2]) if stuk else None for kolom, stuk in op_dag.items()}
        volledig = onderwerp[0] not in stil
        return {"onderwerp": tuple(onderwerp), **waarden, "zekerheid": zekerheid_in(op_dag), "volledig": volledig}

    def _cellen(self, rij: bytes, onthuld: "_Onthuld") -> Cellen:
        _, cellen = self._serialisatie.van_bytes(rij)
        # Which claim says it is of no account here: what is said again by another one is the same state.
        return {
            kolom: [[vanaf, tot, onthuld(waarde), "", zekerheid] for vanaf, tot, waarde, _, zekerheid in cel]
            for kolom, cel in cellen.items()
        }

    def _lees_taken(self, positie: int, stil: list[Geparkeerd]) -> list[dict[str, Any]]:
        self._zover(None, "de tabel van taken", positie)
        taken = [self._serialisatie.van_bytes(rij) for _, rij in self._opslag.projecties.scan(TAKEN, at=positie)]
        uit = [{**taak, "onderwerp": tuple(taak["onderwerp"])} for taak in taken]
        return uit + [_taak_van(een) for een in stil]

    def _vernietigd_op(self, betrokkene: str) -> int | None:
        """The position at which it was recorded that someone's values are destroyed; None when it never was."""
        record = next(self._store.read_stream(f"{BETROKKENE.naam}/{betrokkene}"), None)
        return None if record is None else record.position


class _Onthuld:
    """Takes values out of their wrapping, as they were to be read at a position.

    `verloren`: one of them was, and is gone.
    """

    def __init__(self, vernietigd_op: Callable[[str], int | None], positie: int) -> None:
        self._vernietigd_op = vernietigd_op
        self._positie = positie
        self.verloren = False

    def __call__(self, waarde: Any) -> Any:
        if not isinstance(waarde, Persoonsgegeven):
            return waarde
        vernietigd = self._vernietigd_op(waarde.betrokkene)
        if vernietigd is None:
            # Its key may be gone all the same: an older copy of the journal was put back, and the keys were not.
            self.verloren = self.verloren or waarde.waarde is None
            return waarde.waarde
        self.verloren = self.verloren or vernietigd > self._positie
        return None


def _taak_van(een: Geparkeerd) -> dict[str, Any]:
    return {
        "aggregaat": een.aggregaat,
        "onderwerp": (een.aggregaat_id,),
        "gegeven": een.projectie,
        "vanaf": OPEN_BEGIN,
        "tot": OPEN_EIND,
        "reden": f"{GEPARKEERD_REDEN}: {een.reden}",
        "taak": True,
        "kenmerk": "",
        "sinds": None,
        "uiterlijk": None,
    }


def _dag(geldig_op: date | datetime | None) -> date:
    """The day (Europe/Amsterdam) on which a moment lies."""
    if isinstance(geldig_op, datetime):
        return lokale_dag(geldig_op)
    assert geldig_op is not None
    return geldig_op


def _einde_van(dag: date) -> datetime:
    morgen = datetime.combine(dag + timedelta(days=1), time(), AMSTERDAM)
    return morgen.astimezone(UTC) - _MICROSECONDE


def _in_utc(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise GeenMoment(f"{moment.isoformat()} heeft geen tijdzone; geef die mee, of geef alleen de dag")
    try:
        return moment.astimezone(AMSTERDAM).astimezone(UTC)
    except OverflowError as fout:
        raise GeenMoment(f"{moment.isoformat()} valt buiten de kalender; vraag een dag daarbinnen") from fout
