"""Fouten: every error becomes one sentence with what to do, and an exit code; never a traceback.

0 ok · 1 not processed, or never to be answered again · 2 usage · 3 unavailable (in use, cannot be opened) · 4 store
damaged; a signal: start.py
"""

import errno
import os
import re
import sys
from difflib import get_close_matches
from typing import Any, NoReturn

import typer
from rich.text import Text
from typer.core import TyperGroup

from actors.cli.uitvoer import console, schrijf_json
from actors.daemon.datamap import OpenMap
from actors.daemon.einde import Gestopt, NietBegonnen
from actors.daemon.instellingskeuze import Instellingsfout
from actors.daemon.toegang.apisleutels import Sleutelfout, SleutelOnbekend
from actors.register.commando import Mislukt, NietVerwerkt
from actors.runtime.reservekopie import KopieGeweigerd
from actors.runtime.systeem import NietInRust
from actors.simulatie.storm import StormMislukt
from actors.simulatie.vloot import SimulatieMislukt
from actors.verwerking.antwoord import GeenGrens, GeenMoment, NietGeleverd, NogNietZover, Vervallen
from actors.verwerking.herhaaltoken import GeenToken
from actors.verwerking.herleveren import VerstrekkingOnbekend
from actors.verwerking.leesstand import AnderLogboek
from actors.verwerking.parkeren import Kapot
from actors.verwerking.probleem import probleem
from actors.verwerking.uitleg import GeenUitleg
from storage.errors import (
    ClockBehind,
    NewerFormat,
    StorageError,
    StorageFull,
    StoreDamaged,
    StoreInUse,
    WrongRegister,
)

NIET_VERWERKT = 1
GEBRUIK = 2
NIET_BESCHIKBAAR = 3
BESCHADIGD = 4

LOGBESTAND = "GEVOLG_LOG"
"""The environment variable that names the file for the log."""

_CONTROLEER = "controleer de opslag met `gevolg verify --data MAP` en meld dit"


class GeenUitvoer(Exception):
    """What was asked cannot be written; the text says why."""


_ZINNEN: dict[type[Exception], str] = {
    StoreDamaged: "de opslag is beschadigd; bekijk met `gevolg verify --data MAP` wat er mis is en zet een"
    " reservekopie terug.",
    StoreInUse: "de opslag is in gebruik door een ander proces; stop dat eerst (een dienst als geheel: `gevolg status"
    " --data MAP` zegt welk proces dat is), of noem een andere map met --data.",
    NewerFormat: "de opslag is van een nieuwere versie van gevolg; gebruik die versie, er is niets veranderd.",
    WrongRegister: "de map bevat de opslag van een ander register; noem de juiste map met --data.",
    StorageFull: "de schijf of de opslag is vol; maak ruimte en herhaal de opdracht, er is niets half gedaan.",
    ClockBehind: "de klok loopt achter op de laatste registratie; zet de klok gelijk en herhaal de opdracht.",
    StorageError: "de opslag kan niet worden geopend; kijk of de map klopt en of er al registers in staan.",
    NietInRust: "een register komt niet tot rust: {fout}; herhaal de opdracht, en kijk met `gevolg status` hoe ver"
    " het is; {logboek}.",
    AnderLogboek: "{fout}.",
    Instellingsfout: "{fout}",
    Kapot: "{fout}.",
    KopieGeweigerd: "{fout}.",
    GeenGrens: "{fout}.",
    GeenMoment: "{fout}.",
    Gestopt: "{fout}.",
    GeenToken: "{fout}.",
    GeenUitleg: "{fout}.",
    NietGeleverd: "{fout}.",
    NogNietZover: "{fout}.",
    NietBegonnen: "{fout}.",
    OpenMap: "{fout}.",
    SleutelOnbekend: "{fout}.",
    Sleutelfout: "{fout}.",
    VerstrekkingOnbekend: "{fout}.",
    Vervallen: "{fout}.",
    SimulatieMislukt: "{fout}; herhaal de opdracht: wat al verwerkt is, wordt niet nog eens gedaan; {logboek}.",
    StormMislukt: "{fout}",
    GeenUitvoer: "er is geen plaats om het antwoord te schrijven ({fout}); noem er een, met > BESTAND, en herhaal de"
    " opdracht.",
    OSError: "{fout}{waar}; kijk of de map bestaat en van u is.",
}
"""What to say of each error: the first kind that fits."""

_CODES: dict[type[Exception], int] = {
    StoreDamaged: BESCHADIGD,
    GeenGrens: GEBRUIK,
    GeenMoment: GEBRUIK,
    GeenToken: GEBRUIK,
    GeenUitleg: GEBRUIK,
    Instellingsfout: GEBRUIK,
    KopieGeweigerd: GEBRUIK,
    NietGeleverd: GEBRUIK,
    SleutelOnbekend: GEBRUIK,
    VerstrekkingOnbekend: GEBRUIK,
    Vervallen: NIET_VERWERKT,
}
"""The exit code of each; that of the others is NIET_BESCHIKBAAR."""


