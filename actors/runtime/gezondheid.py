"""Gezondheid: what whoever runs registers should know of their folder, each in a sentence with what to do.

Quick, and harmless beside a process that writes. Whether every byte is right is for `verify`, which takes its time.
"""

import os
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum
from pathlib import Path

from actors.register.context import Context
from actors.runtime.catalogue import contexten
from actors.runtime.lezing import Registerlezing
from actors.runtime.reservekopie import KLAARGEZET
from actors.verwerking.leesstand import AnderLogboek
from storage.backup import UNFINISHED
from storage.errors import NewerFormat, StorageError, StoreDamaged, StoreInUse, WrongRegister
from storage.inspection import Readers, free_bytes, open_to_others, owners, readers_of, size_of, writer_of
from storage.limits import CLOCK_TOLERANCE_SECONDS, LOW_SPACE_BYTES, READER_BEHIND
from storage.moments import Clock
from storage.opslag import ALL, GEVOLGEN, PROJECTIES, lost_stores, refuse_lost
from storage.verify_pages import refuse_torn, verify_pages

PAGINAS_TOT = 256_000_000
"""Bytes of a register up to which its pages are looked at before it is opened: more takes longer than five seconds."""

_ONGEOPEND = {"ontbreekt", "opslag", "paginas"}
"""Findings after which a register is not opened."""

_START = "start het proces dat de registers draait"
_WACHT = "wacht even en kijk opnieuw; wordt het niet minder, zoek dan in het logboek"
_ZET_TERUG = "bekijk met `gevolg verify` wat er mis is, en zet een reservekopie terug met `gevolg restore`"
_MELD_TERUG = "is er een oudere kopie teruggezet, meld dat met `gevolg restore`; anders: `gevolg verify`"


class Ernst(IntEnum):
    """How bad it is; a higher one outweighs a lower one."""

    TER_INFO = 0
    """So it is."""
    LET_OP = 1
    """It works, and someone should know."""
    FOUT = 2
    """Something does not work, or will not for long."""
    SCHADE = 3
    """What is stored contradicts itself."""


@dataclass(frozen=True, slots=True)
class Bevinding:
    """One thing to know."""

    soort: str
    """A stable word: those listed in docs/reference/opslag.md."""
    waar: str
    """A register, or the folder."""
    ernst: Ernst
    bevinding: str
    """What is so, in one sentence."""
    doe: str
    """What to do about it."""


def onderzoek_map(data: Path, klok: Clock) -> Iterator[Bevinding]:
    """All that is to be said of a folder with registers, one after the other. Raises OSError when it cannot be read."""
    if not data.is_dir():
        yield Bevinding(
            "map", str(data), Ernst.FOUT, f"er is geen map {data}", "noem met --data de map met de registers"
        )
        return
    yield from _resten(data)
    if not any((data / context.naam).is_dir() for context in contexten()):
        zin = f"er zijn geen registers in {data}"
        yield Bevinding("map", str(data), Ernst.FOUT, zin, "noem met --data de map met de registers")
        return
    yield from _rechten(data)
    yield from _ruimte(data)
    yield from _verdwenen(data, klok)
    te_openen = []
    for context in contexten():
        bevindingen = list(_register(data, context, klok))
        yield from bevindingen
        if not any(b.soort in _ONGEOPEND for b in bevindingen):
            te_openen.append(context.naam)
    yield from _onderling(data, te_openen)


def _verdwenen(data: Path, klok: Clock) -> Iterator[Bevinding]:
    """A register that others have read, and that is not here."""
    try:
        refuse_lost(data, [context.naam for context in contexten()], klok)
    except StoreDamaged as fout:
        doe = "hoort het hier, zet zijn map dan terug voordat u begint; wordt het elders bijgehouden, dan is dit goed"
        yield Bevinding("verdwenen", str(data), Ernst.LET_OP, str(fout), doe)
    except StorageError:
        return  # told of the register that it is of


def _rechten(data: Path) -> Iterator[Bevinding]:
    open_ = list(open_to_others(data))
    if open_:
        meer = f" en {len(open_) - 1} andere" if len(open_) > 1 else ""
        zin = f"{open_[0]}{meer} is niet alleen voor de eigenaar (de sleutels van betrokkenen liggen er leesbaar in)"
        yield Bevinding("rechten", str(data), Ernst.FOUT, zin, f"chmod -R go-rwx {data}")
    van, ik = owners(data), os.geteuid()
    if len(van) > 1 or (ik and van != {ik}):
        zin = f"de bestanden zijn van gebruiker {', '.join(map(str, sorted(van)))}; dit proces draait als {ik}"
        doe = f"geef alles aan de gebruiker die de registers draait: chown -R GEBRUIKER {data}"
        yield Bevinding("eigenaar", str(data), Ernst.FOUT, zin, doe)


