"""Boom: a herkomst or doorwerking as a tree on a terminal or in a pipe: each gevolg once, numbered, never too wide.

A gevolg hangs under the nearest one that leads to it; to all others it is tied by number. What lies deep goes on at
the margin.
"""

from collections import deque
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from rich.text import Text

from actors.cli.blad import breek
from actors.cli.inhoud import Inhoudverteller
from actors.cli.uitvoer import console
from actors.register.gevolg import Transactie
from actors.register.zekerheid import Zekerheid
from actors.verwerking.herkomst import Knoop, Richting, Spoor
from actors.verwerking.verbanden import Verband, Verbandsoort
from actors.verwerking.woorden import gegeven_tekst, grond_tekst, moment_tekst

_DIEPST = 12  # levels from the margin: then half of the page is left for text
_WOORDEN = {
    Verbandsoort.AANLEIDING: "de aanleiding",
    Verbandsoort.VOERT_UIT: "zette de taak uit",
    Verbandsoort.INVOER: "invoer",
    Verbandsoort.OVERNAME: "bracht binnen",
    Verbandsoort.BETREFT: "gaat over",
    Verbandsoort.CORRIGEERT: "corrigeert",
    Verbandsoort.VALT: "laat vervallen",
    Verbandsoort.HERLEEFT: "laat herleven",
    Verbandsoort.TWIJFEL: "in twijfel",
    Verbandsoort.OVERGENOMEN: "overgenomen",
    Verbandsoort.TRANSACTIE: "zelfde transactie",
}


class _Tak(NamedTuple):
    """One gevolg in its place: its number, and what stands before its first line and before the others.

    `van` is the number of the one it goes on from, at the margin; 0 when it hangs in its place.
    """

    knoop: Knoop
    nummer: int
    voor: str
    na: str
    van: int = 0


class Boom:
    """Writes what was found; styles show on a terminal only."""

    def __init__(self, spoor: Spoor) -> None:
        self._spoor = spoor
        self._console = console()
        self._inhoud = Inhoudverteller()
        for knoop in spoor.knopen:
            self._inhoud.onthoud(knoop.transactie)
        self._takken = list(_takken(spoor))
        self._nummers = {tak.knoop.gevolg.id: tak.nummer for tak in self._takken}
        self._uit: dict[str, list[Verband]] = {}
        for verband in spoor.verbanden:
            self._uit.setdefault(verband.gevolg, []).append(verband)
        self._buiten = {verband.gevolg for verband in spoor.buiten}

    def toon(self) -> None:
        """All of it."""
        for tak in self._takken:
            if tak.van:
                self._regel("", f"verder van {tak.van}:", "dim")
            self._tak(tak)

    def _tak(self, tak: _Tak) -> None:
        knoop = tak.knoop
        gevolg, transactie = knoop.gevolg, knoop.transactie
        nummer = f"{tak.nummer} "
        na = tak.na + " " * len(nummer)
        eerste, *verder = breek(f"{gevolg.naam}: {self._inhoud.tekst(gevolg)}", self._console.width - len(na))
        self._regel(tak.voor, nummer + eerste, "bold yellow")
        for rest in verder:
            self._regel(na, rest, "yellow")
        waar = f"{transactie.register} {transactie.positie}, {transactie.aggregaat} {transactie.aggregaat_id}"
        for tekst, stijl in (
            (self._verbanden(knoop), ""),
            (self._waarom(knoop), ""),
            (f"{waar}; {_wanneer(transactie)}; {_software(knoop)}", "dim"),
        ):
            for regel in breek(tekst, self._console.width - len(na)) if tekst else ():
                self._regel(na, regel, stijl)

    def _verbanden(self, knoop: Knoop) -> str:
        """What it follows from, by number, and what from outside."""
        per_doel: dict[int, list[Verband]] = {}
        for verband in self._uit.get(knoop.gevolg.id, ()):
            per_doel.setdefault(self._nummers[verband.doel], []).append(verband)
        delen = [f"{nummer} ({_in_woorden(verbanden)})" for nummer, verbanden in per_doel.items()]
        if knoop.gevolg.id in self._buiten:
            delen.append("een gevolg dat hier niet te vinden is")
        uit = f"uit {'; '.join(delen)}" if delen else ""
        wortel = knoop.wortel
        if wortel is None:
            return uit
        begin = f"begon met {wortel.soort} van {wortel.verantwoordelijke}: {wortel.verwijzing}"
        return f"{begin}; {uit}" if uit else begin

    @staticmethod
    def _waarom(knoop: Knoop) -> str:
        """By which rule or official (else by whom it was registered), on what ground, and how sure it was."""
        v, gevolg = knoop.transactie.verantwoording, knoop.gevolg
        delen = [f"regel {gevolg.verklaring.regel}@{gevolg.verklaring.regelversie}"] if gevolg.verklaring else []
        if v.beslisser:
            namens = f", namens {v.namens.bevoegdheid} ({v.namens.verwijzing})" if v.namens else ""
            delen.append(f"beslist door {v.beslisser}{namens}")
        if not delen:
            delen.append(f"geregistreerd door {v.geregistreerd_door}")
        if gevolg.legitimering:
            delen.append(f"op grond van {'; '.join(map(grond_tekst, gevolg.legitimering))}")
        if knoop.zekerheid is not Zekerheid.ONBETWIST:
            delen.append(knoop.zekerheid.value.replace("_", " "))
        return "; ".join(delen)

    def _regel(self, voor: str, tekst: str, stijl: str) -> None:
        self._console.print(Text.assemble((voor, "dim"), (tekst, stijl)))


