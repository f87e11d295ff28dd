"""Beeld: a gegeven is looked for at the onderwerp itself, then below it, then one level up."""

from datetime import date

from actors.register.beeld import Beeld
from actors.register.tijdlijnen import OPEN_BEGIN, OPEN_EIND, Onderwerp, Ontbreekt, Stuk, Tijdlijn

AUTO, EERSTE, TWEEDE = ("auto-1",), ("auto-1", "koop-1"), ("auto-1", "koop-2")
MAART, JUNI = date(2026, 3, 1), date(2026, 6, 1)


def lijn(waarde: object, vanaf: date = OPEN_BEGIN) -> Tijdlijn:
    return [Stuk(vanaf, OPEN_EIND, waarde, f"claim {waarde}")]


def beeld(**gegevens: dict[Onderwerp, Tijdlijn]) -> Beeld:
    return Beeld(dict(gegevens))


def test_what_an_onderwerp_has_of_its_own_comes_first() -> None:
    een = beeld(regio={AUTO: lijn("Kustland"), EERSTE: lijn("Bergland")})
    assert een.zoek(AUTO, "regio") == lijn("Kustland")
    assert een.zoek(EERSTE, "regio") == lijn("Bergland")


def test_of_what_stands_below_the_one_that_begins_last_applies() -> None:
    een = beeld(koper={TWEEDE: lijn("robin", JUNI), EERSTE: lijn("sam", MAART)})
    assert [(s.vanaf, s.tot, s.waarde) for s in een.zoek(AUTO, "koper")] == [
        (MAART, JUNI, "sam"),
        (JUNI, OPEN_EIND, "robin"),
    ]


def test_two_below_that_begin_together_are_a_question() -> None:
    een = beeld(koper={TWEEDE: lijn("robin", MAART), EERSTE: lijn("sam", MAART)})
    assert [(s.vanaf, s.waarde) for s in een.zoek(AUTO, "koper")] == [(MAART, Ontbreekt("gelijktijdige_claims"))]


def test_what_is_not_here_nor_below_is_looked_for_one_level_up() -> None:
    een = beeld(punten={AUTO: lijn(33)}, koper={EERSTE: lijn("sam"), TWEEDE: lijn("robin", JUNI)})
    assert een.zoek(EERSTE, "punten") == lijn(33)
    assert een.zoek(("auto-1", "koop-3"), "koper")[-1].waarde == "robin", "below the one above"
    assert een.zoek(("auto-1", "koop-1", "betaling-1"), "koper") == lijn("sam")


def test_another_auto_plays_no_part() -> None:
    een = beeld(punten={AUTO: lijn(33)})
    assert een.zoek(("auto-11",), "punten") == []
    assert een.zoek(("auto-2", "koop-1"), "punten") == []
    assert een.zoek(AUTO, "klasse") == []


def test_children_are_those_one_level_down_by_name_in_order() -> None:
    een = beeld(lid={TWEEDE: lijn(2), EERSTE: lijn(1), ("auto-1", "koop-1", "dieper"): lijn(3), ("x", "y"): lijn(4)})
    assert een.kinderen(AUTO, "lid") == {"koop-1": lijn(1), "koop-2": lijn(2)}
    assert list(een.kinderen(AUTO, "lid")) == ["koop-1", "koop-2"]


def test_onderwerpen_are_all_that_have_something_at_or_below_that_depth() -> None:
    een = beeld(punten={AUTO: lijn(1)}, lid={("b", "x"): lijn(2), ("a", "y"): lijn(3), ("a", "y", "z"): lijn(4)})
    assert een.onderwerpen(1) == [("a",), AUTO, ("b",)]
    assert een.onderwerpen(2) == [("a", "y"), ("b", "x")]
    assert een.onderwerpen(3) == [("a", "y", "z")]


def test_an_empty_line_says_nothing_and_takes_away_what_was_there() -> None:
    een = beeld(punten={AUTO: lijn(1)})
    een.zet(AUTO, "punten", [])
    een.zet(AUTO, "klasse", [])
    assert een.zoek(AUTO, "punten") == een.eigen(AUTO, "punten") == een.zoek(AUTO, "klasse") == []
    een.zet(AUTO, "klasse", lijn("zwaar"))
    assert een.eigen(AUTO, "klasse") == lijn("zwaar")
