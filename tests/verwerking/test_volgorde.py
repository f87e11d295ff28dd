"""Order of arrival, redelivery and overtaking cannot change the answers at rest."""

from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from actors.register.commando import NietVerwerkt
from actors.register.staat import Staat
from actors.register.tijdlijnen import smelt
from actors.runtime.catalogue import CONTEXTEN
from tests.domein import Verhaal
from tests.verwerking.verhalen import automeldingen, huishoudverhalen, zeker

_PER_NAAM = {context.naam: context for context in CONTEXTEN}
KORT = settings(max_examples=60, deadline=None)


def antwoorden(staat: Staat) -> dict[Any, Any]:
    """Value, geldigheid and zekerheid of every gegeven; not by which claim, for that is history."""
    return {
        (gegeven, onderwerp): [
            (s.vanaf, s.tot, s.waarde, s.twijfels)
            for s in smelt(lijn, lambda een, ander: (een.waarde, een.twijfels) == (ander.waarde, ander.twijfels))
        ]
        for onderwerp, gegeven, lijn in staat.beeld().alle()
        if lijn
    }


def speel(register: str, verhaal: list[Any]) -> Staat:
    """All of it processed; what is taken over once more is answered with nothing."""
    los = Verhaal(_PER_NAAM[register])
    for commando in verhaal:
        assert not isinstance(los.als(commando).uitslag, NietVerwerkt)
    [staat] = los.staten.values()
    return staat


def door_elkaar(data: st.DataObject, verhaal: list[Any]) -> list[Any]:
    """Another order, with some of what other registers said delivered more than once."""
    overnames = [c for c in verhaal if hasattr(c, "overname")]
    dubbel = data.draw(st.lists(st.sampled_from(overnames), max_size=3))
    return data.draw(st.permutations([*verhaal, *dubbel]))


@given(st.data())
@KORT
def test_overnames_of_a_car_give_the_same_answers_in_any_order(data: st.DataObject) -> None:
    verhaal = data.draw(automeldingen(zeker, volledig=True))
    op_volgorde = speel("aanschafheffing", verhaal)
    anders = speel("aanschafheffing", door_elkaar(data, verhaal))

    assume(not op_volgorde.wachtend)
    assert antwoorden(anders) == antwoorden(op_volgorde)
    assert anders.wachtend == ()


@given(st.data())
@KORT
def test_changes_and_overnames_of_a_household_give_the_same_answers_in_any_order(data: st.DataObject) -> None:
    verhaal = data.draw(huishoudverhalen(zeker, volledig=True))
    op_volgorde = speel("spitspas", verhaal)
    anders = door_elkaar(data, verhaal)
    eerste = next(n for n, c in enumerate(anders) if not hasattr(c, "overname"))
    registratie = anders.index(verhaal[0])  # a household is registered before it changes
    anders[eerste], anders[registratie] = anders[registratie], anders[eerste]
    na = speel("spitspas", anders)

    assert op_volgorde.wachtend == ()
    assert antwoorden(na) == antwoorden(op_volgorde)
    assert na.wachtend == ()


@given(st.data())
@KORT
def test_redelivery_of_everything_adds_no_transactie(data: st.DataObject) -> None:
    verhaal = [*data.draw(automeldingen(zeker, volledig=False))]
    los = Verhaal(_PER_NAAM["aanschafheffing"])
    for commando in verhaal:
        los.als(commando)
    geboekt = len(los.journaal)
    for commando in data.draw(st.permutations(verhaal)):
        los.als(commando).dan_niets()
    assert len(los.journaal) == geboekt