def _ruimte(data: Path) -> Iterator[Bevinding]:
    vrij = free_bytes(data)
    tabellen = max((size_of(data / context.naam / PROJECTIES) for context in contexten()), default=0)
    if vrij < LOW_SPACE_BYTES:
        zin = f"er is nog {vrij} bytes vrij, minder dan {LOW_SPACE_BYTES}: schrijven mislukt zo"
        yield Bevinding("schijf", str(data), Ernst.FOUT, zin, "maak ruimte; bied opnieuw aan wat mislukte")
    elif vrij < tabellen:
        zin = f"er is {vrij} bytes vrij, en de grootste tabellen nemen er {tabellen}: ze kunnen niet worden herbouwd"
        yield Bevinding("schijf", str(data), Ernst.LET_OP, zin, "maak ruimte voordat u `gevolg rebuild` gebruikt")


def _resten(data: Path) -> Iterator[Bevinding]:
    rest = data / KLAARGEZET
    if rest.exists():
        yield Bevinding(
            "resten",
            str(data),
            Ernst.LET_OP,
            f"{rest} is over van terugzetten dat is afgebroken, of nog loopt",
            "herhaal `gevolg restore`; die ruimt het op",
        )
    for map_ in sorted(data.parent.glob(f"*{UNFINISHED}")):
        zin = f"{map_} is over van een reservekopie die is afgebroken, of nog loopt"
        yield Bevinding("resten", str(data), Ernst.LET_OP, zin, f"loopt er geen, dan kan die map weg: rm -r {map_}")
    bekend = {context.naam for context in contexten()}
    for map_ in sorted(p for p in data.iterdir() if (p / GEVOLGEN).is_dir() and p.name not in bekend):
        if map_.name != KLAARGEZET:
            zin = f"{map_} is een register dat dit programma niet kent; het wordt niet bijgehouden en niet gekopieerd"
            yield Bevinding("onbekend", str(data), Ernst.LET_OP, zin, "installeer die context, of zet de map opzij")


def _register(data: Path, context: Context, klok: Clock) -> Iterator[Bevinding]:
    naam, map_ = context.naam, data / context.naam
    if not all(size_of(map_ / deel) for deel in ALL - {PROJECTIES}):
        yield _onvolledig(naam, map_)
        return
    schrijvers = sorted({pid for deel in ALL if (pid := writer_of(map_ / deel)) is not None})
    for pid in schrijvers:
        yield Bevinding("schrijver", naam, Ernst.TER_INFO, f"proces {pid} schrijft", "niets")
    if not schrijvers and sum(size_of(map_ / deel) for deel in ALL) <= PAGINAS_TOT:
        kapot = verify_pages(data, naam)
        if kapot:
            yield Bevinding("paginas", naam, Ernst.SCHADE, f"{kapot[0].where}: {kapot[0].sentence}", _ZET_TERUG)
            return
    try:
        for deel in sorted(ALL):
            refuse_torn(map_ / deel)
        yield from _lezers(naam, map_)
        with Registerlezing.alleen_lezen(data, [naam]) as lezing:
            yield from _stand(lezing, naam, klok, schrijft=bool(schrijvers))
    except (StorageError, OSError, AnderLogboek) as fout:
        yield _ongeopend(naam, fout)


def _onvolledig(naam: str, map_: Path) -> Bevinding:
    """What is to be said of a register that has not all its stores."""
    try:
        verloren = lost_stores(map_)
    except (StorageError, OSError) as fout:
        return _ongeopend(naam, fout)
    if verloren:
        zin = f"er is geen {' en '.join(verloren)} in {map_}, en in de rest staat wel iets"
        return Bevinding("ontbreekt", naam, Ernst.SCHADE, zin, _ZET_TERUG)
    zin = f"er is niets in {map_}, of het maken ervan is afgebroken"
    doe = "was het er, zet het terug met `gevolg restore`; is het nieuw, dan maakt het eerste openen het"
    return Bevinding("ontbreekt", naam, Ernst.LET_OP, zin, doe)