class Gebruiksfout(Exception):
    """The call itself is wrong; the text says what is and what to do."""


class GevolgGroep(TyperGroup):
    """The commands of gevolg, with one place where errors end."""

    def main(self, *args: Any, **extra: Any) -> Any:
        """Run; in standalone mode (the default) leave with the exit code that fits."""
        zelfstandig = extra.pop("standalone_mode", True)
        extra["standalone_mode"] = False
        if not zelfstandig:
            return super().main(*args, **extra)
        try:
            code = super().main(*args, **extra)
            _schrijf_uit()
        except BrokenPipeError:
            code = _lezer_weg()
        except Exception as fout:  # noqa: BLE001 - the last place before a traceback
            code = meld(fout)
        sys.exit(code or 0)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Find a command; say which there are when there is none by this name."""
        if args and not args[0].startswith("-") and self.get_command(ctx, args[0]) is None:
            bedoeld = get_close_matches(args[0], self.commands)
            keuze = f"bedoelde u {' of '.join(bedoeld)}?" if bedoeld else f"er zijn: {', '.join(self.commands)}."
            raise Gebruiksfout(f"{ctx.command_path} kent geen opdracht {args[0]!r}; {keuze}")
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: Any) -> Any:
        """Run a command; whoever reads our output may stop when it has seen enough."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            raise typer.Exit(_lezer_weg()) from None


def _schrijf_uit() -> None:
    """What is still to be written to stdout."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as fout:
        _lezer_weg()
        raise GeenUitvoer(fout.strerror or str(fout)) from fout


def _lezer_weg() -> int:
    """Nobody reads on: fine, and nothing more to say at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


def meld(fout: Exception, waarvan: str = "") -> int:
    """Say what went wrong (with what) on stderr; answers the exit code."""
    if type(fout).__name__ == "NoArgsIsHelpError":
        return GEBRUIK  # the help that was shown says it all
    zin, code = _zin(fout)
    scherm = console(stderr=True)
    scherm.print(Text.assemble(("Fout: ", "bold red"), waarvan, zin))
    if isinstance(fout, StorageError):
        scherm.print(Text(f"      de opslag zegt: {fout}", style="dim"))
    return code


def _zin(fout: Exception) -> tuple[str, int]:
    """The sentence, and the exit code."""
    if isinstance(fout, typer.TyperException):
        return _gebruik(fout), GEBRUIK
    if isinstance(fout, Gebruiksfout):
        return str(fout), GEBRUIK
    if isinstance(fout, OSError) and fout.errno == errno.ENOSPC and fout.filename is None:
        fout = GeenUitvoer(fout.strerror or fout)  # the stores have an error of their own for this
    for soort, zin in _ZINNEN.items():
        if isinstance(fout, soort):
            waar = getattr(fout, "filename", None)
            wat = getattr(fout, "strerror", None) or fout
            tekst = zin.format(fout=wat, waar=f" ({waar})" if waar else "", logboek=_logboek())
            return tekst, _CODES.get(soort, NIET_BESCHIKBAAR)
    soortnaam = type(fout).__name__
    return f"er ging iets mis dat niet had mogen gebeuren ({soortnaam}: {fout}); {_CONTROLEER}.", NIET_BESCHIKBAAR


def _logboek() -> str:
    """Where to find what a reference points at."""
    bestand = os.environ.get(LOGBESTAND)
    return f"het logboek staat in {bestand}" if bestand else f"zet {LOGBESTAND}=BESTAND om het logboek te bewaren"


def _gebruik(fout: typer.TyperException) -> str:
    """A usage error of typer in Dutch; which command offers help."""
    context: Any = getattr(fout, "ctx", None)
    hulp = f"`{context.command_path} --help`" if context else "`gevolg --help`"
    parameter: Any = getattr(fout, "param", None)
    naam = parameter.get_error_hint() if parameter else ""
    soort = type(fout).__name__
    mogelijk = getattr(fout, "possibilities", None)
    if soort == "NoSuchOption":
        bedoeld = f" (bedoelde u {' of '.join(sorted(mogelijk))}?)" if mogelijk else ""
        zin = f"onbekende optie {getattr(fout, 'option_name', '')}{bedoeld}"
    elif soort == "MissingParameter":
        zin = f"{naam} ontbreekt"
    elif soort == "BadParameter":
        zin = f"{naam}: {fout.message}" if naam else fout.message
    elif soort == "BadOptionUsage":
        zin = f"{getattr(fout, 'option_name', '')} heeft een waarde nodig"
    else:
        zin = re.sub(
            r"Got unexpected extra arguments?(\(s\))?", "onverwacht argument", fout.format_message().rstrip(".")
        )
    return f"{zin}; zie {hulp}."


def niet_verwerkt(antwoord: NietVerwerkt | Mislukt) -> NoReturn:
    """Leave because a commando was not processed, with a problem object on stderr."""
    if isinstance(antwoord, Mislukt):
        raise SimulatieMislukt(str(antwoord))
    schrijf_json(probleem(antwoord), stderr=True)
    raise typer.Exit(NIET_VERWERKT)
