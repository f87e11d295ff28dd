"""Spitspas: what the cars of a household weigh, and how many passes follow from that."""

from fractions import Fraction
from typing import Any

import pytest

from actors.contexten.aanschafheffing.bekendmakingen import VOOR_SPITSPAS
from actors.contexten.spitspas.bekendmakingen import BIJDRAGE, LIDMAATSCHAP, SPITSPASBRIEF
from actors.contexten.spitspas.commandos import StelHuishoudelijkMilieueffectVast
from actors.contexten.spitspas.regels import huishoudelijk_milieueffect, spitspasrecht
from actors.contexten.spitspas.vertaling import beoordeel_autobezit, beoordeel_bijdrage, beoordeel_lidmaatschap
from actors.register.bekendmaking import Melding, Notificatie
from actors.register.claim import Mededeling
from actors.register.commando import NietVerwerkt
from actors.register.gevolg import Transactie
from actors.register.regel import Uitkomst
from actors.register.tijdlijnen import OPEN_BEGIN, OPEN_EIND, Ontbreekt
from actors.verwerking.generiek.intern import NeemGegevensOver
from tests.domein import NU, Verhaal, auto, dag, gegeven, gevolg, huishouden, overgenomen, toetreding, vertrek

HALF = Fraction(1, 2)
LID = True
PASSEN = [(0, 5), (15, 5), (15 + HALF, 5), (16, 3), (16 + HALF, 3), (30, 3), (30 + HALF, 3), (31, 0)]


def bijdrage(  # noqa: PLR0913 - a test names what matters to it
    wie: str, punten: int | str | None, nummer: int = 1, van: str = "", tot: str = "", huis: str = "huis"
) -> StelHuishoudelijkMilieueffectVast:
    """The cars of this adult contribute so many punten to the household ("onbekend": nobody knows how many)."""
    van_dag, tot_dag = dag(van) if van else OPEN_BEGIN, dag(tot) if tot else OPEN_EIND
    gezegd = Mededeling((huis, wie), "bijdrage", van_dag, tot_dag, punten, None, f"bijdrage-{wie}-{nummer}")
    return StelHuishoudelijkMilieueffectVast(huishouden_id=huis, overname=overgenomen("spitspas", nummer, (gezegd,)))


def samen(sam: int | str, noor: int | str = 0) -> Verhaal:
    """Sam and Noor, with what their cars contribute."""
    return gegeven(huishouden("sam", "noor"), bijdrage("sam", sam), bijdrage("noor", noor))


def passen(verhaal: Verhaal, op: str = "11-21") -> Any:
    return verhaal.waarde("passen", "huis", op=op, aggregaat="huishouden")


def punten(verhaal: Verhaal) -> list[tuple[str | None, str | None, Any]]:
    return verhaal.lijn("punten", "huis", aggregaat="huishouden")


def autobezit(nummer: int, was: Any, bezit: Any, auto_id: str = "auto-1", vanaf: str = "03-01") -> Melding:
    gezegd = Mededeling((auto_id,), "bezit", dag(vanaf), OPEN_EIND, bezit, was, f"bezit-{nummer}")
    return melding(VOOR_SPITSPAS, "aanschafheffing", nummer, auto_id, gezegd)


def melding(model: Notificatie, bron: str, nummer: int, aggregaat_id: str, *gezegd: Mededeling) -> Melding:
    return Melding(bron, nummer, f"{model.naam}@1", model.aggregaat, aggregaat_id, "wie", NU, ("g",), gezegd)


# --- the rules ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("van_het_huishouden", "aantal"), PASSEN)
def test_the_number_of_passen_follows_the_band_of_the_exact_punten(van_het_huishouden: Fraction, aantal: int) -> None:
    uitkomst = spitspasrecht.functie(van_het_huishouden, spitspasrecht.versie.banden)
    assert isinstance(uitkomst, Uitkomst)
    assert uitkomst.waarde == aantal

    verhaal = samen(int(van_het_huishouden * 2))
    assert punten(verhaal) == [("01-01", None, van_het_huishouden)]
    assert passen(verhaal) == aantal


