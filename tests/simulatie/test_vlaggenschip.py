"""Vlaggenschip: the table of the case, row by row, and what playing it again does."""

from pathlib import Path
from typing import Any

import pytest

from actors.register.commando import NietVerwerkt
from actors.runtime.systeem import RegisterSystem
from actors.simulatie.scenario import Openen, Stap, Verloop, in_map, speel
from actors.simulatie.terugblik import Terugblik
from actors.simulatie.vlaggenschip import AUTO, Stand, lees_stand, stappen, tabel
from actors.verwerking.jsonvorm import als_json
from storage.errors import UnknownPosition

KLASSE = "gemiddeld belastend"


def rij(  # noqa: PLR0913 - a row of the table has these cells
    stap: str,
    weg: dict[str, str] | None,
    heffing: tuple[int | None, int | None, int, int],
    passen: tuple[Any, int],
    brieven: tuple[int, int],
    twijfel: str = "",
) -> dict[str, Any]:
    """`twijfel`: the status of all that was derived in aanschafheffing and spitspas."""

    def status(*kolommen: str) -> dict[str, str]:
        return dict.fromkeys(kolommen, twijfel) if twijfel else {}

    return {
        "stap": stap,
        "wegonderhoud": None if weg is None else {"punten": 21, "klasse": KLASSE, "zekerheid": weg},
        "aanschafheffing": {
            "punten": heffing[0],
            "heffing_eurocent": heffing[1],
            "openstaand_eurocent": heffing[2],
            "teruggaaf_eurocent": heffing[3],
            "zekerheid": status("punten", "heffing_eurocent"),
        },
        "spitspas": {"punten": passen[0], "passen": passen[1], "zekerheid": status("punten", "passen")},
        "brieven": {"aanschafheffing": brieven[0], "spitspas": brieven[1]},
        "herhaald": {
            "wegonderhoud": {"punten": 21, "klasse": KLASSE, "zekerheid": {}},
            "aanschafheffing": {
                "punten": 31,
                "heffing_eurocent": 200_000,
                "openstaand_eurocent": 200_000,
                "teruggaaf_eurocent": 0,
                "zekerheid": {},
            },
            "spitspas": {"punten": "31/2", "passen": 5, "zekerheid": {}},
        },
    }


_IN_TWIJFEL = dict.fromkeys(("gewicht_kg", "punten", "klasse"), "in_twijfel")
VERWACHT = [
    rij("registratie", {}, (31, 200_000, 200_000, 0), ("31/2", 5), (1, 1)),
    rij("betaling", {}, (31, 200_000, 0, 0), ("31/2", 5), (1, 1)),
    rij(
        "terugmelding",
        {"uitstoot_g_per_km": "in_twijfel"},
        (31, 200_000, 0, 0),
        ("31/2", 5),
        (1, 1),
        twijfel="in_twijfel",
    ),
    rij(
        "onderzoek",
        {"uitstoot_g_per_km": "in_onderzoek"},
        (31, 200_000, 0, 0),
        ("31/2", 5),
        (1, 1),
        twijfel="in_onderzoek",
    ),
    rij("correctie", {}, (33, 200_000, 0, 0), ("33/2", 3), (1, 2)),
    rij("tweede_twijfel", _IN_TWIJFEL, (33, 200_000, 0, 0), ("33/2", 3), (1, 2), twijfel="in_twijfel"),
    rij("opheffing", {}, (33, 200_000, 0, 0), ("33/2", 3), (1, 2)),
    rij("degistratie", None, (None, None, 0, 200_000), (0, 5), (2, 3)),
]


def gespeeld(openen: Openen, delen: tuple[Stap, ...]) -> Verloop[Stand]:
    verloop = speel(openen, [delen], lees_stand)
    assert verloop.niet_verwerkt is None
    return verloop


def als_tabel(verloop: Verloop[Stand]) -> list[dict[str, Any]]:
    return [als_json(een) for een in tabel(verloop.gespeeld)]


def koppen(map_: Path) -> dict[str, Any]:
    """Where each journal and feed ends."""
    with RegisterSystem.open(map_) as registers:
        return {naam: (s["positie"], s["verstrekkingen"]) for naam, s in registers.standen().items()}


def test_every_row_of_the_table_is_as_the_law_has_it(tmp_path: Path) -> None:
    assert als_tabel(gespeeld(in_map(tmp_path), stappen())) == VERWACHT


def test_a_second_time_nothing_is_done_and_the_same_is_told(tmp_path: Path) -> None:
    gespeeld(in_map(tmp_path), stappen())
    voor = koppen(tmp_path)
    tweede = gespeeld(in_map(tmp_path), stappen())
    assert tweede.eerder
    assert (als_tabel(tweede), koppen(tmp_path)) == (VERWACHT, voor)


def test_what_was_broken_off_is_finished_the_next_time(tmp_path: Path) -> None:
    gespeeld(in_map(tmp_path), stappen()[:3])
    verloop = gespeeld(in_map(tmp_path), stappen())
    assert [een.eerder for een in verloop.gespeeld] == [True] * 3 + [False] * 5
    assert als_tabel(verloop) == VERWACHT


def test_nothing_waits_at_any_step(tmp_path: Path) -> None:
    verloop = speel(in_map(tmp_path), [stappen()], lambda r: [t for naam in r.registers for t in r.taken(naam).inhoud])
    assert [een.stand for een in verloop.gespeeld] == [[]] * 8


def test_a_terugblik_begins_when_nothing_was_known_and_goes_no_further_than_the_journal(tmp_path: Path) -> None:
    gespeeld(in_map(tmp_path), stappen()[:1])
    with RegisterSystem(in_map(tmp_path)) as registers:
        registers.wacht_op_rust()
        terug = Terugblik(registers)
        assert terug.lees("wegonderhoud", "auto", AUTO).inhoud is None
        terug.ga_verder({"wegonderhoud": 99})
        with pytest.raises(UnknownPosition):
            terug.lees("wegonderhoud", "auto", AUTO)


def test_a_step_that_is_not_processed_ends_it_and_says_why(tmp_path: Path) -> None:
    zonder_registratie = stappen()[2:4]
    verloop = speel(in_map(tmp_path), [zonder_registratie], lees_stand)
    assert isinstance(verloop.niet_verwerkt, NietVerwerkt)
    assert (verloop.niet_verwerkt.regel, verloop.gespeeld) == ("aggregaat_onbekend", [])
