"""Rule versions: new law as data, from a day on, and how it meets what was there."""

from collections.abc import Iterator
from decimal import Decimal
from itertools import permutations
from typing import Any

import pytest

from actors.register.commando import AangebodenCommando, NietVerwerkt
from actors.register.gevolg import Afleiding
from actors.register.regel import Banden, Overgang, Regelversie, geldende_versie
from actors.register.staat import Staat
from actors.register.tijdlijnen import OPEN_EIND
from actors.register.verantwoording import Grond
from actors.verwerking.generiek.regelversies import versies_van
from actors.verwerking.generiek.soorten import REGELVERSIE
from actors.verwerking.standen import vouw
from tests.domein import (
    AANLEIDING,
    NU,
    Keten,
    aanschaf,
    auto,
    beeindiging,
    correctie,
    dag,
    degistratie,
    einde_onderzoek,
    heropleving,
    herstel,
    huishouden,
    keten,
    toetreding,
    twijfel,
    verkoop,
)
from tests.loket import beslis, doorbreek, passenrecht, tarief
from tests.wereld import commando_id

HEFFING, SPITSPAS = "aanschafheffing", "spitspas"
SAM, NOOR = ("auto-1", "koop-sam-03-01"), ("auto-2", "koop-noor-08-01")
OP_TARIEF: dict[str, Any] = {"aggregaat": "regelversie", "over": ("aanschafheffing", "2")}
OP_RECHT: dict[str, Any] = {"aggregaat": "regelversie", "over": ("spitspasrecht", "2")}


@pytest.fixture
def registers() -> Iterator[Keten]:
    """Sam bought a car in March, Noor one of the same kind in August; 33 punten each."""
    with keten() as alle:
        alle.verwerk(huishouden("sam", "noor"), auto(), auto("auto-2", aanschaf("noor", "08-01")))
        yield alle


def rij(registers: Keten, over: tuple[str, ...], op: str = "11-21") -> tuple[Any, Any]:
    """Levy and rule version of a purchase."""
    gevonden = registers.rij(HEFFING, "referentietabel", *over, op=op)
    return gevonden.get("heffing_eurocent"), gevonden.get("regelversie")


def passen(registers: Keten, op: str, huis: str = "huis") -> tuple[Any, Any]:
    gevonden = registers.rij(SPITSPAS, "huishouden", huis, op=op)
    return gevonden.get("passen"), gevonden.get("regelversie")


def laatste(registers: Keten, register: str, naam: str) -> Any:
    """The last gevolg of this name."""
    alle = [g for t in registers.registers.gevolgen(register) for g in t.gevolgen if g.naam == naam]
    return alle[-1]


# --- which version applies ------------------------------------------------------------------------------------


def versie(nummer: int, vanaf: str, tot: str | None = None, overgang: Overgang = Overgang.ONMIDDELLIJK) -> Regelversie:
    einde = dag(tot) if tot else OPEN_EIND
    return Regelversie(nummer, Grond("wet", "wet", str(nummer)), Banden((), (nummer,)), dag(vanaf), einde, overgang)


def test_of_versions_that_apply_the_one_that_begins_last_does() -> None:
    alle = [versie(1, "01-01"), versie(3, "05-01", "06-01"), versie(2, "07-01")]
    for volgorde in permutations(alle):
        gekozen = [geldende_versie(volgorde, dag(d)) for d in ("01-01", "05-01", "06-01", "07-01")]
        assert [v and v.versie for v in gekozen] == [1, 3, 1, 2]


def test_eerbiedigend_looks_at_the_peildatum_and_onmiddellijk_at_the_day() -> None:
    oud = versie(1, "01-01")
    for overgang, nummer in ((Overgang.EERBIEDIGEND, 1), (Overgang.ONMIDDELLIJK, 2)):
        gekozen = geldende_versie([oud, versie(2, "07-01", overgang=overgang)], dag("09-01"), dag("03-01"))
        assert gekozen is not None
        assert gekozen.versie == nummer


# --- through the registers ------------------------------------------------------------------------------------


def test_eerbiedigend_touches_only_what_was_bought_under_it(registers: Keten) -> None:
    registers.verwerk(tarief(), register=HEFFING)
    assert (rij(registers, SAM), rij(registers, NOOR)) == ((200_000, 1), (500_000, 2))


