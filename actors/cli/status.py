"""`gevolg status`: how far the registers are, and how the daemon is that serves them."""

from collections.abc import Collection
from datetime import datetime
from pathlib import Path
from typing import Any

import typer

from actors.cli.blad import Blad
from actors.cli.dienststatus import toon_abonnementen, toon_dienst, toon_processen
from actors.cli.fouten import BESCHADIGD, NIET_BESCHIKBAAR
from actors.cli.opties import JsonOptie, LeesOptie
from actors.cli.uitvoer import schrijf_json
from actors.daemon.abonnementen.stilgevallen import bezorging_in
from actors.daemon.waarneming.navraag import Dienststand, vraag_na
from actors.runtime.catalogue import contexten
from actors.runtime.klok import systeemklok
from actors.runtime.lezing import Registerlezing
from actors.runtime.programma import programmaversie
from actors.runtime.voortgang import BEKENDMAKEN, LEZEN, PROJECTEREN, Lezer
from actors.verwerking.leesstand import AnderLogboek
from storage.errors import StorageError, StoreDamaged
from storage.opslag import open_lmdb
from storage.verify_pages import refuse_torn

VOORBEELD = "Voorbeeld: gevolg status --data data"

_MEGABYTE = 1_000_000


def status(*, data: LeesOptie, json: JsonOptie = False) -> None:
    """Toon hoe ver elk register is, wat er wacht en hoe groot het is; en van een dienst die draait zijn processen."""
    dienst = vraag_na(data)
    welke = list(dienst.bericht["registers"]) if dienst and dienst.bericht else [een.naam for een in contexten()]
    fouten = {naam: fout for naam in welke if (fout := _waarom_onleesbaar(data, naam)) is not None}
    if len(fouten) == len(welke):
        raise next(iter(fouten.values()))
    leesbaar = lees_status(data, [naam for naam in welke if naam not in fouten])
    stand = {naam: leesbaar.get(naam) or {"fout": str(fouten[naam])} for naam in welke}
    if json:
        eigen = {"programmaversie": programmaversie(), "data": str(data.resolve()), "registers": stand}
        schrijf_json({**eigen, "dienst": _als_gegevens(dienst)})
    else:
        _toon(data, stand, dienst)
    if fouten:
        kapot = any(isinstance(fout, StoreDamaged) for fout in fouten.values())
        raise typer.Exit(BESCHADIGD if kapot else NIET_BESCHIKBAAR)


def _waarom_onleesbaar(data: Path, register: str) -> Exception | None:
    """Why a register cannot be read; None when it can."""
    try:
        for map_ in (data / register).glob("*/data.mdb"):
            refuse_torn(map_.parent)
        lees_status(data, [register])
    except (StorageError, OSError, AnderLogboek) as fout:
        return fout
    return None


def lees_status(data: Path, welke: Collection[str] | None = None) -> dict[str, dict[str, Any]]:
    """Per register (of those named, or all) its positions, what lags, what waits, which store it is and its bytes."""
    with Registerlezing.alleen_lezen(data, welke) as registers:
        standen = registers.standen()
        lezers = {naam: registers.voortgang(naam).lezers for naam in registers.registers}
        taken = {naam: len(registers.taken(naam).inhoud) for naam in registers.registers}
    nu = systeemklok()
    return {
        naam: {
            **stand,
            "achterstand": _per_lezer(lezers[naam], None),
            "achterstand_s": _per_lezer(lezers[naam], nu),
            "taken": taken[naam],
            "abonnementen": bezorging_in(data, naam),
            "opslag_id": _opslag_id(data, naam),
            "bytes": sum(pad.stat().st_size for pad in (data / naam).rglob("*") if pad.is_file()),
        }
        for naam, stand in standen.items()
    }


def _per_lezer(lezers: tuple[Lezer, ...], nu: datetime | None) -> dict[str, Any]:
    """How much each reader lags: in positions, or in seconds now."""
    hoeveel = {lezer.naam: lezer.wacht if nu is None else round(lezer.seconden(nu), 3) for lezer in lezers}
    van_anderen = {lezer.bron: hoeveel[lezer.naam] for lezer in lezers if lezer.soort == LEZEN}
    return {soort: hoeveel[soort] for soort in (BEKENDMAKEN, PROJECTEREN)} | {LEZEN: van_anderen}


def _als_gegevens(dienst: Dienststand | None) -> dict[str, Any] | None:
    if dienst is None:
        return None
    return {"pid": dienst.pid, "url": dienst.url, "gezondheid": dienst.bericht, "waarom": dienst.waarom or None}


def _opslag_id(data: Path, register: str) -> str:
    """Which journal this is: another one after a restore."""
    opslag = open_lmdb(data, register, clock=systeemklok, read_only=True)
    try:
        return opslag.gevolgen.store_id.hex()
    finally:
        opslag.close()


def _toon(data: Path, stand: dict[str, dict[str, Any]], dienst: Dienststand | None) -> None:
    blad = Blad()
    blad.tekst(f"Registers in {data} · {programmaversie()}", "bold")
    toon_dienst(blad, dienst)
    for naam, s in stand.items():
        blad.kop(naam, "bold green")
        toon_processen(blad, dienst, naam)
        if "fout" in s:
            blad.regel("niet te lezen", s["fout"], "bold red")
            continue
        wacht, sinds = s["achterstand"], s["achterstand_s"]
        blad.regel("transacties", str(s["positie"]))
        achter = _achter(wacht[BEKENDMAKEN], sinds[BEKENDMAKEN])
        blad.regel("bekendgemaakt", f"{s['verstrekkingen']} verstrekkingen{achter}")
        achter = _achter(wacht[PROJECTEREN], sinds[PROJECTEREN])
        blad.regel("tabellen", f"tot transactie {s['geprojecteerd_tot']}{achter}")
        for bron, aantal in wacht[LEZEN].items():
            blad.regel(
                "gelezen", f"{bron} tot bericht {s['gelezen'].get(bron, 0)}{_achter(aantal, sinds[LEZEN][bron])}"
            )
        blad.regel("wacht", f"{s['taken']} taken of aangehouden besluiten" if s["taken"] else "niets")
        toon_abonnementen(blad, s["abonnementen"])
        grootte = f"{s['bytes'] / _MEGABYTE:.1f}".replace(".", ",")
        blad.regel("opslag", f"{s['opslag_id']} · {grootte} MB")


def _achter(aantal: int, seconden: float) -> str:
    return f", {aantal} achter, het oudste {seconden:.0f} s" if aantal else ", bij"
