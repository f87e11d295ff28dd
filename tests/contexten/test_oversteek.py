"""De oversteek: what crosses the borders of registers, kind by kind, and what the letters tell."""

import random
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from actors.register.commando import Verwerkt
from actors.register.gevolg import Afleiding
from actors.register.tijdlijnen import Tijdlijn, stuk_op, verf
from tests.domein import (
    SAMS_KOOP,
    Keten,
    aanschaf,
    auto,
    beeindiging,
    betaling,
    correctie,
    corrigeer,
    dag,
    degistratie,
    einde_onderzoek,
    heropleving,
    herstel,
    huishouden,
    juist,
    keten,
    onderzoek,
    terugmelding,
    toetreding,
    twijfel,
    verkoop,
    vertrek,
)

THUIS = huishouden("sam", "noor")
ELDERS = huishouden("robin", huishouden_id="elders")


@pytest.fixture
def registers() -> Iterator[Keten]:
    with keten() as alle:
        alle.verwerk(THUIS, ELDERS, auto())
        yield alle


def verteld_sinds(registers: Keten, commando: Any, register: str = "wegonderhoud") -> dict[str, list[dict[str, Any]]]:
    """What each register made known because of this commando."""
    voor = {naam: len(list(registers.registers.verstrekkingen(naam))) for naam in registers.opslagen}
    uitkomst = registers.bied_aan(commando, register=register)
    assert isinstance(uitkomst, Verwerkt), uitkomst
    nieuw = {naam: [*registers.registers.verstrekkingen(naam)][aantal:] for naam, aantal in voor.items()}
    assert {v["oorzaak"] for alle in nieuw.values() for v in alle} <= {uitkomst.commando_id}
    return nieuw


# --- each kind crosses ----------------------------------------------------------------------------------------


OVER: list[tuple[tuple[Any, ...], Any, str]] = [
    ((), verkoop(aanschaf("robin", "06-01")), "wijzigen"),
    ((), correctie(uitstoot_g_per_km=150), "corrigeren"),
    ((), corrigeer(juist("uitstoot_g_per_km", waarde=150)), "corrigeren"),
    ((), twijfel("uitstoot_g_per_km"), "in_twijfel_trekken"),
    ((), terugmelding("uitstoot_g_per_km"), "in_twijfel_trekken"),
    ((twijfel("uitstoot_g_per_km"),), onderzoek(), "in_onderzoek_stellen"),
    ((twijfel("uitstoot_g_per_km"),), einde_onderzoek(), "onderzoek_beeindigen"),
    ((), degistratie(gegeven="uitstoot_g_per_km"), "degistreren"),
    ((), beeindiging("06-01", gegeven="uitstoot_g_per_km"), "beeindigen"),
    ((beeindiging("06-01", gegeven="uitstoot_g_per_km"),), herstel(), "herstellen"),
    (
        (beeindiging("06-01", gegeven="uitstoot_g_per_km"),),
        heropleving("uitstoot_g_per_km", "08-01"),
        "heropleven",
    ),
]


@pytest.mark.parametrize(("eerst", "commando", "soort"), OVER)
def test_each_kind_of_change_reaches_the_next_register_as_itself_and_the_one_behind(
    registers: Keten, eerst: tuple[Any, ...], commando: Any, soort: str
) -> None:
    registers.verwerk(*eerst)
    nieuw = verteld_sinds(registers, commando)
    [melding] = [v for v in nieuw["wegonderhoud"] if v["doelgroep"] == "aanschafheffing"]
    assert {m[8] for m in melding["mededelingen"]} == {soort}
    assert [v["doelgroep"] for v in nieuw["aanschafheffing"] if v["vorm"] == "notificatie"] == ["spitspas"]
    *_, laatste = (t for t in registers.registers.gevolgen("spitspas") if t.aggregaat == "eigenaar")
    assert laatste.verantwoording.oorzaak == nieuw["wegonderhoud"][0]["oorzaak"]


@pytest.mark.parametrize(("eerst", "commando", "soort"), OVER)
def test_what_crosses_names_the_claim_and_the_gevolg_it_rests_on(
    registers: Keten, eerst: tuple[Any, ...], commando: Any, soort: str
) -> None:
    registers.verwerk(*eerst)
    nieuw = verteld_sinds(registers, commando)
    alle = {g.id: g for t in registers.registers.gevolgen("wegonderhoud") for g in t.gevolgen}
    [melding] = [v for v in nieuw["wegonderhoud"] if v["doelgroep"] == "aanschafheffing"]
    for *_, claim, _twijfels, _soort, gevolg, betreft in melding["mededelingen"]:
        assert alle[gevolg].soort == soort
        assert claim.partition("#")[0] in alle
        assert betreft is None or betreft.partition("#")[0] in alle
    assert set(melding["gevolgen"]) == {m[9] for m in melding["mededelingen"]}


