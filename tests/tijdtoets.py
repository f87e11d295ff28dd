"""What a register answers about any moment, held against the oracle: rows, tables and histories."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any

from actors.register.gevolg import Transactie
from actors.register.projectie import Projectie
from actors.runtime.lezing import Registerlezing
from actors.verwerking.antwoord import Antwoord
from actors.verwerking.lezen import Lezer
from tests.tijdorakel import OPEN_BEGIN, OPEN_EIND, Orakel

MICROSECONDE = timedelta(microseconds=1)
DAG = timedelta(days=1)


class Toets:
    """One register at rest: its journal, and the two ways in which it may answer."""

    def __init__(self, registers: Registerlezing, register: str) -> None:
        kern = registers._kernen[register]
        self.context = kern.context
        self.transacties: list[Transactie] = list(registers.gevolgen(register))
        self.bewaard = kern.lezer
        nooit = replace(kern.context, projecties=tuple(replace(p, bewaard=False) for p in kern.context.projecties))
        self.op_aanvraag = Lezer(nooit, kern.opslag, kern.serialisatie, registers._buitenwereld.klok)
        self.orakel = Orakel(self.transacties)

    @property
    def posities(self) -> range:
        """Every position, also that of before the first transactie."""
        return range(len(self.transacties) + 1)

    def moment(self, positie: int) -> datetime:
        """The first moment at which this position was the last one; that of 0 is just before the first."""
        geregistreerd_op = self.transacties[max(positie, 1) - 1].geregistreerd_op
        assert geregistreerd_op is not None
        return geregistreerd_op if positie else geregistreerd_op - MICROSECONDE

    def sleutels(self, projectie: Projectie) -> set[tuple[str, ...]]:
        """What its rows were ever about."""
        return {o for positie in self.posities for o in self.orakel.onderwerpen(projectie, positie)}

    def dagen(self) -> list[date]:
        """Each day on which anything ever began or ended, and the day before it."""
        grenzen = {dag for p in self.posities for d in self.orakel.dossiers(p) for dag in d.dagen}
        dagen = grenzen | {dag - DAG for dag in grenzen if dag > OPEN_BEGIN} | {OPEN_BEGIN + DAG, OPEN_EIND - DAG}
        return sorted(dagen - {OPEN_BEGIN})  # on which nobody can ask

    def lezers(self) -> Iterator[tuple[Lezer, Projectie]]:
        """Every table as it is kept or not, and those that are kept also made on demand."""
        yield from ((self.bewaard, p) for p in self.context.projecties)
        yield from ((self.op_aanvraag, replace(p, bewaard=False)) for p in self.context.projecties if p.bewaard)

    # --- what is compared ---

    def toets(self, posities: Iterable[int], dagen: Iterable[date]) -> None:
        """Every row and table at these positions on these days, and every history at these positions."""
        dagen = list(dagen)
        for positie in posities:
            moment = self.moment(positie) if self.transacties else None
            self.toets_taken(positie, moment)
            for lezer, projectie in self.lezers():
                waar = f"{projectie.naam} {'bewaard' if projectie.bewaard else 'op aanvraag'} op {positie}"
                for dag in dagen:
                    self.toets_tabel(lezer, projectie, positie, dag, moment, waar)
                for sleutel in self.sleutels(projectie):
                    self.toets_rij(lezer, projectie, sleutel, positie, dagen, moment, waar)
                    self.toets_historie(lezer, projectie, sleutel, positie, moment, waar)

    def toets_rij(  # noqa: PLR0913 - a question is all of this
        self,
        lezer: Lezer,
        projectie: Projectie,
        sleutel: tuple[str, ...],
        positie: int,
        dagen: list[date],
        moment: datetime | None,
        waar: str,
    ) -> None:
        for dag in dagen:
            antwoord = lezer.rij(projectie, sleutel, dag, moment)
            heel(antwoord, positie)
            verwacht = self.orakel.rij(projectie, sleutel, positie, dag)
            gezegd = zegt(antwoord.inhoud, projectie) if antwoord.inhoud else {}
            assert gezegd == verwacht, f"rij {waar}: {sleutel} op {dag}: {gezegd} in plaats van {verwacht}"
            assert antwoord.inhoud is not None or not verwacht

    def toets_taken(self, positie: int, moment: datetime | None) -> None:
        antwoord = self.bewaard.taken(moment)
        heel(antwoord, positie)
        wacht = sorted((t["onderwerp"], t["gegeven"], t["vanaf"], t["reden"]) for t in antwoord.inhoud)
        zou = sorted(een for dossier in self.orakel.dossiers(positie) for een in dossier.wacht())
        assert wacht == zou, f"taken bewaard op {positie}"

    def toets_tabel(  # noqa: PLR0913 - a question is all of this
        self, lezer: Lezer, projectie: Projectie, positie: int, dag: date, moment: datetime | None, waar: str
    ) -> None:
        antwoord = lezer.tabel(projectie, dag, moment)
        heel(antwoord, positie)
        rijen = self.orakel.rijen(projectie, positie, dag)
        if projectie.ranglijst is None:
            gezegd = [(rij["onderwerp"], zegt(rij, projectie)) for rij in antwoord.inhoud]
            assert gezegd == [*rijen.items()], f"tabel {waar}, {dag}"
            return
        per, som = projectie.ranglijst.per, projectie.ranglijst.som
        sommen: dict[Any, Any] = {}
        for rij in rijen.values():
            if per in rij and som in rij:
                sommen[rij[per][0]] = sommen.get(rij[per][0], 0) + rij[som][0]
        gezegd_som = {rij[per]: (rij[som], rij["rang"]) for rij in antwoord.inhoud}
        rang = {wie: (hier, 1 + sum(ander > hier for ander in sommen.values())) for wie, hier in sommen.items()}
        assert gezegd_som == rang, f"tabel {waar}, {dag}"

    def toets_historie(  # noqa: PLR0913 - a question is all of this
        self,
        lezer: Lezer,
        projectie: Projectie,
        sleutel: tuple[str, ...],
        positie: int,
        moment: datetime | None,
        waar: str,
    ) -> None:
        """On every boundary of either axis exactly the state that is said there, or none where nothing is."""
        antwoord = lezer.historie(projectie, sleutel, moment)
        heel(antwoord, positie)
        staten = antwoord.inhoud
        grenzen = {s[grens] for s in staten for grens in ("geldig_vanaf", "geldig_tot")} | {*self.dagen()}
        dagen = sorted(dag for dag in grenzen | {g - DAG for g in grenzen if g > OPEN_BEGIN} if dag < OPEN_EIND)
        tot = [staat["bekend_tot"] or self.moment(positie) for staat in staten]
        assert max([staat["positie"] for staat in staten], default=0) <= positie, (
            f"historie {waar}: weet wat later kwam"
        )
        assert max(tot, default=self.moment(positie)) <= self.moment(positie), f"historie {waar}: weet wat later kwam"
        for toen in range(1, positie + 1):
            bekend = [s for s in staten if in_vak(s, "bekend", self.moment(toen))]
            assert all(s["positie"] <= toen and s["bekend_vanaf"] == self.moment(s["positie"]) for s in bekend)
            for dag in dagen:
                hier = [s for s in bekend if in_vak(s, "geldig", dag)]
                gezegd = [zegt(s, projectie) for s in hier]
                rij = self.orakel.rij(projectie, sleutel, toen, dag)
                assert gezegd == ([rij] if rij else []), f"historie {waar}: {sleutel} zoals op {toen} voor {dag}"
        for een, ander in pairwise(staten):
            assert (een["bekend_vanaf"], een["geldig_vanaf"]) < (ander["bekend_vanaf"], ander["geldig_vanaf"])


def in_vak(staat: dict[str, Any], as_: str, waar: Any) -> bool:
    """Whether a state covers this on one of its axes; an open end covers all."""
    tot = staat[f"{as_}_tot"]
    return bool(staat[f"{as_}_vanaf"] <= waar and (tot is None or waar < tot))


def zegt(inhoud: dict[str, Any], projectie: Projectie) -> dict[str, tuple[Any, str]]:
    """What an answer says, as the oracle says it; doubt about what is not said is none of it."""
    zeker = inhoud["zekerheid"]
    uit = {k: (inhoud[k], zeker.get(k, "onbetwist")) for k in projectie.kolommen if inhoud[k] is not None}
    assert zeker.keys() <= uit.keys()
    return uit


def heel(antwoord: Antwoord[Any], positie: int) -> None:
    """It says of which position it is, and can be had again."""
    assert antwoord.momenten.positie == positie
    assert antwoord.volledig
    assert antwoord.herhaaltoken is not None
