"""Aanschafheffing: the punten of a purchase, and what its buyer owes."""

from typing import Any

import pytest

from actors.contexten.aanschafheffing.bekendmakingen import HEFFINGSBRIEF, VOOR_SPITSPAS
from actors.contexten.aanschafheffing.regels import aanschafbelastingmilieueffect, aanschafheffing, autobezit
from actors.contexten.aanschafheffing.vertaling import beoordeel_aangeschafte_auto
from actors.contexten.wegonderhoud.commandos import Aanschaf
from actors.register.bekendmaking import Melding
from actors.register.claim import Mededeling
from actors.register.gevolg import Transactie
from actors.register.persoonsgegeven import Persoonsgegeven
from actors.register.regel import Uitkomst
from actors.register.tijdlijnen import OPEN_BEGIN, OPEN_EIND, Ontbreekt
from actors.verwerking.generiek.intern import NeemGegevensOver
from tests.domein import NU, Verhaal, aanschaf, dag, gevolg, overgenomen
from tests.domein import gegeven as gegeven_

TARIEVEN = [(0, 500_00), (20, 500_00), (21, 2000_00), (35, 2000_00), (36, 5000_00)]
SAM, ROBIN = "koop-sam-03-01", "koop-robin-06-01"


def gegeven(*commandos: NeemGegevensOver) -> Verhaal:
    return gegeven_(*commandos, register="aanschafheffing")


def dow_to_meldt(
    nummer: int = 1,
    *kopen: Aanschaf,
    punten: int | dict[str, int] | None = 21,
    uitstoot: int | None = 120,
) -> NeemGegevensOver:
    """What DOW-TO makes known about auto-1, taken over by the real translator; `punten` may differ by day."""
    auto = ("auto-1",)
    gezegd: list[Mededeling] = []

    def zeg(onderwerp: tuple[str, ...], naam: str, waarde: Any, vanaf: Any = OPEN_BEGIN, tot: Any = OPEN_EIND) -> None:
        claim = f"{naam}-{nummer}-{len(gezegd)}"
        gezegd.append(Mededeling(onderwerp, naam, vanaf, tot, waarde, None, claim))

    if isinstance(punten, dict):
        dagen = [dag(d) if d else OPEN_BEGIN for d in punten]
        for n, waarde in enumerate(punten.values()):
            zeg(auto, "punten", waarde, dagen[n], [*dagen, OPEN_EIND][n + 1])
    elif punten is not None:
        zeg(auto, "punten", punten)
    if uitstoot is not None:
        zeg(auto, "uitstoot_g_per_km", uitstoot)
    for koop in kopen or ((aanschaf(),) if nummer == 1 else ()):
        onderwerp, vanaf = (*auto, koop.aanschaf_id), koop.aankoopdatum
        zeg(onderwerp, "aankoopdatum", koop.aankoopdatum, vanaf)
        zeg(onderwerp, "koper", koop.koper, vanaf)
        zeg(onderwerp, "koper_naam", Persoonsgegeven(koop.koper, koop.koper_naam), vanaf)
        zeg(onderwerp, "regio", koop.regio, vanaf)
    melding = Melding("wegonderhoud", nummer, "aangeschafte-auto@1", "auto", "auto-1", "DOW", NU, ("g",), tuple(gezegd))
    [taak] = beoordeel_aangeschafte_auto(melding).taken
    return NeemGegevensOver(taak.aggregaat, taak.aggregaat_id, overgenomen("wegonderhoud", nummer, taak.mededelingen))


# --- the rules ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("uitstoot", "erbij"), [(0, 0), (9, 0), (10, 1), (119, 11), (120, 12)])
def test_uitstoot_counts_for_a_tenth_rounded_down(uitstoot: int, erbij: int) -> None:
    uitkomst = aanschafbelastingmilieueffect.functie(21, uitstoot, "Kustland")
    assert isinstance(uitkomst, Uitkomst)
    assert uitkomst.waarde == 21 + erbij
    assert gegeven(dow_to_meldt(uitstoot=uitstoot)).waarde("punten", "auto-1") == 21 + erbij


