"""Any moment on both axes: what a register answers is what an oracle finds that looks through all of its journal.

The oracle (`tests/tijdorakel.py`) shares nothing with how rows are folded, cut, kept and looked up. Rows, tables and
histories are compared, from the kept tables and made on demand: on every position and boundary day of small histories,
and by lot of larger ones. `--geschiedenissen` says how many.

Guarantee G35: a register answers about any moment on both axes as it was known then.
"""

from collections.abc import Callable
from functools import partial
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from actors.register.zekerheid import Zekerheid
from actors.runtime.systeem import RegisterSystem
from actors.verwerking import beantwoorden, gevolgenverwerking, historie, rijbronnen, rijen, rijvorm, standen
from storage import projectiestore_memory
from storage.projectiestore import Row
from storage.projectiestore_memory import MemoryProjectiestore
from tests.contexten.geplant import Fouten, Plant
from tests.contexten.test_orakel import Vertelling, geschiedenis, handen_vol
from tests.tijdtoets import Toets
from tests.tijdverhaal import STAPPEN, WEG, Stap, Verhaal, trek_stappen

KANS = st.randoms(use_true_random=False)
BEGINNEN = st.integers(0, 2)


def voor_alle(aantal: int, eigenschap: Callable[..., None], **wat: Any) -> None:
    """Hold a property against so many drawn histories."""
    stil = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
    settings(max_examples=aantal, deadline=None, suppress_health_check=stil)(given(**wat)(eigenschap))()


# --- one register -----------------------------------------------------------------------------------------------


