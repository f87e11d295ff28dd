"""Commandoverwerking: from an offered commando to the transactie to record (handreiking, "Commandoverwerkingsservice").

One decision for one aggregate, in memory: what may be asserted, what follows from it by the rules, and the full
verantwoording. Nothing here writes; the journal decides when it is recorded.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, partial
from typing import Any

from actors.register.commando import AangebodenCommando, Commandosoort, NietVerwerkt, Voorstel
from actors.register.context import Context, gevolgversie
from actors.register.gevolg import Gevolg, Transactie
from actors.register.staat import Staat
from actors.register.verantwoording import Software, Verantwoording
from actors.verwerking.afleiding import GEEN_VERSIES, Versies
from actors.verwerking.generiek.soorten import SIGNAAL, eigen_aggregaten, generieke_commandos
from actors.verwerking.identiteit import gevolg_id
from actors.verwerking.natuurlijk import Sleutelregels
from actors.verwerking.opbouw import Opbouw, controleer_persoonlijk
from actors.verwerking.upcasters import alle_upcasters


@dataclass(frozen=True, slots=True)
class Besluitvorming:
    """What a commando came to: the transactie to record (None: nothing changed), and the natural keys it moves."""

    transactie: Transactie | None
    sleutels: tuple[tuple[str, bool], ...]


class Commandoverwerking:
    """Judges the commando's of one register; `store_id` is the incarnation of its journal (16 bytes).

    `versies` are the rule versions that were registered; whoever knows the journal keeps them.
    """

    def __init__(self, context: Context, store_id: bytes, software: Software) -> None:
        self.context = context
        self._store_id = store_id
        self._software = software
        self.versies: Versies = GEEN_VERSIES
        self._gevolgversie = cache(partial(gevolgversie, alle_upcasters(context)))
        self._aggregaten = {a.naam: a for a in (*context.aggregaten, *eigen_aggregaten())}
        self._persoonlijk = {
            naam: frozenset(gegeven.naam for gegeven in soort.gegevens if gegeven.persoonlijk)
            for naam, soort in self._aggregaten.items()
        }
        self._sleutelregels = {naam: Sleutelregels(soort) for naam, soort in self._aggregaten.items()}
        soorten = (*context.commandos, *generieke_commandos(context, lambda: self.versies))
        self._soorten: dict[tuple[str, str], Commandosoort] = {(s.naam, s.aggregaat): s for s in soorten}
        self._per_naam = {naam: soort for (naam, _), soort in self._soorten.items()}

    def soort(self, commando: Any) -> Commandosoort | None:
        """The kind of this commando in this register, None when it has no such commando."""
        naam = type(commando).__name__
        aggregaat = getattr(commando, "aggregaat", None)
        return self._per_naam.get(naam) if aggregaat is None else self._soorten.get((naam, aggregaat))

    def onthoudt(self, aggregaat: str) -> bool:
        """Whether this kind of aggregate has a state to activate; the signaal streams are only written."""
        return aggregaat != SIGNAAL.naam

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
        voorstellen = _aanvaard(soort, staat, aangeboden)
        if isinstance(voorstellen, NietVerwerkt):
            return voorstellen
        sleutels = self._sleutelregels[soort.aggregaat].bewegingen(staat, voorstellen)
        for sleutel, neemt in sleutels:
            bezet = houder(sleutel) if neemt else None
            if bezet not in (None, f"{soort.aggregaat}/{aggregaat_id}"):
                return NietVerwerkt(
                    "sleutel_in_gebruik",
                    f"{sleutel.partition(':')[0]} hoort al bij een ander aggregaat; gebruik dat, of corrigeer het",
                )
        gebeurd_op = aangeboden.gebeurd_op or soort.gebeurd_op(commando)
        if gebeurd_op is None:
            return NietVerwerkt(
                "gebeurd_op_ontbreekt", "zeg wanneer het gebeurde: geef `gebeurd_op` mee (dag of moment)"
            )
        gevolgen = self._gevolgen(staat, soort, aangeboden, voorstellen)
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
            software=self._software._replace(trace=aangeboden.trace) if aangeboden.trace else self._software,
            beslisser=aangeboden.beslisser,
            namens=aangeboden.namens,
            voert_uit=aangeboden.voert_uit,
            oorzaak=aangeboden.oorzaak or aangeboden.id,
        )

    def _gevolgen(
        self, staat: Staat, soort: Commandosoort, aangeboden: AangebodenCommando, voorstellen: tuple[Voorstel, ...]
    ) -> list[Gevolg]:
        """What is asserted, then what follows from it by the rules, then which doubt ends with it."""
        if not voorstellen and not soort.leidt_altijd_af:
            return []
        opbouw = Opbouw(
            staat,
            self._aggregaten[soort.aggregaat],
            soort.grond,
            partial(gevolg_id, self._store_id, aangeboden.id),
            self._gevolgversie,
        )
        opbouw.beweer(voorstellen)
        if soort.behoudt_twijfel(aangeboden.commando):
            opbouw.neem_twijfel_mee()
        controleer_persoonlijk(self._persoonlijk[soort.aggregaat], opbouw.gevolgen)
        opbouw.leid_af(self.versies)
        if opbouw.zet_bezwaar_over():
            opbouw.leid_af(self.versies)
        opbouw.beeindig_twijfel()
        return opbouw.gevolgen


def _aanvaard(
    soort: Commandosoort, staat: Staat, aangeboden: AangebodenCommando
) -> tuple[Voorstel, ...] | NietVerwerkt:
    if soort.door_ambtenaar and aangeboden.beslisser is None:
        return NietVerwerkt("beslisser_ontbreekt", "hier beslist een ambtenaar; noem hem als `beslisser`")
    return soort.aanvaard(staat, aangeboden.commando)


def commando_onbekend(commando: Any) -> NietVerwerkt:
    """What whoever offers something that no register takes is told."""
    soort = getattr(commando, "aggregaat", None)
    voor = "hier" if soort is None else f"voor aggregaat {soort!r}"
    return NietVerwerkt(
        "commando_onbekend",
        f"geen register neemt {type(commando).__name__} {voor} aan; bekijk wat er is met `gevolg model`",
    )