def test_the_decision_names_the_version_its_ground_and_its_claim(registers: Keten) -> None:
    registers.verwerk(tarief(), register=HEFFING)
    herzien = laatste(registers, HEFFING, "AanschafheffingHerzien")
    assert herzien.legitimering == (Grond("wet", "Wijzigingswet aanschafheffing, artikel I", "2"),)
    assert (herzien.verklaring.regel, herzien.verklaring.regelversie) == ("aanschafheffing", 2)
    [bron] = [i for i in herzien.verklaring.invoer if i.gegeven == "regelversie"]
    geregistreerd = laatste(registers, HEFFING, "RegelversieGeregistreerd")
    assert (bron.waarde, bron.claim) == (2, geregistreerd.inhoud.claims[0].id)
    assert "peildatum" in {i.gegeven for i in herzien.verklaring.invoer}


def test_onmiddellijk_is_cut_on_the_day_on_which_the_law_changes(registers: Keten) -> None:
    registers.verwerk(passenrecht(), register=SPITSPAS)
    assert (passen(registers, "06-30"), passen(registers, "07-01")) == ((3, 1), (3, 2))
    registers.verwerk(correctie(uitstoot_g_per_km=80), register="wegonderhoud")
    assert (passen(registers, "06-30"), passen(registers, "07-01")) == ((5, 1), (3, 2))


def test_onmiddellijk_on_a_peildatum_rule_holds_for_later_days_of_every_purchase(registers: Keten) -> None:
    registers.verwerk(tarief(overgang="onmiddellijk"), register=HEFFING)
    assert (rij(registers, SAM, "06-30"), rij(registers, SAM, "07-01")) == ((200_000, 1), (500_000, 2))


def test_onmiddellijk_has_no_outcome_of_the_old_law_for_what_was_bought_after_it() -> None:
    """A purchase of August is never told what it would have cost in June."""
    with keten() as registers:
        registers.verwerk(tarief(overgang="onmiddellijk"), register=HEFFING)
        registers.verwerk(auto("auto-2", aanschaf("noor", "08-01")))
        gezegd = [
            g.inhoud.stuk.waarde
            for t in registers.registers.gevolgen(HEFFING)
            for g in t.gevolgen
            if isinstance(g.inhoud, Afleiding) and g.inhoud.gegeven == "heffing_eurocent"
        ]
        assert gezegd == [500_000]
        [brief] = registers.brieven(HEFFING)
        assert "€ 5.000" in brief
        assert "€ 2.000" not in brief


def test_a_version_with_an_end_gives_way_to_the_law_before_it(registers: Keten) -> None:
    registers.verwerk(passenrecht(geldig_tot=dag("09-01"), uitkomsten=(5, 1, 1)), register=SPITSPAS)
    registers.verwerk(tarief(vanaf="02-01", geldig_tot=dag("04-01")), register=HEFFING)
    assert [passen(registers, op) for op in ("06-30", "07-01", "08-31", "09-01")] == [(3, 1), (1, 2), (1, 2), (0, 1)]
    assert (rij(registers, SAM), rij(registers, NOOR)) == ((500_000, 2), (200_000, 1))


@pytest.mark.parametrize("volgorde", [(2, 3), (3, 2)])
def test_two_versions_give_the_same_answers_in_either_order(registers: Keten, volgorde: tuple[int, int]) -> None:
    wetten = {
        2: passenrecht(2, "05-01", uitkomsten=(4, 2, 0)),
        3: passenrecht(3, "10-01", uitkomsten=(1, 1, 1)),
    }
    registers.verwerk(*(wetten[n] for n in volgorde), register=SPITSPAS)
    assert [passen(registers, op) for op in ("04-30", "05-01", "10-01")] == [(3, 1), (2, 2), (1, 3)]


def test_a_correction_of_the_peildatum_over_the_border_of_a_version_is_judged_by_the_other() -> None:
    """Tegenwind, step 9: Robin turns out to have bought on 2 July."""
    with keten() as registers:
        registers.verwerk(auto(), tarief(), register=HEFFING)
        registers.verwerk(verkoop(aanschaf("robin", "06-01")))
        koop = ("auto-1", "koop-robin-06-01")
        assert rij(registers, koop) == (200_000, 1)
        registers.verwerk(correctie(aanschaf_id=koop[1], aankoopdatum=dag("07-02")))
        assert rij(registers, koop) == (500_000, 2)
        registers.verwerk(correctie(aanschaf_id=koop[1], aankoopdatum=dag("06-30")))
        assert rij(registers, koop) == (200_000, 1)
        assert rij(registers, SAM) == (200_000, 1)


def test_a_version_applies_at_once_to_what_comes_after_it() -> None:
    with keten() as registers:
        registers.verwerk(tarief(), register=HEFFING)
        registers.verwerk(auto("auto-2", aanschaf("noor", "08-01")))
        assert rij(registers, NOOR) == (500_000, 2)
        assert "AanschafheffingHerzien" not in registers.gevolgnamen(HEFFING)


