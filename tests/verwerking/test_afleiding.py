"""Afleiding: derive, compare with what was recorded, say what changed."""

from typing import Any

import pytest

from actors.register.claim import Mededeling
from actors.register.context import Aggregaatsoort, Context
from actors.register.gevolg import Transactie
from actors.register.regel import Banden, Uitkomst, berekend, regel, stap
from actors.register.tijdlijnen import OPEN_BEGIN, OPEN_EIND, Ontbreekt
from actors.register.verantwoording import Grond, Verantwoordelijke
from actors.register.zekerheid import Twijfel
from actors.verwerking.afleiding import leid_af
from actors.verwerking.generiek.intern import NeemGegevensOver
from tests.domein import Verhaal, dag, gevolg, overgenomen

WET = Grond("wet", "Proefwet, artikel 1", "1")
A_TWIJFEL = Twijfel("twijfel-a", "a", "in_twijfel")
B_TWIJFEL = Twijfel("twijfel-b", "b", "in_twijfel")

# --- a register as small as can be: som = a + b, a besluit on it, a besluit on that, and a rule on b alone -----


@regel("som", versie=1, geeft="som", gevolg="SomVastgesteld", grond=WET)
def som(a: int, b: int) -> Uitkomst | Ontbreekt:
    """The sum of a and b; a thousand is too much to know."""
    return Ontbreekt("som_onbekend") if a == 1000 else berekend(a + b, stap(f"{a} + {b}", a + b))


@regel(
    "tarief",
    versie=3,
    geeft="tarief",
    gevolg="TariefVastgesteld",
    grond=WET,
    banden=Banden((10, 100), ("laag", "midden", "hoog")),
    besluit=True,
)
def tarief(som: int, banden: Banden) -> Uitkomst:
    """The tariff for the sum."""
    return berekend(banden.kies(som), stap(f"{som} valt in {banden.tekst(som)}", banden.kies(som)))


@regel("recht", versie=1, geeft="recht", gevolg="RechtVastgesteld", grond=WET, besluit=True)
def recht(tarief: str) -> Uitkomst:
    """Who pays the lowest tariff has a right."""
    return berekend(tarief == "laag", stap(f"tarief {tarief}", tarief == "laag"))


@regel("dubbel", versie=1, geeft="dubbel", gevolg="DubbelVastgesteld", grond=WET)
def dubbel(b: int) -> Uitkomst:
    """Twice b."""
    return berekend(2 * b, stap(f"2 × {b}", 2 * b))


@regel(
    "leges",
    versie=1,
    geeft="leges",
    gevolg="LegesVastgesteld",
    grond=WET,
    over=2,
    besluit=True,
    peildatum="aanvraagdatum",
)
def leges(som: int, soort: str = "gewoon") -> Uitkomst:
    """What an aanvraag costs: the sum on its day."""
    return berekend(som, stap(f"{soort}: {som}", som))


@regel(
    "gezin", versie=1, geeft="gezin", gevolg="GezinVastgesteld", grond=WET, lijsten=("lid",), gekoppeld={"geld": "lid"}
)
def gezin(lid: dict[str, bool], geld: dict[str, int]) -> Uitkomst | None:
    """What all members have together; nothing without members."""
    return berekend(sum(geld.values()), stap("samen", sum(geld.values()))) if any(lid.values()) else None


def register(*regels: Any) -> Verhaal:
    soort = Aggregaatsoort("ding", "Een ding.", (), regels)
    wie = Verantwoordelijke("Proefdienst", "Proef")
    return Verhaal(Context("proef", "Proef", 1, wie, (soort,), (), {}))


LID, GEEN_LID = True, False


def stel(  # noqa: PLR0913 - a test names what matters to it
    naam: str, waarde: Any, *twijfels: Twijfel, vanaf: str = "", tot: str = "", claim: str = "", onder: str = ""
) -> Mededeling:
    """What the source says of a gegeven of x (or of what lies `onder` it); it keeps its claim unless told."""
    van_dag, tot_dag = dag(vanaf) if vanaf else OPEN_BEGIN, dag(tot) if tot else OPEN_EIND
    onderwerp = ("x", onder) if onder else ("x",)
    return Mededeling(onderwerp, naam, van_dag, tot_dag, waarde, None, claim or naam, frozenset(twijfels))


