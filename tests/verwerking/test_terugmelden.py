"""Terugmelden: reasonable doubt of a consumer; authorised at once a doubt, of anyone else a taak for an official."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from actors.register.commando import NietVerwerkt
from actors.register.persoonsgegeven import Persoonsgegeven
from actors.register.terugmelding import GEREDE_TWIJFEL, Terugmelding
from actors.verwerking.generiek.commandos import Betreft
from actors.verwerking.woorden import lokale_dag
from tests.domein import (
    NU,
    SAMS_AUTO,
    SAMS_KOOP,
    Keten,
    auto,
    correctie,
    dag,
    degistratie,
    einde_onderzoek,
    einde_terugmelding,
    gegeven,
    gevolg,
    huishouden,
    keten,
    onderzoek,
    terugmelding,
    twijfel,
)
from tests.verwerking.test_persoonsgegevens import bewaard, te_lezen

BUUR = terugmelding(melder="buur", betwijfelde_waarde=1300, voorgestelde_waarde=1400)


@pytest.fixture
def registers() -> Iterator[Keten]:
    with keten() as alle:
        alle.verwerk(huishouden("sam", "noor"), auto())
        yield alle


def meldingen(registers: Keten, register: str = "wegonderhoud") -> list[Terugmelding]:
    """Each time that something of a terugmelding was recorded, in order."""
    alle = (g.inhoud for t in registers.registers.gevolgen(register) for g in t.gevolgen)
    return [inhoud for inhoud in alle if isinstance(inhoud, Terugmelding)]


def wachtend(registers: Keten) -> list[dict[str, Any]]:
    """The terugmeldingen that an official has yet to judge."""
    return [t for t in registers.registers.taken("wegonderhoud").inhoud if t["reden"] == GEREDE_TWIJFEL]


def zekerheid(registers: Keten) -> str | None:
    return registers.zekerheid("wegonderhoud", "auto", "auto-1").get("gewicht_kg")


# --- who may be believed --------------------------------------------------------------------------------------


def test_a_terugmelding_of_an_authorised_consumer_is_a_doubt_at_once(registers: Keten) -> None:
    registers.verwerk(terugmelding(betwijfelde_waarde=1300, voorgestelde_waarde=1400, kenmerk="V-7"))
    [melding] = meldingen(registers)
    assert (melding.status, melding.bevoegd) == ("ontvangen", True)
    assert (melding.melder, melding.kenmerk) == ("verzekeraar", "V-7")
    assert (melding.betwijfelde_waarde, melding.voorgestelde_waarde, melding.peilmoment) == (1300, 1400, dag("05-01"))
    assert zekerheid(registers) == "in_twijfel"
    assert registers.zekerheid("spitspas", "huishouden", "huis")["passen"] == "in_twijfel"
    assert wachtend(registers) == []


def test_a_terugmelding_of_anyone_else_is_a_taak_with_a_term_and_no_doubt(registers: Keten) -> None:
    registers.verwerk(BUUR)
    [taak] = wachtend(registers)
    assert (taak["onderwerp"], taak["gegeven"], taak["vanaf"]) == (SAMS_AUTO, "gewicht_kg", dag("05-01"))
    assert (taak["kenmerk"], taak["taak"]) == ("m1", True)
    assert taak["uiterlijk"] == lokale_dag(NU) + timedelta(weeks=8)
    assert zekerheid(registers) is None


def test_who_is_authorised_differs_per_register(registers: Keten) -> None:
    registers.verwerk(terugmelding("punten", melder="spitspas"), register="aanschafheffing")
    registers.verwerk(terugmelding(melder="spitspas"))
    assert [m.bevoegd for m in (*meldingen(registers, "aanschafheffing"), *meldingen(registers))] == [True, False]
    assert registers.zekerheid("spitspas", "huishouden", "huis")["passen"] == "in_twijfel"


def test_two_terugmeldingen_about_one_gegeven_are_two_taken(registers: Keten) -> None:
    registers.verwerk(BUUR, terugmelding(melder="buur", terugmelding_id="m2"))
    assert {t["kenmerk"] for t in wachtend(registers)} == {"m1", "m2"}
    registers.verwerk(einde_terugmelding("afgewezen"))
    assert [t["kenmerk"] for t in wachtend(registers)] == ["m2"]


# --- its life -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("oordeel", [twijfel(None, id_="m1", betreft=None), onderzoek(id_="m1")])
def test_an_official_who_finds_the_doubt_reasonable_takes_the_taak_off_the_list(registers: Keten, oordeel: Any) -> None:
    registers.verwerk(BUUR, oordeel)
    assert wachtend(registers) == []
    assert zekerheid(registers) == ("in_twijfel" if "Trek" in type(oordeel).__name__ else "in_onderzoek")
    assert registers.zekerheid("spitspas", "huishouden", "huis") != {}


def test_a_terugmelding_goes_from_ontvangen_by_onderzoek_to_its_answer(registers: Keten) -> None:
    registers.verwerk(BUUR, onderzoek(id_="m1"), einde_onderzoek("gegrond", id_="m1"))
    assert [(m.status, m.reden) for m in meldingen(registers)] == [
        ("ontvangen", ""),
        ("in_onderzoek", "daarom"),
        ("gehonoreerd", "daarom"),
    ]
    assert [naam for naam in registers.gevolgnamen("wegonderhoud") if "melding" in naam] == [
        "TerugmeldingOntvangen",
        "TerugmeldingInOnderzoekGenomen",
        "TerugmeldingGehonoreerd",
    ]


@pytest.mark.parametrize(
    ("uitkomst", "status"), [("ongegrond", "afgewezen"), ("gegrond", "gehonoreerd"), ("ingetrokken", "ingetrokken")]
)
@pytest.mark.parametrize("bevoegd", [True, False])
def test_the_end_of_the_onderzoek_answers_the_terugmelding(
    registers: Keten, uitkomst: str, status: str, *, bevoegd: bool
) -> None:
    registers.verwerk(terugmelding(melder="verzekeraar" if bevoegd else "buur"), onderzoek(id_="m1"))
    registers.verwerk(einde_onderzoek(uitkomst, id_="m1"))
    assert meldingen(registers)[-1].status == status
    assert zekerheid(registers) == ("bevestigd" if uitkomst == "ongegrond" else None)


@pytest.mark.parametrize("uitkomst", ["gehonoreerd", "afgewezen", "ingetrokken"])
@pytest.mark.parametrize("tussen", [(), (onderzoek(id_="m1"),)])
def test_the_answer_to_a_terugmelding_ends_its_doubt(registers: Keten, uitkomst: str, tussen: tuple[Any, ...]) -> None:
    registers.verwerk(terugmelding(), *tussen, einde_terugmelding(uitkomst))
    assert meldingen(registers)[-1].status == uitkomst
    assert zekerheid(registers) == ("bevestigd" if uitkomst == "afgewezen" else None)
    assert registers.zekerheid("spitspas", "huishouden", "huis") == {}
    assert isinstance(registers.bied_aan(einde_onderzoek(id_="m1"), register="wegonderhoud"), NietVerwerkt)


def test_a_terugmelding_that_was_never_a_doubt_confirms_nothing_when_it_is_rejected(registers: Keten) -> None:
    registers.verwerk(BUUR, einde_terugmelding("afgewezen", toelichting="gewogen en goed bevonden"))
    assert [(m.status, m.reden) for m in meldingen(registers)][-1] == ("afgewezen", "gewogen en goed bevonden")
    assert (zekerheid(registers), wachtend(registers)) == (None, [])


@pytest.mark.parametrize("anders", [correctie(gewicht_kg=1400), degistratie(), degistratie(gegeven="gewicht_kg")])
def test_what_takes_the_doubted_claim_away_honours_the_terugmelding(registers: Keten, anders: Any) -> None:
    registers.verwerk(terugmelding(), anders)
    *_, laatste = registers.registers.gevolgen("wegonderhoud")
    namen = [g.naam for g in laatste.gevolgen]
    assert ("OnderzoekBeeindigd" in namen, "TerugmeldingGehonoreerd" in namen) == (True, True)
    assert meldingen(registers)[-1].status == "gehonoreerd"


def test_a_correction_that_keeps_the_doubt_leaves_the_terugmelding_open(registers: Keten) -> None:
    registers.verwerk(terugmelding(), correctie(gewicht_kg=1400, behoud_twijfel=True))
    assert meldingen(registers)[-1].status == "ontvangen"
    registers.verwerk(einde_terugmelding("gehonoreerd"))
    assert zekerheid(registers) is None


def test_what_nobody_judged_yet_waits_for_its_answer_also_when_its_claim_is_gone(registers: Keten) -> None:
    registers.verwerk(BUUR, correctie(gewicht_kg=1400))
    assert len(wachtend(registers)) == 1
    uitkomst = registers.bied_aan(twijfel(None, id_="m1", betreft=None), register="wegonderhoud")
    assert isinstance(uitkomst, NietVerwerkt)
    assert (uitkomst.regel, "HandelTerugmeldingAf" in uitkomst.toelichting) == ("betreft_onbekend", True)
    registers.verwerk(einde_terugmelding("gehonoreerd"))
    assert wachtend(registers) == []


def test_a_terugmelding_gives_no_letter(registers: Keten) -> None:
    voor = registers.aantal_brieven
    registers.verwerk(terugmelding(), onderzoek(id_="m1"), einde_terugmelding("afgewezen"))
    registers.verwerk(terugmelding(melder="buur", terugmelding_id="m2"))
    assert registers.aantal_brieven == voor


# --- personal values ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("melder", ["verzekeraar", "buur"])
def test_a_proposed_kenteken_is_never_stored_in_the_clear_and_gone_with_the_key(registers: Keten, melder: str) -> None:
    registers.verwerk(
        terugmelding("kenteken", melder=melder, betwijfelde_waarde="KN-auto-1", voorgestelde_waarde="QZ-999-X")
    )
    registers.verwerk(onderzoek(id_="m1"), einde_terugmelding("gehonoreerd"))
    for melding in meldingen(registers):
        assert isinstance(melding.voorgestelde_waarde, Persoonsgegeven)
        assert melding.voorgestelde_waarde == Persoonsgegeven("auto-1", "QZ-999-X")
    assert "QZ-999-X" in te_lezen(registers)
    for geheim in (b"QZ-999-X", b"KN-auto-1"):
        assert not [plaats for plaats, inhoud in bewaard(registers) if geheim in inhoud]
    for opslag in registers.opslagen.values():
        opslag.sleutels.destroy("auto-1")
    assert "QZ-999-X" not in te_lezen(registers)


# --- refusals -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("eerst", "commando", "regel"),
    [
        ((), terugmelding(over=("auto-9",)), "aggregaat_onbekend"),
        ((), terugmelding("kleur"), "betreft_onbekend"),
        ((), terugmelding("koper", SAMS_KOOP, peilmoment=dag("02-28")), "betreft_onbekend"),
        ((), terugmelding("koper"), "betreft_onbekend"),
        ((), terugmelding(betwijfelde_waarde=1299), "betwijfelde_waarde_anders"),
        ((), terugmelding("kenteken", betwijfelde_waarde="KN-auto-2"), "betwijfelde_waarde_anders"),
        ((BUUR,), BUUR, "terugmelding_bekend"),
        ((twijfel("gewicht_kg", id_="m1"),), BUUR, "terugmelding_bekend"),
        ((BUUR, einde_terugmelding("afgewezen")), BUUR, "terugmelding_bekend"),
        ((), einde_terugmelding("afgewezen"), "terugmelding_onbekend"),
        ((BUUR,), einde_terugmelding("ongegrond"), "uitkomst_onbekend"),
        ((BUUR, einde_terugmelding("afgewezen")), einde_terugmelding("gehonoreerd"), "terugmelding_afgesloten"),
        ((BUUR, einde_terugmelding("afgewezen")), onderzoek(id_="m1"), "terugmelding_afgesloten"),
        ((BUUR, einde_terugmelding("afgewezen")), twijfel(None, id_="m1", betreft=None), "terugmelding_afgesloten"),
        (
            (BUUR,),
            onderzoek(id_="m1", betreft=Betreft(onderwerp=SAMS_AUTO, gegeven="lengte_m")),
            "betreft_onduidelijk",
        ),
        ((BUUR,), einde_onderzoek(id_="m1"), "twijfel_onbekend"),
        ((terugmelding(),), twijfel(None, id_="m1", betreft=None), "twijfel_bekend"),
    ],
)
def test_what_cannot_be_reported_or_answered_says_why_and_changes_nothing(
    eerst: tuple[Any, ...], commando: Any, regel: str
) -> None:
    verhaal = gegeven(auto(), *eerst)
    noten = verhaal.staten["auto/auto-1"].aantekeningen
    voor = (noten.alle, dict(noten.terugmeldingen))
    verhaal.als(commando).dan_niet_verwerkt(regel)
    assert (noten.alle, dict(noten.terugmeldingen), len(verhaal.journaal)) == (*voor, 1 + len(eerst))


def test_what_is_not_told_is_not_compared() -> None:
    gegeven(auto()).als(terugmelding()).dan(
        gevolg("TerugmeldingOntvangen", status="ontvangen", betwijfelde_waarde=1300, voorgestelde_waarde=None),
        gevolg("InTwijfelGetrokken", status="in_twijfel", twijfel="m1"),
        gevolg("FysiekMilieueffectZekerheidGewijzigd", zekerheid="in_twijfel"),
        gevolg("FysiekMilieueffectklasseZekerheidGewijzigd", zekerheid="in_twijfel"),
    )


BEWAARBAAR = [None, True, "1400", 1400, Decimal("1.5"), Fraction(1, 3), date(2026, 1, 1), NU, "x" * 2000, 10**99]
ONBEWAARBAAR = [
    1.5,
    float("nan"),
    Decimal("NaN"),
    Decimal("Infinity"),
    Decimal("1E+1000"),
    10**100,
    Fraction(1, 10**100),
    datetime(2026, 1, 1),  # noqa: DTZ001 - the point of it
    "x" * 2001,
    "\ud800",
    b"1400",
    (1, 2),
    {"gewicht": 1400},
]


@pytest.mark.parametrize("waarde", BEWAARBAAR)
def test_any_value_that_a_register_can_keep_may_be_proposed(registers: Keten, waarde: object) -> None:
    registers.verwerk(terugmelding(voorgestelde_waarde=waarde))
    assert [m.voorgestelde_waarde for m in meldingen(registers)] == [waarde]


@pytest.mark.parametrize("veld", ["voorgestelde_waarde", "betwijfelde_waarde"])
@pytest.mark.parametrize("waarde", ONBEWAARBAAR, ids=lambda w: repr(w)[:20])
def test_a_value_that_no_register_can_keep_is_refused_and_nobody_else_is_touched(
    registers: Keten, veld: str, waarde: object
) -> None:
    velden: dict[str, Any] = {veld: waarde}
    uitkomst = registers.bied_aan(terugmelding(**velden), register="wegonderhoud")
    assert isinstance(uitkomst, NietVerwerkt)
    assert (uitkomst.regel, [f.partition(":")[0] for f in uitkomst.fouten]) == ("contract", [veld])
