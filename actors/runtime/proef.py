"""Proef en ketenproef: the real actors on an overlay over what is stored, so nothing of what they do remains.

A proef asks one register; a ketenproef lets all of them come to rest, and counts.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any

from actors.register.commando import AangebodenCommando, Mislukt, NietVerwerkt, Verwerking, Verwerkt
from actors.runtime import logboek
from actors.runtime.berichten import BIJHOUDING, Deel
from actors.runtime.kern import Kernen, Registerkern
from actors.runtime.klok import Buitenwereld
from actors.runtime.stelsel import Actorenstelsel, maak_aanbod
from actors.verwerking.proef import Proefuitkomst, vertel
from actors.verwerking.standen import vouw
from actors.verwerking.telling import Plaats, Registertelling, plaats_van, tel
from storage.findings import Progress, no_progress
from storage.overlay import overlays

_EEN_REGISTER = frozenset({Deel.BESLISSEN})
_DE_KETEN = BIJHOUDING | {Deel.BEKENDMAKEN}

Proefantwoord = Proefuitkomst | NietVerwerkt | Mislukt
"""What one commando would come to; Mislukt: the software failed, so that is not known."""


@dataclass(frozen=True, slots=True)
class Ketenproef:
    """What would come of some commando's in all registers.

    `antwoorden` has one per commando, in order; `registers` what would come into each. Besluiten are compared on the
    day `op`. `gebaseerd_op` is where each register stood: later transacties were not looked at.
    """

    op: date
    antwoorden: tuple[Proefantwoord, ...]
    registers: tuple[Registertelling, ...]
    gebaseerd_op: dict[str, Plaats]


def als_aanbod(commando: Any, **hoe: Any) -> AangebodenCommando:
    """The commando as it would be offered, under an id that nobody gets to see."""
    if isinstance(commando, AangebodenCommando):
        return commando
    return maak_aanbod(commando, Buitenwereld().nieuw_commando_id(), **hoe)


def proef(
    kernen: Mapping[str, Registerkern], buitenwereld: Buitenwereld, aangeboden: AangebodenCommando
) -> Proefantwoord:
    """What its own register would do with one commando."""
    with _overlay(kernen, buitenwereld) as hier, _stelsel(hier, _EEN_REGISTER) as stelsel:
        return _antwoord(hier, stelsel, aangeboden, stelsel.verwerk_alle([aangeboden])[0])


def ketenproef(
    kernen: Mapping[str, Registerkern],
    buitenwereld: Buitenwereld,
    aangeboden: Sequence[AangebodenCommando],
    dag: date,
    meld: Progress = no_progress,
) -> Ketenproef:
    """What all registers would do because of some commando's.

    What was still to be done comes first, so that it is not counted. Raises NietInRust.
    """
    with _overlay(kernen, buitenwereld) as hier:
        gebaseerd_op = {naam: plaats_van(kern.opslag) for naam, kern in hier.items()}
        with _stelsel(hier, _DE_KETEN) as stelsel:
            stelsel.wacht_op_rust(meld)
            vanaf = {naam: plaats_van(kern.opslag) for naam, kern in hier.items()}
            uitkomsten = stelsel.verwerk_alle(aangeboden)
            stelsel.wacht_op_rust(meld)
            gevraagd = zip(aangeboden, uitkomsten, strict=True)
            antwoorden = tuple(_antwoord(hier, stelsel, een, uitkomst) for een, uitkomst in gevraagd)
    tellingen = (tel(k.context, k.opslag, k.serialisatie, vanaf[naam], dag) for naam, k in hier.items())
    return Ketenproef(dag, antwoorden, tuple(tellingen), gebaseerd_op)


@contextmanager
def _overlay(kernen: Mapping[str, Registerkern], buitenwereld: Buitenwereld) -> Iterator[Kernen]:
    """The same registers over an overlay, by the same clock; chance is their own, so that nobody misses any."""
    opslagen = {naam: kern.opslag for naam, kern in kernen.items()}
    over = overlays(opslagen, clock=buitenwereld.klok, random_bytes=Buitenwereld().willekeur)
    with logboek.als_proef():
        hier = {naam: Registerkern(kern.context, over[naam], kern.software, kern.klok) for naam, kern in kernen.items()}
        for kern in hier.values():
            kern.werk_bij()
        yield hier


@contextmanager
def _stelsel(kernen: Kernen, delen: frozenset[Deel]) -> Iterator[Actorenstelsel]:
    stelsel = Actorenstelsel(kernen, delen=delen)
    try:
        stelsel.haal_in()
        yield stelsel
    finally:
        stelsel.close()


def _antwoord(
    kernen: Kernen, stelsel: Actorenstelsel, aangeboden: AangebodenCommando, uitkomst: Verwerking
) -> Proefantwoord:
    """The answer without what does not exist: ids, position and moment."""
    if not isinstance(uitkomst, Verwerkt):
        return uitkomst
    kern = kernen[str(stelsel.register_van(aangeboden))]
    aggregaat, aggregaat_id = kern.doel(aangeboden.commando)
    if not uitkomst.positie or uitkomst.uit_opslag:
        return Proefuitkomst(kern.naam, aggregaat, aggregaat_id, eerder=uitkomst.uit_opslag)
    gevolgen = kern.opslag.gevolgen
    voor = vouw(gevolgen, kern.serialisatie, f"{aggregaat}/{aggregaat_id}", uitkomst.positie - 1)
    return vertel(kern.serialisatie.decodeer(gevolgen.record(uitkomst.positie)), voor)