class Bron:
    """A source that tells things one after the other."""

    def __init__(self, *regels: Any) -> None:
        self.verhaal = register(*regels)
        self._nummer = 0

    def meldt(self, *gezegd: Mededeling) -> Verhaal:
        self._nummer += 1
        return self.verhaal.als(NeemGegevensOver("ding", "x", overgenomen("bron", self._nummer, gezegd)))

    def lijn(self, naam: str, *onder: str) -> list[tuple[str | None, str | None, Any]]:
        return self.verhaal.lijn(naam, "x", *onder, aggregaat="ding")

    def wacht(self) -> dict[str, str]:
        return {w.gegeven: w.reden for w in self.verhaal.staten["ding/x"].wachtend}

    def zekerheid(self, naam: str, *onder: str) -> set[str]:
        lijn = self.verhaal.staten["ding/x"].vastgesteld(("x", *onder), naam)
        return {twijfel.id for stuk in lijn for twijfel in stuk.twijfels}


# --- time -----------------------------------------------------------------------------------------------------


def test_a_rule_is_called_per_interval_in_which_nothing_it_uses_changes() -> None:
    bron = Bron(som)
    a = (stel("a", 1, tot="03-01"), stel("a", 2, vanaf="03-01"))
    b = (stel("b", 10, tot="05-01"), stel("b", 20, vanaf="05-01"))
    bron.meldt(*a, *b).dan(
        gevolg("GegevensOvergenomen"),
        gevolg("SomVastgesteld", som=11, vanaf=None, tot="03-01"),
        gevolg("SomVastgesteld", som=12, vanaf="03-01", tot="05-01"),
        gevolg("SomVastgesteld", som=22, vanaf="05-01", tot=None),
    )


def test_there_is_no_value_where_an_input_is_not_known() -> None:
    bron = Bron(som)
    bron.meldt(stel("a", 1, vanaf="02-01", tot="06-01"), stel("b", 10, vanaf="04-01"))
    assert bron.lijn("som") == [("04-01", "06-01", 11)]


def test_neighbours_that_rest_on_the_same_claims_are_one_gevolg() -> None:
    bron = Bron(som)
    bron.meldt(stel("a", 1, tot="03-01"), stel("a", 1, vanaf="03-01"), stel("b", 10)).dan(
        gevolg("GegevensOvergenomen"), gevolg("SomVastgesteld", som=11, vanaf=None, tot=None)
    )


def test_neighbours_with_the_same_value_from_other_claims_stay_apart() -> None:
    bron = Bron(som)
    bron.meldt(stel("a", 1, tot="03-01"), stel("a", 1, vanaf="03-01", claim="a2"), stel("b", 10)).dan(
        gevolg("GegevensOvergenomen"), gevolg("SomVastgesteld", tot="03-01"), gevolg("SomVastgesteld", vanaf="03-01")
    )


def test_one_correction_over_two_intervals_that_become_equal_is_two_changes_of_what_was_there() -> None:
    bron = Bron(som)
    bron.meldt(stel("a", 1, tot="03-01"), stel("a", 2, vanaf="03-01", claim="a2"), stel("b", 10))
    bron.meldt(stel("a", 5, claim="a3")).dan(
        gevolg("GegevensOvergenomen"),
        gevolg("SomGecorrigeerd", som=15, was=11, vanaf=None, tot="03-01"),
        gevolg("SomGecorrigeerd", som=15, was=12, vanaf="03-01", tot=None),
    )


def test_only_the_interval_that_changed_is_recorded() -> None:
    bron = Bron(som)
    bron.meldt(stel("a", 1), stel("b", 10))
    bron.meldt(stel("b", 20, vanaf="04-01", tot="06-01", claim="b2")).dan(
        gevolg("GegevensOvergenomen"), gevolg("SomGecorrigeerd", som=21, was=11, vanaf="04-01", tot="06-01")
    )
    assert bron.lijn("som") == [(None, "04-01", 11), ("04-01", "06-01", 21), ("06-01", None, 11)]


