"""`gevolg rebuild`: build the tables of the registers again, beside those in use."""

from rich.progress import TaskID

from actors.cli.blad import Blad
from actors.cli.opties import JsonOptie, LeesOptie
from actors.cli.uitvoer import schrijf_json, voortgang
from actors.cli.vraag import BeperkArgument
from actors.runtime.lezing import Registerlezing
from actors.runtime.systeem import RegisterSystem

VOORBEELD = "Voorbeeld: gevolg rebuild --data data spitspas"


def rebuild(
    *,
    register: BeperkArgument = None,
    data: LeesOptie,
    json: JsonOptie = False,
) -> None:
    """Bouw de tabellen opnieuw uit het logboek, naast die in gebruik zijn, en wissel ze in één keer om."""
    Registerlezing.alleen_lezen(data).close()
    with RegisterSystem.open(data, levering=False) as registers:
        namen = [naam for naam in registers.registers if register in (None, naam)]
        posities = {naam: _herbouw(registers, naam) for naam in namen}
        stil = {naam: registers.geparkeerd(naam) for naam in namen}
    if json:
        schrijf_json({naam: {"positie": posities[naam], "geparkeerd": len(stil[naam])} for naam in namen})
        return
    blad = Blad()
    for naam in namen:
        blad.regel(naam, f"tabellen opnieuw gebouwd tot en met positie {posities[naam]}", "bold")
        for een in stil[naam]:
            blad.regel("", f"{een.aggregaat} {een.aggregaat_id} staat stil in {een.projectie}: {een.reden}", "yellow")


def _herbouw(registers: RegisterSystem, register: str) -> int:
    """Build the tables of one register, with a bar on a terminal; up to which position."""
    with voortgang(f"herbouwen {register}", registers.standen()[register]["positie"]) as balk:
        return registers.herbouw(register, lambda _, tot: balk.update(TaskID(0), completed=tot, refresh=True))
