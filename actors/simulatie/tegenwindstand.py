"""Tegenwindstand: what the registers say of the households, cars and levies of tegenwind, by the names of the story."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from actors.register.tijdlijnen import OPEN_EIND
from actors.simulatie.scenario import Gespeeld, getal, in_twijfel
from actors.simulatie.tegenwind import AANSCHAFFEN, DAGEN, HUISHOUDENS, NAAM, eigen_id
from actors.simulatie.terugblik import Bevraagd

_LAATST = OPEN_EIND - timedelta(days=1)
_WEG, _HEFFING, _PAS = "wegonderhoud", "aanschafheffing", "spitspas"
_BESLUITEN = frozenset(
    f"Aanschafheffing{wat}" for wat in ("Vastgesteld", "NietVerschuldigd", "Herzien", "Gehandhaafd", "Ingetrokken")
)
_AUTONAMEN = {"punten": "fysiekmilieueffect", "klasse": "fysiekmilieueffectklasse"}
_WACHTNAMEN = {"heffing_eurocent": "heffing", "thuis": "huishouden"}


@dataclass(frozen=True, slots=True)
class Recht:
    """What spitspas says of a household on a day, and by which version of the rule for passes."""

    punten: int | Fraction | None
    passen: int | None
    regelversie: int | None


@dataclass(frozen=True, slots=True)
class Autopunten:
    """The points of a car on the last interval that is known: for the road, and for its purchase."""

    fysiek: int
    aanschaf: int | None


@dataclass(frozen=True, slots=True)
class Heffing:
    """A levy that is in force, the points it rests on and the version of the rule."""

    punten: int
    heffing_eurocent: int
    regelversie: int


@dataclass(frozen=True, slots=True)
class Stand:
    """What the registers say: all of it by the short names of the story.

    `twijfel`: what is in doubt or onderzoek. `aangehouden`: what waits for the end of a doubt. `taken`: what waits for
    something that is missing.
    """

    huishouden: dict[str, dict[str, Recht]]
    autos: dict[str, Autopunten]
    heffingen: dict[str, Heffing]
    twijfel: list[str]
    aangehouden: list[str]
    taken: list[str]


def lees_stand(registers: Bevraagd) -> Stand:
    """What the registers say now of these households, cars and levies."""
    huishoudens = {naam: {dag: _recht(registers, naam, dag) for dag in DAGEN} for naam in HUISHOUDENS}
    wachtend = [w for register in registers.registers for w in registers.taken(register).inhoud if _is_van_hier(w)]
    return Stand(
        {naam: {dag.isoformat(): recht for dag, (recht, _) in dagen.items()} for naam, dagen in huishoudens.items()},
        {naam: punten for naam in AANSCHAFFEN if (punten := _autopunten(registers, naam))},
        {
            aanschaf: heffing
            for auto, aanschaffen in AANSCHAFFEN.items()
            for aanschaf in aanschaffen
            if (heffing := _heffing(registers, auto, aanschaf))
        },
        sorted(
            [
                *_twijfel_aan_autos(registers),
                *(f"{n}@{dag}" for n, dagen in huishoudens.items() for dag, (_, twijfel) in dagen.items() if twijfel),
            ]
        ),
        sorted({_wacht(w) for w in wachtend if not w["taak"]}),
        sorted({_wacht(w) for w in wachtend if w["taak"]}),
    )


def _recht(registers: Bevraagd, naam: str, dag: date) -> tuple[Recht, bool]:
    """What a household has on a day, and whether that is in doubt."""
    rij: dict[str, Any] = registers.lees(_PAS, "huishouden", eigen_id(naam), geldig_op=dag).inhoud or {"zekerheid": {}}
    return Recht(getal(rij.get("punten")), rij.get("passen"), rij.get("regelversie")), bool(in_twijfel(rij))


def _autopunten(registers: Bevraagd, naam: str) -> Autopunten | None:
    rij = registers.lees(_WEG, "auto", eigen_id(naam), geldig_op=_LAATST).inhoud
    aanschaf = registers.lees(_HEFFING, "auto", eigen_id(naam), geldig_op=_LAATST).inhoud
    return Autopunten(rij["punten"], aanschaf["punten"] if aanschaf else None) if rij else None


def _heffing(registers: Bevraagd, auto: str, aanschaf: str) -> Heffing | None:
    rij = registers.lees(_HEFFING, "referentietabel", eigen_id(auto), eigen_id(aanschaf), geldig_op=_LAATST).inhoud
    return Heffing(rij["punten"], rij["heffing_eurocent"], rij["regelversie"]) if rij else None


def _twijfel_aan_autos(registers: Bevraagd) -> Iterator[str]:
    """What is in doubt of the cars, their points and the levies, by name."""
    for auto, aanschaffen in AANSCHAFFEN.items():
        weg = registers.lees(_WEG, "auto", eigen_id(auto), geldig_op=_LAATST).inhoud
        yield from (f"{auto}.{_AUTONAMEN.get(kolom, kolom)}" for kolom in (in_twijfel(weg) if weg else ()))
        punten = registers.lees(_HEFFING, "auto", eigen_id(auto), geldig_op=_LAATST).inhoud
        if punten and "punten" in in_twijfel(punten):
            yield f"{auto}.aanschafbelastingmilieueffect"
        for aanschaf in aanschaffen:
            heffing = registers.lees(
                _HEFFING, "referentietabel", eigen_id(auto), eigen_id(aanschaf), geldig_op=_LAATST
            ).inhoud
            if heffing and "heffing_eurocent" in in_twijfel(heffing):
                yield f"{aanschaf}.heffing"


def _is_van_hier(wachtend: dict[str, Any]) -> bool:
    return str(wachtend["onderwerp"][0]).startswith(f"{NAAM}-")


def _wacht(wachtend: dict[str, Any]) -> str:
    """What waits, by name: a levy, the passes of a household from a day on, or the household that a car lacks."""
    naam = str(wachtend["onderwerp"][-1]).removeprefix(f"{NAAM}-")
    if wachtend["aggregaat"] == "huishouden":
        return f"{naam} vanaf {wachtend['vanaf']}"
    return f"{naam}.{_WACHTNAMEN.get(wachtend['gegeven'], wachtend['gegeven'])}"


def tabel(gespeeld: Sequence[Gespeeld[Stand]]) -> list[dict[str, Any]]:
    """The steps as rows in the order in which they were done; `besluiten_aanschafheffing` counts those so far."""
    rijen = []
    besluiten = 0
    for een in gespeeld:
        transacties = een.transacties.get(_HEFFING, ())
        besluiten += sum(gevolg.naam in _BESLUITEN for t in transacties for gevolg in t.gevolgen)
        rijen.append(
            {
                "stap": een.stap.naam,
                "huishouden": een.stand.huishouden,
                "autos": een.stand.autos,
                "heffingen": een.stand.heffingen,
                "besluiten_aanschafheffing": besluiten,
                "twijfel": een.stand.twijfel,
                "aangehouden": een.stand.aangehouden,
                "taken": een.stand.taken,
            }
        )
    return rijen
