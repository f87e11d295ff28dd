"""`gevolg simulate`: see registers at work on made-up purchases, in scenarios, on a whole fleet, or in a storm."""

import tempfile
from collections import Counter
from decimal import Decimal
from pathlib import Path
from time import perf_counter
from typing import Annotated

import typer
from rich.progress import TaskID

from actors.cli.aankoopverslag import vertel_aankoop
from actors.cli.blad import Blad
from actors.cli.fouten import Gebruiksfout, GevolgGroep, niet_verwerkt
from actors.cli.opties import (
    DataOptie,
    JsonOptie,
    lees_aantal,
    lees_exact,
    lees_geheel,
    lees_pad,
    lees_tekst,
    lees_volwassenen,
    map_voor,
    registers_in,
)
from actors.cli.tegenwindverslag import vertel_tegenwind
from actors.cli.uitvoer import schrijf_json, voortgang
from actors.cli.vlaggenschipverslag import vertel_vlaggenschip
from actors.cli.vlootverslag import meld_niet_verwerkt, vertel_vloot, vloot_als_gegevens
from actors.simulatie import tegenwind as tegenwindspel
from actors.simulatie import tegenwindstand
from actors.simulatie import vlaggenschip as vlaggenschipspel
from actors.simulatie.autoaankoop import Aankoop, koop_auto, lees_uitkomst
from actors.simulatie.onrust import Onrust
from actors.simulatie.scenario import in_map, speel
from actors.simulatie.storm import STAPPEN, Storm, Stormverslag
from actors.simulatie.vloot import verwerk_vloot
from actors.simulatie.vlootrijen import VlootbestandFout, lees_csv, trek_vloot

app = typer.Typer(
    cls=GevolgGroep,
    no_args_is_help=True,
    help="Laat de registers werken op een aankoop, in een scenario, op een hele vloot of in een storm.",
)

_GEHEEL = {"parser": lees_geheel, "metavar": "GETAL"}
_EXACT = {"parser": lees_exact, "metavar": "GETAL"}
_STANDAARD = Aankoop()
_STORM = {
    "stappen": "stappen",
    "afgebroken": "keer alles afgebroken",
    "opnieuw_aangeboden": "commando's opnieuw aangeboden",
    "hints_verloren": "hints verloren",
    "hints_dubbel": "hints dubbel bezorgd",
    "klok_versteld": "keer de klok versteld",
    "klok_te_ver_achter": "keer niet vastgelegd door de klok",
    "schijf_mislukt": "keer mislukt op schijf",
    "tabellen_kwijt": "tabellen kwijt",
    "transacties": "transacties",
    "toetsen": "toetsen gedaan",
}


@app.command(epilog="Voorbeeld: gevolg simulate autoaankoop --gewicht-kg 1500 --uitstoot-g-per-km 85 --data data")
def autoaankoop(  # noqa: PLR0913 - a car has these measures, each by name
    *,
    gewicht_kg: Annotated[int, typer.Option(help="Massa rijklaar.", **_GEHEEL)] = _STANDAARD.gewicht_kg,
    lengte_m: Annotated[Decimal, typer.Option(help="Lengte, 4.4 of 4,4.", **_EXACT)] = _STANDAARD.lengte_m,
    breedte_m: Annotated[Decimal, typer.Option(help="Breedte.", **_EXACT)] = _STANDAARD.breedte_m,
    uitstoot_g_per_km: Annotated[int, typer.Option(help="CO2-uitstoot.", **_GEHEEL)] = _STANDAARD.uitstoot_g_per_km,
    volwassenen: Annotated[
        int | None,
        typer.Option(
            help="Volwassenen in het huishouden van Sam; zonder deze optie zoals het staat, of 2.",
            parser=lees_volwassenen,
            metavar="N",
        ),
    ] = None,
    regio: Annotated[
        str,
        typer.Option(
            help="Waar Sam woont; Kustland en Middenland vallen onder de heffing.", parser=lees_tekst, metavar="TEKST"
        ),
    ] = _STANDAARD.regio,
    data: DataOptie = None,
    json: JsonOptie = False,
) -> None:
    """Sam koopt een auto: volg het commando, de gevolgen en de bekendmakingen door drie registers."""
    aankoop = Aankoop(gewicht_kg, lengte_m, breedte_m, uitstoot_g_per_km, volwassenen, regio)
    with registers_in(data) as registers:
        verloop = koop_auto(registers, aankoop)
        if not json:
            vertel_aankoop(registers, verloop, data)
        elif not verloop.niet_verwerkt:
            schrijf_json(lees_uitkomst(registers, aankoop))
    if verloop.niet_verwerkt:
        niet_verwerkt(verloop.niet_verwerkt)


@app.command(epilog="Voorbeeld: gevolg simulate vlaggenschip --data data")
def vlaggenschip(*, data: DataOptie = None, json: JsonOptie = False) -> None:
    """Eén auto: gekocht, betaald, in twijfel, in onderzoek, gecorrigeerd, weer in twijfel, en nooit gekocht."""
    with map_voor(data) as map_:
        verloop = speel(in_map(map_), [vlaggenschipspel.stappen()], vlaggenschipspel.lees_stand)
    if not json:
        vertel_vlaggenschip(verloop, data)
    elif not verloop.niet_verwerkt:
        schrijf_json(vlaggenschipspel.tabel(verloop.gespeeld))
    if verloop.niet_verwerkt:
        niet_verwerkt(verloop.niet_verwerkt)


