"""Uitgegeven: what went out of the registers: the half of reading that looks in their feeds."""

from collections.abc import Iterator
from typing import Any

from actors.runtime.kern import Registerkern
from actors.runtime.opzoeken import Opzoeken
from actors.verwerking.herleveren import (
    Attest,
    Levering,
    Referentie,
    VerstrekkingOnbekend,
    attesteer,
    herlever,
    verwijzer,
)


class Uitgegeven(Opzoeken):
    """What some registers made known; KeyError when there is no such register."""

    def verstrekkingen(self, register: str, na: int = 0) -> Iterator[dict[str, Any]]:
        """The feed of a register after a number: what was made known, each with its number, reference and digest."""
        kern = self._kern(register)
        verwijs = verwijzer(kern.opslag.feed)
        for v in kern.opslag.feed.read(na):
            kop = {"nummer": v.number, "positie": v.source_position, "digest": v.digest.hex()}
            yield {"referentie": str(verwijs(v.number)), **kop, **kern.serialisatie.van_bytes(v.content)}

    def herlever(self, referentie: str, *, voor: str | None = None) -> Levering:
        """What went out under a reference, the same bytes each time, for who asks.

        `voor` is a doelgroep, `betrokkene/<id>` for a letter, or None for the register itself. Raises as
        `herleveren.herlever` does.
        """
        kern, wat = self._verwezen(referentie)
        return herlever(kern.opslag.feed, kern.serialisatie, wat, voor)

    def attesteer(self, referentie: str, digest: str) -> Attest:
        """Whether something was given out under a reference, with this digest; tells no content."""
        kern, wat = self._verwezen(referentie)
        return attesteer(kern.opslag.feed, kern.serialisatie, wat, digest)

    def _verwezen(self, referentie: str) -> tuple[Registerkern, Referentie]:
        wat = Referentie.lees(referentie)
        if wat.register not in self._kernen:
            raise VerstrekkingOnbekend(f"geen register {wat.register!r}; er zijn: {', '.join(self._kernen)}")
        return self._kernen[wat.register], wat