def test_an_input_that_vanishes_takes_the_value_along() -> None:
    bron = Bron(som)
    bron.meldt(stel("a", 1), stel("b", 10))
    bron.meldt(stel("b", None, vanaf="04-01")).dan(
        gevolg("GegevensOvergenomen"), gevolg("SomIngetrokken", som=None, was=11, vanaf="04-01", tot=None)
    )


def test_a_rule_with_a_peildatum_is_judged_on_that_one_day() -> None:
    bron = Bron(som, leges)
    bron.meldt(stel("a", 1, tot="06-01"), stel("a", 7, vanaf="06-01", claim="a2"), stel("b", 10))
    bron.meldt(stel("aanvraagdatum", dag("03-01"), vanaf="03-01", onder="aanvraag")).dan(
        gevolg("GegevensOvergenomen"), gevolg("LegesVastgesteld", leges=11, vanaf=None, tot=None)
    )
    bron.meldt(stel("b", 90, vanaf="07-01", claim="b2"))
    assert bron.lijn("leges", "aanvraag") == [(None, None, 11)]

    bron.meldt(stel("aanvraagdatum", dag("08-01"), vanaf="08-01", onder="tweede"))
    assert bron.lijn("leges", "tweede") == [(None, None, 97)]


def test_a_corrected_peildatum_judges_anew_and_is_in_the_invoer() -> None:
    bron = Bron(som, leges)
    bron.meldt(stel("a", 1, tot="06-01"), stel("a", 7, vanaf="06-01", claim="a2"), stel("b", 10))
    bron.meldt(stel("aanvraagdatum", dag("03-01"), vanaf="03-01", onder="aanvraag"))
    uitslag = (
        bron.meldt(
            stel("aanvraagdatum", None, vanaf="03-01", tot="06-15", onder="aanvraag"),
            stel("aanvraagdatum", dag("06-15"), vanaf="06-15", onder="aanvraag", claim="datum2"),
        )
        .dan(gevolg("GegevensOvergenomen"), gevolg("LegesHerzien", leges=17, was=11))
        .uitslag
    )
    assert isinstance(uitslag, Transactie)
    verklaring = uitslag.gevolgen[1].verklaring
    assert verklaring is not None
    assert ("peildatum", "datum2", dag("06-15")) in {(i.gegeven, i.claim, i.waarde) for i in verklaring.invoer}


# --- lists ----------------------------------------------------------------------------------------------------


def test_a_list_holds_all_children_of_that_day_and_a_coupled_one_only_those_for_which_the_other_is_true() -> None:
    bron = Bron(gezin)
    bron.meldt(
        stel("lid", LID, onder="sam"),
        stel("lid", LID, vanaf="02-01", tot="05-01", onder="noor"),
        stel("lid", GEEN_LID, vanaf="05-01", onder="noor", claim="weg"),
        stel("geld", 1, onder="sam"),
        stel("geld", 10, onder="noor"),
        stel("geld", 100, onder="robin"),
    )
    assert bron.lijn("gezin") == [(None, "02-01", 1), ("02-01", "05-01", 11), ("05-01", None, 1)]


def test_a_coupled_value_that_is_not_known_waits_by_name() -> None:
    bron = Bron(gezin)
    bron.meldt(stel("lid", LID, onder="sam"))
    assert (bron.lijn("gezin"), bron.wacht()) == ([], {"gezin": "geld_onbekend"})


# --- what is recorded -----------------------------------------------------------------------------------------


def test_invoer_and_stappen_are_recorded_exactly() -> None:
    bron = Bron(som, tarief)
    uitslag = bron.meldt(stel("a", 1, A_TWIJFEL), stel("b", 9)).uitslag
    assert isinstance(uitslag, Transactie)
    verklaring = uitslag.gevolgen[1].verklaring
    assert verklaring is not None
    assert (verklaring.regel, verklaring.regelversie) == ("som", 1)
    assert [tuple(i) for i in verklaring.invoer] == [("a", "a", 1, "in_twijfel"), ("b", "b", 9, "onbetwist")]
    assert [tuple(s) for s in verklaring.stappen] == [("1 + 9", 10)]
    assert uitslag.gevolgen[1].legitimering == (WET,)


