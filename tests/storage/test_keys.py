"""The keys: bytes in the order of what they name, and back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage import keys

NUMBERS = st.integers(0, (1 << 64) - 1)
NAMES = st.text(min_size=1, max_size=60)


@given(NUMBERS, NUMBERS)
def test_positions_are_in_the_order_of_their_keys(one: int, other: int) -> None:
    assert (one < other) == (keys.number_key(one) < keys.number_key(other))
    assert keys.parse_number(keys.number_key(one)) == one


@given(st.tuples(NUMBERS, NUMBERS), st.tuples(NUMBERS, NUMBERS))
def test_streams_are_in_the_order_of_number_and_volgnummer(one: tuple[int, int], other: tuple[int, int]) -> None:
    assert (one < other) == (keys.stream_key(*one) < keys.stream_key(*other))
    assert keys.parse_stream(keys.stream_key(*one)) == one
    assert keys.stream_key(*one) <= keys.stream_end(one[0])


@given(NAMES, NAMES)
def test_names_are_in_the_order_of_their_code_points(one: str, other: str) -> None:
    assert (one < other) == (keys.name_key(one) < keys.name_key(other))
    assert keys.parse_name(keys.name_key(one)) == one


@pytest.mark.parametrize("name", ["", "é" * 128])
def test_a_name_that_does_not_fit_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="1 to 255 bytes"):
        keys.name_key(name)


@pytest.mark.parametrize("key", [b"", b"1234567", b"123456789"])
def test_bytes_of_another_size_are_no_number(key: bytes) -> None:
    with pytest.raises(ValueError, match="8 bytes"):
        keys.parse_number(key)
    with pytest.raises(ValueError, match="16 bytes"):
        keys.parse_stream(key)


def test_the_longest_names_make_keys_lmdb_takes() -> None:
    assert len(keys.rows_database("p" * 255)) <= 511
