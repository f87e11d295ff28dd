"""Who a store is: its kind, register, own id and the format of its bytes; the id changes only at a restore."""

from __future__ import annotations

import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from storage import keys
from storage.environment import Environment, Txn
from storage.errors import NewerFormat, StorageError, StoreDamaged, WrongRegister
from storage.former import decode_former, encode_former
from storage.gevolgenstore import ReaderPosition
from storage.limits import ENGINE, FORMAT, ID_BYTES

_HEADER: Final = struct.Struct(f">HH{ID_BYTES}sB")


@dataclass(frozen=True, slots=True)
class Identity:
    """What `meta` says about a store, in the format and engine this version writes."""

    kind: str
    """"gevolgen", "verstrekkingen", "projecties" or "sleutels"."""
    register: str
    """Name of the register."""
    store_id: bytes
    """16 random bytes made at creation, and again when it is put back from an older copy."""

    def encode(self) -> bytes:
        """Give the stored bytes: format, engine, store id, kind, register."""
        kind = self.kind.encode()
        return _HEADER.pack(FORMAT, ENGINE, self.store_id, len(kind)) + kind + self.register.encode()

    def check(self, place: str, kind: str, register: str) -> None:
        """Raise WrongRegister when this is not the store of that kind and register."""
        if (self.kind, self.register) != (kind, register):
            text = (
                f"{place} holds the {self.kind} of register {self.register}, not the {kind} of register "
                f"{register}; name the right folder or register"
            )
            raise WrongRegister(text)


def decode_identity(place: str, value: bytes) -> Identity:
    """Read an identity. Raises NewerFormat for an unknown format or engine, StoreDamaged for other bytes."""
    if len(value) < _HEADER.size:
        text = f"the identity of {place} has {len(value)} bytes; restore a backup"
        raise StoreDamaged(text)
    stored_format, engine, store_id, length = _HEADER.unpack_from(value)
    if stored_format > FORMAT or engine > ENGINE:
        text = (
            f"{place} was written in format {stored_format} (engine {engine}); this version reads format "
            f"{FORMAT} (engine {ENGINE}); nothing was changed; use a newer version"
        )
        raise NewerFormat(text)
    if stored_format < FORMAT:
        text = f"the identity of {place} has format {stored_format}, which never existed; restore a backup"
        raise StoreDamaged(text)
    names = value[_HEADER.size :]
    try:
        return Identity(names[:length].decode(), names[length:].decode(), store_id)
    except UnicodeDecodeError:
        text = f"the identity of {place} is unreadable; restore a backup"
        raise StoreDamaged(text) from None


NO_ID: Final = bytes(ID_BYTES)
"""Id of a store nobody refers to by id."""


Create = Callable[[], tuple[bytes, Mapping[bytes, bytes]]]
"""Gives the id and the first `meta` rows of a store that is being made."""


def open_identity(environment: Environment, kind: str, register: str, create: Create) -> bytes:
    """Check who the store in an open environment is, making it when it is new; give its id.

    On any error the environment is closed. Raises WrongRegister, NewerFormat, StoreDamaged, or StorageError
    when a reader comes before the writer is done making it.
    """
    try:
        return _identity(environment, kind, register, create).store_id
    except BaseException:
        environment.close()
        raise


def _identity(environment: Environment, kind: str, register: str, create: Create) -> Identity:
    meta = environment.database(keys.META)
    with environment.reading() as txn:
        value = txn.get(keys.META_IDENTITY, db=meta)
    if value is not None:
        identity = decode_identity(str(environment.path), value)
        identity.check(str(environment.path), kind, register)
        return identity
    if environment.read_only:
        text = f"the store in {environment.path} is still being made; try again"
        raise StorageError(text)
    store_id, first = create()
    identity = Identity(kind, register, store_id)
    rows = [(keys.META_IDENTITY, identity.encode()), *first.items()]
    environment.write(lambda txn: txn.cursor(meta).putmulti(rows))
    return identity


def put_incarnation(txn: Txn, environment: Environment, identity: Identity, ended: ReaderPosition) -> None:
    """Write who the store is from now on, and that the former incarnation ended here; in the caller's transaction."""
    meta = environment.database(keys.META)
    former = decode_former(txn.get(keys.META_FORMER, db=meta))
    txn.put(keys.META_FORMER, encode_former((*former, ended)), db=meta)
    txn.put(keys.META_IDENTITY, identity.encode(), db=meta)