def test_a_version_registered_in_one_turn_with_a_new_car_applies_to_it() -> None:
    """The household and the version of its law in one turn: what was judged by the old law is considered again."""
    with keten() as registers:
        samen = [passenrecht(vanaf="02-01", grenzen=(), uitkomsten=(1,)), huishouden("sam")]
        aangeboden = [
            AangebodenCommando(commando_id(n), c, AANLEIDING, "test", gebeurd_op=NU, register=SPITSPAS)
            for n, c in enumerate(samen)
        ]
        registers.registers.verwerk_alle(aangeboden)
        registers.registers.wacht_op_rust()
        assert (passen(registers, "01-31"), passen(registers, "02-01")) == ((5, 1), (1, 2))


def test_what_was_reconsidered_with_the_same_outcome_shows_the_version_by_which() -> None:
    with keten() as registers:
        registers.verwerk(huishouden("sam"))
        registers.verwerk(passenrecht(vanaf="02-01"), register=SPITSPAS)
        assert (passen(registers, "01-31"), passen(registers, "02-01")) == ((5, 1), (5, 2))
        assert registers.aantal_brieven == (0, 1), "upheld: nothing to tell"
        assert "SpitspasrechtGehandhaafd" in registers.gevolgnamen(SPITSPAS)


# --- a version that was wrong, ended or doubted ---------------------------------------------------------------


def test_a_degistered_version_gives_the_old_law_back_and_can_be_registered_again(registers: Keten) -> None:
    registers.verwerk(tarief(), degistratie(**OP_TARIEF), register=HEFFING)
    assert rij(registers, NOOR) == (200_000, 1)
    registers.verwerk(tarief(uitkomsten=(1, 2, 3)), register=HEFFING)
    assert rij(registers, NOOR) == (3, 2)


def test_a_degistered_version_can_be_restored(registers: Keten) -> None:
    registers.verwerk(tarief(), degistratie(**OP_TARIEF), herstel(**OP_TARIEF), register=HEFFING)
    assert rij(registers, NOOR) == (500_000, 2)


def test_two_versions_never_begin_on_one_day_however_it_is_asked(registers: Keten) -> None:
    registers.verwerk(tarief(), degistratie(**OP_TARIEF), tarief(versie=3), register=HEFFING)
    uitkomst = registers.bied_aan(herstel(**OP_TARIEF), register=HEFFING)
    assert isinstance(uitkomst, NietVerwerkt)
    assert uitkomst.regel == "regelversie_gelijktijdig"
    assert rij(registers, NOOR) == (500_000, 3)


def test_a_version_that_was_ended_applies_up_to_that_day_and_revived_from_another(registers: Keten) -> None:
    registers.verwerk(passenrecht(uitkomsten=(5, 1, 1)), beeindiging("09-01", **OP_RECHT), register=SPITSPAS)
    assert [passen(registers, op) for op in ("07-01", "08-31", "09-01")] == [(1, 2), (1, 2), (0, 1)]
    registers.verwerk(heropleving("regelversie", "10-01", **OP_RECHT), register=SPITSPAS)
    assert [passen(registers, op) for op in ("08-31", "09-30", "10-01")] == [(1, 2), (0, 1), (1, 2)]


def test_doubt_on_a_version_reaches_what_rests_on_it_and_nothing_else(registers: Keten) -> None:
    registers.verwerk(tarief(), twijfel("regelversie", **OP_TARIEF), register=HEFFING)
    assert registers.zekerheid(HEFFING, "referentietabel", *NOOR)["heffing_eurocent"] == "in_twijfel"
    assert registers.zekerheid(HEFFING, "referentietabel", *SAM) == {}
    assert rij(registers, NOOR) == (500_000, 2)
    registers.verwerk(einde_onderzoek(**OP_TARIEF), register=HEFFING)
    assert registers.zekerheid(HEFFING, "referentietabel", *NOOR) == {}


def test_a_new_decision_by_a_doubted_version_waits_and_can_be_broken_through(registers: Keten) -> None:
    registers.verwerk(tarief(), twijfel("regelversie", **OP_TARIEF), register=HEFFING)
    koop = ("auto-1", "koop-robin-09-01")
    registers.verwerk(verkoop(aanschaf("robin", "09-01")))
    assert rij(registers, koop) == (None, None)
    [wacht] = registers.registers.taken(HEFFING).inhoud
    assert (wacht["onderwerp"], wacht["reden"]) == (koop, "invoer_in_twijfel")
    registers.verwerk(doorbreek(*koop, gegeven="heffing_eurocent"), register=HEFFING)
    assert (rij(registers, koop), registers.registers.taken(HEFFING).inhoud) == ((500_000, 2), [])


