"""Vlaggenschipverslag: the story of one car, step by step, and the table it ends in."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from actors.cli.blad import Blad
from actors.cli.scenarioverslag import vertel_begin, vertel_brieven, vertel_einde, vertel_register, vertel_stap
from actors.simulatie.scenario import Verloop
from actors.simulatie.vlaggenschip import OP, Aanschafheffing, Spitspas, Stand, Wegonderhoud, tabel
from actors.verwerking.woorden import datum, gegeven_tekst, waarde_tekst

_INLEIDING = (
    "Eén auto, van haar aankoop tot de vaststelling dat zij nooit is gekocht. Een register kan twijfelen, onderzoeken,"
    " corrigeren en degistreren; wat het ene doet, gaat vanzelf door naar de volgende. Elke waarde hieronder is die van"
)


def vertel_vlaggenschip(verloop: Verloop[Stand], data: Path | None) -> None:
    """Tell all steps that were played, and the table."""
    blad = Blad()
    vertel_begin(blad, "Vlaggenschip: twijfel, correctie en degistratie", f"{_INLEIDING} {datum(OP)}.", verloop)
    for nummer, een in enumerate(verloop.gespeeld, start=1):
        vertel_stap(blad, nummer, een)
        vertel_register(blad, "wegonderhoud", _wegonderhoud(een.stand.wegonderhoud), een)
        vertel_register(blad, "aanschafheffing", _aanschafheffing(een.stand.aanschafheffing), een)
        vertel_register(blad, "spitspas", _spitspas(een.stand.spitspas), een)
        vertel_brieven(blad, een)
        blad.regel("Herhaald", _herhaald(een.herhaald), "dim")
    _tabel(blad, verloop)
    vertel_einde(blad, verloop, data)


def _herhaald(stand: Stand) -> str:
    """What the herhaaltokens of the first step give, used after this one."""
    heffing, passen = stand.aanschafheffing, stand.spitspas
    toen = [*_wegonderhoud(stand.wegonderhoud), *_aanschafheffing(heffing), *_spitspas(passen)]
    return f"na stap 1: {'; '.join(toen)}"


def _wegonderhoud(stand: Wegonderhoud | None) -> list[str]:
    if stand is None:
        return ["kent deze auto niet (meer)"]
    return [f"{waarde_tekst('punten', stand.punten)}, {stand.klasse}{_twijfel(stand.zekerheid)}"]


def _aanschafheffing(stand: Aanschafheffing) -> list[str]:
    if stand.heffing_eurocent is None:
        heffing = "geen heffing"
    else:
        heffing = f"{waarde_tekst('punten', stand.punten)}, {_euro(stand.heffing_eurocent)} heffing"
    open_ = f"{_euro(stand.openstaand_eurocent)} openstaand" if stand.openstaand_eurocent else "niets openstaand"
    terug = f", {_euro(stand.teruggaaf_eurocent)} teruggaaf" if stand.teruggaaf_eurocent else ""
    return [f"{heffing}, {open_}{terug}{_twijfel(stand.zekerheid)}"]


def _spitspas(stand: Spitspas) -> list[str]:
    return [
        f"{waarde_tekst('punten', stand.punten)}, {waarde_tekst('passen', stand.passen)}{_twijfel(stand.zekerheid)}"
    ]


def _twijfel(zekerheid: Mapping[str, str]) -> str:
    """What is in doubt or onderzoek, in words."""
    per_status: dict[str, list[str]] = {}
    for gegeven, status in zekerheid.items():
        per_status.setdefault(status.replace("_", " "), []).append(gegeven_tekst(gegeven))
    return "".join(f"; {status}: {', '.join(gegevens)}" for status, gegevens in per_status.items())


def _euro(eurocent: int) -> str:
    return str(waarde_tekst("_eurocent", eurocent))


def _tabel(blad: Blad, verloop: Verloop[Stand]) -> None:
    """One row per step; a question mark is doubt, two are an onderzoek."""
    blad.kop("Wat de registers na elke stap zeggen", "bold green")
    koppen = ("stap", "wegonderhoud", "aanschafheffing", "openstaand", "teruggaaf", "spitspas", "brieven")
    blad.tabel(koppen, [_rij(rij) for rij in tabel(verloop.gespeeld)])
    blad.wit()
    blad.tekst("? in twijfel · ?? in onderzoek · brieven tot dan toe: aanschafheffing, spitspas", "dim", inspring=3)


def _rij(rij: dict[str, Any]) -> tuple[str, ...]:
    weg, heffing, passen = rij["wegonderhoud"], rij["aanschafheffing"], rij["spitspas"]
    return (
        rij["stap"].replace("_", " "),
        f"{waarde_tekst('punten', weg.punten)}{_teken(weg)}" if weg else "–",
        f"{heffing.punten}, {_euro(heffing.heffing_eurocent)}{_teken(heffing)}" if heffing.punten else "–",
        _euro(heffing.openstaand_eurocent),
        _euro(heffing.teruggaaf_eurocent),
        f"{waarde_tekst('', passen.punten)}, {passen.passen}{_teken(passen)}",
        ", ".join(str(aantal) for aantal in rij["brieven"].values()),
    )


def _teken(deel: Wegonderhoud | Aanschafheffing | Spitspas) -> str:
    statussen = set(deel.zekerheid.values())
    return " ??" if "in_onderzoek" in statussen else " ?" if statussen else ""
