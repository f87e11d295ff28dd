"""A fourth register, parkeervergunning: what a context of eight small files gets without writing any of it.

Its files stand in tests/parkeervergunning; how they are added to an installation is in test_context_toevoegen.py.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from random import Random
from typing import Any

import pytest

from actors.register.bekendmaking import Melding
from actors.register.claim import Mededeling
from actors.register.commando import NietVerwerkt, Verwerkt
from actors.register.gevolg import Beoordeling, Herbeoordeling
from actors.register.tijdlijnen import OPEN_BEGIN, OPEN_EIND
from actors.runtime.catalogue import CONTEXTEN
from actors.runtime.systeem import RegisterSystem
from actors.verwerking.generiek.commandos import (
    BeslisTaak,
    DoorbreekAanhouding,
    LegTaakTerzijde,
    RegistreerRegelversie,
    WisPersoonsgegevens,
)
from actors.verwerking.generiek.intern import NeemGegevensOver
from actors.verwerking.signaalverwerking import Signaalverwerker
from storage.opslag import Opslag, in_memory
from storage.projectiestore_memory import MemoryProjectiestore
from tests.domein import (
    NU,
    Keten,
    Verhaal,
    auto,
    beeindiging,
    bezwaar,
    correctie,
    corrigeer,
    dag,
    degistratie,
    einde_onderzoek,
    einde_terugmelding,
    gevolg,
    herstel,
    juist,
    onderzoek,
    overgenomen,
    terugmelding,
    twijfel,
    zonder_geschiedenis,
)
from tests.parkeervergunning.commandos import VraagVergunningAan
from tests.parkeervergunning.context import CONTEXT
from tests.parkeervergunning.regels import parkeertarief
from tests.parkeervergunning.vertaling import beoordeel_auto
from tests.wereld import vaste_wereld

NAAM = CONTEXT.naam
SAM = ("auto-1", "v-sam")
NOOR = ("auto-1", "v-noor")
TARIEF = "tarief_eurocent"


def aanvraag(wie: str = "sam", vanaf: str = "04-01", auto_id: str = "auto-1", **anders: Any) -> VraagVergunningAan:
    """Sam asks for a place for auto-1 in the centre from 1 April."""
    velden = {"vergunning_id": f"v-{wie}", "aanvrager": wie, "aanvrager_naam": wie.title(), "zone": "Centrum"}
    return VraagVergunningAan(**{**velden, "auto_id": auto_id, "vanaf": dag(vanaf), **anders})


def taak(klasse: Any, over: tuple[str, ...] = SAM, **anders: Any) -> Any:
    """What an official does about a tariff that waits."""
    velden = {"aggregaat": "auto", "aggregaat_id": over[0], "onderwerp": over, "gegeven": TARIEF}
    return klasse(**{**velden, "toelichting": "gezien op straat", **anders})


class Straat(Keten):
    """All registers, with the fourth one among them."""

    def hier(self, *commandos: Any) -> None:
        """Process these in parkeervergunning."""
        self.verwerk(*commandos, register=NAAM)

    def vergunning(self, over: tuple[str, ...] = SAM, op: str = "11-21") -> dict[str, Any]:
        """What its table says of a vergunning on a day; empty when there is none."""
        return self.rij(NAAM, "vergunning", *over, op=op)

    def tarief(self, over: tuple[str, ...] = SAM, op: str = "11-21") -> int | None:
        """What a vergunning costs on a day; None when there is none."""
        return self.vergunning(over, op).get(TARIEF)

    @property
    def wacht(self) -> list[tuple[str, str]]:
        """What waits: of which vergunning, and why."""
        return [(t["onderwerp"][-1], t["reden"]) for t in self.registers.taken(NAAM).inhoud]

    @property
    def post(self) -> list[str]:
        """The letters so far."""
        return self.brieven(NAAM)

    def nieuw(self, *commandos: Any, register: str = "wegonderhoud") -> tuple[list[str], int]:
        """What parkeervergunning records because of these, signalen and their overname aside, and the letters."""
        namen, post = len(self.gevolgnamen(NAAM)), len(self.post)
        self.verwerk(*commandos, register=register)
        stil = ("SignaalBeoordeeld", "GegevensOvergenomen")
        return [naam for naam in self.gevolgnamen(NAAM)[namen:] if naam not in stil], len(self.post) - post


@contextmanager
def open_straat() -> Iterator[Straat]:
    """All registers in memory; when a story is over, what they keep fits together and their tables can be rebuilt."""
    wereld = vaste_wereld("parkeren", begin=NU)
    opslagen: dict[str, Opslag] = {}

    def openen(naam: str) -> Opslag:
        opslagen[naam] = in_memory(naam, clock=wereld.klok, random_bytes=wereld.willekeur)
        return opslagen[naam]

    contexten = (*CONTEXTEN, CONTEXT)
    with RegisterSystem(openen, buitenwereld=wereld, registers=contexten, versie="gevolg test") as registers:
        yield Straat(registers, opslagen)
        for naam in registers.registers:
            assert registers.controleer(naam) == []
            assert registers.controleer_lezers(naam) == []
            assert registers.controleer_tabellen(naam, MemoryProjectiestore(naam)) == []


@pytest.fixture
def straat() -> Iterator[Straat]:
    with open_straat() as alle:
        yield alle


# --- the context by itself ------------------------------------------------------------------------------------


def bekend(punten: int | None = 21, nummer: int = 1) -> NeemGegevensOver:
    """What wegonderhoud makes known of auto-1, as the translator has it taken over; None is no points any more."""
    gezegd = Mededeling(SAM[:1], "punten", OPEN_BEGIN, OPEN_EIND, punten, None, f"punten-{nummer}")
    melding = Melding("wegonderhoud", nummer, "fysiek-milieueffect@1", "auto", "auto-1", "DOW", NU, ("g",), (gezegd,))
    [een] = beoordeel_auto(melding).taken
    return NeemGegevensOver(een.aggregaat, een.aggregaat_id, overgenomen("wegonderhoud", nummer, een.mededelingen))


@pytest.mark.parametrize(("punten", "tarief"), [(0, 10_00), (14, 10_00), (15, 25_00), (29, 25_00), (30, 60_00)])
def test_the_tariff_follows_the_band_of_the_points(punten: int, tarief: int) -> None:
    verhaal = Verhaal(CONTEXT).als(bekend(punten)).als(aanvraag())
    verhaal.dan(
        gevolg("VergunningAangevraagd", zone="Centrum", aanvrager_naam="Sam"),
        gevolg("ParkeervergunningVerleend", over="v-sam", tarief_eurocent=tarief, vanaf="04-01", tot=None),
    )


def test_a_vergunning_is_asked_for_once() -> None:
    Verhaal(CONTEXT).als(aanvraag()).als(aanvraag(zone="Haven")).dan_niet_verwerkt("vergunning_bekend")


def test_an_application_without_a_name_or_zone_breaks_the_contract() -> None:
    Verhaal(CONTEXT).als(aanvraag(aanvrager_naam="", zone="")).dan_niet_verwerkt("contract", "aanvrager_naam", "zone")


def test_what_is_told_twice_is_taken_over_once() -> None:
    Verhaal(CONTEXT).als(bekend()).als(aanvraag()).als(bekend()).dan_niets()


def test_a_car_that_has_no_points_any_more_gets_no_vergunning_and_nobody_is_set_to_work() -> None:
    verhaal = Verhaal(CONTEXT).als(bekend()).als(bekend(None, nummer=2)).als(aanvraag())
    verhaal.dan(gevolg("VergunningAangevraagd"))
    assert verhaal.taken == set()


# --- first time -----------------------------------------------------------------------------------------------


def test_who_asks_gets_his_vergunning_with_a_letter_that_says_why(straat: Straat) -> None:
    straat.verwerk(auto(), aanvraag())

    rij = straat.vergunning()
    kolommen = ("aanvrager", "zone", "punten", TARIEF, "regelversie")
    assert [rij[kolom] for kolom in kolommen] == ["sam", "Centrum", 21, 25_00, 1]
    assert straat.tarief(op="03-31") is None
    [brief] = straat.post
    assert "Beste Sam,\n\nVanaf 1 april 2026 hebt u een parkeervergunning. Zij kost € 25 per maand.\n" in brief
    assert "- 21 punten valt in de band van 15 tot 30: € 25\n" in brief
    assert "Parkeerverordening Zeestad, artikel 4 (tarief)" in brief


def test_only_the_points_are_taken_over_and_every_judgement_is_recorded(straat: Straat) -> None:
    """New bands for the class in wegonderhoud change the class alone: judged here, and no taak."""
    straat.verwerk(auto(), aanvraag())
    klasse = versie(regelversie_id="fysiek-milieueffectklasse", grenzen=(6, 20), uitkomsten=("licht", "matig", "zwaar"))
    assert straat.nieuw(klasse) == ([], 0)

    assert straat.rij("wegonderhoud", "auto", "auto-1")["klasse"] == "zwaar"
    *_, laatste = (g.inhoud for t in straat.registers.gevolgen(NAAM) for g in t.gevolgen)
    assert isinstance(laatste, Beoordeling)
    assert laatste.taken == ()
    assert "klasse" in laatste.reden


# --- taken ----------------------------------------------------------------------------------------------------


def test_an_application_for_an_unknown_car_waits_and_goes_on_by_itself_when_the_car_comes(straat: Straat) -> None:
    straat.verwerk(aanvraag())
    assert (straat.wacht, straat.post, straat.vergunning()) == ([("v-sam", "auto_onbekend")], [], {})

    assert straat.nieuw(auto()) == (["ParkeervergunningVerleend", "Aanhouding"], 1)
    assert (straat.wacht, straat.tarief()) == ([], 25_00)


def test_an_official_decides_himself_about_an_unknown_car_until_the_rule_can(straat: Straat) -> None:
    straat.verwerk(aanvraag())
    assert straat.nieuw(taak(BeslisTaak, waarde=60_00), register=NAAM) == (
        ["TaakBeslist", "ParkeervergunningVerleend", "Aanhouding"],
        1,
    )
    assert (straat.wacht, straat.tarief()) == ([], 60_00)
    assert "De ambtenaar die besliste voegt hieraan toe: gezien op straat" in straat.post[0]

    assert straat.nieuw(auto()) == (["ParkeervergunningHerzien"], 1)
    assert straat.tarief() == 25_00


def test_an_official_can_only_decide_what_the_rule_knows(straat: Straat) -> None:
    straat.verwerk(aanvraag())
    uitkomst = straat.bied_aan(taak(BeslisTaak, waarde=12_50), register=NAAM)
    assert isinstance(uitkomst, NietVerwerkt)
    assert uitkomst.regel == "uitkomst_onmogelijk"


def test_what_is_put_aside_is_off_the_list_and_still_goes_on_when_the_car_comes(straat: Straat) -> None:
    straat.verwerk(aanvraag())
    straat.hier(taak(LegTaakTerzijde))
    assert (straat.wacht, straat.tarief()) == ([], None)

    straat.verwerk(auto())
    assert straat.tarief() == 25_00


# --- doubt ----------------------------------------------------------------------------------------------------


def test_doubt_on_the_weight_there_reaches_the_tariff_here_and_leaves_when_unfounded(straat: Straat) -> None:
    straat.verwerk(auto(), aanvraag())
    assert straat.nieuw(twijfel("gewicht_kg")) == (["ParkeervergunningZekerheidGewijzigd"], 0)
    assert straat.zekerheid(NAAM, "vergunning", *SAM) == {"punten": "in_twijfel", TARIEF: "in_twijfel"}
    assert straat.tarief() == 25_00

    straat.verwerk(onderzoek())
    assert straat.zekerheid(NAAM, "vergunning", *SAM) == {"punten": "in_onderzoek", TARIEF: "in_onderzoek"}

    assert straat.nieuw(einde_onderzoek()) == (["ParkeervergunningZekerheidGewijzigd"], 0)
    assert straat.zekerheid(NAAM, "vergunning", *SAM) == {}


def test_doubt_on_what_the_points_do_not_rest_on_does_not_reach_it(straat: Straat) -> None:
    straat.verwerk(auto(), aanvraag())
    assert straat.nieuw(twijfel("uitstoot_g_per_km")) == ([], 0)
    assert straat.zekerheid(NAAM, "vergunning", *SAM) == {}


def test_a_new_decision_on_doubted_points_is_held_and_goes_on_by_itself(straat: Straat) -> None:
    straat.verwerk(auto(), aanvraag(), twijfel("gewicht_kg"))
    assert straat.nieuw(aanvraag("noor", "05-01")) == (["VergunningAangevraagd", "Aanhouding"], 0)
    assert (straat.wacht, straat.tarief(NOOR), straat.tarief(SAM)) == ([("v-noor", "invoer_in_twijfel")], None, 25_00)
    assert straat.taken(NAAM) == set()

    namen, brieven = straat.nieuw(einde_onderzoek())
    assert ("ParkeervergunningVerleend" in namen, brieven) == (True, 1)
    assert (straat.wacht, straat.tarief(NOOR)) == ([], 25_00)


def test_an_official_breaks_through_and_his_reason_is_in_the_letter(straat: Straat) -> None:
    straat.verwerk(auto(), twijfel("gewicht_kg"), aanvraag())
    namen, brieven = straat.nieuw(taak(DoorbreekAanhouding), register=NAAM)
    assert (namen, brieven) == (["AanhoudingDoorbroken", "ParkeervergunningVerleend", "Aanhouding"], 1)
    assert straat.zekerheid(NAAM, "vergunning", *SAM) == {"punten": "in_twijfel", TARIEF: "in_twijfel"}
    assert "gezien op straat" in straat.post[0]


def test_own_claims_are_doubted_by_whoever_may_and_the_decision_shows_it(straat: Straat) -> None:
    straat.verwerk(auto(), aanvraag())
    straat.hier(twijfel("zone", SAM))
    assert straat.zekerheid(NAAM, "vergunning", *SAM) == {"zone": "in_twijfel", TARIEF: "in_twijfel"}
    straat.hier(einde_onderzoek(over=SAM))
    assert straat.zekerheid(NAAM, "vergunning", *SAM) == {"zone": "bevestigd"}


@pytest.mark.parametrize("gegeven", ["zone", TARIEF])
def test_a_terugmelding_of_handhaving_is_a_doubt_at_once(straat: Straat, gegeven: str) -> None:
    straat.verwerk(auto(), aanvraag())
    straat.hier(terugmelding(gegeven, SAM, melder="handhaving"))
    assert straat.zekerheid(NAAM, "vergunning", *SAM) == {gegeven: "in_twijfel", TARIEF: "in_twijfel"}
    assert straat.taken(NAAM) == set()

    straat.hier(einde_terugmelding("afgewezen", SAM))
    assert straat.zekerheid(NAAM, "vergunning", *SAM) == {gegeven: "bevestigd"}


def test_a_terugmelding_of_a_passer_by_is_a_taak(straat: Straat) -> None:
    straat.verwerk(auto(), aanvraag())
    straat.hier(terugmelding("zone", SAM, melder="voorbijganger"))
    assert (straat.wacht, straat.zekerheid(NAAM, "vergunning", *SAM)) == ([("v-sam", "gerede_twijfel")], {})


def test_a_bezwaar_is_noted_and_holds_nothing_up(straat: Straat) -> None:
    straat.verwerk(auto(), aanvraag())
    straat.hier(bezwaar(TARIEF, SAM))
    assert straat.zekerheid(NAAM, "vergunning", *SAM) == {TARIEF: "aangevochten"}
    straat.verwerk(correctie(gewicht_kg=2300))
    assert straat.tarief() == 60_00


# --- correction and degistratie there -------------------------------------------------------------------------


def test_a_correction_there_revises_the_tariff_here_with_one_letter(straat: Straat) -> None:
    straat.verwerk(auto(), aanvraag())
    assert straat.nieuw(correctie(gewicht_kg=2300)) == (["ParkeervergunningHerzien"], 1)
    assert (straat.tarief(), straat.vergunning()["punten"]) == (60_00, 31)
    assert "kost uw parkeervergunning € 60 per maand. Dat was € 25." in straat.post[-1]


def test_a_correction_that_leaves_the_tariff_as_it_was_is_gehandhaafd_without_a_letter(straat: Straat) -> None:
    straat.verwerk(auto(), aanvraag())
    assert straat.nieuw(correctie(gewicht_kg=1400)) == (["ParkeervergunningGehandhaafd"], 0)
    assert (straat.tarief(), straat.vergunning()["punten"]) == (25_00, 22)


def test_a_correction_ends_the_doubt_here_as_well_and_what_was_held_goes_on(straat: Straat) -> None:
    straat.verwerk(auto(), aanvraag(), twijfel("gewicht_kg"), aanvraag("noor"), correctie(gewicht_kg=2300))
    assert straat.zekerheid(NAAM, "vergunning", *SAM) == {}
    assert (straat.tarief(SAM), straat.tarief(NOOR), straat.wacht, len(straat.post)) == (60_00, 60_00, [], 3)


def test_degistratie_of_the_car_there_withdraws_the_vergunning_here_with_a_letter(straat: Straat) -> None:
    straat.verwerk(auto(), aanvraag())
    assert straat.nieuw(degistratie()) == (["ParkeervergunningIngetrokken"], 1)
    assert (straat.vergunning(), straat.wacht) == ({}, [])
    assert "Beste Sam,\n\nVanaf 1 april 2026 hebt u geen parkeervergunning meer" in straat.post[-1]

    assert straat.nieuw(herstel()) == (["ParkeervergunningVerleend"], 1)
    assert straat.tarief() == 25_00


# --- own claims -----------------------------------------------------------------------------------------------


def test_a_corrected_zone_is_other_ground_for_the_same_decision(straat: Straat) -> None:
    straat.verwerk(auto(), aanvraag())
    straat.hier(twijfel("zone", SAM))
    namen, brieven = straat.nieuw(corrigeer(juist("zone", SAM, waarde="Haven"), over=SAM), register=NAAM)
    assert (namen, brieven) == (["GegevensGecorrigeerd", "ParkeervergunningGehandhaafd", "OnderzoekBeeindigd"], 0)
    assert (straat.vergunning()["zone"], straat.zekerheid(NAAM, "vergunning", *SAM)) == ("Haven", {})


def test_a_corrected_first_day_is_one_transactie_and_one_letter(straat: Straat) -> None:
    straat.verwerk(auto(), aanvraag())
    stappen = (juist(gegeven, SAM, vanaf=dag("03-15")) for gegeven in ("aanvrager", "aanvrager_naam", "zone"))
    namen, brieven = straat.nieuw(corrigeer(*stappen, over=SAM), register=NAAM)
    assert (namen[0], brieven) == ("GegevensGecorrigeerd", 1)
    assert [straat.tarief(op=op) for op in ("03-14", "03-15", "04-01")] == [None, 25_00, 25_00]


def test_a_vergunning_that_ends_in_the_world_is_withdrawn_from_that_day(straat: Straat) -> None:
    straat.verwerk(auto(), aanvraag())
    assert straat.nieuw(beeindiging("06-01", SAM), register=NAAM) == (["Beeindigd", "ParkeervergunningIngetrokken"], 1)
    assert [straat.tarief(op=op) for op in ("05-31", "06-01")] == [25_00, None]
    assert "Beste Sam,\n\nVanaf 1 juni 2026 hebt u geen parkeervergunning meer" in straat.post[-1]

    straat.hier(herstel(SAM))
    assert straat.tarief(op="06-01") == 25_00


def test_an_application_that_should_never_have_been_registered_takes_its_vergunning_along(straat: Straat) -> None:
    straat.verwerk(auto(), aanvraag(), aanvraag("noor"))
    namen, brieven = straat.nieuw(degistratie(SAM), register=NAAM)
    assert (namen, brieven) == (["Gedegistreerd", "ParkeervergunningIngetrokken"], 1)
    assert "Beste Sam," in straat.post[-1]
    assert (straat.vergunning(SAM), straat.tarief(NOOR)) == ({}, 25_00)


def test_the_name_of_who_asks_to_be_forgotten_is_gone_from_every_letter(straat: Straat) -> None:
    straat.verwerk(auto(), aanvraag())
    straat.hier(WisPersoonsgegevens(betrokkene_id="sam", toelichting="op zijn verzoek"))
    assert straat.post == [None]
    assert straat.tarief() == 25_00


# --- new law --------------------------------------------------------------------------------------------------


def versie(**anders: Any) -> RegistreerRegelversie:
    """Dearer places from 1 July."""
    nieuw = {"regelversie_id": parkeertarief.naam, "versie": 2, "geldig_vanaf": dag("07-01")}
    banden = {"grenzen": (15, 30), "uitkomsten": (10_00, 35_00, 90_00), "overgang": "onmiddellijk"}
    return RegistreerRegelversie(**{**nieuw, **banden, "grond": "Parkeerverordening Zeestad 2026, artikel 4", **anders})


def test_a_new_tariff_is_considered_for_every_vergunning_from_its_day_on(straat: Straat) -> None:
    straat.verwerk(auto(), aanvraag(), aanvraag("noor", "08-01"), auto("auto-2"))
    straat.verwerk(aanvraag("robin", auto_id="auto-2", vanaf="05-01"))
    namen, brieven = straat.nieuw(versie(), register=NAAM)

    assert (namen[0], namen[-1], brieven) == ("RegelversieGeregistreerd", "HerbeoordelingAfgerond", 3)
    [telling] = (
        g.inhoud for t in straat.registers.gevolgen(NAAM) for g in t.gevolgen if isinstance(g.inhoud, Herbeoordeling)
    )
    assert (telling.aantal, telling.gewijzigd) == (2, 2)
    assert [(straat.tarief(op=op), straat.vergunning(op=op)["regelversie"]) for op in ("06-30", "07-01")] == [
        (25_00, 1),
        (35_00, 2),
    ]
    assert straat.tarief(NOOR) == 35_00
    assert "Parkeerverordening Zeestad 2026, artikel 4" in straat.post[-1]

    straat.verwerk(aanvraag("tim", "06-01"))
    assert [straat.tarief(("auto-1", "v-tim"), op) for op in ("06-30", "07-01")] == [25_00, 35_00]


def test_doubt_on_a_new_tariff_shows_and_a_tariff_that_never_was_law_is_taken_back(straat: Straat) -> None:
    straat.verwerk(auto(), aanvraag())
    wet = (parkeertarief.naam, "2")
    straat.hier(versie(), twijfel("regelversie", wet, aggregaat="regelversie"))
    assert straat.zekerheid(NAAM, "vergunning", *SAM) == {TARIEF: "in_twijfel"}
    assert straat.zekerheid(NAAM, "vergunning", *SAM, op="06-30") == {}

    straat.hier(degistratie(wet, aggregaat="regelversie"))
    assert (straat.tarief(), straat.zekerheid(NAAM, "vergunning", *SAM)) == (25_00, {})


# --- order and redelivery -------------------------------------------------------------------------------------


def rust(straat: Straat) -> Any:
    """The answers at rest: the table on several days, and what waits."""
    tabellen = [straat.tabel(NAAM, "vergunning", op) for op in ("03-31", "04-15", "06-30", "11-21")]
    return tabellen, zonder_geschiedenis(straat.registers.taken(NAAM).inhoud)


FEITEN: tuple[tuple[Any, ...], ...] = (
    ("wegonderhoud", auto(), twijfel("gewicht_kg"), correctie(gewicht_kg=2300)),
    (f"{NAAM} (loket)", aanvraag(), corrigeer(juist("zone", SAM, waarde="Haven"), over=SAM), beeindiging("06-01", SAM)),
    (f"{NAAM} (wet)", versie(geldig_vanaf=dag("05-01"))),
)


def test_in_whatever_order_it_is_told_the_answers_at_rest_are_the_same() -> None:
    """Each register hears of its own facts in their order; how these cross is chance."""
    gezien = []
    for zaad in range(12):
        kans = Random(zaad)
        beurten = [register for register, *commandos in FEITEN for _ in commandos]
        kans.shuffle(beurten)
        rest = {register: iter(commandos) for register, *commandos in FEITEN}
        with open_straat() as straat:
            for register in beurten:
                straat.verwerk(next(rest[register]), register=register.partition(" ")[0])
            gezien.append(rust(straat))
    assert all(een == gezien[0] for een in gezien)
    assert gezien[0][0][1][0][TARIEF] == 60_00


def test_a_commando_and_a_feed_that_come_twice_do_nothing_twice(straat: Straat) -> None:
    straat.verwerk(auto(), twijfel("gewicht_kg"))
    id_ = "00000000-0000-4000-8000-000000000001"
    eerste = straat.bied_aan(aanvraag(), id_=id_)
    straat.verwerk(correctie(gewicht_kg=2300), degistratie())
    voor = (straat.registers.standen(), straat.post, rust(straat))

    assert straat.bied_aan(aanvraag(), id_=id_) == eerste
    kern, bron = straat.registers._kernen[NAAM], straat.registers._kernen["wegonderhoud"]
    verwerker = Signaalverwerker(CONTEXT, bron.opslag.feed, bron.serialisatie, kern.opslag.gevolgen, kern.serialisatie)
    opnieuw = verwerker._beoordeel_vanaf(0, 256)
    assert opnieuw is not None
    antwoorden = straat.registers._stelsel.bied_aan(NAAM, opnieuw.commandos)
    straat.registers.wacht_op_rust()

    assert len(antwoorden) == 2 * 4
    assert all(isinstance(antwoord, Verwerkt) and antwoord.uit_opslag for antwoord in antwoorden)
    assert (straat.registers.standen(), straat.post, rust(straat)) == voor
