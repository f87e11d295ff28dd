"""Herbeoordeling: when a rule version came, changed or went, consider again all that may rest on it, and count.

Only the own journal is read. Each aggregate gets a commando whose id follows from the transactie about the rule, so
that whatever is offered twice has one effect; the last commando is the count, and what has its count is done.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from actors.register.annotatie import Annotatie, Degistratie
from actors.register.commando import AangebodenCommando
from actors.register.context import Context
from actors.register.gevolg import Gevolg, Herbeoordeling, Transactie, Vastlegging
from actors.register.verantwoording import Aanleiding, Aanleidingsoort
from actors.verwerking.afleiding import Versies
from actors.verwerking.generiek.intern import Herbeoordeel, RondHerbeoordelingAf
from actors.verwerking.generiek.regelversies import versies_van
from actors.verwerking.generiek.soorten import REGELVERSIE
from actors.verwerking.identiteit import afgeleid_commando_id, commando_sleutel
from actors.verwerking.serialisatie import Serialisatie
from actors.verwerking.signaalverwerking import Signalen
from actors.verwerking.standen import vouw
from actors.verwerking.traceparent import vervolg
from storage.findings import Progress, no_progress
from storage.gevolgenstore import Gevolgenstore

_PER_BEURT = 1_000  # commando's in one commit: with what follows from them far within its bounds
_PREFIX = f"{REGELVERSIE.naam}/"
_VAN_INVLOED = (Vastlegging, Annotatie, Degistratie)


def lees_versies(store: Gevolgenstore, serialisatie: Serialisatie) -> Versies:
    """The rule versions that a register knows, folded from its journal."""
    gevouwen = {
        naam.removeprefix(_PREFIX): versies_van(vouw(store, serialisatie, naam)) for naam in store.aggregaten(_PREFIX)
    }
    return {regel: versies for regel, versies in gevouwen.items() if versies}


class _Aanleiding(NamedTuple):
    """The transactie about a rule version because of which all is considered again."""

    regel: str
    transactie: Transactie
    gevolg: Gevolg


@dataclass(slots=True)
class _Plan:
    """All that is to be considered again, and how much of it is.

    `aangeboden` are the ids that were offered last; `mislukt` those that were offered and have no outcome: they wait
    for the next hint, and hold nobody else up.
    """

    aanleiding: _Aanleiding
    namen: list[str]
    gedaan: int = 0
    aangeboden: frozenset[str] = frozenset()
    mislukt: set[str] = field(default_factory=set)


class Herbeoordelaar:
    """Offers, turn by turn, to consider again what may rest on a rule of which a version came, changed or went."""

    def __init__(self, context: Context, store: Gevolgenstore, serialisatie: Serialisatie) -> None:
        self._context = context
        self._store = store
        self._serialisatie = serialisatie
        self._soorten = {regel.naam: a.naam for a in context.aggregaten for regel in a.regels}
        self._plan: _Plan | None = None
        self._gezien: Mapping[str, int] | None = None
        self.meld: Progress = no_progress

    def volgende(self, _limiet: int = 0) -> Signalen | None:
        """The next turn; None when all is considered, or all but what failed. Cheap when no rule version changed.

        What was offered and not recorded is offered again at the next hint, when the others had their turn.
        """
        plan = self._plan = self._plan or self._maak_plan()
        if plan is None:
            return None
        while plan.gedaan < len(plan.namen):
            deel = [self._herbeoordeel(plan.aanleiding, n) for n in plan.namen[plan.gedaan :][:_PER_BEURT]]
            te_doen = [c for c in deel if c.id not in plan.mislukt and not self._is_gedaan(c.id)]
            if plan.aangeboden and plan.aangeboden.issuperset(c.id for c in te_doen):
                plan.mislukt.update(c.id for c in te_doen)
                te_doen = []
            if te_doen:
                plan.aangeboden = frozenset(c.id for c in te_doen)
                # One oorzaak: whoever these concern together is asked to decide once.
                return Signalen(tuple(replace(c, oorzaak=te_doen[0].id) for c in te_doen), "", None, mag_verder=True)
            plan.gedaan += len(deel)
            self.meld(f"herbeoordeling {self._context.naam} {plan.aanleiding.regel}", plan.gedaan)
        afronding_id = self._id(plan.aanleiding, "")
        if plan.mislukt or afronding_id in plan.aangeboden:
            klaar = self._is_gedaan(afronding_id)
            self._plan = None
            return self.volgende() if klaar else None
        plan.aangeboden = frozenset({afronding_id})
        return Signalen((self._afronding(plan.aanleiding, plan.namen),), "", None, mag_verder=True)

    def _is_gedaan(self, commando_id: str) -> bool:
        return self._store.outcome(commando_sleutel(commando_id)) is not None

    def _maak_plan(self) -> _Plan | None:
        aanleiding = self._open_aanleiding()
        if aanleiding is None:
            return None
        soort = self._soorten.get(aanleiding.regel)
        return _Plan(aanleiding, list(self._store.aggregaten(f"{soort}/")) if soort else [])

    def _open_aanleiding(self) -> _Aanleiding | None:
        """The last transactie about a rule of which the count is not there yet; None when all have theirs."""
        nu = {naam: self._store.last_volgnummer(naam) for naam in self._store.aggregaten(_PREFIX)}
        if nu == self._gezien:
            return None
        for naam, laatste in nu.items():
            aanleiding = self._laatste(naam, laatste)
            if aanleiding is not None and not self._is_gedaan(self._afronding_id(aanleiding)):
                return aanleiding
        self._gezien = nu
        return None

    def _laatste(self, naam: str, laatste: int) -> _Aanleiding | None:
        """The last transactie that says something else of the versions of this rule."""
        for volgnummer in range(laatste, 0, -1):
            record = next(self._store.read_stream(naam, after_volgnummer=volgnummer - 1))
            transactie = self._serialisatie.decodeer(record)
            gevolg = next((g for g in transactie.gevolgen if isinstance(g.inhoud, _VAN_INVLOED)), None)
            if gevolg is not None:
                return _Aanleiding(naam.removeprefix(_PREFIX), transactie, gevolg)
        return None

    def _herbeoordeel(self, aanleiding: _Aanleiding, naam: str) -> AangebodenCommando:
        aggregaat, _, aggregaat_id = naam.partition("/")
        return self._aangeboden(aanleiding, Herbeoordeel(aggregaat, aggregaat_id), naam)

    def _afronding(self, aanleiding: _Aanleiding, namen: list[str]) -> AangebodenCommando:
        uitkomsten = (self._store.outcome(commando_sleutel(self._id(aanleiding, naam))) for naam in namen)
        gewijzigd = sum(uitkomst is not None and uitkomst.position > 0 for uitkomst in uitkomsten)
        telling = Herbeoordeling(aanleiding.regel, aanleiding.gevolg.id, len(namen), gewijzigd)
        return self._aangeboden(aanleiding, RondHerbeoordelingAf(aanleiding.regel, telling), "")

    def _aangeboden(
        self, aanleiding: _Aanleiding, commando: Herbeoordeel | RondHerbeoordelingAf, plaats: str
    ) -> AangebodenCommando:
        wie = self._context.verantwoordelijke
        wet = Aanleiding(
            Aanleidingsoort.WETSWIJZIGING.value, aanleiding.gevolg.id, f"{wie.organisatie}, {wie.onderdeel}"
        )
        return AangebodenCommando(
            id=self._id(aanleiding, plaats),
            commando=commando,
            aanleiding=wet,
            door=f"herbeoordeling {self._context.naam}",
            gebeurd_op=aanleiding.transactie.verantwoording.gebeurd_op,
            trace=vervolg(aanleiding.transactie.verantwoording.software.trace, aanleiding.gevolg.id),
        )

    def _id(self, aanleiding: _Aanleiding, plaats: str) -> str:
        positie = aanleiding.transactie.positie
        return afgeleid_commando_id(self._store.store_id, positie, f"herbeoordeling {aanleiding.regel}", plaats)

    def _afronding_id(self, aanleiding: _Aanleiding) -> str:
        return self._id(aanleiding, "")