@app.command(epilog="Voorbeeld: gevolg simulate tegenwind --volgorde 7")
def tegenwind(
    *,
    volgorde: Annotated[
        int | None,
        typer.Option(
            metavar="SEED",
            parser=lees_geheel,
            help="Zaad: stappen 6 tot en met 9 door elkaar, dubbel aangeboden en telkens afgebroken.",
        ),
    ] = None,
    data: DataOptie = None,
    json: JsonOptie = False,
) -> None:
    """Twee huishoudens en twee auto's, waarmee alles anders gaat dan het hoort: twaalf stappen, zes dagen."""
    onrust = None if volgorde is None else Onrust(volgorde)
    stappen = tegenwindspel.stappen()
    with map_voor(data) as map_:
        openen = in_map(map_)
        groepen = onrust.groepen(openen, stappen, onrust.schud(tegenwindspel.LOS)) if onrust else [stappen]
        verloop = speel(openen, groepen, tegenwindstand.lees_stand)
    if not json:
        vertel_tegenwind(verloop, onrust, data)
    elif not verloop.niet_verwerkt:
        schrijf_json(tegenwindstand.tabel(verloop.gespeeld))
    if verloop.niet_verwerkt:
        niet_verwerkt(verloop.niet_verwerkt)


@app.command(epilog="Voorbeeld: gevolg simulate vloot --autos 500 --seed 7 --data data")
def vloot(
    *,
    csv: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", parser=lees_pad, help="Echte auto's: kenteken_or_id, merk, model, massa_kg, lengte_cm, …"
        ),
    ] = None,
    autos: Annotated[int | None, typer.Option(metavar="N", parser=lees_aantal, help="Zoveel getrokken auto's.")] = None,
    seed: Annotated[int, typer.Option(metavar="S", parser=lees_geheel, help="Zaad van de trekking.")] = 1,
    data: DataOptie = None,
    json: JsonOptie = False,
) -> None:
    """Een hele vloot door drie registers: echte auto's uit een bestand, of getrokken; huishoudens getrokken."""
    if (csv is None) == (autos is None):
        raise Gebruiksfout("noem óf een bestand met --csv, óf een aantal met --autos.")
    try:
        rijen = lees_csv(csv) if csv else trek_vloot(autos or 0, seed)
    except VlootbestandFout as fout:
        raise Gebruiksfout(f"{fout}.") from fout
    begin = perf_counter()
    with registers_in(data) as registers, voortgang("auto's", len(rijen)) as balk:
        uitkomst = verwerk_vloot(
            registers,
            rijen,
            seed,
            lambda aantal: balk.update(TaskID(0), advance=aantal, refresh=True),
            lambda fase: balk.update(TaskID(0), description=fase, refresh=True),
        )
    seconden = round(perf_counter() - begin, 3)
    meld_niet_verwerkt(uitkomst.niet_verwerkt)
    if json:
        schrijf_json(vloot_als_gegevens(uitkomst, seconden))
    else:
        vertel_vloot(uitkomst, csv, seed, seconden, data)


@app.command(epilog="Voorbeeld: gevolg simulate storm --seed 17 --stappen 400")
def storm(
    *,
    seed: Annotated[int, typer.Option(metavar="S", parser=lees_geheel, help="Zaad: bepaalt alles.")] = 1,
    stappen: Annotated[
        int, typer.Option(metavar="N", parser=lees_aantal, help="Zoveel momenten waarop alles kan afbreken.")
    ] = STAPPEN,
    herhaal: Annotated[
        int, typer.Option(metavar="K", parser=lees_aantal, help="Zoveel stormen, elk met het volgende zaad.")
    ] = 1,
    op_schijf: Annotated[
        bool, typer.Option("--op-schijf", help="In een tijdelijke map op schijf, niet in het geheugen.")
    ] = False,
    json: JsonOptie = False,
) -> None:
    """De registers in een storm: afgebroken, dubbel aangeboden, met een klok op hol; en steeds moet alles kloppen."""
    verslagen = []
    with voortgang("stormen", herhaal) as balk:
        for een in range(seed, seed + herhaal):
            verslagen.append(_storm(een, stappen, op_schijf=op_schijf))
            balk.update(TaskID(0), advance=1, refresh=True)
    if json:
        schrijf_json(verslagen)
    else:
        _vertel_storm(verslagen)


def _storm(seed: int, stappen: int, *, op_schijf: bool) -> Stormverslag:
    if not op_schijf:
        return Storm(seed, stappen).draai()
    with tempfile.TemporaryDirectory(prefix="gevolg-") as tijdelijk:
        return Storm(seed, stappen, Path(tijdelijk)).draai()


def _vertel_storm(verslagen: list[Stormverslag]) -> None:
    """What happened in all storms together, and what the journals and feeds end with when it was one."""
    blad = Blad()
    som: Counter[str] = Counter()
    for verslag in verslagen:
        som.update({naam: getattr(verslag, naam) for naam in _STORM})
    hoeveel = "1 storm" if len(verslagen) == 1 else f"{len(verslagen)} stormen"
    blad.tekst(f"{hoeveel} doorstaan: alles klopt", "bold")
    blad.tabel(("", "aantal"), [(wat, str(som[naam])) for naam, wat in _STORM.items()])
    if len(verslagen) == 1:
        blad.kop("Laatste schakel van elke ketting")
        blad.tabel(("logboek of berichten", "ketenhash"), list(verslagen[0].hoofden.items()))