_DOE: dict[type[Exception], tuple[Ernst, str]] = {
    StoreDamaged: (Ernst.SCHADE, _ZET_TERUG),
    NewerFormat: (Ernst.FOUT, "gebruik de versie van gevolg die dit schreef"),
    WrongRegister: (Ernst.FOUT, "zet de mappen op hun plaats"),
    StoreInUse: (Ernst.FOUT, "sluit wat in dit proces open is"),
    AnderLogboek: (Ernst.FOUT, _MELD_TERUG),
}


def _ongeopend(naam: str, fout: Exception) -> Bevinding:
    ernst, doe = _DOE.get(type(fout), (Ernst.FOUT, "kijk of de map van u is, en probeer het dan weer"))
    return Bevinding("opslag", naam, ernst, f"het is niet te lezen: {fout}", doe)


def _lezers(naam: str, map_: Path) -> Iterator[Bevinding]:
    for deel in sorted(deel for deel in ALL if size_of(map_ / deel)):
        lezers: Readers = readers_of(map_ / deel)
        if lezers.gone:
            zin = f"{lezers.gone} lezers van {deel} bestonden niet meer, en hielden ruimte vast; ze zijn weggehaald"
            yield Bevinding("lezers", naam, Ernst.TER_INFO, zin, "niets")
        for pid, achter in lezers.behind:
            if achter > READER_BEHIND:
                zin = f"proces {pid} leest {deel} zoals het {achter} commits geleden was; zolang groeit het bestand"
                yield Bevinding("lezers", naam, Ernst.LET_OP, zin, "is het geen reservekopie, kijk dan wat het is")


def _stand(lezing: Registerlezing, naam: str, klok: Clock, *, schrijft: bool) -> Iterator[Bevinding]:
    """What is to be said of a register that is open."""
    for b in lezing.controleer_einden(naam):
        yield Bevinding("einden", naam, Ernst.SCHADE, f"{b.where}: {b.sentence}", _ZET_TERUG)
    stand = lezing.standen()[naam]
    yield from _klok(naam, klok(), lezing.moment_van(naam, stand["positie"]) if stand["positie"] else None)
    doe = _WACHT if schrijft else _START
    for wat, tot in (("bekendgemaakt", stand["bekendgemaakt_tot"]), ("in de tabellen", stand["geprojecteerd_tot"])):
        achter = stand["positie"] - tot
        if achter > 0:
            zin = f"nog niet {wat}: {achter} van de {stand['positie']} transacties"
            yield Bevinding("achterstand", naam, Ernst.LET_OP, zin, doe)
    for een in lezing.geparkeerd(naam):
        zin = f"{een.aggregaat} {een.aggregaat_id} staat stil in tabel {een.projectie.partition('@')[0]}: {een.reden}"
        yield Bevinding("geparkeerd", naam, Ernst.LET_OP, zin, "herstel de tabel, en dan `gevolg ontparkeer`")


def _klok(naam: str, nu: datetime, laatste: datetime | None) -> Iterator[Bevinding]:
    if laatste is not None and laatste - nu > timedelta(seconds=CLOCK_TOLERANCE_SECONDS):
        zin = f"de klok staat {laatste - nu} voor de laatste registratie ({laatste:%Y-%m-%dT%H:%M:%SZ})"
        yield Bevinding("klok", naam, Ernst.FOUT, zin, "zet de klok gelijk; liep hij eerst voor, wacht dan zo lang")


def _onderling(data: Path, namen: Collection[str]) -> Iterator[Bevinding]:
    """What is to be said of registers that read each other."""
    try:
        with Registerlezing.alleen_lezen(data, namen) as lezing:
            standen = lezing.standen()
            for naam in namen:
                for b in lezing.controleer_lezers(naam):
                    yield Bevinding("einden", naam, Ernst.SCHADE, f"{b.where}: {b.sentence}", _MELD_TERUG)
                for bron, tot in standen[naam]["gelezen"].items():
                    achter = standen[bron]["verstrekkingen"] - tot if bron in standen else 0
                    if achter > 0:
                        zin = (
                            f"nog niet gelezen: {achter} van de {standen[bron]['verstrekkingen']} berichten van {bron}"
                        )
                        doe = _WACHT if writer_of(data / naam / GEVOLGEN) is not None else _START
                        yield Bevinding("achterstand", naam, Ernst.LET_OP, zin, doe)
    except (StorageError, OSError, AnderLogboek) as fout:
        yield _ongeopend(", ".join(namen), fout)
