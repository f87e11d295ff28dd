"""`gevolg model`: the bijhoudingsmodel: what a register can be asked, what it records and by which rules."""

from typing import Annotated

import typer

from actors.cli.blad import Blad
from actors.cli.modeltekening import mermaid
from actors.cli.opties import lees_register, lezer
from actors.cli.uitvoer import schrijf_json
from actors.register.commando import Commandosoort
from actors.register.context import Context
from actors.register.leveringsmodel import leveringsmodellen
from actors.register.regel import Regel, leesbaar
from actors.runtime.catalogue import contexten
from actors.verwerking.bijhoudingsmodel import schema
from actors.verwerking.contract import velden
from actors.verwerking.generiek.soorten import GENERIEKE_CONTRACTEN
from actors.verwerking.namen import GENERIEKE_GEVOLGEN, mogelijke_gevolgen
from actors.verwerking.woorden import geldigheid_tekst, grond_tekst, waarde_tekst

VOORBEELD = "Voorbeeld: gevolg model aanschafheffing --formaat mermaid"

FORMATEN = ("tekst", "json-schema", "mermaid")


def _formaat(tekst: str) -> str:
    if tekst not in FORMATEN:
        raise ValueError(f"er is geen formaat {tekst!r}; er zijn: {', '.join(FORMATEN)}")
    return tekst


def model(
    *,
    context: Annotated[
        str | None, typer.Argument(metavar="CONTEXT", parser=lees_register, help="Alleen deze context.")
    ] = None,
    formaat: Annotated[
        str, typer.Option(metavar="|".join(FORMATEN), parser=lezer(_formaat), help="In welke vorm.")
    ] = "tekst",
) -> None:
    """Toon commando's, gevolgen, regels en hun grond, als tekst, JSON Schema of mermaid-tekening."""
    gevraagd = [c for c in contexten() if context in (None, c.naam)]
    if formaat == "mermaid":
        typer.echo(mermaid(gevraagd))
    elif formaat == "json-schema":
        schemas = {c.naam: schema(c) for c in gevraagd}
        schrijf_json(schemas[context] if context else schemas)
    else:
        blad = Blad()
        for c in gevraagd:
            _toon(blad, c)


def _toon(blad: Blad, context: Context) -> None:
    wie = context.verantwoordelijke
    blad.kop(f"{context.titel}  ({context.naam}@{context.versie})", "bold green")
    blad.tekst(f"{wie.organisatie}, {wie.onderdeel}. {context.omschrijving}", inspring=3)
    for soort in context.commandos:
        _toon_commando(blad, soort)
    if not context.commandos:
        blad.wit()
        blad.regel("Commando's", "geen van buiten: dit register handelt op wat andere registers bekendmaken")
    for aggregaat in context.aggregaten:
        blad.wit()
        for gegeven in aggregaat.gegevens:
            heet = f", {gegeven.heet}" if gegeven.heet else ""
            blad.regel("Gegeven", f"{gegeven.naam} van {aggregaat.naam}{heet}: {gegeven.omschrijving}")
        for regel in aggregaat.regels:
            _toon_regel(blad, aggregaat.onderwerpen[regel.over - 1], regel)
    blad.wit()
    blad.regel("Ook", "wat elk register kent: " + ", ".join(klasse.__name__ for klasse in GENERIEKE_CONTRACTEN))
    blad.wit()
    for naam, tekst in {**context.gevolgen, **GENERIEKE_GEVOLGEN}.items():
        blad.regel("Gevolg", f"{naam}: {tekst}", "", "yellow")
    blad.wit()
    for model in leveringsmodellen(context):
        wat = f"{model.naam}, {model.vorm} voor {model.doelgroep}: {model.omschrijving}"
        velden_en_grond = f"velden {', '.join(model.velden)}; op grond van {grond_tekst(model.grondslag)}"
        blad.regel("Levering", [wat, velden_en_grond], "", "magenta")
    for vertaling in context.vertalingen:
        blad.regel("Leest", f"{vertaling.naam} → {vertaling.commando}")


def _toon_commando(blad: Blad, soort: Commandosoort) -> None:
    blad.wit()
    blad.regel("Commando", f"{soort.naam}, voor {soort.aggregaat}", "bold")
    for naam, tekst in velden(soort.klasse):
        blad.regel("", f"{naam}: {tekst}")
    blad.regel("  op grond van", "; ".join(grond_tekst(grond) for grond in soort.grond))


def _toon_regel(blad: Blad, aggregaat: str, regel: Regel) -> None:
    versie = regel.versie
    soort = "besluit" if regel.besluit else "berekening"
    blad.wit()
    blad.regel("Regel", f"{regel.naam}@{versie.versie}, {soort} per {aggregaat}", "bold")
    geeft = f"{regel.geeft} ({regel.heet})" if regel.heet else regel.geeft
    blad.regel("", f"gebruikt {', '.join(regel.parameters)}; geeft {geeft}")
    if versie.banden:
        blad.regel("  banden", "; ".join(_band(regel)))
    if regel.peildatum:
        blad.regel("  peildatum", regel.peildatum)
    blad.regel("  geldig", geldigheid_tekst(versie.geldig_vanaf, versie.geldig_tot))
    blad.regel("  gevolgen", ", ".join(mogelijke_gevolgen(regel)))
    blad.regel("  op grond van", grond_tekst(versie.grond))


def _band(regel: Regel) -> list[str]:
    """Each band with its outcome: [21, 36) → € 2.000."""
    banden = regel.versie.banden
    if banden is None:
        return []
    grenzen = ["0", *(leesbaar(grens) for grens in banden.grenzen), "∞"]
    return [
        f"[{van}, {tot}) → {waarde_tekst(regel.geeft, uitkomst)}"
        for van, tot, uitkomst in zip(grenzen, grenzen[1:], banden.uitkomsten, strict=False)
    ]
