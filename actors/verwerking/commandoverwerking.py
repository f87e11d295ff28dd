"""Commandoverwerking: from an offered commando to the transactie to record (handreiking, "Commandoverwerkingsservice").

One decision for one aggregate, in memory: what may be asserted, what follows from it by the rules, and the full
verantwoording. Nothing here writes; the journal decides when it is recorded.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from actors.register.claim import Bewering, Claim, claim_id
from actors.register.commando import AangebodenCommando, Commandosoort, NietVerwerkt, Voorstel
from actors.register.context import Aggregaatsoort, Context, gevolgversie
from actors.register.gevolg import Aanhouding, Gevolg, Inhoud, Overname, Transactie, Vastlegging, Wijziging
from actors.register.persoonsgegeven import Persoonsgegeven
from actors.register.staat import Staat
from actors.register.verantwoording import Grond, Software, Verantwoording, Verklaring
from actors.verwerking.afleiding import Verandering, leid_af
from actors.verwerking.generiek import SIGNAAL, SIGNAALSOORT, overnamesoorten
from actors.verwerking.identiteit import gevolg_id
from actors.verwerking.namen import AANHOUDING, afgeleid_gevolg


@dataclass(frozen=True, slots=True)
class Besluitvorming:
    """What a commando came to: the transactie to record (None: nothing changed), and the natural keys it moves."""

    transactie: Transactie | None
    sleutels: tuple[tuple[str, bool], ...]


class Commandoverwerking:
    """Judges the commando's of one register; `store_id` is the incarnation of its journal (16 bytes)."""

    def __init__(self, context: Context, store_id: bytes, software: Software) -> None:
        self.context = context
        self._store_id = store_id
        self._software = software
        self._aggregaten = {a.naam: a for a in context.aggregaten}
        self._aggregaten[SIGNAAL] = Aggregaatsoort(SIGNAAL, "Beoordeelde signalen, per weg.", ())
        self._persoonlijk = {
            naam: frozenset(gegeven.naam for gegeven in soort.gegevens if gegeven.persoonlijk)
            for naam, soort in self._aggregaten.items()
        }
        self._soorten: dict[tuple[str, str], Commandosoort] = {
            (soort.naam, soort.aggregaat): soort
            for soort in (
                *context.commandos,
                *(soort for a in context.aggregaten for soort in overnamesoorten(a.naam)),
                SIGNAALSOORT,
            )
        }
        self._per_naam = {naam: soort for (naam, _), soort in self._soorten.items()}

    def soort(self, commando: Any) -> Commandosoort | None:
        """The kind of this commando in this register, None when it has no such commando."""
        naam = type(commando).__name__
        aggregaat = getattr(commando, "aggregaat", None)
        return self._per_naam.get(naam) if aggregaat is None else self._soorten.get((naam, aggregaat))

    def onthoudt(self, aggregaat: str) -> bool:
        """Whether this kind of aggregate has a state to activate; the signaal streams are only written."""
        return aggregaat != SIGNAAL

    def verwerk(
        self,
        staat: Staat,
        aangeboden: AangebodenCommando,
        houder: Callable[[str], str | None] = lambda _sleutel: None,
    ) -> Besluitvorming | NietVerwerkt:
        """Judge one commando against one aggregate; on acceptance `staat` is what it will be once recorded.

        `houder(natuurlijke_sleutel)` answers which aggregate ("soort/id") has a natural key now, if any.
        """
        commando = aangeboden.commando
        soort = self.soort(commando)
        if soort is None:
            return commando_onbekend(commando)
        aggregaat_id = soort.aggregaat_id(commando)
        sleutels = soort.sleutels(staat, commando)
        for sleutel, neemt in sleutels:
            bezet = houder(sleutel) if neemt else None
            if bezet not in (None, f"{soort.aggregaat}/{aggregaat_id}"):
                return NietVerwerkt(
                    "sleutel_in_gebruik",
                    f"{sleutel.partition(':')[0]} hoort al bij een ander aggregaat; gebruik dat, of corrigeer het",
                )
        voorstellen = soort.aanvaard(staat, commando)
        if isinstance(voorstellen, NietVerwerkt):
            return voorstellen
        gebeurd_op = aangeboden.gebeurd_op or soort.gebeurd_op(commando)
        if gebeurd_op is None:
            return NietVerwerkt(
                "gebeurd_op_ontbreekt", "zeg wanneer het gebeurde: geef `gebeurd_op` mee (dag of moment)"
            )
        gevolgen = self._gevolgen(staat, soort, aangeboden.id, voorstellen)
        if not gevolgen:
            return Besluitvorming(None, ())
        staat.volgnummer += 1
        transactie = Transactie(
            register=self.context.naam,
            aggregaat=soort.aggregaat,
            aggregaat_id=aggregaat_id,
            volgnummer=staat.volgnummer,
            commando_id=aangeboden.id,
            commando=soort.naam,
            verantwoording=self._verantwoording(aangeboden, gebeurd_op),
            gevolgen=tuple(gevolgen),
        )
        return Besluitvorming(transactie, sleutels)

    def _verantwoording(self, aangeboden: AangebodenCommando, gebeurd_op: date | datetime) -> Verantwoording:
        return Verantwoording(
            aanleiding=aangeboden.aanleiding,
            gebeurd_op=gebeurd_op,
            geregistreerd_door=aangeboden.door,
            verantwoordelijke=self.context.verantwoordelijke,
            software=self._software,
            beslisser=aangeboden.beslisser,
            namens=aangeboden.namens,
            voert_uit=aangeboden.voert_uit,
            oorzaak=aangeboden.oorzaak or aangeboden.id,
        )

    def _gevolgen(
        self, staat: Staat, soort: Commandosoort, commando_id: str, voorstellen: tuple[Voorstel, ...]
    ) -> list[Gevolg]:
        """What is asserted, then what follows from it by the rules, then what waits; each folded in at once."""
        gevolgen: list[Gevolg] = []
        ids: dict[int, str] = {}

        def nieuw_id(plaats: int) -> str:
            if plaats not in ids:
                ids[plaats] = gevolg_id(self._store_id, commando_id, plaats)
            return ids[plaats]

        def neem_op(
            naam: str,
            wijziging: Wijziging,
            inhoud: Inhoud,
            grond: tuple[Grond, ...],
            verklaring: Verklaring | None = None,
        ) -> None:
            versie = gevolgversie(self.context.upcasters, naam)
            gevolg = Gevolg(nieuw_id(len(gevolgen)), naam, versie, wijziging, inhoud, grond, verklaring)
            staat.pas_toe(gevolg)
            gevolgen.append(gevolg)

        for voorstel in voorstellen:
            inhoud = voorstel.inhoud or _vastlegging(nieuw_id(len(gevolgen)), voorstel.beweringen)
            neem_op(voorstel.gevolg, voorstel.soort, inhoud, soort.grond)
        if not gevolgen:
            return []
        _controleer_persoonlijk(self._persoonlijk[soort.aggregaat], gevolgen)
        eerste = len(gevolgen)
        veranderingen, wachtend = leid_af(self._aggregaten[soort.aggregaat], staat, lambda n: nieuw_id(eerste + n))
        for verandering in veranderingen:
            naam, verklaring = _verklaard(verandering)
            grond = (verandering.regel.versie.grond,)
            neem_op(naam, verandering.soort, verandering.afleiding, grond, verklaring)
        if wachtend != staat.wachtend:
            neem_op(AANHOUDING, Wijziging.AANHOUDEN, Aanhouding(wachtend), soort.grond)
        return gevolgen