def test_no_transactie_is_made_known_twice_to_the_same_audience(registers: Keten) -> None:
    registers.verwerk(verkoop(aanschaf("robin", "06-01")), twijfel(None), onderzoek(), einde_onderzoek())
    registers.verwerk(correctie(uitstoot_g_per_km=150), beeindiging("08-01"), herstel(), degistratie())
    for naam in registers.opslagen:
        verteld = Counter(
            (v["positie"], v["bekendmaking"], v.get("aan")) for v in registers.registers.verstrekkingen(naam)
        )
        assert set(verteld.values()) == {1}, naam


# --- and what does not ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("commando", "wie"),
    [
        (correctie(kenteken="NW-1"), set()),
        (correctie(aanschaf_id=SAMS_KOOP[1], wijk="Bosrand"), set()),
        (twijfel("kenteken"), set()),
        (twijfel("wijk", SAMS_KOOP), set()),
        (correctie(aanschaf_id=SAMS_KOOP[1], koper_naam="Samuel"), {"wegonderhoud"}),
        (twijfel("koper_naam", SAMS_KOOP), {"wegonderhoud"}),
        (correctie(uitstoot_g_per_km=125), {"wegonderhoud"}),
        (correctie(gewicht_kg=1350), set()),
        (terugmelding(melder="buur"), set()),
    ],
)
def test_only_what_changes_for_a_register_crosses_to_it(registers: Keten, commando: Any, wie: set[str]) -> None:
    voor = registers.aantal_brieven
    nieuw = verteld_sinds(registers, commando)
    assert {naam for naam, alle in nieuw.items() if alle} == wie
    assert registers.aantal_brieven == voor


def test_the_same_outcome_on_other_ground_is_recorded_and_is_no_letter_and_no_news(registers: Keten) -> None:
    """100 and 105 g/km are worth as much: the levy is maintained, spitspas hears nothing."""
    nieuw = verteld_sinds(registers, correctie(uitstoot_g_per_km=125))
    *_, laatste = registers.registers.gevolgen("aanschafheffing")
    assert [g.naam for g in laatste.gevolgen if "Gehandhaafd" in g.naam] == [
        "AanschafbelastingmilieueffectGehandhaafd"
    ], "the levy rests on the same claim about punten"
    assert (nieuw["aanschafheffing"], nieuw["spitspas"]) == ([], [])


def test_another_value_in_the_same_band_is_maintained_without_letter_and_crosses_as_punten(registers: Keten) -> None:
    nieuw = verteld_sinds(registers, correctie(uitstoot_g_per_km=110))
    assert "AanschafheffingGehandhaafd" in registers.gevolgnamen("aanschafheffing")
    assert [v["vorm"] for v in nieuw["aanschafheffing"]] == ["notificatie"]
    assert registers.punten() == 16


def test_a_decision_that_is_maintained_keeps_the_claim_that_was_told(registers: Keten) -> None:
    def heffing() -> list[str]:
        afgeleid = (g.inhoud for t in registers.registers.gevolgen("aanschafheffing") for g in t.gevolgen)
        return [i.stuk.claim for i in afgeleid if isinstance(i, Afleiding) and i.gegeven == "heffing_eurocent"]

    registers.verwerk(correctie(uitstoot_g_per_km=110), twijfel("gewicht_kg"), einde_onderzoek())
    assert len(heffing()) == 4
    assert len(set(heffing())) == 1
    registers.verwerk(correctie(uitstoot_g_per_km=150))
    assert len(set(heffing())) == 2


# --- letters --------------------------------------------------------------------------------------------------


def test_a_sale_inside_one_household_is_a_letter_about_the_levy_alone(registers: Keten) -> None:
    nieuw = verteld_sinds(registers, verkoop(aanschaf("noor", "06-01")))
    assert [v["aan"] for v in nieuw["aanschafheffing"] if v["vorm"] == "brief"] == ["noor"]
    assert [v for v in nieuw["spitspas"] if v["vorm"] == "brief"] == []


