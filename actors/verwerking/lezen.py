"""Lezen: answers of one register about any moment on both axes, straight from what is stored.

The four cells: nothing asked is what we now think holds now; `geldig_op` what holds then; `beschikbaar_op` what we
thought then; both are what we then thought held then. "Now" on the formal axis is the last transactie, never the clock.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any, TypeVar

from actors.register.context import Context
from actors.register.leveringsmodel import mag_krijgen
from actors.register.projectie import Projectie
from actors.register.tijdlijnen import OPEN_BEGIN, OPEN_EIND
from actors.verwerking.antwoord import (
    Antwoord,
    Momenten,
    NietGeleverd,
    NogNietZover,
    Vervallen,
    Vraag,
    Vraagsoort,
)
from actors.verwerking.generiek.soorten import BETROKKENE
from actors.verwerking.gevolgenverwerking import TAKEN
from actors.verwerking.herhaaltoken import Plaats, lees_token, maak_token
from actors.verwerking.historie import Cellen, alleen_van, staten, stuk_op, zekerheid_in
from actors.verwerking.leesstand import gelezen_tot
from actors.verwerking.momenten import Momentkeuze, dag_van
from actors.verwerking.onthulling import Onthulling
from actors.verwerking.parkeren import Geparkeerd, Parkeerplaats
from actors.verwerking.ranglijst import rangschik
from actors.verwerking.rijbronnen import Bewaard, OpAanvraag, Rijbron
from actors.verwerking.serialisatie import Serialisatie
from actors.verwerking.uitleg import Uitleg
from actors.verwerking.uitlegvraag import Uitleggever
from storage.gevolgenstore import Gevolgenstore
from storage.opslag import Opslag

T = TypeVar("T")

GEPARKEERD_REDEN = "geparkeerd"
"""How the reason begins for which an aggregate that is parked in a table waits."""


VERNIETIGD = "gegevens in dit antwoord zijn vernietigd of gewist; wat ervan over is geeft de vraag zelf"
"""Why an answer is not given again."""

GEVOLG = "gevolg"
"""Stands for a leveringsmodel where one gevolg is asked about."""


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
        self._kies = Momentkeuze(self._store, klok)
        self._bewaard = Bewaard(opslag.projecties)
        self._op_aanvraag = OpAanvraag(self._store, serialisatie)
        self._uitleggever = Uitleggever(context, self._store, serialisatie)

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
        return self._gevraagd(
            vraag, self._momenten(self.bijgewerkt_tot(projectie), self._kies.geldig(geldig_op), beschikbaar_op)
        )

    def tabel(
        self,
        projectie: Projectie,
        geldig_op: date | datetime | None = None,
        beschikbaar_op: date | datetime | None = None,
        voor: str | None = None,
    ) -> Antwoord[list[dict[str, Any]]]:
        """A whole table: its rows by key, or its ranking. Raises as `rij`, and NogNietZover."""
        vraag = self._vraag(Vraagsoort.TABEL, projectie, (), voor)
        return self._gevraagd(
            vraag, self._momenten(self.bijgewerkt_tot(projectie), self._kies.geldig(geldig_op), beschikbaar_op)
        )

    def historie(
        self,
        projectie: Projectie,
        sleutel: tuple[str, ...],
        beschikbaar_op: date | datetime | None = None,
        voor: str | None = None,
    ) -> Antwoord[list[dict[str, Any]]]:
        """All states of one row on both axes, as far as they were known then. Raises as `rij`."""
        vraag = self._vraag(Vraagsoort.HISTORIE, projectie, sleutel, voor)
        return self._gevraagd(vraag, self._momenten(self.bijgewerkt_tot(projectie), None, beschikbaar_op))

    def taken(self, beschikbaar_op: date | datetime | None = None) -> Antwoord[list[dict[str, Any]]]:
        """What waits in this register, and why; what is parked in a table waits too."""
        vraag = Vraag(Vraagsoort.TAKEN, self._context.naam, TAKEN, (), self._context.naam)
        momenten = self._momenten(self.bijgewerkt_tot(None), None, beschikbaar_op)
        # Also what was parked just now, after this very position: it waits already.
        return self._antwoord(vraag, momenten, [een for een in self._geparkeerd() if een.positie <= momenten.positie])

    def uitleg(
        self,
        projectie: Projectie,
        sleutel: tuple[str, ...],
        kolom: str | None = None,
        geldig_op: date | datetime | None = None,
        beschikbaar_op: date | datetime | None = None,
    ) -> Antwoord[Uitleg]:
        """Why a column (None: the besluit) of a row says what it says. Raises as `rij`, and GeenUitleg."""
        naam = self._uitleggever.kolom(projectie, sleutel, kolom)
        vraag = self._vraag(Vraagsoort.UITLEG, projectie, sleutel, None)._replace(kolom=naam)
        return self._gevraagd(
            vraag, self._momenten(self.bijgewerkt_tot(projectie), self._kies.geldig(geldig_op), beschikbaar_op)
        )

    def uitleg_van(
        self, aggregaat: tuple[str, str], gevolg_id: str, beschikbaar_op: date | datetime | None = None
    ) -> Antwoord[Uitleg]:
        """Why a gevolg of an aggregate (its kind and id) is what it is. Raises as `uitleg`."""
        vraag = Vraag(Vraagsoort.UITLEG, self._context.naam, GEVOLG, (*aggregaat, gevolg_id), self._context.naam)
        return self._gevraagd(vraag, self._momenten(self._store.head().position, None, beschikbaar_op))

    def herhaal(self, token: str) -> Antwoord[Any]:
        """The answer that was given with this token, byte for byte.

        Raises GeenToken, Vervallen when it will never be given again, NogNietZover when it cannot be given now.
        """
        vraag, momenten, _ = lees_token(self._opslag.sleutels.secret, token, {self._context.naam: self._store})
        antwoord, stil = self._gelezen(vraag, momenten)
        if antwoord.herhaaltoken is None:
            if stil:
                raise NogNietZover("wat gevraagd wordt staat stil in zijn tabel; kijk met `gevolg taken` waarom")
            raise Vervallen(VERNIETIGD)
        return antwoord

    def plaats(self, positie: int) -> Plaats:
        """A place in the journal of this register."""
        return Plaats(self._context.naam, positie, self._store.hash_at(positie))

    def zegel(self, vraag: Vraag, momenten: Momenten, plaatsen: Iterable[Plaats]) -> str:
        """The herhaaltoken of an answer of this register."""
        return maak_token(self._opslag.sleutels.secret, vraag, momenten, plaatsen)

    def verbroken(self, token: str, journalen: Mapping[str, Gevolgenstore]) -> tuple[Vraag, Momenten, dict[str, int]]:
        """What a token of this register asks, that may have looked at others too; raises as `lees_token`."""
        return lees_token(self._opslag.sleutels.secret, token, journalen)

    def is_verloren(self, posities: Iterable[int], tot: int) -> bool:
        """Whether personal values at any of these positions were there at position `tot`, and are destroyed since."""
        onthuld = Onthulling(self._vernietigd_op, tot)
        for positie in posities:
            onthuld.let_op(self._serialisatie.betrokkenen_in(self._store.record(positie).content))
        return onthuld.verloren

    def claims(self, projectie: Projectie, sleutel: tuple[str, ...], momenten: Momenten) -> dict[str, str]:
        """The claim behind each column of a row that has a value on that day."""
        rij = self._bron(projectie, momenten.positie).rij(projectie, sleutel, momenten.positie)
        cellen: Cellen = {} if rij is None else self._serialisatie.van_bytes(rij)[1]
        dag = dag_van(momenten.geldig_op)
        op_dag = ((kolom, stuk_op(cel, dag)) for kolom, cel in cellen.items())
        return {kolom: stuk[3] for kolom, stuk in op_dag if stuk is not None}

    def positie_op(self, beschikbaar_op: date | datetime) -> int:
        """The last transactie that was recorded by a moment. Raises GeenMoment as `rij`."""
        return self._store.position_at(self._kies.formeel(beschikbaar_op))

    def _momenten(self, tot: int, geldig_op: date | datetime | None, gevraagd: date | datetime | None) -> Momenten:
        """The moments of a question; `tot` is the last transactie that is known now."""
        if gevraagd is not None:
            moment = self._kies.formeel(gevraagd)
            return Momenten(geldig_op, moment, self._store.position_at(moment))
        return self.momenten_bij(tot, geldig_op)

    def momenten_bij(self, positie: int, geldig_op: date | datetime | None = None) -> Momenten:
        """The moments of an answer as it is known at a transactie."""
        return Momenten(geldig_op, self._moment(positie) if positie else None, positie)

    def _moment(self, positie: int) -> datetime:
        return self._store.record(positie).registered_at

    def bijgewerkt_tot(self, projectie: Projectie | None) -> int:
        """The last transactie that is in this table (None: in that of taken), or could be."""
        if projectie is not None and not projectie.bewaard:
            return self._store.head().position
        naam = TAKEN if projectie is None else projectie.opslagnaam
        return gelezen_tot(self._store, self._opslag.projecties.position(naam)) or 0

    # --- answers ---

    def _vraag(self, soort: Vraagsoort, projectie: Projectie, sleutel: tuple[str, ...], voor: str | None) -> Vraag:
        voor = voor or (projectie.doelgroep if projectie.betrokkene is None else self._context.naam)
        persoonlijk = projectie.betrokkene is not None and bool(_wie(projectie, voor))
        van_allen = projectie.betrokkene is None and mag_krijgen(projectie.doelgroep, voor)
        if not (persoonlijk or van_allen or voor == self._context.naam):
            bestemd = projectie.doelgroep if projectie.betrokkene is None else f"{projectie.doelgroep}/<kenmerk>"
            raise NietGeleverd(
                f"{projectie.naam} van {self._context.naam} is voor {bestemd}, niet voor {voor};"
                " vraag een leveringsmodel dat voor u bestemd is (`gevolg model`)"
            )
        return Vraag(soort, self._context.naam, projectie.opslagnaam, sleutel, voor)

    def _gevraagd(self, vraag: Vraag, momenten: Momenten) -> Antwoord[Any]:
        return self._gelezen(vraag, momenten)[0]

    def _gelezen(self, vraag: Vraag, momenten: Momenten) -> tuple[Antwoord[Any], list[Geparkeerd]]:
        """The answer, and what stood still when it was read: a rebuild may let others stand still meanwhile."""
        while True:
            stil = self._stil(vraag, momenten.positie)
            antwoord = self._antwoord(vraag, momenten, stil)
            if self._stil(vraag, momenten.positie) == stil:
                return antwoord, stil

    def _antwoord(self, vraag: Vraag, momenten: Momenten, stil: list[Geparkeerd]) -> Antwoord[Any]:
        """The answer to a question; the same each time, because it is asked of a fixed position."""
        onthuld = Onthulling(self._vernietigd_op, momenten.positie)
        inhoud = self._inhoud(vraag, momenten, stil, onthuld)
        heel = not stil and not onthuld.verloren
        antwoord = Antwoord(vraag, momenten, inhoud, volledig=heel, herhaaltoken=None)
        if not heel:
            return antwoord
        return replace(antwoord, herhaaltoken=self.zegel(vraag, momenten, [self.plaats(momenten.positie)]))

    def _inhoud(self, vraag: Vraag, momenten: Momenten, stil: list[Geparkeerd], onthuld: Onthulling) -> Any:
        if vraag.soort is Vraagsoort.TAKEN:
            return self._lees_taken(momenten.positie, stil)
        if vraag.soort is Vraagsoort.UITLEG:
            return self._leg_uit(vraag, momenten, onthuld)
        projectie = self._projectie(vraag.leveringsmodel)
        bron = self._bron(projectie, momenten.positie)
        if vraag.soort is Vraagsoort.HISTORIE:
            versies = bron.versies(projectie, vraag.sleutel, momenten.positie)
            return list(
                staten(versies, lambda rij: _cellen(self._eigen(rij, projectie, vraag)[1], onthuld), self._moment)
            )
        dag = dag_van(momenten.geldig_op)
        wie_stil = {een.aggregaat_id for een in stil}
        if vraag.soort is Vraagsoort.RIJ:
            rij = bron.rij(projectie, vraag.sleutel, momenten.positie)
            if rij is None:
                return _lege_rij(projectie, vraag.sleutel) if stil else None
            onderwerp, cellen = self._eigen(rij, projectie, vraag)
            return _op_dag(onderwerp, cellen, dag, wie_stil, onthuld) if any(cellen.values()) else None
        self._zover(projectie, projectie.naam, momenten.positie)
        gelezen = (self._eigen(rij, projectie, vraag) for rij in bron.rijen(projectie, momenten.positie))
        rijen = [_op_dag(onderwerp, cellen, dag, wie_stil, onthuld) for onderwerp, cellen in gelezen]
        geldend = [rij for rij in rijen if any(rij[kolom] is not None for kolom in projectie.kolommen)]
        return rangschik(projectie.ranglijst, geldend, volledig=not stil) if projectie.ranglijst else geldend

    def _leg_uit(self, vraag: Vraag, momenten: Momenten, onthuld: Onthulling) -> Uitleg:
        tot = momenten.positie
        if vraag.leveringsmodel == GEVOLG:
            aggregaat, aggregaat_id, gevolg_id = vraag.sleutel
            onthuld.let_op(self._betrokkenen(f"{aggregaat}/{aggregaat_id}", tot))
            return self._uitleggever.van_gevolg(aggregaat, aggregaat_id, gevolg_id, tot)
        projectie = self._projectie(vraag.leveringsmodel)
        onthuld.let_op(self._betrokkenen(f"{projectie.aggregaat}/{vraag.sleutel[0]}", tot))
        claim = self.claims(projectie, vraag.sleutel, momenten).get(vraag.kolom or "")
        dag = dag_van(momenten.geldig_op)
        return self._uitleggever.van_cel(projectie, vraag.sleutel, vraag.kolom or "", claim, dag, tot)

    def _betrokkenen(self, aggregaat: str, positie: int) -> set[str]:
        """Of whom there is anything in an aggregate, up to a position."""
        records = self._store.read_stream(aggregaat, up_to=positie)
        return set().union(*(self._serialisatie.betrokkenen_in(record.content) for record in records))

    def _bron(self, projectie: Projectie, positie: int) -> Rijbron:
        """The kept rows, when they are kept and come so far; else they are made from the journal."""
        bewaard = projectie.bewaard and positie <= self.bijgewerkt_tot(projectie)
        return self._bewaard if bewaard else self._op_aanvraag

    def _zover(self, projectie: Projectie | None, naam: str, positie: int) -> None:
        """A whole table is not made from the journal to answer one question, unless it is never kept."""
        tot = self.bijgewerkt_tot(projectie)
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
        if vraag.leveringsmodel not in (TAKEN, GEVOLG) and not self._projectie(vraag.leveringsmodel).bewaard:
            return []
        taken, hier, wie = vraag.soort is Vraagsoort.TAKEN, vraag.leveringsmodel, vraag.sleutel[:1]
        return [
            een
            for een in self._geparkeerd()
            if een.vanaf <= positie and (taken or (een.projectie == hier and (not wie or een.aggregaat_id == wie[0])))
        ]

    def _geparkeerd(self) -> Iterator[Geparkeerd]:
        return Parkeerplaats(self._opslag.projecties, self._serialisatie).alle()

    def _eigen(self, rij: bytes, projectie: Projectie, vraag: Vraag) -> tuple[tuple[str, ...], Cellen]:
        """What a row is about, and its cells as far as they are for who asks: of a betrokkene his own days."""
        onderwerp, cellen = self._serialisatie.van_bytes(rij)
        wie = _wie(projectie, vraag.voor)
        return tuple(onderwerp), alleen_van(
            cellen, projectie.betrokkene, wie
        ) if projectie.betrokkene and wie else cellen

    def _lees_taken(self, positie: int, stil: list[Geparkeerd]) -> list[dict[str, Any]]:
        self._zover(None, "de tabel van taken", positie)
        taken = [self._serialisatie.van_bytes(rij) for _, rij in self._opslag.projecties.scan(TAKEN, at=positie)]
        uit = [{**taak, "onderwerp": tuple(taak["onderwerp"])} for taak in taken]
        return uit + [_taak_van(een) for een in stil]

    def _vernietigd_op(self, betrokkene: str) -> int | None:
        """The position at which it was recorded that someone's values are destroyed; None when it never was."""
        record = next(self._store.read_stream(f"{BETROKKENE.naam}/{betrokkene}"), None)
        return None if record is None else record.position