def test_the_punten_are_the_sum_over_the_adults_as_an_exact_fraction() -> None:
    verhaal = gegeven(
        huishouden("sam", "noor", "robin"), bijdrage("sam", 33), bijdrage("noor", 67), bijdrage("robin", 0)
    )
    verhaal.dan(
        gevolg("GegevensOvergenomen"),
        gevolg("HuishoudelijkMilieueffectVastgesteld", punten=Fraction(100, 3), vanaf="01-01", tot=None),
        gevolg("SpitspasrechtVastgesteld", passen=0, vanaf="01-01", tot=None),
        gevolg("Aanhouding", wacht={}),
    )


def test_the_decision_tells_how_16_and_a_half_punten_came_about() -> None:
    uitslag = samen(33).uitslag
    assert isinstance(uitslag, Transactie)
    effect, recht = (g.verklaring for g in uitslag.gevolgen[1:3])
    assert effect is not None
    assert recht is not None
    assert [tuple(s) for s in effect.stappen] == [
        ("som van de bijdragen: 0 + 33", 33),
        ("33 / 2 volwassenen", Fraction(33, 2)),
    ]
    assert {i.gegeven for i in effect.invoer} == {"lid/sam", "lid/noor", "bijdrage/sam", "bijdrage/noor"}
    assert [tuple(s) for s in recht.stappen] == [("16,5 punten valt in de band van 16 tot 31", 3)]


def test_without_adults_there_is_no_effect_and_nothing_is_divided_by_zero() -> None:
    assert huishoudelijk_milieueffect.functie({"sam": False}, {}) is None


def test_unknown_punten_of_one_car_leave_the_effect_unknown() -> None:
    leden = {"sam": True, "noor": True}
    assert huishoudelijk_milieueffect.functie(leden, {"sam": 33, "noor": "onbekend"}) == Ontbreekt("punten_onbekend")


# --- the household --------------------------------------------------------------------------------------------


def test_a_household_without_a_car_has_0_punten_and_5_passen() -> None:
    verhaal = samen(0)
    assert punten(verhaal) == [("01-01", None, 0)]
    assert passen(verhaal) == 5


def test_a_household_waits_until_the_contribution_of_each_adult_is_known() -> None:
    verhaal = gegeven(huishouden("sam", "noor")).dan(
        gevolg("HuishoudenGeregistreerd"),
        gevolg("Aanhouding", wacht={"punten": "bijdrage_onbekend", "passen": "bijdrage_onbekend"}),
    )
    assert passen(verhaal.als(bijdrage("sam", 33))) is None
    assert passen(verhaal.als(bijdrage("noor", 0))) == 3
    assert verhaal.taken == set()


def test_an_adult_who_joins_later_counts_from_that_day() -> None:
    verhaal = gegeven(huishouden("sam", "noor 02-01"), bijdrage("sam", 33), bijdrage("noor", 0))
    assert punten(verhaal) == [("01-01", "02-01", 33), ("02-01", None, Fraction(33, 2))]
    assert (passen(verhaal, op="01-31"), passen(verhaal, op="02-01")) == (0, 3)


def test_an_adult_who_joins_is_a_change_of_the_household() -> None:
    verhaal = gegeven(huishouden("sam"), bijdrage("sam", 33)).als(toetreding("noor 02-01"))
    verhaal.dan(
        gevolg("HuishoudsamenstellingGewijzigd", lid=True),
        gevolg("Aanhouding", wacht={"punten": "bijdrage_onbekend", "passen": "bijdrage_onbekend"}),
    )
    assert passen(verhaal, op="02-01") == 0, "what was decided stays in force while it waits"
    verhaal.als(bijdrage("noor", 0, van="02-01")).dan(
        gevolg("GegevensOvergenomen"),
        gevolg("HuishoudelijkMilieueffectHerzien", punten=Fraction(33, 2), was=33, vanaf="02-01", tot=None),
        gevolg("SpitspasrechtHerzien", passen=3, was=0, vanaf="02-01", tot=None),
        gevolg("Aanhouding", wacht={}),
    )


def test_an_adult_who_leaves_counts_no_more_from_that_day_nor_do_his_cars() -> None:
    samen(20, 33).als(vertrek("noor 05-01")).dan(
        gevolg("HuishoudsamenstellingGewijzigd", lid=False),
        gevolg("HuishoudelijkMilieueffectHerzien", punten=20, was=Fraction(53, 2), vanaf="05-01", tot=None),
        gevolg("SpitspasrechtGehandhaafd", passen=3),
    )