def test_who_moves_with_a_car_is_one_letter_to_each_household() -> None:
    with keten() as registers:
        registers.verwerk(THUIS, ELDERS, auto(koop=aanschaf("noor")))
        weg = verteld_sinds(registers, vertrek("noor 07-01"))
        erbij = verteld_sinds(registers, toetreding("noor 07-01", huishouden_id="elders"))
        brieven = [[v for v in nieuw["spitspas"] if v["vorm"] == "brief"] for nieuw in (weg, erbij)]
        assert [[brief["aan"] for brief in een] for een in brieven] == [["huis"], ["elders"]]
        assert [registers.passen(w, op="07-01") for w in ("huis", "elders")] == [5, 3]


def test_who_leaves_with_a_car_and_changes_no_right_is_no_letter(registers: Keten) -> None:
    """(33 + 33) / 2 adults and 33 / 1 adult are both no passes."""
    registers.verwerk(auto("auto-2", aanschaf("noor", "04-01")))
    nieuw = verteld_sinds(registers, vertrek("noor 07-01"))
    assert [v for v in nieuw["spitspas"] if v["vorm"] == "brief"] == []
    assert registers.passen() == 0


def test_a_correction_that_moves_a_car_to_another_household_is_one_letter_to_each(registers: Keten) -> None:
    nieuw = verteld_sinds(registers, correctie(aanschaf_id=SAMS_KOOP[1], koper="robin", koper_naam="Robin"))
    assert sorted(v["aan"] for v in nieuw["spitspas"] if v["vorm"] == "brief") == ["elders", "huis"]


@pytest.mark.parametrize(
    "commando",
    [twijfel("uitstoot_g_per_km"), twijfel(None), terugmelding(), onderzoek(betreft=twijfel("gewicht_kg").betreft)],
)
def test_doubt_is_no_letter_and_neither_is_its_end(registers: Keten, commando: Any) -> None:
    voor = registers.aantal_brieven
    registers.verwerk(commando)
    registers.verwerk(einde_onderzoek(id_=getattr(commando, "twijfel_id", "m1")))
    assert registers.aantal_brieven == voor


def test_what_was_held_is_one_letter_when_the_doubt_is_over(registers: Keten) -> None:
    registers.verwerk(twijfel("gewicht_kg"), correctie(uitstoot_g_per_km=150))
    assert registers.aantal_brieven == (1, 3)
    nieuw = verteld_sinds(registers, einde_onderzoek())
    assert [v["aan"] for v in nieuw["aanschafheffing"] if v["vorm"] == "brief"] == ["sam"]
    assert registers.heffing() == 5000_00


# --- letters, in any order ------------------------------------------------------------------------------------


class Postbus:
    """What the letters told each one so far, and whether that is what the tables say."""

    def __init__(self, registers: Keten) -> None:
        self.registers = registers
        self.verteld: dict[tuple[str, ...], Tijdlijn] = {}
        self.laatste: dict[tuple[str, str], str] = {}
        self._gezien: Counter[str] = Counter()

    def leeg(self) -> None:
        """Read the letters that came since: one to each, never the same twice, and true now that all is at rest."""
        for register in ("aanschafheffing", "spitspas"):
            alle = list(self.registers.registers.verstrekkingen(register))
            brieven = [v for v in alle[self._gezien[register] :] if v["vorm"] == "brief"]
            self._gezien[register] = len(alle)
            assert set(Counter(b["aan"] for b in brieven).values()) <= {1}, f"twee brieven van {register} tegelijk"
            for brief in brieven:
                self._lees(register, brief)
        self._klopt()

    def _lees(self, register: str, brief: dict[str, Any]) -> None:
        tekst = "\n".join(r for r in brief["tekst"].waarde.splitlines() if not r.startswith(("Kenmerk", "Dagtekening")))
        assert self.laatste.get((register, brief["aan"])) != tekst, "twee keer hetzelfde"
        self.laatste[register, brief["aan"]] = tekst
        alle = {g.id: g.inhoud for t in self.registers.registers.gevolgen(register) for g in t.gevolgen}
        for gevolg in brief["gevolgen"]:
            inhoud = alle[gevolg]
            assert isinstance(inhoud, Afleiding)
            self.verteld[inhoud.onderwerp] = verf(self.verteld.get(inhoud.onderwerp, []), inhoud.stuk)

    def _klopt(self) -> None:
        for onderwerp, lijn in self.verteld.items():
            for op in DAGEN:
                stuk = stuk_op(lijn, dag(op))
                gezegd = stuk.waarde if stuk else None
                if len(onderwerp) == 1:
                    assert self.registers.passen(onderwerp[0], op=op) == gezegd, (onderwerp, op)
        for rij in self.registers.tabel("aanschafheffing", "referentietabel"):
            stuk = stuk_op(self.verteld.get(rij["onderwerp"], []), dag("11-21"))
            assert rij["heffing_eurocent"] == (stuk.waarde if stuk else 0), rij
        huizen = {rij["onderwerp"] for rij in self.registers.tabel("spitspas", "huishouden")}
        assert huizen <= self.verteld.keys()


