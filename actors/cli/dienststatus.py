"""What `gevolg status` shows of the daemon that serves the registers."""

from collections.abc import Mapping, Sequence
from typing import Any

from actors.cli.blad import Blad
from actors.daemon.abonnementen.abonnement import Status
from actors.daemon.waarneming.navraag import Dienststand

_TOESTAND = {
    "start": "start: de opslag wordt geopend",
    "draait": "draait",
    "herstart": "eindigde, en begint opnieuw",
    "opgegeven": "opgegeven: het eindigde steeds en start niet meer vanzelf",
    None: "niet bekend: de supervisor zegt niets",
}


def toon_dienst(blad: Blad, dienst: Dienststand | None) -> None:
    """Which daemon serves the folder, and whether it is well."""
    if dienst is None:
        blad.tekst("Er draait geen dienst op deze map.")
        return
    waar = f"De dienst draait als proces {dienst.pid}, op {dienst.url}"
    if dienst.bericht is None:
        blad.tekst(f"{waar}, maar geeft {dienst.waarom}.", "bold red")
    elif dienst.bericht.get("gereed"):
        blad.tekst(f"{waar}, en is gereed. {_bovenaan(dienst.bericht)}")
    else:
        blad.tekst(f"{waar}, en is niet gereed. {_bovenaan(dienst.bericht)}", "bold red")


def _bovenaan(bericht: Mapping[str, Any]) -> str:
    """The processes above those of the registers."""
    nummers = [(naam, bericht.get(naam, {}).get("pid")) for naam in ("admin", "supervisor")]
    return "Daaronder: " + ", ".join(f"{naam} {pid or '(start)'}" for naam, pid in nummers) + "."


def toon_processen(blad: Blad, dienst: Dienststand | None, register: str) -> None:
    """The processes of a register, and what stands still."""
    stand = _van(dienst, register)
    for soort, proces in stand.get("processen", {}).items():
        zinnen = [_proces(proces)]
        if proces["reden"]:
            zinnen.append(proces["reden"])
        zinnen += [f"{s['lezer']} stopte: {s['toelichting']} ({s['referentie']})" for s in proces["storingen"]]
        mis = proces["toestand"] != "draait" or proces["storingen"]
        blad.regel(soort, zinnen, "bold red" if mis else "")
    for lezer in stand.get("staatStil", ()):
        blad.regel("staat stil", lezer, "bold red")
    if "fout" in stand:
        blad.regel("fout", str(stand["fout"]), "bold red")


def toon_abonnementen(blad: Blad, abonnementen: Sequence[Mapping[str, Any]]) -> None:
    """How many there are, if any, and each that is not delivered to."""
    if abonnementen:
        blad.regel("abonnementen", str(len(abonnementen)))
    for een in abonnementen:
        if een["mislukt_sinds"] is not None:
            stand = "gestopt" if een["status"] != Status.ACTIEF else f"lukt niet, {een['pogingen']} keer geprobeerd"
            zin = f"{een['id']}: {stand} sinds {een['mislukt_sinds']:%Y-%m-%dT%H:%M:%SZ} ({een['reden']})"
            blad.regel("", zin, "bold red")


def _van(dienst: Dienststand | None, register: str) -> dict[str, Any]:
    bericht = dienst.bericht if dienst else None
    return dict(bericht["registers"].get(register, {})) if bericht else {}


def _proces(proces: dict[str, Any]) -> str:
    toestand = _TOESTAND.get(proces["toestand"], str(proces["toestand"]))
    if proces["epoch"] is None:
        return toestand
    nummer = f", proces {proces['pid']}" if proces["pid"] else ""
    keer = "één herstart" if proces["herstarts"] == 1 else f"{proces['herstarts']} herstarts"
    return f"{toestand}{nummer}, epoch {proces['epoch']}, {keer}"
