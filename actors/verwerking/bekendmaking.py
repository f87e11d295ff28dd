"""Bekendmaken: render what a transactie means to each audience, once, into the feed (verstrekkingen).

Rendering reads the journal and the context only: no clock, no chance. What was published is never rendered again.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from actors.register.annotatie import Annotatie, Degistratie
from actors.register.beeld import Beeld
from actors.register.bekendmaking import Brief, Melding, Notificatie
from actors.register.claim import Mededeling, gevolg_van
from actors.register.context import Context
from actors.register.gevolg import Afleiding, Gevolg, Transactie, Vastlegging
from actors.register.tijdlijnen import Onderwerp, Ontbreekt, Stuk, Tijdlijn, knip, stuk_op
from actors.verwerking.brieven import Briefschrijver
from actors.verwerking.inhoudvormen import mededeling_naar_data, mededeling_van_data
from actors.verwerking.leesstand import bekendgemaakt_tot
from actors.verwerking.serialisatie import FORMAAT, Serialisatie, lees_formaat
from actors.verwerking.standen import Standen, Transactielezer
from actors.verwerking.traceparent import vervolg
from storage.feed import Feed, Publication, Verstrekking
from storage.gevolgenstore import Gevolgenstore, ReaderPosition

_Lijnen = dict[tuple[str, Onderwerp], Tijdlijn]


class Bekendmaker:
    """Follows the journal of one register and publishes its bekendmakingen; the feed keeps how far it came."""

    def __init__(
        self,
        context: Context,
        store: Gevolgenstore,
        feed: Feed,
        serialisatie: Serialisatie,
        lezer: Transactielezer | None = None,
    ) -> None:
        """Read with `lezer` when another reader of the same journal shares it."""
        self._context = context
        self._store = store
        self._feed = feed
        self._serialisatie = serialisatie
        self._lezer = lezer or Transactielezer(store, serialisatie, grens=0)
        self._standen = Standen(store, serialisatie)
        self._brieven = Briefschrijver(context)

    @property
    def positie(self) -> int:
        """The journal position up to which everything is published; AnderLogboek when the feed does not match it."""
        return bekendgemaakt_tot(self._store, self._feed)

    def werk(self, limiet: int = 256) -> int:
        """Publish the next transacties, about `limiet`, in one commit; answers how many were handled.

        What has one oorzaak is published in one commit, so that its readers see all of it or nothing.
        """
        publicaties: list[Publication] = []
        laatste = None
        aantal = 0
        oorzaak = ""
        for record, transactie in self._lezer.lees(self.positie):
            if aantal >= limiet and transactie.verantwoording.oorzaak != oorzaak:
                break
            oorzaak = transactie.verantwoording.oorzaak
            for naam, inhoud in self._bekendmakingen(transactie):
                inhoud_bytes = self._serialisatie.naar_bytes(inhoud)
                publicaties.append(Publication(naam, record.position, inhoud_bytes))
            laatste = record
            aantal += 1
        if laatste is not None:
            self._serialisatie.bewaar_sleutels()
            self._feed.publish(publicaties, ReaderPosition(self._store.store_id, laatste.position, laatste.hash))
        return aantal

    def _bekendmakingen(self, transactie: Transactie) -> Iterator[tuple[str, dict[str, Any]]]:
        notificaties = [n for n in self._context.notificaties if n.aggregaat == transactie.aggregaat]
        brieven = [b for b in self._context.brieven if b.aggregaat == transactie.aggregaat]
        if not notificaties and not brieven:
            return
        stand = self._standen.voor(transactie)
        gegevens = {gegeven for n in notificaties for gegeven in n.gegevens}
        gegevens.update(gegeven for b in brieven for gegeven in (b.over, b.geadresseerde, b.aanhef) if gegeven)
        voor = _lijnen(stand.staat.beeld(), gegevens) if stand.gemaakt is None else stand.gemaakt
        stand.staat.pas_transactie_toe(transactie)
        beeld = stand.staat.beeld()
        stand.gemaakt = na = _lijnen(beeld, gegevens)
        for notificatie in notificaties:
            mededelingen = verschil(voor, na, notificatie.gegevens, transactie)
            if mededelingen:
                yield notificatie.naam, self._notificatie(notificatie, transactie, mededelingen)
        for brief in brieven:
            geschreven = self._brieven.schrijf(
                brief, transactie, lambda: _beeld(voor), beeld, lambda: self._eerdere(transactie)
            )
            for inhoud in geschreven:
                yield brief.naam, {**self._kop(brief, transactie, "brief"), **inhoud}

    def _eerdere(self, transactie: Transactie) -> list[Transactie]:
        """The transacties of its aggregate before this one."""
        if transactie.volgnummer == 1:
            return []
        naam = f"{transactie.aggregaat}/{transactie.aggregaat_id}"
        return [self._serialisatie.decodeer(r) for r in self._store.read_stream(naam, up_to=transactie.positie - 1)]

    def _notificatie(
        self, notificatie: Notificatie, transactie: Transactie, mededelingen: Sequence[Mededeling]
    ) -> dict[str, Any]:
        genoemd = {m.gevolg for m in mededelingen}
        gevolgen = [g.id for g in transactie.gevolgen if g.id in genoemd]
        return {
            **self._kop(notificatie, transactie, "notificatie"),
            **_trace(transactie, gevolgen),
            "gevolgen": gevolgen,
            "mededelingen": [mededeling_naar_data(m) for m in mededelingen],
        }

    def _kop(self, model: Notificatie | Brief, transactie: Transactie, vorm: str) -> dict[str, Any]:
        wie = self._context.verantwoordelijke
        return {
            "formaat": FORMAAT,
            "bekendmaking": f"{model.naam}@{model.versie}",
            "vorm": vorm,
            "doelgroep": model.doelgroep,
            "grondslag": model.grondslag,
            "organisatie": f"{wie.organisatie}, {wie.onderdeel}",
            "aggregaat": transactie.aggregaat,
            "id": transactie.aggregaat_id,
            "oorzaak": transactie.verantwoording.oorzaak,
            "gebeurd_op": transactie.verantwoording.gebeurd_op,
            "geregistreerd_op": transactie.geregistreerd_op,
        }


def _trace(transactie: Transactie, gevolgen: Sequence[str]) -> dict[str, str]:
    """The trace that goes on from the first gevolg that is told of, when there is one."""
    trace = transactie.verantwoording.software.trace
    return {"trace": vervolg(trace, gevolgen[0])} if trace else {}


def lees_melding(bron: str, verstrekking: Verstrekking, serialisatie: Serialisatie) -> Melding | None:
    """A notificatie from a feed as its consumer reads it; None when the verstrekking is not a notificatie."""
    m = serialisatie.van_bytes(verstrekking.content)
    lees_formaat(m)
    if m["vorm"] != "notificatie":
        return None
    return Melding(
        bron=bron,
        nummer=verstrekking.number,
        bekendmaking=m["bekendmaking"],
        aggregaat=m["aggregaat"],
        aggregaat_id=m["id"],
        organisatie=m["organisatie"],
        geregistreerd_op=m["geregistreerd_op"],
        oorzaak=m["oorzaak"],
        trace=m.get("trace", ""),
        gevolgen=tuple(m["gevolgen"]),
        mededelingen=tuple(mededeling_van_data(d) for d in m["mededelingen"]),
    )


def _lijnen(beeld: Beeld, gegevens: set[str]) -> _Lijnen:
    """The time lines to tell; where it is not clear what applies, nothing is told."""
    return {
        (g, o): [stuk for stuk in lijn if not isinstance(stuk.waarde, Ontbreekt)]
        for o, g, lijn in beeld.alle()
        if g in gegevens
    }


def _beeld(lijnen: _Lijnen) -> Beeld:
    beeld = Beeld({})
    for (gegeven, onderwerp), lijn in lijnen.items():
        beeld.zet(onderwerp, gegeven, lijn)
    return beeld


def verschil(voor: _Lijnen, na: _Lijnen, gegevens: Sequence[str], transactie: Transactie) -> list[Mededeling]:
    """What to tell: every interval on which value, claim or doubt changed, and the gevolg that changed it."""
    uit: list[Mededeling] = []
    for gegeven, onderwerp in sorted(voor.keys() | na.keys()):
        if gegeven not in gegevens:
            continue
        oud, nieuw = voor.get((gegeven, onderwerp), []), na.get((gegeven, onderwerp), [])
        if oud == nieuw:
            continue
        for vanaf, tot in knip((oud, nieuw)):
            was, wordt = stuk_op(oud, vanaf), stuk_op(nieuw, vanaf)
            bron = wordt or was
            if bron is None or (was and wordt and _gelijk(was, wordt)):
                continue
            mededeling = Mededeling(
                onderwerp,
                gegeven,
                vanaf,
                tot,
                wordt.waarde if wordt else None,
                was.waarde if was else None,
                bron.claim,
                wordt.twijfels if wordt else frozenset(),
                *_gevolg_voor(transactie, onderwerp, gegeven, (was, wordt), vanaf),
                was.claim if was else None,
            )
            if uit and uit[-1]._replace(tot=tot) == mededeling._replace(vanaf=uit[-1].vanaf) and uit[-1].tot == vanaf:
                uit[-1] = uit[-1]._replace(tot=tot)
            else:
                uit.append(mededeling)
    return uit


def _gevolg_voor(
    transactie: Transactie, onderwerp: Onderwerp, gegeven: str, stukken: tuple[Stuk | None, Stuk | None], dag: date
) -> tuple[str, str]:
    """Kind and id of the gevolg of this transactie that made a time line what it is on this day.

    `stukken` are what stood there before, and what stands there now.
    """
    for gevolg in reversed(transactie.gevolgen):
        if _maakte(gevolg, onderwerp, gegeven, stukken, dag):
            return gevolg.soort.value, gevolg.id
    return transactie.gevolgen[0].soort.value, transactie.gevolgen[0].id


def _maakte(
    gevolg: Gevolg, onderwerp: Onderwerp, gegeven: str, stukken: tuple[Stuk | None, Stuk | None], dag: date
) -> bool:
    inhoud = gevolg.inhoud
    was, wordt = stukken
    if isinstance(inhoud, Afleiding):
        raakt = inhoud.stuk.vanaf <= dag < inhoud.stuk.tot and inhoud.gegeven == gegeven
        return raakt and inhoud.onderwerp == onderwerp
    if isinstance(inhoud, Vastlegging):
        eigen = wordt is not None and gevolg_van(wordt.claim) == gevolg.id
        return eigen or any((c.onderwerp, c.gegeven) == (onderwerp, gegeven) for c in inhoud.claims)
    claims = {stuk.claim for stuk in stukken if stuk is not None}
    if isinstance(inhoud, Annotatie):
        zelfde = was is not None and wordt is not None and was.claim == wordt.claim
        return zelfde and not claims.isdisjoint(inhoud.betreft)
    return isinstance(inhoud, Degistratie) and not claims.isdisjoint((*inhoud.valt, *inhoud.herleeft))


def _gelijk(was: Any, wordt: Any) -> bool:
    return (was.waarde, was.claim, was.twijfels) == (wordt.waarde, wordt.claim, wordt.twijfels)
