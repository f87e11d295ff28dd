"""Values as bytes and back, exactly: MessagePack, with an extension type for each exact kind it lacks.

What goes in comes out equal and of the same type: None, bool, int of any size, str, bytes, list, dict with
str keys, Decimal (with its exponent and trailing zeros), Fraction, date, aware datetime (microseconds, comes
back in UTC) and Encrypted. Two exceptions: a tuple comes back as a list, and a datetime in another zone as
the same moment in UTC. A float is refused: it is not what was meant. Equal values given in the same order
give equal bytes.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from functools import partial
from typing import Any, Final, cast

import msgpack  # type: ignore[import-untyped]

from storage.errors import NewerFormat, StoreDamaged
from storage.limits import MAX_NAME_BYTES
from storage.moments import from_micros, to_micros

_INT: Final = 1
_DECIMAL: Final = 2
_FRACTION: Final = 3
_DATE: Final = 4
_MOMENT: Final = 5
_ENCRYPTED: Final = 6

_DATE_LAYOUT: Final = struct.Struct(">HBB")
_MOMENT_LAYOUT: Final = struct.Struct(">q")


@dataclass(frozen=True, slots=True)
class Encrypted:
    """A value only the key of a betrokkene opens (see `sleutelbos`)."""

    betrokkene: str
    """Id of the person whose key it is; at most 255 bytes of UTF-8."""
    ciphertext: bytes


_LEAVES: Final = frozenset({type(None), bool, int, str, bytes, Decimal, Fraction, date, datetime, Encrypted})
_TAKEN: Final = (int, float, str, bytes, list, tuple, dict)
"""What MessagePack takes, also in the disguise of a class of its own."""
_TEXT: Final = frozenset({str})
_ext_type: Final = partial(tuple.__new__, msgpack.ExtType)
"""Makes an ExtType without the checks of its constructor, which cost more than packing it."""


def pack(value: object, default: Callable[[Any], object] | None = None) -> bytes:
    """Give the bytes of a value.

    `default` is asked for an object of any other type and answers with a value this codec knows. Raises
    TypeError for a float, a naive datetime, a dict key that is no str and a type nobody knows; ValueError for
    a Decimal that is no number; ValueError or RecursionError for nesting of some hundreds.
    """
    _refuse(value)
    return _packed(value, default, strict=True)


def pack_record(value: object, free: Sequence[object], default: Callable[[Any], object] | None = None) -> bytes:
    """Give the bytes of a record: a value of a shape its maker vouches for, with `free` what anyone put in it.

    Only `free` is looked through for what may not be stored. In the shape named tuples and enums of str go in as
    what they hold. Raises as `pack` does.
    """
    if not _LEAVES.issuperset(map(type, free)):
        for part in free:
            if type(part) not in _LEAVES and isinstance(part, _TAKEN):
                pack(part, default)
    return _packed(value, default, strict=False)


def _packed(value: object, default: Callable[[Any], object] | None, *, strict: bool) -> bytes:
    def extend(unknown: object) -> object:
        encoder = _ENCODERS.get(type(unknown))
        if encoder is None:
            return _extend(unknown, default)
        code, encode = encoder
        return _ext_type((code, encode(unknown)))

    return cast("bytes", msgpack.packb(value, default=extend, strict_types=strict))


def _refuse(value: object) -> None:
    """Raise TypeError for what MessagePack would take but must not be stored: floats, other keys than str."""
    kind = type(value)
    if kind is dict:
        mapping = cast("dict[object, object]", value)
        if not _TEXT.issuperset(map(type, mapping)):
            wrong = next(type(key).__name__ for key in mapping if type(key) is not str)
            text = f"a dict key is a {wrong}; stored dicts have str keys only"
            raise TypeError(text)
        _refuse_all(mapping.values())
    elif kind is list or kind is tuple:
        _refuse_all(cast("list[object]", value))
    elif isinstance(value, float):
        text = "a float is not exact and cannot be stored; use int, Decimal or Fraction"
        raise TypeError(text)


def _refuse_all(values: Any) -> None:
    # The whole list at once in C: most hold leaves only.
    if not _LEAVES.issuperset(map(type, values)):
        for value in values:
            _refuse(value)


def _extend(value: object, default: Callable[[Any], object] | None) -> object:
    """Give what MessagePack can take for a value it does not know."""
    kind = type(value)
    if kind is tuple:
        return list(cast("tuple[object, ...]", value))
    encoder = _ENCODERS.get(kind)
    if encoder is not None:
        code, encode = encoder
        return _ext_type((code, encode(value)))
    if default is None:
        text = f"a {kind.__name__} cannot be stored; turn it into a value the codec knows"
        raise TypeError(text)
    known = default(value)
    _refuse(known)
    if type(known) in _NATIVE and not (type(known) is int and known.bit_length() > _NATIVE_BITS):
        return known
    if type(known) not in _ENCODERS and type(known) is not tuple:
        text = f"default turned a {kind.__name__} into a {type(known).__name__}, which cannot be stored"
        raise TypeError(text)
    return _extend(known, None)


_NATIVE: Final = frozenset({type(None), bool, int, str, bytes, list, dict})
_NATIVE_BITS: Final = 63
"""An int that `default` gives goes to MessagePack as it is up to here, past it as an extension type."""


def _encode_int(value: int) -> bytes:
    return value.to_bytes(value.bit_length() // 8 + 1, "big", signed=True)


def _encode_decimal(value: Decimal) -> bytes:
    if not value.is_finite():
        text = "a Decimal that is no number (NaN, Infinity) cannot be stored"
        raise ValueError(text)
    return str(value).encode()


def _encode_fraction(value: Fraction) -> bytes:
    # The numerator's length first, so that both are plain bytes: str() of a huge int is refused by Python.
    numerator = _encode_int(value.numerator)
    return len(numerator).to_bytes(4, "big") + numerator + _encode_int(value.denominator)


def _encode_date(value: date) -> bytes:
    return _DATE_LAYOUT.pack(value.year, value.month, value.day)


def _encode_moment(value: datetime) -> bytes:
    return _MOMENT_LAYOUT.pack(to_micros(value))


def _encode_encrypted(value: Encrypted) -> bytes:
    betrokkene = value.betrokkene.encode()
    if len(betrokkene) > MAX_NAME_BYTES:
        text = f"the id of a betrokkene has at most {MAX_NAME_BYTES} bytes, this one {len(betrokkene)}"
        raise ValueError(text)
    return bytes((len(betrokkene),)) + betrokkene + value.ciphertext


_ENCODERS: Final[dict[type, tuple[int, Callable[[Any], bytes]]]] = {
    int: (_INT, _encode_int),
    Decimal: (_DECIMAL, _encode_decimal),
    Fraction: (_FRACTION, _encode_fraction),
    date: (_DATE, _encode_date),
    datetime: (_MOMENT, _encode_moment),
    Encrypted: (_ENCRYPTED, _encode_encrypted),
}


def unpack(data: bytes, opened: Callable[[Encrypted], object] | None = None) -> Any:
    """Give the value of bytes made by `pack`.

    `opened` is asked what stands in the place of each Encrypted. Raises NewerFormat for a kind of value this
    version does not know, StoreDamaged for bytes that are no value.
    """
    try:
        if opened is None:
            return msgpack.unpackb(data, ext_hook=_restore)
        return msgpack.unpackb(
            data,
            ext_hook=lambda code, raw: opened(_decode_encrypted(raw)) if code == _ENCRYPTED else _restore(code, raw),
        )
    except (
        ValueError,
        ArithmeticError,
        IndexError,
        struct.error,
        msgpack.exceptions.UnpackException,
    ) as error:
        text = f"{len(data)} stored bytes are no value ({type(error).__name__}: {error}); run verify"
        raise StoreDamaged(text) from error


def _decode_fraction(data: bytes) -> Fraction:
    split = 4 + int.from_bytes(data[:4], "big")
    return Fraction(int.from_bytes(data[4:split], "big", signed=True), int.from_bytes(data[split:], "big", signed=True))


def _decode_encrypted(data: bytes) -> Encrypted:
    split = 1 + data[0]
    return Encrypted(data[1:split].decode(), data[split:])


_DECODERS: Final[dict[int, Callable[[bytes], object]]] = {
    _INT: lambda data: int.from_bytes(data, "big", signed=True),
    _DECIMAL: lambda data: Decimal(data.decode()),
    _FRACTION: _decode_fraction,
    _DATE: lambda data: date(*_DATE_LAYOUT.unpack(data)),
    _MOMENT: lambda data: from_micros(_MOMENT_LAYOUT.unpack(data)[0]),
    _ENCRYPTED: _decode_encrypted,
}


def _restore(code: int, data: bytes) -> object:
    decoder = _DECODERS.get(code)
    if decoder is None:
        text = f"a stored value is of kind {code}, which this version does not know; use a newer version"
        raise NewerFormat(text)
    return decoder(data)
