"""API-sleutels: what programs show to be known by. Only their hash is kept, in one file of the data folder.

A sleutel is `gvl_<id>_<secret>`: the id (16 hex digits) may be told and says which one it is; the secret is 256 bits
of chance, so one SHA-256 of it hides it as well as any slow hash would. The file is replaced as a whole, and its
identity on disk tells a running daemon that it was.
"""

import fcntl
import hashlib
import hmac
import json
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Final

from pydantic import TypeAdapter, ValidationError

from actors.daemon.rechten import Gebruiker, GeenToegang, NuNietNaTeGaan
from actors.daemon.toegang.bestandsversie import Versie, versie_van
from actors.runtime.klok import Buitenwereld
from actors.runtime.logboek import maak_log

BESTAND: Final = "toegang.json"
"""Name of the file in the data folder."""

_SLOT: Final = "toegang.lock"
_BEGIN: Final = "gvl_"
_VORM: Final = re.compile(rf"{_BEGIN}(?P<id>[0-9a-f]{{16}})_(?P<geheim>[0-9a-f]{{64}})")
_NIEMAND: Final = hashlib.sha256(b"").hexdigest()

log = maak_log("toegang")


class Sleutelfout(Exception):
    """The file with API-sleutels cannot be used; the text says in Dutch what to do."""


class SleutelOnbekend(Exception):
    """There is no API-sleutel of this id; the text says in Dutch what to do."""


@dataclass(frozen=True, slots=True)
class ApiSleutel:
    """One that was given out: to whom, for what, from when to when (`geldig_tot` itself not included)."""

    id: str
    naam: str
    rechten: tuple[str, ...]
    gemaakt_op: datetime
    hash: str = field(repr=False)
    voor: str | None = None
    geldig_tot: datetime | None = None
    ingetrokken_op: datetime | None = None


_LEZER: TypeAdapter[tuple[ApiSleutel, ...]] = TypeAdapter(tuple[ApiSleutel, ...])


def is_apisleutel(getoond: str) -> bool:
    """Whether this means to be one of ours, and no JWT."""
    return getoond.startswith(_BEGIN)


