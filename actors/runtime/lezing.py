"""Registerlezing: read the registers of a folder, also while another process writes them or none does."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from actors.register.gevolg import Transactie
from actors.register.projectie import Projectie
from actors.register.verantwoording import Software
from actors.runtime.catalogue import contexten
from actors.runtime.kern import Registerkern
from actors.runtime.klok import Buitenwereld
from actors.verwerking.brieven import lokale_dag
from actors.verwerking.lezen import lees_rij, lees_tabel, lees_taken
from storage.opslag import open_lmdb


class Registerlezing:
    """The reading half of the registers: answers come straight from what is stored."""

    def __init__(self, kernen: Mapping[str, Registerkern], buitenwereld: Buitenwereld, sluiten: ExitStack) -> None:
        self._kernen = dict(kernen)
        self._buitenwereld = buitenwereld
        self._sluiten = sluiten

    @classmethod
    def alleen_lezen(cls, map_: str | Path) -> "Registerlezing":
        """Open the registers in a folder for reading; raises StorageError when there is nothing, or it is damaged."""
        buitenwereld = Buitenwereld()
        with ExitStack() as geopend:
            kernen = {}
            for context in contexten():
                opslag = open_lmdb(Path(map_), context.naam, clock=buitenwereld.klok, read_only=True)
                geopend.callback(opslag.close)
                kernen[context.naam] = Registerkern(context, opslag, Software("", "", ""))
            return Registerlezing(kernen, buitenwereld, geopend.pop_all())

    @property
    def registers(self) -> tuple[str, ...]:
        """The names of the registers."""
        return tuple(self._kernen)

    def lees(
        self, register: str, projectie: str, *sleutel: str, geldig_op: date | None = None
    ) -> dict[str, Any] | None:
        """One row of a table as it holds on a day (default: today); None when there is none.

        KeyError when there is no such register or table.
        """
        kern, model = self._projectie(register, projectie)
        return lees_rij(kern.opslag.projecties, kern.serialisatie, model, sleutel, self._dag(geldig_op))

    def tabel(self, register: str, projectie: str, *, geldig_op: date | None = None) -> list[dict[str, Any]]:
        """A whole table as it holds on a day (default: today)."""
        kern, model = self._projectie(register, projectie)
        return lees_tabel(kern.opslag.projecties, kern.serialisatie, model, self._dag(geldig_op))

    def taken(self, register: str) -> list[dict[str, Any]]:
        """What waits in a register, and why."""
        kern = self._kern(register)
        return list(lees_taken(kern.opslag.projecties, kern.serialisatie))

    def gevolgen(self, register: str, na: int = 0) -> Iterator[Transactie]:
        """The journal of a register, transactie by transactie, after a position."""
        kern = self._kern(register)
        return (kern.serialisatie.decodeer(record) for record in kern.opslag.gevolgen.read(na))

    def aantal_gevolgen(self, register: str) -> int:
        """How many gevolgen the journal of a register holds; counts records without reading what is in them."""
        return sum(record.count for record in self._kern(register).opslag.gevolgen.read())

    def verstrekkingen(self, register: str, na: int = 0) -> Iterator[dict[str, Any]]:
        """The feed of a register after a number: what was made known, each with its number and digest."""
        kern = self._kern(register)
        for v in kern.opslag.feed.read(na):
            kop = {"nummer": v.number, "positie": v.source_position, "digest": v.digest.hex()}
            yield {**kop, **kern.serialisatie.van_bytes(v.content)}

    def standen(self) -> dict[str, dict[str, Any]]:
        """Per register how far everything is: journal, feed, tables, and what it read of others."""
        return {naam: self._stand(kern) for naam, kern in self._kernen.items()}

    def _stand(self, kern: Registerkern) -> dict[str, Any]:
        opslag = kern.opslag
        return {
            "store_id": opslag.gevolgen.store_id.hex(),
            "positie": opslag.gevolgen.head().position,
            "bekendgemaakt_tot": kern.bekendmaker.positie,
            "geprojecteerd_tot": kern.projector.positie,
            "verstrekkingen": opslag.feed.head()[0],
            "gelezen": {bron: stand.position for bron, stand in opslag.gevolgen.readers().items()},
        }

    def _kern(self, register: str) -> Registerkern:
        if register not in self._kernen:
            raise KeyError(f"geen register {register!r}; er zijn: {', '.join(self._kernen)}")
        return self._kernen[register]

    def _projectie(self, register: str, naam: str) -> tuple[Registerkern, Projectie]:
        kern = self._kern(register)
        for projectie in kern.context.projecties:
            if projectie.naam == naam:
                return kern, projectie
        bekend = ", ".join(p.naam for p in kern.context.projecties)
        raise KeyError(f"{register} heeft geen projectie {naam!r}; er zijn: {bekend}")

    def _dag(self, geldig_op: date | None) -> date:
        return geldig_op or lokale_dag(self._buitenwereld.klok())

    # --- life -------------------------------------------------------------------------------------------------

    def close(self) -> None:
        """Let go of the folder."""
        self._sluiten.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, soort: type[BaseException] | None, fout: BaseException | None, spoor: TracebackType | None
    ) -> None:
        self.close()