def _wie(projectie: Projectie, voor: str) -> str:
    """The id of the one of its doelgroep for whom it is asked, empty when nobody is named."""
    return voor.removeprefix(f"{projectie.doelgroep}/") if voor.startswith(f"{projectie.doelgroep}/") else ""


def _op_dag(
    onderwerp: tuple[str, ...], cellen: Cellen, dag: date, stil: set[str], onthuld: Onthulling
) -> dict[str, Any]:
    op_dag = {kolom: stuk_op(cel, dag) for kolom, cel in cellen.items()}
    waarden = {kolom: onthuld(stuk[2]) if stuk else None for kolom, stuk in op_dag.items()}
    volledig = onderwerp[0] not in stil
    return {"onderwerp": onderwerp, **waarden, "zekerheid": zekerheid_in(op_dag), "volledig": volledig}


def _cellen(cellen: Cellen, onthuld: Onthulling) -> Cellen:
    # Which claim says it is of no account here: what is said again by another one is the same state.
    return {
        kolom: [[vanaf, tot, onthuld(waarde), "", zekerheid] for vanaf, tot, waarde, _, zekerheid in cel]
        for kolom, cel in cellen.items()
    }


def _lege_rij(projectie: Projectie, sleutel: tuple[str, ...]) -> dict[str, Any]:
    """A row of which nothing is known in its table: its aggregate is parked there."""
    return {"onderwerp": sleutel, **dict.fromkeys(projectie.kolommen), "zekerheid": {}, "volledig": False}


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