def test_when_the_last_adult_leaves_the_right_is_ingetrokken() -> None:
    verhaal = samen(33)
    verhaal.als(vertrek("noor 05-01")).als(vertrek("sam 07-01")).dan(
        gevolg("HuishoudsamenstellingGewijzigd", lid=False),
        gevolg("HuishoudelijkMilieueffectIngetrokken", punten=None, was=33, vanaf="07-01", tot=None),
        gevolg("SpitspasrechtIngetrokken", passen=None, was=0, vanaf="07-01", tot=None),
    )
    assert (passen(verhaal, op="06-30"), passen(verhaal, op="07-01")) == (0, None)
    assert verhaal.taken == set()


def test_an_adult_may_come_back() -> None:
    verhaal = gegeven(huishouden("sam"), bijdrage("sam", 20), vertrek("sam 05-01"), toetreding("sam 07-01"))
    assert [passen(verhaal, op=d) for d in ("04-30", "05-01", "06-30", "07-01")] == [3, None, None, 3]


def test_changes_of_the_household_may_be_reported_in_any_order() -> None:
    achterstevoren = gegeven(huishouden("sam"), bijdrage("sam", 20), toetreding("sam 07-01"), vertrek("sam 05-01"))
    assert [passen(achterstevoren, op=d) for d in ("04-30", "05-01", "06-30", "07-01")] == [3, None, None, 3]


def test_joining_and_leaving_on_the_same_day_is_a_taak_and_never_a_silent_choice() -> None:
    verhaal = gegeven(huishouden("sam"), bijdrage("sam", 20), toetreding("noor 02-01"), vertrek("noor 02-01"))
    assert verhaal.taken == {"gelijktijdige_claims"}
    assert passen(verhaal, op="02-01") == 3, "what was decided stays in force"


def test_a_contribution_of_someone_who_is_no_member_does_not_count() -> None:
    verhaal = gegeven(huishouden("sam"), bijdrage("sam", 20), bijdrage("robin", 99))
    assert punten(verhaal) == [("01-01", None, 20)]


# --- cars without punten --------------------------------------------------------------------------------------


def test_a_car_without_punten_leaves_the_passen_undecided() -> None:
    verhaal = samen("onbekend")
    assert passen(verhaal) is None
    assert verhaal.taken == {"punten_onbekend"}


def test_what_was_decided_stays_when_the_punten_of_a_car_become_unknown() -> None:
    verhaal = samen(33).als(bijdrage("sam", "onbekend", 2, van="03-01"))
    verhaal.dan(
        gevolg("GegevensOvergenomen"),
        gevolg("Aanhouding", wacht={"punten": "punten_onbekend", "passen": "punten_onbekend"}),
    )
    assert (passen(verhaal, op="02-01"), passen(verhaal, op="03-01")) == (3, 3)
    assert passen(verhaal.als(bijdrage("sam", 62, 3, van="03-01")), op="03-01") == 0
    assert verhaal.taken == set()


def test_the_same_number_of_passen_on_other_ground_is_gehandhaafd() -> None:
    samen(33).als(bijdrage("sam", 40, 2)).dan(
        gevolg("GegevensOvergenomen"),
        gevolg("HuishoudelijkMilieueffectHerzien", punten=20, was=Fraction(33, 2)),
        gevolg("SpitspasrechtGehandhaafd", passen=3),
    )


def test_the_same_bijdrage_again_does_nothing() -> None:
    samen(33).als(bijdrage("noor", 0)).dan_niets()


# --- what is not processed ------------------------------------------------------------------------------------


def test_a_household_is_registered_once() -> None:
    gegeven(huishouden("sam")).als(huishouden("sam")).dan_niet_verwerkt("huishouden_bekend")


def test_an_unknown_household_does_not_change() -> None:
    gegeven(huishouden("sam")).als(toetreding("noor 02-01", huishouden_id="elders")).dan_niet_verwerkt(
        "huishouden_onbekend"
    )


def test_a_household_that_was_only_heard_of_can_still_be_registered() -> None:
    verhaal = gegeven(bijdrage("sam", 33), register="spitspas")
    verhaal.als(toetreding("noor 02-01")).dan_niet_verwerkt("huishouden_onbekend")
    assert passen(verhaal.als(huishouden("sam"))) == 0


