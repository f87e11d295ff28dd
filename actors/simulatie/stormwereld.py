"""Stormwereld: what happens in the world of a storm, drawn with a seed.

Households whose adults come, go and move; cars that are bought, sold, corrected and paid for; now and then nonsense.
What goes wrong in it is in `stormtegenslag`.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from random import Random
from typing import Any
from uuid import UUID

from actors.contexten.aanschafheffing.commandos import RegistreerBetaling
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

VOERTUIG = ("gewicht_kg", "lengte_m", "breedte_m", "uitstoot_g_per_km")
VERZEKERAAR = "verzekeraar"
"""Whose terugmelding to wegonderhoud is a doubt at once."""

AANSCHAF = ("aankoopdatum", "koper", "koper_naam", "regio", "wijk")

_DOOR = "gevolg simulate storm"
_REGIOS = ("Kustland", "Middenland", "Bergland"), (6, 4, 1)
_REGISTER_VAN = {
    RegistreerAuto: "wegonderhoud",
    WijzigTenaamstelling: "wegonderhoud",
    CorrigeerAutogegevens: "wegonderhoud",
    RegistreerBetaling: "aanschafheffing",
    RegistreerHuishouden: "spitspas",
    WijzigHuishoudsamenstelling: "spitspas",
}
_WIJKEN = ("Duinwijk", "Havenkwartier", "Weidezicht")
_BEHOUD = 0.3  # how often a correction takes the doubt along
_BEDRAGEN = (500_00, 2000_00, 5000_00, 1234_56)


@dataclass(frozen=True, slots=True)
class Feit:
    """Something that happened, as the commando that tells it; `na` are the facts that are told before it, by number.

    `sluit`: it ends something that does not stay open for ever.
    """

    nummer: int
    register: str
    aangeboden: AangebodenCommando
    na: tuple[int, ...] = ()
    sluit: bool = False


@dataclass(slots=True)
class Persoon:
    """An adult: where he lives, since which fact, and the days on which he has not moved yet."""

    id: str
    huishouden: str
    feit: int
    dagen: list[date]


@dataclass(slots=True)
class Wagen:
    """A car: the fact that told of it, the facts of its purchases, and the days on which it was not bought yet.

    `gezegd` are the values that were ever told of it: a correction tells another.
    """

    id: str
    feit: int
    aanschaffen: dict[str, int]
    dagen: list[date]
    gezegd: set[tuple[str, Any]] = field(default_factory=set)


class Wereld:
    """Draws facts one after the other."""

    def __init__(self, kans: Random) -> None:
        """All comes from this chance."""
        self._kans = kans
        self._feiten: list[Feit] = []
        self._huishoudens: dict[str, int] = {}
        self._personen: list[Persoon] = []
        self._wagens: list[Wagen] = []
        self._betalingen: list[tuple[RegistreerBetaling, int]] = []
        self._correcties: list[tuple[str, str, int]] = []

    def vertel(self, aantal: int) -> list[Feit]:
        """So many facts, each after those it needs."""
        self._huishouden()
        self._auto()
        soorten = self._soorten()
        while len(self._feiten) < aantal:
            self._kans.choices(list(soorten), list(soorten.values()))[0]()
        return self._feiten

    def _soorten(self) -> dict[Callable[[], Any], int]:
        """What happens, and how often."""
        return {
            self._huishouden: 3,
            self._toetreding: 2,
            self._verhuizing: 3,
            self._auto: 6,
            self._verkoop: 4,
            self._correctie: 5,
            self._correctie_aanschaf: 5,
            self._betaling: 3,
            self._onzin: 2,
        }

    def _feit(self, commando: Any, *na: int, register: str | None = None, sluit: bool = False) -> int:
        """Tell it; to the register that knows this commando, or to the one that is named."""
        nummer = len(self._feiten)
        aangeboden = AangebodenCommando(
            id=str(UUID(int=self._kans.getrandbits(128), version=4)),
            commando=commando,
            aanleiding=Aanleiding(Aanleidingsoort.SIGNAAL.value, f"melding {nummer}", "de verteller"),
            door=_DOOR,
            gebeurd_op=self._kans.choice(DAGEN),
            register=register,
        )
        self._feiten.append(Feit(nummer, register or _REGISTER_VAN[type(commando)], aangeboden, na, sluit))
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

    def _iemand(self, huishouden: str, vanaf: date) -> tuple[Persoon, date]:
        persoon = Persoon(f"persoon-{len(self._personen) + 1}", huishouden, 0, [d for d in DAGEN if d > vanaf])
        self._personen.append(persoon)
        return persoon, vanaf

    def _toetreding(self) -> None:
        huishouden = self._kans.choice(list(self._huishoudens))
        persoon, vanaf = self._iemand(huishouden, self._kans.choice(DAGEN[:9]))
        persoon.feit = self._treed_toe(persoon, huishouden, vanaf, self._huishoudens[huishouden])

    def _verhuizing(self) -> None:
        """Someone leaves, and most often lives elsewhere from that day on."""
        persoon = self._kans.choice(self._personen)
        dag = self._verhuisdag(persoon)
        if dag is not None:
            weg = Vertrek(persoon_id=persoon.id, vanaf=dag)
            commando = WijzigHuishoudsamenstelling(huishouden_id=persoon.huishouden, vertrekken=(weg,))
            self._verhuis(persoon, dag, self._feit(commando, persoon.feit))

    def _verhuisdag(self, persoon: Persoon) -> date | None:
        if not persoon.huishouden or not persoon.dagen:
            return None
        dag = self._kans.choice(persoon.dagen)
        persoon.dagen = [d for d in persoon.dagen if d > dag]
        return dag

    def _verhuis(self, persoon: Persoon, dag: date, feit: int) -> None:
        persoon.feit = feit
        elders = [h for h in self._huishoudens if h != persoon.huishouden]
        persoon.huishouden = ""
        if elders and self._kans.random() < 0.7:  # noqa: PLR2004 - how the world goes
            persoon.huishouden = self._kans.choice(elders)
            bekend = self._huishoudens[persoon.huishouden]
            persoon.feit = self._treed_toe(persoon, persoon.huishouden, dag, bekend, persoon.feit)

    def _treed_toe(self, persoon: Persoon, huishouden: str, vanaf: date, *na: int) -> int:
        lid = Lid(persoon_id=persoon.id, vanaf=vanaf)
        return self._feit(WijzigHuishoudsamenstelling(huishouden_id=huishouden, toetredingen=(lid,)), *na)

    # --- cars ---

    def _auto(self) -> None:
        wagen = Wagen(f"auto-{len(self._wagens) + 1}", 0, {}, list(DAGEN))
        aanschaf = self._aanschaf(wagen)
        maten: dict[str, Any] = {gegeven: self._andere_maat(wagen, gegeven) for gegeven in VOERTUIG}
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
        gegevens = self._kans.sample((*VOERTUIG, "kenteken"), self._kans.choice((1, 1, 2)))
        juist: dict[str, Any] = {
            g: self._kenteken() if g == "kenteken" else self._andere_maat(wagen, g) for g in gegevens
        }
        behoud = self._kans.random() < _BEHOUD
        feit = self._feit(CorrigeerAutogegevens(auto_id=wagen.id, behoud_twijfel=behoud, **juist), wagen.feit)
        if "kenteken" not in juist:  # that may be refused
            self._correcties += [(wagen.id, gegeven, feit) for gegeven in gegevens]

    def _correctie_aanschaf(self) -> None:
        wagen = self._kans.choice(self._wagens)
        aanschaf_id, feit = self._kans.choice(list(wagen.aanschaffen.items()))
        gegeven = self._kans.choice(("regio", "wijk", "koper", "koper_naam", "aankoopdatum"))
        if gegeven == "aankoopdatum" and not wagen.dagen:
            return
        koper = self._koper()
        juist: dict[str, dict[str, Any]] = {
            "regio": {"regio": self._regio()},
            "wijk": {"wijk": self._wijk()},
            "koper": {"koper": koper, "koper_naam": koper.title()},
            "koper_naam": {"koper_naam": f"Naam {len(self._feiten)}"},
            "aankoopdatum": {"aankoopdatum": self._vrije_dag(wagen)} if gegeven == "aankoopdatum" else {},
        }
        self._feit(CorrigeerAutogegevens(auto_id=wagen.id, aanschaf_id=aanschaf_id, **juist[gegeven]), feit)

    def _betaling(self) -> None:
        """It may be told before the purchase is."""
        wagen = self._kans.choice(self._wagens)
        commando = RegistreerBetaling(
            auto_id=wagen.id,
            aanschaf_id=self._kans.choice(list(wagen.aanschaffen)),
            betaling_id=f"betaling-{len(self._feiten)}",
            bedrag_eurocent=self._kans.choice(_BEDRAGEN),
            ontvangen_op=self._kans.choice(DAGEN),
        )
        self._betalingen.append((commando, self._feit(commando)))

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

    def _aanschaf(self, wagen: Wagen) -> Aanschaf:
        koper = self._koper()
        return Aanschaf(
            aanschaf_id=f"aanschaf-{len(self._feiten)}",
            koper=koper,
            koper_naam=koper.title(),
            aankoopdatum=self._vrije_dag(wagen),
            regio=self._regio(),
            wijk=self._wijk(),
        )

    def _vrije_dag(self, wagen: Wagen) -> date:
        return wagen.dagen.pop(self._kans.randrange(len(wagen.dagen)))

    def _koper(self) -> str:
        """Most often an adult of a household; a hermit has none."""
        return self._kans.choice([p.id for p in self._personen] * 4 + ["kluizenaar"])

    def _regio(self) -> str:
        return self._kans.choices(*_REGIOS)[0]

    def _wijk(self) -> str:
        return self._kans.choice(_WIJKEN)

    def _kenteken(self) -> str:
        """Few enough for two cars to want the same one now and then."""
        return f"SIM-{self._kans.randrange(60):02}"

    def _andere_maat(self, wagen: Wagen, gegeven: str) -> Any:
        """One that was never told of this car, so that telling it is always a correction."""
        while (gegeven, maat := self._maat(gegeven)) in wagen.gezegd:
            pass
        wagen.gezegd.add((gegeven, maat))
        return maat

    def _maat(self, gegeven: str) -> Any:
        kans = self._kans
        if gegeven == "gewicht_kg":
            return kans.randrange(300, 3200)
        if gegeven == "uitstoot_g_per_km":
            return kans.choice((0, 9, 10, 119, 120, kans.randrange(260)))
        return Decimal(kans.randrange(160, 480)).scaleb(-2)
