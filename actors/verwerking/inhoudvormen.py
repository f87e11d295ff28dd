"""Inhoudvormen: what a gevolg holds, as plain data and back; the `vorm` names the kind. Frozen by golden files."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from actors.register.annotatie import Annotatie, Degistratie
from actors.register.claim import Claim, Mededeling, claim_id
from actors.register.gevolg import (
    Aanhouding,
    Afleiding,
    Beoordeling,
    Bericht,
    Herbeoordeling,
    Herroeping,
    Inhoud,
    Overname,
    Vastlegging,
    Wachtend,
)
from actors.register.taak import Taakoordeel
from actors.register.terugmelding import Terugmelding
from actors.register.tijdlijnen import Stuk
from actors.register.verantwoording import Verklaring
from actors.register.vernietiging import Vernietiging
from actors.register.zekerheid import GEEN_TWIJFEL, Twijfel, Twijfels

_ZOALS_HET_IS: dict[type, str] = {
    Beoordeling: "beoordeling",
    Herroeping: "herroeping",
    Annotatie: "annotatie",
    Degistratie: "degistratie",
    Terugmelding: "terugmelding",
    Herbeoordeling: "herbeoordeling",
    Vernietiging: "vernietiging",
}
"""What is stored as the list of its fields, in order."""


def inhoud_naar_data(inhoud: Inhoud) -> tuple[str, Sequence[Any]]:
    """The vorm of what a gevolg holds, and its parts."""
    if isinstance(inhoud, Afleiding):
        s = inhoud.stuk
        stuk = (s.vanaf.toordinal(), s.tot.toordinal(), s.waarde, s.claim, _twijfels(s.twijfels))
        return "afleiding", (inhoud.onderwerp, inhoud.gegeven, *stuk, inhoud.was, inhoud.betreft)
    if isinstance(inhoud, Vastlegging):
        return "vastlegging", [
            (c.onderwerp, c.gegeven, c.waarde, c.vanaf.toordinal(), c.tot.toordinal(), c.corrigeert)
            for c in inhoud.claims
        ]
    if isinstance(inhoud, Overname):
        return "overname", (
            inhoud.bron,
            inhoud.bron_id,
            [
                (b.nummer, b.geregistreerd_op, b.gevolgen, [mededeling_naar_data(m) for m in b.mededelingen])
                for b in inhoud.berichten
            ],
        )
    if isinstance(inhoud, Aanhouding):
        return "aanhouding", [
            (w.onderwerp, w.gegeven, w.vanaf.toordinal(), w.tot.toordinal(), w.reden, w.taak, *w[6:])
            for w in inhoud.wachtend
        ]
    if isinstance(inhoud, Taakoordeel):
        o = inhoud
        return "taakoordeel", (o.onderwerp, o.gegeven, o.vanaf.toordinal(), o.tot.toordinal(), *o[4:])
    return _ZOALS_HET_IS[type(inhoud)], inhoud


def vrije_waarden(inhoud: Inhoud) -> list[Any]:
    """The values in it that came from outside or from a rule: those may be of any type."""
    if isinstance(inhoud, Afleiding):
        return [inhoud.stuk.waarde, inhoud.was]
    if isinstance(inhoud, Vastlegging):
        return [claim.waarde for claim in inhoud.claims]
    if isinstance(inhoud, Overname):
        return [waarde for m in inhoud.mededelingen for waarde in (m.waarde, m.was)]
    if isinstance(inhoud, Terugmelding):
        return [inhoud.betwijfelde_waarde, inhoud.voorgestelde_waarde]
    return [inhoud.waarde] if isinstance(inhoud, Taakoordeel) else []


def lees_inhoud(vorm: str) -> Callable[[list[Any], str, Verklaring | None], Inhoud] | None:
    """What makes the parts of a vorm into what a gevolg holds; None when this version does not know that vorm."""
    return _LEZERS.get(vorm)


def _lees_afleiding(delen: list[Any], _id: str, verklaring: Verklaring | None) -> Afleiding:
    onderwerp, gegeven, vanaf, tot, waarde, claim, twijfels, was, betreft = delen
    v = verklaring or Verklaring("", 0, (), ())
    stuk = Stuk(
        date.fromordinal(vanaf),
        date.fromordinal(tot),
        waarde,
        claim,
        _lees_twijfels(twijfels),
        v.regelversie,
        tuple((i.gegeven, i.claim) for i in v.invoer),
        v.invoer,
        v.stappen,
        toelichting=v.toelichting,
    )
    return Afleiding(tuple(onderwerp), gegeven, stuk, was, betreft)


def _lees_vastlegging(delen: list[Any], gevolg: str, _verklaring: object) -> Vastlegging:
    return Vastlegging(
        tuple(
            Claim(
                claim_id(gevolg, n),
                tuple(onderwerp),
                gegeven,
                waarde,
                date.fromordinal(vanaf),
                date.fromordinal(tot),
                corrigeert,
            )
            for n, (onderwerp, gegeven, waarde, vanaf, tot, corrigeert) in enumerate(delen)
        )
    )


def _lees_overname(delen: list[Any], _id: str, _verklaring: object) -> Overname:
    bron, bron_id, berichten = delen
    return Overname(
        bron,
        bron_id,
        tuple(
            Bericht(nummer, moment, tuple(gevolgen), tuple(mededeling_van_data(m) for m in mededelingen))
            for nummer, moment, gevolgen, mededelingen in berichten
        ),
    )


def _lees_aanhouding(delen: list[Any], _id: str, _verklaring: object) -> Aanhouding:
    return Aanhouding(
        tuple(
            Wachtend(tuple(o), gegeven, date.fromordinal(vanaf), date.fromordinal(tot), *rest)
            for o, gegeven, vanaf, tot, *rest in delen
        )
    )


def _lees_beoordeling(delen: list[Any], _id: str, _verklaring: object) -> Beoordeling:
    bron, bron_id, nummer, bekendmaking, taken, reden = delen
    return Beoordeling(bron, bron_id, nummer, bekendmaking, tuple(taken), reden)


def _lees_herroeping(delen: list[Any], _id: str, _verklaring: object) -> Herroeping:
    bron, blijft = delen
    return Herroeping(bron, tuple((bron_id, nummer) for bron_id, nummer in blijft))


def _lees_annotatie(delen: list[Any], _id: str, _verklaring: object) -> Annotatie:
    twijfel, betreft, *rest = delen
    return Annotatie(twijfel, tuple(betreft), *rest)


def _lees_degistratie(delen: list[Any], _id: str, _verklaring: object) -> Degistratie:
    valt, herleeft, *rest = delen
    return Degistratie(tuple(valt), tuple(herleeft), *rest)


def _lees_terugmelding(delen: list[Any], _id: str, _verklaring: object) -> Terugmelding:
    melding_id, betreft, onderwerp, *rest = delen
    return Terugmelding(melding_id, tuple(betreft), tuple(onderwerp), *rest)


def _lees_taakoordeel(delen: list[Any], _id: str, _verklaring: object) -> Taakoordeel:
    onderwerp, gegeven, vanaf, tot, *rest = delen
    return Taakoordeel(tuple(onderwerp), gegeven, date.fromordinal(vanaf), date.fromordinal(tot), *rest)


_LEZERS: dict[str, Callable[[list[Any], str, Verklaring | None], Inhoud]] = {
    "afleiding": _lees_afleiding,
    "vastlegging": _lees_vastlegging,
    "overname": _lees_overname,
    "aanhouding": _lees_aanhouding,
    "beoordeling": _lees_beoordeling,
    "herroeping": _lees_herroeping,
    "annotatie": _lees_annotatie,
    "degistratie": _lees_degistratie,
    "terugmelding": _lees_terugmelding,
    "taakoordeel": _lees_taakoordeel,
    "herbeoordeling": lambda delen, _id, _verklaring: Herbeoordeling(*delen),
    "vernietiging": lambda delen, _id, _verklaring: Vernietiging(*delen),
}


def mededeling_naar_data(m: Mededeling) -> tuple[Any, ...]:
    """A mededeling as plain data, in the journal and in the feed alike."""
    grenzen = (m.vanaf.toordinal(), m.tot.toordinal())
    gezegd = (m.waarde, m.was, m.claim, _twijfels(m.twijfels))
    return (m.onderwerp, m.gegeven, *grenzen, *gezegd, m.soort, m.gevolg, m.betreft)


def mededeling_van_data(delen: list[Any]) -> Mededeling:
    """The inverse of `mededeling_naar_data`."""
    onderwerp, gegeven, vanaf, tot, waarde, was, claim, twijfels, soort, gevolg, betreft = delen
    return Mededeling(
        tuple(onderwerp),
        gegeven,
        date.fromordinal(vanaf),
        date.fromordinal(tot),
        waarde,
        was,
        claim,
        _lees_twijfels(twijfels),
        soort,
        gevolg,
        betreft,
    )


def _twijfels(twijfels: Twijfels) -> Sequence[Twijfel]:
    return sorted(twijfels) if twijfels else ()


def _lees_twijfels(delen: list[Any]) -> Twijfels:
    return frozenset(Twijfel(*t) for t in delen) if delen else GEEN_TWIJFEL
