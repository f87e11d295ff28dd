"""`gevolg token`: make, list and withdraw the API-sleutels with which programs ask a daemon."""

from datetime import date, datetime, time
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table
from rich.text import Text

from actors.cli.fouten import Gebruiksfout
from actors.cli.opties import JsonOptie, LeesOptie, lees_moment, lees_tekst
from actors.cli.uitvoer import console, schrijf_json
from actors.daemon.datamap import sluit_af
from actors.daemon.toegang.apisleutels import ApiSleutel, Sleutelbestand
from actors.daemon.toegang.jwttoegang import MAX_NAAM, NAAM
from actors.daemon.toegang.rechtencontrole import fout_in_doelgroep, fouten_in
from actors.runtime.catalogue import contexten
from actors.runtime.klok import Buitenwereld
from actors.verwerking.woorden import AMSTERDAM

VOORBEELD = "Voorbeeld: gevolg token --data data --naam loket --recht wegonderhoud:commando:RegistreerAuto"


def token(  # noqa: PLR0913 - what can be said of a sleutel
    *,
    data: LeesOptie,
    naam: Annotated[
        str | None, typer.Option("--naam", metavar="NAAM", parser=lees_tekst, help="Van wie de nieuwe sleutel is.")
    ] = None,
    recht: Annotated[
        list[str] | None,
        typer.Option("--recht", metavar="RECHT", help="Wat hij mag: REGISTER:HANDELING[:NAAM]; mag vaker."),
    ] = None,
    voor: Annotated[
        str | None,
        typer.Option("--voor", metavar="DOELGROEP", parser=lees_tekst, help="Voor welke doelgroep hij leest."),
    ] = None,
    geldig_tot: Annotated[
        date | None,
        typer.Option("--geldig-tot", metavar="MOMENT", parser=lees_moment, help="Tot wanneer; op die dag niet meer."),
    ] = None,
    lijst: Annotated[bool, typer.Option("--lijst", help="Toon welke sleutels er zijn; de sleutels zelf niet.")] = False,
    trek_in: Annotated[
        str | None,
        typer.Option("--trek-in", metavar="ID", parser=lees_tekst, help="Trek de sleutel met dit id in, voorgoed."),
    ] = None,
    json: JsonOptie = False,
) -> None:
    """Maak, toon of trek API-sleutels in; een daemon die loopt weet het meteen."""
    bestand, buiten = Sleutelbestand(data), Buitenwereld()
    if sum((lijst, trek_in is not None, naam is not None)) != 1:
        raise Gebruiksfout(
            "kies een van drie: maak een sleutel met --naam, toon ze met --lijst, of trek er een in met --trek-in."
        )
    if naam is None and (recht or voor or geldig_tot):
        raise Gebruiksfout("--recht, --voor en --geldig-tot horen bij een nieuwe sleutel; noem ook --naam.")
    if naam is not None:
        _maak(
            data,
            bestand,
            buiten,
            ApiSleutel("", naam, tuple(recht or ()), buiten.klok(), "", voor, _moment(geldig_tot)),
            json,
        )
        return
    if not data.is_dir():
        raise Gebruiksfout(f"er is geen map {data}; noem met --data de map met de registers.")
    if trek_in is not None:
        ingetrokken = bestand.trek_in(trek_in, buiten.klok())
        if json:
            schrijf_json(_gegevens(ingetrokken))
        else:
            console().print(Text(f"Ingetrokken: {ingetrokken.id} van {ingetrokken.naam}."))
    else:
        _toon(bestand.alle(), buiten.klok(), json=json)


def _maak(data: Path, bestand: Sleutelbestand, buiten: Buitenwereld, gewenst: ApiSleutel, json: bool) -> None:  # noqa: FBT001
    fouten = [*fouten_in(gewenst.rechten, contexten())]
    if gewenst.voor is not None and (fout := fout_in_doelgroep(gewenst.voor, contexten())):
        fouten.append(fout)
    if not gewenst.rechten:
        fouten.append("een sleutel zonder recht mag niets; noem met --recht wat hij mag, bijvoorbeeld spitspas:lezen")
    if not gewenst.naam.strip() or not NAAM.fullmatch(gewenst.naam):
        fouten.append(f"een naam heeft 1 tot en met {MAX_NAAM} tekens, op één regel")
    if gewenst.geldig_tot is not None and gewenst.geldig_tot <= gewenst.gemaakt_op:
        fouten.append(f"{gewenst.geldig_tot.isoformat()} is voorbij; noem met --geldig-tot een dag die nog komt")
    if fouten:
        raise Gebruiksfout("; ".join(fouten) + ".")
    sluit_af(data)
    sleutel = bestand.maak(
        gewenst.naam, gewenst.rechten, voor=gewenst.voor, geldig_tot=gewenst.geldig_tot, buiten=buiten
    )
    if json:
        schrijf_json({**_gegevens(bestand.alle()[-1]), "sleutel": sleutel})
        return
    console().print(Text(sleutel))
    console(stderr=True).print(
        Text(
            "Bewaar deze sleutel nu: hij is niet nog eens te zien. Gebruik: Authorization: Bearer SLEUTEL", style="dim"
        )
    )


def _moment(tot: date | None) -> datetime | None:
    """A day ends the validity when it begins in the Netherlands."""
    if tot is None or isinstance(tot, datetime):
        return tot
    return datetime.combine(tot, time(), AMSTERDAM)


def _toon(sleutels: tuple[ApiSleutel, ...], nu: datetime, *, json: bool) -> None:
    if json:
        schrijf_json([_gegevens(een) for een in sleutels])
        return
    tabel = Table(box=None, pad_edge=False)
    for kop in ("id", "naam", "rechten", "voor", "stand"):
        tabel.add_column(kop, overflow="fold")
    for een in sleutels:
        tabel.add_row(een.id, Text(een.naam), Text(" ".join(een.rechten)), Text(een.voor or ""), _stand(een, nu))
    console().print(tabel if sleutels else Text("Er zijn geen API-sleutels."))


def _stand(een: ApiSleutel, nu: datetime) -> str:
    if een.ingetrokken_op is not None:
        return f"ingetrokken op {een.ingetrokken_op.astimezone(AMSTERDAM):%Y-%m-%d}"
    if een.geldig_tot is None:
        return "geldig"
    tot = f"{een.geldig_tot.astimezone(AMSTERDAM):%Y-%m-%d %H:%M}"
    return f"geldig tot {tot}" if nu < een.geldig_tot else f"verlopen op {tot}"


def _gegevens(een: ApiSleutel) -> dict[str, Any]:
    """All that may be told of it: not its hash."""
    return {
        "id": een.id,
        "naam": een.naam,
        "rechten": een.rechten,
        "voor": een.voor,
        "gemaakt_op": een.gemaakt_op,
        "geldig_tot": een.geldig_tot,
        "ingetrokken_op": een.ingetrokken_op,
    }
