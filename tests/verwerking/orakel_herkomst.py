"""The graph of provenance by brute force: all journals read from begin to end, all edges in one set, then walked.

It knows nothing of indexes, and reads each kind of content in its own words.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from actors.register.annotatie import Annotatie, Degistratie
from actors.register.gevolg import Aanhouding, Afleiding, Gevolg, Herbeoordeling, Overname, Transactie, Vastlegging
from actors.register.terugmelding import Terugmelding
from actors.runtime.lezing import Registerlezing

Kant = tuple[str, str, str, str]
"""From which gevolg, why, about which gegeven, and to which gevolg."""


class Graaf(NamedTuple):
    """All gevolgen with their place (register, position), and all that they refer to."""

    plaatsen: Mapping[str, tuple[str, int]]
    kanten: frozenset[Kant]

    def tot(self, posities: Mapping[str, int]) -> "Graaf":
        """The same, as it was at these positions."""
        plaatsen = {g: (r, p) for g, (r, p) in self.plaatsen.items() if p <= posities[r]}
        return Graaf(plaatsen, frozenset(k for k in self.kanten if k[0] in plaatsen and k[3] in plaatsen))

    def terug(self, begin: str) -> tuple[set[str], set[Kant]]:
        """All that can be reached from a gevolg by what it refers to."""
        return self._loop(begin, van=0, naar=3)

    def verder(self, begin: str) -> tuple[set[str], set[Kant]]:
        """All from which a gevolg can be reached."""
        return self._loop(begin, van=3, naar=0)

    def _loop(self, begin: str, van: int, naar: int) -> tuple[set[str], set[Kant]]:
        per: dict[str, list[Kant]] = defaultdict(list)
        for kant in self.kanten:
            per[kant[van]].append(kant)
        gezien, te_doen, kanten = {begin}, [begin], set[Kant]()
        while te_doen:
            for kant in per[te_doen.pop()]:
                kanten.add(kant)
                if kant[naar] not in gezien:
                    gezien.add(kant[naar])
                    te_doen.append(kant[naar])
        return gezien, kanten


def graaf(registers: Registerlezing) -> Graaf:
    """The whole graph of these registers."""
    return graaf_van({naam: list(registers.gevolgen(naam)) for naam in registers.registers})


def graaf_van(journalen: Mapping[str, Iterable[Transactie]]) -> Graaf:
    """The whole graph of these journals."""
    plaatsen = {g.id: (t.register, t.positie) for ts in journalen.values() for t in ts for g in t.gevolgen}
    kanten: set[Kant] = set()
    for transacties in journalen.values():
        eerste: dict[tuple[str, str, str], str] = {}
        for t in transacties:
            kanten.update(_kanten(t))
            for g in t.gevolgen:
                wie = (t.aggregaat, t.aggregaat_id)
                for gegeven, claim in _gebruikt(g):
                    if (*wie, claim) in eerste:
                        kanten.add((g.id, "overname", gegeven, eerste[*wie, claim]))
                if isinstance(g.inhoud, Overname):
                    for m in g.inhoud.mededelingen:
                        eerste.setdefault((*wie, m.claim), g.id)
    return Graaf(plaatsen, frozenset(k for k in kanten if k[3] in plaatsen and k[0] != k[3]))


def _kanten(t: Transactie) -> Iterator[Kant]:
    gevolgd = [isinstance(g.inhoud, Afleiding | Aanhouding) for g in t.gevolgen]
    beweerd = [g.id for n, g in enumerate(t.gevolgen) if not any(gevolgd[: n + 1])]
    for n, g in enumerate(t.gevolgen):
        if n == 0 or not beweerd:
            yield g.id, "aanleiding", "", t.verantwoording.aanleiding.verwijzing
            yield g.id, "voert_uit", "", t.verantwoording.voert_uit or ""
        elif g.id in beweerd:
            yield g.id, "transactie", "", beweerd[0]
        for eerder in beweerd if g.id not in beweerd else ():
            yield g.id, "transactie", "", eerder
        for gegeven, claim in _gebruikt(g):
            yield g.id, "invoer", gegeven, _gevolg(claim)
        for soort, gegeven, verwijzing in _genoemd(g.inhoud):
            yield g.id, soort, gegeven, _gevolg(verwijzing or "")


def _genoemd(inhoud: Any) -> Iterator[tuple[str, str, str | None]]:
    match inhoud:
        case Vastlegging(claims):
            yield from (("corrigeert", c.gegeven, c.corrigeert) for c in claims)
        case Afleiding():
            yield "betreft", inhoud.gegeven, inhoud.betreft
            yield from (("twijfel", inhoud.gegeven, t.claim) for t in inhoud.stuk.twijfels)
        case Overname():
            yield from (("overgenomen", "", g) for b in inhoud.berichten for g in b.gevolgen)
            for m in inhoud.mededelingen:
                yield from (("overgenomen", m.gegeven, m.claim), ("overgenomen", m.gegeven, m.gevolg))
                yield "betreft", m.gegeven, m.betreft
                yield from (("twijfel", m.gegeven, t.claim) for t in m.twijfels)
        case Annotatie():
            yield from (("betreft", "", claim) for claim in inhoud.betreft)
        case Degistratie():
            yield from (("valt", "", claim) for claim in inhoud.valt)
            yield from (("herleeft", "", claim) for claim in inhoud.herleeft)
        case Terugmelding():
            yield from (("betreft", inhoud.gegeven, claim) for claim in inhoud.betreft)
        case Herbeoordeling():
            yield "aanleiding", "", inhoud.aanleiding


def _gebruikt(g: Gevolg) -> list[tuple[str, str]]:
    return [(i.gegeven, i.claim) for i in g.verklaring.invoer] if g.verklaring else []


def _gevolg(claim: str) -> str:
    return claim.partition("#")[0]
