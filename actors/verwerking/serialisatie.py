"""Serialisatie: transacties to bytes and back. The shape of these bytes is frozen by golden files.

A transactie is a map with Dutch keys; what repeats in it (claims, pieces) are arrays. Bounds of geldigheid are
ordinals of days (proleptic Gregorian; 1 and 3652059 are open). Persoonsgegevens are encrypted before they leave
here, so the chain hash is taken over the encrypted bytes. Older versions of a gevolg are read through upcasters.
"""

from collections.abc import Mapping, Sequence
from functools import cache, partial
from typing import Any

from actors.register.context import Upcaster, gevolgversie
from actors.register.gevolg import Gevolg, Herroeping, Overname, Transactie, Wijziging
from actors.register.persoonsgegeven import Persoonsgegeven
from actors.register.tijdlijnen import Invoer, Ontbreekt, Stap
from actors.register.verantwoording import (
    Aanleiding,
    Grond,
    Mandaat,
    Software,
    Verantwoordelijke,
    Verantwoording,
    Verklaring,
)
from actors.verwerking.inhoudvormen import inhoud_naar_data, lees_inhoud, vrije_waarden
from actors.verwerking.namen import gelezen_naam, opgeslagen_naam
from actors.verwerking.upcasters import met_generieke
from storage.codec import Encrypted, pack, pack_record, unpack
from storage.errors import KeyDestroyed, NewerFormat
from storage.gevolgenstore import Record
from storage.sleutelbos import Sleutelbos

FORMAAT = 1
"""The shape of a stored transactie or verstrekking as a whole; a newer one is refused."""

_WEG = b""
"""Stands where a personal value was, of someone whose key was destroyed."""