def test_a_household_has_at_least_one_adult() -> None:
    gegeven(huishouden("noor", huishouden_id="elders")).als(huishouden()).dan_niet_verwerkt("contract", "leden")


def test_an_adult_is_named_once() -> None:
    verhaal = gegeven(huishouden("sam"))
    verhaal.als(huishouden("noor", "noor 02-01", huishouden_id="elders")).dan_niet_verwerkt("lid_dubbel")
    verhaal.als(toetreding("noor 02-01", "noor 02-01")).dan_niet_verwerkt("lid_dubbel")


def test_a_change_names_someone_and_who_leaves_was_a_member() -> None:
    verhaal = gegeven(huishouden("sam"))
    verhaal.als(toetreding()).dan_niet_verwerkt("niets_te_wijzigen")
    verhaal.als(vertrek("robin 02-01")).dan_niet_verwerkt("lid_onbekend")


def test_a_car_is_not_registered_here() -> None:
    verhaal = gegeven(huishouden("sam")).als(auto())
    verhaal.dan_niet_verwerkt("commando_onbekend")


# --- the owner, who knows both its cars and its household -----------------------------------------------------


def eigenaar(*meldingen: Melding) -> Verhaal:
    """Sam as spitspas hears of his household and his cars."""
    commandos = []
    for een in meldingen:
        beoordeel = beoordeel_autobezit if een.bron == "aanschafheffing" else beoordeel_lidmaatschap
        for taak in beoordeel(een).taken:
            overname = overgenomen(een.bron, een.nummer, taak.mededelingen)
            commandos.append(NeemGegevensOver(taak.aggregaat, taak.aggregaat_id, overname))
    return gegeven(*commandos, register="spitspas")


def lid(nummer: int = 1, wie: str = "sam", *, vanaf: str = "01-01", tot: str = "", waarde: bool = True) -> Melding:
    einde = dag(tot) if tot else OPEN_EIND
    gezegd = Mededeling(("huis", wie), "lid", dag(vanaf), einde, waarde, None, f"lid-{nummer}")
    return melding(LIDMAATSCHAP, "spitspas", nummer, "huis", gezegd)


def bezit(punten: int | None, van: str = "sam") -> dict[str, Any]:
    return {"eigenaar": van, "punten": punten}


def bijdragen(verhaal: Verhaal, wie: str = "sam") -> list[tuple[str | None, str | None, Any]]:
    return [(v, t, b["punten"]) for v, t, b in verhaal.lijn("bijdrage", wie, aggregaat="eigenaar")]


def test_a_member_without_a_car_contributes_0() -> None:
    assert bijdragen(eigenaar(lid())) == [("01-01", None, 0)]


def test_the_cars_of_a_member_are_added_up_from_the_day_of_purchase() -> None:
    verhaal = eigenaar(
        lid(), autobezit(1, None, bezit(33)), autobezit(2, None, bezit(20), auto_id="auto-2", vanaf="04-01")
    )
    assert bijdragen(verhaal) == [("01-01", "03-01", 0), ("03-01", "04-01", 33), ("04-01", None, 53)]


def test_a_car_without_punten_makes_the_contribution_unknown_from_its_purchase() -> None:
    verhaal = eigenaar(lid(), autobezit(1, None, bezit(None)))
    assert bijdragen(verhaal) == [("01-01", "03-01", 0), ("03-01", None, None)]


def test_an_owner_without_a_household_is_a_taak_that_goes_away_when_one_appears() -> None:
    assert eigenaar(autobezit(1, None, bezit(33))).taken == {"huishouden_onbekend"}
    verhaal = eigenaar(autobezit(1, None, bezit(33)), lid())
    assert verhaal.taken == set()
    assert bijdragen(verhaal) == [("01-01", "03-01", 0), ("03-01", None, 33)]


def test_an_owner_whose_household_starts_after_the_purchase_is_no_taak() -> None:
    verhaal = eigenaar(autobezit(1, None, bezit(33)), lid(vanaf="09-01"))
    assert verhaal.taken == set()
    assert bijdragen(verhaal) == [("09-01", None, 33)]


def test_an_owner_whose_household_ended_before_the_purchase_is_a_taak() -> None:
    assert eigenaar(lid(tot="02-01"), autobezit(1, None, bezit(33))).taken == {"huishouden_onbekend"}
    assert eigenaar(lid(tot="03-02"), autobezit(1, None, bezit(33))).taken == set()


