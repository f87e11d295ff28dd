"""The codec: what goes in comes out, exactly; frozen bytes for each kind of value."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from enum import IntEnum, StrEnum
from fractions import Fraction
from typing import Any, NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storage import codec
from storage.codec import Encrypted, pack, pack_record, unpack
from storage.errors import NewerFormat, StoreDamaged

HUGE = 1 << 200
LEAVES: dict[type, st.SearchStrategy[Any]] = {
    type(None): st.none(),
    bool: st.booleans(),
    int: st.integers() | st.integers(-HUGE, HUGE),
    str: st.text(max_size=20),
    bytes: st.binary(max_size=20),
    Decimal: st.decimals(allow_nan=False, allow_infinity=False),
    Fraction: st.fractions(),
    date: st.dates(),
    datetime: st.datetimes(timezones=st.just(UTC)),
    Encrypted: st.builds(Encrypted, st.text(max_size=20), st.binary(max_size=20)),
}
VALUES = st.recursive(
    st.one_of(*LEAVES.values()),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=9), inner, max_size=5),
)

GOLDEN: dict[str, tuple[object, str]] = {
    "dict in the order given": ({"b": 1, "a": None}, "82a16201a161c0"),
    "list": ([True, b"\x00", "é"], "93c3c40100a2c3a9"),
    "largest native int": ((1 << 64) - 1, "cfffffffffffffffff"),
    "int past 64 bits": (1 << 64, "c70901010000000000000000"),
    "negative int past 64 bits": (-(1 << 63) - 1, "c70901ff7fffffffffffffff"),
    "Decimal with its zeros": (Decimal("12.50"), "c7050231322e3530"),
    "Decimal with its exponent": (Decimal("1E+3"), "d60231452b33"),
    "Fraction": (Fraction(33, 2), "c70603000000012102"),
    "date": (date(2026, 11, 21), "d60407ea0b15"),
    "datetime": (datetime(2026, 11, 21, 12, 0, 0, 1, tzinfo=UTC), "d705000660c819a17001"),
    "Encrypted": (Encrypted("burger/1", b"\xff"), "c70a06086275726765722f31ff"),
}


def same(one: object, other: object) -> bool:
    """Tell whether two values are equal, of the same types, all the way down."""
    if type(one) is not type(other):
        return False
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, dict) and isinstance(other, dict):
        return list(one) == list(other) and all(map(same, one.values(), other.values()))
    if isinstance(one, Decimal) and isinstance(other, Decimal):
        return one.as_tuple() == other.as_tuple()
    return one == other


class Kenteken:
    """A type the codec does not know."""


class Kleur(IntEnum):
    ROOD = 1


class Soort(StrEnum):
    EEN = "een"


class Place(NamedTuple):
    """A shape of its own."""

    aggregaat: str
    soort: Soort
    waarde: object


class TestIdentity:
    @settings(deadline=None)
    @given(VALUES)
    def test_what_goes_in_comes_out(self, value: object) -> None:
        data = pack(value)
        assert same(unpack(data), value)
        assert pack(unpack(data)) == data

    def test_every_kind_of_value_is_among_what_goes_in(self) -> None:
        assert set(LEAVES) == codec._LEAVES

    @pytest.mark.parametrize(("value", "frozen"), GOLDEN.values(), ids=GOLDEN)
    def test_stored_bytes_are_frozen(self, value: object, frozen: str) -> None:
        assert pack(value).hex() == frozen
        assert same(unpack(bytes.fromhex(frozen)), value)

    def test_a_tuple_comes_back_as_a_list(self) -> None:
        assert unpack(pack({"a": (1, (2,))})) == {"a": [1, [2]]}

    def test_a_moment_comes_back_in_utc(self) -> None:
        moment = datetime(2026, 7, 1, 14, 30, tzinfo=timezone(timedelta(hours=2)))
        assert unpack(pack(moment)) == moment
        assert unpack(pack(moment)).tzinfo is UTC


class TestRecords:
    @settings(deadline=None)
    @given(VALUES)
    def test_a_record_has_the_bytes_of_the_same_value_made_of_plain_parts(self, value: object) -> None:
        shape = Place("auto", Soort.EEN, value)
        assert pack_record({"a": shape}, [value]) == pack({"a": ["auto", "een", value]})

    @pytest.mark.parametrize("value", [1.5, [1.5], {1: 2}, {1, 2}, Kleur.ROOD, Place("auto", Soort.EEN, 1)])
    def test_what_is_free_in_it_is_looked_through(self, value: object) -> None:
        with pytest.raises(TypeError):
            pack_record({"a": ("auto", value)}, [value])


class TestRefusing:
    @pytest.mark.parametrize(
        "value",
        [
            1.5,
            [1.5],
            {"a": {"b": (1, 2.0)}},
            {1: 2},
            {"a": [{b"k": 1}]},
            datetime(2026, 1, 1),  # noqa: DTZ001 - a naive one on purpose
            {1, 2},
            Kenteken(),
            [Kleur.ROOD],
        ],
    )
    def test_what_is_not_exact_or_not_known_is_refused(self, value: object) -> None:
        with pytest.raises(TypeError):
            pack(value)

    @pytest.mark.parametrize("text", ["NaN", "Infinity", "-Infinity", "sNaN"])
    def test_a_decimal_that_is_no_number_is_refused(self, text: str) -> None:
        with pytest.raises(ValueError, match="no number"):
            pack(Decimal(text))

    def test_too_long_an_id_of_a_betrokkene_is_refused(self) -> None:
        with pytest.raises(ValueError, match="255"):
            pack(Encrypted("b" * 256, b""))


class TestDefault:
    @pytest.mark.parametrize(
        ("given_back", "stored"),
        [
            ("AB-12", "AB-12"),
            (Decimal("1.0"), Decimal("1.0")),
            (Encrypted("burger/1", b"x"), Encrypted("burger/1", b"x")),
            ((1, Decimal(2)), [1, Decimal(2)]),
            ({"a": [date(2026, 1, 1)]}, {"a": [date(2026, 1, 1)]}),
            (HUGE, HUGE),
            (1 << 63, 1 << 63),
        ],
    )
    def test_an_unknown_object_becomes_what_default_gives(self, given_back: object, stored: object) -> None:
        assert unpack(pack([Kenteken()], default=lambda _: given_back)) == [stored]

    def test_default_may_pack_for_itself(self) -> None:
        def encrypt(_: Any) -> object:
            return Encrypted("burger/1", pack({"naam": Decimal(1)}))

        assert unpack(unpack(pack({"a": Kenteken()}, default=encrypt))["a"].ciphertext) == {"naam": Decimal(1)}

    @pytest.mark.parametrize("default", [lambda o: o, lambda _: 1.5, lambda _: {"a": 1.5}, lambda _: {1}])
    def test_default_cannot_bring_in_what_is_refused(self, default: Callable[[Any], object]) -> None:
        with pytest.raises(TypeError):
            pack(Kenteken(), default=default)


class TestDamage:
    @pytest.mark.parametrize("data", ["", "c1", "a56162", "0101", "d40461", "d40361", "d40261", "8101c0", "c70006"])
    def test_bytes_that_are_no_value_are_damage(self, data: str) -> None:
        with pytest.raises(StoreDamaged, match="run verify"):
            unpack(bytes.fromhex(data))

    def test_a_kind_of_a_newer_version_is_refused(self) -> None:
        with pytest.raises(NewerFormat, match="of kind 9"):
            unpack(bytes.fromhex("d40900"))

    @settings(deadline=None)
    @given(st.binary(max_size=40))
    def test_any_bytes_give_a_value_or_a_storage_error(self, data: bytes) -> None:
        with contextlib.suppress(StoreDamaged, NewerFormat):
            unpack(data)
