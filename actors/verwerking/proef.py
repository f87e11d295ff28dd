"""Proef: what a commando would record, told without ids: nothing of it exists, so nothing can be referred to.

Made from the transactie that the real commandoverwerking came to, and the aggregate before and after it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import singledispatch
from typing import Any, NamedTuple

from actors.register.annotatie import Annotatie, Degistratie
from actors.register.gevolg import Aanhouding, Afleiding, Overname, Transactie, Vastlegging, Wijziging
from actors.register.staat import Staat
from actors.register.taak import Taakoordeel
from actors.register.terugmelding import Terugmelding
from actors.register.tijdlijnen import OPEN_BEGIN, OPEN_EIND, Onderwerp
from actors.register.zekerheid import Zekerheid, zekerheid_van


class Proefregel(NamedTuple):
    """One thing that a gevolg would say: a gegeven on [vanaf, tot), what it was and what it would be.

    `wacht_op` says why it would wait, empty when it would not; a `taak` waits for a person.
    """

    onderwerp: Onderwerp
    gegeven: str
    waarde: Any
    was: Any = None
    vanaf: date = OPEN_BEGIN
    tot: date = OPEN_EIND
    zekerheid: Zekerheid = Zekerheid.ONBETWIST
    wacht_op: str = ""
    taak: bool = False


@dataclass(frozen=True, slots=True)
class Proefgevolg:
    """One gevolg that would be recorded."""

    naam: str
    soort: Wijziging
    zegt: tuple[Proefregel, ...]


@dataclass(frozen=True, slots=True)
class Proefuitkomst:
    """What would be recorded in which aggregate; no gevolgen: nothing.

    `eerder`: the commando was processed before under this id, so it would be answered again and do nothing.
    """

    register: str
    aggregaat: str
    aggregaat_id: str
    gevolgen: tuple[Proefgevolg, ...] = ()
    eerder: bool = False


def vertel(transactie: Transactie, staat: Staat) -> Proefuitkomst:
    """What a transactie would record in the aggregate that was in this state before it; `staat` becomes that after."""
    claims = _Claims(staat)
    staat.pas_transactie_toe(transactie)
    claims.onthoud()
    return Proefuitkomst(
        transactie.register,
        transactie.aggregaat,
        transactie.aggregaat_id,
        tuple(Proefgevolg(g.naam, g.soort, tuple(_zegt(g.inhoud, claims))) for g in transactie.gevolgen),
    )


class _Claims:
    """What each claim of an aggregate says, also of one that does not count any more."""

    def __init__(self, staat: Staat) -> None:
        self._staat = staat
        self._regels: dict[str, Proefregel] = {}
        self.onthoud()

    def onthoud(self) -> None:
        """Add the claims that are known now."""
        for c in self._staat.alle_claims():
            self._regels[c.id] = Proefregel(c.onderwerp, c.gegeven, c.waarde, None, c.vanaf, c.tot)
        for onderwerp, gegeven, lijn in self._staat.beeld().alle():
            for stuk in lijn:
                regel = Proefregel(onderwerp, gegeven, stuk.waarde, None, stuk.vanaf, stuk.tot)
                self._regels.setdefault(stuk.claim, regel)

    def regels(self, claims: tuple[str, ...]) -> Iterator[tuple[str, Proefregel]]:
        return ((claim, self._regels[claim]) for claim in claims if claim in self._regels)

    def waarde(self, claim: str | None) -> Any:
        regel = self._regels.get(claim or "")
        return regel.waarde if regel else None

    def zekerheid(self, claim: str) -> Zekerheid:
        noten = self._staat.aantekeningen
        return zekerheid_van(noten.op(claim), bevestigd=claim in noten.bevestigd)


@singledispatch
def _zegt(_inhoud: Any, _claims: _Claims) -> Iterator[Proefregel]:
    """What a content says of gegevens; that of a judgement, a count or a vernietiging says nothing of them."""
    return iter(())


@_zegt.register
def _(inhoud: Vastlegging, claims: _Claims) -> Iterator[Proefregel]:
    for c in inhoud.claims:
        was, zekerheid = claims.waarde(c.corrigeert), claims.zekerheid(c.id)
        yield Proefregel(c.onderwerp, c.gegeven, c.waarde, was, c.vanaf, c.tot, zekerheid)


@_zegt.register
def _(inhoud: Afleiding, _claims: _Claims) -> Iterator[Proefregel]:
    stuk = inhoud.stuk
    zekerheid = zekerheid_van(stuk.twijfels, bevestigd=stuk.bevestigd)
    yield Proefregel(inhoud.onderwerp, inhoud.gegeven, stuk.waarde, inhoud.was, stuk.vanaf, stuk.tot, zekerheid)


@_zegt.register
def _(inhoud: Overname, _claims: _Claims) -> Iterator[Proefregel]:
    for m in inhoud.mededelingen:
        yield Proefregel(m.onderwerp, m.gegeven, m.waarde, m.was, m.vanaf, m.tot, zekerheid_van(m.twijfels))


@_zegt.register
def _(inhoud: Aanhouding, _claims: _Claims) -> Iterator[Proefregel]:
    for w in inhoud.wachtend:
        yield Proefregel(w.onderwerp, w.gegeven, None, None, w.vanaf, w.tot, wacht_op=w.reden, taak=w.taak)


@_zegt.register
def _(inhoud: Annotatie, claims: _Claims) -> Iterator[Proefregel]:
    zekerheid = Zekerheid(inhoud.status) if inhoud.status else None
    for claim, regel in claims.regels(inhoud.betreft):
        yield regel._replace(was=regel.waarde, zekerheid=zekerheid or claims.zekerheid(claim))


@_zegt.register
def _(inhoud: Degistratie, claims: _Claims) -> Iterator[Proefregel]:
    for _, regel in claims.regels(inhoud.valt):
        yield regel._replace(was=regel.waarde, waarde=None)
    for _, regel in claims.regels(inhoud.herleeft):
        yield regel


@_zegt.register
def _(inhoud: Terugmelding, _claims: _Claims) -> Iterator[Proefregel]:
    t = inhoud
    yield Proefregel(t.onderwerp, t.gegeven, t.voorgestelde_waarde, t.betwijfelde_waarde)


@_zegt.register
def _(inhoud: Taakoordeel, _claims: _Claims) -> Iterator[Proefregel]:
    yield Proefregel(inhoud.onderwerp, inhoud.gegeven, inhoud.waarde, None, inhoud.vanaf, inhoud.tot)
