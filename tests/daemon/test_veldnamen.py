"""Names are turned both ways without loss, and only names are."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.daemon.api.contractschemas import commandoschemas
from actors.daemon.api.veldnamen import (
    DIEPST,
    TeDiep,
    fout_naar_camel,
    lees_namen,
    naar_camel,
    naar_snake,
    schrijf_namen,
)
from actors.runtime.catalogue import CONTEXTEN

_DEEL = st.from_regex(r"[a-z][a-z0-9]*", fullmatch=True)
_NAAM = st.builds(lambda eerste, rest: "_".join([eerste, *rest]), _DEEL, st.lists(_DEEL, max_size=4))


@given(_NAAM)
def test_a_name_of_a_register_comes_back_as_it_was(naam: str) -> None:
    assert naar_snake(naar_camel(naam)) == naam
    assert "_" not in naar_camel(naam)


@given(st.dictionaries(_NAAM, st.text()))
def test_only_names_are_turned(gegevens: dict[str, str]) -> None:
    fouten: list[str] = []
    uit = schrijf_namen(gegevens)
    assert list(uit.values()) == list(gegevens.values())
    assert lees_namen(uit, fouten) == gegevens
    assert fouten == []


def test_a_name_with_an_underscore_is_refused_with_the_right_one() -> None:
    fouten: list[str] = []
    assert lees_namen({"data": {"leden": [{"persoon_id": 1, "vanafDag": 2}]}}, fouten) == {
        "data": {"leden": [{"vanaf_dag": 2}]}
    }
    assert fouten == ["data.leden.0.persoon_id: schrijf namen in lowerCamelCase: persoonId"]


def test_an_error_names_its_place_and_its_fields_as_the_caller_does() -> None:
    assert fout_naar_camel("data.leden.0.persoon_id: geef `gebeurd_op` mee") == (
        "data.leden.0.persoonId: geef `gebeurdOp` mee"
    )


def test_what_is_nested_too_deep_is_not_read() -> None:
    diep: object = 1
    for _ in range(DIEPST + 1):
        diep = [{"a": diep}]
    with pytest.raises(TeDiep):
        lees_namen(diep, [])


def test_every_field_of_every_contract_can_be_named_so() -> None:
    for context in CONTEXTEN:
        assert commandoschemas(context)["Commando"]["oneOf"]