class Serialisatie:
    """Transacties, and any other data with persoonsgegevens, to bytes and back, with the keys of one register."""

    def __init__(
        self, register: str, sleutels: Sleutelbos, upcasters: Mapping[tuple[str, int], Upcaster] | None = None
    ) -> None:
        self._register = register
        self._sleutels = sleutels
        self._upcasters = met_generieke(upcasters or {})
        self._gevolgversie = cache(partial(gevolgversie, self._upcasters))

    # --- any value ---

    def naar_bytes(self, waarde: Any) -> bytes:
        """Plain data to bytes; each Persoonsgegeven in it is encrypted under the key of its betrokkene.

        What is about someone whose key was destroyed is left out.
        """
        return pack(waarde, self._versleutel_of_laat_weg)

    def rij_naar_bytes(self, rij: Any, vrij: Sequence[Any]) -> bytes:
        """As `naar_bytes`, for data of a shape that is known but for the values `vrij` in it."""
        return pack_record(rij, vrij, self._versleutel_of_laat_weg)

    def van_bytes(self, gegevens: bytes) -> Any:
        """The inverse of `naar_bytes` (tuples come back as lists); a destroyed value comes back as None."""
        return unpack(gegevens, self._ontsleutel)

    def heel_van_bytes(self, gegevens: bytes) -> Any:
        """As `van_bytes`; raises KeyDestroyed when a value that was in it cannot be opened any more."""
        return unpack(gegevens, self._ontsleutel_of_stop)

    def betrokkenen_in(self, gegevens: bytes) -> set[str]:
        """Of whom there are personal values in this data, also destroyed ones."""
        gevonden: set[str] = set()
        unpack(gegevens, lambda versleuteld: gevonden.add(versleuteld.betrokkene))
        return gevonden

    def bewaar_sleutels(self) -> None:
        """Make the keys that were made on the way durable; before anything that was encrypted with them."""
        self._sleutels.save()

    def zorg_voor_sleutel(self, betrokkene: str) -> None:
        """Make sure this betrokkene has a key, unless it was destroyed."""
        self._versleutel_of_laat_weg(Persoonsgegeven(betrokkene, ""))

    def _versleutel_of_laat_weg(self, waarde: Any) -> Any:
        try:
            return self._versleutel(waarde)
        except KeyDestroyed:
            return Encrypted(waarde.betrokkene, _WEG)

    def _versleutel(self, waarde: Any) -> Any:
        if isinstance(waarde, Persoonsgegeven):
            if waarde.waarde is None:
                return Encrypted(waarde.betrokkene, _WEG)
            klaar = pack(waarde.waarde)
            return Encrypted(waarde.betrokkene, self._sleutels.encrypt(waarde.betrokkene, klaar))
        if isinstance(waarde, tuple) and not isinstance(waarde, Ontbreekt):
            return list(waarde)
        raise TypeError(f"kan een {type(waarde).__name__} niet opslaan; maak er eerst gewone gegevens van")

    def _ontsleutel(self, versleuteld: Encrypted) -> Persoonsgegeven:
        if versleuteld.ciphertext == _WEG:
            return Persoonsgegeven(versleuteld.betrokkene, None)
        klaar = self._sleutels.decrypt(versleuteld.betrokkene, versleuteld.ciphertext)
        return Persoonsgegeven(versleuteld.betrokkene, None if klaar is None else unpack(klaar))

    def _ontsleutel_of_stop(self, versleuteld: Encrypted) -> Persoonsgegeven:
        gegeven = self._ontsleutel(versleuteld)
        if gegeven.waarde is None and versleuteld.ciphertext != _WEG:
            raise KeyDestroyed(f"the key of a betrokkene in register {self._register} was destroyed; it opens nothing")
        return gegeven

    # --- transacties ---

    def encodeer(self, transactie: Transactie) -> bytes:
        """A transactie to bytes, without what the store alone gives (position, registration moment).

        Raises KeyDestroyed when a commando would record anything new about someone whose key was destroyed; from what
        another register tells, or tells no more, such a value is left out.
        """
        v = transactie.verantwoording
        overgenomen = any(isinstance(gevolg.inhoud, Overname | Herroeping) for gevolg in transactie.gevolgen)
        return pack_record(
            {
                "formaat": FORMAAT,
                "aggregaat": transactie.aggregaat,
                "id": transactie.aggregaat_id,
                "volgnummer": transactie.volgnummer,
                "commando_id": transactie.commando_id,
                "commando": transactie.commando,
                "aanleiding": v.aanleiding,
                "gebeurd_op": v.gebeurd_op,
                "door": v.geregistreerd_door,
                "verantwoordelijke": v.verantwoordelijke,
                "software": v.software,
                "beslisser": v.beslisser,
                "namens": v.namens,
                "voert_uit": v.voert_uit,
                "oorzaak": v.oorzaak,
                "gevolgen": [self._gevolg(g) for g in transactie.gevolgen],
            },
            [waarde for gevolg in transactie.gevolgen for waarde in _vrije_waarden(gevolg)],
            self._versleutel_of_laat_weg if overgenomen else self._versleutel,
        )

    def decodeer(self, record: Record) -> Transactie:
        """A stored record back to its transactie."""
        m = self.van_bytes(record.content)
        lees_formaat(m)
        verantwoording = Verantwoording(
            aanleiding=Aanleiding(*m["aanleiding"]),
            gebeurd_op=m["gebeurd_op"],
            geregistreerd_door=m["door"],
            verantwoordelijke=Verantwoordelijke(*m["verantwoordelijke"]),
            software=Software(*m["software"]),
            beslisser=m["beslisser"],
            namens=Mandaat(*m["namens"]) if m["namens"] else None,
            voert_uit=m["voert_uit"],
            oorzaak=m["oorzaak"],
        )
        return Transactie(
            register=self._register,
            aggregaat=m["aggregaat"],
            aggregaat_id=m["id"],
            volgnummer=m["volgnummer"],
            commando_id=m["commando_id"],
            commando=m["commando"],
            verantwoording=verantwoording,
            gevolgen=tuple(self._lees_gevolg(g) for g in m["gevolgen"]),
            positie=record.position,
            geregistreerd_op=record.registered_at,
        )

    def _gevolg(self, gevolg: Gevolg) -> dict[str, Any]:
        vorm, inhoud = inhoud_naar_data(gevolg.inhoud)
        return {
            "id": gevolg.id,
            "naam": opgeslagen_naam(self._register, gevolg.naam, gevolg.versie),
            "soort": gevolg.soort,
            "vorm": vorm,
            "inhoud": inhoud,
            "legitimering": gevolg.legitimering,
            "verklaring": gevolg.verklaring,
        }

    def _lees_gevolg(self, m: dict[str, Any]) -> Gevolg:
        _, naam, versie = gelezen_naam(m["naam"])
        while (upcaster := self._upcasters.get((naam, versie))) is not None:
            m, versie = upcaster(m), versie + 1
        lezer = lees_inhoud(m["vorm"])
        if lezer is None or versie > self._gevolgversie(naam):
            raise NewerFormat(
                f"{m['naam']} ({m['vorm']}) is vastgelegd door een nieuwere versie van gevolg; gebruik die om te lezen"
            )
        verklaring = _lees_verklaring(m["verklaring"]) if m["verklaring"] else None
        return Gevolg(
            id=m["id"],
            naam=naam,
            versie=versie,
            soort=Wijziging(m["soort"]),
            inhoud=lezer(m["inhoud"], m["id"], verklaring),
            legitimering=tuple(Grond(*g) for g in m["legitimering"]),
            verklaring=verklaring,
        )


def _vrije_waarden(gevolg: Gevolg) -> list[Any]:
    """The values in a gevolg that came from outside or from a rule: those may be of any type."""
    waarden = vrije_waarden(gevolg.inhoud)
    if gevolg.verklaring is not None:
        waarden += [invoer.waarde for invoer in gevolg.verklaring.invoer]
        waarden += [stap.uitkomst for stap in gevolg.verklaring.stappen]
    return waarden


def _lees_verklaring(delen: list[Any]) -> Verklaring:
    regel, regelversie, invoer, stappen, toelichting = delen
    return Verklaring(
        regel, regelversie, tuple(Invoer(*i) for i in invoer), tuple(Stap(*s) for s in stappen), toelichting
    )


def lees_formaat(m: dict[str, Any]) -> None:
    """Refuse what a newer version of gevolg stored; raises NewerFormat."""
    if m["formaat"] > FORMAAT:
        raise NewerFormat(
            f"dit is vastgelegd in formaat {m['formaat']}, deze versie leest tot {FORMAAT}; gebruik een nieuwere gevolg"
        )