def _takken(spoor: Spoor) -> Iterator[_Tak]:
    """The gevolgen in the order in which they are written; a branch that lies too deep comes later, at the margin."""
    kinderen = _kinderen(spoor)
    knopen = {knoop.gevolg.id: knoop for knoop in spoor.knopen}
    later: deque[tuple[int, str]] = deque((0, begin) for begin in spoor.begin)
    nummer = 0
    while later:
        van, begin = later.popleft()
        te_doen = [(begin, "", "", 0, van)]
        while te_doen:
            gevolg, voor, na, diepte, van = te_doen.pop()
            nummer += 1
            onder = kinderen.get(gevolg, [])
            lijn = "│ " if onder and diepte < _DIEPST else "  "
            yield _Tak(knopen[gevolg], nummer, voor, na + lijn, van)
            if diepte == _DIEPST:
                later.extend((nummer, kind) for kind in onder)
                continue
            for plaats, kind in enumerate(reversed(onder)):
                tak, rest = ("├─", "│ ") if plaats else ("└─", "  ")
                te_doen.append((kind, na + tak, na + rest, diepte + 1, 0))


def _kinderen(spoor: Spoor) -> dict[str, list[str]]:
    """What hangs under each gevolg: what was first found from there."""
    gezien = set(spoor.begin)
    uit: dict[str, list[str]] = {}
    for verband in spoor.verbanden:
        terug = spoor.richting is Richting.HERKOMST
        boven, onder = (verband.gevolg, verband.doel) if terug else (verband.doel, verband.gevolg)
        if onder not in gezien:
            gezien.add(onder)
            uit.setdefault(boven, []).append(onder)
    return uit


def _in_woorden(verbanden: Sequence[Verband]) -> str:
    """How one gevolg is tied to another; that it was in one transactie is said only where nothing else ties them."""
    per_soort: dict[Verbandsoort, dict[str, None]] = {}
    for verband in verbanden:
        naam, _, deel = verband.gegeven.partition("/")
        wat = f"{gegeven_tekst(naam)} {deel}".strip()
        per_soort.setdefault(verband.soort, {}).update({wat: None} if wat else {})
    if len(per_soort) > 1:
        per_soort.pop(Verbandsoort.TRANSACTIE, None)
    return "; ".join(f"{_WOORDEN[soort]} {', '.join(wat)}".rstrip() for soort, wat in per_soort.items())


def _wanneer(transactie: Transactie) -> str:
    """The day in the world (not a moment: that is when another register recorded it), and the moment here."""
    gebeurd_op = transactie.verantwoording.gebeurd_op
    gebeurd = "" if isinstance(gebeurd_op, datetime) else f"gebeurd op {moment_tekst(gebeurd_op)}, "
    return f"{gebeurd}geregistreerd op {moment_tekst(transactie.geregistreerd_op)}"


def _software(knoop: Knoop) -> str:
    software = knoop.transactie.verantwoording.software
    return f"{software.programmaversie}, {software.bijhoudingsmodel}"
