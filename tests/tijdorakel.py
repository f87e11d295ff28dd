"""What a register says on a day, found the slow way: by looking through all that was recorded, for each question anew.

Written from what DOMAIN and docs/reference/record.md say of claims, doubt, degistratie and validity; nothing of how the
register itself folds, cuts and keeps it is used here. A journal up to a position goes in; per day a row comes out.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from functools import cached_property
from typing import Any, NamedTuple

from actors.register.annotatie import Annotatie, Degistratie
from actors.register.claim import Claim, Mededeling
from actors.register.gevolg import (
    Aanhouding,
    Afleiding,
    Bericht,
    Gevolg,
    Herroeping,
    Overname,
    Transactie,
    Vastlegging,
    Wachtend,
)
from actors.register.persoonsgegeven import Persoonsgegeven
from actors.register.projectie import Eigen, Kolom, Projectie, RegelversieVan, Restant, UitInvoer
from actors.register.terugmelding import Terugmelding
from actors.register.verantwoording import Verklaring

Onderwerp = tuple[str, ...]
Plek = tuple[Onderwerp, str]
Rij = dict[str, tuple[Any, str]]
"""The columns that say something, each with its value and zekerheid."""

OPEN_BEGIN, OPEN_EIND = date(1, 1, 1), date(9999, 12, 31)
TEGENSTRIJDIG = object()
"""Two claims that begin on the same day and differ: nothing is said."""


class Zegt(NamedTuple):
    """What is said of one gegeven on one day; `twijfels` are pairs of a doubt and its status."""

    waarde: Any
    claim: str
    twijfels: frozenset[tuple[str, str]] = frozenset()
    bevestigd: bool = False
    verklaring: Verklaring | None = None

    @property
    def zekerheid(self) -> str:
        """The worst of its doubts; without doubt whether an onderzoek confirmed it."""
        statussen = [status for _, status in self.twijfels]
        erg = [s for s in ("in_onderzoek", "in_twijfel", "aangevochten") if s in statussen]
        return erg[0] if erg else ("bevestigd" if self.bevestigd else "onbetwist")

    def invoer(self, naam: str) -> Any:
        """What was used under this name: its value and claim; None when it was not."""
        gebruikt = self.verklaring.invoer if self.verklaring else ()
        return next((i for i in gebruikt if i.gegeven == naam and i.waarde is not None), None)


class Dossier:
    """All that was recorded about one aggregaat."""

    def __init__(self, gevolgen: Iterable[Gevolg]) -> None:
        self.claims: list[Claim] = []
        self.afleidingen: list[tuple[Afleiding, Verklaring | None]] = []
        self.berichten: list[tuple[Overname, Bericht]] = []
        self.weg: set[str] = set()
        self.noten: dict[str, Annotatie] = {}
        self.bevestigd: set[str] = set()
        self.wachtend: tuple[Wachtend, ...] = ()
        self.meldingen: dict[str, Terugmelding] = {}
        self._gezegd: dict[tuple[Plek, date], Zegt | None] = {}
        self._rijen: dict[tuple[str, Onderwerp, date], Rij] = {}
        for gevolg in gevolgen:
            inhoud = gevolg.inhoud
            if isinstance(inhoud, Vastlegging):
                self.claims += inhoud.claims
            elif isinstance(inhoud, Afleiding):
                self.afleidingen.append((inhoud, gevolg.verklaring))
            elif isinstance(inhoud, Overname):
                self.berichten += [(inhoud, bericht) for bericht in inhoud.berichten]
            elif isinstance(inhoud, Herroeping):
                self.berichten = [(o, b) for o, b in self.berichten if _blijft(inhoud, o, b)]
            elif isinstance(inhoud, Degistratie):
                self.weg = (self.weg | {*inhoud.valt}) - {*inhoud.herleeft}
            elif isinstance(inhoud, Annotatie):
                self._noteer(inhoud)
            elif isinstance(inhoud, Aanhouding):
                self.wachtend = inhoud.wachtend
            elif isinstance(inhoud, Terugmelding):
                self.meldingen[inhoud.id] = inhoud

    def _noteer(self, noot: Annotatie) -> None:
        """An onderzoek that ends says whether the claim is right; the end of a bezwaar does not."""
        eerder = self.noten.get(noot.twijfel)
        if eerder is not None and eerder.status != "aangevochten":
            self.bevestigd |= {*noot.betreft} if noot.uitkomst == "ongegrond" else set()
            self.bevestigd -= {*noot.betreft} if noot.uitkomst == "gegrond" else set()
        self.noten[noot.twijfel] = noot

    def wacht(self) -> Iterator[tuple[Onderwerp, str, date, str]]:
        """What waits, and the terugmeldingen that nobody has judged: about what, from when, and why."""
        yield from ((w.onderwerp, w.gegeven, w.vanaf, w.reden) for w in self.wachtend)
        for melding in self.meldingen.values():
            if melding.status == "ontvangen" and melding.id not in self.noten:
                yield melding.onderwerp, melding.gegeven, melding.peilmoment, "gerede_twijfel"

    # --- which claims count, and who doubts them ---

    def valt(self, claim: Claim) -> bool:
        """Degistered itself, or by what it corrects."""
        basis = [c for c in self.claims if c.id == claim.corrigeert]
        return claim.id in self.weg or any(self.valt(eerder) for eerder in basis)

    @cached_property
    def geldend(self) -> list[Claim]:
        """Not fallen, and corrected by none that stands."""
        staat = [claim for claim in self.claims if not self.valt(claim)]
        return [claim for claim in staat if all(ander.corrigeert != claim.id for ander in staat)]

    def twijfels(self, claim: str) -> frozenset[tuple[str, str]]:
        """The doubts on a claim that are open."""
        return frozenset((t, n.status) for t, n in self.noten.items() if n.status and claim in n.betreft)

    # --- what is said at one place ---

    @cached_property
    def mededelingen(self) -> list[tuple[Overname, Bericht, Mededeling]]:
        """What was received, each with where it came from."""
        return [(o, b, m) for o, b in self.berichten for m in b.mededelingen]

    @cached_property
    def dagen(self) -> list[date]:
        """Every day on which anything may begin or end."""
        dagen = {OPEN_BEGIN}
        dagen |= {dag for claim in self.claims for dag in (claim.vanaf, claim.tot)}
        dagen |= {dag for _, _, m in self.mededelingen for dag in (m.vanaf, m.tot)}
        dagen |= {dag for a, _ in self.afleidingen for dag in (a.stuk.vanaf, a.stuk.tot)}
        dagen |= {i.waarde for _, v in self.afleidingen if v for i in v.invoer if i.gegeven == "peildatum"}
        return sorted(dag for dag in dagen if dag < OPEN_EIND)

    @cached_property
    def plekken(self) -> set[Plek]:
        """Every place of which something is said on any day."""
        plekken = {(claim.onderwerp, claim.gegeven) for claim in self.claims}
        plekken |= {(m.onderwerp, m.gegeven) for _, _, m in self.mededelingen}
        plekken |= {(a.onderwerp, a.gegeven) for a, _ in self.afleidingen}
        return {plek for plek in plekken if any(self.hier(plek, dag) for dag in self.dagen)}

    def hier(self, plek: Plek, dag: date) -> Zegt | None:
        """What is said at exactly this place: derived, else received, else asserted."""
        if (plek, dag) not in self._gezegd:
            self._gezegd[plek, dag] = self._hier(plek, dag)
        return self._gezegd[plek, dag]

    def _hier(self, plek: Plek, dag: date) -> Zegt | None:
        afgeleid = [(a, v) for a, v in self.afleidingen if (a.onderwerp, a.gegeven) == plek]
        if afgeleid:
            op_dag = [(a.stuk, v) for a, v in afgeleid if a.stuk.vanaf <= dag < a.stuk.tot]
            if not op_dag or op_dag[-1][0].waarde is None:
                return None
            stuk, verklaring = op_dag[-1]
            open_ = frozenset((t.id, t.status) for t in stuk.twijfels)
            return Zegt(stuk.waarde, stuk.claim, open_, stuk.claim in self.bevestigd, verklaring)
        verteld = [een for een in self.mededelingen if (een[2].onderwerp, een[2].gegeven) == plek]
        if verteld:
            return self._ontvangen([een for een in verteld if een[2].vanaf <= dag < een[2].tot])
        hier = [c for c in self.geldend if (c.onderwerp, c.gegeven) == plek and c.vanaf <= dag < c.tot]
        laatst = [c for c in hier if c.vanaf == max(ander.vanaf for ander in hier)]
        return self._eens([Zegt(c.waarde, c.id, self.twijfels(c.id), c.id in self.bevestigd) for c in laatst])

    def _ontvangen(self, verteld: list[tuple[Overname, Bericht, Mededeling]]) -> Zegt | None:
        """What was published last."""
        if not verteld:
            return None
        _, _, m = max(verteld, key=lambda een: (een[1].geregistreerd_op, een[1].nummer, een[2].vanaf, een[0].bron))
        open_ = frozenset((t.id, t.status) for t in m.twijfels) | self.twijfels(m.claim)
        return None if m.waarde is None else Zegt(m.waarde, m.claim, open_, m.claim in self.bevestigd)

    @staticmethod
    def _eens(samen: list[Zegt]) -> Zegt | None:
        """What is said when these are said at once; of those that say the same the last by its id."""
        if not samen:
            return None
        een = max(samen, key=lambda zegt: zegt.claim)
        if any(ander.waarde != een.waarde for ander in samen):
            return een._replace(waarde=TEGENSTRIJDIG)
        return None if een.waarde is None else een

    # --- what is said of an onderwerp ---

    def rij(self, projectie: Projectie, onderwerp: Onderwerp, dag: date) -> Rij:
        """What the columns of a row say on a day."""
        vraag = projectie.opslagnaam, onderwerp, dag
        if vraag not in self._rijen:
            gezegd = ((naam, self.kolom(onderwerp, van, dag)) for naam, van in projectie.kolommen.items())
            self._rijen[vraag] = {naam: (_open(zegt.waarde), zegt.zekerheid) for naam, zegt in gezegd if zegt}
        return self._rijen[vraag]

    def zoek(self, onderwerp: Onderwerp, gegeven: str, dag: date) -> Zegt | None:
        """Here; else below, where the one that began last applies; else above."""
        if (onderwerp, gegeven) in self.plekken:
            return self.hier((onderwerp, gegeven), dag)
        onder = [p for p in self.plekken if p[1] == gegeven and p[0][: len(onderwerp)] == onderwerp]
        if onder:
            gezegd = [(self._sinds(plek, dag), zegt) for plek in onder if (zegt := self.hier(plek, dag))]
            return self._eens([zegt for sinds, zegt in gezegd if sinds == max(s for s, _ in gezegd)])
        return self.zoek(onderwerp[:-1], gegeven, dag) if len(onderwerp) > 1 else None

    def _sinds(self, plek: Plek, dag: date) -> date:
        """Since when this is said here, without a break."""
        sinds = dag
        for eerder in reversed([d for d in self.dagen if d <= dag]):
            if self.hier(plek, eerder) != self.hier(plek, dag):
                break
            sinds = eerder
        return sinds

    def kolom(self, onderwerp: Onderwerp, van: Kolom, dag: date) -> Zegt | None:
        """What a column says on a day."""
        if isinstance(van, Restant):
            return self._restant(onderwerp, van, dag)
        if isinstance(van, UitInvoer):
            return self._uit_invoer(onderwerp, van, dag)
        if isinstance(van, RegelversieVan):
            zegt = _getoond(self.zoek(onderwerp, van.gegeven, dag), dag)
            return Zegt(zegt.verklaring.regelversie, zegt.claim) if zegt and zegt.verklaring else None
        eigen = isinstance(van, Eigen)
        return _getoond(self.hier((onderwerp, van[0]), dag) if eigen else self.zoek(onderwerp, str(van), dag), dag)

    def _uit_invoer(self, onderwerp: Onderwerp, van: UitInvoer, dag: date) -> Zegt | None:
        """What a decision used; as sure as the claim that it used is now, so far as the decision knows."""
        zegt = _getoond(self.zoek(onderwerp, van.besluit, dag), dag)
        gebruikt = zegt.invoer(van.invoer) if zegt else None
        if zegt is None or gebruikt is None:
            return None
        ooit = [iets for d in self.dagen if (iets := self.zoek(onderwerp, van.invoer, d))]
        zelfde = [iets for iets in ooit if iets.claim == gebruikt.claim]
        twijfels = zegt.twijfels & frozenset[Any]().union(*(iets.twijfels for iets in zelfde))
        return Zegt(gebruikt.waarde, zegt.claim, twijfels, any(iets.bevestigd for iets in zelfde))

    def _restant(self, onderwerp: Onderwerp, van: Restant, dag: date) -> Zegt | None:
        geheel = _getoond(self.hier((onderwerp, van.van), dag), dag)
        onder = [p for p in self.plekken if p[1] == van.af and p[0][:-1] == onderwerp]
        eraf = [zegt for plek in onder if (zegt := self.hier(plek, dag))]
        if (geheel is None and not eraf) or any(deel.waarde is TEGENSTRIJDIG for deel in eraf):
            return None
        rest = (geheel.waarde if geheel else 0) - sum(deel.waarde for deel in eraf)
        alle = [*eraf, geheel] if geheel else eraf
        return Zegt(max(0, rest), "", frozenset[Any]().union(*(deel.twijfels for deel in alle)))


def _blijft(herroeping: Herroeping, overname: Overname, bericht: Bericht) -> bool:
    tot = dict(herroeping.blijft)
    return overname.bron != herroeping.bron or bericht.nummer <= tot.get(overname.bron_id, -1)


def _getoond(zegt: Zegt | None, dag: date) -> Zegt | None:
    """What was judged on one day is shown from that day on."""
    if zegt is None or zegt.waarde is TEGENSTRIJDIG:
        return None
    peildatum = zegt.invoer("peildatum")
    return zegt if peildatum is None or peildatum.waarde <= dag else None


class Orakel:
    """Answers for one register, from its transacties up to any position."""

    def __init__(self, transacties: Iterable[Transactie]) -> None:
        self._van: dict[tuple[str, str], list[Transactie]] = {}
        for t in transacties:
            self._van.setdefault((t.aggregaat, t.aggregaat_id), []).append(t)
        self._dossiers: dict[tuple[tuple[str, str], int], Dossier] = {}

    def dossiers(self, positie: int, soort: str = "") -> Iterator[Dossier]:
        """What was recorded up to a position, of this kind of aggregaat (or all); looked through once."""
        for wie, alle in self._van.items():
            toen = [t for t in alle if t.positie <= positie]
            if toen and soort in ("", wie[0]):
                if (wie, len(toen)) not in self._dossiers:
                    self._dossiers[wie, len(toen)] = Dossier(gevolg for t in toen for gevolg in t.gevolgen)
                yield self._dossiers[wie, len(toen)]

    def onderwerpen(self, projectie: Projectie, positie: int) -> dict[Onderwerp, Dossier]:
        """What the rows of a table are about."""
        uit: dict[Onderwerp, Dossier] = {}
        for dossier in self.dossiers(positie, projectie.aggregaat):
            paden = {o[: projectie.over] for o, _ in dossier.plekken if len(o) >= projectie.over}
            uit |= {o: dossier for o in paden if not projectie.anker or (o, projectie.anker) in dossier.plekken}
        return dict(sorted(uit.items(), key=lambda item: "\x1f".join(item[0]).encode()))

    def rijen(self, projectie: Projectie, positie: int, dag: date) -> dict[Onderwerp, Rij]:
        """What a table says on a day; rows that say nothing are left out."""
        rijen = {o: dossier.rij(projectie, o, dag) for o, dossier in self.onderwerpen(projectie, positie).items()}
        return {onderwerp: rij for onderwerp, rij in rijen.items() if rij}

    def rij(self, projectie: Projectie, onderwerp: Onderwerp, positie: int, dag: date) -> Rij:
        """What one row says on a day; empty when it says nothing."""
        dossier = self.onderwerpen(projectie, positie).get(onderwerp)
        return dossier.rij(projectie, onderwerp, dag) if dossier else {}


def _open(waarde: Any) -> Any:
    return waarde.waarde if isinstance(waarde, Persoonsgegeven) else waarde
