"""Opzoeken: find something in the registers by its id or key, and how far they are: the looked-up half of reading."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from actors.register.commando import NietVerwerkt, Verwerkt
from actors.register.gevolg import Transactie
from actors.register.terugmelding import Terugmelding
from actors.runtime.aggregaat import lees_antwoord
from actors.runtime.kern import Registerkern
from actors.verwerking.antwoord import Onbekend
from actors.verwerking.identiteit import commando_sleutel, is_gevolg_id
from actors.verwerking.standen import vouw


class Gemeld(NamedTuple):
    """A terugmelding, and the kind of aggregate that it is about."""

    aggregaat: str
    melding: Terugmelding


class Opzoeken:
    """What can be looked up in some registers; KeyError when there is no such register."""

    _kernen: dict[str, Registerkern]

    def uitkomst(self, register: str, commando_id: str) -> Verwerkt | NietVerwerkt | None:
        """What became of a commando (a UUID, else ValueError); None when it never came."""
        kern = self._kern(register)
        bewaard = kern.opslag.gevolgen.outcome(commando_sleutel(commando_id))
        return None if bewaard is None else lees_antwoord(kern, commando_id, bewaard)

    def terugmelding(self, register: str, commando_id: str) -> Gemeld | None:
        """The terugmelding that was done with this commando (a UUID), as it stands now; None when there is none."""
        kern = self._kern(register)
        bewaard = kern.opslag.gevolgen.outcome(commando_sleutel(commando_id))
        if bewaard is None or not bewaard.position:
            return None
        transactie = kern.serialisatie.decodeer(kern.opslag.gevolgen.record(bewaard.position))
        meldingen = [g.inhoud for g in transactie.gevolgen if isinstance(g.inhoud, Terugmelding)]
        if transactie.commando != "MeldTerug" or not meldingen:
            return None
        naam = f"{transactie.aggregaat}/{transactie.aggregaat_id}"
        staat = vouw(kern.opslag.gevolgen, kern.serialisatie, naam)
        return Gemeld(transactie.aggregaat, staat.aantekeningen.terugmeldingen[meldingen[0].id])

    def transactie_van(self, register: str, gevolg_id: str) -> Transactie | None:
        """The transactie that recorded a gevolg in this register; None when it is not to be found there (yet)."""
        vindplaats = self._kern(register).vindplaats()
        positie = vindplaats.positie(gevolg_id) if is_gevolg_id(gevolg_id) else None
        return None if positie is None else vindplaats.transactie(positie)

    def zoek(self, register: str, aggregaat: str, sleutels: Mapping[str, Any]) -> str | None:
        """The id of the aggregate that has all these natural keys (value by gegeven); None when there is none."""
        kern = self._kern(register)
        makers = {g.naam: g.sleutel for g in kern.context.aggregaat(aggregaat).gegevens}
        gevonden = set()
        for gegeven, waarde in sleutels.items():
            maak = makers.get(gegeven)
            if maak is None:
                raise Onbekend(f"{gegeven} is geen sleutel van {aggregaat}")
            digest = kern.digest(f"{gegeven}:{maak(waarde)}")
            gevonden.add(kern.opslag.gevolgen.aggregaat_by_sleutel(digest))
        naam = gevonden.pop() if len(gevonden) == 1 else None
        soort, _, aggregaat_id = (naam or "").partition("/")
        return aggregaat_id if soort == aggregaat else None

    def volgnummer(self, register: str, aggregaat: str, aggregaat_id: str, tot: int) -> int:
        """How many transacties an aggregate had at a position; 0 when it was not there."""
        gevolgen, naam = self._kern(register).opslag.gevolgen, f"{aggregaat}/{aggregaat_id}"
        laatste = gevolgen.last_volgnummer(naam)
        while laatste and next(gevolgen.read_stream(naam, after_volgnummer=laatste - 1)).position > tot:
            laatste -= 1
        return laatste

    def incarnatie(self, register: str) -> bytes:
        """Which incarnation of its journal a register goes on with: 16 bytes, others after it was put back."""
        return self._kern(register).opslag.gevolgen.store_id

    def bijgewerkt_tot(self, register: str, projectie: str | None) -> int:
        """The last transactie that is in a table (None: in that of taken)."""
        kern = self._kern(register)
        tabel = None if projectie is None else next(p for p in kern.context.projecties if p.naam == projectie)
        return kern.lezer.bijgewerkt_tot(tabel)

    def geheim(self, register: str) -> bytes:
        """The secret of a register: what is encrypted with it can be read by who has the register."""
        return self._kern(register).opslag.sleutels.secret

    def verstrekt_tot(self, register: str) -> int:
        """The number of the last verstrekking of a register; 0 when it made nothing known."""
        return self._kern(register).opslag.feed.head()[0]

    def _kern(self, register: str) -> Registerkern:
        if register not in self._kernen:
            raise Onbekend(f"geen register {register!r}; er zijn: {', '.join(self._kernen)}")
        return self._kernen[register]
