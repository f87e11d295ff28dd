"""Staat: the fold of the gevolgen of one aggregate."""

from datetime import date
from typing import Any

from actors.register.claim import Claim
from actors.register.gevolg import Gevolg, Vastlegging, Wijziging
from actors.register.staat import Staat
from actors.register.tijdlijnen import OPEN_BEGIN, OPEN_EIND, Onderwerp

AUTO = ("auto-1",)
KOOP = ("auto-1", "koop-1")


def vastgelegd(*claims: Claim) -> Gevolg:
    return Gevolg("g", "Vastgelegd", 1, Wijziging.REGISTREREN, Vastlegging(claims), ())


def claim(id_: str, onderwerp: Onderwerp, waarde: Any, corrigeert: str | None = None) -> Claim:
    return Claim(id_, onderwerp, "regio", waarde, OPEN_BEGIN, OPEN_EIND, corrigeert)


def regio(staat: Staat, onderwerp: Onderwerp) -> list[Any]:
    return [stuk.waarde for stuk in staat.basis().eigen(onderwerp, "regio")]


def test_a_corrected_claim_says_nothing_any_more() -> None:
    staat = Staat()
    staat.pas_toe(vastgelegd(claim("c1", AUTO, "Kustland")))
    assert regio(staat, AUTO) == ["Kustland"]
    staat.pas_toe(vastgelegd(claim("c2", AUTO, "Middenland", corrigeert="c1")))
    assert regio(staat, AUTO) == ["Middenland"]


def test_a_claim_may_correct_one_about_something_else() -> None:
    staat = Staat()
    staat.pas_toe(vastgelegd(claim("c1", AUTO, "Kustland")))
    assert regio(staat, AUTO) == ["Kustland"]
    staat.pas_toe(vastgelegd(claim("c2", KOOP, "Middenland", corrigeert="c1")))
    assert (regio(staat, AUTO), regio(staat, KOOP)) == ([], ["Middenland"])


def test_a_beeld_stays_what_it_was_when_more_is_recorded() -> None:
    staat = Staat()
    staat.pas_toe(vastgelegd(claim("c1", AUTO, "Kustland")))
    eerst = staat.basis()
    staat.pas_toe(vastgelegd(claim("c2", KOOP, "Middenland")))
    assert regio(staat, KOOP) == ["Middenland"]
    assert (eerst.eigen(AUTO, "regio")[0].waarde, eerst.eigen(KOOP, "regio")) == ("Kustland", [])


def test_the_lines_stand_in_the_order_in_which_they_were_recorded() -> None:
    staat = Staat()
    gegevens = [f"gegeven-{n}" for n in range(20)]
    staat.pas_toe(vastgelegd(*(Claim(f"c#{g}", AUTO, g, 1, date(2026, 1, 1), OPEN_EIND) for g in gegevens)))
    assert [gegeven for _, gegeven, _ in staat.basis().alle()] == gegevens
