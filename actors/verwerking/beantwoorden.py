"""Beantwoorden: the answer to a question of which the moments are fixed, straight from what is stored."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import date, datetime
from itertools import islice
from typing import Any, NamedTuple, TypeVar

from actors.register.context import Context
from actors.register.leveringsmodel import mag_krijgen
from actors.register.projectie import Projectie
from actors.verwerking.antwoord import (
    Antwoord,
    Blad,
    Bladgrens,
    Momenten,
    NietGeleverd,
    NogNietZover,
    Vervallen,
    Vraag,
    Vraagsoort,
)
from actors.verwerking.generiek.soorten import BETROKKENE
from actors.verwerking.gevolgenverwerking import TAKEN
from actors.verwerking.herhaaltoken import Plaats, maak_token
from actors.verwerking.historie import Cellen, alleen_van, staten, stuk_op
from actors.verwerking.leesstand import gelezen_tot
from actors.verwerking.momenten import Momentkeuze, dag_van
from actors.verwerking.onthulling import Onthulling
from actors.verwerking.parkeren import Geparkeerd, Parkeerplaats
from actors.verwerking.ranglijst import plaats_in, rangschik
from actors.verwerking.rijbronnen import Bewaard, OpAanvraag, Rijbron
from actors.verwerking.rijvorm import cellen_onthuld, lege_rij, op_dag, taak_van
from actors.verwerking.serialisatie import Serialisatie
from actors.verwerking.uitleg import Uitleg
from actors.verwerking.uitlegvraag import Uitleggever
from storage.opslag import Opslag

T = TypeVar("T")

VERNIETIGD = "gegevens in dit antwoord zijn vernietigd of gewist; wat ervan over is geeft de vraag zelf"
"""Why an answer is not given again."""

GEVOLG = "gevolg"
"""Stands for a leveringsmodel where one gevolg is asked about."""


class Bladvraag(NamedTuple):
    """Which page of a table."""

    hoogstens: int
    grens: Bladgrens | None


class Beantwoording:
    """Answers fixed questions to one register; only reads."""

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

    def _blad(self, vraag: Vraag, momenten: Momenten, wat: Bladvraag) -> tuple[Blad, list[Geparkeerd]]:
        while True:
            stil = self._stil(vraag, momenten.positie)
            onthuld = Onthulling(self._vernietigd_op, momenten.positie)
            rijen, eerder, later = self._bladinhoud(vraag, momenten, stil, onthuld, wat)
            if self._stil(vraag, momenten.positie) == stil:
                return Blad(self._verzegeld(vraag, momenten, rijen, stil, onthuld), eerder, later), stil

    def _controleer_heel(self, antwoord: Antwoord[Any], stil: list[Geparkeerd]) -> None:
        if antwoord.herhaaltoken is None and stil:
            raise NogNietZover("wat gevraagd wordt staat stil in zijn tabel; kijk met `gevolg taken` waarom")
        if antwoord.herhaaltoken is None:
            raise Vervallen(VERNIETIGD)

    def plaats(self, positie: int) -> Plaats:
        """A place in the journal of this register."""
        return Plaats(self._context.naam, positie, self._store.hash_at(positie))

    def zegel(self, vraag: Vraag, momenten: Momenten, plaatsen: Iterable[Plaats]) -> str:
        """The herhaaltoken of an answer of this register."""
        return maak_token(self._opslag.sleutels.secret, vraag, momenten, plaatsen)

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
        return self._verzegeld(vraag, momenten, inhoud, stil, onthuld)

    def _verzegeld(
        self, vraag: Vraag, momenten: Momenten, inhoud: Any, stil: list[Geparkeerd], onthuld: Onthulling
    ) -> Antwoord[Any]:
        """The answer with its herhaaltoken, when it is whole."""
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
            return list(staten(versies, lambda rij: self._eigen_onthuld(rij, projectie, vraag, onthuld), self._moment))
        dag = dag_van(momenten.geldig_op)
        wie_stil = {een.aggregaat_id for een in stil}
        if vraag.soort is Vraagsoort.RIJ:
            rij = bron.rij(projectie, vraag.sleutel, momenten.positie)
            if rij is None:
                return lege_rij(projectie, vraag.sleutel) if stil else None
            onderwerp, cellen = self._eigen(rij, projectie, vraag)
            return op_dag(onderwerp, cellen, dag, wie_stil, onthuld) if any(cellen.values()) else None
        return self._tabel(projectie, vraag, momenten, stil, onthuld)

    def _tabel(
        self, projectie: Projectie, vraag: Vraag, momenten: Momenten, stil: list[Geparkeerd], onthuld: Onthulling
    ) -> list[dict[str, Any]]:
        self._zover(projectie, projectie.naam, momenten.positie)
        geldend = list(self._geldend(vraag, momenten, stil, onthuld))
        return rangschik(projectie.ranglijst, geldend, volledig=not stil) if projectie.ranglijst else geldend

    def _geldend(
        self,
        vraag: Vraag,
        momenten: Momenten,
        stil: list[Geparkeerd],
        onthuld: Onthulling,
        grens: Bladgrens | None = None,
    ) -> Iterator[dict[str, Any]]:
        """The rows that say anything on that day, past a place in the table (None: all), the nearest first."""
        projectie, dag = self._projectie(vraag.leveringsmodel), dag_van(momenten.geldig_op)
        wie_stil = {een.aggregaat_id for een in stil}
        for bytes_ in self._bron(projectie, momenten.positie).voorbij(projectie, grens, momenten.positie):
            onderwerp, cellen = self._eigen(bytes_, projectie, vraag)
            rij = op_dag(onderwerp, cellen, dag, wie_stil, onthuld)
            if any(rij[kolom] is not None for kolom in projectie.kolommen):
                yield rij

    def _bladinhoud(
        self, vraag: Vraag, momenten: Momenten, stil: list[Geparkeerd], onthuld: Onthulling, wat: Bladvraag
    ) -> tuple[list[dict[str, Any]], bool, bool]:
        """The rows of a page, and whether there are any before and after it."""
        projectie = self._projectie(vraag.leveringsmodel)
        self._zover(projectie, projectie.naam, momenten.positie)
        hoogstens, grens = wat
        if projectie.ranglijst is not None:
            alle = self._tabel(projectie, vraag, momenten, stil, onthuld)
            vanaf = plaats_in(grens, hoogstens)
            return alle[vanaf : vanaf + hoogstens], vanaf > 0, vanaf + hoogstens < len(alle)
        rijen = list(islice(self._geldend(vraag, momenten, stil, onthuld, grens), hoogstens + 1))
        meer = len(rijen) > hoogstens
        hier = rijen[:hoogstens]
        if grens is None:
            return hier, False, meer
        return (hier[::-1], meer, True) if grens.terug else (hier, True, meer)

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

    def _eigen_onthuld(self, rij: bytes, projectie: Projectie, vraag: Vraag, onthuld: Onthulling) -> Cellen:
        return cellen_onthuld(self._eigen(rij, projectie, vraag)[1], onthuld)

    def _lees_taken(self, positie: int, stil: list[Geparkeerd]) -> list[dict[str, Any]]:
        self._zover(None, "de tabel van taken", positie)
        taken = [self._serialisatie.van_bytes(rij) for _, rij in self._opslag.projecties.scan(TAKEN, at=positie)]
        uit = [{**taak, "onderwerp": tuple(taak["onderwerp"])} for taak in taken]
        return uit + [taak_van(een) for een in stil]

    def _vernietigd_op(self, betrokkene: str) -> int | None:
        """The position at which it was recorded that someone's values are destroyed; None when it never was."""
        record = next(self._store.read_stream(f"{BETROKKENE.naam}/{betrokkene}"), None)
        return None if record is None else record.position


def _wie(projectie: Projectie, voor: str) -> str:
    """The id of the one of its doelgroep for whom it is asked, empty when nobody is named."""
    return voor.removeprefix(f"{projectie.doelgroep}/") if voor.startswith(f"{projectie.doelgroep}/") else ""
