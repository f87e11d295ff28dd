"""Verbanden: what each gevolg refers to (handreiking, "Verwerkingsverantwoording"): together the graph of provenance.

Pure. A gevolg refers to others by their id, or by the id of a claim that they recorded; wherever those are, in this
register or another one. The first gevolg that a commando asserted carries the aanleiding and the taak, and what came
with it in one transactie refers to it; where nothing was asserted, each carries them.
"""

from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import NamedTuple, TypeAlias

from actors.register.annotatie import Annotatie, Degistratie
from actors.register.claim import gevolg_van
from actors.register.gevolg import (
    Aanhouding,
    Afleiding,
    Gevolg,
    Herbeoordeling,
    Inhoud,
    Overname,
    Transactie,
    Vastlegging,
)
from actors.register.terugmelding import Terugmelding
from actors.register.zekerheid import Twijfels
from actors.verwerking.identiteit import is_gevolg_id


class Verbandsoort(StrEnum):
    """Why a gevolg refers to another one.

    * `aanleiding`: that preceded it. `voert_uit`: that set the taak which this carries out.
    * `invoer`: it used a value from there. `overname`: that brought in, in this aggregate, a value that it used.
    * `betreft`: it is about a claim from there, or puts another in its place. `corrigeert`: that claim was wrong.
    * `valt`, `herleeft`: it takes a claim from there away, or lets it count again.
    * `twijfel`: it is in doubt because a claim from there is.
    * `overgenomen`: it takes over what that says.
    * `transactie`: it followed from that in one transactie, or was asserted after it by the same commando.
    """

    AANLEIDING = "aanleiding"
    VOERT_UIT = "voert_uit"
    INVOER = "invoer"
    OVERNAME = "overname"
    BETREFT = "betreft"
    CORRIGEERT = "corrigeert"
    VALT = "valt"
    HERLEEFT = "herleeft"
    TWIJFEL = "twijfel"
    OVERGENOMEN = "overgenomen"
    TRANSACTIE = "transactie"


class Verband(NamedTuple):
    """One edge of the graph: a gevolg, why it refers, about which gegeven (empty: none in particular), and to what."""

    gevolg: str
    soort: Verbandsoort
    gegeven: str
    doel: str


_Verwijzing: TypeAlias = tuple[Verbandsoort, str, str]
"""Why, about which gegeven, and the id of a gevolg or claim."""

_GEVOLGD = (Afleiding, Aanhouding)


def verbanden_van(transactie: Transactie) -> list[Verband]:
    """All that the gevolgen of a transactie refer to, each once, in the order in which they do.

    Of soort `overname` there are none here: which gevolg brought a value in is for whoever knows the whole aggregate.
    """
    uit: dict[Verband, None] = {}
    gevolgen = transactie.gevolgen
    beweerd = _beweerd(gevolgen)
    for plaats, gevolg in enumerate(gevolgen):
        if plaats == 0 or not beweerd:
            for soort, doel in _van_transactie(transactie):
                uit[Verband(gevolg.id, soort, "", doel)] = None
        for soort, gegeven, verwijzing in _van_gevolg(gevolg):
            doel = gevolg_van(verwijzing)
            if doel != gevolg.id and is_gevolg_id(doel):
                uit[Verband(gevolg.id, soort, gegeven, doel)] = None
        voor = gevolgen[:beweerd] if plaats >= beweerd else gevolgen[: min(plaats, 1)]
        uit.update((Verband(gevolg.id, Verbandsoort.TRANSACTIE, "", eerder.id), None) for eerder in voor)
    return list(uit)


def draagt_aanleiding(transactie: Transactie, plaats: int) -> bool:
    """Whether the n-th gevolg (from 0) of a transactie refers to its aanleiding itself, not by way of another."""
    return plaats == 0 or not _beweerd(transactie.gevolgen)


def doelen_van(transactie: Transactie) -> dict[str, bool]:
    """The ids of all gevolgen outside a transactie that it refers to, and of each whether anything of it is taken over.

    The same as `verbanden_van` says, with less work.
    """
    uit = {doel: False for _, doel in _van_transactie(transactie)}
    for gevolg in transactie.gevolgen:
        for soort, _, verwijzing in _van_gevolg(gevolg):
            doel = gevolg_van(verwijzing)
            if soort is Verbandsoort.OVERGENOMEN:
                uit[doel] = True
            else:
                uit.setdefault(doel, False)
    for gevolg in transactie.gevolgen:
        uit.pop(gevolg.id, None)
    return {doel: overgenomen for doel, overgenomen in uit.items() if is_gevolg_id(doel)}