@pytest.mark.parametrize(("punten", "heffing"), TARIEVEN)
def test_the_heffing_follows_the_band_of_the_punten(punten: int, heffing: int) -> None:
    uitkomst = aanschafheffing.functie("sam", "Kustland", aanschafheffing.versie.banden, punten)
    assert isinstance(uitkomst, Uitkomst)
    assert uitkomst.waarde == heffing

    verhaal = gegeven(dow_to_meldt(punten=punten, uitstoot=9))
    assert verhaal.waarde("punten", "auto-1") == punten
    assert verhaal.waarde("heffing_eurocent", "auto-1", SAM) == heffing


@pytest.mark.parametrize("regio", ["Kustland", "Middenland"])
def test_the_levy_area_is_kustland_and_middenland(regio: str) -> None:
    verhaal = gegeven(dow_to_meldt(1, aanschaf(regio=regio)))
    assert verhaal.waarde("heffing_eurocent", "auto-1", SAM) == 2000_00


@pytest.mark.parametrize("regio", ["Bergland", "kustland", "Kustland "])
def test_outside_the_area_nothing_is_due_and_there_are_no_punten(regio: str) -> None:
    verhaal = gegeven(dow_to_meldt(1, aanschaf(regio=regio))).dan(
        gevolg("GegevensOvergenomen"),
        gevolg("AanschafheffingNietVerschuldigd", heffing_eurocent=0, over=SAM),
        gevolg("AutobezitVastgesteld", bezit={"eigenaar": "sam", "punten": None}),
    )
    assert verhaal.lijn("punten", "auto-1") == []
    assert verhaal.taken == set()


def test_the_levy_misses_punten_that_are_not_known() -> None:
    assert aanschafheffing.functie("sam", "Kustland", aanschafheffing.versie.banden) == Ontbreekt("punten_onbekend")


def test_a_car_of_which_the_punten_are_unknown_still_has_an_owner() -> None:
    uitkomst = autobezit.functie("sam")
    assert isinstance(uitkomst, Uitkomst)
    assert uitkomst.waarde == {"eigenaar": "sam", "punten": None}


# --- a purchase -----------------------------------------------------------------------------------------------


def test_a_purchase_in_the_area_is_levied_once_with_the_steps_that_led_to_it() -> None:
    verhaal = gegeven(dow_to_meldt()).dan(
        gevolg("GegevensOvergenomen"),
        gevolg("AanschafbelastingmilieueffectVastgesteld", punten=33, vanaf="03-01", tot=None),
        gevolg("AanschafheffingVastgesteld", heffing_eurocent=2000_00, over=SAM, vanaf=None, tot=None),
        gevolg("AutobezitVastgesteld", bezit={"eigenaar": "sam", "punten": 33}, vanaf="03-01", tot=None),
    )

    assert isinstance(verhaal.uitslag, Transactie)
    punten, heffing = (g.verklaring for g in verhaal.uitslag.gevolgen[1:3])
    assert punten is not None
    assert heffing is not None
    assert [s.tekst for s in punten.stappen] == [
        "fysiek milieu-effect, overgenomen van DOW-TO",
        "120 g/km / 10, naar beneden afgerond",
        "21 + 12",
    ]
    assert [(i.gegeven, i.waarde) for i in heffing.invoer] == [
        ("peildatum", dag("03-01")),
        ("koper", "sam"),
        ("regio", "Kustland"),
        ("punten", 33),
    ]
    assert heffing.stappen[-1] == ("33 punten valt in de band van 21 tot 36", 2000_00)


