"""`gevolg`: the command line of the registers."""

import io
import os
import sys
from typing import Annotated

import typer

from actors.cli import (
    backup,
    config,
    dataverwerkingen,
    doctor,
    gevolgen,
    historie,
    lees,
    model,
    parkeren,
    proef,
    rebuild,
    restore,
    serve,
    simulate,
    sporen,
    status,
    taken,
    token,
    uitleg,
    verify,
    verstrekkingen,
)
from actors.cli.fouten import LOGBESTAND, Gebruiksfout, GeenUitvoer, GevolgGroep, meld
from actors.cli.start import afbreekbaar
from actors.runtime import logboek
from actors.runtime.programma import programmaversie, ruim_minder_vaak_op

app = typer.Typer(
    cls=GevolgGroep,
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="rich",
    help="Registers die zeggen waarom: van commando naar gevolg, met verantwoording.",
    epilog="Begin met: gevolg simulate autoaankoop",
)
app.add_typer(simulate.app, name="simulate")
app.command("gevolgen", epilog=gevolgen.VOORBEELD)(gevolgen.gevolgen)
app.command("lees", epilog=lees.VOORBEELD)(lees.lees)
app.command("historie", epilog=historie.VOORBEELD)(historie.historie)
app.command("herkomst", epilog=sporen.VOORBEELD)(sporen.herkomst)
app.command("doorwerking", epilog=sporen.VOORBEELD_VERDER)(sporen.doorwerking)
app.command("status", epilog=status.VOORBEELD)(status.status)
app.command("taken", epilog=taken.VOORBEELD)(taken.taken)
app.command("proef", epilog=proef.VOORBEELD)(proef.proef)
app.command("uitleg", epilog=uitleg.VOORBEELD)(uitleg.uitleg)
app.command("verstrekkingen", epilog=verstrekkingen.VOORBEELD)(verstrekkingen.verstrekkingen)
app.command("herlever", epilog=verstrekkingen.VOORBEELD_HERLEVER)(verstrekkingen.herlever)
app.command("attesteer", epilog=verstrekkingen.VOORBEELD_ATTESTEER)(verstrekkingen.attesteer)
app.command("parkeer", epilog=parkeren.VOORBEELD)(parkeren.parkeer)
app.command("ontparkeer", epilog=parkeren.VOORBEELD_TERUG)(parkeren.ontparkeer)
app.command("verify", epilog=verify.VOORBEELD)(verify.verify)
app.command("rebuild", epilog=rebuild.VOORBEELD)(rebuild.rebuild)
app.command("serve", epilog=serve.VOORBEELD)(serve.serve)
app.command("token", epilog=token.VOORBEELD)(token.token)
app.command("dataverwerkingen", epilog=dataverwerkingen.VOORBEELD)(dataverwerkingen.dataverwerkingen)
app.command("config", epilog=config.VOORBEELD)(config.config)
app.command("backup", epilog=backup.VOORBEELD)(backup.backup)
app.command("restore", epilog=restore.VOORBEELD)(restore.restore)
app.command("doctor", epilog=doctor.VOORBEELD)(doctor.doctor)
app.command("model", epilog=model.VOORBEELD)(model.model)


def _versie(gevraagd: bool) -> None:  # noqa: FBT001 - how typer calls it
    if gevraagd:
        typer.echo(programmaversie())
        raise typer.Exit


@app.callback()
def gevolg(
    *,
    versie: Annotated[
        bool,
        typer.Option("--version", callback=_versie, is_eager=True, help="Toon welke versie van gevolg dit is."),
    ] = False,
) -> None:
    """Registers die zeggen waarom: van commando naar gevolg, met verantwoording."""


def main() -> None:
    """Run the command line; leaves with an exit code."""
    for stroom in (sys.stdout, sys.stderr):
        if isinstance(stroom, io.TextIOWrapper):
            stroom.reconfigure(errors="replace")  # a terminal without the signs we use still gets an answer
    with afbreekbaar():
        _bereid_voor()
        app(prog_name="gevolg")


def _bereid_voor() -> None:
    """Set up the process; see to it that there is somewhere to write, and that the log goes where it is asked."""
    ruim_minder_vaak_op()
    stdout: object = sys.stdout  # None when the caller closed it
    if stdout is None:
        sys.exit(meld(GeenUitvoer("stdout is gesloten")))
    bestand = os.environ.get(LOGBESTAND)
    try:
        logboek.naar(bestand or None)
    except OSError as fout:
        reden = f"het logboek {bestand} kan niet worden geschreven ({fout.strerror}); noem in {LOGBESTAND} een bestand."
        sys.exit(meld(Gebruiksfout(reden)))


if __name__ == "__main__":
    main()