@pytest.mark.parametrize("eerst", ["huis-a", "huis-b"])
def test_a_former_second_household_plays_no_part_any_more_whatever_the_ids_of_the_claims(eerst: str) -> None:
    """Two households from the same day are a taak; from the day one of them ends, the other applies."""
    claims = {"huis-a": "1", "huis-b": "2"} if eerst == "huis-a" else {"huis-a": "2", "huis-b": "1"}
    tot_maart = Mededeling(("huis-a", "sam"), "lid", dag("01-01"), dag("03-01"), LID, None, claims["huis-a"])
    altijd = Mededeling(("huis-b", "sam"), "lid", dag("01-01"), OPEN_EIND, LID, None, claims["huis-b"])
    verhaal = eigenaar(
        melding(LIDMAATSCHAP, "spitspas", 1, "huis-a", tot_maart),
        melding(LIDMAATSCHAP, "spitspas", 2, "huis-b", altijd),
    )
    assert verhaal.waarde("huishouden", "sam", op="02-01", aggregaat="eigenaar") == Ontbreekt("gelijktijdige_claims")
    assert verhaal.waarde("huishouden", "sam", op="03-01", aggregaat="eigenaar") == "huis-b"
    bijdrage_nu = verhaal.waarde("bijdrage", "sam", op="03-01", aggregaat="eigenaar")
    assert bijdrage_nu == {"huishouden": "huis-b", "punten": 0}


# --- signalen -------------------------------------------------------------------------------------------------


def test_a_sale_is_told_to_the_owner_it_was_and_the_owner_it_is_now() -> None:
    oordeel = beoordeel_autobezit(autobezit(2, bezit(33), bezit(33, van="robin"), vanaf="06-01"))
    assert [(t.aggregaat, t.aggregaat_id, t.mededelingen[0].waarde) for t in oordeel.taken] == [
        ("eigenaar", "robin", 33),
        ("eigenaar", "sam", None),
    ]
    assert {t.mededelingen[0].onderwerp for t in oordeel.taken} == {("sam", "auto-1"), ("robin", "auto-1")}


def test_a_car_without_punten_is_told_as_unknown_and_not_as_0() -> None:
    [taak] = beoordeel_autobezit(autobezit(1, None, bezit(None))).taken
    assert taak.mededelingen[0].waarde == "onbekend"


def test_a_signaal_about_nobody_gives_no_taak_and_says_why() -> None:
    oordeel = beoordeel_autobezit(autobezit(1, None, None))
    assert oordeel.taken == ()
    assert oordeel.reden


def test_a_departure_is_told_to_the_adult_as_no_household() -> None:
    [taak] = beoordeel_lidmaatschap(lid(2, vanaf="05-01", waarde=False)).taken
    assert (taak.aggregaat, taak.aggregaat_id) == ("eigenaar", "sam")
    assert [(m.gegeven, m.vanaf, m.waarde) for m in taak.mededelingen] == [("huishouden", dag("05-01"), None)]


def test_a_contribution_goes_to_the_household_it_was_for_and_the_one_it_is_for_now() -> None:
    was, wordt = {"huishouden": "oud", "punten": 33}, {"huishouden": "nieuw", "punten": 33}
    gezegd = Mededeling(("sam",), "bijdrage", dag("06-01"), OPEN_EIND, wordt, was, "b")
    oordeel = beoordeel_bijdrage(melding(BIJDRAGE, "spitspas", 3, "sam", gezegd))
    assert [(t.aggregaat_id, t.mededelingen[0].waarde) for t in oordeel.taken] == [("nieuw", 33), ("oud", None)]


@pytest.mark.parametrize(
    ("was", "wordt", "verteld"),
    [(None, 5, True), (5, 3, True), (3, None, True), (3, 3, False), (0, None, True), (None, 0, True)],
)
def test_a_letter_tells_every_change_of_the_number_of_passen(
    was: int | None, wordt: int | None, *, verteld: bool
) -> None:
    assert SPITSPASBRIEF.wanneer(was, wordt) is verteld


def test_a_refusal_says_what_to_do() -> None:
    verhaal = gegeven(huishouden("sam")).als(huishouden("sam"))
    assert isinstance(verhaal.uitslag, NietVerwerkt)
    assert "WijzigHuishoudsamenstelling" in verhaal.uitslag.toelichting