def test_the_levy_is_judged_on_the_aankoopdatum_and_a_later_change_of_the_world_never_touches_it() -> None:
    verhaal = gegeven(dow_to_meldt())
    verhaal.als(dow_to_meldt(2, punten={"": 21, "06-01": 40})).dan(
        gevolg("GegevensOvergenomen"),
        gevolg("AanschafbelastingmilieueffectGehandhaafd", punten=33, vanaf="03-01", tot="06-01"),
        gevolg("AanschafbelastingmilieueffectGecorrigeerd", punten=52, was=33, vanaf="06-01"),
        gevolg("AutobezitGecorrigeerd", bezit={"eigenaar": "sam", "punten": 52}, vanaf="06-01"),
    )


@pytest.mark.parametrize(("aankoop", "heffing"), [("05-31", 2000_00), ("06-01", 5000_00), ("06-02", 5000_00)])
def test_the_facts_that_hold_on_the_aankoopdatum_decide(aankoop: str, heffing: int) -> None:
    verhaal = gegeven(dow_to_meldt(1, aanschaf(op=aankoop), punten={"": 21, "06-01": 40}))
    assert verhaal.waarde("heffing_eurocent", "auto-1", f"koop-sam-{aankoop}") == heffing


def test_a_levy_without_punten_on_the_aankoopdatum_waits_and_goes_on_by_itself() -> None:
    verhaal = gegeven(dow_to_meldt(punten={"04-01": 21})).dan(
        gevolg("GegevensOvergenomen"),
        gevolg("AanschafbelastingmilieueffectVastgesteld", punten=33, vanaf="04-01"),
        gevolg("AutobezitVastgesteld", bezit={"eigenaar": "sam", "punten": None}, vanaf="03-01", tot="04-01"),
        gevolg("AutobezitVastgesteld", bezit={"eigenaar": "sam", "punten": 33}, vanaf="04-01"),
        gevolg("Aanhouding", wacht={"heffing_eurocent": "punten_onbekend"}),
    )
    assert verhaal.taken == {"punten_onbekend"}

    verhaal.als(dow_to_meldt(2, punten=21))
    assert verhaal.waarde("heffing_eurocent", "auto-1", SAM) == 2000_00
    assert verhaal.taken == set()


def test_a_car_that_was_never_heard_of_is_taken_over_bit_by_bit() -> None:
    verhaal = gegeven(dow_to_meldt(2, punten=21, uitstoot=None)).dan(gevolg("GegevensOvergenomen"))
    verhaal.als(dow_to_meldt(3, aanschaf(), punten=None, uitstoot=None))
    verhaal.als(dow_to_meldt(4, punten=None, uitstoot=120))
    assert verhaal.waarde("heffing_eurocent", "auto-1", SAM) == 2000_00


# --- sale -----------------------------------------------------------------------------------------------------


def test_a_car_sold_inside_the_area_is_levied_again_and_the_first_levy_stands() -> None:
    verhaal = gegeven(dow_to_meldt())
    eerste = verhaal.staten["auto/auto-1"].vastgesteld(("auto-1", SAM), "heffing_eurocent")
    verhaal.als(dow_to_meldt(2, aanschaf("robin", "06-01"), punten=None, uitstoot=None))

    assert verhaal.waarde("heffing_eurocent", "auto-1", ROBIN) == 2000_00
    assert verhaal.staten["auto/auto-1"].vastgesteld(("auto-1", SAM), "heffing_eurocent") == eerste
    assert [(van, tot, b["eigenaar"]) for van, tot, b in verhaal.lijn("bezit", "auto-1")] == [
        ("03-01", "06-01", "sam"),
        ("06-01", None, "robin"),
    ]


def test_a_car_sold_out_of_the_area_has_punten_until_then_and_the_first_levy_stands() -> None:
    verhaal = gegeven(dow_to_meldt())
    verhaal.als(dow_to_meldt(2, aanschaf("robin", "06-01", regio="Bergland"), punten=None, uitstoot=None))

    assert verhaal.lijn("punten", "auto-1") == [("03-01", "06-01", 33)]
    assert verhaal.waarde("heffing_eurocent", "auto-1", SAM) == 2000_00
    assert verhaal.waarde("heffing_eurocent", "auto-1", ROBIN) == 0
    assert verhaal.taken == set()


