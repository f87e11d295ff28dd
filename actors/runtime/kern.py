"""The kern of a register: its context, its opslag and the plain objects that do its work.

Made once, and shared by reference among the actors of one embedded system.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from actors.register.beeld import Beeld
from actors.register.context import Context
from actors.register.verantwoording import Software
from actors.runtime.logboek import maak_log
from actors.verwerking.bekendmaking import Bekendmaker
from actors.verwerking.commandoverwerking import Commandoverwerking
from actors.verwerking.generiek.soorten import BETROKKENE, REGELVERSIE
from actors.verwerking.gevolgenverwerking import Projector
from actors.verwerking.herbeoordeling import Herbeoordelaar, lees_versies
from actors.verwerking.herbouw import bouw_ernaast
from actors.verwerking.identiteit import is_gevolg_id, sleutel_digest
from actors.verwerking.lezen import Lezer
from actors.verwerking.parkeren import Geparkeerd
from actors.verwerking.serialisatie import Serialisatie
from actors.verwerking.signaalverwerking import Signaalverwerker
from actors.verwerking.standen import Transactielezer, vouw
from actors.verwerking.verbandindex import Verbandindex
from storage.findings import Progress
from storage.moments import Clock
from storage.opslag import Opslag

log = maak_log("projectie")

_BETROKKENE = f"{BETROKKENE.naam}/"


def is_vernietiging(aggregaat: str) -> bool:
    """Whether what is recorded in this aggregate ("soort/id") is that someone's values were destroyed."""
    return aggregaat.startswith(_BETROKKENE)


@dataclass(slots=True)
class Registerkern:
    """One register, opened. `gereserveerd` holds the natural keys taken in the turn that is not yet recorded."""

    context: Context
    opslag: Opslag
    software: Software
    klok: Clock
    serialisatie: Serialisatie = field(init=False)
    overwerking: Commandoverwerking = field(init=False)
    bekendmaker: Bekendmaker = field(init=False)
    projector: Projector = field(init=False)
    herbeoordelaar: Herbeoordelaar = field(init=False)
    lezer: Lezer = field(init=False)
    gereserveerd: dict[bytes, str | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.serialisatie = Serialisatie(self.context.naam, self.opslag.sleutels, self.context.upcasters)
        self.overwerking = Commandoverwerking(self.context, self.opslag.gevolgen.store_id, self.software)
        gevolgen = self.opslag.gevolgen
        lezer = Transactielezer(gevolgen, self.serialisatie)
        self.bekendmaker = Bekendmaker(self.context, gevolgen, self.opslag.feed, self.serialisatie, lezer)
        projecties = self.opslag.projecties
        self.projector = Projector(self.context, gevolgen, projecties, self.serialisatie, lezer, self._meld_geparkeerd)
        self.herbeoordelaar = Herbeoordelaar(self.context, gevolgen, self.serialisatie)
        self.lezer = Lezer(self.context, self.opslag, self.serialisatie, self.klok)

    def werk_bij(self, aggregaten: Iterable[str] | None = None) -> None:
        """See to what these aggregates (None: all) mean for the register as a whole, now that they are recorded.

        Rule versions apply from now on; the keys of whoever was erased are destroyed. Done twice it does nothing twice.
        """
        gevolgen, sleutels = self.opslag.gevolgen, self.opslag.sleutels
        namen = None if aggregaten is None else set(aggregaten)
        if namen is None or any(naam.startswith(f"{REGELVERSIE.naam}/") for naam in namen):
            self.overwerking.versies = lees_versies(gevolgen, self.serialisatie)
        for naam in gevolgen.aggregaten(_BETROKKENE) if namen is None else namen:
            wie = naam.removeprefix(_BETROKKENE)
            if is_vernietiging(naam) and gevolgen.last_volgnummer(naam) and not sleutels.is_destroyed(wie):
                sleutels.destroy(wie)

    def herbouw(self, meld: Progress) -> int:
        """Build the tables again beside those in use, and let them take their place; answers up to which position."""
        positie = bouw_ernaast(self.context, self.opslag, self.serialisatie, meld, self._meld_geparkeerd)
        self.projector.vergeet()
        return positie

    def _meld_geparkeerd(self, een: Geparkeerd) -> None:
        log.error(
            "projection.parked",
            register=self.naam,
            projection=een.projectie,
            aggregate=een.aggregaat,
            position=een.positie,
            error=een.fout,
        )

    @property
    def naam(self) -> str:
        """The name of the register."""
        return self.context.naam

    def bronnen(self) -> tuple[str, ...]:
        """The registers whose feed this one reads, each once, in the order of its vertalingen."""
        return tuple(dict.fromkeys(v.bron for v in self.context.vertalingen))

    def signaalverwerker(self, bron: "Registerkern") -> Signaalverwerker:
        """What judges the signalen of one source for this register."""
        store, feed = self.opslag.gevolgen, bron.opslag.feed
        return Signaalverwerker(self.context, feed, bron.serialisatie, store, self.serialisatie)

    def beeld_van(self, aggregaat: str, positie: int) -> Beeld:
        """All time lines of an aggregate ("soort/id") as they were at a position."""
        return vouw(self.opslag.gevolgen, self.serialisatie, aggregaat, positie).beeld()

    def aggregaat_van(self, gevolg_id: str) -> tuple[str, str] | None:
        """Kind and id of the aggregate in which a gevolg is recorded; None when it is not found here."""
        vindplaats = self.vindplaats()
        positie = vindplaats.positie(gevolg_id) if is_gevolg_id(gevolg_id) else None
        if positie is None:
            return None
        transactie = vindplaats.transactie(positie)
        return transactie.aggregaat, transactie.aggregaat_id

    def vindplaats(self) -> Verbandindex:
        """This register to look gevolgen up in, as far as its index is now."""
        gevolgen, projecties = self.opslag.gevolgen, self.opslag.projecties
        return Verbandindex(gevolgen, projecties, self.serialisatie)

    def schrijft_aan_aggregaat(self, aggregaat: str) -> bool:
        """Whether letters go to aggregates of this kind themselves: then each needs a key before the first one."""
        return any(brief.aggregaat == aggregaat and brief.geadresseerde is None for brief in self.context.brieven)

    def doel(self, commando: Any) -> tuple[str, str]:
        """Which aggregate (soort, id) a commando is about; KeyError when this register has no such commando."""
        soort = self.overwerking.soort(commando)
        if soort is None:
            raise KeyError(f"{self.naam} kent geen {type(commando).__name__}")
        return soort.aggregaat, soort.aggregaat_id(commando)

    def sleutelhouder(self, natuurlijke_sleutel: str) -> str | None:
        """Which aggregate ("soort/id") has a natural key, counting what this turn already took or gave up."""
        digest = self.digest(natuurlijke_sleutel)
        if digest in self.gereserveerd:
            return self.gereserveerd[digest]
        return self.opslag.gevolgen.aggregaat_by_sleutel(digest)

    def digest(self, natuurlijke_sleutel: str) -> bytes:
        """The bytes under which a natural key is kept."""
        return sleutel_digest(self.opslag.sleutels.secret, natuurlijke_sleutel)


Kernen = dict[str, Registerkern]
"""The registers of one system, by name."""
