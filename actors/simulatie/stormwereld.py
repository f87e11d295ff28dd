"""Stormwereld: what happens in the world of a storm, and what the registers should then answer.

The facts are drawn with a seed: households whose adults come, go and move, cars that are bought, sold and corrected.
What follows from them is computed here once more, in plain Python, straight from the tables of the law: nothing of
the contexts, their rules or the registers is used.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from random import Random
from typing import Any, TypeAlias
from uuid import UUID

from actors.contexten.spitspas.commandos import Lid, RegistreerHuishouden, Vertrek, WijzigHuishoudsamenstelling
from actors.contexten.wegonderhoud.commandos import (
    Aanschaf,
    CorrigeerAutogegevens,
    RegistreerAuto,
    WijzigTenaamstelling,
)
from actors.register.commando import AangebodenCommando
from actors.register.verantwoording import Aanleiding, Aanleidingsoort

DAGEN = tuple(date(2026, maand, 1) for maand in range(1, 13))
"""All that happens, happens on one of these days; a car is bought once a day, and an adult moves once a day."""

_DOOR = "gevolg simulate storm"
_REGIOS = ("Kustland", "Middenland", "Bergland"), (6, 4, 1)
_WIJKEN = ("Duinwijk", "Havenkwartier", "Weidezicht")
_VOERTUIG = ("gewicht_kg", "lengte_m", "breedte_m", "uitstoot_g_per_km")


@dataclass(frozen=True, slots=True)
class Feit:
    """Something that happened, as the commando that tells it; `na` are the facts that are told before it, by number."""

    nummer: int
    register: str
    aangeboden: AangebodenCommando
    na: tuple[int, ...] = ()


def trek_feiten(seed: int, aantal: int) -> list[Feit]:
    """So many facts, each after those it needs."""
    return _Verteller(Random(f"feiten/{seed}")).vertel(aantal)


@dataclass(slots=True)
class _Persoon:
    """An adult: where he lives, since which fact, and the days on which he has not moved yet."""

    id: str
    huishouden: str
    feit: int
    dagen: list[date]


@dataclass(slots=True)
class _Wagen:
    """A car: the fact that told of it, the facts of its purchases, and the days on which it was not bought yet."""

    id: str
    feit: int
    aanschaffen: dict[str, int]
    dagen: list[date]


class _Verteller:
    """Draws facts one after the other."""

    def __init__(self, kans: Random) -> None:
        self._kans = kans
        self._feiten: list[Feit] = []
        self._huishoudens: dict[str, int] = {}
        self._personen: list[_Persoon] = []
        self._wagens: list[_Wagen] = []

    def vertel(self, aantal: int) -> list[Feit]:
        self._huishouden()
        self._auto()
        soorten = {
            self._huishouden: 3,
            self._toetreding: 2,
            self._verhuizing: 3,
            self._auto: 6,
            self._verkoop: 4,
            self._correctie: 5,
            self._correctie_aanschaf: 5,
            self._onzin: 2,
        }
        while len(self._feiten) < aantal:
            self._kans.choices(list(soorten), list(soorten.values()))[0]()
        return self._feiten

    def _feit(self, commando: Any, *na: int) -> int:
        thuis = isinstance(commando, RegistreerHuishouden | WijzigHuishoudsamenstelling)
        nummer = len(self._feiten)
        aangeboden = AangebodenCommando(
            id=str(UUID(int=self._kans.getrandbits(128), version=4)),
            commando=commando,
            aanleiding=Aanleiding(Aanleidingsoort.SIGNAAL.value, f"melding {nummer}", "de verteller"),
            door=_DOOR,
            gebeurd_op=self._kans.choice(DAGEN),
        )
        self._feiten.append(Feit(nummer, "spitspas" if thuis else "wegonderhoud", aangeboden, na))
        return nummer

    # --- households ---

    def _huishouden(self) -> None:
        huishouden = f"huishouden-{len(self._huishoudens) + 1}"
        leden = [self._iemand(huishouden, self._kans.choice(DAGEN[:3])) for _ in range(self._kans.choice((1, 2, 2, 3)))]
        lid = tuple(Lid(persoon_id=p.id, vanaf=vanaf) for p, vanaf in leden)
        feit = self._feit(RegistreerHuishouden(huishouden_id=huishouden, leden=lid))
        self._huishoudens[huishouden] = feit
        for persoon, _ in leden:
            persoon.feit = feit

    def _iemand(self, huishouden: str, vanaf: date) -> tuple[_Persoon, date]:
        persoon = _Persoon(f"persoon-{len(self._personen) + 1}", huishouden, 0, [d for d in DAGEN if d > vanaf])
        self._personen.append(persoon)
        return persoon, vanaf

    def _toetreding(self) -> None:
        huishouden = self._kans.choice(list(self._huishoudens))
        persoon, vanaf = self._iemand(huishouden, self._kans.choice(DAGEN[:9]))
        persoon.feit = self._treed_toe(persoon, huishouden, vanaf, self._huishoudens[huishouden])

    def _verhuizing(self) -> None:
        """Someone leaves, and most often lives elsewhere from that day on."""
        persoon = self._kans.choice(self._personen)
        if not persoon.huishouden or not persoon.dagen:
            return
        dag = self._kans.choice(persoon.dagen)
        persoon.dagen = [d for d in persoon.dagen if d > dag]
        weg = Vertrek(persoon_id=persoon.id, vanaf=dag)
        commando = WijzigHuishoudsamenstelling(huishouden_id=persoon.huishouden, vertrekken=(weg,))
        persoon.feit = self._feit(commando, persoon.feit)
        elders = [h for h in self._huishoudens if h != persoon.huishouden]
        persoon.huishouden = ""
        if elders and self._kans.random() < 0.7:  # noqa: PLR2004 - how the world goes
            persoon.huishouden = self._kans.choice(elders)
            bekend = self._huishoudens[persoon.huishouden]
            persoon.feit = self._treed_toe(persoon, persoon.huishouden, dag, bekend, persoon.feit)

    def _treed_toe(self, persoon: _Persoon, huishouden: str, vanaf: date, *na: int) -> int:
        lid = Lid(persoon_id=persoon.id, vanaf=vanaf)
        return self._feit(WijzigHuishoudsamenstelling(huishouden_id=huishouden, toetredingen=(lid,)), *na)

    # --- cars ---

    def _auto(self) -> None:
        wagen = _Wagen(f"auto-{len(self._wagens) + 1}", 0, {}, list(DAGEN))
        aanschaf = self._aanschaf(wagen)
        maten = {gegeven: self._maat(gegeven) for gegeven in _VOERTUIG}
        commando = RegistreerAuto(auto_id=wagen.id, kenteken=self._kenteken(), aanschaf=aanschaf, **maten)
        wagen.feit = wagen.aanschaffen[aanschaf.aanschaf_id] = self._feit(commando)
        self._wagens.append(wagen)

    def _verkoop(self) -> None:
        wagen = self._kans.choice(self._wagens)
        if wagen.dagen:
            aanschaf = self._aanschaf(wagen)
            feit = self._feit(WijzigTenaamstelling(auto_id=wagen.id, aanschaf=aanschaf), wagen.feit)
            wagen.aanschaffen[aanschaf.aanschaf_id] = feit

    def _correctie(self) -> None:
        wagen = self._kans.choice(self._wagens)
        gegevens = self._kans.sample((*_VOERTUIG, "kenteken"), self._kans.choice((1, 1, 2)))
        juist: dict[str, Any] = {g: self._kenteken() if g == "kenteken" else self._maat(g) for g in gegevens}
        self._feit(CorrigeerAutogegevens(auto_id=wagen.id, **juist), wagen.feit)

    def _correctie_aanschaf(self) -> None:
        wagen = self._kans.choice(self._wagens)
        aanschaf_id, feit = self._kans.choice(list(wagen.aanschaffen.items()))
        gegeven = self._kans.choice(("regio", "wijk", "koper", "koper_naam", "aankoopdatum"))
        if gegeven == "aankoopdatum" and not wagen.dagen:
            return
        koper = self._koper()
        juist: dict[str, dict[str, Any]] = {
            "regio": {"regio": self._regio()},
            "wijk": {"wijk": self._kans.choice(_WIJKEN)},
            "koper": {"koper": koper, "koper_naam": koper.title()},
            "koper_naam": {"koper_naam": f"Naam {len(self._feiten)}"},
            "aankoopdatum": {"aankoopdatum": self._vrije_dag(wagen)} if gegeven == "aankoopdatum" else {},
        }
        self._feit(CorrigeerAutogegevens(auto_id=wagen.id, aanschaf_id=aanschaf_id, **juist[gegeven]), feit)

    def _onzin(self) -> None:
        """What no register takes, however late it is told."""
        wagen = self._kans.choice(self._wagens)
        eerder = self._feiten[wagen.feit].aangeboden.commando
        huishouden, feit = self._kans.choice(list(self._huishoudens.items()))
        vreemde = Vertrek(persoon_id="vreemde", vanaf=DAGEN[-1])
        self._kans.choice(
            (
                lambda: self._feit(eerder, wagen.feit),
                lambda: self._feit(CorrigeerAutogegevens(auto_id="auto-0", gewicht_kg=1000)),
                lambda: self._feit(CorrigeerAutogegevens(auto_id=wagen.id, gewicht_kg=0), wagen.feit),
                lambda: self._feit(WijzigHuishoudsamenstelling(huishouden_id=huishouden, vertrekken=(vreemde,)), feit),
            )
        )()

    def _aanschaf(self, wagen: _Wagen) -> Aanschaf:
        koper = self._koper()
        return Aanschaf(
            aanschaf_id=f"aanschaf-{len(self._feiten)}",
            koper=koper,
            koper_naam=koper.title(),
            aankoopdatum=self._vrije_dag(wagen),
            regio=self._regio(),
            wijk=self._kans.choice(_WIJKEN),
        )

    def _vrije_dag(self, wagen: _Wagen) -> date:
        return wagen.dagen.pop(self._kans.randrange(len(wagen.dagen)))

    def _koper(self) -> str:
        """Most often an adult of a household; a hermit has none."""
        return self._kans.choice([p.id for p in self._personen] * 4 + ["kluizenaar"])

    def _regio(self) -> str:
        return self._kans.choices(*_REGIOS)[0]

    def _kenteken(self) -> str:
        """Few enough for two cars to want the same one now and then."""
        return f"SIM-{self._kans.randrange(60):02}"

    def _maat(self, gegeven: str) -> Any:
        kans = self._kans
        if gegeven == "gewicht_kg":
            return kans.randrange(300, 3200)
        if gegeven == "uitstoot_g_per_km":
            return kans.choice((0, 9, 10, 119, 120, kans.randrange(260)))
        return Decimal(kans.randrange(160, 480)).scaleb(-2)


# --- what follows from the facts ------------------------------------------------------------------------------

_Tabel: TypeAlias = tuple[tuple[int | None, Any], ...]
"""What holds below so many points; None is however many."""

_KLASSEN: _Tabel = ((6, "beperkt belastend"), (51, "gemiddeld belastend"), (None, "zwaarbelastend"))
_HEFFING: _Tabel = ((21, 500_00), (36, 2000_00), (None, 5000_00))
_PASSEN: _Tabel = ((16, 5), (31, 3), (None, 0))
_HEFFINGSGEBIED = ("Kustland", "Middenland")


@dataclass(slots=True)
class _Auto:
    """What is true of a car: its measures, and each of its purchases by field."""

    gegevens: dict[str, Any]
    aanschaffen: dict[str, dict[str, Any]] = field(default_factory=dict)

    def eigendom(self, dag: date) -> dict[str, Any] | None:
        """The purchase by which someone has it on a day."""
        gekocht = [a for a in self.aanschaffen.values() if a["aankoopdatum"] <= dag]
        return max(gekocht, key=lambda a: a["aankoopdatum"], default=None)

    @property
    def fysiek(self) -> int:
        """What it weighs on the road."""
        return int(self.gegevens["gewicht_kg"] // 100 + int(self.gegevens["lengte_m"] * self.gegevens["breedte_m"]))

    def punten(self, aanschaf: dict[str, Any]) -> int | None:
        """Its points for the levy under this purchase; outside the area it has none."""
        binnen = aanschaf["regio"] in _HEFFINGSGEBIED
        return self.fysiek + self.gegevens["uitstoot_g_per_km"] // 10 if binnen else None


class Waarheid:
    """The world after these facts, told in this order, and what is true in it on a day."""

    def __init__(self, commandos: Iterable[Any]) -> None:
        self._autos: dict[str, _Auto] = {}
        self._leden: dict[str, dict[str, dict[date, bool]]] = {}
        for commando in commandos:
            self._neem_op(commando)

    def _neem_op(self, commando: Any) -> None:
        if isinstance(commando, RegistreerHuishouden):
            self._leden[commando.huishouden_id] = {lid.persoon_id: {lid.vanaf: True} for lid in commando.leden}
        elif isinstance(commando, WijzigHuishoudsamenstelling):
            leden = self._leden[commando.huishouden_id]
            for wie, lid in ((commando.toetredingen, True), (commando.vertrekken, False)):
                for een in wie:
                    leden.setdefault(een.persoon_id, {})[een.vanaf] = lid
        elif isinstance(commando, CorrigeerAutogegevens):
            auto = self._autos[commando.auto_id]
            auto.gegevens |= _genoemd(commando, (*_VOERTUIG, "kenteken"))
            if commando.aanschaf_id is not None:
                auto.aanschaffen[commando.aanschaf_id] |= _genoemd(commando, ("koper", "aankoopdatum", "regio", "wijk"))
        else:
            if isinstance(commando, RegistreerAuto):
                self._autos[commando.auto_id] = _Auto(_genoemd(commando, (*_VOERTUIG, "kenteken")))
            aanschaf = _genoemd(commando.aanschaf, ("koper", "aankoopdatum", "regio", "wijk"))
            self._autos[commando.auto_id].aanschaffen[commando.aanschaf.aanschaf_id] = aanschaf

    def tabellen(self, dag: date) -> dict[str, Any]:
        """What the registers should answer about a day, a table each."""
        return {
            "auto": {
                a: (w.fysiek, _volgens(_KLASSEN, w.fysiek), w.gegevens["kenteken"]) for a, w in self._autos.items()
            },
            "planning": self._planning(dag),
            "heffing": dict(self._heffingen(dag)),
            "passen": dict(self._passen(dag)),
        }

    def _planning(self, dag: date) -> list[tuple[str, int, int]]:
        """Per wijk the points of its cars and its place, most points first."""
        som: dict[str, int] = defaultdict(int)
        for auto in self._autos.values():
            eigendom = auto.eigendom(dag)
            if eigendom:
                som[eigendom["wijk"]] += auto.fysiek
        op_volgorde = sorted(som.items(), key=lambda wijk: (-wijk[1], wijk[0]))
        return [(wijk, punten, 1 + sum(p > punten for p in som.values())) for wijk, punten in op_volgorde]

    def _heffingen(self, dag: date) -> Iterator[tuple[tuple[str, str], tuple[str, int | None, int]]]:
        """Per purchase that has happened its buyer, points and levy in eurocent."""
        for auto_id, auto in self._autos.items():
            for aanschaf_id, aanschaf in auto.aanschaffen.items():
                if aanschaf["aankoopdatum"] <= dag:
                    punten = auto.punten(aanschaf)
                    heffing = 0 if punten is None else _volgens(_HEFFING, punten)
                    yield (auto_id, aanschaf_id), (aanschaf["koper"], punten, heffing)

    def _passen(self, dag: date) -> Iterator[tuple[str, tuple[Fraction, int] | None]]:
        """Per household with adults its effect and passes; None when a car has no points, so that it waits."""
        per_eigenaar: dict[str, list[int | None]] = defaultdict(list)
        for auto in self._autos.values():
            eigendom = auto.eigendom(dag)
            if eigendom:
                per_eigenaar[eigendom["koper"]].append(auto.punten(eigendom))
        for huishouden, leden in self._leden.items():
            volwassenen = [wie for wie, dagen in leden.items() if _lid_op(dagen, dag)]
            punten = [p for wie in volwassenen for p in per_eigenaar[wie]]
            bekend = [p for p in punten if p is not None]
            if volwassenen and len(bekend) < len(punten):
                yield huishouden, None
            elif volwassenen:
                effect = Fraction(sum(bekend), len(volwassenen))
                yield huishouden, (effect, _volgens(_PASSEN, effect))


def _genoemd(commando: Any, velden: tuple[str, ...]) -> dict[str, Any]:
    return {veld: getattr(commando, veld) for veld in velden if getattr(commando, veld) is not None}


def _volgens(tabel: _Tabel, punten: int | Fraction) -> Any:
    return next(uitkomst for onder, uitkomst in tabel if onder is None or punten < onder)


def _lid_op(dagen: dict[date, bool], dag: date) -> bool:
    begonnen = [d for d in dagen if d <= dag]
    return bool(begonnen) and dagen[max(begonnen)]