def test_small_histories_are_answered_right_at_every_position_for_every_boundary_day(geschiedenissen: int) -> None:
    def eigenschap(begin: int, stappen: list[Stap]) -> None:
        verhaal = Verhaal(begin)
        verhaal.vertel(stappen)
        toets = Toets(verhaal.registers, WEG)
        toets.toets(toets.posities, toets.dagen())

    voor_alle(geschiedenissen // 4, eigenschap, begin=BEGINNEN, stappen=STAPPEN)


def test_histories_are_answered_right_at_moments_drawn_by_lot(geschiedenissen: int) -> None:
    def eigenschap(begin: int, stappen: list[Stap], kans: Random) -> None:
        verhaal = Verhaal(begin)
        verhaal.vertel(stappen)
        bij_loting(verhaal.registers, WEG, kans)

    voor_alle(geschiedenissen, eigenschap, begin=BEGINNEN, stappen=STAPPEN, kans=KANS)


def bij_loting(registers: RegisterSystem, register: str, kans: Random) -> None:
    """Two positions and three days; what is now is one of them."""
    toets = Toets(registers, register)
    dagen = toets.dagen()
    toets.toets({toets.posities[-1], kans.choice(toets.posities)}, kans.sample(dagen, min(3, len(dagen))))


def test_how_much_is_kept_in_memory_and_done_in_one_slice_makes_no_difference(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gevolgenverwerking, "Standen", partial(standen.Standen, grens=1))
    monkeypatch.setattr(gevolgenverwerking.Projector.werk, "__defaults__", (2,))
    for seed in range(1, 30, 3):  # with two cars
        kans, verhaal = Random(seed), Verhaal(seed)
        verhaal.vertel(trek_stappen(kans, 12))
        bij_loting(verhaal.registers, WEG, kans)


# --- the whole chain --------------------------------------------------------------------------------------------


def test_in_the_whole_chain_every_table_of_every_register_is_answered_right(geschiedenissen: int) -> None:
    def eigenschap(seed: int, feiten: int, kans: Random) -> None:
        keten(seed, feiten, kans)

    aantal = max(1, geschiedenissen // 12)
    voor_alle(aantal, eigenschap, seed=st.integers(0, 1_000_000), feiten=st.integers(3, 16), kans=KANS)


def keten(seed: int, aantal: int, kans: Random) -> None:
    """Payments, rule versions, households: told in handfuls, with rest now and then."""
    vertelling = Vertelling("tijd")
    for deel in handen_vol(geschiedenis(seed, aantal, ()), kans):
        vertelling.vertel(deel)
        if kans.random() < 0.5:
            vertelling.registers.wacht_op_rust()
    vertelling.registers.wacht_op_rust()
    for register in vertelling.registers.registers:
        bij_loting(vertelling.registers, register, kans)


# --- every comparison finds its fault ---------------------------------------------------------------------------

FOUTEN = Fouten()


@FOUTEN.vindt("bewaard op")
def a_look_up_as_of_then_that_is_off_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    echt = projectiestore_memory._at
    monkeypatch.setattr(projectiestore_memory, "_at", lambda held, at: echt(held, None if at is None else at - 1))


@FOUTEN.vindt("bewaard op")
def of_several_changes_in_one_slice_only_the_last_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    echt = MemoryProjectiestore.write

    def laatste(self: MemoryProjectiestore, changes: Any) -> None:
        for change in changes:
            object.__setattr__(change, "rows", list({row.key: row for row in change.rows}.values()))
        echt(self, changes)

    monkeypatch.setattr(MemoryProjectiestore, "write", laatste)


@FOUTEN.vindt("op aanvraag op")
def doubt_of_now_in_answers_of_then(monkeypatch: pytest.MonkeyPatch) -> None:
    echt = standen.vouw

    def vouw(store: Any, serialisatie: Any, aggregaat: str, tot: int) -> Any:
        staat, nu = echt(store, serialisatie, aggregaat, tot), echt(store, serialisatie, aggregaat)
        staat.aantekeningen = nu.aantekeningen
        return staat

    monkeypatch.setattr(rijbronnen, "vouw", vouw)


@FOUTEN.vindt("rij|tabel")
def a_last_day_that_still_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    def stuk_op(cel: Any, dag: Any) -> Any:
        return next((stuk for stuk in cel if stuk[0] <= dag <= stuk[1]), None)

    monkeypatch.setattr(rijvorm, "stuk_op", stuk_op)


@FOUTEN.vindt("historie")
def states_that_differ_in_value_alone_are_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(historie, "_zelfde", lambda een, ander: een["zekerheid"] == ander["zekerheid"])


@FOUTEN.vindt("historie")
def what_is_known_no_more_is_known_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    echt = historie.staten
    monkeypatch.setattr(beantwoorden, "staten", lambda *wat: ({**staat, "bekend_tot": None} for staat in echt(*wat)))


@FOUTEN.vindt("historie .* bewaard")
def a_history_that_knows_what_came_later(monkeypatch: pytest.MonkeyPatch) -> None:
    echt = rijbronnen.Bewaard.versies
    monkeypatch.setattr(rijbronnen.Bewaard, "versies", lambda self, p, sleutel, _tot: echt(self, p, sleutel, 1 << 40))


@FOUTEN.vindt("bewaard op")
def a_row_that_stays_when_all_of_it_was_degistered(monkeypatch: pytest.MonkeyPatch) -> None:
    echt = gevolgenverwerking._anders
    monkeypatch.setattr(gevolgenverwerking, "_anders", lambda *wat: (een for een in echt(*wat) if een[2] is not None))


@FOUTEN.vindt("rij|tabel")
def doubt_that_no_table_shows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rijen, "zekerheid_van", lambda *_wat, **_rest: Zekerheid.ONBETWIST)


@FOUTEN.vindt("bewaard op")
def an_unparked_aggregate_that_forgot_what_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    echt = gevolgenverwerking.Projector._opnieuw

    def laatste(self: Any, een: Any, tot: int) -> Any:
        nu = {row.key: row.value for row in echt(self, een, tot)}
        return (Row(key, value, tot) for key, value in nu.items())

    monkeypatch.setattr(gevolgenverwerking.Projector, "_opnieuw", laatste)


@pytest.mark.parametrize(("wat", "plant"), [pytest.param(*fout, id=fout[1].__name__) for fout in FOUTEN])
def test_a_planted_fault_is_found_by_the_comparison_that_is_for_it(
    monkeypatch: pytest.MonkeyPatch, wat: str, plant: Plant
) -> None:
    plant(monkeypatch)
    with pytest.raises(AssertionError, match=wat):
        vertel_vele()


def vertel_vele(aantal: int = 30) -> None:
    """Histories from fixed seeds, each with a car that is parked and let go again."""
    for seed in range(aantal):
        kans = Random(seed)
        verhaal = Verhaal(seed)
        verhaal.vertel(trek_stappen(kans, 10))
        verhaal.registers.parkeer(WEG, "auto", "auto", "auto-1", "even kijken")
        verhaal.vertel(trek_stappen(kans, 4), eerst=False)
        verhaal.registers.ontparkeer(WEG, "auto", "auto", "auto-1")
        toets = Toets(verhaal.registers, WEG)
        toets.toets(toets.posities, toets.dagen())


def test_after_parking_and_letting_go_all_that_was_is_there_again() -> None:
    vertel_vele(8)
