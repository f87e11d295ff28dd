"""`gevolg status`: how far the registers are."""

from pathlib import Path
from typing import Any

from actors.cli.blad import Blad
from actors.cli.opties import JsonOptie, LeesOptie
from actors.cli.uitvoer import schrijf_json
from actors.runtime.klok import systeemklok
from actors.runtime.lezing import Registerlezing
from actors.runtime.programma import programmaversie
from storage.opslag import open_lmdb

VOORBEELD = "Voorbeeld: gevolg status --data data"

_MEGABYTE = 1_000_000


def status(*, data: LeesOptie, json: JsonOptie = False) -> None:
    """Toon per register hoe ver het is, wat er wacht en hoe groot het is; ook terwijl een ander proces schrijft."""
    stand = lees_status(data)
    if json:
        schrijf_json({"programmaversie": programmaversie(), "data": str(data.resolve()), "registers": stand})
    else:
        _toon(data, stand)


def lees_status(data: Path) -> dict[str, dict[str, Any]]:
    """Per register its positions, what lags, what waits, the id of its store and its size on disk in bytes."""
    with Registerlezing.alleen_lezen(data) as registers:
        standen = registers.standen()
        taken = {naam: len(registers.taken(naam).inhoud) for naam in registers.registers}
    verstrekt = {naam: stand["verstrekkingen"] for naam, stand in standen.items()}
    uit = {}
    for naam, stand in standen.items():
        ongelezen = {bron: verstrekt[bron] - tot for bron, tot in stand["gelezen"].items() if bron in verstrekt}
        uit[naam] = {
            **stand,
            "achterstand": {
                "bekendmaken": max(0, stand["positie"] - stand["bekendgemaakt_tot"]),
                "projecteren": max(0, stand["positie"] - stand["geprojecteerd_tot"]),
                "lezen": {bron: max(0, aantal) for bron, aantal in ongelezen.items()},
            },
            "taken": taken[naam],
            "opslag_id": _opslag_id(data, naam),
            "bytes": sum(pad.stat().st_size for pad in (data / naam).rglob("*") if pad.is_file()),
        }
    return uit


def _opslag_id(data: Path, register: str) -> str:
    """Which journal this is: another one after a restore."""
    opslag = open_lmdb(data, register, clock=systeemklok, read_only=True)
    try:
        return opslag.gevolgen.store_id.hex()
    finally:
        opslag.close()


def _toon(data: Path, stand: dict[str, dict[str, Any]]) -> None:
    blad = Blad()
    blad.tekst(f"Registers in {data} · {programmaversie()}", "bold")
    for naam, s in stand.items():
        achter = s["achterstand"]
        blad.kop(naam, "bold green")
        blad.regel("transacties", str(s["positie"]))
        blad.regel("bekendgemaakt", f"{s['verstrekkingen']} verstrekkingen{_achter(achter['bekendmaken'])}")
        blad.regel("tabellen", f"tot transactie {s['geprojecteerd_tot']}{_achter(achter['projecteren'])}")
        for bron, tot in s["gelezen"].items():
            blad.regel("gelezen", f"{bron} tot bericht {tot}{_achter(achter['lezen'].get(bron, 0))}")
        blad.regel("wacht", f"{s['taken']} taken of aangehouden besluiten" if s["taken"] else "niets")
        grootte = f"{s['bytes'] / _MEGABYTE:.1f}".replace(".", ",")
        blad.regel("opslag", f"{s['opslag_id']} · {grootte} MB")


def _achter(aantal: int) -> str:
    return f", {aantal} achter" if aantal else ", bij"