DAGEN = ("01-15", "03-15", "04-15", "05-05", "05-15", "06-15", "11-21")
FEITEN: dict[str, tuple[Any, tuple[str, ...]]] = {
    "thuis": (THUIS, ()),
    "elders": (ELDERS, ()),
    "auto": (auto(uitstoot_g_per_km=100), ()),
    "auto-2": (auto("auto-2", aanschaf("noor", "04-01")), ()),
    "verkoop": (verkoop(aanschaf("robin", "06-01")), ("auto",)),
    "onderling": (verkoop(aanschaf("sam", "05-10"), "auto-2"), ("auto-2",)),
    "vertrek": (vertrek("noor 05-01"), ("thuis",)),
    "verhuizing": (toetreding("noor 05-01", huishouden_id="elders"), ("elders",)),
    "correctie": (correctie(uitstoot_g_per_km=120), ("auto",)),
    "datum": (correctie(aanschaf_id=SAMS_KOOP[1], aankoopdatum=dag("04-10")), ("auto",)),
    "betaling": (betaling(), ()),
    "twijfel": (twijfel("gewicht_kg", ("auto-2",)), ("auto-2",)),
    "opheffing": (einde_onderzoek(over=("auto-2",)), ("twijfel",)),
}
"""What happened, and what must have been told before it can be."""


def volgorde(zaad: int) -> list[Any]:
    """These facts in an order that can be, by chance."""
    kans = random.Random(zaad)
    te_doen, gedaan = dict(FEITEN), list[str]()
    while te_doen:
        mogelijk = [naam for naam, (_, na) in te_doen.items() if set(na) <= set(gedaan)]
        gedaan.append(kans.choice(mogelijk))
        del te_doen[gedaan[-1]]
    return [FEITEN[naam][0] for naam in gedaan]


def stand(registers: Keten) -> dict[Any, Any]:
    """The answers at rest."""
    uit: dict[Any, Any] = defaultdict(list)
    for op in DAGEN:
        for naam, tabel in (("aanschafheffing", "referentietabel"), ("spitspas", "huishouden")):
            uit[naam, op] = registers.tabel(naam, tabel, op=op)
    return dict(uit)


@pytest.fixture(scope="module")
def bedoeld() -> dict[Any, Any]:
    with keten() as registers:
        registers.verwerk(*(commando for commando, _ in FEITEN.values()))
        return stand(registers)


@pytest.mark.parametrize("zaad", range(10))
def test_in_any_order_each_is_told_what_holds_once_and_ends_with_the_same(zaad: int, bedoeld: dict[Any, Any]) -> None:
    """One letter per betrokkene and commando, no letters back and forth: each tells what its facts support."""
    with keten(zaad=f"volgorde {zaad}") as registers:
        post = Postbus(registers)
        for commando in volgorde(zaad):
            registers.verwerk(commando)
            post.leeg()
        assert stand(registers) == bedoeld
        assert post.verteld.keys() >= {("huis",), ("elders",), SAMS_KOOP}


def test_the_orders_differ() -> None:
    assert len({str(volgorde(zaad)) for zaad in range(10)}) == 10


def test_a_letter_about_what_is_not_so_is_seen() -> None:
    """The checker is proven by a planted fault: what was told for a while is taken to be told for ever."""
    with keten() as registers:
        post = Postbus(registers)
        for commando in (THUIS, auto(), vertrek("sam 06-01")):
            registers.verwerk(commando)
            post.leeg()
        post.verteld["huis",] = [post.verteld["huis",][0]._replace(tot=date.max)]
        with pytest.raises(AssertionError, match="huis"):
            post.leeg()


def test_a_letter_that_comes_twice_is_seen() -> None:
    with keten() as registers:
        post = Postbus(registers)
        registers.verwerk(THUIS)
        post.leeg()
        post._gezien.clear()
        with pytest.raises(AssertionError, match="twee keer hetzelfde"):
            post.leeg()