def test_a_derived_claim_carries_the_id_of_the_gevolg_that_recorded_it_and_is_the_invoer_of_the_next() -> None:
    bron = Bron(som, tarief)
    uitslag = (
        bron.meldt(stel("a", 1), stel("b", 9))
        .dan(
            gevolg("GegevensOvergenomen"),
            gevolg("SomVastgesteld", som=10),
            gevolg("TariefVastgesteld", tarief="midden"),
        )
        .uitslag
    )
    assert isinstance(uitslag, Transactie)
    _, van_som, van_tarief = uitslag.gevolgen
    [stuk] = bron.verhaal.staten["ding/x"].vastgesteld(("x",), "som")
    assert stuk.claim == van_som.id
    assert van_tarief.verklaring is not None
    assert van_tarief.verklaring.regelversie == 3
    assert [tuple(i) for i in van_tarief.verklaring.invoer] == [("som", van_som.id, 10, "onbetwist")]


def test_the_same_outcome_on_other_ground_is_gehandhaafd_keeps_its_claim_and_is_no_news_for_the_next_rule() -> None:
    bron = Bron(som, tarief)
    bron.meldt(stel("a", 1), stel("b", 9))
    [voor] = bron.verhaal.staten["ding/x"].vastgesteld(("x",), "som")
    bron.meldt(stel("a", 2, claim="a2"), stel("b", 8, claim="b2")).dan(
        gevolg("GegevensOvergenomen"), gevolg("SomGehandhaafd", som=10, was=10, claim=voor.claim)
    )


def test_a_decision_is_herzien_and_a_calculation_gecorrigeerd() -> None:
    bron = Bron(som, tarief)
    bron.meldt(stel("a", 1), stel("b", 9))
    bron.meldt(stel("a", 100, claim="a2")).dan(
        gevolg("GegevensOvergenomen"),
        gevolg("SomGecorrigeerd", som=109, was=10),
        gevolg("TariefHerzien", tarief="hoog", was="midden"),
    )


@pytest.mark.parametrize(
    "gezegd",
    [
        [stel("a", 1), stel("b", 9)],
        [stel("a", 1, A_TWIJFEL), stel("b", 9, B_TWIJFEL)],
        [stel("a", 1000), stel("b", 9)],
        [stel("a", 1, vanaf="02-01"), stel("b", 9, tot="05-01")],
    ],
)
def test_deriving_again_from_what_was_recorded_changes_nothing(gezegd: list[Mededeling]) -> None:
    bron = Bron(som, tarief, recht, dubbel)
    bron.meldt(*gezegd)
    staat = bron.verhaal.staten["ding/x"]
    opnieuw = leid_af(bron.verhaal.context.aggregaat("ding"), staat, lambda n: f"nieuw-{n}")
    assert opnieuw == ([], staat.wachtend)


# --- what is missing ------------------------------------------------------------------------------------------


def test_a_missing_input_is_a_taak_while_the_rest_goes_on() -> None:
    bron = Bron(som, tarief, dubbel)
    bron.meldt(stel("a", 1000), stel("b", 9)).dan(
        gevolg("GegevensOvergenomen"), gevolg("DubbelVastgesteld", dubbel=18), gevolg("Aanhouding")
    )
    assert bron.wacht()["som"] == "som_onbekend"
    assert bron.verhaal.taken == {"som_onbekend"}
    bron.meldt(stel("a", 1, claim="a2")).dan(
        gevolg("GegevensOvergenomen"),
        gevolg("SomVastgesteld", som=10),
        gevolg("TariefVastgesteld", tarief="midden"),
        gevolg("Aanhouding", wacht={}),
    )


def test_a_decision_stays_in_force_when_its_input_goes_missing() -> None:
    bron = Bron(som, tarief)
    bron.meldt(stel("a", 1), stel("b", 9))
    bron.meldt(stel("a", 1000, claim="a2"))
    assert bron.lijn("tarief") == [(None, None, "midden")]
    assert bron.verhaal.taken == {"som_onbekend"}