def commando_onbekend(commando: Any) -> NietVerwerkt:
    """What whoever offers something that no register takes is told."""
    return NietVerwerkt(
        "commando_onbekend",
        f"geen register neemt {type(commando).__name__} hier aan; bekijk wat er is met `gevolg model`",
    )


def _vastlegging(gevolg: str, beweringen: tuple[Bewering, ...]) -> Vastlegging:
    return Vastlegging(tuple([Claim(claim_id(gevolg, n), *bewering) for n, bewering in enumerate(beweringen)]))


def _verklaard(verandering: Verandering) -> tuple[str, Verklaring]:
    regel, soort, afleiding, eigen_naam = verandering
    stuk = afleiding.stuk
    naam = afgeleid_gevolg(regel, soort, eigen_naam)
    return naam, Verklaring(regel.naam, stuk.regelversie or regel.versie.versie, stuk.invoer, stuk.stappen)


def _controleer_persoonlijk(persoonlijk: frozenset[str], gevolgen: list[Gevolg]) -> None:
    """A personal gegeven may never be recorded in the clear: a fault of the context, not of the commando."""
    for gevolg in gevolgen:
        for gegeven, waarde in _beweerd(gevolg.inhoud):
            if gegeven in persoonlijk and waarde is not None and not isinstance(waarde, Persoonsgegeven):
                raise TypeError(f"{gegeven} is persoonlijk en staat niet in een Persoonsgegeven")


def _beweerd(inhoud: Inhoud) -> list[tuple[str, Any]]:
    if isinstance(inhoud, Vastlegging):
        return [(claim.gegeven, claim.waarde) for claim in inhoud.claims]
    if isinstance(inhoud, Overname):
        return [(m.gegeven, waarde) for m in inhoud.mededelingen for waarde in (m.waarde, m.was)]
    return []