def test_an_official_decides_by_the_outcomes_of_the_versions_that_are_registered() -> None:
    with keten() as registers:
        registers.verwerk(huishouden("sam"), auto(koop=aanschaf(regio="Bergland")))
        zes = beslis("huis", gegeven="passen", aggregaat="huishouden", waarde=6)
        antwoord = registers.bied_aan(zes, register=SPITSPAS)
        assert isinstance(antwoord, NietVerwerkt)
        assert (antwoord.regel, "5, 3, 0" in antwoord.toelichting) == ("uitkomst_onmogelijk", True)
        registers.verwerk(passenrecht(vanaf="01-01", uitkomsten=(6, 3, 0)), register=SPITSPAS)
        registers.verwerk(zes, register=SPITSPAS)
        assert registers.passen() == 6


# --- what cannot be registered --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("anders", "regel"),
    [
        ({"regelversie_id": "geen-regel"}, "regel_onbekend"),
        ({"regelversie_id": "teruggaaf"}, "regel_zonder_banden"),
        ({"versie": 1}, "regelversie_bekend"),
        ({"versie": 2, "geldig_vanaf": dag("08-01")}, "regelversie_bekend"),
        ({"versie": 3, "geldig_vanaf": dag("07-01")}, "regelversie_gelijktijdig"),
        ({"overgang": "soepel"}, "overgang_onbekend"),
        ({"geldig_tot": dag("09-01")}, "geldigheid_leeg"),
        ({"grenzen": (33, 21)}, "banden_onjuist"),
        ({"grenzen": (21, 21)}, "banden_onjuist"),
        ({"grenzen": (21,)}, "banden_onjuist"),
        ({"grenzen": (Decimal(21), Decimal(33))}, "banden_onjuist"),
        ({"grenzen": (True, 33)}, "banden_onjuist"),
        ({"uitkomsten": ("500", "2000", "5000")}, "banden_onjuist"),
        ({"uitkomsten": (True, 2000, 5000)}, "banden_onjuist"),
        ({"uitkomsten": (None, 2000, 5000)}, "banden_onjuist"),
        ({"grenzen": (21.0, 33.0)}, "contract"),
        ({"uitkomsten": (1.5, 2000, 5000)}, "contract"),
    ],
)
def test_what_is_no_version_of_a_rule_is_refused(anders: dict[str, Any], regel: str) -> None:
    with keten() as registers:
        registers.verwerk(tarief(), register=HEFFING)
        antwoord = registers.bied_aan(tarief(**{"versie": 9, "vanaf": "09-01", **anders}), register=HEFFING)
        assert isinstance(antwoord, NietVerwerkt), antwoord
        assert antwoord.regel == regel


def test_a_rule_without_peildatum_has_nothing_to_respect() -> None:
    with keten() as registers:
        antwoord = registers.bied_aan(passenrecht(overgang="eerbiedigend"), register=SPITSPAS)
        assert isinstance(antwoord, NietVerwerkt)
        assert antwoord.regel == "peildatum_ontbreekt"


def test_a_rule_is_of_its_own_register() -> None:
    with keten() as registers:
        antwoord = registers.bied_aan(tarief(), register=SPITSPAS)
        assert isinstance(antwoord, NietVerwerkt)
        assert antwoord.regel == "regel_onbekend"


# --- the fold -------------------------------------------------------------------------------------------------


def test_without_claims_there_are_no_versions() -> None:
    assert versies_van(Staat()) == ()


def test_versions_are_what_the_journal_says(registers: Keten) -> None:
    registers.verwerk(tarief(3, "10-01"), tarief(2, "07-01"), register=HEFFING)
    kern = registers.registers._kernen[HEFFING]
    gevouwen = versies_van(vouw(kern.opslag.gevolgen, kern.serialisatie, f"{REGELVERSIE.naam}/aanschafheffing"))
    assert [v.versie for v in gevouwen] == [2, 3]
    assert kern.overwerking.versies == {"aanschafheffing": gevouwen}
    assert gevouwen[0].banden == Banden((21, 33), (50_000, 200_000, 500_000))


def test_joining_and_new_law_go_together(registers: Keten) -> None:
    registers.verwerk(passenrecht(), register=SPITSPAS)
    registers.verwerk(toetreding("robin 09-01"))
    assert [passen(registers, op) for op in ("06-30", "08-31", "09-01")] == [(3, 1), (0, 2), (3, 2)]
