"""Vlootrijen: the cars of a fleet, read from a file with real ones or drawn with a seed."""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from random import Random

from actors.simulatie.getallen import exact, geheel

KOLOMMEN = ("kenteken_or_id", "merk", "model", "massa_kg", "lengte_cm", "breedte_cm", "co2_g_km")

_ELEKTRISCH = 0.2
_KOP = 200  # signs of the first line that are shown


class VlootbestandFout(ValueError):
    """The file is not one of cars; the text says what to do."""


@dataclass(frozen=True, slots=True)
class Rij:
    """One car as its row tells; None is a measure that is not there. `plaats` is the row's number, from 1."""

    plaats: int
    kenteken: str
    merk: str
    model: str
    gewicht_kg: int | None
    lengte_m: Decimal | None
    breedte_m: Decimal | None
    uitstoot_g_per_km: int | None


@dataclass(frozen=True, slots=True)
class Onleesbaar:
    """A row of which no car can be made, and why."""

    plaats: int
    kenteken: str
    reden: str


def lees_csv(pad: Path) -> list[Rij | Onleesbaar]:
    """The rows of a file of cars, in order; VlootbestandFout when the file is no such thing."""
    try:
        with pad.open(encoding="utf-8-sig", newline="") as bestand:
            lezer = csv.DictReader(bestand)
            mist = [kolom for kolom in KOLOMMEN if kolom not in (lezer.fieldnames or ())]
            if mist:
                raise VlootbestandFout(_andere_kolommen(pad, mist, lezer.fieldnames or ()))
            rijen = list(_rijen(lezer))
    except OSError as fout:
        raise VlootbestandFout(f"{pad} kan niet worden gelezen ({fout.strerror}); noem een CSV-bestand") from fout
    except (UnicodeDecodeError, csv.Error) as fout:
        raise VlootbestandFout(f"{pad} is geen CSV in UTF-8; sla het zo op en probeer het opnieuw") from fout
    if not rijen:
        raise VlootbestandFout(f"{pad} heeft geen regels met auto's; zet onder de kopregel een auto per regel")
    return rijen


def _andere_kolommen(pad: Path, mist: Sequence[str], gevonden: Sequence[str]) -> str:
    """Which columns are not there, which are, and what may be the matter."""
    kop = ", ".join(gevonden)
    noemt = f"noemt {kop if len(kop) <= _KOP else f'{kop[:_KOP]}…'}" if kop else "is leeg"
    puntkomma = "; het bestand lijkt ';' te gebruiken, sla het op met komma's" if ";" in kop else ""
    return f"{pad} mist de kolommen {', '.join(mist)}: de eerste regel {noemt}{puntkomma}"


def _rijen(lezer: "csv.DictReader[str]") -> Iterator[Rij | Onleesbaar]:
    eerder: dict[str, int] = {}
    for plaats, cellen in enumerate(lezer, start=1):
        kenteken = (cellen["kenteken_or_id"] or "").strip()
        if None in cellen:
            yield Onleesbaar(plaats, kenteken, "heeft meer velden dan er kolommen zijn")
        elif not kenteken:
            yield Onleesbaar(plaats, "", "kenteken_or_id ontbreekt")
        elif kenteken in eerder:
            yield Onleesbaar(plaats, kenteken, f"staat er al, als rij {eerder[kenteken]}")
        else:
            eerder[kenteken] = plaats
            yield _rij(plaats, kenteken, {kolom: (cellen[kolom] or "").strip() for kolom in KOLOMMEN})


def _rij(plaats: int, kenteken: str, cellen: dict[str, str]) -> Rij | Onleesbaar:
    """A row with all its cells read; every cell that is no number is named."""
    getallen: dict[str, Decimal | int | None] = {}
    redenen = []
    for kolom, lees in (("massa_kg", geheel), ("lengte_cm", exact), ("breedte_cm", exact), ("co2_g_km", geheel)):
        try:
            getallen[kolom] = lees(cellen[kolom]) if cellen[kolom] else None
        except ValueError as fout:
            redenen.append(f"{kolom}: {fout}")
    if redenen:
        return Onleesbaar(plaats, kenteken, "; ".join(redenen))
    massa, uitstoot = getallen["massa_kg"], getallen["co2_g_km"]
    return Rij(
        plaats,
        kenteken,
        cellen["merk"],
        cellen["model"],
        None if massa is None else int(massa),
        _meters(getallen["lengte_cm"]),
        _meters(getallen["breedte_cm"]),
        None if uitstoot is None else int(uitstoot),
    )


def _meters(centimeters: Decimal | int | None) -> Decimal | None:
    """Exact: only the point moves."""
    return None if centimeters is None else Decimal(centimeters).scaleb(-2)


def trek_vloot(aantal: int, seed: int) -> list[Rij | Onleesbaar]:
    """Cars that might exist, drawn with a seed; the n-th car of a seed is always the same one."""
    return [_trek(plaats, Random(f"vloot/{seed}/{plaats}")) for plaats in range(1, aantal + 1)]


def _trek(plaats: int, kans: Random) -> Rij:
    maat = kans.randrange(101)  # from a small car to a big one; the measures go up together
    elektrisch = kans.random() < _ELEKTRISCH
    return Rij(
        plaats,
        kenteken=f"SIM-{kans.getrandbits(40):010X}",
        merk="gesimuleerd",
        model="elektrisch" if elektrisch else "brandstof",
        gewicht_kg=850 + 14 * maat + (350 if elektrisch else 0) + kans.randrange(-60, 61),
        lengte_m=Decimal(345 + maat * 155 // 100 + kans.randrange(-8, 9)).scaleb(-2),
        breedte_m=Decimal(162 + maat * 38 // 100 + kans.randrange(-3, 4)).scaleb(-2),
        uitstoot_g_per_km=0 if elektrisch else 88 + maat + kans.randrange(-10, 11),
    )