def gebruikte_claims(gevolg: Gevolg) -> Iterator[tuple[str, str]]:
    """The gegevens that a gevolg used, each with the id of the claim it came from."""
    if gevolg.verklaring is not None:
        yield from ((invoer.gegeven, invoer.claim) for invoer in gevolg.verklaring.invoer)


def overgenomen_claims(gevolg: Gevolg) -> frozenset[str]:
    """The ids of the claims that a gevolg takes over; none when it takes over nothing."""
    if not isinstance(gevolg.inhoud, Overname):
        return frozenset()
    return frozenset(mededeling.claim for mededeling in gevolg.inhoud.mededelingen)


def _beweerd(gevolgen: Sequence[Gevolg]) -> int:
    """How many gevolgen the commando asserted: those before the first that was derived."""
    return next((n for n, gevolg in enumerate(gevolgen) if isinstance(gevolg.inhoud, _GEVOLGD)), len(gevolgen))


def _van_transactie(transactie: Transactie) -> Iterator[tuple[Verbandsoort, str]]:
    v = transactie.verantwoording
    if is_gevolg_id(v.aanleiding.verwijzing):
        yield Verbandsoort.AANLEIDING, v.aanleiding.verwijzing
    if v.voert_uit is not None and is_gevolg_id(v.voert_uit):
        yield Verbandsoort.VOERT_UIT, v.voert_uit


def _van_gevolg(gevolg: Gevolg) -> Iterator[_Verwijzing]:
    for gegeven, claim in gebruikte_claims(gevolg):
        yield Verbandsoort.INVOER, gegeven, claim
    yield from _van_inhoud(gevolg.inhoud)


def _van_inhoud(inhoud: Inhoud) -> Iterator[_Verwijzing]:
    if isinstance(inhoud, Afleiding):
        if inhoud.betreft is not None:
            yield Verbandsoort.BETREFT, inhoud.gegeven, inhoud.betreft
        if inhoud.stuk.twijfels:
            yield from _twijfel(inhoud.gegeven, inhoud.stuk.twijfels)
    elif isinstance(inhoud, Vastlegging):
        yield from ((Verbandsoort.CORRIGEERT, c.gegeven, c.corrigeert) for c in inhoud.claims if c.corrigeert)
    elif isinstance(inhoud, Overname):
        yield from _van_overname(inhoud)
    else:
        yield from _van_aantekening(inhoud)


def _van_aantekening(inhoud: Inhoud) -> Iterator[_Verwijzing]:
    """What was noted about claims, or done because of a gevolg."""
    if isinstance(inhoud, Annotatie):
        yield from ((Verbandsoort.BETREFT, "", claim) for claim in inhoud.betreft)
    elif isinstance(inhoud, Degistratie):
        yield from ((Verbandsoort.VALT, "", claim) for claim in inhoud.valt)
        yield from ((Verbandsoort.HERLEEFT, "", claim) for claim in inhoud.herleeft)
    elif isinstance(inhoud, Terugmelding):
        yield from ((Verbandsoort.BETREFT, inhoud.gegeven, claim) for claim in inhoud.betreft)
    elif isinstance(inhoud, Herbeoordeling):
        yield Verbandsoort.AANLEIDING, "", inhoud.aanleiding


def _van_overname(overname: Overname) -> Iterator[_Verwijzing]:
    for bericht in overname.berichten:
        yield from ((Verbandsoort.OVERGENOMEN, "", gevolg) for gevolg in bericht.gevolgen)
        for m in bericht.mededelingen:
            yield Verbandsoort.OVERGENOMEN, m.gegeven, m.claim
            yield Verbandsoort.OVERGENOMEN, m.gegeven, m.gevolg
            if m.betreft is not None:
                yield Verbandsoort.BETREFT, m.gegeven, m.betreft
            yield from _twijfel(m.gegeven, m.twijfels)


def _twijfel(gegeven: str, twijfels: Twijfels) -> Iterator[_Verwijzing]:
    return ((Verbandsoort.TWIJFEL, gegeven, twijfel.claim) for twijfel in sorted(twijfels))