class Sleutelbestand:
    """The sleutels of one data folder. Several processes may use it; who changes it waits for the other."""

    def __init__(self, data: Path) -> None:
        """Name the data folder."""
        self._data = data
        self._pad = data / BESTAND
        self._gelezen: tuple[Versie, dict[str, ApiSleutel]] = ((), {})

    def versie(self) -> Versie:
        """Which version of the file is there."""
        return versie_van(self._pad)

    def alle(self) -> tuple[ApiSleutel, ...]:
        """Every sleutel that was ever made, the oldest first. Raises Sleutelfout when the file cannot be read."""
        try:
            return _LEZER.validate_json(self._pad.read_bytes())
        except FileNotFoundError:
            return ()
        except OSError as fout:
            raise Sleutelfout(f"{self._pad} kan niet worden gelezen ({fout.strerror}); kijk van wie het is") from None
        except ValidationError:
            raise Sleutelfout(f"{self._pad} is beschadigd; zet het terug uit een reservekopie") from None

    def maak(
        self,
        naam: str,
        rechten: tuple[str, ...],
        *,
        voor: str | None,
        geldig_tot: datetime | None,
        buiten: Buitenwereld,
    ) -> str:
        """Make one and give it: the only time that it can be seen. Raises Sleutelfout, OSError."""
        kenmerk, geheim = buiten.willekeur(8).hex(), buiten.willekeur(32).hex()
        nieuw = ApiSleutel(kenmerk, naam, rechten, buiten.klok(), _hash(geheim), voor, geldig_tot)
        with self._alleen():
            self._schrijf((*self.alle(), nieuw))
        return f"{_BEGIN}{kenmerk}_{geheim}"

    def trek_in(self, kenmerk: str, op: datetime) -> ApiSleutel:
        """Withdraw the sleutel of this id, for good; gives it. Raises SleutelOnbekend, Sleutelfout, OSError."""
        with self._alleen():
            alle = {sleutel.id: sleutel for sleutel in self.alle()}
            oud = alle.get(kenmerk)
            if oud is None:
                raise SleutelOnbekend(
                    f"er is geen API-sleutel {kenmerk!r}; kijk met `gevolg token --lijst` welke er zijn"
                )
            if oud.ingetrokken_op is None:
                oud = alle[kenmerk] = replace(oud, ingetrokken_op=op)
                self._schrijf(tuple(alle.values()))
        return oud

    def wie(self, getoond: str, nu: datetime) -> tuple[Gebruiker, float]:
        """Who shows this sleutel, and until when (seconds since 1970). Raises GeenToegang, NuNietNaTeGaan."""
        vorm = _VORM.fullmatch(getoond)
        sleutel = self._actueel().get(vorm["id"]) if vorm else None
        klopt = hmac.compare_digest(_hash(vorm["geheim"] if vorm else ""), sleutel.hash if sleutel else _NIEMAND)
        if sleutel is None or not klopt:
            raise GeenToegang("deze API-sleutel is niet bekend; vraag een nieuwe aan wie de registers beheert")
        if sleutel.ingetrokken_op is not None:
            raise GeenToegang("deze API-sleutel is ingetrokken; vraag een nieuwe aan wie de registers beheert")
        if sleutel.geldig_tot is not None and sleutel.geldig_tot <= nu:
            raise GeenToegang("deze API-sleutel is verlopen; vraag een nieuwe aan wie de registers beheert")
        tot = sleutel.geldig_tot.timestamp() if sleutel.geldig_tot else float("inf")
        return Gebruiker(sleutel.naam, frozenset(sleutel.rechten), sleutel.voor), tot

    def kent(self, naam: str) -> bool:
        """Whether there is, or was, a sleutel of this name. Raises NuNietNaTeGaan."""
        return any(een.naam == naam for een in self._actueel().values())

    def rechten_van(self, naam: str, nu: datetime) -> frozenset[str] | None:
        """What the sleutels of this name together give now; None when there never was one. Raises NuNietNaTeGaan."""
        van_hem = [een for een in self._actueel().values() if een.naam == naam]
        geldig = [
            een for een in van_hem if een.ingetrokken_op is None and (een.geldig_tot is None or een.geldig_tot > nu)
        ]
        return frozenset(recht for een in geldig for recht in een.rechten) if van_hem else None

    def _actueel(self) -> dict[str, ApiSleutel]:
        """The sleutels by id as the file is now. Raises NuNietNaTeGaan when it cannot be read."""
        versie = self.versie()
        if versie != self._gelezen[0]:
            try:
                self._gelezen = (versie, {sleutel.id: sleutel for sleutel in self.alle()})
            except Sleutelfout as fout:
                log.error("access.keys_unreadable", reason=str(fout))  # noqa: TRY400 - it says all
                raise NuNietNaTeGaan(
                    "de API-sleutels zijn nu niet na te gaan; meld dit aan wie de registers beheert"
                ) from None
        return self._gelezen[1]

    @contextmanager
    def _alleen(self) -> Iterator[None]:
        """One changes it at a time."""
        slot = os.open(self._data / _SLOT, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(slot, fcntl.LOCK_EX)
            yield
        finally:
            os.close(slot)

    def _schrijf(self, sleutels: tuple[ApiSleutel, ...]) -> None:
        """Replace the file as a whole, durably; whoever reads sees the old or the new one."""
        nieuw = self._pad.with_suffix(".nieuw")
        nieuw.unlink(missing_ok=True)
        with os.fdopen(os.open(nieuw, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as bestand:
            bestand.write(json.dumps([asdict(een) for een in sleutels], default=datetime.isoformat, indent=1).encode())
            bestand.flush()
            os.fsync(bestand.fileno())
        nieuw.rename(self._pad)
        map_ = os.open(self._data, os.O_RDONLY)
        try:
            os.fsync(map_)
        finally:
            os.close(map_)


def _hash(geheim: str) -> str:
    return hashlib.sha256(geheim.encode()).hexdigest()
