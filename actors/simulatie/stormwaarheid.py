"""Stormwaarheid: what the registers should answer about a day after a list of facts, and how sure that is.

Computed once more, in plain Python, straight from the tables of the law and the claims in the `Boek`: nothing of the
contexts, their rules or the registers is used.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from fractions import Fraction
from functools import cache
from typing import Any, NamedTuple, TypeAlias

from actors.simulatie.stormboek import AUTO, BETALING, HUISHOUDEN, Boek, Plek
from actors.simulatie.stormwereld import VOERTUIG, Feit

_Banden: TypeAlias = tuple[tuple[Any, ...], tuple[Any, ...]]
"""From which points on another outcome holds, and the outcomes: one more."""

_KLASSEN: _Banden = ((6, 51), ("beperkt belastend", "gemiddeld belastend", "zwaarbelastend"))
_WET: dict[str, _Banden] = {
    "aanschafheffing/regelversie/aanschafheffing": ((21, 36), (500_00, 2000_00, 5000_00)),
    "spitspas/regelversie/spitspasrecht": ((16, 31), (5, 3, 0)),
}
_HEFFINGSGEBIED = ("Kustland", "Middenland")
_OPSCHORTEND = {"in_twijfel", "in_onderzoek"}
_ONBETWIST = "onbetwist"
GEEN: frozenset[str] = frozenset()


class Cel(NamedTuple):
    """A value, and the doubts (by id) on what it rests on."""

    waarde: Any
    twijfels: frozenset[str] = GEEN
    bevestigd: bool = False


class Besluit(NamedTuple):
    """A decision: what it should be (`mist`: an input is missing, so there is none) by which rule version, on what."""

    waarde: Any
    regelversie: int
    twijfels: frozenset[str]
    mist: bool = False
    punten: int | None = None


class Waarheid:
    """The world after these facts, told in this order."""

    def __init__(self, feiten: Iterable[Feit]) -> None:
        self._boek = boek = Boek(feiten)
        self.open = boek.open
        self._op = cache(boek.op)
        self._autos = boek.onder(AUTO)
        self._aanschaffen = {auto: boek.onder(*auto) for auto in self._autos}
        self._huishoudens = boek.onder(HUISHOUDEN)
        self._leden = {huishouden: boek.onder(*huishouden) for huishouden in self._huishoudens}

    def zekerheid(self, cel: Cel | Besluit) -> str:
        """How sure it is, in the word that consumers get."""
        if not cel.twijfels:
            return "bevestigd" if isinstance(cel, Cel) and cel.bevestigd else _ONBETWIST
        statussen = self._boek.statussen(cel.twijfels)
        return next(s for s in ("in_onderzoek", "in_twijfel", "aangevochten") if s in statussen)

    def schort_op(self, besluit: Besluit) -> bool:
        """Whether a decision takes no new outcome on this."""
        return not _OPSCHORTEND.isdisjoint(self._boek.statussen(besluit.twijfels))

    # --- the tables ---

    def tabellen(self, dag: date) -> dict[str, dict[Any, dict[str, tuple[Any, str]]]]:
        """What the calculated tables should say about a day: each row by its key, each cell with how sure it is."""
        rijen: dict[str, dict[Any, dict[str, Cel | None]]] = {
            "wegonderhoud/auto": {auto[1]: self._auto(auto, dag) for auto in self._autos},
            "aanschafheffing/auto": {auto[1]: self._belaste_auto(auto, dag) for auto in self._autos},
            "spitspas/eigenaar": {wie: self._eigenaar(wie, dag) for wie in self._personen()},
        }
        return {
            tabel: {
                sleutel: {kolom: self.getoond(cel) for kolom, cel in rij.items()}
                for sleutel, rij in per_sleutel.items()
                if any(rij.values())
            }
            for tabel, per_sleutel in rijen.items()
        }

    def getoond(self, cel: Cel | None) -> tuple[Any, str]:
        """A cell as a table shows it: what it says, and how sure that is."""
        return (cel.waarde, self.zekerheid(cel)) if cel else (None, _ONBETWIST)

    def _auto(self, auto: Plek, dag: date) -> dict[str, Cel | None]:
        return {
            **{g: self._eigen(auto, g, dag) for g in ("kenteken", *VOERTUIG)},
            **{g: self._van_aanschaf(auto, g, dag) for g in ("koper", "aankoopdatum", "regio", "wijk")},
            "punten": self._fysiek(auto, dag),
            "klasse": self._klasse(auto, dag),
        }

    def _belaste_auto(self, auto: Plek, dag: date) -> dict[str, Cel | None]:
        rij = {
            "fysieke_punten": self._fysiek(auto, dag),
            "uitstoot_g_per_km": self._eigen(auto, "uitstoot_g_per_km", dag),
            "regio": self._van_aanschaf(auto, "regio", dag),
            "eigenaar": self._van_aanschaf(auto, "koper", dag),
            "punten": self._punten(auto, dag),
        }
        return {kolom: cel and cel._replace(bevestigd=False) for kolom, cel in rij.items()}

    def planning(self, dag: date) -> dict[str, tuple[int, int]]:
        """Per wijk the points of its cars and its place, most points first."""
        som: dict[str, int] = defaultdict(int)
        for auto in self._autos:
            wijk, punten = self._van_aanschaf(auto, "wijk", dag), self._fysiek(auto, dag)
            if wijk and punten:
                som[wijk.waarde] += punten.waarde
        return {wijk_: (punten_, 1 + sum(p > punten_ for p in som.values())) for wijk_, punten_ in som.items()}

    # --- cars ---

    def _eigen(self, plek: Plek, gegeven: str, dag: date) -> Cel | None:
        geldend = self._op(plek, gegeven, dag)
        return Cel(geldend.waarde, geldend.twijfels, geldend.bevestigd) if geldend else None

    def _van_aanschaf(self, auto: Plek, gegeven: str, dag: date) -> Cel | None:
        """Of all purchases the one that begins last applies."""
        alle = [een for aanschaf in self._aanschaffen[auto] if (een := self._op(aanschaf, gegeven, dag))]
        laatste = max(alle, key=lambda een: een.vanaf, default=None)
        return Cel(laatste.waarde, laatste.twijfels, laatste.bevestigd) if laatste else None

    def _fysiek(self, auto: Plek, dag: date) -> Cel | None:
        """What it weighs on the road."""
        maten = [self._eigen(auto, g, dag) for g in ("gewicht_kg", "lengte_m", "breedte_m")]
        bekend = [maat for maat in maten if maat]
        if len(bekend) < len(maten):
            return None
        gewicht, lengte, breedte = (maat.waarde for maat in bekend)
        return Cel(gewicht // 100 + int(lengte * breedte), _samen(*bekend))

    def _klasse(self, auto: Plek, dag: date) -> Cel | None:
        fysiek = self._fysiek(auto, dag)
        return fysiek._replace(waarde=_volgens(_KLASSEN, fysiek.waarde)) if fysiek else None

    def _punten(self, auto: Plek, dag: date) -> Cel | None:
        """Its points for the levy; outside the area it has none."""
        fysiek, regio = self._fysiek(auto, dag), self._van_aanschaf(auto, "regio", dag)
        uitstoot = self._eigen(auto, "uitstoot_g_per_km", dag)
        if fysiek is None or uitstoot is None or regio is None or regio.waarde not in _HEFFINGSGEBIED:
            return None
        return Cel(fysiek.waarde + uitstoot.waarde // 10, _samen(fysiek, uitstoot, regio))

    # --- levies ---

    def heffingen(self) -> Iterator[tuple[Plek, Plek]]:
        """Every purchase, with its car."""
        return ((auto, aanschaf) for auto in self._autos for aanschaf in self._aanschaffen[auto])

    def koopdag(self, aanschaf: Plek) -> date | None:
        """The day of the purchase, when it counts."""
        geldend = self._op(aanschaf, "aankoopdatum", date.max)
        return geldend.waarde if geldend else None

    def heffing(self, auto: Plek, aanschaf: Plek, dag: date) -> Besluit | None:
        """The levy on a purchase, judged on the day of purchase; a rule version may apply by the day asked."""
        koopdag = self._op(aanschaf, "aankoopdatum", date.max)
        if koopdag is None:
            return None
        koper, regio = (self._eigen(aanschaf, g, koopdag.waarde) for g in ("koper", "regio"))
        if koper is None or regio is None:
            return None
        punten = self._punten(auto, koopdag.waarde)
        nummer, banden, wet = self._wet("aanschafheffing/regelversie", "aanschafheffing", dag, koopdag.waarde)
        twijfels = _samen(koper, regio, *([punten] if punten else [])) | koopdag.twijfels | wet
        if regio.waarde not in _HEFFINGSGEBIED:
            return Besluit(0, nummer, twijfels, punten=punten and punten.waarde)
        if punten is None:
            return Besluit(None, nummer, twijfels, mist=True)
        return Besluit(_volgens(banden, punten.waarde), nummer, twijfels, punten=punten.waarde)

    def betalingen(self, aanschaf: Plek, dag: date) -> list[Cel]:
        """What was paid for a purchase, up to and on a day."""
        plekken = self._boek.onder(BETALING, *aanschaf[1:])
        return [cel for plek in plekken if (cel := self._eigen(plek, "bedrag_eurocent", dag))]

    def openstaand(self, aanschaf: Plek, heffing: Besluit | None, dag: date) -> Cel | None:
        """What is still to be paid of a levy that is known."""
        betaald, koopdag = self.betalingen(aanschaf, dag), self.koopdag(aanschaf)
        geheven = heffing if koopdag is not None and koopdag <= dag else None
        if geheven is None and not betaald:
            return None
        rest = max(0, (geheven.waarde if geheven else 0) - sum(cel.waarde for cel in betaald))
        return Cel(rest, _samen(*betaald) | (geheven.twijfels if geheven else GEEN))

    def teruggaaf(self, aanschaf: Plek, heffing: Besluit | None, dag: date) -> Cel | None:
        """What was paid beyond a levy that is known."""
        betaald = self.betalingen(aanschaf, dag)
        if not betaald:
            return None
        terug = max(0, sum(cel.waarde for cel in betaald) - (heffing.waarde if heffing else 0))
        return Cel(terug, _samen(*betaald) | (heffing.twijfels if heffing else GEEN))

    def _wet(
        self, plek: str, regel: str, dag: date, koopdag: date | None = None
    ) -> tuple[int, _Banden, frozenset[str]]:
        """The number, bands and doubts of the rule version that applies."""
        gevonden: tuple[int, _Banden, frozenset[str]] = (1, _WET[f"{plek}/{regel}"], GEEN)
        begin = date.min
        for versie in self._boek.onder(plek, regel):
            geldend = self._op(versie, "regelversie", date.max)
            if geldend is None:
                continue
            wet = geldend.waarde
            bekeken = dag if koopdag is None else koopdag if wet.overgang == "eerbiedigend" else max(dag, koopdag)
            if begin < geldend.vanaf <= bekeken:
                begin, gevonden = geldend.vanaf, (wet.versie, (wet.grenzen, wet.uitkomsten), geldend.twijfels)
        return gevonden

    # --- households ---

    def zonder_huishouden(self, dagen: Iterable[date]) -> set[tuple[str, str]]:
        """Owners with a car that counts in no household on any of these days, each with the car."""
        gezien: dict[tuple[str, str], bool] = {}
        for auto in self._autos:
            for dag in dagen:
                koper = self._van_aanschaf(auto, "koper", dag)
                if koper is not None:
                    plek = koper.waarde, auto[1]
                    gezien[plek] = gezien.get(plek, False) or self._thuis(koper.waarde, dag) is not None
        return {plek for plek, ergens in gezien.items() if not ergens}

    def _personen(self) -> list[str]:
        kopers = (
            geldend.waarde
            for _, aanschaf in self.heffingen()
            if (geldend := self._op(aanschaf, "koper", date.max)) is not None
        )
        leden = (lid[2] for alle in self._leden.values() for lid in alle)
        return sorted({*kopers, *leden})

    def _eigenaar(self, wie: str, dag: date) -> dict[str, Cel | None]:
        return {"huishouden": self._thuis(wie, dag), "bijdrage": self._bijdrage(wie, dag)}

    def _thuis(self, wie: str, dag: date) -> Cel | None:
        """The household of an adult; of several the one he joined last."""
        alle = [
            (huishouden[1], geldend)
            for huishouden in self._huishoudens
            if (geldend := self._op((*huishouden, wie), "lid", dag)) and geldend.waarde
        ]
        if not alle:
            return None
        huis, geldend = max(alle, key=lambda een: een[1].vanaf)
        return Cel(huis, geldend.twijfels)

    def _bijdrage(self, wie: str, dag: date) -> Cel | None:
        """What the cars of an adult add to his household; None among them makes it unknown."""
        thuis = self._thuis(wie, dag)
        if thuis is None:
            return None
        punten: list[int | None] = []
        twijfels = thuis.twijfels
        for auto in self._autos:
            koper, heeft = self._van_aanschaf(auto, "koper", dag), self._punten(auto, dag)
            if koper is not None and koper.waarde == wie:
                punten.append(heeft and heeft.waarde)
                twijfels |= koper.twijfels | (heeft.twijfels if heeft else GEEN)
        bekend = [p for p in punten if p is not None]
        som = sum(bekend) if len(bekend) == len(punten) else None
        return Cel({"huishouden": thuis.waarde, "punten": som}, twijfels)

    def huishoudens(self, dag: date) -> Iterator[tuple[str, Besluit, Besluit]]:
        """Per household its effect and its passes; of one in which no adult is left there is none to decide on."""
        for huishouden, leden in self._leden.items():
            alle = [(lid[2], cel) for lid in leden if (cel := self._eigen(lid, "lid", dag))]
            if alle:
                volwassenen = [wie for wie, cel in alle if cel.waarde]
                yield huishouden[1], *self._recht(huishouden[1], volwassenen, _samen(*(cel for _, cel in alle)), dag)

    def _recht(
        self, huishouden: str, volwassenen: list[str], twijfels: frozenset[str], dag: date
    ) -> tuple[Besluit, Besluit]:
        nummer, banden, wet = self._wet("spitspas/regelversie", "spitspasrecht", dag)
        if not volwassenen:
            return Besluit(None, 1, twijfels), Besluit(None, nummer, twijfels)
        som: int | None = 0
        for wie in volwassenen:
            bijdrage = self._bijdrage(wie, dag)
            hier = bijdrage if bijdrage and bijdrage.waarde["huishouden"] == huishouden else None
            punten = hier.waarde["punten"] if hier else None
            som = None if som is None or punten is None else som + punten
            twijfels |= hier.twijfels if hier else GEEN
        if som is None:
            return Besluit(None, 1, twijfels, mist=True), Besluit(None, nummer, twijfels | wet, mist=True)
        effect = Fraction(som, len(volwassenen))
        return Besluit(effect, 1, twijfels), Besluit(_volgens(banden, effect), nummer, twijfels | wet)


def _samen(*cellen: Cel) -> frozenset[str]:
    return GEEN.union(*(cel.twijfels for cel in cellen))


def _volgens(banden: _Banden, punten: int | Fraction) -> Any:
    grenzen, uitkomsten = banden
    return uitkomsten[sum(grens <= punten for grens in grenzen)]
