"""`gevolg status`: how far the registers are, and how the daemon is that serves them."""

from datetime import datetime
from pathlib import Path
from typing import Any

from actors.cli.blad import Blad
from actors.cli.dienststatus import toon_dienst, toon_processen
from actors.cli.opties import JsonOptie, LeesOptie
from actors.cli.uitvoer import schrijf_json
from actors.daemon.waarneming.navraag import Dienststand, vraag_na
from actors.runtime.klok import systeemklok
from actors.runtime.lezing import Registerlezing
from actors.runtime.programma import programmaversie
from actors.runtime.voortgang import BEKENDMAKEN, LEZEN, PROJECTEREN, Lezer
from storage.opslag import open_lmdb

VOORBEELD = "Voorbeeld: gevolg status --data data"

_MEGABYTE = 1_000_000


def status(*, data: LeesOptie, json: JsonOptie = False) -> None:
    """Toon hoe ver elk register is, wat er wacht en hoe groot het is; en van een dienst die draait zijn processen."""
    dienst = vraag_na(data)
    stand = lees_status(data, list(dienst.bericht["registers"]) if dienst and dienst.bericht else None)
    if json:
        eigen = {"programmaversie": programmaversie(), "data": str(data.resolve()), "registers": stand}
        schrijf_json({**eigen, "dienst": _als_gegevens(dienst)})
    else:
        _toon(data, stand, dienst)


def lees_status(data: Path, welke: list[str] | None = None) -> dict[str, dict[str, Any]]:
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
        wacht, sinds = s["achterstand"], s["achterstand_s"]
        blad.kop(naam, "bold green")
        toon_processen(blad, dienst, naam)
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
        grootte = f"{s['bytes'] / _MEGABYTE:.1f}".replace(".", ",")
        blad.regel("opslag", f"{s['opslag_id']} · {grootte} MB")


def _achter(aantal: int, seconden: float) -> str:
    return f", {aantal} achter, het oudste {seconden:.0f} s" if aantal else ", bij"