def test_two_purchases_on_the_same_day_are_a_taak_and_never_a_silent_choice() -> None:
    verhaal = gegeven(dow_to_meldt(1, aanschaf(), aanschaf("robin", "03-01")))
    assert "gelijktijdige_claims" in verhaal.taken
    assert verhaal.lijn("bezit", "auto-1") == []


# --- correction and redelivery --------------------------------------------------------------------------------


def test_a_correction_of_the_facts_on_the_aankoopdatum_revises_the_levy() -> None:
    gegeven(dow_to_meldt(uitstoot=120)).als(dow_to_meldt(2, punten=None, uitstoot=150)).dan(
        gevolg("GegevensOvergenomen"),
        gevolg("AanschafbelastingmilieueffectGecorrigeerd", punten=36, was=33),
        gevolg("AanschafheffingHerzien", heffing_eurocent=5000_00, was=2000_00),
        gevolg("AutobezitGecorrigeerd", bezit={"eigenaar": "sam", "punten": 36}),
    )


def test_a_levy_that_stays_the_same_on_other_ground_is_gehandhaafd_and_keeps_its_claim() -> None:
    verhaal = gegeven(dow_to_meldt(uitstoot=100))
    [voor] = verhaal.staten["auto/auto-1"].vastgesteld(("auto-1", SAM), "heffing_eurocent")
    verhaal.als(dow_to_meldt(2, punten=None, uitstoot=120)).dan(
        gevolg("GegevensOvergenomen"),
        gevolg("AanschafbelastingmilieueffectGecorrigeerd", punten=33, was=31),
        gevolg("AanschafheffingGehandhaafd", heffing_eurocent=2000_00, claim=voor.claim),
        gevolg("AutobezitGecorrigeerd"),
    )


def test_a_corrected_regio_makes_a_levy_due_and_not_due() -> None:
    verhaal = gegeven(dow_to_meldt(1, aanschaf(regio="Bergland")))
    verhaal.als(dow_to_meldt(2, aanschaf(regio="Kustland"), punten=None, uitstoot=None))
    assert verhaal.waarde("heffing_eurocent", "auto-1", SAM) == 2000_00

    verhaal.als(dow_to_meldt(3, aanschaf(regio="Bergland"), punten=None, uitstoot=None)).dan(
        gevolg("GegevensOvergenomen"),
        gevolg("AanschafbelastingmilieueffectIngetrokken", punten=None, was=33),
        gevolg("AanschafheffingNietVerschuldigd", heffing_eurocent=0, was=2000_00),
        gevolg("AutobezitGecorrigeerd", bezit={"eigenaar": "sam", "punten": None}),
    )


def test_what_was_taken_over_before_does_nothing_again() -> None:
    gegeven(dow_to_meldt()).als(dow_to_meldt()).dan_niets()


def test_of_what_a_source_published_the_last_counts_also_when_it_arrives_first() -> None:
    verhaal = gegeven(dow_to_meldt(2, aanschaf(), uitstoot=120), dow_to_meldt(1, uitstoot=100))
    assert verhaal.waarde("punten", "auto-1") == 33


# --- what is made known ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("was", "wordt", "verteld"),
    [
        (None, 2000_00, True),
        (None, 0, False),
        (0, 2000_00, True),
        (2000_00, 0, True),
        (2000_00, None, True),
        (0, None, False),
        (2000_00, 5000_00, True),
    ],
)
def test_a_letter_tells_a_change_in_what_is_owed(was: int | None, wordt: int | None, *, verteld: bool) -> None:
    assert HEFFINGSBRIEF.wanneer(was, wordt) is verteld


def test_spitspas_gets_bezit_and_no_other_gegeven() -> None:
    assert VOOR_SPITSPAS.gegevens == ("bezit",)
