"""`gevolg verstrekkingen`, `herlever` and `attesteer`: what went out, the same again, and that it did."""

from itertools import islice
from pathlib import Path
from typing import Annotated, Any, TypeAlias

import typer
from rich.text import Text

from actors.cli.blad import Blad
from actors.cli.fouten import NIET_VERWERKT
from actors.cli.opties import JsonOptie, LeesOptie, lees_aantal, lees_register, lees_tekst
from actors.cli.uitvoer import console, schrijf_bytes, schrijf_json
from actors.register.verantwoording import Grond
from actors.runtime.lezing import Registerlezing
from actors.verwerking.herleveren import Attest, Referentie
from actors.verwerking.woorden import grond_tekst, moment_tekst

VOORBEELD = "Voorbeeld: gevolg verstrekkingen spitspas --data data --na 2 --limiet 10"
VOORBEELD_HERLEVER = (
    "Voorbeeld: gevolg herlever spitspas/verstrekkingen/0123456789abcdef0123456789abcdef/3 --data data --voor spitspas"
)
VOORBEELD_ATTESTEER = (
    'Voorbeeld: gevolg attesteer spitspas/verstrekkingen/0123456789abcdef0123456789abcdef/3 "$digest" --data data'
)

_GETOOND = ("referentie", "nummer", "positie", "geregistreerd_op", "bekendmaking", "vorm", "doelgroep")

_Referentie: TypeAlias = Annotated[
    str, typer.Argument(metavar="REFERENTIE", parser=lees_tekst, help="Kenmerk van de verstrekking.")
]


def verstrekkingen(
    *,
    register: Annotated[str, typer.Argument(metavar="REGISTER", parser=lees_register, help="Het register.")],
    data: LeesOptie,
    na: Annotated[int, typer.Option(metavar="NUMMER", parser=lees_aantal, help="Alleen wat na dit nummer komt.")] = 0,
    limiet: Annotated[
        int | None, typer.Option(metavar="N", parser=lees_aantal, help="Hoogstens zoveel verstrekkingen.")
    ] = None,
    json: JsonOptie = False,
) -> None:
    """Toon wat een register heeft bekendgemaakt: wanneer, voor wie, op welke grond en onder welk kenmerk."""
    with Registerlezing.alleen_lezen(data, [register]) as registers:
        for verstrekking in islice(registers.verstrekkingen(register, na), limiet):
            getoond = _als_gegevens(verstrekking)
            if json:
                schrijf_json(getoond, regel=True)
            else:
                _toon(register, getoond)


def _als_gegevens(verstrekking: dict[str, Any]) -> dict[str, Any]:
    """What a list tells of a verstrekking: nothing of what is in it."""
    getoond = {naam: verstrekking[naam] for naam in _GETOOND}
    return {**getoond, "grondslag": Grond(*verstrekking["grondslag"]), "digest": verstrekking["digest"]}


def _toon(register: str, v: dict[str, Any]) -> None:
    scherm = console()
    scherm.print(
        Text.assemble(
            (f"{register} {v['nummer']}", "bold green"),
            (f"  {moment_tekst(v['geregistreerd_op'])}", "dim"),
            (f"  {v['bekendmaking']}", "yellow"),
            f"  {v['vorm']} voor {v['doelgroep']}",
        )
    )
    for label in ("grondslag", "referentie", "digest"):
        tekst = grond_tekst(v[label]) if label == "grondslag" else v[label]
        scherm.print(Text.assemble((f"  {label:<12}", "cyan"), tekst))


def herlever(
    *,
    referentie: _Referentie,
    data: LeesOptie,
    voor: Annotated[
        str | None,
        typer.Option(
            metavar="DOELGROEP",
            parser=lees_tekst,
            help="Wie het vraagt: een doelgroep, of betrokkene/ID voor een brief. Zonder: het register zelf.",
        ),
    ] = None,
) -> None:
    """Lever een verstrekking opnieuw: precies dezelfde bytes (JSON), op stdout."""
    with _geopend(data, referentie) as registers:
        schrijf_bytes(registers.herlever(referentie, voor=voor).inhoud)


def attesteer(
    *,
    referentie: _Referentie,
    digest: Annotated[
        str, typer.Argument(metavar="DIGEST", parser=lees_tekst, help="De digest die bij de levering stond.")
    ],
    data: LeesOptie,
    json: JsonOptie = False,
) -> None:
    """Bevestig of ontken dat een register dit heeft geleverd, zonder te zeggen wat erin staat."""
    with _geopend(data, referentie) as registers:
        attest = registers.attesteer(referentie, digest)
    if json:
        schrijf_json(attest)
    else:
        _toon_attest(attest)
    if not attest.klopt:
        raise typer.Exit(NIET_VERWERKT)


def _toon_attest(attest: Attest) -> None:
    blad = Blad()
    blad.tekst(
        "Bevestigd: dit is zo geleverd."
        if attest.klopt
        else "Ontkend: onder deze referentie is iets anders geleverd; de digest klopt niet."
    )
    blad.regel("referentie", attest.referentie)
    blad.regel("bekendmaking", f"{attest.bekendmaking}, {attest.vorm} voor {attest.doelgroep}")
    blad.regel("grondslag", grond_tekst(attest.grondslag))
    blad.regel("door", attest.organisatie)
    blad.regel("geregistreerd", f"{moment_tekst(attest.geregistreerd_op)}, op positie {attest.positie}")


def _geopend(data: Path, referentie: str) -> Registerlezing:
    """The one register that a reference is about."""
    return Registerlezing.alleen_lezen(data, [lees_register(Referentie.lees(referentie).register)])
