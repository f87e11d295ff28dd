"""The journal is the truth: what was folded from it is what was in memory."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from actors.register.commando import AangebodenCommando
from actors.register.gevolg import Transactie
from actors.register.staat import Staat
from actors.runtime.aggregaat import AggregateActor
from actors.runtime.catalogue import CONTEXTEN
from actors.verwerking.afleiding import leid_af
from actors.verwerking.serialisatie import Serialisatie
from actors.verwerking.standen import vouw
from storage.gevolgenstore import ZERO_HASH, Record
from storage.sleutelbos_memory import MemorySleutelbos
from tests.domein import Verhaal, auto, gegeven, keten, wanneer
from tests.verwerking.verhalen import automeldingen, autoverhalen, huishoudverhalen, ketenverhalen, twijfels
from tests.wereld import VERZEKERAAR, commando_id

NU = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
_PER_NAAM = {context.naam: context for context in CONTEXTEN}
verhalen = st.one_of(
    st.tuples(st.just("wegonderhoud"), autoverhalen),
    st.tuples(st.just("aanschafheffing"), automeldingen(twijfels, volledig=False)),
    st.tuples(st.just("spitspas"), huishoudverhalen(twijfels, volledig=False)),
)


def speel(register: str, commandos: list[Any]) -> Verhaal:
    """All of it offered; what is refused is refused."""
    los = Verhaal(_PER_NAAM[register])
    for commando in commandos:
        los.als(commando)
    return los


def door_de_opslag(register: str, journaal: list[Transactie]) -> list[Transactie]:
    """The same transacties, to bytes and back."""
    serialisatie = Serialisatie(register, MemorySleutelbos(register))
    return [
        serialisatie.decodeer(Record(n, NU, len(t.gevolgen), serialisatie.encodeer(t), ZERO_HASH))
        for n, t in enumerate(journaal, 1)
    ]


def toestand(staat: Staat) -> dict[str, Any]:
    """All there is to know of a state."""
    return {
        "volgnummer": staat.volgnummer,
        "wachtend": staat.wachtend,
        "claims": sorted(staat.actieve_claims(), key=lambda c: c.id),
        "basis": sorted(staat.basis().alle(), key=lambda lijn: lijn[:2]),
        "beeld": sorted(staat.beeld().alle(), key=lambda lijn: lijn[:2]),
    }


@given(verhalen)
@settings(max_examples=80, deadline=None)
def test_the_fold_of_the_journal_equals_the_state_in_memory(verhaal: tuple[str, list[Any]]) -> None:
    los = speel(*verhaal)
    for naam, in_geheugen in los.staten.items():
        gevouwen = Staat()
        for transactie in door_de_opslag(los.context.naam, los.journaal):
            if f"{transactie.aggregaat}/{transactie.aggregaat_id}" == naam:
                gevouwen.pas_transactie_toe(transactie)
        assert toestand(gevouwen) == toestand(in_geheugen)


@given(verhalen)
@settings(max_examples=80, deadline=None)
def test_deriving_again_from_the_folded_journal_changes_nothing(verhaal: tuple[str, list[Any]]) -> None:
    los = speel(*verhaal)
    gevouwen: dict[str, Staat] = {}
    for t in door_de_opslag(los.context.naam, los.journaal):
        gevouwen.setdefault(f"{t.aggregaat}/{t.aggregaat_id}", Staat()).pas_transactie_toe(t)
    for naam, staat in gevouwen.items():
        opnieuw = leid_af(los.context.aggregaat(naam.partition("/")[0]), staat, lambda n: f"nieuw-{n}")
        assert opnieuw == ([], staat.wachtend)


@given(verhalen)
@settings(max_examples=40, deadline=None)
def test_every_transactie_of_an_aggregate_has_the_next_volgnummer_and_ids_of_its_own(
    verhaal: tuple[str, list[Any]],
) -> None:
    los = speel(*verhaal)
    ids = [g.id for t in los.journaal for g in t.gevolgen]
    assert len(set(ids)) == len(ids)
    assert [t.volgnummer for t in los.journaal] == [*range(1, len(los.journaal) + 1)], "one aggregate each"


@given(ketenverhalen, st.lists(st.integers(1, 4), min_size=1, max_size=3))
@settings(max_examples=15, deadline=None)
def test_what_an_actor_keeps_in_memory_is_the_fold_of_its_stream(verhaal: list[Any], beurten: list[int]) -> None:
    """Through the real aggregates, several commando's in one turn and what comes from other registers too."""
    with keten() as alle:
        aangeboden = [
            AangebodenCommando(commando_id(n), c, VERZEKERAAR, "test", wanneer(c)) for n, c in enumerate(verhaal)
        ]
        while aangeboden:
            alle.registers.verwerk_alle(aangeboden[: beurten[0]])
            aangeboden, beurten = aangeboden[beurten[0] :], [*beurten[1:], beurten[0]]
        alle.registers.wacht_op_rust()
        instanties = [ref.instance for ref in alle.registers._stelsel.systeem._systemBase.actorRegistry.values()]
        actoren = [a for a in instanties if isinstance(a, AggregateActor)]
        in_geheugen = [(a._kern, a._naam, a._staat) for a in actoren if a._staat is not None]
        assert {kern.naam for kern, _, _ in in_geheugen} == set(alle.registers.registers)
        for kern, naam, staat in in_geheugen:
            if kern.overwerking.onthoudt(naam.partition("/")[0]):
                assert toestand(staat) == toestand(vouw(kern.opslag.gevolgen, kern.serialisatie, naam))
            assert staat.volgnummer == kern.opslag.gevolgen.last_volgnummer(naam)


@pytest.mark.parametrize("veld", ["positie", "geregistreerd_op"])
def test_position_and_registration_moment_are_of_the_store_alone(veld: str) -> None:
    transactie = gegeven(auto()).uitslag
    assert isinstance(transactie, Transactie)
    assert not getattr(transactie, veld), "not there yet when a commando is judged"
    [gelezen] = door_de_opslag("wegonderhoud", [transactie])
    assert (gelezen.positie, gelezen.geregistreerd_op) == (1, NU)