# --- doubt ----------------------------------------------------------------------------------------------------


def test_a_calculation_follows_a_doubted_input_at_once_and_carries_the_doubt() -> None:
    bron = Bron(som)
    bron.meldt(stel("a", 1), stel("b", 9))
    bron.meldt(stel("a", 5, A_TWIJFEL, claim="a2")).dan(
        gevolg("GegevensOvergenomen"), gevolg("SomGecorrigeerd", som=14, was=10, zekerheid="in_twijfel")
    )


def test_a_decision_takes_no_new_outcome_on_doubted_input_and_goes_on_by_itself_when_the_doubt_is_gone() -> None:
    bron = Bron(som, tarief)
    bron.meldt(stel("a", 1), stel("b", 9))
    bron.meldt(stel("a", 100, A_TWIJFEL, claim="a2")).dan(
        gevolg("GegevensOvergenomen"),
        gevolg("SomGecorrigeerd", som=109),
        gevolg("Aanhouding", wacht={"tarief": "invoer_in_twijfel"}),
    )
    assert bron.lijn("tarief") == [(None, None, "midden")]
    assert bron.verhaal.taken == set(), "aangehouden is no taak"

    bron.meldt(stel("a", 100, claim="a2")).dan(
        gevolg("GegevensOvergenomen"),
        gevolg("SomZekerheidGewijzigd", som=109, zekerheid="onbetwist"),
        gevolg("TariefHerzien", tarief="hoog", was="midden"),
        gevolg("Aanhouding", wacht={}),
    )


def test_a_first_decision_on_doubted_input_is_held_too() -> None:
    bron = Bron(som, tarief)
    bron.meldt(stel("a", 1, A_TWIJFEL), stel("b", 9))
    assert (bron.lijn("som"), bron.lijn("tarief")) == ([(None, None, 10)], [])
    assert bron.wacht() == {"tarief": "invoer_in_twijfel"}


def test_only_the_doubted_interval_is_held() -> None:
    bron = Bron(som, tarief)
    bron.meldt(stel("a", 1, tot="06-01"), stel("a", 1, A_TWIJFEL, vanaf="06-01", claim="a2"), stel("b", 9))
    assert bron.lijn("tarief") == [(None, "06-01", "midden")]
    [wacht] = bron.verhaal.staten["ding/x"].wachtend
    assert (wacht.gegeven, wacht.vanaf, wacht.tot) == ("tarief", dag("06-01"), OPEN_EIND)


def test_what_was_decided_shows_the_doubt_on_its_own_invoer_and_keeps_value_and_claim() -> None:
    bron = Bron(som, tarief)
    bron.meldt(stel("a", 1), stel("b", 9))
    [voor] = bron.verhaal.staten["ding/x"].vastgesteld(("x",), "tarief")
    bron.meldt(stel("a", 1, A_TWIJFEL)).dan(
        gevolg("GegevensOvergenomen"),
        gevolg("SomZekerheidGewijzigd", som=10, zekerheid="in_twijfel"),
        gevolg("TariefZekerheidGewijzigd", tarief="midden", zekerheid="in_twijfel", claim=voor.claim),
    )
    assert bron.wacht() == {}


def test_a_held_decision_is_not_marked_as_resting_on_a_doubt_it_never_used() -> None:
    bron = Bron(som, tarief)
    bron.meldt(stel("a", 1), stel("b", 9))
    bron.meldt(stel("a", 100, A_TWIJFEL, claim="a2"))
    assert bron.zekerheid("som") == {"twijfel-a"}
    assert bron.zekerheid("tarief") == set(), "the tariff in force rests on the earlier, undoubted a"
    assert bron.wacht() == {"tarief": "invoer_in_twijfel"}


