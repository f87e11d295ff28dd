"""Vlootverslag: what came of a fleet, for people and as data."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich.text import Text

from actors.cli.blad import Blad
from actors.cli.uitvoer import console, kort
from actors.simulatie.vloot import NietVerwerkteRij, Vlootuitkomst
from actors.verwerking.woorden import waarde_tekst

_GENOEMD = 20  # rows named on a terminal before the rest is counted
_WIJKEN = 3


def vloot_als_gegevens(uitkomst: Vlootuitkomst, seconden: float) -> dict[str, Any]:
    """The outcome with exactly the keys that are promised."""
    return {
        "autos": uitkomst.autos,
        "verwerkt": uitkomst.verwerkt,
        "niet_verwerkt": len(uitkomst.niet_verwerkt),
        "heffingen_eurocent": uitkomst.heffingen_eurocent,
        "passen": uitkomst.passen,
        "gevolgen": uitkomst.gevolgen,
        "uit_opslag_beantwoord": uitkomst.uit_opslag_beantwoord,
        "seconden": seconden,
    }


def meld_niet_verwerkt(rijen: Sequence[NietVerwerkteRij]) -> None:
    """Each row that was not processed, on stderr, with the reason; a terminal gets the first ones and a count."""
    scherm = console(stderr=True)
    getoond = rijen[:_GENOEMD] if scherm.is_terminal else rijen
    for rij in getoond:
        kenteken = kort(rij.kenteken) or "zonder kenteken"
        scherm.print(Text(f"rij {rij.plaats} ({kenteken}) niet verwerkt: {rij.reden}"))
    rest = Counter(rij.regel for rij in rijen[len(getoond) :])
    for regel, aantal in rest.most_common():
        scherm.print(Text(f"… en nog {aantal} rijen: {regel}"))


def vertel_vloot(uitkomst: Vlootuitkomst, csv: Path | None, seed: int, seconden: float, data: Path | None) -> None:
    """Tell the outcome, and where households and (without a file) cars come from."""
    blad = Blad()
    blad.tekst("Een vloot door drie registers", "bold")
    blad.wit()
    blad.tekst(f"De auto's komen uit {csv}." if csv else f"De auto's zijn getrokken met zaad {seed}; ze bestaan niet.")
    blad.tekst(
        f"Huishoudens zijn geen open data: wie bij wie woont, waar, en wie welke auto kocht is getrokken met zaad"
        f" {seed} (1 tot 4 volwassenen en 1 tot 3 auto's per huishouden, alle in het heffingsgebied)."
    )
    blad.kop("Verwerking", "bold green")
    blad.tabel(
        ("", "aantal"),
        (
            ("auto's (rijen)", _getal(uitkomst.autos)),
            ("verwerkt", _getal(uitkomst.verwerkt)),
            ("waarvan uit de opslag beantwoord", _getal(uitkomst.uit_opslag_beantwoord)),
            ("niet verwerkt (redenen op stderr)", _getal(len(uitkomst.niet_verwerkt))),
            ("huishoudens met een verwerkte auto", _getal(uitkomst.huishoudens)),
            ("gevolgen in de drie registers samen", _getal(uitkomst.gevolgen)),
        ),
    )
    blad.kop("Aanschafheffing per auto", "bold green")
    blad.tabel(("heffing", "auto's"), _rijen("heffing_eurocent", uitkomst.heffingen_eurocent))
    blad.kop("Spitspassen per huishouden", "bold green")
    blad.tabel(("recht", "huishoudens"), _rijen("passen", uitkomst.passen))
    if uitkomst.wijken:
        blad.kop("Bovenaan de wegonderhoudsplanning", "bold green")
        hoogste = [(str(w["rang"]), w["wijk"], _getal(w["punten"])) for w in uitkomst.wijken[:_WIJKEN]]
        blad.tabel(("rang", "wijk", "punten"), hoogste)
    blad.wit()
    duur = f"{seconden:.1f}".replace(".", ",")
    verder = f" Verder kijken: gevolg status --data {data}" if data else ""
    blad.tekst(f"Klaar in {duur} seconden, elk gevolg duurzaam vastgelegd.{verder}", "dim")


def _rijen(gegeven: str, aantallen: dict[int, int]) -> list[tuple[str, str]]:
    return [(waarde_tekst(gegeven, waarde), _getal(aantal)) for waarde, aantal in aantallen.items()]


def _getal(aantal: int) -> str:
    return f"{aantal:,}".replace(",", ".")