def test_doubt_follows_invoer_and_reaches_nothing_else() -> None:
    bron = Bron(som, tarief, recht, dubbel)
    bron.meldt(stel("a", 1), stel("b", 9))
    bron.meldt(stel("a", 1, A_TWIJFEL))
    assert bron.zekerheid("som") == bron.zekerheid("tarief") == bron.zekerheid("recht") == {"twijfel-a"}
    assert bron.zekerheid("dubbel") == set()


def test_two_doubts_close_independently() -> None:
    bron = Bron(som, tarief, dubbel)
    bron.meldt(stel("a", 1), stel("b", 9))
    bron.meldt(stel("a", 1, A_TWIJFEL))
    bron.meldt(stel("b", 9, B_TWIJFEL))
    assert bron.zekerheid("tarief") == {"twijfel-a", "twijfel-b"}

    bron.meldt(stel("a", 1))
    assert bron.zekerheid("som") == bron.zekerheid("tarief") == bron.zekerheid("dubbel") == {"twijfel-b"}
    bron.meldt(stel("b", 9))
    assert bron.zekerheid("som") == bron.zekerheid("tarief") == bron.zekerheid("dubbel") == set()


def test_two_doubts_on_one_claim_close_independently() -> None:
    nog_een = Twijfel("twijfel-c", "a", "in_onderzoek")
    bron = Bron(som, tarief)
    bron.meldt(stel("a", 1), stel("b", 9))
    bron.meldt(stel("a", 1, A_TWIJFEL, nog_een))
    assert bron.zekerheid("tarief") == {"twijfel-a", "twijfel-c"}
    bron.meldt(stel("a", 1, nog_een))
    assert bron.zekerheid("tarief") == {"twijfel-c"}


def test_an_onderzoek_on_the_doubt_shows_in_all_that_rests_on_it() -> None:
    bron = Bron(som, tarief)
    bron.meldt(stel("a", 1), stel("b", 9))
    bron.meldt(stel("a", 1, A_TWIJFEL))
    bron.meldt(stel("a", 1, A_TWIJFEL._replace(status="in_onderzoek"))).dan(
        gevolg("GegevensOvergenomen"),
        gevolg("SomZekerheidGewijzigd", zekerheid="in_onderzoek"),
        gevolg("TariefZekerheidGewijzigd", zekerheid="in_onderzoek"),
    )


def test_an_onderzoek_also_shows_in_a_decision_that_is_held() -> None:
    """The doubt on what the tariff rests on is investigated; a later, also doubted value is held meanwhile."""
    bron = Bron(tarief)
    bron.meldt(stel("som", 10))
    bron.meldt(stel("som", 10, A_TWIJFEL))
    bron.meldt(stel("som", 109, A_TWIJFEL, claim="som2"))
    bron.meldt(stel("som", 109, A_TWIJFEL._replace(status="in_onderzoek"), claim="som2"))
    [stuk] = bron.verhaal.staten["ding/x"].vastgesteld(("x",), "tarief")
    assert (stuk.waarde, {t.status for t in stuk.twijfels}) == ("midden", {"in_onderzoek"})


def test_the_same_outcome_is_gehandhaafd_also_under_doubt() -> None:
    """A decision takes no *new* outcome on doubt; the same on other ground is Gehandhaafd."""
    bron = Bron(som, tarief)
    bron.meldt(stel("a", 1), stel("b", 9))
    bron.meldt(stel("a", 11, A_TWIJFEL, claim="a2")).dan(
        gevolg("GegevensOvergenomen"),
        gevolg("SomGecorrigeerd", som=20, was=10, zekerheid="in_twijfel"),
        gevolg("TariefGehandhaafd", tarief="midden", zekerheid="in_twijfel"),
    )
    assert bron.wacht() == {}


def test_a_rule_on_a_held_decision_is_held_too() -> None:
    bron = Bron(som, tarief, recht)
    bron.meldt(stel("a", 1), stel("b", 8))
    bron.meldt(stel("a", 100, A_TWIJFEL, claim="a2"))
    assert (bron.lijn("tarief"), bron.lijn("recht")) == ([(None, None, "laag")], [(None, None, True)])
    assert bron.wacht() == {"tarief": "invoer_in_twijfel", "recht": "invoer_in_twijfel"}
